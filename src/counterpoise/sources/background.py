"""The background of a client from the annual record: what was known of it before a campaign began.

Deaths are those of all organised violence (UCDP, from 1989 on), coups those of the Cline Center's list (to 2019), income and
population those of the World Bank (1960 on). A figure that the record does not reach is None.

Weakest assumption: a coup that the list does not name did not happen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from counterpoise.sources.record import coup_days, deaths_by_month, income
from counterpoise.sources.states import gw_of_iso3

__all__ = ["COUP_YEARS", "LAST_COUP_YEAR", "Record", "background_on_record"]

#: How far back a coup still says something of an army.
COUP_YEARS = 3
#: Last year of the list of coups.
LAST_COUP_YEAR = 2019


@dataclass(frozen=True)
class Record:
    """What the record says; None where it does not reach.

    Parameters
    ----------
    deaths_last_year, deaths_year_before : float or None
        In the twelve full months before the day's month, and in the twelve before those [persons].
    coups : int or None
        Coups and attempts by the military or the palace in the three years before the day.
    gdp_per_head : float or None
        Of the last calendar year before the day that the record has, at most three years back [USD of 2015 a year].
    population : float or None
        As above [persons].
    year : int or None
        Calendar year of the two.
    """

    deaths_last_year: float | None
    deaths_year_before: float | None
    coups: int | None
    gdp_per_head: float | None
    population: float | None
    year: int | None


def background_on_record(folder: Path, iso3: str, day: dt.date) -> Record:
    """Return what the record in `folder` says of a state before a day.

    Raises
    ------
    InputError
        If a data set is missing or wrong.
    """
    state = gw_of_iso3(iso3)
    months, deaths, _ = deaths_by_month(folder)
    last = before = None
    this_month = f"{day:%Y-%m}"
    if state in deaths and this_month in months and months.index(this_month) >= 24:
        i = months.index(this_month)
        last, before = (sum(deaths[state][i - k - 12 : i - k]) for k in (0, 12))
    since = dt.date(day.year - COUP_YEARS, day.month, min(day.day, 28))
    found = None
    if state is not None and day.year <= LAST_COUP_YEAR:
        found = sum(since <= when < day for where, when in coup_days(folder) if where == state)
    table = income(folder)
    year = next(
        (y for y in range(day.year - 1, day.year - 4, -1) if state is not None and (state, y) in table), None
    )
    figures = None if year is None or state is None else table[(state, year)]
    return Record(
        last, before, found,
        None if figures is None else figures.gdp_per_head, None if figures is None else figures.population, year,
    )  # fmt: skip
