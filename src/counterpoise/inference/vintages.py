"""Posteriors by vintage: each is fitted on the cases closed before its date, and written where `compile_world` finds it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from counterpoise.compiler.posterior import Posterior, write_posterior
from counterpoise.ensemble.execution import Executor
from counterpoise.errors import InputError
from counterpoise.inference.fit import Method, Progress, cases_closed_before, fit_cases
from counterpoise.inference.selection_runs import posterior_selection
from counterpoise.inference.specs import MAIN, FitSpec
from counterpoise.scenario.models import Scenario

__all__ = ["VINTAGES", "fit_vintages", "newest_vintage"]

#: Few, each for a reason: the first has a dozen cases; the flagship's is of the month before. `newest_vintage` has all.
VINTAGES: Final = (
    dt.date(2010, 1, 1),
    dt.date(2015, 1, 1),
    dt.date(2020, 1, 1),
    dt.date(2024, 11, 1),
)


def newest_vintage(cases: Sequence[Scenario]) -> dt.date:
    """Return the day after the last case was closed."""
    closed = [c.case.closed for c in cases if c.case is not None]
    if not closed:
        raise InputError.at("fit", "no past case to fit on", "name files or a folder with cases")
    return max(closed) + dt.timedelta(days=1)


def fit_vintages(
    cases: Sequence[Scenario],
    out: Path,
    vintages: Sequence[dt.date] = (),
    spec: FitSpec = MAIN,
    *,
    method: Method = "nuts",
    seed: int = 1,
    kept: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> dict[dt.date, Posterior]:
    """Fit every vintage and write each to a folder of its date below `out`.

    The newest is fitted first and is where the others begin. Vintages without a case are left out.

    Parameters
    ----------
    vintages : sequence of date
        Left out: `VINTAGES` and the newest.
    executor : Executor, optional
        Processes or a cluster on which the older vintages are fitted, one a piece; left out: here, one after the other.
        It changes no draw.
    """
    wanted = sorted(set(vintages or (*VINTAGES, newest_vintage(cases))), reverse=True)
    wanted = [day for day in wanted if cases_closed_before(cases, day)]
    if not wanted:
        return {}
    told = progress or (lambda *_: None)
    job = _Job(tuple(cases), spec, method, seed, kept, None)

    def tell_of(n: int) -> Progress:
        name = f"vintage {wanted[n]} ({n + 1} of {len(wanted)})"
        return lambda stage, done, total: told(f"{name}: {stage}", done, total)

    newest = _fit_one(job, wanted[0], tell_of(0))
    job = job._replace(start=newest)
    made: Iterator[Posterior] = (_fit_one(job, day, tell_of(n)) for n, day in enumerate(wanted) if n)
    if executor is not None:
        made = executor.map(_fit_one, job, wanted[1:])
    found: dict[dt.date, Posterior] = {}
    for n, (day, posterior) in enumerate(zip(wanted, itertools.chain([newest], made), strict=True)):
        told("fit the vintages", n, len(wanted))
        write_posterior(posterior, out / day.isoformat())
        found[day] = posterior
    return dict(sorted(found.items()))


class _Job(NamedTuple):
    """What the fits of all vintages share, as it is sent to a worker."""

    cases: tuple[Scenario, ...]
    spec: FitSpec
    method: Method
    seed: int
    kept: int | None
    start: Posterior | None


def _fit_one(job: _Job, day: dt.date, tell: Progress | None = None) -> Posterior:
    """Fit one vintage, and find what corrects its cases for having been chosen."""
    options = {} if job.kept is None else {"kept": job.kept}
    found = fit_cases(
        job.cases, job.spec, method=job.method, seed=job.seed, start=job.start, vintage=day, progress=tell, **options
    )  # fmt: skip
    return replace(found, selection=posterior_selection(job.cases, found, day, seed=job.seed, progress=tell))
