"""Tables of what was measured: backtest, posteriors, the reader, Syria 2024."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import backtest_page
import syria_page
from table_text import table

__all__ = [
    "ablations", "additions", "backtest_summary", "placebos", "posteriors", "reading_scorecard", "scorecard",
    "scorecard_forward", "specifications", "syria_model", "syria_said",
]  # fmt: skip


def backtest_summary() -> str:
    """Return the figures that count, against their two rivals."""
    from counterpoise.brief.scorecard import skill_text

    rows: list[Sequence[object]] = []
    for r in backtest_page.card("country")["scores"]:
        if r["subset"] == "core campaign" and r["forecaster"] not in ("constant", "persistence"):
            skills = (skill_text(r.get("skill_base_rate")), skill_text(r.get("skill_logistic")))
            rows.append((f"{r['horizon_days']} d", r["forecaster"], f"{r['brier']:.3f}", *skills))
    return table(("horizon", "forecaster", "Brier", "skill over the base rate", "over the logistic"), rows)


def scorecard() -> str:
    """Return every table of the backtest with countries left out."""
    from counterpoise.brief.scorecard import scorecard_tables

    return scorecard_tables(backtest_page.card("country"))


def scorecard_forward() -> str:
    """Return the scores forward in time."""
    from counterpoise.brief.scorecard import skill_text

    rows = [
        (f"{r['horizon_days']} d", r["forecaster"], f"{r['n_rows']} ({r['n_cases']})", f"{r['brier']:.3f}",
         skill_text(r.get("skill_base_rate")), skill_text(r.get("skill_logistic")))
        for r in backtest_page.card("forward")["scores"] if r["subset"] == "all campaign"
    ]  # fmt: skip
    head = (
        "horizon",
        "forecaster",
        "forecasts (cases)",
        "Brier",
        "skill over the base rate",
        "over the logistic",
    )
    return table(head, rows)


def specifications() -> str:
    """Return every specification tried, in the order of trying."""
    rows = [
        (i, f"`{s['name']}`" + (" (kept)" if s["kept"] else ""), s["text"],
         *(f"{s['core'][str(h)]:.3f}" for h in (30, 90, 365)), *(f"{s['all'][str(h)]:.3f}" for h in (30, 90, 365)))
        for i, s in enumerate(backtest_page.card("specifications")["tried"], 1)
    ]  # fmt: skip
    head = ("no.", "specification", "what it is", "core 30 d", "90 d", "365 d", "all 30 d", "90 d", "365 d")
    return table(head, rows)


def posteriors() -> str:
    """Return the shipped posteriors with what their sampler said of itself."""
    from counterpoise.compiler.posterior import shipped_posterior, vintages

    rows = []
    for day in vintages():
        p = shipped_posterior(day)
        assert p is not None
        verdicts = Counter(str(d["verdict"]) for d in p.diagnostics)
        rows.append((
            day, len(p.cases), len(p.draws), p.about["divergences"], p.about["worst_r_hat"], p.about["least_ess"],
            f"{verdicts['identified']} / {verdicts['weakly identified']} / {verdicts['not identified']}",
            f"{p.selection.get('mean', math.nan):.2f} ± {p.selection.get('sd', math.nan):.2f}",
        ))  # fmt: skip
    head = ("vintage", "cases", "draws", "divergences", "worst R-hat", "least ESS", "identified / weakly / not",
            "shift of unselected campaigns")  # fmt: skip
    return table(head, rows)


def ablations() -> str:
    """Return what skill is left when a part is taken away, or when patrons are shuffled between cases."""
    head = ("model", "what it is", "core 30 d", "90 d", "365 d", "all 30 d", "90 d", "365 d")
    return table(head, backtest_page.ablation_rows())


def additions() -> str:
    """Return what the model scores with one part more."""
    head = ("fit by", "model", "what it is", "core 30 d", "90 d", "365 d", "all 30 d", "90 d", "365 d")
    return table(head, backtest_page.addition_rows())


def placebos() -> str:
    """Return forecasts of campaigns that looked lost and were not."""
    return table(("case", "as of", "model, 365 d", "logistic", "base rate"), backtest_page.placebo_rows())


def reading_scorecard() -> str:
    """Return how well the reader codes: every measure with its n and interval."""
    card = json.loads(Path(__file__).with_name("reading-scorecard.json").read_text(encoding="utf-8"))

    def number(x: float | None) -> str:
        return "–" if x is None else f"{x:.3f}"

    rows = [
        (part, name, number(m["value"]), f"{number(m['low'])} to {number(m['high'])}", m["n"])
        for part, found in card.items()
        for name, m in found.items()
    ]
    return table(("set", "measure", "value", "90 % bootstrap", "n"), rows)


def syria_model() -> str:
    """Return what the model says of the flagship on four days."""
    head = ("as of", "coding", "30 d, Iran withdraws", "30 d, Iran stays", "365 d, withdraws", "365 d, stays")
    return table(head, syria_page.model_rows())


def syria_said() -> str:
    """Return what markets and analysts said then."""
    head = ("day", "who", "P(end by 31 December)", "said", "source", "grade", "note")
    return table(head, syria_page.said_rows())
