"""The conflict and the alignments make sense: parties, theatre, patrons, stances in time."""

from __future__ import annotations

import datetime as dt

from counterpoise.errors import nearest
from counterpoise.scenario.draft import Draft, Finding
from counterpoise.scenario.models import Alignment, Conflict

__all__ = ["check_alignments", "check_conflict"]


def check_alignments(draft: Draft) -> list[Finding]:
    """A stance is between two actors, ends after it began, and is the only one of the pair at a time."""
    found = []
    pairs: dict[frozenset[str], list[tuple[int, Alignment]]] = {}
    for placed in draft.alignments:
        item = placed.item
        if item.a == item.b:
            found.append(Finding((*placed.path, "b"), f"'{item.a}' stands to itself", "name two actors"))
            continue
        if item.since is not None and item.until is not None and item.until <= item.since:
            what = f"until {item.until} is not after since {item.since}"
            found.append(Finding((*placed.path, "until"), what, "correct one of the dates"))
        others = pairs.setdefault(frozenset((item.a, item.b)), [])
        for i, other in others:
            if _overlap(item, other):
                what = f"a second stance of '{item.a}' and '{item.b}' at a time (the first: alignments[{i}])"
                found.append(Finding(placed.path, what, "keep one, or part them by since and until"))
                break
        index = placed.path[-1]
        assert isinstance(index, int)
        others.append((index, item))
    return found


def _overlap(one: Alignment, other: Alignment) -> bool:
    def span(item: Alignment) -> tuple[dt.date, dt.date]:
        return item.since or dt.date.min, item.until or dt.date.max

    (a, b), (c, d) = span(one), span(other)
    return a < d and c < b


def check_conflict(draft: Draft) -> list[Finding]:
    """Parties, theatre and patrons fit each other."""
    conflict = draft.conflict
    if conflict is None:
        return []
    return _parties(draft, conflict) + _theatre(draft, conflict) + _patrons(draft, conflict)


def _parties(draft: Draft, conflict: Conflict) -> list[Finding]:
    found = []
    kinds = {p.item.id: p.item.kind for p in draft.actors}
    if kinds.get(conflict.client, "state") not in ("state", "government"):
        what = f"the client '{conflict.client}' is not a state or government"
        found.append(Finding(("conflict", "client"), what, "name the government that is fought against"))
    seen = {conflict.client}
    for i, party in enumerate(conflict.opponents):
        if party.actor in seen:
            what = f"'{party.actor}' is a party already"
            found.append(Finding(("conflict", "opponents", i, "actor"), what, "name each party once"))
        seen.add(party.actor)
    if draft.last_as_of is not None and conflict.control_as_of > draft.last_as_of:
        what = f"{conflict.control_as_of} is after the last as-of day {draft.last_as_of}"
        found.append(Finding(("conflict", "control_as_of"), what, "give the day that the holders stand for"))
    return found


def _theatre(draft: Draft, conflict: Conflict) -> list[Finding]:
    found = []
    if conflict.capital not in conflict.theatre:
        what = f"the capital '{conflict.capital}' is not in the theatre"
        mend = "add it to conflict.theatre"
        found.append(
            Finding(("conflict", "capital"), what, mend, nearest(conflict.capital, conflict.theatre))
        )
    opponents = [party.actor for party in conflict.opponents]
    actors = set(draft.declared("actors"))
    for placed in draft.sites:
        site = placed.item
        if site.id not in conflict.theatre:
            continue
        if site.holder in actors and site.holder not in (conflict.client, *opponents):
            what = f"'{site.holder}' holds a site of the theatre and is not a party"
            found.append(
                Finding((*placed.path, "holder"), what, "name the client or an opponent, or add the opponent")
            )
        for i, name in enumerate(site.threatened_by):
            if name in actors and name not in opponents:
                what = f"'{name}' threatens a site of the theatre and is not an opponent"
                found.append(Finding((*placed.path, "threatened_by", i), what, "name an opponent"))
    return found


def _patrons(draft: Draft, conflict: Conflict) -> list[Finding]:
    """Patronage is a flow: a patron without one would have no weight, silently."""
    if not draft.flows_are_whole:
        return []
    found = []
    actors = set(draft.declared("actors"))
    opponents = {party.actor for party in conflict.opponents}
    sends = {(p.item.sender, p.item.recipient) for p in draft.flows}
    for i, name in enumerate(conflict.patrons):
        if name in actors and (name, conflict.client) not in sends:
            what = f"the patron '{name}' has no flow to the client '{conflict.client}'"
            found.append(
                Finding(("conflict", "patrons", i), what, "add its support to `flows`, or take it out")
            )
    for i, name in enumerate(conflict.rebel_patrons):
        if name in actors and not any((name, opponent) in sends for opponent in opponents):
            what = f"the rebels' patron '{name}' has no flow to an opponent"
            found.append(
                Finding(("conflict", "rebel_patrons", i), what, "add its support to `flows`, or take it out")
            )
    return found
