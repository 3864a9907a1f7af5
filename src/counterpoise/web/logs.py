"""Structured logs: one line of JSON each on standard error. Who did what is logged; secrets, texts and queries never are."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from typing import Any

__all__ = ["JsonLines", "set_up_logging"]


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        data: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "log": record.name}
        data["message"] = record.getMessage()
        data.update(getattr(record, "data", {}))
        if record.exc_info and record.exc_info[0] is not None:
            # Where it happened, not what was in it: a message could hold a report's words.
            frames = traceback.extract_tb(record.exc_info[2])
            data["fault"] = record.exc_info[0].__name__
            data["trace"] = [
                f"{f.filename.rsplit('counterpoise/', 1)[-1]}:{f.lineno} {f.name}" for f in frames[-8:]
            ]
        return json.dumps(data, ensure_ascii=True)


def set_up_logging() -> None:
    """Send all logs to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "httpx", "alembic", "nicegui"):
        log = logging.getLogger(name)
        log.handlers.clear()
        log.propagate = True
        log.setLevel(logging.WARNING)
