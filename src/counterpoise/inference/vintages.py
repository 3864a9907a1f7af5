"""Posteriors by vintage: each is fitted on the cases closed before its date, and written where `compile_world` finds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from counterpoise.compiler.posterior import Posterior, write_posterior
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
) -> dict[dt.date, Posterior]:
    """Fit every vintage and write each to a folder of its date below `out`.

    The newest is fitted first and is where the others begin. Vintages without a case are left out.

    Parameters
    ----------
    vintages : sequence of date
        Left out: `VINTAGES` and the newest.
    """
    wanted = sorted(set(vintages or (*VINTAGES, newest_vintage(cases))), reverse=True)
    found: dict[dt.date, Posterior] = {}
    start: Posterior | None = None
    for i, day in enumerate(wanted):
        if not cases_closed_before(cases, day):
            continue

        def tell(stage: str, done: int, total: int, n: int = i, day: dt.date = day) -> None:
            if progress:
                progress(f"vintage {day} ({n + 1} of {len(wanted)}): {stage}", done, total)

        options = {} if kept is None else {"kept": kept}
        start = fit_cases(
            cases, spec, method=method, seed=seed, start=start, vintage=day, progress=tell, **options
        )
        start = replace(start, selection=posterior_selection(cases, start, day, seed=seed, progress=tell))
        write_posterior(start, out / day.isoformat())
        found[day] = start
    return dict(sorted(found.items()))
