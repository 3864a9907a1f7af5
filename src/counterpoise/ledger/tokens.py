"""Tokens of the API: 256 random bits, of which only the hash is kept; each with scopes and a day on which it expires."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from counterpoise.errors import InputError, nearest
from counterpoise.ledger.sealing import stamp
from counterpoise.ledger.store import Ledger
from counterpoise.ledger.tables import token

__all__ = ["SCOPES", "Token", "check_token", "is_good", "list_tokens", "make_token", "revoke_token"]

#: read: look; run: read reports and start, name and cancel runs; seal: seal, resolve and import forecasts.
SCOPES: Final = ("read", "run", "seal")
MAX_DAYS: Final = 366
PREFIX: Final = "cp_"


@dataclass(frozen=True)
class Token:
    """A token, without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    expires_at: str
    revoked_at: str | None


def _hash(secret: str) -> str:
    """Return what is kept of a secret; it is random, so that a slow hash would protect nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(ledger: Ledger, name: str, scopes: Sequence[str], days: int = 30) -> tuple[str, Token]:
    """Make a token; its secret is returned this once.

    Raises
    ------
    InputError
        For a name that is empty, an unknown scope, or more than `MAX_DAYS` days.
    """
    if not name.strip() or len(name) > 120 or not name.isprintable():
        raise InputError.at(
            "token name", "expected 1 to 120 printable characters", "name who or what will use it"
        )
    for s in scopes:
        if s not in SCOPES:
            raise InputError.at(
                f"scope '{s}'", "is unknown", f"scopes: {', '.join(SCOPES)}", nearest(s, SCOPES)
            )
    if not scopes or not 1 <= days <= MAX_DAYS:
        raise InputError.at("token", f"expected a scope and 1 to {MAX_DAYS} days", "say --scopes and --days")
    secret = PREFIX + secrets.token_urlsafe(32)
    now = ledger.clock()
    made = Token(
        secrets.token_hex(4), name.strip(), tuple(s for s in SCOPES if s in scopes), stamp(now),
        stamp(now + dt.timedelta(days=days)), None,
    )  # fmt: skip
    with ledger.writing() as connection:
        values = {**vars(made), "scopes": " ".join(made.scopes), "hash": _hash(secret)}
        connection.execute(token.insert().values(values))
    return secret, made


def check_token(ledger: Ledger, secret: str) -> Token | None:
    """Return the token of a secret, None where it is unknown, expired or revoked."""
    with ledger.reading() as connection:
        row = connection.execute(select(token).where(token.c.hash == _hash(secret))).first()
    if row is None or row.revoked_at is not None or row.expires_at <= stamp(ledger.clock()):
        return None
    return Token(row.id, row.name, tuple(row.scopes.split()), row.created_at, row.expires_at, None)


def is_good(ledger: Ledger, id_: str) -> bool:
    """Whether a token still holds: for a page that was opened with it and is still open."""
    with ledger.reading() as connection:
        row = connection.execute(select(token).where(token.c.id == id_)).first()
    return row is not None and row.revoked_at is None and row.expires_at > stamp(ledger.clock())


def list_tokens(ledger: Ledger) -> tuple[Token, ...]:
    """Return all tokens, without their secrets."""
    with ledger.reading() as connection:
        rows = connection.execute(select(token).order_by(token.c.created_at, token.c.id)).all()
    return tuple(
        Token(r.id, r.name, tuple(r.scopes.split()), r.created_at, r.expires_at, r.revoked_at) for r in rows
    )


def revoke_token(ledger: Ledger, id_: str) -> None:
    """Make a token worthless at once.

    Raises
    ------
    InputError
        If there is no such token.
    """
    with ledger.writing() as connection:
        values = {"revoked_at": stamp(ledger.clock())}
        if not connection.execute(update(token).where(token.c.id == id_).values(values)).rowcount:
            raise InputError.at(f"token '{id_}'", "there is no such token", "--list-tokens shows them")
