"""An editor for a scenario of one's own: a form for actors, sites, routes, support and events beside the file itself.

Both are the same scenario: what is typed into one shows in the other, and every change is checked on the whole file, all problems at once.
"""

from __future__ import annotations

import asyncio
from typing import Any

import yaml
from markupsafe import Markup
from nicegui import ui

from counterpoise import library
from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.scenario.files import bundled_names
from counterpoise.web.asked import ScenarioAsk
from counterpoise.web.desk import entries as e
from counterpoise.web.desk.frame import field, options
from counterpoise.web.desk.panels import Html, Panel, Status
from counterpoise.web.jobs import scenario_asked

__all__ = ["Editor"]

TEMPLATE = "template"
#: The largest file that is read, and from where on a file is large [characters].
MAX_TEXT = 1_000_000
LARGE = 100_000


class Editor:
    """The editor on its page."""

    def __init__(self) -> None:
        self.text = library.read_text("templates/scenario.yaml")
        self.data: e.Data = yaml.safe_load(self.text)
        self.entry = e.Entry()
        self.asked = 0
        self.shown = True

    def build(self) -> None:
        """Put the editor on the page."""
        start = [(TEMPLATE, "the template (an invented region)"), *((n, n) for n in bundled_names())]
        Html("<h2>A scenario of your own</h2>")
        Html(
            "<p>Start from the template or from a bundled scenario. What you change is checked as you type, on the whole file.</p>"
        )
        Panel(
            Markup('<div class="row">{}</div>').format(
                field("Start from", f"<select {{id}}>{options(start, TEMPLATE)}</select>", "start")
            ),
            self.started,
        )
        self.said = Status()
        self.picker = Panel("", self.picked)
        self.form = Panel("", self.typed, live=True)
        Html("<h3>The same as a file</h3>")
        self.file = Panel("", self.typed_text, live=True)
        Panel('<div class="row"><button name="download">Download the file</button></div>', self.download)
        self.draw()
        self.draw_text()

    # --- what is shown

    def draw(self) -> None:
        """Draw the choice of an entry and its form."""
        rows = e.listed_in(self.data, self.entry.section)
        self.entry.at = max(0, min(self.entry.at, len(rows) - 1))
        sections = [(s, "support" if s == "flows" else s) for s in e.SECTIONS]
        listed = [(str(i), _title(x, i)) for i, x in enumerate(rows)]
        self.picker.show(
            Markup(
                '<div class="row">{}{}<div><button name="new">Add one</button></div><div><button name="remove"{}>Remove it</button></div></div>'
            ).format(
                field("Part", f"<select {{id}}>{options(sections, self.entry.section)}</select>", "section"),
                field("Entry", f"<select {{id}}>{options(listed, str(self.entry.at))}</select>", "entry"),
                Markup(" disabled") if not rows else "",
            )
        )
        found = rows[self.entry.at] if rows else None
        self.form.show(
            entry_form(self.data, self.entry.section, found)
            if isinstance(found, dict)
            else Markup("<p>There is none yet.</p>")
        )

    def draw_text(self, *, wanted: bool = False) -> None:
        """Draw the file; a large one only when it is wanted, so that it is not sent at every key."""
        self.shown = wanted or len(self.text) <= LARGE
        if not self.shown:
            lines = self.text.count("\n")
            self.file.show(
                Markup('<p>The file has {} lines. <button name="show">Show it here</button></p>').format(
                    f"{lines:,}"
                )
            )
            return
        self.file.show(
            Markup(
                '<div><label for="own">Scenario (YAML)</label>'
                '<textarea class="code" id="own" name="own" spellcheck="false">{}</textarea></div>'
            ).format("\n" + self.text)
        )

    # --- what is done

    async def started(self, name: str, value: Any) -> None:
        """Start from another scenario."""
        if name != "start":
            return
        if value == TEMPLATE:
            self.text = library.read_text("templates/scenario.yaml")
            self.data = yaml.safe_load(self.text)
        elif value in bundled_names():
            found = await asyncio.to_thread(scenario_asked, ScenarioAsk(name=str(value)))
            self.data = e.as_data(found)
            self.text = await asyncio.to_thread(e.as_yaml, self.data)
        self.entry = e.Entry()
        self.draw()
        self.draw_text()
        await self.check()

    async def picked(self, name: str, value: Any) -> None:
        """Take another entry, add one, or remove one."""
        if name == "section" and value in e.SECTIONS:
            self.entry = e.Entry(str(value))
        elif name == "entry" and str(value).isdecimal():
            self.entry.at = int(value)
        elif name == "new":
            self.entry.at = e.new_entry(self.data, self.entry.section)
            await self.changed()
        elif name == "remove" and e.listed_in(self.data, self.entry.section):
            del self.data[self.entry.section][self.entry.at]
            await self.changed()
        self.draw()

    async def typed(self, name: str, value: Any) -> None:
        """Take what is typed into the form."""
        what = name.removeprefix("f:")
        known = {f.name: f.kind for f in e.SECTIONS[self.entry.section]}
        rows = e.listed_in(self.data, self.entry.section)
        if what.partition(".")[0] not in known or not rows or not isinstance(rows[self.entry.at], dict):
            return
        e.put(rows[self.entry.at], what, known[what.partition(".")[0]], value)
        await self.changed()

    async def changed(self) -> None:
        """Write the file anew after a change by form, and check it."""
        self.text = await asyncio.to_thread(e.as_yaml, self.data)
        self.draw_text()
        await self.check()

    async def typed_text(self, name: str, value: Any) -> None:
        """Take what is typed into the file."""
        if name == "show":
            self.draw_text(wanted=True)
        if name != "own":
            return
        self.text = str(value)
        await self.check()
        try:
            found = await asyncio.to_thread(yaml.safe_load, self.text[:MAX_TEXT])
        except (yaml.YAMLError, ValueError, RecursionError):
            return
        if isinstance(found, dict):
            self.data = found
            self.draw()

    async def check(self) -> None:
        """Check the whole file; only the newest check is shown."""
        self.asked += 1
        mine = self.asked
        try:
            found = await asyncio.to_thread(scenario_asked, ScenarioAsk(yaml=self.text or " "))
        except CounterpoiseError as fault:
            if mine == self.asked:
                self.said.fault(self._nearest_first(fault))
            return
        except ValueError:
            self.said.say("A scenario holds at most 1,000,000 characters.")
            return
        if mine == self.asked:
            counts = f"{len(found.actors)} actors, {len(found.sites)} sites, {len(found.flows)} flows"
            self.said.say(f"Valid: {found.title} ({counts}, {len(found.events)} events).")

    def _nearest_first(self, fault: CounterpoiseError) -> CounterpoiseError:
        """Put the problems of the entry that is being changed first."""
        rows = e.listed_in(self.data, self.entry.section)
        if not isinstance(fault, InputError) or not rows or not isinstance(rows[self.entry.at], dict):
            return fault
        name = str(rows[self.entry.at].get("id", ""))
        return InputError(*sorted(fault.problems, key=lambda p: not (name and name in p.where)))

    def download(self, name: str, _: Any) -> None:
        """Give the scenario as a file."""
        if name == "download":
            ui.download.content(self.text.encode(), "scenario.yaml")


def _title(entry: Any, i: int) -> str:
    """Return how an entry is called in the list."""
    if not isinstance(entry, dict):
        return f"no. {i + 1}"
    name = entry.get("name") or entry.get("id") or f"no. {i + 1}"
    return f"{name} ({entry['id']})" if entry.get("name") and entry.get("id") else str(name)


def entry_form(data: e.Data, section: str, entry: e.Data) -> Markup:
    """Return an entry as labelled controls."""
    controls = Markup("").join(_control(data, entry, f) for f in e.SECTIONS[section])
    return Markup('<fieldset class="entry"><legend>{}</legend><div class="grid">{}</div></fieldset>').format(
        _title(entry, 0), controls
    )


def _control(data: e.Data, entry: e.Data, f: e.Field) -> Markup:
    """Return the control of a field."""
    if f.kind == "figure":
        parts = Markup("").join(
            _input(f"{f.title}: {part}", f"{f.name}.{part}", e.shown_value(entry, f"{f.name}.{part}"), "text")
            for part in ("value", "low", "high", "unit")
        )
        return Markup('<div class="figure" role="group" aria-label="{}">{}</div>').format(f.title, parts)
    found = e.shown_value(entry, f.name)
    if f.choices is None:
        return _input(f.title, f.name, found, "date" if f.kind == "date" else "text")
    known = f.choices(data)
    chosen = (
        {str(x) for x in found} if isinstance(found, list) else {str(found)} if found is not None else set()
    )
    # What stands there stays to be seen, also where it is wrong.
    listed = [*known, *sorted(chosen - set(known))]
    blank = "" if f.kind == "several" else Markup('<option value="">–</option>')
    rows = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(x, Markup(" selected") if x in chosen else "", x.replace("_", " "))
        for x in listed
    )  # fmt: skip
    many = Markup(" multiple size=4") if f.kind == "several" else ""
    return Markup(
        '<div><label for="f-{}">{}</label><select id="f-{}" name="f:{}"{}>{}{}</select></div>'
    ).format(f.name, f.title, f.name, f.name, many, blank, rows)


def _input(label: str, name: str, value: Any, kind: str) -> Markup:
    """Return a field to type into."""
    key = name.replace(".", "-")
    return Markup(
        '<div><label for="f-{}">{}</label><input id="f-{}" name="f:{}" type="{}" value="{}" autocomplete="off"></div>'
    ).format(key, label, key, name, kind, "" if value is None else value)
