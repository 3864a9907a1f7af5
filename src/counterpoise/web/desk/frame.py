"""What all pages share: the look, the frame around the content, and panels of native controls whose events reach Python."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from counterpoise.errors import CounterpoiseError
from counterpoise.ledger.tokens import is_good
from counterpoise.web.jobs import fault_of
from counterpoise.web.service import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HEAD", "Panel", "Status", "field", "frame", "may", "options", "problems_html"]

log = logging.getLogger("counterpoise.desk")
Handler = Callable[[str, Any], Any]

HEAD: Final = f"<style>{(files(__package__) / 'style.css').read_text(encoding='utf-8')}</style>"
_PAGES: Final = (
    ("/", "Report"),
    ("/what-if", "What if"),
    ("/runs", "Runs"),
    ("/scenarios", "Scenarios"),
    ("/forecasts", "Forecasts"),
)

#: What the browser sends of an event: the control's name and its value; a file is read and sent as text.
_JS: Final = """async (e) => {
  const t = e.target;
  if (!t || !t.name) return;
  if (t.type === 'range' && t.nextElementSibling?.tagName === 'OUTPUT') t.nextElementSibling.value = `${t.value} ${t.dataset.unit}`;
  if (t.type === 'file') {
    const f = t.files[0];
    if (!f) return;
    emit(t.name, f.size > 1000000 ? {too_large: f.size} : {name: f.name, text: await f.text()});
  } else if (t.multiple) emit(t.name, [...t.selectedOptions].map(o => o.value));
  else emit(t.name, t.type === 'checkbox' ? t.checked : t.value);
}"""
_JS_CLICK: Final = "(e) => { const b = e.target.closest('button[name]'); if (b && !b.disabled) emit(b.name, b.value || ''); }"


#: Of each open page, whether the token that opened it still holds.
_checks: WeakKeyDictionary[Any, Callable[[], bool]] = WeakKeyDictionary()


class Panel:
    """A piece of a page: HTML with native controls; `handler` gets (name, value) of what was changed or pressed."""

    def __init__(self, html: str, handler: Handler | None = None, *, live: bool = False) -> None:
        self.box = ui.html(html, sanitize=False)
        if handler is None:
            return

        async def got(e: Any) -> None:
            name, value = e.args
            check = _checks.get(ui.context.client)
            if check is not None and not await asyncio.to_thread(check):
                ui.navigate.to("/login")
                return
            try:
                result = handler(str(name), value)
                if inspect.isawaitable(result):
                    await result
            except CounterpoiseError as fault:
                ui.notify(fault_of(fault)["problems"][0]["what"], type="warning")

        self.box.on("change", got, js_handler=_JS)
        self.box.on("click", got, js_handler=_JS_CLICK)
        if live:
            self.box.on("input", got, js_handler=_JS, throttle=0.25)

    def show(self, html: str) -> None:
        """Show other content."""
        self.box.set_content(html)


class Status:
    """A line that screen readers read out when it changes."""

    def __init__(self) -> None:
        self.box = ui.html('<div class="status" role="status" aria-live="polite"></div>', sanitize=False)

    def say(self, text: str) -> None:
        """Say something."""
        self.box.set_content(
            Markup('<div class="status" role="status" aria-live="polite">{}</div>').format(text)
        )

    def fault(self, fault: CounterpoiseError) -> None:
        """Say what is wrong and how to mend it."""
        self.box.set_content(f'<div class="status" role="alert">{problems_html(fault_of(fault))}</div>')


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


@contextmanager
def frame(desk: Desk, request: Request, heading: str) -> Iterator[None]:
    """Put the frame of the desk around a page; what is done on it is checked against the token that opened it."""
    token = getattr(request.state, "token", None)
    if token is not None:
        _checks[ui.context.client] = lambda: is_good(desk.ledger, token.id)
    here = "/" + request.url.path.strip("/").split("/")[0]
    links = Markup("").join(
        Markup('<a href="{}"{}>{}</a>').format(to, Markup(' aria-current="page"') if to == here else "", name)
        for to, name in _PAGES
    )
    top = Markup('<nav aria-label="Pages"><strong>Counterpoise</strong>{}</nav>').format(links)
    ui.html('<a class="skip" href="#main">To the content</a>', sanitize=False, tag="div")
    ui.html(top, sanitize=False, tag="header").classes("top")
    with ui.element("main").classes("desk").props("id=main tabindex=-1"):
        ui.html(Markup("<h1>{}</h1>").format(heading), sanitize=False)
        yield


def may(request: Request, scope: str) -> bool:
    """Whether the reader of a page may do something; on loopback without tokens everybody may."""
    token = getattr(request.state, "token", None)
    return token is None or scope in token.scopes


def owner(request: Request) -> str:
    """Name who submits a run from a page."""
    token = getattr(request.state, "token", None)
    return f"token {token.id}" if token else str(getattr(request.state, "client", "desk"))[:64]


def options(values: list[tuple[str, str]], chosen: str = "") -> Markup:
    """Return the options of a select."""
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(v, Markup(" selected") if v == chosen else "", text)
        for v, text in values
    )


def field(label: str, control: str, key: str, hint: str = "") -> Markup:
    """Return a labelled control; `control` is HTML with ``{id}`` where its id stands."""
    inner = Markup(control.replace("{id}", f'id="{key}" name="{key}"'))
    note = Markup('<span class="soft">{}</span>').format(hint) if hint else ""
    return Markup('<div><label for="{}">{}</label>{}{}</div>').format(key, label, inner, note)
