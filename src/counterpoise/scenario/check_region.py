"""The regional ledger makes sense: who is whose patron, which bloc is hostile to which, what levers and reactions do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from counterpoise.errors import nearest
from counterpoise.scenario.draft import Draft, Finding, Placed
from counterpoise.scenario.models import Flow, FlowChange, Reaction, SupportKind

__all__ = ["check_amounts", "check_hostile_blocs", "check_order", "check_patronage", "check_reactions"]

#: Kinds of support that make a patron; territory and diplomatic cover go both ways between allies.
PATRONAGE: tuple[SupportKind, ...] = (
    "troops",
    "air_power",
    "advisers",
    "weapons",
    "materiel",
    "training",
    "funding",
    "intelligence",
)


def check_patronage(draft: Draft) -> list[Finding]:
    """Nobody lives on what it gives: patrons and clients form no circle at one time."""
    found = []
    told: set[frozenset[str]] = set()
    flows = [p for p in draft.flows if p.item.kind in PATRONAGE and p.item.sender != p.item.recipient]
    for placed in flows:
        flow = placed.item
        chain = _back(flow, [p.item for p in flows if _meet(p.item, flow)])
        actors = [_sender(draft, i) for i in chain]
        # A circle is told once, at its first flow in the file, however many kinds go round it.
        if not chain or frozenset(actors) in told:
            continue
        told.add(frozenset(actors))
        what = f"a circle of patronage: {' > '.join((*actors, flow.sender))}"
        mend = "one of them lives on what it gives: take a flow out, or part them by start and end"
        found.append(Finding(placed.path, what, mend))
    return found


def _sender(draft: Draft, flow: str) -> str:
    return next(p.item.sender for p in draft.flows if p.item.id == flow)


def _meet(one: Flow, other: Flow) -> bool:
    """Whether two flows run at one time."""
    return (one.end is None or other.start < one.end) and (other.end is None or one.start < other.end)


def _back(flow: Flow, flows: list[Flow]) -> list[str]:
    """Return the flows of a shortest circle through a flow, from it on; empty where there is none."""
    came: dict[str, Flow] = {flow.recipient: flow}
    queue = [flow.recipient]
    while queue and flow.sender not in came:
        here = queue.pop(0)
        for other in flows:
            if other.sender == here and other.recipient not in came:
                came[other.recipient] = other
                queue.append(other.recipient)
    if flow.sender not in came:
        return []
    chain: list[str] = []
    here = flow.sender
    while not chain or chain[-1] != flow.id:
        chain.append(came[here].id)
        here = came[here].sender
    return chain[::-1]


def check_hostile_blocs(draft: Draft) -> list[Finding]:
    """No actor stands in two blocs that are hostile to each other: the sum of a bloc would mean nothing."""
    hostile = {frozenset((p.item.a, p.item.b)) for p in draft.alignments if p.item.stance == "hostile"}
    blocs = [p for p in draft.actors if p.item.kind == "bloc"]
    found = []
    for one, other in combinations(blocs, 2):
        shared = [m for m in other.item.members if m in one.item.members]
        foes = [
            (a, b)
            for a in one.item.members
            for b in other.item.members
            if a not in shared and b not in shared and frozenset((a, b)) in hostile
        ]
        if foes:
            a, b = foes[0]
            for name in shared:
                what = (
                    f"'{name}' is in '{one.item.id}' as well, and the two are hostile ('{a}' and '{b}' are)"
                )
                path = (*other.path, "members", other.item.members.index(name))
                found.append(Finding(path, what, "let it stand in one of them"))
    return found


def _changes(draft: Draft) -> Iterator[tuple[tuple[object, ...], FlowChange]]:
    """Yield every change of support with its path."""
    for event in draft.events:
        if event.item.change is not None:
            yield (*event.path, "change"), event.item.change
    for lever in draft.levers:
        for i, change in enumerate(lever.item.changes):
            yield (*lever.path, "changes", i), change


def _touched(draft: Draft, change: FlowChange) -> list[Flow]:
    """Return the flows that a change is about."""
    return [p.item for p in draft.flows if change.concerns(p.item)]


def check_amounts(draft: Draft) -> list[Finding]:
    """A withdrawal takes away no more than there is, and its amount is in one unit."""
    found = []
    for path, change in _changes(draft):
        flows = _touched(draft, change) if change.amount is not None else []
        if not flows:
            continue
        units = list(dict.fromkeys(f.size.unit for f in flows))
        if len(units) > 1:
            what = f"an amount over flows in {' and '.join(units)}"
            found.append(Finding((*path, "amount"), what, "name kinds that are counted in one unit"))
            continue
        there = sum(f.size.value for f in flows)
        assert change.amount is not None
        if change.amount > there:
            what = f"{change.amount:g} {units[0]} are taken away, and there are {there:g}"
            found.append(
                Finding((*path, "amount"), what, f"write {there:g} or less, or `to: 0` for all of it")
            )
    return found


def check_order(draft: Draft) -> list[Finding]:
    """The steps of one lever for the same support stand in the order of their days, whatever the as-of day."""
    found = []
    for lever in draft.levers:
        changes = lever.item.changes
        for i, later in enumerate(changes):
            for earlier in changes[:i]:
                wrong = _disorder(earlier, later, draft.first_as_of) if _overlap(earlier, later) else None
                if wrong is not None:
                    found.append(Finding((*lever.path, "changes", i), *wrong))
                    break
    return found


def _overlap(one: FlowChange, other: FlowChange) -> bool:
    """Whether two changes may be about one flow."""
    return (
        (one.sender, one.recipient) == (other.sender, other.recipient)
        and (not one.kinds or not other.kinds or bool(set(one.kinds) & set(other.kinds)))
        and (not one.flows or not other.flows or bool(set(one.flows) & set(other.flows)))
    )


def _disorder(earlier: FlowChange, later: FlowChange, first_as_of: dt.date | None) -> tuple[str, str] | None:
    """Return what is wrong with the order of two steps, and how to mend it; a step without a date begins after the as-of day."""
    sooner = "a later step begins before an earlier one of the same support"
    in_order = "put the steps in the order of their days"
    if (earlier.date is None) == (later.date is None):
        days = (later.date - earlier.date).days if later.date and earlier.date else 0
        return (sooner, in_order) if days + later.after < earlier.after else None
    dated = earlier if earlier.date is not None else later
    assert dated.date is not None
    begins = dated.date + dt.timedelta(days=dated.after)
    past = first_as_of is not None and begins <= first_as_of
    if past:
        return None if dated is earlier else (sooner, in_order)
    what = f"one step has a date ({begins}) and one of the same support has none: which comes first hangs on the as-of day"
    return what, "give both steps a date, or neither, with `after`"


def check_reactions(draft: Draft) -> list[Finding]:
    """A dormant flow is begun by one reaction of its own sender, and a reaction begins no other flow."""
    found = []
    dormant = {p.item.id: p for p in draft.flows if p.item.dormant}
    known = set(draft.declared("flows"))
    begun: dict[str, str] = {}
    for placed in draft.reactions:
        item = placed.item
        found += _outside(draft, placed)
        if item.flow is None or item.flow not in known:
            continue
        path = (*placed.path, "flow")
        if item.flow in begun:
            what = f"'{item.flow}' is begun by '{begun[item.flow]}' already"
            found.append(Finding(path, what, "let each flow begin by one reaction"))
        begun.setdefault(item.flow, item.id)
        flow = next((p.item for p in draft.flows if p.item.id == item.flow), None)
        if flow is not None and not flow.dormant:
            what = f"'{item.flow}' runs already: it is not dormant"
            found.append(Finding(path, what, "set `dormant: true` there, or name another flow"))
        if flow is not None and flow.sender != item.actor:
            what = f"'{item.actor}' begins a flow that '{flow.sender}' sends"
            found.append(Finding((*placed.path, "actor"), what, "name the sender as actor"))
    complete = len(draft.reactions) == len(draft.ids.get("reactions", ()))
    for name, flow_placed in dormant.items():
        if name not in begun and complete:
            what = f"'{name}' is dormant and no reaction begins it"
            mend = "add a reaction of kind `support`, or leave `dormant` out"
            found.append(Finding((*flow_placed.path, "dormant"), what, mend))
    return found


def _outside(draft: Draft, placed: Placed[Reaction]) -> list[Finding]:
    """Return the sites of a reaction that cannot change hands."""
    theatre = draft.conflict.theatre if draft.conflict is not None else ()
    return [
        Finding(
            (*placed.path, "sites", i),
            f"'{name}' is not in the theatre",
            "name a site that may change hands",
            nearest(name, theatre),
        )
        for i, name in enumerate(placed.item.sites)
        if draft.conflict is not None and name in draft.declared("sites") and name not in theatre
    ]
