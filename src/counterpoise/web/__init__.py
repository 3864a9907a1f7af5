"""The desk and the API: the same public functions, the same bytes as the command line, over HTTP.

Runs go through a queue in the ledger's database and are done by worker processes; the server itself computes nothing. Weakest
point: one machine's workers share its cores, so a busy desk is a slow one. What it does not do: it opens no connections, and has
no accounts, only tokens.

Names are imported on first use, so that a worker need not load the server.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterpoise.web.app import create_app
    from counterpoise.web.serving import serve
    from counterpoise.web.settings import Settings

__all__ = ["Settings", "create_app", "serve"]

_HOME = {"Settings": "settings", "create_app": "app", "serve": "serving"}


def __getattr__(name: str) -> Any:
    """Import a name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'counterpoise.web' has no attribute {name!r}")
    return getattr(importlib.import_module(f"counterpoise.web.{_HOME[name]}"), name)
