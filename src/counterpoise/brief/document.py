"""The brief as a document: sections of blocks of pieces, before it is Markdown, HTML or anything else.

Every piece of text says where it comes from. *Own* text is the program's prose and is held to the rules of
wording; *foreign* text (names, titles, notes of a scenario) and *quotes* (spans of the report) are other
people's words: they are cleaned of control characters, escaped by every renderer and never linted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Block",
    "Details",
    "Document",
    "Figure",
    "Items",
    "Judgement",
    "Marked",
    "Para",
    "Piece",
    "Rich",
    "Run",
    "Section",
    "Table",
    "aside",
    "clean",
    "clean_run",
    "foreign",
    "join",
    "link",
    "own",
    "quote",
    "rich",
    "strong",
    "to_text",
]

Kind = Literal["own", "foreign", "quote", "strong", "aside", "link", "foreign_link"]


@dataclass(frozen=True)
class Piece:
    """A run of text of one kind; `href` for links."""

    text: str
    kind: Kind = "own"
    href: str = ""


Rich = tuple[Piece, ...]


@dataclass(frozen=True)
class Para:
    """A paragraph; `role` is a style, such as ``lead`` or ``note``."""

    text: Rich
    role: str = ""
    block: str = "para"


@dataclass(frozen=True)
class Judgement:
    """A key judgement: sentence, figure beside it, what to hold it against; `ticks` are base rates."""

    label: str
    number: str
    text: Rich
    facts: tuple[Rich, ...] = ()
    p: float | None = None
    ends: tuple[float, float] | None = None
    ticks: tuple[float, ...] = ()
    block: str = "judgement"


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Rich, ...]
    ordered: bool = False
    anchors: tuple[str, ...] = ()
    block: str = "items"


@dataclass(frozen=True)
class Table:
    """A table with a caption; `numeric` columns are set flush right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Rich, ...], ...]
    numeric: tuple[int, ...] = ()
    block: str = "table"


@dataclass(frozen=True)
class Figure:
    """A picture with its text alternative."""

    name: str
    title: str
    alt: str
    source: str
    svg: str
    block: str = "figure"


@dataclass(frozen=True)
class Run:
    """A stretch of somebody's text; `notes` are ids and links of the statements that end with it.

    With an `anchor` links may lead to it; `marked` stretches are what statements rest on.
    """

    text: str
    marked: bool = False
    anchor: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Marked:
    """Somebody's text, paragraph by paragraph, with stretches of it marked."""

    paragraphs: tuple[tuple[Run, ...], ...]
    block: str = "marked"


@dataclass(frozen=True)
class Details:
    """Blocks that the reader opens."""

    summary: str
    blocks: tuple[Block, ...]
    block: str = "details"


Block = Para | Judgement | Items | Table | Figure | Marked | Details


@dataclass(frozen=True)
class Section:
    """A numbered part of the brief."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    brief_title: str = ""


@dataclass(frozen=True)
class Document:
    """The whole brief."""

    title: Rich
    meta: tuple[tuple[str, Rich], ...]
    sections: tuple[Section, ...]
    footer: Rich
    figures: tuple[Figure, ...] = field(default=())


def clean(text: str) -> str:
    """Return text without control and direction-changing characters, on one line.

    A report is hostile data: an override character would let it reorder what stands around it.
    """
    return clean_run(text).strip()


def clean_run(text: str) -> str:
    """Clean a stretch of a longer text: as `clean`, with the blanks at its ends."""
    kept = (c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else " " for c in text)
    return re.sub(r"\s+", " ", "".join(kept))


def own(text: str) -> Piece:
    """Return the program's own words."""
    return Piece(text)


def foreign(text: str) -> Piece:
    """Return other people's words that are no quotation: names, titles, notes."""
    return Piece(clean(text), "foreign")


def quote(text: str) -> Piece:
    """Return a span of the report; double quotation marks inside become single ones."""
    return Piece(re.sub(r"[“”„«»\"]", "'", clean(text)), "quote")


def strong(text: str) -> Piece:
    """Return own words in bold."""
    return Piece(text, "strong")


def aside(text: str) -> Piece:
    """Return own words that stand behind a number: an interval, a number of cases."""
    return Piece(text, "aside")


def link(text: str, href: str) -> Piece:
    """Return own words as a link within the brief."""
    return Piece(text, "link", href)


def rich(*parts: str | Piece) -> Rich:
    """Return a run of pieces; plain strings are own words."""
    return tuple(p if isinstance(p, Piece) else own(p) for p in parts)


def join(parts: list[Rich], between: str = ", ") -> Rich:
    """Return several runs as one, with own words between."""
    out: list[Piece] = []
    for i, part in enumerate(parts):
        if i:
            out.append(own(between))
        out.extend(part)
    return tuple(out)


def to_text(text: Rich, own_only: bool = False) -> str:
    """Return the plain text; with `own_only`, other people's words become an empty quotation."""
    said = []
    for piece in text:
        if own_only and piece.kind in {"foreign", "quote", "foreign_link"}:
            said.append("“”")
        else:
            said.append(_SPOKEN.get(piece.kind, "{}").format(piece.text))
    return "".join(said)


_SPOKEN: dict[str, str] = {"quote": "“{}”", "aside": " ({})"}


def own_lines(document: Document) -> Iterator[str]:
    """Yield the brief's own prose, a paragraph, item or row a line; other people's words are blanked."""
    for section in document.sections:
        yield section.title
        for block in section.blocks:
            yield from _lines(block)


def _lines(block: Block) -> Iterator[str]:
    """Yield the own prose of a block."""
    if isinstance(block, Para):
        yield to_text(block.text, own_only=True)
    elif isinstance(block, Judgement):
        yield to_text(block.text, own_only=True)
        yield from (to_text(f, own_only=True) for f in block.facts)
    elif isinstance(block, Items):
        yield from (to_text(i, own_only=True) for i in block.items)
    elif isinstance(block, Table):
        yield block.caption
        yield from (" | ".join(to_text(c, own_only=True) for c in row) for row in block.rows)
    elif isinstance(block, Figure):
        yield block.alt
    elif isinstance(block, Marked):
        return  # every word is the report's
    else:
        for inner in block.blocks:
            yield from _lines(inner)
