"""Questions about the client regime: does it end, when, how, in which arm; which cities first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.mixture import Answers
from counterpoise.assessment.models import (
    FORECAST_DAYS,
    BaseRate,
    Contrast,
    Curve,
    Driver,
    Place,
    Question,
    Words,
)
from counterpoise.assessment.statistics import Estimate, estimate, weighted_quantile
from counterpoise.assessment.words import Scheme, estimative_words
from counterpoise.compiler import rate
from counterpoise.dynamics.kernel import CAPTURE, MODE_NAMES
from counterpoise.dynamics.parameters import Draws
from counterpoise.ensemble import Futures, holders_at
from counterpoise.errors import InputError
from counterpoise.scenario.models import Scenario

__all__ = [
    "HORIZONS",
    "base_rates",
    "curves",
    "places",
    "regime_contrasts",
    "regime_questions",
    "top_drivers",
]

HORIZONS = (30, 90, 365, 1825)
MODES = MODE_NAMES[1:]
_NEVER_LOST = np.iinfo(np.int16).max
_MODE_TEXT = {
    "defeat": "by defeat (the capital is taken)",
    "flight": "by flight (the leader leaves before the capital is taken)",
    "coup": "by coup",
    "settlement": "by settlement",
}
#: Counted yearly rates that answer a question of a mode; flight is part of a takeover.
_MODE_RATES = {
    None: ("takeover.next_year.all", "coup.next_year", "settlement.next_year"),
    "takeover": ("takeover.next_year.all",),
    "coup": ("coup.next_year",),
    "settlement": ("settlement.next_year",),
}


def regime_questions(
    futures: Answers, scenario: Scenario, as_of: dt.date, arms: Sequence[str], wording: Scheme
) -> list[Question]:
    """Answer regime end within each horizon in each arm, and by mode."""
    client = next(a.name for a in scenario.actors if a.id == scenario.conflict.client)
    out = []
    for arm in arms:
        for horizon in (h for h in HORIZONS if h <= futures.world.horizon):
            for mode in (None, *MODES):
                out.append(
                    _question(futures, client, scenario.conflict.client, as_of, arm, horizon, mode, wording)
                )
    return out


def _question(
    futures: Answers,
    client: str,
    client_id: str,
    as_of: dt.date,
    arm: str,
    horizon: int,
    mode: str | None,
    wording: Scheme,
) -> Question:
    """Answer one question in one arm."""
    found = estimate(futures.arms[arm].ended_by(horizon, mode), futures.draw, (0.0, 1.0))
    last = as_of + dt.timedelta(days=horizon)
    how = f" {_MODE_TEXT[mode]}" if mode else ""
    term, band = estimative_words(found.mean, wording)
    suffix = f":{mode}" if mode else ""
    return Question(
        id=f"regime_end:{client_id}:{horizon}{suffix}",
        text=f"Does the {client} end{how} within {horizon} days?",
        resolution=(
            f"YES if by the end of {last} (UTC) the government has lost the capital or fled it, was replaced by a coup, or "
            f"has signed away its sole rule{'; only if ' + _MODE_TEXT[mode] if mode else ''}. VOID if sources of record disagree."
        ),
        horizon_days=horizon,
        arm=arm,
        mode=mode,
        p=found.mean,
        interval_50=found.interval_50,
        interval_90=found.interval_90,
        mc_error=found.mc_error,
        base_rate=base_rates(as_of, horizon, mode),
        words=Words(scheme=wording, term=term, band=band),
        driver=top_drivers(found, futures.world.draws) if mode is None else (),
        scenario_only=horizon > FORECAST_DAYS,
    )


def base_rates(as_of: dt.date, horizon: int, mode: str | None) -> tuple[BaseRate, ...]:
    """Return how often it happened: the yearly rate brought to the horizon, and the rate in selected campaigns."""
    rows: list[BaseRate] = []
    key = "takeover" if mode in ("defeat", "flight") else mode
    try:
        counted = [rate(name, as_of) for name in _MODE_RATES[key]]
        years = horizon / 365.25

        def brought(values: Sequence[float]) -> float:
            return float(1.0 - np.prod([(1.0 - v) ** years for v in values]))

        what = {
            None: "takeover, coup or settlement",
            "takeover": "takeover (defeat and flight together)",
        }.get(key, key)
        rows.append(
            BaseRate(
                p=brought([c.value for c in counted]),
                n=int(counted[0].n),
                reference_class=f"governments at war over their power, yearly rate of {what} brought to {horizon} days",
                interval_90=(brought([c.low for c in counted]), brought([c.high for c in counted])),
                source=", ".join(c.id for c in counted) + f" (data to {min(c.data_until for c in counted)})",
            )
        )
    except InputError:
        pass
    if mode is None:
        try:
            cases = rate(f"case_fall.{horizon}_days", as_of)
            rows.append(
                BaseRate(
                    p=cases.value,
                    n=int(cases.n),
                    reference_class=f"past campaigns, selected with hindsight, ended within {horizon} days of their start",
                    interval_90=(cases.low, cases.high),
                    source=cases.id,
                    selected=True,
                )
            )
        except InputError:
            pass
    return tuple(rows)


def top_drivers(found: Estimate, draws: Draws, n: int = 3) -> tuple[Driver, ...]:
    """Parameters whose draws go most with the answer (Spearman), weakest ones left out."""
    if len(found.draws) < 20 or np.ptp(found.by_draw) == 0:
        return ()
    target = _ranks(found.by_draw)
    scored = []
    for j, spec in enumerate(draws.specs):
        column = draws.values[found.draws, j]
        if np.ptp(column) > 0:
            scored.append((float(np.corrcoef(_ranks(column), target)[0, 1]), spec))
    scored.sort(key=lambda s: (-abs(s[0]), s[1].name))
    # Below two standard errors of a rank correlation of nothing, it may be chance.
    floor = 2.0 / np.sqrt(len(found.draws) - 1)
    return tuple(
        Driver(parameter=s.name, text=s.text, rank_correlation=rho, standing=s.standing)
        for rho, s in scored[:n]
        if abs(rho) > floor
    )


def _ranks(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks of values; equal values share the middle of their ranks, so that ties go with nothing."""
    _, place, count = np.unique(x, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - 0.5 * (count + 1))[place])


def regime_contrasts(futures: Answers, client: str, pairs: Sequence[tuple[str, str]]) -> list[Contrast]:
    """Differences between arms, member by member."""
    out = []
    for first, second in pairs:
        for horizon in (h for h in HORIZONS if h <= futures.world.horizon):
            x = futures.arms[first].ended_by(horizon).astype(float) - futures.arms[second].ended_by(horizon)
            found = estimate(x, futures.draw, (-1.0, 1.0))
            out.append(
                Contrast(
                    id=f"regime_end:{client}:{horizon}:{first}-{second}",
                    text=f"P(regime end within {horizon} days), {first.replace('_', ' ')} minus {second.replace('_', ' ')}",
                    arms=(first, second),
                    horizon_days=horizon,
                    difference=found.mean,
                    interval_90=found.interval_90,
                    mc_error=found.mc_error,
                    unit="probability",
                )
            )
    return out


def curves(futures: Answers, arms: Sequence[str]) -> list[Curve]:
    """Survival over time with a 90 % ribbon over parameters, and the modes of end."""
    horizon = futures.world.horizon
    days = sorted(
        {d for d in (*range(31), *range(35, 121, 5), *range(135, horizon + 1, 15), horizon) if d <= horizon}
    )
    out = []
    for arm in arms:
        one = futures.arms[arm]
        low, high, mean = [], [], []
        for day in days:
            found = estimate(one.ended_by(day), futures.draw, (0.0, 1.0))
            mean.append(1.0 - found.mean)
            low.append(1.0 - found.interval_90[1])
            high.append(1.0 - found.interval_90[0])
        by_mode = {m: tuple(float(one.ended_by(d, m).mean()) for d in days) for m in MODES}
        out.append(
            Curve(
                arm=arm,
                day=tuple(days),
                survival=tuple(mean),
                low_90=tuple(low),
                high_90=tuple(high),
                by_mode=by_mode,
            )
        )
    return out


def _losses(futures: Futures, arm: str) -> tuple[NDArray[np.int16], dict[int, NDArray[np.int64]]]:
    """Day on which each member loses each site for the first time, and how many have lost each by a horizon.

    Events are taken block by block: a large run has them in files.
    """
    world, one = futures.world, futures.arms[arm]
    n_sites = len(world.theatre_sites)
    ours = world.theatre.holder == 0
    day_lost = np.full((futures.n_members, n_sites), _NEVER_LOST, dtype=np.int16)
    n_lost = {h: np.zeros(n_sites, dtype=np.int64) for h in (30, 90, 365) if h <= world.horizon}
    for first, block in one.blocks():
        taken = block.kind == CAPTURE
        here = day_lost[first : first + len(block.end_day)]
        np.minimum.at(here, (block.member[taken], block.site[taken]), block.day[taken])
        for h, count in n_lost.items():
            ended = block.ended_by(h, "defeat") | block.ended_by(h, "flight")
            count += ((holders_at(block, world, h) != 0) | ended[:, None]).sum(axis=0)
    day_lost[:, ~ours] = _NEVER_LOST
    return day_lost, n_lost


def places(futures: Futures, scenario: Scenario, arm: str) -> list[Place]:
    """Sites for the map, with P(lost) and the order of loss in one arm."""
    world = futures.world
    theatre = {s: i for i, s in enumerate(world.theatre_sites)}
    ours = world.theatre.holder == 0
    day_lost, n_lost = _losses(futures, arm)
    first = day_lost.min(axis=1)
    # Sites that fall on one day share the first place.
    n_first = (day_lost == first[:, None]).sum(axis=1)
    actor = dict(enumerate(world.actors))
    out = []
    for position, site in enumerate(scenario.sites):
        inside = site.id in theatre
        i = theatre.get(site.id, -1)
        lost, p_first, median = {}, None, None
        if inside and ours[i]:
            lost = {str(h): float(count[i] / futures.n_members) for h, count in n_lost.items()}
            days = day_lost[:, i]
            fell = days < _NEVER_LOST
            p_first = float((((days == first) & fell) / n_first).mean())
            if fell.any():
                median = int(weighted_quantile(days[fell].astype(float), np.ones(int(fell.sum())), (0.5,))[0])
        out.append(
            Place(
                id=site.id,
                name=site.name,
                country=site.country,
                lat=site.lat,
                lon=site.lon,
                population=site.population.value if site.population else None,
                roles=site.roles,
                holder=actor[int(world.network.holder[position])],
                in_theatre=inside,
                p_lost=lost,
                p_first=p_first,
                median_day=median,
            )
        )
    return out
