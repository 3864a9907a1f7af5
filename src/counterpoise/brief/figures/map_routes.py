"""Routes of the map: legs by mode, the main conduit, arrows to what is beyond the window."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.assessment.models import Leg, Place
from counterpoise.brief.document import clean
from counterpoise.brief.figures.map_sheet import MODE_STYLES, MapSheet, steps_of, write
from counterpoise.brief.figures.style import INK, SMALL, SOFT, fit

__all__ = ["draw_away", "draw_routes"]


_MAX_AWAY = 6


def draw_routes(m: MapSheet) -> None:
    """Draw the legs by mode, the main conduit on top."""
    by_id = {p.id: p for p in m.index.a.places}
    steps = steps_of(m.main)
    for leg in sorted(m.index.a.legs, key=lambda leg: leg.id):
        a, b = by_id.get(leg.a), by_id.get(leg.b)
        if a is None or b is None or not (m.view.shows(a) or m.view.shows(b)):
            continue
        highlighted = frozenset((leg.a, leg.b)) in steps
        if not highlighted and not (m.view.shows(a) and m.view.shows(b)):
            continue
        line = _curve(m, leg, a, b)
        if highlighted:
            m.axes.plot(*line.T, color="white", linewidth=4.6, solid_capstyle="round", zorder=3.4)
        m.axes.plot(
            *line.T,
            color=INK if highlighted else "#6b737a",
            linewidth=2.4 if highlighted else 0.8,
            linestyle=MODE_STYLES.get(leg.mode, "-"),
            zorder=3.5 if highlighted else 3,
        )


def _curve(m: MapSheet, leg: Leg, a: Place, b: Place) -> Any:
    """Return the line of a leg; air and sea legs inside the window are bowed."""
    p, q = np.array(m.point(a)), np.array(m.point(b))
    if leg.mode not in {"air", "sea"} or not (m.view.shows(a) and m.view.shows(b)):
        return np.array([p, q])
    t = np.linspace(0, 1, 24)[:, None]
    across = np.array([-(q - p)[1], (q - p)[0]])
    bend = (p + q) / 2 + (0.16 if leg.mode == "air" else -0.16) * across
    return (1 - t) ** 2 * p + 2 * t * (1 - t) * bend + t**2 * q


def draw_away(m: MapSheet) -> None:
    """Draw an arrow at the edge where a route of the theatre or of the main conduit leaves the window."""
    by_id = {p.id: p for p in m.index.a.places}
    steps = steps_of(m.main)
    legs = sorted(
        m.index.a.legs, key=lambda leg: (frozenset((leg.a, leg.b)) not in steps, -leg.capacity, leg.id)
    )
    drawn: set[str] = set()
    for leg in legs:
        ends = [by_id[s] for s in (leg.a, leg.b) if s in by_id]
        inside = [p for p in ends if m.view.shows(p)]
        outside = [p for p in ends if not m.view.shows(p)]
        if len(inside) != 1 or len(outside) != 1 or outside[0].id in drawn or len(drawn) >= _MAX_AWAY:
            continue
        main = frozenset((leg.a, leg.b)) in steps
        if not (main or inside[0].in_theatre):
            continue
        if _arrow(m, inside[0], outside[0], main):
            drawn.add(outside[0].id)


def _arrow(m: MapSheet, inside: Place, outside: Place, main: bool) -> bool:
    """Draw one arrow with the far place's name and distance; False if there is no room for it."""
    tip = m.dots(m.view.edge(m.point(inside), m.point(outside)))
    start = m.dots(m.point(inside))
    length = max(1.0, float(np.hypot(tip[0] - start[0], tip[1] - start[1])))
    back = min(16.0, 0.8 * length)
    tail = (tip[0] - (tip[0] - start[0]) / length * back, tip[1] - (tip[1] - start[1]) / length * back)
    km = m.view.km(float(np.hypot(*np.subtract(m.point(inside), m.point(outside)))))
    far = outside.name
    if main and m.main and outside.id in m.main.through and m.main.through[0] != outside.id:
        far = f"{outside.name}, {m.index.name(m.main.through[0])}"
    text = fit(clean(far), 30) if main else f"{fit(clean(far), 24)}, {float(f'{km:.2g}'):.0f} km"
    box = m.placer.place(*tail, m.size(text, SMALL, main), 5.0, must=main)
    if box is None:
        return False
    arrow = {
        "arrowstyle": "-|>",
        "color": INK if main else SOFT,
        "linewidth": 1.6 if main else 0.9,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    m.axes.annotate("", m.plane(tip), m.plane(tail), arrowprops=arrow, zorder=6)
    write(m, box, text, bold=main, color=INK if main else SOFT)
    return True
