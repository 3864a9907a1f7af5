"""Pages that a user asks for, and the user's own endpoint: limits, and no way into a private network.

Nothing here runs unless a caller asks for it: reading an address needs the user's leave (``--network``), and a
language model needs the user's endpoint. Every address, and every address that a redirect leads to, is
resolved first; if any of its numbers is not a public one it is refused, and the connection goes to the very
number that was checked, so that a name cannot change its mind in between. Bodies are counted after
decompression and cut off at the limit; a deadline holds for the whole exchange, however slowly it drips.

What it does not do: cookies, credentials in addresses, proxies from the environment, other schemes than
http and https, other ports than 80 and 443 unless the host is the user's own.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from counterpoise.errors import InputError
from counterpoise.network.addresses import is_public

__all__ = ["Fetched", "Limits", "fetch", "is_address", "post_json"]

AGENT: Final = "counterpoise (reads one report at its user's request)"
_PORTS: Final = frozenset((None, 80, 443))
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_READABLE: Final = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/rss",
    "application/atom",
    "application/pdf",
)

#: Host and port to the numbers that it stands for.
Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Limits:
    """How much an exchange may cost.

    Parameters
    ----------
    max_bytes : int
        Longest body after decompression [bytes].
    seconds : float
        Time for the whole exchange, redirects included [s].
    redirects : int
        So many redirects are followed.
    """

    max_bytes: int = 5_000_000
    seconds: float = 20.0
    redirects: int = 5


@dataclass(frozen=True)
class Fetched:
    """A body, the address that gave it in the end, and its media type."""

    url: str
    body: bytes = field(repr=False)
    media_type: str = ""


def is_address(text: str) -> bool:
    """Tell whether a text is a web address."""
    return text[:8].lower().startswith(("http://", "https://"))


def resolve(host: str, port: int) -> list[str]:
    """Return the numbers that a host name stands for."""
    return list(dict.fromkeys(str(i[4][0]) for i in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def fetch(
    url: str,
    limits: Limits | None = None,
    *,
    resolver: Resolver = resolve,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Fetched:
    """Get one page.

    Parameters
    ----------
    url : str
    limits : Limits, optional
    resolver : callable, optional
        Host and port to numbers; tests give their own.
    transport : httpx.BaseTransport, optional
        What carries the requests; tests give their own.
    clock : callable, optional
        Seconds that never go back [s].

    Raises
    ------
    InputError
        Address refused, too large, too slow, unreadable media type, too many redirects, or no answer.
    """
    limits = limits or Limits()
    deadline = clock() + limits.seconds
    at = url
    with _client(limits.seconds, transport) as client:
        for _ in range(limits.redirects + 1):
            request, headers = _checked(at, resolver)
            answer = _get(client, at, request, headers, limits, deadline, clock)
            if isinstance(answer, Fetched):
                return answer
            at = urljoin(at, answer)
    raise InputError.at(url, f"more than {limits.redirects} redirects", "give the address that they lead to")


def post_json(
    url: str,
    body: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[int, Any]:
    """Send JSON to the user's own endpoint and return status and answer.

    The endpoint is configured by the user, so it may lie in a private network (Ollama on this machine). No redirect is
    followed. An answer that is no JSON comes back as None.

    Raises
    ------
    InputError
        No answer in time, or an answer over the limit.
    """
    limits = limits or Limits(seconds=120.0)
    deadline = clock() + limits.seconds
    if not is_address(url):
        raise InputError.at(url, "not a web address", "give http:// or https:// and a host")
    try:
        with (
            _client(limits.seconds, transport) as client,
            client.stream("POST", url, json=dict(body), headers=dict(headers or {})) as answer,
        ):
            data = _body(url, answer, limits, deadline, clock)
            status = answer.status_code
    except httpx.HTTPError as err:
        raise InputError.at(
            url, f"no answer: {err or type(err).__name__}", "check the endpoint and try again"
        ) from err
    try:
        return status, json.loads(data)
    except (ValueError, RecursionError):
        return status, None


def _client(seconds: float, transport: httpx.BaseTransport | None) -> httpx.Client:
    return httpx.Client(
        transport=transport, timeout=min(seconds, 10.0) if transport is None else seconds,
        follow_redirects=False, trust_env=False, headers={"User-Agent": AGENT},
    )  # fmt: skip


def _checked(url: str, resolver: Resolver) -> tuple[str, dict[str, str]]:
    """Return the address by number and the name that it was asked by, or refuse it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as err:
        raise InputError.at(url, f"not a web address: {err}", "give http:// or https:// and a host") from err
    host = parts.hostname
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise InputError.at(url, "not a web address", "give http:// or https:// and a host")
    if parts.username or parts.password:
        raise InputError.at(url, "an address with a name and password in it", "give it without them")
    if port not in _PORTS:
        raise InputError.at(url, f"port {port}, expected 80 or 443", "save the page and give the file")
    number = _public(url, host, port or (443 if parts.scheme.lower() == "https" else 80), resolver)
    netloc = f"[{number}]" if ":" in number else number
    if port:
        netloc += f":{port}"
    name = host if port is None else f"{host}:{port}"
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{netloc}{path}{query}", {"Host": name}


def _public(url: str, host: str, port: int, resolver: Resolver) -> str:
    """Return a public number of a host; refuse the host if any of its numbers is not public."""
    try:
        numbers = resolver(host, port)
    except (OSError, UnicodeError) as err:
        raise InputError.at(url, f"no such host: {host}", "check the address") from err
    if not numbers:
        raise InputError.at(url, f"no such host: {host}", "check the address")
    for number in numbers:
        if not is_public(number):
            raise InputError.at(
                url,
                f"{host} leads to the private or reserved address {number}",
                "save the page and give the file",
            )
    return numbers[0]


def _get(
    client: httpx.Client,
    url: str,
    request: str,
    headers: dict[str, str],
    limits: Limits,
    deadline: float,
    clock: Callable[[], float],
) -> Fetched | str:
    """Ask once: return the body, or where a redirect leads."""
    host = urlsplit(url).hostname or ""
    try:
        with client.stream("GET", request, headers=headers, extensions={"sni_hostname": host}) as answer:
            if answer.status_code in _REDIRECTS and "location" in answer.headers:
                return str(answer.headers["location"])
            if answer.status_code != 200:
                raise InputError.at(
                    url,
                    f"answered {answer.status_code}",
                    "check the address, or save the page and give the file",
                )
            media = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
            if not media.startswith(_READABLE):
                raise InputError.at(url, f"is {media}, expected a text", "give the address of an article")
            return Fetched(url, _body(url, answer, limits, deadline, clock), media)
    except httpx.HTTPError as err:
        raise InputError.at(
            url, f"no answer: {err or type(err).__name__}", "check the connection, or give a file"
        ) from err


def _body(
    url: str, answer: httpx.Response, limits: Limits, deadline: float, clock: Callable[[], float]
) -> bytes:
    """Read a body up to the limit and the deadline."""
    parts: list[bytes] = []
    size = 0
    for chunk in answer.iter_bytes(65_536):
        size += len(chunk)
        if size > limits.max_bytes:
            raise InputError.at(
                url, f"longer than {limits.max_bytes / 1e6:.0f} MB", "give one report, not an archive"
            )
        if clock() > deadline:
            raise InputError.at(
                url,
                f"took longer than {limits.seconds:.0f} seconds",
                "try again, or save the page and give the file",
            )
        parts.append(chunk)
    return b"".join(parts)
