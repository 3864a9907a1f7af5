"""One command for the record: from the cache or a folder to the files of rates (`counterpoise data annual`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from counterpoise.errors import InputError, Problem
from counterpoise.inference.annual_files import write_record
from counterpoise.inference.annual_sources import needed
from counterpoise.sources.catalogue import dataset
from counterpoise.sources.places import cache_folder, locate

__all__ = ["CAMPAIGNS", "count_record"]

#: The prior set of campaigns that ships: bundled scenarios on a day on which no campaign had begun, or on its first.
CAMPAIGNS = (("levant-2024", "2024-11-26"), ("afghanistan-2021", "2021-05-01"))
Progress = Callable[[str, int, int], None]


def count_record(
    source: Path | None = None,
    out: Path = Path("rates"),
    *,
    simulate: bool = False,
    members: int = 4_000,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Count rates, support, clock and the correction for selection, and write them.

    Parameters
    ----------
    source : Path, optional
        A folder with copies; left out: the local cache.
    simulate : bool
        Also shift the engine's intercept to the record (`counterpoise.inference.selection_runs`).

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    InputError
        With one problem for each data set that is not there.
    """
    if workers is not None and workers < 1:
        raise InputError.at("workers", f"expected at least 1, got {workers}", "leave it out for all cores")
    folder = source or cache_folder()
    lacking = [dataset(name) for name in needed(folder) if locate(dataset(name), folder) is None]
    if lacking:
        raise InputError(
            *(
                Problem(
                    f"data {d.id}",
                    f"not in {folder}",
                    f"get it at {d.where_to_get()}, then: counterpoise data fetch {d.id} --from DIR",
                )
                for d in lacking
            )
        )
    if not simulate:
        return write_record(folder, out, progress=progress)
    found, shifts = _simulated(members, seed, workers, progress)
    about = {
        "campaigns": [{"scenario": name, "as_of": day} for name, day in CAMPAIGNS],
        "members": members,
        "seed": seed,
    }
    return write_record(folder, out, simulated=found, shifts=shifts, about=about, progress=progress)


def _simulated(
    members: int, seed: int, workers: int | None, progress: Progress | None
) -> tuple[Any, tuple[float, ...]]:
    """Simulate the campaigns that ship."""
    import datetime as dt

    from counterpoise.inference.selection_runs import SHIFTS, fall_by_shift
    from counterpoise.scenario import load_scenario

    campaigns = [(load_scenario(name), dt.date.fromisoformat(day)) for name, day in CAMPAIGNS]
    threads = workers or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else workers or 1
    return fall_by_shift(campaigns, members=members, seed=seed, workers=threads, progress=progress), SHIFTS
