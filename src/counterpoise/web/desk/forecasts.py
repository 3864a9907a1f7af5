"""The ledger of forecasts: the list with hashes, scores, how they came out, forecasts of others."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from counterpoise.brief.numbers import day, percent
from counterpoise.errors import CounterpoiseError, InputError
from counterpoise.ledger import Sealed, list_forecasts, resolve, score_ledger, seal
from counterpoise.ledger.outside import parse_outside
from counterpoise.web.desk.frame import field, frame, may, options
from counterpoise.web.desk.panels import Html, Panel, Status
from counterpoise.web.desk.sections import table
from counterpoise.web.service import Desk

__all__ = ["show"]


def _listed(known: tuple[Sealed, ...]) -> Markup:
    """Return the sealed forecasts."""
    if not known:
        return Markup("<p>Nothing has been sealed yet. A run's page has a button for it.</p>")
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>').format(
            x.seq, x.forecast.text, " (sealed late: no record)" if x.late else "", x.forecast.forecaster, percent(x.forecast.p),
            day(x.forecast.closes_on), x.resolution.outcome if x.resolution else "open", x.hash[:16],
        )
        for x in known
    )  # fmt: skip
    head = ("No.", "Question", "Forecaster", "Probability", "Closes", "Outcome", "Hash")
    return table("Sealed forecasts", head, rows, "Sealed forecasts")


def _scores(desk: Desk) -> Markup:
    """Return the scores."""
    card = score_ledger(desk.ledger)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>').format(
            f.forecaster, " (sealed late: no record)" if f.late else "", f.n, f"{f.brier:.3f}" if f.brier is not None else "–",
            f"{f.base_rate_brier:.3f}" if f.base_rate_brier is not None else "–", f"{f.skill:+.2f}" if f.skill is not None else "–",
        )
        for f in card.forecasters
    )  # fmt: skip
    shown = table(
        "Lower is better", ("Forecaster", "Resolved", "Brier", "Base rate's Brier", "Skill"), rows, "Scores"
    )
    return Markup("{}<p>Head of the chain: <code>{}</code></p>").format(
        shown if card.forecasters else "", card.head or "none yet"
    )


def _resolving(known: tuple[Sealed, ...]) -> Markup:
    """Return the form for an outcome."""
    names = [(x.hash, f"{x.seq}: {x.forecast.text}") for x in known if x.resolution is None]
    if not names:
        return Markup("")
    outcomes = [(o, o) for o in ("VOID", "YES", "NO")]
    return Markup('<fieldset><legend>How one came out (VOID is tried first)</legend><div class="row">{}{}{}{}<div><button name="resolve">Write it down</button></div></div></fieldset>').format(
        field("Forecast", f"<select {{id}}>{options(names)}</select>", "which"),
        field("Outcome", f"<select {{id}}>{options(outcomes)}</select>", "outcome"),
        field("Day", '<input type="date" {id}>', "on"),
        field("Source", '<input {id} maxlength="400">', "source"),
    )  # fmt: skip


def show(desk: Desk, request: Request) -> None:
    """Build the page."""
    chosen: dict[str, str] = {"which": "", "outcome": "VOID", "on": "", "source": ""}
    with frame(desk, request, "Sealed forecasts"):
        Html(
            '<p><a href="/api/v1/forecasts/scorecard.html">Public scorecard</a> · <a href="/api/v1/forecasts/export" '
            'download="ledger.json">Export with all hashes</a></p>'
        )
        status = Status()
        box = Panel("")
        form = Panel("", lambda n, v: told(n, v))
        if may(request, "seal"):
            Panel(
                Markup('<div class="row">{}</div>').format(
                    field(
                        "Forecasts of people and markets (CSV or JSON)",
                        '<input type="file" accept=".csv,.json" {id}>',
                        "outside",
                    )
                ),
                lambda n, v: took(n, v),
            )

    async def refresh() -> None:
        try:
            known = await asyncio.to_thread(list_forecasts, desk.ledger)
            scores = await asyncio.to_thread(_scores, desk)
        except CounterpoiseError as fault:
            status.fault(fault)
            return
        chosen["which"] = next((x.hash for x in known if x.resolution is None), "")
        box.show(Markup("{}<h2>Scores</h2>{}").format(_listed(known), scores))
        form.show(_resolving(known) if may(request, "seal") else "")

    async def told(name: str, value: Any) -> None:
        if name in chosen:
            chosen[name] = str(value)
            return
        try:
            if not chosen["on"]:
                raise InputError.at("day", "is empty", "say when it happened, or when it was known")
            on = dt.date.fromisoformat(chosen["on"])
            await asyncio.to_thread(
                lambda: resolve(
                    desk.ledger, chosen["which"], chosen["outcome"], on=on, source=chosen["source"]
                )
            )
        except CounterpoiseError as fault:
            status.fault(fault)
            return
        status.say("Written down.")
        await refresh()

    async def took(_: str, value: Any) -> None:
        if "too_large" in value:
            status.say("The file is too large.")
            return
        try:
            found = parse_outside(str(value["text"]).encode(), str(value["name"]))
            sealed = await asyncio.to_thread(seal, desk.ledger, found)
        except CounterpoiseError as fault:
            status.fault(fault)
            return
        status.say(f"{len(sealed)} forecasts are sealed.")
        await refresh()

    ui.timer(0.05, refresh, once=True)
