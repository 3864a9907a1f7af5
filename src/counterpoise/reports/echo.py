"""Echo is not corroboration: which reports are copies of one another.

Each text is turned into a sketch: of its runs of four words, the least hash under each of 64 hashes (MinHash).
The share of equal numbers in two sketches estimates how much of the texts is the same (Jaccard index, standard
error about 0.05 at one half). Reports that share a band of four numbers are compared; from `SAME_FROM` on they
are one source. Only the last `WINDOW` reports are kept to
compare with, so memory is bounded on any stream; a later copy counts as a source of its own.

References
----------
Broder, A. (1997). On the resemblance and containment of documents. doi:10.1109/SEQUEN.1997.666900
"""

from __future__ import annotations

import re
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["SAME_FROM", "Echoes", "sketch"]

#: From this share of equal runs of words on, two reports are one source.
SAME_FROM: Final = 0.5
#: So many reports are kept to compare with.
WINDOW: Final = 20_000
N_HASHES: Final = 64
BAND: Final = 4
RUN: Final = 4
_PRIME: Final = np.uint64(4_294_967_311)
_WORD: Final = re.compile(r"\w+")

Sketch = npt.NDArray[np.uint64]


def _multipliers() -> tuple[Sketch, Sketch]:
    """Return the constants of the hashes: odd numbers from a fixed linear congruence, no random draw."""
    a, state = [], 88_172_645_463_325_252
    for _ in range(2 * N_HASHES):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        a.append((state >> 33) | 1)
    return np.array(a[:N_HASHES], dtype=np.uint64), np.array(a[N_HASHES:], dtype=np.uint64)


_A, _B = _multipliers()


def sketch(text: str) -> Sketch:
    """Return the sketch of a text.

    Returns
    -------
    numpy.ndarray of uint64, shape (64,)
    """
    words = _WORD.findall(text.lower())
    runs = {" ".join(words[i : i + RUN]) for i in range(max(1, len(words) - RUN + 1))}
    hashes = np.array([zlib.crc32(r.encode("utf-8", "surrogatepass")) for r in sorted(runs)], dtype=np.uint64)
    mixed = (hashes[:, None] * (_A % np.uint64(2**31))[None, :] + (_B % np.uint64(2**31))[None, :]) % _PRIME
    least: Sketch = mixed.min(axis=0)
    return least


class Echoes:
    """Groups reports as they come: each joins the first that it copies, or stands for itself."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[npt.NDArray[np.uint32], int, list[int]]] = {}
        self._bands: dict[int, int] = {}
        self._n = 0

    def add(self, text: str) -> int:
        """Return the group of a text: the number of its first copy, its own if there is none before."""
        return self.join(text)[0]

    def join(self, text: str) -> tuple[int, bool]:
        """Return the group of a text, and whether the text opened it."""
        own = sketch(text).astype(np.uint32)
        me = self._n
        self._n += 1
        keys = [zlib.crc32(own[b : b + BAND].tobytes(), b) << 7 | b for b in range(0, N_HASHES, BAND)]
        group = me
        for other in sorted({self._bands[k] for k in keys if k in self._bands}):
            theirs, their_group, _ = self._kept[other]
            if float(np.mean(theirs == own)) >= SAME_FROM:
                group = their_group
                break
        self._kept[me] = (own, group, [k for k in keys if self._bands.setdefault(k, me) == me])
        if len(self._kept) > WINDOW:
            self._forget(next(iter(self._kept)))
        return group, group == me

    def _forget(self, oldest: int) -> None:
        """Let go of the oldest report, and of the bands that lead to it."""
        for k in self._kept.pop(oldest)[2]:
            del self._bands[k]
