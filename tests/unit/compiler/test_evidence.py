"""An evidence log feeds the state on the as-of day: two sources, nothing later, no echo, no denial."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from counterpoise.compiler import KnownState, apply_evidence, compile_world, load_parameters, settled_changes
from counterpoise.reports.evidence import EvidenceEntry, EvidenceLog
from counterpoise.scenario.models import Scenario

DAY = dt.date(2020, 1, 25)


def entry(id_: str = "V1", **changes: Any) -> EvidenceEntry:
    """Without changes: two sources assert that the rebels took West Crossing on 20 January."""
    fields: dict[str, Any] = {
        "id": id_, "day": dt.date(2020, 1, 20), "change": "fighting", "type": "ASSAULT", "actors": ("REB",),
        "recipients": ("XAA",), "place": ("West Crossing",), "realis": "actual", "hedges": ("asserted",),
        "reports": ("a", "b"), "publishers": (), "n_reports": 2, "n_independent": 2, "best_reliability": "C",
        "quote": "took West Crossing", "mode": "seize", "asserted_by": (0, 1),
    }  # fmt: skip
    return EvidenceEntry(**{**fields, **changes})


def left(id_: str = "V1", **changes: Any) -> EvidenceEntry:
    """Without changes: two sources assert that Betania withdrew its advisers on 18 January."""
    fields = {
        "change": "withdrawal", "type": "RETREAT", "mode": "withdraw", "actors": ("XBB",), "place": (),
        "day": dt.date(2020, 1, 18), "support_kinds": ("advisers",), "quote": "withdrew its advisers",
    }  # fmt: skip
    return entry(id_, **{**fields, **changes})


def known(scenario: Scenario, *entries: EvidenceEntry, as_of: dt.date = DAY) -> KnownState:
    log = EvidenceLog(n_reports=9, n_independent=4, n_unread=0, entries=entries, contradictions=(), unread=())
    return apply_evidence(scenario, log, as_of, load_parameters(scenario, as_of))


def why(found: KnownState) -> str:
    assert found.taken == ()
    return " / ".join(x.reason for x in found.left)


def test_a_town_that_was_taken_is_held_on_the_as_of_day(region: Scenario) -> None:
    found = known(region, entry())
    assert found.left == ()
    ((event, entries),) = found.taken
    assert (event.kind, event.site, event.actor, event.known_from, entries) == (
        "capture", "west", "REB", dt.date(2020, 1, 20), ("V1",),
    )  # fmt: skip
    west = region.conflict.theatre.index("west")
    before = compile_world(region, DAY, seed=1, n_draws=4).theatre
    after = compile_world(found.scenario, DAY, seed=1, n_draws=4).theatre
    assert (before.holder[west], after.holder[west]) == (0, 1)
    assert len(after.history_day) == len(before.history_day) + 1
    assert after.history_day[list(after.history_site).index(west)] == -5


def test_a_patron_that_left_is_gone_in_every_arm(region: Scenario) -> None:
    found = known(region, left())
    (change,) = set(settled_changes(found.scenario, DAY)) - set(settled_changes(region, DAY))
    assert (change.sender, change.recipient, change.kinds, change.to, change.date) == (
        "XBB", "XAA", ("advisers",), 0.0, dt.date(2020, 1, 18),
    )  # fmt: skip
    flow = [f.id for f in region.flows].index("f-bb-adv")
    world = compile_world(found.scenario, DAY, seed=1, n_draws=4)
    assert compile_world(region, DAY, seed=1, n_draws=4).flow_fraction[0, flow, 0] == 1.0
    assert world.flow_fraction[0, flow, 0] < 1.0


def test_nothing_after_the_as_of_day_is_looked_at(region: Scenario) -> None:
    later = entry(day=DAY + dt.timedelta(days=1))
    assert why(known(region, later)) == "it is dated 2020-01-26, after the as-of day"
    # The second source is the one that counts: on the day before it, one source alone had it.
    first, second = entry("V1", asserted_by=(0,)), entry("V2", asserted_by=(1,), day=dt.date(2020, 1, 23))
    assert "echo is not corroboration" in why(known(region, first, second, as_of=dt.date(2020, 1, 22)))
    ((event, entries),) = known(region, first, second).taken
    assert (event.date, event.known_from, entries) == (
        dt.date(2020, 1, 20),
        dt.date(2020, 1, 23),
        ("V1", "V2"),
    )


def test_planted_later_entries_change_nothing(region: Scenario) -> None:
    plain = known(region, entry(), left("V2"))
    planted = known(
        region,
        entry(),
        left("V2"),
        entry("V3", day=dt.date(2020, 1, 28), place=("Central City",)),
        left("V4", day=dt.date(2020, 1, 27), realis="negated"),
    )
    assert planted.scenario == plain.scenario
    assert planted.taken == plain.taken


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([entry(asserted_by=(0,), n_reports=7)], "1 independent source(s) assert it in 7 report(s), 2 are needed"),
        ([entry("V1", asserted_by=(3,)), entry("V2", asserted_by=(3,))], "echo is not corroboration"),
        ([entry(asserted_by=(), hedges=("possible",))], "0 independent source(s) assert it"),
        ([entry(), entry("V2", realis="negated", day=dt.date(2020, 1, 22))], "V2 denies it"),
        ([left(), left("V2", realis="negated")], "V2 denies it"),
        ([entry(day=None)], "it has no date"),
        ([left(realis="future")], "had not happened yet"),
        ([entry(mode=None)], "no state of the model hangs on"),
        ([entry(place=("Nowhere",))], "no opponent of the scenario takes a site"),
        ([entry(actors=("XBB",))], "no opponent of the scenario takes a site"),
        ([left(actors=("XDD",))], "no flow between these actors"),
        ([left(support_kinds=("troops",))], "the ledger has no support of these kinds from XBB to XAA"),
        ([entry(place=("Oasis",), day=dt.date(2020, 1, 16))], "already has oasis in the hands of REB"),
    ],
)  # fmt: skip
def test_what_does_not_enter_the_state_is_listed_with_the_reason(
    region: Scenario, entries: list[EvidenceEntry], reason: str
) -> None:
    found = known(region, *entries)
    assert reason in why(found)
    assert found.scenario is region


def test_what_the_scenario_knows_is_counted_once(region: Scenario) -> None:
    repeated = left(day=dt.date(2020, 1, 29))
    assert why(known(region, repeated, as_of=dt.date(2020, 2, 1))) == "it is the scenario's own event e-out"
