"""The regional ledger: every actor and bloc under every measure, over time and between arms.

A shift is the contrast over time between two arms; its half-life is the time from its peak to half of it. A bloc's row is the sum
(influence, material, strength) or the mean (reach, threat, space) over its members, with each member's own contrast beside:
members of a group disagree, and the row must show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import LedgerRow, Spread
from counterpoise.assessment.statistics import Estimate, estimate
from counterpoise.ensemble import Regional
from counterpoise.scenario.models import Scenario

__all__ = ["SUMMED", "UNITS", "actor_values", "half_life", "ledger_rows", "tolerance"]

F64 = NDArray[np.float64]
UNITS = {
    "influence": "share of what recipients live on",
    "reach": "share of the region's sites, weighted",
    "strength": "persons",
    "threat": "persons, discounted by distance",
    "space": "share of the theatre",
    "material": "share of GDP x GDP per head",
}
#: Measures of a bloc that are sums over members; the others are means.
SUMMED = ("influence", "material", "strength")
#: Measures under which less is a gain.
LESS_IS_GAIN = ("threat",)


def actor_values(
    regional: Regional, measure: str, actor: str, actors: Sequence[str], scenario: Scenario
) -> F64:
    """Values of an actor or bloc, shape (n_members, n_days)."""
    values = regional.measure(measure)
    found = next(a for a in scenario.actors if a.id == actor)
    members = [m for m in found.members if m in actors] if found.kind == "bloc" else [actor]
    part = values[:, :, [actors.index(m) for m in members]]
    return np.asarray(part.sum(axis=2) if measure in SUMMED else part.mean(axis=2))


def tolerance(now: float) -> float:
    """Smallest change that counts as one: 1 % of today's value."""
    return max(0.01 * abs(now), 1e-12)


def half_life(days: Sequence[int], shift: F64, noise: float) -> tuple[int | None, str]:
    """Days from the peak of a shift to half of it.

    Parameters
    ----------
    shift : ndarray, shape (n_days,)
        Expected contrast on each day.
    noise : float
        A shift that never passes this is none.
    """
    size = np.abs(shift)
    if size.max() <= noise:
        return None, "no shift"
    peak = int(size.argmax())
    for i in range(peak + 1, len(days)):
        if size[i] <= size[peak] / 2:
            gone = (size[i - 1] - size[peak] / 2) / (size[i - 1] - size[i])
            day = days[i - 1] + gone * (days[i] - days[i - 1])
            length = round(day - days[peak])
            return length, f"{length} days after its peak on day {days[peak]}"
    return None, "beyond the horizon"


def ledger_rows(
    scenario: Scenario,
    actors: Sequence[str],
    regional: Mapping[str, Regional],
    draw: NDArray[np.int32],
    first: str,
    second: str,
) -> list[LedgerRow]:
    """Return all rows of the ledger; `first` minus `second` is the contrast."""
    wanted = scenario.ledger or tuple(a.id for a in scenario.actors)
    rows = []
    for measure in UNITS:
        for actor in wanted:
            row = _row(scenario, actors, regional, draw, first, second, measure, actor)
            if row is not None:
                rows.append(row)
    return rows


def contrast_at(
    scenario: Scenario, actors: Sequence[str], regional: Mapping[str, Regional], draw: NDArray[np.int32],
    first: str, second: str, measure: str, actor: str, day: int,
) -> tuple[Estimate, F64, F64]:  # fmt: skip
    """Contrast of two arms on a day, with the values of the first arm and the expected contrast on all days."""
    a = actor_values(regional[first], measure, actor, actors, scenario)
    b = actor_values(regional[second], measure, actor, actors, scenario)
    grid = regional[first].day
    at = grid.index(min(day, grid[-1]))
    return estimate(a[:, at] - b[:, at], draw[: len(a)]), a, (a - b).mean(axis=0)


def _row(
    scenario: Scenario, actors: Sequence[str], regional: Mapping[str, Regional], draw: NDArray[np.int32],
    first: str, second: str, measure: str, actor: str,
) -> LedgerRow | None:  # fmt: skip
    """Make one row; None where the measure says nothing about the actor."""
    found, a, shift = contrast_at(scenario, actors, regional, draw, first, second, measure, actor, 365)
    if not a.any():
        return None
    grid = regional[first].day
    now = float(a[:, 0].mean())
    least = tolerance(now)
    up, down = found.p_above(least), found.p_below(-least)
    gain, loss = (down, up) if measure in LESS_IS_GAIN else (up, down)
    contrast_day = min(365, grid[-1])
    at_year = grid.index(contrast_day)
    change = estimate(a[:, at_year] - a[:, 0], draw[: len(a)])
    rose, fell = change.p_above(least), change.p_below(-least)
    change_gain, change_loss = (fell, rose) if measure in LESS_IS_GAIN else (rose, fell)
    days, text = half_life(grid, shift, max(2 * found.mc_error, 1e-12))
    known = next(x for x in scenario.actors if x.id == actor)
    spread = []
    for member in known.members if known.kind == "bloc" else ():
        part = contrast_at(scenario, actors, regional, draw, first, second, measure, member, 365)
        small = tolerance(float(part[1][:, 0].mean()))
        better = part[0].p_below(-small) if measure in LESS_IS_GAIN else part[0].p_above(small)
        spread.append(Spread(actor=member, contrast=part[0].mean, p_gain=better))

    def at(day: int) -> float | None:
        return float(a[:, grid.index(day)].mean()) if day in grid else None

    return LedgerRow(
        actor=actor,
        name=known.name,
        bloc=known.kind == "bloc",
        measure=measure,
        unit=UNITS[measure],
        now=now,
        d30=at(30),
        d365=at(365),
        d1825=at(1825),
        contrast_day=contrast_day,
        contrast=found.mean,
        interval_90=found.interval_90,
        mc_error=found.mc_error,
        p_gain=gain,
        p_loss=loss,
        change=change.mean,
        change_interval_90=change.interval_90,
        p_change_gain=change_gain,
        p_change_loss=change_loss,
        half_life_days=days,
        half_life_text=text,
        spread=tuple(spread),
    )
