"""Map of control with conduits: who holds which site, the main conduit, the critical sites.

Cells of the nearest site stand for control, clipped to the client's outline. Places beyond the window are arrows at its
edge. Cities, crossings, ports and airfields only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Polygon
from matplotlib.path import Path

from counterpoise.assessment.models import Assessment, Conduit, Leg, Place
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.cells import nearest_cells
from counterpoise.brief.figures.labels import Placer
from counterpoise.brief.figures.map_view import View, make_view
from counterpoise.brief.figures.outlines import Outlines, load_outlines
from counterpoise.brief.figures.style import (
    FAINT,
    HATCHES,
    INK,
    MARKERS,
    PALETTE,
    SMALL,
    SOFT,
    WIDTH,
    canvas,
    finish,
    fit,
    note,
)
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import day
from counterpoise.brief.summary import worst_conduit

__all__ = ["draw_map"]

_NAME = "map"
_STYLES: dict[str, Any] = {"road": "-", "rail": (0, (8, 1.5)), "air": (0, (4, 2.5)), "sea": (0, (1, 2))}
_MAX_HOLDERS = len(PALETTE)
_MAX_AWAY = 6
_TOP, _SOURCE, _KEY = 26.0, 20.0, 13.2  # points kept for the title, the source and each line of the legend
_COLUMNS = 3


@dataclass
class _Map:
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


def draw_map(a: Assessment) -> Figure | None:
    """Return the map; None where the assessment has no theatre."""
    index = Index(a)
    main = worst_conduit(a)
    wanted = {s for c in a.conduits for s in c.through}
    view = make_view(a.places, wanted)
    if view is None:
        return None
    m, figure = _prepare(index, view, main)
    _land(m)
    _control(m)
    _routes(m)
    _sites(m)
    _away(m)
    _labels(m)
    _countries(m)
    _scale_bar(m)
    _legend(m, figure, _legend_items(index, main))
    title = f"Who holds what on {day(a.as_of)}, and the way through"
    source = f"{m.outlines.credit}. Control: scenario {clean(a.scenario.name)}."
    note(figure, title, source)
    reading = (
        "Shading: who holds the nearest site (not front lines). Thick line: the conduit that loses most if the regime falls. "
        "Rings: its critical sites. Distances in kilometres."
    )
    alt = _alt(m)
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _prepare(index: Index, view: View, main: Conduit | None) -> tuple[_Map, Any]:
    """Return the empty map and its figure."""
    width = WIDTH * 72 - 8
    height = width * view.aspect
    foot = _SOURCE + _KEY * math.ceil(len(_legend_items(index, main)) / _COLUMNS)
    total = height + _TOP + foot
    figure = canvas(total / 72)
    axes = figure.add_axes((4 / (WIDTH * 72), foot / total, width / (WIDTH * 72), height / total))
    axes.set_xlim(view.left, view.right)
    axes.set_ylim(view.bottom, view.top)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=FAINT)
    axes.set_facecolor("#fbfbfa")
    holders = _holders(index.a.places, index.a.client)
    placer = Placer((3.0, 3.0, width - 3.0, height - 3.0))
    m = _Map(index, view, load_outlines(), axes, width / (view.right - view.left), placer, _ruler(figure), holders, main)
    return m, figure


def _ruler(figure: Any) -> Any:
    """Return a function that measures text [point]."""
    from matplotlib.text import Text

    renderer = FigureCanvasAgg(figure).get_renderer()

    def measure(text: str, points: float, bold: bool) -> tuple[float, float]:
        item = Text(0, 0, text, fontsize=points, fontweight="bold" if bold else "normal", figure=figure)
        box = item.get_window_extent(renderer, dpi=72)
        return float(box.width), float(box.height)

    return measure


def _holders(places: Sequence[Place], client: str) -> tuple[str, ...]:
    """Return who holds sites of the theatre: the client first, then by number of sites; the rest share the last style."""
    counts: dict[str, int] = {}
    for p in places:
        if p.in_theatre:
            counts[p.holder] = counts.get(p.holder, 0) + 1
    others = sorted((h for h in counts if h != client), key=lambda h: (-counts[h], h))
    return (client, *others)


def _style(m: _Map, holder: str) -> int:
    """Return the number of a holder's style."""
    return min(m.holders.index(holder), _MAX_HOLDERS - 1)


def _land(m: _Map) -> None:
    """Draw the outlines."""
    for code, rings in sorted(m.outlines.rings.items()):
        for ring in rings:
            own = any(p.in_theatre and p.country == code for p in m.index.a.places)
            face = "#ffffff" if own else "#efeeea"
            m.axes.add_patch(Polygon(m.view.ring(ring), closed=True, facecolor=face, edgecolor="#b4b8bb", linewidth=0.7, zorder=1))


def _control(m: _Map) -> None:
    """Fill the cells of the nearest site, clipped to the client's outline, in tints and hatches."""
    theatre = [p for p in m.index.a.places if p.in_theatre]
    points = np.array([m.point(p) for p in theatre])
    clip = _clip_path(m, theatre, points)
    for place, cell in zip(theatre, nearest_cells(points, m.view.window), strict=True):
        if len(cell) == 0:
            continue
        k = _style(m, place.holder)
        tint = Polygon(cell, closed=True, facecolor=PALETTE[k], alpha=0.16, edgecolor="none", zorder=2)
        m.axes.add_patch(tint)
        tint.set_clip_path(clip, m.axes.transData)
        if HATCHES[k]:
            mesh = Polygon(cell, closed=True, facecolor="none", edgecolor=PALETTE[k], hatch=HATCHES[k], linewidth=0, alpha=0.45)
            mesh.set_zorder(2.1)
            m.axes.add_patch(mesh)
            mesh.set_clip_path(clip, m.axes.transData)
    m.axes.add_patch(PathPatch(clip, facecolor="none", edgecolor="#80868b", linewidth=1.0, zorder=2.5))


def _clip_path(m: _Map, theatre: Sequence[Place], points: Any) -> Path:
    """Return the client's outline, or a rounded hull of the sites where no outline is known."""
    rings = [m.view.ring(r) for code in sorted({p.country for p in theatre}) for r in m.outlines.rings.get(code, ())]
    if not rings:
        rings = [_hull(points)]
    return Path.make_compound_path(*(Path(np.vstack([r, r[:1]]), closed=True) for r in rings))


def _hull(points: Any) -> Any:
    """Return the convex hull of discs around the sites."""
    size = max(float(np.ptp(points[:, 0])), float(np.ptp(points[:, 1])), 0.5) * 0.09
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)]) * size
    cloud = sorted({(round(x, 9), round(y, 9)) for x, y in (points[:, None, :] + circle[None]).reshape(-1, 2)})
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


def _routes(m: _Map) -> None:
    """Draw the legs by mode, the main conduit on top."""
    by_id = {p.id: p for p in m.index.a.places}
    steps = _steps(m.main)
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
            *line.T, color=INK if highlighted else "#6b737a", linewidth=2.4 if highlighted else 0.8,
            linestyle=_STYLES.get(leg.mode, "-"), zorder=3.5 if highlighted else 3,
        )  # fmt: skip


def _steps(conduit: Conduit | None) -> set[frozenset[str]]:
    """Return the pairs of neighbouring sites on a conduit."""
    through = conduit.through if conduit else ()
    return {frozenset(pair) for pair in zip(through, through[1:], strict=False)}


def _curve(m: _Map, leg: Leg, a: Place, b: Place) -> Any:
    """Return the line of a leg; air and sea legs inside the window are bowed."""
    p, q = np.array(m.point(a)), np.array(m.point(b))
    if leg.mode not in {"air", "sea"} or not (m.view.shows(a) and m.view.shows(b)):
        return np.array([p, q])
    t = np.linspace(0, 1, 24)[:, None]
    across = np.array([-(q - p)[1], (q - p)[0]])
    bend = (p + q) / 2 + (0.16 if leg.mode == "air" else -0.16) * across
    return (1 - t) ** 2 * p + 2 * t * (1 - t) * bend + t**2 * q


def _sites(m: _Map) -> None:
    """Draw the sites by holder; those outside the theatre as small rings; critical sites in a ring."""
    critical = set(m.main.critical_sites) if m.main else set()
    for p in m.index.a.places:
        if not m.view.shows(p):
            continue
        x, y = m.point(p)
        radius = 3.5
        if p.in_theatre:
            k, capital = _style(m, p.holder), "capital" in p.roles
            edge = 8.0 if capital else 5.2
            m.axes.plot(x, y, MARKERS[k], color=PALETTE[k], markersize=edge, markeredgecolor="white", markeredgewidth=0.7, zorder=5)
            radius = edge / 2 + 0.5
        else:
            m.axes.plot(x, y, "o", color="white", markersize=4, markeredgecolor=SOFT, markeredgewidth=1.0, zorder=5)
        if p.id in critical:
            m.axes.plot(x, y, "o", color="none", markersize=14, markeredgecolor=INK, markeredgewidth=1.6, zorder=6)
            radius = 7.5
        dx, dy = m.dots((x, y))
        m.placer.taken.append((dx - radius, dy - radius, dx + radius, dy + radius))


def _away(m: _Map) -> None:
    """Draw an arrow at the edge for every route that leaves the window."""
    by_id = {p.id: p for p in m.index.a.places}
    steps = _steps(m.main)
    legs = sorted(m.index.a.legs, key=lambda leg: (frozenset((leg.a, leg.b)) not in steps, -leg.capacity, leg.id))
    drawn: set[str] = set()
    for leg in legs:
        ends = [by_id[s] for s in (leg.a, leg.b) if s in by_id]
        inside = [p for p in ends if m.view.shows(p)]
        outside = [p for p in ends if not m.view.shows(p)]
        if len(inside) != 1 or len(outside) != 1 or outside[0].id in drawn or len(drawn) >= _MAX_AWAY:
            continue
        if _arrow(m, inside[0], outside[0], frozenset((leg.a, leg.b)) in steps):
            drawn.add(outside[0].id)


def _arrow(m: _Map, inside: Place, outside: Place, main: bool) -> bool:
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
    arrow = {"arrowstyle": "-|>", "color": INK if main else SOFT, "linewidth": 1.6 if main else 0.9, "shrinkA": 0, "shrinkB": 0}
    m.axes.annotate("", m.plane(tip), m.plane(tail), arrowprops=arrow, zorder=6)
    _text(m, box, text, bold=main, color=INK if main else SOFT)
    return True


def _text(m: _Map, box: tuple[float, float, float, float], text: str, bold: bool = False, color: str = INK) -> None:
    """Write a label into its box, on a pale halo."""
    from matplotlib.patheffects import withStroke

    x, y = m.plane((box[0], (box[1] + box[3]) / 2))
    m.axes.text(
        x, y, text, fontsize=SMALL, fontweight="bold" if bold else "normal", color=color, ha="left", va="center_baseline", zorder=8,
        path_effects=[withStroke(linewidth=2.4, foreground="white", alpha=0.9)],
    )  # fmt: skip


def _labels(m: _Map) -> None:
    """Name the sites, the most important first, where there is room."""
    through = set(m.main.through) if m.main else set()
    critical = set(m.main.critical_sites) if m.main else set()

    def rank(p: Place) -> tuple[int, float]:
        keys = (p.id in critical, "capital" in p.roles and p.in_theatre, p.id in through, "governorate_capital" in p.roles, p.in_theatre)
        return next((i for i, k in enumerate(keys) if k), len(keys)), -(p.population or 0.0)

    for p in sorted((p for p in m.index.a.places if m.view.shows(p)), key=lambda p: (rank(p), p.id)):
        must, bold = rank(p)[0] <= 1, rank(p)[0] <= 2
        gap = 9.0 if p.id in critical else 5.5
        text = fit(clean(p.name), 24)
        x, y = m.dots(m.point(p))
        box = m.placer.place(x, y, m.size(text, SMALL, bold), gap, must)
        if box is not None:
            _text(m, box, text, bold)


def _countries(m: _Map) -> None:
    """Name the countries where there is room, far from sites."""
    dots = np.array([m.dots(m.point(p)) for p in m.index.a.places if m.view.shows(p)])
    grid = np.stack(np.meshgrid(np.linspace(0.06, 0.94, 23), np.linspace(0.06, 0.94, 23)), axis=-1).reshape(-1, 2)
    frame = np.array(m.placer.frame[2:])
    for code in sorted(m.outlines.rings):
        text = m.outlines.names[code].upper()
        width, height = m.size(text, SMALL - 0.5)
        best: tuple[float, tuple[float, float, float, float]] | None = None
        for spot in grid * frame:
            box = (spot[0] - width / 2, spot[1] - height / 2, spot[0] + width / 2, spot[1] + height / 2)
            if not m.placer.free(box) or not _within(m, code, box):
                continue
            room = float(np.min(np.hypot(*(dots - spot).T)))
            if best is None or room > best[0]:
                best = (room, box)
        if best:
            m.placer.taken.append(best[1])
            x, y = m.plane((best[1][0], (best[1][1] + best[1][3]) / 2))
            m.axes.text(x, y, text, fontsize=SMALL - 0.5, color="#7d848a", ha="left", va="center_baseline", zorder=4)


def _within(m: _Map, code: str, box: tuple[float, float, float, float]) -> bool:
    """Return whether a box lies inside a country."""
    corners = np.array([m.plane((x, y)) for x in (box[0], (box[0] + box[2]) / 2, box[2]) for y in (box[1], box[3])])
    return any(bool(Path(m.view.ring(r)).contains_points(corners).all()) for r in m.outlines.rings[code])


def _scale_bar(m: _Map) -> None:
    """Draw a scale bar in the emptiest lower corner."""
    span_km = m.view.km(m.view.right - m.view.left)
    km = next(s for s in (1000, 500, 200, 100, 50, 20, 10, 5) if s <= span_km / 4 or s == 5)
    length = km / m.view.km(1.0) * m.scale
    width, height = m.placer.frame[2], m.placer.frame[3]
    corners = [(8.0, 8.0), (width - length - 30, 8.0), (8.0, height - 18), (width - length - 30, height - 18)]
    x, y = next((c for c in corners if m.placer.free((c[0], c[1], c[0] + length + 26, c[1] + 10))), corners[0])
    start, end = m.plane((x, y + 3)), m.plane((x + length, y + 3))
    m.axes.plot([start[0], end[0]], [start[1], end[1]], color=INK, linewidth=2, solid_capstyle="butt", zorder=8)
    label = m.plane((x + length + 4, y + 3))
    m.axes.text(*label, f"{km} km", fontsize=SMALL - 0.5, va="center", zorder=8, bbox={"facecolor": "white", "alpha": 0.7, "pad": 1, "linewidth": 0})


def _legend_items(index: Index, main: Conduit | None) -> list[Any]:
    """Return the keys of the legend: holders, modes, conduit, critical sites."""
    items: list[Any] = []
    holders = _holders(index.a.places, index.a.client)
    shown = holders[: _MAX_HOLDERS - 1] if len(holders) > _MAX_HOLDERS else holders
    for k, holder in enumerate(shown):
        items.append(_holder_key(k, fit(clean(index.name(holder)), 24)))
    if len(holders) > len(shown):
        items.append(_holder_key(_MAX_HOLDERS - 1, "others"))
    modes = [mode for mode in _STYLES if any(leg.mode == mode for leg in index.a.legs)]
    items += [Line2D([], [], color="#6b737a", linewidth=1, linestyle=_STYLES[mode], label=mode) for mode in modes]
    if main:
        label = fit(f"{clean(index.name(main.sender))} to {clean(index.name(main.recipient))}", 26)
        items.append(Line2D([], [], color=INK, linewidth=2.4, label=label))
        items.append(Line2D([], [], color="none", marker="o", markersize=11, markeredgecolor=INK, markeredgewidth=1.4, label="critical site"))
    items.append(Line2D([], [], color="none", marker="o", markersize=4, markeredgecolor=SOFT, markerfacecolor="white", label="outside the theatre"))
    return items


def _legend(m: _Map, figure: Any, items: list[Any]) -> None:
    """Draw the legend below the map."""
    height = figure.get_figheight() * 72
    foot = m.axes.get_position().y0 * height
    figure.legend(
        handles=items, loc="upper left", bbox_to_anchor=(0.0, (foot - 2) / height), ncol=_COLUMNS, fontsize=SMALL - 0.3, frameon=False,
        handlelength=2.0, columnspacing=1.0, handletextpad=0.5, labelspacing=0.35, borderaxespad=0.2, borderpad=0.2,
    )  # fmt: skip


def _holder_key(k: int, label: str) -> Any:
    """Return a legend entry: the tint with its hatch."""
    patch = Patch(facecolor=PALETTE[k] + "40", edgecolor=PALETTE[k], hatch=HATCHES[k], linewidth=0.8, label=label)
    patch.set_label(label)
    return patch


def _alt(m: _Map) -> str:
    """Return the map in words."""
    theatre = [p for p in m.index.a.places if p.in_theatre]
    held = ", ".join(f"{clean(m.index.name(h))} {sum(p.holder == h for p in theatre)}" for h in m.holders)
    text = f"Map of {len(theatre)} sites by holder: {held}."
    if m.main:
        path = " to ".join(clean(m.index.name(s)) for s in m.main.through)
        ring = ", ".join(clean(m.index.name(s)) for s in m.main.critical_sites) or "none"
        text += f" Highlighted conduit: {path}. Critical sites: {ring}."
    return text
