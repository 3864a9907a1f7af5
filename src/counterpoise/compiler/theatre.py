"""The theatre of a scenario on the as-of day: sites, contact, control, and the history that the filter reads.

Contact is road or rail between two sites of the theatre. Control on the as-of day is the starting control plus the captures
that are known by then (those whose last possible day is not later).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from counterpoise.compiler.background import background_of
from counterpoise.dynamics.world import NEVER, Theatre
from counterpoise.errors import InputError
from counterpoise.scenario.models import DatedEvent, Scenario

__all__ = [
    "LIKELY", "SURRENDER", "Capture", "build_theatre", "campaign_since", "known_events", "parties_of",
]  # fmt: skip

#: An event that changes control, support or a stance counts from this certainty on; it is then taken as having happened.
LIKELY = 0.5
#: Population of a site for which the scenario gives none [thousand persons].
UNKNOWN_POPULATION_K = 20.0
#: `detail` of a capture that was no fight: the garrison gave up or had left.
SURRENDER = "surrender"


@dataclass(frozen=True)
class Capture:
    """A change of control that a report adds on the as-of day."""

    site: str
    actor: str
    statement: str


def known_events(scenario: Scenario, as_of: dt.date) -> tuple[DatedEvent, ...]:
    """Return the events that are known on the as-of day, in order of their last possible day. Nothing later passes here."""
    known = [e for e in scenario.events if e.known_from <= as_of]
    return tuple(sorted(known, key=lambda e: (e.known_from, e.date, e.id)))


def parties_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the parties of the theatre; the government first."""
    return (scenario.conflict.client, *(o.actor for o in scenario.conflict.opponents))


def campaign_since(events: Sequence[DatedEvent]) -> dt.date | None:
    """Return the day on which the running campaign began, or None while it is quiet."""
    since = None
    for event in events:
        if event.kind == "campaign_start" and since is None:
            # A second front opened during a campaign is part of it.
            since = event.known_from
        elif event.kind == "campaign_end":
            since = None
    return since


def build_theatre(
    scenario: Scenario, as_of: dt.date, captures: Sequence[Capture] = (), offensive_reported: bool = False
) -> Theatre:
    """Compile the theatre.

    Parameters
    ----------
    captures : sequence of Capture
        Captures that only the report knows; they count as of the as-of day.
    offensive_reported : bool
        The report speaks of an offensive under way: in a quiet theatre a campaign then begins on the as-of day.

    Raises
    ------
    InputError
        If the government had already ended on the as-of day.
    """
    events = tuple(e for e in known_events(scenario, as_of) if e.certainty >= LIKELY)
    _refuse_ended(events, as_of)
    conflict = scenario.conflict
    if not any(o.takes_sites for o in conflict.opponents):
        raise InputError.at(
            "conflict.opponents", "no opponent takes sites", "set takes_sites for at least one"
        )
    names = conflict.theatre
    position = {s: i for i, s in enumerate(names)}
    parties = parties_of(scenario)
    party = {a: i for i, a in enumerate(parties)}
    site = {s.id: s for s in scenario.sites}
    start, near = _contact(scenario, position)
    since = campaign_since(events)
    if since is None and (offensive_reported or captures):
        since = as_of
    holder = np.array([party[site[n].holder] for n in names], dtype=np.int8)
    holder_start = holder.copy()
    taken = np.array([_held_day(site[n].held_since, as_of) for n in names], dtype=np.int32)
    history: list[tuple[int, int, int, int]] = []
    for day, where, who, reported, given in _changes(events, captures, position, party, as_of):
        # A report that says only "rebels" does not take a site from one opponent for another.
        if holder[where] == who or (reported and holder[where] != 0):
            continue
        holder[where], taken[where] = who, day
        if since is not None and day >= (since - as_of).days:
            history.append((day, where, who, given))
        else:
            holder_start[where] = who
    if holder[position[conflict.capital]] != 0:
        raise InputError.at(
            "conflict.capital",
            f"the government does not hold '{conflict.capital}' on {as_of}",
            "there is no fall to assess",
        )
    threat = np.zeros((len(names), len(parties)))
    for name, i in position.items():
        for opponent in site[name].threatened_by:
            if opponent in party:
                threat[i, party[opponent]] = 1.0
    roles = {o.actor: o for o in conflict.opponents}
    past = np.array(history, dtype=np.int64).reshape(-1, 4)
    return Theatre(
        start=start,
        near=near,
        population_k=np.array([_population_k(site[n].population) for n in names]),
        capital=position[conflict.capital],
        threat=threat,
        presses=np.array([p in roles and roles[p].role == "rebel" for p in parties], dtype=np.int8),
        takes=np.array([p in roles and roles[p].takes_sites for p in parties], dtype=np.int8),
        holder_start=holder_start,
        holder=holder,
        taken=taken,
        history_day=past[:, 0].astype(np.int32),
        history_site=past[:, 1].astype(np.int32),
        history_party=past[:, 2].astype(np.int8),
        history_surrender=past[:, 3].astype(np.int8),
        campaign_day=1 if since is None else (since - as_of).days,
        core=np.array(
            ["regime_core" in site[n].roles and n != conflict.capital for n in names], dtype=np.int8
        ),
        background=background_of(conflict.background, since or as_of + dt.timedelta(days=1), as_of),
    )


def _refuse_ended(events: Sequence[DatedEvent], as_of: dt.date) -> None:
    """Refuse an as-of day on which the government is gone."""
    for event in events:
        if event.kind == "regime_end":
            raise InputError.at(
                f"as-of {as_of}",
                f"the government had ended on {event.date} (event {event.id}), so there is no fall left to assess",
                f"choose an as-of day before {event.date}",
            )


def _contact(scenario: Scenario, position: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours by road or rail inside the theatre, as compressed rows."""
    near: list[set[int]] = [set() for _ in position]
    for route in scenario.routes:
        if route.mode in ("road", "rail") and route.a in position and route.b in position:
            near[position[route.a]].add(position[route.b])
            near[position[route.b]].add(position[route.a])
    start = np.concatenate([[0], np.cumsum([len(n) for n in near])]).astype(np.int32)
    return start, np.array([j for n in near for j in sorted(n)], dtype=np.int32)


def _held_day(since: dt.date | None, as_of: dt.date) -> int:
    """Day on which the present control began, counted from the as-of day and not after it."""
    return NEVER if since is None else min((since - as_of).days, 0)


def _population_k(figure: object) -> float:
    """Population in thousands, with a stated stand-in where unknown."""
    value = getattr(figure, "value", None)
    return UNKNOWN_POPULATION_K if value is None else max(float(value) / 1000.0, 1.0)


def _changes(
    events: Sequence[DatedEvent],
    captures: Sequence[Capture],
    position: dict[str, int],
    party: dict[str, int],
    as_of: dt.date,
) -> list[tuple[int, int, int, bool, int]]:
    """Changes of control as (day, site, party, known from the report only, surrendered) in order of day."""
    rows: list[tuple[int, int, int, bool, int]] = []
    for event in events:
        if event.kind in ("capture", "recapture") and event.site in position:
            who = event.actor
            if who is None and event.kind == "recapture":
                who = next(iter(party))  # The government retakes; an event need not say so.
            if who is None or who not in party:
                raise InputError.at(
                    f"events[{event.id}]",
                    f"'{who}' is no party of the theatre",
                    f"parties: {', '.join(party)}",
                )
            given = int(event.detail == SURRENDER)
            rows.append(((event.known_from - as_of).days, position[event.site], party[who], False, given))
    rows += [
        (0, position[c.site], party[c.actor], True, 0)
        for c in captures
        if c.site in position and c.actor in party
    ]
    return rows
