"""From a file or a string to text and `Source`: decoding, HTML, dates, publisher, and what is refused.

A date comes from the caller, from explicit metadata, or from a date line in the text; it is never made up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from counterpoise.errors import InputError, nearest
from counterpoise.reports.coding import Source
from counterpoise.reports.html import article, is_html
from counterpoise.reports.pdf import is_pdf, pdf_text
from counterpoise.reports.reading import Reading, cleaned

__all__ = ["Loaded", "load", "source_of"]

#: Longest text that is read, and longest page or file that a text is taken from [bytes].
MAX_BYTES: Final = 1_000_000
MAX_PAGE: Final = 8_000_000

_MONTHS: Final = {
    m: i + 1
    for i, m in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ]
    )
}
_DATE: Final = (
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[A-Za-z]{3,9})\.?,?\s+(?P<y1>\d{4})"
    r"|(?P<m2>[A-Za-z]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))"
)
_DATELINE: Final = re.compile(
    rf"(?im)^[ \t>*_#]*(?:published(?:\s+(?:on|at))?|date(?:line)?|posted(?:\s+on)?"
    rf"|updated(?:\s+on)?|issued)[*_]*\s*:?[*_]*\s*(?:\w+day,?\s+)?{_DATE}"
)
_PLACELINE: Final = re.compile(rf"(?m)\A\s*(?:[^\n]{{0,160}}\n\s*)?[A-Z][A-Z .'-]{{2,30}},\s+{_DATE}")
_ALONE: Final = re.compile(rf"(?m)^[ \t]*(?:\w+day,?\s+)?{_DATE}[ \t]*$")
_PUBLISHER: Final = re.compile(
    r"(?im)^[ \t>*_]*(?:original\s+source|source|publisher|via|first\s+published\s+(?:by"
    r"|in)|published\s+by)\s*[:：]\s*(?P<name>[^\n]{2,160}?)[ \t]*$"
)
_SIGNED: Final = re.compile(
    r"(?im)^[ \t]*(?:by\s+[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]+){1,3}|example report written by [^\n]+)\s*\.?\s*$"
)
_EXAMPLE: Final = re.compile(
    r"(?i)\bexample report written by (?:the )?(?P<who>[A-Za-z ]+?)(?: project)?\b[\s.(]"
)
_URL_HOST: Final = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
#: So many words are looked at to tell the language.
_WORDS: Final = 4_000
_ENGLISH: Final = frozenset((
    "the", "of", "and", "to", "in", "a", "is", "that", "for", "on", "with", "as", "by", "from", "at",
    "was", "are", "it", "has", "have", "its", "this", "be", "were", "an", "which", "or", "their", "but",
    "not", "they", "he", "had", "will", "who", "been", "after", "over", "more", "than", "into", "out",
    "up", "about", "said", "his", "no",
))  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """A text that may be read, with what its wrapping says of it."""

    name: str
    text: str
    reading: Reading
    sha256: str
    title: str | None
    published: dt.date | None
    published_from: Literal["argument", "metadata", "text"] | None
    publisher: str | None
    notes: tuple[str, ...]


def load(source: str | Path, text: str | bytes | None, published: dt.date | None) -> Loaded:
    """Load a report, or refuse it; bytes are decoded, a string is taken as it is.

    Raises
    ------
    InputError
        File missing or unreadable, empty, binary, longer than 1 MB, or plainly not in English.
    """
    name = str(source)
    data = _bytes_of(source, name) if text is None else text
    notes: tuple[str, ...] = ()
    title = meta_date = meta_publisher = None
    if isinstance(data, str):
        _check_size(name, len(data), MAX_PAGE)
        raw = data.removeprefix("\ufeff")
    elif is_pdf(data):
        _check_size(name, len(data), MAX_PAGE)
        raw, title, notes = pdf_text(name, data)
    else:
        _check_size(name, len(data), MAX_PAGE)
        raw, notes = _decode(name, data)
    if "\x00" in raw:
        raise InputError.at(name, "binary data, not text", "give a text, Markdown, HTML or PDF file")
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if is_html(name, raw):
        raw, title, meta_date, meta_publisher = article(name, raw)
    _check_size(name, len(raw.encode("utf-8", "surrogatepass")), MAX_BYTES)
    if not raw.strip():
        raise InputError.at(name, "no text in it", "give a report of at least one sentence")
    reading = cleaned(raw, markdown=name.lower().endswith((".md", ".markdown")))
    _check_english(name, reading.text)
    day, origin = _published(reading.text, published, meta_date)
    sha256 = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    return Loaded(name, raw, reading, sha256, title, day, origin, meta_publisher, (*notes, *reading.notes))


def _bytes_of(source: str | Path, name: str) -> bytes:
    """Read a file, refusing what cannot be read before reading it whole."""
    path = Path(source)
    try:
        if path.is_dir():
            raise InputError.at(name, "is a folder, expected a file", "give one report")
        _check_size(name, path.stat().st_size, MAX_PAGE)
        return path.read_bytes()
    except FileNotFoundError as err:
        near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError.at(
            name, "no such file", "check the path, or give '-' for standard input", nearest(path.name, near)
        ) from err
    except (OSError, ValueError) as err:
        raise InputError.at(name, f"cannot be read: {err}", "check the path and its permissions") from err


def _check_size(name: str, n_bytes: int, most: int) -> None:
    if n_bytes > most:
        raise InputError.at(
            name,
            f"too long: {n_bytes / 1e6:.1f} MB, at most {most / 1e6:.0f} MB",
            "give one report, not an archive",
        )


def _decode(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """Decode bytes: UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), ("decoded as UTF-16",)
        except UnicodeDecodeError as err:
            raise InputError.at(name, "binary data, not text", "give a text, Markdown or HTML file") from err
    if b"\x00" in data or data[:4] == b"PK\x03\x04":
        raise InputError.at(name, "binary data, not text", "give a text, Markdown or HTML file")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    control = sum(b < 9 or 13 < b < 32 for b in data)
    try:
        if control * 50 > len(data):
            raise ValueError
        return data.decode("cp1252"), ("not UTF-8; decoded as Windows-1252",)
    except ValueError as err:
        raise InputError.at(name, "neither UTF-8 nor Windows-1252 text", "save it as UTF-8") from err


def _check_english(name: str, text: str) -> None:
    """Refuse a text of some length without the small words of English."""
    words = _LETTERS.findall(text[: 10 * _WORDS].lower())
    if len(words) <= _WORDS < len(text):
        words = _LETTERS.findall(text.lower())
    words = words[:_WORDS]
    if len(words) >= 12:
        share = sum(map(_ENGLISH.__contains__, words)) / len(words)
        latin = sum(map(str.isascii, words)) / len(words)
        if share < 0.08 or latin < 0.5:
            raise InputError.at(
                name, "not an English text (expected English, got another language)", "translate it first"
            )
    elif not words and len(text.strip()) > 20:
        raise InputError.at(name, "no words in it", "give a report in English")


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _day_of(hit: re.Match[str]) -> dt.date | None:
    """Return the day of a `_DATE` match."""
    if hit.group("y3"):
        return _day(hit.group("y3"), hit.group("m3"), hit.group("d3"))
    word = (hit.group("m1") or hit.group("m2")).lower()
    month = next(
        (
            i
            for m, i in _MONTHS.items()
            if m == word or (len(word) >= 3 and m.startswith(word[:3]) and word in (m[:3], "sept"))
        ),
        0,
    )
    return _day(hit.group("y1") or hit.group("y2"), str(month), hit.group("d1") or hit.group("d2"))


def _published(
    text: str, given: dt.date | None, meta: dt.date | None
) -> tuple[dt.date | None, Literal["argument", "metadata", "text"] | None]:
    """Return the publication day and where it stands."""
    if given is not None:
        return given, "argument"
    if meta is not None:
        return meta, "metadata"
    for pattern in (_DATELINE, _PLACELINE, _ALONE):
        hit = pattern.search(text)
        if hit and (day := _day_of(hit)):
            return day, "text"
    return None, None


def source_of(loaded: Loaded, publisher: str | None) -> Source:
    """Return publisher, chain of citation and reliability.

    A report that names another as its source is a summary of it: reliability C. With a publisher of its own
    but no author it is C as well, signed B; with nobody behind it F (cannot be judged).
    """
    cited = _PUBLISHER.search(loaded.reading.text)
    origin = _host(cited.group("name")) if cited else None
    example = _EXAMPLE.search(loaded.reading.text)
    own = publisher or (f"{example.group('who').strip()} project" if example else None) or loaded.publisher
    chain = tuple(dict.fromkeys(c for c in (own, origin) if c))
    signed = bool(_SIGNED.search(loaded.reading.text))
    if own is None and origin is None:
        return Source(publisher=None, chain=(), primary=False, reliability="F")
    reliability: Literal["B", "C"] = "B" if signed and own and not origin and not example else "C"
    return Source(publisher=own or origin, chain=chain, primary=False, reliability=reliability)


def _host(name: str) -> str:
    """Return the host of an address, or the name as written."""
    hit = _URL_HOST.fullmatch(name.strip(" .*_"))
    return hit.group(1).lower() if hit else name.strip(" .*_")
