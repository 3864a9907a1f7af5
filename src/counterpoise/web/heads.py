"""Heads of requests: no larger than a limit and no slower than one.

uvicorn bounds the heads that its own parser h11 reads, but not those that httptools reads, and waits for the end of a head for
ever: a few thousand connections that never end theirs would keep everybody out.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["HEAD_SECONDS", "MAX_HEAD", "BoundedHeads"]

#: Largest head [byte] and longest time for one to arrive [s].
MAX_HEAD: Final = 32_768
HEAD_SECONDS: Final = 20.0


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol on httptools that refuses a head that is too large and hangs up on one that is too slow."""

    _waiting: asyncio.TimerHandle | None = None
    _in_head, _size = True, 0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a head: also a connection that says nothing is ended."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrives; count it while the head has not ended."""
        if self._in_head:
            self._size += len(data)
            if self._waiting is None:
                self._wait()
        super().data_received(data)
        if self._in_head and self._size > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_headers_complete(self) -> None:
        """End the head; one that came at once is measured here."""
        self._in_head = False
        self._wait_no_more()
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > MAX_HEAD:
            raise ValueError("the head of the request is too large")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Begin anew: the connection may carry another request."""
        super().on_message_complete()
        self._in_head, self._size = True, 0

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_slow(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()
