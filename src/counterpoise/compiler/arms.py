"""Arms: worlds that differ by a lever and share everything else.

    as_reported   the report's events hold (or, without a report, the scenario's own)
    stay          from the as-of day on the withdrawal is not carried out; what is reversible returns by its own speed
    reinforce     instead of leaving, the sender adds
    imposed       the same departure, forced from outside: it carries no news about the client
    never_begun   as if the withdrawal had never begun (on request)
    if_true       as_reported under the name that it has where the report is a mixture (`compiler.mixture`)

Arms part on the day after the as-of day; the past is never rewritten. Each arm has a path that is *done* and the path that
was *observed*, because patrons leave losers: the observed path keeps its news value in every arm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.parameters import ParameterSet
from counterpoise.compiler.patrons import flag_paths, flow_paths, patron_kinds, patron_levels
from counterpoise.dynamics.world import ArmSchedule
from counterpoise.scenario.models import Flow, FlowChange, Interdiction, Scenario

__all__ = [
    "ARM_TITLES",
    "LOOK_BACK",
    "ArmPaths",
    "LeverPlan",
    "ObservedHistory",
    "build_arms",
    "observed_history",
    "schedule",
]

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

ARM_TITLES = {
    "as_reported": ("As reported", "the report's events hold"),
    "stay": ("Stay", "from the as-of day on the withdrawal is not carried out; what is reversible returns"),
    "reinforce": ("Reinforce", "instead of leaving, the patron adds support"),
    "imposed": ("Imposed", "the same departure, forced from outside: it says nothing about the client"),
    "never_begun": ("As if it had never begun", "the withdrawal is taken out of the past as well"),
    "baseline": ("Baseline", "the scenario as it stands"),
}

#: Days of the ledger before the as-of day, so that flags of the last 180 days are known even on a campaign's first day.
LOOK_BACK = 600


@dataclass(frozen=True)
class LeverPlan:
    """Changes of one arm against the status quo.

    Parameters
    ----------
    settled : tuple of FlowChange
        Known changes that hold in every arm.
    shock : tuple of FlowChange
        The change that arms differ by.
    variants : tuple of (name, tuple of FlowChange)
        Further arms by name, each with changes instead of the shock.
    closed : tuple of (name, tuple of (route, days))
        Routes that an arm's levers shut, and after how many days each is open again (None: never).
    interdictions : tuple of (name, tuple of Interdiction)
        What an arm's levers take from what passes.
    campaigns : tuple of str
        Arms whose levers start a campaign.
    """

    settled: tuple[FlowChange, ...]
    shock: tuple[FlowChange, ...] = ()
    variants: tuple[tuple[str, tuple[FlowChange, ...]], ...] = ()
    closed: tuple[tuple[str, tuple[tuple[str, int | None], ...]], ...] = ()
    interdictions: tuple[tuple[str, tuple[Interdiction, ...]], ...] = ()
    campaigns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArmPaths:
    """Flow fractions of an arm as done and as observed, shape (n_flows, LOOK_BACK + 1 + horizon) each."""

    name: str
    do: F64
    observed: F64
    #: Path that the flags WD and RF of what is done are read from: a patron that comes back has not left, and its
    #: return to the status quo is no reinforcement.
    flags: F64
    bonus: tuple[str, ...] = ()


def build_arms(
    scenario: Scenario,
    as_of: dt.date,
    horizon: int,
    plan: LeverPlan,
    wanted: Sequence[str],
    parameters: ParameterSet,
) -> tuple[ArmPaths, ...]:
    """Compute the flow paths of every wanted arm."""
    first = as_of - dt.timedelta(days=LOOK_BACK)
    n_days = LOOK_BACK + 1 + horizon
    tomorrow = as_of + dt.timedelta(days=1)

    def paths(changes: Sequence[FlowChange]) -> F64:
        return flow_paths(scenario.flows, changes, first, n_days, tomorrow)

    status_quo = paths(plan.settled)
    reported = paths((*plan.settled, *plan.shock))
    arms: list[ArmPaths] = []
    variants = dict(plan.variants)
    for name in wanted:
        if name in variants:
            # First, so that an arm made of levers is never taken for the arm of a report that has the same name.
            do = paths((*plan.settled, *variants[name]))
            arms.append(ArmPaths(name, _spliced(reported, do), reported, do))
        elif name in ("as_reported", "if_true", "baseline"):
            arms.append(ArmPaths(name, reported, reported, reported))
        elif name == "stay":
            do = _returning(scenario.flows, reported, status_quo, parameters)
            arms.append(ArmPaths(name, do, reported, status_quo))
        elif name == "reinforce":
            do, senders = _reinforced(scenario.flows, reported, status_quo, plan.shock, parameters)
            arms.append(ArmPaths(name, do, reported, status_quo, senders))
        elif name == "imposed":
            arms.append(ArmPaths(name, reported, _spliced(reported, status_quo), reported))
        elif name == "never_begun":
            arms.append(ArmPaths(name, status_quo, status_quo, status_quo))
        else:
            raise ValueError(f"no arm {name!r}")
    return tuple(arms)


def _spliced(past: F64, future: F64) -> F64:
    """Past up to the as-of day, then another future."""
    out = future.copy()
    out[:, : LOOK_BACK + 1] = past[:, : LOOK_BACK + 1]
    return out


def _returning(flows: Sequence[Flow], reported: F64, status_quo: F64, parameters: ParameterSet) -> F64:
    """From the as-of day on, go back to the status quo at the speed of each kind."""
    out = _spliced(reported, status_quo)
    for i, flow in enumerate(flows):
        gap = status_quo[i, LOOK_BACK] - reported[i, LOOK_BACK]
        if gap == 0.0:
            continue
        days = np.arange(1, out.shape[1] - LOOK_BACK)
        share = np.clip(days / parameters.constant(f"return_days.{flow.kind}"), 0.0, 1.0)
        # A flow that ends by its own date in the meantime does not go below nothing.
        out[i, LOOK_BACK + 1 :] = np.maximum(out[i, LOOK_BACK + 1 :] - gap * (1.0 - share), 0.0)
    return out


def _reinforced(
    flows: Sequence[Flow],
    reported: F64,
    status_quo: F64,
    shock: Sequence[FlowChange],
    parameters: ParameterSet,
) -> tuple[F64, tuple[str, ...]]:
    """Return to the status quo, then grow what the shock would have taken away."""
    out = _returning(flows, reported, status_quo, parameters)
    factor, days = parameters.constant("shock.reinforce_factor"), parameters.constant("shock.reinforce_days")
    share = np.clip(np.arange(1, out.shape[1] - LOOK_BACK) / days, 0.0, 1.0)
    for i, flow in enumerate(flows):
        if any(c.sender == flow.sender and c.recipient == flow.recipient for c in shock):
            out[i, LOOK_BACK + 1 :] *= 1.0 + (factor - 1.0) * share
    return out, tuple(sorted({c.sender for c in shock}))


def _levels(scenario: Scenario, paths: F64, sizes: F64, parameters: ParameterSet) -> I8:
    """Levels of the government's patrons."""
    client = (scenario.conflict.client,)
    return patron_levels(scenario.flows, paths, sizes, scenario.conflict.patrons, client, parameters)


def _kinds(scenario: Scenario, paths: F64, sizes: F64, parameters: ParameterSet) -> I8:
    """Kinds of support of the government's patrons, the same in every draw, shape (n_draws, n_patrons, n_days)."""
    patrons, client = scenario.conflict.patrons, (scenario.conflict.client,)
    kinds = patron_kinds(scenario.flows, paths, patrons, client, parameters)
    return np.ascontiguousarray(np.broadcast_to(kinds, (len(sizes), *kinds.shape)))


def _rebel_level(scenario: Scenario, paths: F64, sizes: F64, parameters: ParameterSet) -> I8:
    """Highest level among the rebels' patrons, shape (n_draws, n_days)."""
    rebels = [o.actor for o in scenario.conflict.opponents if o.role == "rebel"]
    level = patron_levels(scenario.flows, paths, sizes, scenario.conflict.rebel_patrons, rebels, parameters)
    return np.asarray(level.max(axis=1, initial=0), dtype=np.int8)


def schedule(
    scenario: Scenario, arm: ArmPaths, sizes: F64, parameters: ParameterSet, capped_sum: bool
) -> ArmSchedule:
    """Turn an arm's flow paths into patron levels and flags from the as-of day on."""
    remembered = int(parameters.constant("level.flag_days"))
    do = _levels(scenario, arm.do, sizes, parameters)
    observed = _levels(scenario, arm.observed, sizes, parameters)
    flags = _levels(scenario, arm.flags, sizes, parameters)
    late = LOOK_BACK + int(parameters.constant("shock.reinforce_days"))
    for j, patron in enumerate(scenario.conflict.patrons):
        if patron in arm.bonus:
            for table in (do, flags):
                then = table[:, j, late:]
                table[:, j, late:] = np.where(then > 0, np.minimum(then + 1, 3), then)
    withdrawn, reinforced = flag_paths(flags, remembered)
    withdrawn_observed, _ = flag_paths(observed, remembered)
    if arm.bonus:
        # More of the same kind is a reinforcement even where the level, capped at 3, cannot rise.
        reinforced[:, late : late + remembered] = 1
    cut = slice(LOOK_BACK, None)
    return ArmSchedule(
        np.ascontiguousarray(do[:, :, cut]),
        np.ascontiguousarray(observed[:, :, cut]),
        np.ascontiguousarray(withdrawn[:, cut]),
        np.ascontiguousarray(withdrawn_observed[:, cut]),
        np.ascontiguousarray(reinforced[:, cut]),
        np.ascontiguousarray(_rebel_level(scenario, arm.do, sizes, parameters)[:, cut]),
        int(capped_sum),
        _kinds(scenario, arm.do[:, cut], sizes, parameters),
        _kinds(scenario, arm.observed[:, cut], sizes, parameters),
    )


@dataclass(frozen=True)
class ObservedHistory:
    """Patrons as they were observed from the campaign's first day to the as-of day.

    Parameters
    ----------
    level, withdrawn, reinforced, rebel_level, more : ndarray, shape (n_draws, n_days)
        Sg, WD, RF, Sr and the support of further patrons beyond the highest.
    kinds : ndarray of int8, shape (n_draws, n_days)
        Kinds of support that some patron gives, as bits.
    patron_level : ndarray of int8, shape (n_draws, n_patrons, n_days)
    """

    level: F64
    withdrawn: F64
    reinforced: F64
    rebel_level: F64
    more: F64
    kinds: I8
    patron_level: I8


def observed_history(
    scenario: Scenario,
    as_of: dt.date,
    plan: LeverPlan,
    sizes: F64,
    campaign_day: int,
    parameters: ParameterSet,
    capped_sum: bool,
) -> ObservedHistory:
    """Read the patrons off the ledger from the campaign's first day to the as-of day."""
    remembered = int(parameters.constant("level.flag_days"))
    began = min(campaign_day, 0)
    # A campaign may have begun long before the arms' own look back.
    back = max(LOOK_BACK, remembered + 1 - began)
    first, tomorrow = as_of - dt.timedelta(days=back), as_of + dt.timedelta(days=1)
    observed = flow_paths(scenario.flows, (*plan.settled, *plan.shock), first, back + 1, tomorrow)
    level = _levels(scenario, observed, sizes, parameters)
    withdrawn, reinforced = flag_paths(level, remembered)
    top, total = level.max(axis=1, initial=0), level.sum(axis=1)
    rebel = _rebel_level(scenario, observed, sizes, parameters)
    kinds = np.bitwise_or.reduce(_kinds(scenario, observed, sizes, parameters), axis=1)
    cut = slice(back + began, back + 1)

    def days(table: NDArray[np.generic]) -> F64:
        return np.ascontiguousarray(table[:, cut], dtype=float)

    return ObservedHistory(
        level=days(np.minimum(total, 3) if capped_sum else top),
        withdrawn=days(withdrawn),
        reinforced=days(reinforced),
        rebel_level=days(rebel),
        more=days(np.minimum(total - top, 3)),
        kinds=np.ascontiguousarray(kinds[:, cut]),
        patron_level=np.ascontiguousarray(level[:, :, cut]),
    )
