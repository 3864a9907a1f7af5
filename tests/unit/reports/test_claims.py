"""Claims: object, direction, hedge, owner, cause, and the question that is put to the model."""

from __future__ import annotations

import pytest

from counterpoise.reports import Claim, Coding, read_report

START = "Iran is withdrawing its troops from Syria as rebels in Syria advance on Homs. "


def claims(text: str) -> list[Claim]:
    return list(read_report("r", text=START + text).claims)


def row(c: Claim) -> tuple[tuple[str, ...], str, str, str]:
    return (c.object.actor, c.object.attribute, c.direction, c.hedge.strength)


ROWS: list[tuple[str, tuple[tuple[str, ...], str, str, str]]] = [
    (
        "The retreat could weaken Iranian influence in Lebanon.",
        (("IRN",), "influence", "decrease", "possible"),
    ),
    ("The withdrawal weakens Iran's influence.", (("IRN",), "influence", "decrease", "asserted")),
    ("Iran's influence will not collapse.", (("IRN",), "influence", "decrease", "negated")),
    (
        "This move suggests that Iran's influence is shrinking.",
        (("IRN",), "influence", "decrease", "evidential"),
    ),
    ("It may strengthen the position of Israel.", (("ISR",), "position", "increase", "possible")),
    (
        "The departure is likely to boost Turkey's leverage.",
        (("TUR",), "influence", "increase", "evidential"),
    ),
    ("The move could empower Israel.", (("ISR",), "position", "increase", "possible")),
    (
        "The pullout could give the rebels more room to operate.",
        (("SYR-REB",), "operational_space", "increase", "possible"),
    ),
    (
        "The move might alter the balance of power in the Middle East.",
        ((), "balance_of_power", "change", "possible"),
    ),
    (
        "The Assad government could fall within weeks.",
        (("SYR-GOV",), "regime_stability", "decrease", "possible"),
    ),
    (
        "A collapse of the Assad government is unlikely.",
        (("SYR-GOV",), "regime_stability", "decrease", "doubtful"),
    ),
    (
        "The withdrawal could sever the supply route to Hezbollah.",
        (("HEZ",), "conduit_capacity", "decrease", "possible"),
    ),
    ("The axis of resistance is weaker.", (("AXIS",), "strength", "decrease", "asserted")),
    ("Russia could lose its foothold.", (("RUS",), "influence", "decrease", "possible")),
    ("The retreat leaves Hezbollah exposed.", (("HEZ",), "threat_exposure", "increase", "asserted")),
    ("It could conceivably weaken Iran's influence.", (("IRN",), "influence", "decrease", "possible_weak")),
]


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[r[0][:50] for r in ROWS])
def test_claim(text: str, expected: tuple[tuple[str, ...], str, str, str]) -> None:
    assert expected in [row(c) for c in claims(text)]


def test_the_shock_is_the_withdrawal() -> None:
    coding = read_report("r", text=START + "The retreat could weaken Iranian influence in Lebanon.")
    shock = next(e for e in coding.events if e.support_change == "withdrawal")
    query = coding.claims[0].model_query
    assert query is not None
    assert (query.shock, query.measure, query.target, query.expect) == (shock.id, "influence", "IRN", "-")


def test_a_conduit_asks_for_sender_and_recipient() -> None:
    found = [c.model_query for c in claims("The withdrawal could sever the supply route to Hezbollah.")]
    assert ("IRN", "HEZ") in [q.target for q in found if q and q.measure == "conduit_capacity"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The Assad government could fall within weeks.", 60),
        ("Within two months, the Assad government could fall.", 60),
        ("The Assad government could fall in the next three years.", 1095),
        ("The move might alter the balance of power in the Middle East for years to come.", 1825),
        ("The Assad government could fall.", None),
    ],
)
def test_horizon(text: str, days: int | None) -> None:
    queries = [c.model_query for c in claims(text)]
    assert [q.horizon_days for q in queries if q] == [days]


def test_an_open_question_has_no_query_but_a_reason() -> None:
    found = claims("The move raises questions about the future of Iran's regional strategy.")
    open_ = [c for c in found if c.kind == "open_question"]
    assert len(open_) == 1
    assert open_[0].object.actor == ("IRN",)
    assert open_[0].hedge.strength == "unstated"
    assert open_[0].model_query is None
    assert open_[0].no_query_reason


def test_holder_is_who_says_it() -> None:
    found = claims("Israel says the retreat could weaken Hezbollah.")
    assert found[0].holder == "ISR"


def test_no_event_no_query() -> None:
    coding: Coding = read_report(
        "r", text="The new treaty could strengthen Turkey's influence in the region."
    )
    assert coding.claims
    assert all(c.model_query is None for c in coding.claims)
    assert "no event" in str(coding.claims[0].no_query_reason)


def test_repeats_are_one_claim() -> None:
    found = claims(
        "The retreat could weaken Iranian influence. Iran's "
        "influence has diminished. It may erode Iran's influence."
    )
    same = [c for c in found if c.object.attribute == "influence" and c.direction == "decrease"]
    assert len(same) == 1
    assert len(same[0].mentions) >= 2
