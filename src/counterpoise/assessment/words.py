"""Words of estimative probability under two published standards.

Each standard divides the scale into seven named ranges. ICD 203 prints ranges that touch (1-5, 5-20, 20-45,
45-55, 55-80, 80-95, 95-99 %); PHIA leaves gaps between its ranges (up to 5, 10-20, 25-35, 40 to under 50,
55-75, 80-90, 95 % and up). Neither says what to do with a number on a shared edge or in a gap, so the rule
here is our own: a number goes to the range that it lies in or nearest to, and a tie goes to the range
nearer to even, which is the weaker statement. The rule is therefore the same for a statement and its
negation. ICD 203 names nothing below 1 % or above 99 %: its outermost terms are used, and the number beside
them says the rest.

References
----------
- Office of the Director of National Intelligence (2015), Intelligence Community Directive 203, *Analytic
  Standards*, section D.6.e(2)(a), https://archive.dni.gov/files/documents/ICD/ICD-203.pdf ; the ranges were
  read against two transcriptions, https://github.com/wesinator/ICD203-intel-analysis and the MISP taxonomy
  ``estimative-language``.
- Professional Head of Intelligence Assessment (24 March 2025), *Explaining Uncertainty in UK Intelligence
  Assessment*,
  https://www.gov.uk/government/publications/explaining-uncertainty-in-uk-intelligence-assessment ; the
  ranges were read against the College of Policing's *PHIA probability yardstick*.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

__all__ = ["MONTHS", "SCALES", "Scheme", "estimative_words", "say_day"]

Scheme = Literal["icd203", "phia"]
Band = tuple[float, float]

#: Scheme -> terms with their ranges [probability], lowest first.
SCALES: Final[Mapping[Scheme, tuple[tuple[str, Band], ...]]] = MappingProxyType(
    {
        "icd203": (
            ("almost no chance", (0.01, 0.05)),
            ("very unlikely", (0.05, 0.20)),
            ("unlikely", (0.20, 0.45)),
            ("roughly even chance", (0.45, 0.55)),
            ("likely", (0.55, 0.80)),
            ("very likely", (0.80, 0.95)),
            ("almost certain", (0.95, 0.99)),
        ),
        "phia": (
            ("remote chance", (0.0, 0.05)),
            ("highly unlikely", (0.10, 0.20)),
            ("unlikely", (0.25, 0.35)),
            ("realistic possibility", (0.40, 0.50)),
            ("likely", (0.55, 0.75)),
            ("highly likely", (0.80, 0.90)),
            ("almost certain", (0.95, 1.0)),
        ),
    }
)
_DIGITS: Final = 9  # distances are compared after rounding, so that 0.1 + 0.1 sits on the edge 0.2


def estimative_words(p: float, scheme: Scheme) -> tuple[str, Band]:
    """Return the term for a probability, and the term's published range.

    Parameters
    ----------
    p : float
        Probability.
    scheme : {"icd203", "phia"}
        The standard.

    Raises
    ------
    ValueError
        If `p` is not in [0, 1] or the scheme is unknown: a fault of the caller.

    Examples
    --------
    >>> estimative_words(0.12, "icd203")
    ('very unlikely', (0.05, 0.2))
    >>> estimative_words(0.22, "phia")
    ('highly unlikely', (0.1, 0.2))
    """
    if not (math.isfinite(p) and 0.0 <= p <= 1.0):
        raise ValueError(f"probability: expected a number in [0, 1], got {p}")
    if scheme not in SCALES:
        raise ValueError(f"scheme: expected one of {', '.join(SCALES)}, got {scheme!r}")
    return min(SCALES[scheme], key=lambda entry: _rank(p, entry[1]))


def _rank(p: float, band: Band) -> tuple[float, float]:
    """Return the distance of a number to a range, then the range's own distance from even."""
    low, high = band
    outside = max(low - p, p - high, 0.0)
    return round(outside, _DIGITS), round(abs((low + high) / 2 - 0.5), _DIGITS)


#: Not from the locale: the same bytes everywhere.
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def say_day(day: dt.date) -> str:
    """Say a day as ``29 November 2024``, whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
