"""The server's worker processes: started, watched, started again; their unfinished runs given back at once."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Final

from sqlalchemy import select

from counterpoise.ledger import Ledger, LedgerUnavailable
from counterpoise.ledger.runs import Runs
from counterpoise.ledger.tables import run
from counterpoise.web.settings import Settings

__all__ = ["Crew"]

log = logging.getLogger("counterpoise.crew")
WATCH_SECONDS: Final = 0.5


class Crew:
    """Worker processes of one server."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.settings, self.runs = settings, Runs(ledger)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Give back the runs of servers that are gone, and start the workers."""
        self._give_back_orphans()
        for _ in range(self.settings.workers):
            self._hire()
        self.thread.start()

    def _hire(self) -> None:
        """Start one worker."""
        name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        process = subprocess.Popen([sys.executable, "-m", "counterpoise.web.worker"], stdin=subprocess.PIPE)
        orders = {
            "ledger": self.settings.ledger_url, "worker": name, "seconds": self.settings.run_seconds,
            "scheduler": self.settings.scheduler or None,
        }  # fmt: skip
        assert process.stdin is not None
        # Over the pipe, not as an argument: the URL may hold a password.
        process.stdin.write(json.dumps(orders).encode() + b"\n")
        process.stdin.flush()
        self.processes[name] = process

    def _watch(self) -> None:
        """Replace workers that have died."""
        while not self.over.wait(WATCH_SECONDS):
            for name, process in list(self.processes.items()):
                if process.poll() is None:
                    continue
                log.warning("a worker has died", extra={"data": {"code": process.returncode}})
                with suppress(LedgerUnavailable):
                    self.runs.abandon(name)
                del self.processes[name]
                time.sleep(WATCH_SECONDS)
                if not self.over.is_set():
                    self._hire()

    def _give_back_orphans(self) -> None:
        """Give back the runs of workers on this machine whose server is no more."""
        with self.runs.ledger.reading() as connection:
            rows = connection.execute(select(run.c.worker).where(run.c.state == "running")).all()
        for (name,) in rows:
            host, _, rest = str(name).partition(":")
            pid = rest.partition(":")[0]
            if host == socket.gethostname()[:30] and (pid == str(os.getpid()) or not _alive(pid)):
                self.runs.abandon(str(name), blame=False)

    def stop(self) -> None:
        """End the workers; what they did is given back to the queue."""
        self.over.set()
        for name, process in self.processes.items():
            process.kill()
            process.wait()
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
            with suppress(LedgerUnavailable):
                self.runs.abandon(name, blame=False)
        self.processes.clear()


def _alive(pid: str) -> bool:
    """Whether a process runs; a name that is no number is taken for alive."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError, OverflowError):
        return True
    return True
