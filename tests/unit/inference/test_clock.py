"""The two-state clock: closed forms, and counts on a made-up record."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from counterpoise.inference import clock
from counterpoise.inference.clock import Clock, Exposure
from counterpoise.sources import record


def test_with_one_takeover_rate_the_state_does_not_matter() -> None:
    same = Clock(start=0.3, burnout=2.4, takeover_quiet=0.05, takeover_campaign=0.05)
    for p in (0.0, 0.3, 1.0):
        assert same.takeover_within(3.0, p) == pytest.approx(1.0 - math.exp(-0.15))


def test_without_starts_a_quiet_state_waits_exponentially() -> None:
    still = Clock(start=1e-12, burnout=1.0, takeover_quiet=0.02, takeover_campaign=9.0)
    assert still.takeover_within(2.0, 0.0) == pytest.approx(1.0 - math.exp(-0.04), rel=1e-6)


def test_takeover_in_campaigns_alone_against_a_simulation() -> None:
    found = Clock(start=0.5, burnout=2.0, takeover_quiet=0.01, takeover_campaign=0.4)
    rng = np.random.default_rng(1)
    fell = 0
    for _ in range(20_000):
        t, busy = 0.0, False
        while True:
            leave, fall = (
                (found.burnout, found.takeover_campaign) if busy else (found.start, found.takeover_quiet)
            )
            t += rng.exponential(1.0 / (leave + fall))
            if t > 2.0:
                break
            if rng.random() < fall / (leave + fall):
                fell += 1
                break
            busy = not busy
    p = found.takeover_within(2.0, 0.0)
    assert fell / 20_000 == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 20_000))


def test_the_share_of_time_in_campaigns() -> None:
    assert Clock(1.0, 3.0, 0.0, 0.0).campaign_share() == 0.25


def rows(n: int = 6) -> list[Exposure]:
    return [Exposure(i, 10.0, 2.0, 3, 3, 0, int(i < n - 1), 0) for i in range(n)]


def test_rates_are_events_over_the_time_at_risk() -> None:
    rates = {r.id: r for r in clock.clock_rates(rows(), "2020-12")}
    assert rates["clock.start"].value == pytest.approx(3 / 10.25), (
        "the month of a start was quiet until it came"
    )
    assert rates["clock.burnout"].value == pytest.approx(1.5)
    assert rates["clock.takeover_campaign"].value == pytest.approx(5 / 12)
    assert rates["clock.takeover_campaign"].interval == "cluster bootstrap"
    none = rates["clock.takeover_quiet"]
    assert (none.value, none.low, none.interval) == (0.0, 0.0, "jeffreys")
    assert 0.0 < none.high < 0.1, "no event in 60 years is not a rate of zero"
    assert none.data_until == "2020-12-31"


def test_what_the_clock_implies_lies_in_its_interval() -> None:
    found = clock.implied(rows())
    for name, entry in found.items():
        assert entry["low"] <= entry["value"] <= entry["high"], name
    assert found["takeover_1_year"]["value"] < found["takeover_3_years"]["value"]


def test_months_are_quiet_or_in_campaign_or_not_at_risk(monkeypatch: pytest.MonkeyPatch) -> None:
    months = [f"{y}-{m:02d}" for y in range(1989, 1993) for m in range(1, 13)]
    deaths = [0.0] * 14 + [300.0, 200.0] + [0.0] * 32
    at_war = frozenset({(1, 1990)})
    monkeypatch.setattr(record, "deaths_by_month", lambda folder: (months, {1: deaths}, at_war))
    monkeypatch.setattr(clock, "takeover_months", lambda until: {1: {"1990-04", "1991-02", "1992-06"}})
    (found,) = clock.exposure(Path(), "1992-12")
    assert (found.starts, found.ends) == (1, 1)
    assert found.campaign == pytest.approx(2 / 12)
    assert found.quiet == pytest.approx(22 / 12), (
        "1990 and 1991, the war year and the year after, less the campaign"
    )
    assert (found.takeovers_campaign, found.takeovers_quiet, found.outside) == (1, 1, 1)
