"""What the text says will follow, holds, or is open: claims.

A claim is an attribute (influence, position, supply corridor …) of somebody, with a direction, found from a word of
direction and the object it governs: to its right (``weakening its influence``, ``collapse of Iranian influence``), else
its subject (``Iran's involvement has diminished``). Objects joined by ``and`` make a claim each. Owners come from the
possessor, ``of``/``for``, or a pronoun. Weakest point: the window that stands in for syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, cast

import yaml

from counterpoise.library import read_text
from counterpoise.reports.actors import Mention
from counterpoise.reports.clauses import ACTOR, ADJ, ANY, NOUN, PLACE, Sentence, conjuncts, subjects
from counterpoise.reports.coding import Attribute, ClaimKind, Direction, Hedge, Span
from counterpoise.reports.hedges import hedge_of
from counterpoise.reports.lexicon import actor

__all__ = ["ClaimDraft", "claim_words", "find_claims"]


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
    raw: dict[str, Any] = yaml.safe_load(read_text("lexicons/claims.yaml"))
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


_ZONE_END: Final = re.compile(
    r"[;:]|,(?!\s*(?:and\s+)?(?:the\s+)?[\ue000-\ue003])|\b(?:by|which|while|whereas|as|after|before|because|though|although|if|when|but|amid|"
    r"without|could|would|may|might|will|should|has|have|is|are|was|were|despite|said|says|raising|raises)\b"
)
_LEFT_BREAK: Final = re.compile(r"[;:]|,\s|\b(?:that|while|as|after|because|although|when|if|but|which|whether|and)\b")
_POSSESSOR: Final = re.compile(rf"((?:{ACTOR}(?:'s?)?(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?:the\s+)?)*{ACTOR})(?:'s?)?\s+(?:[a-z-]+\s+){{0,2}}$")
_PRONOUN: Final = re.compile(r"\b(?:its|their|his|it|they)\s+(?:[a-z-]+\s+){0,2}$")
_OF: Final = re.compile(rf"^\s+(?:of|for|held\s+by|enjoyed\s+by|available\s+to)\s+(?:the\s+|both\s+|its\s+)?(?:[a-z-]+\s+){{0,2}}?({ANY})")
_TO: Final = re.compile(rf"^[^,;.]{{0,50}}?\b(?:to|for|towards?|of|reach(?:es|ing)?|link(?:s|ed|ing))\s+(?:the\s+|its\s+)?(?:[a-z-]+\s+){{0,3}}?({ANY})")
_FROM: Final = re.compile(rf"\bfrom\s+(?:the\s+)?({ANY})")
_ALLIES: Final = re.compile(r"^(?:'s?)?\s+and\s+(?:its|their|his)\s+(?:\w+\s+){0,2}(?:allies|partners|backers)")
_REGION: Final = re.compile(r"\bregion(?:al(?:ly)?)?\b|\bgeopolitical|\barea\b")
_INTRANSITIVE: Final = re.compile(r"(?:be|is|are|become|emerge|look|grow)s?\s|collaps|crumbl|declin|dwindl|wan|evaporat|shr|diminish|weaken|erod|grow|grew|ris|rose|surviv|fall|fell|shift|chang|increas|slip|disintegr|improv|expand|narrow|clos")
_HAVES: Final = re.compile(r"gain|benefit|los|profit|win|won")
_GIVES: Final = re.compile(r"giv|gave|offer|hand")
_QUESTION: Final = re.compile(r"rais(?:es?|ed|ing)\s+(?:\w+\s+)?(?:questions?|doubts)\s+(?:about|over|as to)|unclear|remains?\s+to\s+be\s+seen|(?:an?\s+)?open\s+question|questions?\s+(?:about|over|remain)|whether")
_NEED: Final = re.compile(r"\b(?:in\s+(?:dire|urgent|desperate)\s+need\s+of\s+(?:\w+\s+){0,2}(?:support|help|aid|backing)|desperately\s+needs?\s+(?:support|help))")
_LEFT_EXPOSED: Final = re.compile(rf"\b(?:leav(?:e|es|ing)|left|render(?:s|ed|ing)?|mak(?:e|es|ing))\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}?({ACTOR})(?:[^,;.]{{0,30}}?)\b(exposed|vulnerable|isolated|weaker|stronger|without|defen[cs]eless|alone)\b")
_HOLDER: Final = re.compile(rf"({ACTOR})(?:\s+(?:officials?|leaders?|diplomats?|analysts?|ministers?))?\s+(?:said|says|sees|views|believes?|warn(?:s|ed)|argue[sd]?|expects?|fears?|claim(?:s|ed)?|hopes?|viewing)\b")


def find_claims(sentence: Sentence, last_subject: list[Mention], region: str | None) -> Iterator[ClaimDraft]:
    """Yield the claims of a sentence.

    Parameters
    ----------
    sentence : Sentence
    last_subject : list of Mention
        Whom a pronoun without an antecedent here stands for.
    region : str, optional
        Id of the region that ``the region`` means.
    """
    words, masked = claim_words(), sentence.masked
    if _QUESTION.search(masked):
        yield from _questions(sentence, last_subject, region)
    need = _NEED.search(masked)
    if need:
        who = [m for m in subjects(sentence, need.start(), last_subject)] or _nearest_government(sentence, need.start())
        if who:
            yield _claim(sentence, "need_for_support", _ids(who), (), None, "high", need.start(), need.end(), kind="state")
    for hit in _LEFT_EXPOSED.finditer(masked):
        m = sentence.at(hit.start(1))
        if m:
            yield _exposed(sentence, hit, m)
    seen: set[tuple[str, tuple[str, ...], str]] = set()
    if words.any_direction.search(masked):
        for direction, hit in _directions(masked):
            for draft in _from_direction(sentence, direction, hit, last_subject, region):
                key = (draft.attribute, draft.owners, draft.direction)
                if key not in seen:
                    seen.add(key)
                    yield draft
    evaluation = words.evaluative.search(masked)
    if evaluation and sentence.mentions:
        who = [m for m in sentence.within(evaluation.end(), evaluation.end() + 60) if m.kind != "place"]
        yield _claim(
            sentence, "situation", _ids(who), (), region if _REGION.search(masked) else None, "high",
            evaluation.start(), evaluation.end(), kind="evaluative",
        )  # fmt: skip


def _directions(masked: str) -> list[tuple[Direction, re.Match[str]]]:
    """Return the words of direction, in text order."""
    hits = [(d, m) for d, pattern in claim_words().directions for m in pattern.finditer(masked)]
    hits.sort(key=lambda h: h[1].start())
    return [h for i, h in enumerate(hits) if i == 0 or h[1].start() >= hits[i - 1][1].end()]


def _from_direction(
    sentence: Sentence, direction: Direction, hit: re.Match[str], last_subject: list[Mention], region: str | None
) -> Iterator[ClaimDraft]:
    """Yield the claims that one word of direction makes."""
    masked, verb = sentence.masked, hit.group()
    rest = masked[hit.end() : hit.end() + 130]
    stop = _ZONE_END.search(rest)
    zone = rest[: stop.start()] if stop else rest
    found = list(_objects(sentence, hit.end(), zone, bare=not _GIVES.match(verb)))
    if _GIVES.match(verb):
        found = [f for f in found if f[0] in ("operational_space", "influence", "position")]
    if found:
        for attribute, a, b in found:
            yield from _with_owner(sentence, direction, hit, attribute, a, b, zone, last_subject, region)
        return
    if _HAVES.match(verb):
        who = subjects(sentence, hit.start(), last_subject)
        if who and re.match(r"\s*(?:$|from|most|in\b|the most|greatly|ground)", zone):
            for m in who:
                yield _claim(sentence, _own_attribute(m), (m.id,), (), None, direction, hit.start(), hit.end())
        return
    if _INTRANSITIVE.match(verb):
        yield from _intransitive(sentence, direction, hit, last_subject, region)


def _objects(sentence: Sentence, base: int, zone: str, *, bare: bool) -> Iterator[tuple[Attribute | None, int, int]]:
    """Yield the objects in the zone right of a word of direction: attribute (None for a bare actor) and offsets."""
    spots: list[tuple[Attribute | None, int, int]] = []
    for attribute, pattern in claim_words().attributes:
        for m in pattern.finditer(zone):
            if not any(a < m.end() and m.start() < b for _, a, b in spots):
                spots.append((attribute, m.start(), m.end()))
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
    """Return actors that are themselves the object: ``empowering Israel``, ``collapse of the Assad government``."""
    found: list[tuple[Attribute | None, int, int]] = []
    first = min((a for _, a, _ in spots), default=len(zone))
    for m in sentence.within(base, base + len(zone)):
        a, b = m.start - sentence.start - base, m.end - sentence.start - base
        if m.kind != "noun" or zone[b : b + 2] == "'s" or zone[b : b + 1] == "'":
            continue
        lead = re.sub(rf"{ANY}(?:'s?)?", "x", zone[:a])
        joined = re.search(r"\band\s+(?:the\s+)?$", zone[:a])
        direct = re.fullmatch(r"\s*(?:of\s+|to\s+|for\s+)?(?:the\s+|both\s+|both\s+|x\s+and\s+|x,\s*)*(?:[a-z-]+\s+)?", lead)
        if (direct and a < first) or (joined and actor(m.id).type != "country"):
            found.append((None, a, b))
    return found


def _with_owner(
    sentence: Sentence, direction: Direction, hit: re.Match[str], attribute: Attribute | None, a: int, b: int, zone: str,
    last_subject: list[Mention], region: str | None,
) -> Iterator[ClaimDraft]:  # fmt: skip
    """Yield a claim per owner of an object; a bare actor owns itself."""
    start, end = min(a, hit.start()), max(b, hit.end())
    scope = _scope(sentence, b, region)
    if attribute is None:
        m = sentence.at(a)
        if m is not None and not _GIVES.match(hit.group()):
            yield from _about_actor(sentence, m, direction, hit, start, end, scope)
        return
    owners = _owners(sentence, a, b, hit, last_subject)
    others = _others(sentence, attribute, b)
    if attribute == "strategy" and direction != "change":
        return
    if attribute == "balance_of_power":
        yield _claim(sentence, attribute, (), (), scope or region, _turn(attribute, direction), start, end)
    elif owners and attribute in ("position", "operational_space", "influence"):
        for owner in owners:
            yield _claim(sentence, attribute, (owner,), others, scope, direction, start, end)
    elif owners or others:
        yield _claim(sentence, attribute, tuple(owners), others, scope, direction, start, end)


def _turn(attribute: Attribute, direction: Direction) -> Direction:
    """A balance has no more or less: whatever moves it, changes it."""
    return "change" if attribute == "balance_of_power" and direction in ("increase", "decrease") else direction


def _about_actor(
    sentence: Sentence, m: Mention, direction: Direction, hit: re.Match[str], start: int, end: int, scope: str | None
) -> Iterator[ClaimDraft]:
    """Yield claims on actors that are themselves strengthened or weakened."""
    if direction == "change" or re.match(r"clos|cut|los|gain|fell|limit|extend|expand|offer|expos", hit.group()):
        return
    for x in conjuncts(sentence, m, left=False):
        if x.kind == "noun" and x.start >= m.start:
            yield _claim(sentence, _own_attribute(x), (x.id,), (), scope, direction, start, end)
            if _ALLIES.match(sentence.masked[x.end - sentence.start :]):
                allies = f"{x.id[:3]}-ALLIES"
                yield _claim(sentence, "position", (allies,), (), scope, direction, start, end)


def _own_attribute(m: Mention) -> Attribute:
    """Return what of an actor changes when the actor is said to be strengthened or weakened."""
    a = actor(m.id)
    if m.id.endswith("-GOV"):
        return "regime_stability"
    if "REB" in a.sector:
        return "operational_space"
    return "strength" if a.type in ("organization", "group") else "position"


def _intransitive(
    sentence: Sentence, direction: Direction, hit: re.Match[str], last_subject: list[Mention], region: str | None
) -> Iterator[ClaimDraft]:
    """Yield the claim whose subject stands left: ``Iran's involvement has diminished``, ``the regime could fall``."""
    left = sentence.masked[: hit.start()]
    breaks = [m.end() for m in _LEFT_BREAK.finditer(left)]
    begin = breaks[-1] if breaks else 0
    for attribute, pattern in claim_words().attributes:
        spots = list(pattern.finditer(left, begin))
        if spots and len(left[spots[-1].end() :].split()) <= 12:
            a, b = spots[-1].span()
            owners = _owners(sentence, a, b, None, last_subject)
            if owners or attribute == "balance_of_power":
                scope = _scope(sentence, b, region)
                yield _claim(sentence, attribute, tuple(owners), _others(sentence, attribute, b), scope, _turn(attribute, direction), a, hit.end())
            return
    if re.match(r"(?:be|is|are|become|emerge|look|grow)s?\s|collaps|crumbl|fall|fell|surviv|disintegr|weaken|diminish", hit.group()):
        nouns = [m for m in sentence.within(begin, hit.start()) if m.kind == "noun"]
        tail = left[nouns[-1].end - sentence.start :] if nouns else ""
        if nouns and len(tail.split()) <= 4 and nouns[-1].id.endswith(("-GOV",)) or nouns and actor(nouns[-1].id).type == "group":
            m = nouns[-1]
            yield _claim(sentence, _own_attribute(m), (m.id,), (), None, direction, m.start - sentence.start, hit.end())


def _owners(
    sentence: Sentence, a: int, b: int, hit: re.Match[str] | None, last_subject: list[Mention]
) -> list[str]:
    """Return whose attribute it is."""
    floor = hit.end() if hit else 0
    left = sentence.masked[floor:a]
    possessor = _POSSESSOR.search(left)
    if possessor:
        found = sentence.within(floor + possessor.start(1), floor + possessor.end(1))
        return _ids([m for m in found if m.kind in ("noun", "adjective")])
    right = _OF.match(sentence.masked[b:])
    if right:
        m = sentence.at(b + right.start(1))
        if m and m.kind != "place":
            return _ids(conjuncts(sentence, m, left=False))
    if hit and _HAVES.match(hit.group()):
        return _ids(subjects(sentence, hit.start(), last_subject))
    if hit and _GIVES.match(hit.group()):
        return _ids([m for m in sentence.within(hit.end(), a) if m.kind == "noun"][:1])
    if _PRONOUN.search(left) or _PRONOUN.search(sentence.masked[max(0, a - 30) : a]):
        who = [m for m in subjects(sentence, a, last_subject)]
        nouns = [m for m in sentence.within(0, a) if m.kind == "noun" and not m.id.endswith("-REB")]
        return _ids((who or nouns or last_subject)[:1])
    return []


def _others(sentence: Sentence, attribute: Attribute, b: int) -> tuple[str, ...]:
    """Return the other party of a flow: whom the support or the corridor reaches."""
    if attribute not in ("support", "conduit_capacity"):
        return ()
    right = _TO.match(sentence.masked[b:])
    m = sentence.at(b + right.start(1)) if right else None
    return (m.id,) if m else ()


def _scope(sentence: Sentence, end: int, region: str | None) -> str | None:
    """Return the region or country in which a claim holds."""
    rest = sentence.masked[end : end + 70]
    stop = re.search(r"[,;]|\b(?:by|which|while|and)\b", rest)
    rest = rest[: stop.start()] if stop else rest
    place = re.search(rf"\b(?:in|across|throughout|over)\s+(?:the\s+)?(?:[a-z-]+\s+)?([{NOUN}{ADJ}{PLACE}]+)", rest)
    if place:
        m = sentence.at(end + place.start(1))
        return m.id if m else None
    return region if _REGION.search(rest) or _REGION.search(sentence.masked[max(0, end - 40) : end]) else None


def _exposed(sentence: Sentence, hit: re.Match[str], m: Mention) -> ClaimDraft:
    """Build the claim of ``leaves X exposed``."""
    stronger = hit.group(2) == "stronger"
    attribute: Attribute = "threat_exposure"
    direction: Direction = "increase"
    if m.id.endswith("-GOV"):
        attribute, direction = "regime_stability", "increase" if stronger else "decrease"
    elif hit.group(2) in ("weaker", "stronger", "isolated"):
        attribute, direction = _own_attribute(m), "increase" if stronger else "decrease"
    return _claim(sentence, attribute, (m.id,), (), None, direction, hit.start(), hit.end())


def _questions(sentence: Sentence, last_subject: list[Mention], region: str | None) -> Iterator[ClaimDraft]:
    """Yield what the text leaves open."""
    hit = _QUESTION.search(sentence.masked)
    if hit is None:
        return
    zone = sentence.masked[hit.end() : hit.end() + 110]
    for attribute, pattern in reversed(claim_words().attributes):
        spot = pattern.search(zone)
        if spot is None:
            continue
        owners = [m.id for m in sentence.within(hit.end(), hit.end() + 110) if m.kind in ("noun", "adjective")][:1]
        if not owners and re.search(r"\b(?:its|their|his|it|they)\b", zone):
            first = [m for m in sentence.within(0, hit.start()) if m.kind in ("noun", "adjective")]
            owners = [m.id for m in (first or last_subject)[:1]]
        scope = region if _REGION.search(zone) else None
        if attribute == "strategy" or owners:
            yield _claim(sentence, attribute, tuple(owners), (), scope, "unknown", hit.start(), hit.end() + spot.end(), kind="open_question")
        return


def _nearest_government(sentence: Sentence, at: int) -> list[Mention]:
    return [m for m in sentence.within(0, at) if m.id.endswith("-GOV")][-1:]


def _claim(
    sentence: Sentence, attribute: Attribute, owners: tuple[str, ...], others: tuple[str, ...], scope: str | None,
    direction: Direction, start: int, end: int, kind: ClaimKind | None = None,
) -> ClaimDraft:  # fmt: skip
    """Fill in a claim: hedge, horizon, magnitude, holder."""
    hedge = hedge_of(sentence, start, end)
    horizon, days = _horizon(sentence, start, end)
    size = claim_words().magnitude.search(sentence.masked, max(0, start - 30), min(len(sentence.masked), end + 40))
    named = _HOLDER.search(sentence.masked, 0, start)
    holder = sentence.at(named.start(1)) if named else None
    if kind is None:
        kind = {"asserted": "state", "negated": "state", "evidential": "evidential", "unstated": "open_question"}.get(
            hedge.strength, "predictive"
        )  # type: ignore[assignment]
    assert kind is not None
    draft = ClaimDraft(
        attribute, tuple(dict.fromkeys(owners)), others, scope, direction, kind, hedge, sentence.span(start, end), horizon,
        days, size.group() if size else None, holder.id if holder else None, 0.7 if owners or attribute == "balance_of_power" else 0.55,
        start,
    )  # fmt: skip
    return replace(draft, support=0.4) if attribute == "other" else draft


_UNIT: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
_NUMBER: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "few": 3}


def _horizon(sentence: Sentence, start: int, end: int) -> tuple[str | None, int | None]:
    """Return the time span that the text gives for a claim, as written and in days: in its clause, or opening the sentence."""
    masked = sentence.masked
    breaks = [m.end() for m in re.finditer(r"[,;:]|\b(?:which|while|as|and)\b", masked[:start])]
    begin = breaks[-1] if breaks else 0
    stop = re.search(r"[,;:]|\b(?:which|while|as)\b", masked[end:])
    clause = masked[begin : end + stop.start()] if stop else masked[begin:]
    opening = masked[: m.end()] if (m := re.match(r"[^,]{3,40},", masked)) else ""
    for pattern, days in claim_words().horizons:
        hit = pattern.search(clause) or pattern.search(opening)
        if hit and days is None:
            n = _NUMBER.get(hit.group("n")) or int(hit.group("n")[:5])
            return hit.group(), max(1, min(n * _UNIT[hit.group("unit").rstrip("s")], 36500))
        if hit:
            return hit.group(), days
    return None, None


def _ids(mentions: list[Mention]) -> Any:
    return tuple(dict.fromkeys(m.id for m in mentions))
