"""Random networks with several conduits, for the packing of the kernel and the linear programme beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from counterpoise.assessment.programme import Programme, solve_programme
from counterpoise.compiler.routes import Leg, candidate_ways, pack_ways
from counterpoise.dynamics.packing import alone, pack
from counterpoise.dynamics.world import Network

F64 = np.ndarray
I32 = np.int32


@dataclass(frozen=True)
class Made:
    """A network, what the holders let each conduit pass, and what was last asked of it."""

    net: Network
    legs: tuple[Leg, ...]
    names: tuple[str, ...]
    ends: tuple[tuple[int, int], ...]
    modes: tuple[tuple[bool, ...], ...]
    capacity: F64
    share: F64
    demand: F64

    @property
    def slots(self) -> F64:
        """Share by slot, as the kernel has it."""
        net = self.net
        parts = [
            self.share[c, net.slot_leg[net.conduit_slot[c] : net.conduit_slot[c + 1]]]
            for c in range(len(self.ends))
        ]
        return np.concatenate(parts) if parts else np.empty(0)

    def most(self) -> F64:
        """What each conduit could carry alone, by the linear programme."""
        n = len(self.ends)
        out = np.zeros(n)
        for c in range(n):
            only = np.where(np.arange(n)[:, None] == c, self.share, 0.0)
            out[c] = self.programme(np.where(np.arange(n) == c, 1e7, 0.0), only).carried[c]
        return out

    def programme(self, demand: F64, share: F64 | None = None) -> Programme:
        """Solve the linear programme."""
        return solve_programme(self.net, self.capacity, self.share if share is None else share, demand)

    def run(self, demand: F64 | None, load: F64) -> tuple[F64, F64, F64]:
        """Run the packing; without a demand, `load` of what each could carry alone by the fast ways."""
        n, slots = len(self.ends), len(self.net.slot_leg)
        room, kept, left = np.full(slots, -1.0), np.empty(slots), np.empty(slots)
        whole, carried, delivered, delay = (np.zeros(n) for _ in range(4))
        m = len(self.capacity)
        alone(self.net, self.capacity, np.ones(m), self.slots, room, kept, left, whole)
        wanted = whole * load if demand is None else demand
        object.__setattr__(self, "demand", wanted)
        rest = np.empty(m)
        pack(
            self.net,
            self.capacity,
            room,
            kept,
            wanted,
            left,
            np.empty(m),
            rest,
            np.empty(n),
            carried,
            delivered,
            delay,
            False,
        )
        return whole, carried, rest

    def pack(self, load: F64) -> tuple[F64, F64, F64]:
        """Return what each could carry alone, what is carried, and the room left on the legs."""
        return self.run(None, load)

    def scaled(self, factor: float) -> tuple[F64, F64, F64]:
        """Run the packing with every capacity and demand multiplied."""
        net = self.net._replace(capacity=self.net.capacity * factor)
        return replace(self, net=net, capacity=self.capacity * factor).run(self.demand * factor, np.empty(0))

    def permuted(self, order: F64, legs: F64) -> Made:
        """Return the same network with conduits and legs in another order."""
        moved = tuple(self.legs[i] for i in legs)
        return build(
            moved, self.names, tuple(self.ends[i] for i in order), tuple(self.modes[i] for i in order),
            self.share[np.ix_(order, legs)],
        )  # fmt: skip


def build(
    legs: tuple[Leg, ...],
    names: tuple[str, ...],
    ends: tuple[tuple[int, int], ...],
    modes: tuple[tuple[bool, ...], ...],
    share: F64,
) -> Made:
    """Put a network together."""
    n, m = len(names), len(legs)
    ways = pack_ways(
        [
            candidate_ways(legs, names, a, b, mode, frozenset(range(n)))
            for (a, b), mode in zip(ends, modes, strict=True)
        ]
    )
    capacity = np.array([x.capacity for x in legs], dtype=float)
    net = Network(
        a=np.array([x.a for x in legs], I32),
        b=np.array([x.b for x in legs], I32),
        capacity=capacity,
        delay=np.array([x.delay for x in legs], dtype=float),
        consent=np.full((m, 0), -1, I32),
        holder=np.zeros(n, I32),
        holder_base=np.zeros(n, I32),
        theatre_site=np.full(n, -1, I32),
        stance=np.zeros((1, 1), np.int8),
        conduit_origin=np.array([a for a, _ in ends], I32),
        conduit_destination=np.array([b for _, b in ends], I32),
        conduit_sender=np.zeros(len(ends), I32),
        conduit_recipient=np.zeros(len(ends), I32),
        both_ways=np.array([x.both_ways for x in legs], np.int8),
        leg_mode=np.array([x.mode for x in legs], np.int8),
        conduit_modes=np.array(modes, np.int8),
        **ways._asdict(),
    )
    return Made(net, legs, names, ends, modes, capacity, share, np.empty(0))


def random_network(rng: np.random.Generator) -> Made:
    """A plane of 8 to 40 towns with roads to near ones, some rails, flights and ships, and holders of every stance.

    Capacities are those of tracks to motorways; one to eight conduits, half of the time from one common origin; one town in
    seven is hostile to all, and half of the conduits have enemies of their own.
    """
    n = int(rng.integers(8, 41))
    xy = rng.random((n, 2))
    far = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    pairs = {
        (min(i, int(j)), max(i, int(j)))
        for i in range(n)
        for j in np.argsort(far[i])[1 : int(rng.integers(2, 5))]
    }
    order = np.argsort(xy[:, 0])
    pairs |= {(int(min(a, b)), int(max(a, b))) for a, b in pairwise(order) if rng.random() < 0.7}
    listed = sorted(pairs)
    legs = tuple(
        Leg(
            f"leg {i:03d}", a, b, int(rng.choice(4, p=[0.7, 0.1, 0.1, 0.1])), bool(rng.random() < 0.9),
            float(5 * far[a, b] + 0.1), float(rng.choice([8, 20, 50, 100, 150]) * rng.uniform(0.6, 1.5)),
        )
        for i, (a, b) in enumerate(listed)
    )  # fmt: skip
    n_conduits = int(rng.integers(1, 9))
    ends = [tuple(int(x) for x in rng.choice(n, 2, replace=False)) for _ in range(n_conduits)]
    if rng.random() < 0.5:
        ends = [(ends[0][0], b) if ends[0][0] != b else (a, b) for a, b in ends]
    modes = tuple((True, True, bool(rng.random() < 0.6), bool(rng.random() < 0.6)) for _ in range(n_conduits))
    lets = rng.choice([1.0, 0.8, 0.3, 0.08], n, p=[0.6, 0.15, 0.1, 0.15])
    share = np.zeros((n_conduits, len(legs)))
    for c, (a, b) in enumerate(ends):
        mine = np.where(rng.random(n) < 0.1, 0.08, lets) if rng.random() < 0.5 else lets.copy()
        mine[a] = mine[b] = 1.0
        for i, leg in enumerate(legs):
            if modes[c][leg.mode]:
                share[c, i] = min(mine[leg.a], mine[leg.b])
    return build(legs, tuple(f"town {i:02d}" for i in range(n)), tuple(ends), modes, share)
