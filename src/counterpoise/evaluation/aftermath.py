"""What followed takeovers for the people: deaths by month before and after, counted from the record.

Takeovers are those of the checked list (``library/annual/takeovers.csv``) that count by its rule, the held-out
flagship excepted, and whose state has deaths by month for a year on both sides. For each, the deaths of the twelve
months that begin with the month of the takeover stand against those of the twelve months before it. What is counted:
the median over takeovers, the share with more deaths after than before, and the share with at least 1,000 deaths in
the year after, each with a 90 % interval (bootstrap over takeovers, 2,000 draws, fixed seed).

Weakest assumptions: deaths of the whole country count, whoever caused them; a takeover late in its month counts as if it were on
the first, one that took months as if on its first day. It says nothing about displacement or fragmentation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.sources.record import deaths_by_month
from counterpoise.sources.takeovers import Takeover, list_takeovers

__all__ = ["UNTIL", "YearsAround", "aftermath_rates", "count_from", "count_takeovers"]

F64 = NDArray[np.float64]
MONTHS = 12
#: Last day of the record that is counted: early enough for both bundled reports (as of 2021 and 2024) to use it.
UNTIL = dt.date(2020, 12, 31)
DRAWS = 2_000
#: Country, month of the takeover, deaths in the year before, in the year after.
YearsAround = tuple[str, str, float, float]


def count_takeovers(
    takeovers: Sequence[Takeover],
    months: Sequence[str],
    deaths: Mapping[int, Sequence[float]],
    until: dt.date,
) -> list[YearsAround]:
    """Return (country, month, deaths in the year before, in the year after) of every takeover that can be counted.

    Parameters
    ----------
    months : sequence of str
        Months of the record (yyyy-mm), in order.
    deaths : mapping of int to sequence of float
        Deaths in each of these months, by Gleditsch-Ward number.
    until : date
        Nothing of a later month is read.
    """
    known = [m for m in months if m <= until.isoformat()[:7]]
    place = {m: i for i, m in enumerate(known)}
    out = []
    for t in takeovers:
        month = t.date.isoformat()[:7]
        at = place.get(month, -1)
        if not t.counts or t.held_out or t.gw not in deaths or at < MONTHS or at + MONTHS > len(known):
            continue
        series = deaths[t.gw]
        out.append(
            (t.country, month, float(sum(series[at - MONTHS : at])), float(sum(series[at : at + MONTHS])))
        )
    return out


def _interval(x: F64, statistic: Any) -> tuple[float, float]:
    """90 % interval of a statistic over takeovers."""
    rng = np.random.default_rng(20241208)
    draws = [float(statistic(x[rng.integers(0, len(x), len(x))])) for _ in range(DRAWS)]
    low, high = np.quantile(draws, (0.05, 0.95))
    return float(low), float(high)


def aftermath_rates(counted: Sequence[YearsAround]) -> dict[str, dict[str, Any]]:
    """Sum up what was counted."""
    before = np.array([x[2] for x in counted])
    after = np.array([x[3] for x in counted])
    more = (after > before).astype(float)
    many = (after >= 1000).astype(float)
    return {
        "deaths_after_takeover.median": {
            "value": float(np.median(after)), "interval_90": _interval(after, np.median), "unit": "deaths in the year after",
            "n": len(counted), "text": "Deaths in organised violence in the twelve months from a takeover on, median",
        },
        "deaths_after_takeover.before": {
            "value": float(np.median(before)), "interval_90": _interval(before, np.median),
            "unit": "deaths in the year before", "n": len(counted), "text": "The same in the twelve months before it, median",
        },
        "deaths_after_takeover.more": {
            "value": float(more.mean()), "interval_90": _interval(more, np.mean), "unit": "share of takeovers",
            "n": len(counted), "text": "Share of takeovers with more deaths in the year after than in the year before",
        },
        "deaths_after_takeover.many": {
            "value": float(many.mean()), "interval_90": _interval(many, np.mean), "unit": "share of takeovers",
            "n": len(counted), "text": "Share of takeovers with at least 1,000 deaths in the year after",
        },
    }  # fmt: skip


def count_from(folder: Path, until: dt.date = UNTIL) -> dict[str, dict[str, Any]]:
    """Count the rates from a data folder."""
    months, deaths, _ = deaths_by_month(folder)
    return aftermath_rates(count_takeovers(list_takeovers(), months, deaths, until))
