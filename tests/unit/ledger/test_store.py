"""The database: opened, migrated, locked, and said clearly where it cannot be."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from counterpoise.errors import InputError
from counterpoise.ledger import Forecast, Ledger, LedgerUnavailable, open_ledger, seal, verify_ledger
from counterpoise.ledger.tables import entry, metadata

WRITER = """
import sys
from counterpoise.ledger import Forecast, open_ledger, seal
ledger = open_ledger(sys.argv[1])
rules = [{"outcome": o, "when": "said so"} for o in ("VOID", "YES", "NO")]
for i in range(100000):
    pair = [Forecast.model_validate({"question": f"{sys.argv[2]}:{i}:{k}", "text": "?", "rules": rules, "made_on": "2026-01-01",
            "closes_on": "2099-01-01", "forecaster": "f", "origin": "outside", "p": 0.5}) for k in (0, 1)]
    seal(ledger, pair)
    print(i, flush=True)
"""


def kill_in_a_write(url: str, name: str, after: int) -> int:
    """Start a process that seals pairs, kill it without warning once it has told of `after`; return the last pair it told of."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, url, name], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last = -1
    while last < after:
        last = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    rest = [int(x) for x in process.stdout.read().split() if x.isdecimal()]
    process.stdout.close()
    process.wait()
    return max([last, *rest])


def check_pairs(ledger: Ledger, name: str, told: int) -> None:
    """All that was told of is there, in whole pairs, and the chain holds."""
    found = verify_ledger(ledger)
    assert found.whole, found.problems
    with ledger.reading() as c:
        bodies = [x.body for x in ledger.links(c)]
    mine = [b for b in bodies if f'"{name}:' in b]
    assert len(mine) % 2 == 0
    assert len(mine) >= 2 * (told + 1)


def test_tables_are_those_of_the_migrations(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opened_twice_it_is_the_same(ledger: Ledger, url: str, outside: Callable[..., Forecast]) -> None:
    seal(ledger, [outside()])
    again = open_ledger(url)
    assert verify_ledger(again) == verify_ledger(ledger)
    again.close()


def test_entries_are_refused_change_and_removal(ledger: Ledger, outside: Callable[..., Forecast]) -> None:
    seal(ledger, [outside()])
    for statement in (sa.update(entry).values(body="{}"), sa.delete(entry)):
        with pytest.raises(LedgerUnavailable, match="never"), ledger.writing() as connection:
            connection.execute(statement)
    assert verify_ledger(ledger).n_entries == 1


def test_writers_at_once_do_not_fork_the_chain(ledger: Ledger, outside: Callable[..., Forecast]) -> None:
    faults: list[BaseException] = []

    def work(k: int) -> None:
        try:
            for i in range(8):
                seal(ledger, [outside(f"q:{k}:{i}")])
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert faults == []
    found = verify_ledger(ledger)
    assert (found.n_entries, found.problems) == (32, ())


def test_a_write_that_fails_leaves_nothing(ledger: Ledger, outside: Callable[..., Forecast]) -> None:
    def interrupted() -> None:
        with ledger.writing() as connection:
            ledger.append(connection, "forecast", "{}", "c" * 64)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    seal(ledger, [outside()])
    assert verify_ledger(ledger).whole


def test_kill_9_in_a_write_leaves_the_ledger_whole(ledger: Ledger, url: str) -> None:
    told = kill_in_a_write(url, "a", 5)
    check_pairs(ledger, "a", told)


@pytest.mark.soak
def test_kill_9_twenty_times(ledger: Ledger, url: str) -> None:
    for k in range(20):
        told = kill_in_a_write(url, f"n{k}", 3 + k)
        check_pairs(ledger, f"n{k}", told)


def test_sqlite_writes_ahead(local: Ledger) -> None:
    with local.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_newer_ledger_is_refused(local: Ledger, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(InputError, match=r"newer version of the program \(revision 9999\)"):
        open_ledger(tmp_path / "ledger.sqlite")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://u@h/d", "expected SQLite or PostgreSQL, got 'mysql'"),
        ("://", "cannot be read as a URL"),
        ("{tmp}", "is a folder, expected a file"),
        ("{tmp}/text", "is a file, but no SQLite database"),
        ("{tmp}/text/below/l.sqlite", "its folder cannot be made"),
    ],
)
def test_what_is_no_ledger_is_said(url: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("just words")
    with pytest.raises(InputError, match=message):
        open_ledger(url.format(tmp=tmp_path))


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(LedgerUnavailable) as said:
        open_ledger("postgresql://u:hunter2@127.0.0.1:1/none")
    assert "nothing was half-written" in str(said.value)
    assert "hunter2" not in str(said.value)


def test_postgresql_restarted_is_found_again(postgres: Any, outside: Callable[..., Forecast]) -> None:
    ledger = open_ledger(postgres.database("restarted"))
    seal(ledger, [outside("before")])
    postgres.stop("immediate")
    try:
        with pytest.raises(LedgerUnavailable, match="try again"):
            seal(ledger, [outside("while")])
    finally:
        postgres.start()
    began = time.monotonic()
    seal(ledger, [outside("after")])
    assert time.monotonic() - began < 10
    assert verify_ledger(ledger).n_entries == 2
    ledger.close()
