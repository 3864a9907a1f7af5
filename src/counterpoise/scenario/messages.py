"""From what pydantic found to problems in the user's own terms: file, line, path with ids, how to mend.

Pydantic says ``sites.3.lat``; the user has a file and ids, so the message says ``my.yaml:47
sites[aleppo].lat``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic_core import ErrorDetails

from counterpoise.errors import Problem, nearest
from counterpoise.scenario.located import mark_at
from counterpoise.scenario.slots import names_at, shape_at

__all__ = ["place", "show_path", "translate"]

_MENDS: Final[Mapping[str, str]] = {
    "string_type": "write a text; put numbers, dates and true/false that are meant as text in quotes",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "finite_number": "write a finite number",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "date_type": "write an existing day as YYYY-MM-DD",
    "date_parsing": "write an existing day as YYYY-MM-DD",
    "date_from_datetime_parsing": "write an existing day as YYYY-MM-DD",
    "date_from_datetime_inexact": "write a day without a time, as YYYY-MM-DD",
}


def show_path(data: object, path: Sequence[object]) -> str:
    """Write a path with the ids of list items: ``sites[aleppo].population``, ``alignments[3].a``."""
    text = ""
    for step in path:
        try:
            data = data[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(step, int):
            name = data.get("id", data.get("actor")) if isinstance(data, Mapping) else None
            text += f"[{name if isinstance(name, str) else step}]"
        else:
            text += f".{step}" if text else str(step)
    return text


def place(data: object, path: Sequence[object]) -> str:
    """Return ``file:line path`` of a path in located data; without located data only the path."""
    mark = mark_at(data, path)
    shown = show_path(data, path)
    return " ".join(part for part in ("" if mark is None else str(mark), shown) if part)


def translate(data: object, errors: Sequence[ErrorDetails]) -> list[Problem]:
    """Translate pydantic's errors on located data, one problem each.

    A list whose items are wrong is also reported as too short, since pydantic counts only the valid ones;
    that is left out.
    """
    return [_translate(data, error) for error in errors if not _miscounted(error)]


def _miscounted(error: ErrorDetails) -> bool:
    given = error.get("input")
    least = error.get("ctx", {}).get("min_length", 0)
    return error["type"] == "too_short" and isinstance(given, list | tuple) and len(given) >= least


def _translate(data: object, error: ErrorDetails) -> Problem:
    path = error["loc"]
    if path and path[-1] == "[key]":
        path = path[:-1]
    where = place(data, path)
    special = _SPECIAL.get(error["type"])
    if special is not None:
        return special(where, path, error)
    message = error["msg"]
    got = error.get("input")
    what = f"{message[0].lower()}{message[1:]}, got {_short(got)}".replace("input should be", "expected")
    return Problem(where, what, _MENDS.get(error["type"], ""))


def _unknown_key(where: str, path: Sequence[Any], _: ErrorDetails) -> Problem:
    known = names_at(shape_at(path[:-1]))
    key = str(path[-1])
    mend = "correct it or leave it out" if nearest(key, known) else f"fields here: {', '.join(known)}"
    return Problem(where, f"unknown key '{key}'", mend, nearest(key, known))


def _missing(where: str, path: Sequence[Any], _: ErrorDetails) -> Problem:
    return Problem(where, f"'{path[-1]}' is missing", "add it")


def _no_list(where: str, _: Sequence[Any], error: ErrorDetails) -> Problem:
    return Problem(
        where, f"expected a list, got {_short(error.get('input'))}", "write [a, b], or one - for each item"
    )


def _no_mapping(where: str, path: Sequence[Any], error: ErrorDetails) -> Problem:
    shape = shape_at(path)
    name = "mapping" if shape is None else str(getattr(shape, "__name__", "mapping")).lower()
    mend = "write {value: ..., unit: ..., ...}, or give `figure_defaults` for this field"
    mend = mend if name == "figure" else f"fields: {', '.join(names_at(shape))}"
    return Problem(where, f"expected a {name}, got {_short(error.get('input'))}", mend)


def _not_one_of(where: str, _: Sequence[Any], error: ErrorDetails) -> Problem:
    expected = str(error.get("ctx", {}).get("expected", ""))
    known = [word for word in expected.split("'") if word not in ("", ", ", " or ")]
    got = error.get("input")
    near = nearest(got, known) if isinstance(got, str) else ()
    return Problem(
        where, f"expected one of {', '.join(known)}; got {_short(got)}", "choose one of them", near
    )


def _own_words(where: str, _: Sequence[Any], error: ErrorDetails) -> Problem:
    """Pass on the message of a validator of our own."""
    return Problem(where, error["msg"].removeprefix("Value error, "), "correct it")


def _pattern(where: str, _: Sequence[Any], error: ErrorDetails) -> Problem:
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    iso3 = pattern == "^[A-Z]{3}$"
    expected = "a code of three capital letters" if iso3 else "an id of letters, digits, _ . -, at most 64"
    mend = "for example SYR" if iso3 else "choose a short id"
    return Problem(where, f"expected {expected}; got {_short(error.get('input'))}", mend)


_SPECIAL: Final[Mapping[str, Callable[[str, Sequence[Any], ErrorDetails], Problem]]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "tuple_type": _no_list,
    "model_type": _no_mapping,
    "dict_type": _no_mapping,
    "literal_error": _not_one_of,
    "value_error": _own_words,
    "string_pattern_mismatch": _pattern,
}


def _short(value: object) -> str:
    """Show a value in at most 60 characters."""
    if isinstance(value, Mapping):
        return f"a mapping of {len(value)} keys"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
