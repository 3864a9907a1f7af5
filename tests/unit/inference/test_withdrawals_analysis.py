"""The withdrawals analysis: known answers by hand, recovery from simulation, the stored result."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from counterpoise.inference.withdrawals import load_withdrawals, summary
from counterpoise.inference.withdrawals_analysis import analyse_units, analyse_withdrawals, stored_analysis
from counterpoise.inference.withdrawals_specs import SPECIFICATIONS, SUBGROUPS, Units, draw_units, rows_of
from counterpoise.inference.withdrawals_survival import (
    BETA,
    binomial_limits,
    log_likelihood,
    posterior_summary,
    weighted_risk,
)

SPECS = {s.name: s for s in (*SPECIFICATIONS, *SUBGROUPS)}


def units(exits: list[float], falls: list[bool], gone: list[bool], strata: list[int]) -> Units:
    n = len(exits)
    numbers = np.array(strata, dtype=np.int64)
    return Units(
        np.zeros(n), np.array(exits), np.array(falls), np.array(gone), numbers, numbers, np.ones(n), tuple(map(str, range(n)))
    )  # fmt: skip


def pairs(fell: dict[int, float], n: int) -> Units:
    """Make pairs of a withdrawal and a continuation; the named withdrawals fall on the day given, nobody else."""
    return units(
        [fell.get(i, 365.0) if side == 0 else 365.0 for i in range(n) for side in (0, 1)],
        [side == 0 and i in fell for i in range(n) for side in (0, 1)],
        [side == 0 for _ in range(n) for side in (0, 1)],
        [i for i in range(n) for _ in (0, 1)],
    )


def test_risk_is_the_product_limit_estimate() -> None:
    entry, weight = np.zeros(4), np.ones(4)
    exits, event = np.array([10.0, 20.0, 30.0, 400.0]), np.array([True, False, True, False])
    # 1/4 fall on day 10; on day 30 one of the two that are left
    risk = weighted_risk(entry, exits, event, weight, (5, 10, 365))
    assert risk == pytest.approx([0.0, 0.25, 1 - 0.75 * 0.5])
    late = weighted_risk(np.array([0.0, 0.0, 0.0, 15.0]), exits, event, weight, (10,))
    assert late == pytest.approx([1 / 3])  # the fourth entered after day 10
    assert np.isnan(weighted_risk(entry, exits, event, np.zeros(4), (30,))).all()


def test_likelihood_of_one_pair_is_known() -> None:
    u = pairs({0: 10.0}, 2)
    found = log_likelihood(u.entry, u.exit, u.event, u.gone, u.strata)
    assert found[0] == pytest.approx(BETA - np.log(np.exp(BETA) + 1))
    assert found[1] == pytest.approx(0.0)  # nobody fell: nothing is said


def test_posterior_without_data_is_the_prior() -> None:
    mean, low, high = posterior_summary(-(BETA**2)[None, :] / 2)
    assert mean == pytest.approx(0.0, abs=1e-9)
    assert (low, high) == pytest.approx((-1.96, 1.96), abs=0.03)


@pytest.mark.parametrize(
    ("successes", "n", "limits"),
    [(0, 10, (0.0, 0.3085)), (3, 10, (0.0667, 0.6525)), (10, 10, (0.6915, 1.0)), (0, 0, (0.0, 1.0))],
)
def test_binomial_limits_are_those_of_clopper_and_pearson(
    successes: int, n: int, limits: tuple[float, float]
) -> None:
    assert binomial_limits(successes, n) == pytest.approx(limits, abs=1e-4)


def test_hand_made_pairs_have_the_known_difference() -> None:
    found = analyse_units([pairs({0: 10.0, 1: 60.0, 2: 200.0}, 12)], resamples=300, seed=1)
    assert [r["difference"] for r in found["risks"]] == pytest.approx([1 / 12, 2 / 12, 3 / 12])
    assert [r["fell_after_withdrawal"] for r in found["risks"]] == [1, 2, 3]
    assert all(r["low"] <= r["difference"] <= r["high"] for r in found["risks"])
    assert {r["interval"] for r in found["risks"]} == {"shocks resampled"}
    assert found["log_hazard_ratio"]["mean"] > 0


def test_few_shocks_and_no_falls_get_exact_intervals() -> None:
    few = analyse_units([pairs({0: 10.0}, 3)], resamples=50, seed=1)
    assert {r["interval"] for r in few["risks"]} == {"exact"}
    nobody = analyse_units([pairs({}, 20)], resamples=50, seed=1)
    assert all(r["interval"] == "exact" and r["low"] < 0 < r["high"] for r in nobody["risks"])
    low, high = binomial_limits(0, 20, 0.975)
    assert (nobody["risks"][0]["low"], nobody["risks"][0]["high"]) == pytest.approx((low - high, high - low))


def test_a_shock_counts_once_however_many_withdrawals_it_has() -> None:
    one = pairs(dict.fromkeys(range(10), 10.0), 20)
    apart = analyse_units([one], resamples=500, seed=1)
    shared = analyse_units(
        [replace(one, clusters=np.where(one.strata < 10, 0, one.strata - 9))], resamples=500, seed=1
    )
    widths = [r["risks"][0]["high"] - r["risks"][0]["low"] for r in (apart, shared)]
    assert widths[1] > widths[0]
    assert shared["risks"][0]["difference"] == apart["risks"][0]["difference"] == pytest.approx(0.5)


def test_exchanged_sides_give_the_p_value_of_a_sign_test() -> None:
    # six of twenty pairs with a fall, all on the side that lost support: two-sided 2 * (1/2)^6, by random exchange
    found = analyse_units([pairs(dict.fromkeys(range(6), 10.0), 20)], resamples=20, seed=1)
    assert found["risks"][0]["p_exchange"] == pytest.approx(2 / 64, abs=0.006)
    nobody = analyse_units([pairs({}, 20)], resamples=20, seed=1)
    assert nobody["risks"][0]["p_exchange"] == 1


@pytest.mark.science
def test_a_known_hazard_ratio_and_risk_difference_are_recovered() -> None:
    rng = np.random.default_rng(3)
    n, base, beta = 300, 0.001, 0.8
    gone = np.tile([True, False], n)
    waits = rng.exponential(1 / (base * np.exp(beta * gone)))
    u = units(
        np.minimum(waits, 365).tolist(),
        (waits <= 365).tolist(),
        gone.tolist(),
        np.repeat(range(n), 2).tolist(),
    )
    found = analyse_units([u], resamples=300, seed=1)
    truth = np.exp(-base * 365) - np.exp(-base * np.exp(beta) * 365)
    last, ratio = found["risks"][-1], found["log_hazard_ratio"]
    assert last["low"] < truth < last["high"]
    assert last["difference"] == pytest.approx(truth, abs=0.06)
    assert ratio["low"] < beta < ratio["high"]
    assert ratio["mean"] == pytest.approx(beta, abs=0.3)


@pytest.mark.science
def test_without_an_effect_the_interval_covers_zero_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(60):
        waits = rng.exponential(800.0, 120)
        gone = [True, False] * 60
        u = units(
            np.minimum(waits, 365).tolist(), (waits <= 365).tolist(), gone, np.repeat(range(60), 2).tolist()
        )
        last = analyse_units([u], resamples=120, seed=1)["risks"][-1]
        covered += last["low"] <= 0 <= last["high"]
    assert covered >= 52


@pytest.mark.parametrize("name", list(SPECS))
def test_every_specification_makes_whole_sets_at_risk_for_at_most_a_year(name: str) -> None:
    data, spec = load_withdrawals(), SPECS[name]
    u = draw_units(data, spec, np.random.default_rng(1))
    assert np.all(u.exit > u.entry)
    if spec.clock != "age":
        assert np.all(u.exit <= 365)
        # whoever is followed for the year is known on its last day
        assert np.sum(u.exit == 365) > np.sum(~u.event) / 2
    for s in range(int(u.strata.max()) + 1):
        inside = u.strata == s
        assert set(u.gone[inside].tolist()) == {True, False}
        assert u.weight[inside & ~u.gone].sum() == pytest.approx(u.weight[inside & u.gone].sum())
    apart = {r.id for r in data.exposure if r.kept_apart}
    assert bool(apart & set(u.rows)) is spec.kept_apart


def test_specifications_leave_out_what_they_say() -> None:
    data = load_withdrawals()
    assert {r.recipient_type for r in rows_of(data, SPECS["groups"])} == {"armed_group"}
    assert not any(r.patron_shock == "soviet-exit" for r in rows_of(data, SPECS["no-soviet"]))
    assert any(r.patron_shock == "soviet-exit" for r in rows_of(data, SPECS["main"]))
    assert not any(r.confidence in ("low", "unverified") for r in rows_of(data, SPECS["sure"]))
    assert not any(r.match_quality == "C" for r in rows_of(data, SPECS["close"]))
    assert all(r.extent in ("partial", "none") for r in rows_of(data, SPECS["extent:partial"]))


def test_entry_is_delayed_on_the_clocks_of_announcement_and_age_and_those_fallen_before_completion_are_out() -> (
    None
):
    data, rng = load_withdrawals(), np.random.default_rng(1)
    assert draw_units(data, SPECS["announcement"], rng).entry.max() > 30
    assert draw_units(data, SPECS["age"], rng).entry.max() > 1000
    done = draw_units(data, SPECS["completion"], rng)
    assert np.all(done.entry == 0)
    fell_before = {o.id for o in data.outcomes for r in data.exposure
                   if r.id == o.id and r.role == "withdrawal" and o.ended_hi and r.end_lo and o.ended_hi < r.end_lo}  # fmt: skip
    assert not fell_before & set(done.rows)


def test_the_stored_analysis_is_of_these_data_and_leaves_the_cases_kept_apart_out() -> None:
    stored = stored_analysis()
    fresh = analyse_withdrawals(resamples=2)
    assert stored["exposure_sha256"] == fresh["exposure_sha256"]
    counts = json.loads(
        json.dumps(summary(load_withdrawals())), parse_float=lambda t: float(f"{float(t):.6g}")
    )
    assert stored["counts"] == counts
    assert (
        stored["n_specifications"] == len(SPECS) == len(stored["specifications"]) + len(stored["subgroups"])
    )
    for part in ("specifications", "subgroups"):
        for old, new in zip(stored[part], fresh[part], strict=True):
            assert [old[k] for k in ("name", "withdrawals", "continuations", "clusters")] == [
                new[k] for k in ("name", "withdrawals", "continuations", "clusters")
            ]
            for a, b in zip(old["risks"], new["risks"], strict=True):
                assert a["difference"] == pytest.approx(b["difference"], abs=1e-6)
    main = stored["specifications"][0]
    assert main["withdrawals"] == stored["counts"]["withdrawals"] - stored["counts"]["kept_apart"]
    assert main["fixed_before_outcomes"]
