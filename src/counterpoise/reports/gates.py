"""Which rules a sentence can need at all, by its words: one look-up a word instead of one search a rule.

Each family of rules has a bit. A word's bits are found once, by trying the family's stems at its start, and
remembered; a sentence's bits are the sum of its words'. A rule whose bit is missing cannot match, so gating
changes no result, only the time.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from counterpoise.library import read_yaml

__all__ = ["WORD", "bit", "bits_of", "word_bits"]

WORD: Final = re.compile(r"[a-z]+")
#: So many words are remembered before the table is emptied: memory stays bounded on any stream.
_MOST: Final = 200_000


@cache
def _families() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the families with their stems; those of hedges, claims, subjects and people also from their lexicons."""
    stems: dict[str, str] = _lexicon("gates")
    claims, support = _lexicon("claims"), _lexicon("support")
    beside = {
        "cue": _lexicon("hedges")["cues"].values(),
        "claim.turn": claims["directions"].values(),
        "other": [support[k] for k in ("sport", "business", "cookery")],
        "people": _lexicon("sectors").values(),
    }
    return tuple(
        (name, re.compile("|".join([*beside.get(name, ()), words]))) for name, words in stems.items()
    )


def _lexicon(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = read_yaml(f"lexicons/{name}.yaml")
    return raw


@cache
def _index() -> dict[str, int]:
    return {name: 1 << i for i, (name, _) in enumerate(_families())}


@cache
def bit(*names: str) -> int:
    """Return the bits of some families."""
    total = 0
    for name in names:
        total |= _index()[name]
    return total


_known: dict[str, int] = {}


def _word_bits(word: str) -> int:
    total = 0
    for i, (_, stems) in enumerate(_families()):
        if stems.match(word):
            total |= 1 << i
    if len(_known) >= _MOST:
        _known.clear()
    _known[word] = total
    return total


def word_bits(word: str) -> int:
    """Return the families that one lower-case word can need."""
    bits = _known.get(word)
    return _word_bits(word) if bits is None else bits


def bits_of(words: list[str]) -> int:
    """Return the families that a list of lower-case words can need."""
    total = 0
    for word in words:
        bits = _known.get(word)
        total |= _word_bits(word) if bits is None else bits
    return total
