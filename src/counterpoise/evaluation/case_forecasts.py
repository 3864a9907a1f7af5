"""What the model says about a past case on an as-of day, and the covariates that its rivals see.

The case goes the way of every scenario: compiled as it was known on the day, filtered, simulated. Nothing dated later
passes, except the patron's path where `patron_path` is ``later``, which answers "given what the patrons then did".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler import compile_world
from counterpoise.dynamics.covariates import momentum
from counterpoise.dynamics.history import recent_changes
from counterpoise.dynamics.kernel import CAPTURE, MODE_NAMES
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.evaluation.case_rows import HORIZONS, CaseRow
from counterpoise.evaluation.proper_scores import auc
from counterpoise.evaluation.rivals import COVARIATES
from counterpoise.scenario.models import Scenario

if TYPE_CHECKING:
    from counterpoise.compiler.posterior import Posterior

__all__ = ["CaseForecast", "PatronPath", "covariates_of", "forecast_case"]

F64 = NDArray[np.float64]
PatronPath = Literal["frozen", "forecast", "later"]
#: Futures of one forecast: noise of .022 at p = .5, small beside what the parameters leave open.
MEMBERS = 512
#: Days ahead over which captures are counted and ranked.
CAPTURE_DAYS = 90


@dataclass(frozen=True)
class CaseForecast:
    """Forecast of one row.

    Parameters
    ----------
    p : tuple of float, length n_horizons
        Probability that the government ends within each of `HORIZONS`.
    p_low, p_high : tuple of float
        90 % interval over parameter draws (not over futures).
    p_mode : tuple of float
        Probability of each mode within 365 days, in the order of ``MODE_NAMES``.
    fall_day : tuple of int, length 101
        Percentiles 0 to 100 of the day of fall, cut off at 366.
    captures : tuple of float
        5, 25, 50, 75 and 95 % points of the number of sites that change hands to rebels within `CAPTURE_DAYS`, while it stands.
    captures_observed : int or None
        How many did; None where captures are not recorded that far.
    site_auc : float or None
        How well P(site lost) ranked the sites that were lost above those that were kept; None without both.
    effective_draws : float
        Effective number of parameter draws after the history has been seen.
    """

    p: tuple[float, ...]
    p_low: tuple[float, ...]
    p_high: tuple[float, ...]
    p_mode: tuple[float, ...]
    fall_day: tuple[int, ...]
    captures: tuple[float, ...]
    captures_observed: int | None
    site_auc: float | None
    effective_draws: float


def covariates_of(scenario: Scenario, as_of: dt.date) -> F64:
    """Return the six covariates of the rivals on a day, as the engine sees them, shape (6,)."""
    world = compile_world(scenario, as_of, seed=1, horizon=1, n_draws=1, patron_path="frozen")
    theatre, arm = world.theatre, world.schedules[0]
    recently, _, _ = recent_changes(theatre)
    found = {
        "share_lost": float((theatre.holder != 0).mean()),
        "momentum": float(momentum(recently)),
        "patron_level": float(arm.level_observed[0, :, 0].max(initial=0)),
        "withdrawn": float(arm.withdrawn_observed[0, 0]),
        "reinforced": float(arm.reinforced_do[0, 0]),
        "rebel_patron": float(arm.rebel_level[0, 0]),
    }
    return np.array([found[name] for name in COVARIATES])


def forecast_case(
    scenario: Scenario,
    row: CaseRow,
    posterior: Posterior,
    *,
    patron_path: PatronPath = "frozen",
    members: int = MEMBERS,
    seed: int = 1,
    n_draws: int = 100,
) -> CaseForecast:
    """Forecast one row with a posterior that has not seen the case."""
    world = compile_world(
        scenario,
        row.as_of,
        seed=seed,
        horizon=max(HORIZONS),
        n_draws=n_draws,
        patron_path=patron_path,
        posterior=posterior,
    )
    futures = simulate_world(world, members=members, seed=seed)
    arm = futures.arms["baseline"]
    p = [float(arm.ended_by(h).mean()) for h in HORIZONS]
    spread = [_draw_interval(futures, h) for h in HORIZONS]
    day = np.where(arm.ended_by(max(HORIZONS)), arm.end_day, max(HORIZONS) + 1)
    lost, counts = _captures(futures)
    happened = _lost_sites(scenario, world, row)
    return CaseForecast(
        tuple(p),
        tuple(s[0] for s in spread),
        tuple(s[1] for s in spread),
        tuple(float(arm.ended_by(max(HORIZONS), m).mean()) for m in MODE_NAMES),
        tuple(int(d) for d in np.quantile(day, np.linspace(0, 1, 101), method="inverted_cdf")),
        tuple(float(q) for q in np.quantile(counts, [0.05, 0.25, 0.5, 0.75, 0.95])),
        None if happened is None else int(happened.sum()),
        None if happened is None else _site_auc(world, lost, happened),
        futures.effective_draws,
    )


def _draw_interval(futures: Futures, horizon: int) -> tuple[float, float]:
    """90 % interval of the probability over draws: a beta-binomial moment fit, so that few members a draw do not widen it."""
    ended = futures.arms["baseline"].ended_by(horizon).astype(float)
    n = np.bincount(futures.draw)
    hit = np.bincount(futures.draw, weights=ended)
    keep = n > 0
    n, share, mean = n[keep], hit[keep] / n[keep], ended.mean()
    noise = mean * (1 - mean) * (1.0 / n).mean()
    sd = float(np.sqrt(max(share.var() - noise, 1e-6)))
    return max(0.0, mean - 1.645 * sd), min(1.0, mean + 1.645 * sd)


def _captures(futures: Futures) -> tuple[F64, NDArray[np.int_]]:
    """Share of members in which each theatre site is lost within `CAPTURE_DAYS`, and losses of each member."""
    arm, n_sites = futures.arms["baseline"], len(futures.world.theatre_sites)
    mine = (arm.kind == CAPTURE) & (arm.day <= CAPTURE_DAYS) & (arm.loser == 0)
    key = np.unique(arm.member[mine].astype(np.int64) * n_sites + arm.site[mine])
    share = np.bincount(key % n_sites, minlength=n_sites) / futures.n_members
    return share, np.bincount(key // n_sites, minlength=futures.n_members)


def _lost_sites(scenario: Scenario, world: World, row: CaseRow) -> NDArray[np.bool_] | None:
    """Whether each theatre site was lost within `CAPTURE_DAYS`; None where the record does not reach that far."""
    case = scenario.case
    until = row.as_of + dt.timedelta(days=CAPTURE_DAYS)
    if case is None or (until > case.captures_until and case.ended is None):
        return None
    lost = {
        e.site for e in scenario.events
        if e.kind == "capture" and row.as_of < e.known_from <= until and e.target in (None, scenario.conflict.client)
    }  # fmt: skip
    return np.array([s in lost and world.theatre.holder[i] == 0 for i, s in enumerate(world.theatre_sites)])


def _site_auc(world: World, lost: F64, happened: NDArray[np.bool_]) -> float | None:
    """Rank of lost above kept among the sites that the government held."""
    ours = world.theatre.holder == 0
    value = auc(lost[ours], happened[ours])
    return None if np.isnan(value) else value


def quantile_sample(forecast: CaseForecast) -> F64:
    """Return the percentiles of the day of fall as a sample, for scores that take members."""
    return np.array(forecast.fall_day, dtype=float)


def mode_log_score(forecast: CaseForecast, row: CaseRow, modes: Sequence[str] = MODE_NAMES) -> float:
    """Log score of how it ended within 365 days, survival included; the outcome must be known."""
    fell = row.known(max(HORIZONS))
    p = 1.0 - forecast.p[-1] if not fell else forecast.p_mode[modes.index(row.mode)]
    return float(-np.log(max(p, 0.005)))
