"""The map as the walk needs it: distances to homes, neighbours and shares of people and roads; made once for a world."""

from __future__ import annotations

import numpy as np

from counterpoise.dynamics.control_measures import Ground
from counterpoise.dynamics.world import World

__all__ = ["make_ground"]

#: Stands for "no such site" [km].
FAR = 1e9


def make_ground(world: World) -> Ground:
    """Prepare the map of a world."""
    net, led = world.network, world.ledger
    n_actors = len(world.actors)
    home_km = np.where(led.home[None, :] >= 0, led.distance_km[:, np.maximum(led.home, 0)], FAR)
    outside = np.nonzero(net.theatre_site < 0)[0]
    far_km, far_weight = np.full((n_actors, n_actors), FAR), np.zeros(n_actors)
    np.minimum.at(far_km, net.holder[outside], home_km[outside])
    np.add.at(far_weight, net.holder[outside], led.site_weight[outside])
    place = np.empty(len(world.theatre_sites), dtype=np.int32)
    inside = np.nonzero(net.theatre_site >= 0)[0]
    place[net.theatre_site[inside]] = inside
    a, b = net.theatre_site[net.a], net.theatre_site[net.b]
    roads = np.nonzero((a >= 0) & (b >= 0) & (led.road_km > 0))[0]
    near: list[list[int]] = [[] for _ in place]
    for x, y in zip(a[roads], b[roads], strict=True):
        near[x].append(int(y))
        near[y].append(int(x))
    return Ground(
        home_km=np.ascontiguousarray(home_km),
        far_km=far_km,
        far_weight=far_weight,
        place=place,
        near_start=np.concatenate([[0], np.cumsum([len(x) for x in near])]).astype(np.int32),
        near=np.array([y for x in near for y in x], dtype=np.int32),
        road_a=a[roads].astype(np.int32),
        road_b=b[roads].astype(np.int32),
        road_share=_shares(led.road_km[roads]),
        people_share=_shares(led.population_site[place]),
    )


def _shares(x: np.ndarray) -> np.ndarray:
    """Shares of a sum; nothing where the sum is nothing."""
    total = x.sum()
    return np.asarray(x / total if total > 0 else np.zeros_like(x))
