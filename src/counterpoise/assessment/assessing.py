"""The main job: report in, assessment out.

    report -> Coding -> scenario chosen -> levers mapped -> World -> futures of paired arms -> questions, contrasts, conduits,
    ledger, claims -> Assessment

One function owns the order; each step lives in a module of its own.
"""

from __future__ import annotations

import datetime as dt
import importlib
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from counterpoise._version import __version__
from counterpoise.assessment.aftermath import aftermath_rows
from counterpoise.assessment.allies import armed_allies
from counterpoise.assessment.claims import ClaimDesk, check_claims
from counterpoise.assessment.conduits import check_conduits
from counterpoise.assessment.context import (
    limits,
    log_info,
    register,
    shocks,
    sources,
    state,
    timeline,
    unmapped,
)
from counterpoise.assessment.loading import load_report
from counterpoise.assessment.maximum_flows import legs_on_map
from counterpoise.assessment.mixture import (
    WITHOUT,
    mix,
    mixed_arms,
    mixture_limits,
    part_names,
    part_titles,
)
from counterpoise.assessment.models import Arm, Assessment, MixedArm, ReportInfo, ScenarioInfo
from counterpoise.assessment.network import support_edges
from counterpoise.assessment.pairs import ally_pairs
from counterpoise.assessment.questions import curves, places, regime_contrasts, regime_questions
from counterpoise.assessment.regional import ledger_rows, reversals
from counterpoise.assessment.simulating import (
    DEFAULT_MEMBERS,
    DEFAULT_SEED,
    Progress,
    as_scenario,
    check_horizon,
    check_workers,
    lever_plan,
)
from counterpoise.assessment.variants import run_variants
from counterpoise.assessment.words import Scheme
from counterpoise.compiler import (
    ARM_TITLES,
    KnownState,
    LeverPlan,
    MappedShock,
    MixturePart,
    Resolver,
    apply_evidence,
    check_as_of,
    compile_world,
    load_parameters,
    map_shock,
    match_scenario,
    mixture_parts,
    settled_changes,
)
from counterpoise.ensemble import MEASURED, Futures, Regional, measure_regional, simulate_world
from counterpoise.errors import InputError, NothingToAssess
from counterpoise.reports import Coding, EvidenceLog
from counterpoise.scenario import bundled_scenarios, load_scenario
from counterpoise.scenario.models import Scenario

__all__ = ["ARMS", "assess", "choose_scenario", "day_of_assessment", "load_report"]

ARMS = ("as_reported", "stay", "reinforce", "imposed")
FIRST, SECOND = ARMS[:2]
#: With how many members the region is measured in the first three arms; the others answer the regime's questions only.
MEASURED_IN = (MEASURED, MEASURED, MEASURED // 4)
#: An arm of the reader's own: what the report says, and levers that the reader pulls.
WITH_LEVERS = "with_levers"


#: Characters of a report that an assessment carries along.
REPORT_CHARS = 200_000


def assess(
    report: Coding | str | Path,
    *,
    scenario: Scenario | str | Path | None = None,
    as_of: dt.date | None = None,
    members: int = DEFAULT_MEMBERS,
    horizon: int | None = None,
    seed: int = DEFAULT_SEED,
    wording: Scheme = "icd203",
    never_begun: bool = False,
    workers: int | None = None,
    overrides: Sequence[str] = (),
    evidence: EvidenceLog | None = None,
    levers: Sequence[str] = (),
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: str | Path | None = None,
    keep: Callable[[Futures], None] | None = None,
) -> Assessment:
    """Assess what a report means for the regional system.

    Parameters
    ----------
    report : Coding, str or Path
        A report that was read, or the path of one.
    scenario : Scenario, str or Path, optional
        Left out: the bundled scenario whose actors and places match best.
    as_of : date, optional
        Left out: the report's date, else the scenario's default. The model sees nothing dated later.
    never_begun : bool
        Add the arm "as if it had never begun".
    evidence : EvidenceLog, optional
        What several reports said before: what two independent sources assert by the as-of day enters the state.
    scheduler : str, optional
        Where futures are drawn: ``threads``, ``processes`` or the address of a Dask scheduler; changes no result.
    store : str or Path, optional
        Folder in which the futures are kept; a run that was broken off goes on there. Left out: large runs are kept in
        files that go when it ends.
    levers : sequence of str
        Levers of the scenario; with any, an arm "as reported, with levers" is added and held against the report's.
    keep : callable, optional
        Called with the futures of all arms, for those who want more than the assessment says.

    Raises
    ------
    InputError
        For bad input, a report dated after the as-of day, or an as-of day outside the scenario's range.
    NothingToAssess
        If the report holds nothing that the scenario can assess.
    """
    tell = progress or (lambda *_: None)
    tell("read", 0, 1)
    coding = report if isinstance(report, Coding) else load_report(report)
    found, why = choose_scenario(coding, scenario, overrides)
    check_horizon(found, horizon)
    workers = check_workers(workers)
    day, undated = day_of_assessment(coding, found, as_of)
    check_as_of(found, day)
    parameters = load_parameters(found, day)
    known = apply_evidence(found, evidence, day, parameters) if evidence is not None else KnownState(found)
    found = known.scenario
    resolver = Resolver(found, coding)
    mapped = map_shock(coding, found, day, resolver, parameters)
    _need_something(mapped, coding, found)
    plan = LeverPlan(settled_changes(found, day, mapped.merged), tuple(x.change for x in mapped.levers))
    parts = mixture_parts(mapped, found, day)
    of_parts = part_names(parts)
    # The arm in which all of the report holds: where the report is sure of it, that is what it reports.
    first = of_parts[0]
    arms = (first, *ARMS[1:], "never_begun") if never_begun else (first, *ARMS[1:])
    if levers:
        arms, plan = (*arms, WITH_LEVERS), _with_levers(plan, found, day, levers)

    def simulate(part: MixturePart, arms: Sequence[str], **options: Any) -> Futures:
        world = compile_world(
            found, day, seed=seed, horizon=horizon, arms=arms, plan=part.plan(plan), captures=part.mapped.captures,
            offensive_reported=bool(part.mapped.offensive), parameters=parameters,
        )  # fmt: skip
        return simulate_world(
            world, members=members, seed=seed, workers=workers, scheduler=scheduler, **options
        )

    _compiling(tell)
    futures = simulate(parts[0], arms, progress=tell, store=store)
    if keep is not None:
        keep(futures)
    world = futures.world
    answers = mix(futures, parts, [simulate(part, (FIRST,)).arms[FIRST] for part in parts[1:]])
    regional: dict[str, Regional] = {}
    for i, (arm, n_measured) in enumerate(zip(arms, MEASURED_IN, strict=False)):
        tell("measure the region", i, len(MEASURED_IN))
        regional[arm] = measure_regional(futures, arm, n_members=n_measured, workers=workers)
    # The variants are futures, too, drawn without the interpreter's lock: beside the answers, which hold it.
    aside = ThreadPoolExecutor(1)
    variants = aside.submit(
        run_variants, found, day, plan, mapped, parameters, seed, members, workers, answers, parts
    )
    aside.shutdown(wait=False)
    tell("answer", 0, 1)
    titles = ARM_TITLES | part_titles(of_parts)
    names = _names(found, titles)
    titles[WITH_LEVERS] = ("As reported, with levers", _said(found, levers))
    desk = ClaimDesk(found, futures, regional, resolver, mapped, first, SECOND, names)
    rows = ledger_rows(found, world.actors, regional, futures.draw, first, SECOND)
    pairs = [(first, SECOND), ("reinforce", SECOND), ("imposed", SECOND), (first, "imposed")]
    if len(parts) > 1:
        pairs.append((FIRST, WITHOUT))
    if never_begun:
        pairs.append((first, "never_begun"))
    if levers:
        pairs.append((WITH_LEVERS, first))
    shown = tuple(dict.fromkeys((FIRST, *of_parts, *arms)))
    return Assessment(
        program=__version__,
        seed=seed,
        members=members,
        as_of=day,
        horizon_days=world.horizon,
        wording=wording,
        client=found.conflict.client,
        client_name=names[found.conflict.client],
        names=names,
        scenario=ScenarioInfo(name=found.id, title=found.title, sha256=found.sha256, chosen_because=why),
        report=_report_info(coding, undated),
        statements=_statements(coding),
        shock=shocks(mapped),
        unmapped=unmapped(mapped),
        state=state(found, world, day, mapped, names),
        arms=_arms(shown, titles, mixed_arms(parts), members, world.draws.n),
        questions=tuple(regime_questions(answers, found, day, shown, wording)),
        curves=tuple(curves(answers, shown)),
        contrasts=tuple(regime_contrasts(answers, found.conflict.client, pairs)),
        places=tuple(places(futures, found, first)),
        legs=tuple(legs_on_map(world, found, ally_pairs(world, found))),
        conduits=tuple(check_conduits(futures, found, regional, first, names)),
        ledger=tuple(rows),
        reversals=tuple(reversals(rows)),
        allies=tuple(armed_allies(futures, found, regional)),
        support=tuple(support_edges(futures, regional, SECOND)),
        aftermath=tuple(aftermath_rows(day)),
        claims=tuple(check_claims(desk, coding)),
        timeline=timeline(found, day, mapped, coding, names),
        variants=tuple(variants.result()),
        parameters=register(parameters, found, world),
        sources=sources(found, day, parameters),
        limits=(*limits(found, coding, day, undated, futures, members, parameters), *mixture_limits(parts)),
        evidence=log_info(evidence, known, names) if evidence is not None else None,
    )


def _compiling(tell: Progress) -> None:
    """Say that the world is compiled, and import aside what the conduits' programme needs: half a second.

    The futures that come next are drawn without the interpreter's lock.
    """
    tell("compile", 0, 1)
    threading.Thread(target=importlib.import_module, args=("scipy.optimize",), daemon=True).start()


def choose_scenario(
    coding: Coding, scenario: Scenario | str | Path | None, overrides: Sequence[str] = ()
) -> tuple[Scenario, str]:
    """Return the scenario to use and why.

    Raises
    ------
    NothingToAssess
        If no bundled scenario fits the report.
    """
    if scenario is not None:
        return as_scenario(scenario, overrides), "named by the user"
    best = None
    for candidate in bundled_scenarios():
        match = match_scenario(candidate, coding)
        if match.enough and (best is None or match.score > best[1].score):
            best = (candidate, match)
    if best is None:
        raise NothingToAssess(
            "No bundled scenario fits this report: none has its client government and another of its actors named.",
            _found(coding),
        )
    chosen, match = best
    if overrides:
        chosen = load_scenario(chosen.id, overrides)
    why = f"{len(match.actors)} of its actors and {len(match.sites)} of its places are named, its client among them"
    return chosen, why


def day_of_assessment(coding: Coding, scenario: Scenario, as_of: dt.date | None) -> tuple[dt.date, bool]:
    """Return the as-of day, and whether the report is undated.

    Raises
    ------
    InputError
        If the report is dated after the as-of day.
    """
    published = coding.document.published
    if as_of is None:
        return published or scenario.as_of, published is None
    if published is not None and published > as_of:
        raise InputError.at(
            coding.document.name,
            f"the report is dated {published}, after the as-of day {as_of}",
            f"choose an as-of day from {published} on, or an earlier report",
        )
    return as_of, published is None


def _need_something(mapped: MappedShock, coding: Coding, scenario: Scenario) -> None:
    """Refuse a report from which nothing reaches the model."""
    if mapped.empty:
        reasons = tuple(f"{s.quote!r}: {s.reason}" for s in mapped.skipped[:5])
        raise NothingToAssess(
            f"The report tells of no withdrawal, reinforcement or offensive that scenario {scenario.id} can assess.",
            (*_found(coding), *reasons),
        )


def _found(coding: Coding) -> tuple[str, ...]:
    """Say what was found, for a report that is not enough."""
    actors = ", ".join(e.name for e in coding.entities[:12]) or "no actors"
    counts = f"{len(coding.events)} events, {len(coding.relations)} relations, {len(coding.claims)} claims"
    return f"actors: {actors}", counts


def _names(scenario: Scenario, titles: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Id -> display name of actors, sites, routes and arms."""
    names = {a.id: a.name for a in scenario.actors}
    names |= {s.id: s.name for s in scenario.sites if s.id not in names}
    legs = {r.id: f"{names[r.a]} - {names[r.b]} ({r.mode})" for r in scenario.routes}
    return names | legs | {k: v[0] for k, v in titles.items()}


def _report_info(coding: Coding, undated: bool) -> ReportInfo:
    """Describe the report."""
    return ReportInfo(
        sha256=coding.document.sha256,
        source=coding.source.publisher,
        published=coding.document.published,
        reliability=coding.source.reliability,
        undated=undated,
        text=coding.document.text[:REPORT_CHARS],
    )


def _statements(coding: Coding) -> dict[str, tuple[dict[str, object], ...]]:
    """Return what was read, as data."""
    data = coding.to_dict()
    return {key: tuple(data[key]) for key in ("entities", "events", "relations", "claims")}


def _with_levers(plan: LeverPlan, scenario: Scenario, day: dt.date, levers: Sequence[str]) -> LeverPlan:
    """Add the arm in which levers are pulled on top of what the report says."""
    own = lever_plan(scenario, day, {WITH_LEVERS: levers})
    changes = (*plan.shock, *dict(own.variants)[WITH_LEVERS])
    return replace(
        plan,
        variants=((WITH_LEVERS, changes),),
        closed=own.closed,
        interdictions=own.interdictions,
        campaigns=own.campaigns,
    )


def _said(scenario: Scenario, levers: Sequence[str]) -> str:
    """Say which levers are pulled."""
    titles = {x.id: x.title for x in scenario.levers}
    return "as reported, and: " + "; ".join(titles[x] for x in levers) if levers else ""


def _arms(
    arms: Sequence[str],
    titles: Mapping[str, tuple[str, str]],
    mixture: tuple[MixedArm, ...],
    members: int,
    draws: int,
) -> tuple[Arm, ...]:
    """Describe the arms."""
    return tuple(
        Arm(
            name=a,
            title=titles[a][0],
            description=titles[a][1],
            members=members,
            draws=draws,
            headline=a in (FIRST, "if_true", SECOND),
            mixture=mixture if a == FIRST else (),
        )
        for a in arms
    )
