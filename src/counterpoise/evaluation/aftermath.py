"""What followed takeovers for the people: deaths by month before and after, counted from the record.

Takeovers are those of the annual list that are kept or added and whose country has deaths by month for a year on both sides.
For each, the deaths of the twelve months that begin with the month of the takeover stand against those of the twelve months
before it. What is counted: the median over takeovers, the share with more deaths after than before, and the share with at least
1,000 deaths in the year after, each with a 90 % interval (bootstrap over takeovers, 2,000 draws, fixed seed).

Weakest assumptions: deaths of the whole country count, whoever caused them; the list of takeovers is a draft; a takeover late in
its month counts as if it were on the first. It says nothing about displacement or fragmentation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.sources.tables import read_rows

__all__ = ["UNTIL", "Takeover", "aftermath_rates", "count_from", "count_takeovers"]

F64 = NDArray[np.float64]
MONTHS = 12
#: Last day of the record that is counted: the list of takeovers ends with 2017.
UNTIL = dt.date(2017, 12, 31)
DRAWS = 2_000
Takeover = tuple[str, str, float, float]


def _month_after(month: str, n: int) -> str:
    """Month `n` months after a month."""
    year, m = (int(x) for x in month.split("-"))
    index = year * 12 + m - 1 + n
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def count_takeovers(
    takeovers: Sequence[Mapping[str, str]], deaths: Sequence[Mapping[str, str]], until: dt.date
) -> list[Takeover]:
    """Return (country, month, deaths in the year before, in the year after) of every takeover that can be counted.

    Parameters
    ----------
    until : date
        Nothing of a later month is read.
    """
    by_country: dict[str, dict[str, float]] = {}
    for row in deaths:
        by_country.setdefault(row["country"], {})[row["month"]] = float(row["fatalities_best"])
    last = f"{until.year:04d}-{until.month:02d}"
    out = []
    for row in takeovers:
        if row["verdict"] not in ("keep", "add"):
            continue
        series = by_country.get(row["country"])
        month = row["dates"].split("|")[0].strip()[:7]
        before = [_month_after(month, -k) for k in range(1, MONTHS + 1)]
        after = [_month_after(month, k) for k in range(MONTHS)]
        if series is None or after[-1] > last or any(m not in series for m in (*before, *after)):
            continue
        out.append((row["country"], month, sum(series[m] for m in before), sum(series[m] for m in after)))
    return out


def _interval(x: F64, statistic: Any) -> tuple[float, float]:
    """90 % interval of a statistic over takeovers."""
    rng = np.random.default_rng(20241208)
    draws = [float(statistic(x[rng.integers(0, len(x), len(x))])) for _ in range(DRAWS)]
    low, high = np.quantile(draws, (0.05, 0.95))
    return float(low), float(high)


def aftermath_rates(counted: Sequence[Takeover]) -> dict[str, dict[str, Any]]:
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
    takeovers = list(read_rows(folder / "annual" / "takeovers-draft.csv"))
    deaths = list(read_rows(folder / "ucdp" / "ucdp-monthly-country-fatalities.csv.gz"))
    return aftermath_rates(count_takeovers(takeovers, deaths, until))
