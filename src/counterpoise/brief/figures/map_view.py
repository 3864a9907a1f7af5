"""The window of the map: what is inside, what is too far and becomes an arrow at the edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from counterpoise.assessment.models import Place

__all__ = ["View", "make_view"]

_KM_PER_DEGREE = 111.2
_REACH = (
    0.45  # a place beside the theatre is shown if it widens the window by at most this share of the theatre
)
_PAD = 0.09


@dataclass(frozen=True)
class View:
    """A window on a plane: x is longitude times the cosine of the middle latitude, y is latitude [degree]."""

    left: float
    bottom: float
    right: float
    top: float
    shrink: float

    @property
    def window(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        return self.left, self.bottom, self.right, self.top

    @property
    def aspect(self) -> float:
        """Height over width."""
        return (self.top - self.bottom) / (self.right - self.left)

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        """Return a place on the plane."""
        return lon * self.shrink, lat

    def ring(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return a ring of longitude and latitude on the plane."""
        return np.asarray(points * np.array([self.shrink, 1.0]), dtype=np.float64)

    def shows(self, place: Place) -> bool:
        """Return whether a place is inside the window."""
        x, y = self.xy(place.lon, place.lat)
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    def km(self, length: float) -> float:
        """Return a length on the plane in kilometres."""
        return length * _KM_PER_DEGREE

    def edge(self, inside: tuple[float, float], outside: tuple[float, float]) -> tuple[float, float]:
        """Return where the line from a place inside to one outside leaves the window."""
        (x0, y0), (x1, y1) = inside, outside
        shares = [1.0]
        if x1 != x0:
            shares.append(((self.right if x1 > x0 else self.left) - x0) / (x1 - x0))
        if y1 != y0:
            shares.append(((self.top if y1 > y0 else self.bottom) - y0) / (y1 - y0))
        t = min(s for s in shares if s >= 0)
        return x0 + t * (x1 - x0), y0 + t * (y1 - y0)


def make_view(places: Sequence[Place], wanted: set[str]) -> View | None:
    """Return the window around the theatre and the wanted places that are near it; None without a theatre."""
    theatre = [p for p in places if p.in_theatre]
    if not theatre:
        return None
    lats, lons = [p.lat for p in theatre], [p.lon for p in theatre]
    shrink = max(0.2, math.cos(math.radians((min(lats) + max(lats)) / 2)))
    box = [min(lons) * shrink, min(lats), max(lons) * shrink, max(lats)]
    size = max(box[2] - box[0], box[3] - box[1], 0.5)
    core = list(box)
    for p in (p for p in places if p.id in wanted and not p.in_theatre):
        x, y = p.lon * shrink, p.lat
        beyond = max(core[0] - x, x - core[2], core[1] - y, y - core[3])
        if beyond <= _REACH * size:
            box = [min(box[0], x), min(box[1], y), max(box[2], x), max(box[3], y)]
    return _padded(box, shrink)


def _padded(box: list[float], shrink: float) -> View:
    """Return a window with a margin, neither very flat nor very tall."""
    width, height = max(box[2] - box[0], 0.5), max(box[3] - box[1], 0.5)
    pad = _PAD * max(width, height)
    cx, cy = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    width, height = width + 2 * pad, height + 2 * pad
    height = max(height, 0.6 * width)
    width = max(width, 0.85 * height)
    return View(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2, shrink)
