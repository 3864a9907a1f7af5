"""Canonical bytes and the chain of hashes.

    hash_n = SHA-256(hash_{n-1} || LF || canonical bytes of entry n),   hash_0 = 64 zeros

Canonical bytes: JSON in UTF-8, keys sorted, no white space, floats at six significant digits, no NaN. Two programs that follow
this paragraph get the same hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

__all__ = ["GENESIS", "Link", "canonical", "find_breaks", "link_hash"]

GENESIS: Final = "0" * 64
_DIGITS: Final = 6


class Link(NamedTuple):
    """An entry of the chain as it is stored."""

    seq: int
    kind: str
    previous: str
    hash: str
    body: str


def canonical(data: Mapping[str, Any]) -> str:
    """Return the canonical text of an entry.

    Examples
    --------
    >>> canonical({"b": 1, "a": 0.12345678})
    '{"a":0.123457,"b":1}'
    """
    return json.dumps(
        _round(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _round(value: Any) -> Any:
    """Return a value with every float at six significant digits; minus zero becomes zero."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") + 0.0
    if isinstance(value, Mapping):
        return {str(k): _round(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_round(v) for v in value]
    return value


def link_hash(previous: str, body: str) -> str:
    """Return the hash of an entry that follows another."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def find_breaks(links: Iterable[Link]) -> list[str]:
    """Walk a chain from its beginning and say what does not hold; empty: it is whole."""
    problems: list[str] = []
    previous, expected = GENESIS, 1
    for link in links:
        if link.seq != expected:
            problems.append(f"entry {expected} is missing: the next one is {link.seq}")
        if link.previous != previous:
            problems.append(f"entry {link.seq} does not follow the one before it")
        if link_hash(link.previous, link.body) != link.hash:
            problems.append(f"entry {link.seq} was changed: its bytes do not give its hash")
        problems += _kind_fits(link)
        previous, expected = link.hash, link.seq + 1
    return problems


def _kind_fits(link: Link) -> list[str]:
    """Say where the stored kind is not that of the sealed bytes."""
    try:
        schema = json.loads(link.body).get("schema", "")
    except (ValueError, AttributeError):
        return [f"entry {link.seq} holds no JSON object"]
    if schema != f"counterpoise/{link.kind}/1":
        return [f"entry {link.seq} is stored as '{link.kind}' but says '{schema}'"]
    return []
