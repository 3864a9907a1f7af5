"""Run many futures of a world. The same bytes for any number of workers, members or arms.

Members are cut into chunks of fixed size; a chunk is one call of the compiled kernel, which holds no lock, so threads share
the machine. Results are put together in the order of the members, whoever finished first.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from counterpoise.dynamics.history import recent_changes
from counterpoise.dynamics.kernel import (
    Ancestors,
    Keys,
    Record,
    empty_record,
    make_keys,
    prepare,
    run_members,
)
from counterpoise.dynamics.sites import Tables
from counterpoise.dynamics.world import Theatre, World
from counterpoise.ensemble.filtering import filter_world
from counterpoise.ensemble.futures import ArmFutures, Futures
from counterpoise.errors import InputError, NumericalFault

__all__ = ["CHUNK", "simulate_world"]

CHUNK = 1_024
#: Room for events of a member; a chunk that needs more is run again with more.
ROOM = 128

Progress = Callable[[str, int, int], None]


def simulate_world(
    world: World, *, members: int, seed: int, workers: int = 1, progress: Progress | None = None
) -> Futures:
    """Draw `members` futures in every arm of a world.

    Parameters
    ----------
    progress : callable, optional
        Called with (arm, chunks done, chunks in all).

    Raises
    ------
    InputError
        If `members` is not positive.
    NumericalFault
        If a hazard is not finite: names arm, member and day.
    """
    if members < 1:
        raise InputError.at(
            "members", f"expected at least 1, got {members}", "1000 or more give usable intervals"
        )
    filtered = filter_world(world, seed, workers)
    keys = make_keys(seed, world.theatre_sites, world.patrons)
    chunks = [(first, min(CHUNK, members - first)) for first in range(0, members, CHUNK)]
    ancestors = [filtered.ancestors(seed, first, n) for first, n in chunks]
    arms: dict[str, ArmFutures] = {}
    with ThreadPoolExecutor(workers) as pool:
        for a, name in enumerate(world.arms):
            theatre = arm_theatre(world, a)
            tables = prepare(world.draws.values, theatre, world.schedules[a], world.horizon)
            jobs = [
                pool.submit(_run_chunk, world, a, theatre, tables, first, n, anc, keys)
                for (first, n), anc in zip(chunks, ancestors, strict=True)
            ]
            records = []
            for i, job in enumerate(jobs):
                records.append(job.result())
                if progress:
                    progress(name, i + 1, len(jobs))
            arms[name] = _gather(name, records)
    return Futures(world, seed, np.concatenate([a.draw for a in ancestors]), arms, filtered.effective_draws)


def arm_theatre(world: World, arm: int) -> Theatre:
    """Return the theatre as it stands when an arm begins: a lever may start a campaign."""
    if world.starts_campaign[arm] and world.theatre.campaign_day > 0:
        return world.theatre._replace(campaign_day=0)
    return world.theatre


def _run_chunk(
    world: World, arm: int, theatre: Theatre, tables: Tables, first: int, n: int, anc: Ancestors, keys: Keys
) -> Record:
    """Run one chunk, with more room for events when a member needs it."""
    lost, back, given = recent_changes(world.theatre)
    room = ROOM
    while True:
        record = empty_record(n, room)
        most = run_members(
            first,
            world.horizon,
            world.draws.values,
            theatre,
            world.schedules[arm],
            tables,
            anc,
            keys,
            lost,
            back,
            given,
            record,
        )
        if record.fault.any():
            m = int(np.nonzero(record.fault)[0][0])
            raise NumericalFault(
                f"process loss | hazard is not finite | arm {world.arms[arm]}, member {first + m}, day {record.fault[m]}"
            )
        if most <= room:
            return record
        room = int(2 ** np.ceil(np.log2(most)))


def _gather(name: str, records: list[Record]) -> ArmFutures:
    """Put the chunks of an arm together, dropping the unused room."""
    n = np.concatenate([r.n for r in records])
    fill = [np.arange(r.day.shape[1]) < r.n[:, None] for r in records]

    def column(field: str) -> np.ndarray:
        return np.concatenate([getattr(r, field)[f] for r, f in zip(records, fill, strict=True)])

    return ArmFutures(
        name,
        np.concatenate([[0], np.cumsum(n)]).astype(np.int64),
        column("day"),
        column("kind"),
        column("site"),
        column("party"),
        column("loser"),
        np.concatenate([r.end_day for r in records]),
        np.concatenate([r.end_mode for r in records]),
    )
