"""Standing relations beside patronage: partners, allies, leaders, rivals, members, proxies, trade, recognition, sanctions.

One row of ``lexicons/standing.yaml`` is one relation: its type, its gate, and a pattern with the parties
``a`` (from) and ``b`` (to); a missing ``a`` is the subject. Status comes from the words around it.

Weakest point: the subject of a noun (``ties with``) is found by position.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from counterpoise.library import read_yaml
from counterpoise.reports.actors import Mention, person_id, state_of
from counterpoise.reports.clauses import ACTOR, ADJ, ANY, MODIFIER, NOUN, Sentence, conjuncts, subjects
from counterpoise.reports.coding import RelationType, Status
from counterpoise.reports.gates import bit
from counterpoise.reports.hedges import is_negated
from counterpoise.reports.lexicon import actor

__all__ = ["Standing", "find_standing"]

_TITLE: Final = re.compile(
    r"\b(?:president|prime\s+minister|premier|leader|king|emir|sultan|chancellor|supreme\s+leader|dictator|ruler)\s+(?:\w+\s+)?$"
)
_ALLIES: Final = re.compile(
    rf"(?P<a>{ACTOR})(?:'s)?\s+and\s+(?P<b>its|their|his)\s+(?:[a-z-]+\s+){{0,2}}(?:allies|partners|backers|proxies)"
)
_ENDED: Final = re.compile(
    r"\b(?:ended|severed|broke(?:n)?(?:\s+off)?|cut|former|erstwhile|once|collapsed|dissolved)\b"
)
_ENDING: Final = re.compile(r"\b(?:end|ending|ends|breakdown|rupture|severing|collapse)\b")
_WEAKER: Final = re.compile(
    r"\b(?:weaken|erod|strain|cool|diminish|declin|undermin|fray|unravel|sour|worsen|distanc)\w*"
)
_STRONGER: Final = re.compile(r"\b(?:strengthen|deepen|expand|cement|boost|bolster|clos)\w*")
_STARTING: Final = re.compile(r"\b(?:new|begin|began|start|launch|form|establish|restor|resum)\w*")
_LASTING: Final = re.compile(r"\b(?:decades?|years|long-?standing|long|since|has|have)\b")


@dataclass(frozen=True)
class Standing:
    """One mention of a standing relation, by offsets in its sentence."""

    type: RelationType
    from_: tuple[str, ...]
    to: tuple[str, ...]
    status: Status
    start: int
    end: int
    support: float


@cache
def _all_gates() -> int:
    total = bit("rel.groups", "rel.lead", "fight.drive")
    for _, gate, _, _ in _rows():
        total |= gate
    return total


@cache
def _rows() -> tuple[tuple[RelationType, int, bool, re.Pattern[str]], ...]:
    raw: list[dict[str, Any]] = read_yaml("lexicons/standing.yaml")
    marks = {"ACTOR": ACTOR, "ANY": ANY, "NOUN": f"[{NOUN}]+", "ADJ": f"[{ADJ}]+", "MODIFIER": f"{MODIFIER}+"}
    found = []
    for row in raw:
        words = row["words"]
        for name, mark in marks.items():
            words = words.replace("{" + name + "}", mark)
        found.append(
            (
                cast(RelationType, row["type"]),
                bit(str(row["gate"])),
                bool(row.get("turned")),
                re.compile(words),
            )
        )
    return tuple(found)


def find_standing(sentence: Sentence, last_subject: list[Mention], war: str | None) -> Iterator[Standing]:
    """Yield the standing relations of a sentence; ``war`` is the country whose government faces rebels."""
    if not sentence.bits & _all_gates():
        return
    for type_, gate, turned, pattern in _rows():
        if not sentence.bits & gate:
            continue
        for hit in pattern.finditer(sentence.masked):
            found = _pair(sentence, type_, hit, turned, last_subject)
            if found is not None:
                yield found
    if sentence.may("rel.groups"):
        yield from _own_allies(sentence)
    if sentence.may("rel.lead"):
        yield from _leaders(sentence)
    yield from _war(sentence, war)


def _pair(
    sentence: Sentence, type_: RelationType, hit: re.Match[str], turned: bool, last_subject: list[Mention]
) -> Standing | None:
    """Return the relation of a pattern's parties, or None where one is missing or both are one."""
    a = sentence.at(hit.start("a")) if "a" in hit.re.groupindex and hit.group("a") else None
    b = sentence.at(hit.start("b"))
    who = [a] if a else subjects(sentence, hit.start(), last_subject)
    if a is not None and a.kind != "modifier":
        who = conjuncts(sentence, a)
    senders = [state_of(m.id) for m in who if m is not b and actor(m.id).type not in ("region",)]
    receivers = [
        state_of(m.id) for m in (conjuncts(sentence, b, left=False) if b else []) if m.kind != "modifier"
    ]
    senders = list(dict.fromkeys(s for s in senders if s not in receivers))
    receivers = [r for r in dict.fromkeys(receivers) if actor(r).type != "region"]
    if not senders or not receivers or is_negated(sentence, hit.start()):
        return None
    if turned:
        senders, receivers = receivers, senders
    return Standing(
        type_,
        tuple(senders),
        tuple(receivers),
        status_of(sentence, hit.start(), hit.end()),
        hit.start(),
        hit.end(),
        0.7,
    )


def status_of(sentence: Sentence, start: int, end: int) -> Status:
    """Return the status that the words around a relation give it."""
    before, inside = sentence.masked[max(0, start - 60) : start], sentence.masked[start:end]
    if _ENDING.search(before):
        return "ending"
    if _ENDED.search(before[-30:]) or _ENDED.search(inside):
        return "ended" if not re.search(r"\b(?:former|erstwhile|once)\b", before[-30:] + inside) else "past"
    if _WEAKER.search(before):
        return "weakening"
    if _STRONGER.search(before[-40:]):
        return "strengthening"
    if _STARTING.search(before[-25:]):
        return "starting"
    return "past_to_present" if _LASTING.search(before[-40:] + inside) else "current"


def _own_allies(sentence: Sentence) -> Iterator[Standing]:
    """Yield ``Israel and its allies``: allies without a name are entities of their own."""
    for hit in _ALLIES.finditer(sentence.masked):
        m = sentence.at(hit.start("a"))
        if m and actor(m.id).type in ("country", "country_group", "organization", "group"):
            side = state_of(m.id)
            yield Standing(
                "ally_of", (side,), (f"{side[:3]}-ALLIES",), "current", hit.start(), hit.end(), 0.6
            )


def _leaders(sentence: Sentence) -> Iterator[Standing]:
    """Yield who leads which country, for leaders named with their title or with ``regime``."""
    for m in sentence.mentions:
        if not m.person or not m.id.endswith("-GOV"):
            continue
        start, end = m.start - sentence.start, m.end - sentence.start
        title = _TITLE.search(sentence.masked[max(0, start - 50) : start])
        if title or m.role == "government":
            begin = start - (min(50, start) - title.start()) if title else start
            yield Standing(
                "leader_of", (person_id(m.person),), (m.id[:3],), "current", max(0, begin), end, 0.7
            )


def _war(sentence: Sentence, war: str | None) -> Iterator[Standing]:
    """Yield the civil war where rebels fight the government of the country at war."""
    if war is None or not sentence.may("fight.drive"):
        return
    rebels = [m for m in sentence.mentions if m.id == f"{war}-REB"]
    for m in rebels:
        a, b = m.start - sentence.start, m.end - sentence.start
        near = sentence.masked[max(0, a - 25) : b + 25]
        if re.search(r"\b(?:advanc|offensiv|attack|assault|fight|fought|onslaught|clash)\w*", near):
            yield Standing("at_war_with", (f"{war}-GOV",), (m.id,), "current", a, b, 0.7)
            return
