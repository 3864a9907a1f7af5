"""What of a report does not reach the model, relations and parts of events included, each with the reason.

The model takes levers, attacks and captures from a report. How actors stand to one another it takes from the scenario, which
has sources for it: a relation that a report states changes nothing, and the brief says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterpoise.compiler.names import Resolver
from counterpoise.scenario.models import Scenario

if TYPE_CHECKING:
    from counterpoise.reports import Coding, Event, Relation

__all__ = ["Skipped", "kinds_left", "pairs_left", "places_left", "relations_left"]

#: Relations that the support ledger holds, and the kinds of support behind them (none: any).
_LEDGER: Final = {
    "patron_of": (),
    "arms_transfers_to": ("weapons", "materiel"),
    "funds": ("funding",),
    "bases_in": ("territory", "troops", "air_power"),
    "conduit_for": (),
}
_STANCE: Final = {
    "ally_of": ("ally",),
    "partner_of": ("ally", "partner"),
    "at_war_with": ("hostile",),
    "rival_of": ("rival", "hostile"),
}


@dataclass(frozen=True)
class Skipped:
    """A statement that did not reach the model."""

    statement: str
    kind: str
    quote: str
    reason: str


def relations_left(coding: Coding, scenario: Scenario, resolver: Resolver) -> list[Skipped]:
    """Return every relation of a report with the reason why it changes nothing."""
    return [
        Skipped(r.id, r.type, r.evidence[0].quote if r.evidence else "", _why(r, scenario, resolver))
        for r in coding.relations
    ]


def _why(relation: Relation, scenario: Scenario, resolver: Resolver) -> str:
    """Say why a relation changes nothing."""
    if not relation.usable:
        return f"the coder is not sure enough of it (support {relation.support:.2f})"
    unknown = [e for e in (*relation.from_, *relation.to) if not resolver.one(e)]
    if unknown:
        return f"the scenario has no actor for {', '.join(dict.fromkeys(unknown))}"
    first, second = resolver.all(relation.from_), resolver.all(relation.to)
    kinds, stances = _LEDGER.get(relation.type), _STANCE.get(relation.type)
    ledger = any(
        f.sender in first and f.recipient in second and (not kinds or f.kind in kinds)
        for f in scenario.flows
        if kinds is not None
    )
    stance = any(
        ({x.a, x.b} & set(first) and {x.a, x.b} & set(second)) and x.stance in stances
        for x in scenario.alignments
        if stances is not None
    )
    if ledger or stance:
        return "the scenario holds it on sources of its own; nothing is left to change"
    if kinds is None and stances is None:
        return "the model has no part that this kind of relation would change"
    return "the scenario's ledger and stances, which have sources, do not hold it, and a report does not rewrite them"


def kinds_left(event: Event, there: set[str], taken: tuple[str, ...]) -> list[Skipped]:
    """Return the kinds of support that an event names and the ledger has not between these actors."""
    lost = [k for k in event.support_kinds if k not in there and k not in taken]
    if not lost:
        return []
    named = ", ".join(k.replace("_", " ") for k in lost)
    reason = f"the ledger has no {named} between these actors; the rest of the event is used"
    return [Skipped(event.id, event.type, _quote(event), reason)]


def pairs_left(event: Event, pairs: list[tuple[str, str]]) -> list[Skipped]:
    """Return the further pairs of actors that an event names: a lever has one sender and one recipient."""
    if len(pairs) < 2:
        return []
    rest = ", ".join(f"{s} to {r}" for s, r in pairs[1:])
    reason = f"one event is one lever ({pairs[0][0]} to {pairs[0][1]}); left out: {rest}"
    return [Skipped(event.id, event.type, _quote(event), reason)]


def places_left(event: Event, scenario: Scenario, resolver: Resolver) -> list[Skipped]:
    """Return the places that an event says are taken and that are no sites of the theatre."""
    if event.mode != "seize":
        return []
    lost = [p for p in event.place if resolver.site(p) not in scenario.conflict.theatre]
    if not lost:
        return []
    reason = f"no site of the theatre: {', '.join(lost)}; the attack itself is used"
    return [Skipped(event.id, event.type, _quote(event), reason)]


def _quote(event: Event) -> str:
    return event.triggers[0].quote if event.triggers else ""
