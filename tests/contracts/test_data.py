"""`counterpoise data` as a user meets it: what it says, how it leaves, and that it opens no connection in a test."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterpoise.sources import data_fetch, datasets

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not (SHARED / "ucdp").is_dir(), reason=f"the shared data are not at {SHARED}")


@pytest.fixture(autouse=True)
def cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A cache of its own, and no name that can be resolved."""

    def no_network(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setenv("COUNTERPOISE_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(socket, "getaddrinfo", no_network)


def test_list_names_vintage_licence_and_where_to_get_every_data_set(cli: Callable[..., Any]) -> None:
    said = cli("data", "list", "--json")
    assert said.code == 0
    rows = json.loads(said.out)
    assert [r["id"] for r in rows] == list(datasets())
    assert all(r["version"] and r["licence"] == "CC BY 4.0" and "https://" in r["where_to_get"] for r in rows)
    assert {r["state"] for r in rows} == {"missing"}
    plain = cli("data", "list")
    assert plain.code == 0
    assert "ucdp-esd" in plain.out


def test_offline_it_says_what_is_missing_and_what_to_do(cli: Callable[..., Any], tmp_path: Path) -> None:
    said = cli("data", "fetch", "ucdp-esd")
    assert said.code == 2
    assert (
        "data ucdp-esd | https://ucdp.uu.se/downloads/extsup/ESD/ucdp-esd-ay-181.zip | no connection"
        in said.err
    )
    assert "counterpoise data fetch ucdp-esd --from FOLDER" in said.err
    counted = cli("data", "annual", "--out", tmp_path / "rates")
    assert counted.code == 2
    assert counted.err.count("| not in") == 6, "one problem for each data set that is needed"
    assert not (tmp_path / "rates").exists()


def test_unknown_names_and_folders(cli: Callable[..., Any], tmp_path: Path) -> None:
    said = cli("data", "fetch", "ucdp-eds")
    assert said.code == 2
    assert "nearest: " in said.err
    assert "ucdp-esd" in said.err.split("nearest: ")[1]
    assert cli("data", "fetch", "--from", tmp_path / "nowhere").code == 2
    assert cli("data", "verify", "cline").code == 2, "named and missing"
    assert cli("data", "verify").code == 0, "nothing there is nothing damaged"
    (tmp_path / "file").write_text("x")
    assert cli("data", "annual", "--out", tmp_path / "file").code == 2


@needs_data
def test_copies_at_hand_are_fetched_verified_and_counted_from(
    cli: Callable[..., Any], tmp_path: Path
) -> None:
    said = cli("data", "fetch", "--from", SHARED, "--json")
    assert said.code == 0, said.err
    states = {r["id"]: r["state"] for r in json.loads(said.out)}
    assert {i for i, s in states.items() if s == "whole"} == {d.id for d in datasets().values() if d.copy}
    assert cli("data", "verify").code == 0
    assert cli("data", "verify", "--from", SHARED).code == 0


@needs_data
@pytest.mark.parametrize("damage", ["cut", "changed", "columns"])
def test_damaged_copies_are_refused_and_located(cli: Callable[..., Any], tmp_path: Path, damage: str) -> None:
    data = datasets()["cline"]
    data_fetch(["cline"], SHARED)
    copy = tmp_path / "copies" / data.copy
    copy.parent.mkdir(parents=True)
    shutil.copy(SHARED / data.copy, copy)
    raw = copy.read_bytes()
    text = gzip.decompress(raw).decode()
    copy.chmod(0o644)
    if damage == "cut":
        copy.write_bytes(raw[: len(raw) // 2])
    elif damage == "changed":
        copy.write_bytes(gzip.compress(text.replace(",2014,", ",2013,", 1).encode()))
    else:
        copy.write_bytes(gzip.compress(text.replace("cowcode", "code", 1).encode()))
    said = cli("data", "fetch", "cline", "--from", tmp_path / "copies")
    assert said.code == 2
    expected = {
        "cut": "cut off or damaged",
        "changed": "as many rows, other values",
        "columns": "columns missing: cowcode",
    }
    assert expected[damage] in said.err
    assert "Traceback" not in said.err
    assert cli("data", "verify", "cline").code == 0, "what was there is whole"
    assert cli("data", "verify", "cline", "--from", tmp_path / "copies").code == 2
