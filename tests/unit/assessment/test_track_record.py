"""What a brief says of the record behind its probabilities."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np

from counterpoise import library
from counterpoise.assessment.track_record import fitted_on, track_record
from counterpoise.compiler import Posterior, load_parameters


def test_without_a_fit_it_says_that_there_is_no_record() -> None:
    parameters = load_parameters(None, dt.date(2024, 12, 6), None)
    assert fitted_on(parameters) is None
    assert "must not be quoted as a track record" in track_record(parameters)


def test_with_a_fit_it_gives_the_scores_of_the_stored_backtest() -> None:
    posterior = Posterior(
        ("loss.intercept",),
        np.full((10, 1), -6.0),
        {},
        "main",
        "nuts",
        dt.date(2024, 11, 1),
        (("A", "0"), ("B", "0")),
    )
    said = track_record(load_parameters(None, dt.date(2024, 12, 6), posterior))
    assert "2 past cases" in said
    rows = json.loads(library.read_text("scorecards/country.json"))["scores"]
    year = {
        r["forecaster"]: r["brier"]
        for r in rows
        if r["subset"] == "core campaign" and r["horizon_days"] == 365
    }
    for name in ("main, patrons frozen", "base rate", "logistic"):
        assert f"{year[name]:.3f}" in said
