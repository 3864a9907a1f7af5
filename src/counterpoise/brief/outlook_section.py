"""The section on the end of the regime: tables by arm, by mode, contrasts, cities."""

from __future__ import annotations

import re

from counterpoise.assessment.models import Arm, BaseRate, Contrast, Place
from counterpoise.brief.document import (
    Block,
    Details,
    Figure,
    Items,
    Para,
    Rich,
    Section,
    Table,
    aside,
    clean,
    foreign,
    join,
    rich,
    strong,
)
from counterpoise.brief.index import PROBABILITY, Index
from counterpoise.brief.numbers import (
    NBSP,
    day,
    days_after,
    horizon,
    interval,
    percent,
    points,
    points_interval,
    quantity,
    range_text,
    signed,
)
from counterpoise.brief.sentences import horizon_label

__all__ = ["outlook_section"]

_CITIES = 8
_YEAR = 365
_NEWS_ARMS = frozenset({"imposed", "observed"})
_CITY_DAYS = ("30", "90", "365")
DO_AND_OBSERVE = (
    "“Do” and “observe” differ. Patrons leave clients that are losing, so a departure is also news about the "
    "client. The leading arms share that news, so what they differ by is what the departure itself does. A "
    "side arm that changes the news as well shows how much of a number is sign and how much is effect."
)


def outlook_section(index: Index, figures: dict[str, Figure]) -> Section:
    """Return the outlook for the regime."""
    blocks: list[Block] = [Items(tuple(_arm(arm) for arm in index.arms))]
    blocks.append(Para(rich(DO_AND_OBSERVE, *_news(index)), "note"))
    if index.horizons:
        blocks.append(_by_arm(index))
        blocks.append(Para(rich(_reading(index)), "note"))
    if "ribbon" in figures:
        blocks.append(figures["ribbon"])
    if index.modes and index.main:
        blocks.append(_by_mode(index, index.main))
    blocks += _contrasts(index)
    cities = _cities(index)
    if cities:
        blocks.append(cities)
    return Section("outlook", "Outlook", tuple(blocks))


def _arm(arm: Arm) -> Rich:
    """Return what an arm is."""
    side = "" if arm.headline else " (side question)"
    return rich(strong(arm.title), f"{side}: ", foreign(arm.description))


def _news(index: Index) -> Rich:
    """Return the answer of the leading arm beside that of the side arms, a year out."""
    days = max((d for d in index.horizons if d <= _YEAR), default=None)
    if days is None or index.main is None:
        return ()
    side = [arm for arm in index.arms if arm.name in _NEWS_ARMS and index.end(arm.name, days)]
    said = [
        rich("“", foreign(arm.title), f"” {percent(q.p)}")
        for arm in (index.main, *side)
        if (q := index.end(arm.name, days)) is not None
    ]
    return rich(f" Probability of an end within {days} days: ", *join(said), ".") if side else ()


def _by_arm(index: Index) -> Table:
    """Return P(regime end) by arm and horizon, in words for the leading arm, and the base rates."""
    rows: list[tuple[Rich, ...]] = []
    for arm in index.arms:
        cells = [index.end(arm.name, d) for d in index.horizons]
        noise = max((q.mc_error for q in cells if q), default=0.0)
        texts = [
            rich(strong(percent(q.p)), aside(interval(q.interval_90))) if q else rich("–") for q in cells
        ]
        rows.append((rich(strong(arm.title)), *texts, rich(_noise(noise))))
    if index.main:
        rows.insert(1, _words_row(index, index.main))
    rows += _base_rows(index)
    head = ("Arm", *(horizon_label(d) for d in index.horizons), "Monte-Carlo error")
    caption = f"Probability that the regime ends within the horizon (90{NBSP}% parameter interval)"
    return Table(caption, head, tuple(rows), tuple(range(1, len(head))))


def _noise(mc_error: float) -> str:
    """Return the largest Monte-Carlo error of a row, in points."""
    size = mc_error * 100
    return "under 0.1 points" if size < 0.1 else f"up to {size:.1f} points"


def _words_row(index: Index, arm: Arm) -> tuple[Rich, ...]:
    """Return the leading arm in words; each term with its number."""
    texts = []
    for d in index.horizons:
        q = index.end(arm.name, d)
        texts.append(rich(q.words.term, aside(percent(q.p))) if q else rich("–"))
    return rich("in words: ", foreign(arm.title)), *texts, rich("–")


def _base_rows(index: Index) -> list[tuple[Rich, ...]]:
    """Return one row for each class of past cases."""
    classes: dict[tuple[str, bool], None] = {}
    for d, rates in index.base_rates.items():
        for r in rates:
            classes.setdefault((_class(r, d), r.selected))
    rows = []
    for reference_class, selected in classes:
        cells = []
        for d in index.horizons:
            match = [
                r
                for r in index.base_rates.get(d, ())
                if (_class(r, d), r.selected) == (reference_class, selected)
            ]
            cells.append(_base_cell(match[0]) if match else rich("–"))
        mark = "; selected cases, too high for a new case" if selected else ""
        rows.append((rich("Base rate: ", foreign(reference_class), mark), *cells, rich("–")))
    return rows


def _class(r: BaseRate, days: int) -> str:
    """Return a class of cases without its horizon, so that one class is one row."""
    return re.sub(rf"\b{days} days\b", "the horizon", clean(r.reference_class))


def _base_cell(r: BaseRate) -> Rich:
    """Return a base rate with its interval and number of cases."""
    ends = f"{interval(r.interval_90)}, " if r.interval_90 else ""
    return rich(percent(r.p), aside(f"{ends}n = {r.n}"))


def _reading(index: Index) -> str:
    """Return how to read the table."""
    draws = max((arm.draws for arm in index.a.arms), default=0)
    text = (
        f"The interval says how far not knowing the parameters moves the number ({quantity(draws)} draws "
        "of the parameters). The Monte-Carlo error says how far another seed would move it. What is left "
        "is chance."
    )
    if any(d > 3 * 365 for d in index.horizons):
        text += " Anything past three years is a scenario, not a forecast."
    return text


def _by_mode(index: Index, arm: Arm) -> Table:
    """Return P(end by mode) in the leading arm, and in the other at the last horizon within a year."""
    rows = []
    for mode in index.modes:
        cells = []
        for d in index.horizons:
            q = index.end(arm.name, d, mode)
            cells.append(rich(strong(percent(q.p)), aside(interval(q.interval_90))) if q else rich("–"))
        rows.append((rich(foreign(index.name(mode).capitalize())), *cells))
    survive = []
    for d in index.horizons:
        q = index.end(arm.name, d)
        survive.append(rich(percent(1 - q.p)) if q else rich("–"))
    rows.append((rich("Survival"), *survive))
    head = ("Mode", *(horizon_label(d) for d in index.horizons))
    caption = f"By which road, in the arm “{arm.title}” (90{NBSP}% parameter interval)"
    return Table(caption, head, tuple(rows), tuple(range(1, len(head))))


def _contrasts(index: Index) -> list[Block]:
    """Return the contrast of the leading arms, and those of the side arms for the reader to open."""
    pair = (index.event.name, index.against.name) if index.event and index.against else ("", "")
    lead = [c for c in index.a.contrasts if c.arms == pair]
    side = [c for c in index.a.contrasts if c.arms != pair]
    blocks: list[Block] = []
    if lead:
        blocks.append(_contrast_table("What the arms change, future by future", lead))
    if side:
        blocks.append(Details("Contrasts with the side arms", (_contrast_table("Side arms", side),)))
    return blocks


def _contrast_table(caption: str, contrasts: list[Contrast]) -> Table:
    """Return differences with their intervals."""
    rows = tuple(
        (
            rich(foreign(c.text)),
            rich(horizon(c.horizon_days)),
            rich(strong(_difference(c))),
            rich(_bounds(c)),
            rich(_noise(c.mc_error) if c.unit in PROBABILITY else quantity(c.mc_error)),
        )
        for c in contrasts
    )
    head = ("Contrast", "Horizon", "Difference", f"90{NBSP}% interval", "Monte-Carlo error")
    return Table(caption, head, rows, (1, 2, 3, 4))


def _difference(c: Contrast) -> str:
    """Return a difference with its unit."""
    return points(c.difference) if c.unit in PROBABILITY else f"{signed(c.difference)} {c.unit}"


def _bounds(c: Contrast) -> str:
    return points_interval(c.interval_90) if c.unit in PROBABILITY else range_text(c.interval_90)


def _cities(index: Index) -> Table | None:
    """Return which cities are lost first where the event happens."""
    held = [p for p in index.a.places if p.in_theatre and p.p_first is not None]
    held.sort(key=lambda p: (-(p.p_first or 0.0), p.name))
    if not held:
        return None
    head = (
        "City",
        "Lost first",
        *(f"Lost or regime ended, {d} days" for d in _CITY_DAYS),
        "Median day of loss",
    )
    rows = tuple(_city(index, p) for p in held[:_CITIES])
    return Table(f"Which cities first, {index.a.told}", head, rows, (1, 2, 3, 4, 5))


def _city(index: Index, p: Place) -> tuple[Rich, ...]:
    """Return one city's row."""
    median, when = "–", ""
    if p.median_day is not None:
        median = f"day {p.median_day}"
        when = day(days_after(index.a.as_of, p.median_day))
    lost = [rich(percent(p.p_lost[d]) if d in p.p_lost else "–") for d in _CITY_DAYS]
    return (
        rich(foreign(p.name)),
        rich(percent(p.p_first or 0.0)),
        *lost,
        rich(median, aside(when)) if when else rich(median),
    )
