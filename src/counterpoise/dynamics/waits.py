"""Waiting on a common clock: which of many waits ends first, and on which day a constant hazard rings.

Hazards that share a factor f(d) and differ by a rate r_i that changes only at events ring when the common time sum f(d) passes
the mark t_i = now + rest_i / r_i. Only the lowest mark must be looked at on a day; a tree of minima keeps it at hand, and a
changed mark costs log2(n) steps (the next-reaction method; Gibson & Bruck 2000, doi:10.1021/jp993732q).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.jit import compiled

__all__ = ["FAR_DAY", "build_marks", "due_day", "first_mark", "mark_at", "new_marks", "set_mark"]

F64 = NDArray[np.float64]
#: A day after all days.
FAR_DAY = 1 << 30


@compiled(allocates=True)
def new_marks(n: int) -> F64:
    """Return a tree of minima for `n` marks: leaves in its second half, the lowest of all at position 1."""
    half = 1
    while half < n:
        half *= 2
    return np.full(2 * half, np.inf)


@compiled()
def build_marks(tree: F64) -> None:
    """Fill the tree from its leaves."""
    for i in range(tree.shape[0] // 2 - 1, 0, -1):
        tree[i] = min(tree[2 * i], tree[2 * i + 1])


@compiled(inline="always")
def mark_at(time: float, rest: float, rate: float) -> float:
    """Common time at which a wait with this much left ends."""
    return time + rest / rate if rate > 0.0 else np.inf


@compiled()
def set_mark(tree: F64, at: int, mark: float) -> None:
    """Change one mark."""
    i = tree.shape[0] // 2 + at
    tree[i] = mark
    i //= 2
    while i >= 1:
        low = min(tree[2 * i], tree[2 * i + 1])
        if tree[i] == low:
            break
        tree[i] = low
        i //= 2


@compiled()
def first_mark(tree: F64) -> int:
    """Return the position of the lowest mark."""
    half = tree.shape[0] // 2
    i = 1
    while i < half:
        i = 2 * i if tree[2 * i] <= tree[2 * i + 1] else 2 * i + 1
    return i - half


@compiled()
def due_day(day: int, rest: float, hazard: float) -> int:
    """Return the day on which a constant hazard [1/day] has used up `rest`, counted from the end of `day`."""
    if hazard <= 0.0:
        return FAR_DAY
    days = np.ceil(rest / hazard)
    return day + max(1, int(days)) if days < 1e8 else FAR_DAY
