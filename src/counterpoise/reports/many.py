"""Many reports: a folder, a feed, one file; one after the other, so that memory does not grow with their number.

A report that cannot be read does not stop the others: its place holds the reason. The order is that of the
names, so that a rerun gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from counterpoise.errors import InputError
from counterpoise.reports.coding import Coding
from counterpoise.reports.reader import read_report

__all__ = ["Outcome", "feed_items", "is_feed", "paths_in", "read_many"]

SUFFIXES: Final = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".xml", ".rss", ".atom")
FEEDS: Final = (".xml", ".rss", ".atom")
#: Longest feed [bytes] and most items of one.
MAX_FEED: Final = 20_000_000
MAX_ITEMS: Final = 10_000

#: Called with how many are done, of how many, and the name of the last.
Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one report: its coding, or why there is none."""

    name: str
    coding: Coding | None
    problem: str = ""


def paths_in(folder: str | Path) -> list[Path]:
    """Return the readable files of a folder and its sub-folders, by name; hidden ones and links are left out."""
    found: list[str] = []
    for root, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(d for d in folders if not d.startswith("."))
        for f in files:
            full = os.path.join(root, f)
            if f.lower().endswith(SUFFIXES) and not f.startswith(".") and not os.path.islink(full):
                found.append(full)
    return [Path(p) for p in sorted(found)]


def is_feed(data: bytes) -> bool:
    """Tell whether bytes are an RSS or Atom feed."""
    head = data[:2000].lower()
    return any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf"))


def read_many(source: str | Path, *, tell: Tell | None = None) -> Iterator[Outcome]:
    """Read every report of a folder, or every item of a feed, one after the other.

    Parameters
    ----------
    source : str or Path
        A folder, a feed file, or one report.
    tell : callable, optional
        Progress: how many are done, of how many, name of the last.

    Yields
    ------
    Outcome
        In the order of their names; of a feed, in its own order.

    Raises
    ------
    InputError
        If there is no such folder or nothing readable in it.
    """
    path = Path(source)
    paths = paths_in(path) if path.is_dir() else [path]
    if not paths:
        raise InputError.at(
            str(source), "no report in this folder", f"put files with {', '.join(SUFFIXES)} into it"
        )
    for n, one in enumerate(paths, 1):
        yield from _read_path(one)
        if tell:
            tell(n, len(paths), one.name)


def _read_path(path: Path) -> Iterator[Outcome]:
    name = str(path)
    if path.suffix.lower() in FEEDS:
        try:
            if path.stat().st_size > MAX_FEED:
                raise InputError.at(name, "the feed is too long", "split it")
            yield from feed_items(name, path.read_bytes())
        except (InputError, OSError) as err:
            yield Outcome(name, None, str(err))
        return
    yield _one(name, lambda: read_report(path))


def _one(name: str, read: Callable[[], Coding]) -> Outcome:
    try:
        return Outcome(name, read())
    except InputError as err:
        return Outcome(name, None, str(err))


def feed_items(name: str, data: bytes) -> Iterator[Outcome]:
    """Read the items of an RSS or Atom feed; each has its own date and the feed as publisher.

    Raises
    ------
    InputError
        If the bytes are no feed.
    """
    import feedparser

    feed: Any = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    entries = list(feed.get("entries", ()))[:MAX_ITEMS]
    if not entries:
        raise InputError.at(name, "no items in this feed", "give an RSS or Atom feed")
    publisher = str(feed.feed.get("title", "")).strip() or None
    for k, entry in enumerate(entries, 1):
        yield _entry(f"{name}#{k}", entry, publisher)


def _entry(place: str, entry: Any, publisher: str | None) -> Outcome:
    text, day = _item(entry), _day(entry)
    return _one(place, lambda: read_report(place, text=text, published=day, publisher=publisher))


def _item(entry: Any) -> str:
    """Return an item as a page: its title and the fullest of its bodies."""
    bodies = [str(c.get("value", "")) for c in entry.get("content", ())] + [str(entry.get("summary", ""))]
    body = max(bodies, key=len)
    title = str(entry.get("title", "")).strip()
    if "<" in body:
        return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><article><p>{body}</p></article></body></html>"
    return f"{title}\n\n{body}".strip()


def _day(entry: Any) -> dt.date | None:
    """Return the stated day of an item, in its own words' time zone as UTC, or None."""
    stamp = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return dt.date(*stamp[:3]) if stamp else None
    except (ValueError, TypeError):
        return None
