"""One mention of a claim as the rules find it, and the time span that its words give it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from counterpoise.reports.claim_objects import claim_words
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import Attribute, ClaimKind, Direction, Hedge, Span

__all__ = ["ClaimDraft", "horizon_of"]


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
