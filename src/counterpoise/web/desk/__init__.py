"""The desk: pages for people who would rather look than type, on the application of the API.

Pages are HTML that is made here and escaped, in native controls with labels, so that keyboards, screen readers and small screens need
nothing special; NiceGUI carries events and updates. All assets come from its package. Text of a report is shown in a sandboxed frame
only. Weakest point: a page that is left open loses what was typed when the server restarts; runs are not lost.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from nicegui import ui

from counterpoise.web.desk import forecasts, home, result, scenarios, whatif
from counterpoise.web.desk.frame import HEAD
from counterpoise.web.service import Desk

__all__ = ["add_desk"]


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

    ui.add_head_html(HEAD, shared=True)
    ui.run_with(
        app, title="Counterpoise", dark=None, language="en-US", tailwind=False, favicon="◐", show_welcome_message=False, reconnect_timeout=60,
    )  # fmt: skip
