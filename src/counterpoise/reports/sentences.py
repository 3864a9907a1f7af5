"""Cutting a text into sentences with offsets kept.

A sentence ends at a full stop, question or exclamation mark that is followed by white space and a capital,
figure or quotation mark, at a blank line, and at a line end that closes a sentence or a header line.
Abbreviations and initials do not end a sentence unless a usual opening word follows. Own rules: offsets
into the original text never shift.

Weakest point: a title set on one line directly above the text, with neither full stop nor blank line.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["split_sentences"]

#: A longer stretch without an end is cut at a comma or blank [characters]: what a rule costs stays bounded.
MAX_SENTENCE: Final = 2000
_ABBREVIATIONS: Final = frozenset((
    "mr", "mrs", "ms", "dr", "gen", "lt", "col", "maj", "sgt", "capt", "adm", "brig", "cmdr", "sen",
    "rep", "gov", "st", "jr", "sr", "prof", "rev", "no", "nos", "vs", "etc", "approx", "inc", "ltd",
    "corp", "co", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "e.g", "i.e", "u.s", "u.n", "u.k", "u.s.a", "e.u",
    "a.m", "p.m", "fig", "vol",
))  # fmt: skip
_OPENERS: Final = frozenset((
    "the", "this", "that", "these", "those", "it", "its", "in", "a", "an", "but", "he", "she", "they",
    "we", "on", "at", "as", "for", "with", "while", "when", "after", "before", "if", "there", "however",
    "meanwhile", "since", "although", "though",
))  # fmt: skip
_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9À-ÞŞİ\[])|\n[ \t]*\n|\n")
_HEADER: Final = re.compile(
    r"\s*(?:original source|source|published|updated|date|by|posted|dateline)\b\s*:", re.IGNORECASE
)
_LAST_WORD: Final = re.compile(r"([A-Za-z][A-Za-z.]*)$")
_NEXT_WORD: Final = re.compile(r"\s*[\"'“‘(\[]*([A-Za-z]+)")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of every sentence, trimmed of white space, in order."""
    spans: list[tuple[int, int]] = []
    start = 0
    for hit in _END.finditer(text):
        if _breaks(text, start, hit):
            _add(text, start, hit.end(), spans)
            start = hit.end()
    _add(text, start, len(text), spans)
    return spans


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    """Append a sentence without its outer white space, if anything is left."""
    while end - start > MAX_SENTENCE:
        cut = max(text.rfind(mark, start, start + MAX_SENTENCE) for mark in (", ", "; ", " "))
        cut = start + MAX_SENTENCE if cut <= start else cut + 1
        _add(text, start, cut, spans)
        start = cut
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    piece = piece.strip()
    if piece:
        spans.append((start + lead, start + lead + len(piece)))


def _breaks(text: str, start: int, hit: re.Match[str]) -> bool:
    """Tell whether a candidate really ends a sentence."""
    mark = hit.group()
    if mark == "\n":
        line = text[start : hit.start()].rstrip()
        return line[-1:] in '.!?:"”)…' or bool(_HEADER.match(text, start) or _HEADER.match(text, hit.end()))
    if mark.startswith("\n"):
        return True
    if mark[0] != "." or mark.startswith(".."):
        return True
    word = _LAST_WORD.search(text, max(start, hit.start() - 20), hit.start())
    if word is None:
        return True
    last = word.group(1).lower()
    if last not in _ABBREVIATIONS and not (len(last) == 1 and word.group(1).isupper()):
        return True
    follower = _NEXT_WORD.match(text, hit.end())
    return follower is not None and follower.group(1).lower() in _OPENERS
