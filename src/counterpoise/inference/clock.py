"""The two-state clock: quiet and campaign, with takeover as the end, counted from the record of deaths by month.

    quiet --start--> campaign --burn-out--> quiet;   takeover from either state

The four rates are constant; from them follow the share of time in campaigns and the chance of a takeover within years, which
are held against the yearly record. That check is the point: the clock must not drift from what was counted in another way.

Weakest assumptions: constant rates (most campaigns last one month, few last years), and deaths of all kinds of violence as the
sign of a campaign. What it does not do: condition on support, terrain or time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from counterpoise.inference import annual_campaigns as campaigns
from counterpoise.inference.annual_intervals import jeffreys_interval
from counterpoise.inference.annual_rate import MIN_CLUSTERS, Rate, RateText, per_time
from counterpoise.inference.annual_spells import last_day
from counterpoise.sources import record
from counterpoise.sources.takeovers import takeover_months

__all__ = ["Clock", "Exposure", "StateMonths", "clock_rates", "exposure", "implied", "state_months"]

_SOURCES = ("ucdp-monthly", "ucdp-acd", "takeovers")


@dataclass(frozen=True)
class Clock:
    """Rates of the two-state clock [1/year].

    Parameters
    ----------
    start, burnout : float
        From quiet to campaign and back.
    takeover_quiet, takeover_campaign : float
        Takeover from either state.
    """

    start: float
    burnout: float
    takeover_quiet: float
    takeover_campaign: float

    def generator(self) -> NDArray[np.float64]:
        """Return the sub-generator over (quiet, campaign), shape (2, 2) [1/year]."""
        return np.array(
            [
                [-(self.start + self.takeover_quiet), self.start],
                [self.burnout, -(self.burnout + self.takeover_campaign)],
            ]
        )

    def campaign_share(self) -> float:
        """Return the share of time in campaigns, takeovers aside."""
        return self.start / (self.start + self.burnout)

    def takeover_within(self, years: float, p_campaign: float) -> float:
        """Return the probability of a takeover within some years, by the chance that a campaign is under way now.

        Examples
        --------
        >>> clock = Clock(start=0.3, burnout=2.0, takeover_quiet=0.0, takeover_campaign=0.0)
        >>> clock.takeover_within(5.0, 0.5)
        0.0
        """
        values, vectors = np.linalg.eig(self.generator())
        start = np.array([1.0 - p_campaign, p_campaign])
        alive = (start @ vectors) * np.exp(values * years) @ np.linalg.solve(vectors, np.ones(2))
        return float(max(0.0, 1.0 - alive.real))


@dataclass(frozen=True)
class Exposure:
    """Time at risk and takeovers of one state; `outside` are takeovers in months that were neither.

    Parameters
    ----------
    quiet, campaign : float
        Time in either state [year].
    starts, ends : int
        Campaigns that began, and that were seen to end.
    """

    state: int
    quiet: float
    campaign: float
    starts: int
    ends: int
    takeovers_quiet: int
    takeovers_campaign: int
    outside: int


@dataclass(frozen=True)
class StateMonths:
    """Months of one state, as positions in the record: at risk and quiet, in a campaign; and its campaigns."""

    state: int
    calm: frozenset[int]
    busy: frozenset[int]
    campaigns: tuple[campaigns.Campaign, ...]


def state_months(
    folder: Path, last: str, rule: campaigns.CampaignRule | None = None
) -> tuple[list[str], list[StateMonths]]:
    """Return the months (yyyy-mm) and what each state was in, up to the month `last`, from 1990-01."""
    rule = rule or campaigns.CampaignRule()
    months, deaths, at_war = record.deaths_by_month(folder)
    stop = months.index(last) + 1
    found, _ = campaigns.campaign_months(months, deaths, at_war, last, rule)
    rows = []
    for state in deaths:
        own = tuple(c for c in found if c.state == state)
        busy = frozenset(m for c in own for m in range(c.start, c.end))
        calm = frozenset(
            m for m in range(12, stop) if m not in busy and _at_risk(state, months[m], at_war, rule)
        )
        rows.append(StateMonths(state, calm, busy, own))
    return months[:stop], rows


def exposure(folder: Path, last: str, rule: campaigns.CampaignRule | None = None) -> list[Exposure]:
    """Return time and takeovers of every state up to the month `last` (yyyy-mm), from 1990-01."""
    months, states = state_months(folder, last, rule)
    fell = takeover_months(dt.date.fromisoformat(last_day(last)))
    rows = []
    for s in states:
        fallen = {m for m in range(12, len(months)) if months[m] in fell.get(s.state, frozenset())}
        if s.busy or s.calm or fallen:
            rows.append(
                Exposure(
                    s.state, len(s.calm) / 12.0, len(s.busy) / 12.0, len(s.campaigns),
                    sum(c.closed for c in s.campaigns), len(fallen & s.calm), len(fallen & s.busy),
                    len(fallen - s.calm - s.busy),
                )
            )  # fmt: skip
    return rows


def _at_risk(
    state: int, month: str, at_war: frozenset[tuple[int, int]], rule: campaigns.CampaignRule
) -> bool:
    """Whether a state was at war over government in the year of a month, or shortly before."""
    return any((state, int(month[:4]) - back) in at_war for back in range(rule.years_before + 1))


def clock_rates(rows: Sequence[Exposure], last: str) -> list[Rate]:
    """Return the four rates of the clock with intervals by country."""
    until = last_day(last)
    words = f"months 1990-01 to {last} of states at war over government that year or the year before"
    texts = {
        "clock.start": (f"campaign starts per quiet year: {words}", "1/quiet country-year"),
        "clock.burnout": (f"campaign ends per year in campaign: {words}", "1/campaign year"),
        "clock.takeover_quiet": (f"takeovers per quiet year: {words}", "1/quiet country-year"),
        "clock.takeover_campaign": (f"takeovers per year in campaign: {words}", "1/campaign year"),
    }
    events = {
        "clock.start": [r.starts for r in rows],
        "clock.burnout": [r.ends for r in rows],
        "clock.takeover_quiet": [r.takeovers_quiet for r in rows],
        "clock.takeover_campaign": [r.takeovers_campaign for r in rows],
    }
    rates = []
    for name, (what, unit) in texts.items():
        time = [r.campaign if unit == "1/campaign year" else r.quiet for r in rows]
        if name == "clock.start":  # the month of a start was quiet until it came
            time = [r.quiet + r.starts / 12.0 for r in rows]
        text = RateText(name, what, _SOURCES, until, unit)
        rates.append(_rate(text, [r.state for r in rows], events[name], time))
    return rates


def _rate(text: RateText, states: Sequence[int], events: Sequence[int], time: Sequence[float]) -> Rate:
    """Return a rate per year; with events in few countries its interval is Jeffreys' of a month's probability."""
    kept = [(s, float(e), t) for s, e, t in zip(states, events, time, strict=True) if t > 0]
    found = per_time(text, [k[0] for k in kept], [k[1] for k in kept], [k[2] for k in kept])
    if sum(k[1] > 0 for k in kept) >= MIN_CLUSTERS:
        return found
    low, high = jeffreys_interval(found.events, round(12 * sum(k[2] for k in kept)))
    return Rate(
        found.id, found.value, 12 * low, 12 * high, found.unit, found.n, found.events, found.n_clusters, "jeffreys",
        found.definition, found.sources, found.data_until, note=found.note,
    )  # fmt: skip


def implied(rows: Sequence[Exposure]) -> dict[str, dict[str, float]]:
    """Return what the clock implies, with 90 % intervals by country: what the yearly record is held against.

    ``takeover_1_year`` and ``takeover_3_years`` start from the clock's own share of time in campaigns.
    """
    table = np.array(
        [
            [
                r.starts,
                r.quiet + r.starts / 12,
                r.ends,
                r.campaign,
                r.takeovers_quiet,
                r.takeovers_campaign,
                r.quiet,
            ]
            for r in rows
        ]
    )

    def clock(weight: NDArray[np.float64]) -> Clock:
        starts, open_to_start, ends, busy, fall_quiet, fall_busy, quiet = (float(x) for x in weight @ table)
        return Clock(starts / open_to_start, ends / busy, fall_quiet / quiet, fall_busy / busy)

    asked: dict[str, Callable[[Clock], float]] = {
        "campaign_share": Clock.campaign_share,
        "takeover_1_year": lambda c: c.takeover_within(1.0, c.campaign_share()),
        "takeover_3_years": lambda c: c.takeover_within(3.0, c.campaign_share()),
        "takeover_12_months_from_a_start": lambda c: c.takeover_within(1.0, 1.0),
    }
    rng = np.random.default_rng(20_240_901)
    n = len(rows)
    draws = rng.multinomial(n, np.full(n, 1.0 / n), size=1_000).astype(np.float64)
    clocks = [clock(w) for w in draws]
    found = {}
    for name, ask in asked.items():
        values = [ask(c) for c in clocks]
        low, high = np.nanpercentile(values, [5.0, 95.0])
        found[name] = {"value": ask(clock(np.ones(n))), "low": float(low), "high": float(high)}
    return found
