"""Processes beside a command that has just been started, to draw its figures.

A command spends its first seconds on importing the engine and its last on pictures, both plain Python on one core. Meanwhile the
other core imports what draws, and at the end two helpers share the figures. They change no byte: without them (one core, no leave
to start processes, a helper that dies) the command draws by itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.context import BaseContext

__all__ = ["start_helpers"]

_NUMBER = 2
_WARM = "counterpoise.brief.figures.warm"
#: Where this is imported already, the process is a long one, and a start-up saved is nothing gained.
_HEAVY = "counterpoise.assessment.assessing"


@contextmanager
def start_helpers(workers: int | None) -> Iterator[tuple[Executor, ...]]:
    """Start helpers where more than one core may be used and the process is fresh.

    Parameters
    ----------
    workers : int, optional
        Cores that the user allows; left out: all.
    """
    cores = (os.cpu_count() or 1) if workers is None else workers
    if cores < 2 or _HEAVY in sys.modules:
        yield ()
        return
    try:
        context = _context()
        pools = tuple(ProcessPoolExecutor(1, context, initializer=_begin) for _ in range(_NUMBER))
    except (OSError, NotImplementedError, ImportError):  # no processes or no semaphores to be had
        yield ()
        return
    # A process is only there when the server has imported everything: the command does not wait for it.
    start = threading.Thread(target=_start, args=(pools,), daemon=True)
    start.start()
    try:
        yield pools
    finally:
        start.join()  # and wait for the helpers: at the interpreter's exit they would race with its own clearing up
        for pool in pools:
            pool.shutdown(cancel_futures=True)


def _start(pools: tuple[Executor, ...]) -> None:
    """Have every helper start; who draws finds out if one could not."""
    with suppress(OSError, RuntimeError):
        for pool in pools:
            pool.submit(_ready)


def _context() -> BaseContext:
    """How helpers start: forked from a server that has imported what draws, where the system has that."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_WARM])
    return context


def _begin() -> None:
    """Leave Ctrl-C to the command, and go when the command is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _ready() -> None:
    """Import what draws, where no server has done so."""
    import counterpoise.brief.figures.warm  # noqa: F401
