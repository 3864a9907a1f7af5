"""How values of the regional ledger are printed: shares in percent and points, the rest as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from counterpoise.assessment.models import LedgerRow
from counterpoise.assessment.regional_models import OWN_SHARE
from counterpoise.brief.index import rise_is_loss
from counterpoise.brief.numbers import NBSP, quantity, range_text, signed

__all__ = [
    "counts_from",
    "level_unit",
    "print_change",
    "print_change_range",
    "print_level",
    "print_shift",
    "print_shift_range",
    "shift_unit",
    "unit_factor",
    "who_gains_first",
]


def unit_factor(unit: str) -> float:
    """Return by what a value is multiplied for print: shares are printed in percent."""
    return 100.0 if unit.startswith("share") else 1.0


def level_unit(unit: str) -> str:
    """Return the unit of a level: ``share of X`` becomes ``% of X``."""
    return unit.replace("share", "%", 1) if unit.startswith("share") else unit


def shift_unit(unit: str) -> str:
    """Return the unit of a shift: percentage points for a share."""
    return "percentage points" if unit.startswith("share") else unit


def print_level(value: float, unit: str) -> str:
    """Return a level."""
    return quantity(value * unit_factor(unit))


def print_shift(row: LedgerRow) -> str:
    """Return a row's shift with its unit where that is short."""
    return signed(row.contrast * unit_factor(row.unit))


def print_shift_range(row: LedgerRow, label: str = "") -> str:
    """Return the interval of a row's shift."""
    return range_text(row.interval_90, label, unit_factor(row.unit))


def print_change(row: LedgerRow) -> str:
    """Return a row's change over time, as reported."""
    return signed(row.change * unit_factor(row.unit))


def print_change_range(row: LedgerRow, label: str = "") -> str:
    """Return the interval of a row's change over time."""
    return range_text(row.change_interval_90, label, unit_factor(row.unit))


def who_gains_first(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Sort rows of one measure by the size of what the event makes: the largest gain first, the largest loss last."""
    return sorted(rows, key=lambda r: (r.contrast if rise_is_loss(r.measure) else -r.contrast, r.name))


def counts_from(rows: Sequence[LedgerRow]) -> str:
    """Say from what size on a change under one measure counts as a gain or a loss."""
    unit = rows[0].unit
    smallest = min(r.least for r in rows) * unit_factor(unit)
    return f"counts from {quantity(smallest)} or {OWN_SHARE:.0%} of the actor's own level on, whichever is more".replace(
        "%", f"{NBSP}%"
    )
