"""Scores of resolved forecasts: proper scores beside those of the base rate, reliability, and how they went over time.

    skill = 1 - Brier / Brier of the base rate          on the forecasts that have one

Forecasts that share a subject (the question without its horizon, made on one day) came out together, so intervals are by
bootstrap over subjects. VOID and open forecasts are counted and not scored. What was sealed late is scored apart: it is no
record. What it does not do: with few resolved subjects it claims nothing; below `FEW` no interval is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from counterpoise.evaluation.clustered import cluster_bootstrap
from counterpoise.evaluation.proper_scores import brier_score, log_score, skill
from counterpoise.ledger.sealing import Sealed, list_forecasts
from counterpoise.ledger.store import Ledger

__all__ = ["FEW", "Cell", "ForecasterScore", "Month", "Scorecard", "score_forecasts", "score_ledger"]

#: Fewest subjects for which an interval is shown.
FEW: Final = 5
_EDGES: Final = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)


@dataclass(frozen=True)
class Cell:
    """Forecasts whose probability lay in a band, and how often it happened."""

    low: float
    high: float
    n: int
    mean_p: float
    share: float


@dataclass(frozen=True)
class Month:
    """All forecasts that were resolved up to the end of a month."""

    month: str
    n: int
    brier: float
    base_rate_brier: float | None


@dataclass(frozen=True)
class ForecasterScore:
    """How one forecaster did."""

    forecaster: str
    origin: str
    late: bool
    n_open: int
    n_void: int
    n: int
    n_subjects: int
    brier: float | None
    brier_90: tuple[float, float] | None
    log: float | None
    n_with_base_rate: int
    brier_where_base_rate: float | None
    base_rate_brier: float | None
    skill: float | None
    reliability: tuple[Cell, ...]
    over_time: tuple[Month, ...]


@dataclass(frozen=True)
class Scorecard:
    """How all forecasters did, and what happened how often."""

    head: str
    n_entries: int
    n_forecasts: int
    resolved_yes: int
    resolved_no: int
    resolved_void: int
    open: int
    late: int
    forecasters: tuple[ForecasterScore, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"schema": "counterpoise/scorecard/1", **asdict(self)}


def score_ledger(ledger: Ledger) -> Scorecard:
    """Score all that is resolved."""
    with ledger.reading() as connection:
        links = ledger.links(connection)
    known = list_forecasts(ledger)
    count = {o: sum(_outcome(s) == o for s in known) for o in ("YES", "NO", "VOID", None)}
    return Scorecard(
        head=links[-1].hash if links else "",
        n_entries=len(links),
        n_forecasts=len(known),
        resolved_yes=count["YES"],
        resolved_no=count["NO"],
        resolved_void=count["VOID"],
        open=count[None],
        late=sum(s.late for s in known),
        forecasters=score_forecasts(known),
    )


def _outcome(s: Sealed) -> str | None:
    """Return how a forecast came out, None where it is open."""
    return s.resolution.outcome if s.resolution else None


def score_forecasts(known: Sequence[Sealed]) -> tuple[ForecasterScore, ...]:
    """Score every forecaster, the record first, then what was sealed late; an arm is a forecaster of its own."""
    groups: dict[tuple[bool, str, str], list[Sealed]] = {}
    for s in known:
        name = s.forecast.forecaster + (f" · {s.forecast.arm}" if s.forecast.arm else "")
        groups.setdefault((s.late, s.forecast.origin, name), []).append(s)
    return tuple(
        _score(name, origin, late, groups[late, origin, name]) for late, origin, name in sorted(groups)
    )


def _subject(s: Sealed) -> str:
    """Name what a forecast is about: forecasts on one subject come out together."""
    f = s.forecast
    return ":".join(f.question.split(":")[:2]) + f" {f.made_on}" if f.origin == "model" else f.question


def _score(name: str, origin: str, late: bool, known: list[Sealed]) -> ForecasterScore:
    """Score one forecaster."""
    done = [s for s in known if _outcome(s) in ("YES", "NO")]
    p = np.array([s.forecast.p for s in done], dtype=float)
    y = np.array([_outcome(s) == "YES" for s in done], dtype=float)
    base = np.array([_base_rate(s) for s in done], dtype=float)
    has = ~np.isnan(base)
    subjects = [_subject(s) for s in done]
    brier, base_brier = brier_score(p, y), brier_score(base, y)
    ours = float(brier[has].mean()) if has.any() else None
    theirs = float(base_brier[has].mean()) if has.any() else None
    return ForecasterScore(
        forecaster=name,
        origin=origin,
        late=late,
        n_open=sum(_outcome(s) is None for s in known),
        n_void=sum(_outcome(s) == "VOID" for s in known),
        n=len(done),
        n_subjects=len(set(subjects)),
        brier=float(brier.mean()) if done else None,
        brier_90=_interval(brier, subjects),
        log=float(log_score(p, y).mean()) if done else None,
        n_with_base_rate=int(has.sum()),
        brier_where_base_rate=ours,
        base_rate_brier=theirs,
        skill=skill(ours, theirs) if ours is not None and theirs else None,
        reliability=_reliability(p, y),
        over_time=_over_time(done, brier, base_brier),
    )


def _base_rate(s: Sealed) -> float:
    """Return the base rate of all cases of the class; nan where only selected cases, or none, are on record."""
    return next((r.p for r in s.forecast.base_rate if not r.selected), math.nan)


def _interval(brier: NDArray[np.float64], subjects: Sequence[str]) -> tuple[float, float] | None:
    """Return the 90 % interval of the mean over subjects."""
    if len(set(subjects)) < FEW:
        return None
    found = cluster_bootstrap(subjects, lambda rows: float(brier[rows].mean()))
    return found.low, found.high


def _reliability(p: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Cell, ...]:
    """Return how often it happened by bands of probability (the edges of ICD 203, merged); empty bands are left out."""
    band = np.clip(np.digitize(p, _EDGES[1:-1]), 0, len(_EDGES) - 2)
    return tuple(
        Cell(
            _EDGES[b],
            _EDGES[b + 1],
            int((band == b).sum()),
            float(p[band == b].mean()),
            float(y[band == b].mean()),
        )
        for b in range(len(_EDGES) - 1)
        if (band == b).any()
    )


def _over_time(
    done: Sequence[Sealed], brier: NDArray[np.float64], base: NDArray[np.float64]
) -> tuple[Month, ...]:
    """Return the mean of all that was resolved up to each month."""
    months = np.array([str(s.resolution.on)[:7] if s.resolution else "" for s in done])
    out = []
    for month in sorted(set(months.tolist())):
        till = months <= month
        rates = base[till][~np.isnan(base[till])]
        out.append(
            Month(
                month, int(till.sum()), float(brier[till].mean()), float(rates.mean()) if len(rates) else None
            )
        )
    return tuple(out)
