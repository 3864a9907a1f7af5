"""Ids are unique, and every reference leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from counterpoise.errors import nearest
from counterpoise.scenario.draft import Draft, Finding, values_at
from counterpoise.scenario.slots import figure_slots

__all__ = ["REFERENCES", "check_blocs", "check_ids", "check_references"]

#: Where an id is named, and the section that must declare it.
REFERENCES: Final[dict[str, str]] = {
    "actors.*.members.*": "actors",
    "actors.*.home": "sites",
    "sites.*.holder": "actors",
    "sites.*.threatened_by.*": "actors",
    "sites.*.source": "sources",
    "routes.*.a": "sites",
    "routes.*.b": "sites",
    "routes.*.consent.*": "actors",
    "routes.*.source": "sources",
    "flows.*.sender": "actors",
    "flows.*.recipient": "actors",
    "flows.*.origin": "sites",
    "flows.*.destination": "sites",
    "flows.*.escort.flow": "flows",
    "flows.*.base": "sites",
    "stocks.*.actor": "actors",
    "alignments.*.a": "actors",
    "alignments.*.b": "actors",
    "alignments.*.source": "sources",
    "conflict.client": "actors",
    "conflict.opponents.*.actor": "actors",
    "conflict.theatre.*": "sites",
    "conflict.capital": "sites",
    "conflict.patrons.*": "actors",
    "conflict.rebel_patrons.*": "actors",
    "conflict.source": "sources",
    "events.*.actor": "actors",
    "events.*.target": "actors",
    "events.*.site": "sites",
    "events.*.route": "routes",
    "events.*.change.sender": "actors",
    "events.*.change.recipient": "actors",
    "events.*.change.flows.*": "flows",
    "events.*.sources.*": "sources",
    "levers.*.changes.*.sender": "actors",
    "levers.*.changes.*.recipient": "actors",
    "levers.*.changes.*.flows.*": "flows",
    "levers.*.close_routes.*": "routes",
    "levers.*.interdictions.*.route": "routes",
    "levers.*.interdictions.*.site": "sites",
    "reactions.*.actor": "actors",
    "reactions.*.sites.*": "sites",
    "reactions.*.target": "actors",
    "reactions.*.flow": "flows",
    "reactions.*.source": "sources",
    "uncertainties.*.source": "sources",
    "ledger.*": "actors",
    "case.sources.*": "sources",
}

#: Where a bloc may stand although it does nothing itself.
_BLOC_ALLOWED: Final = ("ledger.*", "events.*.actor", "events.*.target")

#: Lists in which the same id twice is a mistake.
_SETS: Final = (
    "actors.*.members",
    "sites.*.threatened_by",
    "routes.*.consent",
    "conflict.theatre",
    "conflict.patrons",
    "conflict.rebel_patrons",
    "events.*.sources",
    "levers.*.close_routes",
    "reactions.*.sites",
    "ledger",
    "case.sources",
)
_SECTIONS_WITH_IDS: Final = (
    "sources",
    "actors",
    "sites",
    "routes",
    "flows",
    "events",
    "levers",
    "reactions",
)


def check_ids(draft: Draft) -> list[Finding]:
    """Ids stand once in their section (case ignored), and no actor is called like a site."""
    found = []
    for section in _SECTIONS_WITH_IDS:
        first: dict[str, tuple[int, str]] = {}
        for i, name in enumerate(draft.ids.get(section, ())):
            if name is None:
                continue
            where, said = first.setdefault(name.casefold(), (i, name))
            if where != i:
                what = f"duplicate id '{name}' in {section}: item {where} is called '{said}' already"
                found.append(Finding((section, i, "id"), what, "give each its own id; case is ignored"))
    actors = set(draft.declared("actors"))
    for i, name in enumerate(draft.ids.get("sites", ())):
        if name in actors:
            found.append(
                Finding(("sites", i, "id"), f"the id '{name}' is also an actor's", "give the site another id")
            )
    return found + _repeated(draft)


def _repeated(draft: Draft) -> list[Finding]:
    """Return ids that stand twice in a list that is a set, and pairs of the same stock or parameter."""
    found = []
    for slot in _SETS:
        for path, names in values_at(draft, slot.split(".")):
            for i, name in enumerate(names):
                if name in names[:i]:
                    found.append(Finding((*path, i), f"'{name}' stands twice in this list", "keep one"))
    keys: dict[tuple[str, ...], tuple[object, ...]] = {}
    for stock in draft.stocks:
        if keys.setdefault(("stock", stock.item.actor, stock.item.kind), stock.path) != stock.path:
            what = f"a second stock of {stock.item.kind} for {stock.item.actor}"
            found.append(Finding(stock.path, what, "keep one"))
    for uncertain in draft.uncertainties:
        if keys.setdefault(("parameter", uncertain.item.parameter), uncertain.path) != uncertain.path:
            found.append(Finding(uncertain.path, f"{uncertain.item.parameter} is set twice", "keep one"))
    return found


def _references(draft: Draft) -> Iterator[tuple[str, tuple[object, ...], str, str]]:
    """Yield (slot, path, id, section) of every reference."""
    for slot, section in REFERENCES.items():
        for path, name in values_at(draft, slot.split(".")):
            yield slot, path, name, section
    for name, slot_path in figure_slots().items():
        if name.count(".") <= 1:
            for path, figure in values_at(draft, slot_path):
                yield name, (*path, "source"), figure.source, "sources"


def check_references(draft: Draft) -> list[Finding]:
    """Every id that is named is declared; the nearest declared names are offered."""
    known = {section: draft.declared(section) for section in _SECTIONS_WITH_IDS}
    found: dict[tuple[object, ...], Finding] = {}
    for _, path, name, section in _references(draft):
        if name not in known[section]:
            what = f"unknown {section.removesuffix('s')} '{name}'"
            mend = f"name one of `{section}`, or add it there"
            found.setdefault(path, Finding(path, what, mend, nearest(name, known[section])))
    return list(found.values())


def check_blocs(draft: Draft) -> list[Finding]:
    """A bloc is a list of members that disagree: it holds, sends, fights and belongs to nothing."""
    blocs = {p.item.id for p in draft.actors if p.item.kind == "bloc"}
    return [
        Finding(path, f"'{name}' is a bloc", "name one of its members: a bloc does nothing by itself")
        for slot, path, name, section in _references(draft)
        if section == "actors" and name in blocs and slot not in _BLOC_ALLOWED
    ]
