"""Events say what their kind needs, lie within the scenario's days, and change support that exists."""

from __future__ import annotations

import datetime as dt
from typing import Final, get_args

from counterpoise.errors import nearest
from counterpoise.scenario.draft import Draft, Finding
from counterpoise.scenario.models import Conflict, DatedEvent, FlowChange, Stance

__all__ = ["NEEDS", "check_changes", "check_events"]

#: What an event of a kind must name; where a group holds several, one of them is enough.
NEEDS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "campaign_start": (("actor",),),
    "campaign_end": (),
    "capture": (("actor",), ("site",)),
    "recapture": (("site",),),
    "withdrawal": (("actor",), ("target",), ("change",)),
    "suspension": (("actor",), ("target",), ("change",)),
    "reinforcement": (("actor",), ("target",), ("change",)),
    "interdiction": (("actor",), ("route", "site")),
    "route_closed": (("route",),),
    "route_opened": (("route",),),
    "patron_exit": (("actor",), ("target",)),
    "rescue": (("actor",), ("target",)),
    "regime_end": (("target",),),
    "alignment": (("actor",), ("target",), ("detail",)),
    "strike": (("actor",), ("target", "site")),
    "agreement": (("actor",), ("target",)),
    "statement": (("actor",),),
}
_YEARS_BACK: Final = 20


def check_events(draft: Draft) -> list[Finding]:
    """Every event names what its kind needs, and its days lie within the scenario's."""
    found = []
    for placed in draft.events:
        found += _named(placed.path, placed.item)
        found += _days(placed.path, placed.item, draft)
        if draft.conflict is not None:
            found += _parties(placed.path, placed.item, draft, draft.conflict)
    return found


def _named(path: tuple[object, ...], event: DatedEvent) -> list[Finding]:
    """Return what an event leaves out, and what it says against itself."""
    found = [
        Finding(path, f"{event.kind} needs {' or '.join(group)}", f"add {group[0]}")
        for group in NEEDS[event.kind]
        if all(getattr(event, name) is None for name in group)
    ]
    if event.actor is not None and event.actor == event.target:
        found.append(Finding((*path, "target"), f"'{event.actor}' acts on itself", "name another target"))
    stances = get_args(Stance)
    if event.kind == "alignment" and event.detail is not None and event.detail not in stances:
        what = f"expected a stance ({', '.join(stances)}), got '{event.detail}'"
        found.append(Finding((*path, "detail"), what, "choose one of them", nearest(event.detail, stances)))
    change = event.change
    if change is not None and event.kind in ("withdrawal", "suspension", "reinforcement"):
        pair = (event.actor, event.target)
        if None not in pair and (change.sender, change.recipient) != pair:
            said = f"'{change.sender}' to '{change.recipient}'"
            what = f"the change is from {said}, the event from '{pair[0]}' to '{pair[1]}'"
            found.append(Finding((*path, "change"), what, "actor is the sender, target the recipient"))
        if event.kind != "reinforcement" and change.to > 1:
            what = f"a {event.kind} to {change.to:g} times the size is more than before"
            found.append(
                Finding((*path, "change", "to"), what, "write a fraction below 1, or kind: reinforcement")
            )
    return found


def _days(path: tuple[object, ...], event: DatedEvent, draft: Draft) -> list[Finding]:
    """Return the days of an event that the scenario does not cover."""
    if draft.last_as_of is not None and event.known_from > draft.last_as_of:
        end = "date" if event.date_latest is None else "date_latest"
        what = f"{event.known_from} is after the last as-of day {draft.last_as_of}"
        return [Finding((*path, end), what, "take the event out, or move last_as_of")]
    if draft.first_as_of is not None:
        earliest = _years_before(draft.first_as_of)
        if event.date < earliest:
            what = f"{event.date} is more than {_YEARS_BACK} years before first_as_of {draft.first_as_of}"
            return [Finding((*path, "date"), what, "check the year, or take the event out")]
    return []


def _years_before(day: dt.date) -> dt.date:
    """Return the day `_YEARS_BACK` years earlier (29 February: 28 February)."""
    year = max(day.year - _YEARS_BACK, dt.MINYEAR)
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def _parties(path: tuple[object, ...], event: DatedEvent, draft: Draft, conflict: Conflict) -> list[Finding]:
    """Return where an event of the campaign names a stranger to it, or a site outside the theatre."""
    found = []
    opponents = [party.actor for party in conflict.opponents]
    expected = {"campaign_start": opponents, "capture": opponents, "recapture": [conflict.client]}.get(
        event.kind
    )
    known = event.actor in draft.declared("actors")
    if expected is not None and event.actor is not None and known and event.actor not in expected:
        what = f"expected {' or '.join(expected)} as actor of a {event.kind}, got '{event.actor}'"
        found.append(
            Finding((*path, "actor"), what, "name a party of the conflict", nearest(event.actor, expected))
        )
    outside = event.site in draft.declared("sites") and event.site not in conflict.theatre
    if event.kind in ("capture", "recapture") and event.site is not None and outside:
        what = f"'{event.site}' is not in the theatre"
        near = nearest(event.site, conflict.theatre)
        found.append(Finding((*path, "site"), what, "add it to conflict.theatre, or name another", near))
    return found


def check_changes(draft: Draft) -> list[Finding]:
    """A change of support needs a flow of that kind: a change of nothing would stay silent."""
    if not draft.flows_are_whole:
        return []
    placed: list[tuple[tuple[object, ...], FlowChange]] = [
        ((*event.path, "change"), event.item.change)
        for event in draft.events
        if event.item.change is not None
    ]
    for lever in draft.levers:
        placed += [((*lever.path, "changes", i), change) for i, change in enumerate(lever.item.changes)]
    actors = set(draft.declared("actors"))
    flows = {(p.item.sender, p.item.recipient, p.item.kind) for p in draft.flows}
    pairs = {flow[:2] for flow in flows}
    named = {p.item.id: p.item for p in draft.flows}
    found = []
    for path, change in placed:
        pair = (change.sender, change.recipient)
        if not actors.issuperset(pair):
            continue
        if pair not in pairs:
            what = f"no flow from '{change.sender}' to '{change.recipient}' to change"
            found.append(Finding(path, what, "add the flow to `flows`, or take the change out"))
            continue
        known = [kind for s, r, kind in sorted(flows) if (s, r) == pair]
        for i, kind in enumerate(change.kinds):
            if kind not in known:
                what = f"no flow of {kind} from '{change.sender}' to '{change.recipient}'"
                found.append(
                    Finding(
                        (*path, "kinds", i), what, f"kinds there: {', '.join(known)}", nearest(kind, known)
                    )
                )
        mine = sorted(i for i, f in named.items() if (f.sender, f.recipient) == pair)
        for i, name in enumerate(change.flows):
            if name in named and not change.concerns(named[name]):
                flow = named[name]
                what = f"'{name}' is {flow.kind} from '{flow.sender}' to '{flow.recipient}'"
                mend = "name flows of the change's own pair and kinds"
                found.append(Finding((*path, "flows", i), what, mend, nearest(name, mine)))
    return found
