"""Futures in files: written block by block as they are drawn, so that memory does not grow with the events of a run.

A run has a folder named after a hash of all that its futures depend on: the world, the seed, the kernels' sources and the
versions of numba and numpy. What a member lives through does not depend on the number of members, so a run that was broken
off goes on there, and one with more members takes over what there is.

    FOLDER/about.json                    what was run, index tables, effective draws
    FOLDER/arm-0/000000000-16384.events.parquet
    FOLDER/arm-0/000000000-16384.ends.parquet    written last, with the hash of the events: a block is whole or not there

Files are opened by nothing but their names and hold whole numbers only: `counterpoise.ensemble.labels` has their meaning.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.world import World
from counterpoise.ensemble.filtering import N_PARTICLES
from counterpoise.ensemble.futures import EVENT_FIELDS, ArmFutures, ended_by, ends_table, gather
from counterpoise.ensemble.labels import LogLabels
from counterpoise.errors import InputError
from counterpoise.events import event_schema, query_tables
from counterpoise.jit import cache_folder

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMAT", "FuturesStore", "StoredArm", "query_stored", "run_key"]

FORMAT = "counterpoise/futures/1"
#: Metadata of an ends file: hash of the events beside it.
_SEAL = b"events_sha256"
_EVENTS = ("arm", "member", *EVENT_FIELDS)


def run_key(world: World, seed: int) -> str:
    """Hash of all that the futures of a world depend on, the number of members apart."""
    parts = (FORMAT, world.sha256, seed, cache_folder().name, N_PARTICLES)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


class FuturesStore:
    """Blocks of one run in a folder.

    Parameters
    ----------
    folder : Path
        Of this run; made if missing.
    """

    def __init__(self, folder: Path, world: World, seed: int) -> None:
        self.folder = folder
        self.arms = world.arms
        self._labels = LogLabels.of_world(world)
        self._seed = seed
        self._blocks: list[tuple[int, int]] = []
        for a in range(len(world.arms)):
            (folder / f"arm-{a}").mkdir(parents=True, exist_ok=True)

    @classmethod
    def in_folder(cls, parent: Path, world: World, seed: int) -> FuturesStore:
        """Open the folder of this run below `parent`; what it holds of it already is kept."""
        try:
            return cls(parent / run_key(world, seed), world, seed)
        except OSError as err:
            raise InputError.at(
                f"store {parent}", f"cannot be written ({err.strerror})", "choose another folder"
            ) from err

    @classmethod
    def for_once(cls, world: World, seed: int) -> FuturesStore:
        """Open a folder that goes when the last of the futures in it does (below ``TMPDIR``)."""
        folder = Path(tempfile.mkdtemp(prefix="counterpoise-futures-"))
        store = cls(folder, world, seed)
        weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
        return store

    @property
    def effective_draws(self) -> float | None:
        """Effective number of draws of the filter, where it has run."""
        try:
            return float(json.loads((self.folder / "about.json").read_text())["effective_draws"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def describe(self, effective_draws: float, blocks: Sequence[tuple[int, int]]) -> None:
        """Write down what the folder holds, for this process and for those who read it later."""
        self._blocks = list(blocks)
        about = {
            "format": FORMAT,
            "seed": self._seed,
            "members": sum(n for _, n in blocks),
            "blocks": [list(b) for b in blocks],
            "effective_draws": effective_draws,
            "labels": self._labels.to_dict(),
        }
        _write(
            self.folder / "about.json", lambda part: Path(part).write_text(json.dumps(about, indent=1) + "\n")
        )

    def write(self, arm: int, first: int, draw: NDArray[np.int32], events: ArmFutures) -> None:
        """Write one block of one arm."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        n, rows = len(events.end_day), len(events.day)
        columns = {
            "arm": np.full(rows, arm, np.int16),
            "member": events.member + np.int32(first),
            **{f: getattr(events, f) for f in EVENT_FIELDS},
        }
        path = self.path(arm, first, n, "events")
        _write(path, lambda part: pq.write_table(pa.table(columns), part, compression="zstd"))
        seal = {_SEAL: hashlib.sha256(path.read_bytes()).hexdigest().encode()}
        ends = ends_table(arm, first, draw, events).replace_schema_metadata(seal)
        _write(self.path(arm, first, n, "ends"), lambda part: pq.write_table(ends, part, compression="zstd"))

    def has(self, arm: int, first: int, n: int) -> bool:
        """Whether a block is there, whole and unchanged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            about = pq.read_schema(self.path(arm, first, n, "ends")).metadata or {}
            found = hashlib.sha256(self.path(arm, first, n, "events").read_bytes()).hexdigest()
        except (OSError, pa.ArrowException):
            return False
        return bool(about.get(_SEAL) == found.encode())

    def path(self, arm: int, first: int, n: int, what: str) -> Path:
        """Name a file of a block."""
        return self.folder / f"arm-{arm}" / f"{first:09d}-{n:05d}.{what}.parquet"

    def tables(self) -> dict[str, Any]:
        """Return the events and ends of all arms as data sets that are read as they are scanned."""
        return _data_sets(self.folder, len(self.arms), self._blocks)

    def arm(self, a: int, blocks: Sequence[tuple[int, int]]) -> tuple[StoredArm, NDArray[np.int32]]:
        """Return an arm whose blocks are all there, and the draw of each member."""
        import pyarrow.parquet as pq

        ends = [pq.read_table(self.path(a, first, n, "ends")) for first, n in blocks]
        columns = {
            c: np.concatenate([t[c].to_numpy() for t in ends])
            for c in ("draw", "n_events", "end_day", "end_mode")
        }
        arm = StoredArm(
            self.arms[a],
            self,
            tuple(blocks),
            columns["end_day"],
            columns["end_mode"],
            columns["n_events"],
        )
        return arm, columns["draw"]


@dataclass(frozen=True)
class StoredArm:
    """Futures of one arm in files; how members ended is in memory, events are read block by block.

    The arrays of events (``day``, ``kind``, ...) are read whole when asked for; use `blocks` where there are many.
    """

    name: str
    store: FuturesStore = field(repr=False)
    block: tuple[tuple[int, int], ...]
    end_day: NDArray[np.int32]
    end_mode: NDArray[np.int8]
    n_events: NDArray[np.int32]

    def ended_by(self, day: int, mode: str | None = None) -> NDArray[np.bool_]:
        """Whether each member's regime has ended within `day` days (by a mode)."""
        return ended_by(self.end_day, self.end_mode, day, mode)

    def blocks(self) -> Iterator[tuple[int, ArmFutures]]:
        """Yield (number of the first member, its block)."""
        import pyarrow.parquet as pq

        a = self.store.arms.index(self.name)
        for first, n in self.block:
            table = pq.read_table(
                self.store.path(a, first, n, "events"), columns=list(EVENT_FIELDS), use_threads=False
            )
            start = np.concatenate([[0], np.cumsum(self.n_events[first : first + n])]).astype(np.int64)
            day, kind, site, party, loser = (table[f].to_numpy() for f in EVENT_FIELDS)
            ends = self.end_day[first : first + n], self.end_mode[first : first + n]
            yield first, ArmFutures(self.name, start, day, kind, site, party, loser, *ends)

    def head(self, n: int) -> ArmFutures:
        """Return the first `n` members."""
        found, have = [], 0
        for first, one in self.blocks():
            if first >= n:
                break
            found.append(one)
            have += len(one.end_day)
        whole = gather(self.name, found)
        return whole if have <= n else whole.part(0, n)

    @cached_property
    def whole(self) -> ArmFutures:
        """All events in memory."""
        return gather(self.name, [one for _, one in self.blocks()])

    @property
    def start(self) -> NDArray[np.int64]:
        """As in `ArmFutures`."""
        return self.whole.start

    @property
    def day(self) -> NDArray[np.int16]:
        """As in `ArmFutures`."""
        return self.whole.day

    @property
    def kind(self) -> NDArray[np.int8]:
        """As in `ArmFutures`."""
        return self.whole.kind

    @property
    def site(self) -> NDArray[np.int16]:
        """As in `ArmFutures`."""
        return self.whole.site

    @property
    def party(self) -> NDArray[np.int8]:
        """As in `ArmFutures`."""
        return self.whole.party

    @property
    def loser(self) -> NDArray[np.int8]:
        """As in `ArmFutures`."""
        return self.whole.loser

    @property
    def member(self) -> NDArray[np.int32]:
        """As in `ArmFutures`."""
        return self.whole.member


def query_stored(folder: str | Path, sql: str) -> pa.Table:
    """Ask the futures of a folder in SQL, as `counterpoise.ensemble.Futures.query` does, without drawing any.

    Parameters
    ----------
    folder : str or Path
        Folder of a run, or one that holds a single run.

    Raises
    ------
    InputError
        If it holds no futures, futures of several runs, or the SQL is wrong.
    """
    folder = Path(folder)
    if not (folder / "about.json").is_file():
        runs = sorted(p.parent for p in folder.glob("*/about.json"))
        if len(runs) != 1:
            what = "holds no futures" if not runs else f"holds {len(runs)} runs"
            named = ", ".join(r.name for r in runs[:5])
            raise InputError.at(
                str(folder), what, f"name one of: {named}" if runs else "write some with --store"
            )
        folder = runs[0]
    about = json.loads((folder / "about.json").read_text())
    if about.get("format") != FORMAT:
        raise InputError.at(str(folder), f"expected {FORMAT}, got {about.get('format')!r}", "draw them anew")
    labels = LogLabels.from_dict(about["labels"])
    blocks = [(int(first), int(n)) for first, n in about["blocks"]]
    tables = _data_sets(folder, len(labels.arms), blocks)
    return query_tables(tables, sql, labels.views(), event_schema().names)


def _data_sets(folder: Path, n_arms: int, blocks: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Events and ends of the blocks of a folder, as data sets."""
    import pyarrow.dataset as ds

    def files(what: str) -> list[str]:
        return [
            str(folder / f"arm-{a}" / f"{first:09d}-{n:05d}.{what}.parquet")
            for a in range(n_arms)
            for first, n in blocks
        ]

    try:
        return {f"_{w}": ds.dataset(files(w), format="parquet") for w in ("events", "ends")}
    except FileNotFoundError as err:
        raise InputError.at(str(folder), f"a block is missing: {err}", "draw the futures again") from err


def _write(path: Path, write: Any) -> None:
    """Write a file whole or not at all."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        write(part)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
