"""Sealing forecasts and listing them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from counterpoise.errors import InputError, nearest
from counterpoise.ledger.chain import Link, canonical
from counterpoise.ledger.forecasts import Forecast
from counterpoise.ledger.store import Ledger
from counterpoise.ledger.tables import entry

__all__ = ["Resolution", "Sealed", "find_sealed", "list_forecasts", "seal", "stamp"]

#: Shortest beginning of a hash that names a forecast.
_SHORTEST = 6


@dataclass(frozen=True)
class Resolution:
    """How a forecast came out."""

    outcome: str
    on: dt.date
    source: str
    note: str
    hash: str
    resolved_at: str


@dataclass(frozen=True)
class Sealed:
    """A forecast in the ledger, with its hash and how it came out so far."""

    seq: int
    hash: str
    sealed_at: str
    forecast: Forecast
    resolution: Resolution | None = None
    new: bool = True

    @property
    def late(self) -> bool:
        """Whether it was sealed when its question had closed, or after what it asks had happened: no forecast, then."""
        day = dt.date.fromisoformat(self.sealed_at[:10])
        happened = (
            self.resolution is not None and self.resolution.outcome == "YES" and self.resolution.on <= day
        )
        return self.forecast.closes_on < day or happened

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        found = None
        if self.resolution is not None:
            found = {**vars(self.resolution), "on": self.resolution.on.isoformat()}
        return {
            "seq": self.seq,
            "hash": self.hash,
            "sealed_at": self.sealed_at,
            "late": self.late,
            "forecast": self.forecast.model_dump(mode="json", by_alias=True),
            "resolution": found,
        }


def stamp(when: dt.datetime) -> str:
    """Return a time as it is sealed."""
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seal(ledger: Ledger, forecasts: Sequence[Forecast]) -> tuple[Sealed, ...]:
    """Seal forecasts, all or none; one that is sealed already is not sealed again and keeps its hash.

    One whose question has closed, or whose outcome is found to have been known, is sealed too, but is `Sealed.late`: it is shown
    and scored apart and never becomes part of the record.
    """
    now = ledger.clock()
    out = []
    with ledger.writing() as connection:
        for f in forecasts:
            plain = f.model_dump(mode="json", by_alias=True)
            content = hashlib.sha256(canonical(plain).encode()).hexdigest()
            known = connection.execute(
                select(entry.c.seq, entry.c.kind, entry.c.previous, entry.c.hash, entry.c.body).where(
                    entry.c.kind == "forecast", entry.c.content == content
                )
            ).first()
            if known is None:
                body = canonical({**plain, "sealed_at": stamp(now)})
                out.append(_read(ledger.append(connection, "forecast", body, content)))
            else:
                out.append(_read(Link(*known), new=False))
    return tuple(out)


def _read(link: Link, resolution: Resolution | None = None, *, new: bool = True) -> Sealed:
    """Read a sealed forecast from its canonical bytes."""
    data = json.loads(link.body)
    at = data.pop("sealed_at")
    return Sealed(link.seq, link.hash, at, Forecast.model_validate(data), resolution, new)


def list_forecasts(ledger: Ledger) -> tuple[Sealed, ...]:
    """Return all sealed forecasts in the order of sealing, each with its latest resolution."""
    with ledger.reading() as connection:
        links = ledger.links(connection)
    latest: dict[str, Resolution] = {}
    for link in links:
        if link.kind == "resolution":
            data = json.loads(link.body)
            latest[data["forecast"]] = Resolution(
                data["outcome"], dt.date.fromisoformat(data["on"]), data["source"], data["note"], link.hash,
                data["resolved_at"],
            )  # fmt: skip
    return tuple(_read(x, latest.get(x.hash)) for x in links if x.kind == "forecast")


def find_sealed(ledger: Ledger, name: str) -> Sealed:
    """Find a forecast by its number in the ledger or the beginning of its hash.

    Raises
    ------
    InputError
        If none or several fit.
    """
    known = list_forecasts(ledger)
    text = name.strip().lower().removeprefix("#")
    if text.isdecimal() and len(text) < _SHORTEST:
        hits = [s for s in known if s.seq == int(text)]
    else:
        hits = [s for s in known if len(text) >= _SHORTEST and s.hash.startswith(text)]
    if len(hits) == 1:
        return hits[0]
    what = "names several forecasts" if hits else "there is no such forecast in the ledger"
    mend = f"give its number or at least {_SHORTEST} characters of its hash, as `forecast list` shows them"
    raise InputError.at(f"forecast '{name}'", what, mend, nearest(text, [s.hash for s in known]))
