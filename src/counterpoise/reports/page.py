"""A coding as one self-contained HTML page: the text with its statements marked, beside tables of the statements.

No script, no outside request; everything from the report is escaped. Each marked stretch leads to its
statement and each statement back to every stretch that it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from counterpoise.reports.coding import Claim, Coding, Event, Hedge, Relation, Span
from counterpoise.reports.marks import Piece, pieces

__all__ = ["coding_page"]

CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_KIND: Final = {"E": "event", "R": "relation", "C": "claim"}


@dataclass(frozen=True)
class _Row:
    """A statement as a row: id, what, hedge, how it was found, and its spans."""

    id: str
    what: str
    parties: str
    hedge: str
    detail: str
    used: bool
    spans: tuple[Span, ...]


def coding_page(coding: Coding) -> str:
    """Return the page of a coding."""
    rows = {
        "Events": [_event(coding, e) for e in coding.events],
        "Relations": [_relation(coding, r) for r in coding.relations],
        "Claims": [_claim(coding, c) for c in coding.claims],
    }
    titles = {r.id: f"{r.id}: {r.what}. {r.parties}. {r.hedge}" for found in rows.values() for r in found}
    return (
        _environment()
        .get_template("reading.html.j2")
        .render(
            csp=CSP,
            style=Markup(_style()),
            d=coding.document,
            s=coding.source,
            tables=rows,
            text=_text(coding, titles),
            names=_actors(coding),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("counterpoise.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    return (files("counterpoise.reports") / "templates" / "reading.css").read_text(encoding="utf-8")


def _text(coding: Coding, titles: dict[str, str]) -> Markup:
    """Return the text with its marks, a paragraph a line."""
    out, first = [Markup("<p>")], set[str]()
    for p in pieces(coding):
        lines = p.text.split("\n")
        for k, line in enumerate(lines):
            if k:
                out.append(Markup("</p>\n<p>"))
            if line:
                out.append(_mark(p, line, titles) if p.ids else escape(line))
        out += [_note(i, p, first) for i in p.ends]
    out.append(Markup("</p>"))
    return Markup("").join(out).replace(Markup("<p></p>\n"), Markup(""))


def _mark(p: Piece, line: str, titles: dict[str, str]) -> Markup:
    kinds = " ".join(dict.fromkeys(_KIND[i[0]] for i in p.ids))
    title = "\n".join(titles[i] for i in p.ids)
    return Markup('<mark id="at-{}" class="{}" title="{}">{}</mark>').format(p.start, kinds, title, line)


def _note(id_: str, p: Piece, first: set[str]) -> Markup:
    """Return the footnote mark of a statement at the end of its span."""
    first.add(id_)
    return Markup('<sup><a class="{}" href="#{}">{}</a></sup>').format(_KIND[id_[0]], id_, id_)


def _name(coding: Coding, id_: str) -> str:
    entity = coding.entity(id_)
    return entity.name if entity else id_


def _names(coding: Coding, ids: tuple[str, ...]) -> str:
    return ", ".join(_name(coding, i) for i in ids) or "–"


def _hedge(hedge: Hedge) -> str:
    cues = ", ".join(dict.fromkeys(c.quote.lower() for c in hedge.cues))
    interval = f", {hedge.p[0]:.2f}–{hedge.p[1]:.2f}" if hedge.p else ""
    return hedge.strength.replace("_", " ") + interval + (f" ({cues})" if cues else "")


def _event(coding: Coding, e: Event) -> _Row:
    where = f" in {', '.join(e.place)}" if e.place else ""
    kinds = f"; {', '.join(k.replace('_', ' ') for k in e.support_kinds)}" if e.support_kinds else ""
    what = e.type + (f" ({e.mode})" if e.mode else "") + where + kinds
    parties = f"{_names(coding, e.actors)} → {_names(coding, e.recipients)}"
    said = f"; {_name(coding, e.holder)} says so" if e.holder else ""
    detail = f"{e.realis}, {e.tense.replace('_', ' ')}{said}; credibility {e.credibility}; {e.method}, {e.support:.2f}"
    return _Row(e.id, what, parties, _hedge(e.hedge), detail, e.usable, e.triggers)


def _relation(coding: Coding, r: Relation) -> _Row:
    via = f" via {_names(coding, r.via)}" if r.via else ""
    held = f"; as {_name(coding, r.holder)} sees it" if r.holder else ""
    parties = f"{_names(coding, r.from_)} → {_names(coding, r.to)}{via}"
    detail = f"{r.status.replace('_', ' ')}{held}; credibility {r.credibility}; {r.method}, {r.support:.2f}"
    return _Row(r.id, r.type.replace("_", " "), parties, _hedge(r.hedge), detail, r.usable, r.evidence)


def _claim(coding: Coding, c: Claim) -> _Row:
    scope = f" in {_name(coding, c.object.scope)}" if c.object.scope else ""
    what = f"{c.object.attribute.replace('_', ' ')}{scope}: {c.direction}"
    cause = f"after {', '.join(c.cause)}; " if c.cause else ""
    horizon = f"{c.horizon}; " if c.horizon else ""
    ask = f"asks the model: {c.model_query.measure}" if c.model_query else f"not asked: {c.no_query_reason}"
    detail = f"{cause}{horizon}{c.kind.replace('_', ' ')}; {ask}; credibility {c.credibility}"
    return _Row(
        c.id,
        what,
        _names(coding, c.object.actor),
        _hedge(c.hedge),
        detail,
        c.usable,
        c.mentions or (c.evidence,),
    )


def _actors(coding: Coding) -> list[tuple[str, str, int]]:
    return [(e.id, e.name, len(e.mentions)) for e in coding.entities]
