"""The public scorecard: one self-contained HTML page, no script, no outside request, everything escaped."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from counterpoise.ledger.scores import FEW, Cell, score_ledger
from counterpoise.ledger.sealing import list_forecasts
from counterpoise.ledger.store import Ledger

__all__ = ["CSP", "scorecard_html"]

CSP: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


def scorecard_html(ledger: Ledger) -> str:
    """Return the page: scores with base rates, reliability, scores over time, and every sealed forecast with its hash."""
    return (
        _environment()
        .get_template("scorecard.html.j2")
        .render(card=score_ledger(ledger), sealed=list_forecasts(ledger), csp=CSP, few=FEW)
    )


@cache
def _environment() -> Environment:
    """Return the template environment; autoescape is on and an unknown name is a fault."""
    env = Environment(
        loader=PackageLoader("counterpoise.ledger", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(percent=_percent, score=_score, day=_day, dot=_dot)
    return env


def _percent(p: float) -> str:
    """Print a probability no finer than whole percents, but never as certain."""
    if 0 < p < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < p < 1 else f"{100 * p:.0f} %"


def _score(value: float | None) -> str:
    """Print a score; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def _day(day: dt.date) -> str:
    """Print a day."""
    return f"{day.day} {day:%B %Y}"


def _dot(cell: Cell) -> dict[str, str]:
    """Place a band on the reliability figure of 200 by 200."""
    return {
        "x": f"{20 + 160 * cell.mean_p:.1f}",
        "y": f"{180 - 160 * cell.share:.1f}",
        "r": f"{min(3 + 1.5 * cell.n**0.5, 12):.1f}",
    }
