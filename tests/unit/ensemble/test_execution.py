"""Threads, processes and a cluster give the same bytes; a worker that is killed costs time only."""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from counterpoise.assessment import simulate
from counterpoise.ensemble import Futures, execution
from counterpoise.ensemble.execution import Processes, Threads, open_executor
from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.scenario.models import Scenario

N = 2_500


@pytest.fixture(scope="module")
def run(region: Scenario) -> Any:
    """Simulate the tiny region by the public function."""
    return functools.partial(simulate, region, members=N, seed=7, horizon=120)


@pytest.fixture(scope="module")
def one_thread(run: Any) -> Futures:
    return run(workers=1)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1", silence_logs=50
    ) as made:
        yield made


@pytest.mark.parametrize("workers", [2, 8])
def test_any_number_of_threads_gives_the_same_bytes(
    run: Any, one_thread: Futures, bytes_of: Any, workers: int
) -> None:
    assert bytes_of(run(workers=workers, scheduler="threads")) == bytes_of(one_thread)


def test_processes_give_the_same_bytes(run: Any, one_thread: Futures, bytes_of: Any) -> None:
    assert bytes_of(run(workers=2, scheduler="processes")) == bytes_of(one_thread)


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    cluster: Any, run: Any, one_thread: Futures, bytes_of: Any, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill_one(_: str, done: int, total: int) -> None:
        if not killed:
            assert done < total, "the run was over before a worker could be killed"
            victim = next(iter(cluster.workers.values()))
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    found = run(scheduler=cluster.scheduler_address, progress=kill_one, store=tmp_path)
    assert len(killed) == 1
    assert bytes_of(found) == bytes_of(one_thread)
    assert list(tmp_path.glob("*/about.json"))


def test_a_worker_with_another_program_is_refused(
    cluster: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "fingerprint", lambda: ("0.0", "other"))
    with pytest.raises(InputError, match=r"a worker runs counterpoise .*, expected 0\.0 \(other\)"):
        run(members=10, scheduler=cluster.scheduler_address)


@pytest.mark.parametrize(
    ("scheduler", "says"),
    [
        ("thread", "unknown 'thread' | choose threads, processes or an address"),
        ("tcp://127.0.0.1:9", "no scheduler answers there"),
        ("nonsense://x", "no scheduler answers there"),
    ],
)
def test_what_cannot_run_is_refused(
    scheduler: str, says: str, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "PATIENCE", 0.5)
    with pytest.raises(InputError) as err:
        run(members=10, scheduler=scheduler)
    assert says in str(err.value)


def _square(shared: int, item: int) -> int:
    return shared + item * item


def test_results_come_in_order_and_items_are_taken_as_needed() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            taken.append(i)
            yield i

    with open_executor("threads", 3) as executor:
        results = executor.map(_square, 1, items())
        assert [next(results) for _ in range(10)] == [1 + i * i for i in range(10)]
        assert len(taken) <= 10 + execution.AHEAD * 3 + 1
        assert list(results) == [1 + i * i for i in range(10, 100)]


def _fails(shared: None, item: int) -> int:
    if item == 2:
        raise ValueError("two")
    return item


def test_an_error_of_a_piece_is_the_error_of_the_run() -> None:
    results = Threads(2).map(_fails, None, range(100))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(results)


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Iterator[int]:
        raise BrokenProcessPool
        yield

    monkeypatch.setattr(execution, "_in_order", broken)
    with pytest.raises(CounterpoiseError, match="a worker process died"):
        list(Processes(1).map(_square, 1, [0]))
