"""Patrons: from the support ledger to levels and flags by day.

Rule for a patron's level (``docs/model/patrons.md``), read off the ledger and never off the outcome:

    3  ground combat troops, at least 1,000 persons      2  air power, embedded advisers, fewer troops, guards
    1  arms, materiel, money, training, intelligence     0  nothing of these

A kind counts while at least a quarter of its committed size remains. WD: a patron at level 2 or above dropped a level within
180 days; RF: a patron rose a level within 180 days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.parameters import ParameterSet
from counterpoise.dynamics.covariates import KIND_ADVISERS, KIND_AIR, KIND_ARMS, KIND_TROOPS
from counterpoise.scenario.models import Flow, FlowChange

__all__ = ["flag_paths", "flow_paths", "patron_kinds", "patron_levels"]

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

LEVEL_TWO = ("air_power", "advisers")
LEVEL_ONE = ("weapons", "materiel", "training", "funding", "intelligence")


def flow_paths(
    flows: Sequence[Flow], changes: Iterable[FlowChange], first: dt.date, n_days: int, default_start: dt.date
) -> F64:
    """Fraction of its committed size that each flow has on each day, shape (n_flows, n_days).

    Parameters
    ----------
    changes : iterable of FlowChange
        Applied in order of date; each goes linearly from what is there to its target.
    first : date
        Day of the first column.
    default_start : date
        Start of changes without a date.
    """
    paths = np.ones((len(flows), n_days))
    steps: list[tuple[int, FlowChange]] = [
        (((c.date or default_start) - first).days + c.after, c) for c in changes
    ]
    for begin, change in sorted(steps, key=lambda step: step[0]):
        to = _left(change, flows)
        for i, flow in enumerate(flows):
            if change.concerns(flow) and begin < n_days:
                before = float(paths[i][begin - 1]) if begin > 0 else 1.0
                _ramp(paths[i], begin, change.days, to)
                back = begin + (change.pause or 0)
                if change.pause is not None and back < n_days:
                    _ramp(paths[i], back, change.days, before, revive=True)
    return paths * _running(flows, first, n_days)


def _left(change: FlowChange, flows: Sequence[Flow]) -> float:
    """Fraction that a change leaves; an amount is taken from all the flows that it is about, in proportion."""
    if change.amount is None:
        return change.to
    there = sum(f.size.value for f in flows if change.concerns(f))
    return max(0.0, 1.0 - change.amount / there) if there > 0 else 0.0


def _running(flows: Sequence[Flow], first: dt.date, n_days: int) -> NDArray[np.bool_]:
    """Whether each flow runs by its own dates; no change starts it earlier, revives it, or wakes a dormant one."""
    days = np.arange(n_days)
    on = np.empty((len(flows), n_days), dtype=bool)
    for i, flow in enumerate(flows):
        on[i] = (days >= (flow.start - first).days) & (not flow.dormant)
        if flow.end is not None:
            on[i] &= days < (flow.end - first).days
    return on


def _ramp(path: F64, begin: int, days: int, to: float, revive: bool = False) -> None:
    """Go from what is there on the day before `begin` to `to` times the commitment within `days`, in place.

    With `revive`, what a suspension took to nothing comes back.
    """
    index = np.arange(path.shape[0])
    share = np.clip((index - begin + 1) / max(days, 1), 0.0, 1.0)
    start = path[begin - 1] if begin > 0 else 1.0
    after = index >= begin
    # Where an earlier schedule reaches nothing, a further cut does not bring support back; a rise does.
    alive = (path[after] > 0) | (to > start) | revive
    path[after] = np.where(alive, start + (to - start) * share[after], 0.0)


def patron_levels(
    flows: Sequence[Flow],
    paths: F64,
    sizes: F64,
    patrons: Sequence[str],
    recipients: Sequence[str],
    parameters: ParameterSet,
) -> I8:
    """Level 0-3 of each patron on each day, shape (n_draws, n_patrons, n_days).

    Parameters
    ----------
    paths : ndarray, shape (n_flows, n_days)
        Fractions of the committed sizes.
    sizes : ndarray, shape (n_draws, n_flows)
        Committed sizes; whether troops are enough for level 3 may differ between draws.
    """
    presence = parameters.constant("level.presence")
    enough = parameters.constant("level.troops")
    level = np.zeros((sizes.shape[0], len(patrons), paths.shape[1]), dtype=np.int8)
    for j, patron in enumerate(patrons):
        mine = [i for i, f in enumerate(flows) if f.sender == patron and f.recipient in recipients]
        low = np.zeros(paths.shape[1], dtype=np.int8)
        for i in mine:
            there = paths[i] >= presence
            if flows[i].kind in LEVEL_TWO or flows[i].kind == "troops":
                low = np.where(there, np.int8(2), low)
            elif flows[i].kind in LEVEL_ONE:
                low = np.maximum(low, there.astype(np.int8))
        fight = [i for i in mine if flows[i].kind == "troops" and flows[i].combat]
        troops = sizes[:, fight] @ np.where(paths[fight] >= presence, paths[fight], 0.0)
        level[:, j] = np.where(troops >= enough, np.int8(3), low)
    return level


def patron_kinds(
    flows: Sequence[Flow],
    paths: F64,
    patrons: Sequence[str],
    recipients: Sequence[str],
    parameters: ParameterSet,
) -> I8:
    """Kinds of support that each patron gives on each day, as bits, shape (n_patrons, n_days).

    Ground troops that fight, air power, advisers (with guards), and arms, money, training or intelligence.
    """
    presence = parameters.constant("level.presence")
    kinds = np.zeros((len(patrons), paths.shape[1]), dtype=np.int8)
    for i, flow in enumerate(flows):
        if flow.sender in patrons and flow.recipient in recipients:
            kinds[patrons.index(flow.sender)] |= np.where(paths[i] >= presence, _bit(flow), 0).astype(np.int8)
    return kinds


def _bit(flow: Flow) -> int:
    """Kind of a flow as a bit."""
    if flow.kind == "troops":
        return KIND_TROOPS if flow.combat else KIND_ADVISERS
    if flow.kind == "air_power":
        return KIND_AIR
    if flow.kind == "advisers":
        return KIND_ADVISERS
    return KIND_ARMS if flow.kind in LEVEL_ONE else 0


def flag_paths(level: I8, remembered: int) -> tuple[I8, I8]:
    """Flags WD and RF of levels (n_draws, n_patrons, n_days), each of shape (n_draws, n_days)."""
    step = np.diff(level, axis=2)
    fell = ((step < 0) & (level[:, :, :-1] >= 2)).any(axis=1)
    rose = (step > 0).any(axis=1)
    return _remember(fell, remembered), _remember(rose, remembered)


def _remember(happened: NDArray[np.bool_] | np.bool_, days: int) -> I8:
    """1 on the `days` days from the day of a change on; ``happened[:, t]`` is a change from day t to t + 1."""
    count = np.cumsum(np.pad(np.asarray(happened), ((0, 0), (1, 0))), axis=1)
    before = np.pad(count, ((0, 0), (days, 0)))[:, : count.shape[1]]
    return (count > before).astype(np.int8)
