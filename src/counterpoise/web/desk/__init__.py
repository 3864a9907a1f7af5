"""The desk: pages for people who would rather look than type, on the application of the API.

Pages are HTML that is made here and escaped, in native controls with labels, so that keyboards, screen readers and small screens need
nothing special; NiceGUI carries events and updates. All assets come from its package. Text of a report is shown in a sandboxed frame
only. Weakest point: a page that is left open loses what was typed when the server restarts; runs are not lost.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import FastAPI, Path, Request
from fastapi.responses import HTMLResponse, Response
from nicegui import ui

from counterpoise.web.desk import forecasts, home, result, scenarios, whatif
from counterpoise.web.desk.frame import HEAD, SCRIPT
from counterpoise.web.desk.pictures import FIGURE_NAME, in_the_dark
from counterpoise.web.kept import Answer, sent
from counterpoise.web.policy import PAGE_CSP
from counterpoise.web.service import Desk

__all__ = ["add_desk"]

RunId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
FigureName = Annotated[str, Path(pattern=FIGURE_NAME)]
_NO_PAGE: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No such page: Counterpoise</title>'
    f'<meta name="viewport" content="width=device-width, initial-scale=1">{HEAD}</head><body><main class="desk">'
    '<h1>There is no such page</h1><p><a href="/">To the desk</a></p></main></body></html>'
)


def add_desk(app: FastAPI, desk: Desk) -> None:
    """Add the pages to the application."""

    @ui.page("/", title="Counterpoise: the desk")
    def home_page(request: Request) -> None:
        home.show(desk, request)

    @ui.page("/runs", title="Counterpoise: runs")
    def runs_page(request: Request) -> None:
        result.show_list(desk, request)

    @ui.page("/runs/{run_id}", title="Counterpoise: a run")
    def run_page(request: Request, run_id: str) -> None:
        result.show(desk, request, run_id)

    @ui.page("/what-if", title="Counterpoise: what if")
    def whatif_page(request: Request) -> None:
        whatif.show(desk, request)

    @ui.page("/scenarios", title="Counterpoise: scenarios")
    def scenarios_page(request: Request) -> None:
        scenarios.show(desk, request)

    @ui.page("/forecasts", title="Counterpoise: forecasts")
    def forecasts_page(request: Request) -> None:
        forecasts.show(desk, request)

    @ui.page("/{rest:path}")
    def no_page(rest: str) -> HTMLResponse:
        return HTMLResponse(_NO_PAGE, 404)

    @app.get("/desk.js", include_in_schema=False)
    def script() -> Response:
        return Response(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    @app.get("/runs/{run_id}/dark/{name}.svg", include_in_schema=False)
    def dark_figure(request: Request, run_id: RunId, name: FigureName) -> Response:
        """Return a figure of a run with its colours turned for the dark."""
        svg = desk.runs.file(run_id, f"figures/{name}.svg").data.decode()
        answer = sent(request, Answer.of(in_the_dark(svg).encode()), "image/svg+xml")
        answer.headers["Content-Security-Policy"] = PAGE_CSP
        return answer

    ui.add_head_html(HEAD, shared=True)
    ui.run_with(
        app, title="Counterpoise", dark=None, language="en-US", tailwind=False, favicon="◐", show_welcome_message=False, reconnect_timeout=60,
    )  # fmt: skip
