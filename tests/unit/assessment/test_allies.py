"""Armed allies and the support network of the tiny region, against what can be worked out beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from counterpoise.assessment.allies import (
    DAYS_A_MONTH,
    armed_allies,
    arriving_without,
    client_mask,
    months_until_short,
)
from counterpoise.assessment.network import flow_weights, support_edges
from counterpoise.assessment.pairs import ally_pairs
from counterpoise.assessment.shared_legs import site_dependence
from counterpoise.dynamics.parameters import STOCK_USE


def test_the_guard_lives_on_the_clients_territory(run: Any) -> None:
    """Every way to it crosses the territory: with that closed, only the leak arrives."""
    (ally,) = armed_allies(run.futures, run.scenario, run.regional)
    assert (ally.actor, ally.kind) == ("ALLY", "weapons")
    assert ally.through_client > 0.6
    closed = arriving_without(run.futures.world, client_mask(run.futures.world))
    assert ally.through_client == pytest.approx(float(np.median(1 - closed[:, 0])))
    assert set(ally.by_arm) == set(ally.course) == set(run.regional)
    for course in ally.course.values():
        assert all(a <= b <= c for a, b, c in zip(course.low_90, course.median, course.high_90, strict=True))


def test_months_by_the_formula(run: Any) -> None:
    world = run.futures.world
    drawn, use = world.drawn, world.draws.values[:, STOCK_USE]
    room = np.maximum(drawn.stock[:, 0] - drawn.reserve[:, 0], 0.0)
    expected = room / (use * drawn.dependence[:, 0] * 0.75) / DAYS_A_MONTH
    assert months_until_short(world, 0, 0.25) == pytest.approx(expected)
    whole = months_until_short(world, 0, 1.0)
    assert np.isinf(whole[room > 0]).all()


def test_less_arriving_never_lasts_longer(run: Any) -> None:
    world = run.futures.world
    (ally,) = armed_allies(run.futures, run.scenario, run.regional)
    for day, p in ally.with_conduit.p_short.items():
        assert p <= ally.without_conduit.p_short[day] <= ally.nothing_arrives.p_short[day]
    assert (months_until_short(world, 0, 0.5) >= months_until_short(world, 0, 0.2)).all()


def test_dependence_is_a_share_and_the_only_crossing_counts_most(run: Any) -> None:
    world = run.futures.world
    pairs = ally_pairs(world, run.scenario)
    rows = dict(zip([(p.sender, p.recipient) for p in pairs], site_dependence(world, pairs), strict=True))
    mine = rows["XBB", "ALLY"]
    assert mine[0].site in ("capi", "west")
    for row in mine:
        assert 0 < row.loss <= 1
        assert row.interval_90[0] <= row.loss <= row.interval_90[1] + 1e-9
        assert row.site not in ("bcap", "depo")


def test_edges_are_shares_of_what_recipients_live_on(run: Any) -> None:
    world = run.futures.world
    edges = support_edges(run.futures, run.regional, "stay")
    assert edges
    for edge in edges:
        assert 0 <= edge.before <= 1
        assert set(edge.after) == set(run.regional)
    by_recipient: dict[str, float] = {}
    for edge in edges:
        by_recipient[edge.recipient] = by_recipient.get(edge.recipient, 0.0) + edge.before
    assert max(by_recipient.values()) <= 1 + 1e-9
    nothing = flow_weights(world, np.zeros(len(world.flows)))
    assert nothing.tolist() == [0.0] * len(world.flows)
