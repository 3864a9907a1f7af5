"""Deaths after takeovers: counted by hand on a made record, and the shipped rates against the data where they are there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from counterpoise import library
from counterpoise.assessment.aftermath import aftermath_rows
from counterpoise.evaluation.aftermath import aftermath_rates, count_from, count_takeovers
from counterpoise.sources.takeovers import Takeover

DATA = Path(__file__).parents[4] / "shared" / "data"


def takeover(day: str, gw: int = 999, counts: bool = True, held_out: bool = False) -> Takeover:
    date = dt.date.fromisoformat(day)
    return Takeover("x", "Tavaria", gw, date, date, "", "rebel", "", counts, "high", held_out)


def months(n: int) -> list[str]:
    """Months from January 2000 on."""
    return [f"{2000 + i // 12}-{i % 12 + 1:02d}" for i in range(n)]


def test_the_twelve_months_on_each_side() -> None:
    """Taken over in January 2001: ten a month before it, one in January, two a month from February on."""
    deaths = {999: [10.0] * 12 + [1.0] + [2.0] * 23}
    found = count_takeovers([takeover("2001-01-20")], months(36), deaths, dt.date(2017, 12, 31))
    assert found == [("Tavaria", "2001-01", 120.0, 23.0)]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (takeover("2001-01-20", counts=False), "no takeover by the rule"),
        (takeover("2001-01-20", held_out=True), "held out"),
        (takeover("2001-01-20", gw=998), "no deaths by month"),
        (takeover("2000-06-01"), "no year before"),
        (takeover("2002-06-01"), "no year after"),
    ],
)
def test_what_cannot_be_counted_is_left_out(one: Takeover, why: str) -> None:
    assert count_takeovers([one], months(36), {999: [1.0] * 36}, dt.date(2017, 12, 31)) == [], why


def test_nothing_later_than_the_last_day_is_read() -> None:
    deaths = {999: [1.0] * 36}
    assert count_takeovers([takeover("2001-01-20")], months(36), deaths, dt.date(2001, 11, 30)) == []
    assert len(count_takeovers([takeover("2001-01-20")], months(36), deaths, dt.date(2001, 12, 31))) == 1


def test_the_rates_by_hand() -> None:
    found = aftermath_rates(
        [("A", "2001-01", 10.0, 20.0), ("B", "2001-01", 10.0, 5.0), ("C", "2001-01", 0.0, 3000.0)]
    )
    assert found["deaths_after_takeover.median"]["value"] == 20.0
    assert found["deaths_after_takeover.before"]["value"] == 10.0
    assert found["deaths_after_takeover.more"]["value"] == pytest.approx(2 / 3)
    assert found["deaths_after_takeover.many"]["value"] == pytest.approx(1 / 3)
    for x in found.values():
        assert x["interval_90"][0] <= x["value"] <= x["interval_90"][1]


@pytest.mark.skipif(not DATA.exists(), reason="the data folder beside the checkout is not there")
def test_the_shipped_rates_are_those_of_the_data() -> None:
    shipped = json.loads(library.read_text("rates/aftermath.json"))["rates"]
    assert json.loads(json.dumps(count_from(DATA))) == shipped


def test_a_rate_is_not_given_before_it_could_be_known() -> None:
    late, early = aftermath_rows(dt.date(2024, 12, 6)), aftermath_rows(dt.date(2015, 1, 1))
    assert [x.value for x in early] == [None] * len(early)
    assert {x.outcome for x in late if x.value is None} == {"displacement", "fragmentation"}
