"""Which actor a name means, and which scenario a report is about."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from counterpoise.compiler import Resolver, match_scenario
from counterpoise.reports import read_report
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import Scenario


@pytest.fixture(scope="module")
def made(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("made_codings.py")


@pytest.fixture(scope="module")
def levant() -> Scenario:
    return load_scenario("levant-2024")


@pytest.mark.parametrize(
    ("entity", "actors"),
    [
        ("XAA", ("XAA",)),
        ("XAA-GOV", ("XAA",)),
        ("XAA-MIL", ("XAA",)),
        ("XBB-LDR", ("XBB",)),
        ("XAA-REB", ("REB",)),  # the third party is no rebel
        ("REB", ("REB",)),
        ("XZZ", ()),
        ("XBB-REB", ()),
        ("Alfania", ("XAA",)),
        ("the rebels", ("REB",)),
        ("BETANIAN FORCES", ("XBB",)),
    ],
)
def test_who_is_meant(region: Scenario, entity: str, actors: tuple[str, ...]) -> None:
    assert Resolver(region).one(entity) == actors


def test_an_entity_is_found_by_its_names_in_the_text(region: Scenario, made: ModuleType) -> None:
    coding = made.coding(
        entities=(
            made.entity("Q1", "the Guard", "group"),
            made.entity("Q2", "Someone", "group", aliases=("Northern Front",)),
            made.entity("Q3", "Nobody", "group", group_code="THI"),
            made.entity("Q4", "Southern Councils", "group"),
        )
    )
    resolver = Resolver(region, coding)
    assert [resolver.one(f"Q{i}") for i in (1, 2, 4)] == [("ALLY",), ("REB",), ("THI",)]
    assert Resolver(region).one("Q1") == ()


def test_several_are_each_named_once_in_order(region: Scenario) -> None:
    assert Resolver(region).all(("XBB", "XAA-GOV", "XBB-GOV", "XZZ", "XAA")) == ("XBB", "XAA")


def test_sites_by_id_name_and_spelling(region: Scenario, levant: Scenario) -> None:
    here = Resolver(region)
    assert here.site("Oasis") == here.site("oasis") == here.site("OASIS") == "oasis"
    assert here.site("Nowhere") is None
    there = Resolver(levant)
    assert there.site("Al-Bukamal") == there.site("bukamal") == there.site("al Bukamal") == "bukamal"
    assert there.site("Deir Ez Zor") == "deir-ez-zor"


def test_names_for_people(region: Scenario) -> None:
    assert Resolver(region).name("XBB") == "Betania"
    assert Resolver(region).name("unknown") == "unknown"


def test_a_state_stands_for_its_government_in_real_scenarios(levant: Scenario) -> None:
    resolver = Resolver(levant)
    assert resolver.one("SYR-GOV") == resolver.one("SYR") == ("SYR",)
    assert set(resolver.one("SYR-REB")) == {"HTS", "SNA", "SOR"}  # ISIS takes no sites, the SDF is no rebel
    assert resolver.one("IRN-MIL") == ("IRN",)


def test_a_scenario_fits_a_report_that_names_its_client_and_one_more(
    region: Scenario, made: ModuleType
) -> None:
    client, patron = made.entity("XAA", "Alfania"), made.entity("XBB", "Betania")
    place = made.entity("P1", "Oasis", "place")
    both = match_scenario(region, made.coding(entities=(client, patron, place)))
    assert both.enough
    assert both.client_named
    assert both.actors == ("XAA", "XBB")
    assert both.sites == ("oasis",)
    assert both.score == 2 + 0.5 + 3
    assert not match_scenario(region, made.coding(entities=(client,))).enough
    assert not match_scenario(region, made.coding(entities=(patron, made.entity("XCC", "Cetania")))).enough
    assert not match_scenario(region, made.coding()).enough


def test_places_of_events_count(region: Scenario, made: ModuleType) -> None:
    coding = made.coding(events=(made.attack(place=("Port City", "Oasis", "Nowhere")),))
    assert match_scenario(region, coding).sites == ("oasis", "port")


def test_each_bundled_report_fits_its_own_scenario_best() -> None:
    from counterpoise import library

    for report, own, other in (
        ("iran-leaves-syria", "levant-2024", "afghanistan-2021"),
        ("us-leaves-afghanistan", "afghanistan-2021", "levant-2024"),
    ):
        coding = read_report(library.path(f"reports/{report}.txt"))
        best = match_scenario(load_scenario(own), coding)
        assert best.enough
        assert best.score > match_scenario(load_scenario(other), coding).score
        assert not match_scenario(load_scenario(other), coding).enough
