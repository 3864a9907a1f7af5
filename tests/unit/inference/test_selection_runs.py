"""Unselected campaigns from the engine."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from counterpoise.inference.selection_runs import fall_by_shift, unselected_world
from counterpoise.scenario import load_scenario


def test_falls_rise_with_the_shift_and_bytes_do_not_depend_on_workers() -> None:
    levant = [(load_scenario("levant-2024"), dt.date(2024, 11, 26))]
    one, two = (fall_by_shift(levant, (-3.0, 0.0), members=400, seed=3, workers=w) for w in (1, 2))
    assert one.shape == (2, 1)
    assert (one == two).all()
    assert 0.0 < one[0, 0] < one[1, 0] < 1.0


def test_a_campaign_begins_at_once_and_none_follows() -> None:
    from dataclasses import replace

    from counterpoise.dynamics.kernel import EVENT_NAMES
    from counterpoise.ensemble import simulate_world
    from counterpoise.inference import selection_runs

    world = unselected_world(load_scenario("levant-2024"), dt.date(2024, 11, 26), 1)
    assert world.starts_campaign.tolist() == [1]
    still = replace(world, draws=selection_runs._shifted(world.draws, -50.0))
    arm = simulate_world(still, members=200, seed=1).arms["baseline"]
    names = np.array(EVENT_NAMES)[arm.kind]
    assert (names == "campaign_start").sum() == 0
    assert (names == "campaign_end").sum() > 0
    assert (names == "capture").sum() == 0, "a shift of -50 stops every loss"


def test_a_campaign_under_way_is_refused() -> None:
    with pytest.raises(ValueError, match="a campaign is under way"):
        unselected_world(load_scenario("levant-2024"), dt.date(2024, 12, 6), 1)
