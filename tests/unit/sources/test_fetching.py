"""Data sets are taken if they are known, refused if they changed, and what was there is kept."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.network import Unreachable
from counterpoise.sources import catalogue as book
from counterpoise.sources import data_fetch, data_list, data_verify, dataset
from counterpoise.sources.places import cache_folder, locate, read_manifest
from counterpoise.sources.tables import contents_digest, read_rows

ROWS = [{"a": "1", "b": "x", "c": "9"}, {"a": "2.0", "b": " y ", "c": "8"}]


def table(rows: list[dict[str, str]], separator: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture(autouse=True)
def small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of one known data set, one that nobody has seen, and one without an address."""
    known = replace(
        dataset("cline"), id="known", file="https://data.example/known.csv", copy="here/known.csv.gz", sha256="",
        contents=contents_digest(ROWS, ["a", "b"])[0], rows=2, columns=("a", "b"),
    )  # fmt: skip
    unseen = replace(known, id="unseen", file="https://data.example/new.zip", copy="", contents="", rows=0)
    by_hand = replace(known, id="by-hand", file="", copy="here/hand.csv")
    found = {d.id: d for d in (known, unseen, by_hand)}
    monkeypatch.setattr(book, "datasets", lambda: found)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "copies"
    (made / "here").mkdir(parents=True)
    (made / "here" / "known.csv.gz").write_bytes(gzip.compress(table(ROWS)))
    return made


def offline(url: str) -> bytes:
    raise Unreachable(f"{url} | no connection: the cable is out")


def test_contents_do_not_depend_on_order_separator_or_other_columns() -> None:
    digest = contents_digest(ROWS, ["a", "b"])
    assert digest == contents_digest(reversed(ROWS), ["a", "b"])
    assert digest == contents_digest([{"b": "y", "a": "2"}, {"b": "x", "a": "1"}], ["a", "b"])
    assert digest != contents_digest([*ROWS[:1], {"a": "2", "b": "z"}], ["a", "b"])


def test_a_copy_at_hand_is_taken_and_verified(cache: Path, folder: Path) -> None:
    (found,) = data_fetch(["known"], folder, cache=cache)
    assert (found.state, found.rows, found.origin) == ("whole", 2, "copy")
    entry = read_manifest(cache)["known"]
    assert (entry["known"], entry["file"]) == ("contents", "known.csv.gz")
    assert [s.state for s in data_list(cache)] == ["whole", "missing", "missing"]
    assert locate(dataset("known"), cache) == cache / "known" / "known.csv.gz"


def test_the_producers_file_is_known_by_its_contents(cache: Path) -> None:
    other = [{"b": "y", "a": "2", "more": "1"}, {"b": "x", "a": "1", "more": "2"}]
    (found,) = data_fetch(["known"], cache=cache, fetcher=lambda url: table(other, ";"))
    assert (found.state, found.origin) == ("whole", "producer")


def test_what_was_never_seen_is_taken_once_and_then_known(cache: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("folder/new.csv", table(ROWS))
        archive.writestr("readme.txt", "hello")
    (found,) = data_fetch(["unseen"], cache=cache, fetcher=lambda url: packed.getvalue())
    assert (found.state, found.rows) == ("new", 2)
    with pytest.raises(
        InputError,
        match=r"data unseen \(new\.zip\) \| changed since .*: 1 rows, then 2 \| what was there is kept",
    ):
        data_fetch(["unseen"], cache=cache, fetcher=lambda url: table(ROWS[:1]))
    assert data_verify(["unseen"], cache=cache)[0].rows == 2
    (found,) = data_fetch(["unseen"], cache=cache, fetcher=lambda url: table(ROWS[:1]), accept_changed=True)
    assert (found.state, found.rows) == ("new", 1)


def test_a_changed_file_is_refused_and_the_old_one_kept(cache: Path, folder: Path) -> None:
    data_fetch(["known"], folder, cache=cache)
    before = (cache / "known" / "known.csv.gz").read_bytes()
    changed = [ROWS[0], {"a": "2", "b": "other", "c": "8"}]
    (folder / "here" / "known.csv.gz").write_bytes(gzip.compress(table(changed)))
    with pytest.raises(
        InputError, match=r"not the data of vintage 2\.0\.0: as many rows, other values"
    ) as wrong:
        data_fetch(["known"], folder, cache=cache)
    assert "--accept-changed" in str(wrong.value)
    assert (cache / "known" / "known.csv.gz").read_bytes() == before
    assert data_verify(["known"], cache=cache)[0].state == "whole"
    assert not list((cache / "known").glob(".*")), "no half-written file"
    (found,) = data_fetch(["known"], folder, cache=cache, accept_changed=True)
    assert (found.state, found.message) == ("whole", "accepted as changed")
    assert read_manifest(cache)["known"]["known"] == "accepted as changed"


def test_fewer_rows_are_named(cache: Path, folder: Path) -> None:
    (folder / "here" / "known.csv.gz").write_bytes(gzip.compress(table(ROWS[:1])))
    with pytest.raises(InputError, match="1 rows, expected 2"):
        data_fetch(["known"], folder, cache=cache)
    assert not (cache / "known").exists()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (gzip.compress(table(ROWS * 500))[:-20], "cut off or damaged"),
        (b"PK\x03\x04 not a zip at all", "cut off or damaged"),
        (b"a,b\n1,x\n2\n", r"known\.csv\.gz\):3 \| expected 2 fields, got 1 \| is the file cut off"),
        (b"x,y\n1,2\n", "columns missing: a, b .* its columns: x, y"),
        (b"", "columns missing: a, b"),
        (b"a,b\n1,\x81\x8d\n", "not a text file"),
        (b"<html>not found</html>", "columns missing"),
    ],
    ids=["gzip cut", "no zip", "row cut", "other columns", "empty", "no text", "web page"],
)
def test_files_that_are_broken_or_other_files(raw: bytes, says: str, cache: Path, folder: Path) -> None:
    (folder / "here" / "known.csv.gz").write_bytes(raw)
    with pytest.raises(InputError, match=says):
        data_fetch(["known"], folder, cache=cache, accept_changed=True)
    assert not (cache / "known").exists(), "broken files are never taken, whatever was accepted"
    assert data_verify(["known"], folder)[0].state == "damaged"


def test_a_zip_with_two_tables_or_none_is_refused(cache: Path) -> None:
    for names in ((), ("a.csv", "b.csv")):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("codebook.pdf", "x")
            for name in names:
                archive.writestr(name, table(ROWS))
        with pytest.raises(InputError, match=f"expected one csv in the zip, found {len(names)}"):
            data_fetch(["known"], cache=cache, fetcher=lambda url, p=packed: p.getvalue())


def test_without_a_connection_it_says_what_is_missing_and_where_to_get_it(cache: Path) -> None:
    with pytest.raises(InputError) as wrong:
        data_fetch(cache=cache, fetcher=offline)
    text = str(wrong.value)
    assert (
        "data known | https://data.example/known.csv | no connection: the cable is out | download it by hand at"
        in text
    )
    assert "counterpoise data fetch known --from FOLDER" in text
    assert "data unseen" in text
    assert [s.state for s in data_verify(cache=cache)] == ["missing"] * 3


def test_what_has_no_address_is_left_out_unless_named(cache: Path) -> None:
    found = data_fetch(cache=cache, fetcher=lambda url: table(ROWS))
    assert [s.state for s in found] == ["whole", "new", "missing"]
    with pytest.raises(InputError, match="the producer gives no fixed address"):
        data_fetch(["by-hand"], cache=cache, fetcher=lambda url: table(ROWS))


def test_a_file_changed_in_the_cache_is_seen(cache: Path, folder: Path) -> None:
    data_fetch(["known"], folder, cache=cache)
    (cache / "known" / "known.csv.gz").write_bytes(gzip.compress(table([*ROWS, ROWS[0]])))
    (found,) = data_verify(["known"], cache=cache)
    assert found.state == "changed"
    assert "changed after it was taken" in found.message
    (cache / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json \| cannot be read"):
        data_list(cache)


def test_wrong_names_and_folders(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"data set 'knwon' \| not in the catalogue .* nearest: known"):
        data_fetch(["knwon"], cache=cache)
    with pytest.raises(InputError, match="is not a folder"):
        data_fetch(["known"], tmp_path / "nowhere", cache=cache)
    with pytest.raises(InputError, match="not at hand: not in"):
        data_fetch(["known"], tmp_path, cache=cache)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        data_fetch(["known"], cache=tmp_path / "file", fetcher=lambda url: table(ROWS))


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTERPOISE_DATA", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("COUNTERPOISE_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "counterpoise" / "data"


def test_a_manifest_cannot_lead_out_of_the_cache(cache: Path, folder: Path, tmp_path: Path) -> None:
    data_fetch(["known"], folder, cache=cache)
    secret = tmp_path / "secret.csv"
    secret.write_bytes(table(ROWS))
    manifest = read_manifest(cache)
    manifest["known"]["file"] = "../../secret.csv"
    (cache / "manifest.json").write_text(json.dumps(manifest))
    assert data_list(cache)[0].state == "missing"


def test_rows_of_a_file(folder: Path) -> None:
    assert [r["b"] for r in read_rows(folder / "here" / "known.csv.gz")] == ["x", " y "]
