"""The lexicon of support: which kinds leave or arrive, and whether a text is about conflict at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from counterpoise.library import read_yaml
from counterpoise.reports.coding import SUPPORT_KINDS, SupportKind
from counterpoise.reports.gates import WORD, bit, bits_of

__all__ = ["SupportWords", "about_conflict", "kinds_in", "support_words"]


@dataclass(frozen=True)
class SupportWords:
    """Compiled patterns of ``lexicons/support.yaml``; ``personnel`` and ``aid`` are source to build upon."""

    kinds: tuple[tuple[SupportKind, re.Pattern[str]], ...]
    personnel: str
    aid: str
    not_presence: re.Pattern[str]
    other_subject: re.Pattern[str]
    conflict: re.Pattern[str]


@cache
def support_words() -> SupportWords:
    """Return the lexicon, compiled once."""
    raw = read_yaml("lexicons/support.yaml")
    kinds = tuple(
        (cast(SupportKind, k), re.compile(raw["kinds"][k])) for k in SUPPORT_KINDS if k in raw["kinds"]
    )
    return SupportWords(
        kinds,
        raw["personnel"],
        raw["aid"],
        re.compile(rf"\b(?:{raw['not_presence']})\b"),
        re.compile("|".join(raw[k] for k in ("sport", "business", "cookery"))),
        re.compile(raw["conflict"]),
    )


def kinds_in(text: str) -> tuple[SupportKind, ...]:
    """Return the kinds of support that a lower-case stretch names, in the vocabulary's order."""
    return tuple(k for k, pattern in support_words().kinds if pattern.search(text))


def about_conflict(text: str, *, spare: int = 0) -> bool:
    """Tell whether a stretch is about conflict or statecraft, not about sport, business or the kitchen.

    Parameters
    ----------
    text : str
    spare : int
        So many words of another subject do no harm.
    """
    words = support_words()
    lower = text.lower()
    if not bits_of(WORD.findall(lower)) & bit("other"):
        return True
    elsewhere = len(words.other_subject.findall(lower))
    return elsewhere <= spare or len(words.conflict.findall(lower)) > elsewhere
