"""Claims against a model whose answer is known: every measure, every verdict, and how strongly it was said."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from counterpoise.assessment.claims import ClaimDesk, check_claims
from counterpoise.assessment.models import ClaimCheck
from counterpoise.compiler import MappedShock
from counterpoise.dynamics.kernel import COUP
from counterpoise.dynamics.measures import MEASURES
from counterpoise.ensemble import Futures, Regional

N_DRAWS = 10
NAMES = {"XBB": "Betania", "ALLY": "The Deltanian Guard"}
LEVEL = 10.0


def measured(run: Any, measure: str, actor: str, by_draw: Mapping[int, float]) -> Regional:
    """Every measure of every actor at the same level, but for one that differs by parameter draw from day 30 on."""
    like = run.regional["stay"]
    values = np.full_like(like.values, LEVEL)
    draw = np.arange(values.shape[0]) % N_DRAWS
    at = run.futures.world.actors.index(actor)
    values[:, 1:, MEASURES.index(measure), at] += np.array([by_draw.get(int(d), 0.0) for d in draw])[:, None]
    return dataclasses.replace(like, values=values)


Desk = Callable[..., ClaimDesk]


@pytest.fixture(scope="module")
def desk(run: Any, with_draws: Callable[..., Futures]) -> Desk:
    """A desk where one actor's measure differs between the arms, by parameter draw."""

    def make(
        measure: str = "influence",
        actor: str = "XBB",
        by_draw: Mapping[int, float] | None = None,
        **changes: Any,
    ) -> ClaimDesk:
        regional = {
            "as_reported": measured(run, measure, actor, by_draw or {}),
            "stay": measured(run, measure, actor, {}),
        }
        whole = ClaimDesk(
            run.scenario,
            with_draws(N_DRAWS),
            regional,
            run.resolver,
            run.mapped,
            "as_reported",
            "stay",
            NAMES,
        )
        return dataclasses.replace(whole, **changes)

    return make


def one(made: ModuleType, desk: ClaimDesk, *args: Any, **kwargs: Any) -> ClaimCheck:
    (found,) = check_claims(desk, made.coding(claims=[made.claim("C1", *args, **kwargs)]))
    return found


def rise(n: int, by: float = 1.0, start: int = 0) -> dict[int, float]:
    """The measure rises in `n` of ten draws."""
    return dict.fromkeys(range(start, start + n), by)


MEASURED = {
    "influence": "influence", "bloc_strength": "strength", "operational_space": "space", "threat_exposure": "threat",
}  # fmt: skip


@pytest.mark.parametrize("measure", MEASURED)
@pytest.mark.parametrize(
    ("n_up", "n_down", "verdict"),
    [
        (8, 0, "supported"),
        (7, 3, "undetermined"),
        (0, 8, "contradicted"),
        (0, 7, "undetermined"),
        (0, 0, "undetermined"),
        (2, 8, "contradicted"),
    ],
)
def test_verdicts_of_a_claimed_rise(
    made: ModuleType, desk: Desk, measure: str, n_up: int, n_down: int, verdict: str
) -> None:
    by_draw = {**rise(n_up), **rise(n_down, -1.0, start=n_up)}
    found = one(made, desk(MEASURED[measure], "XBB", by_draw), measure, "XBB", "+")
    assert found.verdict == verdict
    assert found.model_p == pytest.approx(n_up / 10)
    assert found.p_opposite == pytest.approx(n_down / 10)
    assert found.contrast == pytest.approx((n_up - n_down) / 10)


def test_a_claimed_fall_turns_the_probabilities_and_keeps_the_number(made: ModuleType, desk: Desk) -> None:
    found = one(made, desk("influence", "XBB", rise(9, -2.0)), "influence", "XBB", "-")
    assert (found.verdict, found.model_p, found.p_opposite) == ("supported", pytest.approx(0.9), 0.0)
    assert found.contrast == pytest.approx(-1.8)  # the measure's own direction: it falls
    assert found.interval_90 is not None
    assert found.interval_90[0] == pytest.approx(-2.0)
    assert found.interval_90[0] < found.interval_90[1]


def test_less_than_a_hundredth_is_no_change(made: ModuleType, desk: Desk) -> None:
    found = one(made, desk("influence", "XBB", rise(10, 0.009 * LEVEL)), "influence", "XBB", "+")
    assert (found.model_p, found.verdict) == (0.0, "undetermined")
    found = one(made, desk("influence", "XBB", rise(10, 0.011 * LEVEL)), "influence", "XBB", "+")
    assert (found.model_p, found.verdict) == (1.0, "supported")


def test_a_better_position_is_less_threat(made: ModuleType, desk: Desk) -> None:
    less = desk("threat", "XEE", rise(10, -3.0))
    better = one(made, less, "position", "XEE", "+", attribute="position")
    assert (better.verdict, better.contrast) == ("supported", pytest.approx(-3.0))
    worse = one(made, less, "position", "XEE", "-", attribute="position")
    assert (worse.verdict, worse.contrast) == ("contradicted", pytest.approx(-3.0))
    exposed = one(made, less, "threat_exposure", "XEE", "+", attribute="threat_exposure")
    assert (exposed.verdict, exposed.contrast) == ("contradicted", pytest.approx(-3.0))


@pytest.mark.parametrize(
    ("by_draw", "changes", "stays"),
    [
        ({**rise(5), **rise(5, -1.0, start=5)}, "supported", "contradicted"),
        ({}, "contradicted", "supported"),
        (rise(5), "undetermined", "undetermined"),
    ],
)
def test_a_claim_of_change_counts_either_way(
    made: ModuleType, desk: Desk, by_draw: Mapping[int, float], changes: str, stays: str
) -> None:
    there = desk("influence", "XBB", by_draw)
    assert one(made, there, "influence", "XBB", "nonzero").verdict == changes
    assert one(made, there, "influence", "XBB", "0").verdict == stays


def test_several_targets_are_taken_together(made: ModuleType, desk: Desk) -> None:
    found = one(made, desk("strength", "ALLY", rise(10, -1.0)), "bloc_strength", ("XBB", "ALLY"), "-")
    assert found.target == ("XBB", "ALLY")
    assert found.contrast == pytest.approx(-1.0)
    assert found.verdict == "supported"


def test_the_horizon_of_the_claim_is_used(made: ModuleType, run: Any, desk: Desk) -> None:
    """Nothing has happened by day 0: a claim of one day sees nothing."""
    there = desk("influence", "XBB", rise(10))
    assert one(made, there, "influence", "XBB", "+", horizon_days=13).model_p == 0.0
    assert one(made, there, "influence", "XBB", "+", horizon_days=14).model_p == 1.0
    assert one(made, there, "influence", "XBB", "+").horizon_days == 365


def test_change_over_time_stands_beside_the_contrast(made: ModuleType, desk: Desk) -> None:
    found = one(made, desk("influence", "XBB", rise(10, -2.0)), "influence", "XBB", "-")
    assert found.change == pytest.approx(-2.0)
    assert found.p_change == 1.0


@pytest.mark.parametrize(
    ("hedge", "n_up", "stated"),
    [
        ((0.2, 0.55), 1, "more"),
        ((0.2, 0.55), 3, "as"),
        ((0.2, 0.55), 9, "less"),
        ((0.2, 0.5), 2, "as"),
        ((0.2, 0.5), 5, "as"),
        (None, 5, None),
    ],
)
def test_how_strongly_it_is_stated(
    made: ModuleType, desk: Desk, hedge: tuple[float, float] | None, n_up: int, stated: str | None
) -> None:
    found = one(made, desk("influence", "XBB", rise(n_up)), "influence", "XBB", "+", hedge=hedge)
    assert found.stated == stated
    assert found.hedge_interval == hedge


def test_the_balance_of_power_is_a_share_that_changes_hands(made: ModuleType, run: Any, desk: Desk) -> None:
    n = len(run.futures.world.actors)
    # One of n equal actors rises by so much that its share goes from 1/n to 1/n + 0.05, and a little more.
    enough = n * LEVEL * 0.06 / (1 - 1 / n - 0.06)
    found = one(made, desk("influence", "XBB", rise(9, enough)), "balance_of_power", "REGION", "nonzero")
    assert (found.verdict, found.model_p) == ("supported", pytest.approx(0.9))
    assert found.contrast == pytest.approx(0.9 * 0.06, rel=0.01)
    little = one(
        made, desk("influence", "XBB", rise(10, enough / 2)), "balance_of_power", "REGION", "nonzero"
    )
    assert (little.verdict, little.model_p) == ("undetermined", 0.0)


def ending(futures: Futures, **share: float) -> Futures:
    """Futures in which this share of each draw's members ends by coup on day 10, by arm."""
    n = futures.n_members
    order = np.arange(n) // N_DRAWS  # members of one draw, counted
    arms = dict(futures.arms)
    for arm, part in share.items():
        end = order < part * n / N_DRAWS
        arms[arm] = dataclasses.replace(
            arms[arm],
            end_day=np.where(end, 10, 0).astype(np.int32),
            end_mode=np.where(end, COUP, 0).astype(np.int8),
        )
    return dataclasses.replace(futures, arms=arms)


@pytest.mark.parametrize(
    ("reported", "stay", "expect", "verdict", "contrast"),
    [
        (0.6, 0.4, "-", "supported", -0.2),
        (0.4, 0.6, "-", "contradicted", 0.2),
        (0.4, 0.6, "+", "supported", 0.2),
        (0.5, 0.5, "-", "undetermined", 0.0),
        (0.6, 0.1, "low", "supported", -0.1),
        (0.4, 0.1, "low", "contradicted", 0.1),
        (0.4, 0.1, "high", "supported", 0.1),
    ],
)
def test_stability_is_survival(
    made: ModuleType, desk: Desk, reported: float, stay: float, expect: str, verdict: str, contrast: float
) -> None:
    there = desk()
    there = dataclasses.replace(there, futures=ending(there.futures, as_reported=reported, stay=stay))
    found = one(made, there, "regime_stability", "XAA", expect, attribute="regime_stability")
    assert found.verdict == verdict
    assert found.contrast == pytest.approx(contrast)


@pytest.mark.parametrize("measure", ["support_flow", "involvement"])
def test_what_the_lever_itself_sets_is_by_construction(made: ModuleType, desk: Desk, measure: str) -> None:
    target: Any = ("XBB", "XAA") if measure == "support_flow" else "XBB"
    found = one(made, desk(), measure, target, "-", attribute="support")
    assert found.verdict == "by_construction"
    assert found.stated is None
    assert found.model_p == 1.0
    assert found.contrast is not None
    assert -1 <= found.contrast < 0  # the mean over all kinds, of which one leaves


def test_support_that_no_lever_touches_is_not_modelled(made: ModuleType, desk: Desk) -> None:
    other = one(made, desk(), "support_flow", ("XCC", "XAA"), "-", attribute="support")
    assert other.verdict == "not_modelled"
    assert "no lever of this run" in other.rests_on
    quiet = one(made, desk(shock=MappedShock()), "support_flow", ("XBB", "XAA"), "-", attribute="support")
    assert quiet.verdict == "not_modelled"
    missing = one(made, desk(), "support_flow", ("XBB", "XEE"), "-", attribute="support")
    assert missing.rests_on == "the support ledger has no such flow"


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.5, "supported"), (1.0, "undetermined"), (1.5, "contradicted")]
)
def test_a_claim_on_a_conduit(made: ModuleType, run: Any, desk: Desk, share: float, verdict: str) -> None:
    there = desk()
    stay = there.regional["stay"]
    less = dataclasses.replace(stay, capacity=stay.capacity * share)
    there = dataclasses.replace(there, regional={"stay": stay, "as_reported": less})
    for target in (("XBB", "ALLY"), "ALLY"):
        found = one(made, there, "conduit_capacity", target, "-", attribute="conduit_capacity")
        assert found.verdict == verdict
        assert found.unit == "index, 100 = before the campaign"


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ((None,), "an evaluation"),
        (("influence", "ZZZ", "+"), "the scenario has no actor for ZZZ"),
        (("influence", "XBB", "high"), "a level, not a change: the model measures changes"),
        (("conduit_capacity", "XCC", "-"), "the scenario has no conduit to this actor"),
    ],
)
def test_what_no_measure_answers_says_why(
    made: ModuleType, desk: Desk, args: tuple[Any, ...], why: str
) -> None:
    found = one(made, desk(), *args)
    assert found.verdict == "not_modelled"
    assert found.rests_on == why
    assert (found.model_p, found.contrast, found.stated) == (None, None, None)


def test_a_measure_that_is_nothing_throughout_is_not_modelled(made: ModuleType, desk: Desk) -> None:
    there = desk()
    for regional in there.regional.values():
        regional.values[:] = 0.0
    found = one(made, there, "influence", "XBB", "-")
    assert found.verdict == "not_modelled"
    assert "zero" in found.rests_on


def test_claims_the_coder_is_not_sure_of_are_left_out(made: ModuleType, desk: Desk) -> None:
    sure, unsure = made.claim("C1"), made.claim("C2", usable=False, support=0.3)
    assert [c.id for c in check_claims(desk(), made.coding(claims=[sure, unsure]))] == ["C1"]


def test_a_report_without_claims_has_none(made: ModuleType, desk: Desk) -> None:
    assert check_claims(desk(), made.coding()) == []


def test_the_claim_is_quoted_and_said_again(made: ModuleType, desk: Desk) -> None:
    found = one(made, desk(), "conduit_capacity", ("XBB", "ALLY"), "-", attribute="conduit_capacity")
    span = found.text_span
    assert made.TEXT[span.start : span.end] == span.quote == "could cut the Guard off"
    assert found.text == "Betania, The Deltanian Guard: conduit capacity falls"
