"""The application: API, health, metrics, log-in, desk, behind the gate."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from counterpoise._version import __version__
from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.ledger import Ledger, LedgerUnavailable, open_ledger
from counterpoise.ledger.runs import QueueFull
from counterpoise.ledger.tokens import check_token
from counterpoise.web.api import make_api
from counterpoise.web.crew import Crew
from counterpoise.web.guard import COOKIE, Guard
from counterpoise.web.jobs import fault_of
from counterpoise.web.metrics import metrics_text
from counterpoise.web.service import Desk, keep_scenarios
from counterpoise.web.settings import Settings

__all__ = ["create_app"]

log = logging.getLogger("counterpoise.web")


def create_app(settings: Settings, ledger: Ledger | None = None) -> Any:
    """Return the ASGI application.

    Parameters
    ----------
    settings : Settings
        With ``workers=0`` runs are queued and wait for another server's workers.
    ledger : Ledger, optional
        Left out: opened as the settings say.
    """
    opened = ledger or open_ledger(settings.ledger_url)
    desk, crew = Desk(settings, opened), Crew(settings, opened)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        crew.start()
        threading.Thread(target=keep_scenarios, daemon=True).start()
        yield
        crew.stop()
        desk.preview.close()
        opened.close()

    app = FastAPI(
        title="Counterpoise", version=__version__, lifespan=life, docs_url=None, redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        description="What a patron's withdrawal does to a client regime, its armed allies and the region.",
    )  # fmt: skip
    app.state.desk = desk
    app.include_router(make_api())
    _add_faults(app)
    _add_service(app, desk)
    if settings.desk:
        from counterpoise.web.desk import add_desk

        add_desk(app, desk)
    return Guard(app, settings, opened)


def _add_faults(app: FastAPI) -> None:
    """Answer errors with their problems: where, what, mend, nearest names."""

    @app.exception_handler(CounterpoiseError)
    def ours(_: Request, fault: CounterpoiseError) -> JSONResponse:
        if isinstance(fault, QueueFull):
            return JSONResponse(fault_of(fault), status_code=429, headers={"Retry-After": "10"})
        if isinstance(fault, LedgerUnavailable):
            log.warning("the ledger is away", extra={"data": {"why": str(fault)[:300]}})
            return JSONResponse(fault_of(fault), status_code=503, headers={"Retry-After": "5"})
        gone = isinstance(fault, InputError) and any(
            p.what.startswith(("there is no such", "has no file", "is not bundled")) for p in fault.problems
        )
        status = 404 if gone else 422 if fault.exit_code in (2, 3) else 500
        return JSONResponse(fault_of(fault), status_code=status)

    @app.exception_handler(RequestValidationError)
    def wrong(_: Request, fault: RequestValidationError) -> JSONResponse:
        problems = [
            {"where": ".".join(str(x) for x in e["loc"])[:200], "what": str(e["msg"])[:400],
             "mend": "/api/v1/openapi.json lists the fields", "nearest": []}
            for e in fault.errors()
        ]  # fmt: skip
        return JSONResponse({"problems": problems, "exit_code": 2}, status_code=422)

    @app.exception_handler(Exception)
    def unknown(_: Request, fault: Exception) -> JSONResponse:
        log.error("a fault of the program", exc_info=fault)
        return JSONResponse(fault_of(fault), status_code=500)


def _add_service(app: FastAPI, desk: Desk) -> None:
    """Add health, metrics and the way in."""

    @app.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/health/ready", include_in_schema=False)
    def ready() -> JSONResponse:
        """Whether the ledger answers."""
        try:
            desk.runs.count()
        except LedgerUnavailable:
            return JSONResponse({"status": "the ledger is away"}, status_code=503)
        return JSONResponse({"status": "ready"})

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(metrics_text(desk.runs), media_type="text/plain; version=0.0.4")

    @app.get("/login", include_in_schema=False)
    def login() -> HTMLResponse:
        return _login_page("")

    @app.post("/login", include_in_schema=False)
    async def enter(request: Request) -> Response:
        """Take a token from the form and put it into a cookie that scripts cannot read."""
        found = parse_qs((await request.body()).decode("utf-8", "replace")).get("token", [""])[0].strip()
        token = check_token(desk.ledger, found) if found else None
        if token is None:
            return _login_page("This token is unknown, expired or revoked.")
        answer = RedirectResponse("/", status_code=303)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, found, httponly=True, samesite="strict", secure=secure, path="/")
        return answer


_LOGIN_CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def _login_page(said: str) -> HTMLResponse:
    """Return the page that asks for a token."""
    text = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Counterpoise: log in</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>:root{{color-scheme:light dark}}
body{{font:1rem/1.5 system-ui;max-width:26rem;margin:15vh auto;padding:0 1rem}}input,button{{font:inherit;padding:.5rem;
width:100%;box-sizing:border-box;margin:.4rem 0}}</style></head>
<body><main><h1>Counterpoise</h1><form method="post" action="/login">
<label for="token">Token</label><input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button></form><p role="status">{escape(said)}</p></main></body></html>"""
    return HTMLResponse(
        text, status_code=401 if said else 200, headers={"Content-Security-Policy": _LOGIN_CSP}
    )
