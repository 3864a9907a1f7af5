"""Figures are plausible: the unit fits the field, shares lie in [0, 1], nothing negative or too late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from counterpoise.scenario.draft import Draft, Finding, values_at
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import SupportKind
from counterpoise.scenario.slots import figure_slots

__all__ = ["KIND_UNITS", "UNITS", "check_figures", "check_units", "unit_family"]

#: Units that a field may have.
UNITS: Final[dict[str, tuple[str, ...]]] = {
    "actors.strength": ("persons",),
    "actors.population": ("persons",),
    "actors.gdp": ("USD/year",),
    "actors.military_expenditure": ("USD/year",),
    "sites.population": ("persons",),
    "routes.capacity": ("t/month", "index"),
    "routes.delay": ("day",),
    "flows.escort.share": ("share",),
    "stocks.level": ("day",),
    "stocks.reserve": ("day",),
    "stocks.dependence": ("share",),
    "conflict.background.deaths_last_year": ("persons",),
    "conflict.background.deaths_year_before": ("persons",),
    "conflict.background.coups": ("events",),
    "conflict.background.soviet_sponsor": ("index",),
    "conflict.background.gdp_per_head": ("USD/year",),
    "conflict.background.population": ("persons",),
    "reactions.rate": ("1/year",),
    "reactions.share": ("share",),
}
_GOODS: Final = ("t/month", "t/year", "index", "USD/year", "USD/month")
#: Units of support by kind, for flows and for an actor's own resources; a kind that is left out may have any.
KIND_UNITS: Final[dict[SupportKind, tuple[str, ...]]] = {
    "troops": ("persons",),
    "advisers": ("persons",),
    "weapons": _GOODS,
    "materiel": _GOODS,
    "funding": ("USD/year", "USD/month"),
}
#: More than this is a slip of the keyboard.
_MOST: Final[dict[str, float]] = {
    "actors.strength": 2e7,
    "actors.population": 2e9,
    "actors.gdp": 1e15,
    "actors.military_expenditure": 1e14,
    "sites.population": 5e7,
    "routes.capacity": 1e9,
    "stocks.level": 36_500,
    "stocks.reserve": 36_500,
    "routes.delay": 3_650,
    "conflict.background.soviet_sponsor": 1,
    "conflict.background.population": 2e9,
    "conflict.background.gdp_per_head": 1e6,
}


def unit_family(unit: str) -> str:
    """Return the unit without its time base: ``t/month`` and ``t/year`` share a family."""
    return unit.split("/")[0]


def _placed_figures(draft: Draft) -> Iterator[tuple[str, tuple[object, ...], Figure]]:
    """Yield (name of the slot, path, figure) of every figure, each once."""
    seen = set()
    for name, slot in figure_slots().items():
        for path, figure in values_at(draft, slot):
            if path not in seen:
                seen.add(path)
                yield name, path, figure


def check_figures(draft: Draft) -> list[Finding]:
    """Units, signs, bounds and dates of every figure."""
    found = []
    for name, path, figure in _placed_figures(draft):
        units = UNITS.get(name, ())
        low = figure.value if figure.low is None else figure.low
        high = figure.value if figure.high is None else figure.high
        if units and figure.unit not in units:
            what = f"expected {' or '.join(units)}, got '{figure.unit}'"
            found.append(Finding((*path, "unit"), what, "convert the value and correct the unit"))
        if low < 0:
            end = "value" if figure.value < 0 else "low"
            found.append(Finding((*path, end), f"negative: {low:g}", "write a number of 0 or more"))
        if figure.unit == "share" and high > 1:
            end = "value" if figure.value > 1 else "high"
            found.append(
                Finding(
                    (*path, end), f"a share above 1: {high:g}", "write a share between 0 and 1, not percent"
                )
            )
        if figure.value > _MOST.get(name, float("inf")):
            what = f"{figure.value:g} {figure.unit} is not plausible (more than {_MOST[name]:g})"
            found.append(Finding((*path, "value"), what, "check the number and its unit"))
        limit, name_of = _known_by(draft, name)
        if limit is not None and figure.as_of > limit:
            what = f"dated {figure.as_of}, after the {name_of} {limit}"
            found.append(
                Finding((*path, "as_of"), what, "use a figure that was known by then, or move first_as_of")
            )
    return found


def _known_by(draft: Draft, slot: str) -> tuple[dt.date | None, str]:
    """Day by which a figure must have been known, and its name.

    Figures are the same on every as-of day, so each must have been known on the earliest. A past case looks back a year
    before its campaign; its towns and contingents are those of the campaign, the client's background that of the eve.
    """
    if draft.case is not None:
        if slot.startswith("conflict.background."):
            return draft.case.campaign_start - dt.timedelta(days=1), "eve of the campaign"
        return draft.case.observed_until, "case's observed_until"
    return draft.first_as_of, "first as-of day"


def check_units(draft: Draft) -> list[Finding]:
    """Support of one kind to one recipient, its own included, is counted in one unit: shares need it."""
    found = []
    first: dict[tuple[str, str], str] = {}
    for recipient, kind, unit, path in _support(draft):
        units = KIND_UNITS.get(kind, ())
        if units and unit not in units:
            what = f"expected {' or '.join(units)} for {kind}, got '{unit}'"
            found.append(Finding(path, what, "convert the value and correct the unit"))
            continue
        said = first.setdefault((recipient, kind), unit)
        if unit_family(said) != unit_family(unit):
            what = f"{kind} to {recipient} is counted in '{unit}' here and in '{said}' elsewhere"
            found.append(Finding(path, what, "use one unit for each kind and recipient"))
    return found


def _support(draft: Draft) -> Iterator[tuple[str, SupportKind, str, tuple[object, ...]]]:
    """Yield (recipient, kind, unit, path of the unit) of flows and of own resources."""
    for flow in draft.flows:
        yield flow.item.recipient, flow.item.kind, flow.item.size.unit, (*flow.path, "size", "unit")
    for actor in draft.actors:
        for kind, figure in actor.item.own.items():
            yield actor.item.id, kind, figure.unit, (*actor.path, "own", kind, "unit")
