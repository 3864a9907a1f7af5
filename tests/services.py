"""Services that some tests need: a PostgreSQL server, Chromium. CI must have them; elsewhere tests skip and say why."""

from __future__ import annotations

import contextlib
import getpass
import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

#: Set by .ci/run: a service that is missing is then a failure, not a reason to skip.
REQUIRED = "COUNTERPOISE_TEST_SERVICES"


def absent(what: str) -> None:
    """Skip the test, or fail it where the service must be there."""
    if os.environ.get(REQUIRED):
        pytest.fail(f"{what}, but {REQUIRED} is set")
    pytest.skip(what)


def chromium() -> str:
    """Return the path of Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        absent("Chromium is not installed (Debian: apt-get install chromium)")
    return str(found)


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Postgres:
    """A PostgreSQL server in a temporary folder, started and stopped by the tests."""

    def __init__(self) -> None:
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not folders:
            absent("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
        self.bin = Path(folders[-1])
        self.user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.folder = Path(tempfile.mkdtemp(prefix="cp-pg-"))
        self.port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._do(
            "initdb", "-D", str(self.data), "-A", "trust", "-U", "counterpoise", "--no-sync", "-E", "UTF8"
        )
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def _do(self, program: str, *args: str) -> None:
        command = [str(self.bin / program), *args]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self._do("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._do("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def database(self, name: str) -> str:
        """Make an empty database; return its URL."""
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "counterpoise")
        self._do("dropdb", *where, "--if-exists", name)
        self._do("createdb", *where, name)
        return f"postgresql://counterpoise@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """``counterpoise serve`` as a process of its own."""

    def __init__(
        self, folder: Path, *options: str, ledger: str | None = None, port: int | None = None
    ) -> None:
        self.port = port or free_port()
        self.ledger = ledger or str(folder / "ledger.sqlite")
        self.log = folder / f"server-{self.port}.log"
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "counterpoise",
            "serve",
            "--port",
            str(self.port),
            "--ledger",
            self.ledger,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, *self.options], stdout=log, stderr=log)
        until = time.monotonic() + float(os.environ.get("COUNTERPOISE_TEST_PATIENCE", "90"))
        while time.monotonic() < until:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/health", timeout=2):
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"the server did not answer: {self.log.read_text()}")

    def kill(self) -> None:
        """End it without warning."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
