"""Keyed random streams: every process of every member has its own, and a lever changes none of them.

A stream is named by (seed, process name, member). Its n-th number depends on these four and on nothing else: not on
the arm, not on the number of members, workers or actors, not on the order in which processes are visited. Arms that
differ only by a lever therefore share all random numbers (common reaction paths; Rathinam, Sheppard & Khammash 2010, Journal
of Chemical Physics 132, 034103), and an actor that is added draws from streams that nobody else reads.

The generator is Philox4x32-10, counter-based (Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405): the key
is 64 bits of a hash of seed and name, the counter holds the number of the draw and the member. Two of the four output
words make one double in the open interval (0, 1).

Weakest assumption: two names never share a 64-bit key (birthday bound: about 3e-14 for 1,000 names).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from counterpoise.jit import compiled

__all__ = [
    "exponential",
    "normal",
    "normals",
    "philox4x32",
    "stream_key",
    "stream_keys",
    "uniform",
    "uniforms",
]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_11 = np.uint64(11)


def stream_key(seed: int, name: str) -> np.uint64:
    """Return the 64-bit key of the stream called `name` under `seed`."""
    digest = hashlib.blake2b(f"{int(seed)}/{name}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def stream_keys(seed: int, names: Iterable[str]) -> NDArray[np.uint64]:
    """Return the keys of several streams, in the order of `names`."""
    return np.array([stream_key(seed, n) for n in names], dtype=np.uint64)


@compiled(inline="always")
def philox4x32(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Ten rounds of Philox4x32; words are 32-bit values kept in 64-bit integers."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = ((p1 >> _32) ^ c1 ^ k0), p1 & _LOW, ((p0 >> _32) ^ c3 ^ k1), p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@compiled()
def uniform(key: np.uint64, member: int, n: int) -> float:
    """Return the n-th uniform of a stream, in the open interval (0, 1)."""
    m = np.uint64(member)
    i = np.uint64(n)
    a, b, _, _ = philox4x32(i & _LOW, i >> _32, m & _LOW, m >> _32, key & _LOW, key >> _32)
    bits = ((a << _32) | b) >> _11
    return (float(bits) + 0.5) * (1.0 / 9007199254740992.0)


@compiled()
def exponential(key: np.uint64, member: int, n: int) -> float:
    """Return the n-th unit exponential of a stream."""
    return float(-np.log(uniform(key, member, n)))


@compiled()
def normal(key: np.uint64, member: int, n: int) -> float:
    """Return the n-th standard normal of a stream (Box-Muller, first branch; one call per number)."""
    m = np.uint64(member)
    i = np.uint64(n)
    a, b, c, d = philox4x32(i & _LOW, i >> _32, m & _LOW, m >> _32, key & _LOW, key >> _32)
    u = (float(((a << _32) | b) >> _11) + 0.5) * (1.0 / 9007199254740992.0)
    v = (float(((c << _32) | d) >> _11) + 0.5) * (1.0 / 9007199254740992.0)
    return float(np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v))


@compiled(allocates=True)
def normals(key: np.uint64, member: int, count: int) -> NDArray[np.float64]:
    """Return the first `count` standard normals of a stream."""
    out = np.empty(count)
    for i in range(count):
        out[i] = normal(key, member, i)
    return out


@compiled(allocates=True)
def uniforms(key: np.uint64, first: int, members: int, count: int) -> NDArray[np.float64]:
    """Return the first `count` uniforms of each of some members, from member `first` on; shape (members, count)."""
    out = np.empty((members, count))
    for m in range(members):
        for i in range(count):
            out[m, i] = uniform(key, first + m, i)
    return out
