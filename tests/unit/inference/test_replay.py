"""A case log becomes its state by day."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.errors import InputError
from counterpoise.inference.replay import replay
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import Scenario


@pytest.fixture(scope="module")
def kabul() -> Scenario:
    return load_scenario("AFG2021")


def test_days_known_as_intervals_are_drawn_within_them(kabul: Scenario) -> None:
    found = replay(kabul, logs=6)
    assert len(found.logs) == 6
    days = {tuple(log.day.tolist()) for log in found.logs}
    assert len(days) > 1
    assert all(log.ended and log.n_days == 107 for log in found.logs)
    assert all((np.diff(log.day) >= 0).all() for log in found.logs)


def test_the_same_seed_gives_the_same_logs(kabul: Scenario) -> None:
    one, two, other = (replay(kabul, seed=s) for s in (1, 1, 2))
    assert all((a.day == b.day).all() for a, b in zip(one.logs, two.logs, strict=True))
    assert any((a.day != b.day).any() for a, b in zip(one.logs, other.logs, strict=True))


def test_a_site_is_retaken_after_it_was_taken() -> None:
    found = replay(load_scenario("CAF2020"), logs=8)
    for log in found.logs:
        holder = found.theatre.holder.copy()
        for site, party in zip(log.site, log.party, strict=True):
            assert holder[site] != party
            holder[site] = party


def test_a_scenario_that_is_no_case_is_refused(region: Scenario) -> None:
    with pytest.raises(InputError, match="no past case"):
        replay(region)
