"""From the support ledger to paths, levels and flags: each rule on a case that can be counted on the fingers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoise.compiler.parameters import load_parameters
from counterpoise.compiler.patrons import flag_paths, flow_paths, patron_levels
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import Flow, FlowChange

FIRST = dt.date(2020, 1, 1)
PARAMETERS = load_parameters()


def flow(kind: str = "troops", size: float = 5000, **given_: Any) -> Flow:
    figure = Figure(value=size, unit="persons", as_of=FIRST, source="s", standing="literature")
    defaults: dict[str, Any] = {"sender": "PPP", "recipient": "CCC", "start": dt.date(2010, 1, 1)}
    return Flow(**{"id": f"f-{kind}", "kind": kind, "size": figure, **defaults, **given_})


def change(to: float, day: int | None = None, days: int = 0, **given_: Any) -> FlowChange:
    date = None if day is None else FIRST + dt.timedelta(day)
    return FlowChange(**{"sender": "PPP", "recipient": "CCC", "to": to, "date": date, "days": days, **given_})


def path(*changes: FlowChange, n: int = 30, **dates: Any) -> list[float]:
    made = flow_paths([flow(**dates)], changes, FIRST, n, FIRST + dt.timedelta(5))
    return [round(float(x), 12) for x in made[0]]


def test_a_flow_runs_from_its_start_to_the_day_before_its_end() -> None:
    on = path(start=FIRST + dt.timedelta(3), end=FIRST + dt.timedelta(10))
    assert on == [0.0] * 3 + [1.0] * 7 + [0.0] * 20


def test_a_step_and_a_ramp() -> None:
    assert path(change(0, 10)) == [1.0] * 10 + [0.0] * 20
    assert path(change(0.5, 10, 1)) == path(change(0.5, 10, 0))
    ramp = path(change(0, 10, 4))
    assert ramp[9:15] == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    assert path(change(2, 10, 10))[9:20] == [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0]
    assert path(change(0))[4:6] == [1.0, 0.0], "a change without a date begins on the default day"


def test_a_change_goes_on_from_what_is_there() -> None:
    made = path(change(0, 2, 10), change(1, 7, 5))
    assert made[:7] == [1.0, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5]
    assert made[7:13] == [0.6, 0.7, 0.8, 0.9, 1.0, 1.0]
    assert path(change(1, 7, 5), change(0, 2, 10)) == made, "the order of writing does not count, dates do"


def test_what_was_withdrawn_may_come_back() -> None:
    assert path(change(0, 3), change(1, 20, 2))[18:23] == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_a_further_cut_does_not_bring_back_what_an_earlier_schedule_ends() -> None:
    made = path(change(0, 0, 10), change(0.3, 5))
    assert made[4:12] == [0.5, 0.3, 0.3, 0.3, 0.3, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("to", [0.0, 0.4, 1.0, 3.0])
def test_no_change_revives_a_flow_that_has_ended_or_starts_one_early(to: float) -> None:
    """It did: a cut of an ended flow to 0.4 sent 0.4 of it (found by these tests)."""
    ended = path(change(to, 12), end=FIRST + dt.timedelta(8))
    assert ended == [1.0] * 8 + [0.0] * 22
    early = path(change(to, 2), start=FIRST + dt.timedelta(6))
    assert early == [0.0] * 6 + [to] * 24


def test_only_the_named_pair_and_kinds_change() -> None:
    flows = [
        flow("troops"),
        flow("weapons"),
        flow("troops", sender="QQQ", id="q"),
        flow("funding", recipient="RRR"),
    ]
    made = flow_paths(flows, [change(0, 3, kinds=("weapons",))], FIRST, 6, FIRST)
    assert made[:, 5].tolist() == [1, 0, 1, 1]
    assert flow_paths(flows, [change(0, 3)], FIRST, 6, FIRST)[:, 5].tolist() == [0, 0, 1, 1]


@given(
    st.lists(st.tuples(st.floats(0, 3), st.integers(-50, 60), st.integers(0, 40)), max_size=4),
    st.integers(0, 30),
)
def test_paths_stay_between_nothing_and_the_largest_target(
    changes: list[tuple[float, int, int]], start: int
) -> None:
    made = np.array(
        path(*(change(to, d, n) for to, d, n in changes), n=60, start=FIRST + dt.timedelta(start))
    )
    assert (made >= 0).all()
    assert made.max() <= max([1.0, *(to for to, _, _ in changes)]) + 1e-9
    assert (made[:start] == 0).all()


def test_a_scheduled_change_happens_exactly_once_on_totals() -> None:
    """Silent failure 4: the sum over days says that a change was made once, whole, and on its day."""
    assert sum(path(change(0, 10, 5), n=100)) == pytest.approx(10 + 0.8 + 0.6 + 0.4 + 0.2)
    assert sum(path(change(0.4, 10), n=100)) == pytest.approx(10 + 0.4 * 90)
    twice = path(change(0.4, 10), change(0.4, 10), n=100)
    assert sum(twice) == pytest.approx(10 + 0.4 * 90), "0.4 of the commitment, said twice, is not 0.16"


def levels(*flows: Flow, fraction: float = 1.0, sizes: list[float] | None = None) -> list[int]:
    paths = np.full((len(flows), 1), fraction)
    table = np.array([[f.size.value for f in flows]]) if sizes is None else np.array(sizes)[:, None]
    made = patron_levels(flows, paths, table, ("PPP",), ("CCC",), PARAMETERS)
    return [int(x) for x in made[:, 0, 0]]


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("troops", 3), ("air_power", 2), ("advisers", 2), ("weapons", 1), ("materiel", 1), ("training", 1),
        ("funding", 1), ("intelligence", 1), ("territory", 0), ("diplomatic", 0), ("other", 0),
    ],
)  # fmt: skip
def test_the_rule_of_levels_kind_by_kind(kind: str, level: int) -> None:
    assert levels(flow(kind)) == [level]


def test_troops_count_by_number_by_combat_and_by_draw() -> None:
    assert levels(flow(size=1000)) == [3]
    assert levels(flow(size=999.9)) == [2]
    assert levels(flow(size=50_000, combat=False)) == [2]
    assert levels(flow(size=600), flow(size=600, id="second")) == [3], "two contingents add up"
    assert levels(flow(size=1200, combat=False), flow(size=900, id="second")) == [2]
    assert levels(flow(), sizes=[500, 999, 1000, 4000]) == [2, 2, 3, 3]
    assert levels(flow(size=3000), fraction=0.33) == [2], "3,000 x 0.33 is below 1,000"


def test_a_kind_counts_while_a_quarter_of_it_remains() -> None:
    assert levels(flow("weapons"), fraction=0.25) == [1]
    assert levels(flow("weapons"), fraction=0.2499) == [0]
    assert levels(flow(size=9000), fraction=0.2499) == [0], "2,250 troops of 9,000 are no longer presence"
    assert levels(flow(size=9000), fraction=0.25) == [3]
    assert levels(flow("advisers"), flow("funding"), fraction=0.2) == [0]


def test_the_highest_kind_counts_and_other_pairs_do_not() -> None:
    assert levels(flow("weapons"), flow("advisers"), flow("diplomatic")) == [2]
    assert levels(flow("advisers"), flow("weapons")) == [2]
    assert levels(flow("troops", recipient="XXX"), flow("weapons")) == [1]
    assert levels(flow("troops", sender="XXX")) == [0]


def flags(*rows: list[int], remembered: int = 3) -> tuple[list[int], list[int]]:
    fell, rose = flag_paths(np.array([rows], dtype=np.int8), remembered)
    return fell[0].tolist(), rose[0].tolist()


def test_flags_stand_on_the_day_of_the_change_and_as_long_as_they_are_remembered() -> None:
    fell, rose = flags([2, 2, 1, 1, 1, 1, 1])
    assert fell == [0, 0, 1, 1, 1, 0, 0]
    assert rose == [0] * 7
    fell, rose = flags([1, 1, 2, 2, 2, 2, 2])
    assert (fell, rose) == ([0] * 7, [0, 0, 1, 1, 1, 0, 0])


def test_a_drop_below_level_two_is_no_withdrawal() -> None:
    assert flags([1, 0, 0, 0]) == ([0] * 4, [0] * 4)
    assert flags([3, 0, 0, 0])[0] == [0, 1, 1, 1]


def test_any_patron_sets_the_flags_and_changes_on_top_prolong_them() -> None:
    assert flags([2, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 0, 0, 0, 0, 0])[0] == [0, 1, 1, 1, 1, 1, 0, 0]
    fell, rose = flags([2, 1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1, 1])
    assert fell == [0, 1, 1, 1, 0, 0, 0]
    assert rose == [0, 0, 1, 1, 1, 0, 0]


def test_the_window_is_180_days_exactly() -> None:
    remembered = int(PARAMETERS.constant("level.flag_days"))
    assert remembered == 180
    table = np.full((1, 1, 400), 2, dtype=np.int8)
    table[:, :, 100:] = 1
    fell, _ = flag_paths(table, remembered)
    assert np.nonzero(fell[0])[0].tolist() == list(range(100, 280))
    assert fell.sum() == 180
