"""An analyst's questions, each answered as plain data: conduits, allies, measures, cities, patrons.

    conduit      how much gets through, what it hangs on, when it is cut, what else could carry it
    ally         what it lives on, how long that lasts, through whose ground it comes
    measure      who gains and who loses, and which flows, threats or sites make the difference
    dependence   on which cities the supply of an actor or bloc hangs
    loss         what would have to be true for an actor not to lose
    patrons      which patron's move matters most

Every answer names the event that it is about, and the horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.allies import armed_allies
from counterpoise.assessment.conduits import check_conduits
from counterpoise.assessment.flips import flip_table
from counterpoise.assessment.models import LedgerRow
from counterpoise.assessment.network import flow_weights
from counterpoise.assessment.pairs import Pair, ally_pairs
from counterpoise.assessment.questions import top_drivers
from counterpoise.assessment.regional import UNITS, actor_values, ledger_rows
from counterpoise.assessment.shared_legs import site_dependence
from counterpoise.assessment.standing import CONDUIT, MEASURES, PATRONS, rests_on
from counterpoise.assessment.statistics import estimate
from counterpoise.assessment.study import EVENT, QUO, Study, gives_up, patrons_of, run_arms
from counterpoise.compiler import LeverPlan, compile_world, settled_changes
from counterpoise.errors import InputError, nearest
from counterpoise.scenario.models import Scenario

__all__ = [
    "explain_ally",
    "explain_conduit",
    "explain_dependence",
    "explain_loss",
    "explain_measure",
    "explain_patrons",
]

F64 = NDArray[np.float64]
#: Horizon of the answers, or the nearer end of what was measured [day].
YEAR = 365


def _head(study: Study, question: str, numbers: Sequence[str]) -> dict[str, Any]:
    """What every answer begins with: the question, the event, how often the regime ends, and what the numbers rest on."""
    day = study.regional[QUO].day[study.regional[QUO].at(YEAR)]
    return {
        "question": question,
        "event": study.event,
        "as_of": study.as_of.isoformat(),
        "members": study.futures.n_members,
        "seed": study.futures.seed,
        "arms": [EVENT, QUO],
        "regime_ends": {
            "within_days": day,
            **{a: float(study.futures.arms[a].ended_by(day).mean()) for a in (EVENT, QUO)},
        },
        "names": {a.id: a.name for a in study.scenario.actors},
        "rests_on": rests_on(study, numbers),
    }


def _flow_text(study: Study, f: int) -> str:
    """A flow in words: sender, recipient, kind, and the modes that tell it from others of its kind."""
    flow = next(x for x in study.scenario.flows if x.id == study.world.flows[f])
    by = f" by {'/'.join(flow.modes)}" if flow.modes else ""
    return f"{study.name(flow.sender)} to {study.name(flow.recipient)}, {flow.kind.replace('_', ' ')}{by}"


def _behind(study: Study, pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Names of the numbers behind the conduits of some pairs: parameters, flows and the legs that they may use."""
    net, world = study.world.network, study.world
    mine = {c for p in pairs for c in p.conduits}
    legs = {int(x) for c in mine for x in net.slot_leg[net.conduit_slot[c] : net.conduit_slot[c + 1]]}
    flows = [f for f in range(len(world.flows)) if int(world.ledger.conduit[f]) in mine]
    return (
        *CONDUIT,
        *(f"routes.{world.legs[i]}.capacity" for i in legs),
        *(f"flows.{world.flows[f]}." for f in flows),
    )


def _known(scenario: Scenario, actor: str) -> str:
    """Refuse an actor that the scenario does not have."""
    known = [a.id for a in scenario.actors]
    if actor not in known:
        raise InputError.at(
            f"actor '{actor}'", f"scenario {scenario.id} has no such actor", f"actors: {', '.join(known)}",
            nearest(actor, known),
        )  # fmt: skip
    return actor


def explain_conduit(study: Study, sender: str, recipient: str) -> dict[str, Any]:
    """Explain the way from a sender to a recipient.

    Raises
    ------
    InputError
        If the scenario has no conduit between them that is in use.
    """
    pair = (_known(study.scenario, sender), _known(study.scenario, recipient))
    names = study.names
    found = check_conduits(study.futures, study.scenario, study.regional, EVENT, names, QUO)
    mine = next((c for c in found if (c.sender, c.recipient) == pair), None)
    if mine is None:
        ways = [f"{c.sender} {c.recipient}" for c in found]
        raise InputError.at(
            f"--conduit {sender} {recipient}", "no support that moves by route runs between them on the as-of day",
            f"conduits: {'; '.join(ways) or 'none'}", nearest(f"{sender} {recipient}", ways),
        )  # fmt: skip
    question = f"what gets through from {study.name(sender)} to {study.name(recipient)}, and what it hangs on"
    routes = {r.id: f"{study.name(r.a)} - {study.name(r.b)} ({r.mode})" for r in study.scenario.routes}
    sites = (*mine.through, *mine.critical_sites, *(d.site for d in mine.dependence))
    legs = (*mine.minimum_cut, *(p.leg for p in mine.prices))
    mine_pair = next(p for p in ally_pairs(study.world, study.scenario) if (p.sender, p.recipient) == pair)
    head = _head(study, question, _behind(study, (mine_pair,)))
    head["names"] |= {s: study.name(s) for s in sites} | {x: routes[x] for x in legs}
    return {**head, "conduit": mine.model_dump(mode="json")}


def explain_ally(study: Study, actor: str) -> dict[str, Any]:
    """Explain what an armed ally lives on and how long it lasts.

    Raises
    ------
    InputError
        If the scenario gives no stock for it.
    """
    _known(study.scenario, actor)
    found = [a for a in armed_allies(study.futures, study.scenario, study.regional) if a.actor == actor]
    if not found:
        known = sorted({s.actor for s in study.scenario.stocks})
        raise InputError.at(
            f"--ally {actor}", "the scenario gives no stock for it", f"actors with stocks: {', '.join(known) or 'none'}",
            nearest(actor, known),
        )  # fmt: skip
    world = study.world
    led = world.ledger
    at = study.regional[EVENT].at(365)
    arrived = {arm: r.arrived[:, at].astype(float).mean(axis=0) for arm, r in study.regional.items()}
    before = study.regional[QUO].arrived[:, 0].astype(float).mean(axis=0)
    width = flow_weights(world, before)
    recipient = world.actors.index(actor)
    flows = [
        {
            "flow": world.flows[f],
            "sender": world.actors[led.sender[f]],
            "kind": world.kinds[led.kind[f]],
            "text": _flow_text(study, int(f)),
            "share_of_living": float(width[f]),
            "by_route": bool(led.conduit[f] >= 0),
            "arrives": {arm: float(x[f] / before[f]) if before[f] > 0 else 0.0 for arm, x in arrived.items()},
        }
        for f in np.argsort(-width, kind="stable")
        if led.recipient[f] == recipient and before[f] > 0
    ]
    question = f"what {study.name(actor)} lives on and how long it lasts"
    numbers = (f"stocks.{actor}.", "stock.", *(f"flows.{f['flow']}." for f in flows))
    head = _head(study, question, numbers)
    return {**head, "stocks": [a.model_dump(mode="json") for a in found], "flows": flows}


def explain_measure(study: Study, measure: str, shown: int = 8) -> dict[str, Any]:
    """Explain who gains and who loses under a measure, and what makes the difference.

    Raises
    ------
    InputError
        If there is no such measure.
    """
    if measure not in UNITS:
        raise InputError.at(
            f"--measure {measure}",
            "no such measure",
            f"measures: {', '.join(UNITS)}",
            nearest(measure, UNITS),
        )
    world = study.world
    rows = ledger_rows(
        study.scenario, world.actors, study.regional, study.futures.draw, EVENT, QUO, measures=(measure,)
    )
    moved = sorted((r for r in rows if not r.bloc), key=lambda r: (-abs(r.contrast), r.actor))[:shown]
    question = f"who gains and who loses by {measure}, and why"
    return {
        **_head(study, question, MEASURES[measure]),
        "measure": measure,
        "unit": UNITS[measure],
        "rows": [r.model_dump(mode="json") for r in rows],
        "reasons": {r.actor: _reasons(study, measure, r) for r in moved if abs(r.contrast) > 0},
    }


def _reasons(study: Study, measure: str, row: LedgerRow) -> dict[str, Any]:
    """Say which parts make an actor's shift, and which numbers move it."""
    a, b = (
        actor_values(study.regional[arm], measure, row.actor, study.world.actors, study.scenario)
        for arm in (EVENT, QUO)
    )
    at = study.regional[EVENT].at(row.contrast_day)
    found = estimate(a[:, at] - b[:, at], study.futures.draw)
    drivers = [d.model_dump(mode="json") for d in top_drivers(found, study.world.draws)]
    parts = _flow_parts(study, row, at) if measure == "influence" else _actor_parts(study, measure, row, at)
    return {"parts": parts, "drivers": drivers}


def _flow_parts(study: Study, row: LedgerRow, at: int) -> list[dict[str, Any]]:
    """Split an influence shift by the sender's flows, under mean weights and equal value of recipients."""
    world = study.world
    led = world.ledger
    n = len({int(r) for f, r in enumerate(led.recipient) if led.dormant[f] == 0})
    weights = {
        arm: flow_weights(world, r.arrived[:, at].astype(float)).mean(axis=0) / n
        for arm, r in study.regional.items()
    }
    sender = world.actors.index(row.actor)
    parts = [
        {
            "flow": world.flows[f],
            "recipient": world.actors[led.recipient[f]],
            "kind": world.kinds[led.kind[f]],
            "text": _flow_text(study, f),
            "difference": float(weights[EVENT][f] - weights[QUO][f]),
        }
        for f in range(len(world.flows))
        if led.sender[f] == sender
    ]
    large = [p for p in parts if abs(float(str(p["difference"]))) > 1e-9]
    return sorted(large, key=lambda p: (-abs(float(str(p["difference"]))), str(p["flow"])))[:8]


def _actor_parts(study: Study, measure: str, row: LedgerRow, at: int) -> list[dict[str, Any]]:
    """Name the other measures of the actor, and of those hostile to it, that move with the shift."""
    world = study.world
    if measure == "threat":
        me = world.actors.index(row.actor)
        strength = {arm: r.measure("strength")[:, at].mean(axis=0) for arm, r in study.regional.items()}
        foes = [i for i in range(len(world.actors)) if world.network.stance[i, me] == 4]
        parts = [
            {"actor": world.actors[i], "strength_difference": float(strength[EVENT][i] - strength[QUO][i])}
            for i in foes
        ]
        return sorted(parts, key=lambda p: -abs(float(str(p["strength_difference"]))))[:6]
    ended = {arm: float(study.futures.arms[arm].ended_by(row.contrast_day).mean()) for arm in (EVENT, QUO)}
    return [{"regime_ended": ended}]


def explain_dependence(study: Study, actor: str) -> dict[str, Any]:
    """Say on which cities the supply to, or from, an actor or the members of a bloc hangs most."""
    _known(study.scenario, actor)
    found = next(a for a in study.scenario.actors if a.id == actor)
    inside = set(found.members) or {actor}
    pairs = ally_pairs(study.world, study.scenario)
    mine = [p for p in pairs if p.recipient in inside and (found.kind != "bloc" or p.sender in inside)]
    mine = mine or [p for p in pairs if p.sender in inside]
    if not mine:
        ways = sorted({p.recipient for p in pairs})
        raise InputError.at(
            f"--dependence {actor}", "nothing that moves by route goes to it or comes from it on the as-of day",
            f"recipients: {', '.join(ways) or 'none'}", nearest(actor, ways),
        )  # fmt: skip
    world = study.world
    joint = Pair(actor, actor, tuple(dict.fromkeys(c for p in mine for c in p.conduits)))
    whole, *each = site_dependence(world, [joint, *mine])
    question = f"on which cities the supply of {study.name(actor)} depends most"
    return {
        **_head(study, question, _behind(study, mine)),
        "actor": actor,
        "weighted_by": "size of what moves on each conduit on the as-of day",
        "cities": [{**d.model_dump(mode="json"), "name": study.name(d.site)} for d in whole],
        "by_conduit": [
            {
                "sender": p.sender,
                "recipient": p.recipient,
                "cities": [{**d.model_dump(mode="json"), "name": study.name(d.site)} for d in rows],
            }
            for p, rows in zip(mine, each, strict=True)
        ],
    }


def explain_loss(study: Study, actor: str, measure: str = "influence", day: int = 365) -> dict[str, Any]:
    """Say what would have to be true for an actor not to lose."""
    _known(study.scenario, actor)
    if measure not in UNITS:
        raise InputError.at(
            f"--measure {measure}",
            "no such measure",
            f"measures: {', '.join(UNITS)}",
            nearest(measure, UNITS),
        )
    head = _head(study, "", MEASURES[measure])
    # An actor that has nothing under a measure can neither lose nor keep it.
    values = [
        actor_values(r, measure, actor, study.world.actors, study.scenario) for r in study.regional.values()
    ]
    if not any(v.any() for v in values):
        raise InputError.at(
            f"--not-lose {actor}", f"it has nothing under the measure {measure}, in any future",
            f"give another one with --measure; measures: {', '.join(UNITS)}",
        )  # fmt: skip
    return {**head, **flip_table(study, actor, measure, day)}


def explain_patrons(
    study: Study, measures: Sequence[str] = ("influence", "threat"), day: int = 365
) -> dict[str, Any]:
    """Say which patron's move matters most: each gives up its side in turn, against the status quo."""
    scenario, base = study.scenario, study.world
    patrons = patrons_of(scenario)
    moves = [(p, gives_up(scenario, p)) for p in patrons]
    moves = [(p, changes) for p, changes in moves if changes]
    arms = (*(f"without {p}" for p, _ in moves), QUO)
    variants = (*((f"without {p}", changes) for p, changes in moves), (QUO, ()))
    plan = LeverPlan(settled_changes(scenario, study.as_of), variants=variants)
    world = compile_world(
        scenario, study.as_of, seed=study.futures.seed, arms=arms, plan=plan, n_draws=base.draws.n
    )
    futures, regional = run_arms(world, study.futures.n_members, study.futures.seed, study.workers)
    at = regional[QUO].at(day)
    rows = []
    for patron, _ in moves:
        arm = f"without {patron}"
        ended = futures.arms[arm].ended_by(day).astype(float) - futures.arms[QUO].ended_by(day)
        end = estimate(ended, futures.draw)
        shifts = {}
        for measure in measures:
            a, b = (r.measure(measure)[:, at] for r in (regional[arm], regional[QUO]))
            most = int(np.argmax(np.abs((a - b).mean(axis=0))))
            one = estimate(a[:, most] - b[:, most], futures.draw)
            shifts[measure] = {
                "moved_in_all": float(0.5 * np.abs(a - b).sum(axis=1).mean()),
                "unit": UNITS[measure],
                "most_moved": world.actors[most],
                "difference": one.mean,
                "interval_90": list(one.interval_90),
            }
        rows.append(
            {
                "patron": patron,
                "name": study.name(patron),
                "side": "government" if patron in scenario.conflict.patrons else "opponents",
                "regime_end": end.mean,
                "regime_end_interval_90": list(end.interval_90),
                "mc_error": end.mc_error,
                "measures": shifts,
            }
        )
    rows.sort(key=lambda r: (-abs(float(str(r["regime_end"]))), str(r["patron"])))
    head = _head(
        replace(study, event="each patron in turn gives up its side"),
        "which patron's move matters most",
        PATRONS,
    )
    # The status quo is the same in every pair of arms; the event of the study is not asked about here.
    del head["regime_ends"][EVENT]
    return {**head, "arms": list(arms), "horizon_days": regional[QUO].day[at], "patrons": rows}
