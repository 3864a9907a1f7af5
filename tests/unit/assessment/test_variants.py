"""Registered variants: always all of them, and each is the coding that it says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from counterpoise.assessment import Assessment
from counterpoise.assessment import variants as v
from counterpoise.compiler import load_parameters

DAY = dt.date(2020, 2, 1)


def test_every_variant_is_shown_in_its_order(assessed: Assessment) -> None:
    assert [(x.id, x.text) for x in assessed.variants] == list(v.VARIANTS)
    for x in assessed.variants:
        assert set(x.p_30) == set(x.p_365) == {"as_reported", "stay"}
        for arm in x.p_30:
            assert 0 <= x.p_30[arm] <= x.p_365[arm] <= 1


def test_the_main_variant_is_the_main_answer(assessed: Assessment) -> None:
    """Same seed, same members: the same futures, so that what differs below is the coding alone."""
    main = assessed.variants[0]
    p = {(q.arm, q.horizon_days): q.p for q in assessed.questions if q.mode is None}
    for arm in ("as_reported", "stay"):
        assert main.p_30[arm] == p[arm, 30]
        assert main.p_365[arm] == p[arm, 365]


def test_each_variant_changes_what_it_says_and_nothing_else() -> None:
    plain = load_parameters(None, DAY)
    assert v.variant_parameters("main", plain) is plain
    assert v.variant_parameters("capped_sum", plain) is plain  # a flag of the compiler
    troops = v.variant_parameters("troops_2000", plain)
    assert troops.constant("level.troops") == 2 * plain.constant("level.troops")
    assert troops.specs == plain.specs
    assert [a for a, b in zip(troops.constants, plain.constants, strict=True) if a != b] == [
        next(k for k in troops.constants if k.name == "level.troops")
    ]


def test_the_selected_campaign_is_shifted_by_the_selection() -> None:
    plain = load_parameters(None, DAY)
    shifted = v.variant_parameters("selected_campaign", plain)
    old = {s.name: s for s in plain.specs}
    new = {s.name: s for s in shifted.specs}
    assert {n for n in old if old[n] != new[n]} == {"loss.intercept", "campaign.selection"}
    by = old["campaign.selection"].mean
    assert by < 0
    assert new["loss.intercept"].mean == pytest.approx(old["loss.intercept"].mean + by)
    assert (new["campaign.selection"].mean, new["campaign.selection"].sd) == (0.0, 0.0)
    assert shifted.constants == plain.constants


def test_variants_are_run_with_few_members_and_for_a_year(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = v.simulate_world

    def watched(world: Any, **options: Any) -> Any:
        seen.append((world.horizon, options["members"], world.arms))
        return real(world, **{**options, "members": 20})

    monkeypatch.setattr(v, "simulate_world", watched)
    parameters = load_parameters(run.scenario, DAY)
    v.run_variants(run.scenario, DAY, run.plan, run.mapped, parameters, 1, 50_000, 1, run.futures)
    year = min(365, run.futures.world.horizon)
    # "main" is read off the run itself.
    assert seen == [(year, v.MEMBERS, v.ARMS)] * (len(v.VARIANTS) - 1)
