"""The regional ledger makes sense: who is whose patron, which bloc is hostile to which, what levers and reactions do."""

from __future__ import annotations

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
    return [
        p.item
        for p in draft.flows
        if (p.item.sender, p.item.recipient) == (change.sender, change.recipient)
        and (not change.kinds or p.item.kind in change.kinds)
    ]


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
    """The steps of one lever for the same support stand in the order of their days."""
    found = []
    for lever in draft.levers:
        changes = lever.item.changes
        for i, later in enumerate(changes):
            for earlier in changes[:i]:
                same = (earlier.sender, earlier.recipient) == (later.sender, later.recipient)
                kinds = not earlier.kinds or not later.kinds or bool(set(earlier.kinds) & set(later.kinds))
                if same and kinds and _begins(later) < _begins(earlier):
                    what = "a later step begins before an earlier one of the same support"
                    path = (*lever.path, "changes", i)
                    found.append(Finding(path, what, "put the steps in the order of their days"))
                    break
    return found


def _begins(change: FlowChange) -> tuple[int, int]:
    """Return by what steps are ordered: dated ones by day, undated ones by their delay before all of them."""
    return (change.date.toordinal() if change.date else 0, change.after)


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
