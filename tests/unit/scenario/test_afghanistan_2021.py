"""The bundled scenario afghanistan-2021: its ground hangs together, an early day sees no later fact."""

from __future__ import annotations

import datetime as dt

import networkx as nx
import pytest

from counterpoise import library
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import Scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("afghanistan-2021")


def test_days_and_parties(scenario: Scenario) -> None:
    days = (scenario.first_as_of, scenario.as_of, scenario.last_as_of)
    assert days == (dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 15))
    assert scenario.conflict.client == "AFG"
    assert [(p.actor, p.role, p.takes_sites) for p in scenario.conflict.opponents] == [
        ("TALIBAN", "rebel", True),
        ("ISKP", "third_party", False),
    ]


def test_all_provincial_capitals_stand_in_the_theatre_and_start_with_the_government(
    scenario: Scenario,
) -> None:
    capitals = [
        s for s in scenario.sites if {"capital", "governorate_capital"} & set(s.roles) and s.country == "AFG"
    ]
    assert len(capitals) == 34
    assert {s.holder for s in capitals} == {"AFG"}
    assert {s.id for s in capitals} <= set(scenario.conflict.theatre)


def test_the_contact_graph_is_connected(scenario: Scenario) -> None:
    theatre = set(scenario.conflict.theatre)
    graph = nx.Graph()
    graph.add_nodes_from(theatre)
    graph.add_edges_from((r.a, r.b) for r in scenario.routes if r.mode == "road" and {r.a, r.b} <= theatre)
    assert nx.is_connected(graph)


def test_each_site_falls_at_most_once_and_every_capture_has_a_source(scenario: Scenario) -> None:
    captures = [e for e in scenario.events if e.kind == "capture"]
    fallen = [e.site for e in captures]
    assert len(fallen) == len(set(fallen)) == 41
    assert all(e.sources and "memory" not in e.sources and "draft-case" not in e.sources for e in captures)
    assert {"parun", "bazarak", "kabul-airport"}.isdisjoint(fallen)


def test_the_default_day_knows_the_july_crossings_and_nothing_of_august(scenario: Scenario) -> None:
    known = [e for e in scenario.events if e.known_from <= scenario.as_of]
    taken = {e.site for e in known if e.kind == "capture"}
    assert taken == {"sher-khan-bandar", "ishkashim", "islam-qala", "abu-nasr-farahi", "torghundi"}
    assert not any(e.kind == "regime_end" for e in known)
    assert all(
        e.change.date <= scenario.as_of for e in known if e.change is not None and e.change.date is not None
    )


def test_the_drawdown_is_staged_so_that_the_first_day_sees_the_announced_plan_only(
    scenario: Scenario,
) -> None:
    first = [e for e in scenario.events if e.kind == "withdrawal" and e.known_from <= scenario.first_as_of]
    assert [e.id for e in first] == ["usa-drawdown-begins"]
    change = first[0].change
    assert change is not None
    assert change.date is not None
    assert change.date + dt.timedelta(days=change.days) == dt.date(2021, 9, 11)


def test_it_offers_at_least_the_three_levers_that_were_debated(scenario: Scenario) -> None:
    levers = {lever.id for lever in scenario.levers}
    assert {"us-stays-2500", "us-air-support-ends", "pakistan-closes-sanctuary"} <= levers


def test_what_rests_on_memory_alone_says_so(scenario: Scenario) -> None:
    placed = [*scenario.sites, *scenario.routes, *scenario.alignments]
    assert all(p.confidence == "unverified" for p in placed if p.source == "memory")
    assert all(s.url is None for s in scenario.sources if s.publisher == "Counterpoise project")


def test_the_example_report_is_dated_within_the_scenario(scenario: Scenario) -> None:
    text = library.read_text("reports/us-leaves-afghanistan.txt")
    assert "Published: 9 July 2021" in text
    assert "Example report written by the Counterpoise project" in text
    assert 200 <= len(text.split()) <= 320
