"""Codes of states: Gleditsch-Ward, Correlates of War, ISO.

UCDP counts in Gleditsch-Ward numbers, the Cline Center in those of the Correlates of War, the World Bank in ISO codes. They
agree for most states, but not for Yemen: a join without this map loses 2015.
"""

from __future__ import annotations

import csv
from functools import cache

from counterpoise.library import read_text

__all__ = ["gw_of_cow", "gw_of_iso3", "name_of"]


@cache
def _states() -> list[dict[str, str]]:
    """Read the table of states."""
    text = read_text("annual/states.csv")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def _maps() -> tuple[dict[int, int], dict[str, int], dict[int, str]]:
    """Return the maps from Correlates of War and ISO codes, and the names."""
    rows = _states()
    return (
        {int(r["cow"]): int(r["gw"]) for r in rows},
        {r["iso3"]: int(r["gw"]) for r in rows},
        {int(r["gw"]): r["name"].split(" (")[0] for r in rows},
    )


def gw_of_cow(code: int) -> int:
    """Return the Gleditsch-Ward number of a Correlates of War number; one that is not in the table is its own.

    Examples
    --------
    >>> gw_of_cow(679), gw_of_cow(678), gw_of_cow(652)
    (678, 678, 652)
    """
    return _maps()[0].get(code, code)


def gw_of_iso3(code: str) -> int | None:
    """Return the Gleditsch-Ward number of an ISO 3166 code; None if the table lacks it."""
    return _maps()[1].get(code)


def name_of(gw: int) -> str:
    """Return the name of a state."""
    return _maps()[2].get(gw, str(gw))
