"""Scenario, statements and parameter draws become a `World`. There is no other way to run the model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import numpy as np

from counterpoise.compiler.arms import LOOK_BACK as _BACK
from counterpoise.compiler.arms import LeverPlan, build_arms, observed_history, schedule
from counterpoise.compiler.disruptions import ArmDisruptions, build_disruptions
from counterpoise.compiler.figures import draw_figures
from counterpoise.compiler.parameters import ParameterSet, load_parameters
from counterpoise.compiler.posterior import Posterior
from counterpoise.compiler.region import build_ledger, build_network, conduits_of, draw_region, single_actors
from counterpoise.compiler.theatre import LIKELY, Capture, build_theatre, known_events, parties_of
from counterpoise.dynamics.parameters import draw_parameters
from counterpoise.dynamics.processes import PROCESSES
from counterpoise.dynamics.world import Theatre, World
from counterpoise.errors import InputError
from counterpoise.scenario.models import SUPPORT_KINDS, FlowChange, Scenario

__all__ = ["DEFAULT_DRAWS", "PatronPath", "check_as_of", "compile_world", "settled_changes"]

DEFAULT_DRAWS = 200
#: Log-hazard of a rescue that never comes [log 1/day].
NO_RESCUE = -1e3
PatronPath = Literal["forecast", "frozen", "later"]


def check_as_of(scenario: Scenario, as_of: dt.date) -> None:
    """Refuse an as-of day that the scenario does not cover.

    Raises
    ------
    InputError
        Names the days that it covers.
    """
    if not scenario.first_as_of <= as_of <= scenario.last_as_of:
        raise InputError.at(
            f"as-of {as_of}",
            f"scenario {scenario.id} covers {scenario.first_as_of} to {scenario.last_as_of}",
            "choose a day in that range, or a scenario that covers the day",
        )


def settled_changes(scenario: Scenario, as_of: dt.date, but: Sequence[str] = ()) -> tuple[FlowChange, ...]:
    """Return what the events known on the as-of day did to the support ledger, except the events named in `but`."""
    return tuple(
        (e.change if e.change.date is not None else e.change.model_copy(update={"date": e.date}))
        for e in known_events(scenario, as_of)
        if e.change is not None and e.id not in but and e.certainty >= LIKELY
    )


def compile_world(
    scenario: Scenario,
    as_of: dt.date,
    *,
    seed: int,
    horizon: int | None = None,
    arms: Sequence[str] = ("baseline",),
    plan: LeverPlan | None = None,
    captures: Sequence[Capture] = (),
    offensive_reported: bool = False,
    n_draws: int = DEFAULT_DRAWS,
    capped_sum: bool = False,
    parameters: ParameterSet | None = None,
    posterior: Posterior | Literal["shipped"] | None = "shipped",
    patron_path: PatronPath = "forecast",
) -> World:
    """Compile a scenario as it is known on the as-of day.

    Parameters
    ----------
    arms : sequence of str
        Names from ``ARM_TITLES`` or from the plan's variants.
    plan : LeverPlan, optional
        What the arms differ by; left out: the scenario's own known events, no shock.
    capped_sum : bool
        Registered variant of the patron coding: sum over patrons, capped at 3, in place of the highest.
    posterior : Posterior, "shipped" or None
        Joint draws of the fitted parameters; left out: those that the package carries for the as-of day; None: no fit (see
        `counterpoise.compiler.parameters` for the precedence). Without effect where `parameters` are given.
    patron_path : str
        What becomes of the patrons after the as-of day: ``forecast`` (they may exit or rescue by their own hazards),
        ``frozen`` (as they stand, no exit and no rescue), or ``later`` (as they later did: the ledger's later changes enter as
        known, and nothing else happens). Only a past day has a ``later``; it is for scoring, never for a forecast.

    Raises
    ------
    InputError
        If the as-of day is outside the scenario's range or after the government's end.
    """
    check_as_of(scenario, as_of)
    known_to = scenario.last_as_of if patron_path == "later" else as_of
    plan = plan or LeverPlan(settled_changes(scenario, known_to))
    scenario = _without_later_support(scenario, known_to)
    horizon = scenario.horizon_days if horizon is None else horizon
    parameters = parameters or load_parameters(scenario, as_of, posterior)
    capped_sum = capped_sum or parameters.capped_sum
    if patron_path != "forecast":
        parameters = parameters.fixed("patron.exit_rate", 0.0).fixed("rescue.intercept", NO_RESCUE)
    theatre = build_theatre(scenario, as_of, captures, offensive_reported)
    actors = single_actors(scenario)
    position = {a.id: i for i, a in enumerate(actors)}
    parties = parties_of(scenario)
    wanted = build_arms(scenario, as_of, horizon, plan, arms, parameters)
    sizes, shares = _drawn_flows(scenario, seed, n_draws)
    past = observed_history(scenario, as_of, plan, sizes, theatre.campaign_day, parameters, capped_sum)
    draws = draw_parameters(parameters.specs, seed, n_draws, parameters.joint)
    return World(
        as_of=as_of.isoformat(),
        horizon=horizon,
        actors=tuple(a.id for a in actors),
        sites=tuple(s.id for s in scenario.sites),
        theatre_sites=scenario.conflict.theatre,
        legs=tuple(r.id for r in scenario.routes),
        flows=tuple(f.id for f in scenario.flows),
        kinds=SUPPORT_KINDS,
        parties=parties,
        patrons=scenario.conflict.patrons,
        arms=tuple(arms),
        conduits=tuple(">".join(c[:4]) for c in conduits_of(scenario)),
        stocks=tuple(f"{s.actor}:{s.kind}" for s in scenario.stocks),
        reactions=tuple(r.id for r in scenario.reactions),
        processes=tuple(p.name for p in PROCESSES),
        client=position[scenario.conflict.client],
        party_actor=np.array([position[p] for p in parties], dtype=np.int32),
        patron_actor=np.array([position[p] for p in scenario.conflict.patrons], dtype=np.int32),
        theatre=theatre,
        network=build_network(scenario, _holders(scenario, theatre, parties), as_of),
        ledger=build_ledger(scenario),
        schedules=tuple(schedule(scenario, a, sizes, parameters, capped_sum) for a in wanted),
        flow_fraction=np.stack([a.do[:, _BACK:] for a in wanted]),
        flow_size=sizes,
        escort_share=shares,
        disruptions=build_disruptions(scenario, as_of, [_of_arm(plan, a) for a in arms], draws.values, seed),
        drawn=draw_region(scenario, seed, n_draws),
        starts_campaign=np.array([a in plan.campaigns for a in arms], dtype=np.int8),
        history_level=past.level,
        history_withdrawn=past.withdrawn,
        history_reinforced=past.reinforced,
        history_rebel_level=past.rebel_level,
        history_more=past.more,
        history_kinds=past.kinds,
        draws=draws,
    )


def _without_later_support(scenario: Scenario, as_of: dt.date) -> Scenario:
    """Leave out flows that begin after the as-of day, and ends that lie after it: neither is known on it."""
    flows = {f.id: f for f in scenario.flows if f.start <= as_of or f.dormant}
    if len(flows) == len(scenario.flows) and all(f.end is None or f.end <= as_of for f in scenario.flows):
        return scenario
    known = tuple(
        f.model_copy(
            update={
                "end": f.end if f.end is not None and f.end <= as_of else None,
                "escort": f.escort if f.escort is not None and f.escort.flow in flows else None,
            }
        )
        for f in flows.values()
    )
    return scenario.model_copy(update={"flows": known})


def _holders(scenario: Scenario, theatre: Theatre, parties: Sequence[str]) -> tuple[str, ...]:
    """Actor in control of every site on the as-of day."""
    inside = {s: parties[theatre.holder[i]] for i, s in enumerate(scenario.conflict.theatre)}
    return tuple(inside.get(s.id, s.holder) for s in scenario.sites)


def _of_arm(plan: LeverPlan, arm: str) -> ArmDisruptions:
    """What the levers of an arm do to routes."""
    return ArmDisruptions(dict(plan.closed).get(arm, ()), dict(plan.interdictions).get(arm, ()))


def _drawn_flows(scenario: Scenario, seed: int, n_draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Sizes of flows and shares that rest on escorts, each of shape (n_draws, n_flows)."""
    flows = scenario.flows
    sizes = draw_figures([f.size for f in flows], [f"flows.{f.id}.size" for f in flows], seed, n_draws)
    escorts = [f.escort.share if f.escort else None for f in flows]
    return sizes, draw_figures(escorts, [f"flows.{f.id}.escort" for f in flows], seed, n_draws)
