"""One mention of a claim as the rules find it: its hedge, holder and size, and the time span that its words give it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from counterpoise.reports.claim_objects import claim_words
from counterpoise.reports.clauses import ACTOR, Sentence
from counterpoise.reports.coding import Attribute, ClaimKind, Direction, Hedge, Span
from counterpoise.reports.hedges import hedge_of, is_negated

__all__ = ["ClaimDraft", "horizon_of", "make_claim"]

_HOLDER: Final = re.compile(
    rf"({ACTOR})(?:\s+(?:officials?|leaders?|diplomats?|analysts?|ministers?))?\s+(?:said|says"
    rf"|sees|views|believes?|warn(?:s|ed)|argue[sd]?|expects?|fears?|claim(?:s|ed)?|hopes?|viewing)\b"
)


@dataclass(frozen=True)
class ClaimDraft:
    """One mention of a claim."""

    attribute: Attribute
    owners: tuple[str, ...]
    others: tuple[str, ...]
    scope: str | None
    direction: Direction
    kind: ClaimKind
    hedge: Hedge
    span: Span
    horizon: str | None
    horizon_days: int | None
    magnitude: str | None
    holder: str | None
    support: float
    at: int
    end: int = 0
    head: int = 0


#: "impending", "soon": taken only right beside the claim, for they qualify a single word.
_SOON: Final = 90


_UNIT: Final = {"day": 1, "week": 7, "month": 30, "year": 365}


_NUMBER: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "few": 3}


def horizon_of(sentence: Sentence, start: int, end: int) -> tuple[str | None, int | None]:
    """Return the time span of a claim as written and in days: in its clause, or opening the sentence."""
    masked = sentence.masked
    breaks = [m.end() for m in re.finditer(r"[,;:]|\b(?:which|while|as|and)\b", masked[:start])]
    begin = breaks[-1] if breaks else 0
    stop = re.search(r"[,;:]|\b(?:which|while|as)\b", masked[end:])
    clause = masked[begin : end + stop.start()] if stop else masked[begin:]
    opening = masked[: m.end()] if (m := re.match(r"[^,]{3,40},", masked)) else ""
    for pattern, days in claim_words().horizons:
        near = f"{masked[max(0, start - 20) : start]} | {masked[end : end + 20]}"
        hit = pattern.search(near) if days == _SOON else pattern.search(clause) or pattern.search(opening)
        if hit and days is None:
            n = _NUMBER.get(hit.group("n")) or int(hit.group("n")[:5])
            return hit.group(), max(1, min(n * _UNIT[hit.group("unit").rstrip("s")], 36500))
        if hit:
            return hit.group(), days
    return None, None


def make_claim(
    sentence: Sentence,
    attribute: Attribute,
    owners: tuple[str, ...],
    others: tuple[str, ...],
    scope: str | None,
    direction: Direction,
    start: int,
    end: int,
    kind: ClaimKind | None = None,
    head: int | None = None,
) -> ClaimDraft:
    """Fill in a claim: hedge, horizon, magnitude, holder; ``head`` is where a negation would stand before."""
    negated = is_negated(sentence, start) or (head is not None and is_negated(sentence, head))
    hedge = hedge_of(sentence, start, end, negated=negated)
    horizon, days = horizon_of(sentence, start, end)
    size = claim_words().magnitude.search(
        sentence.masked, max(0, start - 30), min(len(sentence.masked), end + 40)
    )
    named = _HOLDER.search(sentence.masked, 0, start)
    holder = sentence.at(named.start(1)) if named else None
    if kind is None:
        kind = _KIND.get(hedge.strength, "predictive")
    draft = ClaimDraft(
        attribute,
        tuple(dict.fromkeys(owners)),
        others,
        scope,
        direction,
        kind,
        hedge,
        sentence.span(start, end),
        horizon,
        days,
        size.group() if size else None,
        holder.id if holder else None,
        0.7 if owners or attribute == "balance_of_power" else 0.55,
        start,
        end,
        start if head is None else head,
    )
    return replace(draft, support=0.4) if attribute == "other" else draft


_KIND: Final[dict[str, ClaimKind]] = {
    "asserted": "state",
    "negated": "state",
    "evidential": "evidential",
    "unstated": "open_question",
}
