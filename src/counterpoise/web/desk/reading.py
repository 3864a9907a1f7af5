"""What was read, as HTML: the text with its marked spans for a sandboxed frame, and the statements to correct."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup, escape

from counterpoise.reports import Coding
from counterpoise.web.policy import FRAME_STYLE

__all__ = ["marked_text", "statements_table"]

REALIS: Final = ("actual", "future", "hypothetical", "negated")
_HEAD: Final = (
    "Use", "Id", "What", "Who", "To whom", "Happened?", "Kinds of support", "Date", "Probability of the wording", "Method",
)  # fmt: skip
_FRAME_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'"


def spans_of(coding: Coding) -> list[tuple[int, int, str]]:
    """Return the spans of all statements: start, end, ids of the statements; overlapping ones are joined."""
    found: list[tuple[int, int, str]] = []
    for event in coding.events:
        found += [(s.start, s.end, event.id) for s in event.triggers]
    for relation in coding.relations:
        found += [(s.start, s.end, relation.id) for s in relation.evidence]
    found += [(c.evidence.start, c.evidence.end, c.id) for c in coding.claims]
    joined: list[tuple[int, int, str]] = []
    for start, end, name in sorted(found):
        if joined and start < joined[-1][1]:
            first, last, names = joined[-1]
            ids = names if name in names.split() else f"{names} {name}"
            joined[-1] = (first, max(last, end), ids)
        else:
            joined.append((start, end, name))
    return joined


def marked_text(coding: Coding) -> Markup:
    """Return the report in a frame that can run nothing and ask nobody, its spans marked with the ids of their statements."""
    text, at, parts = coding.document.text, 0, []
    for start, end, names in spans_of(coding):
        parts += [
            escape(text[at:start]),
            Markup("<mark>{}</mark><sup>{}</sup>").format(text[start:end], names),
        ]
        at = end
    parts.append(escape(text[at:]))
    page = Markup(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{}">'
        "<title>The report</title><style>{}</style><body>{}</body></html>"
    ).format(_FRAME_CSP, Markup(FRAME_STYLE), Markup("").join(parts))
    return Markup(
        '<iframe class="frame" sandbox tabindex="0" title="The report with marked spans" srcdoc="{}"></iframe>'
    ).format(str(page))


def statements_table(coding: Coding) -> Markup:
    """Return the statements with controls to correct them."""
    rows = [_event(e) for e in coding.events]
    rows += [_other(r.id, r.type, f"{', '.join(r.from_)} → {', '.join(r.to)}", r) for r in coding.relations]
    rows += [
        _other(c.id, f"claim: {c.kind}", f"{', '.join(c.object.actor)} {c.object.attribute} {c.direction}", c)
        for c in coding.claims
    ]
    if not rows:
        return Markup("<p>No statement about a conflict was found in this text.</p>")
    cells = Markup("").join(Markup('<th scope="col">{}</th>').format(h) for h in _HEAD)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="Statements"><table class="edit"><caption>Statements; clear a box or '
        "change a value to correct the reading</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(cells, Markup("").join(rows))


def _use(name: str) -> Markup:
    """Return the box that keeps or drops a statement."""
    return Markup('<input type="checkbox" name="use:{}" aria-label="Use statement {}" checked>').format(
        name, name
    )


def _text(what: str, name: str, label: str, value: str, size: int, kind: str = "text") -> Markup:
    """Return a field to correct."""
    return Markup('<input type="{}" name="{}:{}" aria-label="{} of {}" value="{}" size="{}">').format(
        kind, what, name, label, name, value, size
    )


def _hedge(name: str, statement: Any) -> Markup:
    """Return a hedge in words, with its interval to correct."""
    p = statement.hedge.p
    value = f"{p[0]:.2f} to {p[1]:.2f}" if p else ""
    return Markup('{}<br><span class="soft">{}</span>').format(
        _text("p", name, "Probability interval", value, 12), statement.hedge.strength.replace("_", " ")
    )


def _row(cells: tuple[Any, ...]) -> Markup:
    """Return a row; where it has fewer cells than the head, the fourth goes across. Each cell carries its head, for phones."""
    missing = len(_HEAD) - len(cells)
    heads = (*_HEAD[:4], *_HEAD[4 + missing :])
    return Markup("<tr>{}</tr>").format(
        Markup("").join(
            Markup('<td data-head="{}"{}>{}</td>').format(
                h, Markup(f' colspan="{missing + 1}"') if missing and i == 3 else "", c
            )
            for i, (h, c) in enumerate(zip(heads, cells, strict=True))
        )
    )


def _event(e: Any) -> Markup:
    """Return the row of an event."""
    choices = Markup("").join(
        Markup("<option{}>{}</option>").format(Markup(" selected") if r == e.realis else "", r)
        for r in REALIS
    )
    realis = Markup('<select name="realis:{}" aria-label="Whether {} happened">{}</select>').format(
        e.id, e.id, choices
    )
    return _row((
        _use(e.id), e.id, f"{e.type}{f' / {e.mode}' if e.mode else ''}".replace("_", " "),
        _text("actors", e.id, "Who acts", ", ".join(e.actors), 9),
        _text("recipients", e.id, "To whom", ", ".join(e.recipients), 9), realis,
        _text("kinds", e.id, "Kinds of support", ", ".join(e.support_kinds), 18),
        _text("date", e.id, "Date", _iso(e.date), 10, "date"), _hedge(e.id, e), e.method,
    ))  # fmt: skip


def _iso(date: str | None) -> str:
    """Return a date for a control; one that is no single day is left to the reading."""
    return date if date and len(date) == len("2024-12-06") else ""


def _other(name: str, what: str, who: str, statement: Any) -> Markup:
    """Return the row of a relation or a claim."""
    return _row((
        _use(name), name, what.replace("_", " "), who.replace("_", " "), _hedge(name, statement), statement.method,
    ))  # fmt: skip
