"""What a browser may do with our pages: their own scripts carry the page's number, and nothing else inline runs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from counterpoise.web import desk
from counterpoise.web.policy import Dresser, desk_csp

PAGE = (
    b"<html><script>1</script><style>a{}</style>",
    b'<link rel="modulepreload" href="/m"><link href="/icon"><script type="module">2</script></html>',
)


def dressed(path: str, kind: bytes, parts: tuple[bytes, ...]) -> list[MutableMapping[str, Any]]:
    """Send an answer through the dresser."""
    out: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        out.append(message)

    async def work() -> None:
        dresser = Dresser({"path": path, "scheme": "http"}, send, lambda _: None)
        length = str(sum(map(len, parts))).encode()
        headers = [(b"content-type", kind), (b"content-length", length), (b"server", b"x")]
        await dresser({"type": "http.response.start", "status": 200, "headers": headers})
        for i, part in enumerate(parts):
            more = i + 1 < len(parts)
            await dresser({"type": "http.response.body", "body": part, "more_body": more})

    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, work()).result()
    return out


def test_every_script_of_a_page_has_the_number_of_its_policy() -> None:
    start, body = dressed("/runs", b"text/html; charset=utf-8", PAGE)
    headers = dict(start["headers"])
    (nonce,) = set(re.findall(rb'<script nonce="([^"]+)"', body["body"]))
    assert body["body"].count(b"<script") == body["body"].count(b"<script nonce=") == 2
    assert len(re.findall(rb'<(style|link) nonce="' + nonce, body["body"])) == 2
    assert b'<link href="/icon">' in body["body"]
    assert b"'nonce-" + nonce + b"'" in headers[b"content-security-policy"]
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    assert b"server" not in headers
    again = dict(dressed("/runs", b"text/html", PAGE)[0]["headers"])
    assert again[b"content-security-policy"] != headers[b"content-security-policy"]


def test_nothing_runs_without_a_number() -> None:
    policy = dict(x.split(" ", 1) for x in desk_csp("n").split("; "))
    assert policy["script-src"] == "'nonce-n' 'strict-dynamic'"
    assert policy["default-src"] == policy["script-src-attr"] == "'none'"
    assert "unsafe-inline" not in policy["style-src-elem"]
    assert policy["require-trusted-types-for"] == "'script'"


def test_nothing_on_the_desk_is_evaluated_in_the_browser() -> None:
    """What NiceGUI would evaluate: handlers and code in JavaScript, templates of slots, its ``ui.html``, which has one."""
    for file in Path(desk.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(
            r"js_handler|run_javascript|ui\.html\(|navigate\.(reload|back|forward)|add_slot", text
        ), file.name


def test_other_answers_pass_as_they_are() -> None:
    for path, kind in (("/api/v1/x", b"text/html"), ("/runs", b"image/svg+xml"), ("/login", b"text/html")):
        start, *bodies = dressed(path, kind, PAGE)
        assert [b["body"] for b in bodies] == list(PAGE)
        assert (b"nonce" in dict(start["headers"])[b"content-security-policy"]) == (path == "/runs")
