"""What stands around the answers: shock, state, timeline, register, sources, limits."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from types import ModuleType
from typing import Any

import pytest

from counterpoise.assessment import Assessment
from counterpoise.assessment import context as c
from counterpoise.assessment.track_record import track_record
from counterpoise.brief.linter import lint_brief
from counterpoise.compiler import MappedShock, ParameterSet, compile_world, load_parameters
from counterpoise.scenario.models import DatedEvent, Scenario

DAY = dt.date(2020, 2, 1)


@pytest.fixture(scope="module")
def parameters(region: Scenario) -> ParameterSet:
    return load_parameters(region, DAY)


def names_of(scenario: Scenario) -> dict[str, str]:
    return {x.id: x.name for x in (*scenario.actors, *scenario.sites)}


def test_the_register_counts_what_it_lists(run: Any, parameters: ParameterSet) -> None:
    found = c.register(parameters, run.scenario, run.futures.world)
    counted = Counter(r.standing for r in found.register_)
    assert {k: getattr(found, k) for k in counted} == counted
    assert found.fitted + found.literature + found.elicited + found.assumed == len(found.register_)
    names = [r.name for r in found.register_]
    assert len(set(names)) == len(names)


def test_every_number_of_the_scenario_is_in_the_register(run: Any, parameters: ParameterSet) -> None:
    rows = {r.name: r for r in c.register(parameters, run.scenario, run.futures.world).register_}
    for flow in run.scenario.flows:
        row = rows[f"flows.{flow.id}.size"]
        assert (row.mean, row.unit, row.source) == (flow.size.value, flow.size.unit, flow.size.source)
    assert rows["flows.f-bb-ally.escort"].mean == 0.3
    assert rows["stocks.ALLY.weapons.reserve"].low == 15
    assert rows["routes.r-bcap-east.capacity"].low == rows["routes.r-bcap-east.capacity"].high == 100
    assert {f"actors.{a.id}.strength" for a in run.scenario.actors if a.strength} <= set(rows)
    assert {s.name for s in parameters.specs} | {k.name for k in parameters.constants} <= set(rows)
    assert all(r.low <= r.high for r in rows.values())


def test_sources_of_what_is_used(region: Scenario, parameters: ParameterSet) -> None:
    found = {s.id for s in c.sources(region, DAY, parameters)}
    assert {"inv", "wire"} <= found
    register = {s.id for s in c.sources(region, DAY, parameters)}
    assert {str(s["id"]) for s in parameters.sources} <= register


def test_sources_of_events_not_yet_known_are_left_out(region: Scenario, parameters: ParameterSet) -> None:
    before = {s.id for s in c.sources(region, dt.date(2020, 1, 9), parameters)}
    assert "wire" not in before
    assert "inv" in before
    # Known from its last possible day on, not from its first.
    assert "wire" in {s.id for s in c.sources(region, dt.date(2020, 1, 10), parameters)}


def test_the_shock_carries_lever_and_evidence(run: Any, made: ModuleType) -> None:
    (found,) = c.shocks(run.mapped)
    assert (found.sender, found.recipient, found.kinds, found.to) == ("XBB", "XAA", ("advisers",), 0.4)
    assert (found.start, found.days, found.merged_with) == (dt.date(2020, 1, 28), 10, "e-out")
    (span,) = found.evidence
    assert made.TEXT[span.start : span.end] == span.quote


def test_what_did_not_reach_the_model_is_listed(region: Scenario, made: ModuleType) -> None:
    from counterpoise.compiler import Resolver, map_shock

    coding = made.coding((made.event(realis="negated"),))
    mapped = map_shock(coding, region, DAY, Resolver(region, coding), load_parameters(region, DAY))
    (found,) = c.unmapped(mapped)
    assert (found.statement, found.reason) == ("E1", "the text denies it")


def test_the_timeline_ends_on_the_as_of_day(region: Scenario, made: ModuleType) -> None:
    for day, n in ((dt.date(2020, 1, 9), 0), (dt.date(2020, 1, 22), 2), (dt.date(2020, 1, 23), 3), (DAY, 4)):
        rows = c.timeline(region, day, MappedShock(), made.coding(), names_of(region))
        assert len(rows) == n
        assert all(r.date_latest <= day for r in rows)
        assert [r.date for r in rows] == sorted(r.date for r in rows)


def test_a_capture_is_said_in_a_sentence(region: Scenario, made: ModuleType) -> None:
    rows = c.timeline(region, DAY, MappedShock(), made.coding(), names_of(region))
    assert "Northern Front takes Oasis from Government of Alfania" in [r.text for r in rows]
    assert all(r.origin == "observed" for r in rows)


def test_statements_are_no_events_of_the_timeline(region: Scenario, made: ModuleType) -> None:
    said = DatedEvent(id="s", kind="statement", date=DAY, actor="XBB", detail="No.", sources=("wire",))
    talked = region.model_copy(update={"events": (*region.events, said)})
    rows = [c.timeline(s, DAY, MappedShock(), made.coding(), names_of(s)) for s in (region, talked)]
    assert rows[0] == rows[1]


def test_a_reported_event_is_listed_unless_the_scenario_has_it(run: Any, made: ModuleType) -> None:
    names = names_of(run.scenario)
    merged = c.timeline(run.scenario, DAY, run.mapped, run.coding, names)
    assert [r for r in merged if r.origin == "reported"] == []
    (lever,) = run.mapped.levers
    alone = dataclasses.replace(run.mapped, levers=(dataclasses.replace(lever, merged_with=None),))
    (row,) = [r for r in c.timeline(run.scenario, DAY, alone, run.coding, names) if r.origin == "reported"]
    assert (row.kind, row.date, row.source, row.confidence) == ("withdrawal", DAY, ("report",), "low")


def test_the_state_counts_who_holds_what(run: Any) -> None:
    lines = c.state(run.scenario, run.futures.world, DAY, run.mapped, names_of(run.scenario))
    assert lines[0].startswith(
        "Of 10 sites of the theatre on 1 February 2020: Government of Alfania 6, Northern Front 3"
    )
    assert "Southern Councils 1" in lines[0]
    assert lines[1].startswith("A campaign was under way since 10 January 2020; 2 changes of control")
    assert any("Betania" in line and "Cetania 2" in line for line in lines)


def test_a_quiet_theatre_says_so(region: Scenario) -> None:
    day = dt.date(2020, 1, 5)
    names = names_of(region)
    quiet = compile_world(region, day, seed=1, n_draws=4, horizon=10)
    assert "No campaign against the government was under way." in c.state(
        region, quiet, day, MappedShock(), names
    )
    opened = compile_world(region, day, seed=1, n_draws=4, horizon=10, offensive_reported=True)
    lines = c.state(region, opened, day, MappedShock(offensive=("E1",)), names)
    assert "since 5 January 2020 (by the report; the scenario knew of none); 0 changes" in lines[1]


def test_limits_say_what_the_run_cannot(run: Any, made: ModuleType, parameters: ParameterSet) -> None:
    def said(coding: Any, undated: bool, members: int) -> str:
        return "\n".join(c.limits(run.scenario, coding, DAY, undated, run.futures, members, parameters))

    plain = said(run.coding, False, 10_000)
    assert "not modelled" in plain
    assert track_record(parameters) in plain
    assert "no date" not in plain
    assert "futures were drawn" not in plain
    assert "makes no claim" not in plain
    assert "carries no date; it was taken as published on the as-of day, 1 February 2020" in said(
        run.coding, True, 10_000
    )
    assert "Only 400 futures were drawn" in said(run.coding, False, 400)
    assert "makes no claim about consequences" in said(made.coding(), False, 10_000)


def test_limits_count_sources_that_are_younger_than_the_day(run: Any, parameters: ParameterSet) -> None:
    lines = c.limits(run.scenario, run.coding, dt.date(2020, 1, 15), False, run.futures, 10_000, parameters)
    assert any(
        line.startswith("1 sources of the scenario were published after the as-of day") for line in lines
    )


def test_limits_keep_the_briefs_own_rules_of_wording(
    run: Any, made: ModuleType, parameters: ParameterSet
) -> None:
    """A limit that breaks them would stop the brief: every one is checked here, the rare ones too."""
    early = dt.date(2020, 1, 15)
    rough = dataclasses.replace(run.futures, effective_draws=1.0)
    lines = c.limits(run.scenario, made.coding(), early, True, rough, 10, parameters)
    lines += (track_record(load_parameters(None, DAY, None)),)
    assert any("only 1 of 50 parameter draws" in line for line in lines)
    assert lint_brief("\n".join(lines)) == []


def test_limits_count_assumed_figures(run: Any, parameters: ParameterSet) -> None:
    lines = c.limits(run.scenario, run.coding, DAY, False, run.futures, 10_000, parameters)
    own = {s.name for s in parameters.specs} | {k.name for k in parameters.constants}
    rows = [r for r in c.register(parameters, run.scenario, run.futures.world).register_ if r.name not in own]
    n = sum(r.standing == "assumed" for r in rows)
    assert any(line.startswith(f"{n} of the scenario's {len(rows)} figures are assumed") for line in lines)


def test_an_assessment_holds_all_of_it(assessed: Assessment) -> None:
    assert [s.merged_with for s in assessed.shock] == ["e-out"]
    assert assessed.unmapped == ()
    assert len(assessed.timeline) == 4
    assert assessed.report is not None
    assert assessed.report.undated
    assert any("carries no date" in line for line in assessed.limits)
    assert assessed.names["XAA"] == "Government of Alfania"
    assert [x.id for x in assessed.claims] == ["C1", "C2", "C3"]
    assert {x.verdict for x in assessed.claims if x.id == "C3"} == {"not_modelled"}
