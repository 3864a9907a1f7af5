"""The theatre that every engine runs, declared once: an invented map, patrons with a withdrawal, central parameters.

`make_world` gives it to Counterpoise; `declare` writes the same numbers as plain arrays for the others, with the keys of the
random streams, so that engines that read them must give the same events.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from counterpoise.compiler import compile_world
from counterpoise.dynamics.kernel import MORE, SINGLES, make_keys
from counterpoise.dynamics.parameters import NAMES, Draws
from counterpoise.dynamics.world import NEVER, ArmSchedule, Theatre, World
from counterpoise.ensemble.filtering import filter_world
from counterpoise.scenario import load_scenario

#: What the plain engines do not have, and the value at which it is off.
OFF = {
    "surrender.p": 0.0, "intensity.memory": 0.0, "exit.level": 0.0, "exit.lost_share": 0.0, "exit.momentum": 0.0,
    "exit.p_total": 1.0, "rescue.lost_share": 0.0, "campaign.first_year_burnout": 1.0,
    **{NAMES[j]: 0.0 for j in MORE}, "loss.core": 0.0, "loss.capital_core_lost": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Size of the theatre."""

    n_sites: int = 40
    n_patrons: int = 4
    days: int = 1825
    seed: int = 1


def make_theatre(plan: Plan) -> Theatre:
    """Draw the map: a ring of roads with chords, three parties, a tenth of the sites held by rebels."""
    rng = np.random.default_rng(plan.n_sites)
    n = plan.n_sites
    links = {(i, (i + 1) % n) for i in range(n)}
    links |= {(i, (i + 2 + int(rng.integers(n - 3))) % n) for i in range(0, n, 2)}
    near: list[set[int]] = [set() for _ in range(n)]
    for a, b in links:
        if a != b:
            near[a].add(b)
            near[b].add(a)
    start = np.concatenate([[0], np.cumsum([len(x) for x in near])]).astype(np.int32)
    holder = np.zeros(n, np.int8)
    rebels = np.arange(n - max(2, n // 10), n)
    holder[rebels] = 1 + rebels % 2
    threat = (rng.random((n, 3)) < 0.1).astype(float)
    threat[:, 0] = 0.0
    nothing = np.empty(0, np.int32)
    return Theatre(
        start, np.array([j for x in near for j in sorted(x)], np.int32), np.exp(rng.normal(4.0, 1.0, n)), 0, threat,
        np.array([0, 1, 1], np.int8), np.array([0, 1, 1], np.int8), holder, holder.copy(), np.full(n, NEVER, np.int32),
        nothing, nothing, np.empty(0, np.int8), np.empty(0, np.int8), 0, np.zeros(n, np.int8),
        np.zeros(6),
    )  # fmt: skip


def make_schedule(plan: Plan) -> ArmSchedule:
    """Patrons at levels 3, 2, 1, 1, ...; the first two leave on day 120."""
    days, n = plan.days + 1, plan.n_patrons
    level = np.ones((1, n, days), np.int8)
    level[0, 0], level[0, 1 % n] = 3, 2
    level[0, : min(2, n), 120:] = 0
    withdrawn = np.zeros((1, days), np.int8)
    withdrawn[0, 120:300] = 1
    zero, none = np.zeros((1, days), np.int8), np.zeros_like(level)
    return ArmSchedule(
        level, level.copy(), withdrawn, withdrawn.copy(), zero, zero + np.int8(1), 0, none, none.copy()
    )


@cache
def _base() -> World:
    """Any compiled world, for the parts that a theatre run does not read."""
    return compile_world(
        load_scenario("levant-2024"), dt.date(2024, 12, 6), seed=1, n_draws=1, horizon=30, posterior=None
    )


def make_world(plan: Plan) -> World:
    """Compile the specification for Counterpoise."""
    base = _base()
    values = np.array([[OFF.get(s.name, s.mean) for s in base.draws.specs]])
    return replace(
        base, horizon=plan.days, arms=("theatre",), theatre=make_theatre(plan), schedules=(make_schedule(plan),),
        theatre_sites=tuple(f"site {i}" for i in range(plan.n_sites)), starts_campaign=np.zeros(1, np.int8),
        patrons=tuple(f"patron {j}" for j in range(plan.n_patrons)), draws=Draws(values, base.draws.specs),
    )  # fmt: skip


def declare(world: World, seed: int, members: int) -> dict[str, Any]:
    """Write the specification as plain arrays, with stream keys and what each member knows on the as-of day."""
    t, s = world.theatre, world.schedules[0]
    keys = make_keys(seed, world.theatre_sites, world.patrons)
    anc = filter_world(world, seed).ancestors(seed, 0, members)
    p = dict(zip(NAMES, world.draws.values[0].tolist(), strict=True))
    wrong = [name for name, off in OFF.items() if p[name] != off]
    if wrong:
        raise ValueError(f"the plain engines lack {', '.join(wrong)}")
    return {
        "days": world.horizon, "start": t.start, "near": t.near, "population_k": t.population_k, "capital": t.capital,
        "threat": t.threat, "presses": t.presses, "takes": t.takes, "holder": t.holder, "taken": t.taken,
        "level_do": s.level_do[0], "level_seen": s.level_observed[0], "wd_do": s.withdrawn_do[0],
        "wd_seen": s.withdrawn_observed[0], "rf": s.reinforced_do[0], "sr": s.rebel_level[0], "p": p,
        "key_loss": keys.loss, "key_re": keys.recapture, "key_taker": keys.taker, "key_exit": keys.exit,
        "single": dict(zip(SINGLES, keys.single, strict=True)), "u": anc.u, "v": anc.v, "k": anc.k, "w": anc.w,
    }  # fmt: skip
