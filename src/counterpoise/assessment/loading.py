"""Find a report by its path or name and read it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

from counterpoise.errors import InputError, nearest
from counterpoise.library import path
from counterpoise.reports import Coding, read_report

__all__ = ["load_report"]

#: More than the reader accepts, so that it can say that a text is too long [byte].
MAX_STDIN: Final = 8_000_000


def load_report(source: str | Path, stdin: BinaryIO | None = None) -> Coding:
    """Read a report: a file, ``-`` for standard input, or the name of a bundled report.

    Raises
    ------
    InputError
        If there is no such report, or it cannot be read.
    """
    name = str(source)
    if name == "-" and stdin is not None:
        return read_report("standard input", text=stdin.read(MAX_STDIN))
    if "://" in name:
        raise InputError.at(
            name,
            "no connection is opened unless asked for",
            "add --network to a command that reads a report, or save the page and give the file",
        )
    bundled = {p.stem: p for p in sorted(path("reports").glob("*.txt"))}
    if not Path(name).exists() and name in bundled:
        return read_report(bundled[name])
    if not Path(name).exists() and "/" not in name and "." not in name:
        raise InputError.at(
            name,
            "no such file, and no bundled report of that name",
            f"bundled: {', '.join(bundled)}",
            nearest(name, bundled),
        )
    return read_report(name)
