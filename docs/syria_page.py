"""Tables and figure of the page on Syria 2024.

From ``data/syria-2024.json`` (the model, made by ``syria.py``) and ``data/syria-2024-said.csv`` (what others said).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from counterpoise.assessment.variants import VARIANTS
from counterpoise.brief.figures.style import (
    DASHES,
    INK,
    MARKERS,
    PALETTE,
    SMALL,
    SOFT,
    canvas,
    drawing,
    finish,
    note,
)

__all__ = ["figure", "model_rows", "said_rows"]

DATA: Final = Path(__file__).parent / "data"
_CODINGS: Final = {
    **dict(VARIANTS),
    "no_syria": "main rule, fitted without the Syrian campaigns of 2012 and 2015",
}


def _model() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "syria-2024.json").read_text(encoding="utf-8"))
    return found


def _said() -> list[dict[str, str]]:
    with (DATA / "syria-2024-said.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shown(answer: dict[str, Any], horizon: str) -> str:
    low, high = answer[f"interval_{horizon}"]
    return f"{answer[f'p_{horizon}']:.0%} [{low:.0%}, {high:.0%}]"


def model_rows() -> list[Sequence[object]]:
    """Day, coding, and the answers with the withdrawal and without it."""
    return [
        (
            r["as_of"],
            _CODINGS[r["coding"]],
            *(_shown(r[arm], h) for h in ("30", "365") for arm in ("as_reported", "stay")),
        )
        for r in _model()["rows"]
    ]


def said_rows() -> list[Sequence[object]]:
    """Day, who, the probability of an end by the end of the year, what was said, and where it stands."""

    def probability(r: dict[str, str]) -> str:
        if not r["p_fall_low"]:
            return "–"
        low, high = float(r["p_fall_low"]), float(r["p_fall_high"])
        return f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"

    return [
        (
            r["day"],
            r["who"],
            probability(r),
            r["said"],
            f"[{r['source']}]({r['url']})",
            r["reliability"],
            r["note"],
        )
        for r in _said()
    ]


def figure() -> str:
    """Return P(regime end by 31 December 2024) by day: the model's two arms with their intervals, and the market, as SVG."""
    title = "Syria: P(regime end by 31 December 2024)"
    rows = [r for r in _model()["rows"] if r["coding"] == "main"]
    market = [r for r in _said() if r["p_fall_low"]]
    height = 250
    with drawing():
        drawn = canvas(height / 72)
        axes = drawn.add_axes((0.11, 0.2, 0.86, 0.68))
        labels = {"as_reported": "model, Iran withdraws", "stay": "model, Iran stays"}
        for i, (arm, label) in enumerate(labels.items()):
            day = [
                (dt.date.fromisoformat(r["as_of"]) - dt.date(2024, 11, 25)).days + 0.16 * (2 * i - 1)
                for r in rows
            ]
            p = [r[arm]["p_year_end"] for r in rows]
            low, high = zip(*(r[arm]["interval_year_end"] for r in rows), strict=True)
            axes.vlines(day, low, high, color=PALETTE[i], lw=1.6, alpha=0.55)
            axes.plot(day, p, color=PALETTE[i], marker=MARKERS[i], ls=DASHES[i], ms=5, label=label)
        for k, r in enumerate(market):
            day = (dt.date.fromisoformat(r["day"]) - dt.date(2024, 11, 25)).days
            low, high = float(r["p_fall_low"]), float(r["p_fall_high"])
            axes.vlines([day], low, high, color=PALETTE[2], lw=3.5, alpha=0.6)
            axes.plot([day], [(low + high) / 2], color=PALETTE[2], marker=MARKERS[2], ls="none", ms=6,
                      label="prediction market" if k == 0 else None)  # fmt: skip
        axes.axvline(13, color=INK, lw=1)
        axes.annotate(
            "falls", (13, 0.5), (4, 0), textcoords="offset points", ha="left", fontsize=SMALL, color=INK
        )
        axes.set(ylim=(0, 1), xlim=(0, 14.8), ylabel="probability")
        axes.set_xticks([1, 5, 10, 11, 13], ["26 Nov", "30 Nov", "5 Dec", "6", "8 Dec"])
        axes.legend(loc="upper left", fontsize=SMALL, frameon=False, labelcolor=SOFT)
        source = "Bars: 90 % over parameter draws. Market: Polymarket as quoted by the press (table below). Never fitted."
        note(drawn, title, source)
        alt = "; ".join(
            f"{r['as_of']}: {r['as_reported']['p_year_end']:.0%} with, {r['stay']['p_year_end']:.0%} without"
            for r in rows
        )
        return finish(drawn, "syria-2024", title, alt)
