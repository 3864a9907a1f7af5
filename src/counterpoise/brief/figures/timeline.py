"""Timeline: what happened up to the as-of day, and when the regime ends by the model."""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from counterpoise.assessment.models import FORECAST_DAYS, Arm, Assessment, Curve, TimelineEntry
from counterpoise.assessment.words import MONTHS
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.style import (
    BASE,
    INK,
    PALETTE,
    SMALL,
    SOFT,
    WIDTH,
    canvas,
    finish,
    fit,
    hatch_scenario,
    note,
)
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import day

__all__ = ["draw_timeline", "reached"]

_NAME = "timeline"
_EVENTS = 12
_LINE, _PAD, _ROW, _TOP, _MIDDLE, _FOOT = 11.0, 6.0, 21.0, 46.0, 54.0, 44.0  # points
_CHARS, _LINES = 36, 3
_LEFT, _RIGHT, _FULL = 0.70, 0.26, WIDTH * 72  # shares of the width: words, axis
_PATRONS = frozenset(
    {"withdrawal", "suspension", "reinforcement", "patron_exit", "rescue", "campaign_start", "regime_end"}
)
_TICKS = (1, 7, 30, 90, 365, 1825)
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def draw_timeline(a: Assessment) -> Figure | None:
    """Return the last events and the days by which the regime ends with given chance."""
    index = Index(a)
    events = _chosen(a.timeline)
    pairs = [(arm, index.curve(arm.name)) for arm in index.arms if arm.headline]
    curves = [(arm, c) for arm, c in pairs if c is not None and len(c.day) > 1]
    if not events and not curves:
        return None
    rows = [_wrapped(clean(t.text)) for t in events]
    past, ahead = sum(map(len, rows)) * _LINE + len(rows) * _PAD, len(curves) * _ROW
    height = _TOP + past + _MIDDLE + ahead + _FOOT
    figure = canvas(height / 72)
    if events:
        axes = figure.add_axes((_LEFT + 0.015, (_FOOT + ahead + _MIDDLE) / height, _RIGHT, past / height))
        _past(axes, a.as_of, events, rows, len(a.timeline) - len(events))
    if curves:
        axes = figure.add_axes((0.33, _FOOT / height, 0.62, ahead / height))
        _ahead(axes, a, curves)
    title = f"Up to {day(a.as_of)}, and when the regime ends"
    note(
        figure,
        title,
        f"Events: scenario {clean(a.scenario.name)} and the report. Days ahead: {Index(a).program}.",
    )
    alt = _alt(events, curves, a)
    reading = (
        "Above: filled, observed; hollow, from the report; a bar spans the days between which it is "
        "known to lie. Below: thin bar, from 5 % to 95 % chance that the regime has ended; thick, 25 % "
        "to 75 %; mark, 50 %. An arrow runs beyond the horizon."
    )
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _chosen(events: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """Return the events to show: of the report and the patrons first, then captures; the latest of each."""
    ranked = sorted(events, key=lambda t: (_rank(t), -t.date_latest.toordinal(), t.text))
    return sorted(ranked[:_EVENTS], key=lambda t: (t.date_latest, t.date, t.text))


def _rank(t: TimelineEntry) -> int:
    """Return how much an event matters to the question, 0 the most."""
    return 0 if t.origin == "reported" or t.kind in _PATRONS else 1 if t.kind == "capture" else 2


def _wrapped(text: str) -> list[str]:
    """Return a text in a few short lines."""
    lines = textwrap.wrap(text, _CHARS) or [""]
    return (
        lines if len(lines) <= _LINES else [*lines[: _LINES - 1], fit(" ".join(lines[_LINES - 1 :]), _CHARS)]
    )


def _past(
    axes: Any, as_of: dt.date, events: list[TimelineEntry], rows: list[list[str]], earlier: int
) -> None:
    """Draw one row for each event: day, words, and how long before the as-of day on a log scale."""
    oldest = max(2, max((as_of - t.date).days for t in events))
    axes.set_xlim(_ago(oldest) * 1.04, _ago(0) - 0.04 * _ago(oldest))
    axes.set_ylim(sum(map(len, rows)) * _LINE + len(rows) * _PAD, 0)
    y = 0.0
    for t, lines in zip(events, rows, strict=True):
        middle = y + (len(lines) * _LINE + _PAD) / 2
        _words(axes, t, lines, y + _PAD / 2)
        start, end = _ago((as_of - t.date).days), _ago((as_of - t.date_latest).days)
        if start != end:
            axes.plot(
                [start, end], [middle, middle], color=SOFT, linewidth=3, solid_capstyle="butt", zorder=2
            )
        face = INK if t.origin == "observed" else "white"
        axes.plot(end, middle, "o", color=face, markeredgecolor=INK, markersize=6, zorder=3, clip_on=False)
        axes.axhline(middle, color="#eceded", linewidth=0.7, zorder=0)
        y += len(lines) * _LINE + _PAD
    axes.axvline(0, color=PALETTE[1], linewidth=1.4, zorder=1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ticks = [t for t in ((0, 1, 3, 7) if oldest < 30 else (0, 7, 90, 730, 7300)) if t <= oldest]
    axes.set_xticks(
        [_ago(t) for t in ticks],
        ["as of" if not t else f"{t} d" if t < 365 else f"{t // 365} y" for t in ticks],
    )
    head = (
        "Events, and how long before (log scale)"
        if earlier <= 0
        else f"{len(events)} of {len(events) + earlier} events (all in the table)"
    )
    axes.set_title(head, fontsize=BASE, loc="left", color=SOFT, pad=4, x=-_LEFT / _RIGHT)


def _ago(days: int) -> float:
    """Return the place of a day before the as-of day on the axis."""
    return math.log1p(days)


def _words(axes: Any, t: TimelineEntry, lines: list[str], y: float) -> None:
    """Write the day and the words of an event, left of the axis."""
    for k, text in enumerate((_short(t.date_latest), *lines)):
        column = 0.0 if k == 0 else 68.0
        at = (-_LEFT / _RIGHT + column / (_RIGHT * _FULL), y + (max(k, 1) - 0.5) * _LINE)
        axes.text(
            *at,
            text,
            fontsize=SMALL,
            va="center",
            color=SOFT if k == 0 else INK,
            transform=axes.get_yaxis_transform(),
            clip_on=False,
        )


def _short(date: dt.date) -> str:
    """Return a date for an axis."""
    return f"{date.day} {MONTHS[date.month - 1][:3]} {date.year}"


def reached(curve: Curve, p: float) -> float | None:
    """Return the day by which the regime has ended with probability `p`; None if not within the curve."""
    ended = 1 - np.array(curve.survival, dtype=float)
    if ended[-1] < p:
        return None
    k = int(np.argmax(ended >= p))
    if k == 0:
        return float(curve.day[0])
    share = (p - ended[k - 1]) / max(float(ended[k] - ended[k - 1]), 1e-12)
    return float(curve.day[k - 1] + share * (curve.day[k] - curve.day[k - 1]))


def _ahead(axes: Any, a: Assessment, curves: list[tuple[Arm, Curve]]) -> None:
    """Draw, for each leading arm, the days by which the regime ends with 5, 25, 50, 75 and 95 %."""
    last = max(c.day[-1] for _, c in curves)
    axes.set_xscale("log")
    axes.set_xlim(0.8, last * 1.25)
    for y, (_, c) in enumerate(curves):
        at = {q: reached(c, q) for q in _QUANTILES}
        color = PALETTE[y % len(PALETTE)]
        _bar(axes, y, at[0.05], at[0.95], last, (color, 1.6))
        _bar(axes, y, at[0.25], at[0.75], last, (color, 7.0))
        if at[0.5] is not None:
            axes.plot(max(at[0.5], 1.0), y, "D", color="white", markeredgecolor=INK, markersize=6.5, zorder=4)
    axes.set_ylim(len(curves) - 0.4, -0.6)
    axes.set_yticks(range(len(curves)), [fit(clean(arm.title), 22) for arm, _ in curves])
    axes.tick_params(axis="y", length=0, labelsize=SMALL, labelcolor=INK)
    ticks = [t for t in _TICKS if t <= last]
    axes.set_xticks(ticks, [f"{t} d" if t < 365 else f"{t // 365} y" for t in ticks])
    axes.minorticks_off()
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#e4e5e6", linewidth=0.7)
    if last > FORECAST_DAYS:
        hatch_scenario(axes, last)
    axes.set_title(
        "Regime end, days after the as-of day (log scale)",
        fontsize=BASE,
        loc="left",
        color=SOFT,
        pad=4,
        x=-0.5,
    )


def _bar(
    axes: Any, y: int, start: float | None, end: float | None, last: int, pen: tuple[str, float]
) -> None:
    """Draw a bar between two days; one that does not end within the horizon runs out in an arrow."""
    if start is None:
        return
    color, width = pen
    stop = last if end is None else end
    axes.plot(
        [max(start, 1.0), max(stop, 1.0)],
        [y, y],
        color=color,
        linewidth=width,
        solid_capstyle="butt",
        zorder=2,
    )
    if end is None and width < 3:
        axes.plot(last * 1.07, y, ">", color=color, markersize=5, clip_on=False, zorder=3)


def _alt(events: list[TimelineEntry], curves: list[tuple[Arm, Curve]], a: Assessment) -> str:
    """Return the timeline in words."""
    said = [f"{day(t.date_latest)}: {clean(t.text)}" for t in events[-3:]]
    text = f"Timeline of {len(events)} events; the last: {'; '.join(said)}." if events else "Timeline."
    for arm, c in curves:
        half = reached(c, 0.5)
        when = f"by day {half:.0f}" if half is not None else f"not within {a.horizon_days} days"
        text += f" {clean(arm.title)}: the chance of an end reaches 50 % {when}."
    return text
