"""Candidate ways of each conduit: what the fast packing in the kernel chooses from.

Ways are found one after the other as the quickest way under weights that grow with use (a leg that earlier ways use counts
as slower). Some searches go around all sites that may change hands, and some around a part of them that differs from search to
search, so that a way is at hand whoever holds what. They are put in order of their time on the way: a shipper takes the
quickest way first and the next one for what does not fit.

Weakest assumption: a fixed number of ways is enough. ``tests/science/test_flow_approximation.py`` holds what the packing
carries against the linear programme on 1,000 random networks.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Sequence
from functools import lru_cache
from statistics import median
from typing import NamedTuple

import numpy as np

__all__ = ["WAYS", "Leg", "Way", "Ways", "candidate_ways", "pack_ways"]

#: Ways that a conduit may choose from.
WAYS = 12
#: How much slower a leg counts for each way that uses it already.
PENALTY = 0.1
#: Ways that one filling of the network finds at most.
FILL = 4
#: Share of its capacity that a leg keeps at a site that a search goes around.
LEAK = 0.05
#: A leg with this share of the median capacity left counts as twice as slow.
NARROW = 0.25
#: Weight of a leg that is full.
FULL = 1e12
#: Searches that may fail to find a new way before the search ends.
PATIENCE = 12


class Leg(NamedTuple):
    """A leg as the search sees it; `name` settles ties, so that the order of a file does not."""

    name: str
    a: int
    b: int
    mode: int
    both_ways: bool
    delay: float
    capacity: float


class Way(NamedTuple):
    """One way: its legs in order and its time [day]."""

    legs: tuple[int, ...]
    delay: float


class Ways(NamedTuple):
    """Ways of all conduits as compressed rows; fields as in `counterpoise.dynamics.world.Network`."""

    conduit_path: np.ndarray
    path_start: np.ndarray
    path_slot: np.ndarray
    slot_leg: np.ndarray
    conduit_slot: np.ndarray
    path_delay: np.ndarray


@lru_cache(maxsize=512)
def candidate_ways(
    legs: tuple[Leg, ...],
    names: tuple[str, ...],
    origin: int,
    destination: int,
    modes: tuple[bool, ...],
    avoid: frozenset[int],
    most: int = WAYS,
) -> tuple[Way, ...]:
    """Return up to `most` ways of a conduit, the quickest first; kept, because variants ask again.

    Parameters
    ----------
    names : tuple of str
        Names of the sites; which of them a search goes around hangs on them and not on their order.
    modes : tuple of bool
        Whether each mode of a leg may be used.
    avoid : frozenset of int
        Sites that some searches go around where they can: those that may change hands.
    """
    arcs = _arcs(legs, modes)
    used = [0] * len(legs)
    found: dict[tuple[int, ...], Way] = {}
    failed, turn = 0, 0
    while len(found) < most and failed < PATIENCE:
        around = _around(turn, names, avoid) - {origin, destination}
        turn += 1
        new = False
        for way in _fill(legs, arcs, used, origin, destination, around):
            for leg in way:
                used[leg] += 1
            if way not in found and len(found) < most:
                found[way] = Way(way, sum(legs[i].delay for i in way))
                new = True
        failed = 0 if new else failed + 1
    return tuple(sorted(found.values(), key=lambda w: (w.delay, [legs[i].name for i in w.legs])))


def _fill(
    legs: Sequence[Leg],
    arcs: dict[int, list[tuple[str, int, int]]],
    used: Sequence[int],
    origin: int,
    destination: int,
    around: frozenset[int],
) -> list[tuple[int, ...]]:
    """Fill the network once, way by way: each search goes by what the ways before it have left of each leg."""
    left = [leg.capacity * (LEAK if leg.a in around or leg.b in around else 1.0) for leg in legs]
    out: list[tuple[int, ...]] = []
    narrow = NARROW * median(leg.capacity for leg in legs)
    for _ in range(FILL):
        weight = [_weight(leg, rest, narrow, n) for leg, rest, n in zip(legs, left, used, strict=True)]
        way = _quickest(arcs, weight, origin, destination)
        if way is None:
            break
        out.append(way)
        push = min(left[i] for i in way)
        for i in way:
            left[i] -= push
    return out


def _around(turn: int, names: tuple[str, ...], avoid: frozenset[int]) -> frozenset[int]:
    """Sites that a search goes around: none, all that may change hands, or a share of them that differs from turn to turn."""
    if turn % 4 == 0:
        return frozenset()
    if turn == 1:
        return avoid
    share = (0.2, 0.35, 0.5)[turn % 3]
    return frozenset(i for i in avoid if _mark(names[i], turn) < share)


def _mark(name: str, turn: int) -> float:
    """Return a number in [0, 1) that hangs on a name and a turn alone."""
    digest = hashlib.blake2b(f"{turn}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2**64


def _weight(leg: Leg, left: float, narrow: float, n: int) -> float:
    """Time that a leg counts for: what has little room left, and what earlier ways use, counts as slower."""
    if left <= 1e-9:
        return FULL
    return (leg.delay + 0.05) * (1.0 + PENALTY * n) * (1.0 + (narrow / left) ** 2)


def _arcs(legs: Sequence[Leg], modes: Sequence[bool]) -> dict[int, list[tuple[str, int, int]]]:
    """Legs that lead on from each site, as (name, leg, other end)."""
    out: dict[int, list[tuple[str, int, int]]] = {}
    for i, leg in enumerate(legs):
        if modes[leg.mode] and leg.capacity > 0:
            out.setdefault(leg.a, []).append((leg.name, i, leg.b))
            if leg.both_ways:
                out.setdefault(leg.b, []).append((leg.name, i, leg.a))
    return out


def _quickest(
    arcs: dict[int, list[tuple[str, int, int]]],
    weight: Sequence[float],
    origin: int,
    destination: int,
) -> tuple[int, ...] | None:
    """Return the legs of a quickest way (Dijkstra), ties by names of legs; None where all ways are full."""
    done: set[int] = set()
    queue: list[tuple[float, tuple[str, ...], int, tuple[int, ...]]] = [(0.0, (), origin, ())]
    while queue:
        time, names, site, way = heapq.heappop(queue)
        if site == destination:
            return way
        if site in done:
            continue
        done.add(site)
        for name, leg, other in arcs.get(site, ()):
            if other not in done and weight[leg] < FULL:
                heapq.heappush(queue, (round(time + weight[leg], 9), (*names, name), other, (*way, leg)))
    return None


def pack_ways(ways: Sequence[Sequence[Way]]) -> Ways:
    """Put the ways of all conduits into arrays."""
    conduit_path, path_start, conduit_slot = [0], [0], [0]
    path_slot: list[int] = []
    slot_leg: list[int] = []
    delay: list[float] = []
    for mine in ways:
        slots = {
            leg: len(slot_leg) + i for i, leg in enumerate(dict.fromkeys(x for w in mine for x in w.legs))
        }
        slot_leg += list(slots)
        conduit_slot.append(len(slot_leg))
        for way in mine:
            path_slot += [slots[leg] for leg in way.legs]
            path_start.append(len(path_slot))
            delay.append(way.delay)
        conduit_path.append(len(delay))
    rows = [
        np.array(x, dtype=np.int32) for x in (conduit_path, path_start, path_slot, slot_leg, conduit_slot)
    ]
    return Ways(rows[0], rows[1], rows[2], rows[3], rows[4], np.array(delay, dtype=float))
