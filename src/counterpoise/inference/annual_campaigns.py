"""Campaigns in the monthly record of deaths: when they start, how long they last, how often a takeover
follows.

A campaign **starts** in a month with at least `threshold` deaths that is also at least `ratio` times the
mean of the twelve months before, in a state that is quiet (not in a campaign) and at war over government
that year or the year before. It **ends** with the first of three months running that are each below half of
the start month's deaths or below `threshold`. Its duration is the number of months from start to end (at
least one).

Weakest assumption: deaths of all types of violence and of all wars of the state are one series, so a
massacre by others can look like an offensive. What it does not do: say who attacked whom.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.sources.record import StateYear

__all__ = [
    "Campaign",
    "CampaignRule",
    "campaign_months",
    "find_campaigns",
    "kaplan_meier_median",
    "quiet_months",
]

#: Mean length of a month of the Gregorian calendar [day].
DAYS_PER_MONTH = 30.436875


@dataclass(frozen=True)
class CampaignRule:
    """Definition of a campaign start.

    Parameters
    ----------
    threshold : float
        Least deaths in the month of the start [persons].
    ratio : float
        Least ratio of that month to the mean of the twelve months before.
    years_before : int
        A state is at risk if it was at war over government in the year itself or up to this many years
        before.
    """

    threshold: float = 100.0
    ratio: float = 3.0
    years_before: int = 1


@dataclass(frozen=True)
class Campaign:
    """A campaign; `end` is the index of its first quiet month, `closed` is False if the data end first."""

    state: int
    start: int
    end: int
    closed: bool

    @property
    def months(self) -> int:
        """Observed duration [month]."""
        return self.end - self.start


def _end_of(deaths: Sequence[float], start: int, stop: int, threshold: float) -> tuple[int, bool]:
    """Return the first of three quiet months after `start`, or (`stop`, False) if none is seen."""
    bar = max(0.5 * deaths[start], threshold)
    for month in range(start + 1, stop - 2):
        if all(value < bar for value in deaths[month : month + 3]):
            return month, True
    return stop, False


def find_campaigns(
    deaths: Sequence[float],
    state: int,
    at_risk: Callable[[int], bool],
    stop: int,
    rule: CampaignRule | None = None,
) -> tuple[list[Campaign], int]:
    """Return the campaigns of one state and its quiet months at risk.

    Parameters
    ----------
    deaths : sequence of float, shape (n_months,)
        Deaths by month [persons].
    state : int
        Gleditsch-Ward number.
    at_risk : callable
        Takes the index of a month and says whether a start in that month counts.
    stop : int
        Index of the first month that is not used.
    rule : CampaignRule, optional
        The definition; left out, the defaults.

    Returns
    -------
    tuple of list of Campaign and int
        Campaigns in order, and the number of quiet months at risk, months of a start included [month].

    Examples
    --------
    >>> found, quiet = find_campaigns([0.0] * 12 + [120.0, 90.0, 10.0, 10.0, 10.0], 1, lambda month: True, 17)
    >>> [(c.start, c.end, c.closed) for c in found], quiet
    ([(12, 13, True)], 5)
    """
    rule = rule or CampaignRule()
    found: list[Campaign] = []
    quiet, month = 0, 12
    while month < stop:
        if not at_risk(month):
            month += 1
            continue
        quiet += 1
        mean = sum(deaths[month - 12 : month]) / 12.0
        if deaths[month] < rule.threshold or deaths[month] < rule.ratio * mean:
            month += 1
            continue
        end, closed = _end_of(deaths, month, stop, rule.threshold)
        found.append(Campaign(state, month, end, closed))
        month = end
    return found, quiet


def _risk(
    state: int, months: Sequence[str], at_war: frozenset[StateYear], years_before: int
) -> Callable[[int], bool]:
    """Return the function that says whether `state` was at war in the year of a month, or shortly before."""
    return lambda i: any((state, int(months[i][:4]) - back) in at_war for back in range(years_before + 1))


def campaign_months(
    months: Sequence[str],
    deaths: dict[int, list[float]],
    at_war: frozenset[StateYear],
    last: str,
    rule: CampaignRule | None = None,
) -> tuple[list[Campaign], dict[int, int]]:
    """Return all campaigns that start up to the month `last`, and each state's quiet months at risk.

    Parameters
    ----------
    months : sequence of str, shape (n_months,)
        Months as yyyy-mm, in order.
    deaths : dict of int to list of float
        Deaths by month of each state [persons].
    at_war : frozenset of (int, int)
        State-years at war over government.
    last : str
        Last month that is used, as yyyy-mm; campaigns that outlast it are open.
    rule : CampaignRule, optional
        The definition; left out, the defaults.
    """
    rule = rule or CampaignRule()
    stop = months.index(last) + 1
    campaigns: list[Campaign] = []
    quiet: dict[int, int] = {}
    for state, series in deaths.items():
        found, n = find_campaigns(series, state, _risk(state, months, at_war, rule.years_before), stop, rule)
        campaigns += found
        if n:
            quiet[state] = n
    return campaigns, quiet


def quiet_months(
    quiet: dict[int, int], campaigns: Sequence[Campaign]
) -> tuple[list[int], list[float], list[float]]:
    """Return states, starts and quiet time at risk [year], one row per state, for a rate and its interval."""
    states = sorted(quiet)
    starts = [float(sum(c.state == state for c in campaigns)) for state in states]
    return states, starts, [quiet[state] / 12.0 for state in states]


def kaplan_meier_median(
    duration: NDArray[np.float64], closed: NDArray[np.bool_], weight: NDArray[np.float64] | None = None
) -> float:
    """Return the first time at which the Kaplan-Meier curve is at or below one half; NaN if it never is.

    References
    ----------
    Kaplan & Meier (1958), Nonparametric estimation from incomplete observations.
    doi:10.1080/01621459.1958.10501452
    """
    w = np.ones_like(duration) if weight is None else weight
    alive = 1.0
    for time in np.unique(duration[closed]):
        at_risk = w[duration >= time].sum()
        if at_risk > 0:
            alive *= 1.0 - w[(duration == time) & closed].sum() / at_risk
        if alive <= 0.5 + 1e-12:
            return float(time)
    return float("nan")
