"""Registered variants: the same question under other defensible codings, always shown beside the main answer.

How a patron is coded moves the answer more than sampling error does (``docs/model/patrons.md``), so the variants are fixed here,
before any result, and none of them may be dropped because of what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from counterpoise.assessment.mixture import Answers, mix, part_names
from counterpoise.assessment.models import Variant
from counterpoise.compiler import LeverPlan, MappedShock, MixturePart, ParameterSet, compile_world
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.scenario.models import Scenario

__all__ = ["VARIANTS", "run_variants", "variant_parameters"]

#: Members of a variant: its Monte-Carlo error is about one point, less than what variants differ by.
MEMBERS = 2_000
ARMS = ("as_reported", "stay")
VARIANTS = (
    ("main", "main rule: the highest level over patrons; 1,000 ground combat troops for level 3"),
    ("capped_sum", "patron level as the sum over patrons, capped at 3"),
    ("troops_2000", "2,000 ground combat troops for level 3 in place of 1,000"),
    ("causal_none", "nothing of what a patron's leaving goes with is caused by it (causal share 0)"),
    ("causal_all", "all of it is caused by it (causal share 1)"),
    (
        "selected_campaign",
        "the running campaign, too, shifted to the rate of campaigns that were not selected for fame",
    ),
)


def run_variants(
    scenario: Scenario,
    as_of: dt.date,
    plan: LeverPlan,
    mapped: MappedShock,
    parameters: ParameterSet,
    seed: int,
    members: int,
    workers: int,
    answers: Answers,
    parts: Sequence[MixturePart] = (),
) -> list[Variant]:
    """Run every variant in the headline arms, and in the parts of a mixture, for a year.

    Parameters
    ----------
    answers : Answers
        The run itself. Its first members are the variant "main": more members, arms or days change no event log
        (``tests/properties/test_coupling.py``).
    parts : sequence of MixturePart, optional
        Parts of the report's mixture, the whole report first; left out: it is no mixture.
    """
    parts = parts or (MixturePart(1.0, mapped),)
    horizon, few = answers.world.horizon, min(members, MEMBERS)
    shown = tuple(dict.fromkeys((ARMS[0], *part_names(parts), ARMS[1])))
    out = []
    for name, text in VARIANTS:
        if name == "main":
            out.append(_variant(name, text, answers, few, horizon, shown))
            continue
        changed = variant_parameters(name, parameters)
        drawn: list[Futures] = []
        for part in parts:
            world = compile_world(
                scenario, as_of, seed=seed, horizon=min(365, horizon), arms=ARMS[: 1 if drawn else 2],
                plan=part.plan(plan), captures=part.mapped.captures, offensive_reported=bool(part.mapped.offensive),
                capped_sum=name == "capped_sum", parameters=changed,
            )  # fmt: skip
            drawn.append(simulate_world(world, members=few, seed=seed, workers=workers))
        made = mix(drawn[0], parts, [x.arms[ARMS[0]] for x in drawn[1:]])
        out.append(_variant(name, text, made, few, horizon, shown))
    return out


def _variant(
    name: str, text: str, answers: Answers, members: int, horizon: int, arms: Sequence[str]
) -> Variant:
    """Read a variant's answers off its first members."""
    p = {
        h: {a: float(answers.arms[a].ended_by(h)[:members].mean()) for a in arms}
        for h in (30, 365)
        if h <= horizon
    }
    return Variant(id=name, text=text, p_30=p.get(30, {}), p_365=p.get(365, {}))


def variant_parameters(name: str, parameters: ParameterSet) -> ParameterSet:
    """Parameters of a variant."""
    if name == "troops_2000":
        constants = tuple(
            replace(c, value=2000.0) if c.name == "level.troops" else c for c in parameters.constants
        )
        return replace(parameters, constants=constants)
    if name in ("causal_none", "causal_all"):
        share = 0.0 if name == "causal_none" else 1.0
        for one in ("patron.causal_share_level", "patron.causal_share_withdrawn"):
            parameters = parameters.fixed(one, share)
        return parameters
    if name == "selected_campaign":
        shift = next(s.mean for s in parameters.specs if s.name == "campaign.selection")
        return parameters.shifted("loss.intercept", shift).fixed("campaign.selection", 0.0)
    return parameters
