"""The regional ledger: every actor and bloc under every measure, over time and between arms.

A shift is the contrast over time between two arms; its half-life is the time from its peak to half of it. A bloc's row is the sum
(influence, material indices, strength) or the mean (reach, threat, space) over its members, with each member's own contrast
beside: members of a group disagree, and the row must show it. Ranks are by expected shift among the ledger's actors, and
`p_first` is the share of parameter draws in which no other of them gains more. Measures that disagree on an actor are listed as
reversals and never averaged.

A change counts as a gain or a loss from `OWN_SHARE` of the actor's own level on the as-of day and from `LARGEST_SHARE` of the
largest actor's, whichever is more. The first alone would let an actor that has next to nothing of a measure win it by a
trifle; the second alone would hide what matters to a small actor. Weakest assumption: both shares are choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.regional_models import (
    LARGEST_SHARE,
    OWN_SHARE,
    LedgerRow,
    Peak,
    Reversal,
    Spread,
)
from counterpoise.assessment.statistics import Columns, Estimate, estimate, estimate_columns
from counterpoise.ensemble import Regional
from counterpoise.scenario.models import Scenario

__all__ = [
    "LESS_IS_GAIN",
    "SUMMED",
    "UNITS",
    "actor_values",
    "contrast_at",
    "half_life",
    "largest_level",
    "ledger_rows",
    "reversals",
    "tolerance",
]

F64 = NDArray[np.float64]
UNITS = {
    "influence": "share of what recipients live on",
    "reach": "share of the region's sites, weighted",
    "strength": "persons",
    "threat": "persons, discounted by distance",
    "space": "share of the theatre",
    "material": "share of GDP x GDP per head",
    "spending": "share of military expenditure",
    "composite": "share of spending, strength and people, mean",
}
#: Measures of a bloc that are sums over members; the others are means.
SUMMED = ("influence", "material", "spending", "composite", "strength")
#: Measures under which less is a gain.
LESS_IS_GAIN = ("threat",)
#: A direction is settled from this share of parameter draws on.
SETTLED = 0.8


def actor_values(
    regional: Regional, measure: str, actor: str, actors: Sequence[str], scenario: Scenario
) -> F64:
    """Values of an actor or bloc, shape (n_members, n_days)."""
    return _combined(regional.measure(measure), measure, actor, actors, scenario)


def _combined(values: F64, measure: str, actor: str, actors: Sequence[str], scenario: Scenario) -> F64:
    """Take an actor, or put a bloc together, from values of shape (..., n_actors)."""
    found = next(a for a in scenario.actors if a.id == actor)
    members = [m for m in found.members if m in actors] if found.kind == "bloc" else [actor]
    part = values[..., [actors.index(m) for m in members]]
    return np.asarray(part.sum(axis=-1) if measure in SUMMED else part.mean(axis=-1))


def largest_level(regional: Regional, measure: str) -> float:
    """Level of the actor that has most of a measure on the as-of day, in the unit of the measure; blocs do not count."""
    return float(regional.measure(measure)[:, 0].mean(axis=0).max())


def tolerance(now: float, largest: float) -> float:
    """Smallest change that counts as a gain or a loss, in the unit of the measure.

    Parameters
    ----------
    now : float
        Level of the actor or bloc on the as-of day.
    largest : float
        Level of the largest actor on that day, see `largest_level`.
    """
    return max(OWN_SHARE * abs(now), LARGEST_SHARE * abs(largest), 1e-12)


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


@dataclass(frozen=True)
class _Table:
    """One measure of all wanted actors: levels of the first arm and the shift, member by member."""

    scenario: Scenario
    measure: str
    wanted: tuple[str, ...]
    grid: tuple[int, ...]
    level: F64
    shift: Columns
    change: Columns
    at: int
    largest: float

    def least(self, actor: str) -> float:
        """Smallest change of an actor or bloc that counts."""
        return tolerance(float(self.level[:, self.wanted.index(actor), 0].mean()), self.largest)

    @property
    def n(self) -> int:
        """Number of days."""
        return len(self.grid)

    def column(self, actor: str, day: int) -> int:
        """Position of an actor's shift on a day."""
        return self.wanted.index(actor) * self.n + day

    @property
    def sign(self) -> float:
        """+1 where more is a gain, -1 where less is."""
        return -1.0 if self.measure in LESS_IS_GAIN else 1.0


def _table(
    scenario: Scenario, actors: Sequence[str], regional: Mapping[str, Regional], draw: NDArray[np.int32],
    first: str, second: str, measure: str, wanted: tuple[str, ...],
) -> _Table:  # fmt: skip
    """Estimate the shifts of all wanted actors at once."""
    a, b = (regional[arm].measure(measure) for arm in (first, second))
    level = np.stack([_combined(a, measure, x, actors, scenario) for x in wanted], axis=1)
    other = np.stack([_combined(b, measure, x, actors, scenario) for x in wanted], axis=1)
    grid = regional[first].day
    at = grid.index(min(365, grid[-1]))
    mine = draw[: len(level)]
    flat = (level - other).reshape(len(level), -1)
    return _Table(
        scenario, measure, wanted, grid, level, estimate_columns(flat, mine),
        estimate_columns(level[:, :, at] - level[:, :, 0], mine), at, largest_level(regional[first], measure),
    )  # fmt: skip


def ledger_rows(
    scenario: Scenario,
    actors: Sequence[str],
    regional: Mapping[str, Regional],
    draw: NDArray[np.int32],
    first: str,
    second: str,
    measures: Sequence[str] = tuple(UNITS),
) -> list[LedgerRow]:
    """Return all rows of the ledger; `first` minus `second` is the contrast."""
    shown = scenario.ledger or tuple(a.id for a in scenario.actors)
    members = [m for a in scenario.actors if a.id in shown for m in a.members]
    wanted = tuple(dict.fromkeys((*shown, *members)))
    kinds = {a.id: a.kind for a in scenario.actors}
    rows = []
    for measure in measures:
        table = _table(scenario, actors, regional, draw, first, second, measure, wanted)
        alone = [x for x in shown if kinds[x] != "bloc" and table.level[:, wanted.index(x)].any()]
        firsts, ranks = _ranks(table, alone)
        for actor in shown:
            if table.level[:, wanted.index(actor)].any():
                rows.append(_row(table, actor, ranks.get(actor), firsts.get(actor)))
    return rows


def _ranks(table: _Table, actors: Sequence[str]) -> tuple[dict[str, float], dict[str, int]]:
    """P(no other gains more) and rank by expected shift of the ledger's actors; nobody is first where nobody gains."""
    if not actors:
        return {}, {}
    columns = [table.column(a, table.at) for a in actors]
    by_draw = table.sign * table.shift.by_draw[:, columns]
    least = np.array([table.least(a) for a in actors])
    best = by_draw.max(axis=1)
    firsts = {
        a: table.shift.share((by_draw[:, i] >= best) & (by_draw[:, i] > least[i]))
        for i, a in enumerate(actors)
    }
    mean = table.sign * table.shift.mean[columns]
    order = sorted(range(len(actors)), key=lambda i: (-round(float(mean[i]), 12), actors[i]))
    return firsts, {actors[i]: rank for rank, i in enumerate(order, 1)}


def _row(table: _Table, actor: str, rank: int | None, p_first: float | None) -> LedgerRow:
    """Make one row."""
    known = next(x for x in table.scenario.actors if x.id == actor)
    i = table.wanted.index(actor)
    level, grid = table.level[:, i], table.grid
    now = float(level[:, 0].mean())
    least = table.least(actor)
    column = table.column(actor, table.at)
    gain, loss = _sides(table, table.shift, column, least)
    change_gain, change_loss = _sides(table, table.change, i, least)
    days = range(table.column(actor, 0), table.column(actor, 0) + table.n)
    shift = table.shift.mean[list(days)]
    noise = max(2 * float(table.shift.mc_error[column]), 1e-12)
    length, text = half_life(grid, shift, noise)
    spread = []
    for member in known.members if known.kind == "bloc" else ():
        where = table.column(member, table.at)
        better = _sides(table, table.shift, where, table.least(member))[0]
        spread.append(Spread(actor=member, contrast=float(table.shift.mean[where]), p_gain=better))

    def at(day: int) -> float | None:
        return float(level[:, grid.index(day)].mean()) if day in grid else None

    return LedgerRow(
        actor=actor,
        name=known.name,
        bloc=known.kind == "bloc",
        measure=table.measure,
        unit=UNITS[table.measure],
        now=now,
        d30=at(30),
        d365=at(365),
        d1825=at(1825),
        contrast_day=grid[table.at],
        contrast=float(table.shift.mean[column]),
        interval_90=table.shift.interval(column),
        mc_error=float(table.shift.mc_error[column]),
        least=least,
        p_gain=gain,
        p_loss=loss,
        change=float(table.change.mean[i]),
        change_interval_90=table.change.interval(i),
        p_change_gain=change_gain,
        p_change_loss=change_loss,
        half_life_days=length,
        half_life_text=text,
        peak=None if text == "no shift" else _peak(table, list(days), least),
        rank=rank,
        p_first=p_first,
        spread=tuple(spread),
    )


def _sides(table: _Table, found: Columns, column: int, least: float) -> tuple[float, float]:
    """Shares of parameter draws with a gain and with a loss."""
    x = table.sign * found.by_draw[:, column]
    return found.share(x > least), found.share(x < -least)


def _peak(table: _Table, columns: list[int], least: float) -> Peak:
    """Return peak and half-life with their intervals over parameter draws."""
    mean = table.shift.mean[columns]
    top = int(np.abs(mean).argmax())
    lengths, weight = [], []
    for course, w in zip(table.shift.by_draw[:, columns], table.shift.weight, strict=True):
        days, text = half_life(table.grid, course, least)
        if text != "no shift":
            lengths.append(float(table.grid[-1] + 1) if days is None else float(days))
            weight.append(float(w))
    beyond = float(table.grid[-1] + 1)
    if not lengths:
        return Peak(
            peak=float(mean[top]), peak_day=table.grid[top], peak_interval_90=table.shift.interval(columns[top]),
            half_life_interval_90=(None, None), p_beyond=0.0,
        )  # fmt: skip
    values, weights = np.array(lengths), np.array(weight)
    # Half-lives are compared in order and not averaged, so that "beyond the horizon" keeps its place.
    order = np.argsort(values, kind="stable")
    reach = np.cumsum(weights[order]) / weights.sum()
    ends = [
        float(values[order][min(int(np.searchsorted(reach, level)), len(order) - 1)])
        for level in (0.05, 0.95)
    ]
    low, high = (None if x >= beyond else round(x) for x in ends)
    return Peak(
        peak=float(mean[top]),
        peak_day=table.grid[top],
        peak_interval_90=table.shift.interval(columns[top]),
        half_life_interval_90=(low, high),
        p_beyond=float(weights[values >= beyond].sum() / weights.sum()),
    )


def reversals(rows: Sequence[LedgerRow]) -> list[Reversal]:
    """Return the actors on whom measures disagree: a settled gain under one and a settled loss under another."""
    out = []
    for actor in dict.fromkeys(r.actor for r in rows if not r.bloc):
        mine = [r for r in rows if r.actor == actor]
        gains = tuple(r.measure for r in mine if r.p_gain >= SETTLED)
        loses = tuple(r.measure for r in mine if r.p_loss >= SETTLED)
        ranks = [r.rank for r in mine if r.rank is not None]
        if gains and loses and ranks:
            out.append(
                Reversal(actor=actor, gains=gains, loses=loses, best_rank=min(ranks), worst_rank=max(ranks))
            )
    return out
