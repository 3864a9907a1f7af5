"""What if: levers with sliders and dates; the answer moves while they do, at few members, is refined at rest, and in full on request."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any, Final

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.scenario.files import bundled_names
from counterpoise.web.asked import CompareAsk, LeverAsk, ScenarioAsk
from counterpoise.web.desk.answers import answers_of_comparison
from counterpoise.web.desk.frame import field, frame, may, options, owner
from counterpoise.web.desk.levers import Levers, levers_form
from counterpoise.web.desk.panels import Html, Panel, Status, problems_html
from counterpoise.web.jobs import scenario_asked
from counterpoise.web.preview import PREVIEW_MEMBERS, REFINED_MEMBERS
from counterpoise.web.service import Desk

__all__ = ["Question", "show"]

#: A lever that was still for this long is at rest [s].
REST_SECONDS: Final = 0.6
MOST_KEPT: Final = 4
FULL_MEMBERS: Final = 10_000


class Question:
    """What is compared: the scenario as it is, arms that were kept, and what the levers say now."""

    def __init__(self, levers: Levers) -> None:
        self.levers = levers
        self.as_of: dt.date = levers.scenario.as_of
        self.kept: dict[str, tuple[tuple[str, ...], tuple[LeverAsk, ...], str]] = {}

    def keep(self) -> bool:
        """Keep what is set as an arm of its own, to see it beside the next."""
        if len(self.kept) >= MOST_KEPT or not self.levers.pulled():
            return False
        name = f"kept-{len(self.kept) + 1}"
        own = tuple(x.model_copy(update={"id": f"{x.id}-{name}"}) for x in self.levers.own())
        pulled = (*sorted(self.levers.named), *(x.id for x in own))
        self.kept[name] = (pulled, own, self.levers.text())
        return True

    def ask(self, members: int) -> CompareAsk:
        """Return the comparison; the arm without levers is the reference."""
        own = [x for _, levers, _ in self.kept.values() for x in levers]
        arms = {"as-it-is": (), **{name: pulled for name, (pulled, _, _) in self.kept.items()}}
        return CompareAsk(
            scenario=ScenarioAsk(name=self.levers.scenario.id), as_of=self.as_of, members=members,
            own_levers=(*own, *self.levers.own()), arms={**arms, "what-if": self.levers.pulled()},
        )  # fmt: skip


class _Page:
    """The page and what happens on it."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk, self.request = desk, request
        self.question = Question(Levers(scenario_asked(ScenarioAsk(name=bundled_names()[-1]))))
        self.wanted, self.busy = 0, False

    @property
    def levers(self) -> Levers:
        """The levers as they stand."""
        return self.question.levers

    def build(self) -> None:
        """Put the controls on the page."""
        with frame(self.desk, self.request, "What if?"):
            Html(
                "<p>Move a lever: the scenario as it is and as you set it are drawn under the same random numbers, at few futures "
                "at first. Until something is moved both are the same, and their difference is exactly zero.</p>"
            )
            self.top = Panel(self._top(), self.changed_top)
            self.form = Panel(levers_form(self.levers), self.changed, live=True)
            self.said = Status()
            self.answer = Panel("")
            self.kept_box = Panel("")
            Panel(self._buttons(), self.pressed)
        self.said.say("Loading the model …")
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
                f'<input type="date" min="{s.first_as_of}" max="{s.last_as_of}" value="{self.question.as_of}" {{id}}>',
                "as_of",
            ),
        )

    def _buttons(self) -> Markup:
        full = f'<button class="main" name="refine">Run with {FULL_MEMBERS:,} futures</button>'
        return Markup(
            '<div class="row">{}<button name="keep">Keep as an arm, to compare</button><button name="drop">Drop kept arms</button>'
            '<button name="reset">All levers back</button></div>'
        ).format(Markup(full) if may(self.request, "run") else "")

    async def changed_top(self, name: str, value: Any) -> None:
        """Take another scenario or day."""
        if name == "scenario" and value in bundled_names():
            found = await asyncio.to_thread(scenario_asked, ScenarioAsk(name=str(value)))
            self.question = Question(Levers(found))
            self.top.show(self._top())
            self.form.show(levers_form(self.levers))
            self._show_kept()
        elif name == "as_of" and value:
            try:
                self.question.as_of = dt.date.fromisoformat(str(value))
            except ValueError:
                return
        await self.preview()

    async def changed(self, name: str, value: Any) -> None:
        """Take a lever's new place."""
        try:
            again = self.levers.set(name, value)
        except ValueError:
            return
        if again:
            self.form.show(levers_form(self.levers))
        await self.preview()

    async def pressed(self, name: str, _: Any) -> None:
        """Keep or drop arms, put the levers back, or run in full."""
        if name == "refine":
            await self.refine()
            return
        if name == "keep" and not self.question.keep():
            self.said.say(f"Nothing is moved, or {MOST_KEPT} arms are kept already.")
            return
        if name == "drop":
            self.question.kept.clear()
        if name == "reset":
            self.question.levers = Levers(self.levers.scenario)
            self.form.show(levers_form(self.levers))
        self._show_kept()
        await self.preview()

    def _show_kept(self) -> None:
        rows = Markup("").join(
            Markup("<li><strong>{}</strong>: {}</li>").format(name.replace("-", " ").capitalize(), text)
            for name, (_, _, text) in self.question.kept.items()
        )
        self.kept_box.show(Markup("<ul>{}</ul>").format(rows) if rows else "")

    async def preview(self) -> None:
        """Ask for a quick answer; while one is awaited only the newest question is kept. At rest, refine it."""
        self.wanted += 1
        if self.busy:
            return
        self.busy = True
        try:
            while await self._answered(PREVIEW_MEMBERS) or await self._rested():
                pass
        except CounterpoiseError as fault:
            self.said.fault(fault)
        except ValueError as fault:
            self.said.fault(InputError.at("lever", str(fault).splitlines()[0]))
        finally:
            self.busy = False

    async def _answered(self, members: int) -> bool:
        """Show an answer; return whether something was moved meanwhile."""
        mine = self.wanted
        began = asyncio.get_running_loop().time()
        ask = self.question.ask(members).model_dump(mode="json", exclude_unset=True)
        found = await self.desk.preview.ask(ask, members)
        if mine == self.wanted or members == PREVIEW_MEMBERS:
            self._show(found, asyncio.get_running_loop().time() - began)
        return mine != self.wanted

    async def _rested(self) -> bool:
        """Refine when nothing moves for a while; return whether something was moved meanwhile."""
        mine = self.wanted
        await asyncio.sleep(REST_SECONDS)
        return mine != self.wanted or await self._answered(REFINED_MEMBERS)

    def _show(self, found: dict[str, Any], seconds: float) -> None:
        """Show a quick answer."""
        if "error" in found:
            self.said.say("")
            self.answer.show(problems_html(found["error"]))
            return
        self.said.say(
            f"What if: {self.levers.text()}. Answered with {found['members']:,} futures in {seconds:.1f} s: rough, not for quoting."
        )
        self.answer.show(
            answers_of_comparison({"questions": found["questions"], "contrasts": found["contrasts"]})
        )

    async def refine(self) -> None:
        """Submit the same comparison with many futures."""
        try:
            made = await asyncio.to_thread(
                self.desk.submit, "compare", self.question.ask(FULL_MEMBERS), owner(self.request)
            )
        except CounterpoiseError as fault:
            self.said.fault(fault)
            return
        ui.navigate.to(f"/runs/{made.id}")


def show(desk: Desk, request: Request) -> None:
    """Build the page."""
    _Page(desk, request).build()
