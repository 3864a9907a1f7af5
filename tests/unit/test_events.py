"""The event log: its schema, what it refuses, the as-of rule, Parquet, and SQL that reaches nothing but the log."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoise.errors import InputError
from counterpoise.events import (
    EVENT_KINDS,
    ORIGINS,
    empty_log,
    event_schema,
    known_on,
    make_log,
    query_log,
    read_log,
    write_log,
)

DAY = dt.date(2024, 11, 27)
ROW = {
    "origin": "observed",
    "date": DAY,
    "kind": "capture",
    "actor": "HTS",
    "target": "SYR",
    "site": "aleppo",
}


def refused(*rows: dict[str, object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        make_log(rows)
    return [str(p) for p in caught.value.problems]


def test_the_schema_has_the_documented_columns() -> None:
    schema = event_schema()
    assert schema.names == [
        "origin", "arm", "member", "date", "date_latest", "kind", "actor", "target", "site", "support", "detail",
        "magnitude", "unit", "source", "certainty",
    ]  # fmt: skip
    assert {f.name for f in schema if not f.nullable} == {
        "origin",
        "date",
        "date_latest",
        "kind",
        "certainty",
    }
    assert empty_log().num_rows == 0
    assert empty_log().schema == schema


def test_a_row_gets_its_defaults_and_nulls() -> None:
    log = make_log([ROW])
    row = log.to_pylist()[0]
    assert log.schema == event_schema()
    assert row["date_latest"] == DAY
    assert row["certainty"] == 1.0
    assert [k for k, v in row.items() if v is None] == [
        "arm", "member", "support", "detail", "magnitude", "unit", "source",
    ]  # fmt: skip
    assert make_log([]).schema == event_schema()


def test_every_kind_and_origin_is_taken() -> None:
    rows = [{"origin": o, "date": DAY, "kind": k} for o in ORIGINS for k in EVENT_KINDS]
    assert make_log(rows).num_rows == len(rows)


def test_all_that_is_wrong_with_all_rows_is_said_at_once() -> None:
    said = refused(
        {**ROW, "aktor": "x", "kind": "captur"},
        ROW,
        {**ROW, "origin": "seen", "certainty": 1.5, "date_latest": DAY - dt.timedelta(1)},
        {"origin": "observed", "kind": "capture"},
    )
    assert said == [
        "event 0 | unknown column 'aktor' | leave it out | nearest: actor, arm",
        "event 0 | unknown kind 'captur' | nearest: capture, recapture, campaign_start",
        "event 2 | unknown origin 'seen' | nearest: observed",
        "event 2 | date_latest 2024-11-26 is before date 2024-11-27 | swap them",
        "event 2 | certainty 1.5 is outside [0, 1] | give a probability",
        "event 3 | date: expected a day, got None | write YYYY-MM-DD",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date": "2024-11-27"}, "event 0 | date: expected a day, got '2024-11-27' | write YYYY-MM-DD"),
        ({"date_latest": "2024-11-28"}, "event 0 | date_latest: expected a day, got '2024-11-28'"),
        ({"date": dt.datetime(2024, 11, 27, 4)}, "event 0 | date: expected a day, got datetime.datetime"),
        ({"certainty": "likely"}, "event 0 | certainty: expected a number, got 'likely'"),
        ({"certainty": None}, "event 0 | certainty: expected a number, got None"),
        ({"certainty": float("nan")}, "event 0 | certainty nan is outside [0, 1]"),
        ({"certainty": -0.1}, "event 0 | certainty -0.1 is outside [0, 1]"),
    ],
)
def test_what_is_no_day_or_no_probability_is_refused(change: dict[str, object], said: str) -> None:
    problems = refused({**ROW, **change})
    assert len(problems) == 1
    assert problems[0].startswith(said)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=12), st.integers(-5, 90))
def test_an_event_is_known_once_its_last_possible_day_has_come(
    spans: list[tuple[int, int]], asked: int
) -> None:
    rows = [
        {**ROW, "date": DAY + dt.timedelta(a), "date_latest": DAY + dt.timedelta(a + b)} for a, b in spans
    ]
    known = known_on(make_log(rows), DAY + dt.timedelta(asked))
    assert known.num_rows == sum(a + b <= asked for a, b in spans)


def test_a_log_survives_parquet(tmp_path: Path) -> None:
    log = make_log([ROW, {**ROW, "origin": "simulated", "arm": "stay", "member": 3, "magnitude": 2.5}])
    path = tmp_path / "log.parquet"
    write_log(log, path)
    again = read_log(path)
    assert again.schema == event_schema()
    assert again.to_pylist() == log.to_pylist()
    assert [p.name for p in tmp_path.iterdir()] == ["log.parquet"]
    write_log(empty_log(), path)
    assert read_log(str(path)).num_rows == 0


def test_an_interrupted_write_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.parquet"
    write_log(make_log([ROW]), path)
    before = path.read_bytes()
    real = pq.ParquetWriter.write_table

    def half(self: pq.ParquetWriter, table: pa.Table) -> None:
        real(self, table)
        raise KeyboardInterrupt

    monkeypatch.setattr(pq.ParquetWriter, "write_table", half)
    with pytest.raises(KeyboardInterrupt):
        write_log(make_log([ROW] * 50), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["log.parquet"]


def test_what_is_no_log_is_refused_with_its_path(tmp_path: Path) -> None:
    absent, text, other = tmp_path / "absent.parquet", tmp_path / "text.parquet", tmp_path / "other.parquet"
    text.write_text("a,b\n1,2\n")
    pq.write_table(pa.table({"kind": ["capture"], "surplus": [1]}), other)
    whole = tmp_path / "whole.parquet"
    write_log(make_log([ROW] * 20), whole)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:-30])
    for path, said in (
        (absent, "no such file"),
        (text, "not a Parquet file"),
        (cut, "not a Parquet file"),
        (other, "not an event log: columns differ in actor, arm"),
    ):
        with pytest.raises(InputError, match=said) as caught:
            read_log(path)
        assert caught.value.problems[0].where == str(path)
    with pytest.raises(InputError, match="surplus"):
        read_log(other)


def test_a_question_in_sql() -> None:
    log = make_log([ROW, {**ROW, "site": "hama"}, {**ROW, "kind": "statement"}])
    found = query_log(log, "SELECT kind, count(*) AS n FROM log GROUP BY kind ORDER BY kind")
    assert found.to_pylist() == [{"kind": "capture", "n": 2}, {"kind": "statement", "n": 1}]
    assert query_log(log, "SELECT max(date) AS d FROM log").to_pylist() == [{"d": DAY}]


@pytest.mark.parametrize(
    "sql", ["SELECT nope FROM log", "SELEC 1", "SELECT * FROM nothing", "", "-- no question"]
)
def test_wrong_sql_is_an_input_error_that_names_the_columns_or_the_way_out(sql: str) -> None:
    with pytest.raises(InputError, match=r"^SQL \| "):
        query_log(make_log([ROW]), sql)


def test_sql_reaches_no_file_no_network_and_no_python_variable(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nhidden\n")
    parquet = tmp_path / "secret.parquet"
    pq.write_table(pa.table({"word": ["hidden"]}), parquet)
    private = pa.table({"word": ["hidden"]})
    assert private.num_rows == 1
    log = make_log([ROW])
    for sql in (
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_csv('{secret}')",
        f"SELECT * FROM read_text('{secret}')",
        f"SELECT * FROM read_parquet('{parquet}')",
        f"SELECT * FROM glob('{tmp_path}/*')",
        f"COPY log TO '{tmp_path / 'out.csv'}'",
        f"COPY log FROM '{secret}'",
        f"ATTACH '{tmp_path / 'out.db'}'",
        f"EXPORT DATABASE '{tmp_path / 'out'}'",
        "SELECT * FROM private",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        f"SET enable_external_access = true; SELECT * FROM read_text('{secret}')",
    ):
        with pytest.raises(InputError):
            query_log(log, sql)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["secret.csv", "secret.parquet"]


def test_one_question_leaves_nothing_for_the_next() -> None:
    log = make_log([ROW])
    query_log(log, "CREATE TABLE kept AS SELECT 1 AS one")
    with pytest.raises(InputError, match="kept"):
        query_log(log, "SELECT * FROM kept")
