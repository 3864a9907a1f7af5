"""Levers as a page sets them: nothing moved asks for nothing, several patrons, legs that open again, a patron that comes back."""

from __future__ import annotations

import datetime as dt

import pytest

from counterpoise.web.asked import ScenarioAsk
from counterpoise.web.desk.levers import MOST_DAYS, Levers, levers_form
from counterpoise.web.desk.whatif import MOST_KEPT, Question
from counterpoise.web.jobs import scenario_asked, with_levers


@pytest.fixture
def levers() -> Levers:
    return Levers(scenario_asked(ScenarioAsk(name="levant-2024")))


def test_levers_that_are_not_moved_ask_for_the_same_arm_twice(levers: Levers) -> None:
    assert levers.own() == ()
    assert Question(levers).ask(100).arms == {"as-it-is": (), "what-if": ()}
    assert levers.text() == "nothing is moved"


def test_what_is_set_becomes_one_lever(levers: Levers) -> None:
    first, second = list(levers.support)[:2]
    levers.set("left", "0")
    levers.set("days", 10_000)
    levers.set("date", "2024-12-08")
    kind = levers.kinds_of(first)[0]
    levers.set(f"kind:{kind}", False)
    assert levers.set("patron", second)
    levers.set("left", 150)
    route = levers.scenario.routes[0].id
    levers.set("route", [route, "nowhere"])
    levers.set("reopen", "30")
    levers.set("campaign", True)
    (own,) = levers.own()
    assert [(p.sender, p.to, p.days, p.date) for p in own.changes] == [
        (first, 0.0, MOST_DAYS, dt.date(2024, 12, 8)),
        (second, 1.5, 30, None),
    ]
    assert kind not in own.changes[0].kinds
    assert (own.close_routes, own.reopen_days, own.start_campaign) == ((route,), 30, True)
    made = with_levers(levers.scenario, (own,)).levers[-1]
    assert made.reopen_days == 30
    for words in ("0 % left", "from 2024-12-08", "150 % left", "1 leg closed, open again after 30 days"):
        assert words in levers.text()


def test_a_patron_that_is_put_back_to_all_comes_back(levers: Levers) -> None:
    levers.set("left", 100)
    (own,) = levers.own()
    assert own.changes[0].to == 1.0


def test_odd_values_change_nothing(levers: Levers) -> None:
    for name, value in (("left", "many"), ("date", "tomorrow"), ("days", None)):
        with pytest.raises((ValueError, TypeError)):
            levers.set(name, value)
    levers.set("patron", "nobody")
    levers.set("route", "nowhere")
    assert levers.own() == ()


def test_arms_are_kept_side_by_side(levers: Levers) -> None:
    question = Question(levers)
    assert not question.keep()
    for left in (0, 50, 80, 120):
        levers.set("left", left)
        assert question.keep()
    assert not question.keep()
    assert len(question.kept) == MOST_KEPT
    ask = question.ask(100)
    assert list(ask.arms) == ["as-it-is", "kept-1", "kept-2", "kept-3", "kept-4", "what-if"]
    assert [x.changes[0].to for x in ask.own_levers] == [0.0, 0.5, 0.8, 1.2, 1.2]
    assert len({x.id for x in ask.own_levers}) == 5


def test_the_form_labels_every_control(levers: Levers) -> None:
    shown = str(levers_form(levers))
    assert shown.count("<label") == shown.count("<input") + shown.count("<select")
