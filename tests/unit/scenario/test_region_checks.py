"""Bad input for the regional ledger: each kind has a message that says where, what and how to mend it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from counterpoise.compiler.patrons import flow_paths
from counterpoise.errors import InputError
from counterpoise.scenario.models import Scenario

FIGURE = {"unit": "index", "as_of": "2019-12-31", "source": "inv", "standing": "assumed", "note": "n"}
RATE = {**FIGURE, "unit": "1/year", "value": 1}


def flow(name: str, sender: str, recipient: str, kind: str = "training", **more: object) -> dict[str, object]:
    return {
        "id": name, "sender": sender, "recipient": recipient, "kind": kind, "start": "2015-01-01",
        "size": {**FIGURE, "value": 1}, **more,
    }  # fmt: skip


def refused(load: Callable[..., Scenario], changes: dict[str, object]) -> str:
    with pytest.raises(InputError) as caught:
        load(**{k.replace(".", "__"): v for k, v in changes.items()})
    return str(caught.value)


def with_more(region: Scenario, section: str, *items: object) -> list[object]:
    old = [x.model_dump(mode="json", exclude_none=True) for x in getattr(region, section)]
    return [*old, *items]


def test_a_flow_without_a_route(region_with: Callable[..., Scenario]) -> None:
    said = refused(region_with, {"flows.f-ee-arm.modes": ["sea"]})
    assert "flows[f-ee-arm].origin | no sea route touches 'ecap' | add a route, or another mode" in said


def test_a_negative_capacity(region_with: Callable[..., Scenario]) -> None:
    said = refused(region_with, {"routes.r-west-depo.capacity.value": -5})
    assert "routes[r-west-depo].capacity" in said
    assert "negative: -5 | write a number of 0 or more" in said


def test_a_circle_of_patronage(region: Scenario, region_with: Callable[..., Scenario]) -> None:
    """The Guard supplies the patron of its own patron: once told, with the way round."""
    flows = with_more(region, "flows", flow("back", "ALLY", "XBB"))
    said = refused(region_with, {"flows": flows})
    assert said.count("a circle of patronage") == 1
    assert "a circle of patronage: XBB > ALLY > XBB | one of them lives on what it gives" in said


def test_territory_and_ended_flows_make_no_circle(
    region: Scenario, region_with: Callable[..., Scenario]
) -> None:
    territory = flow("back", "ALLY", "XBB", "territory")
    ended = flow("once", "ALLY", "XBB", start="2000-01-01", end="2005-01-01")
    assert region_with(flows=with_more(region, "flows", territory, ended))


def test_an_actor_in_two_hostile_blocs(region: Scenario, region_with: Callable[..., Scenario]) -> None:
    actors = with_more(
        region, "actors", {"id": "FOES", "name": "The foes", "kind": "bloc", "members": ["REB", "ALLY"]}
    )
    said = refused(region_with, {"actors": actors})
    assert "actors[FOES].members[1] | 'ALLY' is in 'AXIS' as well, and the two are hostile" in said
    assert "let it stand in one of them" in said
    friends = {"id": "FOES", "name": "The foes", "kind": "bloc", "members": ["XBB", "XCC"]}
    assert region_with(actors=with_more(region, "actors", friends))


def test_a_withdrawal_larger_than_the_flow(region_with: Callable[..., Scenario]) -> None:
    change = {"sender": "XBB", "recipient": "XAA", "kinds": ["advisers"], "amount": 3500}
    said = refused(region_with, {"levers.withdraw.changes": [change]})
    assert "levers[withdraw].changes[0].amount | 3500 persons are taken away, and there are 3000" in said
    assert "write 3000 or less, or `to: 0` for all of it" in said
    assert region_with(levers__withdraw__changes=[{**change, "amount": 2999}])


def test_an_amount_needs_one_unit(region_with: Callable[..., Scenario]) -> None:
    change = {"sender": "XBB", "recipient": "XAA", "amount": 5}
    said = refused(region_with, {"levers.withdraw.changes": [change]})
    assert (
        "an amount over flows in persons and USD/year and index | name kinds that are counted in one unit"
        in said
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "say how much is left (to) or how much is taken away (amount)"),
        ({"to": 0.5, "amount": 3}, "give either `to` or `amount`, not both"),
        ({"to": 0.5, "days": 30, "pause": 10}, "pause 10 ends before the change is complete (30 days)"),
        ({"amount": -3}, "greater than 0"),
    ],
)
def test_a_change_says_how_much_and_for_how_long(
    region_with: Callable[..., Scenario], change: dict[str, object], said: str
) -> None:
    whole = {"sender": "XBB", "recipient": "XAA", "kinds": ["advisers"], **change}
    assert said in refused(region_with, {"levers.withdraw.changes": [whole]})


def test_steps_out_of_order(region_with: Callable[..., Scenario]) -> None:
    step = {"sender": "XBB", "recipient": "XAA", "kinds": ["advisers"], "to": 0.5}
    steps = [{**step, "date": "2020-03-10"}, {**step, "to": 0, "date": "2020-03-01"}]
    said = refused(region_with, {"levers.withdraw.changes": steps})
    assert (
        "levers[withdraw].changes[1] | a later step begins before an earlier one of the same support" in said
    )
    assert region_with(levers__withdraw__changes=steps[::-1])
    late = [{**step, "after": 9}, {**step, "to": 0, "after": 3}]
    assert "put the steps in the order of their days" in refused(
        region_with, {"levers.withdraw.changes": late}
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"date": "2020-03-10"}, {"after": 9}, "one step has a date (2020-03-10) and one of the same support has none"),
        ({}, {"date": "2020-03-10", "after": 2}, "one step has a date (2020-03-12) and one of the same support has none"),
        ({}, {"date": "2019-06-01"}, "a later step begins before an earlier one of the same support"),
        ({"date": "2020-03-01", "after": 9}, {"date": "2020-03-05"}, "put the steps in the order of their days"),
    ],
)  # fmt: skip
def test_dates_out_of_order_between_dated_and_undated_steps(
    region_with: Callable[..., Scenario], first: dict[str, object], second: dict[str, object], said: str
) -> None:
    step = {"sender": "XBB", "recipient": "XAA", "kinds": ["advisers"], "to": 0.5}
    steps = [{**step, **first}, {**step, "to": 0.1, **second}]
    whole = refused(region_with, {"levers.withdraw.changes": steps})
    assert "levers[withdraw].changes[1] | " in whole
    assert said in whole
    # Of other kinds, or of other flows, they do not meet.
    assert region_with(levers__withdraw__changes=[steps[0], {**steps[1], "kinds": ["weapons"]}])


def test_a_dated_step_that_lies_before_every_as_of_day_comes_first(
    region_with: Callable[..., Scenario],
) -> None:
    step = {"sender": "XBB", "recipient": "XAA", "kinds": ["advisers"], "to": 0.5}
    assert region_with(levers__withdraw__changes=[{**step, "date": "2019-06-01"}, {**step, "to": 0}])


def test_a_change_names_flows_of_its_own_pair(region: Scenario, region_with: Callable[..., Scenario]) -> None:
    twin = flow("f-bb-adv-2", "XBB", "XAA", "advisers", size={**FIGURE, "value": 500, "unit": "persons"})
    flows = with_more(region, "flows", twin)
    change = {"sender": "XBB", "recipient": "XAA", "kinds": ["advisers"], "to": 0}
    for name, said in (
        ("f-bb-mon", "changes[0].flows[0] | 'f-bb-mon' is funding from 'XBB' to 'XAA' | name flows of the change's own pair"),
        ("f-bb-adw", "nearest: f-bb-adv"),
    ):  # fmt: skip
        assert said in refused(
            region_with, {"flows": flows, "levers.withdraw.changes": [{**change, "flows": [name]}]}
        )
    twice = {**change, "flows": ["f-bb-adv", "f-bb-adv"]}
    assert "a flow is named twice" in refused(region_with, {"levers.withdraw.changes": [twice]})
    one = region_with(flows=flows, levers__withdraw__changes=[{**change, "flows": ["f-bb-adv-2"]}])
    lever = next(x for x in one.levers if x.id == "withdraw")
    start = dt.date(2020, 2, 1)
    paths = flow_paths(one.flows, lever.changes, start, 4, start + dt.timedelta(days=1))
    there = {f.id: paths[i, -1] for i, f in enumerate(one.flows)}
    assert there["f-bb-adv-2"] == 0.0
    assert there["f-bb-adv"] == 1.0


def test_an_end_before_its_start(region_with: Callable[..., Scenario]) -> None:
    assert "is not after start" in refused(region_with, {"flows.f-cc-air.end": "2015-01-01"})


def test_an_interdiction_names_one_place(region_with: Callable[..., Scenario]) -> None:
    both = [{"route": "r-west-depo", "site": "west", "share": 0.5}]
    assert "name either a route or a site" in refused(region_with, {"levers.cut-road.interdictions": both})


@pytest.mark.parametrize(
    ("reaction", "said"),
    [
        ({"kind": "hold"}, "a reaction of kind hold needs sites"),
        ({"kind": "strike", "target": "ALLY"}, "a reaction of kind strike needs target and share"),
        ({"kind": "support", "flow": "f-cc-air", "actor": "XCC"}, "runs already: it is not dormant"),
        ({"kind": "support", "flow": "sleeps"}, "'XEE' begins a flow that 'XCC' sends"),
        ({"kind": "hold", "sites": ["west"]}, "'sleeps' is dormant and no reaction begins it"),
        ({"kind": "hold", "sites": ["bcap"]}, "'bcap' is not in the theatre"),
    ],
)
def test_reactions_fit_the_ledger(
    region: Scenario, region_with: Callable[..., Scenario], reaction: dict[str, object], said: str
) -> None:
    one = {"id": "r", "actor": "XEE", "rate": RATE, "source": "inv", **reaction}
    flows = with_more(region, "flows", flow("sleeps", "XCC", "XAA", dormant=True))
    assert said in refused(region_with, {"flows": flows, "reactions": [one]})
