"""The whole chain as one file, to be kept elsewhere, and the check of a ledger against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from counterpoise.errors import InputError
from counterpoise.ledger.chain import GENESIS, Link, find_breaks
from counterpoise.ledger.store import Ledger

__all__ = ["SCHEMA", "Verification", "export_ledger", "read_export", "verify_ledger"]

SCHEMA: Final = "counterpoise/ledger/1"


@dataclass(frozen=True)
class Verification:
    """Whether the past was changed."""

    n_entries: int
    head: str
    problems: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, removed or put in between."""
        return not self.problems


def export_ledger(ledger: Ledger) -> str:
    """Return all entries as JSON: each with its canonical bytes, its hash, and the head of the chain.

    Same ledger, same bytes. The head, published before an outcome is known, fixes everything before it.
    """
    with ledger.reading() as connection:
        links = ledger.links(connection)
    data = {
        "schema": SCHEMA,
        "hashing": "hash = SHA-256(previous hash, line feed, body in UTF-8); the first previous hash is 64 zeros",
        "head": links[-1].hash if links else GENESIS,
        "entries": [x._asdict() for x in links],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def read_export(path: str | Path) -> tuple[Link, ...]:
    """Read the entries of an export; its own chain must hold.

    Raises
    ------
    InputError
        If it is no export, or was changed itself.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError.at(
            str(path), f"cannot be read: {fault}", "give a file that `forecast export` wrote"
        ) from fault
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise InputError.at(
            str(path), f"is no export of a ledger ({SCHEMA})", "give a file that `forecast export` wrote"
        )
    try:
        links = tuple(Link(**_fields(x)) for x in data["entries"])
    except (KeyError, TypeError) as fault:
        raise InputError.at(str(path), f"an entry is not whole: {fault}", "export again") from fault
    broken = find_breaks(links)
    if not broken and data.get("head") != (links[-1].hash if links else GENESIS):
        broken = ["the head is not the hash of the last entry"]
    if broken:
        raise InputError.at(str(path), broken[0], "the export itself was changed: use another copy")
    return links


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a stored entry."""
    return {k: row[k] for k in Link._fields}


def verify_ledger(ledger: Ledger, against: str | Path | None = None) -> Verification:
    """Walk the chain; with an export, also see that the ledger still begins as it did then.

    Parameters
    ----------
    against : str or Path, optional
        An earlier export. Without one, entries that were cut off the end cannot be seen.
    """
    with ledger.reading() as connection:
        links = ledger.links(connection)
    problems = find_breaks(links)
    if against is not None:
        older = read_export(against)
        if len(older) > len(links):
            problems.append(f"{len(older) - len(links)} entries of the export are no longer in the ledger")
        problems += [
            f"entry {then.seq} is not the one that was exported"
            for then, now in zip(older, links, strict=False)
            if then.hash != now.hash or then.body != now.body
        ]
    return Verification(len(links), links[-1].hash if links else GENESIS, tuple(problems))
