"""What the server may be told, and its limits."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from counterpoise.errors import InputError
from counterpoise.ledger import default_url

__all__ = ["Settings", "is_loopback"]


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Settings:
    """Settings of the server.

    Parameters
    ----------
    tokens : bool or None
        Whether a token is needed; left out: beyond loopback. It cannot be switched off there.
    hosts : tuple of str
        Names under which the server may be asked for, besides the one it listens on.
    proxy : bool
        Trust ``X-Forwarded-For`` and ``X-Forwarded-Proto`` of a reverse proxy on loopback.
    workers : int
        Processes that do runs.
    scheduler : str
        Address of a Dask scheduler on whose workers the futures of runs are drawn; empty: in the server's own processes.
    max_body : int
        Largest body of a request [byte].
    body_seconds : float
        Longest time for a body to arrive [s].
    run_seconds : float
        Longest time of a run [s].
    max_members : int
        Most futures in each arm of a run.
    max_waiting, max_waiting_each : int
        Most runs that wait, in all and of one client.
    requests_per_minute : int
        Most requests of one client.
    """

    host: str = "127.0.0.1"
    port: int = 8643
    ledger: str = ""
    tokens: bool | None = None
    hosts: tuple[str, ...] = ()
    proxy: bool = False
    workers: int = 1
    scheduler: str = ""
    desk: bool = True
    max_body: int = 2_500_000
    body_seconds: float = 20.0
    run_seconds: float = 900.0
    max_members: int = 20_000
    max_waiting: int = 100
    max_waiting_each: int = 25
    requests_per_minute: int = 1_200
    max_streams: int = 100

    def __post_init__(self) -> None:
        if self.tokens is False and not is_loopback(self.host):
            raise InputError.at(
                f"--host {self.host}", "is reached from elsewhere, so tokens are needed",
                "leave --no-tokens out, or listen on 127.0.0.1",
            )  # fmt: skip
        if not 0 <= self.workers <= 64 or not 1 <= self.port <= 65_535:
            raise InputError.at("serve", "expected 0 to 64 workers and a port from 1 to 65535", "see --help")

    @property
    def needs_token(self) -> bool:
        """Whether a token is needed."""
        return not is_loopback(self.host) if self.tokens is None else self.tokens

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Names that a request may be addressed to; others would be a page elsewhere whose name leads here."""
        own = {self.host.strip("[]").lower()} - {"0.0.0.0", "::"}
        local = {"localhost", "127.0.0.1", "::1"} if is_loopback(self.host) or not own else set()
        return frozenset(own | local | {h.lower() for h in self.hosts})

    @property
    def ledger_url(self) -> str:
        """The ledger's database."""
        return self.ledger or default_url()
