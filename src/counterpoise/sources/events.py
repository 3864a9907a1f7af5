"""Deaths by country and month from single events (UCDP GED and Candidate Events).

The sum by month that the rates use came from elsewhere and leaves out events that begin and end in different months. This makes
it anew from the events, in either way.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from counterpoise.errors import InputError

__all__ = ["deaths_from_events"]


def deaths_from_events(
    rows: Iterable[dict[str, str]], *, split: bool = False, kinds: frozenset[str] = frozenset("123")
) -> dict[tuple[str, str], float]:
    """Return deaths by country and month (yyyy-mm) [persons].

    Parameters
    ----------
    rows : iterable of dict
        Events with ``country``, ``date_start``, ``date_end``, ``best`` and ``type_of_violence``.
    split : bool
        Spread an event that lasts into another month evenly over its days; else it is left out.
    kinds : frozenset of str
        Types of violence: 1 state-based, 2 non-state, 3 one-sided.

    Examples
    --------
    >>> row = {"country": "A", "date_start": "2020-01-31", "date_end": "2020-02-01", "best": "4", "type_of_violence": "1"}
    >>> deaths_from_events([row]), deaths_from_events([row], split=True)
    ({}, {('A', '2020-01'): 2.0, ('A', '2020-02'): 2.0})
    """
    deaths: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        if row["type_of_violence"].strip() not in kinds:
            continue
        start, end, best = _span(row)
        if start[:7] == end[:7]:
            deaths[(row["country"], start[:7])] += best
        elif split:
            first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
            days = (last - first).days + 1
            for i in range(days):
                day = first + dt.timedelta(days=i)
                deaths[(row["country"], day.isoformat()[:7])] += best / days
    return dict(deaths)


def _span(row: dict[str, str]) -> tuple[str, str, float]:
    """Return first day, last day and deaths of an event."""
    try:
        start, end = row["date_start"][:10], row["date_end"][:10]
        if dt.date.fromisoformat(end) < dt.date.fromisoformat(start):
            raise ValueError("it ends before it begins")
        return start, end, float(row["best"])
    except ValueError as wrong:
        raise InputError.at(
            f"event {row.get('id', '?')}", f"cannot be read: {wrong}", "is the file cut off?"
        ) from None
