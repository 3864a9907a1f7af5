"""The text with its statements marked: which stretch belongs to which statement, for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from counterpoise.reports.coding import Coding

__all__ = ["Piece", "cut", "marked_text", "pieces", "spans_of"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text between two borders of spans.

    Parameters
    ----------
    text : str
    start : int
        Its place in the document.
    ids : tuple of str
        Statements whose span it lies in.
    ends : tuple of str
        Statements of which a span ends here: where the footnote mark stands.
    """

    text: str
    start: int
    ids: tuple[str, ...]
    ends: tuple[str, ...]


def spans_of(coding: Coding) -> list[tuple[int, int, str]]:
    """Return start, end and statement id of every span of a statement, in text order, without repeats."""
    found = {(t.start, t.end, e.id) for e in coding.events for t in e.triggers}
    found |= {(t.start, t.end, r.id) for r in coding.relations for t in r.evidence}
    found |= {(t.start, t.end, c.id) for c in coding.claims for t in (c.evidence, *c.mentions)}
    return sorted((a, b, i) for a, b, i in found if b > a)


def pieces(coding: Coding) -> Iterator[Piece]:
    """Yield the document in pieces; put together they are its text."""
    return cut(coding.document.text, spans_of(coding))


def cut(text: str, spans: Sequence[tuple[int, int, str]]) -> Iterator[Piece]:
    """Yield a text in pieces at the borders of spans; put together they are the text.

    Parameters
    ----------
    spans : sequence of (start, end, id)
        In text order, all within the text.
    """
    borders = sorted({0, len(text), *(a for a, _, _ in spans), *(b for _, b, _ in spans)})
    active: list[tuple[int, int, str]] = []
    k = 0
    for a, b in pairwise(borders):
        active = [s for s in active if s[1] > a]
        while k < len(spans) and spans[k][0] <= a:
            active.append(spans[k])
            k += 1
        ids = tuple(dict.fromkeys(i for _, _, i in active))
        ends = tuple(dict.fromkeys(i for _, e, i in active if e == b))
        yield Piece(text[a:b], a, ids, ends)


def marked_text(coding: Coding) -> str:
    """Return the text with ``‹…›[E1]`` around what is coded."""
    out: list[str] = []
    inside = False
    for p in pieces(coding):
        if p.ids and not inside:
            out.append("‹")
        inside = bool(p.ids)
        out.append(p.text)
        if p.ends:
            out.append(f"›[{' '.join(p.ends)}]")
            inside = False
    return "".join(out)
