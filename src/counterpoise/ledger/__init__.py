"""The ledger: runs, sealed forecasts, resolutions and scores, in a database.

A forecast is sealed before its outcome is known: its canonical bytes are hashed together with the hash of the entry before
it, so that a change of the past shows. Weakest point: a chain alone cannot show that its newest entries were cut off; the head
that `export_ledger` prints, kept elsewhere, does. What it does not do: it decides no outcome; people do, under rules written
beforehand.
"""

from __future__ import annotations

from counterpoise.ledger.export import Verification, export_ledger, verify_ledger
from counterpoise.ledger.faults import LedgerUnavailable
from counterpoise.ledger.forecasts import Forecast, Rule, forecasts_of
from counterpoise.ledger.outside import read_outside
from counterpoise.ledger.resolving import Outcome, resolve
from counterpoise.ledger.scorecard import scorecard_html
from counterpoise.ledger.scores import Scorecard, score_ledger
from counterpoise.ledger.sealing import Sealed, list_forecasts, seal
from counterpoise.ledger.store import Ledger, default_url, open_ledger

__all__ = [
    "Forecast",
    "Ledger",
    "LedgerUnavailable",
    "Outcome",
    "Rule",
    "Scorecard",
    "Sealed",
    "Verification",
    "default_url",
    "export_ledger",
    "forecasts_of",
    "list_forecasts",
    "open_ledger",
    "read_outside",
    "resolve",
    "score_ledger",
    "scorecard_html",
    "seal",
    "verify_ledger",
]
