"""Labels that do not overlap: greedy placement around points, most important first.

Boxes are in points of the picture. A label that must appear and finds no free place takes the least crowded
one; any other is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Box", "Placer"]

Box = tuple[float, float, float, float]
_DIRECTIONS = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))


@dataclass
class Placer:
    """What is already taken, within a frame."""

    frame: Box
    taken: list[Box] = field(default_factory=list)

    def place(self, x: float, y: float, size: tuple[float, float], gap: float, must: bool) -> Box | None:
        """Return the box for a label of a size beside a point, and take it; None if there is no room."""
        boxes = [_beside(x, y, size, gap * reach, d) for reach in (1.0, 2.2) for d in _DIRECTIONS]
        if must:
            boxes += [_beside(x, y, size, gap * reach, d) for reach in (3.6, 5.5) for d in _DIRECTIONS]
        inside = [b for b in boxes if self._inside(b)]
        costs = [self._crowding(b) for b in inside]
        free = [b for b, c in zip(inside, costs, strict=True) if c == 0]
        if free:
            chosen = free[0]
        elif must and inside:
            chosen = inside[costs.index(min(costs))]
        else:
            return None
        self.taken.append(chosen)
        return chosen

    def free(self, box: Box) -> bool:
        """Return whether a box is inside the frame and free."""
        return self._inside(box) and self._crowding(box) == 0

    def _inside(self, b: Box) -> bool:
        f = self.frame
        return b[0] >= f[0] and b[1] >= f[1] and b[2] <= f[2] and b[3] <= f[3]

    def _crowding(self, b: Box) -> float:
        """Return the area that a box shares with what is taken."""
        near = (t for t in self.taken if b[2] > t[0] and t[2] > b[0] and b[3] > t[1] and t[3] > b[1])
        return sum((min(b[2], t[2]) - max(b[0], t[0])) * (min(b[3], t[3]) - max(b[1], t[1])) for t in near)


def _beside(x: float, y: float, size: tuple[float, float], gap: float, direction: tuple[float, float]) -> Box:
    """Return the box beside a point in a direction."""
    width, height = size
    dx, dy = direction
    left = x + gap if dx > 0 else x - gap - width if dx < 0 else x - width / 2
    rise = gap + height / 2 if dx == 0 else 0.4 * gap + 0.95 * height
    bottom = y - height / 2 + dy * rise
    return left, bottom, left + width, bottom + height
