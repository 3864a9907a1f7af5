"""Forecasts of people and markets, read from CSV or JSON, to stand beside the model's.

CSV columns: ``question, text, p, made_on, closes_on, forecaster`` and, if wanted, ``source, void_when, yes_when, no_when,
base_rate, base_rate_n, base_rate_class, base_rate_source``. JSON: a list of objects with the same keys.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from counterpoise.errors import InputError, Problem, nearest
from counterpoise.ledger.forecasts import Forecast, check_forecast

__all__ = ["parse_outside", "read_outside"]

MAX_BYTES: Final = 2_000_000
MAX_ROWS: Final = 10_000
_NEEDED: Final = ("question", "text", "p", "made_on", "closes_on", "forecaster")
_OPTIONAL: Final = (
    "source", "void_when", "yes_when", "no_when", "base_rate", "base_rate_n", "base_rate_class", "base_rate_source",
)  # fmt: skip


def read_outside(path: str | Path) -> tuple[Forecast, ...]:
    """Read outside forecasts from a file.

    Raises
    ------
    InputError
        With every problem of the file, each with its row; nothing is taken from a file that has one.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise InputError.at(
            str(path), fault.strerror or "cannot be read", "give a CSV or JSON file"
        ) from fault
    return parse_outside(data, path.name)


def parse_outside(data: bytes, name: str) -> tuple[Forecast, ...]:
    """As `read_outside`, from the bytes of a file; its name says which format it has."""
    if len(data) > MAX_BYTES:
        raise InputError.at(
            name, f"holds {len(data):,} bytes, expected at most {MAX_BYTES:,}", "split the file"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError.at(name, f"is no UTF-8 (byte {fault.start})", "save it as UTF-8") from fault
    rows = _json_rows(text, name) if name.lower().endswith(".json") else _csv_rows(text, name)
    if not rows or len(rows) > MAX_ROWS:
        raise InputError.at(
            name, f"holds {len(rows)} forecasts, expected 1 to {MAX_ROWS:,}", "see docs/ledger.md"
        )
    out: list[Forecast] = []
    problems: list[Problem] = []
    for number, row in rows:
        try:
            out.append(_forecast(row, f"{name} row {number}"))
        except InputError as wrong:
            problems += wrong.problems
    if problems:
        raise InputError(*problems)
    return tuple(out)


def _json_rows(text: str, name: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the objects of a JSON list."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise InputError.at(name, f"is no JSON: {fault}", "write a list of objects") from fault
    if not isinstance(found, list) or not all(isinstance(x, dict) for x in found):
        raise InputError.at(name, "is no list of objects", "write [{...}, {...}]")
    return list(enumerate(found, 1))


def _csv_rows(text: str, name: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the rows of a CSV file by the line they end on."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, {k: v for k, v in row.items() if v != ""}) for row in reader]
    except csv.Error as fault:
        raise InputError.at(
            f"{name} line {reader.line_num}", f"is no CSV: {fault}", "quote commas"
        ) from fault


def _forecast(row: Mapping[str, Any], where: str) -> Forecast:
    """Read one row."""
    known = (*_NEEDED, *_OPTIONAL)
    problems = [
        Problem(f"{where} {n}", "is missing", "every forecast needs it") for n in _NEEDED if n not in row
    ]
    problems += [
        Problem(
            f"{where} {n}", "is no field of a forecast", f"known: {', '.join(known)}", nearest(str(n), known)
        )
        for n in row
        if n not in known
    ]
    p = _number(row.get("p"), f"{where} p", problems)
    rates = _base_rates(row, where, problems)
    if problems:
        raise InputError(*problems)
    text = ("question", "text", "made_on", "closes_on", "forecaster", "source")
    data: dict[str, Any] = {k: row[k] for k in text if k in row}
    return check_forecast(
        {**data, "p": p, "origin": "outside", "rules": _rules(row), "base_rate": rates}, where
    )


def _rules(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rules of a row, VOID first; what it leaves out has a plain default."""
    default = {
        "VOID": "the question turns out ambiguous, or sources of record disagree",
        "YES": "what the question asks has happened by the end of the closing day (UTC)",
        "NO": "neither of the above by the end of the closing day (UTC)",
    }
    return [{"outcome": o, "when": row.get(f"{o.lower()}_when", text)} for o, text in default.items()]


def _base_rates(row: Mapping[str, Any], where: str, problems: list[Problem]) -> list[dict[str, Any]]:
    """Return the base rate of a row, if it has one."""
    if "base_rate" not in row:
        return []
    return [
        {
            "p": _number(row["base_rate"], f"{where} base_rate", problems),
            "n": row.get("base_rate_n", 0),
            "class": row.get("base_rate_class", "not stated"),
            "source": row.get("base_rate_source", "not stated"),
        }
    ]


def _number(value: object, where: str, problems: list[Problem]) -> float:
    """Read a probability, as a share or with a percent sign."""
    if value is None:
        return 0.0
    text = str(value).strip()
    try:
        found = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= 1.0:
        problems.append(
            Problem(where, f"expected a probability from 0 to 1, got '{text[:40]}'", "write 0.065 or 6.5%")
        )
    return found
