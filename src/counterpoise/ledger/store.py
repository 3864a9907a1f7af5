"""Opening the ledger: SQLite with a write-ahead log by default, PostgreSQL by URL; brought up to date on opening.

Every write is one transaction that holds the ledger's write lock, so that two programs cannot fork the chain and a process that
is killed leaves all of an entry or nothing of it.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from counterpoise.errors import InputError
from counterpoise.ledger.chain import GENESIS, Link, link_hash
from counterpoise.ledger.faults import database_faults
from counterpoise.ledger.tables import entry

__all__ = ["Clock", "Ledger", "default_url", "now_utc", "open_ledger"]

Clock = Callable[[], dt.datetime]
#: Key of the advisory lock that writers of a PostgreSQL ledger take.
_LOCK: Final = 4_711_000_007
_BUSY_SECONDS: Final = 30


def now_utc() -> dt.datetime:
    """Return the time now, in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def default_url() -> str:
    """Return where the ledger is when nobody says: ``COUNTERPOISE_LEDGER``, else a file in the user's data folder."""
    named = os.environ.get("COUNTERPOISE_LEDGER")
    if named:
        return named
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(base) / "counterpoise" / "ledger.sqlite")


@dataclass(frozen=True)
class Ledger:
    """An open ledger.

    Parameters
    ----------
    where : str
        The database in words, without a password.
    clock : callable
        Gives the time that entries are sealed at.
    """

    engine: Engine
    where: str
    clock: Clock = now_utc

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the ledger."""
        with database_faults(self.where), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that alone may write, until it is left; all or nothing is kept."""
        with database_faults(self.where), self.engine.connect() as connection:
            connection = connection.execution_options(ledger_write=True)
            with connection.begin():
                if self.engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield connection

    def append(self, connection: Connection, kind: str, body: str, content: str) -> Link:
        """Add an entry to the end of the chain, within a write."""
        last = connection.execute(
            select(entry.c.seq, entry.c.hash).order_by(entry.c.seq.desc()).limit(1)
        ).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        link = Link(seq, kind, previous, link_hash(previous, body), body)
        connection.execute(entry.insert().values(**link._asdict(), content=content))
        return link

    def links(self, connection: Connection, kind: str | None = None) -> list[Link]:
        """Return the entries in their order, all or of a kind."""
        columns = (entry.c.seq, entry.c.kind, entry.c.previous, entry.c.hash, entry.c.body)
        query = select(*columns).order_by(entry.c.seq)
        if kind is not None:
            query = query.where(entry.c.kind == kind)
        return [Link(*row) for row in connection.execute(query)]

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_ledger(url: str | Path | None = None, *, clock: Clock = now_utc) -> Ledger:
    """Open a ledger, make it if it is not there, and bring its tables up to date.

    Parameters
    ----------
    url : str or Path, optional
        A file for SQLite, ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``; left out: `default_url`.

    Raises
    ------
    InputError
        If the URL is of another kind, the file cannot be made, or a newer version of the program wrote it.
    LedgerUnavailable
        If the database does not answer.

    Examples
    --------
    >>> ledger = open_ledger("ledger.sqlite")  # doctest: +SKIP
    """
    parsed = _parse(str(url or default_url()))
    where = f"ledger {parsed.render_as_string(hide_password=True)}"
    if parsed.get_backend_name() == "sqlite":
        _check_file(parsed, where)
        engine = create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        options = {"connect_timeout": 5, "application_name": "counterpoise"}
        engine = create_engine(
            parsed, pool_pre_ping=True, pool_size=10, max_overflow=10, connect_args=options
        )
    ledger = Ledger(engine, where, clock)
    _migrate(ledger)
    return ledger


def _parse(text: str) -> URL:
    """Read a URL, or take the text for the path of a file."""
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        parsed = make_url(text)
    except ArgumentError as fault:
        raise InputError.at(
            "--ledger", "cannot be read as a URL", "write postgresql://USER@HOST/NAME"
        ) from fault
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return parsed
    raise InputError.at(
        "--ledger", f"expected SQLite or PostgreSQL, got '{parsed.drivername}'",
        "name a file, or postgresql://USER@HOST/NAME",
    )  # fmt: skip


def _check_file(url: URL, where: str) -> None:
    """Refuse a file that cannot be a ledger before SQLite makes something of it."""
    path = Path(str(url.database))
    if path.is_dir():
        raise InputError.at(where, "is a folder, expected a file", "name a file in it")
    if path.exists() and path.stat().st_size:
        with path.open("rb") as handle:
            if handle.read(15) != b"SQLite format 3":
                raise InputError.at(where, "is a file, but no SQLite database", "name another file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise InputError.at(
            where, f"its folder cannot be made: {fault.strerror}", "name another file"
        ) from fault
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise InputError.at(where, "may not be written to", "name another file")


def _set_up_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    """Write ahead, on the disk before a write is done; transactions are begun by us."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; a writer takes the lock at once, so that it never meets another half way."""
    writes = connection.get_execution_options().get("ledger_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(ledger: Ledger) -> None:
    """Bring the tables up to date; refuse a ledger of a newer program."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)
    with ledger.reading() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == script.get_current_head():
        return
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        raise InputError.at(
            ledger.where, f"was written by a newer version of the program (revision {current})",
            "install that version, or name another ledger",
        )  # fmt: skip
    with ledger.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
