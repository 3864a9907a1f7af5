"""What all pages share: the look, the frame around the content, labelled controls, and who may do what."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from counterpoise.ledger.tokens import is_good
from counterpoise.web.desk.panels import Html, check_each
from counterpoise.web.service import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HEAD", "SCRIPT", "field", "frame", "may", "options", "owner"]

HEAD: Final = f'<style>{(files(__package__) / "style.css").read_text(encoding="utf-8")}</style><script src="/desk.js" defer></script>'
#: Carries what happens in the browser to Python.
SCRIPT: Final = (files(__package__) / "desk.js").read_bytes()
_PAGES: Final = (
    ("/", "Report"),
    ("/what-if", "What if"),
    ("/runs", "Runs"),
    ("/scenarios", "Scenarios"),
    ("/forecasts", "Forecasts"),
)


@contextmanager
def frame(desk: Desk, request: Request, heading: str) -> Iterator[None]:
    """Put the frame of the desk around a page; what is done on it is checked against the token that opened it."""
    token = getattr(request.state, "token", None)
    if token is not None:
        check_each(lambda: is_good(desk.ledger, token.id))
    here = "/" + request.url.path.strip("/").split("/")[0]
    links = Markup("").join(
        Markup('<a href="{}"{}>{}</a>').format(to, Markup(' aria-current="page"') if to == here else "", name)
        for to, name in _PAGES
    )
    top = Markup('<nav aria-label="Pages"><strong>Counterpoise</strong>{}</nav>').format(links)
    Html('<a class="skip" href="#main">To the content</a>')
    Html(top, "header").classes("top")
    with ui.element("main").classes("desk").props("id=main tabindex=-1"):
        Html(Markup("<h1>{}</h1>").format(heading))
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
