"""Answers that many readers ask for at once: made by one, kept for a moment, given to all; told apart by an entity tag.

An answer is at most `SECONDS` older than the ledger, and what this server itself writes drops everything that is kept. Weakest
point: what another server writes to the same ledger is seen up to that moment later.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.responses import Response

__all__ = ["SECONDS", "Answer", "Kept", "sent"]

#: How long an answer is kept [s].
SECONDS: Final = 0.25
MOST: Final = 500


@dataclass(frozen=True)
class Answer:
    """JSON text with its entity tag."""

    data: bytes
    tag: str

    @classmethod
    def of(cls, data: bytes) -> Answer:
        """Return a text with its tag."""
        return cls(data, f'"{hashlib.sha256(data).hexdigest()[:32]}"')


class Kept:
    """Answers by name. Lives in the event loop; `forget` may be called from any thread."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.generation = 0
        self._answers: dict[str, tuple[float, int, Answer]] = {}
        self._being_made: dict[tuple[str, int], asyncio.Task[Answer]] = {}

    def forget(self) -> None:
        """Drop what is kept: something was written."""
        self.generation += 1

    async def get(self, name: str, make: Callable[[], bytes]) -> Answer:
        """Return an answer; where several ask, one makes it in a thread and the others wait for it.

        A failure is told to all who wait for it and is not kept.
        """
        born = self.generation
        found = self._answers.get(name)
        if found is not None and found[1] == born and time.monotonic() - found[0] < self.seconds:
            return found[2]
        task = self._being_made.get((name, born))
        if task is None:
            task = asyncio.create_task(self._made(name, born, make))
            self._being_made[name, born] = task
            task.add_done_callback(lambda _: self._being_made.pop((name, born), None))
        # Shielded: one reader who leaves takes nothing from the others.
        return await asyncio.shield(task)

    async def _made(self, name: str, born: int, make: Callable[[], bytes]) -> Answer:
        began = time.monotonic()
        answer = Answer.of(await asyncio.to_thread(make))
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[name] = (began, born, answer)
        return answer


def sent(request: Request, answer: Answer, media_type: str = "application/json") -> Response:
    """Return an answer to a reader, or only say that what it has still holds."""
    headers = {"ETag": answer.tag, "Cache-Control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if answer.tag in (t.strip().removeprefix("W/") for t in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(answer.data, media_type=media_type, headers=headers)
