"""The text of a PDF, where it has any: a scanned page has none, and that is said.

pypdf reads the pages in order. Text in columns comes out as the file holds it, so sentences may be cut;
that can lose statements, it cannot make any up.
"""

from __future__ import annotations

import io
import logging
import re
from typing import Final

from counterpoise.errors import InputError

__all__ = ["is_pdf", "pdf_text"]

MAX_PAGES: Final = 200
MAX_CHARS: Final = 2_000_000
_HYPHEN: Final = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_SOFT_LINE: Final = re.compile(r"(?<=[\w,;:'’”\"])\n(?=[\w“\"'(])")


def is_pdf(data: bytes) -> bool:
    """Tell whether bytes are a PDF."""
    return data[:1024].lstrip()[:5] == b"%PDF-"


def pdf_text(name: str, data: bytes) -> tuple[str, str | None, tuple[str, ...]]:
    """Return text, title and notes of a PDF.

    Raises
    ------
    InputError
        Broken, locked, too many pages, or without text.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise InputError.at(name, "a locked PDF", "save it without a password, or as text")
        if len(reader.pages) > MAX_PAGES:
            raise InputError.at(
                name, f"{len(reader.pages)} pages, at most {MAX_PAGES}", "give one report, not a book"
            )
        parts: list[str] = []
        for page in reader.pages:
            parts.append(page.extract_text() or "")
            if sum(map(len, parts)) > MAX_CHARS:
                raise InputError.at(name, "too much text for one report", "give one report, not a book")
        title = reader.metadata.title if reader.metadata else None
    except InputError:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OSError,
    ) as err:
        raise InputError.at(name, f"a broken PDF: {type(err).__name__}", "save it as text") from err
    text = _SOFT_LINE.sub(" ", _HYPHEN.sub("", "\n\n".join(p.strip() for p in parts)))
    if not text.strip():
        raise InputError.at(
            name, "a PDF without text, probably scanned", "run text recognition over it first"
        )
    return (
        text,
        str(title) if title else None,
        ("text taken from a PDF: columns and notes may be out of order",),
    )
