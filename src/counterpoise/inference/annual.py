"""Base and process rates from the annual and monthly record: how often things happen, before any model.

Takeovers, coups, settlements, exits, entries and rescues of patrons, campaigns: each rate comes with its n, its events, a 90 %
interval and its definition, computed from the open files described in ``docs/data.md``. Tables are read in
`counterpoise.sources.record`; `counterpoise data annual` writes everything at once.

Vintages carry the last year of their data (``@2020``); the newest has no mark. A vintage sees no event of a later year; it does
see that the data were made, revised and published later.

Weakest assumption: that the past cases, famous offensives chosen with hindsight, are of a class that a new one belongs to.
What it does not do: condition on support (annual coding does not identify the effect of withdrawal, ``docs/model/long-run.md``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from counterpoise.inference.annual_panel import coup_rates, settlement_rates, takeover_rates
from counterpoise.inference.annual_patrons import patron_rates, rescue_rates
from counterpoise.inference.annual_rate import Rate
from counterpoise.inference.annual_sources import source_texts
from counterpoise.inference.annual_spells import CASE_VINTAGES, VINTAGES, campaign_rates, case_rates
from counterpoise.inference.clock import clock_rates, exposure
from counterpoise.scenario import bundled_cases

__all__ = [
    "ANNUAL_VINTAGES",
    "Rate",
    "annual_rates",
    "campaign_rates",
    "case_rates",
    "coup_rates",
    "patron_rates",
    "rates_document",
    "rescue_rates",
    "rounded",
    "settlement_rates",
    "takeover_rates",
    "write_rates",
]

SCHEMA = "counterpoise/rates/1"
#: Last years of the older vintages of the yearly rates.
ANNUAL_VINTAGES = (1990, 1995, 2000, 2005, 2010, 2015)


def annual_rates(folder: Path) -> list[Rate]:
    """Return every rate, the newest vintage first."""
    cases = tuple(bundled_cases())
    rates = takeover_rates(folder) + coup_rates(folder) + settlement_rates(folder) + patron_rates(folder)
    rates += rescue_rates(folder) + _monthly(folder, VINTAGES[-1]) + case_rates(cases)
    for last in ANNUAL_VINTAGES:
        older = takeover_rates(folder, last) + coup_rates(folder, last)
        older += settlement_rates(folder, last) + patron_rates(folder, last)
        older += rescue_rates(folder, last)
        rates += _marked(older, last)
    for year in CASE_VINTAGES:
        rates += _marked(case_rates(cases, f"{year + 1}-01-01"), year)
    for month in VINTAGES[:-1]:
        rates += _marked(_monthly(folder, month), int(month[:4]))
    return rates


def _monthly(folder: Path, month: str) -> list[Rate]:
    """Return the rates of campaigns and those of the two-state clock."""
    return campaign_rates(folder, month) + clock_rates(exposure(folder, month), month)


def _marked(rates: list[Rate], year: int) -> Iterator[Rate]:
    """Mark the rates of an older vintage."""
    return (replace(rate, id=f"{rate.id}@{year}") for rate in rates)


def rounded(rate: Rate) -> dict[str, Any]:
    """Return a rate for JSON, with six significant digits."""
    entry = asdict(rate)
    entry.update({key: float(f"{entry[key]:.6g}") for key in ("value", "low", "high", "n")})
    entry["sources"] = list(entry["sources"])
    return entry


def rates_document(folder: Path) -> dict[str, Any]:
    """Return the rates with their sources (version, licence, attribution, SHA-256), ready for JSON."""
    note = (
        "Value with a 90 % interval. Computed by counterpoise.inference.annual; changed from the "
        "sources: counted and aggregated."
    )
    rates = [rounded(rate) for rate in annual_rates(folder)]
    return {
        "schema": SCHEMA, "note": note, "interval_level": 0.9, "sources": source_texts(folder), "rates": rates,
    }  # fmt: skip


def write_rates(folder: Path, path: Path) -> None:
    """Compute the rates from the data folder and write them as JSON."""
    path.write_text(json.dumps(rates_document(folder), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
