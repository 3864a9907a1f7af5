"""Echo is not corroboration: which reports are copies of one another.

Each text is turned into a sketch: of its runs of four words, the least hash under each of 64 hashes (MinHash).
The share of equal numbers in two sketches estimates how much of the texts is the same (Jaccard index, standard
error about 0.05 at one half). Reports that share a band of four numbers are compared; from `SAME_FROM` on they
are one source. Memory grows by one small sketch a report, not by its text.

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
        self._sketches: list[npt.NDArray[np.uint32]] = []
        self._bands: dict[tuple[int, bytes], int] = {}
        self._group: list[int] = []

    def add(self, text: str) -> int:
        """Return the group of a text: the number of its first copy, its own if there is none before."""
        own = sketch(text).astype(np.uint32)
        me = len(self._sketches)
        keys = [(b, own[b : b + BAND].tobytes()) for b in range(0, N_HASHES, BAND)]
        for other in sorted({self._bands[k] for k in keys if k in self._bands}):
            if float(np.mean(self._sketches[other] == own)) >= SAME_FROM:
                self._group.append(self._group[other])
                break
        else:
            self._group.append(me)
        self._sketches.append(own)
        for k in keys:
            self._bands.setdefault(k, me)
        return self._group[me]
