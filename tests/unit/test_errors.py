"""Errors are part of the interface: where | what | how to mend | nearest names, and an exit code each."""

from __future__ import annotations

import pytest

from counterpoise.errors import (
    CounterpoiseError,
    InputError,
    NothingToAssess,
    NumericalFault,
    Problem,
    nearest,
)


def test_a_problem_says_where_what_how_to_mend_and_what_is_near() -> None:
    full = Problem("my.yaml:12 sites[3].lat", "expected a number, got 'x'", "write degrees", ("lat", "lon"))
    assert (
        str(full)
        == "my.yaml:12 sites[3].lat | expected a number, got 'x' | write degrees | nearest: lat, lon"
    )
    assert str(Problem("", "nothing")) == "nothing"
    assert str(Problem("here", "wrong")) == "here | wrong"
    assert str(Problem("here", "wrong", nearest=("a",))) == "here | wrong | nearest: a"


def test_an_input_error_shows_all_its_problems() -> None:
    err = InputError(Problem("a", "first"), Problem("b", "second", "mend it"))
    assert str(err) == "a | first\nb | second | mend it"
    assert [p.where for p in err.problems] == ["a", "b"]
    with pytest.raises(ValueError, match="at least one"):
        InputError()


def test_at_makes_an_error_of_one_problem() -> None:
    err = InputError.at("x", "bad", "mend", ("y",))
    assert err.problems == (Problem("x", "bad", "mend", ("y",)),)


def test_nothing_to_assess_says_what_was_found() -> None:
    err = NothingToAssess("No scenario fits.", ("actors: Iran", "2 events"))
    assert str(err) == "No scenario fits.\n  found: actors: Iran\n  found: 2 events"
    assert err.found == ("actors: Iran", "2 events")
    assert str(NothingToAssess("Nothing.")) == "Nothing."


def test_every_error_carries_its_exit_code_and_one_base() -> None:
    codes = {CounterpoiseError: 1, InputError: 2, NothingToAssess: 3, NumericalFault: 1}
    for kind, code in codes.items():
        assert kind.exit_code == code
        assert issubclass(kind, CounterpoiseError)
        assert issubclass(kind, Exception)


def test_nearest_ignores_case_and_ranks() -> None:
    assert nearest("irn", ["IRQ", "IRN", "SYR"])[0] == "IRN"
    assert nearest("zzz", ["IRN"]) == ()
    assert len(nearest("a1", [f"a{i}" for i in range(9)], n=2)) == 2
    assert nearest("IRN", ["irn", "IRN"]) == ("irn",)
