"""The first page: paste or upload a report, see what was read, correct it, choose scenario and day, run."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from fastapi import Request
from markupsafe import Markup
from nicegui import ui
from pydantic import ValidationError

from counterpoise.assessment.assessing import choose_scenario
from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.library import path
from counterpoise.reports import Coding
from counterpoise.scenario.files import bundled_names
from counterpoise.scenario.models import Scenario
from counterpoise.web.asked import AssessAsk, ReportAsk, ScenarioAsk
from counterpoise.web.desk.corrections import Corrections
from counterpoise.web.desk.frame import field, frame, may, options, owner
from counterpoise.web.desk.levers import Levers, levers_form
from counterpoise.web.desk.panels import Html, Panel, Status
from counterpoise.web.desk.reading import marked_text, statements_table
from counterpoise.web.jobs import read_asked, scenario_asked
from counterpoise.web.service import Desk

__all__ = ["show"]


class Work:
    """What somebody is doing on the page."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk, self.request = desk, request
        self.text = ""
        self.coding: Coding | None = None
        self.corrections: Corrections | None = None
        self.levers: Levers | None = None
        self.choice: dict[str, str] = {
            "scenario": "", "own": "", "as_of": "", "members": "10000", "seed": "1", "horizon": "", "wording": "icd203",
        }  # fmt: skip

    def report(self) -> ReportAsk:
        """Return the report as it is asked for; a bundled one that was not changed goes by its name, as on the command line."""
        if not self.text.strip():
            raise InputError.at("report", "is empty", "paste a text, choose a file, or take an example")
        for file in path("reports").glob("*.txt"):
            if file.read_text(encoding="utf-8").strip() == self.text.replace("\r\n", "\n").strip():
                return ReportAsk(bundled=file.stem)
        return ReportAsk(text=self.text)

    def ask(self) -> AssessAsk:
        """Return the whole request.

        Raises
        ------
        InputError
            Where a field does not hold what it should.
        """
        c = self.choice
        scenario = (
            ScenarioAsk(yaml=c["own"])
            if c["own"]
            else ScenarioAsk(name=c["scenario"])
            if c["scenario"]
            else None
        )
        plain: dict[str, Any] = {
            "report": self.report(),
            "wording": c["wording"],
            "members": c["members"],
            "seed": c["seed"],
        }
        plain |= {k: c[k] for k in ("as_of", "horizon") if c[k]}
        if scenario:
            plain["scenario"] = scenario
        if self.corrections:
            plain["corrections"] = self.corrections.made()
        if self.levers is not None and self.levers.pulled():
            plain |= {"levers": self.levers.pulled(), "own_levers": self.levers.own()}
        try:
            return AssessAsk.model_validate(plain)
        except ValidationError as wrong:
            raise _located(wrong) from wrong


def _report_form(text: str = "", example: str = "", version: int = 0) -> Markup:
    """Return the form for the report; a higher version is drawn anew also where the text is the same."""
    examples = [("", "none"), *((p.stem, p.stem) for p in sorted(path("reports").glob("*.txt")))]
    return Markup(
        '<div class="row" data-version="{}">{}{}</div><div><label for="text">Report</label>'
        '<textarea id="text" name="text" spellcheck="false">{}</textarea></div>'
        '<div class="row"><button class="main" name="read">Read the report</button></div>'
    ).format(
        version,
        field("Take an example", f"<select {{id}}>{options(examples, example)}</select>", "example"),
        field(
            "Or a file (text, Markdown or HTML, at most 1 MB)",
            '<input type="file" accept=".txt,.md,.html,.htm" {id}>',
            "file",
        ),
        # A text area swallows the first line break.
        "\n" + text if text else "",
    )


def _choices(work: Work, why: str) -> Markup:
    """Return the form for scenario, day and size."""
    names = [("", "the best match"), *((n, n) for n in bundled_names())]
    wordings = [("icd203", "ICD 203"), ("phia", "PHIA")]
    return Markup('<div class="row">{}{}{}{}{}{}</div><div class="row">{}</div><p class="soft">{}</p>').format(
        field("Scenario", f"<select {{id}}>{options(names)}</select>", "scenario"),
        field("As of", '<input type="date" {id}>', "as_of"),
        field("Futures in each arm", f'<input type="number" min="1" max="{work.desk.settings.max_members}" value="10000" {{id}}>', "members"),
        field("Days ahead", '<input type="number" min="1" max="3650" placeholder="all" {id}>', "horizon"),
        field("Seed", '<input type="number" min="0" value="1" {id}>', "seed"),
        field("Words of probability", f"<select {{id}}>{options(wordings, 'icd203')}</select>", "wording"),
        field("Or a scenario of your own (YAML)", '<input type="file" accept=".yaml,.yml" {id}>', "own"),
        why,
    )  # fmt: skip


def _run_button(work: Work) -> Markup:
    """Return the button that runs the assessment, for those who may."""
    if not may(work.request, "run"):
        return Markup("<p>Your token does not allow runs.</p>")
    return Markup('<div class="row"><button class="main" name="run">Run the assessment</button></div>')


class _Page:
    """The page and what happens on it."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk, self.request = desk, request
        self.work = Work(desk, request)
        self.version = 0

    def build(self) -> None:
        """Put the controls on the page."""
        with frame(self.desk, self.request, "What does a report mean?"):
            Html(
                "<p>Paste a report of a patron's withdrawal. It is read, held against a model of the region, and answered with "
                "probabilities, each beside its interval and base rate. See also <a href='/what-if'>what if</a>, without a report.</p>"
            )
            self.form = Panel(_report_form(), self.reported)
            self.status = Status()
            self.read_box = Panel("", self.corrected)
            self.choice_box = Panel("", self.chosen)
            self.lever_box = Panel("", self.pulled, live=True)
            self.lever_said = Status()
            self.run_box = Panel("", self.pressed)
            self.end = Status()

    async def reported(self, name: str, value: Any) -> None:
        """Take the report."""
        work = self.work
        if name == "text":
            work.text = str(value)
        elif name == "example" and value in _examples():
            work.text = (path("reports") / f"{value}.txt").read_text(encoding="utf-8")
            self.put_text(str(value))
        elif name == "file":
            if "too_large" in value:
                self.status.say(f"The file holds {value['too_large']:,} bytes; at most 1,000,000 are read.")
                return
            work.text = str(value["text"])
            self.put_text()
        elif name == "read":
            await self.read()

    def put_text(self, example: str = "") -> None:
        """Put a text into the form's field."""
        self.version += 1
        self.form.show(_report_form(self.work.text, example, self.version))

    async def read(self) -> None:
        """Read the report and show what was read."""
        work = self.work
        self.status.say("Reading …")
        work.corrections = work.levers = None
        try:
            coding = await asyncio.to_thread(read_asked, work.report())
        except (CounterpoiseError, ValidationError) as fault:
            self.status.fault(_located(fault))
            return
        work.coding, work.corrections = coding, Corrections(coding)
        counts = (
            f"{len(coding.events)} events, {len(coding.relations)} relations, {len(coding.claims)} claims"
        )
        source = f"Source: {coding.source.publisher or 'not named'}, reliability {coding.source.reliability}."
        self.status.say(f"Read: {counts}. {source}")
        self.read_box.show(
            Markup("<h2>What was read</h2>{}{}").format(marked_text(coding), statements_table(coding))
        )
        why, scenario = await asyncio.to_thread(_match, coding)
        self.choice_box.show(Markup("<h2>Scenario and day</h2>{}").format(_choices(work, why)))
        self.show_levers(scenario)
        self.run_box.show(_run_button(work))

    def corrected(self, name: str, value: Any) -> None:
        """Take a correction."""
        if self.work.corrections is None:
            return
        try:
            self.work.corrections.take(name, value)
        except CounterpoiseError as fault:
            self.status.fault(fault)
            return
        n = len(self.work.corrections)
        self.status.say(f"{n} statement{'' if n == 1 else 's'} corrected by hand.")

    def show_levers(self, scenario: Scenario | None) -> None:
        """Show the levers of a scenario."""
        self.lever_said.say("")
        if scenario is None:
            self.work.levers = None
            self.lever_box.show("")
            return
        self.work.levers = Levers(scenario)
        if self.work.corrections is not None:
            self.work.corrections.also = tuple(a.id for a in scenario.actors)
        self.lever_box.show(
            Markup(
                "<details><summary><strong>Levers of your own</strong>: an arm more, as reported and with what you set "
                "here</summary>{}</details>"
            ).format(levers_form(self.work.levers))
        )

    def pulled(self, name: str, value: Any) -> None:
        """Take a lever's new place."""
        levers = self.work.levers
        if levers is None:
            return
        try:
            again = levers.set(name, value)
        except ValueError:
            return
        if again:
            inner = Markup(
                "<details open><summary><strong>Levers of your own</strong></summary>{}</details>"
            ).format(levers_form(levers))
            self.lever_box.show(inner)
        self.lever_said.say(f"Levers: {levers.text()}.")

    async def chosen(self, name: str, value: Any) -> None:
        """Take scenario, day or size."""
        choice = self.work.choice
        if name == "own":
            choice["own"] = "" if "too_large" in value else str(value["text"])
            self.end.say("Your own scenario is used." if choice["own"] else "The file is too large.")
        elif name in choice:
            choice[name] = str(value)
        if name in ("own", "scenario"):
            await self.other_scenario()

    async def other_scenario(self) -> None:
        """Show the levers of the scenario that is chosen."""
        c, coding = self.work.choice, self.work.coding
        try:
            if c["own"] or c["scenario"]:
                asked = ScenarioAsk(yaml=c["own"]) if c["own"] else ScenarioAsk(name=c["scenario"])
                self.show_levers(await asyncio.to_thread(scenario_asked, asked))
            elif coding is not None:
                self.show_levers((await asyncio.to_thread(_match, coding))[1])
        except (CounterpoiseError, ValidationError) as fault:
            self.show_levers(None)
            self.end.fault(_located(fault))

    async def pressed(self, name: str, _: Any) -> None:
        """Run."""
        if name == "run":
            await self.submit()

    async def submit(self) -> None:
        """Queue the run and go to its page."""
        self.end.say("Submitting …")
        try:
            made = await asyncio.to_thread(self.desk.submit, "assess", self.work.ask(), owner(self.request))
        except (CounterpoiseError, ValidationError) as fault:
            self.end.fault(_located(fault))
            return
        ui.navigate.to(f"/runs/{made.id}")


def show(desk: Desk, request: Request) -> None:
    """Build the page."""
    _Page(desk, request).build()


def _located(fault: CounterpoiseError | ValidationError) -> CounterpoiseError:
    """Return a fault with its place."""
    if isinstance(fault, CounterpoiseError):
        return fault
    first = fault.errors()[0]
    return InputError.at(
        ".".join(str(x) for x in first["loc"]) or "request", str(first["msg"]), "see the field"
    )


def _examples() -> set[str]:
    """Return the names of the bundled reports."""
    return {p.stem for p in path("reports").glob("*.txt")}


def _match(coding: Coding) -> tuple[str, Scenario | None]:
    """Say which scenario fits, why, and on which day."""
    try:
        scenario, why = choose_scenario(coding, None)
    except CounterpoiseError as fault:
        return str(fault).splitlines()[0], None
    day: dt.date = coding.document.published or scenario.as_of
    said = f"Fits best: {scenario.title}. {why}. Left empty, the day is that of the report, else the scenario's: {day}."
    return said, scenario
