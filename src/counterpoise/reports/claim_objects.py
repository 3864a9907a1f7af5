"""What a claim is about: the words for attributes and directions, and whose attribute it is.

Objects are looked for in a window right of the word of direction; owners are the possessor, what follows
``of`` or ``for``, the one that gains or loses, or whom a pronoun means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from counterpoise.library import read_yaml
from counterpoise.reports.actors import Mention
from counterpoise.reports.clauses import ACTOR, ADJ, ANY, NOUN, PLACE, Sentence, conjuncts, subjects
from counterpoise.reports.coding import Attribute, Direction
from counterpoise.reports.lexicon import actor

__all__ = [
    "ALLIES",
    "GIVES",
    "HAVES",
    "REGION",
    "ZONE_END",
    "ClaimWords",
    "claim_words",
    "ids_of",
    "objects_in",
    "others_of",
    "own_attribute",
    "owners_of",
    "scope_of",
]

_POSSESSOR: Final = re.compile(
    rf"((?:{ACTOR}(?:'s?)?(?:\s*,\s*(?:and\s+)?"
    rf"|\s+and\s+)(?:the\s+)?)*{ACTOR})(?:'s?)?\s+(?:[a-z-]+\s+){{0,2}}$"
)
_PRONOUN: Final = re.compile(r"\b(?:its|their|his|it|they)\s+(?:[a-z-]+\s+){0,2}$")
_OF: Final = re.compile(
    rf"^\s+(?:of|for|held\s+by|enjoyed\s+by|available\s+to)\s+(?:the\s+"
    rf"|both\s+|its\s+)?(?:[a-z-]+\s+){{0,2}}?({ANY})"
)
_TO: Final = re.compile(
    rf"^[^,;.]{{0,50}}?\b(?:to|for|towards?|of|reach(?:es|ing)?|link(?:s|ed"
    rf"|ing))\s+(?:the\s+|its\s+)?(?:[a-z-]+\s+){{0,3}}?({ANY})"
)
ALLIES: Final = re.compile(
    r"^(?:'s?)?\s+and\s+(?:its|their|his)\s+(?:\w+\s+){0,2}(?:allies|partners|backers)"
)
REGION: Final = re.compile(r"\bregion(?:al(?:ly)?)?\b|\bgeopolitical|\barea\b")
HAVES: Final = re.compile(r"gain|benefit|los|profit|win|won")
GIVES: Final = re.compile(r"giv|gave|offer|hand")
ZONE_END: Final = re.compile(
    r"[;:]|,(?!\s*(?:and\s+)?(?:the\s+)?[\ue000-\ue003])|\b(?:by|which|while|whereas"
    r"|as|after|before|because|though|although|if|when|but|amid|"
    r"without|could|would|may|might|will|should|has|have|is|are|was|were|despite|said|says|raising|raises)\b"
)


@dataclass(frozen=True)
class ClaimWords:
    """Compiled patterns of ``lexicons/claims.yaml``."""

    attributes: tuple[tuple[Attribute, re.Pattern[str]], ...]
    measures: dict[str, str | None]
    directions: tuple[tuple[Direction, re.Pattern[str]], ...]
    any_direction: re.Pattern[str]
    evaluative: re.Pattern[str]
    horizons: tuple[tuple[re.Pattern[str], int | None], ...]
    magnitude: re.Pattern[str]


@cache
def claim_words() -> ClaimWords:
    """Return the lexicon, compiled once."""
    raw: dict[str, Any] = read_yaml("lexicons/claims.yaml")
    attributes = raw["attributes"]
    directions = raw["directions"]
    return ClaimWords(
        tuple((cast(Attribute, a), re.compile(rf"\b(?:{r['words']})\b")) for a, r in attributes.items()),
        {a: r["measure"] for a, r in attributes.items()},
        tuple((cast(Direction, d), re.compile(rf"\b(?:{w})\b")) for d, w in directions.items()),
        re.compile("|".join(rf"\b(?:{w})\b" for w in directions.values())),
        re.compile(raw["evaluative"]),
        tuple((re.compile(h["words"]), h["days"]) for h in raw["horizons"]),
        re.compile(raw["magnitude"]),
    )


def objects_in(
    sentence: Sentence, base: int, zone: str, *, bare: bool
) -> Iterator[tuple[Attribute | None, int, int]]:
    """Yield the objects right of a word of direction: attribute (None for a bare actor) and offsets."""
    spots: list[tuple[Attribute | None, int, int]] = []
    for known, pattern in claim_words().attributes:
        for m in pattern.finditer(zone):
            if not any(a < m.end() and m.start() < b for _, a, b in spots):
                spots.append((known, m.start(), m.end()))
    if bare:
        spots += _bare_actors(sentence, base, zone, spots)
    spots.sort(key=lambda s: s[1])
    at = 0
    for k, (attribute, a, b) in enumerate(spots):
        gap = re.sub(rf"{ANY}(?:'s?)?", "x", zone[at:a])
        if k == 0 and len(gap.split()) > 7:
            return
        if k and not re.search(r"\band\b|,|\bas well as\b", gap):
            continue
        if k and re.search(r"\b(?:its|their)\s+use\b", gap):
            return
        yield attribute, base + a, base + b
        at = b


def _bare_actors(
    sentence: Sentence, base: int, zone: str, spots: list[tuple[Attribute | None, int, int]]
) -> list[tuple[Attribute | None, int, int]]:
    """Return actors that are themselves the object: ``empowering Israel``, ``collapse of the regime``."""
    found: list[tuple[Attribute | None, int, int]] = []
    first = min((a for _, a, _ in spots), default=len(zone))
    for m in sentence.within(base, base + len(zone)):
        a, b = m.start - sentence.start - base, m.end - sentence.start - base
        if m.kind != "noun" or zone[b : b + 2] == "'s" or zone[b : b + 1] == "'":
            continue
        lead = re.sub(rf"{ANY}(?:'s?)?", "x", zone[:a])
        joined = re.search(r"\band\s+(?:the\s+)?$", zone[:a])
        direct = re.fullmatch(
            r"\s*(?:of\s+|to\s+|for\s+)?(?:the\s+|both\s+|both\s+|x\s+and\s+|x,\s*)*(?:[a-z-]+\s+)?", lead
        )
        if (direct and a < first) or (joined and actor(m.id).type != "country"):
            found.append((None, a, b))
    return found


def owners_of(
    sentence: Sentence, a: int, b: int, hit: re.Match[str] | None, last_subject: list[Mention]
) -> tuple[str, ...]:
    """Return whose attribute it is."""
    floor = hit.end() if hit else 0
    left = sentence.masked[floor:a]
    possessor = _POSSESSOR.search(left)
    if possessor:
        found = sentence.within(floor + possessor.start(1), floor + possessor.end(1))
        return ids_of([m for m in found if m.kind in ("noun", "adjective")])
    right = _OF.match(sentence.masked[b:])
    if right:
        m = sentence.at(b + right.start(1))
        if m and m.kind != "place":
            return ids_of(conjuncts(sentence, m, left=False))
    if hit and HAVES.match(hit.group()):
        return ids_of(subjects(sentence, hit.start(), last_subject))
    if hit and GIVES.match(hit.group()):
        return ids_of([m for m in sentence.within(hit.end(), a) if m.kind == "noun"][:1])
    if _PRONOUN.search(left) or _PRONOUN.search(sentence.masked[max(0, a - 30) : a]):
        who = list(subjects(sentence, a, last_subject))
        nouns = [m for m in sentence.within(0, a) if m.kind == "noun" and not m.id.endswith("-REB")]
        return ids_of((who or nouns or last_subject)[:1])
    return ()


def others_of(sentence: Sentence, attribute: Attribute, b: int) -> tuple[str, ...]:
    """Return the other party of a flow: whom the support or the corridor reaches."""
    if attribute not in ("support", "conduit_capacity"):
        return ()
    right = _TO.match(sentence.masked[b:])
    m = sentence.at(b + right.start(1)) if right else None
    return (m.id,) if m else ()


def scope_of(sentence: Sentence, end: int, region: str | None) -> str | None:
    """Return the region or country in which a claim holds."""
    rest = sentence.masked[end : end + 70]
    stop = re.search(r"[,;]|\b(?:by|which|while|and)\b", rest)
    rest = rest[: stop.start()] if stop else rest
    place = re.search(
        rf"\b(?:in|across|throughout|over)\s+(?:the\s+)?(?:[a-z-]+\s+)?([{NOUN}{ADJ}{PLACE}]+)", rest
    )
    if place:
        m = sentence.at(end + place.start(1))
        return m.id if m else None
    return region if REGION.search(rest) or REGION.search(sentence.masked[max(0, end - 40) : end]) else None


def own_attribute(m: Mention) -> Attribute:
    """Return what of an actor changes when the actor is said to be strengthened or weakened."""
    a = actor(m.id)
    if m.id.endswith("-GOV"):
        return "regime_stability"
    if "REB" in a.sector:
        return "operational_space"
    return "strength" if a.type in ("organization", "group") else "position"


def ids_of(mentions: list[Mention]) -> tuple[str, ...]:
    """Return the ids of mentions without repeats."""
    return tuple(dict.fromkeys(m.id for m in mentions))
