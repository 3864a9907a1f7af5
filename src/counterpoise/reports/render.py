"""A coding as plain text for the terminal."""

from __future__ import annotations

import textwrap

from counterpoise.reports.coding import Claim, Coding, Event, Hedge, Relation
from counterpoise.reports.marks import marked_text

__all__ = ["coding_summary"]

_QUOTE = 110


def coding_summary(coding: Coding) -> str:
    """Return what was read as text: source, actors, events, relations, claims, quotes and hedges."""
    parts = [
        _head(coding),
        "Text, with the statements in it\n" + _indented(marked_text(coding)),
        _section("Actors", [_actor_line(coding, e.id) for e in coding.entities]),
        _section("Events", [_event(coding, e) for e in coding.events]),
        _section("Relations", [_relation(coding, r) for r in coding.relations]),
        _section("Claims", [_claim(coding, c) for c in coding.claims]),
    ]
    if coding.document.notes:
        parts.append(_section("Notes", [f"  {n}" for n in coding.document.notes]))
    return "\n\n".join(parts) + "\n"


def _indented(text: str) -> str:
    """Return a text wrapped for the terminal, its paragraphs kept."""
    lines = [
        textwrap.fill(" ".join(line.split()), 110, initial_indent="  ", subsequent_indent="  ")
        for line in text.split("\n")
    ]
    return "\n".join(line for line in lines if line.strip())


def _head(coding: Coding) -> str:
    d, s = coding.document, coding.source
    day = d.published.isoformat() if d.published else "undated"
    chain = " < ".join(s.chain) if len(s.chain) > 1 else s.publisher or "publisher not stated"
    return (
        f"{d.name}: {d.n_sentences} sentences, {d.n_chars} characters, sha256 {d.sha256[:12]}\n"
        f"Source: {chain} (reliability {s.reliability}), {day}"
    )


def _section(title: str, lines: list[str]) -> str:
    return f"{title} ({len(lines)})\n" + ("\n".join(lines) if lines else "  none")


def _name(coding: Coding, id_: str) -> str:
    entity = coding.entity(id_)
    return entity.name if entity else id_


def _names(coding: Coding, ids: tuple[str, ...]) -> str:
    return ", ".join(_name(coding, i) for i in ids) or "–"


def _actor_line(coding: Coding, id_: str) -> str:
    entity = coding.entity(id_)
    assert entity is not None
    n = len(entity.mentions)
    return f"  {id_:<12} {entity.name} ({n} mention{'' if n == 1 else 's'})"


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= _QUOTE else flat[: _QUOTE - 1] + '…'}”"


def _hedge(hedge: Hedge) -> str:
    cues = ", ".join(dict.fromkeys(c.quote.lower() for c in hedge.cues))
    interval = f" {hedge.p[0]:.2f}–{hedge.p[1]:.2f}" if hedge.p else ""
    return f"{hedge.strength}{interval}" + (f" ({cues})" if cues else "")


def _unused(usable: bool) -> str:
    return "" if usable else " [below threshold, not used]"


def _event(coding: Coding, e: Event) -> str:
    what = f"{e.type}{'/' + e.mode if e.mode else ''}"
    where = f" in {', '.join(e.place)}" if e.place else ""
    kinds = f"; {', '.join(e.support_kinds)}" if e.support_kinds else ""
    head = f"  {e.id} {what}: {_names(coding, e.actors)} → {_names(coding, e.recipients)}{where}{kinds}"
    lines = [
        head + _unused(e.usable),
        f"     {e.realis}, {e.tense}; {_hedge(e.hedge)}; credibility {e.credibility}",
    ]
    return "\n".join(lines + [f"     {_quote(t.quote)}" for t in e.triggers])


def _relation(coding: Coding, r: Relation) -> str:
    via = f" via {_names(coding, r.via)}" if r.via else ""
    held = f"; as {_name(coding, r.holder)} sees it" if r.holder else ""
    long = f", {r.duration}" if r.duration else ""
    head = (
        f"  {r.id} {r.type}: {_names(coding, r.from_)} → {_names(coding, r.to)}{via} ({r.status}{long}){held}"
    )
    return "\n".join([head + _unused(r.usable), *(f"     {_quote(t.quote)}" for t in r.evidence)])


def _claim(coding: Coding, c: Claim) -> str:
    whose = _names(coding, c.object.actor)
    scope = f" in {_name(coding, c.object.scope)}" if c.object.scope else ""
    cause = f" after {', '.join(c.cause)}" if c.cause else ""
    horizon = f"; {c.horizon}" if c.horizon else ""
    head = f"  {c.id} {c.object.attribute} of {whose}{scope}: {c.direction}{cause}{horizon}"
    if c.model_query is None:
        query = f"     no model query: {c.no_query_reason}"
    else:
        q = c.model_query
        target = q.target if isinstance(q.target, str) else ", ".join(q.target)
        query = f"     asks the model: {q.measure} of {target} {q.expect}"
        query += f" within {q.horizon_days} days" if q.horizon_days else ""
    lines = [head + _unused(c.usable), f"     {c.kind}; {_hedge(c.hedge)}; credibility {c.credibility}"]
    return "\n".join([*lines, f"     {_quote(c.evidence.quote)}", query])
