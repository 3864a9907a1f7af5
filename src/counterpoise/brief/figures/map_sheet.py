"""The sheet that the map is drawn on: window, scale, taken places, who has which style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from counterpoise.assessment.models import Conduit, Place
from counterpoise.brief.figures.labels import Placer
from counterpoise.brief.figures.map_view import View
from counterpoise.brief.figures.outlines import Outlines
from counterpoise.brief.figures.style import HALO, INK, PALETTE, SMALL
from counterpoise.brief.index import Index

__all__ = [
    "MAX_HOLDERS",
    "MODE_STYLES",
    "RINGS",
    "MapSheet",
    "holders_of",
    "ruler",
    "steps_of",
    "style_of",
    "write",
]


MODE_STYLES: Final[dict[str, Any]] = {
    "road": "-",
    "rail": (0, (8, 1.5)),
    "air": (0, (4, 2.5)),
    "sea": (0, (1, 2)),
}
MAX_HOLDERS: Final = len(PALETTE)
RINGS: Final = 3  # critical sites that are ringed


@dataclass
class MapSheet:
    """What the steps of drawing share."""

    index: Index
    view: View
    outlines: Outlines
    axes: Any
    scale: float
    placer: Placer
    measure: Any
    holders: tuple[str, ...]
    main: Conduit | None

    def point(self, place: Place) -> tuple[float, float]:
        """Return a place on the plane."""
        return self.view.xy(place.lon, place.lat)

    def dots(self, xy: tuple[float, float]) -> tuple[float, float]:
        """Return a point of the plane in points of the axes."""
        return (xy[0] - self.view.left) * self.scale, (xy[1] - self.view.bottom) * self.scale

    def plane(self, dots: tuple[float, float]) -> tuple[float, float]:
        """Return points of the axes on the plane."""
        return dots[0] / self.scale + self.view.left, dots[1] / self.scale + self.view.bottom

    def size(self, text: str, points: float, bold: bool = False) -> tuple[float, float]:
        """Return width and height of a text [point]."""
        return self.measure(text, points, bold)  # type: ignore[no-any-return]


def ruler(figure: Any) -> Any:
    """Return a function that measures text [point]."""
    renderer = FigureCanvasAgg(figure).get_renderer()

    def measure(text: str, points: float, bold: bool) -> tuple[float, float]:
        item = Text(0, 0, text, fontsize=points, fontweight="bold" if bold else "normal", figure=figure)
        box = item.get_window_extent(renderer, dpi=72)
        return float(box.width), float(box.height)

    return measure


def holders_of(places: Sequence[Place], client: str) -> tuple[str, ...]:
    """Return who holds sites of the theatre: the client first, then by number of sites."""
    counts: dict[str, int] = {}
    for p in places:
        if p.in_theatre:
            counts[p.holder] = counts.get(p.holder, 0) + 1
    others = sorted((h for h in counts if h != client), key=lambda h: (-counts[h], h))
    return (client, *others)


def style_of(m: MapSheet, holder: str) -> int:
    """Return the number of a holder's style."""
    return min(m.holders.index(holder), MAX_HOLDERS - 1)


def steps_of(conduit: Conduit | None) -> set[frozenset[str]]:
    """Return the pairs of neighbouring sites on a conduit."""
    through = conduit.through if conduit else ()
    return {frozenset(pair) for pair in pairwise(through)}


def write(
    m: MapSheet, box: tuple[float, float, float, float], text: str, bold: bool = False, color: str = INK
) -> None:
    """Write a label into its box, on a pale halo."""
    x, y = m.plane((box[0], (box[1] + box[3]) / 2))
    m.axes.text(
        x,
        y,
        text,
        fontsize=SMALL,
        fontweight="bold" if bold else "normal",
        color=color,
        ha="left",
        va="center_baseline",
        zorder=8,
        gid=f"{HALO}-{len(m.placer.taken)}",
    )
