"""Who gains and who loses: every actor's change in a year under each measure, as a dumbbell between the leading arms."""

from __future__ import annotations

from typing import Any

from counterpoise.assessment.models import Assessment, LedgerRow
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.style import BASE, INK, PALETTE, SMALL, SOFT, canvas, finish, fit, note
from counterpoise.brief.index import Index, plain, rise_is_loss
from counterpoise.brief.measures import level_unit, print_shift, shift_unit, unit_factor

__all__ = ["draw_gains"]

_NAME = "gains"
_MEASURES = 5
_ROWS = 9
_ROW, _GAP, _TOP, _FOOT = 17.0, 50.0, 46.0, 26.0  # points


def draw_gains(a: Assessment) -> Figure | None:
    """Return one panel for each measure, the largest shifts; None without a ledger."""
    measures = list(dict.fromkeys(r.measure for r in a.ledger))[:_MEASURES]
    panels = [(m, _largest([r for r in a.ledger if r.measure == m])) for m in measures]
    if not panels:
        return None
    height = _TOP + _FOOT + sum(len(rows) * _ROW + _GAP for _, rows in panels)
    figure = canvas(height / 72)
    y = height - _TOP
    for measure, rows in panels:
        tall = len(rows) * _ROW
        axes = figure.add_axes((0.37, (y - tall) / height, 0.58, tall / height))
        _panel(axes, measure, rows)
        y -= tall + _GAP
    title = "Who gains, who loses: change in a year, by arm"
    note(
        figure,
        title,
        f"Change from the as-of day to 365 days, each measure in its own unit. {Index(a).program}, scenario "
        f"{clean(a.scenario.name)}.",
    )
    alt = _alt(panels)
    reading = (
        f"Filled mark: {a.told}; open mark: the other leading arm; what lies between them the event makes. Round: gain, "
        "square: loss, diamond: bloc, grey: too small to count; thin line: 90 % parameter interval of the filled mark. At most "
        f"{_ROWS} actors a measure, the largest changes; all are in the tables."
    )
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _largest(rows: list[LedgerRow]) -> list[LedgerRow]:
    """Return the rows with the largest changes, from fall (bottom) to rise (top)."""
    kept = sorted(rows, key=lambda r: (-max(abs(r.change), abs(r.change - r.contrast)), r.name))[:_ROWS]
    return sorted(kept, key=lambda r: (r.change, r.name))


def _panel(axes: Any, measure: str, rows: list[LedgerRow]) -> None:
    """Draw one measure."""
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    for y, r in enumerate(rows):
        f = unit_factor(r.unit)
        low, high = (e * f for e in r.change_interval_90)
        told, calm = r.change * f, (r.change - r.contrast) * f
        better = r.change * (-1 if rise_is_loss(measure) else 1) if abs(r.change) > r.least else 0.0
        color = PALETTE[0] if better > 0 else PALETTE[1] if better < 0 else SOFT
        axes.plot([low, high], [y, y], color="#b9bec3", linewidth=1.0, solid_capstyle="butt", zorder=2)
        axes.plot([calm, told], [y, y], color=color, linewidth=3.4, solid_capstyle="butt", zorder=3)
        marker = "D" if r.bloc else "o" if better >= 0 else "s"
        axes.plot(
            calm,
            y,
            marker,
            color="white",
            markeredgecolor=color,
            markeredgewidth=1.5,
            markersize=6.5,
            zorder=4,
        )
        axes.plot(
            told, y, marker, color=color, markeredgecolor=color, markeredgewidth=1.5, markersize=5.5, zorder=5
        )
    axes.set_yticks(range(len(rows)), [fit(clean(r.name), 26) + (" (bloc)" if r.bloc else "") for r in rows])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    _limits(axes, rows)
    axes.tick_params(axis="y", length=0, labelsize=SMALL, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#e8e9ea", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_title(
        f"{plain(measure).capitalize()}", fontsize=BASE, loc="left", fontweight="bold", pad=4, x=-0.62
    )
    axes.set_xlabel(
        fit(_units(rows) + (" (less is a gain)" if rise_is_loss(measure) else ""), 62),
        fontsize=SMALL - 0.5,
        labelpad=1,
    )


def _limits(axes: Any, rows: list[LedgerRow]) -> None:
    """Set the axis around all intervals and zero."""
    factor = unit_factor(rows[0].unit)
    ends = [0.0, *(e for r in rows for e in (*r.change_interval_90, r.change, r.change - r.contrast))]
    low, high = factor * min(ends), factor * max(ends)
    pad = 0.06 * max(high - low, 1e-9)
    axes.set_xlim(low - pad, high + pad)
    axes.locator_params(axis="x", nbins=4)


def _units(rows: list[LedgerRow]) -> str:
    """Return the unit of a measure."""
    unit = clean(rows[0].unit)
    of = level_unit(unit).removeprefix("% ")
    return f"change, percentage points {of}" if unit.startswith("share") else f"change in {unit}"


def _alt(panels: list[tuple[str, list[LedgerRow]]]) -> str:
    """Return the figure in words."""
    said = []
    for measure, rows in panels:
        ends = [r for r in (rows[-1], rows[0]) if r.contrast != 0]
        shifts = (
            f"{clean(r.name)} {print_shift(r)} {clean(shift_unit(r.unit))}" for r in dict.fromkeys(ends)
        )
        listed = ", ".join(shifts)
        said.append(f"{plain(measure)}: {listed or 'no shift'}")
    return "Largest rise and largest fall by measure. " + "; ".join(said) + "."
