"""Starting the server."""

from __future__ import annotations

import sys

import uvicorn

from counterpoise.web.app import create_app
from counterpoise.web.heads import BoundedHeads
from counterpoise.web.logs import set_up_logging
from counterpoise.web.settings import Settings

__all__ = ["serve"]


def serve(settings: Settings) -> None:
    """Serve until stopped.

    Raises
    ------
    InputError
        For settings that do not go together, or a ledger that cannot be opened.
    """
    app = create_app(settings)
    set_up_logging()
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(
        f"counterpoise: the desk is at http://{shown}:{settings.port}/ (stop it with Ctrl-C)", file=sys.stderr
    )
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.proxy,
        forwarded_allow_ips="127.0.0.1",
        timeout_keep_alive=20,
        http=BoundedHeads,
        ws_max_size=4_000_000,
        limit_concurrency=2_000,
        timeout_graceful_shutdown=5,
    )
