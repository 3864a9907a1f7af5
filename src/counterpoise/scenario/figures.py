"""A figure: a number that knows its unit, range, date, source and standing.

Nothing in a scenario is a bare number. The four standings are those of ``docs/model/standing.md``: ``fitted``
(posterior), ``literature`` (a reference says so), ``elicited`` (a named person or publication was asked) and
``assumed`` (our own judgement with a range and a reason). ``confidence`` says how well the figure was
checked.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

__all__ = ["Confidence", "Figure", "Frozen", "Id", "Standing"]

Standing = Literal["fitted", "literature", "elicited", "assumed"]

#: high: two independent sources; medium: one source; low: one weak source; unverified: not checked, and it
#: says so.
Confidence = Literal["high", "medium", "low", "unverified"]

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


def _accepted(annotation: object) -> list[object]:
    """Return an annotation's own type and those of its union (some are not hashable)."""
    return [annotation, *get_args(annotation)]


def _wanted(kinds: list[object]) -> str:
    return "a day as YYYY-MM-DD" if dt.date in kinds else "a number"


class Frozen(BaseModel):
    """Base of every scenario model: immutable, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_silent_conversion(cls, value: object, info: ValidationInfo) -> object:
        """Refuse what pydantic would turn into something else: ``true`` into 1, 0 into a day of 1970."""
        kinds = _accepted(cls.model_fields[str(info.field_name)].annotation)
        if isinstance(value, bool) and any(k in kinds for k in (int, float, dt.date)):
            raise ValueError(f"expected {_wanted(kinds)}, got {str(value).lower()}")
        if isinstance(value, int | float) and dt.date in kinds:
            raise ValueError(f"expected {_wanted(kinds)}, got {value}")
        return value


class Figure(Frozen):
    """A number with its unit, range, date, source and standing."""

    value: float = Field(description="best single value, in `unit`")
    low: float | None = Field(default=None, description="lower end of a 90 % range")
    high: float | None = Field(default=None, description="upper end of a 90 % range")
    unit: str = Field(description="unit, for example persons, t/month, USD/year, index, share, day")
    as_of: dt.date = Field(description="date that the figure holds for")
    source: Id = Field(description="id of an entry of `sources`")
    standing: Standing
    confidence: Confidence = "medium"
    note: str | None = Field(default=None, description="reason for an assumed figure, or a reservation")

    @model_validator(mode="after")
    def _range_is_ordered(self) -> Figure:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError(
                "the range is not ordered: expected low <= value <= high, "
                f"got {low} <= {self.value} <= {high}"
            )
        if self.standing == "assumed" and not self.note:
            raise ValueError("an assumed figure needs a note that gives the reason")
        return self
