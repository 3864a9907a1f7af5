"""The theatre in hand-written C++, built on first use; in two ways: with the algorithm of Counterpoise's kernel
(``by_event.cpp``) and as a plain loop over days and sites (``by_day.cpp``)."""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
HEADER = HERE / "theatre.h"
BY_EVENT, BY_DAY = HERE / "by_event.cpp", HERE / "by_day.cpp"
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-std=c++17", "-shared", "-fPIC")
NUMBERS = (
    "loss.intercept", "loss.any_rebel", "loss.share_rebel", "loss.threat", "loss.size", "loss.duration", "loss.patron_level",
    "loss.withdrawn", "loss.reinforced", "loss.rebel_patron", "loss.capital", "loss.capital_any_rebel",
    "loss.capital_lost_share", "recapture.intercept", "recapture.share_government", "recapture.reinforced",
    "recapture.patron_level", "recapture.rebel_patron", "recapture.momentum", "recapture.momentum_government",
    "recapture.held", "rescue.intercept", "rescue.momentum", "sd.case", "sd.recapture", "sd.intensity",
    "intensity.redraw_rate", "campaign.start_rate", "campaign.end_rate", "campaign.selection", "coup.rate",
    "settlement.rate", "patron.exit_rate", "patron.causal_share_level", "patron.causal_share_withdrawn", "end.p_flight",
)  # fmt: skip
POINTERS = (
    ("start", np.int32), ("near", np.int32), ("taken", np.int32), ("population_k", np.float64), ("threat", np.float64),
    ("presses", np.int8), ("takes", np.int8), ("holder", np.int8), ("level_do", np.int8), ("level_seen", np.int8),
    ("wd_do", np.int8), ("wd_seen", np.int8), ("rf", np.int8), ("sr", np.int8), ("key_loss", np.uint64),
    ("key_re", np.uint64), ("key_taker", np.uint64), ("key_exit", np.uint64), ("single", np.uint64), ("u", np.float64),
    ("v", np.float64), ("k", np.float64), ("w", np.float64),
)  # fmt: skip
SIZES = ("n", "parties", "patrons", "capital", "days")


class _Theatre(ctypes.Structure):
    _fields_ = [(x, ctypes.c_int32) for x in SIZES] + [(x, ctypes.c_void_p) for x, _ in POINTERS]


@cache
def library(source: Path) -> Any:
    """Compile and load a kernel."""
    text = source.read_bytes() + HEADER.read_bytes() + repr(FLAGS).encode()
    name = hashlib.sha256(text).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"counterpoise-bench-{name}.so"
    if not path.exists():
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "kernel.so"
            subprocess.run(["g++", *FLAGS, str(source), "-o", str(made)], check=True)
            path.write_bytes(made.read_bytes())
    found = ctypes.CDLL(str(path))
    found.run.restype = ctypes.c_int64
    return found


def prepare(s: dict[str, Any]) -> tuple[Any, Any, list[np.ndarray]]:
    """Lay the specification out for C++; the arrays must be kept alive."""
    arrays = []
    for name, kind in POINTERS:
        value = list(s["single"].values()) if name == "single" else s[name]
        arrays.append(np.ascontiguousarray(value, dtype=kind))
    sizes = (len(s["holder"]), len(s["takes"]), len(s["key_exit"]), int(s["capital"]), int(s["days"]))
    theatre = _Theatre(*sizes, *(a.ctypes.data for a in arrays))
    numbers = (ctypes.c_double * len(NUMBERS))(*(s["p"][x] for x in NUMBERS))
    return numbers, theatre, arrays


def run(
    prepared: tuple[Any, Any, list[np.ndarray]], members: int, source: Path = BY_EVENT, room: int = 200
) -> tuple[Any, Any, Any]:
    """Run members 0 to n - 1; return (events, end day, end mode) as `by_numpy.run` does."""
    numbers, theatre, _ = prepared
    events = np.empty((members * room, 6), np.int32)
    end_day, end_mode = np.empty(members, np.int32), np.empty(members, np.int8)
    n = library(source).run(
        ctypes.byref(numbers), ctypes.byref(theatre), ctypes.c_int32(members), events.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(len(events)), end_day.ctypes.data_as(ctypes.c_void_p), end_mode.ctypes.data_as(ctypes.c_void_p),
    )  # fmt: skip
    if n > len(events):
        return run(prepared, members, source, 2 * room)
    return events[:n], end_day, end_mode
