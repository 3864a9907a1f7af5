"""The random streams: Philox against its published vectors, and that a number depends on its name alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise.jit import compiled
from counterpoise.streams import exponential, normal, philox4x32, stream_key, stream_keys, uniform

N = 40_000
ONES = 0xFFFFFFFF


@compiled()
def _words(c: np.ndarray, k: np.ndarray) -> tuple[int, int, int, int]:  # type: ignore[type-arg]
    return philox4x32(c[0], c[1], c[2], c[3], k[0], k[1])


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
    ids=["zeros", "ones", "pi"],
)
def test_known_answers_of_random123(
    counter: tuple[int, ...], key: tuple[int, ...], words: tuple[int, ...]
) -> None:
    """Vectors of Random123's ``kat_vectors`` for philox4x32-10 (Salmon et al. 2011)."""
    made = _words(np.array(counter, dtype=np.uint64), np.array(key, dtype=np.uint64))
    assert tuple(int(w) for w in made) == words


def test_two_words_make_a_double_as_the_module_says() -> None:
    key = stream_key(7, "loss:aleppo")
    made = _words(
        np.array([5, 0, 9, 0], dtype=np.uint64), np.array([int(key) & ONES, int(key) >> 32], dtype=np.uint64)
    )
    bits = ((int(made[0]) << 32) | int(made[1])) >> 11
    assert uniform(key, 9, 5) == (bits + 0.5) / 2**53
    assert exponential(key, 9, 5) == -np.log(uniform(key, 9, 5))


def test_keys_are_fixed_for_ever() -> None:
    # A change here changes every number that was ever published with a seed.
    keys = [int(k) for k in stream_keys(1, ("coup", "loss:aleppo"))]
    assert keys == [18067894686787019380, 294736680901812465]


@settings(deadline=None)
@given(st.integers(0, 2**63), st.text(max_size=20), st.integers(0, 2**40), st.integers(0, 2**40))
def test_uniforms_lie_in_the_open_interval_and_are_repeatable(
    seed: int, name: str, member: int, n: int
) -> None:
    key = stream_key(seed, name)
    u = uniform(key, member, n)
    assert 0.0 < u < 1.0
    assert u == uniform(stream_key(seed, name), member, n)
    assert exponential(key, member, n) > 0.0
    assert np.isfinite(normal(key, member, n))


def drawn(law: object, name: str, by: str = "n") -> np.ndarray:  # type: ignore[type-arg]
    key = stream_key(3, name)
    pairs = ((0, i) for i in range(N)) if by == "n" else ((i, 0) for i in range(N))
    return np.array([law(key, m, i) for m, i in pairs])  # type: ignore[operator]


@pytest.mark.parametrize("by", ["n", "member"])
def test_uniform_moments_along_numbers_and_members(by: str) -> None:
    u = drawn(uniform, "a", by)
    assert abs(u.mean() - 0.5) < 4 / np.sqrt(12 * N)
    assert abs(u.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / N)
    counts = np.histogram(u, bins=64, range=(0, 1))[0]
    chi2 = ((counts - N / 64) ** 2 / (N / 64)).sum()
    assert 63 - 4 * np.sqrt(126) < chi2 < 63 + 4 * np.sqrt(126)
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 4 / np.sqrt(N)


def test_exponential_moments() -> None:
    x = drawn(exponential, "b")
    assert abs(x.mean() - 1) < 4 / np.sqrt(N)
    assert abs(x.var() - 1) < 4 * np.sqrt(8 / N)
    assert abs((x > 2).mean() - np.exp(-2)) < 4 * np.sqrt(0.135 * 0.865 / N)


def test_normal_moments() -> None:
    z = drawn(normal, "c")
    assert abs(z.mean()) < 4 / np.sqrt(N)
    assert abs(z.var() - 1) < 4 * np.sqrt(2 / N)
    assert abs((z**3).mean()) < 4 * np.sqrt(15 / N)
    assert abs((z**4).mean() - 3) < 4 * np.sqrt(96 / N)
    assert abs((np.abs(z) < 1.96).mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / N)


def test_names_seeds_and_members_give_streams_that_do_not_go_together() -> None:
    streams = [drawn(uniform, name, by) for name in ("loss:a", "loss:b", "coup") for by in ("n", "member")]
    other = np.array([uniform(stream_key(4, "coup"), 0, i) for i in range(N)])
    table = np.corrcoef([*streams, other])
    off = table[~np.eye(len(table), dtype=bool)]
    # Two streams share their very first number (member 0, number 0) and nothing else.
    assert np.abs(off).max() < 4.5 / np.sqrt(N)


def test_keys_of_many_names_are_distinct() -> None:
    keys = stream_keys(1, (f"loss:{i}" for i in range(5_000)))
    assert len(set(keys.tolist())) == 5_000
    assert len({int(stream_key(s, "coup")) for s in range(5_000)}) == 5_000
