"""Run many futures of a world. The same bytes for any number of workers, members or arms, wherever they run.

Members are cut into chunks of fixed size; a chunk is one call of the compiled kernel, which holds no lock, so threads share
the machine. Chunks are put together to blocks in the order of the members, whoever finished first. Many members are not kept
in memory: their blocks are written as they are done (`counterpoise.ensemble.store`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
from counterpoise.dynamics.record import packed_events
from counterpoise.dynamics.sites import Tables
from counterpoise.dynamics.world import Theatre, World
from counterpoise.ensemble.execution import Executor, open_executor
from counterpoise.ensemble.filtering import Filtered, filter_world
from counterpoise.ensemble.futures import BLOCK, ArmFutures, Futures, gather
from counterpoise.ensemble.store import FuturesStore
from counterpoise.errors import InputError, NumericalFault

__all__ = ["CHUNK", "IN_MEMORY", "simulate_world"]

CHUNK = 1_024
#: Room for events of a member; a chunk that needs more is run again with more.
ROOM = 512
#: More members than this are kept in files.
IN_MEMORY = 100_000

Progress = Callable[[str, int, int], None]


class Lives(NamedTuple):
    """What all chunks of a run share: the theatre as it stands when each arm begins, and tables by draw."""

    world: World
    keys: Keys
    theatres: tuple[Theatre, ...]
    tables: tuple[Tables, ...]


def make_lives(world: World, seed: int) -> Lives:
    """Prepare what all chunks share; a lever may start a campaign in a quiet theatre."""
    theatre = world.theatre
    started = theatre._replace(campaign_day=min(theatre.campaign_day, 0))
    theatres = tuple(started if starts else theatre for starts in world.starts_campaign)
    tables = prepare(world.draws.values, theatres, world.schedules, world.horizon)
    return Lives(world, make_keys(seed, world.theatre_sites, world.patrons), theatres, tables)


class Chunk(NamedTuple):
    """Members of an arm that are run in one call."""

    arm: int
    first: int
    n: int
    ancestors: Ancestors


@dataclass(frozen=True)
class _Run:
    """One run, as it goes through its blocks."""

    world: World
    seed: int
    workers: int
    executor: Executor
    progress: Progress | None
    blocks: tuple[tuple[int, int], ...]

    def chunks(
        self, filtered: Filtered, missing: list[tuple[int, int]], draws: list[NDArray[np.int32]]
    ) -> Iterator[Chunk]:
        """Yield the chunks of blocks, arm after arm, noting the draws of each block's members."""
        for first, n in missing:
            some = [(f, min(CHUNK, first + n - f)) for f in range(first, first + n, CHUNK)]
            ancestors = [filtered.ancestors(self.seed, f, k) for f, k in some]
            draws.append(np.concatenate([a.draw for a in ancestors]))
            for arm in range(len(self.world.arms)):
                for (f, k), a in zip(some, ancestors, strict=True):
                    yield Chunk(arm, f, k, a)

    def drawn(
        self, filtered: Filtered, missing: list[tuple[int, int]]
    ) -> Iterator[tuple[int, int, NDArray[np.int32], ArmFutures]]:
        """Draw blocks; yield (arm, first member, draws, events)."""
        draws: list[NDArray[np.int32]] = []
        share = make_lives(self.world, self.seed)
        results = self.executor.map(run_chunk, share, self.chunks(filtered, missing, draws))
        total = sum(-(-n // CHUNK) for _, n in missing) * len(self.world.arms)
        done = 0
        for i, (first, n) in enumerate(missing):
            for a, name in enumerate(self.world.arms):
                parts = []
                for _ in range(-(-n // CHUNK)):
                    parts.append(next(results))
                    done += 1
                    if self.progress:
                        self.progress(name, done, total)
                yield a, first, draws[i], gather(name, parts)
            draws[i] = np.empty(0, np.int32)


def simulate_world(
    world: World,
    *,
    members: int,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: str | Path | None = None,
    in_memory: int = IN_MEMORY,
) -> Futures:
    """Draw `members` futures in every arm of a world.

    Parameters
    ----------
    progress : callable, optional
        Called with (arm, chunks done, chunks in all).
    scheduler : str, optional
        Where the work runs, see `counterpoise.ensemble.execution.open_executor`; changes no result.
    store : str or Path, optional
        Folder in which the futures are kept, below a name made of all that they depend on; a run that was broken off goes on
        there. Left out: memory for up to `in_memory` members, beyond them a folder that goes with the futures.

    Raises
    ------
    InputError
        If `members` is not positive, or the store cannot be written.
    NumericalFault
        If a hazard is not finite: names arm, member and day.
    """
    if members < 1:
        raise InputError.at(
            "members", f"expected at least 1, got {members}", "1000 or more give usable intervals"
        )
    blocks = tuple((first, min(BLOCK, members - first)) for first in range(0, members, BLOCK))
    with open_executor(scheduler, workers) as executor:
        run = _Run(world, seed, workers, executor, progress, blocks)
        if store is not None:
            return _into_files(run, FuturesStore.in_folder(Path(store), world, seed))
        if members > in_memory:
            return _into_files(run, FuturesStore.for_once(world, seed))
        return _into_memory(run)


def _into_memory(run: _Run) -> Futures:
    """Draw all blocks and keep them as arrays."""
    filtered = filter_world(run.world, run.seed, run.workers)
    parts: list[list[ArmFutures]] = [[] for _ in run.world.arms]
    draws: list[NDArray[np.int32]] = []
    for arm, _, draw, events in run.drawn(filtered, list(run.blocks)):
        parts[arm].append(events)
        if arm == 0:
            draws.append(draw)
    arms = {name: gather(name, parts[a]) for a, name in enumerate(run.world.arms)}
    return Futures(run.world, run.seed, np.concatenate(draws), arms, filtered.effective_draws)


def _into_files(run: _Run, store: FuturesStore) -> Futures:
    """Draw the blocks that a store lacks and leave them there."""
    n_arms = len(run.world.arms)
    missing = [b for b in run.blocks if not all(store.has(a, *b) for a in range(n_arms))]
    effective = store.effective_draws
    if missing or effective is None:
        filtered = filter_world(run.world, run.seed, run.workers)
        effective = filtered.effective_draws
        for arm, first, draw, events in run.drawn(filtered, missing):
            store.write(arm, first, draw, events)
    store.describe(effective, run.blocks)
    arms, draw = {}, np.empty(0, np.int32)
    for a, name in enumerate(run.world.arms):
        arms[name], draw = store.arm(a, run.blocks)
    return Futures(run.world, run.seed, draw, arms, effective)


def run_chunk(lives: Lives, chunk: Chunk) -> ArmFutures:
    """Run one chunk, with more room for events when a member needs it."""
    world = lives.world
    lost, back, given = recent_changes(world.theatre)
    room = ROOM
    while True:
        record = empty_record(chunk.n, room)
        most = run_members(
            chunk.first,
            world.horizon,
            world.draws.values,
            lives.theatres[chunk.arm],
            world.schedules[chunk.arm],
            lives.tables[chunk.arm],
            chunk.ancestors,
            lives.keys,
            lost,
            back,
            given,
            record,
        )
        if record.fault.any():
            m = int(np.nonzero(record.fault)[0][0])
            raise NumericalFault(
                f"process loss | hazard is not finite | arm {world.arms[chunk.arm]}, member {chunk.first + m}, "
                f"day {record.fault[m]}"
            )
        if most <= room:
            return _packed(world.arms[chunk.arm], record)
        room = int(2 ** np.ceil(np.log2(most)))


def _packed(name: str, record: Record) -> ArmFutures:
    """Drop the unused room of a chunk."""
    return ArmFutures(name, *packed_events(record), record.end_day, record.end_mode)
