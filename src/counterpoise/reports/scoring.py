"""How well a coder codes: the measures of the reading specification, each with its n and a bootstrap interval.

Pure functions over labels; no data here. Intervals are percentile bootstrap over documents (2,000 draws of a fixed
stream), 90 % unless said otherwise. Small samples make wide intervals; the number alone says little.

References
----------
Cohen, J. (1960). A coefficient of agreement for nominal scales. doi:10.1177/001316446002000104
Efron, B. (1979). Bootstrap methods: another look at the jackknife. doi:10.1214/aos/1176344552
Matthews, B. W. (1975). Comparison of the predicted and observed secondary structure. doi:10.1016/0005-2795(75)90109-9
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

__all__ = ["Measure", "accuracy", "bootstrap", "f1_by_label", "f_score", "kappa", "macro_f1", "matthews"]

T = TypeVar("T")
Label = Hashable
Pair = tuple[Label, Label]


@dataclass(frozen=True)
class Measure:
    """A measure with its sample size and interval."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} (90 % {self.low:.3f}–{self.high:.3f}, n {self.n})"


def f1_by_label(pairs: Sequence[Pair]) -> dict[Label, float]:
    """Return F1 of every label that the gold holds; pairs are (gold, found)."""
    gold, found = Counter(g for g, _ in pairs), Counter(f for _, f in pairs)
    hits = Counter(g for g, f in pairs if g == f)
    return {label: 2 * hits[label] / (n + found[label]) for label, n in gold.items()}


def macro_f1(pairs: Sequence[Pair]) -> float:
    """Return the mean F1 over the labels that the gold holds."""
    scores = f1_by_label(pairs)
    return float(np.mean(list(scores.values()))) if scores else math.nan


def accuracy(pairs: Sequence[Pair]) -> float:
    """Return the share of pairs that agree."""
    return float(np.mean([g == f for g, f in pairs])) if pairs else math.nan


def f_score(counts: Sequence[tuple[int, int, int]]) -> float:
    """Return F1 of (hits, in the gold, found) summed over documents."""
    hits, gold, found = (sum(c[k] for c in counts) for k in range(3))
    return 2 * hits / (gold + found) if gold + found else math.nan


def kappa(pairs: Sequence[Pair]) -> float:
    """Return Cohen's kappa of two codings; 1 where both give one and the same label throughout."""
    n = len(pairs)
    if not n:
        return math.nan
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[k] * second[k] for k in first) / n**2
    observed = accuracy(pairs)
    return 1.0 if chance == 1.0 else (observed - chance) / (1.0 - chance)


def matthews(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Return Matthews' correlation of (gold, found) detections; 0 where one side never varies."""
    table: Mapping[tuple[bool, bool], int] = Counter(pairs)
    tp, fn, fp, tn = (table.get(k, 0) for k in ((True, True), (True, False), (False, True), (False, False)))
    under = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return (tp * tn - fp * fn) / under if under else 0.0


def bootstrap(
    rows: Sequence[T], measure: Callable[[Sequence[T]], float], *, draws: int = 2000, seed: int = 20241206
) -> Measure:
    """Return a measure over rows with its 90 % percentile interval.

    Parameters
    ----------
    rows : sequence
        One row a document or statement; rows are drawn with replacement.
    measure : callable
        Rows to a number.
    draws, seed : int
    """
    if not rows:
        return Measure(math.nan, math.nan, math.nan, 0)
    rng = np.random.default_rng(seed)
    values = [measure([rows[i] for i in rng.integers(0, len(rows), len(rows))]) for _ in range(draws)]
    low, high = np.nanquantile(values, [0.05, 0.95])
    return Measure(measure(rows), float(low), float(high), len(rows))
