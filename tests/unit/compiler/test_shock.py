"""From coded statements to levers, captures and campaigns; and what does not reach the model, with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from counterpoise.compiler import (
    LeverPlan,
    MappedShock,
    Resolver,
    compile_world,
    load_parameters,
    map_shock,
    settled_changes,
)
from counterpoise.compiler.theatre import build_theatre
from counterpoise.reports import Coding
from counterpoise.scenario.models import Scenario

DAY = dt.date(2020, 2, 1)
QUIET = dt.date(2020, 1, 5)
NEXT = dt.date(2020, 2, 2)


@pytest.fixture(scope="module")
def made(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("made_codings.py")


def shock(region: Scenario, coding: Coding, day: dt.date = DAY) -> MappedShock:
    return map_shock(coding, region, day, Resolver(region, coding), load_parameters(region, day))


@pytest.fixture(scope="module")
def mapped(region: Scenario, made: ModuleType) -> Callable[..., MappedShock]:
    """Map one event, the withdrawal of the maker but for changes."""

    def make(day: dt.date = DAY, published: dt.date | None = None, **changes: Any) -> MappedShock:
        return shock(region, made.coding((made.event(**changes),), published=published), day)

    return make


def test_a_withdrawal_becomes_a_lever(mapped: Callable[..., MappedShock], made: ModuleType) -> None:
    found = mapped(actors=("XCC",), support_kinds=("air_power", "diplomatic"))
    (lever,) = found.levers
    change = lever.change
    assert (change.sender, change.recipient, change.kinds) == ("XCC", "XAA", ("air_power", "diplomatic"))
    assert (change.to, change.days) == (0.0, 7)
    assert lever.merged_with is None
    assert lever.hedge == (0.9, 1.0)
    assert [made.TEXT[s.start : s.end] for s in lever.evidence] == ["withdrawing its advisers"]
    assert lever.text.startswith("Cetania withdraws air power and diplomats")
    assert not found.skipped
    assert not found.empty


def test_what_is_under_way_acts_from_the_next_morning(mapped: Callable[..., MappedShock]) -> None:
    for date in (None, "2020-01-20", "2020-02-01"):
        (lever,) = mapped(actors=("XCC",), support_kinds=("air_power",), date=date).levers
        assert lever.change.date == NEXT


def test_what_is_announced_for_later_starts_then(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(
        actors=("XCC",), support_kinds=("air_power",), date="2020-03-01", realis="future"
    ).levers
    assert lever.change.date == dt.date(2020, 3, 1)


def test_the_reports_day_stands_where_the_event_has_none(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(actors=("XCC",), support_kinds=("air_power",), published=dt.date(2020, 1, 31)).levers
    assert lever.change.date == NEXT
    (lever,) = mapped(published=dt.date(2020, 1, 31)).levers
    assert lever.merged_with == "e-out"


def test_kinds_that_are_not_said_are_personnel(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(support_kinds=()).levers
    assert lever.change.kinds == ("advisers",)


def test_only_kinds_that_the_ledger_has(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(support_kinds=("advisers", "troops", "funding")).levers
    assert lever.change.kinds == ("advisers", "funding")


def test_no_support_of_that_kind_is_a_reason(mapped: Callable[..., MappedShock]) -> None:
    found = mapped(actors=("XEE",), recipients=("REB",), support_kinds=("troops",))
    (skipped,) = found.skipped
    assert skipped.reason == "the ledger has no support of these kinds from XEE to REB"


def test_an_unknown_pair_is_a_reason(mapped: Callable[..., MappedShock]) -> None:
    for changes in (
        {"actors": ("XZZ",)},
        {"recipients": ("XEE",)},
        {"actors": ("XAA",), "recipients": ("XBB",)},
    ):
        found = mapped(**changes)
        assert found.empty
        (skipped,) = found.skipped
        assert skipped.reason == "the scenario's support ledger has no flow between these actors"
        assert skipped.quote == "withdrawing its advisers"
        assert (skipped.statement, skipped.kind) == ("E1", "RETREAT")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"realis": "negated"}, "the text denies it"),
        ({"realis": "hypothetical"}, "the text only supposes it"),
        ({"usable": False, "support": 0.31}, "the coder is not sure enough of it (support 0.31)"),
    ],
)
def test_what_is_denied_supposed_or_unsure_is_left_out(
    mapped: Callable[..., MappedShock], changes: dict[str, Any], reason: str
) -> None:
    found = mapped(**changes)
    assert found.empty
    assert [s.reason for s in found.skipped] == [reason]


def test_other_kinds_of_events_are_left_out(mapped: Callable[..., MappedShock]) -> None:
    found = mapped(type="CONSULT", mode="visit")
    assert found.empty
    assert found.skipped[0].reason == "no process of the model reads this kind of event"


def test_a_reinforcement(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(type="AID", mode=None, actors=("XCC",), support_kinds=("air_power",)).levers
    assert lever.change.to == 1.5
    assert lever.text.startswith("Cetania adds air power")


def test_the_recipient_may_stand_as_a_location(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(recipients=("XZZ",), location=("XAA",)).levers
    assert lever.change.recipient == "XAA"


def test_two_mentions_are_one_lever_with_all_kinds_and_spans(region: Scenario, made: ModuleType) -> None:
    events = (
        made.event("E1", actors=("XCC",), support_kinds=("air_power",)),
        made.event("E2", "The retreat", actors=("XCC",), support_kinds=("diplomatic", "air_power")),
    )
    (lever,) = shock(region, made.coding(events)).levers
    assert lever.change.kinds == ("air_power", "diplomatic")
    assert [s.quote for s in lever.evidence] == ["withdrawing its advisers", "The retreat"]
    assert lever.statement == "E1"
    assert "diplomats" in lever.text


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_scenarios_dates_hold_whichever_mention_repeats_its_event(
    region: Scenario, made: ModuleType, order: tuple[int, int]
) -> None:
    """The advisers' path up to the as-of day is history: no other mention may rewrite it."""
    events = (
        made.event("E1", support_kinds=("funding",)),
        made.event("E2", "The retreat", support_kinds=("advisers",)),
    )
    found = shock(region, made.coding([events[i] for i in order]))
    (lever,) = found.levers
    assert lever.merged_with == "e-out"
    assert (lever.change.date, lever.change.days) == (dt.date(2020, 1, 28), 10)
    plan = LeverPlan(settled_changes(region, DAY, found.merged), (lever.change,))
    world = compile_world(region, DAY, seed=1, plan=plan, n_draws=4)
    assert world.flow_fraction[0, world.flows.index("f-bb-adv"), 0] == pytest.approx(0.7)


def test_leaving_and_reinforcing_stay_two_levers(region: Scenario, made: ModuleType) -> None:
    events = (
        made.event("E1", actors=("XCC",), support_kinds=("diplomatic",)),
        made.event(
            "E2",
            "has sent more aircraft",
            type="AID",
            mode=None,
            actors=("XCC",),
            support_kinds=("air_power",),
        ),
    )
    found = shock(region, made.coding(events)).levers
    assert [x.change.to for x in found] == [0.0, 1.5]


# --- an event that the scenario has as well


def test_an_event_of_the_scenario_is_counted_once(
    region: Scenario, mapped: Callable[..., MappedShock]
) -> None:
    """The same flow path as the scenario's own event: text sets no size, so the sourced figure of what is left stands."""
    found = mapped(published=DAY)  # the scenario has it on 28 January
    (lever,) = found.levers
    assert lever.merged_with == "e-out"
    assert found.merged == ("e-out",)
    assert (lever.change.date, lever.change.days) == (dt.date(2020, 1, 28), 10)
    plan = LeverPlan(settled_changes(region, DAY, found.merged), (lever.change,))
    world = compile_world(region, DAY, seed=1, arms=("as_reported", "stay"), plan=plan, n_draws=4)
    flow = world.flows.index("f-bb-adv")
    # From 28 January on six hundredths a day: three tenths are gone by 1 February, six by 6 February, and no more.
    assert np.allclose(world.flow_fraction[0, flow, :8], [0.7, 0.64, 0.58, 0.52, 0.46, 0.4, 0.4, 0.4])
    assert settled_changes(region, DAY, found.merged) == ()
    others = [i for i in range(len(world.flows)) if i != flow]
    assert np.array_equal(world.flow_fraction[0, others], world.flow_fraction[1, others])


def test_where_both_say_the_same_the_path_is_the_scenarios_own(
    region: Scenario, mapped: Callable[..., MappedShock]
) -> None:
    found = mapped(published=DAY)
    plan = LeverPlan(settled_changes(region, DAY, found.merged), tuple(x.change for x in found.levers))
    reported = compile_world(region, DAY, seed=1, plan=plan, n_draws=4)
    alone = compile_world(region, DAY, seed=1, n_draws=4)
    assert np.array_equal(reported.flow_fraction, alone.flow_fraction)
    assert reported.sha256 == alone.sha256


@pytest.mark.parametrize(
    ("said", "merged"),
    [
        ("2020-01-20", None),
        ("2020-01-21", "e-out"),
        ("2020-01-28", "e-out"),
        ("2020-02-04", "e-out"),
        ("2020-02-05", None),
    ],
)
def test_within_seven_days_it_is_the_same_event(
    mapped: Callable[..., MappedShock], said: str, merged: str | None
) -> None:
    (lever,) = mapped(day=dt.date(2020, 2, 6), date=said).levers
    assert lever.merged_with == merged


@pytest.mark.parametrize(
    "changes",
    [
        {"support_kinds": ("funding",)},  # another kind
        {"actors": ("XCC",), "support_kinds": ("air_power",)},  # another sender
        {"type": "AID", "mode": None},  # the other direction
        {"realis": "future"},  # not the one that happened
    ],
)
def test_another_event_is_not_merged(mapped: Callable[..., MappedShock], changes: dict[str, Any]) -> None:
    (lever,) = mapped(**changes).levers
    assert lever.merged_with is None


def test_an_event_not_yet_known_is_not_merged(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(day=dt.date(2020, 1, 25)).levers
    assert lever.merged_with is None
    assert lever.change.date == dt.date(2020, 1, 26)


def test_kinds_of_both_are_joined(mapped: Callable[..., MappedShock]) -> None:
    (lever,) = mapped(support_kinds=("funding", "advisers")).levers
    assert lever.merged_with == "e-out"
    assert lever.change.kinds == ("advisers", "funding")


# --- the fighting


def test_an_offensive_opens_a_campaign_in_a_quiet_theatre_only(region: Scenario, made: ModuleType) -> None:
    found = shock(region, made.coding((made.attack(),)), QUIET)
    assert found.offensive == ("E2",)
    assert not found.captures
    assert build_theatre(region, QUIET, (), False).campaign_day == 1  # quiet
    assert build_theatre(region, QUIET, (), True).campaign_day == 0
    running = build_theatre(region, DAY, (), False).campaign_day
    assert running == (dt.date(2020, 1, 10) - DAY).days
    assert build_theatre(region, DAY, (), True).campaign_day == running


@pytest.mark.parametrize(
    "changes",
    [
        {"actors": ("XEE",)},  # not an opponent in the theatre
        {"recipients": ("XBB",)},  # not against the government
        {"realis": "future"},
    ],
)
def test_other_fighting_is_no_offensive(region: Scenario, made: ModuleType, changes: dict[str, Any]) -> None:
    found = shock(region, made.coding((made.attack(**changes),)), QUIET)
    assert found.offensive == ()
    assert found.empty
    assert len(found.skipped) == 1


def test_a_named_town_changes_hands_as_of_the_day(region: Scenario, made: ModuleType) -> None:
    coding = made.coding((made.attack(mode="seize", place=("Central City", "Nowhere", "Betania City")),))
    found = shock(region, coding)
    assert [(c.site, c.actor) for c in found.captures] == [
        ("cent", "REB")
    ]  # the others are outside the theatre
    theatre = build_theatre(region, DAY, found.captures, True)
    names = region.conflict.theatre
    assert theatre.holder[names.index("cent")] == 1
    assert theatre.history_day[-1] == 0
    assert theatre.history_site[-1] == names.index("cent")
    before = build_theatre(region, DAY)
    others = [i for i, n in enumerate(names) if n != "cent"]
    assert np.array_equal(theatre.holder[others], before.holder[others])


def test_fighting_for_a_town_does_not_take_it(region: Scenario, made: ModuleType) -> None:
    found = shock(region, made.coding((made.attack(mode=None, place=("Central City",)),)))
    assert found.captures == ()
    assert found.offensive == ("E2",)


def test_a_capture_that_the_scenario_has_changes_nothing(region: Scenario, made: ModuleType) -> None:
    found = shock(region, made.coding((made.attack(mode="seize", place=("Oasis",)),)))
    assert [c.site for c in found.captures] == ["oasis"]
    plan = LeverPlan(settled_changes(region, DAY))
    options: dict[str, Any] = {"seed": 1, "n_draws": 4, "plan": plan}
    with_report = compile_world(region, DAY, captures=found.captures, offensive_reported=True, **options)
    assert with_report.sha256 == compile_world(region, DAY, **options).sha256


def test_a_report_without_events_sets_nothing(region: Scenario, made: ModuleType) -> None:
    found = shock(region, made.coding())
    assert found.empty
    assert found.skipped == ()


@pytest.mark.parametrize(
    ("strength", "p", "weight"),
    [
        ("asserted", (0.9, 1.0), 1.0),
        ("evidential", (0.55, 0.8), 0.675),
        ("possible", (0.2, 0.55), 0.375),
        ("unstated", None, 0.0),
    ],
)
def test_a_hedge_enters_as_weight(strength: str, p: tuple[float, float] | None, weight: float) -> None:
    from counterpoise.compiler.shock import weight_of
    from counterpoise.reports import Hedge, read_report

    event = read_report("r", text="Russia has withdrawn its troops from Mali.").events[0]
    assert weight_of(event.model_copy(update={"hedge": Hedge(strength=strength, p=p)})) == weight  # type: ignore[arg-type]
