"""The one place that opens connections: what it refuses, and its limits, against a stub on this machine."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from counterpoise import network
from counterpoise.network import Limits, Unreachable, fetch


class Stub(http.server.BaseHTTPRequestHandler):
    """A small server; each path has one behaviour."""

    def do_GET(self) -> None:
        path = self.path
        if path == "/ok":
            self._send(200, b"hello")
        elif path == "/large":
            self._send(200, b"x" * 100_000)
        elif path == "/hop":
            self._send(302, b"", {"Location": "/ok"})
        elif path == "/loop":
            self._send(302, b"", {"Location": "/loop"})
        elif path == "/inside":
            self._send(302, b"", {"Location": "https://127.0.0.1/secret"})
        elif path == "/plain":
            self._send(302, b"", {"Location": "http://example.org/"})
        elif path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "50")
            self.end_headers()
            self.wfile.write(b"only this")
        elif path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.05)
        else:
            self._send(404, b"no")

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass

    def handle(self) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            super().handle()


@pytest.fixture(scope="module")
def stub() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def limits(stub: str) -> Limits:
    return Limits(size=10_000, seconds=5.0, redirects=3, loopback=stub)


def test_an_allowed_stub_is_read_and_redirects_are_followed(stub: str, limits: Limits) -> None:
    assert fetch(f"http://{stub}/ok", limits) == b"hello"
    assert fetch(f"http://{stub}/hop", limits) == b"hello"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/large", "larger than 10000 bytes"),
        ("/loop", "more than 3 redirects"),
        ("/inside", "leads to an address that is not public"),
        ("/plain", "only https is read"),
        ("/short", "no connection|cut short"),
        ("/nothing", "the server answered 404"),
    ],
)
def test_what_a_server_cannot_do(stub: str, limits: Limits, path: str, says: str) -> None:
    with pytest.raises(Unreachable, match=says):
        fetch(f"http://{stub}{path}", limits)


def test_a_slow_server_is_left(stub: str, limits: Limits) -> None:
    begin = time.monotonic()
    with pytest.raises(Unreachable, match="too slow"):
        fetch(f"http://{stub}/slow", replace(limits, seconds=0.4))
    assert time.monotonic() - begin < 3.0


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.org/", "only https"),
        ("ftp://example.org/", "only https"),
        ("file:///etc/passwd", "only https"),
        ("example.org", "only https"),
        ("https://user:secret@example.org/", "without user, password or port"),
        ("https://example.org:8443/", "without user, password or port"),
        ("https://example.org:port/", "not a number"),
        ("https:///path", "expected a host"),
    ],
)
def test_addresses_that_are_never_opened(url: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    with pytest.raises(Unreachable, match=says):
        fetch(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "224.0.0.1",
        "100.64.0.1",
    ],
)
def test_a_name_that_leads_inside_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was opened")

    found = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(Unreachable, match="not public"):
        fetch("https://example.org/")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def connect(where: tuple[str, int], timeout: float) -> None:
        asked.append(where)
        raise OSError("unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("93.184.216.34", 443))])
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="no connection: unreachable"):
        fetch("https://example.org/")
    assert asked == [("93.184.216.34", 443)]


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match=r"no connection: .*not known"):
        network.fetch("https://nowhere.example/")
