"""The figures of a brief, from an assessment alone: map, timeline, ribbons, conduits, corridor, stocks, network, gains."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Final

from counterpoise.assessment.models import Assessment
from counterpoise.brief.document import Figure

__all__ = ["draw_figures", "start_figures", "warm_up"]

#: Module and function of each figure, in the order of the brief.
_STEPS: Final = (
    ("control_map", "draw_map"),
    ("timeline", "draw_timeline"),
    ("survival", "draw_ribbon"),
    ("conduit_bars", "draw_conduits"),
    ("corridor", "draw_corridor"),
    ("stocks", "draw_stocks"),
    ("network", "draw_network"),
    ("gains", "draw_gains"),
)


def draw_figures(a: Assessment, helpers: Sequence[Executor] = ()) -> tuple[Figure, ...]:
    """Return the figures that the assessment has data for; same assessment, same bytes.

    Parameters
    ----------
    a : Assessment
    helpers : sequence of Executor
        Processes that share the drawing; it changes no byte.
    """
    return start_figures(a, helpers)()


def start_figures(a: Assessment, helpers: Sequence[Executor] = ()) -> Callable[[], tuple[Figure, ...]]:
    """Have the helpers begin to draw; return what waits for the figures, or draws them where no helper does."""
    jobs: list[Future[Figure | None]] = []
    failed = (BrokenProcessPool, OSError, RuntimeError)  # a helper could not start, or died
    if helpers:
        with suppress(*failed):
            jobs = [helpers[i % len(helpers)].submit(_draw, i, a) for i in range(len(_STEPS))]

    def collect() -> tuple[Figure, ...]:
        drawn: list[Figure | None] = []
        with suppress(*failed):
            drawn = [job.result() for job in jobs]
        if not drawn:
            drawn = [_draw(i, a) for i in range(len(_STEPS))]
        return tuple(f for f in drawn if f is not None)

    return collect


def _draw(i: int, a: Assessment) -> Figure | None:
    """Draw one figure, if there is data for it."""
    from counterpoise.brief.figures.style import drawing

    module, function = _STEPS[i]
    step = getattr(importlib.import_module(f"counterpoise.brief.figures.{module}"), function)
    with drawing():
        found: Figure | None = step(a)
    return found


def warm_up() -> None:
    """Import what draws, and have the fonts found."""
    from counterpoise.brief.figures.style import canvas, drawing, finish, note

    for module, _ in _STEPS:
        importlib.import_module(f"counterpoise.brief.figures.{module}")
    with drawing():
        figure = canvas(1.0)
        note(figure, "title", "source")
        finish(figure, "none", "", "")
