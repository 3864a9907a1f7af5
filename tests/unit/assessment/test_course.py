"""P(lost) day by day: the assessment's own numbers on its days, nothing on the as-of day, a plain count in between."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.assessment import assess
from counterpoise.assessment.assessing import WITH_LEVERS
from counterpoise.assessment.course import losses_by_day
from counterpoise.assessment.models import Assessment
from counterpoise.ensemble import Futures, holders_at

MEMBERS = 60


@pytest.fixture(scope="module")
def found() -> tuple[Assessment, Futures]:
    kept: list[Futures] = []
    a = assess(
        "iran-leaves-syria",
        members=MEMBERS,
        horizon=365,
        workers=1,
        levers=("turkey-stops-sna",),
        keep=kept.append,
    )
    return a, kept[0]


def test_it_is_the_assessments_number_on_its_days(found: tuple[Assessment, Futures]) -> None:
    a, futures = found
    lost = losses_by_day(futures, "as_reported")
    asked = {p.id: p.p_lost for p in a.places if p.p_lost}
    assert set(lost) == set(asked)
    for site, days in asked.items():
        assert [lost[site][int(d)] for d in days] == pytest.approx(list(days.values()), abs=1e-12)
        assert lost[site][0] == 0.0


def test_it_is_a_plain_count_on_every_other_day(found: tuple[Assessment, Futures]) -> None:
    _, futures = found
    world = futures.world
    for arm in ("as_reported", "stay"):
        one, lost = futures.arms[arm], losses_by_day(futures, arm)
        for day in (1, 7, 45, 200):
            gone = one.ended_by(day, "defeat") | one.ended_by(day, "flight")
            count = ((holders_at(one, world, day) != 0) | gone[:, None]).mean(axis=0)
            for i in np.flatnonzero(world.theatre.holder == 0):
                assert lost[world.theatre_sites[i]][day] == pytest.approx(count[i], abs=1e-12)


def test_levers_add_an_arm_and_change_no_other(found: tuple[Assessment, Futures]) -> None:
    a, futures = found
    plain = assess("iran-leaves-syria", members=MEMBERS, horizon=365, workers=1)
    assert [x.name for x in a.arms] == [*(x.name for x in plain.arms), WITH_LEVERS]
    assert [q for q in a.questions if q.arm != WITH_LEVERS] == list(plain.questions)
    assert [c for c in a.contrasts if WITH_LEVERS not in c.arms] == list(plain.contrasts)
    assert a.places == plain.places
    assert a.ledger == plain.ledger
    own = [c for c in a.contrasts if c.arms == (WITH_LEVERS, "as_reported")]
    assert {c.horizon_days for c in own} == {30, 90, 365}
    assert a.arms[-1].description.startswith("as reported, and: ")
    assert not np.array_equal(futures.arms[WITH_LEVERS].end_day, futures.arms["as_reported"].end_day)
