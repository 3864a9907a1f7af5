"""Shuffled patrons: nobody keeps its own, places and outcomes stay, and the support is dated anew."""

from __future__ import annotations

import pytest

from counterpoise.compiler import compile_world
from counterpoise.errors import InputError
from counterpoise.evaluation.permutation import permute_patrons, with_patrons_of
from counterpoise.scenario import load_scenario

NAMES = ("ETH1991", "IRQ2014", "VNM1975")


def test_the_donors_support_arrives_on_the_same_day_of_the_campaign() -> None:
    case, donor = load_scenario("IRQ2014"), load_scenario("VNM1975")
    given = with_patrons_of(case, donor)
    shift = case.case.campaign_start - donor.case.campaign_start  # type: ignore[union-attr]
    assert {f.start for f in given.flows} <= {f.start + shift for f in donor.flows}
    assert all(f.sender.startswith("lent.") for f in given.flows)
    assert given.case == case.case
    assert [e for e in given.events if e.change is None] == [e for e in case.events if e.change is None]


def test_what_is_shuffled_still_compiles_with_the_donors_levels() -> None:
    cases = [load_scenario(n) for n in NAMES]
    for given in permute_patrons(cases, seed=2):
        assert given.case is not None
        world = compile_world(given, given.case.campaign_start, seed=1, horizon=30, n_draws=2)
        assert all(p.startswith("lent.") for p in world.patrons)


def test_nobody_keeps_its_own_and_the_same_seed_shuffles_alike() -> None:
    cases = [load_scenario(n) for n in NAMES]
    first, again = permute_patrons(cases, 7), permute_patrons(cases, 7)
    assert [s.sha256 for s in first] == [s.sha256 for s in again]
    assert all(given.conflict.patrons != own.conflict.patrons or not own.conflict.patrons
               for given, own in zip(first, cases, strict=True))  # fmt: skip
    with pytest.raises(InputError, match="at least 2"):
        permute_patrons(cases[:1], 1)
