"""The annual record as plain tables: state-years at war, coups, settlements, supporters, deaths by month, income.

A **state-year at war over government power** is a state (Gleditsch-Ward number) and calendar year with a
government-side row of the UCDP External Support Dataset in a civil conflict whose incompatibility concerns
government in any year of the UCDP/PRIO Armed Conflict Dataset. A state with several such conflicts counts
once.

Every function takes a folder: the local cache, or one with copies. Weakest assumption: the columns mean in all
vintages what they mean in the one that was seen. What it does not do: date changes of support within a year.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterpoise.errors import InputError
from counterpoise.sources.catalogue import dataset
from counterpoise.sources.events import deaths_from_events
from counterpoise.sources.places import locate
from counterpoise.sources.states import gw_of_cow, gw_of_iso3
from counterpoise.sources.tables import require, rows_of, text_of

__all__ = [
    "Income",
    "StateYear",
    "StateYears",
    "agreements",
    "battle_deaths",
    "coup_days",
    "coups",
    "deaths_by_month",
    "income",
    "monthly_source",
    "state_years",
    "table",
    "war_years",
    "war_years_dyadic",
]

StateYear = tuple[int, int]


@dataclass(frozen=True)
class StateYears:
    """State-years at war over government power, with the support that the government had.

    Parameters
    ----------
    supporters : dict of (int, int) to frozenset of str
        State supporters of the government in each state-year; the keys are the panel.
    major : frozenset of (int, int)
        State-years with 1,000 or more battle deaths in a conflict over government.
    troops, weapons, funding : frozenset of (int, int)
        State-years in which a state gave troops, weapons, or money to the government.
    """

    supporters: dict[StateYear, frozenset[str]]
    major: frozenset[StateYear]
    troops: frozenset[StateYear]
    weapons: frozenset[StateYear]
    funding: frozenset[StateYear] = frozenset()

    def pairs(self) -> list[StateYear]:
        """Return the state-years whose state was at war in the year before as well."""
        return sorted(k for k in self.supporters if (k[0], k[1] - 1) in self.supporters)


@dataclass(frozen=True)
class Income:
    """GDP per head [constant 2015 US dollars] and population [persons] of a state-year; None where unknown."""

    gdp_per_head: float | None
    population: float | None


def table(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a data set in a folder.

    Raises
    ------
    InputError
        If it is not there, lacks columns, or is cut off: says where to get it.
    """
    data = dataset(name)
    path = locate(data, folder)
    if path is None:
        raise InputError.at(
            f"data {data.id}",
            f"not in {folder}",
            f"get it at {data.where_to_get()}, or: counterpoise data fetch {data.id}",
        )
    names, rows = rows_of(text_of(path.read_bytes(), path.name), path.name)
    require(names, data.columns, path.name)
    yield from rows


def _states(field: str) -> list[int]:
    """Return the states of a comma-separated field of Gleditsch-Ward numbers."""
    return [int(part) for part in field.split(",") if part.strip()]


def _over_government(row: dict[str, str]) -> bool:
    """Whether a conflict-year is intrastate and over government power."""
    return row["incompatibility"] in ("2", "3") and row["type_of_conflict"] in ("3", "4")


def state_years(folder: Path) -> StateYears:
    """Return the state-years at war over government power, 1975-2017.

    Sources: UCDP External Support Dataset (actor-year, government side, civil conflicts, inactive years
    kept) and UCDP/PRIO Armed Conflict Dataset (incompatibility, intensity level 2 = 1,000 or more battle
    deaths in the year).
    """
    over: set[str] = set()
    major: set[StateYear] = set()
    for row in table(folder, "ucdp-acd"):
        if row["incompatibility"] in ("2", "3"):
            over.add(row["conflict_id"])
        if _over_government(row) and row["intensity_level"] == "2":
            major.update((state, int(row["year"])) for state in _states(row["gwno_loc"]))
    supporters: dict[StateYear, set[str]] = defaultdict(set)
    given: dict[str, set[StateYear]] = {"ext_x_s": set(), "ext_w_s": set(), "ext_f_s": set()}
    for row in table(folder, "ucdp-esd"):
        if row["actor_nonstate"] != "0" or row["civil"] != "1" or row["conflict_id"] not in over:
            continue
        key = (int(row["gwno_a"]), int(row["year"]))
        names = (name.strip() for name in row["ext_name"].split(","))
        supporters[key].update(name for name in names if name.startswith("Government of "))
        for kind, years in given.items():
            if row[kind] == "1":
                years.add(key)
    return StateYears(
        {key: frozenset(names) for key, names in sorted(supporters.items())},
        frozenset(major),
        frozenset(given["ext_x_s"]),
        frozenset(given["ext_w_s"]),
        frozenset(given["ext_f_s"]),
    )


def war_years(folder: Path, since: int = 1975) -> frozenset[StateYear]:
    """Return the state-years with an active war over government (UCDP/PRIO), to the end of that file."""
    found: set[StateYear] = set()
    for row in table(folder, "ucdp-acd"):
        if _over_government(row) and int(row["year"]) >= since:
            found.update((state, int(row["year"])) for state in _states(row["gwno_loc"]))
    return frozenset(found)


def war_years_dyadic(folder: Path, since: int = 1975) -> frozenset[StateYear]:
    """Return the same from the UCDP Dyadic Dataset: a check of the other file."""
    found: set[StateYear] = set()
    for row in table(folder, "ucdp-dyadic"):
        if _over_government(row) and int(row["year"]) >= since:
            found.update((state, int(row["year"])) for state in _states(row["gwno_loc"]))
    return frozenset(found)


def battle_deaths(folder: Path) -> dict[StateYear, float]:
    """Return battle deaths by state-year in wars over government, best estimate, 1989 on (UCDP BRD) [persons]."""
    found: dict[StateYear, float] = defaultdict(float)
    for row in table(folder, "ucdp-brd"):
        if _over_government(row):
            for state in _states(row["gwno_loc"]):
                found[(state, int(row["year"]))] += float(row["bd_best"])
    return dict(found)


def income(folder: Path) -> dict[StateYear, Income]:
    """Return GDP per head and population by state-year (World Bank); states without a code are left out."""
    found = {}
    for row in table(folder, "wdi"):
        state = gw_of_iso3(row["iso3c"])
        if state is None:
            continue
        gdp, people = (float(row[k]) if row[k] else None for k in ("NY.GDP.MKTP.KD", "SP.POP.TOTL"))
        per_head = gdp / people if gdp is not None and people else None
        found[(state, int(row["year"]))] = Income(per_head, people)
    return found


def coups(folder: Path) -> frozenset[StateYear]:
    """Return the state-years with a realised coup by the military or the palace, 1945-2019.

    Cline Center: ``realized`` with the flag ``military`` or ``palace``, and none of ``rebel``, ``foreign``,
    ``auto`` (a ruler's coup against his own order does not end his rule). Resignations under popular
    pressure alone are left out.
    """
    found = set()
    for row in table(folder, "cline"):
        inside = "1" in (row["military"], row["palace"])
        other = "1" in (row["rebel"], row["foreign"], row["auto"])
        if row["realized"] == "1" and inside and not other:
            found.add((gw_of_cow(int(row["cowcode"])), int(row["year"])))
    return frozenset(found)


def coup_days(folder: Path) -> list[tuple[int, dt.date]]:
    """Return state and day of coups and attempts by the military or the palace, 1945-2019, in order of the list.

    As `coups`, with attempts that failed. A day that is not known is taken as the first of its month.
    """
    found = []
    for row in table(folder, "cline"):
        inside = "1" in (row["military"], row["palace"])
        other = "1" in (row["rebel"], row["foreign"], row["auto"])
        if "1" in (row["realized"], row["attempt"]) and inside and not other:
            day = dt.date(int(row["year"]), max(int(row["month"] or 1), 1), max(int(row["day"] or 1), 1))
            found.append((gw_of_cow(int(row["cowcode"])), day))
    return found


def agreements(folder: Path, outcome: int = 1) -> frozenset[StateYear]:
    """Return the state-years in which an episode of a war over government ended with `outcome`, 1946-2020.

    UCDP Conflict Termination Dataset, conflict level: 1 peace agreement, 2 ceasefire.
    """
    found: set[StateYear] = set()
    for row in table(folder, "ucdp-termination"):
        if (
            row["confterm"] == "1"
            and row["outcome"]
            and float(row["outcome"]) == outcome
            and _over_government(row)
        ):
            found.update((state, int(row["year"])) for state in _states(row["gwno_loc"]))
    return frozenset(found)


def deaths_by_month(folder: Path) -> tuple[list[str], dict[int, list[float]], frozenset[StateYear]]:
    """Return months, monthly deaths by state, and the state-years at war over government (to 2024).

    Only states with a conflict over government since 1975 are kept; UCDP country names are matched to
    Gleditsch-Ward numbers through the `location` of such conflicts. Deaths are those of all three types of
    violence [persons].
    """
    state_of: dict[str, int] = {}
    at_war: set[StateYear] = set()
    for row in table(folder, "ucdp-acd"):
        if _over_government(row) and int(row["year"]) >= 1975:
            for state in _states(row["gwno_loc"]):
                state_of[row["location"]] = state
                at_war.add((state, int(row["year"])))
    order, found = _by_country(folder)
    deaths = {
        state: [found[country].get(m, 0.0) for m in order]
        for country, state in sorted(state_of.items(), key=lambda x: x[1])
        if country in found
    }
    return order, deaths, frozenset(at_war)


def monthly_source(folder: Path) -> str:
    """Return which data set the deaths by month come from: the ready sum, or the events where only these are at hand."""
    held = [n for n in ("ucdp-monthly", "ucdp-ged") if locate(dataset(n), folder) is not None]
    return held[0] if held else "ucdp-monthly"


def _by_country(folder: Path) -> tuple[list[str], dict[str, dict[str, float]]]:
    """Return the months of the record without a gap, and deaths by country and month."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    if monthly_source(folder) == "ucdp-monthly":
        for row in table(folder, "ucdp-monthly"):
            found[row["country"]][row["month"]] = float(row["fatalities_best"])
    else:
        for (country, month), deaths in deaths_from_events(table(folder, "ucdp-ged")).items():
            found[country][month] = deaths
    seen = sorted({m for values in found.values() for m in values})
    years = range(int(seen[0][:4]), int(seen[-1][:4]) + 1)
    months = [f"{y}-{m:02d}" for y in years for m in range(1, 13)]
    return [m for m in months if seen[0] <= m <= seen[-1]], found
