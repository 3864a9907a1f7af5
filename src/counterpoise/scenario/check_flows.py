"""Routes and flows fit together: no doubled leg, a way from origin to destination, no circle of escorts."""

from __future__ import annotations

from collections.abc import Collection

from counterpoise.scenario.draft import Draft, Finding
from counterpoise.scenario.models import Flow

__all__ = ["check_escorts", "check_flow_ends", "check_routes"]


def check_routes(draft: Draft) -> list[Finding]:
    """A route joins two sites, and each direction of a leg stands once for each mode."""
    found = []
    first: dict[tuple[str, str, str], str] = {}
    for placed in draft.routes:
        route = placed.item
        if route.a == route.b:
            found.append(Finding((*placed.path, "b"), f"starts and ends at '{route.a}'", "name two sites"))
            continue
        legs = [(route.a, route.b, route.mode)]
        legs += [(route.b, route.a, route.mode)] if route.both_ways else []
        other = next((first[leg] for leg in legs if leg in first), None)
        if other is not None:
            what = f"a second {route.mode} route between '{route.a}' and '{route.b}' (the first is '{other}')"
            found.append(Finding(placed.path, what, "put them together, with the sum of their capacities"))
        for leg in legs:
            first.setdefault(leg, route.id)
    return found


def check_flow_ends(draft: Draft) -> list[Finding]:
    """A flow that moves has routes of its modes at both ends and a way between them."""
    found = []
    sites = set(draft.declared("sites"))
    legs = [(p.item.a, p.item.b, p.item.mode) for p in draft.routes]
    legs += [(p.item.b, p.item.a, p.item.mode) for p in draft.routes if p.item.both_ways]
    complete = len(draft.routes) == len(draft.ids.get("routes", ()))
    for placed in draft.flows:
        flow = placed.item
        if flow.sender == flow.recipient:
            what = f"'{flow.sender}' sends to itself"
            found.append(
                Finding((*placed.path, "recipient"), what, "write own resources under the actor's `own`")
            )
        if flow.modes and complete and {flow.origin, flow.destination} <= sites:
            found += _ends(placed.path, flow, legs)
    return found


def _ends(path: tuple[object, ...], flow: Flow, legs: Collection[tuple[str, str, str]]) -> list[Finding]:
    """Return what is wrong with the way of one flow."""
    modes = " or ".join(flow.modes)
    open_legs = [(a, b) for a, b, mode in legs if mode in flow.modes]
    touched = {site for leg in open_legs for site in leg}
    ends = (("origin", str(flow.origin)), ("destination", str(flow.destination)))
    bare = [
        Finding((*path, end), f"no {modes} route touches '{site}'", "add a route, or another mode")
        for end, site in ends
        if site not in touched
    ]
    if bare or str(flow.destination) in _reached(str(flow.origin), open_legs):
        return bare
    what = f"no way by {modes} from '{flow.origin}' to '{flow.destination}'"
    return [Finding((*path, "destination"), what, "add the missing route, or another mode")]


def _reached(start: str, legs: Collection[tuple[str, str]]) -> set[str]:
    """Return the sites that directed legs lead to from a start, the start included."""
    onward: dict[str, list[str]] = {}
    for a, b in legs:
        onward.setdefault(a, []).append(b)
    reached, queue = {start}, [start]
    while queue:
        for site in onward.get(queue.pop(), ()):
            if site not in reached:
                reached.add(site)
                queue.append(site)
    return reached


def check_escorts(draft: Draft) -> list[Finding]:
    """No flow is its own escort, directly or around a circle."""
    escort = {p.item.id: p.item.escort.flow for p in draft.flows if p.item.escort is not None}
    found = []
    for placed in draft.flows:
        chain = [placed.item.id]
        while (following := escort.get(chain[-1])) is not None and following not in chain:
            chain.append(following)
        if following == placed.item.id:
            what = f"a circle of escorts: {' > '.join((*chain, following))}"
            found.append(
                Finding((*placed.path, "escort", "flow"), what, "let one of them rest on no other flow")
            )
    return found
