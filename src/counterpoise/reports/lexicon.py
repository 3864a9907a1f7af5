"""The name tables: states, leaders with their dates, named groups, towns; read once, looked up by words.

A name is a run of word pieces (``al-Assad`` is two), so that hyphens, full stops and apostrophes may vary.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, Literal, cast, get_args

import pycountry
from babel import Locale

from counterpoise.library import read_text, read_yaml
from counterpoise.reports.coding import EntityType, Sector

__all__ = ["Actor", "Leader", "Name", "actor", "fold", "names_index", "state_names", "towns_index"]

PIECE: Final = re.compile(r"\w+")

#: What a name stands for: the state, its adjective or people, its capital, its leader, a named group.
NameKind = Literal["state", "adjective", "capital", "leader", "group", "land"]


@dataclass(frozen=True)
class Actor:
    """A row of ``actors.yaml``, or a state."""

    id: str
    name: str
    type: EntityType
    country: str | None = None
    sector: tuple[Sector, ...] = ()
    organ_of: str | None = None
    military: bool = False


@dataclass(frozen=True)
class Leader:
    """Somebody who stands for a government between two days; the last day may be open."""

    iso3: str
    name: str
    since: dt.date
    until: dt.date | None

    def in_office(self, day: dt.date | None) -> bool:
        """Tell whether the leader was in office; without a day, yes."""
        return day is None or (self.since <= day and (self.until is None or day <= self.until))


@dataclass(frozen=True)
class Name:
    """A way of writing an actor: pieces, id, kind, and the leader whom it names."""

    pieces: tuple[str, ...]
    id: str
    kind: NameKind
    leader: Leader | None = None


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return a word without accents; its case stays."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(fold(p) for p in PIECE.findall(name))


def _rows(name: str) -> list[list[str]]:
    """Return the rows of a ``|`` separated table without comments."""
    lines = read_text(f"lexicons/{name}").splitlines()
    return [[c.strip() for c in line.split("|")] for line in lines if line and not line.startswith("#")]


def _split(cell: str) -> list[str]:
    return [c.strip() for c in cell.split(";") if c.strip()]


@cache
def state_names() -> dict[str, str]:
    """Return ISO3 → the state's name in news English (Babel's, without brackets)."""
    territories: dict[str, str] = Locale("en").territories
    plain = {
        "MMR": "Myanmar",
        "COD": "DR Congo",
        "COG": "Republic of Congo",
        "PSE": "Palestinian Territories",
        "TUR": "Turkey",
        "XKX": "Kosovo",
        "CIV": "Ivory Coast",
    }
    found = {c.alpha_3: territories.get(c.alpha_2, c.name) for c in pycountry.countries}
    return {**found, **plain}


@cache
def _actor_table() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = read_yaml("lexicons/actors.yaml")
    return table


@cache
def actor(id_: str) -> Actor:
    """Return the actor of an id; states and their governments, rebels and allies are made on the spot."""
    row = _actor_table().get(id_)
    if row is not None:
        sector = tuple(s for s in row.get("sector", ()) if s in get_args(Sector))
        return Actor(
            id_,
            row["names"][0],
            row["type"],
            row.get("country"),
            sector,
            row.get("of"),
            bool(row.get("military")),
        )
    iso3, _, part = id_.partition("-")
    name = state_names().get(iso3, iso3)
    if not part:
        return Actor(id_, name, "country", iso3)
    if part == "GOV":
        return Actor(id_, f"government of {name}", "organization", iso3, ("GOV",))
    if part == "REB":
        return Actor(id_, f"rebels in {name}", "group", iso3, ("REB",))
    if part in _PARTS:
        return Actor(id_, f"{_PARTS[part]} in {name}", "group", iso3, (cast(Sector, part),))
    return Actor(id_, f"allies of {name}", "group", None, ())


#: Parts of a country that act without a name of their own, by sector.
_PARTS: Final = {
    "COP": "police and security forces", "MIL": "armed forces", "LEG": "parliament", "JUD": "courts",
    "OPP": "opposition", "JRN": "press", "EDU": "students and teachers", "REF": "refugees", "MED": "medical staff",
    "LAB": "workers", "AGR": "farmers", "BUS": "companies", "CVL": "civilians", "PTY": "parties",
}  # fmt: skip


@cache
def names_index() -> dict[str, tuple[Name, ...]]:
    """Return first piece → the names that begin with it, longest first."""
    names: list[Name] = []
    for iso3, name in state_names().items():
        names.append(Name(_pieces(name), iso3, "state"))
    for iso3, others, people, seats in (r[:4] for r in _rows("states.csv")):
        names += [Name(_pieces(n), iso3, "state") for n in _split(others)]
        names += [Name(_pieces(n), iso3, "adjective") for n in _split(people)]
        names += [Name(_pieces(n), iso3, "capital") for n in _split(seats)]
    for iso3, written, since, until, _ in _rows("leaders.csv"):
        first = dt.date.fromisoformat(since)
        last = dt.date.fromisoformat(until) if until else None
        all_names = _split(written)
        leader = Leader(iso3, all_names[0], first, last)
        names += [Name(_pieces(n), f"{iso3}-GOV", "leader", leader) for n in all_names]
    for iso3, written in (r[:2] for r in _rows("lands.csv")):
        names += [Name(_pieces(n), iso3, "land") for n in _split(written)]
    for id_, row in _actor_table().items():
        names += [Name(_pieces(n), id_, "group") for n in row["names"]]
    return _by_first_piece(names)


def _by_first_piece(names: list[Name]) -> dict[str, tuple[Name, ...]]:
    """Group names by first piece; a lower-case name may open a sentence; a name's first entry wins."""
    index: dict[str, dict[tuple[str, ...], Name]] = {}
    for n in names:
        if n.pieces:
            index.setdefault(n.pieces[0], {}).setdefault(n.pieces, n)
            if n.pieces[0][0].islower():
                upper = (n.pieces[0].capitalize(), *n.pieces[1:])
                index.setdefault(upper[0], {}).setdefault(upper, Name(upper, n.id, n.kind, n.leader))
    return {k: tuple(sorted(v.values(), key=lambda n: -len(n.pieces))) for k, v in index.items()}


@cache
def towns_index() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return first piece → (country, pieces) of the towns that begin with it, longest first."""
    index: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
    for code, written in (r[:2] for r in _rows("places.csv")):
        for n in _split(written):
            p = _pieces(n)
            if p and any(x[0].isupper() for x in p):
                index.setdefault(p[0], set()).add((code, p))
    return {k: tuple(sorted(v, key=lambda t: (-len(t[1]), t))) for k, v in index.items()}
