"""A rate with its n, events, interval, definition, sources and standing, and how rows at risk make one.

Weakest assumption: rows of one country are the only dependence (`counterpoise.inference.annual_intervals`).
What it does not do: pool rates that are defined differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from counterpoise.inference.annual_intervals import cluster_interval, jeffreys_interval

__all__ = ["Rate", "RateText", "per_time", "proportion"]

#: Fewer countries with events than this, and the Jeffreys interval is used in place of the bootstrap by
#: country.
MIN_CLUSTERS = 5


@dataclass(frozen=True)
class Rate:
    """A rate with what it rests on.

    Parameters
    ----------
    id : str
        Name, dotted from the process to the variant.
    value, low, high : float
        Estimate and 90 % interval, in `unit`.
    unit : str
        For example ``probability/year``, ``1/quiet country-year``, ``1/day``.
    n : float
        Units at risk (rows), or time at risk in the unit of the rate's denominator.
    events : int
        Events.
    n_clusters : int
        Countries at risk.
    interval : {'cluster bootstrap', 'jeffreys'}
        How the interval was made.
    definition : str
        What was counted.
    sources : tuple of str
        Ids of `counterpoise.inference.annual_sources.source_texts`.
    data_until : str
        Last day of the data that went in; an assessment as of an earlier day must not use the rate.
    standing : {'fitted', 'literature'}
        Computed here, or quoted.
    note : str
        Reservation.
    """

    id: str
    value: float
    low: float
    high: float
    unit: str
    n: float
    events: int
    n_clusters: int
    interval: Literal["cluster bootstrap", "jeffreys"]
    definition: str
    sources: tuple[str, ...]
    data_until: str
    standing: Literal["fitted", "literature"] = "fitted"
    note: str = ""


@dataclass(frozen=True)
class RateText:
    """What a rate says about itself."""

    id: str
    definition: str
    sources: tuple[str, ...]
    data_until: str
    unit: str = "probability/year"
    note: str = ""


def proportion(text: RateText, hits: Iterable[bool], states: Iterable[int]) -> Rate:
    """Return a rate per row at risk, its interval by state if `MIN_CLUSTERS` states have events."""
    hit, state = np.array(list(hits), dtype=bool), np.array(list(states), dtype=np.int64)
    events, n = int(hit.sum()), len(hit)
    if n == 0:
        raise ValueError(f"{text.id}: nothing at risk")
    enough = len(np.unique(state[hit])) >= MIN_CLUSTERS
    low, high = cluster_interval(hit, np.ones(n), state) if enough else jeffreys_interval(events, n)
    kind: Literal["cluster bootstrap", "jeffreys"] = "cluster bootstrap" if enough else "jeffreys"
    return Rate(
        text.id,
        events / n,
        low,
        high,
        text.unit,
        n,
        events,
        len(np.unique(state)),
        kind,
        text.definition,
        text.sources,
        text.data_until,
        note=text.note,
    )


def per_time(text: RateText, states: Sequence[int], events: Sequence[float], time: Sequence[float]) -> Rate:
    """Return a rate per unit of time, one row per state, its interval clustered by state."""
    low, high = cluster_interval(events, time, states)
    total = sum(time)
    return Rate(
        text.id,
        sum(events) / total,
        low,
        high,
        text.unit,
        round(total, 3),
        round(sum(events)),
        len(set(states)),
        "cluster bootstrap",
        text.definition,
        text.sources,
        text.data_until,
        note=text.note,
    )
