"""Figures with ranges become draws: not knowing a size is part of not knowing the parameters.

A figure is drawn from a two-piece normal law with its value as median and [low, high] as 90 % range, cut at zero (and at one
for shares), from a stream named after the figure. A figure without a range is the same in every draw.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from counterpoise.scenario.figures import Figure
from counterpoise.streams import normals, stream_key

__all__ = ["draw_figures"]

#: Half-width of a 90 % range of a standard normal.
Z90 = 1.6448536269514722


def draw_figures(
    figures: Sequence[Figure | None], names: Sequence[str], seed: int, n_draws: int
) -> NDArray[np.float64]:
    """Draw figures, shape (n_draws, n_figures); a missing figure is 0."""
    out = np.zeros((n_draws, len(figures)))
    for j, (figure, name) in enumerate(zip(figures, names, strict=True)):
        if figure is None:
            continue
        low = figure.value if figure.low is None else figure.low
        high = figure.value if figure.high is None else figure.high
        if low == high:
            out[:, j] = figure.value
            continue
        key = stream_key(seed, f"figure:{name}")
        z = normals(key, 0, n_draws)
        side = np.where(z < 0, figure.value - low, high - figure.value) / Z90
        out[:, j] = np.clip(figure.value + side * z, 0.0, 1.0 if figure.unit == "share" else np.inf)
    return out
