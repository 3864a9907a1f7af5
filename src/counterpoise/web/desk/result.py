"""A run: its progress and cancel while it is on, its results when it is done; the list of runs."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from counterpoise.assessment.models import Assessment
from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.ledger import seal
from counterpoise.ledger.forecasts import forecasts_in
from counterpoise.ledger.runs import Run
from counterpoise.web.asked import Rename
from counterpoise.web.desk import sections as s
from counterpoise.web.desk.answers import answers, answers_of_comparison, contrasts
from counterpoise.web.desk.charts import network_arms, network_html, stocks_html
from counterpoise.web.desk.course import JUMPS, Course
from counterpoise.web.desk.frame import field, frame, may, options
from counterpoise.web.desk.maps import control_map, corridor_map
from counterpoise.web.desk.panels import Html, Panel, Status, problems_html
from counterpoise.web.desk.pictures import figures_html
from counterpoise.web.service import Desk

__all__ = ["show", "show_list"]


def show_list(desk: Desk, request: Request) -> None:
    """Build the list of runs."""
    with frame(desk, request, "Runs"):
        try:
            rows = desk.runs.list(limit=200)
        except CounterpoiseError as fault:
            Status().fault(fault)
            return
        if not rows:
            Html(
                '<p>There is no run yet. <a href="/">Paste a report</a>, or ask <a href="/what-if">what if</a>.</p>'
            )
            return
        cells = Markup("").join(
            Markup(
                '<tr><th scope="row"><a href="/runs/{}">{}</a></th><td>{}</td><td>{}</td><td>{}</td>'
                '<td><time datetime="{}">{}</time></td></tr>'
            ).format(r.id, r.name or r.id, _about(r), r.kind, r.state, r.created_at, _moment(r.created_at))
            for r in rows
        )
        Html(s.table("Newest first", ("Run", "About", "Kind", "State", "Submitted (UTC)"), cells, "Runs"))


def _about(run: Run) -> str:
    """Say what a run is about: its report or its scenario; the text of a report is not shown."""
    report, scenario = run.request.get("report") or {}, run.request.get("scenario") or {}
    parts = [
        report.get("bundled")
        or (f"a report of {len(report['text']):,} characters" if "text" in report else ""),
        scenario.get("name") or ("a scenario of its own" if "yaml" in scenario else ""),
    ]
    return ", ".join(x for x in parts if x)


def _moment(stamp: str) -> str:
    """Return a moment to read."""
    return stamp[:16].replace("T", " ")


def show(desk: Desk, request: Request, run_id: str) -> None:
    """Build the page of a run."""
    try:
        found = desk.runs.get(run_id)
    except CounterpoiseError as fault:
        with frame(desk, request, "A run"):
            Status().fault(fault)
        return
    called = found.name or f"Run {found.id}"
    ui.page_title(f"{called}, {'results' if found.state == 'done' else found.state}: Counterpoise")
    with frame(desk, request, called):
        if found.state == "done":
            _results(desk, request, found)
            return
        _progress(desk, request, found)


def _progress(desk: Desk, request: Request, found: Run) -> None:
    """Show how far a run is, with a button that stops it."""

    async def pressed(name: str, _: Any) -> None:
        if name == "cancel":
            await asyncio.to_thread(desk.runs.cancel, found.id)

    status = Status()
    status.box.classes("big")
    status.say(s.progress_said(found))
    box = Panel(s.progress_html(found, may(request, "run")), pressed)
    if found.error:
        box.show(problems_html(found.error))
    if found.ended:
        return
    last: list[Any] = [None]

    async def look() -> None:
        try:
            now = await asyncio.to_thread(desk.runs.get, found.id)
        except CounterpoiseError as fault:
            status.fault(fault)
            if isinstance(fault, InputError):
                # It was dropped meanwhile; a ledger that is away comes back.
                timer.deactivate()
                box.show("")
            return
        if now.state == "done":
            timer.deactivate()
            # Not reload(), which would be evaluated in the browser.
            ui.navigate.to(f"/runs/{found.id}")
            return
        if (now.state, now.stage, now.done) != last[0]:
            last[0] = (now.state, now.stage, now.done)
            status.say(s.progress_said(now))
            box.show(s.progress_html(now, may(request, "run")))
        if now.ended:
            timer.deactivate()
            if now.error:
                box.show(problems_html(now.error))

    timer = ui.timer(0.5, look)


def _results(desk: Desk, request: Request, found: Run) -> None:
    """Show the results of a run."""
    _run_tools(desk, request, found)
    if found.kind != "assess":
        data = json.loads(desk.runs.file(found.id, "answers.json").data)
        Html(s.asked_html(found))
        Html(answers_of_comparison(data))
        return
    a = Assessment.model_validate_json(desk.runs.file(found.id, "assessment.json").data)
    figures = _Figures(desk, found)
    for part in (s.head(a), answers(a), contrasts(a)):
        Html(part)
    Html(Markup("<h2>Survival over time</h2>{}").format(figures.take("ribbon")))
    _Maps(a, _course(desk, found, a)).build()
    ways = figures.take("conduits", "corridor")
    Html(Markup("<h2>Corridors</h2>{}{}{}").format(corridor_map(a), s.corridors(a), ways))
    Html(Markup("<h2>What armed allies live on</h2>{}").format(stocks_html(a)))
    _network(a)
    _gains(a, figures.take("gains"))
    Html(Markup("<h2>What happened</h2>{}").format(figures.rest()))
    for section in (s.claims, s.parameters, s.limits):
        Html(section(a))


class _Figures:
    """The figures of a run's brief; each stands where its numbers are, those that are left come last."""

    def __init__(self, desk: Desk, found: Run) -> None:
        self.desk, self.run = desk, found
        names = [
            f.removeprefix("figures/").removesuffix(".svg") for f in found.files if f.startswith("figures/")
        ]
        # Drawn here in another way.
        self.left = [n for n in names if not any(w in n for w in ("map", "network", "stocks"))]

    def take(self, *wanted: str) -> Markup:
        """Return the figures whose names begin so."""
        names = [n for n in self.left if n.startswith(wanted)]
        self.left = [n for n in self.left if n not in names]
        return figures_html(self.run.id, {n: self._svg(n) for n in names})

    def rest(self) -> Markup:
        """Return those that are left."""
        return self.take("")

    def _svg(self, name: str) -> str:
        return self.desk.runs.file(self.run.id, f"figures/{name}.svg").data.decode()


def _run_tools(desk: Desk, request: Request, found: Run) -> None:
    """Show name, link, downloads and sealing."""
    status = Status()

    async def pressed(name: str, value: Any) -> None:
        try:
            if name == "name":
                asked = Rename(name=str(value).strip()[:120])
                await asyncio.to_thread(desk.runs.rename, found.id, asked.name)
                status.say("Named.")
            elif name == "share":
                status.say(
                    "The link is copied."
                    if value
                    else "The browser gives no clipboard here: copy the address of this page."
                )
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


def _course(desk: Desk, found: Run, a: Assessment) -> Course:
    """Return the course of a run over all days; a run of an older program has the days of its questions only."""
    if "course.json" not in found.files:
        return Course.of(a)
    return Course.of(a, json.loads(desk.runs.file(found.id, "course.json").data))


class _Maps:
    """The map of control with its time slider and its arms."""

    def __init__(self, a: Assessment, course: Course) -> None:
        self.a, self.course = a, course
        self.arm, self.at = course.arms[0][0] if course.arms else "", 0

    def build(self) -> None:
        """Put the map on the page."""
        Html("<h2>Control through time</h2>")
        self.controls = Panel(self._controls(), self.moved, live=True)
        self.label = Status()
        self.box = Panel("")
        self.draw()
        Html(s.places(self.a))

    def _controls(self) -> Markup:
        stops = self.course.stops
        slider = f'<input type="range" min="0" max="{len(stops) - 1}" step="1" value="{self.at}" {{id}}>'
        jumps = Markup("").join(
            Markup('<button name="jump" value="{}">{}</button>').format(stops.index(d), "Now" if d == 0 else f"{d} days")
            for d in JUMPS
            if d in stops
        )  # fmt: skip
        arms = f"<select {{id}}>{options(self.course.arms, self.arm)}</select>"
        return Markup('<div class="row">{}<div class="jumps" role="group" aria-label="Days">{}</div></div>{}').format(
            field("Arm on the map", arms, "map-arm"), jumps, field("Move through time, day by day", slider, "when")
        )  # fmt: skip

    def moved(self, name: str, value: Any) -> None:
        """Take another day or arm."""
        if name in ("when", "jump"):
            self.at = max(0, min(int(value), len(self.course.stops) - 1))
        elif name == "map-arm" and value in dict(self.course.arms):
            self.arm = str(value)
        if name == "jump":
            self.controls.show(self._controls())
        self.draw()

    def draw(self) -> None:
        """Draw the day."""
        stop = self.course.stops[self.at]
        said = self.course.name(self.arm, stop)
        self.label.say(said)
        self.box.show(control_map(self.a, self.course.on(self.arm, stop), said))


def _network(a: Assessment) -> None:
    """Show the support network in an arm that the reader chooses."""
    arms = network_arms(a)
    Html("<h2>Who lives on whose support</h2>")
    if not arms:
        Html("<p>This scenario has no support network.</p>")
        return

    def picked(name: str, value: Any) -> None:
        if name == "net-arm" and value in dict(arms):
            box.show(network_html(a, str(value)))

    chosen = f"<select {{id}}>{options(arms, arms[0][0])}</select>"
    Panel(Markup('<div class="row">{}</div>').format(field("Arm", chosen, "net-arm")), picked)
    box = Panel(network_html(a, arms[0][0]))


def _gains(a: Assessment, figures: Markup) -> None:
    """Show who gains under a measure that the reader chooses, and under all of them as figures."""
    measures = list(dict.fromkeys(r.measure for r in a.ledger))
    if not measures:
        return
    Html("<h2>Who gains</h2>")
    chosen = f"<select {{id}}>{options([(m, m.replace('_', ' ')) for m in measures])}</select>"

    def picked(name: str, value: Any) -> None:
        if name == "measure" and value in measures:
            box.show(s.gains(a, str(value)))

    Panel(Markup('<div class="row">{}</div>').format(field("Measure", chosen, "measure")), picked)
    box = Panel(s.gains(a, measures[0]))
    Html(figures)
