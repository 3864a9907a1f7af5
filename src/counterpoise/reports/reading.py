"""The text as the rules read it, and the way back to the text as it stands.

What hides words from a reader is undone first: zero-width and bidirectional marks, soft hyphens and
strike-through marks fall away, letters of another alphabet that pass for Latin ones (a Cyrillic ``о`` in
``not``) and styled letters become plain. Markdown's marks become blanks. Every character keeps its place in the
original, so that spans quote what stands there.

Weakest point: the table of look-alikes holds the common ones only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Reading", "cleaned", "respanned"]

_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\u0332-\u0338\U000e0000-\U000e0fff]"
)
_LOOKALIKES: Final = str.maketrans(
    "АВЕКМНОРСТХІЈЅаеорсухіјѕԁԛԝһгпΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρικτυ",
    "ABEKMHOPCTXIJSaeopcyxijsdqwhrnABEZHIKMNOPTYXoavpiktu",
)
_FOREIGN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_WORD: Final = re.compile(r"\w+")
_STYLED: Final = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff\u2100-\u214f\u24b6-\u24e9]")
_MARKDOWN: Final = re.compile(
    r"(?m)^[ \t]*(?:#{1,6}|>+|[-*+])(?=[ \t])|^[ \t]*(?:```|~~~).*$|^[ \t]*(?:[-*_][ \t]*){3,}$"
    r"|\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~|`+|!?\[(?=[^\]\n]{1,300}\]\()|(?<=\])\([^)\s]{1,500}\)|\](?=\()"
)


@dataclass(frozen=True)
class Reading:
    """What the rules read; ``places`` gives each character's place in the original, None where all stand still."""

    text: str
    places: tuple[int, ...] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()


def cleaned(raw: str, *, markdown: bool = False) -> Reading:
    """Return a text as the rules read it."""
    text, notes = raw, []
    if markdown:
        text = _MARKDOWN.sub(lambda m: " " * len(m.group()), text)
    if not text.isascii():
        text, plain = _plain_letters(text)
        if plain:
            notes.append(f"{plain} letters that only look Latin were read as Latin ones")
    hidden = len(_INVISIBLE.findall(text)) if not text.isascii() else 0
    if not hidden:
        return Reading(text, None, tuple(notes))
    notes.append(f"{hidden} invisible or direction-changing characters were left out of the reading")
    places = tuple(i for i, c in enumerate(text) if not _INVISIBLE.match(c))
    return Reading("".join(text[i] for i in places), (*places, len(text)), tuple(notes))


def _plain_letters(text: str) -> tuple[str, int]:
    """Return a text with styled and look-alike letters made plain, one for one, and how many there were."""
    changed = 0
    if _STYLED.search(text):
        parts = [unicodedata.normalize("NFKC", c) if _STYLED.match(c) else c for c in text]
        parts = [p if len(p) == 1 else c for p, c in zip(parts, text, strict=True)]
        changed += sum(p != c for p, c in zip(parts, text, strict=True))
        text = "".join(parts)
    if not _FOREIGN.search(text):
        return text, changed
    latin = sum(c.isascii() and c.isalpha() for c in text)
    foreign = len(_FOREIGN.findall(text))
    if foreign > latin:
        return text, changed
    out = list(text)
    bare = _INVISIBLE.sub("", text) if _INVISIBLE.search(text) else text
    for m in _WORD.finditer(text):
        word = m.group()
        if not _FOREIGN.search(word):
            continue
        plain = word.translate(_LOOKALIKES)
        if plain.isascii() and (any(c.isascii() and c.isalpha() for c in word) or len(bare) > 3 * foreign):
            out[m.start() : m.end()] = plain
            changed += sum(a != b for a, b in zip(word, plain, strict=True))
    return "".join(out), changed


def respanned(data: Any, text: str, places: tuple[int, ...] | None, cut: Any) -> Any:
    """Return plain data with every span moved to its place in the original text.

    Parameters
    ----------
    data : plain data of a coding
    text : str
        The original.
    places : tuple of int, optional
        Place of each character read; None where all stand still.
    cut : callable
        ``Span.of``: text, sentence, start and end to a span.
    """
    if isinstance(data, dict):
        if {"sent", "start", "end", "quote", "sha8"} <= set(data):
            start, end = data["start"], data["end"]
            if places is not None and end > start:
                start, end = places[start], places[end - 1] + 1
            return cut(text, data["sent"], start, end).model_dump()
        return {k: respanned(v, text, places, cut) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [respanned(v, text, places, cut) for v in data]
    return data
