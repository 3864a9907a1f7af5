"""The gate of every request: to whom it is addressed, from where, by whom, how large, how slow, how often.

One ASGI layer, so that nothing behind it can be reached around it. Order: name of the host, origin, rate, token and scope, body;
then the answer gets its security headers, one line in the audit log and one count in the metrics.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urlsplit

from counterpoise.ledger import Ledger, LedgerUnavailable
from counterpoise.ledger.tokens import Token, check_token
from counterpoise.web.metrics import count_request
from counterpoise.web.policy import Dresser
from counterpoise.web.settings import Settings

__all__ = ["COOKIE", "Guard", "passed_on"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

audit = logging.getLogger("counterpoise.audit")
COOKIE: Final = "counterpoise_token"
#: Without a token: is it alive, and the way in.
OPEN_PATHS: Final = frozenset({"/health", "/health/ready", "/login"})
MAX_DEPTH: Final = 40


@dataclass
class _Bucket:
    """Requests that a client may still make."""

    left: float
    at: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Rates:
    """A bucket of requests for each client, refilled by the minute; the least recently seen are forgotten."""

    def __init__(self, per_minute: int, most_clients: int = 10_000) -> None:
        self.per_minute, self.most_clients = per_minute, most_clients
        self.buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def allow(self, client: str, now: float, cost: float = 1.0) -> bool:
        """Take a request out of a client's bucket; False where it is empty."""
        bucket = self.buckets.get(client)
        if bucket is None:
            bucket = self.buckets[client] = _Bucket(float(self.per_minute), now)
            if len(self.buckets) > self.most_clients:
                self.buckets.popitem(last=False)
        self.buckets.move_to_end(client)
        refill = (now - bucket.at) * self.per_minute / 60.0
        bucket.left, bucket.at = min(bucket.left + refill, float(self.per_minute)), now
        if bucket.left < cost:
            return False
        bucket.left -= cost
        return True

    def give_back(self, client: str) -> None:
        """Put a request back that turned out to be none."""
        bucket = self.buckets.get(client)
        if bucket is not None:
            bucket.left = min(bucket.left + 1.0, float(self.per_minute))


class Refused(Exception):
    """A request that goes no further."""

    def __init__(
        self, status: int, what: str, mend: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        super().__init__(what)
        self.status, self.what, self.mend, self.headers = status, what, mend, headers


class Guard:
    """The gate around an ASGI application."""

    def __init__(self, app: App, settings: Settings, ledger: Ledger) -> None:
        self.app, self.settings, self.ledger = app, settings, ledger
        self.rates = Rates(settings.requests_per_minute)
        #: Wrong tokens: ten a minute of one client, then every token of it is refused for a while.
        self.misses = Rates(10)
        self.seen: OrderedDict[str, tuple[float, Token]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        client = self._client(scope, headers)
        scope.setdefault("state", {})
        scope["state"].update(client=client, token=None)

        def started(status: int) -> None:
            if scope["path"] == "/login" and status == 303:
                self.misses.give_back(client)

        scope["headers"] = passed_on(scope)
        finish = Dresser(scope, send, started)
        try:
            body = await self._check(scope, headers, client, receive)
            await self.app(scope, body, finish)
        except Refused as no:
            await _answer(scope, finish, no, receive)
        except LedgerUnavailable as away:
            audit.warning("the ledger is away", extra={"data": {"why": str(away)[:300]}})
            away_said = "the database does not answer; nothing was half-written"
            later = Refused(503, away_said, "try again in a few seconds", ((b"retry-after", b"5"),))
            await _answer(scope, finish, later, receive)
        finally:
            self._note(scope, client, finish.status, time.perf_counter() - began)

    # --- what is checked

    async def _check(self, scope: Scope, headers: dict[str, str], client: str, receive: Receive) -> Receive:
        """Check a request in order; return where its body is received from."""
        host = _host_of(headers.get("host", ""))
        if host not in self.settings.allowed_hosts:
            raise Refused(421, "the server is not known by this name", "start it with --allow-host NAME")
        self._check_origin(scope, headers)
        now = time.monotonic()
        if not self.rates.allow(client, now):
            raise Refused(429, "too many requests", "wait a minute", ((b"retry-after", b"10"),))
        await self._check_token(scope, headers, client, now)
        if scope["type"] == "websocket" or scope["method"] in ("GET", "HEAD"):
            return receive
        return await self._body(scope, headers, receive)

    def _check_origin(self, scope: Scope, headers: dict[str, str]) -> None:
        """Refuse what a page of another site has the browser send: writing requests and web sockets."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
        if foreign or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            raise Refused(403, "the request comes from another site", "use the desk's own page, or a program")

    async def _check_token(self, scope: Scope, headers: dict[str, str], client: str, now: float) -> None:
        """Refuse a request without a token that allows it, where tokens are needed."""
        if scope["path"] == "/login" and scope.get("method") == "POST":
            self._check_misses(client, now)
            # Charged before it is known, and given back, so that many at once are no more than one after the other.
            self.misses.allow(client, now)
        if not self.settings.needs_token or scope["path"] in OPEN_PATHS:
            return
        secret = _secret(headers)
        if secret is None:
            raise Refused(
                401,
                "a token is needed",
                "send Authorization: Bearer TOKEN",
                ((b"www-authenticate", b"Bearer"),),
            )
        self._check_misses(client, now)
        # One token of a client at a time, so that those who guess at many at once are stopped after ten all the same.
        async with self.misses.buckets[client].lock:
            self._check_misses(client, now)
            token = await self._token(secret, now)
            if token is None:
                self.misses.allow(client, now)
        if token is None:
            raise Refused(
                401, "the token is unknown, expired or revoked", "make one: counterpoise serve --new-token"
            )
        scope["state"]["token"] = token
        need = needed_scope(scope)
        if need not in token.scopes:
            raise Refused(403, f"the token does not allow '{need}'", f"it allows: {', '.join(token.scopes)}")

    def _check_misses(self, client: str, now: float) -> None:
        """Refuse a client that has guessed too often."""
        self.misses.allow(client, now, 0.0)
        if self.misses.buckets[client].left < 1.0:
            raise Refused(429, "too many wrong tokens", "wait a minute", ((b"retry-after", b"60"),))

    async def _token(self, secret: str, now: float) -> Token | None:
        """Look a token up; what was found is remembered for five seconds, so that a revoked one lives no longer."""
        key = hashlib.sha256(secret.encode()).hexdigest()
        kept = self.seen.get(key)
        if kept is not None and now - kept[0] < 5.0:
            return kept[1]
        found = await asyncio.to_thread(check_token, self.ledger, secret)
        if found is not None:
            self.seen[key] = (now, found)
            if len(self.seen) > 1_000:
                self.seen.popitem(last=False)
        return found

    async def _body(self, scope: Scope, headers: dict[str, str], receive: Receive) -> Receive:
        """Receive the whole body within bounds of size, time and depth; return a way to receive it again."""
        most = self.settings.max_body
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            raise Refused(413, f"the body is larger than {most:,} bytes", "send less")
        if headers.get("content-encoding", "identity") != "identity":
            raise Refused(415, "compressed bodies are not taken", "send it as it is")
        parts, size = [], 0
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        break
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > most:
                        raise Refused(413, f"the body is larger than {most:,} bytes", "send less")
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            raise Refused(408, "the body took too long", "send it faster") from None
        body = b"".join(parts)
        if scope["path"].startswith("/api/"):
            if body and headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
                raise Refused(415, "expected a body of application/json", "set Content-Type")
            if depth_of(body) > MAX_DEPTH:
                raise Refused(422, f"the JSON is nested deeper than {MAX_DEPTH}", "send it flatter")
        return _replay(body, receive)

    def _client(self, scope: Scope, headers: dict[str, str]) -> str:
        """Name the client by its address; behind a trusted proxy, by what that says."""
        address = str((scope.get("client") or ("unknown", 0))[0])
        if self.settings.proxy and address in ("127.0.0.1", "::1"):
            forwarded = headers.get("x-forwarded-for", "").split(",")[-1].strip()
            if forwarded and len(forwarded) < 64 and forwarded.isprintable():
                return forwarded
        return address

    def _note(self, scope: Scope, client: str, status: int, seconds: float) -> None:
        """Write the audit line of a request, and count it."""
        method = scope.get("method", "WS")
        route = getattr(scope.get("route"), "path", None) or (
            "/" if not scope["path"].startswith("/api/") else "other"
        )
        count_request(method, route, status, seconds)
        if scope["path"].startswith("/_nicegui") and status < 400:
            return
        token = scope["state"].get("token")
        data = {
            "client": client,
            "token": token.id if token else None,
            "method": method,
            "path": scope["path"][:200],
            "status": status,
            "ms": round(1000 * seconds, 1),
        }
        audit.info("request", extra={"data": data})


def passed_on(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers that the application sees.

    NiceGUI writes the prefix into its pages, and the desk is served under none. A page is not compressed here, since its scripts
    are numbered afterwards; a proxy may do that.
    """
    dropped = {b"x-forwarded-prefix"}
    if not scope["path"].startswith(("/api/", "/_nicegui")):
        dropped.add(b"accept-encoding")
    return [(k, v) for k, v in scope["headers"] if k.lower() not in dropped]


def needed_scope(scope: Scope) -> str:
    """Return the scope that a request needs."""
    path = scope["path"]
    if path.startswith("/api/"):
        if scope["method"] in ("GET", "HEAD"):
            return "read"
        return "seal" if path.startswith("/api/v1/forecasts") else "run"
    return "read" if path in ("/metrics", "/logout") else "run"


_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKETS: Final = bytes(sorted(set(range(256)) - set(b"[]{}")))


def depth_of(body: bytes) -> int:
    """Return how deep brackets are nested in JSON, strings left out; no recursion."""
    depth = deepest = 0
    for byte in _STRINGS.sub(b"", body).translate(None, _NO_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _host_of(header: str) -> str:
    """Return the name in a Host header, without the port."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0]


def _secret(headers: dict[str, str]) -> str | None:
    """Return the token that a request carries: in its header, or in the desk's cookie."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()[:200]
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return cookie.value[:200] if cookie and cookie.value else None


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give a body once, then what comes after it."""
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _answer(scope: Scope, send: Send, no: Refused, receive: Receive) -> None:
    """Answer a request that goes no further."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    to_login = (
        no.status == 401 and scope["method"] == "GET" and not scope["path"].startswith(("/api/", "/metrics"))
    )
    if to_login:
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/login")]})
        await send({"type": "http.response.body", "body": b""})
        return
    problem = {"where": "request", "what": no.what, "mend": no.mend, "nearest": []}
    body = json.dumps({"problems": [problem], "exit_code": 2}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *no.headers,
    ]
    if no.status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": no.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
