"""The annual and monthly rates counted from open data, by vintage: an as-of day never sees data of a later day."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from counterpoise.errors import InputError, nearest
from counterpoise.library import read_text

__all__ = ["Rate", "Selection", "rate", "selection"]


@dataclass(frozen=True)
class Rate:
    """A counted rate with its 90 % interval."""

    id: str
    value: float
    low: float
    high: float
    unit: str
    n: float
    definition: str
    data_until: dt.date
    standing: str

    def per_day(self) -> tuple[float, float, float]:
        """Return value, low and high as hazards [1/day]."""
        return _per_day(self.value, self.unit), _per_day(self.low, self.unit), _per_day(self.high, self.unit)


def _per_day(value: float, unit: str) -> float:
    """Turn a yearly probability or rate, or a daily rate, into a daily hazard."""
    if unit == "1/day":
        return value
    if unit == "probability/year":
        return -math.log1p(-value) / 365.25
    if unit in ("1/quiet country-year", "1/campaign year"):
        return value / 365.25
    raise ValueError(f"no daily hazard from unit {unit!r}")


@cache
def _entries() -> dict[str, list[dict[str, Any]]]:
    """Shipped entries by id without vintage."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads(read_text("rates/annual.json"))["rates"]:
        found.setdefault(entry["id"].split("@")[0], []).append(entry)
    return found


def rate(name: str, as_of: dt.date) -> Rate:
    """Return the newest vintage of a rate whose data end on or before the as-of day.

    Raises
    ------
    InputError
        If there is no such rate, or no vintage that early.
    """
    if name not in _entries():
        raise InputError.at("rate", f"unknown rate '{name}'", "", nearest(name, _entries()))
    fit = [e for e in _entries()[name] if dt.date.fromisoformat(e["data_until"]) <= as_of]
    if not fit:
        earliest = min(e["data_until"] for e in _entries()[name])
        raise InputError.at(
            f"as-of {as_of}", f"rate '{name}' has no vintage that early", f"earliest: {earliest}"
        )
    e = max(fit, key=lambda x: str(x["data_until"]))
    return Rate(
        e["id"], e["value"], e["low"], e["high"], e["unit"], e["n"], e["definition"],
        dt.date.fromisoformat(e["data_until"]), e["standing"],
    )  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """The shift of selected cases as it could be known on a day (`counterpoise.inference.selection`).

    Parameters
    ----------
    mean, sd, low, high : float
        Of the shift of the log-hazard of loss; `low` and `high` bound 90 %.
    counted : float
        The counted rate that it meets [probability/12 months].
    data_until : date
        Last day of the data behind it.
    """

    mean: float
    sd: float
    low: float
    high: float
    counted: float
    data_until: dt.date


def selection(as_of: dt.date) -> Selection:
    """Return the newest vintage of the shift that the shipped engine needs, whose data end on or before the as-of day.

    It was found for the prototype's parameters; those of a fit need one of their own.

    Raises
    ------
    InputError
        If there is no vintage that early.
    """
    entries = json.loads(read_text("rates/selection.json"))["vintages"]
    fit = [e for e in entries if dt.date.fromisoformat(e["data_until"]) <= as_of and "selection_shift" in e]
    if not fit:
        earliest = min(e["data_until"] for e in entries)
        raise InputError.at(
            f"as-of {as_of}", "the shift of selected cases has no vintage that early", f"earliest: {earliest}"
        )
    e = max(fit, key=lambda x: str(x["data_until"]))
    s = e["selection_shift"]
    return Selection(
        s["mean"], s["sd"], s["low"], s["high"], s["counted"], dt.date.fromisoformat(e["data_until"])
    )
