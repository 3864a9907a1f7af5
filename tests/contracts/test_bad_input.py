"""Bad input on the command line: a clear message with place and mend, the right exit code, nothing left behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REPORT = "Iran is withdrawing its military advisers and diplomats from Syria while rebels advance on Hama.\n"
FOOTBALL = (
    "Published: 6 December 2024\n\nSyria beat Iran 2-1 in a friendly match in Dubai on Friday. The Iranian coach withdrew "
    "his captain at half time, and the striker scored twice as the defence retreated. The fans of the winners sang in the "
    "stadium until the referee sent them home.\n"
)
UNRELATED = "Published: 3 March 2024\n\nThe recipe needs four eggs, some flour and a pinch of salt. Bake it for an hour.\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{c}: &{c} [{','.join(f'*{p}' for _ in range(9))}]\n"
    for p, c in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture
def refused(cli: Callable[..., Any], tmp_path: Path) -> Callable[..., str]:
    """Run a command that must be refused; check what holds for all of them, and return what it said."""
    out = tmp_path / "brief"

    def check(*args: str | Path, code: int = 2) -> str:
        before = sorted(tmp_path.rglob("*"))
        said = cli(*args, *(("--out", out) if args[0] == "assess" and "--out" not in args else ()))
        assert said.code == code, said.err
        assert said.out == ""
        assert "Traceback" not in said.err
        assert "fault of the program" not in said.err
        assert said.err.strip()
        assert sorted(tmp_path.rglob("*")) == before, "something was written"
        return str(said.err).replace(f"{tmp_path}/", "")

    return check


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


# --- reports


def test_no_such_file_names_near_ones(refused: Callable[..., str], report: Path) -> None:
    said = refused("assess", report.with_name("reprot.txt"))
    assert "reprot.txt | no such file | check the path" in said
    assert "nearest: report.txt" in said


def test_no_bundled_report_of_that_name(refused: Callable[..., str]) -> None:
    said = refused("assess", "iran-leaves-syrai")
    assert "no such file, and no bundled report of that name" in said
    assert "nearest: iran-leaves-syria" in said


def test_a_folder(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    assert "reports | is a folder, expected a file | give one report" in refused(
        "assess", tmp_path / "reports"
    )


@pytest.mark.parametrize("content", [b"", b"  \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file(refused: Callable[..., str], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "empty.txt").write_bytes(content)
    said = refused("assess", tmp_path / "empty.txt")
    assert "empty.txt | no text in it | give a report of at least one sentence" in said


@pytest.mark.parametrize("content", [b"\x00\x01\x02" * 500, b"PK\x03\x04zip", b"\xff\xfe\x00"])
def test_a_binary_file(refused: Callable[..., str], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.bin").write_bytes(content)
    said = refused("assess", tmp_path / "report.bin")
    assert "report.bin | binary data, not text | give a text, Markdown or HTML file" in said


def test_a_broken_pdf(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 stream")
    assert "report.pdf | a broken PDF" in refused("assess", tmp_path / "report.pdf")


def test_five_megabytes_of_text(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(REPORT * (5_000_000 // len(REPORT)))
    said = refused("assess", tmp_path / "long.txt")
    assert "long.txt | too long: 5.0 MB, at most 1 MB | give one report, not an archive" in said


def test_another_language(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "german.txt").write_text(
        "Der Iran zieht seine Berater aus Syrien ab, waehrend Rebellen vorruecken. " * 3
    )
    assert "german.txt | not an English text" in refused("assess", tmp_path / "german.txt")


@pytest.mark.parametrize("text", [FOOTBALL, UNRELATED])
def test_an_unrelated_report_holds_nothing_to_assess(
    refused: Callable[..., str], tmp_path: Path, text: str
) -> None:
    (tmp_path / "match.txt").write_text(text)
    said = refused("assess", tmp_path / "match.txt", code=3)
    assert "found: " in said
    assert "0 events, 0 relations, 0 claims" in said


def test_nor_does_it_with_a_scenario_named(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "match.txt").write_text(FOOTBALL)
    said = refused("assess", tmp_path / "match.txt", "--scenario", "levant-2024", code=3)
    assert "tells of no withdrawal, reinforcement or offensive that scenario levant-2024 can assess" in said
    assert "Syria" in said


def test_a_denied_withdrawal_is_said_to_be_denied(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "denial.txt").write_text(
        "Iran has not withdrawn its military advisers from Syria. The Syrian government welcomed the statement of Iran."
    )
    said = refused("assess", tmp_path / "denial.txt", code=3)
    assert "the text denies it" in said


@pytest.mark.parametrize(
    "url", ["https://example.org/report.html", "http://localhost/x", "file:///etc/passwd"]
)
def test_no_connection_is_opened(refused: Callable[..., str], url: str) -> None:
    said = refused("assess", url)
    assert f"{url} | no connection is opened unless asked for | add --network" in said


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://127.0.0.1/x", "127.0.0.1 leads to the private or reserved address 127.0.0.1"),
        ("http://[::1]/x", "private or reserved address ::1"),
        ("http://169.254.169.254/latest", "private or reserved address 169.254.169.254"),
        ("http://10.0.0.8/x", "private or reserved address 10.0.0.8"),
        ("file:///etc/passwd", "not a web address | give http:// or https:// and a host"),
        ("ftp://news.example/x", "not a web address"),
        ("htps://news.example/x", "not a web address"),
        ("https:///x", "not a web address"),
        ("https://user:word@news.example/x", "name and password"),
        ("https://news.example:8080/x", "port 8080, expected 80 or 443"),
    ],
)
@pytest.mark.parametrize("command", ["assess", "read"])
def test_with_leave_bad_and_private_addresses_are_refused_all_the_same(
    refused: Callable[..., str], url: str, what: str, command: str
) -> None:
    said = refused(command, url, "--network")
    assert f"{url} | " in said
    assert what in said


def test_with_leave_a_page_is_fetched_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from counterpoise.cli.reading import open_report
    from counterpoise.network import pages

    asked = []

    def fetch(url: str) -> pages.Fetched:
        asked.append(url)
        body = f"<html><head><title>Mali</title></head><body><article><p>{REPORT}</p></article></body></html>"
        return pages.Fetched(f"{url}/moved", body.encode(), "text/html")

    monkeypatch.setattr(pages, "fetch", fetch)
    coding = open_report("https://news.example/story", network=True)
    assert asked == ["https://news.example/story"]
    assert coding.document.name == "https://news.example/story/moved"
    assert [e.actors for e in coding.events if e.support_change == "withdrawal"] == [("IRN",)]


def test_a_file_that_may_not_be_read(refused: Callable[..., str], report: Path) -> None:
    report.chmod(0)
    if os.access(report, os.R_OK):
        pytest.skip("this user may read every file")
    assert "report.txt | cannot be read" in refused("assess", report)


# --- options


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--as-of", "tomorrow"),
            ("--as-of | expected a day such as 2024-12-06, got 'tomorrow' | write YYYY-MM-DD",),
        ),
        (("--as-of", "2024-02-30"), ("--as-of | expected a day", "2024-02-30")),
        (
            ("--as-of", "2023-01-01"),
            ("as-of 2023-01-01", "covers 2024-11-26 to 2024-12-08", "choose a day in that range"),
        ),
        (("--scenario", "levant-2042"), ("neither a bundled scenario nor a file", "nearest: levant-2024")),
        (("--scenario", "nowhere.yaml"), ("nowhere.yaml | no such file",)),
        (("--scenario", "."), ("scenario.yaml",)),
        (("--wording", "cia"), ("--wording | unknown standard 'cia' | choose icd203 or phia",)),
        (("--members", "0"), ("members | expected at least 1, got 0",)),
        (("--members", "-5"), ("members | expected at least 1, got -5",)),
        (("--members", "many"), ("--members", "valid integer")),
        (("--horizon", "0"), ("horizon | expected 1 to 1825 days, got 0",)),
        (("--horizon", "99999"), ("horizon | expected 1 to 1825 days, got 99999", "horizon_days")),
        (("--workers", "0"), ("workers | expected at least 1, got 0",)),
        (("--set", "flows.nothing.size.value=1"), ("flows.nothing", "nearest")),
        (("--set", "titel=Levant"), ("titel", "nearest: title")),
        (("--set", "title"), ("title", "PATH=VALUE")),
        (("--set", "sites.homs.lat=north"), ("--set sites[homs].lat | expected a valid number",)),
        (("--no-such-option", "1"), ("--no-such-option",)),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, tuple) and x and x[0].startswith("--") else "",
)
def test_bad_options(
    refused: Callable[..., str], report: Path, options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    given = () if "--scenario" in options else ("--scenario", "levant-2024")
    said = refused("assess", report, *given, *options)
    for word in words:
        assert word.lower() in said.lower(), said


def test_the_out_path_is_a_file(refused: Callable[..., str], report: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    said = refused("assess", report, "--members", "20", "--horizon", "30", "--out", tmp_path / "taken")
    assert "taken" in said
    assert "is a file, expected a folder | choose another folder" in said
    assert (tmp_path / "taken").read_text() == "mine"


def test_the_out_path_lies_below_a_file(refused: Callable[..., str], report: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    said = refused(
        "assess", report, "--members", "20", "--horizon", "30", "--out", tmp_path / "taken" / "brief"
    )
    assert "taken" in said


# --- scenarios


def line_of(text: str, words: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if words in line)


def test_a_misspelled_key(refused: Callable[..., str], tiny_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(tiny_path.read_text().replace("horizon_days:", "horizon_dayz:", 1))
    said = refused("scenario", "validate", path)
    assert f"my.yaml:{line_of(path.read_text(), 'horizon_dayz')}" in said
    assert "horizon_dayz" in said
    assert "nearest: horizon_days" in said


def test_an_unknown_actor(refused: Callable[..., str], tiny_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(tiny_path.read_text().replace("sender: XBB", "sender: XBX", 1))
    said = refused("scenario", "validate", path)
    assert f"my.yaml:{line_of(path.read_text(), 'sender: XBX')}" in said
    assert "XBX" in said
    assert "nearest: " in said
    assert "XBB" in said.split("nearest: ")[1]


@pytest.mark.parametrize("day", ["2020-02-30", "2020-13-01", "soon"])
def test_an_impossible_date(refused: Callable[..., str], tiny_path: Path, tmp_path: Path, day: str) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(tiny_path.read_text().replace("as_of: 2020-02-01", f"as_of: {day}", 1))
    said = refused("simulate", path)
    assert f"my.yaml:{line_of(path.read_text(), f'as_of: {day}')}" in said
    assert "YYYY-MM-DD" in said
    assert day in said


def test_a_negative_size(refused: Callable[..., str], tiny_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(tiny_path.read_text().replace("value: 3000, low: 2000", "value: 3000, low: -2000", 1))
    said = refused("simulate", path)
    assert f"my.yaml:{line_of(path.read_text(), '-2000')}" in said
    assert "negative: -2000 | write a number of 0 or more" in said


REGIONAL: dict[str, tuple[str, str, str, str]] = {
    "a flow without a route": (
        "modes: [sea, road], origin: ccap, destination: capi",
        "modes: [rail], origin: ccap, destination: capi",
        "origin: ccap",
        "flows[f-cc-arm].origin | no rail route touches 'ccap' | add a route, or another mode",
    ),
    "a flow from a place that nobody knows": (
        "origin: ccap",
        "origin: ccpa",
        "origin: ccpa",
        "nearest: ccap",
    ),
    "a negative capacity": (
        "mode: road, capacity: 100, delay: 2,",
        "mode: road, capacity: -100, delay: 2,",
        "capacity: -100",
        "negative: -100 | write a number of 0 or more",
    ),
    "a circle of patronage": (
        "  - {id: f-cc-dip,",
        "  - {id: f-back, sender: XAA, recipient: XCC, kind: funding, size: {value: 5, unit: USD/year}, start: 2015-09-01}\n"
        "  - {id: f-cc-dip,",
        "id: f-cc-air",
        "a circle of patronage: XCC > XAA > XCC | one of them lives on what it gives: take a flow out, or part them",
    ),
    "an actor in two hostile blocs": (
        "    members: [XBB, XAA, ALLY]\n",
        "    members: [XBB, XAA, ALLY]\n  - {id: REBS, name: The rebels, kind: bloc, members: [REB, XBB]}\n",
        "id: REBS",
        "'XBB' is in 'AXIS' as well, and the two are hostile",
    ),
    "a withdrawal larger than the flow": (
        "kinds: [advisers, weapons], to: 0, days: 14",
        "kinds: [advisers], amount: 3001, days: 14",
        "amount: 3001",
        "3001 persons are taken away, and there are 3000 | write 3000 or less, or `to: 0` for all of it",
    ),
    "steps out of order": (
        "      - {sender: XBB, recipient: XAA, kinds: [advisers, weapons], to: 0, days: 14}\n",
        "      - {sender: XBB, recipient: XAA, to: 0.5, after: 30, days: 5}\n"
        "      - {sender: XBB, recipient: XAA, to: 0, after: 10, days: 5}\n",
        "after: 10",
        "a later step begins before an earlier one of the same support | put the steps in the order of their days",
    ),
    "a flow that ends before it starts": (
        "start: 2013-01-01, end: 2019-06-01",
        "start: 2013-01-01, end: 2012-06-01",
        "end: 2012-06-01",
        "end 2012-06-01 is not after start 2013-01-01",
    ),
}


@pytest.mark.parametrize("what", REGIONAL)
@pytest.mark.parametrize("command", ["scenario validate", "simulate"])
def test_what_makes_no_sense_in_the_region_is_refused_with_its_line(
    refused: Callable[..., str], tiny_path: Path, tmp_path: Path, what: str, command: str
) -> None:
    old, new, at, words = REGIONAL[what]
    text = tiny_path.read_text()
    assert old in text
    path = tmp_path / "my.yaml"
    path.write_text(text.replace(old, new, 1))
    said = refused(*command.split(), path)
    assert f"my.yaml:{line_of(path.read_text(), at)}" in said
    assert words in said


def test_all_problems_at_once(refused: Callable[..., str], tiny_path: Path, tmp_path: Path) -> None:
    text = tiny_path.read_text().replace("sender: XBB", "sender: XBX", 1).replace("titel", "title")
    text = text.replace("low: 2000", "low: -2000", 1).replace("client: XAA", "client: XAX", 1)
    path = tmp_path / "my.yaml"
    path.write_text(text)
    said = refused("scenario", "validate", path)
    assert "XBX" in said
    assert "-2000" in said
    assert "XAX" in said


def test_a_cyclic_include(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("include: [b.yaml]\n")
    (tmp_path / "b.yaml").write_text("include: [a.yaml]\n")
    said = refused("scenario", "validate", tmp_path / "a.yaml")
    assert "a.yaml" in said
    assert "b.yaml" in said
    assert "include" in said


def test_an_include_outside_the_folder(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("include: [../../etc/passwd]\n")
    assert "a.yaml" in refused("scenario", "validate", tmp_path / "a.yaml")


def test_a_yaml_bomb(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "bomb.yaml").write_text(BOMB)
    said = refused("scenario", "validate", tmp_path / "bomb.yaml")
    assert "bomb.yaml" in said
    assert len(said) < 5_000


def test_an_object_tag_is_not_run(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "tag.yaml").write_text(f"title: !!python/object/apply:os.system ['touch {tmp_path}/hit']\n")
    assert "tag.yaml" in refused("scenario", "validate", tmp_path / "tag.yaml")
    assert not (tmp_path / "hit").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"- just\n- a list\n", b"title: [unclosed\n", b"42\n"]
)
def test_what_is_no_scenario(refused: Callable[..., str], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "my.yaml").write_bytes(content)
    assert "my.yaml" in refused("scenario", "validate", tmp_path / "my.yaml")


def test_an_unknown_scenario_names_near_ones(refused: Callable[..., str]) -> None:
    for command in (("simulate",), ("scenario", "show"), ("explain",), ("cite",)):
        said = refused(*command, "afganistan-2021")
        assert "afghanistan-2021" in said


def test_an_unknown_lever_names_near_ones(refused: Callable[..., str], tiny_path: Path) -> None:
    said = refused("simulate", tiny_path, "--lever", "withdrew")
    assert "lever 'withdrew'" in said
    assert "nearest: withdraw" in said
    said = refused("compare", tiny_path, "--arm", "a=", "--arm", "b=stay,renforce")
    assert "nearest: reinforce" in said


@pytest.mark.parametrize(
    ("arms", "words"),
    [
        (("a=",), "expected at least two arms, got 1"),
        (("a=", "a=withdraw"), "the arm 'a' is given twice"),
        (("a=", " a =withdraw"), "the arm 'a' is given twice"),
        (("a=", "withdraw"), "expected NAME=LEVERS"),
        (("a=", "=withdraw"), "expected NAME=LEVERS"),
    ],
)
def test_bad_arms(refused: Callable[..., str], tiny_path: Path, arms: tuple[str, ...], words: str) -> None:
    said = refused("compare", tiny_path, *(x for arm in arms for x in ("--arm", arm)))
    assert words in said


@pytest.mark.parametrize(
    "sql", ["select nothing from log", "select", "drop table log", "select * from 'x.parquet'"]
)
def test_a_bad_query(refused: Callable[..., str], tiny_path: Path, sql: str) -> None:
    said = refused("simulate", tiny_path, "--members", "20", "--horizon", "30", "--query", sql)
    # A first run says before that it compiles.
    assert "counterpoise: SQL | " in said
    assert "columns: origin, arm, member" in said


def test_a_log_that_cannot_be_written(refused: Callable[..., str], tiny_path: Path, tmp_path: Path) -> None:
    said = refused(
        "simulate", tiny_path, "--members", "20", "--horizon", "30", "--out", tmp_path / "no" / "log.parquet"
    )
    assert "log.parquet | there is no folder" in said
    said = refused("simulate", tiny_path, "--out", tmp_path)
    assert "is a folder, expected a file | name a file in it" in said


def test_a_new_scenario_overwrites_nothing(refused: Callable[..., str], report: Path) -> None:
    said = refused("scenario", "new", report)
    assert "report.txt" in said
    assert report.read_text() == REPORT


# --- runs


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "counterpoise/assessment/9"}', "not json", "[1]"])
def test_a_run_that_is_none(refused: Callable[..., str], tmp_path: Path, content: str) -> None:
    (tmp_path / "assessment.json").write_text(content)
    for command in ("explain", "cite"):
        said = refused(command, tmp_path)
        assert "assessment.json | not an assessment of this version" in said
        assert "run `assess` again" in said
