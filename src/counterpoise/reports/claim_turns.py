"""Claims made by a word of direction: what it governs to its right, else its subject to the left.

``weakening its influence``, ``collapse of Iranian influence``; ``Iran's involvement has diminished``. Weakest point: the window
that stands in for syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from counterpoise.reports.actors import Mention
from counterpoise.reports.claim_drafts import ClaimDraft, make_claim
from counterpoise.reports.claim_objects import (
    ALLIES,
    GIVES,
    HAVES,
    ZONE_END,
    claim_words,
    objects_in,
    others_of,
    own_attribute,
    owners_of,
    scope_of,
)
from counterpoise.reports.clauses import Sentence, conjuncts, subjects
from counterpoise.reports.coding import Attribute, Direction
from counterpoise.reports.lexicon import actor

__all__ = ["claims_of_turn", "directions_in"]

_LEFT_BREAK: Final = re.compile(
    r"[;:]|,\s|\b(?:that|while|as|after|because|although|when|if|but|which|whether|and)\b"
)
_INTRANSITIVE: Final = re.compile(
    r"(?:be|is|are|become|emerge|look|grow)s?\s|collaps|crumbl|declin|dwindl|wan|evaporat|shr"
    r"|diminish|weaken|erod|grow|grew|ris|rose|surviv|fall|fell|shift"
    r"|chang|increas|slip|disintegr|improv|expand|narrow|clos"
)


def directions_in(masked: str) -> list[tuple[Direction, re.Match[str]]]:
    """Return the words of direction, in text order."""
    hits = [(d, m) for d, pattern in claim_words().directions for m in pattern.finditer(masked)]
    hits.sort(key=lambda h: h[1].start())
    return [h for i, h in enumerate(hits) if i == 0 or h[1].start() >= hits[i - 1][1].end()]


def claims_of_turn(
    sentence: Sentence,
    direction: Direction,
    hit: re.Match[str],
    last_subject: list[Mention],
    region: str | None,
) -> Iterator[ClaimDraft]:
    """Yield the claims that one word of direction makes."""
    masked, verb = sentence.masked, hit.group()
    rest = masked[hit.end() : hit.end() + 130]
    stop = ZONE_END.search(rest)
    zone = rest[: stop.start()] if stop else rest
    found = list(objects_in(sentence, hit.end(), zone, bare=not GIVES.match(verb)))
    if GIVES.match(verb):
        found = [f for f in found if f[0] in ("operational_space", "influence", "position")]
    if found:
        for attribute, a, b in found:
            yield from _with_owner(sentence, direction, hit, attribute, a, b, zone, last_subject, region)
        return
    if HAVES.match(verb):
        who = subjects(sentence, hit.start(), last_subject)
        if who and re.match(r"\s*(?:$|from|most|in\b|the most|greatly|ground)", zone):
            for m in who:
                yield make_claim(
                    sentence, own_attribute(m), (m.id,), (), None, direction, hit.start(), hit.end()
                )
        return
    if _INTRANSITIVE.match(verb):
        yield from _intransitive(sentence, direction, hit, last_subject, region)


def _with_owner(
    sentence: Sentence,
    direction: Direction,
    hit: re.Match[str],
    attribute: Attribute | None,
    a: int,
    b: int,
    zone: str,
    last_subject: list[Mention],
    region: str | None,
) -> Iterator[ClaimDraft]:
    """Yield a claim per owner of an object; a bare actor owns itself."""
    start, end = min(a, hit.start()), max(b, hit.end())
    scope = scope_of(sentence, b, region)
    if attribute is None:
        m = sentence.at(a)
        if m is not None and not GIVES.match(hit.group()):
            yield from _about_actor(sentence, m, direction, hit, start, end, scope)
        return
    owners = owners_of(sentence, a, b, hit, last_subject)
    others = others_of(sentence, attribute, b)
    if attribute == "strategy" and direction != "change":
        return
    if attribute in ("balance_of_power", "situation"):
        yield make_claim(
            sentence, attribute, (), (), scope or region, _turn(attribute, direction), start, end
        )
    elif owners and attribute in ("position", "operational_space", "influence"):
        for owner in owners:
            yield make_claim(sentence, attribute, (owner,), others, scope, direction, start, end)
    elif owners or others:
        yield make_claim(sentence, attribute, tuple(owners), others, scope, direction, start, end)


def _turn(attribute: Attribute, direction: Direction) -> Direction:
    """A balance has no more or less: whatever moves it, changes it."""
    return (
        "change"
        if attribute in ("balance_of_power", "situation") and direction in ("increase", "decrease")
        else direction
    )


def _about_actor(
    sentence: Sentence,
    m: Mention,
    direction: Direction,
    hit: re.Match[str],
    start: int,
    end: int,
    scope: str | None,
) -> Iterator[ClaimDraft]:
    """Yield claims on actors that are themselves strengthened or weakened."""
    if direction == "change" or re.match(
        r"clos|cut|los|gain|fell|limit|extend|expand|offer|expos", hit.group()
    ):
        return
    for x in conjuncts(sentence, m, left=False):
        if x.kind == "noun" and x.start >= m.start:
            yield make_claim(sentence, own_attribute(x), (x.id,), (), scope, direction, start, end)
            joined = ALLIES.match(sentence.masked[x.end - sentence.start :])
            if joined:
                allies = f"{x.id[:3]}-ALLIES"
                far = max(end, x.end - sentence.start + joined.end())
                yield make_claim(sentence, "position", (allies,), (), scope, direction, start, far)


def _intransitive(
    sentence: Sentence,
    direction: Direction,
    hit: re.Match[str],
    last_subject: list[Mention],
    region: str | None,
) -> Iterator[ClaimDraft]:
    """Yield the claim whose subject stands left: ``Iran's involvement has diminished``."""
    left = sentence.masked[: hit.start()]
    breaks = [m.end() for m in _LEFT_BREAK.finditer(left)]
    begin = breaks[-1] if breaks else 0
    for attribute, pattern in claim_words().attributes:
        spots = list(pattern.finditer(left, begin))
        if spots and len(left[spots[-1].end() :].split()) <= 12:
            a, b = spots[-1].span()
            owners = owners_of(sentence, a, b, None, last_subject)
            if owners or attribute == "balance_of_power":
                scope = scope_of(sentence, b, region)
                yield make_claim(
                    sentence,
                    attribute,
                    tuple(owners),
                    others_of(sentence, attribute, b),
                    scope,
                    _turn(attribute, direction),
                    a,
                    hit.end(),
                    head=hit.start(),
                )
            return
    if re.match(
        r"(?:be|is|are|become|emerge|look|grow)s?\s|collaps|crumbl"
        r"|fall|fell|surviv|disintegr|weaken|diminish",
        hit.group(),
    ):
        nouns = [m for m in sentence.within(begin, hit.start()) if m.kind == "noun"]
        tail = left[nouns[-1].end - sentence.start :] if nouns else ""
        if (nouns and len(tail.split()) <= 4 and nouns[-1].id.endswith(("-GOV",))) or (
            nouns and actor(nouns[-1].id).type == "group"
        ):
            m = nouns[-1]
            start = m.start - sentence.start
            yield make_claim(
                sentence, own_attribute(m), (m.id,), (), None, direction, start, hit.end(), head=hit.start()
            )
