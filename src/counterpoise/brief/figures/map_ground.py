"""Ground of the map: outlines, and control as cells of the nearest site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path

from counterpoise.assessment.models import Place
from counterpoise.brief.figures.cells import nearest_cells
from counterpoise.brief.figures.map_sheet import MapSheet, style_of
from counterpoise.brief.figures.style import HATCHES, PALETTE

__all__ = ["draw_control", "draw_land"]


def draw_land(m: MapSheet) -> None:
    """Draw the outlines."""
    for code, rings in sorted(m.outlines.rings.items()):
        for ring in rings:
            if not _near(m, ring):
                continue
            own = any(p.in_theatre and p.country == code for p in m.index.a.places)
            face = "#ffffff" if own else "#efeeea"
            m.axes.add_patch(
                Polygon(
                    m.view.ring(ring),
                    closed=True,
                    facecolor=face,
                    edgecolor="#b4b8bb",
                    linewidth=0.7,
                    zorder=1,
                )
            )


def _near(m: MapSheet, ring: Any) -> bool:
    """Return whether a ring's own window meets the map's."""
    points, v = m.view.ring(ring), m.view
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(low[0] <= v.right and high[0] >= v.left and low[1] <= v.top and high[1] >= v.bottom)


def draw_control(m: MapSheet) -> None:
    """Fill the cells of the nearest site, clipped to the client's outline, in tints and hatches."""
    theatre = [p for p in m.index.a.places if p.in_theatre]
    points = np.array([m.point(p) for p in theatre])
    clip = _clip_path(m, theatre, points)
    for place, cell in zip(theatre, nearest_cells(points, m.view.window), strict=True):
        if len(cell) == 0:
            continue
        k = style_of(m, place.holder)
        tint = Polygon(cell, closed=True, facecolor=PALETTE[k], alpha=0.16, edgecolor="none", zorder=2)
        m.axes.add_patch(tint)
        tint.set_clip_path(clip, m.axes.transData)
        if HATCHES[k]:
            mesh = Polygon(
                cell,
                closed=True,
                facecolor="none",
                edgecolor=PALETTE[k],
                hatch=HATCHES[k],
                linewidth=0,
                alpha=0.45,
            )
            mesh.set_zorder(2.1)
            m.axes.add_patch(mesh)
            mesh.set_clip_path(clip, m.axes.transData)
    m.axes.add_patch(PathPatch(clip, facecolor="none", edgecolor="#80868b", linewidth=1.0, zorder=2.5))


def _clip_path(m: MapSheet, theatre: Sequence[Place], points: Any) -> Path:
    """Return the client's outline, or a rounded hull of the sites where no outline is known."""
    rings = [
        m.view.ring(r)
        for code in sorted({p.country for p in theatre})
        for r in m.outlines.rings.get(code, ())
    ]
    if not rings:
        rings = [_hull(points)]
    return Path.make_compound_path(*(Path(np.vstack([r, r[:1]]), closed=True) for r in rings))


def _hull(points: Any) -> Any:
    """Return the convex hull of discs around the sites."""
    size = max(float(np.ptp(points[:, 0])), float(np.ptp(points[:, 1])), 0.5) * 0.09
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)]) * size
    cloud = sorted(
        {(round(x, 9), round(y, 9)) for x, y in (points[:, None, :] + circle[None]).reshape(-1, 2)}
    )
    return np.array(_half_hull(cloud)[:-1] + _half_hull(cloud[::-1])[:-1])


def _half_hull(cloud: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the lower chain of a sorted cloud (Andrew 1979)."""
    chain: list[tuple[float, float]] = []
    for p in cloud:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0:
            chain.pop()
        chain.append(p)
    return chain


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
