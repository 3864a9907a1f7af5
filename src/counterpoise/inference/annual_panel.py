"""Yearly rates on the panel of state-years at war over government: takeover, coup, settlement.

Next-year rates (a state at war in year t, an event in year t + 1) are predetermined: the event cannot have caused the coding of
year t. Same-year rates mix the two and stand beside them for comparison only.

Vintages: ``last`` is the last calendar year that a rate may see; the panel then ends a year earlier for next-year rates.
Weakest assumption: an absence from the list of takeovers means that none happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from counterpoise.inference.annual_rate import Rate, RateText, proportion
from counterpoise.sources import record
from counterpoise.sources.record import StateYear
from counterpoise.sources.takeovers import Reading, takeover_years

__all__ = [
    "LAST",
    "PANEL",
    "PANEL_SOURCES",
    "READINGS",
    "TAKEOVER",
    "coup_rates",
    "in_years",
    "settlement_rates",
    "takeover_rates",
]

#: Last year of the newest vintage: the panel ends in 2017, events of 2018 are known.
LAST = 2018
#: The same where the panel does not need the support data.
RECENT = 2023
TAKEOVER = "takeover by rebels or a foreign power (list of takeovers, counts = yes)"
PANEL = (
    "state-years 1975-2017 with a civil conflict whose incompatibility concerns government power (UCDP), "
    "a state with several such conflicts counted once"
)
PANEL_SOURCES = ("ucdp-esd", "ucdp-acd")
_COUP = (
    "realised coup by the military or the palace (Cline Center flags military or palace; not rebel, "
    "foreign or a ruler's coup against his own order)"
)
#: Borders of the classes of income [constant 2015 US dollars per head] and population [persons].
POOR, SMALL = 1_000.0, 20_000_000.0

#: Other readings of the list of takeovers.
READINGS: dict[Reading, str] = {
    "sure": "list of takeovers, only rows of high confidence",
    "contested": "list of takeovers, those too that another coder may well count",
}

Split = tuple[str, str, Callable[[StateYear], bool]]


def in_years(panel: Sequence[StateYear], found: frozenset[StateYear], years: range) -> list[bool]:
    """Whether each state-year has an event `years` later (0: the same calendar year)."""
    return [any((state, year + ahead) in found for ahead in years) for state, year in panel]


def takeover_rates(folder: Path, last: int = LAST) -> list[Rate]:
    """Return the rates of takeover next year (all, and by classes), within three years, and in the same year."""
    war = record.state_years(folder)
    found = takeover_years(dt.date(last, 12, 31))
    panel = [k for k in war.supporters if k[1] <= last - 1]
    sources = (*PANEL_SOURCES, "takeovers")
    rates = []
    for name, extra, keep in _splits(folder, war.major):
        rows = [k for k in panel if keep(k)]
        if not rows:
            continue
        text = RateText(
            f"takeover.next_year.{name}",
            f"{TAKEOVER} in calendar year t+1 per year t at war: {PANEL}{extra}",
            (*sources, "wdi") if name in ("poor", "less_poor", "small", "large") else sources,
            f"{last}-12-31",
            note="no takeover is known for 2018" if name == "all" and last == LAST else "",
        )
        rates.append(proportion(text, in_years(rows, found, range(1, 2)), [k[0] for k in rows]))
    same = RateText(
        "takeover.same_year.all", f"{TAKEOVER} in year t per year t at war: {PANEL}", sources, f"{last}-12-31",
        note="same-year coding: the takeover may have caused the coding of the year; for comparison only",
    )  # fmt: skip
    rates.append(proportion(same, in_years(panel, found, range(1)), [k[0] for k in panel]))
    rates += _readings(panel, last)
    recent = RECENT if last == LAST else last
    return [*rates, _three_years(war.supporters, last), _active_wars(folder, recent)]


def _readings(panel: Sequence[StateYear], last: int) -> list[Rate]:
    """Return the rate of takeover next year under the other readings of the list."""
    rates = []
    for name, words in READINGS.items():
        text = RateText(
            f"takeover.next_year.{name}",
            f"takeover by rebels or a foreign power ({words}) in calendar year t+1 per year t at war: {PANEL}",
            (*PANEL_SOURCES, "takeovers"),
            f"{last}-12-31",
        )
        found = takeover_years(dt.date(last, 12, 31), name)
        rates.append(proportion(text, in_years(panel, found, range(1, 2)), [k[0] for k in panel]))
    return rates


def _splits(folder: Path, major: frozenset[StateYear]) -> list[Split]:
    """Return the classes of state-years: name, words, test."""
    people = record.income(folder)

    def poor(key: StateYear, below: bool) -> bool:
        known = people.get(key)
        return known is not None and known.gdp_per_head is not None and (known.gdp_per_head < POOR) is below

    def small(key: StateYear, below: bool) -> bool:
        known = people.get(key)
        return known is not None and known.population is not None and (known.population < SMALL) is below

    head = "; GDP per head in year t {} 1,000 constant 2015 US dollars (World Bank; state-years without it left out)"
    size = "; population in year t {} 20 million (World Bank; state-years without it left out)"
    return [
        ("all", "", lambda k: True),
        (
            "major_war",
            "; with 1,000 or more battle deaths in year t (intensity level 2)",
            lambda k: k in major,
        ),
        ("minor_war", "; with fewer than 1,000 battle deaths in year t", lambda k: k not in major),
        ("poor", head.format("below"), lambda k: poor(k, True)),
        ("less_poor", head.format("of at least"), lambda k: poor(k, False)),
        ("small", size.format("below"), lambda k: small(k, True)),
        ("large", size.format("of at least"), lambda k: small(k, False)),
        ("since_2005", "; t from 2005 on", lambda k: k[1] >= 2005),
    ]


def _three_years(supporters: dict[StateYear, frozenset[str]], last: int) -> Rate:
    """Return the rate of takeover within the three calendar years after a year at war."""
    end = min(last, 2017)
    rows = [k for k in supporters if k[1] <= end - 3]
    text = RateText(
        "takeover.three_years.all",
        f"{TAKEOVER} in t+1 to t+3 per year t at war: {PANEL}, t to {end - 3}",
        (*PANEL_SOURCES, "takeovers"),
        f"{end}-12-31",
        unit="probability/3 years",
    )
    found = takeover_years(dt.date(end, 12, 31))
    return proportion(text, in_years(rows, found, range(1, 4)), [k[0] for k in rows])


def _active_wars(folder: Path, last: int) -> Rate:
    """Return the rate of takeover next year on the panel of active wars, which goes on after the support data end."""
    rows = sorted(k for k in record.war_years(folder) if k[1] <= last - 1)
    text = RateText(
        "takeover.next_year.active_war",
        f"{TAKEOVER} in calendar year t+1 per year t with at least 25 battle deaths in a war over government "
        f"(UCDP/PRIO), 1975 to {last - 1}, a state with several such wars counted once",
        ("ucdp-acd", "takeovers"),
        f"{last}-12-31",
    )
    found = takeover_years(dt.date(last, 12, 31))
    return proportion(text, in_years(rows, found, range(1, 2)), [k[0] for k in rows])


def coup_rates(folder: Path, last: int = LAST) -> list[Rate]:
    """Return the rates of a realised coup by military or palace: next year, and same year."""
    return _next_and_same(folder, "coup", _COUP, record.coups(folder), "cline", last)


def settlement_rates(folder: Path, last: int = LAST) -> list[Rate]:
    """Return the rates of a war episode's end by peace agreement and by ceasefire: next and same year."""
    rates = []
    for name, outcome, words in (
        ("settlement", 1, "peace agreement"),
        ("ceasefire", 2, "ceasefire agreement"),
    ):
        what = (
            f"an episode of a war over government ends by {words} (UCDP termination, conflict level, "
            f"outcome {outcome})"
        )
        found = record.agreements(folder, outcome)
        rates += _next_and_same(folder, name, what, found, "ucdp-termination", last)
    return rates


def _next_and_same(
    folder: Path, name: str, what: str, found: frozenset[StateYear], source: str, last: int
) -> list[Rate]:
    """Return the next-year and the same-year rate of an event per state-year at war."""
    panel = [k for k in record.state_years(folder).supporters if k[1] <= last - 1]
    known = frozenset(k for k in found if k[1] <= last)
    states = [k[0] for k in panel]
    sources, until = (*PANEL_SOURCES, source), f"{last}-12-31"
    after = RateText(
        f"{name}.next_year", f"{what} in calendar year t+1 per year t at war: {PANEL}", sources, until
    )
    same = RateText(
        f"{name}.same_year",
        f"{what} in year t per year t at war: {PANEL}",
        sources,
        until,
        note=(
            "same-year coding: some coups are themselves the coded conflict; an agreement dates the "
            "last active year"
        ),
    )
    return [
        proportion(after, in_years(panel, known, range(1, 2)), states),
        proportion(same, in_years(panel, known, range(1)), states),
    ]
