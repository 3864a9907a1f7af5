"""Names that the tables do not hold: people, parties, groups; kept with what the text says of them, never dropped.

Weakest point: a capital letter is the only sign. What stands first in a sentence is taken only if more
capitals follow; titles of works and brands come along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from counterpoise.library import read_text
from counterpoise.reports.actors import Mention
from counterpoise.reports.coding import EntityType
from counterpoise.reports.lexicon import actor, fold

__all__ = ["Unknown", "find_unknown"]

_NAME: Final = re.compile(
    r"[A-ZÀ-ÞŞĞİ][\w'’À-ž-]*(?:\.(?=\s[A-Z]))?(?:\s+(?:(?:of|the|for|and|de|del|al|el|bin|ibn|von|van|der|ul|e)\s+(?=[A-ZÀ-ÞŞĞİ]))*"
    r"[A-ZÀ-ÞŞĞİ][\w'’À-ž-]*(?:\.(?=\s[A-Z]))?){0,6}"
)
_TITLE: Final = re.compile(
    r"(?:(?:President|Prime\s+Minister|Vice[\s-]President|Foreign\s+Minister|Defen[cs]e\s+Minister|Interior\s+Minister|Minister|Chancellor"
    r"|General|Gen|Colonel|Col|Major|Lieutenant|Lt|Captain|Admiral|Sheikh|King|Queen|Prince|Emir|Ayatollah|Senator|Sen|Judge|Ambassador|Secretary"
    r"|Dr|Mr|Mrs|Ms|Sir|Lord|Pope|Bishop|Imam|Governor|Mayor|Chief|Commander|Brigadier|Deputy|Opposition\s+Leader)\.?\s+)+"
)
_ORGANISED: Final = re.compile(
    r"\b(?:Party|Front|Army|Union|Council|Movement|Forum|University|Agency|Group|Committee|Brigades?|Corps|Force|Forces|Alliance|Coalition"
    r"|Congress|Assembly|Ministry|Court|Institute|Association|Organi[sz]ation|Commission|Federation|League|Office|Bank|Company|Corporation"
    r"|Guard|Militia|Network|Command|Foundation|Centre|Center|Parliament|Senate|Times|Post|Herald|Tribune|News|Journal|Authority)\b"
)
_NO_NAME: Final = frozenset(
    word
    for line in read_text("lexicons/no_names.txt").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_CAPITAL: Final = re.compile("[A-ZÀ-ÞŞĞİ]")
_LAND_BEFORE: Final = 24


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name without an entry: where it stands, what it seems to be, and of which country."""

    start: int
    end: int
    id: str
    name: str
    type: EntityType
    country: str | None


def find_unknown(text: str, start: int, end: int, mentions: Sequence[Mention]) -> list[Unknown]:
    """Return the names of a sentence that no mention covers.

    Parameters
    ----------
    text : str
        The document.
    start, end : int
        The sentence.
    mentions : sequence of Mention
        What the tables know of it.
    """
    if not _CAPITAL.search(text, start + 1, end):
        return []
    taken = [(m.start, m.end) for m in mentions]
    found: list[Unknown] = []
    for hit in _NAME.finditer(text, start, end):
        a, b = hit.span()
        for m in mentions:
            if m.start <= a < m.end:
                a = m.end + (len(text[m.end : b]) - len(text[m.end : b].lstrip(" ")) if m.end < b else 0)
        name = _trimmed(text, a, b, start) if a < b else None
        if name is None or any(a < name[1] and name[0] < b for a, b in taken):
            continue
        a, b, titled = name
        words = text[a:b]
        kind: EntityType = "organization" if _ORGANISED.search(words) or words.isupper() else "person"
        if kind == "person" and not titled and len(words.split()) < 2:
            continue
        found.append(Unknown(a, b, _id(words), " ".join(words.split()), kind, _country(text, a, mentions)))
    return found


def _trimmed(text: str, a: int, b: int, begin: int) -> tuple[int, int, bool] | None:
    """Return a name without opening words and titles, and whether it had a title; None where nothing is left."""
    titled = False
    while a < b:
        title = _TITLE.match(text, a, b)
        first = text[a:b].split(None, 1)[0]
        if title:
            titled, a = True, title.end()
        elif first.rstrip(".,'’") in _NO_NAME:
            a += len(first)
            while a < b and text[a].isspace():
                a += 1
        else:
            break
    name = text[a:b].rstrip(" '’.-")
    b = a + len(name)
    if len(name) < 3 or (a == begin and " " not in name and not name.isupper()):
        return None
    return a, b, titled


def _id(words: str) -> str:
    pieces = re.findall(r"\w+", fold(words))
    return ("X-" + "-".join(pieces)).upper()[:48]


def _country(text: str, at: int, mentions: Sequence[Mention]) -> str | None:
    """Return the country of the adjective or possessor right before a name: ``Gambian President Dawda Jawara``."""
    for m in reversed(mentions):
        if m.end <= at <= m.end + _LAND_BEFORE:
            between = text[m.end : at]
            if (m.kind == "adjective" or between.startswith(("'s", "’s"))) and not re.search(
                r"[,;:]|\band\b", between
            ):
                return actor(m.id).country
    return None
