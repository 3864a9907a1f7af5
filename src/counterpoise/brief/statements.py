"""The statements that were read, each with its words and their place in the report, to be followed from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterpoise.brief.document import Details, Items, Piece, Rich, foreign, join, link, quote, rich
from counterpoise.brief.index import Index, plain

__all__ = ["statement_link", "statements_block"]

_KEYS = ("events", "relations", "claims")


def statement_link(index: Index, id_: str) -> Piece:
    """Return a statement's id, leading to its row where it has one."""
    return link(id_, f"#statement-{id_}") if id_ in _ids(index) else foreign(id_)


def _ids(index: Index) -> frozenset[str]:
    return frozenset(str(s["id"]) for _, s in _all(index))


def _all(index: Index) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the statements that can be followed: those with an id and a hedge."""
    return [(key, s) for key in _KEYS for s in index.a.statements.get(key, ()) if "id" in s and "hedge" in s]


def statements_block(index: Index) -> Details | None:
    """Return every statement as a line with an anchor, or nothing where there is none."""
    found = _all(index)
    if not found:
        return None
    names = {str(e["id"]): str(e["name"]) for e in index.a.statements.get("entities", ())}
    lines = tuple(_line(key, s, names) for key, s in found)
    anchors = tuple(f"statement-{s['id']}" for _, s in found)
    return Details(
        f"All {len(found)} statements, with the words that they rest on", (Items(lines, anchors=anchors),)
    )


def _line(key: str, s: Mapping[str, Any], names: Mapping[str, str]) -> Rich:
    """Return one statement: what it is, whose, how surely, and where it stands."""
    spans = {"events": "triggers", "relations": "evidence", "claims": "mentions"}[key]
    marks = s.get(spans) or [s["evidence"]]
    places = [
        rich(quote(m["quote"]), f" (sentence {m['sent'] + 1}, characters {m['start']} to {m['end']})")
        for m in marks
    ]
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
