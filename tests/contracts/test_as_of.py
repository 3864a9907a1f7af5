"""Nothing dated after the as-of day reaches the model; a report later than it is refused; one event counts once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from counterpoise.assessment import Assessment, assess
from counterpoise.brief import assessment_json
from counterpoise.compiler import (
    LeverPlan,
    Resolver,
    compile_world,
    load_parameters,
    map_shock,
    settled_changes,
)
from counterpoise.errors import InputError
from counterpoise.reports import Coding, read_report
from counterpoise.scenario.models import DatedEvent, FlowChange, Scenario

EARLY = dt.date(2024, 11, 30)
LATER = dt.date(2024, 12, 3)


def planted(levant: Scenario) -> Scenario:
    """The scenario with a later campaign, capture, withdrawal, route, alignment, figure and source."""
    shared: dict[str, Any] = {"date": LATER, "sources": ("planted",), "confidence": "high"}
    out = FlowChange(sender="RUS", recipient="SYR", kinds=("air_power", "troops"), to=0.0, date=LATER, days=1)
    events = (
        DatedEvent(id="p-start", kind="campaign_start", actor="SOR", target="SYR", **shared),
        DatedEvent(id="p-homs", kind="capture", actor="HTS", target="SYR", site="homs", **shared),
        DatedEvent(id="p-out", kind="withdrawal", actor="RUS", target="SYR", change=out, **shared),
        DatedEvent(id="p-shut", kind="route_closed", actor="ISR", route="damascus--masnaa", **shared),
        # Begun before the day, known only after it.
        DatedEvent(id="p-hama", kind="capture", actor="HTS", target="SYR", site="hama",
                   **{**shared, "date": EARLY, "date_latest": LATER}),
    )  # fmt: skip
    source = levant.sources[0].model_copy(update={"id": "planted", "published": LATER})
    stance = levant.alignments[0].model_copy(
        update={"a": "RUS", "b": "SYR", "stance": "hostile", "since": LATER, "source": "planted"}
    )
    return levant.model_copy(
        update={
            "events": (*levant.events, *events),
            "sources": (*levant.sources, source),
            "alignments": (*levant.alignments, stance),
            "sha256": "0" * 64,
        }
    )


def without_counts(found: Assessment) -> dict[str, Any]:
    """The assessment as written, but for the hash of the scenario and the counts in the limits."""
    data: dict[str, Any] = json.loads(assessment_json(found))
    data["scenario"]["sha256"] = ""
    data["limits"] = [x for x in data["limits"] if "sources of the scenario were published" not in x]
    # A source is listed for what uses it, whatever the day; the planted one is of a later day.
    return data


def test_what_is_planted_later_changes_no_number(
    levant: Scenario, note: Coding, assess_note: Callable[[str], Assessment]
) -> None:
    before = assess_note(EARLY.isoformat())
    after = assess(
        note, scenario=planted(levant), as_of=EARLY, members=before.members, horizon=before.horizon_days, seed=1,
        workers=2,
    )  # fmt: skip
    was, now = without_counts(before), without_counts(after)
    assert was.pop("sources") == [s for s in now.pop("sources") if s["id"] != "planted"]
    assert was == now


def test_the_planted_events_do_count_once_they_are_known(levant: Scenario) -> None:
    """The test above can fail: from their own day on the same events change the World."""
    for scenario_day, same in ((EARLY, True), (LATER, False)):
        a, b = (
            compile_world(s, scenario_day, seed=1, horizon=30, n_draws=4) for s in (levant, planted(levant))
        )
        assert (a.sha256 == b.sha256) is same


def test_support_that_begins_later_is_not_foreseen(levant: Scenario) -> None:
    """It is in no day of the horizon, in no weight and in no level; once it has begun it counts."""
    flow = next(f for f in levant.flows if f.sender == "IRN" and f.recipient == "HEZ" and f.modes)
    new = flow.model_copy(update={"id": "planted", "start": LATER, "escort": None})
    lean = new.model_copy(update={"id": "leaning", "start": flow.start, "escort": flow.escort})
    if flow.escort is not None:
        late = flow.escort.model_copy(update={"flow": "planted"})
        lean = lean.model_copy(update={"escort": late})
    scenario = levant.model_copy(update={"flows": (*levant.flows, new)})
    for day, same in ((EARLY, True), (LATER, False)):
        a, b = (compile_world(s, day, seed=1, horizon=60, n_draws=4) for s in (levant, scenario))
        assert (a.sha256 == b.sha256) is same
        assert ("planted" in b.flows) is not same
    # What rests on support that has not begun rests on nothing yet.
    both = levant.model_copy(update={"flows": (*levant.flows, new, lean)})
    world = compile_world(both, EARLY, seed=1, horizon=60, n_draws=4)
    assert world.ledger.escort[world.flows.index("leaning")] == -1


@pytest.mark.parametrize("day", ["2024-11-26", "2024-11-30", "2024-12-05"])
def test_nothing_in_the_timeline_is_later(assess_note: Callable[[str], Assessment], day: str) -> None:
    found = assess_note(day)
    as_of = dt.date.fromisoformat(day)
    assert found.as_of == as_of
    assert found.timeline
    assert all(row.date <= as_of and row.date_latest <= as_of for row in found.timeline)
    assert any(day_text(as_of) in line for line in found.state)


def day_text(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_three_days_three_answers(assess_note: Callable[[str], Assessment]) -> None:
    found = [assess_note(d) for d in ("2024-11-26", "2024-11-30", "2024-12-05")]
    p = [next(q.p for q in a.questions if q.arm == "as_reported" and q.mode is None) for a in found]
    assert len(set(p)) == 3
    assert len({a.state for a in found}) == 3
    held = [{x.id: x.holder for x in a.places} for a in found]
    assert [h["aleppo"] for h in held] == ["SYR", "HTS", "HTS"]
    assert [h["hama"] for h in held] == ["SYR", "SYR", "HTS"]
    assert len(found[0].timeline) < len(found[1].timeline) < len(found[2].timeline)


def test_before_irans_own_withdrawal_the_report_is_news(assess_note: Callable[[str], Assessment]) -> None:
    """On 30 November the scenario knows of no withdrawal: the lever is the report's own, from the next morning."""
    (shock,) = assess_note("2024-11-30").shock
    assert shock.merged_with is None
    assert shock.start == dt.date(2024, 12, 1)


def test_a_report_later_than_the_as_of_day_is_refused(cli: Callable[..., Any], tmp_path: Any) -> None:
    said = cli("assess", "iran-leaves-syria", "--as-of", "2024-12-05", "--out", tmp_path / "out")
    assert said.code == 2
    assert "2024-12-06" in said.err
    assert "2024-12-05" in said.err
    assert "choose an as-of day from 2024-12-06 on" in said.err
    assert not (tmp_path / "out").exists()


def test_without_a_day_the_reports_own_counts(iran_run: Any) -> None:
    assert iran_run.data["as_of"] == iran_run.data["report"]["published"] == "2024-12-06"


def test_an_event_in_report_and_scenario_counts_once(levant: Scenario) -> None:
    coding = read_report(
        "note", text="Iran has withdrawn its military advisers, troops and diplomats from Syria."
    )
    day = dt.date(2024, 12, 6)
    parameters = load_parameters(levant, day)
    mapped = map_shock(coding, levant, day, Resolver(levant, coding), parameters)
    (lever,) = mapped.levers
    assert lever.merged_with == "iran-withdrawal"
    assert mapped.merged == ("iran-withdrawal",)
    plan = LeverPlan(settled_changes(levant, day, mapped.merged), (lever.change,))
    with_report = compile_world(
        levant, day, seed=1, horizon=90, arms=("as_reported", "stay"), plan=plan, n_draws=4
    )
    alone = compile_world(levant, day, seed=1, horizon=90, n_draws=4)
    assert np.array_equal(with_report.flow_fraction[0], alone.flow_fraction[0])
    iran = [i for i, f in enumerate(levant.flows) if (f.sender, f.recipient) == ("IRN", "SYR")]
    left = with_report.flow_fraction[:, iran, -1]
    assert (left[0] == 0).sum() == 3  # troops, advisers, diplomats; what was not said stays
    assert (left[1] == 1).all()  # the arm "stay" brings them back


def test_it_is_listed_once(iran_run: Any) -> None:
    data = iran_run.data
    (shock,) = [s for s in data["shock"] if s["sender"] == "IRN"]
    assert shock["merged_with"] == "iran-withdrawal"
    assert shock["start"] == "2024-12-05"  # the scenario's own date, not the report's
    leaving = [r for r in data["timeline"] if r["kind"] == "withdrawal" and "Iran" in r["text"]]
    assert len(leaving) == 1
    assert leaving[0]["origin"] == "observed"


@pytest.mark.parametrize("day", ["2024-11-25", "2024-12-09", "1999-01-01"])
def test_a_day_outside_the_scenarios_range_is_refused(levant: Scenario, note: Coding, day: str) -> None:
    with pytest.raises(InputError) as caught:
        assess(note, scenario=levant, as_of=dt.date.fromisoformat(day), members=10)
    said = str(caught.value)
    assert day in said
    assert "2024-11-26 to 2024-12-08" in said


def test_after_the_regimes_end_there_is_nothing_to_assess(levant: Scenario, note: Coding) -> None:
    with pytest.raises(InputError) as caught:
        assess(note, scenario=levant, as_of=dt.date(2024, 12, 8), members=10)
    said = str(caught.value)
    assert "the government had ended on 2024-12-08" in said
    assert "choose an as-of day before 2024-12-08" in said


def test_a_reports_day_outside_the_range_is_refused_too(levant: Scenario, made: ModuleType) -> None:
    coding = read_report("late", text="Published: 3 March 2025\n\nIran is withdrawing its troops from Syria.")
    with pytest.raises(InputError) as caught:
        assess(coding, scenario=levant, members=10)
    assert "as-of 2025-03-03" in str(caught.value)
