"""Names and draws of the model's parameters.

A `Draws` is an array (draw, parameter): one row is one full set of numbers that a member lives by. Where they come from
(a posterior, a publication, a judgement) is written in a `ParameterSpec`, and the kernel knows nothing of it.

The order of `NAMES` is the order of the columns; kernels use the constants below, which are checked against it on import.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from counterpoise.errors import InputError, nearest
from counterpoise.streams import normal, stream_key, uniform

__all__ = ["NAMES", "Draws", "Joint", "ParameterSpec", "Shape", "draw_parameters", "spec_by_name"]

NAMES: Final = (
    "loss.intercept", "loss.any_rebel", "loss.share_rebel", "loss.threat", "loss.size", "loss.duration",
    "loss.patron_level", "loss.withdrawn", "loss.reinforced", "loss.rebel_patron",
    "loss.capital", "loss.capital_any_rebel", "loss.capital_lost_share",
    "recapture.intercept", "recapture.share_government", "recapture.reinforced", "recapture.patron_level",
    "recapture.rebel_patron", "recapture.momentum", "recapture.momentum_government", "recapture.held",
    "rescue.intercept", "rescue.momentum",
    "sd.case", "sd.recapture", "sd.capital", "sd.intensity", "intensity.redraw_rate",
    "campaign.start_rate", "campaign.end_rate", "campaign.selection",
    "coup.rate", "settlement.rate", "patron.exit_rate",
    "patron.causal_share_level", "patron.causal_share_withdrawn", "end.p_flight",
    "conduit.leak_hostile", "conduit.leak_rival", "conduit.open_neutral", "successor.p_keeps_stance",
    "stock.intensity", "threat.distance",
    "influence.weight_people", "influence.weight_arms", "influence.weight_money", "influence.weight_other",
    "loss.momentum", "loss.core", "loss.capital_core_lost", "loss.more_patrons",
    "loss.support_troops", "loss.support_air", "loss.support_advisers", "loss.support_arms",
    "loss.contagion", "loss.era",
    "capital.patron_level", "capital.withdrawn", "capital.duration", "capital.intensity",
    "surrender.p", "surrender.cap", "intensity.memory", "filter.calm",
    "exit.level", "exit.lost_share", "exit.momentum", "exit.p_total", "rescue.lost_share",
    "capital.rebel_patron", "filter.event",
    "conduit.load", "interdiction.loss", "interdiction.repair_days", "closure.reopen_days",
    "successor.p_keeps_base", "support.resume_rate", "conduit.shift",
    "campaign.first_year_burnout",
    "loss.deaths_trend", "loss.coups", "loss.soviet_sponsor", "loss.income", "loss.people",
    "loss.ramp", "capital.ramp", "campaign.ramp_days", "intensity.skew", "campaign.age_days",
)  # fmt: skip

(
    LOSS_0, LOSS_ANY, LOSS_SHARE, LOSS_THREAT, LOSS_SIZE, LOSS_DURATION,
    LOSS_SG, LOSS_WD, LOSS_RF, LOSS_SR,
    LOSS_CAP, LOSS_CAP_ANY, LOSS_CAP_LOST,
    RE_0, RE_SHARE, RE_RF, RE_SG, RE_SR, RE_M, RE_MG, RE_HELD,
    RESCUE_0, RESCUE_M,
    SD_U, SD_V, SD_K, SD_W, REDRAW,
    CAMPAIGN_START, CAMPAIGN_END, SELECTION,
    COUP, SETTLEMENT, EXIT,
    C_SG, C_WD, P_FLIGHT,
    LEAK_HOSTILE, LEAK_RIVAL, OPEN_NEUTRAL, P_KEEPS,
    STOCK_USE, THREAT_KM,
    W_PEOPLE, W_ARMS, W_MONEY, W_OTHER,
    LOSS_M, LOSS_CORE, LOSS_CAP_CORE, LOSS_MORE,
    LOSS_TROOPS, LOSS_AIR, LOSS_ADVISERS, LOSS_ARMS,
    LOSS_CONTAGION, LOSS_ERA,
    CAP_SG, CAP_WD, CAP_DURATION, CAP_INTENSITY,
    P_SURRENDER, SURRENDER_CAP, MEMORY, CALM,
    EXIT_LEVEL, EXIT_LOST, EXIT_M, EXIT_TOTAL, RESCUE_LOST,
    CAP_SR, EVENT_POWER,
    LOAD, LOSS_SHARE_CUT, REPAIR_DAYS, REOPEN_DAYS,
    P_BASE, RESUME, SHIFT,
    FIRST_YEAR,
    LOSS_DEATHS, LOSS_COUPS, LOSS_SOVIET, LOSS_INCOME, LOSS_PEOPLE,
    LOSS_RAMP, CAP_RAMP, RAMP_DAYS, SKEW, AGE_DAYS,
) = range(len(NAMES))  # fmt: skip

Shape = Literal["normal", "lognormal", "beta", "uniform", "fixed", "posterior"]


@dataclass(frozen=True)
class ParameterSpec:
    """One parameter: its distribution and what it stands on.

    Parameters
    ----------
    shape : str
        ``normal`` (mean, sd), ``lognormal`` (median `mean`, sd of the log), ``beta`` (mean, sd), ``uniform`` (on
        [mean - sd, mean + sd]), ``fixed`` or ``posterior`` (its column of the `Joint` draws; mean and sd are those of the draws).
    standing : str
        fitted, literature, elicited or assumed.
    """

    name: str
    text: str
    shape: Shape
    mean: float
    sd: float
    unit: str
    standing: str
    source: str


@dataclass(frozen=True)
class Draws:
    """Parameter draws with what they stand on.

    Parameters
    ----------
    values : ndarray, shape (n_draws, n_parameters)
        Columns in the order of `NAMES`.
    specs : tuple of ParameterSpec
        In the order of `NAMES`.
    """

    values: NDArray[np.float64]
    specs: tuple[ParameterSpec, ...]

    def column(self, name: str) -> NDArray[np.float64]:
        """Return all draws of one parameter, shape (n_draws,)."""
        if name not in NAMES:
            raise InputError.at(
                "parameter", f"unknown name '{name}'", "see `explain --parameters`", nearest(name, NAMES)
            )
        return self.values[:, NAMES.index(name)]

    @property
    def n(self) -> int:
        """Number of draws."""
        return int(self.values.shape[0])


def spec_by_name(specs: tuple[ParameterSpec, ...]) -> dict[str, ParameterSpec]:
    """Index the specs, checking that every parameter has exactly one."""
    found = {s.name: s for s in specs}
    missing = [n for n in NAMES if n not in found]
    if missing or len(found) != len(specs):
        raise InputError.at(
            "parameters", f"missing or doubled: {', '.join(missing) or 'doubled names'}", "one spec for each"
        )
    return found


@dataclass(frozen=True)
class Joint:
    """Joint draws of some parameters, from a posterior: one row belongs together.

    Parameters
    ----------
    names : tuple of str
    values : ndarray, shape (n_rows, n_names)
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]

    def shifted(self, name: str, by: float) -> Joint:
        """Add a number to every draw of a parameter."""
        if name not in self.names:
            return self
        values = self.values.copy()
        values[:, self.names.index(name)] += by
        return Joint(self.names, values)

    def rows(self, seed: int, n_draws: int) -> NDArray[np.int64]:
        """Pick a row for each draw, spread evenly over all rows (golden-ratio steps from a start of its own stream)."""
        first = float(uniform(stream_key(seed, "parameter:posterior"), 0, 0))
        place = (first + np.arange(n_draws) * 0.6180339887498949) % 1.0
        return np.minimum((place * len(self.values)).astype(np.int64), len(self.values) - 1)


def draw_parameters(
    specs: tuple[ParameterSpec, ...], seed: int, n_draws: int, joint: Joint | None = None
) -> Draws:
    """Draw full parameter sets, each parameter from its own stream, those of a posterior together.

    Adding a parameter, or changing the spread of one, moves no other column; the number of draws moves no row.
    """
    by_name = spec_by_name(specs)
    values = np.empty((n_draws, len(NAMES)))
    rows = None if joint is None else joint.rows(seed, n_draws)
    for j, name in enumerate(NAMES):
        if by_name[name].shape == "posterior":
            if joint is None or rows is None or name not in joint.names:
                raise InputError.at(f"parameter {name}", "its posterior has no draws", "give the joint draws")
            values[:, j] = joint.values[rows, joint.names.index(name)]
            continue
        values[:, j] = _column(by_name[name], seed, n_draws)
    return Draws(values, tuple(by_name[n] for n in NAMES))


@lru_cache(maxsize=1024)
def _column(spec: ParameterSpec, seed: int, n_draws: int) -> tuple[float, ...]:
    """Draws of one parameter; kept, because the variants of a run share nearly all of them."""
    key = stream_key(seed, f"parameter:{spec.name}")
    return tuple(_draw(spec, key, i) for i in range(n_draws))


def _draw(spec: ParameterSpec, key: np.uint64, i: int) -> float:
    """Draw one value of one parameter."""
    if spec.shape == "fixed" or spec.sd == 0.0:
        return spec.mean
    if spec.shape == "normal":
        return spec.mean + spec.sd * float(normal(key, 0, i))
    if spec.shape == "lognormal":
        return spec.mean * float(np.exp(spec.sd * normal(key, 0, i)))
    if spec.shape == "uniform":
        return spec.mean + spec.sd * (2.0 * float(uniform(key, 0, i)) - 1.0)
    return _beta_quantile(float(uniform(key, 0, i)), spec.mean, spec.sd)


def _beta_quantile(u: float, mean: float, sd: float) -> float:
    """Quantile of the logit-normal that has about this mean and standard deviation (stands in for a beta law)."""
    # A logit-normal keeps one number per draw and needs no incomplete beta function; delta method for its spread.
    from statistics import NormalDist

    slope = mean * (1.0 - mean)
    z = NormalDist().inv_cdf(u)
    return float(1.0 / (1.0 + np.exp(-(np.log(mean / (1.0 - mean)) + z * sd / slope))))
