"""What each conduit can carry: capacity before, after the shock, and if the regime falls."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from counterpoise.assessment.models import Assessment, Conduit
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.style import BASE, INK, PALETTE, SMALL, canvas, finish, fit, note
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import quantity

__all__ = ["draw_conduits"]

_NAME = "conduits"
_ROWS = 8
_ROW, _GAP, _TOP, _FOOT = 13.5, 27.0, 46.0, 26.0  # points
_STILL = 0.01  # a conduit that changes by less than this share is left to the table, if there are many
_BEYOND = 1.5  # bars longer than this share of the largest "before" are cut off and marked
_BARS = (
    ("before", "#3b444c", "", "capacity_before"),
    ("after the shock", PALETTE[5], "////", "capacity_after"),
    ("if the regime falls", "#ffffff", "", "capacity_if_regime_falls"),
)


def draw_conduits(a: Assessment) -> Figure | None:
    """Return three bars for each ally; None without conduits."""
    index = Index(a)
    shown = _chosen(a.conduits)
    if not shown:
        return None
    height = _TOP + _FOOT + len(shown) * (len(_BARS) * _ROW + _GAP)
    figure = canvas(height / 72)
    axes = figure.add_axes((0.02, _FOOT / height, 0.96, (height - _TOP - _FOOT) / height))
    axes.axis("off")
    axes.set_xlim(0, 1)
    axes.set_ylim(height - _TOP - _FOOT, 0)
    for i, c in enumerate(shown):
        y = i * (len(_BARS) * _ROW + _GAP)
        axes.text(0, y + 11, _label(index, c), fontsize=BASE, fontweight="bold", va="center")
        _bars(axes, c, y + 19, _longest(shown, c.unit))
    _key(figure, height)
    title = "What each conduit can carry"
    units = ", ".join(dict.fromkeys(clean(c.unit) for c in shown))
    run = f"{index.program}, scenario {clean(a.scenario.name)}"
    note(figure, title, f"Maximum flow over all usable routes [{units}]. {run}.")
    alt = _alt(index, shown)
    reading = (
        "Bars of one unit share a scale; an arrow marks a bar that is cut off. “If the regime falls”: mean "
        "over futures in which it has ended."
    )
    if len(shown) < len(a.conduits):
        reading += f" {len(a.conduits) - len(shown)} conduits that change least are in the table only."
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _chosen(conduits: tuple[Conduit, ...]) -> list[Conduit]:
    """Return the conduits to show: all if few, else those that change, the largest changes first."""
    if len(conduits) <= _ROWS // 2:
        return list(conduits)
    ranked = sorted(conduits, key=lambda c: -_change(c))
    return [c for c in ranked if _change(c) > _STILL][:_ROWS] or ranked[:1]


def _change(c: Conduit) -> float:
    """Return the largest change of a conduit, as a share of before; a gain counts up to all of it."""
    if c.capacity_before <= 0:
        return 0.0
    ends = (c.capacity_after, c.capacity_if_regime_falls)
    return max(min(abs(v / c.capacity_before - 1), 1.0) for v in ends)


def _longest(shown: list[Conduit], unit: str) -> float:
    """Return the capacity that a full bar stands for."""
    before = max(c.capacity_before for c in shown if c.unit == unit)
    top = max(max(c.capacity_after, c.capacity_if_regime_falls, before) for c in shown if c.unit == unit)
    return min(top, _BEYOND * before) if before > 0 else top


def _bars(axes: Any, c: Conduit, top: float, longest: float) -> None:
    """Draw the bars of one conduit."""
    for k, (_, color, hatch, field) in enumerate(_BARS):
        value = float(getattr(c, field))
        middle = top + (k + 0.5) * _ROW
        width = 0.8 * min(1.0, value / longest) if longest > 0 else 0.0
        axes.barh(middle, width, height=_ROW - 3.5, color=color, edgecolor=INK, linewidth=0.8, hatch=hatch)
        text = f"→ {quantity(value)}" if longest > 0 and value > longest else quantity(value)
        axes.text(width + 0.012, middle, text, fontsize=SMALL, va="center")


def _label(index: Index, c: Conduit) -> str:
    """Return sender and recipient."""
    return fit(f"{clean(index.name(c.sender))} → {clean(index.name(c.recipient))}", 52)


def _key(figure: Canvas, height: float) -> None:
    """Draw the legend under the title."""
    items = [
        Patch(facecolor=color, edgecolor=INK, hatch=hatch, linewidth=0.8, label=label)
        for label, color, hatch, _ in _BARS
    ]
    figure.legend(
        handles=items,
        loc="upper left",
        bbox_to_anchor=(0.0, 1 - 22 / height),
        ncol=3,
        fontsize=SMALL,
        frameon=False,
        borderaxespad=0.2,
        columnspacing=1.2,
        handlelength=1.8,
    )


def _alt(index: Index, shown: list[Conduit]) -> str:
    """Return the bars in words."""
    said = [
        f"{_label(index, c)}: {quantity(c.capacity_before)} before, {quantity(c.capacity_after)} after the "
        f"shock, {quantity(c.capacity_if_regime_falls)} if the regime falls ({clean(c.unit)})"
        for c in shown
    ]
    return "Capacity of each conduit. " + "; ".join(said) + "."
