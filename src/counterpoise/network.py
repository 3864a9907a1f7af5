"""The only place that opens connections: one bounded GET, over https, to a public address.

What a server sends is data. A request goes to the very address that was checked (so that a name cannot change its meaning in
between), follows few redirects under the same rules, and stops at a size and at a time. Proxies are not used.

Weakest assumption: the certificates that the machine trusts. What it does not do: keep anything, or judge what came back.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from counterpoise._version import __version__
from counterpoise.errors import CounterpoiseError

__all__ = ["Limits", "Unreachable", "fetch"]

_CHUNK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(CounterpoiseError):
    """An address that could not, or may not, be read; the message says why."""

    exit_code = 2


@dataclass(frozen=True)
class Limits:
    """What a request may do.

    Parameters
    ----------
    size : int
        Most bytes that are read [byte].
    seconds : float
        Most time from the first byte asked to the last byte read [s].
    redirects : int
        Most redirects followed.
    loopback : str
        One ``host:port`` on this machine that is allowed, over plain http, for tests against a stub; empty: none.
    """

    size: int = 200_000_000
    seconds: float = 120.0
    redirects: int = 4
    loopback: str = ""


def fetch(url: str, limits: Limits | None = None) -> bytes:
    """Return what an address serves.

    Raises
    ------
    Unreachable
        If the address is not https, leads to a private network, answers with an error, or exceeds a limit.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    for _ in range(limits.redirects + 1):
        found = _get(url, limits, deadline)
        if isinstance(found, bytes):
            return found
        url = urljoin(url, found)
    raise Unreachable(f"{url} | more than {limits.redirects} redirects")


def _get(url: str, limits: Limits, deadline: float) -> bytes | str:
    """Return the body of one answer, or the address that it redirects to."""
    parts = urlsplit(url)
    _check(url, parts, limits)
    try:
        connection = _connect(url, parts, limits, deadline)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers=_HEADERS)
            answer = connection.getresponse()
            target = answer.getheader("Location")
            if answer.status in _REDIRECTS and target:
                return target
            if answer.status != 200:
                raise Unreachable(f"{url} | the server answered {answer.status} {answer.reason}")
            return _body(url, answer, limits, deadline)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as wrong:
        raise Unreachable(f"{url} | no connection: {wrong or type(wrong).__name__}") from None


_HEADERS = {"User-Agent": f"counterpoise/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}


def _check(url: str, parts: SplitResult, limits: Limits) -> None:
    """Refuse what is not a plain https address."""
    try:
        port = parts.port
    except ValueError:
        raise Unreachable(f"{url} | the port is not a number") from None
    if limits.loopback and parts.netloc == limits.loopback and parts.scheme == "http":
        return
    if parts.scheme != "https":
        raise Unreachable(f"{url} | only https is read, got {parts.scheme or 'no scheme'}")
    if not parts.hostname or parts.username or parts.password or port not in (None, 443):
        raise Unreachable(f"{url} | expected a host without user, password or port")


def _connect(url: str, parts: SplitResult, limits: Limits, deadline: float) -> http.client.HTTPConnection:
    """Open a connection to an address that was checked."""
    host = parts.hostname or ""
    if limits.loopback and parts.netloc == limits.loopback and parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=_left(url, deadline))
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(_public(a) for a in addresses):
        raise Unreachable(f"{url} | {host} leads to an address that is not public")
    connection = http.client.HTTPSConnection(host, timeout=_left(url, deadline))
    connection.sock = _secure(addresses, host, _left(url, deadline))
    return connection


def _secure(addresses: Iterable[str], host: str, seconds: float) -> ssl.SSLSocket:
    """Connect to the first address that answers and check the certificate against the name."""
    wrong: OSError = OSError("the name has no address")
    for address in addresses:
        try:
            plain = socket.create_connection((address, 443), timeout=seconds)
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except OSError as problem:
            wrong = problem
    raise wrong


def _public(address: str) -> bool:
    """Whether an address may be reached from anywhere, also when it is written inside another one."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


def _left(url: str, deadline: float) -> float:
    """Return the seconds that are left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unreachable(f"{url} | too slow: the time allowed is over")
    return left


def _body(url: str, answer: http.client.HTTPResponse, limits: Limits, deadline: float) -> bytes:
    """Read an answer, up to the limits."""
    parts, size = [], 0
    while part := answer.read1(_CHUNK):
        size += len(part)
        if size > limits.size:
            raise Unreachable(f"{url} | larger than {limits.size} bytes")
        _left(url, deadline)
        parts.append(part)
    expected = answer.getheader("Content-Length")
    if expected is not None and expected.isdigit() and int(expected) != size:
        raise Unreachable(f"{url} | cut short: {size} of {expected} bytes")
    return b"".join(parts)
