"""Takeover by what happened to the government's support, coded in the same year and in the year before.

The two codings give opposite impressions, and the table says why: in the same year, the list of supporters may be that of the
new government, and a patron may have left because the regime was falling. What can be said is the level, not the effect.

Weakest assumption: a year's list of supporters is that of the regime which held power for most of it. What it does not do:
identify the effect of a withdrawal; only dates can.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.inference.annual_panel import PANEL, in_years
from counterpoise.inference.annual_rate import Rate, RateText, per_time, proportion
from counterpoise.inference.clock import state_months
from counterpoise.sources import record
from counterpoise.sources.record import StateYear, StateYears
from counterpoise.sources.states import name_of
from counterpoise.sources.takeovers import list_takeovers, takeover_years

__all__ = ["Cell", "SupportRow", "log_hazard_ratio", "start_table", "support_document", "support_table"]

SCHEMA = "counterpoise/support/1"
_TOLD = ("id", "definition", "value", "low", "high", "unit", "n", "events", "n_clusters")


@dataclass(frozen=True)
class Cell:
    """Takeovers among the state-years of a class, with the 90 % interval of their share."""

    events: int
    share: float
    low: float
    high: float
    interval: str
    which: tuple[str, ...]


@dataclass(frozen=True)
class SupportRow:
    """A class of state-years by what happened to support between t-1 and t; takeover in t, in t+1, in t+1 to t+3."""

    id: str
    text: str
    n: int
    n_states: int
    same_year: Cell
    next_year: Cell
    three_years: Cell


Test = Callable[[StateYear], bool]


def _classes(war: StateYears) -> list[tuple[str, str, Test]]:
    """Return the classes: id, words, test of a state-year whose state was at war in t-1 too."""

    def before(k: StateYear) -> frozenset[str]:
        return war.supporters[(k[0], k[1] - 1)]

    rows: list[tuple[str, str, Test]] = [
        ("none", "no state supporter in t-1", lambda k: not before(k)),
        ("kept", "all state supporters kept", lambda k: bool(before(k)) and before(k) <= war.supporters[k]),
        (
            "some",
            "some dropped, some kept",
            lambda k: not before(k) <= war.supporters[k] and bool(before(k) & war.supporters[k]),
        ),
        (
            "replaced",
            "all dropped, others came",
            lambda k: bool(before(k)) and bool(war.supporters[k]) and not before(k) & war.supporters[k],
        ),
        ("total", "total withdrawal", lambda k: bool(before(k)) and not war.supporters[k]),
    ]
    for kind, given in (("troops", war.troops), ("weapons", war.weapons), ("funding", war.funding)):
        rows += [
            (f"{kind}_kept", f"{kind} kept", _given(given, True)),
            (f"{kind}_stopped", f"{kind} withdrawn", _given(given, False)),
        ]
    return rows


def _given(given: frozenset[StateYear], still: bool) -> Test:
    """Return the test that a kind was given in t-1 and is, or is not, in t."""
    return lambda k: (k[0], k[1] - 1) in given and (k in given) is still


def support_table(folder: Path) -> list[SupportRow]:
    """Return the table of takeovers by change of support, both codings side by side."""
    war = record.state_years(folder)
    found = takeover_years()
    rows = []
    for name, text, test in _classes(war):
        keys = [k for k in war.pairs() if test(k)]
        cells = [_cell(keys, found, years) for years in (range(1), range(1, 2), range(1, 4))]
        rows.append(SupportRow(name, text, len(keys), len({k[0] for k in keys}), *cells))
    return rows


def _cell(keys: list[StateYear], found: frozenset[StateYear], years: range) -> Cell:
    """Count the takeovers of a class in some years."""
    hits = in_years(keys, found, years)
    rate = proportion(RateText("cell", "", (), ""), hits, [k[0] for k in keys])
    which = tuple(f"{name_of(k[0])} {k[1]}" for k, hit in zip(keys, hits, strict=True) if hit)
    return Cell(rate.events, rate.value, rate.low, rate.high, rate.interval, which)


def start_table(folder: Path) -> list[Rate]:
    """Return campaign starts in a year by what happened to support between the two years before it.

    The change is coded before the start; quiet months of 1990 to 2018 whose state was at war in both years before.
    """
    war = record.state_years(folder)
    months, states = state_months(folder, "2018-12")
    rates = []
    for name, text, test in _classes(war)[:5]:
        keys = {k for k in war.pairs() if test(k)}
        rows = []
        for s in states:
            years = {y for g, y in keys if g == s.state}
            quiet = sum(int(months[m][:4]) - 1 in years for m in s.calm)
            starts = sum(int(months[c.start][:4]) - 1 in years for c in s.campaigns)
            if quiet or starts:
                rows.append((s.state, float(starts), (quiet + starts) / 12.0))
        if not rows:
            continue
        words = RateText(
            f"campaign_start.{name}",
            f"campaign starts per quiet year in t+1; {text} (t-1 to t)",
            ("ucdp-monthly", "ucdp-acd", "ucdp-esd"),
            "2018-12-31",
            "1/quiet country-year",
        )
        rates.append(per_time(words, [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]))
    return rates


def log_hazard_ratio(
    events: tuple[int, int], n: tuple[int, int], prior_sd: float = 1.0
) -> tuple[float, float, float]:
    """Return mean and 90 % interval of the log hazard ratio of the second class against the first, shrunken by a prior.

    Two binomials with yearly probabilities 1 - exp(-exp(a)) and 1 - exp(-exp(a + b)), a flat, b ~ N(0, prior_sd). Few events
    leave b near the prior. Rows of one country are taken as independent, so the interval is rather too short.

    Parameters
    ----------
    events, n : tuple of int
        Events and state-years of the two classes.
    """
    a = np.linspace(-8.0, 1.0, 361)[:, None]
    b = np.linspace(-5.0, 5.0, 801)[None, :]
    log_p = -0.5 * (b / prior_sd) ** 2 + _binomial(events[0], n[0], a) + _binomial(events[1], n[1], a + b)
    weight = np.exp(log_p - log_p.max()).sum(axis=0)
    weight /= weight.sum()
    line = b[0]
    low, high = np.interp([0.05, 0.95], np.cumsum(weight), line)
    return float(weight @ line), float(low), float(high)


def _binomial(events: int, n: int, eta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-likelihood of a complementary log-log rate."""
    hazard = np.exp(eta)
    log_hit = np.log(-np.expm1(-hazard))
    return np.asarray(events * log_hit - (n - events) * hazard)


def support_document(folder: Path) -> dict[str, Any]:
    """Return the table with the reasons why the codings differ, ready for JSON."""
    rows = support_table(folder)
    by_id = {row.id: row for row in rows}
    ratios = {}
    for name, first, second in (
        ("total_withdrawal", "kept", "total"),
        ("troops", "troops_kept", "troops_stopped"),
        ("weapons", "weapons_kept", "weapons_stopped"),
    ):
        x, y = by_id[first], by_id[second]
        ratios[name] = {
            coding: [
                round(v, 4)
                for v in log_hazard_ratio((getattr(x, coding).events, getattr(y, coding).events), (x.n, y.n))
            ]
            for coding in ("same_year", "next_year")
        }
    return {
        "schema": SCHEMA,
        "note": f"State-years at war in t-1 and t. {PANEL}. Shares with 90 % intervals by country, or Jeffreys' where fewer "
        "than five countries have events. Log hazard ratios are shrunken by a prior N(0, 1): mean, 5 %, 95 %.",
        "standing": "fitted",
        "n": sum(by_id[c].n for c in ("none", "kept", "some", "replaced", "total")),
        "rows": [_plain(asdict(row)) for row in rows],
        "log_hazard_ratio": ratios,
        "campaign_starts": [_plain({k: getattr(r, k) for k in _TOLD}) for r in start_table(folder)],
        "successors": _successors(folder, by_id["total"].same_year.which),
        "no_war_before": _no_war_before(folder),
    }


def _plain(entry: Any) -> Any:
    """Round the numbers of a row."""
    if isinstance(entry, dict):
        return {k: _plain(v) for k, v in entry.items()}
    if isinstance(entry, (list, tuple)):
        return [_plain(v) for v in entry]
    return round(entry, 6) if isinstance(entry, float) and math.isfinite(entry) else entry


def _successors(folder: Path, which: tuple[str, ...]) -> list[dict[str, Any]]:
    """Say of each takeover in the year of a total withdrawal when in the year it came.

    Early in the year, the year's list of supporters is mostly that of the successor: the withdrawal is then coded from the
    fall, and not the fall foreseen from the withdrawal.
    """
    found = []
    for t in list_takeovers():
        label = f"{name_of(t.gw)} {t.date.year}"
        if t.counts and label in which:
            day = t.date.timetuple().tm_yday
            found.append(
                {
                    "takeover": t.id,
                    "state_year": label,
                    "date": t.date.isoformat(),
                    "share_of_year_after": round(1 - day / 365, 2),
                }
            )
    return found


def _no_war_before(folder: Path) -> dict[str, int]:
    """Count the takeovers in years whose year before has no war over government on record."""
    panel = record.state_years(folder).supporters
    years = sorted(k for k in takeover_years() if 1976 <= k[1] <= 2018)
    return {
        "takeovers": len(years),
        "without_war_the_year_before": sum((s, y - 1) not in panel for s, y in years),
    }
