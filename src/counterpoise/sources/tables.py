"""Open a table as the producers and copiers write it: csv, gzipped csv, csv in a zip; comma, semicolon or tab.

What is read is data. Nothing is unpacked to disk, and a member that would be larger than a limit is refused.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from counterpoise.errors import InputError

__all__ = ["contents_digest", "read_rows", "require", "rows_of", "text_of"]

#: Most bytes of a table once unpacked [byte].
MOST = 2_000_000_000
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


def text_of(raw: bytes, where: str) -> str:
    """Return the text of a csv file, plain, gzipped, or the one csv member of a zip.

    Raises
    ------
    InputError
        If it is cut off, packed in another way, not text, or too large.
    """
    try:
        if raw.startswith(_GZIP):
            with gzip.open(io.BytesIO(raw)) as stream:
                raw = stream.read(MOST + 1)
        elif raw.startswith(_ZIP):
            raw = _member(raw, where)
    except (EOFError, OSError, zipfile.BadZipFile, zlib.error) as wrong:
        raise InputError.at(where, f"cut off or damaged: {wrong}", "get the file again") from None
    if len(raw) > MOST:
        raise InputError.at(where, f"larger than {MOST} bytes when unpacked", "is it the right file?")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError.at(where, "not a text file", "expected csv, gzipped csv or a zip with one csv")


def _member(raw: bytes, where: str) -> bytes:
    """Return the one csv member of a zip."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        names = [n for n in packed.namelist() if n.lower().endswith(".csv") and "__MACOSX" not in n]
        if len(names) != 1:
            held = ", ".join(packed.namelist()[:5]) or "nothing"
            raise InputError.at(
                where,
                f"expected one csv in the zip, found {len(names)} (it holds {held})",
                "save the table as csv and give that",
            )
        if packed.getinfo(names[0]).file_size > MOST:
            raise InputError.at(where, f"larger than {MOST} bytes when unpacked", "is it the right file?")
        return packed.read(names[0])


def rows_of(text: str, where: str) -> tuple[list[str], Iterator[dict[str, str]]]:
    """Return the column names and the rows of a table.

    Raises
    ------
    InputError
        At a row with more or fewer fields than the head: the sign of a broken file.
    """
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [name.strip() for name in next(lines, [])]

    def rows() -> Iterator[dict[str, str]]:
        for fields in lines:
            if len(fields) != len(names):
                raise InputError.at(
                    f"{where}:{lines.line_num}",
                    f"expected {len(names)} fields, got {len(fields)}",
                    "is the file cut off?",
                )
            yield dict(zip(names, fields, strict=True))

    return names, rows()


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table."""
    yield from rows_of(text_of(path.read_bytes(), path.name), path.name)[1]


def require(names: Sequence[str], columns: Iterable[str], where: str) -> None:
    """Refuse a table that lacks columns, and say which it has."""
    lacking = [c for c in columns if c not in names]
    if lacking:
        raise InputError.at(
            where,
            f"columns missing: {', '.join(lacking)}",
            f"is it the right file? its columns: {', '.join(names[:12]) or 'none'}",
        )


def contents_digest(rows: Iterable[dict[str, str]], columns: Sequence[str]) -> tuple[str, int]:
    """Return the SHA-256 of the named columns as sorted lines, and the number of rows.

    Spaces at the ends and a decimal part of zero do not count, nor does the order of rows or of columns.
    """
    lines = sorted("\x1f".join(_plain(row[c]) for c in columns) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest(), len(lines)


def _plain(value: str) -> str:
    """Write a value in one way."""
    value = value.strip()
    return value[:-2] if value.endswith(".0") and value[:-2].lstrip("-").isdigit() else value
