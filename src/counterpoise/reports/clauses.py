"""A sentence as the rules see it: lower case, every mention replaced by marks of equal length.

The marks let one regular expression speak of "an actor" whatever its name, and keep all offsets: `masked`
has exactly the length of the sentence. Marks: `NOUN` an actor, `ADJ` an adjective (``Iranian``), `PLACE`,
`MODIFIER` (``Iran-backed``).

Subjects are found by position: the nearest actor to the left that no preposition governs, across a
parenthesis between commas; a pronoun takes the sentence's first subject, then the last one before it.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from counterpoise.reports.actors import Mention
from counterpoise.reports.coding import Span
from counterpoise.reports.gates import WORD, bit, bits_of

__all__ = ["ACTOR", "ADJ", "ANY", "MODIFIER", "NOUN", "PLACE", "Sentence", "conjuncts", "subjects"]

NOUN: Final = "\ue000"
ADJ: Final = "\ue001"
PLACE: Final = "\ue002"
MODIFIER: Final = "\ue003"
ACTOR: Final = f"[{NOUN}{ADJ}]+"
ANY: Final = f"[{NOUN}{ADJ}{PLACE}]+"

_MARK: Final = {"noun": NOUN, "adjective": ADJ, "place": PLACE, "modifier": MODIFIER}
_MONTH: Final = re.compile(r"(?<!^)\bMay\b")
_BLANK: Final = re.compile(r"[^\S ]")
_OWNS_NEXT: Final = re.compile(f"'s?\\s+{ACTOR}")
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_PREPOSITION: Final = re.compile(
    r"\b(?:from|in|of|to|into|with|against|near|across|for|over"
    r"|between|at|on|onto|among|around|inside|outside|under"
    r"|through|toward|towards|via|amid|despite|by|including|without|support|supporting|backing|back"
    r"|backed|supported|aid|aiding|help|helping|like|about)"
    r"\s+(?:the\s+|its\s+|his\s+|their\s+|both\s+|embattled\s+"
    r"|neighbou?ring\s+|former\s+|president\s+|[a-z]+ern\s+)*$"
)
_QUANTITY: Final = re.compile(
    r"\b(?:hundreds|thousands|dozens|scores|tens|most|some|all|half|many|number|group|convoys?|last|rest|bulk|units|members)"
    r"\s+of\s+(?:the\s+|its\s+)?(?:[a-z-]+\s+){0,2}$"
)
_JOIN: Final = re.compile(r"\s*(?:,\s*and\b|,|\band\b|\bas well as\b|&|\bor\b)\s*(?:the\s+|its\s+)?$")
_PARENTHESIS: Final = re.compile(
    r",\s+(?:which|who|whose|where|a|an|the|once|long|its|his|including|citing)\b[^,;]{0,120},"
)
_PRONOUN: Final = re.compile(r"\b(?:it|they|he|its|their|his)\b")
_CLAUSE: Final = re.compile(
    r"[;:]|,\s*(?:which|who|while|as|but|and|after|because|although|when)\b"
    r"|\b(?:that|while|after|because|although|when|as|if"
    r"|said|says|before)\b"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence of the document with its mentions.

    Parameters
    ----------
    text : str
        The whole document.
    index, start, end : int
        Position in the document.
    mentions : tuple of Mention
        Those inside it; offsets of the document.
    """

    text: str = field(repr=False)
    index: int
    start: int
    end: int
    mentions: tuple[Mention, ...]
    masked: str = field(init=False)
    bits: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        raw = self.text[self.start : self.end].replace("’", "'")
        raw = _MONTH.sub("mai", raw) if "May" in raw else raw
        raw = _BLANK.sub(" ", raw).translate(_LOWER)
        parts, at = [], 0
        for m in self.mentions:
            a, b = m.start - self.start, m.end - self.start
            parts += [raw[at:a], _MARK[m.kind] * (b - a)]
            at = b
        masked = "".join([*parts, raw[at:]])
        object.__setattr__(self, "masked", masked)
        object.__setattr__(self, "bits", bits_of(WORD.findall(masked)))

    @cached_property
    def free(self) -> tuple[Mention, ...]:
        """The mentions that may be a subject of what follows them."""
        return tuple(m for m in self.mentions if _free(self, m))

    def may(self, *families: str) -> bool:
        """Tell whether the words allow a family of rules to match (`gates`)."""
        return bool(self.bits & bit(*families))

    def span(self, start: int, end: int) -> Span:
        """Return the span of a stretch given by offsets within the sentence."""
        while end > start and self.masked[end - 1] in " ,;":
            end -= 1
        while start < end and self.masked[start] == " ":
            start += 1
        return Span.of(self.text, self.index, self.start + start, self.start + end)

    def whole(self) -> Span:
        """Return the span of the sentence."""
        return Span.of(self.text, self.index, self.start, self.end)

    def at(self, offset: int) -> Mention | None:
        """Return the mention that covers an offset within the sentence."""
        place = self.start + offset
        return next((m for m in self.mentions if m.start <= place < m.end), None)

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that begin in a stretch of the sentence."""
        return [m for m in self.mentions if start <= m.start - self.start < end]

    def before(self, mention: Mention, n: int = 40) -> str:
        """Return the masked text before a mention."""
        a = mention.start - self.start
        return self.masked[max(0, a - n) : a]


def conjuncts(sentence: Sentence, mention: Mention, *, left: bool = True) -> list[Mention]:
    """Return a mention with those joined to it by commas and ``and``, in text order."""
    ordered = [m for m in sentence.mentions if m.kind != "modifier"]
    if mention not in ordered:
        return [mention]
    group, i = [mention], ordered.index(mention)
    step, joined = (-1 if left else 1), False
    j = i + step
    while 0 <= j < len(ordered) and (ordered[j].kind == "place") == (mention.kind == "place"):
        first, second = (ordered[j], ordered[j + 1]) if left else (ordered[j - 1], ordered[j])
        gap = sentence.masked[first.end - sentence.start : second.start - sentence.start]
        if not _JOIN.fullmatch(gap):
            break
        joined = joined or len(gap.strip()) > 1
        group.insert(0, ordered[j]) if left else group.append(ordered[j])
        j += step
    return group if joined else [mention]


@lru_cache(maxsize=64)
def _parentheses(masked: str) -> tuple[tuple[int, int], ...]:
    """Return the inner stretches of parentheses between commas."""
    return (
        tuple((m.start() + 1, m.end() - 1) for m in _PARENTHESIS.finditer(masked))
        if masked.count(",") > 1
        else ()
    )


@lru_cache(maxsize=64)
def _clause_ends(masked: str) -> tuple[int, ...]:
    return tuple(m.end() for m in _CLAUSE.finditer(masked))


def subjects(sentence: Sentence, at: int, fallback: list[Mention] | None = None) -> list[Mention]:
    """Return the actors that do what the verb at an offset says.

    Parameters
    ----------
    sentence : Sentence
    at : int
        Offset of the verb within the sentence.
    fallback : list of Mention, optional
        Whom a pronoun without an antecedent in the sentence stands for.
    """
    hidden = [(a, b) for a, b in _parentheses(sentence.masked) if b < at]
    free = [m for m in sentence.free if _before(sentence, m, at, hidden)]
    clause = max((e for e in _clause_ends(sentence.masked) if e <= at), default=0)
    if free and free[-1].start - sentence.start >= clause:
        return conjuncts(sentence, free[-1])
    if clause and _PRONOUN.search(sentence.masked, clause, at):
        return _antecedent(sentence, free, fallback)
    if free:
        return conjuncts(sentence, free[-1])
    return list(fallback or []) if _PRONOUN.search(sentence.masked, 0, at) else []


def _antecedent(sentence: Sentence, free: list[Mention], fallback: list[Mention] | None) -> list[Mention]:
    """Return whom a pronoun stands for: the sentence's first subject, else the last one before it."""
    nouns = [m for m in free if m.kind == "noun" and not _owns_next(sentence, m)]
    if nouns:
        return conjuncts(sentence, nouns[0])
    return list(fallback or free[:1])


def _owns_next(sentence: Sentence, m: Mention) -> bool:
    """Tell whether a mention only says whose the next one is: ``Iraq's Popular Mobilization Forces``."""
    return _OWNS_NEXT.match(sentence.masked, m.end - sentence.start) is not None


def _before(sentence: Sentence, m: Mention, at: int, hidden: list[tuple[int, int]]) -> bool:
    """Tell whether a mention stands before an offset and in no parenthesis."""
    a = m.start - sentence.start
    return a < at and not any(lo <= a < hi for lo, hi in hidden)


def _free(sentence: Sentence, m: Mention) -> bool:
    """Tell whether a mention may be a subject of what follows: no preposition governs it."""
    if m.kind in ("modifier", "place"):
        return False
    before = sentence.before(m)
    return bool(_QUANTITY.search(before)) or not _PREPOSITION.search(before)
