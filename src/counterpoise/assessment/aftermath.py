"""Human outcomes after a fall: base rates from the record, or "not modelled". The model itself answers none of them."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

from counterpoise.assessment.models import Aftermath
from counterpoise.library import read_text

__all__ = ["aftermath_rows"]

NOT_MODELLED = (
    ("displacement", "People displaced after a fall"),
    ("fragmentation", "Break-up of the winners into warring parts"),
)


@cache
def _counted() -> dict[str, Any]:
    """Read the shipped rates."""
    found: dict[str, Any] = json.loads(read_text("rates/aftermath.json"))
    return found


def aftermath_rows(as_of: dt.date) -> list[Aftermath]:
    """Return base rates that could be known on the as-of day, and what is not modelled."""
    counted = _counted()
    known = dt.date.fromisoformat(counted["data_until"]) < as_of
    rows = [
        Aftermath(
            outcome=name,
            text=x["text"],
            value=x["value"] if known else None,
            interval_90=tuple(x["interval_90"]) if known else None,
            unit=x["unit"],
            n=x["n"] if known else None,
            source=counted["source"],
        )
        for name, x in counted["rates"].items()
    ]
    rows += [
        Aftermath(outcome=name, text=text, value=None, interval_90=None, unit="", n=None, source="")
        for name, text in NOT_MODELLED
    ]
    return rows
