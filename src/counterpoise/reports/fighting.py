"""Who attacks, advances on and captures what: rebels against a government, and back.

Captures need a named town or a word such as ``city``; an offensive needs a side that fights. Both are
ASSAULT; a capture has mode ``seize`` and the town in ``place``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from counterpoise.reports.clauses import ACTOR, PLACE, Sentence, conjuncts, subjects
from counterpoise.reports.coding import Realis
from counterpoise.reports.drafts import EventDraft, realis_of, tense_of
from counterpoise.reports.hedges import hedge_of
from counterpoise.reports.lexicon import actor

__all__ = ["find_fighting"]

_TAKE: Final = (
    r"captur(?:e|es|ed|ing)|seiz(?:e|es|ed|ing)|overr[au]n(?:ning|s)?|t(?:ake|akes|ook"
    r"|aken|aking)(?:\s+(?:full\s+)?(?:control\s+of|over|hold\s+of))?"
    r"|conquer(?:s|ed|ing)?|storm(?:s|ed|ing)?|enter(?:s|ed|ing)?|recaptur(?:e|es"
    r"|ed|ing)|retak(?:e|es|en|ing)|retook|swept\s+(?:into|through)"
    r"|occup(?:y|ies|ied|ying)|gain(?:s|ed|ing)?\s+control\s+of|march(?:ed|es|ing)?\s+into"
)
_TOWN: Final = (
    rf"(?:the\s+)?(?:[a-z-]+\s+){{0,3}}?(?:(?:city|town|village|capital|province|port|stronghold"
    rf"|base|airport|governorate)s?(?:\s+of)?,?\s+(?:of\s+)?)?(?P<town>{PLACE}+)"
)
_CAPTURE: Final = re.compile(rf"\b(?P<verb>{_TAKE})\s+{_TOWN}")
_FELL: Final = re.compile(
    rf"(?P<town>{PLACE}+)(?:,[^,;.]{{0,50}},)?\s+(?:has\s+|had\s+|have\s+)?(?P<verb>f(?:ell"
    rf"|alls?|allen))(?:\s+to\s+(?:the\s+)?(?P<by>{ACTOR}))?"
)
_LOST: Final = re.compile(
    rf"(?P<town>{PLACE}+)\s+(?:was|were|has\s+been|had\s+been|is\s+being)\s+(?P<verb>captured"
    rf"|seized|overrun|taken|stormed|retaken|recaptured)(?:\s+by\s+(?:the\s+)?(?P<by>{ACTOR}))?"
)
_FALL_OF: Final = re.compile(
    rf"\b(?P<verb>fall|capture|loss"
    rf"|seizure)\s+of\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}?(?P<town>{PLACE}+)(?:\s+(?:by"
    rf"|to)\s+(?:the\s+)?(?P<by>{ACTOR}))?"
)
_LOSES: Final = re.compile(
    rf"\b(?:army|regime|government|forces|troops|(?P<who>{ACTOR}))\s+(?:has\s+|have\s+"
    rf"|had\s+)?(?:already\s+)?(?P<verb>lost|surrendered|ceded|abandoned)"
    rf"\s+(?:control\s+of\s+)?(?:most\s+of\s+)?(?:the\s+)?(?:[a-z-]+\s+){{0,3}}?(?:of\s+)?(?P<town>{PLACE}+)"
)
_DRIVE: Final = (
    r"(?:counter-?)?offensives?|advance[sd]?|advancing|assaults?|attack(?:s|ed"
    r"|ing)?|push(?:es|ed|ing)?|campaigns?|gains|onslaught|uprising"
    r"|mov(?:ed|ing)(?=\s+(?:in)?to|\s+towards?|\s+on\b)|march(?:es|ed|ing)?|closing\s+in"
    r"|closed\s+in|encircl(?:e|es|ed|ing)|pressed?|shell(?:s|ed|ing)|launch(?:es|ed|ing)?"
)
_OFFENSIVE: Final = re.compile(rf"(?P<side>{ACTOR})(?:'s?)?\s+(?:[a-z-]+\s+){{0,4}}?(?P<verb>{_DRIVE})\b")
_ADVANCING: Final = re.compile(
    rf"\b(?P<verb>advancing|attacking|resurgent|fast-moving)\s+(?:[a-z-]+\s+){{0,2}}?(?P<side>{ACTOR})"
)
_DRIVE_BY: Final = re.compile(
    rf"\b(?P<verb>offensive|advance|assault|attack|push|campaign|onslaught)s?\b(?:\s+\w+){{0,2}}?\s+(?:by"
    rf"|of|from)\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}?(?P<side>{ACTOR})"
)
_TOWARDS: Final = re.compile(
    rf"^[^.;]{{0,60}}?\b(?:on|towards?|against|into|to|near|around"
    rf"|of)\s+(?:the\s+)?(?:[a-z-]+\s+){{0,4}}?(?P<town>{PLACE}+)"
)
_CAPTURES: Final = (
    ("fight.take", _CAPTURE),
    ("fight.lost", _LOST),
    ("fight.fall", _FELL),
    ("fight.fall", _FALL_OF),
    ("fight.lose", _LOSES),
)


def find_fighting(sentence: Sentence, last_rebels: str | None) -> Iterator[EventDraft]:
    """Yield captures and offensives in a sentence."""
    taken: list[tuple[int, int]] = []
    place = PLACE in sentence.masked
    for family, pattern in _CAPTURES:
        if not place or not sentence.may(family):
            continue
        for hit in pattern.finditer(sentence.masked):
            draft = _capture(sentence, hit, last_rebels)
            if draft and not any(a <= hit.start("verb") < b for a, b in taken):
                taken.append((hit.start("verb"), hit.end()))
                yield draft
    if not sentence.may("fight.drive"):
        return
    for pattern in (_ADVANCING, _OFFENSIVE, _DRIVE_BY):
        for hit in pattern.finditer(sentence.masked):
            draft = _offensive(sentence, hit)
            if draft and not any(a <= hit.start("verb") < b for a, b in taken):
                taken.append((hit.start("verb"), hit.end("verb")))
                yield draft


def _fighter(id_: str) -> bool:
    """Tell whether an id is one that takes towns: rebels, armed groups, governments."""
    return id_.endswith(("-REB", "-GOV")) or bool({"REB", "UAF", "MIL"} & set(actor(id_).sector))


def _capture(sentence: Sentence, hit: re.Match[str], last_rebels: str | None) -> EventDraft | None:
    """Build a capture of a named town."""
    town = sentence.at(hit.start("town"))
    if town is None or not town.town:
        return None
    towns = [m for m in conjuncts(sentence, town, left=False) if m.town and m.id == town.id]
    side = _side(sentence, hit, last_rebels)
    country = town.id[:3]
    if side is None:
        side = f"{country}-REB" if hit.re is not _CAPTURE and last_rebels else None
    if side is None or (side == f"{country}-GOV" and hit.re in (_FELL, _FALL_OF)):
        return None
    against = f"{country}-GOV"
    if side == against:
        against = last_rebels or f"{country}-REB"
    return _assault(sentence, hit, side, against, country, [m.town for m in towns if m.town], "capture", 0.85)


def _side(sentence: Sentence, hit: re.Match[str], last_rebels: str | None) -> str | None:
    """Return who takes the town."""
    if hit.re is _LOSES:
        who = sentence.at(hit.start("who")) if hit.group("who") else None
        return last_rebels if who is None or who.id.endswith("-GOV") or who.kind == "adjective" else None
    if "by" in hit.groupdict():
        m = sentence.at(hit.start("by")) if hit.group("by") else None
        return m.id if m and _fighter(m.id) else last_rebels
    found = [m for m in subjects(sentence, hit.start("verb")) if m.kind != "place"]
    armed = [m.id for m in found if _fighter(m.id)]
    if armed:
        return armed[-1]
    if (
        re.search(r"\bthey\b|\bwho\b|\bwhich\b|\bfighters\b", sentence.masked[: hit.start("verb")])
        and not found
    ):
        return last_rebels
    return None


def _offensive(sentence: Sentence, hit: re.Match[str]) -> EventDraft | None:
    """Build an offensive of rebels or an armed group."""
    side = sentence.at(hit.start("side"))
    if side is None or not _fighter(side.id) or side.id.endswith("-GOV") or side.kind == "modifier":
        return None
    country = actor(side.id).country
    if country is None:
        return None
    against = f"{country}-GOV"
    goal = _TOWARDS.search(sentence.masked, hit.end()) or _TOWARDS.match(sentence.masked[hit.end() :])
    town = None
    if goal:
        offset = goal.start("town") + (hit.end() if goal.string is not sentence.masked else 0)
        town = sentence.at(offset)
    place = [town.town] if town and town.town and town.id[:3] == country else []
    if not place and side.id.endswith("-REB") is False and "REB" not in actor(side.id).sector:
        return None
    return _assault(sentence, hit, side.id, against, country, place, "offensive", 0.75)


def _assault(
    sentence: Sentence,
    hit: re.Match[str],
    side: str,
    against: str,
    country: str,
    place: list[str],
    family: str,
    support: float,
) -> EventDraft:
    """Fill in an ASSAULT."""
    at, verb = hit.start("verb"), hit.group("verb").split()[0]
    raw = realis_of(sentence, at, verb)
    known: Realis = raw if raw in ("actual", "future", "hypothetical", "negated") else "hypothetical"
    start, end = sorted((hit.start(), hit.end()))
    return EventDraft(
        "ASSAULT",
        "seize" if family == "capture" else None,
        sentence.span(start, end),
        known,
        tense_of(sentence, at, verb, raw),
        hedge_of(sentence, at, hit.end("verb"), negated=known == "negated"),
        f"fighting.{family}",
        support,
        [side],
        [against],
        [country],
        place,
        family=family,
    )
