"""The rows of the withdrawals data set: exposure, outcome, source (format ``counterpoise/withdrawals/1``).

The meaning of every field stands in ``library/withdrawals/CODEBOOK.md``. A known day is an interval of one day. The
models say what a single row may hold; what must hold between rows is in :mod:`counterpoise.inference.withdrawals_check`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from counterpoise.scenario.figures import Confidence
from counterpoise.scenario.models import SupportKind

__all__ = [
    "FALLS",
    "KIND_GROUPS",
    "SENDER_SIDE",
    "Exposure",
    "Outcome",
    "Source",
    "precision",
]

SCHEMA: Final = "counterpoise/withdrawals/1"
Region = Literal["Europe", "Middle East", "Asia", "Africa", "Americas"]
Reason = Literal[
    "costs", "sender_collapse", "priority", "rival_deal", "conduct", "expelled", "losing", "winning",
    "agreement", "other",
]  # fmt: skip
Mode = Literal["defeat", "flight", "coup", "surrender", "settlement", "handover", "victory"]
#: Modes that count as a fall in the main definition.
FALLS: Final = frozenset({"defeat", "flight", "coup", "surrender"})
#: Reasons that lie with the sender: the codebook's column *side*.
SENDER_SIDE: Final = frozenset({"costs", "sender_collapse", "priority", "rival_deal"})
KIND_GROUPS: Final[dict[str, frozenset[str]]] = {
    "forces": frozenset({"troops", "air_power", "advisers"}),
    "means": frozenset({"weapons", "materiel", "training", "funding", "intelligence", "other"}),
    "place": frozenset({"territory"}),
    "word": frozenset({"diplomatic"}),
}
MONTH: Final = 31
YEAR: Final = 365


def _empty(value: object) -> object:
    """Read an empty cell as nothing."""
    return None if value == "" else value


def _iso(value: object) -> object:
    """Read a day, and nothing but a day: a bare number is not a count of seconds."""
    if not isinstance(value, str) or value == "":
        return _empty(value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        raise ValueError("expected a day as YYYY-MM-DD")
    return dt.date.fromisoformat(value)


def _split(value: object) -> object:
    """Read a cell of several values."""
    return tuple(value.split(";")) if isinstance(value, str) else value


Day = Annotated[dt.date, BeforeValidator(_iso)]
MaybeDay = Annotated[dt.date | None, BeforeValidator(_iso)]
Text = Annotated[str, Field(min_length=1)]


def precision(lo: dt.date | None, hi: dt.date | None) -> Literal["day", "month", "wider", "unknown"]:
    """Return how well a day is known: one day, up to 31 days, wider, or not at all."""
    if lo is None or hi is None:
        return "unknown"
    days = (hi - lo).days + 1
    return "day" if days == 1 else "month" if days <= MONTH else "wider"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def _ordered(self, *names: str) -> None:
        """Raise if an interval is half open or runs backwards."""
        for name in names:
            lo, hi = getattr(self, f"{name}_lo"), getattr(self, f"{name}_hi")
            if (lo is None) != (hi is None):
                raise ValueError(f"{name}_lo and {name}_hi must both be given or both be empty")
            if lo is not None and lo > hi:
                raise ValueError(f"{name}_lo {lo} is after {name}_hi {hi}")


class Exposure(_Row):
    """One sender's change of support to one recipient, or a relationship in which support went on."""

    id: str = Field(pattern=r"^[WC][0-9]{3}$")
    role: Literal["withdrawal", "continuation"]
    match_set: str = Field(pattern=r"^S[0-9]{2,3}$")
    match_quality: Annotated[Literal["A", "B", "C"] | None, BeforeValidator(_empty)]
    patron_shock: Text
    sender: Text
    sender_type: Literal["state", "coalition", "armed_group"]
    recipient: Text
    recipient_type: Literal["government", "armed_group"]
    recipient_since_lo: Day
    recipient_since_hi: Day
    country: Text
    region: Region
    conflict: Text
    intensity: Literal["war", "minor", "unknown"]
    kinds: Annotated[tuple[SupportKind, ...], BeforeValidator(_split), Field(min_length=1)]
    extent: Literal["full", "partial", "none"]
    announced_lo: MaybeDay
    announced_hi: MaybeDay
    start_lo: Day
    start_hi: Day
    end_lo: MaybeDay
    end_hi: MaybeDay
    crossover_lo: MaybeDay
    crossover_hi: MaybeDay
    reason: Annotated[Reason | None, BeforeValidator(_empty)]
    kept_apart: bool
    confidence: Confidence
    note: str

    @model_validator(mode="after")
    def _consistent(self) -> Exposure:
        self._ordered("recipient_since", "announced", "start", "end", "crossover")
        self._check_role()
        if self.start_lo < dt.date(1975, 1, 1):
            raise ValueError(f"start_lo {self.start_lo} is before 1975-01-01")
        if precision(self.start_lo, self.start_hi) == "wider":
            raise ValueError("start is not known to within 31 days, which inclusion requires")
        if self.recipient_since_lo > self.start_hi:
            raise ValueError("the recipient begins after the start")
        if self.end_hi is not None and self.end_hi < self.start_lo:
            raise ValueError("the end is before the start")
        if self.crossover_lo is not None and not 0 <= (self.crossover_lo - self.start_lo).days <= YEAR:
            raise ValueError("the crossover is not within 365 days of the start")
        return self

    def _check_role(self) -> None:
        """Raise if a row's role and the fields that depend on it disagree."""
        goes_on = self.role == "continuation"
        if goes_on != self.id.startswith("C"):
            raise ValueError("ids of withdrawals begin with W, of continuations with C")
        if goes_on != (self.extent == "none"):
            raise ValueError("extent is none for continuations and only for them")
        if goes_on != (self.match_quality is not None):
            raise ValueError("match_quality is given for continuations and only for them")
        if goes_on == (self.reason is not None):
            raise ValueError("reason is given for withdrawals and only for them")

    @property
    def groups(self) -> frozenset[str]:
        """The groups of kinds that this row touches: forces, means, place, word."""
        return frozenset(g for g, kinds in KIND_GROUPS.items() if kinds & set(self.kinds))


class Outcome(_Row):
    """What became of the recipient."""

    id: str = Field(pattern=r"^[WC][0-9]{3}$")
    ended: Literal["yes", "no", "unknown"]
    ended_lo: MaybeDay
    ended_hi: MaybeDay
    mode: Annotated[Mode | None, BeforeValidator(_empty)]
    followed_until: Day
    confidence: Confidence
    note: str

    @model_validator(mode="after")
    def _consistent(self) -> Outcome:
        self._ordered("ended")
        ended = self.ended == "yes"
        if ended != (self.ended_lo is not None) or ended != (self.mode is not None):
            raise ValueError("ended yes needs its days and its mode, any other value neither")
        if self.ended_hi is not None and self.ended_hi > self.followed_until:
            raise ValueError("ended_hi is after followed_until")
        return self


class Source(_Row):
    """Where a row's facts were read."""

    row: str = Field(pattern=r"^[WC][0-9]{3}$")
    type: Literal["page", "dataset", "own-memory"]
    title: Text
    publisher: str
    date: str = Field(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$")
    url: str
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    says: Text

    @model_validator(mode="after")
    def _consistent(self) -> Source:
        if self.type != "own-memory" and not (self.url and self.publisher):
            raise ValueError("a source needs publisher and url unless it is own-memory")
        return self


assert {k for kinds in KIND_GROUPS.values() for k in kinds} == set(get_args(SupportKind))
