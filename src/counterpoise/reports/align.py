"""Finding a quote in a text: no span, no statement.

First as it stands, then with white space, dashes and quotation marks made alike, then its longest part, then the
stretch that holds at least three quarters of its words. What is not found is not said by the text.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["COVERAGE", "align"]

#: Share of a quote's words that a stretch must hold.
COVERAGE: Final = 0.75
#: Shortest part of a quote that may stand for it, as a share of its length.
PART: Final = 0.6
MAX_QUOTE: Final = 600
_ALIKE: Final = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "\u00a0": " "}
)
_WORD: Final = re.compile(r"\w+")


def align(text: str, quote: str, after: int = 0) -> tuple[int, int] | None:
    """Return where a quote stands, or None.

    Parameters
    ----------
    text : str
    quote : str
    after : int
        Where the last quote was found: of several places the next one is taken.
    """
    quote = quote.strip().strip("\"'“”‘’…").strip()
    if not quote or len(quote) > MAX_QUOTE:
        return None
    for found in (text.find(quote, after), text.find(quote)):
        if found >= 0:
            return found, found + len(quote)
    return _loosely(text, quote, after) or _partly(text, quote) or _by_words(text, quote)


def _loosely(text: str, quote: str, after: int) -> tuple[int, int] | None:
    """Find a quote whatever its white space, dashes and quotation marks, and its case."""
    words = quote.translate(_ALIKE).split()
    pattern = re.compile(r"\s+".join(re.escape(w) for w in words), re.IGNORECASE)
    alike = text.translate(_ALIKE)
    hit = pattern.search(alike, after) or pattern.search(alike)
    return hit.span() if hit else None


def _partly(text: str, quote: str) -> tuple[int, int] | None:
    """Find the longest run of a quote's words, if it is most of the quote."""
    words = quote.translate(_ALIKE).split()
    least = max(2, round(PART * len(words)))
    alike = text.translate(_ALIKE).lower()
    for n in range(len(words) - 1, least - 1, -1):
        for i in range(len(words) - n + 1):
            part = " ".join(words[i : i + n]).lower()
            at = alike.find(part)
            if at >= 0 and len(part) >= PART * len(quote):
                return at, at + len(part)
    return None


def _by_words(text: str, quote: str) -> tuple[int, int] | None:
    """Find the stretch of about the quote's length that holds most of its words."""
    wanted = [w.lower() for w in _WORD.findall(quote)]
    if len(wanted) < 3:
        return None
    need, there = set(wanted), [(m.start(), m.end(), m.group().lower()) for m in _WORD.finditer(text)]
    size = len(wanted) + 2
    best: tuple[float, int, int] = (0.0, 0, 0)
    for i in range(len(there)):
        if there[i][2] not in need:
            continue
        window = there[i : i + size]
        last = max(k for k, w in enumerate(window) if w[2] in need)
        share = len(need & {w[2] for w in window}) / len(need)
        if share > best[0]:
            best = (share, window[0][0], window[last][1])
    return (best[1], best[2]) if best[0] >= COVERAGE else None
