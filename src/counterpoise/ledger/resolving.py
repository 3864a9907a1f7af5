"""How a forecast came out: decided by people under the rules that were sealed with it, and chained like the forecast itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Final, Literal, cast, get_args

from counterpoise.errors import InputError, nearest
from counterpoise.ledger.chain import canonical
from counterpoise.ledger.sealing import Sealed, find_sealed, stamp
from counterpoise.ledger.store import Ledger

__all__ = ["SCHEMA", "Outcome", "resolve"]

SCHEMA: Final = "counterpoise/resolution/1"
Outcome = Literal["VOID", "YES", "NO"]


def resolve(
    ledger: Ledger,
    name: str,
    outcome: str,
    *,
    on: dt.date,
    source: str,
    note: str = "",
    correct: bool = False,
) -> Sealed:
    """Write down how a forecast came out.

    Parameters
    ----------
    name : str
        Number or beginning of the hash.
    outcome : str
        VOID, YES or NO, tried in this order by the sealed rules.
    on : date
        YES: the day it happened; NO: the closing day or later; VOID: the day that was known.
    source : str
        Where it can be looked up.
    correct : bool
        Replace an earlier resolution; both stay in the chain, the note must say why.

    Raises
    ------
    InputError
        For an unknown forecast or outcome, a day that does not fit the outcome, or a second resolution that is no correction.
    """
    found = find_sealed(ledger, name)
    wanted = _outcome(outcome)
    _check_day(found, wanted, on, ledger.clock().date())
    if not source.strip():
        raise InputError.at("--source", "is empty", "say where the outcome can be looked up")
    _check_again(found, correct, note)
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "forecast": found.hash,
        "outcome": wanted,
        "on": on.isoformat(),
        "source": source.strip()[:1_000],
        "note": note.strip()[:1_000],
        "corrects": found.resolution.hash if found.resolution else None,
        "resolved_at": stamp(ledger.clock()),
    }
    # Two people who resolve at once: the second meets this content, whose key is the forecast and what it corrects.
    content = hashlib.sha256(f"{found.hash} {body['corrects']}".encode()).hexdigest()
    with ledger.writing() as connection:
        ledger.append(connection, "resolution", canonical(body), content)
    return find_sealed(ledger, found.hash)


def _outcome(text: str) -> Outcome:
    """Read an outcome."""
    upper = text.strip().upper()
    if upper not in get_args(Outcome):
        known = get_args(Outcome)
        raise InputError.at(f"outcome '{text}'", "is none", "choose VOID, YES or NO", nearest(text, known))
    return cast("Outcome", upper)


def _check_day(found: Sealed, outcome: Outcome, on: dt.date, today: dt.date) -> None:
    """Refuse a day that does not fit."""
    f = found.forecast
    if on > today:
        raise InputError.at("--on", f"{on} is in the future", "resolve it when it is known")
    if outcome == "YES" and not f.made_on <= on <= f.closes_on:
        raise InputError.at(
            "--on", f"YES needs a day from {f.made_on} to {f.closes_on}, got {on}",
            "give the day on which it happened; if it happened later, the outcome is NO",
        )  # fmt: skip
    if outcome == "NO" and on < f.closes_on:
        raise InputError.at(
            "--on", f"NO is not known before the closing day {f.closes_on}, got {on}", "wait for it"
        )


def _check_again(found: Sealed, correct: bool, note: str) -> None:
    """Refuse a second resolution that is no correction, and a correction of nothing or without a reason."""
    where = f"forecast {found.hash[:12]}"
    if found.resolution and not correct:
        raise InputError.at(
            where, f"was resolved as {found.resolution.outcome} on {found.resolution.on}",
            "to correct that, say --correct and why with --note; both stay in the ledger",
        )  # fmt: skip
    if correct and not found.resolution:
        raise InputError.at(where, "is not resolved: there is nothing to correct", "leave --correct out")
    if correct and not note.strip():
        raise InputError.at("--note", "is empty", "say why the resolution is corrected")
