"""What can go wrong with the database itself, said so that it can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from counterpoise.errors import CounterpoiseError, Problem

__all__ = ["LedgerUnavailable", "database_faults"]


class LedgerUnavailable(CounterpoiseError):
    """The database cannot be reached or written to just now; nothing was half-written."""

    exit_code = 1

    def __init__(self, where: str, what: str) -> None:
        mend = "nothing was half-written; see that the database runs and has room, then try again"
        super().__init__(str(Problem(where, what, mend)))


@contextmanager
def database_faults(where: str) -> Iterator[None]:
    """Turn faults of the database into one error with a place and a mend; `where` holds no password."""
    try:
        yield
    except DBAPIError as fault:
        reason = str(fault.orig).strip().splitlines()[0] if fault.orig else type(fault).__name__
        raise LedgerUnavailable(where, reason) from fault
    except SQLAlchemyError as fault:
        raise LedgerUnavailable(where, f"{type(fault).__name__}: {str(fault).splitlines()[0]}") from fault
