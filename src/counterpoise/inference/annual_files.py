"""Write everything that is counted from the record, by one command: rates, support, clock, and the correction for selection.

``annual.json``     every rate, by vintage
``support.json``    takeover by change of support, same-year and next-year coding side by side
``clock.json``      the two-state clock by vintage, with what it implies and what was counted in another way
``selection.json``  the shift of selected cases by vintage, from shares alone and (on request) from the engine

What it does not do: download anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.inference import clock
from counterpoise.inference.annual import rates_document, rounded
from counterpoise.inference.annual_sources import source_texts
from counterpoise.inference.annual_spells import VINTAGES, last_day
from counterpoise.inference.annual_support import support_document
from counterpoise.inference.selection import Share, prior_correction, selection_shift
from counterpoise.sources.places import write_whole

__all__ = ["clock_document", "selection_document", "write_record"]

CLOCK, SELECTION = "counterpoise/clock/1", "counterpoise/selection/1"
_USED_BY_CLOCK = ("ucdp-monthly", "ucdp-ged", "ucdp-acd", "takeovers")
Progress = Callable[[str, int, int], None]


def _newest(rates: Sequence[dict[str, Any]], name: str, until: str) -> dict[str, Any] | None:
    """Return the newest vintage of a rate whose data end on or before a day."""
    fit = [r for r in rates if r["id"].split("@")[0] == name and r["data_until"] <= until]
    return max(fit, key=lambda r: str(r["data_until"])) if fit else None


def _brief(rate: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what one needs of a rate to compare."""
    return rate and {k: rate[k] for k in ("id", "value", "low", "high", "n", "events", "data_until")}


def _six(values: dict[str, float]) -> dict[str, float]:
    """Round to six significant digits."""
    return {k: float(f"{v:.6g}") for k, v in values.items()}


def clock_document(folder: Path, rates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the two-state clock by vintage, ready for JSON.

    Parameters
    ----------
    rates : sequence of dict
        The entries of ``annual.json``: what the clock is held against.
    """
    vintages = []
    for month in VINTAGES:
        until = last_day(month)
        rows = clock.exposure(folder, month)
        against = ("takeover.next_year.active_war", "takeover.three_years.all", "campaign.takeover_12_months")
        vintages.append(
            {
                "vintage": month,
                "data_until": until,
                "rates": [rounded(r) for r in clock.clock_rates(rows, month)],
                "takeovers_outside": sum(r.outside for r in rows),
                "implied": {k: _six(v) for k, v in clock.implied(rows).items()},
                "counted": {name: _brief(_newest(rates, name, until)) for name in against},
            }
        )
    note = (
        "Rates of a two-state process with 90 % intervals by country; implied: what follows from constant rates, begun from the "
        "clock's own share of time in campaigns; counted: the same asked of the record in another way."
    )
    texts = source_texts(folder)
    return {
        "schema": CLOCK, "note": note, "standing": "fitted", "interval_level": 0.9,
        "sources": {k: v for k, v in texts.items() if k in _USED_BY_CLOCK}, "vintages": vintages,
    }  # fmt: skip


def selection_document(
    rates: Sequence[dict[str, Any]],
    simulated: NDArray[np.float64] | None = None,
    shifts: Sequence[float] = (),
    about: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the correction for selection by vintage, ready for JSON.

    Parameters
    ----------
    rates : sequence of dict
        The entries of ``annual.json``.
    simulated : ndarray, shape (n_shifts, n_campaigns), optional
        Falls of unselected campaigns under each shift (`counterpoise.inference.selection_runs.fall_by_shift`).
    shifts : sequence of float
        The shifts that were simulated.
    about : dict, optional
        Which campaigns, how many members, which seed.
    """
    vintages = []
    for month in VINTAGES:
        until = last_day(month)
        counted = _newest(rates, "campaign.takeover_12_months", until)
        cases = _newest(rates, "case_fall.365_days", until)
        if counted is None:
            continue
        tau = Share(counted["value"], counted["low"], counted["high"])
        entry: dict[str, Any] = {
            "vintage": month,
            "data_until": until,
            "counted": _brief(counted),
            "cases": _brief(cases),
        }
        if cases is not None and 0.0 < cases["value"] < 1.0:
            found = prior_correction(tau, Share(cases["value"], cases["low"], cases["high"]))
            entry["prior_correction"] = found.rounded()
        if simulated is not None:
            entry["selection_shift"] = selection_shift(simulated, tau, shifts).rounded()
        vintages.append(entry)
    document: dict[str, Any] = {
        "schema": SELECTION,
        "note": "King & Zeng (2001). prior_correction: logit of the counted rate less that of the cases' share. "
        "selection_shift: the shift of the log-hazard of loss at which the engine's unselected campaigns fall at the "
        "counted rate.",
        "interval_level": 0.9,
    }
    if simulated is not None:
        document["engine"] = {
            **(about or {}), "shifts": list(shifts),
            "fall_within_365_days": [[round(float(x), 5) for x in row] for row in simulated],
        }  # fmt: skip
    document["vintages"] = vintages
    return document


def write_record(
    folder: Path,
    out: Path,
    *,
    simulated: NDArray[np.float64] | None = None,
    shifts: Sequence[float] = (),
    about: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Count everything and write it, each file whole or not at all.

    Returns
    -------
    list of Path
        What was written.
    """
    tell = progress or (lambda stage, done, of: None)
    tell("rates", 0, 4)
    annual = rates_document(folder)
    tell("support", 1, 4)
    support = support_document(folder)
    tell("clock", 2, 4)
    dial = clock_document(folder, annual["rates"])
    tell("selection", 3, 4)
    selection = selection_document(annual["rates"], simulated, shifts, about)
    tell("write", 4, 4)
    paths = []
    for name, document in (
        ("annual", annual),
        ("support", support),
        ("clock", dial),
        ("selection", selection),
    ):
        path = out / f"{name}.json"
        write_whole(path, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
        paths.append(path)
    return paths
