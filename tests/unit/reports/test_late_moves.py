"""Texts on moves that were written before the rules on repeats were changed: what points back does not make surer."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from counterpoise.reports import read_report


@pytest.fixture(scope="module")
def scorecard(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("science/reading/scorecard.py")


@pytest.mark.parametrize("back", ["The withdrawal", "This move", "The pullout", "This retreat"])
def test_what_points_back_says_nothing_on_how_sure_it_is(back: str) -> None:
    coding = read_report(
        "r", text=f"Italy may withdraw its troops from Lebanon. {back} would leave a gap on the coast."
    )
    (event,) = [e for e in coding.events if e.support_change == "withdrawal"]
    assert len(event.triggers) == 2
    assert (event.hedge.strength, event.hedge.p) == ("possible", (0.2, 0.55))


def test_a_spokesman_who_calls_reports_false_denies_them() -> None:
    text = "Ottawa said reports that Canada was pulling its brigade out of Latvia were false."
    assert [e.realis for e in read_report("r", text=text).events if e.method.startswith("withdrawal")] == [
        "negated"
    ]


def test_no_late_text_is_coded_surer_than_it_is_worded(scorecard: ModuleType) -> None:
    """In-sample by now: the first run had 2 of 64 (3 %) coded as done too surely, and 11 with too sure a wording."""
    rows = scorecard.rows("moves-late.txt")
    assert len(rows) == 64
    coded = [(r[1:6], scorecard.coded_move(r[6])) for r in rows]
    assert sum(scorecard.over(g, c) for g, c in coded) <= 0.02 * len(rows)
    assert sum(tuple(g[:4]) == tuple(c[:4]) for g, c in coded) / len(coded) > 0.75
    ladder = scorecard.LADDER
    surer = [
        g for g, c in coded if c[4] in ladder and g[4] in ladder and ladder.index(c[4]) < ladder.index(g[4])
    ]
    assert surer == []


def test_no_text_of_the_last_set_is_coded_surer_than_it_is_worded(scorecard: ModuleType) -> None:
    """In-sample by now: the first run had 2 of 64 (3 %) coded as done that were called unlikely or not ruled out."""
    rows = scorecard.rows("moves-last.txt")
    assert len(rows) == 64
    coded = [(r[1:6], scorecard.coded_move(r[6])) for r in rows]
    assert sum(scorecard.over(g, c) for g, c in coded) == 0
    assert sum(tuple(g[:4]) == tuple(c[:4]) for g, c in coded) / len(coded) > 0.7


@pytest.mark.parametrize(
    ("text", "realis"),
    [
        ("Ghana is unlikely to withdraw its peacekeepers from Lebanon.", "future"),
        ("Ghana is quietly withdrawing its peacekeepers from Lebanon.", "actual"),
        ("It is not yet clear whether Italy will withdraw its trainers from Niger.", "hypothetical"),
        ("Italy will not withdraw its trainers from Niger.", "negated"),
        ("A pullout of Kenyan police from Haiti cannot be ruled out, one diplomat said.", "hypothetical"),
    ],
)
def test_what_is_likely_or_not_ruled_out_is_not_under_way(text: str, realis: str) -> None:
    found = [e.realis for e in read_report("r", text=text).events if e.method.startswith("withdrawal")]
    assert realis in found
    assert (realis == "actual") == ("actual" in found)
