"""A worker: takes runs from the queue, one at a time, until its server is gone.

``python -m counterpoise.web.worker`` reads its orders, one line of JSON, from standard input, which the server holds open: when
it closes, the worker ends at once, whatever it does, and its run is taken up again by the next one.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
import time
from typing import Any, Final

from counterpoise.ledger import Ledger, LedgerUnavailable, open_ledger
from counterpoise.ledger.runs import Run, Runs
from counterpoise.web.jobs import do_run, fault_of
from counterpoise.web.logs import set_up_logging

__all__ = ["Stopped", "main", "work_once"]

log = logging.getLogger("counterpoise.worker")
BEAT_SECONDS: Final = 0.5
IDLE_SECONDS: Final = 0.15


class Stopped(Exception):
    """The run was cancelled, taken away, or took too long."""


class _Teller:
    """Keeps what a run tells of itself; a thread writes it down and learns whether to go on."""

    def __init__(self, runs: Runs, run: Run, worker: str, seconds: float) -> None:
        self.runs, self.run, self.worker = runs, run, worker
        self.state: tuple[str, int, int] = ("start", 0, 1)
        self.stop, self.over = threading.Event(), threading.Event()
        self.late = False
        self.deadline = time.monotonic() + seconds
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.state = (stage, done, total)
        if time.monotonic() > self.deadline:
            self.late = True
        if self.stop.is_set() or self.late:
            raise Stopped

    def _beat(self) -> None:
        while not self.over.wait(BEAT_SECONDS):
            # A database that is away for a moment does not end a run; it is seen at the next beat.
            with contextlib.suppress(LedgerUnavailable):
                if not self.runs.tell(self.run.id, self.worker, *self.state):
                    self.stop.set()

    def __enter__(self) -> _Teller:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join(timeout=60)


def work_once(runs: Runs, worker: str, seconds: float, scheduler: str | None = None) -> bool:
    """Do the next run; return whether there was one."""
    run = runs.claim(worker)
    if run is None:
        return False
    began = time.monotonic()
    state, files, error = "done", [], None
    with _Teller(runs, run, worker, seconds) as teller:
        try:
            files = do_run(run.kind, run.request, teller, scheduler)
        except Stopped:
            state = "failed" if teller.late else "cancelled"
            if teller.late:
                problem = {
                    "where": "run",
                    "what": f"took over {seconds:.0f} s",
                    "mend": "ask for fewer members",
                    "nearest": [],
                }
                error = {"problems": [problem], "exit_code": 1}
        except Exception as fault:
            state, error = "failed", fault_of(fault)
            if error["exit_code"] == 1:
                log.exception("run failed", extra={"data": {"run": run.id}})
    _keep(runs, run, worker, state, files, error)
    seconds = round(time.monotonic() - began, 2)
    log.info(
        "run ended", extra={"data": {"run": run.id, "kind": run.kind, "state": state, "seconds": seconds}}
    )
    return True


def _keep(runs: Runs, run: Run, worker: str, state: str, files: Any, error: Any) -> None:
    """Write the end of a run down; a database that is away is waited for, for a while."""
    for _ in range(60):
        try:
            runs.finish(run.id, worker, state, files=files, error=error)
            return
        except LedgerUnavailable:
            time.sleep(1.0)
    log.error("the ledger stayed away; the run will be done again", extra={"data": {"run": run.id}})


def _end_with_server() -> None:
    """Wait until the server closes our standard input, then end at once."""
    sys.stdin.buffer.read()
    os._exit(0)


def _open(url: str) -> Ledger:
    """Open the ledger, waiting for a database that is away."""
    while True:
        try:
            return open_ledger(url)
        except LedgerUnavailable:
            time.sleep(1.0)


def main() -> None:
    """Work until the server is gone."""
    orders = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_server, daemon=True).start()
    set_up_logging()
    # Answers to readers come before runs.
    with contextlib.suppress(OSError):
        os.nice(10)
    runs = Runs(_open(orders["ledger"]))
    while True:
        try:
            if not work_once(runs, orders["worker"], orders["seconds"], orders.get("scheduler")):
                time.sleep(IDLE_SECONDS)
        except LedgerUnavailable:
            log.warning("the ledger is away")
            time.sleep(1.0)


if __name__ == "__main__":
    main()
