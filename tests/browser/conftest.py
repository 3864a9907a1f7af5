"""Debian's Chromium on the desk: nothing outside is asked for, no script fails; screenshots are kept as artefacts."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from counterpoise import library

#: Few, so that the tests are quick: it is the desk that is tested here, and the numbers only have to be the same.
MEMBERS = 60
#: How long anything may take [s]; a machine that does much else may be given more.
PATIENCE = float(os.environ.get("COUNTERPOISE_TEST_PATIENCE", "120"))
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def server(beside: Callable[[str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The desk, served."""
    made = beside("services.py").Server(tmp_path_factory.mktemp("desk"), "--rate", "100000")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser(beside: Callable[[str], ModuleType]) -> Iterator[Any]:
    """Chromium, without a screen."""
    path = beside("services.py").chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        started = p.chromium.launch(executable_path=path, headless=True, args=list(ARGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def patience() -> float:
    """How long anything may take [ms]."""
    return 1_000 * PATIENCE


@pytest.fixture(scope="session")
def until() -> Callable[[Any, str], None]:
    """Wait until an expression holds on a page. The driver's own way is evaluated by the page, whose policy refuses that."""

    def wait(page: Any, expression: str) -> None:
        end = time.monotonic() + PATIENCE
        while not page.evaluate(expression):
            assert time.monotonic() < end, f"it never became true: {expression}"
            page.wait_for_timeout(50)

    return wait


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: COUNTERPOISE_ARTEFACTS, else a temporary folder."""
    named = os.environ.get("COUNTERPOISE_ARTEFACTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def open_page(browser: Any, server: Any) -> Iterator[Callable[..., Any]]:
    """Open a page of the desk; fail where something outside was asked for, a script failed or an answer was a fault."""
    contexts: list[Any] = []
    faults: list[str] = []

    def open_(where: str, **options: Any) -> Any:
        context = browser.new_context(accept_downloads=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(1_000 * PATIENCE)
        page.on("request", lambda r: faults.append(f"asked for {r.url}") if not ours(r.url) else None)
        page.on("response", lambda r: faults.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.on("pageerror", lambda e: faults.append(f"script: {e}"))
        page.on("console", lambda m: told(page, m))
        page.goto(server.url + where)
        return page

    def told(page: Any, message: Any) -> None:
        if message.type == "error" and not getattr(page, "audited", False):
            faults.append(f"console: {message.text}")

    def ours(url: str) -> bool:
        return url.startswith((server.url, "data:", "blob:", "about:", server.url.replace("http", "ws")))

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def done(browser: Any, server: Any, patience: float) -> str:
    """A run made by hand on the desk: the bundled report pasted, nothing corrected."""
    page = browser.new_page()
    page.set_default_timeout(patience)
    page.goto(server.url + "/")
    page.fill("#text", library.read_text("reports/iran-leaves-syria.txt"))
    page.click("button[name=read]")
    page.fill("#members", "60")
    page.fill("#horizon", "365")
    page.click("button[name=run]")
    page.wait_for_selector("text=Does the government end?")
    where: str = page.url.removeprefix(server.url)
    page.close()
    return where


@pytest.fixture(scope="session")
def compared(server: Any, patience: float) -> str:
    """A comparison that has been done."""
    ask = {
        "scenario": {"name": "levant-2024"},
        "members": 60,
        "arms": {"now": [], "leave": ["iran-withdraws-personnel"]},
    }
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{server.url}/api/v1/compare?wait=60", json.dumps(ask).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=patience / 1_000) as said:
        location = said.headers["location"]
    return str(location).removeprefix("/api/v1")


@pytest.fixture(scope="session")
def iran_assessment(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the command line answers on the bundled report."""
    import contextlib
    import io

    from counterpoise.cli import run

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        folder = str(tmp_path_factory.mktemp("iran"))
        options = ["--members", str(MEMBERS), "--horizon", "365", "--seed", "1", "--out", folder, "--json"]
        assert run(["assess", "iran-leaves-syria", *options]) == 0
    return json.loads(out.getvalue())
