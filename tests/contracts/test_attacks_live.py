"""The attack list against a server that runs: over sockets, where a test client would be kinder than an attacker."""

from __future__ import annotations

import gzip
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2 as httpx
import pytest

from counterpoise.ledger import open_ledger
from counterpoise.ledger.tokens import make_token

ROW = {
    "question": "q", "text": "Does it end?", "p": 0.25, "made_on": "2026-01-01", "closes_on": "2090-01-01", "forecaster": "f",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(beside: Callable[[str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server with its desk that wants tokens."""
    made = beside("services.py").Server(tmp_path_factory.mktemp("attacked"), "--tokens", "--rate", "100000")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def token(server: Any) -> str:
    ledger = open_ledger(server.ledger)
    try:
        return make_token(ledger, "analyst", ["read", "run", "seal"])[0]
    finally:
        ledger.close()


@pytest.fixture(scope="module")
def http(server: Any, token: str) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=server.url, timeout=60, headers={"Authorization": f"Bearer {token}"}
    ) as client:
        yield client


def raw(server: Any, text: str, body: bytes = b"", wait: float = 30.0) -> bytes:
    """Send bytes as they are; return the answer's first bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as s:
        try:
            s.sendall(text.replace("\n", "\r\n").encode() + body)
            return s.recv(4_000)
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            return b""


def alive(http: httpx.Client) -> None:
    """The server still answers, quickly."""
    began = time.monotonic()
    assert http.get("/health").json() == {"status": "alive"}
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/scenarios/../../../../etc/passwd",
        "/api/v1/scenarios/..%2f..%2f..%2fetc%2fpasswd",
        "/_nicegui/../../etc/passwd",
        "/_nicegui/3.18.0/static/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/runs/0000000000000000/dark/..%2f..%2fassessment.svg",
        "/desk.js/../../style.css",
        "//etc/passwd",
        "/%00",
    ],
)
def test_paths_as_they_are_sent(server: Any, token: str, path: str) -> None:
    said = raw(
        server, f"GET {path} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {token}\nConnection: close\n\n"
    )
    assert said.split(b" ")[1] in (b"400", b"404", b"422"), said[:200]
    assert b"root:" not in said


def test_slow_bodies_and_heads_hold_up_nobody(server: Any, http: httpx.Client, token: str) -> None:
    """Forty bodies that drip, forty heads that never end: others are answered; after 20 s bodies get 408, heads an end."""
    head = f"POST /api/v1/read HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    open_ = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(80)]
    try:
        for s in open_[:40]:
            s.sendall(head.encode() + b"Content-Length: 1000\r\n\r\n{")
        for s in open_[40:]:
            s.sendall(head.encode()[:60])
        began = time.monotonic()
        while time.monotonic() - began < 5:
            alive(http)
            for s in open_[:40]:
                s.sendall(b" ")
            time.sleep(0.5)
        assert open_[0].recv(4_000).split(b" ")[1] == b"408"
        assert 14 < time.monotonic() - began < 40
        assert open_[-1].recv(4_000) == b""
        assert 14 < time.monotonic() - began < 40
    finally:
        for s in open_:
            s.close()
    alive(http)


def test_bombs_and_huge_bodies(server: Any, http: httpx.Client, token: str) -> None:
    bomb = gzip.compress(b"0" * 200_000_000, 9)
    said = http.post(
        "/api/v1/read", content=bomb, headers={"content-encoding": "gzip", "content-type": "application/json"}
    )
    assert said.status_code == 415
    begin = f"POST /api/v1/read HTTP/1.1\nHost: localhost\nAuthorization: Bearer {token}\nContent-Type: application/json\n"
    assert raw(server, f"{begin}Content-Length: 999999999999\n\n").split(b" ")[1] == b"413"
    chunks = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    endless = raw(server, f"{begin}Transfer-Encoding: chunked\n\n", chunks * 4 + b"0\r\n\r\n")
    assert endless == b"" or endless.split(b" ")[1] == b"413"
    both = raw(
        server,
        f"{begin}Content-Length: 5\nTransfer-Encoding: chunked\n\n",
        b"0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",
    )
    assert both.count(b"HTTP/1.1") <= 1
    for much in (40_000, 200_000, 5_000_000):
        head = "GET /health HTTP/1.1\nHost: localhost\nX: " + "a" * much
        for end in ("", "\n\n"):
            refused = raw(server, head + end, wait=25.0)
            assert refused == b"" or refused.split(b" ")[1] == b"400", (much, refused[:80])
    many = "".join(f"X-{k}: {k}\n" for k in range(5_000))
    assert raw(server, f"GET /health HTTP/1.1\nHost: localhost\n{many}\n").split(b" ")[1:2] in ([b"400"], [])
    anchors = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
    )
    began = time.monotonic()
    assert http.post("/api/v1/scenarios/validate", json={"yaml": anchors}).status_code == 422
    assert time.monotonic() - began < 5
    alive(http)


def test_addresses_inside_and_outside_are_not_asked(http: httpx.Client) -> None:
    """A listener on this machine is named in every field that takes a text; nobody comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1.0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        html = f'<html><head><link rel=stylesheet href="{url}"><base href="{url}"></head><img src="{url}"><p>Iran withdraws '
        for body in (
            {"report": {"url": url}},
            {"report": {"bundled": url}},
            {"report": {"text": f"{html} its advisers from Syria.</p>"}},
            {"report": {"text": f'<!DOCTYPE x [<!ENTITY e SYSTEM "{url}">]><x>&e;</x>'}},
        ):
            assert http.post("/api/v1/read", json=body).status_code in (200, 404, 422)
        for text in (f"include: ['{url}']", f"schema: {url}"):
            assert http.post("/api/v1/scenarios/validate", json={"yaml": text}).status_code == 422
        with pytest.raises(TimeoutError):
            listener.accept()


def test_other_sites_and_other_names(server: Any, http: httpx.Client, token: str) -> None:
    cookie = {"cookie": f"counterpoise_token={token}"}
    with httpx.Client(base_url=server.url, timeout=30, headers=cookie) as browser:
        assert browser.get("/api/v1/runs").status_code == 200
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "http://localhost.evil.example"},
            {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        ):
            said = browser.post("/api/v1/forecasts/import", json={"forecasts": [ROW]}, headers=headers)
            assert said.status_code == 403, headers
        assert browser.get("/api/v1/runs", headers={"host": "evil.example"}).status_code in (400, 403, 421)
    upgrade = (
        "GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\nHost: localhost\nUpgrade: websocket\n"
        "Connection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n"
        f"Cookie: counterpoise_token={token}\nOrigin: {{}}\n\n"
    )
    assert raw(server, upgrade.format("https://evil.example")).split(b" ")[1] == b"403"
    assert raw(server, upgrade.format(server.url)).split(b" ")[1] in (b"101", b"403")


def test_a_sealed_forecast_changed_in_the_file_is_told_over_http(server: Any, http: httpx.Client) -> None:
    assert http.post("/api/v1/forecasts/import", json={"forecasts": [ROW]}).status_code == 201
    assert http.get("/api/v1/forecasts/verify").json()["whole"]
    with sqlite3.connect(server.ledger) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        assert (
            database.execute("UPDATE entry SET body = replace(body, '0.25', '0.95') WHERE seq = 1").rowcount
            == 1
        )
    database.close()
    time.sleep(0.3)
    said = http.get("/api/v1/forecasts/verify").json()
    assert not said["whole"]
    assert any("entry 1 was changed" in p for p in said["problems"]), said


def test_guessed_tokens(server: Any) -> None:
    """Last, for it shuts this client out: after ten wrong tokens none is tried any more, however many ask at once."""
    said: list[int] = []

    def guess(k: int) -> None:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            for j in range(10):
                answer = client.get("/api/v1/runs", headers={"Authorization": f"Bearer cp_{k:04d}{j:028d}"})
                said.append(answer.status_code)

    threads = [threading.Thread(target=guess, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(said) == {401, 429}
    # Ten, and what a minute's refill gives back meanwhile.
    assert 10 <= said.count(401) <= 12
    assert "cp_0000" not in Path(server.log).read_text()
