from __future__ import annotations

import datetime as dt

import pytest

from counterpoise.brief.numbers import (
    day,
    horizon,
    interval,
    percent,
    points,
    points_interval,
    quantity,
    range_text,
    share,
    share_range,
    signed,
    span,
)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", ",").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "under 1 %"),
        (0.0099, "under 1 %"),
        (0.01, "1 %"),
        (0.124, "12 %"),
        (0.125, "13 %"),
        (0.985, "99 %"),
        (0.99, "99 %"),
        (0.9901, "over 99 %"),
        (1.0, "over 99 %"),
    ],
)
def test_a_probability_is_a_whole_percent_and_never_zero_or_a_hundred(p: float, text: str) -> None:
    assert plain(percent(p)) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((0.05, 0.2), "5–20 %"),
        ((0.001, 0.02), "under 1 to 2 %"),
        ((0.0, 0.004), "under 1 %"),
        ((0.4, 0.999), "40 to over 99 %"),
        ((0.995, 1.0), "over 99 %"),
        ((0.0, 1.0), "under 1 to over 99 %"),
        ((0.121, 0.122), "about 12 %"),
    ],
)
def test_an_interval_follows_the_same_rule(ends: tuple[float, float], text: str) -> None:
    assert plain(interval(ends)) == text


def test_differences_are_signed_points_and_an_exact_zero_is_told_from_a_small_one() -> None:
    assert plain(points(0.078)) == "+8 points"
    assert plain(points(-0.012)) == "-1 point"
    assert plain(points(0.0)) == "0 points"
    assert plain(points(0.002)) == "under 1 point"
    assert plain(points_interval((-0.031, 0.2))) == "-3 to +20 points"


def test_sizes_keep_three_digits() -> None:
    sizes = (0, 0.0213, 8.47, 96.04, 123456, -2.11)
    assert [plain(quantity(x)) for x in sizes] == [
        "0",
        "0.021",
        "8.5",
        "96",
        "123,000",
        "-2.1",
    ]
    assert [plain(signed(x)) for x in (2.1, 0, -0.4)] == ["+2.1", "0", "-0.4"]
    assert plain(range_text((-4.2, 0.3))) == "-4.2 to +0.3"


def test_a_share_may_be_nothing_or_all() -> None:
    assert [plain(share(x)) for x in (0, 0.744, 1.0, 1.3)] == ["0 %", "74 %", "100 %", "130 %"]
    assert plain(share_range((0.9, 1.0))) == "90–100 %"


def test_dates_do_not_depend_on_the_locale() -> None:
    assert plain(day(dt.date(2024, 11, 29))) == "29 November 2024"
    assert plain(span(dt.date(2024, 3, 1), dt.date(2024, 3, 1))) == "1 March 2024"
    assert plain(span(dt.date(2024, 3, 1), dt.date(2024, 3, 4))) == "1 March 2024 to 4 March 2024"
    assert [horizon(d) for d in (1, 30, 365, 1825)] == ["1 day", "30 days", "365 days", "5 years"]
