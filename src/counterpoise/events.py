"""The event log: one schema for what was observed, what a report says, and what the model draws.

A log is an Arrow table with the columns of `EVENT_SCHEMA`. History is a log of origin ``observed``; the events of a
report have origin ``reported``; futures have origin ``simulated``, with the arm and the member that drew them. Because
the schema is one, a question is a query over logs, whatever wrote them, and DuckDB can ask it in SQL.

Times are days. ``date`` is the first day on which the event may have happened, ``date_latest`` the last; they are equal
where the day is known. As-of rule: an event is known on a day only if ``date_latest`` is not after that day.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counterpoise.errors import InputError, Problem, nearest

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "EVENT_COLUMNS",
    "EVENT_KINDS",
    "ORIGINS",
    "empty_log",
    "event_schema",
    "known_on",
    "make_log",
    "query_log",
    "query_tables",
    "read_log",
    "write_log",
    "write_log_in_parts",
]

ORIGINS: Final = ("observed", "reported", "simulated")

#: Columns of `event_schema`, in order.
EVENT_COLUMNS: Final = (
    "origin", "arm", "member", "date", "date_latest", "kind", "actor", "target", "site", "support", "detail", "magnitude",
    "unit", "source", "certainty",
)  # fmt: skip

#: What can happen, in the field's words. Scenario, report and simulation use the same kinds.
EVENT_KINDS: Final[Mapping[str, str]] = {
    "campaign_start": "a sustained offensive against the government begins",
    "campaign_end": "the offensive burns out",
    "capture": "actor takes site from target",
    "recapture": "the government (actor) retakes site from target",
    "withdrawal": "sender (actor) takes support away from recipient (target)",
    "suspension": "sender (actor) pauses support to recipient (target)",
    "reinforcement": "sender (actor) adds support to recipient (target)",
    "interdiction": "actor destroys part of what moves over a route or through a site",
    "route_closed": "a route is shut",
    "route_opened": "a route is opened again",
    "patron_exit": "a patron (actor) drops its client (target)",
    "rescue": "a patron intervenes for its client (target) in a crisis",
    "regime_end": "the government (target) ends; `detail` holds the mode",
    "alignment": "actor changes its stance towards target; `detail` holds the stance",
    "strike": "actor strikes target from afar, without taking a site",
    "agreement": "actor and target conclude a ceasefire or settlement",
    "statement": "actor says something that matters; changes nothing in the model",
}


def event_schema() -> pa.Schema:
    """Return the Arrow schema of the event log.

    Columns: ``origin`` (one of `ORIGINS`), ``arm`` and ``member`` (null unless simulated), ``date``, ``date_latest``
    [day], ``kind`` (key of `EVENT_KINDS`), ``actor``, ``target``, ``site`` (ids), ``support`` (kind of support),
    ``detail`` (mode, stance), ``magnitude`` with ``unit``, ``source`` (source id), ``certainty`` in [0, 1].
    """
    import pyarrow as pa

    label = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            pa.field("origin", label, nullable=False),
            pa.field("arm", label),
            pa.field("member", pa.int32()),
            pa.field("date", pa.date32(), nullable=False),
            pa.field("date_latest", pa.date32(), nullable=False),
            pa.field("kind", label, nullable=False),
            pa.field("actor", label),
            pa.field("target", label),
            pa.field("site", label),
            pa.field("support", label),
            pa.field("detail", label),
            pa.field("magnitude", pa.float64()),
            pa.field("unit", label),
            pa.field("source", label),
            pa.field("certainty", pa.float64(), nullable=False),
        ]
    )


def empty_log() -> pa.Table:
    """Return a log without events."""
    return event_schema().empty_table()


def make_log(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Build a log from rows; what a row leaves out is null.

    Parameters
    ----------
    rows : iterable of mapping
        Keys are column names; ``date_latest`` defaults to ``date``, ``certainty`` to 1.

    Raises
    ------
    InputError
        For an unknown column, kind or origin, a day that is none, an interval that ends before it begins, or a certainty
        outside [0, 1]; all problems at once.
    """
    import pyarrow as pa

    schema = event_schema()
    full: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for i, given in enumerate(rows):
        row: dict[str, Any] = dict.fromkeys(schema.names)
        row["certainty"] = 1.0
        row.update(given)
        if row["date_latest"] is None:
            row["date_latest"] = row["date"]
        problems += _check_row(f"event {i}", row, schema.names)
        full.append(row)
    if problems:
        raise InputError(*problems)
    return pa.Table.from_pylist(full, schema=schema)


def _check_row(where: str, row: Mapping[str, Any], columns: list[str]) -> list[Problem]:
    """Return what is wrong with one row."""
    found = [
        Problem(where, f"unknown column '{key}'", "leave it out", nearest(key, columns))
        for key in row
        if key not in columns
    ]
    for key, known in (("kind", list(EVENT_KINDS)), ("origin", list(ORIGINS))):
        if row[key] not in known:
            found.append(Problem(where, f"unknown {key} {row[key]!r}", "", nearest(str(row[key]), known)))
    days = [key for key in ("date", "date_latest") if not _is_day(row[key])]
    # A missing last day was filled in from the first, so the first alone is to blame.
    for key in days[:1] if row["date"] is row["date_latest"] else days:
        found.append(Problem(where, f"{key}: expected a day, got {row[key]!r}", "write YYYY-MM-DD"))
    if not days and row["date_latest"] < row["date"]:
        found.append(
            Problem(where, f"date_latest {row['date_latest']} is before date {row['date']}", "swap them")
        )
    certainty = row["certainty"]
    if isinstance(certainty, bool) or not isinstance(certainty, int | float):
        found.append(Problem(where, f"certainty: expected a number, got {certainty!r}", "give a probability"))
    elif not 0.0 <= certainty <= 1.0:
        found.append(Problem(where, f"certainty {certainty} is outside [0, 1]", "give a probability"))
    return found


def _is_day(value: object) -> bool:
    """Whether a value is a day and not a moment."""
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def known_on(log: pa.Table, as_of: dt.date) -> pa.Table:
    """Return the events that are known on the as-of day: those whose last possible day is not after it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return log.filter(pc.less_equal(log["date_latest"], pa.scalar(as_of, pa.date32())))


def write_log(log: pa.Table, path: str | Path) -> None:
    """Write a log to Parquet; an interrupted write leaves the old file whole."""
    write_log_in_parts([log], path)


def write_log_in_parts(parts: Iterable[pa.Table], path: str | Path) -> None:
    """Write a log that comes in parts to one Parquet file; an interrupted write leaves the old file whole."""
    import pyarrow.parquet as pq

    path, schema = Path(path), event_schema()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        with pq.ParquetWriter(name, schema, compression="zstd") as file:
            for part in parts:
                file.write_table(part.cast(schema))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_log(path: str | Path) -> pa.Table:
    """Read a log from Parquet.

    Raises
    ------
    InputError
        If the file is missing, is not Parquet, or has other columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = Path(path)
    try:
        table = pq.read_table(path)
    except FileNotFoundError as err:
        raise InputError.at(str(path), "no such file", "check the path") from err
    except pa.ArrowInvalid as err:
        raise InputError.at(str(path), "not a Parquet file", "write it with write_log") from err
    if table.schema.names != event_schema().names:
        missing = sorted(set(event_schema().names) ^ set(table.schema.names))
        raise InputError.at(
            str(path), f"not an event log: columns differ in {', '.join(missing)}", "write it with write_log"
        )
    return table.cast(event_schema())


#: DuckDB that reads no files, loads no extensions and sees no Python variables, within a bound of memory.
_CLOSED: Final = {
    "enable_external_access": "false", "python_enable_replacements": "false", "threads": "1", "memory_limit": "600MB",
}  # fmt: skip


def query_log(log: pa.Table, sql: str) -> pa.Table:
    """Ask a question of a log in SQL (DuckDB); the table is called ``log``.

    The connection is in memory, may not read files, and is closed again: SQL from a user reaches nothing but the log.

    Raises
    ------
    InputError
        If the SQL is wrong.
    """
    return query_tables({"log": log}, sql, (), log.schema.names)


def query_tables(
    tables: Mapping[str, Any], sql: str, views: Iterable[str] = (), columns: Iterable[str] = ()
) -> pa.Table:
    """Ask a question of Arrow tables or data sets in SQL, closed to all else as in `query_log`.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table or pyarrow.dataset.Dataset
    views : iterable of str
        SQL that makes views over the tables, run first.
    columns : iterable of str
        Names that an error message offers.

    Raises
    ------
    InputError
        If the SQL is wrong.
    """
    import duckdb

    with duckdb.connect(":memory:", config=_CLOSED) as db:
        for name, table in tables.items():
            db.register(name, table)
        for view in views:
            db.execute(view)
        try:
            found = db.sql(sql)
            if found is None:
                raise InputError.at("SQL", "asks nothing", "write a SELECT")
            return found.to_arrow_table()
        except duckdb.Error as err:
            first = str(err).splitlines()[0]
            raise InputError.at("SQL", first, "columns: " + ", ".join(columns)) from err
