"""A quick answer while a slider moves: few members, a warm process of its own, one question at a time.

The process reads a request a line from standard input and writes an answer a line; it ends when the server does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

from counterpoise.errors import InputError

__all__ = ["PREVIEW_MEMBERS", "REFINED_MEMBERS", "Preview", "main"]

log = logging.getLogger("counterpoise.preview")
#: Members of a preview: its Monte-Carlo error is about 3.5 points; and of one that a lever at rest is refined to.
PREVIEW_MEMBERS: Final = 200
REFINED_MEMBERS: Final = 1_000
PREVIEW_DAYS: Final = 365
LIMIT_SECONDS: Final = 60.0
#: The first question waits for the model to be loaded, or even compiled.
FIRST_SECONDS: Final = 300.0


class Preview:
    """Asks the preview process; starts it again when it has died or takes too long."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._warm = False

    async def ask(self, request: Mapping[str, Any], members: int = PREVIEW_MEMBERS) -> dict[str, Any]:
        """Return the answers of a `CompareAsk` at few members.

        Raises
        ------
        InputError
            If somebody else's question is being answered for long, or this one takes too long.
        """
        try:
            async with asyncio.timeout(LIMIT_SECONDS if self._warm else FIRST_SECONDS), self._lock:
                found = await self._answer({"members": members, "request": request})
                self._warm = True
                return found
        except TimeoutError:
            self.close()
            raise InputError.at("preview", "took too long", "try again, or submit a run") from None

    async def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "counterpoise.web.preview",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=8_000_000,
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise InputError.at("preview", "its process ended", "try again")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        self._process, self._warm = None, False


def answer(request: Mapping[str, Any], most: int = PREVIEW_MEMBERS) -> dict[str, Any]:
    """Answer a request with at most so many members: probabilities by arm and horizon, contrasts with the first arm."""
    from counterpoise.assessment import compare
    from counterpoise.web.asked import CompareAsk
    from counterpoise.web.jobs import scenario_asked, with_levers

    ask = CompareAsk.model_validate(request)
    scenario = with_levers(scenario_asked(ask.scenario, ask.overrides), ask.own_levers)
    horizon = min(ask.horizon or PREVIEW_DAYS, PREVIEW_DAYS, scenario.horizon_days)
    members = min(ask.members, most)
    found = compare(scenario, ask.arms, as_of=ask.as_of, members=members, horizon=horizon, seed=ask.seed)
    return {
        "members": members,
        "questions": [q.model_dump(mode="json", by_alias=True) for q in found.questions if q.mode is None],
        "contrasts": [c.model_dump(mode="json") for c in found.contrasts],
    }


def main() -> None:
    """Answer until standard input closes."""
    from counterpoise.web.jobs import fault_of

    for line in sys.stdin.buffer:
        try:
            asked = json.loads(line)
            said = answer(asked["request"], asked["members"])
        except Exception as fault:
            said = {"error": fault_of(fault)}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
