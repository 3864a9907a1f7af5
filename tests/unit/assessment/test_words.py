from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoise.assessment.words import SCALES, estimative_words


@pytest.mark.parametrize(
    ("p", "term"),
    [
        (0.0, "almost no chance"),
        (0.004, "almost no chance"),
        (0.01, "almost no chance"),
        (0.049, "almost no chance"),
        (0.05, "very unlikely"),
        (0.051, "very unlikely"),
        (0.199, "very unlikely"),
        (0.20, "unlikely"),
        (0.449, "unlikely"),
        (0.45, "roughly even chance"),
        (0.5, "roughly even chance"),
        (0.55, "roughly even chance"),
        (0.551, "likely"),
        (0.80, "likely"),
        (0.801, "very likely"),
        (0.95, "very likely"),
        (0.951, "almost certain"),
        (0.99, "almost certain"),
        (0.999, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_icd203_at_every_edge(p: float, term: str) -> None:
    assert estimative_words(p, "icd203")[0] == term


@pytest.mark.parametrize(
    ("p", "term"),
    [
        (0.0, "remote chance"),
        (0.05, "remote chance"),
        (0.074, "remote chance"),
        (0.075, "highly unlikely"),  # the middle of a gap: the weaker statement
        (0.10, "highly unlikely"),
        (0.20, "highly unlikely"),
        (0.224, "highly unlikely"),
        (0.225, "unlikely"),
        (0.25, "unlikely"),
        (0.35, "unlikely"),
        (0.374, "unlikely"),
        (0.375, "realistic possibility"),
        (0.40, "realistic possibility"),
        (0.499, "realistic possibility"),
        (0.51, "realistic possibility"),
        (0.525, "realistic possibility"),
        (0.526, "likely"),
        (0.55, "likely"),
        (0.75, "likely"),
        (0.775, "likely"),
        (0.776, "highly likely"),
        (0.80, "highly likely"),
        (0.90, "highly likely"),
        (0.925, "highly likely"),
        (0.926, "almost certain"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_phia_at_every_edge_and_in_every_gap(p: float, term: str) -> None:
    assert estimative_words(p, "phia")[0] == term


def test_the_band_is_the_published_one_even_for_a_number_in_a_gap() -> None:
    assert estimative_words(0.22, "phia") == ("highly unlikely", (0.10, 0.20))
    assert estimative_words(0.002, "icd203") == ("almost no chance", (0.01, 0.05))


@pytest.mark.parametrize("scheme", ["icd203", "phia"])
@given(p=st.floats(0, 1), q=st.floats(0, 1))
def test_terms_rise_with_the_probability(scheme: str, p: float, q: float) -> None:
    order = [term for term, _ in SCALES[scheme]]  # type: ignore[index]
    low, high = sorted((p, q))
    first, second = (estimative_words(x, scheme)[0] for x in (low, high))  # type: ignore[arg-type]
    assert order.index(first) <= order.index(second)


@given(p=st.integers(0, 1000).map(lambda n: n / 1000))
def test_icd203_treats_a_statement_and_its_negation_alike(p: float) -> None:
    order = [term for term, _ in SCALES["icd203"]]
    mirrored = order[len(order) - 1 - order.index(estimative_words(p, "icd203")[0])]
    assert estimative_words(round(1 - p, 12), "icd203")[0] == mirrored


@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan, math.inf])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match=r"probability: expected a number in \[0, 1\]"):
        estimative_words(p, "icd203")


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="scheme: expected one of icd203, phia, got 'kent'"):
        estimative_words(0.5, "kent")  # type: ignore[arg-type]
