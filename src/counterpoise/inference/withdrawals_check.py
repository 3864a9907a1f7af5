"""Read the CSV files of the withdrawals data set; every problem has its file, line and column, all shown at once.

A CSV has no positions of its own, so rows are counted while they are read: a quoted cell may hold line breaks, and the
line that is named is the one on which its row begins.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from counterpoise.errors import InputError, Problem, nearest
from counterpoise.inference.withdrawals_rows import Exposure, Outcome, Source

__all__ = ["cross_problems", "read_rows", "read_table"]

Row = TypeVar("Row", bound=BaseModel)
_MENDS: Final[Mapping[str, str]] = {
    "date_from_datetime_parsing": "write an existing day as YYYY-MM-DD",
    "date_parsing": "write an existing day as YYYY-MM-DD",
    "date_type": "write a day as YYYY-MM-DD; this one may not be empty",
    "bool_parsing": "write true or false",
    "string_too_short": "this cell may not be empty",
    "too_short": "this cell may not be empty",
    "value_error": "see the field in CODEBOOK.md",
}


def read_table(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the columns of a CSV file and its rows, each with the line on which it begins.

    Raises
    ------
    InputError
        If the file is missing, empty, or a row has more or fewer cells than the head.
    """
    try:
        text = path.open(encoding="utf-8", newline="")
    except OSError as err:
        raise InputError.at(str(path), "cannot be read", "name the folder of the data set") from err
    with text as stream:
        reader = csv.reader(stream)
        head = next(reader, None)
        if head is None:
            raise InputError.at(f"{path}:1", "is empty, expected a head line", "see CODEBOOK.md")
        rows, problems, line = [], [], reader.line_num
        for cells in reader:
            where, line = line + 1, reader.line_num
            if len(cells) != len(head):
                what = f"expected {len(head)} cells, got {len(cells)}"
                problems.append(Problem(f"{path.name}:{where}", what, "put cells with commas in quotes"))
            else:
                rows.append((where, dict(zip(head, cells, strict=True))))
    if problems:
        raise InputError(*problems)
    return head, rows


def _head_problems(path: Path, head: Sequence[str], model: type[BaseModel]) -> Iterator[Problem]:
    known = list(model.model_fields)
    for name in (n for n in head if n not in known):
        yield Problem(
            f"{path.name}:1", f"unknown column '{name}'", "rename or remove it", nearest(name, known)
        )
    for name in (n for n in known if n not in head):
        yield Problem(f"{path.name}:1", f"column '{name}' is missing", "add it; cells may be empty")
    for name in (n for n, times in Counter(head).items() if times > 1):
        yield Problem(f"{path.name}:1", f"column '{name}' stands twice", "remove one")


def _cell_problem(path: Path, line: int, cells: Mapping[str, str], err: ErrorDetails) -> Problem:
    """Turn what pydantic found into file, line, column, what and how to mend."""
    column = str(err["loc"][0]) if err["loc"] else ""
    row = cells.get("id", cells.get("row", ""))
    where = " ".join(p for p in (f"{path.name}:{line}", f"[{row}]" if row else "", column) if p)
    if err["type"] != "literal_error":
        what = err["msg"].removeprefix("Value error, ")
        return Problem(
            where, f"{what} (got '{cells[column]}')" if column else what, _MENDS.get(err["type"], "")
        )
    got = str(err["input"])
    allowed = [a.strip(" '") for a in err["ctx"]["expected"].replace(" or ", ", ").split(",")]
    return Problem(
        where, f"unknown value '{got}'", f"choose from {', '.join(allowed)}", nearest(got, allowed)
    )


def read_rows(path: Path, model: type[Row]) -> tuple[list[Row], dict[int, int]]:
    """Return the rows of a file and the line of each.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    head, table = read_table(path)
    problems = list(_head_problems(path, head, model))
    if problems:
        raise InputError(*problems)
    rows: list[Row] = []
    lines: dict[int, int] = {}
    for line, cells in table:
        try:
            lines[len(rows)] = line
            rows.append(model.model_validate(cells))
        except ValidationError as err:
            problems += [_cell_problem(path, line, cells, e) for e in err.errors()]
    if problems:
        raise InputError(*problems)
    return rows, lines


def cross_problems(
    exposure: Sequence[Exposure],
    sources: Sequence[Source],
    outcomes: Sequence[Outcome] = (),
    outcome_sources: Sequence[Source] = (),
) -> list[Problem]:
    """Return what does not hold between rows: ids, sets, shocks, sources, days."""
    problems = [*_ids(exposure, outcomes), *_sets(exposure)]
    problems += _sourced("exposure", exposure, sources)
    if outcomes:
        problems += _sourced("outcomes", outcomes, outcome_sources)
        problems += _days(exposure, outcomes)
    return problems


def _ids(exposure: Sequence[Exposure], outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    for name, rows in (("exposure.csv", exposure), ("outcomes.csv", outcomes)):
        for row, times in Counter(r.id for r in rows).items():
            if times > 1:
                yield Problem(f"{name} [{row}]", f"stands {times} times", "give each row its own id")
    known, coded = {r.id for r in exposure}, {r.id for r in outcomes}
    for row in sorted(coded - known):
        yield Problem(
            f"outcomes.csv [{row}]", "no such row in exposure.csv", "mend the id", nearest(row, known)
        )
    if outcomes:
        for row in sorted(known - coded):
            yield Problem(f"exposure.csv [{row}]", "has no outcome", "add it; 'unknown' is allowed")


def _sets(exposure: Sequence[Exposure]) -> Iterator[Problem]:
    for name in sorted({r.match_set for r in exposure}):
        rows = [r for r in exposure if r.match_set == name]
        where = f"exposure.csv set {name}"
        if {r.role for r in rows} != {"withdrawal", "continuation"}:
            yield Problem(where, "needs a withdrawal and a continuation", "match it or take it out")
        for what in ("patron_shock", "recipient_type", "kept_apart"):
            values = sorted({str(getattr(r, what)) for r in rows})
            if len(values) > 1:
                yield Problem(where, f"has more than one {what}: {', '.join(values)}", "split the set")


def _sourced(
    name: str, rows: Sequence[Exposure] | Sequence[Outcome], sources: Sequence[Source]
) -> Iterator[Problem]:
    by_row: dict[str, list[Source]] = {}
    for source in sources:
        by_row.setdefault(source.row, []).append(source)
    for row in rows:
        found = by_row.pop(row.id, [])
        if not found:
            yield Problem(f"{name}.csv [{row.id}]", "has no source", f"add one to {name}-sources.csv")
        remembered = bool(found) and all(s.type == "own-memory" for s in found)
        if remembered and row.confidence != "unverified":
            what = f"stands on own memory alone, but its confidence is {row.confidence}"
            yield Problem(f"{name}.csv [{row.id}]", what, "write unverified, or add a source")
    for row_id in sorted(by_row):
        yield Problem(f"{name}-sources.csv [{row_id}]", f"no such row in {name}.csv", "mend the id")


def _days(exposure: Sequence[Exposure], outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    starts = {r.id: r.start_lo for r in exposure}
    for row in outcomes:
        start = starts.get(row.id)
        if start is None:
            continue
        if row.followed_until < start:
            yield Problem(f"outcomes.csv [{row.id}]", "is followed to a day before the start", "mend the day")
        if row.ended_hi is not None and row.ended_hi < start:
            yield Problem(f"outcomes.csv [{row.id}]", "ended before the start", "take the row out, or mend")
