"""The support network before and after: who lives on whom, by groups of kinds, and what still arrives.

An edge is as wide as the share of what the recipient lives on (own resources and all that arrives, kind by kind) that the
sender's support makes up, under the mean weights of the kinds: people and dollars are never added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import Support
from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.measures import GROUP, IN_GROUP
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, Regional

__all__ = ["LEAST", "flow_weights", "support_edges"]

F64 = NDArray[np.float64]
Group = Literal["people", "arms", "money", "other"]
GROUPS: tuple[Group, ...] = ("people", "arms", "money", "other")
#: Edges below this share of what the recipient lives on are left out.
LEAST = 0.005


def flow_weights(world: World, arrived: F64) -> F64:
    """Share of what its recipient lives on that each flow makes up, of the shape of `arrived`, (..., n_flows).

    Uses the mean weights of the groups of kinds.
    """
    led = world.ledger
    p = world.draws.values.mean(axis=0)
    weight = p[[q.W_PEOPLE, q.W_ARMS, q.W_MONEY, q.W_OTHER]]
    kinds = GROUP[led.kind]
    per_kind = (weight / weight.sum())[kinds] / IN_GROUP[kinds]
    whole = np.zeros((*arrived.shape[:-1], len(led.place_own))) + led.place_own
    for f in range(arrived.shape[-1]):
        whole[..., led.place[f]] += arrived[..., f]
    below = whole[..., led.place]
    return np.asarray(per_kind * np.divide(arrived, below, out=np.zeros_like(arrived), where=below > 0))


def support_edges(futures: Futures, regional: Mapping[str, Regional], calm: str) -> list[Support]:
    """Return the edges of the network, the widest first.

    Parameters
    ----------
    calm : str
        Arm whose as-of day stands for before the shock.
    """
    world = futures.world
    led = world.ledger
    before = regional[calm].arrived[:, 0].astype(float).mean(axis=0)
    at = regional[calm].at(365)
    after = {arm: r.arrived[:, at].astype(float).mean(axis=0) for arm, r in regional.items()}
    width = {"": flow_weights(world, before)} | {arm: flow_weights(world, x) for arm, x in after.items()}
    edges: dict[tuple[int, int, int], list[int]] = {}
    for f in range(len(world.flows)):
        edges.setdefault((int(led.sender[f]), int(led.recipient[f]), int(GROUP[led.kind[f]])), []).append(f)
    out = []
    for (s, r, g), flows in edges.items():
        now = float(width[""][flows].sum())
        later = {arm: float(width[arm][flows].sum()) for arm in after}
        if max(now, *later.values()) < LEAST:
            continue
        size = np.maximum(before[flows], 1e-300)
        kept = {
            arm: float((x[flows] / size * width[""][flows]).sum() / now) if now > 0 else 0.0
            for arm, x in after.items()
        }
        out.append(
            Support(
                sender=world.actors[s],
                recipient=world.actors[r],
                group=GROUPS[g],
                before=now,
                after=later,
                arrives=kept,
            )
        )
    return sorted(
        out, key=lambda e: (-round(max(e.before, *e.after.values()), 9), e.sender, e.recipient, e.group)
    )
