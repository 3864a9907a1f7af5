"""The figures of a brief, from an assessment alone: map, timeline, ribbons, conduits, corridor, stocks, network, gains."""

from __future__ import annotations

from collections.abc import Callable

from counterpoise.assessment.models import Assessment
from counterpoise.brief.document import Figure

__all__ = ["draw_figures"]


def draw_figures(a: Assessment) -> tuple[Figure, ...]:
    """Return the figures that the assessment has data for; same assessment, same bytes."""
    from counterpoise.brief.figures.conduit_bars import draw_conduits
    from counterpoise.brief.figures.control_map import draw_map
    from counterpoise.brief.figures.corridor import draw_corridor
    from counterpoise.brief.figures.gains import draw_gains
    from counterpoise.brief.figures.network import draw_network
    from counterpoise.brief.figures.stocks import draw_stocks
    from counterpoise.brief.figures.style import drawing
    from counterpoise.brief.figures.survival import draw_ribbon
    from counterpoise.brief.figures.timeline import draw_timeline

    steps: tuple[Callable[[Assessment], Figure | None], ...] = (
        draw_map,
        draw_timeline,
        draw_ribbon,
        draw_conduits,
        draw_corridor,
        draw_stocks,
        draw_network,
        draw_gains,
    )
    drawn = []
    for step in steps:
        with drawing():
            figure = step(a)
        if figure is not None:
            drawn.append(figure)
    return tuple(drawn)
