"""What the probabilities of a run have behind them: a fit with its scores on cases left out, or a prototype with none."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from counterpoise.compiler.parameters import ParameterSet
from counterpoise.library import read_text

__all__ = ["fitted_on", "track_record"]

_MODEL, _BASE, _RIVAL = "main, patrons frozen", "base rate", "logistic"
_PROTOTYPE: Final = (
    "The hazard coefficients are those of a prototype that saw every past case, this one included: the probabilities have "
    "the form of forecasts, have not been scored, and must not be quoted as a track record."
)


def fitted_on(parameters: ParameterSet) -> str | None:
    """Title of the posterior that the hazards come from; None where they are the prototype's."""
    return next((str(s["title"]) for s in parameters.sources if s["id"] == "posterior"), None)


@cache
def _scores() -> dict[int, dict[str, float]]:
    """Brier scores of the stored backtest by horizon, core set, days of the campaign."""
    card: dict[str, Any] = json.loads(read_text("scorecards/country.json"))
    found: dict[int, dict[str, float]] = {}
    for row in card["scores"]:
        if row["subset"] == "core campaign":
            found.setdefault(row["horizon_days"], {})[row["forecaster"]] = row["brier"]
    return found


def track_record(parameters: ParameterSet) -> str:
    """Say in two sentences how far the probabilities have been tested."""
    title = fitted_on(parameters)
    if title is None:
        return _PROTOTYPE
    scores = "; ".join(
        f"{days} days {s[_MODEL]:.3f}, {s[_BASE]:.3f} and {s[_RIVAL]:.3f}"
        for days, s in sorted(_scores().items())
    )
    return (
        f"The hazards come from a {title[0].lower()}{title[1:]}, none of them this one. On past cases of countries left out of "
        f"the fit it scored (Brier; lower is better; model, base rate, logistic regression): {scores}. Sealed forecasts of "
        "days to come have not been scored."
    )
