"""What a claim is said to follow from: an event, another claim, or a standing relation.

In this order: a relative clause (``…, which could``) follows from the claim before it; a claim whose
subject is itself a claim (``the collapse of support could …``) follows from that one, and so do the
participles behind it; a word for the move (``this retreat``, ``it``) means the withdrawal told last; else
an event of the same sentence; else nothing. A cause that the text does not state is not made up.

Weakest point: a cause named two sentences before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from counterpoise.reports.claim_drafts import ClaimDraft
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import Event, Relation

__all__ = ["Cause", "causes_of", "the_move"]

#: Words for the move that was told last.
THIS: Final = re.compile(
    r"\b(?:this|that|the|such\s+an?|its)\s+(?:\w+\s+)?(?:retreat|move|shift"
    r"|withdrawal|pull-?out|decision|step|departure|exit|evacuation"
    r"|drawdown|development|disengagement|vacuum)\b"
)
_WHICH: Final = re.compile(r",\s+(?:a\s+\w+\s+)?which\b|,\s+(?:thereby|thus|in\s+turn)\b")
_IT: Final = re.compile(
    r"^\W*(?:it|this|that)\s+(?:could|may|might|would|will|can|has|is|was|also|in\s+turn)\b"
)
_PARTICIPLE: Final = re.compile(
    r",\s+(?:\w+ly\s+|thereby\s+|thus\s+)?[a-z]+ing\b|\bwhile\s+(?:\w+ly\s+)?[a-z]+ing\b"
)
_BREAK: Final = re.compile(r"[;:]|,\s+(?:but|while\s+(?!\w+ing|\w+ly)|and\s+(?:it|the|this))\b|\bbut\b")
_STANDING: Final = re.compile(r"\b(?:partnership|relationship|alliance|ties|bond|friendship|patronage)\b")


@dataclass(frozen=True, slots=True)
class Cause:
    """One of: the id of an event or relation, or the position of the claim draft that it is."""

    id: str | None = None
    draft: int | None = None


def the_move(events: Sequence[Event]) -> Event | None:
    """Return the withdrawal or reinforcement that the text tells of first, as fact or plan."""
    return next(
        (e for e in events if e.usable and e.support_change != "none" and e.realis in ("actual", "future")),
        None,
    )


def causes_of(
    drafts: Sequence[ClaimDraft],
    events: Sequence[Event],
    relations: Sequence[Relation],
    sentences: Sequence[Sentence],
) -> list[Cause]:
    """Return the cause of every claim mention, in their order; an empty `Cause` where the text states none."""
    by_sentence: dict[int, list[int]] = {}
    for i, d in enumerate(drafts):
        by_sentence.setdefault(d.span.sent, []).append(i)
    told = _told(events)
    found = []
    for i, d in enumerate(drafts):
        mates = sorted((k for k in by_sentence[d.span.sent] if k != i), key=lambda k: drafts[k].at)
        found.append(_cause(d, [(k, drafts[k]) for k in mates], told, relations, sentences[d.span.sent]))
    return _settled(found)


@dataclass(frozen=True)
class _Told:
    """What may be a cause: the move, and the events of each sentence with the place of their mention."""

    move: Event | None
    at: dict[int, list[tuple[int, Event]]]


def _told(events: Sequence[Event]) -> _Told:
    at: dict[int, list[tuple[int, Event]]] = {}
    for e in events:
        if e.usable and (e.support_change != "none" or e.type == "ASSAULT"):
            for t in e.triggers:
                at.setdefault(t.sent, []).append((t.start, e))
    return _Told(the_move(events), at)


def _cause(
    d: ClaimDraft,
    mates: list[tuple[int, ClaimDraft]],
    told: _Told,
    relations: Sequence[Relation],
    sentence: Sentence,
) -> Cause:
    """Return what one claim mention follows from."""
    masked = sentence.masked
    here = told.at.get(d.span.sent, [])
    if d.attribute == "need_for_support":
        return next((Cause(e.id) for _, e in here if e.type == "ASSAULT"), Cause())
    which = [m.start() for m in _WHICH.finditer(masked, 0, max(d.at, 1))]
    if which:
        before = [k for k, c in mates if c.at < which[-1]]
        if before:
            return Cause(draft=before[-1])
    chained = _chained(d, mates, masked)
    if chained is not None:
        return Cause(draft=chained)
    standing = _STANDING.search(masked, 0, max(d.at, 1))
    if d.direction == "enable" and standing:
        at = sentence.start + standing.start()
        named = [
            r.id
            for r in relations
            if any(s.start <= at < s.end or abs(s.start - at) < 40 for s in r.evidence)
        ]
        return Cause(named[0]) if named else Cause()
    if told.move and (THIS.search(masked, 0, max(d.at, 1)) or _IT.match(masked)):
        return Cause(told.move.id)
    moves = [e for _, e in here if e.support_change != "none" and e.realis in ("actual", "future")]
    if moves:
        return Cause(moves[0].id)
    return next((Cause(e.id) for at, e in here if at <= d.span.start + 1), Cause())


def _chained(d: ClaimDraft, mates: list[tuple[int, ClaimDraft]], masked: str) -> int | None:
    """Return the claim that is the subject of this one's verb: ``the collapse of … could bolster …``."""
    for k, c in mates:
        if c.at >= d.at or c.end > d.head or c.direction == "unknown":
            continue
        between = masked[c.end : d.head]
        subject = re.match(
            r"[^,;:]{0,60}?\b(?:could|may|might|would|will|can|is\s+likely\s+to|has|have)\s+", between
        )
        joined = re.search(r"^[^;:]*$", between) and not _BREAK.search(between)
        if subject and joined and not re.search(r"\b(?:could|may|might|would|will)\b", masked[c.at : c.end]):
            return k
    return None


def _settled(found: list[Cause]) -> list[Cause]:
    """Cut circles: a claim that would follow from itself follows from nothing."""
    out = list(found)
    for i in range(len(out)):
        seen, k = {i}, out[i].draft
        while k is not None and k not in seen:
            seen.add(k)
            k = out[k].draft
        if k is not None:
            out[i] = Cause()
    return out
