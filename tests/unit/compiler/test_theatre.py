"""What is known on the as-of day, who held what, and which as-of days are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from counterpoise.compiler import Capture, check_as_of, compile_world, known_events
from counterpoise.compiler.theatre import build_theatre, campaign_since
from counterpoise.dynamics.world import NEVER, Theatre, World
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.errors import InputError
from counterpoise.scenario.models import Scenario

LATER = [
    {"id": "l1", "kind": "capture", "date": "2020-02-01", "date_latest": "2020-02-02", "actor": "REB", "site": "cent"},
    {"id": "l2", "kind": "capture", "date": "2020-02-20", "actor": "THI", "target": "XAA", "site": "sud"},
    {"id": "l3", "kind": "campaign_end", "date": "2020-02-05"},
    {"id": "l4", "kind": "withdrawal", "date": "2020-02-10", "actor": "XCC", "target": "XAA",
     "change": {"sender": "XCC", "recipient": "XAA", "to": 0, "date": "2020-01-15"}},
    {"id": "l5", "kind": "route_closed", "date": "2020-02-03", "route": "a-bcap-capi"},
    {"id": "l6", "kind": "regime_end", "date": "2020-02-27", "target": "XAA"},
]  # fmt: skip


def held(theatre: Theatre, region: Scenario, site: str) -> int:
    return int(theatre.holder[region.conflict.theatre.index(site)])


def test_nothing_later_than_the_as_of_day_reaches_the_world_or_the_futures(
    region: Scenario,
    raw: dict[str, Any],
    region_from: Callable[[dict[str, Any]], Scenario],
    world_of: Callable[..., World],
    bytes_of: Callable[[Futures], tuple[bytes, ...]],
) -> None:
    raw["events"] += [{**e, "sources": ["wire"]} for e in LATER]
    planted = region_from(raw)
    assert len(planted.events) == len(region.events) + len(LATER)
    before, after = (world_of(s, horizon=120) for s in (region, planted))
    assert before.sha256 == after.sha256
    first, second = (bytes_of(simulate_world(w, members=50, seed=1)) for w in (before, after))
    assert first == second
    # On the day on which the first of them is known, it counts.
    day = dt.date(2020, 2, 2)
    assert world_of(region, day, horizon=120).sha256 != world_of(planted, day, horizon=120).sha256


def test_an_event_of_an_interval_counts_from_its_last_possible_day(region: Scenario) -> None:
    ids = {d: {e.id for e in known_events(region, dt.date(2020, 1, d))} for d in (9, 10, 22, 23)}
    assert ids[9] == set()
    assert ids[10] == {"e-start"}
    assert ids[22] == {"e-start", "e-oasis"}
    assert ids[23] == {"e-start", "e-oasis", "e-nord"}
    assert held(build_theatre(region, dt.date(2020, 1, 22)), region, "nord") == 0
    theatre = build_theatre(region, dt.date(2020, 2, 1))
    assert held(theatre, region, "nord") == 1
    assert theatre.history_day.tolist() == [-17, -9], "15 January, and the 23rd of 22 to 23 January"
    assert theatre.campaign_day == -22


def test_control_and_its_days(region: Scenario) -> None:
    theatre = build_theatre(region, region.as_of)
    site = region.conflict.theatre.index
    assert theatre.taken[site("hill")] == (dt.date(2016, 5, 1) - region.as_of).days
    assert theatre.taken[site("rim")] == NEVER
    assert theatre.taken[site("oasis")] == -17
    assert held(theatre, region, "rim") == 2
    assert theatre.holder_start[site("oasis")] == 0
    assert theatre.population_k[site("capi")] == 1800
    assert theatre.presses.tolist() == [0, 1, 0]
    assert theatre.takes.tolist() == [0, 1, 1]
    assert theatre.threat[site("sud")].tolist() == [0, 0, 1]


def test_contact_is_by_road_in_the_theatre_and_symmetric(region: Scenario) -> None:
    theatre = build_theatre(region, region.as_of)
    names = region.conflict.theatre
    near = {
        names[i]: {names[j] for j in theatre.near[theatre.start[i] : theatre.start[i + 1]]}
        for i in range(len(names))
    }
    assert near["capi"] == {"cent", "west", "port", "sud"}, "the air leg and what lies outside are no contact"
    assert near["east"] == {"oasis"}
    assert all(a in near[b] for a in near for b in near[a])


def test_a_report_adds_captures_and_an_offensive_on_the_as_of_day(
    region_with: Callable[..., Scenario],
) -> None:
    quiet = region_with("events=[]")
    assert build_theatre(quiet, quiet.as_of).campaign_day == 1
    assert build_theatre(quiet, quiet.as_of, (), True).campaign_day == 0
    theatre = build_theatre(quiet, quiet.as_of, (Capture("oasis", "REB", "s1"),))
    assert (theatre.campaign_day, theatre.history_day.tolist()) == (0, [0])
    assert held(theatre, quiet, "oasis") == 1


def test_changes_before_the_campaign_are_state_and_not_history(region_with: Callable[..., Scenario]) -> None:
    rows = "{id: a, kind: capture, date: 2019-12-20, actor: REB, site: oasis, sources: [wire]}"
    start = "{id: b, kind: campaign_start, date: 2020-01-10, actor: REB, sources: [wire]}"
    region = region_with(f"events=[{rows}, {start}]")
    theatre = build_theatre(region, region.as_of)
    assert theatre.history_day.tolist() == []
    site = region.conflict.theatre.index("oasis")
    assert (theatre.holder_start[site], theatre.taken[site]) == (1, -43)


def test_a_recapture_needs_no_actor_and_a_stranger_is_refused(region_with: Callable[..., Scenario]) -> None:
    base = "{id: s, kind: campaign_start, date: 2020-01-10, actor: REB, sources: [wire]}"
    taken = "{id: t, kind: capture, date: 2020-01-12, actor: REB, site: oasis, sources: [wire]}"
    back = "{id: r, kind: recapture, date: 2020-01-20, site: oasis, sources: [wire]}"
    region = region_with(f"events=[{base}, {taken}, {back}]")
    theatre = build_theatre(region, region.as_of)
    assert held(theatre, region, "oasis") == 0
    assert theatre.history_party.tolist() == [1, 0]
    odd = region.events[1].model_copy(update={"actor": "XEE"})
    with pytest.raises(
        InputError, match=r"events\[t\] \| 'XEE' is no party of the theatre \| parties: XAA, REB, THI"
    ):
        build_theatre(region.model_copy(update={"events": (odd,)}), region.as_of)


def test_campaigns_begin_and_end(region_with: Callable[..., Scenario]) -> None:
    def event(i: int, kind: str, day: str) -> str:
        actor = ", actor: REB" if kind == "campaign_start" else ""
        return f"{{id: c{i}, kind: {kind}, date: {day}{actor}, sources: [wire]}}"

    rows = [("campaign_start", "2020-01-02"), ("campaign_start", "2020-01-05"), ("campaign_end", "2020-01-10"),
            ("campaign_start", "2020-01-20")]  # fmt: skip
    region = region_with("events=[" + ", ".join(event(i, *r) for i, r in enumerate(rows)) + "]")
    since = {d: campaign_since(known_events(region, dt.date(2020, 1, d))) for d in (1, 7, 12, 25)}
    assert since == {1: None, 7: dt.date(2020, 1, 2), 12: None, 25: dt.date(2020, 1, 20)}


def test_as_of_days_outside_the_range_are_refused_with_the_range(region: Scenario) -> None:
    for day in (dt.date(2019, 12, 31), dt.date(2020, 2, 29)):
        with pytest.raises(InputError, match=r"scenario tiny covers 2020-01-01 to 2020-02-28"):
            check_as_of(region, day)
        with pytest.raises(InputError, match=f"as-of {day}"):
            compile_world(region, day, seed=1)
    check_as_of(region, dt.date(2020, 1, 1))
    check_as_of(region, dt.date(2020, 2, 28))


def test_after_the_governments_end_there_is_nothing_to_assess(region_with: Callable[..., Scenario]) -> None:
    gone = "{id: end, kind: regime_end, date: 2020-02-10, target: XAA, detail: flight, sources: [wire]}"
    region = region_with(f"events=[{gone}]")
    compile_world(region, dt.date(2020, 2, 9), seed=1, n_draws=2, horizon=5)
    with pytest.raises(
        InputError, match=r"had ended on 2020-02-10 \(event end\).* choose an as-of day before"
    ):
        compile_world(region, dt.date(2020, 2, 10), seed=1)


def test_worlds_hash_by_content(region: Scenario, world_of: Callable[..., World]) -> None:
    a, b, other = world_of(region), world_of(region), world_of(region, seed=2)
    assert a.sha256 == b.sha256 != other.sha256
    assert len(a.sha256) == 64
    changed = a.theatre._replace(population_k=np.nextafter(a.theatre.population_k, 1e9))
    from dataclasses import replace

    assert replace(a, theatre=changed).sha256 != a.sha256


def test_a_site_is_not_held_since_a_day_to_come(region_with: Callable[..., Scenario]) -> None:
    """The days held would be negative, and their logarithm no number: the site was never retaken, in silence."""
    region = region_with("sites.hill.held_since=2020-02-20")
    theatre = build_theatre(region, region.as_of)
    assert theatre.taken[region.conflict.theatre.index("hill")] == 0
