"""The report's claims, each held against the model.

A claim becomes a question: which measure, of whom, in which direction, by when. The answer is the share of parameter draws whose
expected contrast (as reported minus stay) goes that way by more than what counts as a change in the regional ledger (`threshold`;
1 % of what a conduit carries). Verdicts:

    supported       P(direction) >= .8          contradicted    P(opposite) >= .8
    undetermined    neither                     by_construction follows from a definition or from the lever itself
    not_modelled    no measure of the model answers it

``stated`` compares the wording's probability interval with the model's: as, more or less strongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import ClaimCheck, Evidence
from counterpoise.assessment.pairs import INDEX_UNIT, Pair, pair_index
from counterpoise.assessment.regional import UNITS, actor_values, half_life, largest_level, tolerance
from counterpoise.assessment.statistics import Estimate, estimate
from counterpoise.compiler import MappedShock, Resolver
from counterpoise.ensemble import Futures, Regional
from counterpoise.reports import Claim, Coding, Query
from counterpoise.scenario.models import Scenario

__all__ = ["DECIDED", "ClaimDesk", "check_claims"]

F64 = NDArray[np.float64]
Verdict = Literal["supported", "contradicted", "undetermined", "by_construction", "not_modelled"]
#: Probability from which a verdict is given.
DECIDED = 0.8
#: Horizon of a claim that names none [day].
DEFAULT_HORIZON = 365
#: A change of the balance of power: at least this share of all influence changes hands.
BALANCE_SHARE = 0.05

#: Measure of a claim -> (measure of the ledger, sign of "more is better", what the verdict rests on).
LEDGER_MEASURES = {
    "influence": (
        "influence",
        1,
        "shares of what arrives, kind by kind; weights of kinds and own resources are assumed",
    ),
    "bloc_strength": (
        "strength",
        1,
        "armed strengths, stocks and strikes; levels, use and dependence of stocks and rates of strikes are assumed",
    ),
    "operational_space": (
        "space",
        1,
        "people, roads and railways within reach without crossing hostile-held sites; who holds what comes from the theatre",
    ),
    "threat_exposure": ("threat", 1, "strength of hostile actors by distance; the distance scale is assumed"),
    "position": (
        "threat",
        -1,
        "position read as less threat exposure; influence is shown beside in the ledger",
    ),
}


@dataclass(frozen=True)
class _Answer:
    """What the model says to a claim: positive is the claimed direction."""

    found: Estimate
    least: float
    unit: str
    rests_on: str
    by_construction: bool = False
    change: Estimate | None = None
    half_life: str | None = None


@dataclass(frozen=True)
class ClaimDesk:
    """What the claims are checked against."""

    scenario: Scenario
    futures: Futures
    regional: Mapping[str, Regional]
    resolver: Resolver
    shock: MappedShock
    first: str
    second: str
    names: Mapping[str, str]

    def answer(self, claim: Claim) -> _Answer | str:
        """Answer a claim, or say why not."""
        query = claim.model_query
        if query is None:
            return claim.no_query_reason or "the text gives no direction to test"
        raw = (query.target,) if isinstance(query.target, str) else query.target
        targets = self.resolver.all(raw)
        horizon = query.horizon_days or DEFAULT_HORIZON
        if query.measure == "balance_of_power":
            return self._balance(horizon)
        if not targets:
            return f"the scenario has no actor for {', '.join(raw)}"
        if query.measure == "regime_stability":
            return self._regime(query.expect, horizon)
        if query.measure in ("support_flow", "involvement"):
            return self._flows(targets, query.expect)
        if query.measure == "conduit_capacity":
            return self._conduit(targets, query.expect, horizon)
        return self._ledger(query.measure, targets, query.expect, horizon)

    def _draw(self, n: int) -> NDArray[np.int32]:
        return self.futures.draw[:n]

    def _ledger(self, measure: str, targets: Sequence[str], expect: str, horizon: int) -> _Answer | str:
        """Contrast of a ledger measure, summed over targets relative to today's values."""
        name, good, rests = LEDGER_MEASURES[measure]
        a, b = (
            np.sum(
                [
                    actor_values(self.regional[arm], name, t, self.futures.world.actors, self.scenario)
                    for t in targets
                ],
                axis=0,
            )
            for arm in (self.first, self.second)
        )
        if not a.any() and not b.any():
            return (
                "the measure is zero for this actor throughout: the scenario gives nothing to compute it from"
            )
        grid = self.regional[self.first].day
        at = max(i for i, d in enumerate(grid) if d <= horizon)
        now = float(a[:, 0].mean())
        x = (a[:, at] - b[:, at]) * good * _sign(expect)
        if expect in ("low", "high"):
            return "a level, not a change: the model measures changes"
        over_time = (a[:, at] - a[:, 0]) * good * _sign(expect)
        draw = self._draw(len(x))
        found = estimate(x, draw)
        lasts = half_life(grid, (a - b).mean(axis=0), max(2 * found.mc_error, 1e-12))[1]
        least = tolerance(now, largest_level(self.regional[self.first], name))
        return _Answer(found, least, UNITS[name], rests, change=estimate(over_time, draw), half_life=lasts)

    def _balance(self, horizon: int) -> _Answer:
        """Share of all influence that changes hands."""
        a, b = (self.regional[arm].measure("influence") for arm in (self.first, self.second))
        grid = self.regional[self.first].day
        at = max(i for i, d in enumerate(grid) if d <= horizon)
        share, other, today = (
            x / np.maximum(x.sum(axis=1, keepdims=True), 1e-12) for x in (a[:, at], b[:, at], a[:, 0])
        )
        moved = 0.5 * np.abs(share - other).sum(axis=1)
        over_time = 0.5 * np.abs(share - today).sum(axis=1)
        draw = self._draw(len(moved))
        return _Answer(
            estimate(moved, draw),
            BALANCE_SHARE,
            "share of all influence that changes hands",
            f"influence over what arrives; a change counts from {BALANCE_SHARE:.0%} of all influence on (assumed)",
            change=estimate(over_time, draw),
        )

    def _regime(self, expect: str, horizon: int) -> _Answer:
        """Stability of the regime: its survival, as reported against stay; a level against even odds."""
        ended = self.futures.arms[self.first].ended_by(horizon)
        if expect in ("low", "high"):
            x = ended - 0.5 if expect == "low" else 0.5 - ended
            rests = "probability that the regime ends within the horizon, against even odds"
            return _Answer(estimate(x, self.futures.draw), 0.0, "probability", rests)
        other = self.futures.arms[self.second].ended_by(horizon)
        x = (other.astype(float) - ended) * _sign(expect)
        rests = (
            "hazards of the theatre (their standing is in the register), and the causal share of withdrawal"
        )
        return _Answer(estimate(x, self.futures.draw), 0.005, "probability of survival", rests)

    def _flows(self, targets: Sequence[str], expect: str) -> _Answer | str:
        """Support or involvement: follows from the lever itself where the lever is about it."""
        world = self.futures.world
        sent = [s.change.sender for s in self.shock.levers]
        received = [s.change.recipient for s in self.shock.levers]
        sender = next((t for t in targets if t in sent), None)
        if sender is None:
            return "no lever of this run changes the support that the claim is about"
        flow = [
            f for f in range(len(world.flows))
            if world.actors[world.ledger.sender[f]] == sender
            and world.actors[world.ledger.recipient[f]] in (targets if len(targets) > 1 else received)
        ]  # fmt: skip
        if not flow:
            return "the support ledger has no such flow"
        # Units differ by kind: each flow counts as the fraction of itself that is left.
        day = min(90, world.horizon)
        left = (
            world.flow_fraction[world.arm(self.first)][flow, day]
            - world.flow_fraction[world.arm(self.second)][flow, day]
        )
        x = np.full(self.futures.n_members, float(left.mean()) * _sign(expect))
        return _Answer(
            estimate(x, self.futures.draw), 0.01, "mean fraction of the committed flows",
            "the lever that the report itself sets", by_construction=True,
        )  # fmt: skip

    def _conduit(self, targets: Sequence[str], expect: str, horizon: int) -> _Answer | str:
        """Effective capacity of the conduits between the targets."""
        world = self.futures.world
        chosen = [
            c for c in range(len(world.conduits))
            if world.actors[world.network.conduit_recipient[c]] in targets
            and (len(targets) == 1 or world.actors[world.network.conduit_sender[c]] in targets)
        ]  # fmt: skip
        if not chosen:
            return "the scenario has no conduit to this actor"
        grid = self.regional[self.first].day
        at = max(i for i, d in enumerate(grid) if d <= horizon)
        sender, recipient = (
            world.network.conduit_sender[chosen[0]],
            world.network.conduit_recipient[chosen[0]],
        )
        pair = Pair(world.actors[sender], world.actors[recipient], tuple(chosen))
        a, b = (
            pair_index(pair, world, self.regional[arm], self.futures.draw)
            for arm in (self.first, self.second)
        )
        x = (a[:, at] - b[:, at]) * _sign(expect)
        draw = self._draw(len(x))
        return _Answer(
            estimate(x, draw), tolerance(float(a[:, 0].mean()), 0.0), INDEX_UNIT,
            "what the ways of the conduit carry; capacities, leaks, repair and the escort share are assumed",
            change=estimate((a[:, at] - a[:, 0]) * _sign(expect), draw),
        )  # fmt: skip


def _sign(expect: str) -> float:
    """Sign of the claimed direction; a claim of mere change, or of none, counts either way in `_sides`."""
    return -1.0 if expect in ("-", "low") else 1.0


def check_claims(desk: ClaimDesk, coding: Coding) -> list[ClaimCheck]:
    """Check every usable claim of a report."""
    return [_check(desk, claim) for claim in coding.claims if claim.usable]


def _check(desk: ClaimDesk, claim: Claim) -> ClaimCheck:
    """Check one claim."""
    answer = desk.answer(claim)
    query = claim.model_query
    targets: tuple[str, ...] = ()
    if query is not None:
        raw = (query.target,) if isinstance(query.target, str) else query.target
        targets = desk.resolver.all(raw) or tuple(raw)
    span = claim.evidence
    shared = {
        "id": claim.id,
        "text_span": Evidence(start=span.start, end=span.end, quote=span.quote),
        "text": _say(claim, desk.names, targets),
        "hedge_interval": claim.hedge.p,
        "hedge": claim.hedge.strength,
        "measure": query.measure if query else None,
        "target": targets,
        "expect": query.expect if query else None,
        "horizon_days": (query.horizon_days or DEFAULT_HORIZON) if query else None,
    }
    if isinstance(answer, str):
        return ClaimCheck(
            **shared, model_p=None, p_opposite=None, contrast=None, interval_90=None, unit=None,
            verdict="not_modelled", stated=None, rests_on=answer,
        )  # fmt: skip
    p, opposite = _sides(answer, answer.found, query)
    verdict: Verdict = "undetermined"
    if answer.by_construction:
        verdict = "by_construction"
    elif p >= DECIDED:
        verdict = "supported"
    elif opposite >= DECIDED:
        verdict = "contradicted"
    stated = None if answer.by_construction else _compare(claim.hedge.p, p)
    sign = _shown_sign(query)
    low, high = sorted(sign * v for v in answer.found.interval_90)
    change, p_change = None, None
    if answer.change is not None:
        change, p_change = sign * answer.change.mean, _sides(answer, answer.change, query)[0]
    return ClaimCheck(
        **shared, model_p=p, p_opposite=opposite, contrast=sign * answer.found.mean, interval_90=(low, high),
        unit=answer.unit, verdict=verdict, stated=stated, rests_on=answer.rests_on, change=change, p_change=p_change,
        threshold=answer.least, half_life=answer.half_life,
    )  # fmt: skip


def _sides(answer: _Answer, found: Estimate, query: Query | None) -> tuple[float, float]:
    """P(as claimed) and P(the opposite), over parameter draws.

    The opposite of a direction is the other direction; of "it changes", that it does not, and the other way round. The balance
    of power has no direction: its answer is a size already.
    """
    up, down = found.p_above(answer.least), found.p_below(-answer.least)
    expect = query.expect if query is not None and query.measure != "balance_of_power" else "+"
    if expect == "nonzero":
        return up + down, 1.0 - (up + down)
    return (1.0 - (up + down), up + down) if expect == "0" else (up, down)


def _shown_sign(query: Query | None) -> float:
    """Sign that turns "positive is as claimed" back into the measure's own direction.

    A claim on position is answered, and shown, in threat exposure, of which less is better.
    """
    if query is None:
        return 1.0
    return _sign(query.expect) * (-1.0 if query.measure == "position" else 1.0)


def _compare(hedge: tuple[float, float] | None, p: float) -> Literal["as", "more", "less"] | None:
    """Compare the wording's interval with the model's probability."""
    if hedge is None:
        return None
    if p < hedge[0]:
        return "more"
    return "less" if p > hedge[1] else "as"


def _say(claim: Claim, names: Mapping[str, str], targets: Sequence[str]) -> str:
    """Say a claim in the model's words."""
    who = ", ".join(names.get(t, t) for t in targets) or "the region"
    what = claim.object.attribute.replace("_", " ")
    how = {
        "increase": "rises", "decrease": "falls", "change": "changes", "enable": "becomes possible",
        "prevent": "is prevented", "none": "does not change", "high": "is high", "low": "is low", "unknown": "is left open",
    }[claim.direction]  # fmt: skip
    horizon = f" ({claim.horizon})" if claim.horizon else ""
    return f"{who}: {what} {how}{horizon}"
