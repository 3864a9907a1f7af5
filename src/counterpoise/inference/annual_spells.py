"""Rates of campaigns and of the past cases: starts, takeover after a start, duration, falls by a horizon.

Vintages: an assessment as of some day may use only rates whose ``data_until`` lies before it, so rates are
made for data up to a given month. The held-out flagship case enters none of them.

Weakest assumption: the definition of a campaign (`counterpoise.inference.annual_campaigns`), so variants of
it stand beside the main one. What it does not do: correct the past cases for their selection.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from counterpoise.inference import annual_campaigns as campaigns
from counterpoise.inference.annual_intervals import resample_clusters
from counterpoise.inference.annual_panel import READINGS, TAKEOVER
from counterpoise.inference.annual_rate import Rate, RateText, per_time, proportion
from counterpoise.scenario.models import Scenario
from counterpoise.sources import record
from counterpoise.sources.takeovers import takeover_months

__all__ = ["CASE_VINTAGES", "VARIANTS", "VINTAGES", "campaign_rates", "case_rates", "last_day"]

#: Last months of the vintages; the last two lie before the Afghanistan scenario (2021) and before the flagship (2024).
VINTAGES = ("1995-12", "2000-12", "2005-12", "2010-12", "2015-12", "2020-12", "2023-12")
#: Last years of the older vintages of the cases.
CASE_VINTAGES = (2000, 2005, 2010, 2015, 2020, 2023)

#: Definitions of a campaign start; the first is the one that the other rates use.
VARIANTS = {
    "main": campaigns.CampaignRule(),
    "war_this_year": campaigns.CampaignRule(years_before=0),
    "war_within_five_years": campaigns.CampaignRule(years_before=5),
    "ratio_2": campaigns.CampaignRule(ratio=2.0),
    "ratio_5": campaigns.CampaignRule(ratio=5.0),
    "threshold_50": campaigns.CampaignRule(threshold=50.0),
    "threshold_200": campaigns.CampaignRule(threshold=200.0),
}

_SOURCES = ("ucdp-monthly", "ucdp-acd")

Weights = NDArray[np.float64]


def campaign_rates(folder: Path, last: str = VINTAGES[-1]) -> list[Rate]:
    """Return the rates of campaign starts, of takeover after a start, and the duration of campaigns.

    Parameters
    ----------
    folder : Path
        Data folder.
    last : str
        Last month of the data that is used (yyyy-mm), also for takeovers.
    """
    months, deaths, at_war = record.deaths_by_month(folder)
    until = last_day(last)
    rates = []
    for name, rule in VARIANTS.items():
        found, quiet = campaigns.campaign_months(months, deaths, at_war, last, rule)
        words = _words(rule, last)
        text = RateText(f"campaign_start.{name}", words, _SOURCES, until, "1/quiet country-year")
        rates.append(per_time(text, *campaigns.quiet_months(quiet, found)))
    found, _ = campaigns.campaign_months(months, deaths, at_war, last)
    words = _words(VARIANTS["main"], last)
    day = dt.date.fromisoformat(until)
    follow = RateText(
        "campaign.takeover_12_months",
        f"{TAKEOVER} in the month of a campaign start or the twelve after; {words}; starts with twelve "
        "months left",
        (*_SOURCES, "takeovers"),
        until,
        "probability/12 months",
    )
    rates.append(_takeover_after(follow, found, months, takeover_months(day), last))
    for name, reading in READINGS.items():
        told = follow.definition.replace(TAKEOVER, f"takeover ({reading})")
        text = replace(follow, id=f"{follow.id}.{name}", definition=told)
        rates.append(_takeover_after(text, found, months, takeover_months(day, name), last))
    return [*rates, *_durations(found, words, until)]


def _words(rule: campaigns.CampaignRule, last: str) -> str:
    """Return the definition of a start in words."""
    return (
        f"start: a month of a quiet state with at least {rule.threshold:.0f} deaths and {rule.ratio:g} times "
        "the mean of the twelve before, the state at war over government that year or up to "
        f"{rule.years_before} year(s) before; 1990-01 to {last}"
    )


def last_day(month: str) -> str:
    """Return the last day of a month written yyyy-mm."""
    year, number = int(month[:4]), int(month[5:7])
    return dt.date(year, number, calendar.monthrange(year, number)[1]).isoformat()


def _takeover_after(
    text: RateText,
    found: list[campaigns.Campaign],
    months: list[str],
    takeovers: dict[int, frozenset[str]],
    last: str,
) -> Rate:
    """Return the share of campaign starts that a takeover follows within twelve months."""
    seen = [c for c in found if c.start + 12 <= months.index(last)]
    hits = [any(m in takeovers.get(c.state, ()) for m in months[c.start : c.start + 13]) for c in seen]
    return proportion(text, hits, [c.state for c in seen])


def _durations(found: list[campaigns.Campaign], words: str, until: str) -> list[Rate]:
    """Return median and mean duration, burn-out rates, and the share of campaigns past their first month."""
    states = np.array([c.state for c in found])
    length = np.array([float(c.months) for c in found])
    closed = np.array([c.closed for c in found])
    later = length > 1.0
    ends = "end: first of three months running below half of the start month's deaths or below the threshold"

    def text(name: str, unit: str, what: str, note: str = "") -> RateText:
        return RateText(f"campaign.{name}", f"{what}; {words}; {ends}", _SOURCES, until, unit, note)

    def median(w: Weights) -> float:
        return campaigns.kaplan_meier_median(length, closed, w)

    def burnout(w: Weights) -> float:
        return float((w @ closed) / (w @ length)) / campaigns.DAYS_PER_MONTH

    def mean(w: Weights) -> float:
        return float((w @ length) / max(float(w @ closed), 1e-9))

    def late_burnout(w: Weights) -> float:
        return float((w @ (closed & later)) / (w @ (later * (length - 1.0)))) / campaigns.DAYS_PER_MONTH

    tail = "not exponential: most campaigns last one month, few last years"
    known = closed | later
    return [
        _statistic(text("duration_median", "month", "Kaplan-Meier median duration"), median, states, closed),
        _statistic(text("duration_mean", "month", "total months / ends", tail), mean, states, closed),
        _statistic(text("burnout_rate", "1/day", "ends / total days", tail), burnout, states, closed),
        _statistic(
            text("burnout_rate.after_first_month", "1/day", "ends / days past the first month"),
            late_burnout,
            states[later],
            closed[later],
            all_states=states,
        ),
        proportion(
            text("longer_than_a_month", "share", "share of campaigns that outlast their first month"),
            later[known].tolist(),
            states[known].tolist(),
        ),
    ]


def _statistic(
    text: RateText,
    statistic: Callable[[Weights], float],
    states: NDArray[np.int64],
    closed: NDArray[np.bool_],
    all_states: NDArray[np.int64] | None = None,
) -> Rate:
    """Return a statistic of weighted campaigns, with its interval by country."""
    rows = states if all_states is None else all_states
    low, high = resample_clusters(statistic, rows)
    return Rate(
        id=text.id,
        value=statistic(np.ones(len(rows))),
        low=low,
        high=high,
        unit=text.unit,
        n=len(states),
        events=int(closed.sum()),
        n_clusters=len(np.unique(states)),
        interval="cluster bootstrap",
        definition=text.definition,
        sources=text.sources,
        data_until=text.data_until,
        note=text.note,
    )


def case_rates(cases: Sequence[Scenario], closed_before: str = "2025-01-01") -> list[Rate]:
    """Return the share of past cases whose government ended within 30, 90 and 365 days of the campaign's start.

    Cases start at a famous offensive, which is hindsight: these are **selected cases**. A case counts at a
    horizon if the government ended within it or is known to have stood for so long.

    Parameters
    ----------
    cases : sequence of Scenario
        Past cases; the flagship is none.
    closed_before : str
        Only cases closed before this day (yyyy-mm-dd); an assessment as of that day may use them.
    """
    day = dt.date.fromisoformat(closed_before)
    used = [c.case for c in cases if c.case is not None and c.case.closed < day]
    if not used:
        return []
    until = (day - dt.timedelta(days=1)).isoformat()
    countries = np.unique([c.country for c in used], return_inverse=True)[1]
    rates = []
    for days in (30, 90, 365):
        ended = [c.gone_by is not None and (c.gone_by - c.campaign_start).days <= days for c in used]
        seen = [
            i for i, c in enumerate(used) if ended[i] or (c.observed_until - c.campaign_start).days >= days
        ]
        text = RateText(
            f"case_fall.{days}_days",
            f"selected cases: share of governments that ended within {days} days of the campaign's start, of {len(seen)} "
            f"cases closed before {closed_before}",
            ("cases",),
            until,
            f"probability/{days} days",
            note="selected cases: starts are famous offensives chosen with hindsight; "
            f"{len(used) - len(seen)} case(s) censored before the horizon",
        )
        rates.append(proportion(text, [ended[i] for i in seen], [int(countries[i]) for i in seen]))
    return rates
