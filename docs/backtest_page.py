"""Tables of the page on the backtest that are made from the stored scorecards: ablations, permutation, placebos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from counterpoise import library

__all__ = ["ablation_rows", "addition_rows", "card", "placebo_rows"]

#: Campaigns that a model must not take for lost because others were: model.md's placebos.
PLACEBOS: Final = ("SYR2012", "SYR2015", "IRQ2014")
_MODEL: Final = "main, patrons frozen"


def card(name: str) -> dict[str, Any]:
    """Read a stored scorecard."""
    found: dict[str, Any] = json.loads(library.read_text(f"scorecards/{name}.json"))
    return found


def placebo_rows() -> list[Sequence[object]]:
    """Case, day, and P(end within a year) by the model, the logistic and the base rate, all without the case's country."""
    rows = [r for r in card("country")["rows"] if r["case"] in PLACEBOS and not r["label"].endswith("before")]
    shown = (_MODEL, "logistic", "base rate")
    return [(r["case"], r["as_of"], *(f"{r['p'][f][2]:.0%}" for f in shown)) for r in rows]


def addition_rows() -> list[Sequence[object]]:
    """As `ablation_rows`, of what was put on top, with how it was fitted."""
    fits = [r["fit"] for r in card("additions")["rows"]]
    return [(fit, *row) for fit, row in zip(fits, ablation_rows("additions"), strict=True)]


def ablation_rows(name: str = "ablations") -> list[Sequence[object]]:
    """What was taken away, shuffled or (`additions`) put on top, and Brier scores on the core set and on all cases."""
    return [
        (
            r["name"],
            r["text"],
            *(f"{r[part][h]:.3f}" for part in ("core", "all") for h in ("30", "90", "365")),
        )
        for r in card(name)["rows"]
    ]
