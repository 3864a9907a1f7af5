"""Readers and runs at once on loopback: no error, no run lost; under soak also how quick."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest

RUN = {"report": {"bundled": "iran-leaves-syria"}, "members": 60, "horizon": 60}


async def get(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, tag: str
) -> tuple[int, str]:
    """Ask for a path on an open connection; return status and entity tag. Cheap, so that it is the server that is measured."""
    known = f"If-None-Match: {tag}\r\n" if tag else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{known}\r\n".encode())
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    await reader.readexactly(int(headers.get("content-length", 0)))
    return int(first.split()[1]), headers.get("etag", "")


async def load(url: str, readers: int, runs: int, seconds: float) -> tuple[list[float], list[int], list[str]]:
    """Let readers look once a second each while runs are submitted; return times, statuses, and the runs' addresses."""
    times: list[float] = []
    statuses: list[int] = []
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        said = [await http.post("/api/v1/assess", json={**RUN, "seed": k}) for k in range(runs)]
    where = [s.headers["location"] for s in said]
    paths = [
        "/api/v1/runs",
        "/api/v1/scenarios",
        where[0],
        "/api/v1/scenarios/levant-2024",
        "/api/v1/forecasts",
        "/health",
    ]
    port = int(url.rsplit(":", 1)[1])
    end = time.monotonic() + seconds

    async def read(k: int) -> None:
        await asyncio.sleep(k / readers)
        streams, tag = await asyncio.open_connection("127.0.0.1", port), ""
        # Every other reader has a memory, as browsers do, and is told when nothing is new.
        remembers = k % 2 == 1
        while time.monotonic() < end:
            began = time.perf_counter()
            status, found = await get(*streams, paths[k % len(paths)], tag)
            times.append(time.perf_counter() - began)
            statuses.append(status)
            tag = found if remembers else ""
            await asyncio.sleep(1.0)
        streams[1].close()

    await asyncio.gather(*(read(k) for k in range(readers)))
    return times, statuses, where


def ended(url: str, where: list[str], seconds: float) -> list[str]:
    """Wait until all runs have ended; return their states."""
    until = time.monotonic() + seconds
    states: list[str] = []
    with httpx.Client(base_url=url, timeout=60) as http:
        while time.monotonic() < until:
            states = [http.get(w).json()["state"] for w in where]
            if all(s in ("done", "failed", "cancelled") for s in states):
                break
            time.sleep(0.5)
    return states


def server_seconds(server: Any) -> float:
    """Return the processor time that the server has used, its workers left out [s]."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def under_load(
    services: ModuleType, folder: Path, readers: int, runs: int, seconds: float, ledger: str | None = None
) -> float:
    """Put a server under load; return the 95 % quantile of the readers' times [s]."""
    server = services.Server(folder, "--no-desk", "--rate", "1000000", ledger=ledger)
    try:
        # A thread of its own: a browser test of the same worker may have left this one with a running loop.
        with ThreadPoolExecutor(1) as apart:
            times, statuses, where = apart.submit(
                lambda: asyncio.run(load(server.url, readers, runs, seconds))
            ).result()
        assert set(statuses) == {200, 304}
        busy = server_seconds(server)
        assert ended(server.url, where, 240 * runs) == ["done"] * runs
    finally:
        server.stop()
    p95 = float(np.quantile(times, 0.95))
    print(f"server {1000 * busy / len(times):.1f} ms of processor time a read, start and queue included")
    print(f"{len(times)} reads by {readers} readers, p50 {np.quantile(times, 0.5):.3f} s, p95 {p95:.3f} s")
    return p95


def test_readers_and_runs_at_once(beside: Callable[[str], ModuleType], tmp_path: Path) -> None:
    """Whether any answer was a fault or a run was lost; how quick it is, is for a machine that does nothing else."""
    assert under_load(beside("services.py"), tmp_path, readers=30, runs=2, seconds=5.0) > 0.0


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_hundred_readers_and_eight_runs(
    beside: Callable[[str], ModuleType], tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    ledger: Any = request.getfixturevalue("postgres").database("load") if database == "postgresql" else None
    assert under_load(beside("services.py"), tmp_path, 200, 8, 60.0, ledger) < 0.3
