"""Many parameter points, each with the same members: what a sweep runs.

Every point is filtered through the history by itself and then lives the same members: member m has the same random numbers at
every point and in every arm, so that points and arms differ by what was varied alone. Points go through one compiled world in
batches; a batch that was done is kept under a hash of all that it depends on, and is not done again.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.history import filter_draw, filter_keys
from counterpoise.dynamics.kernel import CAPTURE, MODE_NAMES, Ancestors
from counterpoise.dynamics.parameters import Draws
from counterpoise.dynamics.world import World
from counterpoise.ensemble.execution import Executor
from counterpoise.ensemble.filtering import N_PARTICLES
from counterpoise.ensemble.futures import ArmFutures, gather
from counterpoise.ensemble.run import CHUNK, Chunk, make_lives, run_chunk
from counterpoise.jit import cache_folder
from counterpoise.streams import stream_key, uniform

__all__ = ["BATCH", "Swept", "sweep_points"]

F64 = NDArray[np.float64]
#: Points that are done, and kept, together.
BATCH = 16


class Swept(NamedTuple):
    """Answers at each point.

    Parameters
    ----------
    p_mode : ndarray, shape (n_points, n_arms, n_horizons, n_modes)
        Share of members whose regime has ended in each mode; modes as in ``MODE_NAMES``, survival left out.
    difference, difference_sd : ndarray, shape (n_points, n_arms, n_horizons)
        Mean and standard deviation over members of: ended in this arm less ended in the first.
    sites_lost : ndarray, shape (n_points, n_arms, n_horizons)
        Mean number of sites that the government has lost at least once.
    log_evidence : ndarray, shape (n_points,)
        How well the point explains the history; 0 where there is none, or where the fit ignores it.
    """

    p_mode: F64
    difference: F64
    difference_sd: F64
    sites_lost: F64
    log_evidence: F64


class SweepJob(NamedTuple):
    """What all batches share; the world has a single draw, whose numbers the points replace."""

    world: World
    seed: int
    members: int
    horizons: tuple[int, ...]

    @property
    def key(self) -> str:
        """Hash of all that an answer depends on but the point."""
        parts = (self.world.sha256, self.seed, self.members, self.horizons, cache_folder().name, N_PARTICLES)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def sweep_points(
    world: World,
    values: F64,
    *,
    seed: int,
    members: int,
    horizons: Sequence[int],
    executor: Executor,
    store: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Swept:
    """Answer every point; the same bytes for any executor and any number of points beside.

    Parameters
    ----------
    world : World
        Compiled with one draw.
    values : ndarray, shape (n_points, n_parameters)
    store : Path, optional
        Folder for batches that are done; a sweep that was broken off goes on there.
    """
    job = SweepJob(world, seed, members, tuple(horizons))
    batches = [values[i : i + BATCH] for i in range(0, len(values), BATCH)]
    paths = [None if store is None else store / f"{_batch_key(job, b)}.npz" for b in batches]
    done = [None if p is None else _read(p) for p in paths]
    missing = [i for i, found in enumerate(done) if found is None]
    results = executor.map(sweep_batch, job, (batches[i] for i in missing))
    for n, (i, found) in enumerate(zip(missing, results, strict=True)):
        done[i] = found
        _keep(paths[i], found)
        if progress:
            progress("sweep", len(batches) - len(missing) + n + 1, len(batches))
    whole = [d for d in done if d is not None]
    return Swept(*(np.concatenate([getattr(d, f) for d in whole]) for f in Swept._fields))


def sweep_batch(job: SweepJob, values: F64) -> Swept:
    """Answer the points of a batch."""
    points = [_point(job, row) for row in values]
    return Swept(*(np.stack([getattr(p, f) for p in points]) for f in Swept._fields))


def _point(job: SweepJob, row: F64) -> Swept:
    """Answer one point."""
    world = replace(job.world, draws=Draws(row[None, :].copy(), job.world.draws.specs))
    cloud = filter_draw(row, world.theatre, world.observed(0), filter_keys(job.seed), 0, N_PARTICLES)
    lives = make_lives(world, job.seed)
    key = stream_key(job.seed, "ancestor")
    chunks = []
    for first in range(0, job.members, CHUNK):
        n = min(CHUNK, job.members - first)
        pick = np.array([uniform(key, m, 1) for m in range(first, first + n)])
        cell = np.minimum((pick * N_PARTICLES).astype(int), N_PARTICLES - 1)
        latent = (cloud.u[cell], cloud.v[cell], cloud.k[cell], cloud.w[cell])
        chunks.append((first, n, Ancestors(np.zeros(n, np.int32), *latent)))
    arms = [
        gather(name, [run_chunk(lives, Chunk(a, first, n, anc)) for first, n, anc in chunks])
        for a, name in enumerate(world.arms)
    ]
    ended = np.array([[one.ended_by(h) for h in job.horizons] for one in arms], dtype=float)
    less = ended - ended[:1]
    by_mode = [[[one.ended_by(h, m).mean() for m in MODE_NAMES[1:]] for h in job.horizons] for one in arms]
    lost = [[_sites_lost(one, h) for h in job.horizons] for one in arms]
    return Swept(
        np.array(by_mode), less.mean(axis=2), less.std(axis=2), np.array(lost), np.array(cloud.log_evidence)
    )


def _sites_lost(one: ArmFutures, day: int) -> float:
    """Mean number of sites that the government loses within `day` days, each counted once."""
    mine = (one.kind == CAPTURE) & (one.loser == 0) & (one.day <= day)
    pairs = one.member[mine].astype(np.int64) << 16 | one.site[mine].astype(np.int64)
    return len(np.unique(pairs)) / len(one.end_day)


def _batch_key(job: SweepJob, values: F64) -> str:
    """Hash of a batch."""
    return hashlib.sha256(job.key.encode() + np.ascontiguousarray(values).tobytes()).hexdigest()[:32]


def _read(path: Path) -> Swept | None:
    """Read a batch; what is broken or not there is none."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
            return Swept(*(found[f] for f in Swept._fields))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _keep(path: Path | None, found: Swept) -> None:
    """Keep a batch, whole or not at all."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez(buffer, **found._asdict())
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(buffer.getvalue())
    os.replace(part, path)
