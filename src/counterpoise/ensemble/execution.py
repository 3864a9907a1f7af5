"""Where work runs: threads, processes, or a Dask cluster, behind one interface. It changes no result.

A piece of work is a function of (what all pieces share, one item), found by its name in a module, so that it can be sent away.
Results come back in the order of the items, and only a few items more than there are workers are under way at once: neither
items nor results pile up. Kernels hold no interpreter lock, so threads are the default; processes and a cluster also spread
what is plain Python.

On a cluster each piece first compares its own version and the hash of its kernels with those of the client, because other
kernels might give other bytes. A worker that dies costs the pieces that it had: Dask gives them to another.
"""

from __future__ import annotations

import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor as Pool
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar

from counterpoise._version import __version__
from counterpoise.errors import CounterpoiseError, InputError, nearest
from counterpoise.jit import cache_folder

__all__ = ["Executor", "Threads", "open_executor"]

Item = TypeVar("Item")
Result = TypeVar("Result")
Shared = TypeVar("Shared")
Work = Callable[[Any, Any], Any]

#: Items under way for each worker.
AHEAD = 2
#: Seconds to wait for a scheduler to answer.
PATIENCE = 15
KINDS = ("threads", "processes")


class Executor(Protocol):
    """Runs pieces of work."""

    def map(
        self, work: Callable[[Shared, Item], Result], shared: Shared, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield ``work(shared, item)`` for each item, in the order of the items."""
        ...


class Threads:
    """Threads of this process.

    Parameters
    ----------
    workers : int
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(
        self, work: Callable[[Shared, Item], Result], shared: Shared, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in order."""
        with ThreadPoolExecutor(self.workers) as pool:
            yield from _in_order(pool, lambda item: work(shared, item), items, self.workers)


class Processes:
    """Processes of this machine, each started afresh.

    Parameters
    ----------
    workers : int
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(
        self, work: Callable[[Shared, Item], Result], shared: Shared, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in order.

        Raises
        ------
        CounterpoiseError
            If a process dies.
        """
        with ProcessPoolExecutor(
            self.workers, multiprocessing.get_context("spawn"), initializer=_keep, initargs=(work, shared)
        ) as pool:
            try:
                yield from _in_order(pool, _of_kept, items, self.workers)
            except BrokenProcessPool as err:
                raise CounterpoiseError(
                    "processes | a worker process died, perhaps for want of memory | run it again with fewer workers"
                ) from err


_kept: tuple[Work, Any] | None = None


def _keep(work: Work, shared: Any) -> None:
    """Remember what all pieces share, once for each process."""
    global _kept
    _kept = (work, shared)


def _of_kept(item: Any) -> Any:
    """Run a piece in a process that has kept what is shared."""
    assert _kept is not None
    work, shared = _kept
    return work(shared, item)


def _in_order(pool: Pool, work: Callable[[Any], Any], items: Iterable[Any], workers: int) -> Iterator[Any]:
    """Submit items a few ahead of the results and yield those in order; what is left is dropped on an error."""
    waiting: deque[Any] = deque()
    rest = iter(items)
    try:
        waiting.extend(pool.submit(work, x) for x in itertools.islice(rest, AHEAD * workers))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(pool.submit(work, x) for x in itertools.islice(rest, 1))
            yield result
    finally:
        for job in waiting:
            job.cancel()


class Cluster:
    """Workers of a Dask cluster.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Any) -> None:
        self.client = client

    def map(
        self, work: Callable[[Shared, Item], Result], shared: Shared, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in order; pieces of a worker that dies are done again by another.

        Raises
        ------
        CounterpoiseError
            If pieces kill one worker after the other, or the scheduler goes away.
        """
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        own = fingerprint()
        # Given to every worker that is there, so that it survives the death of one.
        everywhere = self.client.scatter(shared, broadcast=True, hash=False)
        waiting: deque[Any] = deque()
        rest = iter(items)

        def more(n: int) -> None:
            for item in itertools.islice(rest, n):
                waiting.append(self.client.submit(_piece, own, work, everywhere, item, pure=False, retries=1))

        try:
            more(AHEAD * max(1, sum(self.client.nthreads().values())))
            while waiting:
                result = waiting.popleft().result()
                more(1)
                yield result
        except KilledWorker as err:
            raise CounterpoiseError(
                f"cluster | the same piece of work killed several workers ({err}) | give them more memory"
            ) from err
        except FutureCancelledError as err:
            raise CounterpoiseError("cluster | the scheduler went away | start it and run again") from err
        finally:
            for job in waiting:
                with suppress(Exception):
                    job.cancel()


def fingerprint() -> tuple[str, str]:
    """Version of the program and hash of its kernels."""
    return __version__, cache_folder().name


def _piece(expected: tuple[str, str], work: Work, shared: Any, item: Any) -> Any:
    """Run a piece on a worker of a cluster, if that has the same program."""
    if (own := fingerprint()) != expected:
        raise InputError.at(
            "cluster", f"a worker runs counterpoise {own[0]} (kernels {own[1]}), expected {expected[0]} ({expected[1]})",
            "install the same version of counterpoise, numba and numpy everywhere",
        )  # fmt: skip
    return work(shared, item)


@contextmanager
def open_executor(scheduler: str | None = None, workers: int = 1) -> Iterator[Executor]:
    """Open what runs the work, and close it again.

    Parameters
    ----------
    scheduler : str, optional
        ``threads`` (default) or ``processes``, with `workers` of them, or the address of a Dask scheduler such as
        ``tcp://host:8786``, whose workers are all used.

    Raises
    ------
    InputError
        For an unknown kind, an address that does not answer, a cluster without workers, or without the extra ``[cluster]``.
    """
    if scheduler in (None, "threads"):
        yield Threads(workers)
    elif scheduler == "processes":
        yield Processes(workers)
    elif scheduler is not None and "://" in scheduler:
        with _client(scheduler) as client:
            yield Cluster(client)
    else:
        raise InputError.at(
            "scheduler", f"unknown '{scheduler}'", "choose threads, processes or an address such as tcp://host:8786",
            nearest(str(scheduler), KINDS),
        )  # fmt: skip


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """Connect with a Dask scheduler that has workers."""
    try:
        from distributed import Client
    except ImportError as err:
        raise InputError.at(
            f"scheduler {address}", "Dask is not installed", "pip install 'counterpoise[cluster]'"
        ) from err
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as err:
        raise InputError.at(
            f"scheduler {address}", "no scheduler answers there", "start one with `dask scheduler`"
        ) from err
    try:
        if not client.nthreads():
            raise InputError.at(
                f"scheduler {address}", "it has no workers", "start some with `dask worker ADDRESS`"
            )
        yield client
    finally:
        client.close()
