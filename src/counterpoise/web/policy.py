"""What a browser may do with our answers: security headers, and numbers used once for the scripts of our own pages."""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from typing import Any, Final

__all__ = ["API_CSP", "FRAME_STYLE", "PAGE_CSP", "Dresser", "desk_csp"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

API_CSP: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: A brief or a scorecard: no script whatever is in it; may be framed by the desk.
PAGE_CSP: Final = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)
#: The style of a report's frame; the frame inherits the policy of its page, so the page's policy knows it by its hash.
FRAME_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;margin:1rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere}"
    "mark{background:#cfe3f3;color:#10161b;border-bottom:2px solid #0b5c94;padding:0 .1em}sup{font-size:.7em;font-weight:600}"
)
FRAME_STYLE_HASH: Final = f"'sha256-{b64encode(sha256(FRAME_STYLE.encode()).digest()).decode()}'"
#: What gets a page's number: its scripts, its style sheets, and the modules that it fetches before they are asked for.
_NUMBERED: Final = re.compile(rb'<(?:script|style|link(?= rel="modulepreload"))\b')
_API_PATHS: Final = ("/api/", "/health", "/metrics", "/login")


def desk_csp(nonce: str) -> str:
    """Return the policy of a page of the desk.

    NiceGUI starts its page by inline scripts and styles, which get the page's own number, so that no other inline script, no
    handler in an attribute and no style sheet but those of the page is taken. Whatever a script with the number loads is trusted
    as it is ('strict-dynamic'), nothing else on this server. Nothing is evaluated: the pages use none of NiceGUI's parts that
    need 'unsafe-eval'. Styles in attributes stay allowed: charts, and Quasar's own parts, set them.
    """
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; script-src-attr 'none'; "
        f"style-src-elem 'self' 'nonce-{nonce}' {FRAME_STYLE_HASH}; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types vue dompurify"
    )


class Dresser:
    """Sends an answer on with its headers; a page of the desk also with a number on each of its scripts."""

    def __init__(self, scope: Scope, send: Send, started: Callable[[int], None]) -> None:
        self.path, self.scheme = scope["path"], scope.get("scheme", "http")
        self.send, self.started = send, started
        self.status = 0
        self.held: Message | None = None
        self.parts: list[bytes] = []
        self.nonce = secrets.token_urlsafe(16)

    async def __call__(self, message: Message) -> None:
        """Pass a message of the application on."""
        if message["type"] == "websocket.accept":
            self.status = 101
        elif message["type"] == "http.response.start":
            self.status = message["status"]
            self.started(self.status)
            message = {**message, "headers": self._headers(message.get("headers", []))}
            if self._is_page(message):
                self.held = message
                return
        elif message["type"] == "http.response.body" and self.held is not None:
            await self._page(message)
            return
        await self.send(message)

    def _is_page(self, start: Message) -> bool:
        """Whether an answer is one of NiceGUI's pages: HTML whose content is escaped, so that only its own scripts are in it."""
        kinds = [v for k, v in start["headers"] if k.lower() == b"content-type"]
        return not self.path.startswith(_API_PATHS) and bool(kinds) and kinds[0].startswith(b"text/html")

    async def _page(self, message: Message) -> None:
        """Collect a page, number its scripts, send it."""
        assert self.held is not None
        self.parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        number = b' nonce="' + self.nonce.encode() + b'"'
        body = _NUMBERED.sub(lambda m: m[0] + number, b"".join(self.parts))
        kept = [(k, v) for k, v in self.held["headers"] if k.lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await self.send({**self.held, "headers": [*kept, length]})
        await self.send({"type": "http.response.body", "body": body})

    def _headers(self, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer with ours added."""
        sent = [(k, v) for k, v in given if k.lower() != b"server"]
        names = {k.lower() for k, _ in sent}
        return [*sent, *((k, v) for k, v in self._ours() if k not in names)]

    def _ours(self) -> list[tuple[bytes, bytes]]:
        """Return the headers of every answer."""
        api = self.path.startswith("/api/")
        csp = API_CSP if self.path.startswith(_API_PATHS) else desk_csp(self.nonce)
        found = [
            (b"content-security-policy", csp.encode()),
            (b"x-content-type-options", b"nosniff"),
            # With "no-referrer" browsers would send "Origin: null" from our own form.
            (b"referrer-policy", b"no-referrer" if api else b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            (b"x-frame-options", b"DENY"),
        ]
        if api:
            found.append((b"cache-control", b"no-store"))
        if self.scheme == "https":
            found.append((b"strict-transport-security", b"max-age=31536000"))
        return found
