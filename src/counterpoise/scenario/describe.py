"""A scenario in words, for `scenario show`: who, where, what flows, what happened, what is assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from counterpoise.scenario.draft import Draft, values_at
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import DatedEvent, Flow, Scenario
from counterpoise.scenario.slots import figure_slots

__all__ = ["describe", "figures_of"]


def figures_of(scenario: Scenario) -> list[tuple[tuple[object, ...], Figure]]:
    """Return every figure of a scenario with its path, each once."""
    draft = Draft.of_scenario(scenario)
    return list(
        {path: fig for slot in figure_slots().values() for path, fig in values_at(draft, slot)}.items()
    )


def describe(scenario: Scenario) -> str:
    """Return a summary in plain text, the same for the same content.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    str
        Several lines, without a line break at the end.
    """
    return "\n".join(
        line for part in (_head, _conflict, _support, _past, _standing) for line in part(scenario)
    )


def _head(scenario: Scenario) -> Iterator[str]:
    s = scenario
    yield f"{s.id}: {s.title}"
    if s.description:
        yield s.description.strip()
    yield f"as of {s.as_of} (possible: {s.first_as_of} to {s.last_as_of}), horizon {s.horizon_days} days"
    counts = [
        f"{len(items)} {name}"
        for name in (
            "actors",
            "sites",
            "routes",
            "flows",
            "stocks",
            "events",
            "levers",
            "reactions",
            "sources",
        )
        if (items := getattr(s, name))
    ]
    yield ", ".join(counts)
    if s.sha256:
        yield f"content sha256 {s.sha256}"


def _conflict(scenario: Scenario) -> Iterator[str]:
    c = scenario.conflict
    held = Counter(site.holder for site in scenario.sites if site.id in c.theatre)
    sides = [f"{party.actor} ({party.role.replace('_', ' ')})" for party in c.opponents]
    yield ""
    yield f"conflict: {c.client} against {', '.join(sides)}"
    shown = [f"{actor} {n}" for actor, n in sorted(held.items(), key=lambda kv: (-kv[1], kv[0]))]
    sites = f"theatre: {len(c.theatre)} sites, capital {c.capital}"
    yield f"{sites}; held on {c.control_as_of}: {', '.join(shown)}"
    yield f"patrons: {_names(c.patrons)}; patrons of the opponents: {_names(c.rebel_patrons)}"


def _names(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "none"


def _support(scenario: Scenario) -> Iterator[str]:
    if scenario.flows:
        yield ""
        yield "support:"
    for flow in sorted(scenario.flows, key=lambda f: (f.sender, f.recipient, f.kind, f.id)):
        yield f"  {_flow(flow)}"


def _flow(flow: Flow) -> str:
    span = f"{flow.start} to {flow.end}" if flow.end else f"since {flow.start}"
    way = f", {'/'.join(flow.modes)} {flow.origin} to {flow.destination}" if flow.modes else ""
    return f"{flow.sender} to {flow.recipient}: {flow.kind}, {_figure(flow.size)}, {span}{way}"


def _figure(figure: Figure) -> str:
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    spread = f" [{low:,.15g} to {high:,.15g}]" if low != high else ""
    return f"{figure.value:,.15g}{spread} {figure.unit} ({figure.standing})"


def _past(scenario: Scenario) -> Iterator[str]:
    if scenario.events:
        yield ""
        yield "events:"
    for event in sorted(scenario.events, key=lambda e: (e.date, e.id)):
        yield f"  {_event(event)}"
    if scenario.levers:
        yield ""
        yield "levers:"
    for lever in scenario.levers:
        yield f"  {lever.id}: {lever.title}"


def _event(event: DatedEvent) -> str:
    day = str(event.date) if event.known_from == event.date else f"{event.date} to {event.known_from}"
    parts = [
        event.actor,
        f"on {event.target}" if event.target else None,
        f"at {event.site}" if event.site else None,
    ]
    return f"{day} {event.kind.replace('_', ' ')}: {' '.join(p for p in parts if p) or 'no actor named'}"


def _standing(scenario: Scenario) -> Iterator[str]:
    figures = [figure for _, figure in figures_of(scenario)]
    yield ""
    if not figures:
        yield "figures: none"
        return
    standings, confidences = (
        ", ".join(f"{n} {name}" for name, n in sorted(Counter(getattr(f, what) for f in figures).items()))
        for what in ("standing", "confidence")
    )
    yield f"figures: {len(figures)}, by standing: {standings}; by confidence: {confidences}"
