"""`sweep`: uncertainties varied by design, times levers as arms, answered about the regime; labelled with xarray.

What is not varied stands at its centre, the scenario's figures included: a sweep shows what each uncertainty does, it is no
forecast. Only parameters of the theatre and the patrons can be varied; the regional ledger is not walked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from counterpoise._version import __version__
from counterpoise.assessment.simulating import (
    DEFAULT_SEED,
    Progress,
    as_scenario,
    check_horizon,
    check_workers,
    lever_plan,
)
from counterpoise.compiler import ParameterSet, compile_world, load_parameters
from counterpoise.dynamics.kernel import MODE_NAMES
from counterpoise.dynamics.parameters import NAMES
from counterpoise.ensemble.designs import Varied, centre, unit_points
from counterpoise.ensemble.execution import open_executor
from counterpoise.ensemble.sweeping import Swept, sweep_points
from counterpoise.errors import InputError, nearest
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import Scenario

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Span", "sensitivity", "sweep"]

#: A range that replaces the parameter's own law, or None.
Span = tuple[float, float] | None
HORIZONS = (30, 90, 365, 1825)
#: Parameters that act on the regional ledger only begin with these.
REGIONAL = (
    "conduit.", "successor.", "stock.", "threat.", "influence.", "interdiction.", "closure.", "support.",
)  # fmt: skip


def sweep(
    scenario: Scenario | str | Path,
    uncertainties: Mapping[str, Span] | Sequence[str],
    arms: Mapping[str, Sequence[str]] | None = None,
    *,
    design: str = "lhs",
    points: int = 64,
    members: int = 256,
    as_of: dt.date | None = None,
    horizon: int | None = None,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    overrides: Sequence[str] = (),
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: str | Path | None = None,
) -> xr.Dataset:
    """Run a design of experiments over uncertainties, in every arm, under the same random numbers.

    Parameters
    ----------
    uncertainties : mapping of str to (low, high) or None, or sequence of str
        Parameters that are varied: evenly between the ends of a range, or by their own law.
    arms : mapping of str to sequence of str, optional
        Arm -> levers; the first is the reference of ``difference``. Left out: the status quo alone.
    design : str
        ``lhs``, ``sobol`` or ``saltelli``, see `counterpoise.ensemble.designs`.
    points : int
        Points of the design; ``saltelli`` runs ``points * (n_uncertainties + 2)``.
    members : int
        Futures at each point in each arm.
    scheduler : str, optional
        ``threads``, ``processes`` or the address of a Dask scheduler; changes no result.
    store : str or Path, optional
        Folder in which finished batches are kept; a sweep that was broken off goes on there.

    Returns
    -------
    xarray.Dataset
        ``p_end`` and ``mc_error`` (point, arm, horizon), ``p_mode`` (also by mode), ``difference`` to the first arm with
        ``difference_mc_error``, ``sites_lost``, ``log_evidence`` (point); the varied values are coordinates of ``point``.

    Raises
    ------
    InputError
        For an unknown parameter, lever or design, or a range that is none.

    Examples
    --------
    >>> found = sweep("levant-2024", {"loss.patron_level": None, "sd.intensity": (0.8, 2.0)})  # doctest: +SKIP
    >>> found.p_end.sel(arm="baseline", horizon=365).max()  # doctest: +SKIP
    """
    found = as_scenario(scenario, overrides)
    day = as_of or found.as_of
    check_horizon(found, horizon)
    if members < 1:
        raise InputError.at("members", f"expected at least 1, got {members}", "256 or more show a difference")
    arms = arms or {"baseline": ()}
    parameters = load_parameters(found, day)
    varied = _varied(uncertainties, parameters)
    u = unit_points(design, points, len(varied), seed)
    world = compile_world(
        _without_ranges(found), day, seed=seed, horizon=horizon, arms=tuple(arms), plan=lever_plan(found, day, arms),
        n_draws=1, parameters=_at_centre(parameters),
    )  # fmt: skip
    values = np.repeat(world.draws.values, len(u), axis=0)
    for j, one in enumerate(varied):
        values[:, NAMES.index(one.spec.name)] = one.values(u[:, j])
    horizons = (*(h for h in HORIZONS if h < world.horizon), world.horizon)
    with open_executor(scheduler, check_workers(workers)) as executor:
        swept = sweep_points(
            world, values, seed=seed, members=members, horizons=horizons, executor=executor,
            store=None if store is None else Path(store), progress=progress,
        )  # fmt: skip
    about = {
        "program": f"counterpoise {__version__}", "scenario": found.id, "scenario_sha256": found.sha256, "seed": seed,
        "as_of": day.isoformat(), "design": design, "points": points, "members": members,
        "uncertainties": ",".join(v.spec.name for v in varied),
    }  # fmt: skip
    return _labelled(swept, values, varied, tuple(arms), horizons, members, about)


def _varied(
    uncertainties: Mapping[str, Span] | Sequence[str], parameters: ParameterSet
) -> tuple[Varied, ...]:
    """Look up what is varied."""
    asked = dict(uncertainties) if isinstance(uncertainties, Mapping) else dict.fromkeys(uncertainties, None)
    if not asked:
        raise InputError.at(
            "uncertainties", "nothing to vary", "name a parameter, see `explain --parameters`"
        )
    specs, joint = {s.name: s for s in parameters.specs}, parameters.joint
    out = []
    for name, span in asked.items():
        where = f"uncertainty '{name}'"
        if name not in specs:
            raise InputError.at(
                where, "no such parameter", "see `explain --parameters`", nearest(name, NAMES)
            )
        if name.startswith(REGIONAL):
            raise InputError.at(
                where, "acts on the regional ledger only", "a sweep answers about the regime; vary another"
            )
        if span is not None and not (np.isfinite(span).all() and span[0] < span[1]):
            raise InputError.at(where, f"expected low below high, got {span[0]} and {span[1]}", "swap them")
        spec = specs[name]
        if span is None and (spec.shape == "fixed" or (spec.sd == 0.0 and spec.shape != "posterior")):
            raise InputError.at(where, "has one value only", f"give a range: {name}=LOW:HIGH")
        sample = None
        if spec.shape == "posterior" and joint is not None:
            sample = joint.values[:, joint.names.index(name)]
        out.append(Varied(spec, span, sample))
    return tuple(out)


def _at_centre(parameters: ParameterSet) -> ParameterSet:
    """Every parameter at its centre."""
    specs = tuple(
        replace(s, shape="fixed", mean=centre(s, parameters.joint), sd=0.0) for s in parameters.specs
    )
    return replace(parameters, specs=specs, joint=None)


def _without_ranges(scenario: Scenario) -> Scenario:
    """Return a scenario whose figures are the same in every draw."""
    made = _central(scenario)
    assert isinstance(made, Scenario)
    return made


def _central(value: Any) -> Any:
    """Take the ranges off all figures in a value."""
    if isinstance(value, Figure):
        return value.model_copy(update={"low": None, "high": None})
    if isinstance(value, BaseModel):
        now = {k: getattr(value, k) for k in type(value).model_fields}
        new = {k: _central(v) for k, v in now.items()}
        return value.model_copy(update={k: v for k, v in new.items() if v is not now[k]})
    if isinstance(value, tuple):
        items = tuple(_central(v) for v in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if isinstance(value, Mapping):
        return {k: _central(v) for k, v in value.items()}
    return value


def _labelled(
    swept: Swept,
    values: NDArray[np.float64],
    varied: Sequence[Varied],
    arms: Sequence[str],
    horizons: Sequence[int],
    members: int,
    about: Mapping[str, Any],
) -> xr.Dataset:
    """Put names on the answers."""
    import xarray as xr

    grid = ("point", "arm", "horizon")
    p_end = swept.p_mode.sum(axis=3)
    coordinates: dict[str, Any] = {
        "point": np.arange(len(values)),
        "arm": list(arms),
        "horizon": ("horizon", list(horizons), {"units": "day"}),
        "mode": list(MODE_NAMES[1:]),
    }
    for one in varied:
        column = values[:, NAMES.index(one.spec.name)]
        label = {"long_name": one.spec.text, "units": one.spec.unit, "standing": one.spec.standing}
        coordinates[one.spec.name] = ("point", column, label)
    error = np.sqrt(p_end * (1.0 - p_end) / members)
    return xr.Dataset(
        {
            "p_end": (grid, p_end, {"long_name": "share of futures in which the regime has ended"}),
            "mc_error": (grid, error),
            "p_mode": ((*grid, "mode"), swept.p_mode),
            "difference": (
                grid,
                swept.difference,
                {"long_name": f"p_end less that of arm {arms[0]}, paired"},
            ),
            "difference_mc_error": (grid, swept.difference_sd / np.sqrt(members)),
            "sites_lost": (grid, swept.sites_lost),
            "log_evidence": ("point", swept.log_evidence),
        },
        coords=coordinates,
        attrs=dict(about),
    )


def sensitivity(found: xr.Dataset, answer: str = "p_end") -> xr.Dataset:
    """Say how much of the spread of an answer each uncertainty explains.

    Parameters
    ----------
    found : xarray.Dataset
        From `sweep`.
    answer : str
        ``p_end``, ``difference`` or ``sites_lost``.

    Returns
    -------
    xarray.Dataset
        ``rank_correlation`` (uncertainty, arm, horizon), and for a ``saltelli`` design the Sobol indices ``first`` and
        ``total`` (Saltelli et al. 2010; estimators of `scipy.stats.sobol_indices`). Monte-Carlo noise counts as unexplained.
        NaN where an answer is the same at all points.
    """
    import xarray as xr
    from scipy.stats import rankdata, sobol_indices

    names = str(found.attrs["uncertainties"]).split(",")
    y = found[answer].transpose("point", "arm", "horizon").to_numpy()
    flat = y.reshape(len(y), -1)
    # Designs with columns of B in A repeat values; the correlation is over the points of A and B.
    n, d = int(found.attrs["points"]), len(names)
    saltelli = found.attrs["design"] == "saltelli"
    rows = slice(0, 2 * n if saltelli else len(y))
    moves = np.ptp(flat, axis=0) > 0
    rho = np.full((d, flat.shape[1]), np.nan)
    for i, name in enumerate(names):
        x = rankdata(found[name].to_numpy()[rows])
        for k in np.nonzero(np.ptp(flat[rows], axis=0) > 0)[0]:
            rho[i, k] = np.corrcoef(x, rankdata(flat[rows, k]))[0, 1]
    shape = (d, *y.shape[1:])
    grid = ("uncertainty", "arm", "horizon")
    out = {"rank_correlation": (grid, rho.reshape(shape))}
    if saltelli:
        first, total = np.full_like(rho, np.nan), np.full_like(rho, np.nan)
        values = {
            "f_A": flat[:n, moves].T,
            "f_B": flat[n : 2 * n, moves].T,
            "f_AB": flat[2 * n :, moves].reshape(d, n, -1).transpose(0, 2, 1),
        }
        if moves.any():
            indices = sobol_indices(func=values, n=n)
            # Drop the axis of answers only where scipy did.
            first[:, moves] = np.reshape(indices.first_order, (-1, d)).T
            total[:, moves] = np.reshape(indices.total_order, (-1, d)).T
        out |= {"first": (grid, first.reshape(shape)), "total": (grid, total.reshape(shape))}
    return xr.Dataset(
        out,
        coords={"uncertainty": names, "arm": found["arm"], "horizon": found["horizon"]},
        attrs={"answer": answer, **found.attrs},
    )
