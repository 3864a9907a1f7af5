"""Common reaction paths: what a lever does not touch stays the same to the last byte.

A null lever gives a contrast of exactly zero; an unrelated actor, more members, a longer horizon, another number of workers
and another order of the lists change nobody's event log.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from counterpoise.assessment.simulating import compare, simulate
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.scenario.models import Scenario

Load = Callable[[dict[str, Any]], Scenario]
Compile = Callable[..., World]
Raw = dict[str, Any]
SAID = ("date", "kind", "actor", "target", "site", "detail")


def logs(
    futures: Futures, arm: str = "baseline", until: int | None = None
) -> dict[int, list[tuple[object, ...]]]:
    """Event logs by member, by name; of the first `until` days."""
    table = futures.log(arm)
    days = futures.arms[arm].day
    out: dict[int, list[tuple[object, ...]]] = {m: [] for m in range(futures.n_members)}
    for row, day in zip(table.to_pylist(), days, strict=True):
        if until is None or day <= until:
            out[row["member"]].append(tuple(row[k] for k in SAID))
    return out


def same_events(futures: Futures, first: str, second: str) -> bool:
    a, b = futures.arms[first], futures.arms[second]
    fields = ("start", "day", "kind", "site", "party", "loser", "end_day", "end_mode")
    return all(np.array_equal(getattr(a, f), getattr(b, f)) for f in fields)


def add_apart(data: Raw) -> None:
    """Add two actors, their sites, a road and a flow that have no tie to the theatre, in front of all others."""
    data["actors"][:0] = [
        {"id": "ZYY", "name": "Ypsilonia", "kind": "state", "iso3": "ZYY", "home": "ycap", "strength": 1000},
        {"id": "ZZZ", "name": "Zetania", "kind": "state", "iso3": "ZZZ", "home": "zcap", "strength": 1000},
    ]
    place = {"population": 1000, "roles": ["capital"], "source": "inv"}
    data["sites"][:0] = [
        {
            "id": "ycap",
            "name": "Y City",
            "country": "ZYY",
            "lat": 40.0,
            "lon": 10.0,
            "holder": "ZYY",
            **place,
        },
        {
            "id": "zcap",
            "name": "Z City",
            "country": "ZZZ",
            "lat": 41.0,
            "lon": 10.0,
            "holder": "ZZZ",
            **place,
        },
    ]
    data["routes"][:0] = [
        {"id": "r-yz", "a": "ycap", "b": "zcap", "mode": "road", "capacity": 9, "source": "inv"}
    ]
    data["flows"][:0] = [
        {
            "id": "f-yz", "sender": "ZYY", "recipient": "ZZZ", "kind": "weapons", "start": "2010-01-01",
            "size": {"value": 5, "low": 2, "high": 9, "unit": "index"}, "modes": ["road"], "origin": "ycap",
            "destination": "zcap",
        }
    ]  # fmt: skip
    data["alignments"][:0] = [{"a": "ZYY", "b": "ZZZ", "stance": "ally", "source": "inv"}]


def test_levers_that_change_nothing_give_a_contrast_of_exactly_zero(raw: Raw, region_from: Load) -> None:
    add_apart(raw)
    nothing = {
        "as-it-is": {"changes": [{"sender": "XCC", "recipient": "XAA", "to": 1.0, "days": 14}]},
        "as-planned": {
            # What the scenario's own event does already.
            "changes": [{"sender": "XBB", "recipient": "XAA", "kinds": ["funding"], "to": 1, "days": 0}]
        },
        "ended": {"changes": [{"sender": "ALLY", "recipient": "XAA", "to": 0, "days": 3}]},
        "revived": {"changes": [{"sender": "ALLY", "recipient": "XAA", "to": 0.4, "days": 3}]},
        "money-elsewhere": {"changes": [{"sender": "XBB", "recipient": "ALLY", "to": 0, "days": 5}]},
        "apart": {"changes": [{"sender": "ZYY", "recipient": "ZZZ", "to": 0, "days": 5}]},
        "apart-more": {"changes": [{"sender": "ZYY", "recipient": "ZZZ", "to": 3, "days": 5}]},
        "road-apart": {"close_routes": ["r-yz", "r-west-depo"]},
        "under-way": {"start_campaign": True},
    }
    raw["levers"] += [{"id": k, "title": k, **v} for k, v in nothing.items()]
    arms = {"status-quo": (), "empty": (), **{k: (k,) for k in nothing}, "withdraw": ("withdraw",)}
    found = compare(region_from(raw), arms, members=300, horizon=365, seed=3, workers=2)
    for name in ("empty", *nothing):
        assert same_events(found.futures, "status-quo", name), name
    by_arm = {c.arms[0]: [x for x in found.contrasts if x.arms[0] == c.arms[0]] for c in found.contrasts}
    for name in ("empty", *nothing):
        for contrast in by_arm[name]:
            assert contrast.difference == 0.0
            assert contrast.interval_90 == (0.0, 0.0)
            assert contrast.mc_error == 0.0
    assert any(c.difference != 0.0 for c in by_arm["withdraw"]), "the comparison sees nothing at all"


def test_an_unrelated_actor_changes_no_other_log(raw: Raw, region_from: Load, world_of: Compile) -> None:
    before = simulate_world(world_of(region_from(raw), horizon=365), members=150, seed=5)
    add_apart(raw)
    after = simulate_world(world_of(region_from(raw), horizon=365), members=150, seed=5)
    assert logs(before) == logs(after)
    assert np.array_equal(before.draw, after.draw)


@pytest.mark.parametrize("shuffle", [1, 2, 3])
def test_the_order_of_the_lists_changes_no_log(
    raw: Raw, region_from: Load, world_of: Compile, shuffle: int
) -> None:
    before = logs(simulate_world(world_of(region_from(raw), horizon=200), members=100, seed=5))
    for name in ("actors", "sites", "routes", "flows", "alignments", "sources", "events", "levers"):
        random.Random(shuffle).shuffle(raw[name])
    assert logs(simulate_world(world_of(region_from(raw), horizon=200), members=100, seed=5)) == before


def test_more_members_leave_the_first_as_they_were(region: Scenario, world_of: Compile) -> None:
    world = world_of(region, horizon=120)
    few, many = (simulate_world(world, members=n, seed=2) for n in (40, 1_100))
    assert np.array_equal(few.draw, many.draw[:40])
    first = logs(many)
    assert logs(few) == {m: first[m] for m in range(40)}


def test_a_longer_horizon_leaves_the_days_before_it_as_they_were(region: Scenario, world_of: Compile) -> None:
    short, long = (simulate_world(world_of(region, horizon=h), members=200, seed=2) for h in (90, 365))
    assert logs(short) == logs(long, until=90)
    a, b = short.arms["baseline"], long.arms["baseline"]
    assert np.array_equal(a.end_mode, np.where(b.end_day <= 90, b.end_mode, 0))


def test_more_arms_leave_an_arm_as_it_was(region: Scenario) -> None:
    one = simulate(region, members=100, horizon=90, seed=4, workers=1)
    two = compare(
        region, {"baseline": (), "less": ("withdraw",)}, members=100, horizon=90, seed=4, workers=1
    ).futures
    assert logs(one) == logs(two)


def test_the_same_bytes_for_one_two_and_eight_workers(
    region: Scenario, world_of: Compile, bytes_of: Callable[[Futures], tuple[bytes, ...]]
) -> None:
    world = world_of(region, horizon=120)
    made = [bytes_of(simulate_world(world, members=2_500, seed=1, workers=w)) for w in (1, 2, 8)]
    assert made[0] == made[1] == made[2]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    region: Scenario, bytes_of: Callable[[Futures], tuple[bytes, ...]]
) -> None:
    first, again, other = (
        bytes_of(simulate(region, members=60, horizon=60, seed=s, workers=2)) for s in (7, 7, 8)
    )
    assert first == again
    assert first != other
