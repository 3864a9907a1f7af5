"""The specifications of the withdrawals analysis, and how each turns rows into units at risk.

All but the last were fixed in the codebook before any outcome was entered (:data:`SPECIFICATIONS`); those that were
added afterwards say so. A row whose day is an interval gives a different unit each time :func:`draw_units` is called: start
and end are drawn uniformly from their intervals, so that what depends on the day within the interval is integrated over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from counterpoise.inference.withdrawals import Withdrawals
from counterpoise.inference.withdrawals_rows import FALLS, KIND_GROUPS, SENDER_SIDE, Exposure, Outcome

__all__ = ["SPECIFICATIONS", "SUBGROUPS", "Spec", "Units", "draw_units", "rows_of"]

WINDOW: Final = 365
#: Leaders removed while the ruling body went on, by the Cline Center's count: (row, day). Used by one specification only.
LEADER_ONLY: Final[Mapping[str, dt.date]] = {
    "W014": dt.date(1980, 1, 4),
    "W015": dt.date(1980, 12, 7),
    "C035": dt.date(1992, 4, 23),
}
Clock = Literal["start", "announcement", "completion", "age"]


@dataclass(frozen=True)
class Spec:
    """One specification: which rows, which clock, what counts as a fall, what is resampled."""

    name: str
    text: str
    clock: Clock = "start"
    settlement: bool = False
    leaders: bool = False
    stop_at_crossover: bool = False
    recipient: str | None = None
    sender_side: bool = False
    without_shock: str | None = None
    sure_only: bool = False
    close_matches: bool = False
    cluster: Literal["patron_shock", "country"] = "patron_shock"
    kept_apart: bool = False
    group: str | None = None
    extent: str | None = None
    fixed_before: bool = True


@dataclass(frozen=True)
class Units:
    """Units at risk, one a row: days from the clock, and where they belong.

    Attributes
    ----------
    entry, exit : ndarray of shape (unit,)
        Days from the clock; within 365 days of its zero, or of the start on the scale of age.
    event, gone : ndarray of bool, shape (unit,)
        Whether the exit is a fall; whether support was withdrawn.
    strata, clusters : ndarray of int, shape (unit,)
        Number of the matched set, and of what is resampled, both from zero.
    weight : ndarray of shape (unit,)
        One for a withdrawal; continuations share the number of withdrawals of their set.
    """

    entry: NDArray[np.float64]
    exit: NDArray[np.float64]
    event: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    strata: NDArray[np.int64]
    clusters: NDArray[np.int64]
    weight: NDArray[np.float64]
    rows: tuple[str, ...] = field(default=())


MAIN: Final = Spec("main", "clock from the first carrying-out; the four modes of fall; rows not kept apart")
SPECIFICATIONS: Final[tuple[Spec, ...]] = (
    MAIN,
    replace(MAIN, name="announcement", text="clock from the announcement, entry on the start", clock="announcement"),
    replace(
        MAIN, name="completion", text="clock from completion, those that fell before it left out", clock="completion"
    ),
    replace(MAIN, name="age", text="age of regime or group as the time scale (left truncation)", clock="age"),
    replace(MAIN, name="settlement", text="settlements count as falls", settlement=True),
    replace(MAIN, name="crossover", text="censored when the support came back or went too", stop_at_crossover=True),
    replace(MAIN, name="governments", text="governments only", recipient="government"),
    replace(MAIN, name="groups", text="armed groups only", recipient="armed_group"),
    replace(MAIN, name="sender-side", text="reasons on the sender's side only", sender_side=True),
    replace(MAIN, name="no-soviet", text="without the Soviet shock", without_shock="soviet-exit"),
    replace(MAIN, name="sure", text="without rows of confidence low or unverified", sure_only=True),
    replace(MAIN, name="close", text="match quality A and B only", close_matches=True),
    replace(MAIN, name="by-country", text="countries resampled instead of shocks", cluster="country"),
    replace(MAIN, name="kept-apart", text="with the cases kept apart", kept_apart=True),
    replace(
        MAIN, name="leaders", text="leaders removed within a ruling body count as falls", leaders=True, fixed_before=False
    ),
)  # fmt: skip
SUBGROUPS: Final[tuple[Spec, ...]] = (
    *(replace(MAIN, name=f"kind:{g}", text=f"withdrawals of {g}", group=g) for g in KIND_GROUPS),
    *(replace(MAIN, name=f"extent:{e}", text=f"{e} withdrawals", extent=e) for e in ("full", "partial")),
)


def _kept(row: Exposure, outcome: Outcome, spec: Spec) -> bool:
    """Return whether a row belongs to a specification, the completeness of its set aside."""
    gone = row.role == "withdrawal"
    unsure = {row.confidence, outcome.confidence} & {"low", "unverified"}
    return not (
        (row.kept_apart and not spec.kept_apart)
        or (spec.recipient is not None and row.recipient_type != spec.recipient)
        or (spec.without_shock is not None and row.patron_shock == spec.without_shock)
        or (spec.sure_only and unsure)
        or outcome.ended == "unknown"
        or (gone and spec.sender_side and row.reason not in SENDER_SIDE)
        or (gone and spec.group is not None and spec.group not in row.groups)
        or (gone and spec.extent is not None and row.extent != spec.extent)
        or (gone and spec.clock == "completion" and row.end_lo is None)
        or (not gone and spec.close_matches and row.match_quality == "C")
    )


def _complete(rows: Sequence[Exposure]) -> list[Exposure]:
    """Return the rows of the sets that have both a withdrawal and a continuation."""
    roles: dict[str, set[str]] = {}
    for row in rows:
        roles.setdefault(row.match_set, set()).add(row.role)
    return [r for r in rows if len(roles[r.match_set]) == 2]


def rows_of(data: Withdrawals, spec: Spec) -> list[Exposure]:
    """Return the rows of a specification; a set that lost one of its sides is left out."""
    ends = {o.id: o for o in data.outcomes}
    return _complete([r for r in data.exposure if _kept(r, ends[r.id], spec)])


def _day(lo: dt.date, hi: dt.date, rng: np.random.Generator) -> float:
    """Draw a moment of an interval of days, in days of the calendar."""
    return lo.toordinal() + float(rng.random()) * ((hi - lo).days + 1)


def _spell(
    row: Exposure, outcome: Outcome, spec: Spec, rng: np.random.Generator
) -> tuple[float, float, bool] | None:
    """Return entry, exit [days from the clock] and whether the exit is a fall; None if it fell before its clock."""
    start = _day(row.start_lo, row.start_hi, rng)
    leader = LEADER_ONLY.get(row.id) if spec.leaders else None
    falls = FALLS | {"settlement"} if spec.settlement else FALLS
    if leader is not None:
        end, fell = leader.toordinal() + 0.5, True
    elif outcome.ended_lo is not None and outcome.ended_hi is not None:
        end, fell = _day(outcome.ended_lo, outcome.ended_hi, rng), outcome.mode in falls
    else:
        end, fell = float(outcome.followed_until.toordinal()), False
    if spec.stop_at_crossover and row.crossover_lo is not None and row.crossover_hi is not None:
        crossed = max(_day(row.crossover_lo, row.crossover_hi, rng), start)
        end, fell = (crossed, False) if crossed < end else (end, fell)
    end = max(end, start + 0.5)
    zero, entry = start, start
    if spec.clock == "announcement" and row.announced_lo is not None and row.announced_hi is not None:
        zero = min(_day(row.announced_lo, row.announced_hi, rng), start)
    elif spec.clock == "completion" and row.end_lo is not None and row.end_hi is not None:
        zero = entry = max(_day(row.end_lo, row.end_hi, rng), start)
        if end <= zero:
            return None
    elif spec.clock == "age":
        zero = min(_day(row.recipient_since_lo, row.recipient_since_hi, rng), start)
    limit = WINDOW + (start - zero if spec.clock == "age" else 0.0)
    if limit <= entry - zero:
        return None
    return entry - zero, min(end - zero, limit), fell and end - zero <= limit


def _numbers(names: Sequence[str]) -> NDArray[np.int64]:
    """Number names from zero, in the order of their first appearance."""
    order = {n: i for i, n in enumerate(dict.fromkeys(names))}
    return np.array([order[n] for n in names], dtype=np.int64)


def draw_units(data: Withdrawals, spec: Spec, rng: np.random.Generator) -> Units:
    """Return the units of a specification, with days drawn from their intervals."""
    ends = {o.id: o for o in data.outcomes}
    chosen = rows_of(data, spec)
    spells = {r.id: _spell(r, ends[r.id], spec, rng) for r in chosen}
    rows = _complete([r for r in chosen if spells[r.id] is not None])
    times = np.array([spells[r.id] for r in rows], dtype=float).reshape(len(rows), 3)
    gone = np.array([r.role == "withdrawal" for r in rows], dtype=bool)
    strata = _numbers([r.match_set for r in rows])
    many = np.bincount(strata, weights=gone), np.bincount(strata, weights=~gone)
    weight = np.where(gone, 1.0, (many[0] / np.maximum(many[1], 1))[strata]) if len(rows) else np.zeros(0)
    first = {r.match_set: r.country for r in reversed(rows) if r.role == "withdrawal"}
    names = [r.patron_shock if spec.cluster == "patron_shock" else first[r.match_set] for r in rows]
    return Units(
        times[:, 0],
        times[:, 1],
        times[:, 2] > 0,
        gone,
        strata,
        _numbers(names),
        weight,
        tuple(r.id for r in rows),
    )
