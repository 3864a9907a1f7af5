"""What the checks look at: the items of a scenario that are valid by themselves, with their place.

A file with a broken site must still have its cross-references checked, or the user mends one error only to
meet the next. A draft holds the items that the schema accepts, and the ids of all items, broken ones
included, so that a broken site is not also reported as unknown wherever it is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from counterpoise.scenario.models import (
    Actor,
    Alignment,
    Case,
    Conflict,
    DatedEvent,
    Flow,
    Lever,
    Reaction,
    Route,
    Scenario,
    Site,
    Source,
    Stock,
    Uncertainty,
)
from counterpoise.scenario.slots import ANY, shape_at

__all__ = ["Draft", "Finding", "Placed", "values_at"]

T = TypeVar("T", bound=BaseModel)


class Finding(NamedTuple):
    """A problem at a path of the scenario, before it is given a file and a line."""

    path: tuple[object, ...]
    what: str
    mend: str = ""
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed(Generic[T]):
    """An item and its path."""

    path: tuple[object, ...]
    item: T


@dataclass(frozen=True)
class Draft:
    """The valid items of each section, and the ids that each section declares."""

    sources: tuple[Placed[Source], ...] = ()
    actors: tuple[Placed[Actor], ...] = ()
    sites: tuple[Placed[Site], ...] = ()
    routes: tuple[Placed[Route], ...] = ()
    flows: tuple[Placed[Flow], ...] = ()
    stocks: tuple[Placed[Stock], ...] = ()
    alignments: tuple[Placed[Alignment], ...] = ()
    events: tuple[Placed[DatedEvent], ...] = ()
    levers: tuple[Placed[Lever], ...] = ()
    reactions: tuple[Placed[Reaction], ...] = ()
    uncertainties: tuple[Placed[Uncertainty], ...] = ()
    ledger: tuple[str, ...] = ()
    conflict: Conflict | None = None
    case: Case | None = None
    first_as_of: dt.date | None = None
    last_as_of: dt.date | None = None
    #: ids in order of declaration, repeated where they stand twice: section -> ids by position
    ids: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    @classmethod
    def of_scenario(cls, scenario: Scenario) -> Draft:
        """Return the draft of a scenario that the schema accepted."""
        sections: dict[str, Any] = {}
        ids: dict[str, list[str | None]] = {}
        for name in _SECTIONS:
            items = getattr(scenario, name)
            sections[name] = tuple(Placed((name, i), item) for i, item in enumerate(items))
            ids[name] = [getattr(item, "id", None) for item in items]
        return cls(
            **sections,
            ledger=scenario.ledger,
            conflict=scenario.conflict,
            case=scenario.case,
            first_as_of=scenario.first_as_of,
            last_as_of=scenario.last_as_of,
            ids=ids,
        )

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Draft:
        """Return the draft of content that the schema refused: what of it can be used."""
        sections: dict[str, Any] = {}
        ids: dict[str, list[str | None]] = {}
        for name in _SECTIONS:
            model = get_args(Scenario.model_fields[name].annotation)[0]
            items = _list(data.get(name))
            sections[name] = tuple(
                Placed((name, i), item)
                for i, raw in enumerate(items)
                if (item := _try(model, raw)) is not None
            )
            ids[name] = [_text(raw.get("id")) if isinstance(raw, Mapping) else None for raw in items]
        return cls(
            **sections,
            ledger=tuple(x for x in _list(data.get("ledger")) if isinstance(x, str)),
            conflict=_try(shape_at(("conflict",)), data.get("conflict")),
            case=_try(Case, data.get("case")),
            first_as_of=_day(data.get("first_as_of")),
            last_as_of=_day(data.get("last_as_of")),
            ids=ids,
        )

    @property
    def flows_are_whole(self) -> bool:
        """Whether every flow is valid and between known actors; else no flow can be called missing."""
        ends = {end for p in self.flows for end in (p.item.sender, p.item.recipient)}
        return len(self.flows) == len(self.ids.get("flows", ())) and ends <= set(self.declared("actors"))

    def declared(self, *sections: str) -> list[str]:
        """Return the ids that sections declare."""
        return [i for name in sections for i in self.ids.get(name, ()) if i is not None]


_SECTIONS = (
    "sources",
    "actors",
    "sites",
    "routes",
    "flows",
    "stocks",
    "alignments",
    "events",
    "levers",
    "reactions",
    "uncertainties",
)


def values_at(draft: Draft, slot: Sequence[str]) -> Iterator[tuple[tuple[object, ...], Any]]:
    """Yield path and value of all that stands at a slot (`ANY`: every item or kind) and is not null."""
    section = getattr(draft, slot[0])
    if section and isinstance(section, tuple) and isinstance(section[0], Placed):
        for placed in section:
            yield from _descend(placed.item, slot[2:], placed.path)
    else:
        yield from _descend(section, slot[1:], (slot[0],))


def _descend(
    value: Any, slot: Sequence[str], path: tuple[object, ...]
) -> Iterator[tuple[tuple[object, ...], Any]]:
    if value is None:
        return
    if not slot:
        yield path, value
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _descend(item, slot[1:], (*path, i))
    elif isinstance(value, Mapping):
        for key in value if slot[0] == ANY else [k for k in value if k == slot[0]]:
            yield from _descend(value[key], slot[1:], (*path, key))
    else:
        yield from _descend(getattr(value, slot[0]), slot[1:], (*path, slot[0]))


def _try(model: type[T], raw: object) -> T | None:
    try:
        return model.model_validate(raw)
    except ValidationError:
        return None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None
