"""The base of all output models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Interval", "Out", "empty"]

#: Low and high end.
Interval = tuple[float, float]


class Out(BaseModel):
    """Base of the output models: immutable, exact."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        populate_by_name=True,
        json_schema_serialization_defaults_required=True,
    )


def empty(value: object) -> bool:
    """Whether an optional part is left out of the JSON."""
    return not value
