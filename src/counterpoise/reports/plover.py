"""Typing any sentence of political news by PLOVER, as context beside the rules that the model uses.

One event per sentence: the first rule of ``lexicons/plover.yaml`` that matches, its source the subject of
the trigger, its target the next actor. These stay below the threshold: they show the reader what else
happens and never reach the model.

Weakest assumption: one sentence, one event, found by words in a fixed order of types.

References
----------
Open Event Data Alliance, PLOVER: the type names. Definitions and trigger words here are our own.
"""

from __future__ import annotations

import re
from functools import cache

import yaml

from counterpoise.library import read_text
from counterpoise.reports.actors import Mention
from counterpoise.reports.clauses import Sentence, subjects
from counterpoise.reports.coding import EventType, Mode, Realis
from counterpoise.reports.drafts import EventDraft
from counterpoise.reports.hedges import hedge_of
from counterpoise.reports.lexicon import actor

__all__ = ["find_other", "trigger_of"]


@cache
def _rules() -> tuple[tuple[EventType, Mode | None, re.Pattern[str]], ...]:
    rows = yaml.safe_load(read_text("lexicons/plover.yaml"))
    return tuple((r[0], r[1], re.compile(rf"\b(?:{r[2]})")) for r in rows)


def trigger_of(masked: str) -> tuple[EventType, Mode | None, int, int] | None:
    """Return type, mode and offsets of the trigger of a masked sentence, or None."""
    for type_, mode, pattern in _rules():
        hit = pattern.search(masked)
        if hit:
            return type_, mode, hit.start(), hit.end()
    return None


def find_other(sentence: Sentence, last_subject: list[Mention]) -> list[EventDraft]:
    """Return at most one event of any PLOVER type; none without an actor."""
    acting = [
        m for m in sentence.mentions if m.kind in ("noun", "adjective") and actor(m.id).type != "region"
    ]
    if not acting:
        return []
    found = trigger_of(sentence.masked)
    if found is None:
        return []
    type_, mode, start, end = found
    sources = [m.id for m in subjects(sentence, start, last_subject)] or [acting[0].id]
    targets = [m.id for m in acting if m.start - sentence.start >= end and m.id not in sources][:1]
    hedge = hedge_of(sentence, start, end)
    realis: Realis = "negated" if hedge.strength == "negated" else "future" if type_ == "AGREE" else "actual"
    return [
        EventDraft(
            type_,
            mode,
            sentence.span(start, end),
            realis,
            "unknown",
            hedge,
            "plover.trigger",
            0.4,
            list(dict.fromkeys(sources)),
            targets,
            family="other",
        )
    ]
