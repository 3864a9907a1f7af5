"""Pieces of the desk that need no browser: marked text, levers, maps, and how little a page can be made to do."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from counterpoise.assessment import Assessment, assess
from counterpoise.brief.figures import draw_figures
from counterpoise.ensemble import Futures
from counterpoise.ledger import Ledger, open_ledger
from counterpoise.ledger.runs import Runs
from counterpoise.ledger.tokens import make_token
from counterpoise.reports import read_report
from counterpoise.web.desk import sections
from counterpoise.web.desk.answers import answers
from counterpoise.web.desk.charts import network_arms, network_html, stocks_html
from counterpoise.web.desk.course import Course
from counterpoise.web.desk.maps import control_map, corridor_map
from counterpoise.web.desk.pictures import figures_html, in_the_dark
from counterpoise.web.desk.reading import marked_text, spans_of, statements_table
from counterpoise.web.jobs import course_json

EVIL = "<script>alert(1)</script> Iran is withdrawing its military advisers from Syria as rebels advance on Hama. </body>"


@pytest.fixture(scope="module")
def both() -> tuple[Assessment, Futures]:
    kept: list[Futures] = []
    return assess("iran-leaves-syria", members=30, horizon=90, workers=1, keep=kept.append), kept[0]


@pytest.fixture(scope="module")
def found(both: tuple[Assessment, Futures]) -> Assessment:
    return both[0]


@pytest.fixture(scope="module")
def futures(both: tuple[Assessment, Futures]) -> Futures:
    return both[1]


def test_marked_text_is_the_text_escaped_twice_in_a_frame_that_runs_nothing() -> None:
    coding = read_report("x", text=EVIL)
    frame = str(marked_text(coding))
    assert "<script" not in frame
    assert " sandbox tabindex=" in frame
    page = html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])  # type: ignore[index]
    assert "<script" not in page
    assert "default-src 'none'" in html.unescape(page)
    body = re.sub(r"<sup>.*?</sup>|<[^>]+>", "", page.split("<body>")[1])
    assert html.unescape(body) == coding.document.text


def test_spans_are_ordered_and_do_not_overlap() -> None:
    coding = read_report("x", text=EVIL)
    spans = spans_of(coding)
    assert spans
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    named = {n for s in spans for n in s[2].split()}
    assert named == {x.id for x in (*coding.events, *coding.relations, *coding.claims)}


def test_the_table_of_statements_quotes_nothing() -> None:
    coding = read_report("x", text=EVIL)
    shown = str(statements_table(coding))
    assert "advance on Hama" not in shown
    assert shown.count("<tr>") == 1 + len(coding.events) + len(coding.relations) + len(coding.claims)


def test_the_map_shows_every_place_of_the_theatre_on_every_day(found: Assessment) -> None:
    n = sum(p.in_theatre for p in found.places)
    course = Course.of(found)
    assert course.stops == (0, 30, 90)
    arm = course.arms[0][0]
    shown = [control_map(found, course.on(arm, d), course.name(arm, d)) for d in course.stops]
    assert all(0 < m.count("<title>") <= n for m in shown)
    assert len(set(shown)) == len(shown)
    assert "stroke-dasharray" in corridor_map(found)


def test_a_run_that_kept_its_course_has_every_day_and_arm(found: Assessment, futures: Futures) -> None:
    kept = json.loads(course_json(futures))
    course = Course.of(found, kept)
    assert course.stops == tuple(range(91))
    assert [name for name, _ in course.arms] == ["as_reported", "stay"]
    asked = {p.id: p.p_lost["30"] for p in found.places if p.p_lost}
    assert course.on("as_reported", 30) == pytest.approx(asked, abs=5e-4)
    assert course.on("as_reported", 0) == {}
    assert "Day 45, " in course.name("stay", 45)


def test_stocks_and_network_are_drawn_with_a_table_beside_them(found: Assessment) -> None:
    stocks = stocks_html(found)
    assert stocks.count("<svg") == len(found.allies) > 0
    assert stocks.count('<th scope="row">') == len(found.allies)
    arms = network_arms(found)
    shown = [network_html(found, name) for name, _ in arms]
    assert all("<svg" in x and "<table" in x for x in shown)
    assert len(set(shown)) == len(shown)
    evil = found.model_copy(update={"names": dict.fromkeys(found.names, "<script>x")})
    assert "<script" not in network_html(evil, arms[0][0])


def test_a_comparison_says_what_was_compared(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    own = [{"id": "mine", "title": "<b>Half</b> leaves"}]
    asked = {
        "scenario": {"name": "levant-2024"}, "as_of": "2024-11-30", "members": 1_000, "own_levers": own,
        "arms": {"as-it-is": [], "what-if": ["mine", "iran-withdraws-personnel"]}, "overrides": ["x.y=1"],
    }  # fmt: skip
    shown = sections.asked_html(Runs(ledger).submit("compare", asked))
    ledger.close()
    assert "Scenario: levant-2024, as of 2024-11-30, 1,000 futures in each arm, changed: x.y=1." in shown
    assert "<strong>As it is</strong>: as the scenario has it" in shown
    assert "<strong>What if</strong>: &lt;b&gt;Half&lt;/b&gt; leaves; iran-withdraws-personnel" in shown


def test_sections_escape_names(found: Assessment) -> None:
    evil = found.model_copy(update={"client_name": "<img src=x onerror=alert(1)>", "limits": ("<script>",)})
    assert "<img" not in sections.head(evil)
    assert "<script>" not in sections.limits(evil)
    cells = re.findall(r'data-value="([^"]+)"', answers(found))
    assert [float(c) for c in cells[: len(found.arms)]] == [
        q.p for q in found.questions if q.horizon_days == 30 and q.mode is None
    ]


def test_pages_of_the_desk_have_the_desks_policy_and_need_a_token(
    client_with: Callable[..., TestClient], ledger: Ledger
) -> None:
    out: Any = client_with(tokens=True, desk=False)
    assert (
        "frame-ancestors 'none'"
        in out.get("/runs", follow_redirects=False).headers["content-security-policy"]
    )
    assert out.get("/runs", follow_redirects=False).headers["location"] == "/login"
    reader = {"authorization": f"Bearer {make_token(ledger, 'r', ['read'])[0]}"}
    assert out.get("/", headers=reader).status_code == 403


@pytest.fixture(scope="module")
def drawn(found: Assessment) -> dict[str, str]:
    """The figures of the brief, as they are for the day."""
    return {f.name: f.svg for f in draw_figures(found)}


def luminance(code: str) -> float:
    """Relative luminance of a colour, as WCAG 2 has it."""
    parts = [int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_figures_in_the_dark_keep_all_but_their_colours(drawn: dict[str, str]) -> None:
    colour = r"#[0-9a-fA-F]{6}\b"
    for name, svg in drawn.items():
        dark = in_the_dark(svg)
        assert re.sub(colour, "", dark.replace('fill="#e6e4de" ', "", 1)) == re.sub(colour, "", svg), name
        # What is written stays readable on the dark sheet.
        inks = {
            c
            for style in re.findall(r"<text[^>]*style=\"([^\"]*)\"", dark)
            for c in re.findall(r"fill: #(\w{6})", style)
        }
        ground = luminance("1b2127")
        for ink in inks:
            assert (luminance(ink) + 0.05) / (ground + 0.05) >= 4.5, (name, ink)
    assert in_the_dark("<svg style='x'><path style=\"fill: #ffffff\"/></svg>").count("#1b2127") == 1


def test_a_figure_says_what_it_shows(drawn: dict[str, str]) -> None:
    shown = figures_html("0" * 16, drawn)
    assert len(re.findall(r'alt="[^"]{40,}"', shown)) == len(drawn) > 3
    evil = figures_html("0" * 16, {"x": "<svg><title>&quot;&gt;&lt;script&gt;</title></svg>"})
    assert "<script" not in evil
    assert 'alt="&#34;&gt;' in evil


def test_the_style_asks_nobody() -> None:
    text = (Path(sections.__file__).parent / "style.css").read_text()
    assert "url(" not in text
    assert "@import" not in text
    assert text.count("{") == text.count("}")
