"""Requests become calls: corrections by hand, levers of one's own, scenarios as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoise.errors import InputError, NothingToAssess
from counterpoise.web.asked import Correction, LeverAsk, Pull, ReportAsk, ScenarioAsk
from counterpoise.web.jobs import corrected, do_run, fault_of, read_asked, scenario_asked, with_levers

REPORT = ReportAsk(bundled="iran-leaves-syria")


def test_a_statement_is_dropped_or_changed_and_noted() -> None:
    coding = read_asked(REPORT)
    first = coding.events[0]
    dropped = corrected(coding, (Correction(id=first.id, drop=True),))
    assert [e.id for e in dropped.events] == [e.id for e in coding.events[1:]]
    assert dropped.document.notes[-1] == f"by hand: {first.id} dropped"
    assert dropped.document.text == coding.document.text
    changed = corrected(coding, (Correction(id=first.id, realis="negated", p=(0.1, 0.2)),))
    assert (changed.events[0].realis, changed.events[0].hedge.p) == ("negated", (0.1, 0.2))
    assert changed.events[1:] == coding.events[1:]
    assert corrected(coding, ()) is coding


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        (Correction(id="none", drop=True), "no such statement"),
        (Correction(id="e1", support_kinds=("gold",)), "support_kinds"),
    ],
)
def test_corrections_that_do_not_fit(correction: Correction, said: str) -> None:
    coding = read_asked(REPORT)
    if correction.id == "e1":
        correction = correction.model_copy(update={"id": coding.events[0].id})
    with pytest.raises(InputError, match=said):
        corrected(coding, (correction,))


def test_levers_are_checked_against_the_scenario() -> None:
    scenario = scenario_asked(ScenarioAsk(name="levant-2024"))
    own = LeverAsk(
        id="own",
        title="Own",
        changes=(Pull(sender="IRN", recipient="SYR", kinds=("advisers",), to=0.5, days=9),),
    )
    found = with_levers(scenario, (own,))
    assert found.levers[-1].changes[0].to == 0.5
    assert found.sha256 != scenario.sha256
    assert with_levers(scenario, ()) is scenario
    wrong = LeverAsk(
        id="iran-reinforces",
        title="x",
        changes=(Pull(sender="IRM", recipient="SYR", to=1),),
        close_routes=("nowhere",),
    )
    with pytest.raises(InputError) as said:
        with_levers(scenario, (wrong,))
    assert len(said.value.problems) == 3


def test_a_scenario_as_text_is_placed_without_a_path(tiny_path: Path) -> None:
    text = tiny_path.read_text()
    assert scenario_asked(ScenarioAsk(yaml=text)).id == "tiny"
    with pytest.raises(InputError) as said:
        scenario_asked(ScenarioAsk(yaml=text.replace("horizon_days: 365", "horizon_day: 365")))
    assert str(said.value).startswith("scenario.yaml:")
    assert "/" not in str(said.value).split("|")[0]


def test_faults_as_data() -> None:
    found = fault_of(InputError.at("a", "b", "c", ("d",)))
    assert found == {"problems": [{"where": "a", "what": "b", "mend": "c", "nearest": ["d"]}], "exit_code": 2}
    assert fault_of(NothingToAssess("nothing", ("x",)))["exit_code"] == 3
    assert (
        fault_of(RuntimeError("the password is hunter2"))["problems"][0]["what"]
        == "a fault of the program: RuntimeError"
    )


def test_a_scheduler_that_is_away_costs_no_run() -> None:
    ask = {"scenario": {"name": "levant-2024"}, "members": 20, "horizon": 30}
    here = do_run("simulate", ask, lambda *_: None)
    away = do_run("simulate", ask, lambda *_: None, "nowhere")
    assert [f.data for f in away] == [f.data for f in here]
    with pytest.raises(InputError, match="has no such lever"):
        do_run("simulate", {**ask, "levers": ["none"]}, lambda *_: None, "nowhere")
