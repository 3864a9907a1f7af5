"""From an evidence log to the state on the as-of day: a town that was taken, a patron that left.

An entry becomes an event of the scenario if, by the as-of day, at least `LEAST` independent sources say outright that it
happened, and none denies it. Copies of one report are one source: echo is not corroboration. Entries on the same town or the
same pair within `MERGE_DAYS` are one event, known from the day on which the second source has it. What the scenario knows
already stays as it is. Everything else is listed with the reason.

Weakest assumption: how much of its support a patron took away is not read from the texts; all of it is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterpoise.compiler.names import Resolver
from counterpoise.compiler.parameters import ParameterSet
from counterpoise.compiler.shock import MERGE_DAYS, PERSONNEL, same_event
from counterpoise.compiler.theatre import build_theatre, parties_of
from counterpoise.scenario.models import DatedEvent, FlowChange, Scenario, Source

if TYPE_CHECKING:
    from counterpoise.reports import EvidenceLog
    from counterpoise.reports.evidence import EvidenceEntry

__all__ = ["LEAST", "SOURCE", "KnownState", "LeftOut", "apply_evidence"]

#: So many independent sources must assert what enters the state.
LEAST = 2
#: Id of the log among the scenario's sources.
SOURCE = "evidence-log"


@dataclass(frozen=True)
class LeftOut:
    """An entry that did not enter the state, and why."""

    entry: str
    change: str
    quote: str
    reason: str


@dataclass(frozen=True)
class KnownState:
    """A scenario with what a log adds to its past."""

    scenario: Scenario
    taken: tuple[tuple[DatedEvent, tuple[str, ...]], ...] = ()
    left: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class _Said:
    """An entry in the scenario's own names: a town and who took it, or a sender and its client."""

    entry: EvidenceEntry
    day: dt.date
    key: tuple[str, str, str]


def apply_evidence(
    scenario: Scenario, log: EvidenceLog, as_of: dt.date, parameters: ParameterSet
) -> KnownState:
    """Add what a log establishes by a day to a scenario's events; nothing dated later is looked at."""
    resolver = Resolver(scenario)
    said: list[_Said] = []
    left: list[LeftOut] = []
    for entry in log.entries:
        found = _read(entry, scenario, as_of, resolver)
        if isinstance(found, str):
            left.append(LeftOut(entry.id, entry.change, entry.quote, found))
        else:
            said.append(found)
    events: list[tuple[DatedEvent, tuple[str, ...]]] = []
    for group in _pooled([x for x in said if x.entry.realis == "actual"]):
        no = _denied(group, said)
        event = None if no else _event(group, scenario, parameters)
        why = no or _too_few(group) or _known(event, group[0], scenario, as_of)
        if event is None or why:
            left += [LeftOut(x.entry.id, x.entry.change, x.entry.quote, why) for x in group]
        else:
            events.append((event, tuple(x.entry.id for x in group)))
    order = {e.id: i for i, e in enumerate(log.entries)}
    left.sort(key=lambda x: order[x.entry])
    if not events:
        return KnownState(scenario, (), tuple(left))
    source = Source(
        id=SOURCE,
        title=f"evidence log of {log.n_reports} reports, {log.n_independent} of them independent",
        publisher="the user",
        reliability="F",
    )
    found_events = tuple(e for e, _ in events)
    changed = scenario.model_copy(
        update={"events": (*scenario.events, *found_events), "sources": (*scenario.sources, source)}
    )
    return KnownState(changed, tuple(events), tuple(left))


def _read(entry: EvidenceEntry, scenario: Scenario, as_of: dt.date, resolver: Resolver) -> _Said | str:
    """Put an entry into the scenario's names, or say why it is not one for the state."""
    if entry.day is None:
        return "it has no date, and none of its reports has one"
    if entry.day > as_of:
        return f"it is dated {entry.day}, after the as-of day"
    if entry.realis not in ("actual", "negated"):
        return "it had not happened yet when it was reported"
    if entry.change == "withdrawal":
        for sender in resolver.all(entry.actors):
            for recipient in resolver.all(entry.recipients):
                if any((f.sender, f.recipient) == (sender, recipient) for f in scenario.flows):
                    return _Said(entry, entry.day, ("withdrawal", sender, recipient))
        return "the scenario's support ledger has no flow between these actors"
    if entry.change == "fighting" and entry.mode == "seize":
        takers = [p for p in parties_of(scenario)[1:] if p in resolver.all(entry.actors)]
        sites = [s for p in entry.place if (s := resolver.site(p)) in scenario.conflict.theatre]
        if takers and sites:
            return _Said(entry, entry.day, ("capture", takers[0], str(sites[0])))
        return "no opponent of the scenario takes a site of its theatre in it"
    return "no state of the model hangs on this kind of event"


def _pooled(said: Sequence[_Said]) -> list[list[_Said]]:
    """Put together what is said of one event: the same town or pair, near in time."""
    groups: list[list[_Said]] = []
    for one in sorted(said, key=lambda x: (x.day, x.entry.id)):
        for group in groups:
            if group[0].key == one.key and (one.day - group[0].day).days <= MERGE_DAYS:
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _denied(group: Sequence[_Said], said: Sequence[_Said]) -> str:
    """Say who denies an event, or nothing."""
    for one in said:
        near = abs((one.day - group[0].day).days) <= MERGE_DAYS
        if one.entry.realis == "negated" and one.key == group[0].key and near:
            return f"{one.entry.id} denies it, and the log does not decide between them"
    return ""


def _sources(group: Sequence[_Said]) -> dict[int, dt.date]:
    """Return the independent sources that assert an event, each with the day from which it does."""
    found: dict[int, dt.date] = {}
    for one in group:
        for number in one.entry.asserted_by:
            found[number] = min(one.day, found.get(number, one.day))
    return found


def _too_few(group: Sequence[_Said]) -> str:
    """Say that too few sources assert an event, or nothing."""
    n, reports = len(_sources(group)), sum(x.entry.n_reports for x in group)
    if n >= LEAST:
        return ""
    return f"{n} independent source(s) assert it in {reports} report(s), {LEAST} are needed; echo is not corroboration"


def _event(group: Sequence[_Said], scenario: Scenario, parameters: ParameterSet) -> DatedEvent | None:
    """Make the event that a group tells of; None where too few sources have it or the ledger has no such kind."""
    days = sorted(_sources(group).values())
    if len(days) < LEAST:
        return None
    kind, first, second = group[0].key
    common = {
        "id": f"log-{group[0].entry.id.lower()}", "kind": kind, "date": group[0].day,
        "date_latest": max(group[0].day, days[LEAST - 1]), "actor": first, "sources": (SOURCE,), "confidence": "low",
    }  # fmt: skip
    if kind == "capture":
        return DatedEvent(**common, site=second, target=scenario.conflict.client)
    there = {f.kind for f in scenario.flows if (f.sender, f.recipient) == (first, second)}
    named = dict.fromkeys(k for x in group for k in x.entry.support_kinds)
    kinds = tuple(k for k in (named or PERSONNEL) if k in there)
    if not kinds:
        return None
    change = FlowChange(
        sender=first, recipient=second, kinds=kinds, to=0.0, date=group[0].day,
        days=int(parameters.constant("shock.days")),
    )  # fmt: skip
    return DatedEvent(**common, target=second, change=change)


def _known(event: DatedEvent | None, head: _Said, scenario: Scenario, as_of: dt.date) -> str:
    """Say that the scenario knows an event, or cannot hold it, or nothing."""
    _, first, second = head.key
    if event is None:
        return f"the ledger has no support of these kinds from {first} to {second}"
    if event.change is not None:
        own = same_event(scenario, as_of, first, second, event.change.kinds, event.date, leaves=True)
        return f"it is the scenario's own event {own.id}" if own else ""
    theatre = build_theatre(scenario, as_of)
    site = scenario.conflict.theatre.index(second)
    held = parties_of(scenario)[int(theatre.holder[site])] == first
    return f"the scenario already has {second} in the hands of {first} on the as-of day" if held else ""
