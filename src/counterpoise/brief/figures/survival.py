"""Ribbons: the chance that the regime still stands, by arm, near and far."""

from __future__ import annotations

from typing import Any

import numpy as np

from counterpoise.assessment.models import FORECAST_DAYS, Arm, Assessment, Curve
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
    hatch_scenario,
    note,
)
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import percent

__all__ = ["draw_ribbon"]

_NAME = "ribbon"
_NEAR = 90
_GAP = 6.0  # least distance of two labels [percentage points of the axis]


def draw_ribbon(a: Assessment) -> Figure | None:
    """Return survival by arm: the first 90 days, then the whole horizon; None without curves."""
    index = Index(a)
    pairs = [(arm, index.curve(arm.name)) for arm in index.arms]
    curves = [(arm, c) for arm, c in pairs if c is not None and len(c.day) > 1]
    if not curves:
        return None
    figure = canvas(6.0)
    last = max(c.day[-1] for _, c in curves)
    near = figure.add_axes((0.1, 0.565, 0.53, 0.345))
    far = figure.add_axes((0.1, 0.125, 0.53, 0.335))
    low = min(_low(curves, _NEAR), 0.9)
    _panel(near, index, curves, min(_NEAR, last), low)
    _panel(far, index, curves, last, 0.0)
    near.set_title("First 90 days", **_HEAD)
    far.set_title("To the horizon", **_HEAD)
    near.set_xlabel("days after the as-of day", fontsize=SMALL, labelpad=1)
    _years(far, last)
    title = "Chance that the regime still stands, by arm [%]"
    note(
        figure,
        title,
        f"Bands: 90 % parameter interval of the leading arms. {Index(a).program}, scenario "
        f"{clean(a.scenario.name)}.",
    )
    alt = _alt(index, curves)
    reading = (
        "Bands: 90 % parameter interval. Diamonds: base rate of the class; crosses: base rate of "
        "selected cases, too high for a new case. Past three years the figure is a scenario, not a "
        "forecast."
    )
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


_LEADER: dict[str, Any] = {
    "arrowstyle": "-",
    "linewidth": 0.7,
    "shrinkA": 0,
    "shrinkB": 0,
    "relpos": (0, 0.5),
}
_HEAD: dict[str, Any] = {"fontsize": BASE, "loc": "left", "color": SOFT, "pad": 5}


def _low(curves: list[tuple[Arm, Curve]], days: int) -> float:
    """Return the lower end of the near panel: the lowest band within it, down to a tenth."""
    ends = [
        low for arm, c in curves for d, low in zip(c.day, c.low_90, strict=True) if d <= days and arm.headline
    ]
    return max(0.0, float(np.floor(min(ends, default=0.0) * 10 - 0.4)) / 10)


def _panel(axes: Any, index: Index, curves: list[tuple[Arm, Curve]], last: int, low: float) -> None:
    """Draw all arms up to a day."""
    ends: list[tuple[float, str, str]] = []
    for k, (arm, c) in enumerate(curves):
        color, days = PALETTE[k % len(PALETTE)], np.array(c.day, dtype=float)
        axes.plot(
            days,
            100 * np.array(c.survival),
            color=color,
            linestyle=DASHES[k % len(DASHES)],
            linewidth=2.0 if arm.headline else 1.4,
            zorder=4,
        )
        if arm.headline:
            axes.fill_between(
                days,
                100 * np.array(c.low_90),
                100 * np.array(c.high_90),
                color=color,
                alpha=0.13,
                linewidth=0,
                zorder=2,
            )
        end = float(np.interp(last, days, c.survival))
        ends.append((100 * end, f"{percent(end)} {fit(clean(arm.title), 20)}", color))
    _markers(axes, index, last)
    axes.set_xlim(0, last)
    axes.set_ylim(100 * low, 100.5)
    axes.grid(axis="y", color="#e4e5e6", linewidth=0.7)
    axes.set_axisbelow(True)
    _direct(axes, ends, last, 100 * (1 - low))


def _markers(axes: Any, index: Index, last: int) -> None:
    """Mark survival by base rate at each horizon of the panel."""
    for days, rates in index.base_rates.items():
        if days > last:
            continue
        for r in rates:
            style = (
                {"marker": "x", "markersize": 6, "markeredgewidth": 1.6}
                if r.selected
                else {"marker": "D", "markersize": 5.5, "markerfacecolor": "white"}
            )
            axes.plot(
                [days], [100 * (1 - r.p)], color=INK, linestyle="none", zorder=6, clip_on=False, **style
            )


def _direct(axes: Any, ends: list[tuple[float, str, str]], last: int, span: float) -> None:
    """Name the arms at the end of their lines, moved apart where they would overlap."""
    gap = span * _GAP / 100 * 1.45
    placed: list[float] = []
    for y, text, color in sorted(ends):
        at = max(y, placed[-1] + gap) if placed else y
        placed.append(at)
        axes.annotate(
            text,
            (last, y),
            xytext=(last * 1.035, at),
            textcoords="data",
            fontsize=SMALL,
            color=_dark(color),
            va="center",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": color,
                "linewidth": 0.7,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
            zorder=7,
        )


def _dark(color: str) -> str:
    """Return a colour mixed with ink, so that small type keeps its contrast on white."""
    parts = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    ink = [int(INK[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(0.55 * p + 0.45 * q):02x}" for p, q in zip(parts, ink, strict=True))


def _years(axes: Any, last: int) -> None:
    """Set years on the axis and mark what is a scenario."""
    if last >= 730:
        ticks = np.arange(0, last + 1, 365)
        axes.set_xticks(ticks, [str(int(t // 365)) for t in ticks])
        axes.set_xlabel("years after the as-of day", fontsize=SMALL, labelpad=1)
    else:
        axes.set_xlabel("days after the as-of day", fontsize=SMALL, labelpad=1)
    if last > FORECAST_DAYS:
        hatch_scenario(axes, last)
        axes.text(
            FORECAST_DAYS + 25,
            98,
            "scenario",
            fontsize=SMALL,
            color=SOFT,
            va="top",
            style="italic",
            zorder=8,
        )


def _alt(index: Index, curves: list[tuple[Arm, Curve]]) -> str:
    """Return the ribbons in words."""
    said = []
    for arm, c in curves:
        points = [
            f"{percent(float(np.interp(d, c.day, c.survival)))} at {d} days"
            for d in (30, 90, 365)
            if d <= c.day[-1]
        ]
        said.append(f"{clean(arm.title)}: {', '.join(points)}")
    return f"Survival of the government of {clean(index.a.client_name)}. " + "; ".join(said) + "."
