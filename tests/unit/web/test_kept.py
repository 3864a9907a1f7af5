"""Answers that many ask for at once: made once, dropped by a write, never kept after a failure, told apart by their tag."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from counterpoise.ledger import Ledger
from counterpoise.ledger.runs import Runs
from counterpoise.web.kept import Answer, Kept


def alone(work: object) -> None:
    """Run a coroutine in a thread of its own: a browser test of the same worker may have left this one with a running loop."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, work).result()  # type: ignore[arg-type]


def test_one_makes_it_for_all_who_ask_at_once() -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        time.sleep(0.05)
        return b"x"

    async def work() -> None:
        kept = Kept()
        answers = await asyncio.gather(*(kept.get("a", make) for _ in range(50)))
        assert {x.data for x in answers} == {b"x"}
        assert len(made) == 1
        await kept.get("b", make)
        assert len(made) == 2

    alone(work())


def test_a_write_while_it_is_made_makes_it_anew() -> None:
    state = ["old"]

    async def work() -> None:
        kept = Kept(60.0)

        def make() -> bytes:
            found = state[0].encode()
            time.sleep(0.05)
            return found

        first = asyncio.create_task(kept.get("a", make))
        await asyncio.sleep(0.01)
        state[0] = "new"
        kept.forget()
        assert (await kept.get("a", make)).data == b"new"
        assert (await first).data == b"old"
        assert (await kept.get("a", make)).data == b"new"

    alone(work())


def test_it_grows_old_and_a_failure_is_not_kept() -> None:
    found: list[bytes | Exception] = [ValueError("away"), b"1", b"2"]

    def make() -> bytes:
        one = found.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def work() -> None:
        kept = Kept(0.02)
        with pytest.raises(ValueError, match="away"):
            await kept.get("a", make)
        assert (await kept.get("a", make)).data == b"1"
        await asyncio.sleep(0.03)
        assert (await kept.get("a", make)).data == b"2"

    alone(work())


def test_a_reader_who_has_it_is_told_so(client: TestClient, ledger: Ledger) -> None:
    first = client.get("/api/v1/runs")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get("/api/v1/runs", headers={"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    Runs(ledger).submit("assess", {})
    time.sleep(0.3)
    other = client.get("/api/v1/runs", headers={"if-none-match": tag})
    assert other.status_code == 200
    assert len(other.json()) == 1
    assert Answer.of(other.content).tag == other.headers["etag"]


def test_what_this_server_writes_is_seen_at_once(client: TestClient) -> None:
    for k in range(3):
        assert len(client.get("/api/v1/runs").json()) == k
        made = client.post("/api/v1/assess", json={"report": {"bundled": "iran-leaves-syria"}}).json()
        where = f"/api/v1/runs/{made['id']}"
        assert client.get(where).json()["name"] == ""
        client.patch(where, json={"name": f"run {k}"})
        assert client.get(where).json()["name"] == f"run {k}"
    client.post(f"{where}/cancel")
    assert client.get(where).json()["state"] == "cancelled"
    client.delete(where)
    assert client.get(where).status_code == 404
