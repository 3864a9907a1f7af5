"""Futures in files: the same bytes as in memory, blocks that are whole or not there, runs that go on, questions in SQL."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from counterpoise.assessment.questions import places
from counterpoise.dynamics.kernel import CAPTURE
from counterpoise.ensemble import Futures, measure_regional, query_stored, run, simulate_world
from counterpoise.ensemble.store import StoredArm, run_key
from counterpoise.errors import InputError
from counterpoise.events import read_log
from counterpoise.scenario.models import Scenario

N = 700
ARMS = ("stay", "as_reported")


@pytest.fixture(scope="module")
def world(region: Scenario, world_of: Any) -> Any:
    return world_of(region, arms=ARMS, horizon=200)


@pytest.fixture(scope="module")
def small_blocks() -> Any:
    patch = pytest.MonkeyPatch()
    patch.setattr(run, "BLOCK", 300)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def in_memory(world: Any, small_blocks: None) -> Futures:
    return simulate_world(world, members=N, seed=4)


@pytest.fixture(scope="module")
def kept(world: Any, tmp_path_factory: pytest.TempPathFactory, small_blocks: None) -> tuple[Path, Futures]:
    folder = tmp_path_factory.mktemp("store")
    return folder, simulate_world(world, members=N, seed=4, store=folder)


def test_files_hold_the_bytes_of_memory(kept: Any, in_memory: Futures, bytes_of: Callable[..., Any]) -> None:
    _, stored = kept
    assert all(isinstance(a, StoredArm) for a in stored.arms.values())
    assert bytes_of(stored) == bytes_of(in_memory)
    assert stored.effective_draws == in_memory.effective_draws


def test_what_is_read_block_by_block_is_the_same(kept: Any, in_memory: Futures, region: Scenario) -> None:
    _, stored = kept
    assert [first for first, _ in stored.arms["stay"].blocks()] == [0, 300, 600]
    assert places(stored, region, "stay") == places(in_memory, region, "stay")
    a, b = (measure_regional(f, "stay", n_members=450) for f in (stored, in_memory))
    assert a.values.tobytes() == b.values.tobytes()
    for n in (1, 300, 301, N, N + 5):
        assert stored.arms["stay"].head(n).day.tobytes() == in_memory.arms["stay"].head(n).day.tobytes()


def test_the_log_is_streamed_to_one_file(kept: Any, in_memory: Futures, tmp_path: Path) -> None:
    _, stored = kept
    stored.write(tmp_path / "log.parquet")
    again = read_log(tmp_path / "log.parquet")
    assert again.to_pylist() == in_memory.full_log().to_pylist()
    assert [p.name for p in tmp_path.iterdir()] == ["log.parquet"]


def test_a_log_says_who_did_what(in_memory: Futures) -> None:
    one, world = in_memory.arms["stay"], in_memory.world
    log = in_memory.log("stay").to_pylist()
    assert len(log) == len(one.day) > 100
    i = int(np.nonzero(one.kind == CAPTURE)[0][7])
    row, actors = log[i], [world.actors[a] for a in world.party_actor]
    assert (row["kind"], row["arm"], row["origin"], row["member"]) == (
        "capture", "stay", "simulated", one.member[i],
    )  # fmt: skip
    assert (row["actor"], row["target"]) == (actors[one.party[i]], actors[one.loser[i]])
    assert row["site"] == world.theatre_sites[one.site[i]]
    assert (row["date"] - np.datetime64(world.as_of, "D").item()).days == one.day[i]
    ends = [r for r in log if r["kind"] == "regime_end"]
    assert {r["detail"] for r in ends} <= {"defeat", "flight", "coup", "settlement"}
    assert all(r["target"] == world.actors[world.client] and r["actor"] is None for r in ends)


BEFORE = """
    SELECT count(*) AS n FROM falls a LEFT JOIN falls b ON b.arm = a.arm AND b.member = a.member AND b.site = '{1}'
    WHERE a.arm = 'stay' AND a.site = '{0}' AND (b.date IS NULL OR a.date < b.date)
"""


def test_in_how_many_futures_did_one_city_fall_before_another(kept: Any, in_memory: Futures) -> None:
    folder, stored = kept
    one, world = in_memory.arms["stay"], in_memory.world
    first = np.full((N, len(world.theatre_sites)), 10**6)
    mine = (one.kind == CAPTURE) & (one.loser == 0)
    np.minimum.at(first, (one.member[mine], one.site[mine]), one.day[mine])
    both = [i for i in range(first.shape[1]) if (first[:, i] < 10**6).any()]
    x, y = both[0], both[1]
    expected = int((first[:, x] < first[:, y]).sum())
    assert 0 < expected < N
    sql = BEFORE.format(world.theatre_sites[x], world.theatre_sites[y])
    for answer in (in_memory.query(sql), stored.query(sql), query_stored(folder, sql)):
        assert answer.to_pylist() == [{"n": expected}]


def test_sql_sees_the_columns_of_the_log_and_the_ends(kept: Any, in_memory: Futures) -> None:
    folder, stored = kept
    everything = "SELECT * FROM log"
    assert stored.query(everything).to_pylist() == in_memory.full_log().to_pylist()
    assert query_stored(folder, everything).to_pylist() == in_memory.full_log().to_pylist()
    ends = "SELECT count(*) AS n, count(end_date) AS ended, count(mode) AS by FROM futures WHERE arm = 'stay'"
    ended = int((in_memory.arms["stay"].end_mode > 0).sum())
    for answer in (in_memory.query(ends), stored.query(ends)):
        assert answer.to_pylist() == [{"n": N, "ended": ended, "by": ended}]
    with pytest.raises(InputError, match="columns: origin"):
        stored.query("SELECT colour FROM log")
    with pytest.raises(InputError):
        stored.query(f"SELECT * FROM read_parquet('{folder}/*/arm-0/*.parquet')")


def test_a_run_that_was_broken_off_goes_on(
    world: Any,
    tmp_path: Path,
    in_memory: Futures,
    bytes_of: Any,
    monkeypatch: pytest.MonkeyPatch,
    small_blocks: None,
) -> None:
    done: list[tuple[int, int]] = []
    real = run.run_chunk

    def breaks(lives: Any, chunk: Any) -> Any:
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append((chunk.arm, chunk.first))
        return real(lives, chunk)

    monkeypatch.setattr(run, "run_chunk", breaks)
    with pytest.raises(KeyboardInterrupt):
        simulate_world(world, members=N, seed=4, store=tmp_path)
    folder = tmp_path / run_key(world, 4)
    whole = len(list(folder.glob("*/*.ends.parquet")))
    assert 2 <= whole < 6
    assert not list(folder.glob("*/.*")), "something half-written was left"
    done.clear()
    monkeypatch.setattr(run, "run_chunk", lambda lives, chunk: done.append(chunk.first) or real(lives, chunk))
    again = simulate_world(world, members=N, seed=4, store=tmp_path)
    assert bytes_of(again) == bytes_of(in_memory)
    assert 0 not in done, "the first block was there and was drawn again"
    done.clear()
    once_more = simulate_world(world, members=N, seed=4, store=tmp_path)
    assert done == []
    assert bytes_of(once_more) == bytes_of(in_memory)
    # More members take over the whole blocks; what belongs to fewer members only is not counted twice.
    more = simulate_world(world, members=N + 250, seed=4, store=tmp_path)
    assert 0 not in done
    assert more.arms["stay"].end_day[:N].tobytes() == in_memory.arms["stay"].end_day.tobytes()
    assert more.query("SELECT count(*) AS n FROM futures").to_pylist() == [{"n": 2 * (N + 250)}]


def test_a_broken_block_is_drawn_anew(
    world: Any, tmp_path: Path, in_memory: Futures, bytes_of: Any, small_blocks: None
) -> None:
    simulate_world(world, members=N, seed=4, store=tmp_path)
    events = sorted(tmp_path.glob("*/arm-1/*.events.parquet"))[1]
    raw = bytearray(events.read_bytes())
    raw[len(raw) // 2] ^= 1
    events.write_bytes(bytes(raw))
    sorted(tmp_path.glob("*/arm-0/*.ends.parquet"))[2].write_bytes(b"PAR1")
    assert bytes_of(simulate_world(world, members=N, seed=4, store=tmp_path)) == bytes_of(in_memory)


def test_another_seed_or_world_has_a_folder_of_its_own(world: Any, with_values: Any, tmp_path: Path) -> None:
    other = with_values(world, {"loss.intercept": -6.0})
    keys = {run_key(world, 1), run_key(world, 2), run_key(other, 1)}
    assert len(keys) == 3
    simulate_world(world, members=20, seed=1, store=tmp_path)
    simulate_world(world, members=20, seed=2, store=tmp_path)
    with pytest.raises(InputError, match="2 runs"):
        query_stored(tmp_path, "SELECT 1")
    one = query_stored(tmp_path / run_key(world, 2), "SELECT count(*) AS n FROM futures").to_pylist()
    assert one == [{"n": 40}]


def test_many_members_go_to_files_that_go_with_them(
    world: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_memory: Futures, bytes_of: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    futures = simulate_world(world, members=N, seed=4, in_memory=N - 1)
    assert list(tmp_path.glob("counterpoise-futures-*/arm-0/*.parquet"))
    assert bytes_of(futures) == bytes_of(in_memory)
    del futures
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_bad_stores_are_refused(tmp_path: Path, world: Any) -> None:
    with pytest.raises(InputError, match="holds no futures"):
        query_stored(tmp_path, "SELECT 1")
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(InputError, match="cannot be written"):
        simulate_world(world, members=5, seed=1, store=blocked)
    simulate_world(world, members=5, seed=1, store=tmp_path / "a")
    folder = tmp_path / "a" / run_key(world, 1)
    next((folder / "arm-0").glob("*.events.parquet")).unlink()
    with pytest.raises(InputError, match="a block is missing"):
        query_stored(tmp_path / "a", "SELECT count(*) FROM log")
    about = json.loads((folder / "about.json").read_text())
    (folder / "about.json").write_text(json.dumps({**about, "format": "other/1"}))
    with pytest.raises(InputError, match="expected counterpoise/futures/1"):
        query_stored(folder, "SELECT 1")


def test_events_take_few_bytes(kept: Any) -> None:
    folder, stored = kept
    size = sum(p.stat().st_size for p in folder.rglob("*.events.parquet"))
    rows = sum(pq.read_metadata(p).num_rows for p in folder.rglob("*.events.parquet"))
    assert rows == sum(len(a.day) for a in stored.arms.values())
    assert size / rows < 12
