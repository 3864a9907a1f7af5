"""Whose view a statement is: who says, sees or denies it; a speaker that the text does not name is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from counterpoise.reports.actors import state_of
from counterpoise.reports.clauses import ACTOR, Sentence

__all__ = ["holder_of"]

_VERB: Final = (
    r"(?:said|says|told|claims?|claimed|announced|insist(?:s|ed)|den(?:ies|ied)|warn(?:s|ed)|argue[sd]?|believes?|sees|views|reported|confirmed"
    r"|admitted|acknowledged|according\s+to)"
)
_BEFORE: Final = re.compile(rf"({ACTOR})(?:'s)?(?:\s+[^\s,.;]+){{0,5}}?\s+{_VERB}\b")
_BEHIND: Final = re.compile(
    rf",[”\"']?\s+(?:the\s+|an?\s+)?(?:[a-z-]+\s+){{0,2}}?({ACTOR})(?:'s)?(?:\s+[^\s,.;]+){{0,6}}?\s+{_VERB}\b[^,;]{{0,30}}$"
)
_ACCORDING: Final = re.compile(rf"\baccording\s+to\s+(?:the\s+|an?\s+)?(?:[a-z-]+\s+){{0,2}}?({ACTOR})")
_SPEECH: Final = re.compile(_VERB)


def holder_of(sentence: Sentence, at: int, actors: Sequence[str]) -> str | None:
    """Return who holds the statement at an offset, if somebody other than its own actors does.

    Parameters
    ----------
    sentence : Sentence
    at : int
        Where the statement's head stands.
    actors : sequence of str
        Those who act in it: their own word on themselves has no other holder.
    """
    if not sentence.may("speech") or not _SPEECH.search(sentence.masked):
        return None
    hits = [
        m
        for p in (_BEFORE, _ACCORDING)
        for m in p.finditer(sentence.masked)
        if p is _ACCORDING or m.end() <= at
    ]
    behind = _BEHIND.search(sentence.masked, at)
    for hit in [*reversed(hits), *([behind] if behind else [])]:
        m = sentence.at(hit.start(1))
        if m and m.kind != "modifier" and state_of(m.id) not in {state_of(a) for a in actors}:
            return m.id
    return None
