"""The blind second coding, and the draw of continuations."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from counterpoise import library
from counterpoise.errors import InputError
from counterpoise.inference.withdrawals import load_withdrawals
from counterpoise.inference.withdrawals_coding import (
    CODED,
    agreement,
    blank_form,
    compare_with_form,
    first_coding,
    sample_rows,
)
from counterpoise.inference.withdrawals_matching import Target, actor_years, candidates, lottery

EXPOSURE = load_withdrawals().exposure


def test_the_sample_is_fixed_and_the_form_gives_nothing_away() -> None:
    assert blank_form(EXPOSURE) == library.read_text("withdrawals/second-coding-form.csv")
    rows = list(csv.DictReader(io.StringIO(blank_form(EXPOSURE))))
    assert len(rows) == len(sample_rows(EXPOSURE)) == 20
    assert all(r[c] == "" for r in rows for c in CODED)
    assert not any(r.kept_apart for r in sample_rows(EXPOSURE))


def test_a_coding_agrees_with_itself_and_a_wrong_form_is_located(tmp_path: Path) -> None:
    form = tmp_path / "second.csv"
    form.write_text(first_coding(EXPOSURE), encoding="utf-8")
    assert all(a.share == 1 for a in compare_with_form(EXPOSURE, form) if a.n)
    form.write_text(first_coding(EXPOSURE).replace("withdrawal", "withdrawl", 1), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"second.csv:\d+ role \| unknown value 'withdrawl'.*nearest: withdrawal"
    ):
        compare_with_form(EXPOSURE, form)
    form.write_text(blank_form(EXPOSURE).replace(",role,", ",rolle,"), encoding="utf-8")
    with pytest.raises(InputError, match="column 'role' is missing"):
        compare_with_form(EXPOSURE, form)


def test_agreement_has_the_values_of_hand_calculation() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]
    found = agreement("x", "nominal", pairs)
    # kappa: observed 0.75, chance (2/4)(1/4) + (2/4)(3/4) = 0.5; alpha: 1 - 0.25 / (2 * 3 * 5 / 56)
    assert found.share == 0.75
    assert found.kappa == pytest.approx(0.5)
    assert found.alpha == pytest.approx(1 - 0.25 / (30 / 56))
    kinds = agreement("kinds", "set", [("troops;weapons", "troops"), ("funding", "funding")])
    assert kinds.share == pytest.approx(0.75)
    days = agreement(
        "start", "days", [("1990-01-01", "1990-01-20"), ("1990-01-01", "1990-06-01"), ("", "1990-01-01")]
    )
    assert (days.n, days.share) == (2, 0.5)


def test_candidates_keep_a_recipient_that_is_gone_next_year_and_drop_a_sender_that_left() -> None:
    esd = [
        {"conflict_id": c, "year": y, "active": "1", "actor_nonstate": "0", "actor_name": a, "ext_name": s}
        | dict.fromkeys(("ext_w", "ext_m", "ext_t", "ext_f", "ext_i", "ext_x", "ext_l"), "1")
        for c, a, s, years in (
            ("1", "Government of Fallen", "Government of Patron", ("1990", "1991")),
            ("2", "Government of Left", "Government of Leaver", ("1990", "1991")),
            ("2", "Government of Left", "Government of Other", ("1992",)),
        )
        for y in years
    ]
    acd = [
        {"conflict_id": c, "year": y, "side_a": "", "side_b": "", "side_a_2nd": "", "side_b_2nd": "", "region": "4",
         "intensity_level": "2"}
        for c in "12" for y in ("1990", "1991", "1992")
    ]  # fmt: skip
    target = Target("S99", 1991, "government", "means", "Africa", war=True)
    found = candidates(target, actor_years(esd, acd))
    assert [(c.sender, c.quality) for c in found] == [("Government of Patron", "A")]
    assert found[0].ticket == lottery("S99", "Government of Patron", "Government of Fallen")
