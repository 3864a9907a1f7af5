"""A scenario as plain data that a form changes: which fields an entry has, what may be chosen, how a typed value is put in.

The data are those of the YAML file, defaults left out; nothing is judged here. Whether it is valid says the loader, on the whole file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import yaml

from counterpoise.events import EVENT_KINDS
from counterpoise.scenario.models import Scenario
from counterpoise.scenario.vocabulary import SUPPORT_KINDS, Mode, Role

__all__ = ["SECTIONS", "Entry", "Field", "as_data", "as_yaml", "listed_in", "new_entry", "put", "shown_value"]

Data = dict[str, Any]
Kind = Literal["text", "number", "date", "choice", "several", "figure"]
_DUMPER: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_FIGURE: Final = ("value", "low", "high", "unit")


@dataclass(frozen=True)
class Field:
    """A field of an entry.

    Parameters
    ----------
    choices : callable, optional
        Given the scenario's data, what may be chosen.
    """

    name: str
    kind: Kind = "text"
    label: str = ""
    choices: Callable[[Data], list[str]] | None = None

    @property
    def title(self) -> str:
        """Its label."""
        return self.label or self.name.replace("_", " ").capitalize()


def _ids(section: str) -> Callable[[Data], list[str]]:
    """Return what lists the ids of a section."""
    return lambda data: [str(x["id"]) for x in listed_in(data, section) if isinstance(x, dict) and "id" in x]


def _fixed(*values: str) -> Callable[[Data], list[str]]:
    """Return what lists the same values always."""
    return lambda _: list(values)


def listed_in(data: Data, section: str) -> list[Any]:
    """Return a section's entries, whatever stands there."""
    found = data.get(section)
    return found if isinstance(found, list) else []


_ACTORS, _SITES, _SOURCES, _ROUTES = (_ids(x) for x in ("actors", "sites", "sources", "routes"))
_MODES = _fixed(*get_args(Mode))

#: Sections of a scenario that have a form, with their fields; what else an entry holds stays as it is.
SECTIONS: Final[dict[str, tuple[Field, ...]]] = {
    "actors": (
        Field("id"), Field("name"), Field("kind", "choice", choices=_fixed("state", "government", "armed_group", "bloc")),
        Field("iso3", label="ISO 3166 code"), Field("home", "choice", choices=_SITES),
        Field("strength", "figure", "Armed strength"), Field("note"),
    ),
    "sites": (
        Field("id"), Field("name"), Field("country", label="Country (ISO 3166)"), Field("lat", "number", "Latitude"),
        Field("lon", "number", "Longitude"), Field("population", "figure"), Field("roles", "several", choices=_fixed(*get_args(Role))),
        Field("holder", "choice", choices=_ACTORS), Field("threatened_by", "several", choices=_ACTORS),
        Field("source", "choice", choices=_SOURCES),
    ),
    "routes": (
        Field("id"), Field("a", "choice", "From", _SITES), Field("b", "choice", "To", _SITES), Field("mode", "choice", choices=_MODES),
        Field("capacity", "figure"), Field("delay", "figure"), Field("source", "choice", choices=_SOURCES),
    ),
    "flows": (
        Field("id"), Field("sender", "choice", choices=_ACTORS), Field("recipient", "choice", choices=_ACTORS),
        Field("kind", "choice", choices=_fixed(*SUPPORT_KINDS)), Field("size", "figure"), Field("start", "date"), Field("end", "date"),
        Field("modes", "several", choices=_MODES), Field("origin", "choice", choices=_SITES),
        Field("destination", "choice", choices=_SITES),
    ),
    "events": (
        Field("id"), Field("kind", "choice", choices=_fixed(*EVENT_KINDS)), Field("date", "date", "First possible day"),
        Field("date_latest", "date", "Last possible day"), Field("actor", "choice", choices=_ACTORS),
        Field("target", "choice", choices=_ACTORS), Field("site", "choice", choices=_SITES), Field("route", "choice", choices=_ROUTES),
        Field("detail"), Field("sources", "several", choices=_SOURCES),
    ),
}  # fmt: skip


@dataclass
class Entry:
    """The entry that a form shows."""

    section: str = "actors"
    at: int = 0


def as_data(scenario: Scenario) -> Data:
    """Return a loaded scenario as the data of a file, so that a bundled one can be changed by form."""
    data: Data = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"sha256"})
    return {"schema": "counterpoise/scenario/1", **data}


def as_yaml(data: Data) -> str:
    """Return data as the text of a file; comments of a text that was read are gone."""
    return str(yaml.dump(data, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=120))


def new_entry(data: Data, section: str) -> int:
    """Add an empty entry to a section; return where it stands."""
    if not isinstance(data.get(section), list):
        data[section] = []
    taken = {x.get("id") for x in data[section] if isinstance(x, dict)}
    n = next(i for i in range(1, len(taken) + 2) if f"new-{i}" not in taken)
    data[section].append({"id": f"new-{n}"})
    return len(data[section]) - 1


def shown_value(entry: Data, name: str) -> Any:
    """Return what a control shows: a field, or with a point a part of a figure; a bare number is a figure's value."""
    field, _, part = name.partition(".")
    found = entry.get(field)
    if not part:
        return found
    if isinstance(found, dict):
        return found.get(part)
    return found if part == "value" else None


def put(entry: Data, name: str, kind: Kind, value: Any) -> None:
    """Put a typed value into an entry; an empty one takes the field out. A number that is none stays the text that it is."""
    field, _, part = name.partition(".")
    typed = _typed(value, kind, part)
    if not part:
        _set(entry, field, typed)
        return
    if part not in _FIGURE:
        return
    figure = entry.get(field)
    parts: Data = dict(figure) if isinstance(figure, dict) else {} if figure is None else {"value": figure}
    _set(parts, part, typed)
    # A bare number keeps what the file says for all figures of its kind.
    _set(entry, field, parts["value"] if set(parts) == {"value"} else parts or None)


def _set(entry: Data, name: str, value: Any) -> None:
    """Set a field, or take it out."""
    if value in (None, "", []):
        entry.pop(name, None)
    else:
        entry[name] = value


def _typed(value: Any, kind: Kind, part: str) -> Any:
    """Return a value as the file would have it."""
    if kind == "several":
        return [str(x) for x in value] if isinstance(value, list) else [str(value)]
    text = str(value).strip()
    if kind == "number" or (kind == "figure" and part != "unit"):
        for make in (int, float):
            try:
                return make(text)
            except ValueError:
                continue
    return text
