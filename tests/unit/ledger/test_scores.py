"""Scores against figures made by hand; outside forecasts; the page."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from counterpoise.errors import InputError
from counterpoise.ledger import Forecast, Ledger, read_outside, resolve, score_ledger, scorecard_html, seal
from counterpoise.ledger.outside import parse_outside

Make = Callable[..., Forecast]
HEAD = "question,text,p,made_on,closes_on,forecaster,base_rate,base_rate_n\n"


def filled(ledger: Ledger, outside: Make, clock: Any) -> None:
    """Four forecasts: .8 YES, .4 NO, .5 VOID, .1 open; one has a base rate of .5."""
    rate = [
        {"p": 0.5, "n": 10, "class": "days", "source": "book"},
        {"p": 0.9, "n": 3, "class": "x", "source": "y", "selected": True},
    ]
    made = [
        outside("a", 0.8, base_rate=rate),
        outside("b", 0.4),
        outside("c", 0.5),
        outside("d", 0.1, closes_on="2027-01-01"),
    ]
    seal(ledger, made)
    clock.to("2026-02-05")
    for name, outcome in (("1", "YES"), ("2", "NO"), ("3", "VOID")):
        resolve(ledger, name, outcome, on=dt.date(2026, 2, 1), source="gauge")


def test_scores_by_hand(ledger: Ledger, outside: Make, clock: Any) -> None:
    filled(ledger, outside, clock)
    card = score_ledger(ledger)
    assert (card.n_forecasts, card.resolved_yes, card.resolved_no, card.resolved_void, card.open) == (
        4,
        1,
        1,
        1,
        1,
    )
    (one,) = card.forecasters
    assert (one.n, one.n_void, one.n_open, one.n_with_base_rate) == (2, 1, 1, 1)
    assert one.brier == pytest.approx((0.2**2 + 0.4**2) / 2)
    assert one.log == pytest.approx(-(math.log(0.8) + math.log(0.6)) / 2)
    assert one.base_rate_brier == pytest.approx(0.25)
    assert one.skill == pytest.approx(1 - 0.04 / 0.25)
    assert one.brier_90 is None
    assert [(c.n, c.share) for c in one.reliability] == [(1, 0.0), (1, 1.0)]
    assert [(m.month, m.n) for m in one.over_time] == [("2026-02", 2)]


def test_intervals_come_with_enough_subjects(local: Ledger, outside: Make, clock: Any) -> None:
    seal(local, [outside(f"q{i}", 0.1 * i) for i in range(1, 7)])
    clock.to("2026-02-05")
    for i in range(1, 7):
        resolve(local, str(i), "YES" if i > 3 else "NO", on=dt.date(2026, 2, 1), source="gauge")
    (one,) = score_ledger(local).forecasters
    assert one.brier_90 is not None
    assert one.brier is not None
    assert one.brier_90[0] < one.brier < one.brier_90[1]


def test_sealed_late_is_scored_apart(local: Ledger, outside: Make, clock: Any) -> None:
    seal(local, [outside("a", 0.9)])
    clock.to("2026-03-01")
    seal(local, [outside("b", 1.0)])
    for name in "12":
        resolve(local, name, "YES", on=dt.date(2026, 1, 20), source="gauge")
    early, late = score_ledger(local).forecasters
    assert (early.late, early.brier) == (False, pytest.approx(0.01))
    assert (late.late, late.brier) == (True, 0.0)


def test_csv_and_json_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(HEAD + 'q:1,"Does it, fall?",6.5%,2026-01-01,2026-06-01,Crowd,0.1,50\n')
    row = {"question": "q:1", "text": "Does it, fall?", "p": 0.065, "made_on": "2026-01-01", "closes_on": "2026-06-01",
           "forecaster": "Crowd", "base_rate": 0.1, "base_rate_n": 50}  # fmt: skip
    (tmp_path / "f.json").write_text(json.dumps([row]))
    assert read_outside(tmp_path / "f.csv") == read_outside(tmp_path / "f.json")
    assert read_outside(tmp_path / "f.csv")[0].p == pytest.approx(0.065)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            HEAD + "q,t,1.5,2026-01-01,2026-02-01,C,,\n",
            "row 2 p | expected a probability from 0 to 1, got '1.5'",
        ),
        (HEAD + "q,t,half,2026-01-01,2026-02-01,C,,\n", "got 'half'"),
        (HEAD + "q,t,.5,2026-13-01,2026-02-01,C,,\n", "row 2 made_on"),
        ("question,probabilty\nq,.5\n", "is no field of a forecast"),
        ("question,p\nq,.5\n", "closes_on | is missing"),
        (HEAD, "holds 0 forecasts"),
        (HEAD + '"q,t,.5\n', "is no CSV"),
        (b"\xff\xfe", "is no UTF-8"),
    ],
)
def test_faults_of_a_file_are_placed(data: str | bytes, said: str) -> None:
    raw = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(InputError) as wrong:
        parse_outside(raw, "f.csv")
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{}", "is no list of objects"),
        ("[1]", "is no list"),
        ("[" * 100_000, "is no JSON"),
        ("", "is no JSON"),
    ],
)
def test_faults_of_json_are_placed(data: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_outside(data.encode(), "f.json")


def test_all_rows_with_a_fault_are_told_and_none_is_taken() -> None:
    rows = "a,t,2,2026-01-01,2026-02-01,C,,\nb,t,3,2026-01-01,2026-02-01,C,,\n"
    with pytest.raises(InputError) as wrong:
        parse_outside((HEAD + rows).encode(), "f.csv")
    assert len(wrong.value.problems) == 2


class Page(HTMLParser):
    """Collects what a page asks for or runs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(v) for k, v in attrs if k in ("src", "href", "action") or k.startswith("on")]


def test_the_page_is_self_contained_and_escapes_names(local: Ledger, outside: Make) -> None:
    seal(local, [outside("x", text="<script>alert(1)</script>", forecaster="<img src=x onerror=alert(1)>")])
    text = scorecard_html(local)
    page = Page()
    page.feed(text)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert page.links == []
    assert not re.search(r"https?://", text)
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
    assert list_hashes(text) >= 1


def list_hashes(text: str) -> int:
    return len(re.findall(r"[0-9a-f]{64}", text))


def test_an_empty_ledger_has_a_page(local: Ledger) -> None:
    assert "Nothing has been sealed yet" in scorecard_html(local)
