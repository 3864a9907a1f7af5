"""What reaches each armed ally: capacity before, after the shock, and if the regime falls."""

from __future__ import annotations

from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from counterpoise.assessment.models import Assessment, Conduit
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.style import BASE, INK, PALETTE, SMALL, canvas, finish, fit, note
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import quantity

__all__ = ["draw_conduits"]

_NAME = "conduits"
_ROWS = 12
_ROW, _GAP, _TOP, _FOOT = 13.5, 27.0, 46.0, 26.0  # points
_BARS = (
    ("before", "#3b444c", "", "capacity_before"),
    ("after the shock", PALETTE[5], "////", "capacity_after"),
    ("if the regime falls", "#ffffff", "", "capacity_if_regime_falls"),
)


def draw_conduits(a: Assessment) -> Figure | None:
    """Return three bars for each ally; None without conduits."""
    index = Index(a)
    shown = a.conduits[:_ROWS]
    if not shown:
        return None
    height = _TOP + _FOOT + len(shown) * (len(_BARS) * _ROW + _GAP)
    figure = canvas(height / 72)
    axes = figure.add_axes((0.02, _FOOT / height, 0.96, (height - _TOP - _FOOT) / height))
    axes.axis("off")
    axes.set_xlim(0, 1)
    axes.set_ylim(height - _TOP - _FOOT, 0)
    largest = {u: max(_largest(c) for c in shown if c.unit == u) for u in {c.unit for c in shown}}
    y = 0.0
    for c in shown:
        axes.text(0, y + 11, _label(index, c), fontsize=BASE, fontweight="bold", va="center")
        for k, (_, color, hatch, field) in enumerate(_BARS):
            value = float(getattr(c, field))
            at = y + 19 + k * _ROW
            width = 0.8 * value / largest[c.unit] if largest[c.unit] else 0.0
            axes.barh(
                at + _ROW / 2,
                width,
                height=_ROW - 3.5,
                color=color,
                edgecolor=INK,
                linewidth=0.8,
                hatch=hatch,
            )
            axes.text(width + 0.012, at + _ROW / 2, quantity(value), fontsize=SMALL, va="center")
        y += len(_BARS) * _ROW + _GAP
    _key(figure, height)
    title = "What reaches each armed ally"
    note(
        figure,
        title,
        f"Maximum flow over all usable routes. {Index(a).program}, scenario {clean(a.scenario.name)}.",
    )
    alt = _alt(index, shown)
    reading = (
        "Bars of one unit share a scale. “If the regime falls”: mean over futures in which it has ended."
    )
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _largest(c: Conduit) -> float:
    return max(c.capacity_before, c.capacity_after, c.capacity_if_regime_falls)


def _label(index: Index, c: Conduit) -> str:
    """Return sender, recipient and unit."""
    pair = f"{clean(index.name(c.sender))} → {clean(index.name(c.recipient))}"
    return f"{fit(pair, 40)} [{fit(clean(c.unit), 16)}]"


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


def _alt(index: Index, shown: tuple[Conduit, ...]) -> str:
    """Return the bars in words."""
    said = [
        f"{clean(index.name(c.sender))} to {clean(index.name(c.recipient))}: "
        f"{quantity(c.capacity_before)} before, {quantity(c.capacity_after)} after the shock, "
        f"{quantity(c.capacity_if_regime_falls)} if the regime falls ({clean(c.unit)})"
        for c in shown
    ]
    return "Capacity of each conduit. " + "; ".join(said) + "."
