"""Connections: what is refused, and what an exchange may cost. No test here opens one to the outside."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

import httpx
import pytest

from counterpoise.errors import InputError
from counterpoise.network.pages import Limits, fetch, is_address, post_json

PUBLIC = "93.184.215.14"
PAGES: dict[str, httpx.Response] = {}


def resolver(table: dict[str, list[str]]) -> Callable[[str, int], list[str]]:
    def look(host: str, port: int) -> list[str]:
        return table.get(host, [PUBLIC])

    return look


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(handler)


def page(request: httpx.Request) -> httpx.Response:
    return httpx.Response(
        200, text="<html><p>News.</p></html>", headers={"content-type": "text/html; charset=utf-8"}
    )


def test_the_connection_goes_to_the_number_that_was_checked() -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return page(request)

    got = fetch("https://news.example/a?b=1", resolver=resolver({}), transport=answering(handler))
    assert (got.media_type, got.url) == ("text/html", "https://news.example/a?b=1")
    (request,) = asked
    assert request.url.host == PUBLIC
    assert request.headers["host"] == "news.example"
    assert request.extensions["sni_hostname"] == "news.example"


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fc00::7", "::ffff:127.0.0.1", "2002:7f00:1::",
        "64:ff9b::a00:1", "ff02::1", "nonsense",
    ],
)  # fmt: skip
def test_private_numbers_are_refused(number: str) -> None:
    with pytest.raises(InputError, match="private or reserved"):
        fetch(
            "http://inside.example/",
            resolver=resolver({"inside.example": [PUBLIC, number]}),
            transport=answering(page),
        )


def test_a_redirect_into_a_private_network_is_refused() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://metadata.example/latest"})

    table = {"metadata.example": ["169.254.169.254"]}
    with pytest.raises(InputError, match=r"metadata\.example leads to"):
        fetch("http://news.example/", resolver=resolver(table), transport=answering(handler))


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://news.example/", "//news.example/x:y@z:99"])
def test_a_redirect_out_of_the_web_is_refused(place: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"location": place})

    with pytest.raises(InputError):
        fetch("https://news.example/", resolver=resolver({}), transport=answering(handler))


def test_redirects_end() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "/again"})

    with pytest.raises(InputError, match="more than 5 redirects"):
        fetch("https://news.example/", resolver=resolver({}), transport=answering(handler))


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("gopher://news.example/", "not a web address"),
        ("http:///path", "not a web address"),
        ("http://user:word@news.example/", "name and password"),
        ("http://news.example:8080/", "port 8080"),
        ("http://news.example:99999/", "not a web address"),
    ],
)
def test_addresses_that_are_refused(url: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        fetch(url, resolver=resolver({}), transport=answering(page))


def test_unknown_host() -> None:
    def look(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(InputError, match="no such host"):
        fetch("http://nowhere.example/", resolver=look, transport=answering(page))


def test_a_body_is_counted_after_decompression() -> None:
    packed = gzip.compress(b"a" * 3_000_000)
    assert len(packed) < 10_000

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, content=packed, headers={"content-encoding": "gzip", "content-type": "text/plain"}
        )

    with pytest.raises(InputError, match="longer than 1 MB"):
        fetch(
            "http://news.example/",
            Limits(max_bytes=1_000_000),
            resolver=resolver({}),
            transport=answering(handler),
        )


def test_a_slow_drip_meets_the_deadline() -> None:
    ticks = iter(range(0, 1000, 5))

    def drip() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 70_000

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=drip(), headers={"content-type": "text/plain"})

    with pytest.raises(InputError, match="longer than 20 seconds"):
        fetch(
            "http://news.example/",
            Limits(max_bytes=10**9),
            resolver=resolver({}),
            transport=answering(handler),
            clock=lambda: float(next(ticks)),
        )


@pytest.mark.parametrize("media", ["image/png", "application/zip", "video/mp4"])
def test_only_texts_are_taken(media: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"x", headers={"content-type": media})

    with pytest.raises(InputError, match="expected a text"):
        fetch("http://news.example/", resolver=resolver({}), transport=answering(handler))


def test_an_error_page_is_no_report() -> None:
    with pytest.raises(InputError, match="answered 404"):
        fetch(
            "http://news.example/",
            resolver=resolver({}),
            transport=answering(lambda r: httpx.Response(404, text="gone")),
        )


def test_a_broken_line_is_said() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(InputError, match="no answer"):
        fetch("http://news.example/", resolver=resolver({}), transport=answering(handler))


def test_post_returns_none_for_what_is_no_json() -> None:
    assert post_json(
        "http://localhost:1/v1", {"a": 1}, transport=answering(lambda r: httpx.Response(200, text="{"))
    ) == (200, None)
    sent = post_json(
        "http://localhost:1/v1",
        {"a": 1},
        transport=answering(lambda r: httpx.Response(200, content=r.content)),
    )
    assert sent == (200, {"a": 1})


def test_what_is_an_address() -> None:
    assert is_address("https://news.example")
    assert not is_address("report.txt")
