"""A report that is not sure of its event: the arm *as reported* is a mixture, and nothing else moves."""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from counterpoise.assessment import Assessment, assess
from counterpoise.assessment.mixture import Mixed, mix, mixed_arms, part_names
from counterpoise.brief import assessment_json, summary_text
from counterpoise.brief.compose import compose
from counterpoise.brief.markdown import to_markdown
from counterpoise.brief.writer import check_wording
from counterpoise.compiler import (
    MappedShock,
    MixturePart,
    Resolver,
    load_parameters,
    map_shock,
    mixture_parts,
)
from counterpoise.ensemble import Futures
from counterpoise.reports import Coding
from counterpoise.reports.coding import Hedge
from counterpoise.scenario.models import Scenario

#: Before the scenario itself knows that Betania goes: what it knows is never in doubt.
DAY = dt.date(2020, 1, 25)
POSSIBLE = Hedge(strength="possible", p=(0.2, 0.55))
LIKELY = Hedge(strength="evidential", p=(0.55, 0.8))


def mapped(scenario: Scenario, coding: Coding) -> MappedShock:
    return map_shock(coding, scenario, DAY, Resolver(scenario, coding), load_parameters(scenario, DAY))


def run(scenario: Scenario, coding: Coding, **options: Any) -> Assessment:
    return assess(coding, scenario=scenario, as_of=DAY, members=400, seed=1, workers=2, **options)


def answers(a: Assessment) -> dict[tuple[str, str], float]:
    return {(q.arm, q.id): q.p for q in a.questions}


@pytest.fixture(scope="module")
def doubtful(region: Scenario, made: ModuleType) -> Assessment:
    """Betania may go; rebels attack for certain."""
    return run(region, made.coding((made.event(hedge=POSSIBLE), made.attack("E3", "took Oasis"))))


def test_what_is_asserted_is_one_part(region: Scenario, made: ModuleType) -> None:
    (only,) = mixture_parts(mapped(region, made.coding((made.event(), made.attack()))), region, DAY)
    assert only.weight == 1.0
    assert part_names((only,)) == ("as_reported",)
    assert mixed_arms((only,)) == ()


def test_parts_are_nested_and_their_weights_sum_to_one(region: Scenario, made: ModuleType) -> None:
    events = (
        made.event(hedge=POSSIBLE),
        made.event(
            "E2", "sent more aircraft", type="AID", mode=None, actors=("XCC",), recipients=("XAA",),
            support_kinds=("troops", "weapons", "funding", "materiel", "advisers"), hedge=LIKELY,
        ),
    )  # fmt: skip
    found = mapped(region, made.coding(events))
    parts = mixture_parts(found, region, DAY)
    assert sum(p.weight for p in parts) == pytest.approx(1.0)
    held = [{x.statement for x in p.mapped.levers} for p in parts]
    assert all(b < a for a, b in itertools.pairwise(held))
    assert held[-1] == set()
    assert [p.weight for p in parts] == pytest.approx(
        np.diff([0.0, *sorted({x.weight for x in found.levers}), 1.0])
    )


@pytest.mark.parametrize(("town", "parts"), [("Oasis", 1), ("West", 2)])
def test_a_hedged_capture_is_a_part_unless_the_town_is_held_already(
    region: Scenario, made: ModuleType, town: str, parts: int
) -> None:
    took = made.attack("E3", "took Oasis", mode="seize", place=(town,), hedge=POSSIBLE)
    found = mapped(region, made.coding((took,)))
    assert found.hedged == (("E3", 0.375),)
    assert len(mixture_parts(found, region, DAY)) == parts
    # Said outright as well, the same capture is no longer in doubt.
    sure = made.attack("E4", "took Oasis", mode="seize", place=(town,))
    assert len(mixture_parts(mapped(region, made.coding((took, sure))), region, DAY)) == 1


def test_what_the_scenario_knows_is_not_made_doubtful_by_a_careful_report(
    region: Scenario, made: ModuleType
) -> None:
    later = dt.date(2020, 2, 1)
    coding = made.coding((made.event(hedge=POSSIBLE),))
    resolver, parameters = Resolver(region, coding), load_parameters(region, later)
    found = map_shock(coding, region, later, resolver, parameters)
    assert [(x.merged_with, x.weight) for x in found.levers] == [("e-out", 1.0)]
    assert len(mixture_parts(found, region, later)) == 1


def test_the_probability_is_w_with_and_one_less_w_without(doubtful: Assessment) -> None:
    (lever,) = doubtful.shock
    assert lever.weight == 0.375
    p = answers(doubtful)
    some = 0
    for (arm, question), value in p.items():
        if arm == "as_reported":
            with_, without = p["if_true", question], p["without", question]
            assert value == pytest.approx(0.375 * with_ + 0.625 * without, abs=1e-12)
            some += with_ != without
    assert some
    by = {c.id: c.difference for c in doubtful.contrasts}
    assert by["regime_end:XAA:365:as_reported-without"] == pytest.approx(
        0.375 * (p["if_true", "regime_end:XAA:365"] - p["without", "regime_end:XAA:365"]), abs=1e-12
    )
    for v in doubtful.variants:
        assert v.p_365["as_reported"] == pytest.approx(
            0.375 * v.p_365["if_true"] + 0.625 * v.p_365["without"], abs=1e-12
        )
    assert doubtful.variants[0].p_365["if_true"] == p["if_true", "regime_end:XAA:365"]


def test_if_true_is_what_the_report_would_say_if_it_asserted(
    doubtful: Assessment, region: Scenario, made: ModuleType
) -> None:
    sure = run(region, made.coding((made.event(), made.attack("E3", "took Oasis"))))
    p, q = answers(doubtful), answers(sure)
    assert {k[1]: v for k, v in p.items() if k[0] == "if_true"} == {
        k[1]: v for k, v in q.items() if k[0] == "as_reported"
    }
    assert [v for k, v in p.items() if k[0] == "stay"] == [v for k, v in q.items() if k[0] == "stay"]
    assert doubtful.ledger == sure.ledger
    assert doubtful.places == sure.places


def test_without_is_the_world_that_knows_no_such_report(
    doubtful: Assessment, region: Scenario, made: ModuleType
) -> None:
    """The rebels' attack, which is asserted, holds in every part."""
    alone = run(region, made.coding((made.attack("E3", "took Oasis"),)))
    p, q = answers(doubtful), answers(alone)
    assert [v for k, v in p.items() if k[0] == "without"] == [
        v for k, v in q.items() if k[0] == "as_reported"
    ]


def test_a_mixture_of_equal_parts_is_that_part_to_the_last_bit(run: Any) -> None:
    futures: Futures = run.futures
    parts = (MixturePart(0.1, run.mapped), MixturePart(0.2, run.mapped), MixturePart(0.7, run.mapped))
    same = futures.arms["as_reported"]
    found = mix(futures, parts, (same, same))
    assert list(found.arms) == ["as_reported", "stay", "reinforce", "if_true", "partly_1", "without"]
    for mode in (None, "defeat"):
        assert np.array_equal(
            found.arms["as_reported"].ended_by(90, mode), same.ended_by(90, mode).astype(float)
        )


def test_an_event_that_changes_nothing_leaves_the_mixture_null(
    region: Scenario, made: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lever leaves all that there is: with and without are the same world, and every contrast is exactly zero."""
    module = importlib.import_module("counterpoise.assessment.assessing")
    real = module.map_shock

    def null(*args: Any) -> MappedShock:
        found: MappedShock = real(*args)
        levers = tuple(
            replace(x, change=x.change.model_copy(update={"to": 1.0, "amount": None})) for x in found.levers
        )
        return replace(found, levers=levers)

    monkeypatch.setattr(module, "map_shock", null)
    a = run(region, made.coding((made.event(hedge=POSSIBLE),)))
    assert [x.name for x in a.arms][:3] == ["as_reported", "if_true", "without"]
    zero = {c.id: (c.difference, c.interval_90) for c in a.contrasts if "reinforce" not in c.id}
    assert zero
    assert set(zero.values()) == {(0.0, (0.0, 0.0))}


def test_the_json_names_the_parts_only_where_there_are_some(
    doubtful: Assessment, assessed: Assessment
) -> None:
    data = doubtful.model_dump(mode="json", by_alias=True)
    assert data["arms"][0]["mixture"] == [
        {"arm": "if_true", "weight": 0.375},
        {"arm": "without", "weight": 0.625},
    ]
    assert all("mixture" not in arm for arm in data["arms"][1:])
    assert '"mixture"' not in assessment_json(assessed)
    assert "if_true" not in assessment_json(assessed)
    assert Assessment.model_validate(data) == doubtful


def test_the_brief_says_that_it_is_a_mixture(doubtful: Assessment, assessed: Assessment) -> None:
    document = compose(doubtful)
    check_wording(document)
    text = to_markdown(document).replace("\u00a0", " ")
    assert (
        "“As reported” is a mixture, because the report does not say outright that it happened; "
        "weights: “If true” 0.375, “Without it” 0.625" in text
    )
    assert "Arm “If true”" in text
    assert "is a mixture" in summary_text(doubtful)
    assert "is a mixture" not in summary_text(assessed)
    assert "takes it with a weight of 0.375" in text
    assert "if the report is true" in text
    assert "Which cities first, as reported" not in text
    assert "is a mixture" not in to_markdown(compose(assessed))


def test_mixed_counts_members_in_parts(run: Any) -> None:
    one, other = run.futures.arms["as_reported"], run.futures.arms["stay"]
    x = Mixed(((0.25, one), (0.75, other))).ended_by(365)
    assert x.mean() == pytest.approx(0.25 * one.ended_by(365).mean() + 0.75 * other.ended_by(365).mean())
    assert ((x >= 0) & (x <= 1)).all()
