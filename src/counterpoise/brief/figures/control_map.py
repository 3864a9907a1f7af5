"""Map of control with conduits: who holds which site, the main conduit, the critical sites.

Cells of the nearest site stand for control, clipped to the client's outline. Places beyond the window are
arrows at its edge. Cities, crossings, ports and airfields only.
"""

from __future__ import annotations

import math
from typing import Any

from counterpoise.assessment.models import Assessment, Conduit
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.labels import Placer
from counterpoise.brief.figures.map_ground import draw_control, draw_land
from counterpoise.brief.figures.map_marks import (
    COLUMNS,
    draw_labels,
    draw_legend,
    draw_scale_bar,
    draw_sites,
    legend_items,
    name_countries,
)
from counterpoise.brief.figures.map_routes import draw_away, draw_routes
from counterpoise.brief.figures.map_sheet import RINGS, MapSheet, holders_of, ruler
from counterpoise.brief.figures.map_view import View, make_view
from counterpoise.brief.figures.outlines import load_outlines
from counterpoise.brief.figures.style import FAINT, WIDTH, canvas, finish, note
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import day
from counterpoise.brief.summary import worst_conduit

__all__ = ["draw_map"]


_NAME = "map"
_TOP, _SOURCE, _KEY = 26.0, 26.0, 13.2  # points kept for the title, the source and each line of the legend


def draw_map(a: Assessment) -> Figure | None:
    """Return the map; None where the assessment has no theatre."""
    index = Index(a)
    main = worst_conduit(a)
    wanted = set(main.through) if main else set()
    view = make_view(a.places, wanted)
    if view is None:
        return None
    m, figure = _prepare(index, view, main)
    draw_land(m)
    draw_control(m)
    draw_routes(m)
    draw_sites(m)
    draw_scale_bar(m)
    draw_away(m)
    draw_labels(m)
    name_countries(m)
    draw_legend(m, figure, legend_items(index, main))
    title = f"Who holds what on {day(a.as_of)}"
    source = f"{m.outlines.credit}. Control: scenario {clean(a.scenario.name)}."
    note(figure, title, source)
    reading = (
        "Shading: who holds the nearest site (not front lines). Thick line: the conduit that loses most "
        "if the regime falls. Rings: its critical sites. Distances in kilometres."
    )
    alt = _alt(m)
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _prepare(index: Index, view: View, main: Conduit | None) -> tuple[MapSheet, Any]:
    """Return the empty map and its figure."""
    width = WIDTH * 72 - 8
    height = width * view.aspect
    foot = _SOURCE + _KEY * math.ceil(len(legend_items(index, main)) / COLUMNS)
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
    holders = holders_of(index.a.places, index.a.client)
    placer = Placer((3.0, 3.0, width - 3.0, height - 3.0))
    m = MapSheet(
        index,
        view,
        load_outlines(),
        axes,
        width / (view.right - view.left),
        placer,
        ruler(figure),
        holders,
        main,
    )
    return m, figure


def _alt(m: MapSheet) -> str:
    """Return the map in words."""
    theatre = [p for p in m.index.a.places if p.in_theatre]
    held = ", ".join(f"{clean(m.index.name(h))} {sum(p.holder == h for p in theatre)}" for h in m.holders)
    text = f"Map of {len(theatre)} sites by holder: {held}."
    if m.main:
        path = " to ".join(clean(m.index.name(s)) for s in m.main.through)
        ring = ", ".join(clean(m.index.name(s)) for s in m.main.critical_sites[:RINGS]) or "none"
        text += f" Highlighted conduit: {path}. Critical sites: {ring}."
    return text
