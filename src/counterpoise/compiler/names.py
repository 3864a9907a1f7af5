"""Which actor or site of a scenario a name in a report means, and which scenario a report is about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterpoise.scenario.models import Scenario

if TYPE_CHECKING:
    from counterpoise.reports import Coding

__all__ = ["Match", "Resolver", "match_scenario"]


def _fold(name: str) -> str:
    """Fold case, accents, hyphens and the Arabic article, so that spellings meet."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(w for w in kept.split() if w not in ("al", "the", "el", "ash", "as", "ad"))


class Resolver:
    """Looks up entities of one report in one scenario."""

    def __init__(self, scenario: Scenario, coding: Coding | None = None) -> None:
        self._scenario = scenario
        self._coding = coding
        self._actor = {a.id: a for a in scenario.actors}
        self._alias: dict[str, str] = {}
        for actor in scenario.actors:
            for name in (actor.name, *actor.aliases):
                self._alias.setdefault(_fold(name), actor.id)
        self._site = {_fold(n): s.id for s in scenario.sites for n in (s.id, s.name, *s.aliases)}

    def name(self, actor: str) -> str:
        """Return the display name of an actor."""
        return self._actor[actor].name if actor in self._actor else actor

    def site(self, place: str) -> str | None:
        """Return the site that a place name means."""
        return self._site.get(_fold(place))

    def one(self, entity: str) -> tuple[str, ...]:
        """Return the actors that an entity means; none where the scenario has none such."""
        if entity in self._actor:
            return (entity,)
        stem, _, role = entity.partition("-")
        conflict = self._scenario.conflict
        client = self._actor[conflict.client]
        if role == "REB" and stem in (client.iso3, client.id):
            return tuple(o.actor for o in conflict.opponents if o.role == "rebel" and o.takes_sites)
        if role in ("GOV", "LDR", "MIL"):
            same = [
                a.id for a in self._scenario.actors if a.iso3 == stem and a.kind in ("government", "state")
            ]
            return tuple(same[:1])
        by_country = [
            a.id for a in self._scenario.actors if a.iso3 == entity and a.kind in ("government", "state")
        ]
        if by_country:
            return tuple(by_country[:1])
        found = self._coding.entity(entity) if self._coding else None
        names = (found.name, *found.aliases, found.group_code or "") if found else ()
        for name in (entity, *names):
            if name and _fold(name) in self._alias:
                return (self._alias[_fold(name)],)
        return ()

    def all(self, entities: Iterable[str]) -> tuple[str, ...]:
        """Return the actors of several entities, each once, in order."""
        return tuple(dict.fromkeys(a for e in entities for a in self.one(e)))


@dataclass(frozen=True)
class Match:
    """How well a scenario fits a report."""

    scenario: str
    actors: tuple[str, ...]
    sites: tuple[str, ...]
    client_named: bool

    @property
    def score(self) -> float:
        """Actors count one, sites a half, the client three."""
        return len(self.actors) + 0.5 * len(self.sites) + 3.0 * self.client_named

    @property
    def enough(self) -> bool:
        """Whether the scenario may be chosen: its client and at least one more actor are named."""
        return self.client_named and len(self.actors) >= 2


def match_scenario(scenario: Scenario, coding: Coding) -> Match:
    """Compare the entities of a report with the actors and sites of a scenario."""
    resolver = Resolver(scenario, coding)
    actors = resolver.all(e.id for e in coding.entities if e.type != "place")
    places = {resolver.site(e.name) for e in coding.entities if e.type == "place"}
    places |= {resolver.site(p) for event in coding.events for p in event.place}
    client = scenario.conflict.client in actors
    return Match(scenario.id, actors, tuple(sorted(p for p in places if p)), client)
