"""The regional ledger: half-lives whose length is known, sums and means of blocs, and their spread."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from counterpoise.assessment import regional as r
from counterpoise.dynamics.measures import MEASURES
from counterpoise.ensemble import Regional
from counterpoise.ensemble.regional import DAYS


def made(run: Any, seed: int = 1, shift: float = 0.0) -> Regional:
    """Measures that are random but for a constant shift; the same seed gives the same noise."""
    like = run.regional["stay"]
    values = np.random.default_rng(seed).random(like.values.shape) + 1.0 + shift
    return dataclasses.replace(like, values=values)


def actors(run: Any) -> tuple[str, ...]:
    found: tuple[str, ...] = run.futures.world.actors
    return found


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("tau", [50.0, 200.0, 400.0])
def test_half_life_of_an_exponential_decay(tau: float, sign: float) -> None:
    days = list(range(0, 1826, 5))
    shift = sign * 3.0 * np.exp(-np.array(days) / tau)
    length, text = r.half_life(days, shift, 1e-9)
    assert length == pytest.approx(tau * np.log(2), abs=2)
    assert text == f"{length} days after its peak on day 0"


def test_half_life_on_the_grid_of_the_ledger() -> None:
    """Linear between the days of the grid: a straight fall from day 90 to nothing on day 730 is halved on day 410."""
    days = list(DAYS)
    shift = np.interp(days, [0, 90, 730, 1825], [0.0, 2.0, 0.0, 0.0])
    length, text = r.half_life(days, shift, 1e-9)
    assert length == 320
    assert text.endswith("peak on day 90")


def test_a_shift_that_stays_reaches_beyond_the_horizon() -> None:
    assert r.half_life(DAYS, np.full(len(DAYS), 0.3), 1e-9) == (None, "beyond the horizon")
    assert r.half_life(DAYS, np.linspace(0, 1, len(DAYS)), 1e-9) == (None, "beyond the horizon")


def test_noise_is_no_shift() -> None:
    assert r.half_life(DAYS, np.full(len(DAYS), 0.3), 0.3) == (None, "no shift")
    assert r.half_life(DAYS, np.zeros(len(DAYS)), 1e-12) == (None, "no shift")


def test_a_bloc_is_the_sum_or_the_mean_of_its_members(run: Any) -> None:
    fake = made(run)
    names = actors(run)
    members = [names.index(a) for a in ("XBB", "XAA", "ALLY")]
    for measure in r.UNITS:
        found = r.actor_values(fake, measure, "AXIS", names, run.scenario)
        part = fake.values[:, :, MEASURES.index(measure)][:, :, members]
        summed = ("influence", "material", "spending", "composite", "strength")
        expected = part.sum(axis=2) if measure in summed else part.mean(axis=2)
        assert np.allclose(found, expected), measure
        alone = r.actor_values(fake, measure, "XCC", names, run.scenario)
        assert np.array_equal(alone, fake.values[:, :, MEASURES.index(measure), names.index("XCC")])


def rows(run: Any, first: Regional, second: Regional) -> dict[tuple[str, str], r.LedgerRow]:
    found = r.ledger_rows(run.scenario, actors(run), {"a": first, "b": second}, run.futures.draw, "a", "b")
    return {(x.actor, x.measure): x for x in found}


def test_every_actor_of_the_ledger_under_every_measure(run: Any) -> None:
    found = rows(run, made(run, shift=0.1), made(run))
    assert set(found) == {(a, m) for a in run.scenario.ledger for m in r.UNITS}
    row = found["XBB", "influence"]
    fake = made(run, shift=0.1).values[:, :, MEASURES.index("influence"), actors(run).index("XBB")]
    assert row.now == pytest.approx(fake[:, 0].mean())
    assert row.d30 == pytest.approx(fake[:, DAYS.index(30)].mean())
    assert row.d365 == pytest.approx(fake[:, DAYS.index(365)].mean())
    assert row.contrast == pytest.approx(0.1)
    assert row.unit == r.UNITS["influence"]


def test_more_is_a_gain_but_of_threat(run: Any) -> None:
    found = rows(run, made(run, shift=0.5), made(run))
    for (_, measure), row in found.items():
        gain = (0.0, 1.0) if measure == "threat" else (1.0, 0.0)
        assert (row.p_gain, row.p_loss) == gain, measure
    found = rows(run, made(run, shift=-0.5), made(run))
    assert found["XBB", "influence"].p_loss == 1.0
    assert found["XBB", "threat"].p_gain == 1.0


def test_less_than_a_hundredth_of_today_is_no_change(run: Any) -> None:
    found = rows(run, made(run, shift=0.01), made(run))  # today's values are about 1.5
    assert (found["XBB", "influence"].p_gain, found["XBB", "influence"].p_loss) == (0.0, 0.0)
    assert r.tolerance(-200.0, 300.0) == 2.0
    assert r.tolerance(0.0, 0.0) > 0


def test_a_trifle_to_the_region_is_no_gain_however_small_the_actor(run: Any) -> None:
    """XBB has next to nothing and doubles it; the threshold is a thousandth of what the largest actor has."""
    first, second = made(run), made(run)
    at, names = MEASURES.index("influence"), actors(run)
    for x in (first, second):
        x.values[:, :, at] = 0.0
        x.values[:, :, at, names.index("XCC")] = 2.0
        x.values[:, :, at, names.index("XBB")] = 0.0015
    first.values[:, 1:, at, names.index("XBB")] += 0.0019
    row = rows(run, first, second)["XBB", "influence"]
    assert row.least == pytest.approx(0.002)
    assert (row.p_gain, row.p_change_gain, row.p_first) == (0.0, 0.0, 0.0)
    spread = {s.actor: s.p_gain for s in rows(run, first, second)["AXIS", "influence"].spread}
    assert spread["XBB"] == 0.0
    first.values[:, 1:, at, names.index("XBB")] += 0.0002
    row = rows(run, first, second)["XBB", "influence"]
    assert (row.p_gain, row.p_change_gain, row.p_first) == (1.0, 1.0, 1.0)
    assert rows(run, first, second)["XCC", "influence"].least == pytest.approx(0.02)


def test_the_null_contrast_is_exactly_zero(run: Any) -> None:
    for row in rows(run, made(run), made(run)).values():
        assert (row.contrast, row.interval_90, row.mc_error) == (0.0, (0.0, 0.0), 0.0)
        assert (row.p_gain, row.p_loss, row.half_life_text) == (0.0, 0.0, "no shift")
        assert all((s.contrast, s.p_gain) == (0.0, 0.0) for s in row.spread)


def test_a_bloc_shows_the_spread_of_its_members(run: Any) -> None:
    """One member gains what another loses: the sum says nothing happened, the spread must not."""
    first, second = made(run), made(run)
    names = actors(run)
    first.values[:, :, :, names.index("XBB")] += 0.5
    first.values[:, :, :, names.index("ALLY")] -= 0.5
    row = rows(run, first, second)["AXIS", "influence"]
    assert row.bloc
    assert row.contrast == pytest.approx(0.0, abs=1e-12)
    spread = {s.actor: s for s in row.spread}
    assert list(spread) == ["XBB", "XAA", "ALLY"]
    assert spread["XBB"].contrast == pytest.approx(0.5)
    assert spread["ALLY"].contrast == pytest.approx(-0.5)
    assert [spread[a].p_gain for a in ("XBB", "XAA", "ALLY")] == [1.0, 0.0, 0.0]
    threat = {s.actor: s.p_gain for s in rows(run, first, second)["AXIS", "threat"].spread}
    assert threat == {"XBB": 0.0, "XAA": 0.0, "ALLY": 1.0}
    alone = rows(run, first, second)["XBB", "influence"]
    assert not alone.bloc
    assert alone.spread == ()


def test_a_measure_that_is_nothing_throughout_has_no_row(run: Any) -> None:
    first, second = made(run), made(run)
    first.values[:, :, MEASURES.index("material")] = 0.0
    found = rows(run, first, second)
    assert ("XBB", "material") not in found
    assert ("XBB", "influence") in found


def test_half_life_of_a_row_is_read_from_the_mean_shift(run: Any) -> None:
    first, second = made(run), made(run)
    days = np.array(run.regional["stay"].day)
    first.values[:] += np.interp(days, [0, 30, 90, 365], [0.0, 1.0, 0.0, 0.0])[None, :, None, None]
    row = rows(run, first, second)["XCC", "reach"]
    assert row.half_life_days == 30
    assert row.half_life_text == "30 days after its peak on day 30"
    assert row.peak is not None
    assert (row.peak.peak_day, row.peak.peak) == (30, pytest.approx(1.0))
    # The same course in every draw: the interval is a point, and nothing lasts beyond the horizon.
    assert row.peak.half_life_interval_90 == (30, 30)
    assert row.peak.p_beyond == 0.0


def test_half_lives_of_draws_that_differ(run: Any) -> None:
    """In a fifth of the draws the shift stays: the interval is open at its far end, and the share says how often."""
    first, second = made(run), made(run)
    days = np.array(run.regional["stay"].day)
    draw = run.futures.draw[: len(first.values)]
    short = np.interp(days, [0, 30, 90, 365], [1.0, 1.0, 0.0, 0.0])
    stays = draw % 5 == 0
    first.values[:] += np.where(stays[:, None], 1.0, short[None, :])[:, :, None, None]
    row = rows(run, first, second)["XCC", "reach"]
    assert row.peak is not None
    low, high = row.peak.half_life_interval_90
    assert low == pytest.approx(60, abs=5)
    assert high is None
    present = np.unique(draw, return_counts=True)
    share = present[1][present[0] % 5 == 0].sum() / present[1].sum()
    assert row.peak.p_beyond == pytest.approx(share)


def test_who_ranks_first_by_hand(run: Any) -> None:
    """XBB gains most in the draws with an even number, XCC in the others; XEE gains always and never most."""
    first, second = made(run), made(run)
    names, draw = actors(run), run.futures.draw[: len(made(run).values)]
    even = (draw % 2 == 0)[:, None, None]
    first.values[:, :, :, names.index("XBB")] += np.where(even, 2.0, 0.5)
    first.values[:, :, :, names.index("XCC")] += np.where(even, 0.5, 2.0)
    first.values[:, :, :, names.index("XEE")] += 1.0
    found = rows(run, first, second)
    one, two, three = (found[a, "influence"] for a in ("XBB", "XCC", "XEE"))
    counts = np.unique(draw, return_counts=True)
    share = counts[1][counts[0] % 2 == 0].sum() / counts[1].sum()
    assert one.p_first == pytest.approx(share)
    assert two.p_first == pytest.approx(1 - share)
    assert three.p_first == 0.0
    assert sorted(x.rank for x in (one, two, three)) == [1, 2, 3]
    assert found["AXIS", "influence"].rank is None
    # Under threat less is a gain, so there they lose, and nobody is first.
    assert found["XBB", "threat"].p_first == 0.0


def test_measures_that_disagree_are_listed(run: Any) -> None:
    first, second = made(run), made(run)
    names = actors(run)
    first.values[:, :, MEASURES.index("influence"), names.index("XBB")] -= 0.5
    first.values[:, :, MEASURES.index("threat"), names.index("XBB")] -= 0.5
    found = r.ledger_rows(run.scenario, names, {"a": first, "b": second}, run.futures.draw, "a", "b")
    (only,) = r.reversals(found)
    assert (only.actor, only.gains, only.loses) == ("XBB", ("threat",), ("influence",))
    assert only.best_rank < only.worst_rank


def test_real_measures_keep_their_bounds(run: Any) -> None:
    """Shares lie in [0, 1]; a bloc's sum is that of its members' contrasts."""
    found = r.ledger_rows(run.scenario, actors(run), run.regional, run.futures.draw, "as_reported", "stay")
    for row in found:
        if row.measure in ("reach", "space"):
            assert 0 <= row.now <= 1
            assert 0 <= row.d365 <= 1
        assert row.interval_90[0] <= row.interval_90[1]
        assert row.p_gain + row.p_loss <= 1
        if row.bloc and row.measure in r.SUMMED:
            assert row.contrast == pytest.approx(sum(s.contrast for s in row.spread), abs=1e-9)
