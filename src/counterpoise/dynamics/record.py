"""What a run writes down, and how its events, ends and random streams are called."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.jit import compiled
from counterpoise.streams import stream_key, stream_keys

__all__ = [
    "CAMPAIGN_END", "CAMPAIGN_START", "CAPTURE", "COUP", "DEFEAT", "EVENT_NAMES", "FLIGHT", "MODE_NAMES", "PATRON_EXIT",
    "RECAPTURE", "REGIME_END", "RESCUE", "SETTLEMENT", "SINGLES", "SURVIVES", "Ancestors", "Keys", "Record", "empty_record",
    "make_keys", "packed_events", "write_event",
]  # fmt: skip

#: Kinds of simulated events, in the order of their codes; the names are those of `counterpoise.events`.
EVENT_NAMES = (
    "capture",
    "recapture",
    "campaign_start",
    "campaign_end",
    "patron_exit",
    "rescue",
    "regime_end",
)
CAPTURE, RECAPTURE, CAMPAIGN_START, CAMPAIGN_END, PATRON_EXIT, RESCUE, REGIME_END = range(7)

#: Modes of regime end, code 1 upwards; 0 is survival.
MODE_NAMES = ("survives", "defeat", "flight", "coup", "settlement")
SURVIVES, DEFEAT, FLIGHT, COUP, SETTLEMENT = range(5)

#: Streams that are one for the whole theatre; `make_keys` keeps this order.
SINGLES = (
    "campaign redraw", "campaign intensity", "campaign start", "campaign end", "case effect", "recapture effect",
    "rescue", "coup", "settlement", "mode of end",
)  # fmt: skip
K_REDRAW, K_INTENSITY, K_START, K_END, K_CASE, K_RECAPTURE, K_RESCUE, K_COUP, K_SETTLEMENT, K_MODE = range(10)


class Keys(NamedTuple):
    """Stream keys of all processes, each named after what it drives and never after a position."""

    loss: NDArray[np.uint64]
    recapture: NDArray[np.uint64]
    taker: NDArray[np.uint64]
    exit: NDArray[np.uint64]
    drop: NDArray[np.uint64]
    surrender: NDArray[np.uint64]
    single: NDArray[np.uint64]


class Ancestors(NamedTuple):
    """What each member knows about the latents on the as-of day, from the filter."""

    draw: NDArray[np.int32]
    u: NDArray[np.float64]
    v: NDArray[np.float64]
    k: NDArray[np.float64]
    w: NDArray[np.float64]


class Record(NamedTuple):
    """Events of a chunk of members, and how each member ended."""

    n: NDArray[np.int32]
    day: NDArray[np.int16]
    kind: NDArray[np.int8]
    site: NDArray[np.int16]
    party: NDArray[np.int8]
    loser: NDArray[np.int8]
    end_day: NDArray[np.int32]
    end_mode: NDArray[np.int8]
    fault: NDArray[np.int32]


def empty_record(n_members: int, capacity: int) -> Record:
    """Make room for `capacity` events of each of `n_members`; rows beyond ``n`` are never read and not cleared."""
    shape = (n_members, capacity)
    return Record(
        np.zeros(n_members, np.int32),
        np.empty(shape, np.int16),
        np.empty(shape, np.int8),
        np.empty(shape, np.int16),
        np.empty(shape, np.int8),
        np.empty(shape, np.int8),
        np.zeros(n_members, np.int32),
        np.zeros(n_members, np.int8),
        np.zeros(n_members, np.int32),
    )


def make_keys(seed: int, sites: tuple[str, ...], patrons: tuple[str, ...]) -> Keys:
    """Name the streams of all processes."""
    return Keys(
        stream_keys(seed, (f"loss:{s}" for s in sites)),
        stream_keys(seed, (f"recapture:{s}" for s in sites)),
        stream_keys(seed, (f"taker:{s}" for s in sites)),
        stream_keys(seed, (f"patron exit:{p}" for p in patrons)),
        stream_keys(seed, (f"patron drop:{p}" for p in patrons)),
        stream_keys(seed, (f"surrender:{s}" for s in sites)),
        np.array([stream_key(seed, name) for name in SINGLES], dtype=np.uint64),
    )


@compiled(inline="always")
def write_event(out: Record, row: int, n: int, day: int, kind: int, site: int, party: int, loser: int) -> int:
    """Write the n-th event of a member if there is room; return the number of its next event."""
    if n < out.day.shape[1]:
        out.day[row, n] = day
        out.kind[row, n] = kind
        out.site[row, n] = site
        out.party[row, n] = party
        out.loser[row, n] = loser
    return n + 1


@compiled(allocates=True)
def packed_events(
    out: Record,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int16],
    NDArray[np.int8],
    NDArray[np.int16],
    NDArray[np.int8],
    NDArray[np.int8],
]:
    """Put the events of all members one after the other, without the room that was left.

    Returns
    -------
    tuple of ndarray
        First event of each member, shape (n_members + 1,); then day, kind, site, party and loser, shape (n_events,).
    """
    n_members = out.n.shape[0]
    start = np.zeros(n_members + 1, np.int64)
    for row in range(n_members):
        start[row + 1] = start[row] + out.n[row]
    total = start[n_members]
    day, kind, site = np.empty(total, np.int16), np.empty(total, np.int8), np.empty(total, np.int16)
    party, loser = np.empty(total, np.int8), np.empty(total, np.int8)
    for row in range(n_members):
        at = start[row]
        for e in range(out.n[row]):
            day[at + e] = out.day[row, e]
            kind[at + e] = out.kind[row, e]
            site[at + e] = out.site[row, e]
            party[at + e] = out.party[row, e]
            loser[at + e] = out.loser[row, e]
    return start, day, kind, site, party, loser
