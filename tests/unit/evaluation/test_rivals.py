"""Rivals: what each must say on made-up training rows, and that none looks at what it is asked about."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from counterpoise.evaluation.case_rows import HORIZONS, CaseRow
from counterpoise.evaluation.rivals import COVARIATES, RIVALS, TrainingSet


def made_row(
    case: str, fall_day: int | None, *, stage: int = 0, label: str = "start", core: bool = True
) -> CaseRow:
    """A row that fell after so many days, or stood for three years."""
    followed = 1_095 if fall_day is None else 10**6
    fell = tuple(fall_day is not None and fall_day <= h for h in HORIZONS)
    return CaseRow(
        case, f"X{case[:2]}", case, core, label, dt.date(2000, 1, 1) + dt.timedelta(days=stage), stage, fell, fall_day,
        followed, "survived" if fall_day is None else "defeat",
    )  # fmt: skip


def _train(n: int = 40) -> TrainingSet:
    rng = np.random.default_rng(5)
    x = rng.random((n, len(COVARIATES)))
    rows = tuple(made_row(f"{i:02}", 20 + i if x[i, 0] > 0.5 else None) for i in range(n))
    return TrainingSet(rows, x)


@pytest.mark.parametrize("name", RIVALS)
def test_probabilities_are_probabilities_and_rise_with_the_horizon(name: str) -> None:
    train = _train()
    p = RIVALS[name](train)(train.rows, train.x)
    assert p.shape == (40, 3)
    assert ((p >= 0) & (p <= 1)).all()
    if name not in ("logistic",):  # One model a horizon: nothing orders them.
        assert (np.diff(p, axis=1) >= -1e-9).all()


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_never_sees_the_outcome_that_it_forecasts(name: str) -> None:
    predict = RIVALS[name](_train())
    x = np.full((1, len(COVARIATES)), 0.4)
    fell, stood = (predict([made_row("zz", day)], x) for day in (10, None))
    assert fell == pytest.approx(stood)


def test_those_that_learn_find_what_decides() -> None:
    train = _train()
    x = np.full((2, len(COVARIATES)), 0.5)
    x[:, 0] = (0.05, 0.95)
    for name in ("logistic", "duration"):
        low, high = RIVALS[name](train)([made_row("a", None), made_row("b", None)], x)[:, 2]
        assert high - low > 0.3


def test_the_base_rate_is_a_count_by_as_of_day() -> None:
    rows = (
        *(made_row(f"a{i}", 10 if i < 5 else None) for i in range(10)),
        *(made_row(f"a{i}", None, stage=30, label="30 days") for i in range(5, 10)),
    )
    p = RIVALS["base rate"](TrainingSet(rows, np.zeros((15, 6))))
    at_start, later = p(
        [made_row("q", None), made_row("q", None, stage=30, label="30 days")], np.zeros((2, 6))
    )
    assert at_start[2] == pytest.approx(0.49, abs=0.03)
    assert later[2] < 0.05


def test_a_duration_model_without_variation_falls_back_to_the_constant() -> None:
    rows = tuple(made_row(f"a{i}", 10 if i < 5 else None) for i in range(10))
    train = TrainingSet(rows, np.zeros((10, 6)))
    assert RIVALS["duration"](train)(rows, train.x) == pytest.approx(RIVALS["constant"](train)(rows, train.x))
