"""`backtest`: forecasts of past cases by models that have not seen them, against honest rivals.

For every case the model is fitted without that case's country (or, forward in time, without every case that was not closed
when its campaign began), the case is forecast on the fixed as-of days, and the forecast is scored beside the rivals of
``docs/model/backtest-plan.md``, which are fitted on the same training cases.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.posterior import Posterior, shipped_posterior, vintages
from counterpoise.ensemble.execution import Executor, open_executor
from counterpoise.errors import InputError, nearest
from counterpoise.evaluation.case_forecasts import (
    MEMBERS,
    CaseForecast,
    PatronPath,
    covariates_of,
    forecast_case,
)
from counterpoise.evaluation.case_rows import HORIZONS, CaseRow, case_rows, past_case
from counterpoise.evaluation.forecast_cache import ForecastCache
from counterpoise.evaluation.rivals import RIVALS, TrainingSet
from counterpoise.evaluation.score_tables import calibration_table, detail_table, score_table
from counterpoise.inference import load_cases
from counterpoise.inference.fit import SPECS, FitSpec, Refit, left_out_fits
from counterpoise.scenario.models import Scenario

__all__ = ["Backtest", "BacktestPlan", "backtest", "chosen_cases", "left_out_groups", "shipped_fit"]

F64 = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
#: Fewer training cases than this, and a forecast forward in time is not made.
FEWEST = 6
#: Draws of a posterior that forecasts are made with.
KEPT = 300


@dataclass(frozen=True)
class BacktestPlan:
    """What a backtest does.

    Parameters
    ----------
    specs : tuple of str
        Specifications by name, from ``inference.fit.SPECS``.
    patron_paths : tuple of str
        How the patrons' path is taken.
    leave : str
        ``country``: one country out at a time; ``forward``: train on cases closed before the campaign began.
    refit : str
        How a fit without a group is made where the draws of the full one cannot be reweighted (Pareto k above .7).
    shipped : bool
        Begin at the posterior that the package carries, where it is of exactly these cases and this specification.
    """

    specs: tuple[str, ...] = ("main",)
    patron_paths: tuple[PatronPath, ...] = ("frozen",)
    leave: Literal["country", "forward"] = "country"
    members: int = MEMBERS
    seed: int = 1
    refit: Refit = "nuts"
    shipped: bool = True


@dataclass(frozen=True)
class Backtest:
    """Rows, probabilities and tables of a backtest."""

    plan: BacktestPlan
    rows: tuple[CaseRow, ...]
    probabilities: Mapping[str, F64]
    forecasts: Mapping[str, Sequence[CaseForecast]]
    scores: list[dict[str, Any]] = field(default_factory=list)
    calibration: list[dict[str, Any]] = field(default_factory=list)
    detail: list[dict[str, Any]] = field(default_factory=list)
    fits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def chosen_cases(cases: Sequence[str | Path | Scenario] | str | Path | None) -> tuple[Scenario, ...]:
    """Load past cases: names, files, a folder of files, or all that the package carries.

    Raises
    ------
    InputError
        If one does not exist, is wrong, or is no past case.
    """
    if cases is None:
        return load_cases()
    if isinstance(cases, str | Path):
        return load_cases([cases])
    given = [c for c in cases if isinstance(c, Scenario)]
    for one in given:
        past_case(one)
    names = [c for c in cases if not isinstance(c, Scenario)]
    return (*given, *(load_cases(names) if names else ()))


def left_out_groups(cases: Sequence[Scenario], leave: str) -> dict[str, tuple[str, ...]]:
    """Name of a group -> the cases left out for it; what is forecast with it says `group_of`."""
    groups: dict[str, tuple[str, ...]] = {}
    for scenario in cases:
        case = past_case(scenario)
        if leave == "country":
            groups[case.country] = (*groups.get(case.country, ()), scenario.id)
        else:
            out = tuple(
                s.id for s in cases
                if s.id == scenario.id or past_case(s).country == case.country
                or past_case(s).closed >= case.campaign_start
            )  # fmt: skip
            if len(cases) - len(out) >= FEWEST:
                groups[scenario.id] = out
    return groups


def backtest(
    cases: Sequence[str | Path | Scenario] | str | Path | None = None,
    *,
    plan: BacktestPlan | None = None,
    train: Sequence[Scenario] | None = None,
    cache: Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    scheduler: str | None = None,
    full: Mapping[str, Posterior] | None = None,
) -> Backtest:
    """Forecast past cases with models that have not seen them, and score the forecasts.

    Parameters
    ----------
    cases : names, files, a folder, or scenarios
        Cases to forecast; left out: all that the package carries.
    train : sequence of Scenario, optional
        Cases to learn from; left out: the package's own and the cases to forecast.
    cache : Path, optional
        Where fits and forecasts are kept, so that an interrupted run goes on.
    scheduler : str, optional
        Where fits without a group and forecasts are made, see `counterpoise.ensemble.execution.open_executor`; changes no result.
    full : mapping of str to Posterior, optional
        Fits on all cases by specification, where they are at hand; left out: those that ship, or made.

    Raises
    ------
    InputError
        For a bad case, an unknown specification, or too few cases to learn from.
    """
    plan = plan or BacktestPlan()
    unknown = [s for s in plan.specs if s not in SPECS]
    if unknown:
        raise InputError.at(
            f"specification '{unknown[0]}'", "no such specification", f"one of: {', '.join(SPECS)}",
            nearest(unknown[0], SPECS),
        )  # fmt: skip
    wanted = chosen_cases(cases)
    library = chosen_cases(None) if train is None else tuple(train)
    names = {s.id for s in wanted}
    pool = (*wanted, *(s for s in library if s.id not in names))
    groups = left_out_groups(pool, plan.leave)
    group_of = {s.id: past_case(s).country if plan.leave == "country" else s.id for s in pool}
    every = case_rows(pool)
    by_id = {s.id: s for s in pool}
    rows = tuple(r for r in every if r.case in names and group_of[r.case] in groups)
    if not rows:
        raise InputError.at(
            "cases", "no case has enough others to learn from", f"at least {FEWEST} are needed"
        )
    x = _covariates(every, by_id, progress)
    needed = {g: groups[g] for g in dict.fromkeys(group_of[r.case] for r in rows)}
    probabilities: dict[str, F64] = _rivals(rows, every, x, needed, group_of)
    forecasts: dict[str, Sequence[CaseForecast]] = {}
    fits: dict[str, Mapping[str, Any]] = {}
    store = ForecastCache(None if cache is None else cache / "forecasts")
    with open_executor(scheduler, workers) as executor:
        for spec in plan.specs:
            whole = (full or {}).get(spec) or (shipped_fit(pool, SPECS[spec]) if plan.shipped else None)
            left_out = left_out_fits(
                pool, SPECS[spec], needed, cache=None if cache is None else cache / "fits", seed=plan.seed, refit=plan.refit,
                kept=KEPT, full=whole, progress=progress,
                executor=None if scheduler in (None, "threads") else executor,
            )  # fmt: skip
            fits[spec] = {g: _how(p) for g, p in left_out.items()}
            for path in plan.patron_paths:
                label = f"{spec}, patrons {path}"
                posteriors = [left_out[group_of[r.case]] for r in rows]
                made = _forecast_rows(rows, by_id, posteriors, path, plan, store, executor, progress, label)
                forecasts[label] = made
                probabilities[label] = np.array([f.p for f in made])
    falls = {past_case(by_id[r.case]).country: _fall_days(every, groups, group_of[r.case]) for r in rows}
    return Backtest(
        plan, rows, probabilities, forecasts, score_table(rows, probabilities, plan.seed),
        calibration_table(rows, probabilities, plan.seed), detail_table(rows, forecasts, falls), fits,
    )  # fmt: skip


def shipped_fit(pool: Sequence[Scenario], spec: FitSpec) -> Posterior | None:
    """Return the posterior that the package carries, where it is of this specification and of exactly these cases."""
    cases = {(c.id, c.sha256) for c in pool}
    for day in reversed(vintages()):
        found = shipped_posterior(day)
        if found is None or found.case_log_likelihood is None or found.names != spec.fitted:
            continue
        same = dict(found.fixed) == dict(spec.fixed) and found.capped_sum == spec.capped_sum
        if same and set(found.cases) == cases:
            return found.picked(np.arange(min(len(found.draws), KEPT)))
    return None


def _how(posterior: Posterior) -> dict[str, Any]:
    """How a left-out posterior was made."""
    return {"method": posterior.method, "n_draws": len(posterior.draws), **posterior.about}


def _fingerprint(posterior: Posterior) -> str:
    """Hash of what a posterior gives to a forecast."""
    what = repr((posterior.spec, posterior.names, sorted(posterior.fixed.items()), posterior.capped_sum))
    return hashlib.sha256(what.encode() + np.ascontiguousarray(posterior.draws).tobytes()).hexdigest()


def _covariates(rows: Sequence[CaseRow], by_id: Mapping[str, Scenario], progress: Progress | None) -> F64:
    """Covariates of all rows, shape (n_rows, 6)."""
    out = []
    for i, row in enumerate(rows):
        out.append(covariates_of(by_id[row.case], row.as_of))
        if progress:
            progress("reading cases", i + 1, len(rows))
    return np.array(out)


def _rivals(
    rows: Sequence[CaseRow],
    every: Sequence[CaseRow],
    x: F64,
    groups: Mapping[str, Sequence[str]],
    group_of: Mapping[str, str],
) -> dict[str, F64]:
    """Probabilities of every rival, each row by the rival that has not seen its group."""
    place = {(r.case, r.label): i for i, r in enumerate(every)}
    out = {name: np.empty((len(rows), len(HORIZONS))) for name in RIVALS}
    for group, left in groups.items():
        # Days of a campaign and days before one are different questions: a rival may learn each by itself.
        for before in (False, True):
            learn = [i for i, r in enumerate(every) if r.case not in left and r.before == before]
            mine = [i for i, r in enumerate(rows) if group_of[r.case] == group and r.before == before]
            if not mine:
                continue
            train = TrainingSet(tuple(every[i] for i in learn), x[learn])
            there = [place[rows[i].case, rows[i].label] for i in mine]
            for name, rival in RIVALS.items():
                out[name][mine] = rival(train)([rows[i] for i in mine], x[there])
    return out


def _fall_days(every: Sequence[CaseRow], groups: Mapping[str, Sequence[str]], group: str) -> F64:
    """Days of fall of the training rows of the campaign, cut off at a year and a day."""
    late = max(HORIZONS) + 1
    left = groups[group]
    days = [
        min(r.fall_day or late, late) for r in every
        if r.case not in left and not r.before and r.known(max(HORIZONS)) is not None
    ]  # fmt: skip
    return np.array(days, dtype=float)


class _Asked(NamedTuple):
    """What all forecasts of a label share."""

    by_id: Mapping[str, Scenario]
    path: PatronPath
    members: int
    seed: int


def _forecast_row(asked: _Asked, item: tuple[CaseRow, Posterior]) -> CaseForecast:
    """Forecast one row with a posterior."""
    row, posterior = item
    return forecast_case(
        asked.by_id[row.case],
        row,
        posterior,
        patron_path=asked.path,
        members=asked.members,
        seed=asked.seed,
    )


def _forecast_rows(
    rows: Sequence[CaseRow],
    by_id: Mapping[str, Scenario],
    posteriors: Sequence[Posterior],
    path: PatronPath,
    plan: BacktestPlan,
    store: ForecastCache,
    executor: Executor,
    progress: Progress | None,
    label: str,
) -> list[CaseForecast]:
    """Forecast every row with the posterior that has not seen its group; what is in the cache is not done again."""
    parts = [
        (by_id[r.case].sha256, r.label, r.as_of, _fingerprint(p), path, plan.members, plan.seed)
        for r, p in zip(rows, posteriors, strict=True)
    ]
    found = [store.find(p) for p in parts]
    missing = [i for i, f in enumerate(found) if f is None]
    asked = _Asked(by_id, path, plan.members, plan.seed)
    made = executor.map(_forecast_row, asked, ((rows[i], posteriors[i]) for i in missing))
    for n, (i, forecast) in enumerate(zip(missing, made, strict=True)):
        found[i] = store.keep(parts[i], forecast)
        if progress:
            progress(f"forecasting: {label}", len(rows) - len(missing) + n + 1, len(rows))
    return [f for f in found if f is not None]
