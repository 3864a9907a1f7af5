"""Nothing of a report is dropped in silence: relations, further pairs, kinds and places are listed with the reason."""

from __future__ import annotations

import datetime as dt
from types import ModuleType
from typing import Any

import pytest

from counterpoise.compiler import Resolver, load_parameters, map_shock
from counterpoise.reports import Coding, Relation
from counterpoise.reports.coding import Hedge
from counterpoise.scenario.models import Scenario

DAY = dt.date(2020, 1, 25)


@pytest.fixture(scope="session")
def made(beside: Any) -> ModuleType:
    module: ModuleType = beside("made_codings.py")
    return module


def reasons(scenario: Scenario, coding: Coding) -> dict[str, str]:
    found = map_shock(coding, scenario, DAY, Resolver(scenario, coding), load_parameters(scenario, DAY))
    return {x.statement: x.reason for x in found.skipped}


def relation(made: ModuleType, type_: str, from_: str, to: str, **changes: Any) -> Relation:
    fields = {
        "id": "R1", "type": type_, "from_": (from_,), "to": (to,), "status": "current", "evidence": (made.span("Betania"),),
        "hedge": Hedge(strength="asserted", p=(0.9, 1.0)), "credibility": 3, "method": "made", "support": 0.9, "usable": True,
    }  # fmt: skip
    return Relation(**{**fields, **changes})


@pytest.mark.parametrize(
    ("type_", "from_", "to", "reason"),
    [
        ("patron_of", "XBB", "XAA", "the scenario holds it on sources of its own"),
        ("arms_transfers_to", "XBB", "ALLY", "the scenario holds it on sources of its own"),
        ("ally_of", "XBB", "ALLY", "the scenario holds it on sources of its own"),
        ("at_war_with", "REB", "XAA", "the scenario holds it on sources of its own"),
        ("patron_of", "XDD", "XAA", "do not hold it, and a report does not rewrite them"),
        ("recognises", "XBB", "XAA", "the model has no part"),
        ("patron_of", "ZZZ", "XAA", "the scenario has no actor for ZZZ"),
    ],
)
def test_relations_are_listed_with_the_reason(
    region: Scenario, made: ModuleType, type_: str, from_: str, to: str, reason: str
) -> None:
    coding = made.coding((made.event(),)).model_copy(
        update={"relations": (relation(made, type_, from_, to),)}
    )
    assert reason in reasons(region, coding)["R1"]


def test_a_relation_below_the_threshold_says_so(region: Scenario, made: ModuleType) -> None:
    weak = relation(made, "patron_of", "XBB", "XAA", usable=False, support=0.3)
    coding = made.coding((made.event(),)).model_copy(update={"relations": (weak,)})
    assert reasons(region, coding)["R1"] == "the coder is not sure enough of it (support 0.30)"


def test_further_pairs_kinds_and_places_are_listed(region: Scenario, made: ModuleType) -> None:
    both = made.event(actors=("XBB", "XCC"), support_kinds=("advisers", "troops"))
    found = map_shock(
        made.coding((both,)), region, DAY, Resolver(region), load_parameters(region, DAY)
    ).skipped
    assert [x.reason for x in found] == [
        "one event is one lever (XBB to XAA); left out: XCC to XAA",
        "the ledger has no troops between these actors; the rest of the event is used",
    ]
    took = made.attack("E3", "took Oasis", mode="seize", place=("Oasis", "Nowhere"))
    assert (
        reasons(region, made.coding((took,)))["E3"]
        == "no site of the theatre: Nowhere; the attack itself is used"
    )
