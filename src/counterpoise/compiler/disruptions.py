"""Closures and interdictions of legs, from dated events and from levers, with how long each lasts under each draw.

A closure lasts until the event that opens the route again; where none is known, until a number of days after the as-of day
that the lever or event gives or that is drawn. An interdiction takes a share of what passes and is repaired in time. An event
that is not certain happened in that share of the draws.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.theatre import known_events
from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.world import Disruptions
from counterpoise.scenario.models import DatedEvent, Interdiction, Scenario
from counterpoise.streams import stream_key, uniform

__all__ = ["ArmDisruptions", "build_disruptions"]

F64 = NDArray[np.float64]
#: Longer than any horizon [day].
FOREVER = 1e6


@dataclass(frozen=True)
class ArmDisruptions:
    """What the levers of one arm do to routes: (routes shut, days until open again) and interdictions."""

    closed: tuple[tuple[str, int | None], ...] = ()
    interdictions: tuple[Interdiction, ...] = ()


@dataclass(frozen=True)
class _Row:
    """One disruption of one leg."""

    leg: int
    shuts: bool
    first: int
    hold: F64
    repair: F64
    share: F64
    arm: int


def build_disruptions(
    scenario: Scenario, as_of: dt.date, arms: Sequence[ArmDisruptions], params: F64, seed: int
) -> Disruptions:
    """Collect all disruptions of a world.

    Parameters
    ----------
    arms : sequence of ArmDisruptions
        One for each arm; events hold in every arm.
    params : ndarray, shape (n_draws, n_parameters)
    """
    rows = _of_events(scenario, as_of, params, seed)
    for i, arm in enumerate(arms):
        rows += _of_arm(scenario, i, arm, params)
    n = params.shape[0]

    def table(field: str) -> F64:
        return np.array([getattr(r, field) for r in rows]).T.reshape(n, len(rows)).astype(float)

    return Disruptions(
        leg=np.array([r.leg for r in rows], dtype=np.int32),
        shuts=np.array([r.shuts for r in rows], dtype=np.int8),
        first=np.array([r.first for r in rows], dtype=np.int32),
        hold=table("hold"),
        repair=table("repair"),
        share=table("share"),
        in_arm=np.array([[r.arm in (-1, i) for r in rows] for i in range(len(arms))], dtype=np.int8).reshape(
            len(arms), len(rows)
        ),
    )


def _of_events(scenario: Scenario, as_of: dt.date, params: F64, seed: int) -> list[_Row]:
    """Disruptions of the events known on the as-of day."""
    events = known_events(scenario, as_of)
    rows: list[_Row] = []
    for i, event in enumerate(events):
        if event.kind not in ("route_closed", "interdiction"):
            continue
        first = (event.date - as_of).days
        there = _happened(event, params.shape[0], seed)
        if event.kind == "route_closed":
            hold = _closed_for(event, events[i + 1 :], as_of, params)
            repair, share, legs = np.zeros_like(hold), there, _legs(scenario, event.route, None)
        else:
            hold = np.ones(params.shape[0])
            repair = _given(event.repair_days, params[:, q.REPAIR_DAYS])
            share = there * _given(event.share, params[:, q.LOSS_SHARE_CUT])
            legs = _legs(scenario, event.route, event.site)
        shuts = event.kind == "route_closed"
        rows += [_Row(leg, shuts, first, hold, repair, share, -1) for leg in legs]
    return rows


def _given(value: float | None, drawn: F64) -> F64:
    """Return what the scenario gives, or what is drawn."""
    return drawn.copy() if value is None else np.full_like(drawn, float(value))


def _happened(event: DatedEvent, n: int, seed: int) -> F64:
    """1 in the draws in which an event happened."""
    if event.certainty >= 1.0:
        return np.ones(n)
    key = stream_key(seed, f"event:{event.id}")
    return np.array([float(uniform(key, 0, i) < event.certainty) for i in range(n)])


def _closed_for(event: DatedEvent, later: Sequence[DatedEvent], as_of: dt.date, params: F64) -> F64:
    """Days of a closure under each draw."""
    opened = next((e for e in later if e.route == event.route and e.kind == "route_opened"), None)
    if opened is not None:
        return np.full(params.shape[0], float((opened.known_from - event.date).days))
    if event.repair_days is not None:
        # A closure that should be over, and is not known to be, is over on the next day.
        return np.full(params.shape[0], float(max(event.repair_days, (as_of - event.date).days + 1)))
    return (as_of - event.date).days + params[:, q.REOPEN_DAYS]


def _legs(scenario: Scenario, route: str | None, site: str | None) -> list[int]:
    """Legs that a disruption touches: the route where one is named, else all legs at the site."""
    return [
        i
        for i, r in enumerate(scenario.routes)
        if (r.id == route if route is not None else site in (r.a, r.b))
    ]


def _of_arm(scenario: Scenario, arm: int, levers: ArmDisruptions, params: F64) -> list[_Row]:
    """Disruptions that an arm's levers make, from the day after the as-of day on."""
    n = params.shape[0]
    rows: list[_Row] = []
    for route, days in levers.closed:
        hold = np.full(n, FOREVER if days is None else float(days))
        rows += [
            _Row(leg, True, 1, hold, np.zeros(n), np.ones(n), arm) for leg in _legs(scenario, route, None)
        ]
    for x in levers.interdictions:
        repair = _given(x.repair_days, params[:, q.REPAIR_DAYS])
        rows += [
            _Row(leg, False, 1 + x.after, np.full(n, float(x.days)), repair, np.full(n, x.share), arm)
            for leg in _legs(scenario, x.route, x.site)
        ]
    return rows
