"""Scenarios: a browser, a form for the sizes of support with validation while one types, the editor."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from counterpoise.errors import CounterpoiseError
from counterpoise.scenario import describe
from counterpoise.scenario.files import bundled_names
from counterpoise.scenario.models import Scenario
from counterpoise.web.asked import CompareAsk, ScenarioAsk
from counterpoise.web.desk.editor import Editor
from counterpoise.web.desk.frame import field, frame, may, options, owner
from counterpoise.web.desk.panels import Panel, Status
from counterpoise.web.desk.sections import table
from counterpoise.web.jobs import scenario_asked
from counterpoise.web.service import Desk

__all__ = ["show"]

_NUMBER = re.compile(r"^\d{1,15}(\.\d{1,6})?$")


def _sizes(scenario: Scenario, changed: dict[str, str]) -> Markup:
    """Return the flows of support with their sizes to change."""
    names = {a.id: a.name for a in scenario.actors}
    rows = Markup("").join(
        Markup(
            '<tr><th scope="row">{} → {}</th><td>{}</td><td><input inputmode="decimal" name="flow:{}" aria-label="Size of {}" '
            'value="{}" size="14"></td><td>{}</td><td>{}</td></tr>'
        ).format(
            names.get(f.sender, f.sender), names.get(f.recipient, f.recipient), f.kind.replace("_", " "), f.id, f.id,
            changed.get(f.id, f"{f.size.value:.15g}"), f.size.unit, f.size.standing,
        )
        for f in scenario.flows
    )  # fmt: skip
    return table(
        "Sizes of support; a change is checked while you type",
        ("From → to", "Kind", "Size", "Unit", "Standing"),
        rows,
        "Support",
    )


class _Page:
    """The page and what happens on it."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk, self.request = desk, request
        self.name = bundled_names()[-1]
        self.changed_sizes: dict[str, str] = {}

    def overrides(self) -> tuple[str, ...]:
        """Return the changes as the command line's ``--set`` takes them."""
        return tuple(f"flows.{k}.size.value={v}" for k, v in sorted(self.changed_sizes.items()))

    def build(self) -> None:
        """Put the controls on the page."""
        with frame(self.desk, self.request, "Scenarios"):
            chosen = f"<select {{id}}>{options([(n, n) for n in bundled_names()], self.name)}</select>"
            Panel(
                Markup('<div class="row">{}</div>').format(field("Scenario", chosen, "scenario")), self.picked
            )
            self.about = Panel("")
            self.said = Status()
            self.sizes = Panel("", self.resized, live=True)
            if may(self.request, "run"):
                Panel(
                    '<div class="row"><button class="main" name="simulate">Simulate with these sizes</button></div>',
                    self.simulate,
                )
            Editor().build()
        ui.timer(0.05, self.refresh, once=True)

    async def refresh(self) -> None:
        """Show the chosen scenario."""
        found = await asyncio.to_thread(scenario_asked, ScenarioAsk(name=self.name))
        text = describe(found)
        self.about.show(
            Markup(
                "<h2>{}</h2><details><summary>Conflict, support, events</summary><pre style='white-space:pre-wrap'>{}</pre></details>"
            ).format(found.title, text)
        )
        self.sizes.show(Markup('<div class="sizes">{}</div>').format(_sizes(found, self.changed_sizes)))

    async def picked(self, name: str, value: Any) -> None:
        """Take another scenario."""
        if name == "scenario" and value in bundled_names():
            self.name, self.changed_sizes = str(value), {}
            await self.refresh()

    async def resized(self, name: str, value: Any) -> None:
        """Check a size while it is typed."""
        flow = name.partition(":")[2]
        if not _NUMBER.match(str(value).strip()):
            self.said.say(
                f"{flow}: expected a number, got '{str(value)[:40]}'. Write digits, with a point for fractions."
            )
            return
        self.changed_sizes[flow] = str(value).strip()
        try:
            await asyncio.to_thread(scenario_asked, ScenarioAsk(name=self.name), self.overrides())
        except CounterpoiseError as fault:
            del self.changed_sizes[flow]
            self.said.fault(fault)
            return
        n = len(self.changed_sizes)
        self.said.say(f"Valid; {n} size{'' if n == 1 else 's'} changed: {', '.join(self.overrides())}")

    async def simulate(self, name: str, _: Any) -> None:
        """Compare the scenario as changed, with and without its first lever."""
        if name != "simulate":
            return
        found = await asyncio.to_thread(scenario_asked, ScenarioAsk(name=self.name))
        lever = (found.levers[0].id,) if found.levers else ()
        ask = CompareAsk(
            scenario=ScenarioAsk(name=self.name),
            overrides=self.overrides(),
            arms={"as-it-is": (), "lever": lever},
        )
        try:
            made = await asyncio.to_thread(self.desk.submit, "compare", ask, owner(self.request))
        except CounterpoiseError as fault:
            self.said.fault(fault)
            return
        ui.navigate.to(f"/runs/{made.id}")


def show(desk: Desk, request: Request) -> None:
    """Build the page."""
    _Page(desk, request).build()
