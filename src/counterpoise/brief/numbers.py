"""Numbers in print: no figure finer than the evidence.

A probability is a whole percent; below one half of a percent in a hundred it is "under 1 %", never "0 %".
An interval follows the same rule at both ends. Sizes keep three significant digits.
"""

from __future__ import annotations

import datetime as dt
import math

from counterpoise.assessment.words import say_day

__all__ = [
    "SAME",
    "day",
    "days_after",
    "horizon",
    "interval",
    "percent",
    "points",
    "points_interval",
    "quantity",
    "range_text",
    "share",
    "share_range",
    "signed",
    "span",
    "whole",
]

NBSP = "\u00a0"
MINUS = "\u2212"
#: Said instead of an interval whose ends are one number: the draws differ by no more than the Monte-Carlo noise, if at all.
SAME = "the same in every draw"
_YEAR = 365
_TINY = 0.001


def percent(p: float) -> str:
    """Return a probability in whole percent; ``under 1 %`` and ``over 99 %`` at the ends."""
    if p < 0.01:
        return f"under 1{NBSP}%"
    if p > 0.99:
        return f"over 99{NBSP}%"
    return f"{whole(p)}{NBSP}%"


def whole(p: float) -> int:
    """Return whole percent, halves away from zero (so that 12.5 and -12.5 mirror each other)."""
    scaled = abs(p) * 100 + 0.5 + 1e-9
    return int(scaled) if p >= 0 else -int(scaled)


def interval(ends: tuple[float, float]) -> str:
    """Return an interval of a probability in whole percent, as ``5–20 %``."""
    low, high = ends
    if high < 0.01:
        return f"under 1{NBSP}%"
    if low > 0.99:
        return f"over 99{NBSP}%"
    left = "under 1" if low < 0.01 else str(whole(low))
    if high > 0.99:
        return f"{left} to over 99{NBSP}%"
    joint = " to " if low < 0.01 else "–"
    right = whole(high)
    if left == str(right):
        return f"about {right}{NBSP}%"
    return f"{left}{joint}{right}{NBSP}%"


def share(x: float) -> str:
    """Return a share of something in whole percent; it is no probability, so 0 and 100 % are allowed."""
    return f"{whole(x)}{NBSP}%"


def share_range(ends: tuple[float, float]) -> str:
    """Return a range of shares in whole percent."""
    return f"{whole(ends[0])}–{whole(ends[1])}{NBSP}%"


def points(difference: float) -> str:
    """Return a difference of probabilities in percentage points, signed."""
    n = whole(difference)
    if n == 0:
        exact = abs(difference) < 1e-12
        return "0 points" if exact else "under 1 point"
    return f"{signed_int(n)} point{'' if abs(n) == 1 else 's'}"


def signed_int(n: int) -> str:
    """Return a whole number with its sign (a true minus)."""
    return f"+{n}" if n > 0 else f"{MINUS}{-n}" if n < 0 else "0"


def points_interval(ends: tuple[float, float]) -> str:
    """Return an interval of a difference in percentage points."""
    low, high = whole(ends[0]), whole(ends[1])
    if low == high:
        return "within half a point of 0" if low == 0 else f"about {points(ends[0])}"
    return f"{signed_int(low)} to {signed_int(high)} points"


def quantity(value: float) -> str:
    """Return a size with three significant digits (two below ten) and thin grouping; none below 0.001."""
    size = abs(value)
    if 0 < size < _TINY:
        return f"under {_TINY}"
    if size >= 1000:
        text = f"{float(f'{size:.3g}'):,.0f}".replace(",", "\u202f")
    elif size >= 10:
        text = f"{float(f'{size:.3g}'):g}"
    else:
        text = f"{float(f'{size:.2g}'):g}"
    return f"{MINUS}{text}" if value < 0 and text != "0" else text


def signed(value: float) -> str:
    """Return a size with its sign, also where it is too small to print."""
    text = quantity(value)
    if 0 < abs(value) < _TINY:
        return f"under +{_TINY}" if value > 0 else f"above {MINUS}{_TINY}"
    return f"+{text}" if value >= _TINY else text


def range_text(ends: tuple[float, float], label: str = "", factor: float = 1.0) -> str:
    """Return an interval of signed sizes over parameter draws, never as one bare number.

    Parameters
    ----------
    label : str
        What stands before an interval, as ``90 % interval``; left out where all draws agree.
    factor : float
        By what both ends are multiplied for print.
    """
    low, high = (factor * e for e in ends)
    if math.isclose(low, high, rel_tol=1e-9):
        return SAME
    before = f"{label} " if label else ""
    left, right = signed(low), signed(high)
    return f"{before}{left} at both ends" if left == right else f"{before}{left} to {right}"


def day(date: dt.date) -> str:
    """Return a date as ``29 November 2024``, day and month kept on one line."""
    return say_day(date).replace(" ", NBSP, 1)


def days_after(as_of: dt.date, days: int) -> dt.date:
    """Return the last day of a horizon."""
    return as_of + dt.timedelta(days=days)


def horizon(days: int) -> str:
    """Return a horizon in days, with the years where they are whole."""
    if days >= 2 * _YEAR and days % _YEAR == 0:
        return f"{days // _YEAR} years"
    return "1 day" if days == 1 else f"{days} days"


def span(first: dt.date, last: dt.date) -> str:
    """Return a day, or the first and last day that it is known to lie between."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"
