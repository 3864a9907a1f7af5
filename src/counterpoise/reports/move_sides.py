"""The two sides of a move: who sends, and from or to whom, read off the words around its verb or noun."""

from __future__ import annotations

import re
from typing import Final

from counterpoise.reports.actors import Mention
from counterpoise.reports.clauses import ACTOR, ANY, Sentence, conjuncts, subjects
from counterpoise.reports.lexicon import actor
from counterpoise.reports.move_rules import FROM

__all__ = ["client_before", "senders_of", "where_of"]

#: "called on American troops to", "told them to": who is told, not who tells, is the one that goes.
_ADDRESSEE: Final = re.compile(
    rf"\b(?:call\w*\s+(?:on|upon|for)|appeal\w*\s+to|urg\w+|ask\w*|order\w*|told|tell\w*|press\w*|command\w*|want\w*|instruct\w*)\s+"
    rf"(?:the\s+|all\s+|remaining\s+)*(?P<who>{ACTOR})\s+(?:[a-z]+\s+){{0,3}}?(?:not\s+)?to\s+(?:[a-z]+ly\s+)?$"
)


def senders_of(
    sentence: Sentence, rule: str, hit: re.Match[str], last_subject: list[Mention], stretch: str
) -> list[Mention]:
    """Return who takes away or gives."""
    at = hit.start("verb")
    if rule == "noun":
        found = _possessor(sentence, at, hit, stretch)
        if found or not re.search(r"\b(?:its|their|his)\s+(?:\w+\s+)?$", sentence.masked[:at]):
            return found
        return subjects(sentence, at, last_subject) or last_subject
    if rule == "passive":
        found = [
            m
            for m in sentence.within(max(0, hit.start() - 40), hit.start() + 1)
            if m.kind in ("noun", "adjective")
        ]
        by = re.search(rf"\bby\s+(?:the\s+)?({ACTOR})", stretch)
        agent = sentence.at(hit.end("verb") + by.start(1)) if by else None
        return [agent] if agent else found[-1:]
    told = _ADDRESSEE.search(sentence.masked[:at])
    if told and (m := sentence.at(told.start("who"))):
        return conjuncts(sentence, m, left=False)
    found = [m for m in subjects(sentence, at, last_subject) if actor(m.id).type not in ("region",)]
    return found or _speaker_behind(sentence, hit)


def _speaker_behind(sentence: Sentence, hit: re.Match[str]) -> list[Mention]:
    """Return who speaks of ``we`` where the speaker stands behind the quote."""
    if not re.search(r"\b(?:we|our|us)\b", sentence.masked[: hit.start("verb")]):
        return []
    for m in sentence.within(hit.end("verb"), len(sentence.masked)):
        tail = sentence.masked[m.end - sentence.start :][:50]
        before = sentence.masked[: m.start - sentence.start]
        if re.search(r"[\"”']\s*,?\s*(?:the\s+|an?\s+)?$", before) and re.match(
            r"[^.;]{0,40}\b(?:said|says|told|vowed)\b", tail
        ):
            return [m]
    return []


def _possessor(sentence: Sentence, at: int, hit: re.Match[str], stretch: str) -> list[Mention]:
    """Return whose withdrawal a noun speaks of: ``Iran's …``, ``… of Iranian forces``, ``… by Iran``."""
    left = re.search(rf"({ACTOR})(?:'s?)?\s+(?:[a-z-]+\s+){{0,3}}$", sentence.masked[:at])
    if left and not re.search(r"\b(?:from|in|to|after|and)\s+$", sentence.masked[: left.start(1)]):
        owner = sentence.at(left.start(1))
        if owner and not re.search(
            r"\b(?:is|are|was|were|has|said|that|the)\b", left.group()[len(left.group(1)) :]
        ):
            return conjuncts(sentence, owner)
    if re.match(r"\s+of\s+(?:all\s+|some\s+|most\s+(?:of\s+)?)?(?:its|their|his)\b", stretch):
        return subjects(sentence, at)
    for pattern in (
        rf"^\s+from\s+(?:the\s+)?{ANY}\s+of\s+(?:[a-z-]+\s+){{0,3}}({ACTOR})",
        rf"^\s+of\s+(?:(?!from\b|in\b|to\b)[a-z-]+\s+){{0,3}}({ACTOR})",
        rf"\bby\s+(?:the\s+)?({ACTOR})",
    ):
        right = re.search(pattern, stretch)
        if right:
            owner = sentence.at(hit.end("verb") + right.start(1))
            return conjuncts(sentence, owner, left=False) if owner else []
    return []


def where_of(
    sentence: Sentence, rule: str, hit: re.Match[str], stretch: str, senders: list[Mention]
) -> list[Mention]:
    """Return the places or clients that lose or gain, with their conjuncts."""
    base = hit.end("verb")
    if rule in ("drop", "join"):
        m = sentence.at(hit.start("loc"))
        return conjuncts(sentence, m, left=False) if m else []
    patterns = [FROM]
    if rule == "keep":
        patterns = [rf"^\s*(?:in|at|inside)\s+(?P<det>(?:[a-z-]+\s+){{0,3}}?)(?P<loc>{ANY})"]
        base = hit.end()
        stretch = sentence.masked[base : base + 80]
    if rule in ("cut", "send"):
        patterns = [rf"\b(?:to|for|from|in|into|against)\s+(?P<det>(?:[a-z-]+\s+){{0,4}}?)(?P<loc>{ANY})"]
    if rule == "leave":
        patterns = [
            rf"^\s+(?:from\s+|of\s+|out\s+of\s+)?(?P<det>(?:[a-z-]+\s+){{0,5}}?)(?P<loc>{ANY})",
            FROM,
        ]
    for pattern in patterns:
        for found in re.finditer(pattern, stretch):
            m = sentence.at(base + found.start("loc"))
            if (
                m
                and m not in senders
                and not _NOT_LEFT.search(found.group("det"))
                and not _is_paper(sentence, m)
            ):
                return [c for c in conjuncts(sentence, m, left=False) if c not in senders]
    if rule == "send":
        m = next(
            (x for x in sentence.within(base, hit.end() + 1) if x.kind == "noun" and x not in senders), None
        )
        return [m] if m else []
    return client_before(sentence, rule, hit, senders)


def _is_paper(sentence: Sentence, m: Mention) -> bool:
    return bool(_PAPER.match(sentence.masked, m.end - sentence.start))


def client_before(sentence: Sentence, rule: str, hit: re.Match[str], senders: list[Mention]) -> list[Mention]:
    """Return a place that precedes: ``In Mali, French troops were pulled out``."""
    if rule == "leave":
        return []
    before = sentence.masked[: hit.start("verb")]
    found = list(re.finditer(rf"\bin\s+(?:[a-z-]+\s+){{0,2}}?(?P<loc>{ANY})", before))
    places = [m for f in found if (m := sentence.at(f.start("loc"))) and m not in senders]
    return places[-1:]


#: A place that only names a treaty, a court or a contest: "the Paris climate accord".
_PAPER: Final = re.compile(
    r"\s+(?:(?!under|in|on|by|at|as|for|after|with|and|or|to|from|over|despite|before|the|a)[a-z-]+\s+){0,2}(?:accords?|treaty|agreement|pact|convention|protocol|deal|court|statute|summit|conference|championships?|cup|games"
    r"|open|marathon|process|talks|memorandum|contract)\b"
)


_NOT_LEFT: Final = re.compile(r"\b(?:against|border|with|for|to|towards?|into)\b")
