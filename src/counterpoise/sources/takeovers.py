"""The checked list of takeovers (``library/annual/takeovers.csv``; its codebook lies beside it)."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from counterpoise.library import path as library_path

__all__ = ["LIST", "UNTIL", "Reading", "Takeover", "list_takeovers", "takeover_months", "takeover_years"]

#: The file, and the last day that it covers.
LIST = "annual/takeovers.csv"
UNTIL = dt.date(2024, 12, 31)
Reading = Literal["counted", "sure", "contested"]


@dataclass(frozen=True)
class Takeover:
    """One event of the list; `counts` says whether it is a takeover by the rule of the codebook."""

    id: str
    country: str
    gw: int
    date: dt.date
    date_latest: dt.date
    event: str
    by: str
    who: str
    counts: bool
    confidence: str
    held_out: bool


@cache
def list_takeovers(path: Path | None = None) -> tuple[Takeover, ...]:
    """Return the whole list, in order of days, those included that do not count."""
    file = path or library_path(LIST)
    with file.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Takeover(
                r["id"], r["country"], int(r["gw"]), dt.date.fromisoformat(r["date"]),
                dt.date.fromisoformat(r["date_latest"]), r["event"], r["by"], r["who"], r["counts"] == "yes",
                r["confidence"], r["held_out"] == "yes",
            )
            for r in csv.DictReader(stream)
        )  # fmt: skip


def _usable(until: dt.date, reading: Reading) -> list[Takeover]:
    """Takeovers under a reading of the list, known by a day, the held-out flagship excepted."""
    tests: dict[Reading, Callable[[Takeover], bool]] = {
        "counted": lambda t: t.counts,
        "sure": lambda t: t.counts and t.confidence == "high",
        "contested": lambda t: t.counts or (t.by in ("rebel", "foreign") and t.confidence != "high"),
    }
    return [t for t in list_takeovers() if tests[reading](t) and not t.held_out and t.date <= until]


def takeover_years(until: dt.date = UNTIL, reading: Reading = "counted") -> frozenset[tuple[int, int]]:
    """Return the state-years with a takeover up to a day (Gleditsch-Ward number, calendar year).

    Parameters
    ----------
    until : date
        Last day that is known.
    reading : {'counted', 'sure', 'contested'}
        What the rule counts; only rows of high confidence; those too that another coder may well count.
    """
    return frozenset((t.gw, t.date.year) for t in _usable(until, reading))


def takeover_months(until: dt.date = UNTIL, reading: Reading = "counted") -> dict[int, frozenset[str]]:
    """Return the months (yyyy-mm) of takeovers by state, up to a day; parameters as in `takeover_years`.

    A takeover that took months counts in the month in which it began.
    """
    months: dict[int, set[str]] = defaultdict(set)
    for t in _usable(until, reading):
        months[t.gw].add(t.date.isoformat()[:7])
    return {state: frozenset(found) for state, found in months.items()}
