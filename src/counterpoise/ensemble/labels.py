"""Names for the codes of an event log: as an Arrow table in the schema of `counterpoise.events`, and as views for SQL.

Futures are kept as small whole numbers (7 bytes an event); names are put on when somebody asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.kernel import CAPTURE, EVENT_NAMES, MODE_NAMES, PATRON_EXIT, RECAPTURE, REGIME_END
from counterpoise.dynamics.world import World
from counterpoise.events import EVENT_COLUMNS, event_schema

if TYPE_CHECKING:
    import pyarrow as pa

    from counterpoise.ensemble.futures import ArmFutures

__all__ = ["LogLabels"]


@dataclass(frozen=True)
class LogLabels:
    """Index tables of a log: position -> name.

    Parameters
    ----------
    as_of : str
        Day 0 (ISO).
    client : str
        The government.
    parties : tuple of str
        Actor behind each party; party 0 is the government.
    """

    as_of: str
    client: str
    arms: tuple[str, ...]
    parties: tuple[str, ...]
    patrons: tuple[str, ...]
    sites: tuple[str, ...]

    @classmethod
    def of_world(cls, world: World) -> LogLabels:
        """Take the tables from a world."""
        return cls(
            as_of=world.as_of,
            client=world.actors[world.client],
            arms=world.arms,
            parties=tuple(world.actors[i] for i in world.party_actor),
            patrons=world.patrons,
            sites=world.theatre_sites,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LogLabels:
        """Take the tables from plain data, as `to_dict` gives them."""
        return cls(
            data["as_of"], data["client"],
            *(tuple(data[k]) for k in ("arms", "parties", "patrons", "sites")),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return the tables as plain data."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def table(self, arm: str, events: ArmFutures, first: int = 0) -> pa.Table:
        """Return events as an Arrow table in the schema of the event log.

        Parameters
        ----------
        first : int
            Number of the first member.
        """
        import pyarrow as pa

        kind = events.kind
        n = len(kind)
        changes = (kind == CAPTURE) | (kind == RECAPTURE)
        ends, exits = kind == REGIME_END, kind == PATRON_EXIT
        actors = (*self.parties, *self.patrons, self.client)
        actor = np.where(changes, events.party, np.where(exits, events.party + len(self.parties), -1))
        target = np.where(changes, events.loser, np.where(ends | exits, len(actors) - 1, -1))
        date = np.datetime64(self.as_of, "D") + events.day.astype("timedelta64[D]")
        columns = {
            "origin": _coded(np.zeros(n, dtype=np.int32), ("simulated",)),
            "arm": _coded(np.zeros(n, dtype=np.int32), (arm,)),
            "member": pa.array(events.member + np.int32(first)),
            "date": pa.array(date),
            "date_latest": pa.array(date),
            "kind": _coded(kind, EVENT_NAMES),
            "actor": _coded(actor, actors),
            "target": _coded(target, actors),
            "site": _coded(events.site, self.sites),
            "detail": _coded(np.where(ends, events.party, -1), MODE_NAMES),
            "certainty": pa.array(np.ones(n)),
        }
        schema = event_schema()
        arrays = [columns[f.name] if f.name in columns else pa.nulls(n, f.type) for f in schema]
        return pa.Table.from_arrays(arrays, schema=schema)

    def views(self) -> tuple[str, ...]:
        """SQL that makes ``log``, ``futures`` and ``falls`` of the tables of codes ``_events`` and ``_ends``."""
        day_0 = f"DATE '{dt.date.fromisoformat(self.as_of).isoformat()}'"
        changes, ends = f"kind IN ({CAPTURE}, {RECAPTURE})", f"kind = {REGIME_END}"
        party, patron = _name("party", self.parties), _name("party", self.patrons)
        client = _quoted(self.client)
        shown = {
            "origin": "'simulated'",
            "arm": _name("arm", self.arms),
            "member": "member",
            "date": f"{day_0} + day",
            "date_latest": f"{day_0} + day",
            "kind": _name("kind", EVENT_NAMES),
            "actor": f"CASE WHEN {changes} THEN {party} WHEN kind = {PATRON_EXIT} THEN {patron} END",
            "target": (
                f"CASE WHEN {changes} THEN {_name('loser', self.parties)} "
                f"WHEN kind IN ({REGIME_END}, {PATRON_EXIT}) THEN {client} END"
            ),
            "site": f"CASE WHEN site >= 0 THEN {_name('site', self.sites)} END",
            "detail": f"CASE WHEN {ends} THEN {_name('party', MODE_NAMES)} END",
            "certainty": "1.0::DOUBLE",
            "magnitude": "NULL::DOUBLE",
        }
        cells = ", ".join(f"{shown.get(c, 'NULL::VARCHAR')} AS {c}" for c in EVENT_COLUMNS)
        ended = "CASE WHEN end_mode > 0 THEN {} END"
        return (
            f"CREATE VIEW log AS SELECT {cells} FROM _events",
            f"CREATE VIEW futures AS SELECT {_name('arm', self.arms)} AS arm, member, draw, "
            f"{ended.format(f'{day_0} + end_day')} AS end_date, "
            f"{ended.format(_name('end_mode', MODE_NAMES))} AS mode FROM _ends",
            f"CREATE VIEW falls AS SELECT {_name('arm', self.arms)} AS arm, member, {_name('site', self.sites)} AS site, "
            f"{day_0} + min(day) AS date FROM _events WHERE kind = {CAPTURE} AND loser = 0 "
            "GROUP BY _events.arm, member, _events.site",
        )


def _coded(codes: NDArray[Any], names: Sequence[str]) -> pa.Array:
    """Codes with their names as an Arrow dictionary; a negative code is null."""
    import pyarrow as pa

    index = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(list(names), type=pa.string()))


def _quoted(text: str) -> str:
    """Text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _name(column: str, names: Sequence[str]) -> str:
    """SQL that turns a code into its name."""
    return f"([{', '.join(_quoted(n) for n in names) or 'NULL'}])[{column} + 1]"
