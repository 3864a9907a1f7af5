"""What several reports say together: a dated log of evidence, with its echoes and its contradictions.

One entry is one statement on support or fighting (type, sides, realis) at one day, with all reports that make it.
Copies of one report count as one source. Two entries on the same sides and type within `NEAR_DAYS` that say that
it happened and that it did not are shown as a contradiction; the log does not decide between them.

An entry's day is the event's stated day, else the report's; an undated report stands apart and reaches no
as-of state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from counterpoise.reports.coding import Coding, Event
from counterpoise.reports.echo import Echoes
from counterpoise.reports.many import Outcome

__all__ = ["Contradiction", "EvidenceEntry", "EvidenceLog", "build_evidence"]

NEAR_DAYS: Final = 7
Change = Literal["withdrawal", "reinforcement", "fighting"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EvidenceEntry(_Frozen):
    """One statement on one day, and who makes it."""

    id: str
    day: dt.date | None
    change: Change
    type: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    place: tuple[str, ...]
    realis: str
    hedges: tuple[str, ...]
    reports: tuple[str, ...]
    publishers: tuple[str, ...]
    n_reports: int
    n_independent: int
    best_reliability: str
    quote: str


class Contradiction(_Frozen):
    """Two entries that cannot both hold."""

    first: str
    second: str
    what: str


class EvidenceLog(_Frozen):
    """The evidence of many reports, oldest first; the undated ones at the end."""

    schema_: Literal["counterpoise/evidence/1"] = "counterpoise/evidence/1"
    n_reports: int
    n_independent: int
    n_unread: int
    entries: tuple[EvidenceEntry, ...]
    contradictions: tuple[Contradiction, ...]
    unread: tuple[tuple[str, str], ...]

    def as_of(self, day: dt.date) -> tuple[EvidenceEntry, ...]:
        """Return what was known on a day: entries dated no later; undated ones are not among them."""
        return tuple(e for e in self.entries if e.day is not None and e.day <= day)


class _Heap:
    """An entry while it grows."""

    def __init__(self, event: Event, change: Change) -> None:
        self.event, self.change = event, change
        self.reports: list[str] = []
        self.publishers: list[str] = []
        self.hedges: list[str] = []
        self.groups: set[int] = set()
        self.reliability = "F"

    def add(self, coding: Coding, event: Event, group: int) -> None:
        if coding.document.name not in self.reports:
            self.reports.append(coding.document.name)
        publisher = coding.source.publisher
        if publisher and publisher not in self.publishers:
            self.publishers.append(publisher)
        if event.hedge.strength not in self.hedges:
            self.hedges.append(event.hedge.strength)
        self.groups.add(group)
        self.reliability = min(self.reliability, coding.source.reliability)


#: So many names of reports and of unread files are kept in an entry; counts are complete.
KEEP: Final = 50


def build_evidence(readings: Iterable[Outcome]) -> EvidenceLog:
    """Build the log out of readings, one at a time; memory grows with the entries, not with the texts."""
    echoes = Echoes()
    heaps: dict[tuple[object, ...], _Heap] = {}
    days: dict[tuple[object, ...], dt.date | None] = {}
    counts: dict[tuple[object, ...], int] = {}
    groups: set[int] = set()
    unread: list[tuple[str, str]] = []
    n = n_unread = 0
    for reading in readings:
        n += 1
        if reading.coding is None:
            n_unread += 1
            unread += [(reading.name, reading.problem)] if len(unread) < KEEP else []
            continue
        group = echoes.add(reading.coding.document.text)
        groups.add(group)
        for event, change in _shown(reading.coding):
            day = _day(event, reading.coding)
            key = (day, change, event.type, event.actors, event.recipients, event.place, event.realis)
            heap = heaps.setdefault(key, _Heap(event, change))
            days[key] = day
            counts[key] = counts.get(key, 0) + 1
            heap.add(reading.coding, event, group)
            del heap.reports[KEEP:]
    order = sorted(heaps, key=lambda k: (days[k] is None, days[k] or dt.date.max, *map(str, k[1:])))
    entries = tuple(_entry(f"V{i}", days[k], heaps[k], counts[k]) for i, k in enumerate(order, 1))
    return EvidenceLog(
        n_reports=n, n_independent=len(groups), n_unread=n_unread, entries=entries,
        contradictions=_contradictions(entries), unread=tuple(unread),
    )  # fmt: skip


def _shown(coding: Coding) -> list[tuple[Event, Change]]:
    """Return the events that bear on support or fighting."""
    found: list[tuple[Event, Change]] = []
    for e in coding.events:
        if e.usable and e.support_change != "none":
            found.append((e, e.support_change))
        elif e.usable and e.type == "ASSAULT":
            found.append((e, "fighting"))
    return found


def _day(event: Event, coding: Coding) -> dt.date | None:
    try:
        return dt.date.fromisoformat(event.date) if event.date else coding.document.published
    except ValueError:
        return coding.document.published


def _entry(id_: str, day: dt.date | None, heap: _Heap, n: int) -> EvidenceEntry:
    e = heap.event
    return EvidenceEntry(
        id=id_, day=day, change=heap.change, type=e.type, actors=e.actors, recipients=e.recipients, place=e.place,
        realis=e.realis, hedges=tuple(heap.hedges), reports=tuple(heap.reports), publishers=tuple(heap.publishers),
        n_reports=n, n_independent=len(heap.groups), best_reliability=heap.reliability,
        quote=e.triggers[0].quote if e.triggers else "",
    )  # fmt: skip


def _contradictions(entries: tuple[EvidenceEntry, ...]) -> tuple[Contradiction, ...]:
    """Return pairs near in time on the same sides, of which one says yes and the other no."""
    shelves: dict[tuple[object, ...], list[EvidenceEntry]] = {}
    for e in entries:
        if e.day is not None:
            shelves.setdefault((e.change, e.actors, e.recipients), []).append(e)
    found = []
    for shelf in shelves.values():
        yes = [e for e in shelf if e.realis == "actual"]
        no = [e for e in shelf if e.realis == "negated"]
        for a in yes:
            for b in no:
                if a.day and b.day and abs((a.day - b.day).days) <= NEAR_DAYS:
                    found.append(Contradiction(first=a.id, second=b.id, what=_what(a, b)))
    return tuple(found)


def _what(a: EvidenceEntry, b: EvidenceEntry) -> str:
    sides = f"{', '.join(a.actors)} → {', '.join(a.recipients) or '–'}"
    return f"{a.change} {sides}: reported by {a.n_independent} source(s), denied by {b.n_independent}"
