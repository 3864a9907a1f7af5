"""What hides words from a reader: invisible marks, look-alikes, styled letters, Markdown; spans quote the original."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfWriter

from counterpoise.errors import InputError
from counterpoise.reports import read_report
from counterpoise.reports.pdf import pdf_text
from counterpoise.reports.reading import cleaned

DENIALS = {
    "Cyrillic o": "Iran has n\u043et withdrawn its troops from Syria.",
    "zero-width": "Iran has n\u200bo\u200bt withdrawn its troops from Syria.",
    "soft hyphen": "Iran has n\u00adot withdrawn its troops from Syria.",
    "full width": "Iran has \uff4e\uff4f\uff54 withdrawn its troops from Syria.",
    "mathematical": "Iran has \U0001d427\U0001d428\U0001d42d withdrawn its troops from Syria.",
    "strike-through": "Iran has n\u0336o\u0336t\u0336 withdrawn its troops from Syria.",
    "bidi": "Iran has \u202dnot\u202c withdrawn its troops from Syria.",
    "tags": "Iran has not\U000e0041 withdrawn its troops from Syria.",
    "Greek omicron": "Iran has n\u03bft withdrawn its troops from Syria.",
}


def spans(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        own = [data] if "quote" in data and "start" in data else []
        return own + [s for v in data.values() for s in spans(v)]
    return [s for v in data for s in spans(v)] if isinstance(data, list | tuple) else []


@pytest.mark.parametrize("trick", DENIALS)
def test_a_hidden_denial_is_read_and_quoted_as_it_stands(trick: str) -> None:
    text = DENIALS[trick]
    coding = read_report("r", text=text)
    assert {e.realis for e in coding.events} == {"negated"}
    found = spans(coding.to_dict())
    assert len(found) >= 3
    assert all(text[s["start"] : s["end"]] == s["quote"] for s in found)
    assert coding.document.text == text
    assert any("read" in n for n in coding.document.notes)


def test_plain_text_is_left_alone() -> None:
    text = "Türkiye and Côte d’Ivoire signed a treaty — “quickly”."
    reading = cleaned(text)
    assert reading.text == text
    assert reading.places is None
    assert reading.notes == ()


def test_foreign_words_in_an_english_text_stay() -> None:
    assert cleaned("The word мир means peace in Russian, and world as well.").text.count("мир") == 1


def test_markdown_marks_become_blanks_and_spans_stay() -> None:
    text = "# Iran **withdraws** its [troops](http://x.example/a) from _Syria_\n\nIran withdrew its **troops** from Syria."
    coding = read_report("note.md", text=text)
    assert [e.type for e in coding.events if e.usable] == ["RETREAT"]
    assert all(text[s["start"] : s["end"]] == s["quote"] for s in spans(coding.to_dict()))


def pdf_of(text: str) -> bytes:
    """Make a PDF of one page whose only content is a line of text."""
    stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for i, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, part)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start


def test_a_pdf_is_read() -> None:
    coding = read_report("r.pdf", text=pdf_of("Iran has withdrawn its troops from Syria."))
    assert [(e.type, e.actors, e.recipients) for e in coding.events] == [("RETREAT", ("IRN",), ("SYR",))]
    assert any("PDF" in n for n in coding.document.notes)


def test_a_pdf_without_text_or_locked_is_said() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    blank = io.BytesIO()
    writer.write(blank)
    with pytest.raises(InputError, match="without text"):
        pdf_text("scan.pdf", blank.getvalue())
    writer.encrypt("secret", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    with pytest.raises(InputError, match="a locked PDF"):
        pdf_text("locked.pdf", locked.getvalue())
