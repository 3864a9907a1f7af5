"""What is accepted as a report, what is refused, and what stands in it about itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.reports import read_report

TEXT = (
    "Russia has withdrawn its troops from Mali, officials "
    "said. The move could weaken the government in Bamako."
)


def write(tmp_path: Path, data: bytes, name: str = "report.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no text in it"),
        (b"  \n\t\n", "no text in it"),
        (b"\x00\x01\x02binary", "binary data"),
        (b"%PDF-1.7 and so on", "a broken PDF"),
        (bytes(range(1, 32)) * 40 + b"\xff\xfe\x81", "neither UTF-8 nor Windows-1252"),
        (b"troops left. " * 400_000, "too long: 5.2 MB, at most 1 MB"),
        (
            "Der Iran zieht seine Truppen aus Syrien ab, und die "
            "Rebellen rücken auf Homs vor, sagte ein Sprecher.".encode(),
            "not an English",
        ),
        (
            "إيران تسحب قواتها من سوريا مع تقدم المعارضة نحو "
            "حمص ودمشق في الأيام القليلة الماضية كما قال مسؤولون".encode(),
            "not an English",
        ),
    ],
)
def test_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_report(write(tmp_path, data))


def test_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    write(tmp_path, b"x", "report.txt")
    with pytest.raises(InputError, match="no such file") as caught:
        read_report(tmp_path / "reprot.txt")
    assert caught.value.problems[0].nearest == ("report.txt",)


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_report(tmp_path)


def test_long_text_argument_is_refused() -> None:
    with pytest.raises(InputError, match="too long"):
        read_report("-", text="word " * 300_000)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.replace("'", "\x92").encode("latin-1"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    coding = read_report(write(tmp_path, data))
    assert coding.events[0].actors == ("RUS",)
    assert coding.document.text == TEXT


def test_windows_1252_is_said(tmp_path: Path) -> None:
    coding = read_report(write(tmp_path, ("“" + TEXT + "”").encode("cp1252")))
    assert "Windows-1252" in " ".join(coding.document.notes)


HTML = """<html><head><title>Troops leave Mali</title>
<meta property="article:published_time" content="2025-06-06T10:00:00Z">
<meta property="og:site_name" content="Sahel Wire"></head>
<body><nav>Home | About | Contact</nav><article><h1>Troops leave Mali</h1><p>{}</p><p>{}</p></article>
<footer>All rights reserved</footer></body></html>"""


def test_html_article(tmp_path: Path) -> None:
    page = HTML.format(
        TEXT, "Rebels in the north have been advancing on Kidal for weeks, and Mali has few friends left."
    )
    coding = read_report(write(tmp_path, page.encode(), "page.html"))
    assert coding.document.published == dt.date(2025, 6, 6)
    assert coding.document.published_from == "metadata"
    assert coding.source.publisher == "Sahel Wire"
    assert "All rights reserved" not in coding.document.text
    assert coding.events[0].recipients == ("MLI",)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published: 6 December 2024", dt.date(2024, 12, 6)),
        ("Date: December 6, 2024", dt.date(2024, 12, 6)),
        ("**Published:** 2024-12-06", dt.date(2024, 12, 6)),
        ("Posted on Friday, 6th Dec 2024", dt.date(2024, 12, 6)),
        ("6 December 2024", dt.date(2024, 12, 6)),
        ("Published: 31 February 2024", None),
        ("The troops had been there since 6 December 2012", None),
    ],
)
def test_date_only_where_it_is_stated(line: str, day: dt.date | None) -> None:
    coding = read_report("r", text=f"Troops leave Mali\n\n{line}\n\n{TEXT}")
    assert coding.document.published == day
    assert coding.document.published_from == ("text" if day else None)


def test_argument_beats_the_text() -> None:
    coding = read_report("r", text=f"Published: 1 May 2020\n\n{TEXT}", published=dt.date(2021, 5, 1))
    assert (coding.document.published, coding.document.published_from) == (dt.date(2021, 5, 1), "argument")


def test_source_chain_and_grades() -> None:
    coding = read_report("r", text=f"{TEXT}\nOriginal Source: www.example-times.com")
    assert coding.source.publisher == "www.example-times.com"
    assert coding.source.reliability == "C"
    assert not coding.source.primary
    assert {e.credibility for e in coding.events} == {3}
    assert {c.credibility for c in coding.claims if c.kind != "state"} == {6}


def test_publisher_argument_heads_the_chain() -> None:
    coding = read_report("r", text=f"{TEXT}\nOriginal Source: www.example-times.com", publisher="A digest")
    assert coding.source.chain == ("A digest", "www.example-times.com")


def test_nobody_behind_it_cannot_be_judged() -> None:
    coding = read_report("r", text=TEXT)
    assert (coding.source.publisher, coding.source.reliability) == (None, "F")
