"""Pairs of sender and recipient whose supply moves by route, and what their conduits can carry over time.

Where no source gives tonnes, capacity is an index, 100 = before the campaign (the scenario's starting control). The
ledger's rows of one pair (by road, by air, by sea) are weighted by the size of what moves on them, so that the wide sea
does not hide a cut road.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.world import World
from counterpoise.ensemble import Regional
from counterpoise.scenario.models import Scenario

__all__ = ["INDEX_UNIT", "Pair", "ally_pairs", "pair_index", "weights"]

F64 = NDArray[np.float64]
INDEX_UNIT = "index, 100 = before the campaign"


@dataclass(frozen=True)
class Pair:
    """All conduits of one sender and one recipient, as positions."""

    sender: str
    recipient: str
    conduits: tuple[int, ...]


def ally_pairs(world: World, scenario: Scenario) -> tuple[Pair, ...]:
    """Pairs whose supply moves by route on the as-of day: the patrons' allies first, then the client's own supply."""
    moving = {int(world.ledger.conduit[f]) for f in np.nonzero(world.active_flows)[0]}
    groups = {a.id for a in scenario.actors if a.kind == "armed_group"}
    found: dict[tuple[str, str], list[int]] = {}
    for c in range(len(world.conduits)):
        key = (
            world.actors[world.network.conduit_sender[c]],
            world.actors[world.network.conduit_recipient[c]],
        )
        if c in moving and (key[1] in groups or key[1] == scenario.conflict.client):
            found.setdefault(key, []).append(c)
    rank = {p: i for i, p in enumerate(scenario.conflict.patrons)}

    def order(key: tuple[str, str]) -> tuple[int, bool, str]:
        return rank.get(key[0], len(rank)), key[1] == scenario.conflict.client, key[1]

    return tuple(Pair(s, r, tuple(found[s, r])) for s, r in sorted(found, key=order))


def pair_index(pair: Pair, world: World, regional: Regional, draw: NDArray[np.int32]) -> F64:
    """What a pair's conduits can carry of what they carried before the campaign, = 100; shape (n_members, n_days)."""
    n = regional.capacity.shape[0]
    out = np.zeros(regional.capacity.shape[:2])
    for c, weight in zip(pair.conduits, weights(pair, world).T, strict=True):
        base = regional.base[draw[:n], c]
        share = np.divide(
            regional.capacity[:, :, c], base[:, None], out=np.zeros_like(out), where=base[:, None] > 0
        )
        out += 100.0 * weight[draw[:n], None] * share
    return out


def weights(pair: Pair, world: World) -> F64:
    """Share of a pair's goods that moves on each conduit, shape (n_draws, n_conduits of the pair)."""
    running = world.flow_size * world.active_flows
    size = np.stack([running[:, world.ledger.conduit == c].sum(axis=1) for c in pair.conduits], axis=1)
    # A draw in which nothing is sent at all takes the mean split.
    size = np.where(size.sum(axis=1, keepdims=True) > 0, size, size.mean(axis=0))
    return np.asarray(size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300))
