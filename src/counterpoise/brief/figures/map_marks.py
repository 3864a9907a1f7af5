"""Marks and words of the map: sites, their names, countries, scale bar, legend."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path

from counterpoise.assessment.models import Conduit, Place
from counterpoise.brief.document import clean
from counterpoise.brief.figures.labels import Box
from counterpoise.brief.figures.map_sheet import (
    MAX_HOLDERS,
    MODE_STYLES,
    RINGS,
    MapSheet,
    holders_of,
    style_of,
    write,
)
from counterpoise.brief.figures.style import HATCHES, INK, MARKERS, PALETTE, SMALL, SOFT, fit
from counterpoise.brief.index import Index

__all__ = [
    "COLUMNS",
    "draw_labels",
    "draw_legend",
    "draw_scale_bar",
    "draw_sites",
    "legend_items",
    "name_countries",
]


COLUMNS = 3


def draw_sites(m: MapSheet) -> None:
    """Draw the sites by holder; those outside the theatre as small rings; critical sites in a ring."""
    critical = set(m.main.critical_sites[:RINGS]) if m.main else set()
    for p in m.index.a.places:
        if not m.view.shows(p):
            continue
        x, y = m.point(p)
        radius = 3.5
        if p.in_theatre:
            k, capital = style_of(m, p.holder), "capital" in p.roles
            edge = 8.0 if capital else 5.2
            m.axes.plot(
                x,
                y,
                MARKERS[k],
                color=PALETTE[k],
                markersize=edge,
                markeredgecolor="white",
                markeredgewidth=0.7,
                zorder=5,
            )
            radius = edge / 2 + 0.5
        else:
            m.axes.plot(
                x, y, "o", color="white", markersize=4, markeredgecolor=SOFT, markeredgewidth=1.0, zorder=5
            )
        if p.id in critical:
            m.axes.plot(
                x, y, "o", color="none", markersize=14, markeredgecolor=INK, markeredgewidth=1.6, zorder=6
            )
            radius = 7.5
        dx, dy = m.dots((x, y))
        m.placer.taken.append((dx - radius, dy - radius, dx + radius, dy + radius))


def draw_labels(m: MapSheet) -> None:
    """Name the sites, the most important first, where there is room."""
    through = set(m.main.through) if m.main else set()
    critical = set(m.main.critical_sites[:RINGS]) if m.main else set()

    def rank(p: Place) -> tuple[int, float]:
        keys = (
            p.id in critical,
            "capital" in p.roles and p.in_theatre,
            p.id in through,
            "governorate_capital" in p.roles,
            p.in_theatre,
        )
        return next((i for i, k in enumerate(keys) if k), len(keys)), -(p.population or 0.0)

    for p in sorted((p for p in m.index.a.places if m.view.shows(p)), key=lambda p: (rank(p), p.id)):
        must, bold = rank(p)[0] <= 1, rank(p)[0] <= 2
        gap = 9.0 if p.id in critical else 5.5
        text = fit(clean(p.name), 24)
        x, y = m.dots(m.point(p))
        box = m.placer.place(x, y, m.size(text, SMALL, bold), gap, must)
        if box is not None:
            _leader(m, (x, y), box, gap)
            write(m, box, text, bold)


def _leader(m: MapSheet, dot: tuple[float, float], box: Box, gap: float) -> None:
    """Draw a thin line from a site to its name where the name stands further off than usual."""
    near = (min(max(dot[0], box[0]), box[2]), min(max(dot[1], box[1]), box[3]))
    if float(np.hypot(near[0] - dot[0], near[1] - dot[1])) <= 1.5 * gap:
        return
    (x0, y0), (x1, y1) = m.plane(dot), m.plane(near)
    m.axes.plot([x0, x1], [y0, y1], color=INK, linewidth=0.6, zorder=7)


def name_countries(m: MapSheet) -> None:
    """Name the countries where there is room, far from sites."""
    dots = np.array([m.dots(m.point(p)) for p in m.index.a.places if m.view.shows(p)])
    share = np.linspace(0.06, 0.94, 23)
    spots = np.stack(np.meshgrid(share, share), axis=-1).reshape(-1, 2) * np.array(m.placer.frame[2:])
    room = np.min(np.hypot(*(spots[:, None, :] - dots[None]).transpose(2, 0, 1)), axis=1)
    for code in sorted(m.outlines.rings):
        text = m.outlines.names[code].upper()
        half = np.array(m.size(text, SMALL - 0.5)) / 2
        boxes = np.hstack([spots - half, spots + half])
        fits = _free(m, boxes) & _within(m, code, boxes)
        if not fits.any():
            continue
        left, bottom, right, top = boxes[np.argmax(np.where(fits, room, -1.0))]
        m.placer.taken.append((left, bottom, right, top))
        x, y = m.plane((left, (bottom + top) / 2))
        look = {"fontsize": SMALL - 0.5, "color": "#70777d", "ha": "left", "va": "center_baseline"}
        m.axes.text(x, y, text, zorder=4, **look)


def _free(m: MapSheet, boxes: Any) -> Any:
    """Return which boxes are inside the frame and free, all at once."""
    frame, taken = m.placer.frame, np.array(m.placer.taken)
    inside = (boxes[:, :2] >= frame[:2]).all(axis=1) & (boxes[:, 2:] <= frame[2:]).all(axis=1)
    apart = (boxes[:, None, :2] >= taken[None, :, 2:]) | (boxes[:, None, 2:] <= taken[None, :, :2])
    return inside & apart.any(axis=2).all(axis=1)


def _within(m: MapSheet, code: str, boxes: Any) -> Any:
    """Return which boxes lie inside one part of a country."""
    left, bottom, right, top = boxes.T
    corners = [(x, y) for x in (left, (left + right) / 2, right) for y in (bottom, top)]
    points = [np.column_stack(m.plane(c)) for c in corners]
    parts = [Path(m.view.ring(r)) for r in m.outlines.rings[code]]
    return np.any([np.all([part.contains_points(p) for p in points], axis=0) for part in parts], axis=0)


def draw_scale_bar(m: MapSheet) -> None:
    """Draw a scale bar in the emptiest corner."""
    span_km = m.view.km(m.view.right - m.view.left)
    km = next(s for s in (1000, 500, 200, 100, 50, 20, 10, 5) if s <= span_km / 4 or s == 5)
    length = km / m.view.km(1.0) * m.scale
    width, height = m.placer.frame[2], m.placer.frame[3]
    corners = [(8.0, 8.0), (width - length - 30, 8.0), (8.0, height - 18), (width - length - 30, height - 18)]
    x, y = next(
        (c for c in corners if m.placer.free((c[0], c[1], c[0] + length + 26, c[1] + 10))), corners[0]
    )
    m.placer.taken.append((x, y - 3, x + length + 30, y + 11))
    start, end = m.plane((x, y + 3)), m.plane((x + length, y + 3))
    m.axes.plot(
        [start[0], end[0]], [start[1], end[1]], color=INK, linewidth=2, solid_capstyle="butt", zorder=8
    )
    label = m.plane((x + length + 4, y + 3))
    m.axes.text(
        *label,
        f"{km} km",
        fontsize=SMALL - 0.5,
        va="center",
        zorder=8,
        bbox={"facecolor": "white", "alpha": 0.7, "pad": 1, "linewidth": 0},
    )


def legend_items(index: Index, main: Conduit | None) -> list[tuple[Any, str]]:
    """Return the keys of the legend with their words: holders, modes, conduit, critical sites."""
    holders = holders_of(index.a.places, index.a.client)
    shown = holders[: MAX_HOLDERS - 1] if len(holders) > MAX_HOLDERS else holders
    items: list[tuple[Any, str]] = [
        (_holder_key(k), fit(clean(index.name(holder)), 24)) for k, holder in enumerate(shown)
    ]
    if len(holders) > len(shown):
        items.append((_holder_key(MAX_HOLDERS - 1), "others"))
    for mode in (m for m in MODE_STYLES if any(leg.mode == m for leg in index.a.legs)):
        items.append((Line2D([], [], color="#6b737a", linewidth=1, linestyle=MODE_STYLES[mode]), mode))
    if main:
        pair = fit(f"{clean(index.name(main.sender))} to {clean(index.name(main.recipient))}", 26)
        items.append((Line2D([], [], color=INK, linewidth=2.4), pair))
        items.append((_ring_key(11, INK, "none"), "critical site"))
    items.append((_ring_key(4, SOFT, "white"), "outside the theatre"))
    return items


def _ring_key(size: float, edge: str, face: str) -> Line2D:
    """Return a ring for the legend."""
    look: dict[str, Any] = {
        "marker": "o",
        "markersize": size,
        "markeredgecolor": edge,
        "markerfacecolor": face,
    }
    return Line2D([], [], color="none", markeredgewidth=1.3, **look)


def _holder_key(k: int) -> tuple[Patch, Line2D]:
    """Return a holder's tint and hatch with the holder's mark on it."""
    patch = Patch(facecolor=PALETTE[k] + "30", edgecolor=PALETTE[k], hatch=HATCHES[k] * 2, linewidth=0.6)
    mark = Line2D([], [], color=PALETTE[k], marker=MARKERS[k], markersize=5.2, linestyle="none")
    mark.set_markeredgecolor("white")
    mark.set_markeredgewidth(0.6)
    return patch, mark


def draw_legend(m: MapSheet, figure: Any, items: list[tuple[Any, str]]) -> None:
    """Draw the legend below the map."""
    height = figure.get_figheight() * 72
    foot = m.axes.get_position().y0 * height
    figure.legend(
        [key for key, _ in items],
        [words for _, words in items],
        loc="upper left",
        bbox_to_anchor=(0.0, (foot - 2) / height),
        ncol=COLUMNS,
        fontsize=SMALL - 0.3,
        frameon=False,
        handlelength=2.0,
        columnspacing=1.0,
        handletextpad=0.5,
        labelspacing=0.35,
        borderaxespad=0.2,
        borderpad=0.2,
    )
