"""Pieces of a page: HTML of ours, panels of native controls whose events reach Python, and lines that are read out when they change.

Nothing here is evaluated in the browser: events come through ``desk.js``, and content is set as it is. NiceGUI's own ``ui.html`` compiles
a template there, and its handlers in JavaScript are evaluated, so neither is used.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup
from nicegui import ui

from counterpoise.errors import CounterpoiseError
from counterpoise.web.jobs import fault_of

__all__ = ["Html", "Panel", "Status", "check_each", "problems_html"]

Handler = Callable[[str, Any], Any]
#: Least time between two events while somebody drags or types [s].
LIVE_SECONDS = 0.25

#: Of each open page, whether the token that opened it still holds.
_checks: WeakKeyDictionary[Any, Callable[[], bool]] = WeakKeyDictionary()


def check_each(check: Callable[[], bool]) -> None:
    """Ask `check` before anything is done on this page; where it says no, the page goes to the log-in."""
    _checks[ui.context.client] = check


class Html(ui.element):
    """HTML of ours in an element; whoever makes it has escaped it."""

    def __init__(self, html: str, tag: str = "div") -> None:
        super().__init__(tag)
        self._props["innerHTML"] = str(html)

    def set_content(self, html: str) -> None:
        """Show other content."""
        if self._props["innerHTML"] != html:
            self._props["innerHTML"] = str(html)
            self.update()


class Panel:
    """A piece of a page: HTML with native controls; `handler` gets (name, value) of what was changed or pressed.

    With `live` it also gets what is typed or dragged, while that goes on.
    """

    def __init__(self, html: str, handler: Handler | None = None, *, live: bool = False) -> None:
        self.box = Html(html)
        self.handler = handler
        if handler is None:
            return
        self.box.props("data-panel")
        self.box.on("desk", self._got, args=["detail"])
        if live:
            self.box.on("desklive", self._got, args=["detail"], throttle=LIVE_SECONDS)

    async def _got(self, event: Any) -> None:
        """Take an event of the browser."""
        assert self.handler is not None
        detail = event.args.get("detail") if isinstance(event.args, dict) else None
        if not isinstance(detail, list) or len(detail) != 2:
            return
        check = _checks.get(ui.context.client)
        if check is not None and not await asyncio.to_thread(check):
            ui.navigate.to("/login")
            return
        try:
            result = self.handler(str(detail[0]), detail[1])
            if inspect.isawaitable(result):
                await result
        except CounterpoiseError as fault:
            # Without a type: its sign would be read out by its name.
            ui.notify(fault_of(fault)["problems"][0]["what"], multi_line=True)

    def show(self, html: str) -> None:
        """Show other content."""
        self.box.set_content(html)


class Status:
    """A line that screen readers read out when it changes; the element itself stays, or they would miss the change."""

    def __init__(self) -> None:
        self.box = Html("")
        self.box.classes("status").props("role=status aria-live=polite aria-atomic=true")

    def say(self, text: str) -> None:
        """Say something."""
        self.box.set_content(str(Markup("{}").format(text)))

    def fault(self, fault: CounterpoiseError) -> None:
        """Say what is wrong and how to mend it."""
        self.box.set_content(f'<div role="alert">{problems_html(fault_of(fault))}</div>')


def problems_html(error: dict[str, Any]) -> Markup:
    """Return the problems of an error: where, what, how to mend, nearest names."""
    rows = [
        Markup("<li><strong>{}</strong> {}{}{}</li>").format(
            p["where"], p["what"], f" · {p['mend']}" if p["mend"] else "",
            f" · nearest: {', '.join(p['nearest'])}" if p["nearest"] else "",
        )
        for p in error["problems"][:20]
    ]  # fmt: skip
    rows += [Markup("<li>found: {}</li>").format(x) for x in error.get("found", [])[:10]]
    return Markup('<div class="bad"><ul>{}</ul></div>').format(Markup("").join(rows))
