"""The withdrawals data set: loading, located errors, Parquet, what the exposure file may not hold, what the pages say of it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from counterpoise import library
from counterpoise.errors import InputError
from counterpoise.inference.withdrawals import (
    TABLES,
    export_parquet,
    exposure_digest,
    load_withdrawals,
    read_parquet,
    row_schemas,
    summary,
)

SHIPPED = library.path("withdrawals")
Edit = Callable[[str, str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Copy the data set and change one cell of one row; returns the folder."""

    def change(table: str, row: str, column: str, value: str) -> Path:
        folder = tmp_path / "copy"
        shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        key = "id" if "id" in rows[0] else "row"
        next(r for r in rows if r[key] == row)[column] = value
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return folder

    return change


def problem(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_withdrawals(folder)
    return str(caught.value)


def test_the_shipped_data_are_valid_and_as_large_as_promised() -> None:
    counts = summary(load_withdrawals())
    assert counts["withdrawals"] >= 60
    assert counts["continuations"] >= counts["sets"]
    assert counts["two_sources"] > 0.5
    for role, number in (("withdrawal", counts["withdrawals"]), ("continuation", counts["continuations"])):
        assert sum(counts["ended_within_730_days"][role].values()) == number


def test_exposure_holds_no_outcome_and_is_the_file_that_was_closed_before_outcomes() -> None:
    head = (SHIPPED / "exposure.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert not set(head) & {"ended", "ended_lo", "ended_hi", "mode", "followed_until", "outcome", "fell"}
    lines = (SHIPPED / "exposure.sha256").read_text(encoding="utf-8").split("\n")
    closed = {name: digest for digest, name in (line.split() for line in lines if line)}
    assert exposure_digest() == closed


def test_cases_kept_apart_are_marked_and_sets_are_kept_apart_as_a_whole() -> None:
    data = load_withdrawals()
    apart = {r.match_set for r in data.exposure if r.kept_apart}
    named = {(r.recipient, r.start_lo.year) for r in data.exposure if r.kept_apart and r.role == "withdrawal"}
    assert ("Syria (Bashar al-Assad)", 2024) in named
    assert ("DR Congo (Laurent Kabila)", 1998) in named
    assert all(r.kept_apart for r in data.exposure if r.match_set in apart)


def test_memory_alone_is_unverified() -> None:
    data = load_withdrawals()
    for rows, sources in ((data.exposure, data.exposure_sources), (data.outcomes, data.outcome_sources)):
        for row in rows:
            types = {s.type for s in sources if s.row == row.id}
            assert types
            assert row.confidence == "unverified" or types != {"own-memory"}


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "said"),
    [
        ("exposure", "W001", "start_lo", "1975-13-01", "exposure.csv:2 [W001] start_lo"),
        ("exposure", "W001", "extent", "fulll", "unknown value 'fulll' | choose from full, partial, none | nearest: full"),
        ("exposure", "W001", "kinds", "troop", "choose from troops"),
        ("exposure", "W001", "start_hi", "1976-03-06", "not known to within 31 days"),
        ("exposure", "W001", "start_hi", "1975-03-01", "is after start_hi"),
        ("exposure", "W001", "reason", "", "reason is given for withdrawals"),
        ("exposure", "W002", "id", "W001", "exposure.csv [W001] | stands 2 times"),
        ("exposure", "W001", "patron_shock", "other", "exposure.csv set S01 | has more than one patron_shock"),
        ("outcomes", "W001", "mode", "", "ended yes needs its days and its mode"),
        ("outcomes", "W001", "followed_until", "1975-03-15", "ended_hi is after followed_until"),
        ("outcomes", "W001", "ended_lo", "1975", "[W001] ended_lo | expected a day as YYYY-MM-DD (got '1975')"),
        ("outcomes", "W001", "id", "W991", "outcomes.csv [W991] | no such row in exposure.csv"),
        ("exposure-sources", "W001", "url", "", "a source needs publisher and url"),
        ("exposure-sources", "W001", "row", "W900", "exposure-sources.csv [W900] | no such row"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_located_and_the_mending_is_named(
    edit: Edit, table: str, row: str, column: str, value: str, said: str
) -> None:
    assert said in problem(edit(table, row, column, value))


def test_all_problems_of_a_file_come_at_once(edit: Edit, tmp_path: Path) -> None:
    edit("exposure", "W001", "extent", "most")
    path = tmp_path / "copy" / "exposure.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1975-04-12", "April"), encoding="utf-8")
    text = problem(tmp_path / "copy")
    assert "exposure.csv:2 [W001] extent" in text
    assert "exposure.csv:3 [W002] start_lo" in text


def test_columns_and_shape_are_checked(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "outcomes.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("followed_until", "folowed_until", 1), encoding="utf-8")
    assert "unknown column 'folowed_until' | rename or remove it | nearest: followed_until" in problem(
        tmp_path
    )
    path.write_text(text.replace("\nW002,", "\nW002,one,more,", 1), encoding="utf-8")
    assert "outcomes.csv:3 | expected 8 cells, got 10" in problem(tmp_path)
    path.unlink()
    assert "cannot be read" in problem(tmp_path)


def test_parquet_gives_back_what_was_written_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    data = load_withdrawals()
    first = export_parquet(data, tmp_path / "a")
    second = export_parquet(data, tmp_path / "b")
    assert read_parquet(tmp_path / "a") == data
    assert [p.stem for p in first] == list(TABLES)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_the_shipped_schema_is_that_of_the_rows() -> None:
    shipped = json.loads(library.read_text("schemas/withdrawals-1.json"))
    assert shipped == json.loads(json.dumps(row_schemas()))


def test_the_changelog_states_the_counts_of_the_data() -> None:
    root = Path(__file__).resolve().parents[3]
    counts = summary(load_withdrawals())
    said = f"{counts['withdrawals']} dated withdrawals of support since 1975 and {counts['continuations']} matched"
    assert said in (root / "CHANGELOG.md").read_text(encoding="utf-8").replace("\n ", "")
