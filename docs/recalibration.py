"""Put recalibrated and averaged forecasts into ``library/scorecards/specifications.json``, from the scorecard that ships.

``python docs/recalibration.py``, whenever the scorecard has been made anew.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final

import numpy as np

from counterpoise import library
from counterpoise.evaluation.case_rows import HORIZONS, CaseRow
from counterpoise.evaluation.recalibration import recalibrate
from counterpoise.evaluation.score_tables import score_table

MODEL: Final = "main, patrons frozen"
TRIALS: Final = (
    ("main, level recalibrated", "main, its level moved by what other countries' forecasts were off by", False, False),
    ("main, recalibrated", "main, level and slope moved by what other countries' forecasts were off by", True, False),
    ("main, recalibrated by era", "main, level moved so for the years before 1990 and since, each apart", False, True),
)  # fmt: skip
POOLED: Final = "main and logistic, averaged"


def main() -> None:
    """Score the trials and write them behind the others."""
    card = json.loads(library.path("scorecards/country.json").read_text(encoding="utf-8"))
    rows = [_row(r) for r in card["rows"]]
    p = np.array([r["p"][MODEL] for r in card["rows"]])
    out = library.path("scorecards/specifications.json")
    listed = json.loads(out.read_text(encoding="utf-8"))
    names = {POOLED, *(name for name, *_ in TRIALS)}
    tried = [s for s in listed["tried"] if s["name"] not in names]
    trials = {name: (text, recalibrate(rows, p, slope=slope, era=era)) for name, text, slope, era in TRIALS}
    logistic = np.array([r["p"]["logistic"] for r in card["rows"]])
    trials[POOLED] = ("the mean of main and of the logistic rival", (p + logistic) / 2)
    for name, (text, forecast) in trials.items():
        scores = score_table(rows, {"trial": forecast})
        tried.append({"name": name, "text": text, "kept": False, **{
            short: {str(s["horizon_days"]): round(s["brier"], 4) for s in scores if s["subset"] == f"{short} campaign"}
            for short in ("core", "all")
        }})  # fmt: skip
        print(tried[-1])
    out.write_text(
        json.dumps({**listed, "tried": tried}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _row(row: dict[str, Any]) -> CaseRow:
    """A row of the scorecard as the scores take it; only the order of days within a campaign is lost."""
    stage = -1 if "before" in row["label"] else 0
    return CaseRow(
        row["case"], row["country"], row["case"], row["core"], row["label"], dt.date.fromisoformat(row["as_of"]), stage,
        tuple(row["fell"]), row["fall_day"], max(HORIZONS), row["mode"],
    )  # fmt: skip


if __name__ == "__main__":
    main()
