"""The tables, for SQLite and PostgreSQL alike. ``entry`` is only ever added to; a trigger refuses change and removal.

Times are UTC in ISO 8601 text, so that both databases give back the bytes that went in.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["artefact", "entry", "metadata", "run", "token"]

metadata = MetaData()

#: Sealed forecasts and their resolutions, chained.
entry = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("content", String(64), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("kind", "content", name="entry_content_once"),
)

#: Runs of the desk and the API: the queue and the archive.
run = Table(
    "run",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    Column("request", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("owner", String(64), nullable=False, server_default=""),
    Column("created_at", String(32), nullable=False),
    Column("started_at", String(32)),
    Column("finished_at", String(32)),
    Column("worker", String(64)),
    Column("beat", Float),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("cancel", Integer, nullable=False, server_default="0"),
    Column("stage", String(80), nullable=False, server_default=""),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Index("run_state", "state", "created_at"),
)

#: Files that a run wrote.
artefact = Table(
    "artefact",
    metadata,
    Column("run_id", String(32), ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("media_type", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

#: Who may use the API beyond loopback; the secret itself is never stored.
token = Table(
    "token",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
)
