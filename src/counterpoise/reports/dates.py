"""Dates that a sentence states, as ISO 8601: a day, a month or a year; nothing is worked out from ``last Friday``.

A date that is not written is not known: an invented date is a fault.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

__all__ = ["date_of_event", "ended_before", "stated_date"]

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<m>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)\b"
_PATTERNS: Final = (
    re.compile(rf"\b(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}"),
    re.compile(rf"\b{_MONTH}\s+(?P<d>[0-3]?\d)(?:st|nd|rd|th)?,?\s+{_YEAR}"),
    re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<n>[01]\d)-(?P<d>[0-3]\d)\b"),
    re.compile(rf"\b{_MONTH}\s+(?:of\s+)?{_YEAR}"),
    re.compile(
        rf"\b(?:in|since|of|by|during|until|from)\s+(?:late\s+|early\s+|mid-?\s?)?{_YEAR}(?!\s*(?:troops|soldiers|men|people|dollars|%))"
    ),
)
_HAS_YEAR: Final = re.compile(r"(?:19|20)\d\d")


#: What parts a date from an event that stands in the same sentence.
_APART: Final = re.compile(
    r"[,;:]|\b(?:which|that|who|when|where|as|after|since|because|under|signed|agreed|deal|agreement|accord|following|before|until|compared)\b"
)
_FAR: Final = 80


def stated_date(sentence: str) -> str | None:
    """Return the one date that a sentence states, or None where it states none or several.

    Examples
    --------
    >>> stated_date("The last troops left on 15 February 1989.")
    '1989-02-15'
    >>> stated_date("The troops left in May 2024."), stated_date("They left on Friday.")
    ('2024-05', None)
    """
    found = {iso for iso, _, _ in _dates(sentence)}
    return found.pop() if len(found) == 1 else None


def date_of_event(sentence: str, start: int, end: int) -> str | None:
    """Return the date that a sentence gives to the event at an offset, or None.

    A date belongs to an event if it follows it in the same clause, or opens the sentence: that of an agreement named
    beside it does not.

    Examples
    --------
    >>> s = "Russia left Mali under a deal signed in May 2024."
    >>> date_of_event(s, s.index("left"), s.index("left") + 4) is None
    True
    """
    for iso, a, b in _dates(sentence):
        behind = a >= end and a - end <= _FAR and not _APART.search(sentence[end:a].lower())
        opening = a < 12 and b <= start and sentence[b : b + 1] == ","
        if behind or opening:
            return iso
    return None


def _dates(sentence: str) -> list[tuple[str, int, int]]:
    """Return the dates of a sentence with their places; what is no day of the calendar is none."""
    if not _HAS_YEAR.search(sentence):
        return []
    found: list[tuple[str, int, int]] = []
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for hit in pattern.finditer(sentence):
            if any(a < hit.end() and hit.start() < b for a, b in taken):
                continue
            taken.append(hit.span())
            iso = _iso(hit)
            found += [(iso, *hit.span())] if iso else []
    return sorted(found, key=lambda f: f[1])


def _iso(hit: re.Match[str]) -> str | None:
    parts = hit.groupdict()
    year = int(parts["y"])
    month = (
        int(parts["n"])
        if parts.get("n")
        else 1 + _MONTHS.index(parts["m"][:3].lower())
        if parts.get("m")
        else None
    )
    if month is None:
        return f"{year:04d}"
    if not parts.get("d"):
        return f"{year:04d}-{month:02d}"
    try:
        return dt.date(year, month, int(parts["d"])).isoformat()
    except ValueError:
        return None


def ended_before(date: str, day: dt.date) -> bool:
    """Tell whether all of a stated day, month or year lies before a day."""
    parts = [int(p) for p in date.split("-")]
    if len(parts) == 1:
        return parts[0] < day.year
    if len(parts) == 2:
        return (parts[0], parts[1]) < (day.year, day.month)
    return dt.date(*parts) < day
