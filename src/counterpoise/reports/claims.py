"""What the text says will follow, holds, or is open: claims.

A claim is an attribute (influence, position, supply corridor …) of somebody, with a direction, found from a
word of direction and the object it governs: to its right (``weakening its influence``, ``collapse of
Iranian influence``), else its subject (``Iran's involvement has diminished``). Objects joined by ``and``
make a claim each. Owners come from the possessor, ``of``/``for``, or a pronoun. Weakest point: the window
that stands in for syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from counterpoise.reports.actors import Mention
from counterpoise.reports.claim_drafts import ClaimDraft, horizon_of
from counterpoise.reports.claim_objects import (
    ALLIES,
    GIVES,
    HAVES,
    REGION,
    ZONE_END,
    claim_words,
    ids_of,
    objects_in,
    others_of,
    own_attribute,
    owners_of,
    scope_of,
)
from counterpoise.reports.clauses import ACTOR, ANY, Sentence, conjuncts, subjects
from counterpoise.reports.coding import Attribute, ClaimKind, Direction
from counterpoise.reports.hedges import hedge_of, is_negated
from counterpoise.reports.lexicon import actor

__all__ = ["find_claims"]


_LEFT_BREAK: Final = re.compile(
    r"[;:]|,\s|\b(?:that|while|as|after|because|although|when|if|but|which|whether|and)\b"
)
_FROM: Final = re.compile(rf"\bfrom\s+(?:the\s+)?({ANY})")
_INTRANSITIVE: Final = re.compile(
    r"(?:be|is|are|become|emerge|look|grow)s?\s|collaps|crumbl|declin|dwindl|wan|evaporat|shr"
    r"|diminish|weaken|erod|grow|grew|ris|rose|surviv|fall|fell|shift"
    r"|chang|increas|slip|disintegr|improv|expand|narrow|clos"
)
_QUESTION: Final = re.compile(
    r"rais(?:es?|ed|ing)\s+(?:\w+\s+)?(?:questions?|doubts)\s+(?:about|over|as to)|unclear"
    r"|remains?\s+to\s+be\s+seen|(?:an?\s+)?open\s+question|questions?\s+(?:about|over|remain)|whether"
)
_NEED: Final = re.compile(
    r"\b(?:in\s+(?:dire|urgent|desperate)\s+need\s+of\s+(?:\w+\s+){0,2}(?:support"
    r"|help|aid|backing)|desperately\s+needs?\s+(?:support|help))"
)
_ROLE: Final = re.compile(
    r"\b(?:integral|crucial|vital|essential|central|instrumental|key|pivotal|indispensable)\s+(?:for|to|in)\b"
)
_CLAUSE_END: Final = re.compile(r"[,;:.]|\b(?:which|while|but|because|after)\b")
_IMPLICATIONS: Final = re.compile(r"\b(?:implications|consequences|effects|repercussions)\b")
_LEFT_EXPOSED: Final = re.compile(
    rf"\b(?:leav(?:e|es|ing)|left|render(?:s|ed|ing)?|mak(?:e|es"
    rf"|ing))\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}?({ACTOR})(?:[^,;.]{{0,30}}?)\b(exposed"
    rf"|vulnerable|isolated|weaker|stronger|without|defen[cs]eless|alone)\b"
)
_HOLDER: Final = re.compile(
    rf"({ACTOR})(?:\s+(?:officials?|leaders?|diplomats?|analysts?|ministers?))?\s+(?:said|says"
    rf"|sees|views|believes?|warn(?:s|ed)|argue[sd]?|expects?|fears?|claim(?:s|ed)?|hopes?|viewing)\b"
)


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
    if sentence.may("claim.question") and _QUESTION.search(masked):
        yield from _questions(sentence, last_subject, region)
    need = _NEED.search(masked) if sentence.may("claim.need") else None
    if need:
        who = list(subjects(sentence, need.start(), last_subject)) or _nearest_government(
            sentence, need.start()
        )
        if who:
            yield _claim(
                sentence,
                "need_for_support",
                ids_of(who),
                (),
                None,
                "high",
                need.start(),
                need.end(),
                kind="state",
            )
    for hit in _LEFT_EXPOSED.finditer(masked) if sentence.may("claim.exposed") else ():
        m = sentence.at(hit.start(1))
        if m:
            yield _exposed(sentence, hit, m)
    seen: set[tuple[str, tuple[str, ...], str]] = set()
    if sentence.may("claim.turn"):
        for direction, hit in _directions(masked):
            for draft in _from_direction(sentence, direction, hit, last_subject, region):
                key = (draft.attribute, draft.owners, draft.direction)
                if key not in seen:
                    seen.add(key)
                    yield draft
    if sentence.may("claim.role"):
        yield from _roles(sentence, last_subject, region)
    evaluation = words.evaluative.search(masked) if sentence.may("claim.value") else None
    if evaluation and sentence.mentions:
        yield from _evaluations(sentence, evaluation, region)


def _evaluations(sentence: Sentence, hit: re.Match[str], region: str | None) -> Iterator[ClaimDraft]:
    """Yield an evaluation for each actor that it is about; one without an actor is about the situation."""
    who = [m for m in sentence.within(hit.end(), hit.end() + 60) if m.kind != "place"]
    scope = region if REGION.search(sentence.masked) else None
    start, end = hit.span()
    turn: Direction = "change" if "turning" in hit.group() else "high"
    for m in who:
        far = max(end, m.end - sentence.start)
        yield _claim(sentence, "situation", (m.id,), (), scope, turn, start, far, kind="evaluative")
    if not who:
        subject = _IMPLICATIONS.search(sentence.masked, 0, start)
        start = subject.start() if subject else start
        yield _claim(sentence, "situation", (), (), scope, turn, start, end, kind="evaluative")


def _roles(sentence: Sentence, last_subject: list[Mention], region: str | None) -> Iterator[ClaimDraft]:
    """Yield what something makes possible: ``has been integral for Iran in asserting its influence``."""
    hit = _ROLE.search(sentence.masked)
    if hit is None:
        return
    zone = sentence.masked[hit.end() : hit.end() + 90]
    for attribute, pattern in claim_words().attributes:
        spot = pattern.search(zone)
        if spot is None or _CLAUSE_END.search(zone[: spot.start()]):
            continue
        a, b = hit.end() + spot.start(), hit.end() + spot.end()
        named = [m for m in sentence.within(hit.end(), a) if m.kind in ("noun", "adjective")]
        owners = ids_of(named[:1]) or owners_of(sentence, a, b, None, last_subject)
        if owners:
            scope = scope_of(sentence, b, region)
            yield _claim(sentence, attribute, owners, (), scope, "enable", hit.start(), b, kind="state")
            return


def _directions(masked: str) -> list[tuple[Direction, re.Match[str]]]:
    """Return the words of direction, in text order."""
    hits = [(d, m) for d, pattern in claim_words().directions for m in pattern.finditer(masked)]
    hits.sort(key=lambda h: h[1].start())
    return [h for i, h in enumerate(hits) if i == 0 or h[1].start() >= hits[i - 1][1].end()]


def _from_direction(
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
                yield _claim(sentence, own_attribute(m), (m.id,), (), None, direction, hit.start(), hit.end())
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
        yield _claim(sentence, attribute, (), (), scope or region, _turn(attribute, direction), start, end)
    elif owners and attribute in ("position", "operational_space", "influence"):
        for owner in owners:
            yield _claim(sentence, attribute, (owner,), others, scope, direction, start, end)
    elif owners or others:
        yield _claim(sentence, attribute, tuple(owners), others, scope, direction, start, end)


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
            yield _claim(sentence, own_attribute(x), (x.id,), (), scope, direction, start, end)
            joined = ALLIES.match(sentence.masked[x.end - sentence.start :])
            if joined:
                allies = f"{x.id[:3]}-ALLIES"
                far = max(end, x.end - sentence.start + joined.end())
                yield _claim(sentence, "position", (allies,), (), scope, direction, start, far)


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
                yield _claim(
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
            yield _claim(
                sentence, own_attribute(m), (m.id,), (), None, direction, start, hit.end(), head=hit.start()
            )


def _exposed(sentence: Sentence, hit: re.Match[str], m: Mention) -> ClaimDraft:
    """Build the claim of ``leaves X exposed``."""
    stronger = hit.group(2) == "stronger"
    attribute: Attribute = "threat_exposure"
    direction: Direction = "increase"
    if m.id.endswith("-GOV"):
        attribute, direction = "regime_stability", "increase" if stronger else "decrease"
    elif hit.group(2) in ("weaker", "stronger", "isolated"):
        attribute, direction = own_attribute(m), "increase" if stronger else "decrease"
    return _claim(sentence, attribute, (m.id,), (), None, direction, hit.start(), hit.end())


def _questions(sentence: Sentence, last_subject: list[Mention], region: str | None) -> Iterator[ClaimDraft]:
    """Yield what the text leaves open: each attribute that the question joins with commas or ``and``."""
    hit = _QUESTION.search(sentence.masked)
    if hit is None:
        return
    zone = sentence.masked[hit.end() : hit.end() + 110]
    owners = [m.id for m in sentence.within(hit.end(), hit.end() + 110) if m.kind in ("noun", "adjective")][
        :1
    ]
    if not owners and re.search(r"\b(?:its|their|his|it|they)\b", zone):
        first = [m for m in sentence.within(0, hit.start()) if m.kind in ("noun", "adjective")]
        owners = [m.id for m in (first or last_subject)[:1]]
    scope = region if REGION.search(zone) else None
    end = 0
    for attribute, a, b in _asked(zone):
        if end and not re.fullmatch(r"\s*(?:,|and|,\s*and|or)\s+(?:[a-z'-]+\s+){0,2}", zone[end:a]):
            return
        if attribute != "strategy" and not owners:
            return
        start = hit.start() if not end else hit.end() + a
        end = b
        yield _claim(
            sentence,
            attribute,
            tuple(owners),
            (),
            scope,
            "unknown",
            start,
            hit.end() + b,
            kind="open_question",
        )


def _asked(zone: str) -> list[tuple[Attribute, int, int]]:
    """Return the attributes that a question names, in text order, the vaguer ones giving way."""
    spots: list[tuple[Attribute, int, int]] = []
    for attribute, pattern in reversed(claim_words().attributes):
        for m in pattern.finditer(zone):
            if not any(a < m.end() and m.start() < b for _, a, b in spots):
                spots.append((attribute, m.start(), m.end()))
    spots.sort(key=lambda s: s[1])
    # "the future of its strategy" is one thing that is asked about.
    joined: list[tuple[Attribute, int, int]] = []
    for attribute, a, b in spots:
        if joined and joined[-1][0] == attribute:
            joined[-1] = (attribute, joined[-1][1], b)
        else:
            joined.append((attribute, a, b))
    return joined


def _nearest_government(sentence: Sentence, at: int) -> list[Mention]:
    return [m for m in sentence.within(0, at) if m.id.endswith("-GOV")][-1:]


def _claim(
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
