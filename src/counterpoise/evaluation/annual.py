"""Base and process rates from the annual and monthly record: how often things happen, before any model.

Takeovers, coups, settlements, exits and entries of patrons, campaigns: each rate comes with its n, its
events, a 90 % interval and its definition, computed from the open files described in ``docs/data.md``.
Tables are read in `counterpoise.evaluation.annual_tables`, campaigns found in
`counterpoise.evaluation.annual_campaigns`.

Next-year rates (a state at war in year t, an event in year t + 1) are predetermined: the event cannot have
caused the coding of year t. Same-year rates mix the two and stand beside them for comparison only.

Weakest assumption: the draft list of takeovers and the draft cases, whose verdicts and dates are from
memory. What it does not do: condition on support (annual coding does not identify the effect of withdrawal,
``docs/model/long-run.md``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from counterpoise.evaluation import annual_tables as tables
from counterpoise.evaluation.annual_rate import Rate, RateText, proportion
from counterpoise.evaluation.annual_sources import SOURCES, source_digest
from counterpoise.evaluation.annual_spells import TAKEOVER, VINTAGES, campaign_rates, case_rates

__all__ = [
    "Rate",
    "annual_rates",
    "campaign_rates",
    "case_rates",
    "coup_rates",
    "patron_rates",
    "rates_document",
    "settlement_rates",
    "takeover_rates",
    "write_rates",
]

SCHEMA = "counterpoise/rates/1"

_PANEL = (
    "state-years 1975-2017 with a civil conflict whose incompatibility concerns government power (UCDP), "
    "a state with several such conflicts counted once"
)
_PANEL_SOURCES = ("ucdp-esd", "ucdp-acd")
_COUP = (
    "realised coup by the military or the palace (Cline Center flags military or palace; not rebel, "
    "foreign or a ruler's coup against his own order)"
)


def _in_years(
    panel: Sequence[tables.StateYear], found: frozenset[tables.StateYear], years: range
) -> list[bool]:
    """Whether each state-year has an event `years` later (0: the same calendar year)."""
    return [any((state, year + ahead) in found for ahead in years) for state, year in panel]


def takeover_rates(folder: Path) -> list[Rate]:
    """Return the rates of takeover next year (all, by battle deaths, from 2005) and within three years."""
    war, found = tables.state_years(folder), tables.takeovers(folder)
    panel = list(war.supporters)
    sources = (*_PANEL_SOURCES, "takeovers-draft")
    until = "2018-12-31"
    splits: list[tuple[str, str, Callable[[tables.StateYear], bool]]] = [
        ("all", "", lambda k: True),
        (
            "major_war",
            "; with 1,000 or more battle deaths in year t (intensity level 2)",
            lambda k: k in war.major,
        ),
        ("minor_war", "; with fewer than 1,000 battle deaths in year t", lambda k: k not in war.major),
        ("since_2005", "; t from 2005 on", lambda k: k[1] >= 2005),
    ]
    rates = []
    for name, extra, keep in splits:
        rows = [k for k in panel if keep(k)]
        text = RateText(
            f"takeover.next_year.{name}",
            f"{TAKEOVER} in calendar year t+1 per year t at war: {_PANEL}{extra}",
            sources,
            until,
            note="the list ends in 2017; no takeover is known for 2018" if name == "all" else "",
        )
        rates.append(proportion(text, _in_years(rows, found, range(1, 2)), [k[0] for k in rows]))
    rows = [k for k in panel if k[1] <= 2014]
    text = RateText(
        "takeover.three_years.all",
        f"{TAKEOVER} in t+1 to t+3 per year t at war: {_PANEL}, t to 2014",
        sources,
        "2017-12-31",
        unit="probability/3 years",
    )
    return [*rates, proportion(text, _in_years(rows, found, range(1, 4)), [k[0] for k in rows])]


def coup_rates(folder: Path) -> list[Rate]:
    """Return the rates of a realised coup by military or palace: next year, and same year."""
    return _next_and_same(folder, "coup", _COUP, tables.coups(folder), "cline", "2018-12-31")


def settlement_rates(folder: Path) -> list[Rate]:
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
        rates += _next_and_same(
            folder, name, what, tables.agreements(folder, outcome), "ucdp-termination", "2018-12-31"
        )
    return rates


def _next_and_same(
    folder: Path, name: str, what: str, found: frozenset[tables.StateYear], source: str, until: str
) -> list[Rate]:
    """Return the next-year and the same-year rate of an event per state-year at war."""
    panel = list(tables.state_years(folder).supporters)
    states = [k[0] for k in panel]
    sources = (*_PANEL_SOURCES, source)
    after = RateText(
        f"{name}.next_year", f"{what} in calendar year t+1 per year t at war: {_PANEL}", sources, until
    )
    same = RateText(
        f"{name}.same_year",
        f"{what} in year t per year t at war: {_PANEL}",
        sources,
        until,
        note=(
            "same-year coding: some coups are themselves the coded conflict; an agreement dates the "
            "last active year"
        ),
    )
    return [
        proportion(after, _in_years(panel, found, range(1, 2)), states),
        proportion(same, _in_years(panel, found, range(1)), states),
    ]


def patron_rates(folder: Path) -> list[Rate]:
    """Return the rates at which state supporters of a government leave, arrive and return."""
    war = tables.state_years(folder)
    before = {k: war.supporters[(k[0], k[1] - 1)] for k in war.pairs()}
    rates = []
    for name, extra, most in (
        ("all", "", 10**6),
        ("few_supporters", "; clients with at most five supporters in t-1", 5),
    ):
        years = [(k, s) for k, names in before.items() if len(names) <= most for s in sorted(names)]
        text = _patron_text(
            f"patron_exit.{name}",
            f"a state supporter of year t-1 is absent in year t, per supporter-year{extra}",
        )
        rates.append(
            proportion(text, [s not in war.supporters[k] for k, s in years], [k[0] for k, _ in years])
        )
    backed = [k for k, names in before.items() if names]
    text = _patron_text(
        "patron_exit.total",
        "the government had state supporters in t-1 and has none in t, per supported year",
    )
    rates.append(proportion(text, [not war.supporters[k] for k in backed], [k[0] for k in backed]))
    for kind, years_with in (("troops", war.troops), ("weapons", war.weapons)):
        rows = [k for k in before if (k[0], k[1] - 1) in years_with]
        text = _patron_text(
            f"patron_exit.{kind}", f"some state gave {kind} to the government in t-1 and none does in t"
        )
        rates.append(proportion(text, [k not in years_with for k in rows], [k[0] for k in rows]))
    return rates + _entry_rates(war, before)


def _patron_text(name: str, what: str) -> RateText:
    """Return the words of a patron rate."""
    return RateText(
        name,
        f"{what}: {_PANEL}, the state at war in t-1 and t; supporters are the states named for the "
        "government side in any of its civil conflicts over government",
        _PANEL_SOURCES,
        "2017-12-31",
        note=(
            "exits that coincide with the end of the war are not seen; a year's list may mix an old "
            "regime's supporters with a new one's"
        ),
    )


def _entry_rates(war: tables.StateYears, before: dict[tables.StateYear, frozenset[str]]) -> list[Rate]:
    """Return the rates at which a supporter arrives and at which one that left returns."""
    new = _patron_text(
        "patron_entry.any",
        "at least one state supports the government in t that did not in t-1, per state-year",
    )
    alone = _patron_text(
        "patron_entry.from_none", "a government without state supporters in t-1 has one in t"
    )
    back = _patron_text(
        "patron_entry.return",
        "a state that left between t-1 and t supports the government again by t+3, at war to t+3",
    )
    bare = [k for k, names in before.items() if not names]
    left = [
        (k, s)
        for k, names in before.items()
        for s in sorted(names - war.supporters[k])
        if all((k[0], k[1] + ahead) in war.supporters for ahead in (1, 2, 3))
    ]
    returns = [any(s in war.supporters[(k[0], k[1] + ahead)] for ahead in (1, 2, 3)) for k, s in left]
    three = RateText(
        back.id, back.definition, back.sources, back.data_until, "probability/3 years", back.note
    )
    return [
        proportion(
            new, [bool(war.supporters[k] - names) for k, names in before.items()], [k[0] for k in before]
        ),
        proportion(alone, [bool(war.supporters[k]) for k in bare], [k[0] for k in bare]),
        proportion(three, returns, [k[0] for k, _ in left]),
    ]


def annual_rates(folder: Path) -> list[Rate]:
    """Return every rate; vintages of campaigns and cases carry the last year of their data (``@2020``)."""
    rates = takeover_rates(folder) + coup_rates(folder) + settlement_rates(folder) + patron_rates(folder)
    rates += campaign_rates(folder, VINTAGES[-1]) + case_rates(folder)
    for last in VINTAGES:
        year = last[:4]
        older = case_rates(folder, f"{int(year) + 1}-01-01")
        older += campaign_rates(folder, last) if last != VINTAGES[-1] else []
        rates += [replace(rate, id=f"{rate.id}@{year}") for rate in older]
    return rates


def rates_document(folder: Path) -> dict[str, Any]:
    """Return the rates with their sources (version, licence, attribution, SHA-256), ready for JSON."""
    rates = [asdict(rate) for rate in annual_rates(folder)]
    for rate in rates:
        rate.update({key: float(f"{rate[key]:.6g}") for key in ("value", "low", "high", "n")})
        rate["sources"] = list(rate["sources"])
    sources = {key: {**text, "sha256": source_digest(folder / text["file"])} for key, text in SOURCES.items()}
    note = (
        "Value with a 90 % interval. Computed by counterpoise.evaluation.annual; changed from the "
        "sources: counted and aggregated."
    )
    return {"schema": SCHEMA, "note": note, "interval_level": 0.9, "sources": sources, "rates": rates}


def write_rates(folder: Path, path: Path) -> None:
    """Compute the rates from the data folder and write them as JSON."""
    path.write_text(json.dumps(rates_document(folder), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
