"""What armed allies live on: each stock over time in the leading arms, with its reserve."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.assessment.models import Ally, Assessment
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.style import (
    BASE,
    DASHES,
    INK,
    PALETTE,
    SMALL,
    SOFT,
    canvas,
    finish,
    fit,
    note,
)
from counterpoise.brief.index import Index, plain
from counterpoise.brief.numbers import quantity

__all__ = ["draw_stocks"]

_NAME = "stocks"
_PANELS, _LEAST = 6, 4
_HANGS = 0.01  # a stock hangs on the client's territory from this share of what refills it on
_WIDE, _TOP, _FOOT, _TALL, _GAP = 2, 62.0, 46.0, 96.0, 42.0  # points


def draw_stocks(a: Assessment) -> Figure | None:
    """Return a panel for each stock, those that hang most on the client's territory first; None without stocks."""
    shown = _chosen(a.allies)
    if not shown:
        return None
    index = Index(a)
    arms = [arm for arm in index.arms if arm.headline and all(arm.name in x.course for x in shown)]
    rows = -(-len(shown) // _WIDE)
    height = _TOP + _FOOT + rows * _TALL + (rows - 1) * _GAP
    figure = canvas(height / 72)
    for i, ally in enumerate(shown):
        row, column = divmod(i, _WIDE)
        bottom = height - _TOP - (row + 1) * _TALL - row * _GAP
        axes = figure.add_axes((0.08 + column * 0.49, bottom / height, 0.41, _TALL / height))
        _panel(axes, ally, [arm.name for arm in arms])
        axes.set_title(fit(f"{clean(ally.name)}: {plain(ally.kind)}", 30), fontsize=BASE, loc="left", pad=4)
        if row == rows - 1 or i + _WIDE >= len(shown):
            axes.set_xlabel("years after the as-of day", fontsize=SMALL, labelpad=1)
    figure.legend(
        handles=_key([clean(arm.title) for arm in arms]), loc="upper left", bbox_to_anchor=(0.0, 1 - 22 / height),
        ncol=3, fontsize=SMALL, frameon=False, borderaxespad=0.2, columnspacing=1.2, handlelength=2.2,
    )  # fmt: skip
    title = "How long the stocks of armed allies last"
    run = f"{index.program}, scenario {clean(a.scenario.name)}"
    note(figure, title, f"Stock in {clean(shown[0].unit)}; levels, reserves and use are assumed. {run}.")
    alt = "Stocks over time. " + "; ".join(_words(x, [arm.name for arm in arms], index) for x in shown) + "."
    reading = (
        "Lines: median over futures; bands: 90 % of them. Below the dotted line, the median reserve, strength falls. "
        "The arms lie close together where the regime falls in both."
    )
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _chosen(allies: tuple[Ally, ...]) -> list[Ally]:
    """Return the stocks to show."""
    ranked = sorted(allies, key=lambda x: (-round(x.through_client, 6), x.name, x.kind))
    hang = [x for x in ranked if x.through_client > _HANGS]
    return ranked[: min(_PANELS, max(len(hang), _LEAST))]


def _panel(axes: Any, ally: Ally, arms: list[str]) -> None:
    """Draw one stock."""
    top = 0.0
    for k, arm in enumerate(arms):
        course = ally.course[arm]
        years = np.array(course.day) / 365.25
        color = PALETTE[k]
        axes.fill_between(
            years, course.low_90, course.high_90, color=color, alpha=0.14, linewidth=0, zorder=2
        )
        axes.plot(years, course.median, color=color, linestyle=DASHES[k], linewidth=2.0, zorder=4 - k)
        top = max(top, max(course.median) * 1.9)
    axes.axhline(ally.reserve, color=INK, linestyle=(0, (1, 1.6)), linewidth=1.1, zorder=3)
    axes.set_xlim(0, max(ally.course[arms[0]].day) / 365.25)
    axes.set_ylim(0, max(top, 1.6 * ally.reserve))
    axes.locator_params(axis="y", nbins=4)
    axes.locator_params(axis="x", nbins=6)
    axes.tick_params(labelsize=SMALL - 0.5)


def _key(titles: list[str]) -> list[Any]:
    """Return the legend's lines."""
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=PALETTE[k], linestyle=DASHES[k], linewidth=2.0, label=fit(t, 20))
        for k, t in enumerate(titles)
    ]
    return [*lines, Line2D([], [], color=SOFT, linestyle=(0, (1, 1.6)), linewidth=1.1, label="reserve")]


def _words(ally: Ally, arms: list[str], index: Index) -> str:
    """Return one panel in words."""
    said = [
        f"{clean(index.name(arm))} {'over the horizon' if (m := ally.by_arm[arm].median) is None else quantity(m) + ' months'}"
        for arm in arms
    ]
    return f"{clean(ally.name)}, {plain(ally.kind)}: median until short {', '.join(said)}"
