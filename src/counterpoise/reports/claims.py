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
from typing import Final

from counterpoise.reports.actors import Mention
from counterpoise.reports.claim_drafts import ClaimDraft, make_claim
from counterpoise.reports.claim_objects import (
    REGION,
    claim_words,
    ids_of,
    own_attribute,
    owners_of,
    scope_of,
)
from counterpoise.reports.claim_turns import claims_of_turn, directions_in
from counterpoise.reports.clauses import ACTOR, Sentence, subjects
from counterpoise.reports.coding import Attribute, Direction

__all__ = ["find_claims"]


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
            yield make_claim(
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
        for direction, hit in directions_in(masked):
            for draft in claims_of_turn(sentence, direction, hit, last_subject, region):
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
        yield make_claim(sentence, "situation", (m.id,), (), scope, turn, start, far, kind="evaluative")
    if not who:
        subject = _IMPLICATIONS.search(sentence.masked, 0, start)
        start = subject.start() if subject else start
        yield make_claim(sentence, "situation", (), (), scope, turn, start, end, kind="evaluative")


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
            yield make_claim(sentence, attribute, owners, (), scope, "enable", hit.start(), b, kind="state")
            return


def _exposed(sentence: Sentence, hit: re.Match[str], m: Mention) -> ClaimDraft:
    """Build the claim of ``leaves X exposed``."""
    stronger = hit.group(2) == "stronger"
    attribute: Attribute = "threat_exposure"
    direction: Direction = "increase"
    if m.id.endswith("-GOV"):
        attribute, direction = "regime_stability", "increase" if stronger else "decrease"
    elif hit.group(2) in ("weaker", "stronger", "isolated"):
        attribute, direction = own_attribute(m), "increase" if stronger else "decrease"
    return make_claim(sentence, attribute, (m.id,), (), None, direction, hit.start(), hit.end())


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
        yield make_claim(
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
