"""How values of the regional ledger are printed: shares in percent and points, the rest as they are."""

from __future__ import annotations

from counterpoise.assessment.models import LedgerRow
from counterpoise.brief.numbers import NBSP, quantity, range_text, signed

__all__ = [
    "level_unit",
    "print_change",
    "print_change_range",
    "print_level",
    "print_shift",
    "print_shift_range",
    "shift_unit",
    "unit_factor",
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


def print_shift_range(row: LedgerRow) -> str:
    """Return the interval of a row's shift."""
    low, high = row.interval_90
    factor = unit_factor(row.unit)
    return range_text((low * factor, high * factor)).replace(f"{NBSP}%", "")


def print_change(row: LedgerRow) -> str:
    """Return a row's change over time, as reported."""
    return signed(row.change * unit_factor(row.unit))


def print_change_range(row: LedgerRow) -> str:
    """Return the interval of a row's change over time."""
    low, high = row.change_interval_90
    factor = unit_factor(row.unit)
    return range_text((low * factor, high * factor)).replace(f"{NBSP}%", "")
