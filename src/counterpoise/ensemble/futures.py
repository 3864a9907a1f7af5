"""Futures: the event logs of all members in all arms, as arrays, with labels attached on request.

Arrays are member first. ``Futures.log`` gives the event log in the schema of `counterpoise.events`, ``query`` asks it in SQL,
``survival`` labels the survival curves with xarray.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.kernel import CAPTURE, EVENT_NAMES, MODE_NAMES, PATRON_EXIT, RECAPTURE, REGIME_END
from counterpoise.dynamics.world import World
from counterpoise.events import event_schema, query_log

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr

__all__ = ["ArmFutures", "Futures"]


@dataclass(frozen=True)
class ArmFutures:
    """Futures of one arm.

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
        ended = (self.end_mode > 0) & (self.end_day <= day)
        return ended if mode is None else ended & (self.end_mode == MODE_NAMES.index(mode))


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
    arms: dict[str, ArmFutures]
    effective_draws: float

    @property
    def n_members(self) -> int:
        """Number of members in each arm."""
        return len(self.draw)

    def log(self, arm: str) -> pa.Table:
        """Return the event log of one arm as an Arrow table."""
        import pyarrow as pa

        one, world = self.arms[arm], self.world
        n = len(one.day)
        date = np.datetime64(world.as_of, "D") + one.day.astype("timedelta64[D]")
        changes = (one.kind == CAPTURE) | (one.kind == RECAPTURE)
        ends, exits = one.kind == REGIME_END, one.kind == PATRON_EXIT
        party = [world.actors[i] for i in world.party_actor]
        client = np.full(n, world.actors[world.client], dtype=object)
        actor = np.full(n, None, dtype=object)
        actor[changes] = np.array(party, dtype=object)[one.party[changes]]
        actor[exits] = np.array([*world.patrons, ""], dtype=object)[one.party[exits]]
        target = np.full(n, None, dtype=object)
        target[ends | exits] = client[ends | exits]
        target[changes] = np.array(party, dtype=object)[one.loser[changes]]
        detail = np.full(n, None, dtype=object)
        detail[ends] = np.array(MODE_NAMES, dtype=object)[one.party[ends]]
        site = np.full(n, None, dtype=object)
        here = one.site >= 0
        site[here] = np.array(world.theatre_sites, dtype=object)[one.site[here]]
        null = [None] * n
        columns = {
            "origin": ["simulated"] * n, "arm": [arm] * n, "member": one.member, "date": date, "date_latest": date,
            "kind": np.array(EVENT_NAMES, dtype=object)[one.kind], "actor": actor, "target": target, "site": site,
            "support": null, "detail": detail, "magnitude": null, "unit": null, "source": null,
            "certainty": np.ones(n),
        }  # fmt: skip
        schema = event_schema()
        arrays = [
            pa.array(columns[f.name], type=f.type.value_type).dictionary_encode().cast(f.type)
            if pa.types.is_dictionary(f.type)
            else pa.array(columns[f.name], type=f.type)
            for f in schema
        ]
        return pa.Table.from_arrays(arrays, schema=schema)

    def full_log(self) -> pa.Table:
        """Return the event logs of all arms, one after the other."""
        import pyarrow as pa

        return pa.concat_tables([self.log(a) for a in self.arms]).unify_dictionaries()

    def query(self, sql: str) -> pa.Table:
        """Ask the event log of all arms in SQL; the table is called ``log``."""
        return query_log(self.full_log(), sql)

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
