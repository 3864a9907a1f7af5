"""One mention of a relation as the rules find it: its status comes from the words before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from counterpoise.reports.actors import Mention
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import Hedge, RelationType, Span, Status
from counterpoise.reports.hedges import hedge_of

__all__ = ["BOND", "RelationDraft", "first_of", "relation_draft"]


@dataclass(frozen=True)
class RelationDraft:
    """One mention of a relation."""

    type: RelationType
    from_: tuple[str, ...]
    to: tuple[str, ...]
    via: tuple[str, ...]
    status: Status
    duration: str | None
    holder: str | None
    hedge: Hedge
    span: Span
    support: float


BOND: Final = r"partnership|relationship|alliance|ties|bond"


_DURATION: Final = re.compile(
    r"(?:over|more\s+than|for|nearly|almost)?\s*(?:\d+|two|three|four|five|six"
    r"|several)\s+(?:decades?|years)|decades?-(?:long|old)|decades"
    r"|long-?standing|for\s+years|since\s+\d{4}|13-year|years-long"
)


_ENDING: Final = re.compile(r"\b(?:end|ending|ends|breakdown|rupture)\b")


_WEAKER: Final = re.compile(
    r"\b(?:weaken\w*|erod\w*|collaps\w*|diminish\w*|declin\w*|los\w+|undermin\w*|setback|blow|unravel\w*)\b"
)


def relation_draft(
    sentence: Sentence,
    type_: RelationType,
    from_: list[str],
    to: list[str],
    start: int,
    end: int,
    *,
    via: list[str] | None = None,
    status: Status | None = None,
    holder: str | None = None,
    support: float = 0.75,
    hedge_at: int | None = None,
) -> RelationDraft:
    """Fill in a relation; its status comes from the words before it unless given."""
    before = sentence.masked[max(0, start - 60) : start]
    duration = _DURATION.search(sentence.masked, max(0, start - 40), end + 60)
    if status is None:
        if _ENDING.search(before):
            status = "ending"
        elif _WEAKER.search(before):
            status = "weakening"
        else:
            status = (
                "past_to_present"
                if duration or re.search(r"\b(?:has|have)\b", sentence.masked[max(0, start - 20) : end])
                else "current"
            )
    at = start if hedge_at is None else hedge_at
    return RelationDraft(
        type_,
        tuple(dict.fromkeys(from_)),
        tuple(dict.fromkeys(to)),
        tuple(via or ()),
        status,
        duration.group().strip() if duration else None,
        holder,
        hedge_of(sentence, at, at),
        sentence.span(start, end),
        support,
    )


def first_of(sentence: Sentence, hit: re.Match[str], *groups: str) -> Mention | None:
    """Return the mention in the first group that matched."""
    for g in groups:
        if hit.group(g):
            return sentence.at(hit.start(g))
    return None
