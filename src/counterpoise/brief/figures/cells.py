"""Cells of nearest site: which part of a plane lies closest to each site (Voronoi), by cutting half-planes.

Weakest assumption: control reaches as far as the next site. The cells are a picture of who holds the
nearest site, not of front lines.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["nearest_cells"]

Points = npt.NDArray[np.float64]


def nearest_cells(sites: Points, window: tuple[float, float, float, float]) -> list[Points]:
    """Return the cell of each site within a window.

    Parameters
    ----------
    sites : array of shape (site, 2)
        Positions in a plane; two sites in one place share the first one's cell.
    window : tuple of float
        Left, bottom, right, top.

    Returns
    -------
    list of array of shape (corner, 2)
        Corners of each cell; empty where another site stands in the same place.
    """
    left, bottom, right, top = window
    frame = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    cells = []
    for i, site in enumerate(sites):
        cell = frame
        for j, other in enumerate(sites):
            if i == j:
                continue
            if np.allclose(site, other):
                cell = cell[:0] if j < i else cell
                continue
            cell = _cut(cell, (site + other) / 2, other - site)
        cells.append(cell)
    return cells


def _cut(cell: Points, middle: Points, away: Points) -> Points:
    """Return the part of a convex cell on the near side of a line through `middle` across `away`."""
    if len(cell) == 0:
        return cell
    side = (cell - middle) @ away
    kept: list[Points] = []
    for k in range(len(cell)):
        nxt = (k + 1) % len(cell)
        if side[k] <= 0:
            kept.append(cell[k])
        if (side[k] < 0 < side[nxt]) or (side[nxt] < 0 < side[k]):
            share = side[k] / (side[k] - side[nxt])
            kept.append(cell[k] + share * (cell[nxt] - cell[k]))
    return np.array(kept) if len(kept) > 2 else cell[:0]
