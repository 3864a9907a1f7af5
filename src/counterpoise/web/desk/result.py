"""A run: its progress and cancel while it is on, its results when it is done; the list of runs."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from counterpoise.assessment.models import Assessment
from counterpoise.errors import CounterpoiseError
from counterpoise.ledger import seal
from counterpoise.ledger.forecasts import forecasts_in
from counterpoise.ledger.runs import Run
from counterpoise.web.api import Desk
from counterpoise.web.asked import Rename
from counterpoise.web.desk import sections as s
from counterpoise.web.desk.frame import Panel, Status, field, frame, may, options, problems_html
from counterpoise.web.desk.maps import STOPS, control_map, corridor_map, stop_name

__all__ = ["show", "show_list"]


def show_list(desk: Desk, request: Request) -> None:
    """Build the list of runs."""
    with frame(desk, request, "Runs"):
        try:
            rows = desk.runs.list(limit=200)
        except CounterpoiseError as fault:
            Status().fault(fault)
            return
        cells = Markup("").join(
            Markup(
                '<tr><th scope="row"><a href="/runs/{}">{}</a></th><td>{}</td><td>{}</td><td>{}</td></tr>'
            ).format(r.id, r.name or r.id, r.kind, r.state, r.created_at)
            for r in rows
        )
        ui.html(s.table("Newest first", ("Run", "Kind", "State", "Submitted"), cells, "Runs"), sanitize=False)


def show(desk: Desk, request: Request, run_id: str) -> None:
    """Build the page of a run."""
    with frame(desk, request, "A run"):
        status = Status()
        try:
            found = desk.runs.get(run_id)
        except CounterpoiseError as fault:
            status.fault(fault)
            return
        if found.state == "done":
            _results(desk, request, found)
            return
        _progress(desk, request, found, status)


def _progress(desk: Desk, request: Request, found: Run, status: Status) -> None:
    """Show how far a run is, with a button that stops it."""

    async def pressed(name: str, _: Any) -> None:
        if name == "cancel":
            await asyncio.to_thread(desk.runs.cancel, found.id)

    box = Panel(s.progress_html(found, may(request, "run")), pressed)
    last: list[Any] = [None]

    async def look() -> None:
        try:
            now = await asyncio.to_thread(desk.runs.get, found.id)
        except CounterpoiseError as fault:
            status.fault(fault)
            return
        if now.state == "done":
            timer.deactivate()
            ui.navigate.reload()
            return
        if (now.state, now.stage, now.done) != last[0]:
            last[0] = (now.state, now.stage, now.done)
            box.show(s.progress_html(now, may(request, "run")))
        if now.ended:
            timer.deactivate()
            if now.error:
                box.show(Markup("<p>The run failed.</p>{}").format(problems_html(now.error)))

    timer = ui.timer(0.5, look)


def _results(desk: Desk, request: Request, found: Run) -> None:
    """Show the results of a run."""
    _run_tools(desk, request, found)
    if found.kind != "assess":
        data = json.loads(desk.runs.file(found.id, "answers.json").data)
        ui.html(s.answers_of_comparison(data), sanitize=False)
        return
    a = Assessment.model_validate_json(desk.runs.file(found.id, "assessment.json").data)
    ui.html(s.head(a), sanitize=False)
    ui.html(s.answers(a), sanitize=False)
    ui.html(s.contrasts(a), sanitize=False)
    ui.html(s.survival(found), sanitize=False)
    _maps(a)
    _gains(a)
    ui.html(s.other_figures(found), sanitize=False)
    for part in (s.claims, s.parameters, s.limits):
        ui.html(part(a), sanitize=False)


def _run_tools(desk: Desk, request: Request, found: Run) -> None:
    """Show name, link, downloads and sealing."""
    status = Status()

    async def pressed(name: str, value: Any) -> None:
        try:
            if name == "name":
                asked = Rename(name=str(value).strip()[:120])
                await asyncio.to_thread(desk.runs.rename, found.id, asked.name)
                status.say("Named.")
            elif name == "seal":
                data = (await asyncio.to_thread(desk.runs.file, found.id, "assessment.json")).data
                sealed = await asyncio.to_thread(seal, desk.ledger, forecasts_in(data, f"run {found.id}"))
                late = sum(x.late for x in sealed)
                note = (
                    f" {late} had closed before they were sealed: kept apart, no part of the record."
                    if late
                    else ""
                )
                status.say(
                    f"{len(sealed)} forecasts are sealed; the first hash is {sealed[0].hash[:16]}….{note}"
                )
        except CounterpoiseError as fault:
            status.fault(fault)
        except ValueError:
            status.say("A name holds printable characters only.")

    Panel(s.tools_html(found, may(request, "seal") and found.kind == "assess"), pressed)


def _maps(a: Assessment) -> None:
    """Show the map of control with its time slider, and the corridor map."""
    ui.html("<h2>Control through time</h2>", sanitize=False)
    stops = [x for x in STOPS if x == 0 or any(str(x) in p.p_lost for p in a.places)]

    def moved(name: str, value: Any) -> None:
        if name == "when":
            stop = stops[max(0, min(int(value), len(stops) - 1))]
            box.show(control_map(a, stop))
            label.show(Markup('<p role="status">{}</p>').format(stop_name(a, stop)))

    slider = f'<input type="range" min="0" max="{len(stops) - 1}" step="1" value="0" {{id}}>'
    Panel(field("Move through time", slider, "when"), moved, live=True)
    label = Panel(Markup('<p role="status">{}</p>').format(stop_name(a, 0)))
    box = Panel(control_map(a, 0))
    ui.html(s.places(a), sanitize=False)
    ui.html(Markup("<h2>Corridors</h2>{}{}").format(corridor_map(a), s.corridors(a)), sanitize=False)


def _gains(a: Assessment) -> None:
    """Show who gains under a measure that the reader chooses."""
    measures = list(dict.fromkeys(r.measure for r in a.ledger))
    if not measures:
        return
    ui.html("<h2>Who gains</h2>", sanitize=False)
    chosen = f"<select {{id}}>{options([(m, m.replace('_', ' ')) for m in measures])}</select>"

    def picked(name: str, value: Any) -> None:
        if name == "measure" and value in measures:
            box.show(s.gains(a, str(value)))

    Panel(Markup('<div class="row">{}</div>').format(field("Measure", chosen, "measure")), picked)
    box = Panel(s.gains(a, measures[0]))
