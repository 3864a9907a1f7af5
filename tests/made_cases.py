"""Past cases made by the engine itself, so that what they should teach is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from counterpoise.dynamics.kernel import CAPTURE, MODE_NAMES, RECAPTURE
from counterpoise.dynamics.world import World
from counterpoise.ensemble.futures import Futures
from counterpoise.scenario.models import Case, DatedEvent, Scenario

__all__ = ["case_from", "cases_from", "quiet_region"]


def quiet_region(region: Scenario, as_of: dt.date, changes: Sequence[DatedEvent] = ()) -> Scenario:
    """The region with a campaign that begins on the as-of day, and later changes of support."""
    start = DatedEvent(
        id="start", kind="campaign_start", date=as_of, actor="REB", target="XAA", sources=("wire",)
    )
    last = as_of + dt.timedelta(days=400)
    return region.model_copy(
        update={
            "as_of": as_of, "first_as_of": as_of - dt.timedelta(days=365), "last_as_of": last,
            "events": (start, *changes),
        }
    )  # fmt: skip


def case_from(
    region: Scenario,
    as_of: dt.date,
    n_days: int,
    changes: Sequence[tuple[int, str, str, bool]],
    ended: int | None,
    name: str,
) -> Scenario:
    """A case from changes of control as (day, site, actor, surrendered), and the day on which the capital was lost."""
    until = as_of + dt.timedelta(days=ended or n_days)
    events = [
        DatedEvent(
            id=f"e{i}",
            kind="recapture" if actor == "XAA" else "capture",
            date=as_of + dt.timedelta(days=day),
            actor=actor,
            site=site,
            detail="surrender" if given else None,
            sources=("wire",),
        )
        for i, (day, site, actor, given) in enumerate(changes)
    ]
    case = Case(
        country="XAA", campaign_start=as_of, captures_until=until, observed_until=until,
        outcome="survived" if ended is None else "defeat", ended=None if ended is None else until,
        start_rule="simulated", sources=("wire",),
    )  # fmt: skip
    kept = (*region.events, *events)
    return region.model_copy(update={"id": name, "sha256": name, "events": kept, "case": case})


def cases_from(region: Scenario, world: World, futures: Futures, arm: str, n_days: int) -> list[Scenario]:
    """One case for each member of an arm."""
    one = futures.arms[arm]
    as_of = dt.date.fromisoformat(world.as_of)
    actor = [world.actors[i] for i in world.party_actor]
    out = []
    for m in range(futures.n_members):
        rows = range(int(one.start[m]), int(one.start[m + 1]))
        ended = int(one.end_day[m]) if 0 < one.end_day[m] <= n_days else None
        capital = world.theatre.capital
        changes = [
            (int(one.day[e]), world.theatre_sites[one.site[e]], actor[one.party[e]], False)
            for e in rows
            if one.kind[e] in (CAPTURE, RECAPTURE)
            and one.day[e] <= (ended or n_days)
            and one.site[e] != capital
        ]
        assert ended is None or MODE_NAMES[one.end_mode[m]] in ("defeat", "flight")
        out.append(case_from(region, as_of, n_days, changes, ended, f"{arm}-{m}"))
    return out
