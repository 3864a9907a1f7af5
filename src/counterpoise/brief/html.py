"""The brief as one self-contained HTML file: no script, no outside request, everything escaped."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from counterpoise.brief.document import Document, Piece, Rich

__all__ = ["CSP", "to_html"]

CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def to_html(document: Document) -> str:
    """Return the brief as HTML."""
    return _environment().get_template("brief.html.j2").render(doc=document, csp=CSP, style=Markup(_style()))


@cache
def _environment() -> Environment:
    """Return the template environment; autoescape is on and an unknown name is a fault."""
    env = Environment(
        loader=PackageLoader("counterpoise.brief", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(inline=inline, plain=_plain, svg=_svg)
    return env


@cache
def _style() -> str:
    """Return the style sheet."""
    return (files("counterpoise.brief") / "templates" / "style.css").read_text(encoding="utf-8")


def inline(text: Rich) -> Markup:
    """Return a run of pieces as HTML; the text of every piece is escaped."""
    return Markup("").join(_piece(p) for p in text)


def _piece(piece: Piece) -> Markup:
    """Return one piece."""
    if piece.kind == "strong":
        return Markup("<strong>{}</strong>").format(piece.text)
    if piece.kind == "quote":
        return Markup("<q>{}</q>").format(piece.text)
    if piece.kind == "aside":
        return Markup(' <span class="aside">{}</span>').format(piece.text)
    if piece.kind == "link":
        return Markup('<a href="{}">{}</a>').format(piece.href, piece.text)
    if piece.kind == "foreign_link":
        return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(piece.href, piece.text)
    return escape(piece.text)


def _plain(text: Rich) -> str:
    """Return a run of pieces as plain text, for the page title."""
    return "".join(p.text for p in text)


def _svg(svg: str) -> Markup:
    """Return a figure's SVG for use in the page; `counterpoise.brief.figures` made it, names escaped."""
    return Markup(re.sub(r"^.*?(?=<svg)", "", svg, count=1, flags=re.DOTALL))
