"""From coded statements to the model: which levers a report sets, which state it adds, and what could not be mapped.

A withdrawal or reinforcement between two actors of the scenario becomes a `FlowChange`; an offensive under way opens a campaign
in a quiet theatre; a captured town becomes a capture on the as-of day. A reported event that the scenario already has (same
sender, recipient and kind, dates within seven days) updates it and is not counted twice. Text never sets a size: how much is
left and how fast it goes are the program's own assumed numbers, named in the register.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterpoise.compiler.names import Resolver
from counterpoise.compiler.parameters import ParameterSet
from counterpoise.compiler.theatre import Capture, known_events
from counterpoise.compiler.unmapped import Skipped, kinds_left, pairs_left, places_left, relations_left
from counterpoise.scenario.models import DatedEvent, FlowChange, Scenario

if TYPE_CHECKING:
    from counterpoise.reports import Coding, Event, Span

__all__ = [
    "MERGE_DAYS",
    "OLD_DAYS",
    "LeverSet",
    "MappedShock",
    "Skipped",
    "map_shock",
    "same_event",
    "weight_of",
]

#: A reported event within this many days of the scenario's own is the same event.
MERGE_DAYS = 7
#: A reported event that its text dates further back than this is history, not the shock [days].
OLD_DAYS = 60
#: What "personnel" means where the text names no kind.
PERSONNEL = ("troops", "advisers")
#: Kinds of support in prose.
KIND_WORDS = {
    "troops": "troops",
    "air_power": "air power",
    "advisers": "advisers",
    "weapons": "arms",
    "materiel": "materiel",
    "training": "training",
    "funding": "money",
    "intelligence": "intelligence",
    "territory": "access to territory",
    "diplomatic": "diplomats",
    "other": "other support",
}


@dataclass(frozen=True)
class LeverSet:
    """One lever that the report set.

    Parameters
    ----------
    weight : float
        How surely the report says it: 1 where it asserts the event or the scenario knows of it, else the middle of the
        interval of its wording. A weight below 1 makes of the arm *as reported* a mixture (`compiler.mixture`).
    """

    id: str
    change: FlowChange
    statement: str
    evidence: tuple[Span, ...]
    hedge: tuple[float, float] | None
    merged_with: str | None
    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class MappedShock:
    """What a report does to the model.

    Parameters
    ----------
    merged : tuple of str
        Scenario events that the report repeats; they are taken out of the settled past and come back through the levers.
    hedged : tuple of (statement, weight)
        Reported attacks and captures that the wording leaves less than certain.
    """

    levers: tuple[LeverSet, ...] = ()
    captures: tuple[Capture, ...] = ()
    offensive: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    hedged: tuple[tuple[str, float], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the report sets nothing at all."""
        return not (self.levers or self.captures or self.offensive)


def map_shock(
    coding: Coding, scenario: Scenario, as_of: dt.date, resolver: Resolver, parameters: ParameterSet
) -> MappedShock:
    """Map the usable events of a report onto the scenario."""
    levers: list[LeverSet] = []
    captures: list[Capture] = []
    offensive: list[str] = []
    skipped: list[Skipped] = []
    hedged: list[tuple[str, float]] = []
    for event in coding.events:
        quote = event.triggers[0].quote if event.triggers else ""
        reason = _unfit(event, as_of)
        if reason:
            skipped.append(Skipped(event.id, event.type, quote, reason))
        elif event.support_change != "none":
            made, why = _lever(event, coding, scenario, as_of, resolver, parameters)
            if made is None:
                skipped.append(Skipped(event.id, event.type, quote, why))
            else:
                levers.append(made)
                skipped += _parts_left(event, scenario, resolver, made)
        elif (
            event.type == "ASSAULT"
            and not event.method.startswith("plover")
            and _is_rebel_attack(event, scenario, resolver)
        ):
            offensive.append(event.id)
            hedged += [(event.id, weight_of(event))] if weight_of(event) < 1.0 else []
            captures += _captures(event, scenario, resolver)
            skipped += places_left(event, scenario, resolver)
        else:
            skipped.append(
                Skipped(event.id, event.type, quote, "no process of the model reads this kind of event")
            )
    skipped += relations_left(coding, scenario, resolver)
    merged = tuple(dict.fromkeys(lever.merged_with for lever in levers if lever.merged_with))
    return MappedShock(
        _joined(levers), tuple(captures), tuple(offensive), merged, tuple(skipped), tuple(hedged)
    )


def weight_of(event: Event) -> float:
    """Return how surely a report says that an event happens: 1 where it asserts it, 0 where it leaves it open."""
    if event.hedge.strength == "asserted":
        return 1.0
    return round(sum(event.hedge.p) / 2, 3) if event.hedge.p else 0.0


def _unfit(event: Event, as_of: dt.date) -> str:
    """Say why an event may not reach the model, or nothing."""
    if not event.usable:
        return f"the coder is not sure enough of it (support {event.support:.2f})"
    if event.realis == "negated":
        return "the text denies it"
    if event.realis == "hypothetical":
        return "the text only supposes it"
    if event.hedge.p is None:
        return "the text leaves open whether it happened"
    if event.date and _is_old(event.date, as_of):
        return f"the text dates it {event.date}: it is part of the past that the scenario already holds"
    return ""


def _is_old(date: str, as_of: dt.date) -> bool:
    """Tell whether a stated day, month or year ended more than `OLD_DAYS` before the as-of day."""
    from counterpoise.reports.dates import ended_before

    try:
        return ended_before(date, as_of - dt.timedelta(days=OLD_DAYS))
    except ValueError:
        return False


def _lever(
    event: Event,
    coding: Coding,
    scenario: Scenario,
    as_of: dt.date,
    resolver: Resolver,
    parameters: ParameterSet,
) -> tuple[LeverSet | None, str]:
    """Turn a withdrawal or reinforcement into a lever, or say why not."""
    pairs = _pairs(event, scenario, resolver)
    if not pairs:
        return None, "the scenario's support ledger has no flow between these actors"
    sender, recipient = pairs[0]
    there = {f.kind for f in scenario.flows if f.sender == sender and f.recipient == recipient}
    said = tuple(k for k in event.support_kinds if k in there) or tuple(k for k in PERSONNEL if k in there)
    if not said:
        return None, f"the ledger has no support of these kinds from {sender} to {recipient}"
    leaves = event.support_change == "withdrawal"
    day = _day_of(event, coding, as_of)
    own = (
        same_event(scenario, as_of, sender, recipient, said, day, leaves)
        if event.realis == "actual"
        else None
    )
    start, days, kinds = day, int(parameters.constant("shock.days")), said
    if own is not None and own.change is not None:
        start, days = own.change.date or own.date, own.change.days
        kinds = tuple(k for k in dict.fromkeys((*own.change.kinds, *said)) if k in there)
    if own is None and start <= as_of:
        # What is under way on the as-of day and not in the scenario acts from the next morning: the past is not rewritten.
        start = as_of + dt.timedelta(days=1)
    to = 0.0 if leaves else parameters.constant("shock.reinforce_factor")
    if own is not None and own.change is not None:
        # The scenario's own figure, which has a source, stands over the program's general assumption.
        to = own.change.to
    change = FlowChange(sender=sender, recipient=recipient, kinds=kinds, to=to, date=start, days=days)
    if own is not None and own.change is not None:
        change = change.model_copy(
            update={
                "amount": own.change.amount,
                "after": own.change.after,
                "pause": own.change.pause,
                "flows": _named(own.change, kinds, scenario),
            }
        )
    text = _say(resolver.name(sender), resolver.name(recipient), kinds, leaves)
    hedge = event.hedge.p
    return LeverSet(
        f"lever-{event.id}",
        change,
        event.id,
        event.triggers,
        hedge,
        own.id if own else None,
        text,
        # What the scenario holds on its own sources is not made doubtful by a report that words it with care.
        1.0 if own else weight_of(event),
    ), ""


def _pairs(event: Event, scenario: Scenario, resolver: Resolver) -> list[tuple[str, str]]:
    """Return the pairs of an event's actors between which the ledger has support."""
    return [
        (s, r)
        for s in resolver.all(event.actors)
        for r in (resolver.all(event.recipients) or resolver.all(event.location))
        if s != r and any(f.sender == s and f.recipient == r for f in scenario.flows)
    ]


def _parts_left(event: Event, scenario: Scenario, resolver: Resolver, made: LeverSet) -> list[Skipped]:
    """Return what of an event is not in its lever: further pairs, and kinds that the ledger has not."""
    pair = (made.change.sender, made.change.recipient)
    there: set[str] = {f.kind for f in scenario.flows if (f.sender, f.recipient) == pair}
    pairs = _pairs(event, scenario, resolver)
    return [*pairs_left(event, pairs), *kinds_left(event, there, made.change.kinds)]


def _named(own: FlowChange, kinds: Sequence[str], scenario: Scenario) -> tuple[str, ...]:
    """Flows of a merged change: those that the scenario's event names, and all of the kinds that only the report has."""
    if not own.flows:
        return ()
    covered = {f.kind for f in scenario.flows if f.id in own.flows}
    wide = own.model_copy(update={"flows": (), "kinds": tuple(k for k in kinds if k not in covered)})
    return (*own.flows, *(f.id for f in scenario.flows if wide.kinds and wide.concerns(f)))


def _say(sender: str, recipient: str, kinds: Sequence[str], leaves: bool) -> str:
    """Say a lever in a sentence without a full stop."""
    words = [KIND_WORDS[k] for k in kinds]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return (
        f"{sender} withdraws {listed} (support to {recipient})"
        if leaves
        else f"{sender} adds {listed} (support to {recipient})"
    )


def _day_of(event: Event, coding: Coding, as_of: dt.date) -> dt.date:
    """Day of a reported event: stated, else the report's, else the as-of day; never after the as-of day unless stated."""
    if event.date:
        try:
            return dt.date.fromisoformat(event.date)
        except ValueError:
            pass
    return coding.document.published or as_of


def same_event(
    scenario: Scenario,
    as_of: dt.date,
    sender: str,
    recipient: str,
    kinds: Iterable[str],
    day: dt.date,
    leaves: bool,
) -> DatedEvent | None:
    """Return the scenario's own event that a reported one repeats."""
    wanted = set(kinds)
    near: list[tuple[int, DatedEvent]] = []
    for event in known_events(scenario, as_of):
        change = event.change
        if change is None or (change.sender, change.recipient) != (sender, recipient):
            continue
        same = (change.to < 1.0) == leaves and (not change.kinds or bool(wanted & set(change.kinds)))
        gap = abs(((change.date or event.date) - day).days)
        if same and gap <= MERGE_DAYS:
            near.append((gap, event))
    return min(near, key=lambda n: n[0])[1] if near else None


def _is_rebel_attack(event: Event, scenario: Scenario, resolver: Resolver) -> bool:
    """Whether rebels attack the client, now."""
    rebels = {o.actor for o in scenario.conflict.opponents}
    hit = set(resolver.all(event.recipients)) | set(resolver.all(event.location))
    fights = bool(rebels & set(resolver.all(event.actors)))
    return event.realis == "actual" and fights and (scenario.conflict.client in hit or not event.recipients)


def _captures(event: Event, scenario: Scenario, resolver: Resolver) -> list[Capture]:
    """Captures of theatre sites that an event tells of."""
    if event.mode != "seize":
        return []
    rebels = [o.actor for o in scenario.conflict.opponents]
    taker = next((a for a in resolver.all(event.actors) if a in rebels), None)
    if taker is None:
        return []
    sites = (resolver.site(p) for p in event.place)
    return [Capture(s, taker, event.id) for s in sites if s in scenario.conflict.theatre]


def _joined(levers: Sequence[LeverSet]) -> tuple[LeverSet, ...]:
    """Join levers of one pair and direction: what a report says twice happens once, with all its kinds and spans."""
    out: dict[tuple[str, str, bool], LeverSet] = {}
    for lever in levers:
        key = (lever.change.sender, lever.change.recipient, lever.change.to < 1.0)
        if key not in out:
            out[key] = lever
            continue
        old = out[key]
        kinds = tuple(dict.fromkeys((*old.change.kinds, *lever.change.kinds)))
        # The scenario's own event is taken out of the past, so its dates must come back whichever mention repeats it.
        dated = lever if lever.merged_with and not old.merged_with else old
        both = old.change.flows and lever.change.flows
        flows = tuple(dict.fromkeys((*old.change.flows, *lever.change.flows))) if both else ()
        out[key] = LeverSet(
            old.id,
            dated.change.model_copy(update={"kinds": kinds, "flows": flows}),
            old.statement,
            (*old.evidence, *lever.evidence),
            old.hedge,
            old.merged_with or lever.merged_with,
            old.text
            if kinds == old.change.kinds
            else f"{old.text}; also {', '.join(KIND_WORDS[k] for k in kinds if k not in old.change.kinds)}",
            weight=max(old.weight, lever.weight),
        )
    return tuple(out.values())
