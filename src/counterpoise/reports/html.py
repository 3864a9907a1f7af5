"""The article in an HTML page: text, title, stated date, site.

Trafilatura finds the article. Where it cannot be imported (it needs ``lxml_html_clean``, which some
installers leave out) a plain reader of headings and paragraphs stands in.
"""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Final

from counterpoise.errors import InputError

__all__ = ["article", "is_html"]

_SKIP: Final = frozenset(
    ("script", "style", "nav", "footer", "header", "aside", "form", "noscript", "svg", "button")
)
_BLOCK: Final = frozenset(("p", "h1", "h2", "h3", "h4", "li", "blockquote", "time"))


def is_html(name: str, raw: str) -> bool:
    """Tell whether a text is an HTML page, by its name or its head."""
    head = raw.lstrip()[:1000].lower()
    return name.lower().endswith((".html", ".htm", ".xhtml")) or head.startswith(("<!doctype html", "<html"))


def article(name: str, raw: str) -> tuple[str, str | None, dt.date | None, str | None]:
    """Return article text, title, stated date and site name of an HTML page.

    Raises
    ------
    InputError
        If the page holds no text.
    """
    try:
        import trafilatura

        text = trafilatura.extract(raw, include_comments=False, include_tables=False, favor_recall=True)
    except ImportError:
        text = _plain(raw)
    if not text or not text.strip():
        raise InputError.at(name, "no article text found in the HTML", "save the article as plain text")
    title = _first(r"<title[^>]*>([^<]+)</title>", raw)
    return str(text), title, _stated_date(raw), _meta(raw, "og:site_name")


def _first(pattern: str, raw: str) -> str | None:
    hit = re.search(pattern, raw, re.IGNORECASE)
    return " ".join(hit.group(1).split()) if hit else None


def _meta(raw: str, name: str) -> str | None:
    """Return the content of a meta element."""
    for tag in re.findall(r"<meta\b[^>]*>", raw, re.IGNORECASE):
        if re.search(rf"(?:property|name)\s*=\s*[\"']{re.escape(name)}[\"']", tag, re.IGNORECASE):
            return _first(r"content\s*=\s*[\"']([^\"']+)[\"']", tag)
    return None


def _stated_date(raw: str) -> dt.date | None:
    """Return the date that the page states in a meta or time element; a guess from its URL does not count."""
    for tag in re.findall(r"<(?:meta|time)\b[^>]*>", raw, re.IGNORECASE):
        if re.search(r"published|datePublished|dc\.date|pubdate|datetime", tag, re.IGNORECASE):
            hit = re.search(r"(?:content|datetime)\s*=\s*[\"'](\d{4}-\d{2}-\d{2})", tag, re.IGNORECASE)
            if hit:
                try:
                    return dt.date.fromisoformat(hit.group(1))
                except ValueError:
                    continue
    return None


class _Paragraphs(HTMLParser):
    """Collect the text of headings and paragraphs outside navigation and scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._skipping = 0
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, or a part that is skipped."""
        if tag in _SKIP:
            self._skipping += 1
        elif tag in _BLOCK:
            self._inside += 1
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        """Close a block, or a part that is skipped."""
        if tag in _SKIP:
            self._skipping = max(0, self._skipping - 1)
        elif tag in _BLOCK:
            self._inside = max(0, self._inside - 1)

    def handle_data(self, data: str) -> None:
        """Take text inside a block."""
        if self._inside and not self._skipping and self.blocks:
            self.blocks[-1] += data


def _plain(raw: str) -> str:
    """Return headings and paragraphs, a blank line between them."""
    parser = _Paragraphs()
    parser.feed(raw)
    parser.close()
    blocks = [" ".join(b.split()) for b in parser.blocks]
    return "\n\n".join(b for b in blocks if b)
