"""What if: levers with sliders and dates; the answer moves while they do, at few members, and is refined on request."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from fastapi import Request
from markupsafe import Markup
from nicegui import ui
from pydantic import ValidationError

from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.scenario.files import bundled_names
from counterpoise.scenario.models import Scenario
from counterpoise.web.api import Desk
from counterpoise.web.asked import CompareAsk, LeverAsk, Pull, ScenarioAsk
from counterpoise.web.desk.frame import Panel, Status, field, frame, may, options, owner, problems_html
from counterpoise.web.desk.sections import answers_of_comparison
from counterpoise.web.jobs import scenario_asked

__all__ = ["Levers", "show"]


class Levers:
    """The levers as they stand on the page."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.as_of: dt.date = scenario.as_of
        self.patron = next(iter(scenario.conflict.patrons), scenario.actors[0].id)
        self.kinds: set[str] = set(self.kinds_of(self.patron))
        self.left, self.days, self.date = 100, 30, ""
        self.closed: set[str] = set()
        self.campaign = False
        self.named: set[str] = set()

    def kinds_of(self, patron: str) -> list[str]:
        """Return the kinds of support that a patron gives the government."""
        client = self.scenario.conflict.client
        return list(
            dict.fromkeys(f.kind for f in self.scenario.flows if (f.sender, f.recipient) == (patron, client))
        )

    def ask(self, members: int) -> CompareAsk:
        """Return the comparison of what stands with what if."""
        own: list[LeverAsk] = []
        changes: tuple[Pull, ...] = ()
        if self.left != 100 and self.kinds:
            when = dt.date.fromisoformat(self.date) if self.date else None
            pull = Pull(
                sender=self.patron, recipient=self.scenario.conflict.client, kinds=tuple(sorted(self.kinds)),
                to=self.left / 100, days=self.days, date=when,
            )  # fmt: skip
            changes = (pull,)
        if changes or self.closed or self.campaign:
            own.append(LeverAsk(
                id="desk-lever", title="Set on the desk", changes=changes, close_routes=tuple(sorted(self.closed)),
                start_campaign=self.campaign,
            ))  # fmt: skip
        pulled = (*sorted(self.named), *(x.id for x in own))
        return CompareAsk(
            scenario=ScenarioAsk(name=self.scenario.id), as_of=self.as_of, members=members, own_levers=tuple(own),
            arms={"as-it-is": (), "what-if": pulled},
        )  # fmt: skip


def _form(levers: Levers) -> Markup:
    """Return the levers as native controls."""
    s, names = levers.scenario, {a.id: a.name for a in levers.scenario.actors}
    patrons = [(p, names.get(p, p)) for p in s.conflict.patrons]
    kinds = Markup("").join(
        Markup('<label><input type="checkbox" name="kind:{}"{}> {}</label>').format(
            k, Markup(" checked") if k in levers.kinds else "", k.replace("_", " ")
        )
        for k in levers.kinds_of(levers.patron)
    )
    named = Markup("").join(
        Markup('<label><input type="checkbox" name="named:{}"> {}</label>').format(x.id, x.title)
        for x in s.levers
    )
    where = {x.id: x.name for x in s.sites}
    routes = [("", "none"), *((r.id, f"{where[r.a]} – {where[r.b]} ({r.mode})") for r in s.routes)]
    left = field(
        "What is left of it, in percent (above 100: reinforced)",
        f'<input type="range" min="0" max="200" step="5" value="{levers.left}" {{id}}>',
        "left",
    )
    days = field(
        "Within how many days",
        f'<input type="range" min="0" max="180" step="5" value="{levers.days}" {{id}}>',
        "days",
    )
    return Markup(
        '<fieldset><legend>A patron leaves, stays or returns</legend><div class="row">{}{}</div>'
        '<div class="checks" role="group" aria-label="Kinds of support">{}</div>{}{}</fieldset>'
        '<fieldset><legend>A leg closes, a campaign starts</legend><div class="row">{}</div><div class="checks">'
        '<label><input type="checkbox" name="campaign"> a new campaign starts</label></div></fieldset>'
        '<details><summary>Levers of the scenario</summary><div class="checks">{}</div></details>'
    ).format(
        field("Patron", f"<select {{id}}>{options(patrons, levers.patron)}</select>", "patron"),
        field("From (left empty: the day after)", '<input type="date" {id}>', "date"),
        kinds, left, days,
        field("Leg that closes", f"<select {{id}}>{options(routes)}</select>", "route"), named,
    )  # fmt: skip


class _Page:
    """The page and what happens on it."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk, self.request = desk, request
        self.levers = Levers(scenario_asked(ScenarioAsk(name=bundled_names()[-1])))
        self.wanted, self.busy = 0, False

    def build(self) -> None:
        """Put the controls on the page."""
        with frame(self.desk, self.request, "What if?"):
            ui.html(
                "<p>Move a lever: two arms are compared under the same random numbers, at few futures at first. Both arms are "
                "the same until something is moved, and then their difference is exactly zero.</p>",
                sanitize=False,
            )
            self.top = Panel(self._top(), self.changed_top)
            self.form = Panel(_form(self.levers), self.changed, live=True)
            self.said = Status()
            button = '<div class="row"><button class="main" name="refine">Refine with 10,000 futures</button></div>'
            if may(self.request, "run"):
                Panel(button, self.refine)
            self.answer = Panel("")
        ui.timer(0.1, self.preview, once=True)

    def _top(self) -> Markup:
        s = self.levers.scenario
        return Markup('<div class="row">{}{}</div>').format(
            field(
                "Scenario",
                f"<select {{id}}>{options([(n, n) for n in bundled_names()], s.id)}</select>",
                "scenario",
            ),
            field(
                "As of",
                f'<input type="date" min="{s.first_as_of}" max="{s.last_as_of}" value="{self.levers.as_of}" {{id}}>',
                "as_of",
            ),
        )

    async def changed_top(self, name: str, value: Any) -> None:
        """Take another scenario or day."""
        if name == "scenario" and value in bundled_names():
            self.levers = Levers(await asyncio.to_thread(scenario_asked, ScenarioAsk(name=str(value))))
            self.top.show(self._top())
            self.form.show(_form(self.levers))
        elif name == "as_of" and value:
            self.levers.as_of = dt.date.fromisoformat(str(value))
        await self.preview()

    async def changed(self, name: str, value: Any) -> None:
        """Take a lever's new place."""
        lever = self.levers
        what, _, key = name.partition(":")
        if what == "patron" and value in lever.scenario.conflict.patrons:
            lever.patron, lever.kinds = str(value), set(lever.kinds_of(str(value)))
            self.form.show(_form(lever))
        elif what in ("left", "days"):
            setattr(lever, what, max(0, min(int(value), 200)))
        elif what == "date":
            lever.date = str(value)
        elif what == "route":
            lever.closed = {str(value)} if value else set()
        elif what == "campaign":
            lever.campaign = bool(value)
        elif what in ("kind", "named"):
            chosen = lever.kinds if what == "kind" else lever.named
            (chosen.add if value else chosen.discard)(key)
        await self.preview()

    async def preview(self) -> None:
        """Ask for a quick answer; while one is awaited only the newest question is kept."""
        self.wanted += 1
        if self.busy:
            return
        self.busy = True
        try:
            while True:
                mine = self.wanted
                began = asyncio.get_running_loop().time()
                found = await self.desk.preview.ask(
                    self.levers.ask(200).model_dump(mode="json", exclude_unset=True)
                )
                seconds = asyncio.get_running_loop().time() - began
                self._show(found, seconds)
                if mine == self.wanted:
                    break
        except (CounterpoiseError, ValidationError, ValueError) as fault:
            self.said.fault(
                fault
                if isinstance(fault, CounterpoiseError)
                else InputError.at("lever", str(fault).splitlines()[0])
            )
        finally:
            self.busy = False

    def _show(self, found: dict[str, Any], seconds: float) -> None:
        """Show a quick answer."""
        if "error" in found:
            self.answer.show(problems_html(found["error"]))
            return
        lever = self.levers
        state = f"{lever.left} % left of {len(lever.kinds)} kinds within {lever.days} days"
        self.said.say(
            f"{state}. Answered with {found['members']} futures in {seconds:.1f} s: rough, not for quoting."
        )
        self.answer.show(
            answers_of_comparison({"questions": found["questions"], "contrasts": found["contrasts"]})
        )

    async def refine(self, name: str, _: Any) -> None:
        """Submit the same comparison with many futures."""
        if name != "refine":
            return
        try:
            made = await asyncio.to_thread(
                self.desk.submit, "compare", self.levers.ask(10_000), owner(self.request)
            )
        except CounterpoiseError as fault:
            self.said.fault(fault)
            return
        ui.navigate.to(f"/runs/{made.id}")


def show(desk: Desk, request: Request) -> None:
    """Build the page."""
    _Page(desk, request).build()
