"""Futures: the event logs of all members in all arms, as arrays, with labels attached on request.

Arrays are member first. Small runs live in memory (`ArmFutures`), large ones in files (`counterpoise.ensemble.store`); both
give their events block by block. ``Futures.log`` gives the event log in the schema of `counterpoise.events`, ``write`` streams
it to Parquet, ``query`` asks it in SQL, ``survival`` labels the survival curves with xarray.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.kernel import MODE_NAMES
from counterpoise.dynamics.world import World
from counterpoise.ensemble.labels import LogLabels
from counterpoise.events import event_schema, query_tables, write_log_in_parts

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr

    from counterpoise.ensemble.store import StoredArm

__all__ = ["BLOCK", "EVENT_FIELDS", "ArmFutures", "Futures", "gather"]

#: Members that are written, read and looked at together.
BLOCK = 16_384
#: Columns of the events of an arm.
EVENT_FIELDS = ("day", "kind", "site", "party", "loser")


@dataclass(frozen=True)
class ArmFutures:
    """Futures of one arm, in memory.

    Parameters
    ----------
    start : ndarray of int64, shape (n_members + 1,)
        Events of member m are rows ``start[m]`` to ``start[m + 1]`` of the arrays below.
    day, kind, site, party, loser : ndarray, shape (n_events,)
        Codes as in `counterpoise.dynamics.kernel`; for a patron's exit ``party`` is the patron, for a regime end the mode.
    end_day, end_mode : ndarray, shape (n_members,)
        Day and mode of regime end; 0 and 0 where it survives.
    """

    name: str
    start: NDArray[np.int64]
    day: NDArray[np.int16]
    kind: NDArray[np.int8]
    site: NDArray[np.int16]
    party: NDArray[np.int8]
    loser: NDArray[np.int8]
    end_day: NDArray[np.int32]
    end_mode: NDArray[np.int8]

    @property
    def member(self) -> NDArray[np.int32]:
        """Member of each event, shape (n_events,)."""
        return np.repeat(np.arange(len(self.end_day), dtype=np.int32), np.diff(self.start))

    def ended_by(self, day: int, mode: str | None = None) -> NDArray[np.bool_]:
        """Whether each member's regime has ended within `day` days (by a mode)."""
        return ended_by(self.end_day, self.end_mode, day, mode)

    def part(self, first: int, last: int) -> ArmFutures:
        """Return members `first` to `last - 1`, numbered from 0; arrays are views."""
        start = self.start[first : last + 1]
        rows = slice(int(start[0]), int(start[-1]))
        return ArmFutures(
            self.name, start - start[0], self.day[rows], self.kind[rows], self.site[rows], self.party[rows],
            self.loser[rows], self.end_day[first:last], self.end_mode[first:last],
        )  # fmt: skip

    def head(self, n: int) -> ArmFutures:
        """Return the first `n` members."""
        return self if n >= len(self.end_day) else self.part(0, n)

    def blocks(self) -> Iterator[tuple[int, ArmFutures]]:
        """Yield (number of the first member, its block)."""
        n = len(self.end_day)
        for first in range(0, n, BLOCK):
            yield first, self.part(first, min(first + BLOCK, n))


def ended_by(
    end_day: NDArray[np.int32], end_mode: NDArray[np.int8], day: int, mode: str | None
) -> NDArray[np.bool_]:
    """Whether each member's regime has ended within `day` days (by a mode)."""
    ended = (end_mode > 0) & (end_day <= day)
    return ended if mode is None else ended & (end_mode == MODE_NAMES.index(mode))


def gather(name: str, parts: list[ArmFutures]) -> ArmFutures:
    """Put parts of an arm together, in the order of the members."""
    if len(parts) == 1:
        return parts[0]
    count = np.concatenate([np.diff(p.start) for p in parts])
    return ArmFutures(
        name,
        np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        *(np.concatenate([getattr(p, f) for p in parts]) for f in (*EVENT_FIELDS, "end_day", "end_mode")),
    )


@dataclass(frozen=True)
class Futures:
    """Futures of all arms of a world, under the same random streams.

    Parameters
    ----------
    draw : ndarray of int32, shape (n_members,)
        Parameter draw that each member lives by.
    """

    world: World
    seed: int
    draw: NDArray[np.int32]
    arms: Mapping[str, ArmFutures | StoredArm]
    effective_draws: float

    @property
    def n_members(self) -> int:
        """Number of members in each arm."""
        return len(self.draw)

    def log(self, arm: str) -> pa.Table:
        """Return the event log of one arm as an Arrow table."""
        import pyarrow as pa

        return pa.concat_tables(list(self._log_parts(arm))).unify_dictionaries()

    def _log_parts(self, *arms: str) -> Iterator[pa.Table]:
        """Yield the event log of arms, block by block."""
        labels = LogLabels.of_world(self.world)
        for arm in arms:
            for first, block in self.arms[arm].blocks():
                yield labels.table(arm, block, first)

    def full_log(self) -> pa.Table:
        """Return the event logs of all arms, one after the other."""
        import pyarrow as pa

        return pa.concat_tables(list(self._log_parts(*self.arms))).unify_dictionaries()

    def write(self, path: str | Path) -> None:
        """Write the event logs of all arms to Parquet, block by block; a broken-off write leaves the old file whole."""
        write_log_in_parts(self._log_parts(*self.arms), path)

    def query(self, sql: str) -> pa.Table:
        """Ask the event log of all arms in SQL (DuckDB).

        Tables: ``log`` (the event log), ``futures`` (arm, member, draw, end_date, mode: one row for each future) and ``falls``
        (arm, member, site, date: the first loss of each site by the government).

        Examples
        --------
        In how many futures did Homs fall before Hama, or Hama not at all?

        >>> futures.query('''
        ...     SELECT count(*) AS n FROM falls a LEFT JOIN falls b
        ...     ON b.arm = a.arm AND b.member = a.member AND b.site = 'HAMA'
        ...     WHERE a.site = 'HOMS' AND (b.date IS NULL OR a.date < b.date)''')  # doctest: +SKIP
        """
        labels = LogLabels.of_world(self.world)
        return query_tables(self._coded(), sql, labels.views(), event_schema().names)

    def _coded(self) -> dict[str, Any]:
        """Tables of codes for SQL: from the files where there are any, else from the arrays."""
        import pyarrow as pa

        arms = list(self.arms.values())
        events, ends = [], []
        for a, one in enumerate(arms):
            if not isinstance(one, ArmFutures):
                return one.store.tables()
            n = len(one.day)
            events.append(
                pa.table(
                    {
                        "arm": np.full(n, a, np.int16),
                        "member": one.member,
                        **{f: getattr(one, f) for f in EVENT_FIELDS},
                    }
                )
            )
            ends.append(ends_table(a, 0, self.draw, one))
        return {"_events": pa.concat_tables(events), "_ends": pa.concat_tables(ends)}

    def survival(self, days: NDArray[np.int_] | None = None) -> xr.DataArray:
        """Return the share of members whose regime stands, labelled (arm, date)."""
        import xarray as xr

        grid = np.arange(self.world.horizon + 1) if days is None else days
        values = np.stack([[1.0 - one.ended_by(int(d)).mean() for d in grid] for one in self.arms.values()])
        first = dt.date.fromisoformat(self.world.as_of)
        dates = np.datetime64(first, "D") + grid.astype("timedelta64[D]")
        return xr.DataArray(
            values,
            coords={"arm": list(self.arms), "date": dates.astype("datetime64[ns]")},
            dims=("arm", "date"),
            name="survival",
        )


def ends_table(arm: int, first: int, draw: NDArray[np.int32], one: ArmFutures) -> pa.Table:
    """How each member of a block ended, as an Arrow table of codes."""
    import pyarrow as pa

    n = len(one.end_day)
    return pa.table(
        {
            "arm": np.full(n, arm, np.int16),
            "member": np.arange(first, first + n, dtype=np.int32),
            "draw": draw,
            "n_events": np.diff(one.start).astype(np.int32),
            "end_day": one.end_day,
            "end_mode": one.end_mode,
        }
    )
