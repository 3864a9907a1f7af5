"""Takeover by change of support: classes on a made-up record, and the shrunken ratio."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoise.inference import annual_support
from counterpoise.inference.annual_campaigns import Campaign
from counterpoise.inference.annual_support import log_hazard_ratio, start_table
from counterpoise.inference.clock import StateMonths
from counterpoise.sources import record
from counterpoise.sources.record import StateYears

A, B, C = "Government of A", "Government of B", "Government of C"


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    supporters = {
        (1, 2000): frozenset({A, B}),
        (1, 2001): frozenset({A, B}),  # kept
        (1, 2002): frozenset({B}),  # some
        (1, 2003): frozenset(),  # total, and the takeover of 2003
        (1, 2004): frozenset(),  # none, the year after
        (2, 2000): frozenset({A}),
        (2, 2001): frozenset({C}),  # replaced
        (3, 2001): frozenset({A}),  # no year before: in no class
    }
    war = StateYears(supporters, frozenset(), frozenset({(1, 2001), (1, 2002)}), frozenset())
    monkeypatch.setattr(record, "state_years", lambda folder: war)
    monkeypatch.setattr(annual_support, "takeover_years", lambda: frozenset({(1, 2003), (2, 2004)}))


def test_every_pair_of_years_is_in_one_class() -> None:
    counts = {}
    for name, _, test in annual_support._classes(record.state_years(Path()))[:5]:
        counts[name] = [k for k in record.state_years(Path()).pairs() if test(k)]
    assert counts == {
        "none": [(1, 2004)],
        "kept": [(1, 2001)],
        "some": [(1, 2002)],
        "replaced": [(2, 2001)],
        "total": [(1, 2003)],
    }


def test_same_year_and_next_year_see_different_takeovers() -> None:
    war = record.state_years(Path())
    cells = {}
    for name, _, test in annual_support._classes(war)[:7]:
        keys = [k for k in war.pairs() if test(k)]
        if keys:
            cells[name] = [
                annual_support._cell(keys, frozenset({(1, 2003), (2, 2004)}), y).events
                for y in (range(1), range(1, 2), range(1, 4))
            ]
    assert cells["total"] == [1, 0, 0], "in the year of the withdrawal, not after"
    assert cells["some"] == [0, 1, 1]
    assert cells["replaced"] == [0, 0, 1]
    assert cells["troops_kept"] == [0, 1, 1]
    assert cells["troops_stopped"] == [1, 0, 0]


def test_starts_are_counted_in_the_year_after_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    months = [f"{y}-{m:02d}" for y in range(2000, 2006) for m in range(1, 13)]
    year = {y: frozenset(i for i, m in enumerate(months) if m.startswith(str(y))) for y in range(2000, 2006)}
    january = months.index("2004-01")
    calm = (year[2002] | year[2004]) - {january}
    one = StateMonths(1, calm, frozenset({january}), (Campaign(1, january, january + 1, True),))
    two = StateMonths(2, year[2002], frozenset(), ())
    monkeypatch.setattr(annual_support, "state_months", lambda folder, last: (months, [one, two]))
    rates = {r.id.split(".")[1]: r for r in start_table(Path()) if r.n}
    assert (rates["kept"].events, rates["kept"].n) == (0, 1.0), "state 1 in 2002, after 2000-2001"
    assert (rates["total"].events, rates["total"].n) == (1, 1.0), "state 1 in 2004, after 2002-2003"
    assert (rates["replaced"].events, rates["replaced"].n) == (0, 1.0), "state 2 in 2002"


def test_few_events_leave_the_ratio_near_its_prior() -> None:
    mean, low, high = log_hazard_ratio((0, 0), (300, 5))
    assert abs(mean) < 0.2
    assert low < -1.0
    assert high > 1.0


def test_many_events_give_the_ratio_of_the_rates() -> None:
    mean, low, high = log_hazard_ratio((200, 400), (10_000, 10_000))
    assert mean == pytest.approx(0.70, abs=0.04)
    assert high - low < 0.5


def test_the_design_comes_out_again() -> None:
    """Model note, section 4: prior year +.13 [-1.1, 1.3]."""
    mean, low, high = log_hazard_ratio((7, 1), (354, 29))
    assert mean == pytest.approx(0.13, abs=0.06)
    assert low == pytest.approx(-1.1, abs=0.15)
    assert high == pytest.approx(1.3, abs=0.15)
