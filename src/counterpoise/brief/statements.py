"""The report with its statements marked, and the statements, each leading to the words that it rests on and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from counterpoise.brief.document import (
    Block,
    Items,
    Marked,
    Para,
    Piece,
    Rich,
    Run,
    Section,
    clean_run,
    foreign,
    join,
    link,
    quote,
    rich,
)
from counterpoise.brief.index import Index, plain
from counterpoise.brief.numbers import quantity
from counterpoise.reports.marks import cut

__all__ = ["report_section", "statement_link"]

_KEYS = ("events", "relations", "claims")
_SPANS: Final = {"events": "triggers", "relations": "evidence", "claims": "mentions"}
#: Characters of a report that the brief prints.
SHOWN: Final = 20_000


def statement_link(index: Index, id_: str) -> Piece:
    """Return a statement's id, leading to its row where it has one."""
    return link(id_, f"#statement-{id_}") if id_ in _ids(index) else foreign(id_)


def _ids(index: Index) -> frozenset[str]:
    return frozenset(str(s["id"]) for _, s in _all(index))


def _all(index: Index) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the statements that can be followed: those with an id and a hedge."""
    return [(key, s) for key in _KEYS for s in index.a.statements.get(key, ()) if "id" in s and "hedge" in s]


def report_section(index: Index) -> Section:
    """Return the report with its statements marked, and every statement as a line that leads to its words."""
    title = ("the-report", "The report, marked")
    report, found = index.a.report, _all(index)
    if report is None:
        return Section(*title, (Para(rich("No report was read.")),))
    blocks: list[Block] = []
    text = report.text[:SHOWN]
    if text:
        said = "What the statements rest on is marked; each mark leads to its statement below, and each statement back."
        if len(report.text) > SHOWN:
            said += f" The first {quantity(SHOWN)} characters are shown."
        blocks += [Para(rich(said), "note"), Marked(tuple(_paragraphs(text, found)))]
    if found:
        names = {str(e["id"]): str(e["name"]) for e in index.a.statements.get("entities", ())}
        lines = tuple(_line(key, s, names, len(text)) for key, s in found)
        blocks.append(Para(rich(f"All {len(found)} statements, with the words that they rest on:")))
        blocks.append(Items(lines, anchors=tuple(f"statement-{s['id']}" for _, s in found)))
    else:
        blocks.append(Para(rich("Nothing was coded from it.")))
    return Section(*title, tuple(blocks))


def _spans(key: str, s: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the spans of a statement."""
    return list(s.get(_SPANS[key]) or [s["evidence"]])


def _paragraphs(text: str, found: list[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[Run, ...]]:
    """Yield the paragraphs of a report as runs, empty ones left out."""
    spans = sorted(
        {
            (int(m["start"]), int(m["end"]), str(s["id"]))
            for key, s in found
            for m in _spans(key, s)
            if m["start"] < m["end"] <= len(text)
        }
    )
    runs: list[Run] = []
    for piece in cut(text, spans):
        anchor = _anchor(piece.start) if piece.ids else ""
        for i, line in enumerate(piece.text.split("\n")):
            if i:
                if any(r.text.strip() for r in runs):
                    yield tuple(runs)
                runs = []
            if line:
                runs.append(Run(clean_run(line), bool(piece.ids), anchor))
                anchor = ""
        if piece.ends:
            runs.append(Run("", notes=tuple((i, f"#statement-{i}") for i in piece.ends)))
    if any(r.text.strip() for r in runs):
        yield tuple(runs)


def _anchor(start: int) -> str:
    """Name the place in the report at which a marked stretch begins."""
    return f"at-{start}"


def _line(key: str, s: Mapping[str, Any], names: Mapping[str, str], shown: int) -> Rich:
    """Return one statement: what it is, whose, how surely, and where it stands."""
    places = []
    for m in _spans(key, s):
        where = f"sentence {m['sent'] + 1}, characters {m['start']} to {m['end']}"
        leads = link(where, f"#{_anchor(m['start'])}") if m["start"] < m["end"] <= shown else where
        places.append(rich(quote(m["quote"]), " (", leads, ")"))
    return (
        *rich(
            f"{s['id']}: ", foreign(_what(key, s, names)), "; ", foreign(plain(s["hedge"]["strength"])), ": "
        ),
        *join(places, "; "),
    )


def _what(key: str, s: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return a statement in a few words."""

    def who(ids: Any) -> str:
        return ", ".join(names.get(i, i) for i in ids) or "not named"

    if key == "events":
        return f"{s['type']}, {who(s['actors'])} to {who(s['recipients'])}, {s['realis']}"
    if key == "relations":
        return f"{plain(s['type'])}, {who(s['from'])} to {who(s['to'])}, {plain(s['status'])}"
    cause = f", after {', '.join(s['cause'])}" if s["cause"] else ""
    return f"{plain(s['object']['attribute'])} of {who(s['object']['actor'])}, {s['direction']}{cause}"
