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
from typing import Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from counterpoise.reports.coding import Coding, Event
from counterpoise.reports.echo import Echoes
from counterpoise.reports.many import Outcome

__all__ = ["Contradiction", "EvidenceEntry", "EvidenceLog", "build_evidence"]

NEAR_DAYS: Final = 7
Change = Literal["withdrawal", "reinforcement", "fighting"]


#: Day, change, type, actors, recipients, places, realis, and whether a place was taken: what makes one entry.
Key = tuple[dt.date | None, Change, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str, bool]
T = TypeVar("T")
#: So many names of reports and of unread files are kept in an entry; counts are complete.
KEEP: Final = 50


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
    mode: str | None = None
    support_kinds: tuple[str, ...] = ()
    asserted_by: tuple[int, ...] = ()
    """Sources, by number, that say it outright; copies of one report have one number."""


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
    """An entry while it grows: what it says, and who says it; the event itself is let go of."""

    __slots__ = (
        "change", "groups", "hedges", "kinds", "mode", "n", "publishers", "quote", "reliability", "reports", "sure",
    )  # fmt: skip

    def __init__(self, event: Event, change: Change) -> None:
        self.change, self.mode = change, event.mode
        self.quote = event.triggers[0].quote if event.triggers else ""
        self.kinds: tuple[str, ...] = event.support_kinds
        self.reports: tuple[str, ...] = ()
        self.publishers: tuple[str, ...] = ()
        self.hedges: tuple[str, ...] = ()
        self.groups: tuple[int, ...] = ()
        self.sure: tuple[int, ...] = ()
        self.reliability, self.n = "F", 0

    def add(self, coding: Coding, event: Event, group: int) -> None:
        self.n += 1
        self.reports = _with(self.reports, coding.document.name)[:KEEP]
        if coding.source.publisher:
            self.publishers = _with(self.publishers, coding.source.publisher)
        self.hedges = _with(self.hedges, event.hedge.strength)
        self.groups = _with(self.groups, group)
        if event.hedge.strength == "asserted":
            self.sure = _with(self.sure, group)
        self.reliability = min(self.reliability, coding.source.reliability)


def _with(found: tuple[T, ...], one: T) -> tuple[T, ...]:
    """Return a tuple with one more, if it is new."""
    return found if one in found else (*found, one)


def build_evidence(readings: Iterable[Outcome]) -> EvidenceLog:
    """Build the log out of readings, one at a time; memory grows with the entries, not with the texts."""
    echoes = Echoes()
    heaps: dict[Key, _Heap] = {}
    n_groups = 0
    unread: list[tuple[str, str]] = []
    n = n_unread = 0
    for reading in readings:
        n += 1
        if reading.coding is None:
            n_unread += 1
            unread += [(reading.name, reading.problem)] if len(unread) < KEEP else []
            continue
        # The number of a copy is that of its first; a report that copies none opens a number of its own.
        group, new = echoes.join(reading.coding.document.text)
        n_groups += new
        for event, change in _shown(reading.coding):
            day = _day(event, reading.coding)
            taken = event.mode == "seize"
            key = (day, change, event.type, event.actors, event.recipients, event.place, event.realis, taken)
            heap = heaps.get(key)
            if heap is None:
                heap = heaps[key] = _Heap(event, change)
            heap.add(reading.coding, event, group)
    order = sorted(heaps, key=lambda k: (k[0] is None, k[0] or dt.date.max, *map(str, k[1:])))
    entries = tuple(_entry(f"V{i}", k, heaps.pop(k)) for i, k in enumerate(order, 1))
    return EvidenceLog(
        n_reports=n, n_independent=n_groups, n_unread=n_unread, entries=entries,
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


def _entry(id_: str, key: Key, heap: _Heap) -> EvidenceEntry:
    day, _, type_, actors, recipients, place, realis, _ = key
    return EvidenceEntry(
        id=id_, day=day, change=heap.change, type=type_, actors=actors, recipients=recipients, place=place,
        realis=realis, hedges=heap.hedges, reports=heap.reports, publishers=heap.publishers, n_reports=heap.n,
        n_independent=len(heap.groups), best_reliability=heap.reliability, quote=heap.quote, mode=heap.mode,
        support_kinds=heap.kinds, asserted_by=heap.sure[:KEEP],
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
