"""Continuations for the withdrawals data set: which relationships qualify, and in which order they are drawn.

The rule stands in ``library/withdrawals/CODEBOOK.md`` (*Matching rule*) and was written before any draw. It looks at
the sender's support and never at the recipient's fate: a recipient that has no row in the year after is kept.

Frame: UCDP External Support Dataset (ESD, actor-years to 2017) joined with the UCDP/PRIO Armed Conflict Dataset (ACD)
by conflict and year, which gives region, intensity and secondary warring parties; from 2018 on ACD alone.

Weakest assumption: actor-level ESD says who supported and with which kinds, not who gave which kind. The coder checks
the kind by hand; struck candidates are listed in the codebook.

References
----------
Meier, Karlen, Pettersson & Croicu (2022), External support in armed conflicts, Journal of Peace Research 60(3).
Gleditsch et al. (2002), Armed Conflict 1946-2001: A New Dataset, Journal of Peace Research 39(5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["ActorYear", "Candidate", "Target", "actor_years", "candidates", "lottery"]

REGIONS = {"1": "Europe", "2": "Middle East", "3": "Asia", "4": "Africa", "5": "Americas"}
OFFSETS = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5)
MEANS = ("ext_w", "ext_m", "ext_t", "ext_f", "ext_i")
LAST_ESD_YEAR = 2017


@dataclass
class ActorYear:
    """What the two data sets say about one warring side in one calendar year."""

    supporters: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    war: bool = False


@dataclass(frozen=True)
class Target:
    """The set for which continuations are drawn: its index year, type of recipient, kinds, region, intensity."""

    match_set: str
    year: int
    recipient_type: str
    group: str
    region: str
    war: bool


@dataclass(frozen=True)
class Candidate:
    """A relationship that qualifies, with what the ranking looks at."""

    actor: str
    sender: str
    year: int
    same_region: bool
    same_intensity: bool
    ticket: str

    @property
    def quality(self) -> str:
        """A, B or C as the codebook defines them for a candidate found in its index year."""
        return "A" if self.same_region and self.same_intensity else "C"


def lottery(match_set: str, sender: str, recipient: str) -> str:
    """Return the lottery ticket: SHA-256 of ``set|sender|recipient``, smaller is drawn earlier."""
    return hashlib.sha256(f"{match_set}|{sender}|{recipient}".encode()).hexdigest()


def _names(cell: str) -> set[str]:
    """Split a list of governments; only states are drawn."""
    return {n.strip() for n in cell.split(",") if n.strip().startswith("Government of")}


def actor_years(
    esd: Iterable[Mapping[str, str]], acd: Iterable[Mapping[str, str]]
) -> dict[tuple[str, str, int], ActorYear]:
    """Join ESD and ACD into one record per (type of recipient, actor, year)."""
    conflicts = {(r["conflict_id"], int(r["year"])): r for r in acd}
    found: dict[tuple[str, str, int], ActorYear] = {}
    for row in esd:
        year = int(row["year"])
        conflict = conflicts.get((row["conflict_id"], year))
        if row["active"] != "1" or conflict is None:
            continue
        rebel = row["actor_nonstate"] == "1"
        key = ("armed_group" if rebel else "government", row["actor_name"].strip(), year)
        record = found.setdefault(key, ActorYear())
        record.supporters |= _names(row["ext_name"])
        record.parties |= _names(conflict["side_b_2nd" if rebel else "side_a_2nd"])
        record.flags |= {f for f in (*MEANS, "ext_x", "ext_l") if row[f] == "1"}
        _note_conflict(record, conflict)
    for (_, year), conflict in conflicts.items():
        if year > LAST_ESD_YEAR:
            _add_late(found, conflict, year)
    return found


def _note_conflict(record: ActorYear, conflict: Mapping[str, str]) -> None:
    record.regions |= {REGIONS[r.strip()] for r in conflict["region"].split(",") if r.strip() in REGIONS}
    record.war |= conflict["intensity_level"] == "2"


def _add_late(found: dict[tuple[str, str, int], ActorYear], conflict: Mapping[str, str], year: int) -> None:
    """After ESD ends, secondary warring parties are the supporters and the kind is forces."""
    for side, kind in (("side_a", "government"), ("side_b", "armed_group")):
        parties = _names(conflict[f"{side}_2nd"])
        for actor in (a.strip() for a in conflict[side].split(",")):
            record = found.setdefault((kind, actor, year), ActorYear())
            record.parties |= parties
            record.supporters |= parties
            _note_conflict(record, conflict)


def _gives(record: ActorYear, sender: str, group: str) -> bool:
    """Whether the sender may give this group of kinds in this year, as far as the two data sets can tell."""
    if sender not in record.supporters | record.parties:
        return False
    if group == "forces":
        return sender in record.parties or (not record.parties and "ext_x" in record.flags)
    if group == "means":
        return bool(record.flags & set(MEANS))
    return "ext_l" in record.flags if group == "place" else True


def candidates(target: Target, frame: Mapping[tuple[str, str, int], ActorYear]) -> list[Candidate]:
    """Return every relationship that qualifies in the target's year, best first.

    Parameters
    ----------
    target : Target
        The set to be matched.
    frame : mapping
        As :func:`actor_years` returns it.
    """
    found = []
    for (kind, actor, year), record in frame.items():
        before = frame.get((kind, actor, year - 1))
        if kind != target.recipient_type or year != target.year or before is None:
            continue
        after = frame.get((kind, actor, year + 1)) if year < LAST_ESD_YEAR else None
        for sender in sorted(record.supporters | record.parties):
            stays = after is None or sender in after.supporters | after.parties
            if stays and all(_gives(r, sender, target.group) for r in (before, record)):
                found.append(_candidate(target, actor, sender, record, before))
    return sorted(found, key=lambda c: (not c.same_region, not c.same_intensity, c.ticket))


def _candidate(target: Target, actor: str, sender: str, record: ActorYear, before: ActorYear) -> Candidate:
    return Candidate(
        actor, sender, target.year,
        same_region=target.region in record.regions,
        same_intensity=(record.war or before.war) == target.war,
        ticket=lottery(target.match_set, sender, actor),
    )  # fmt: skip
