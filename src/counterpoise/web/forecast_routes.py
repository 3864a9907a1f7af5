"""Routes of the ledger of forecasts."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from counterpoise.ledger import (
    export_ledger,
    list_forecasts,
    resolve,
    score_ledger,
    scorecard_html,
    seal,
    verify_ledger,
)
from counterpoise.ledger.forecasts import forecasts_in
from counterpoise.ledger.outside import parse_outside
from counterpoise.ledger.sealing import find_sealed
from counterpoise.web.asked import ForecastImport, ResolveAsk, SealAsk
from counterpoise.web.kept import sent
from counterpoise.web.policy import PAGE_CSP
from counterpoise.web.service import Here

__all__ = ["add_forecasts"]

ForecastName = Annotated[
    str, Path(pattern=r"^[0-9a-f]{1,64}$", description="Number or beginning of the hash")
]


def add_forecasts(api: APIRouter) -> None:
    """Add the ledger of forecasts."""

    @api.get("/forecasts", tags=["forecasts"])
    async def forecasts(request: Request, here: Here) -> Response:
        """List the sealed forecasts."""

        def make() -> bytes:
            return json.dumps([s.to_dict() for s in list_forecasts(here.ledger)]).encode()

        return sent(request, await here.kept.get("forecasts", make))

    @api.post("/forecasts", tags=["forecasts"], status_code=201)
    def seal_(ask: SealAsk, here: Here) -> list[dict[str, Any]]:
        """Seal answers of a run."""
        data = here.runs.file(ask.run, "assessment.json").data
        found = forecasts_in(data, f"run {ask.run}", arm=ask.arm, questions=ask.questions)
        sealed = seal(here.ledger, found)
        here.kept.forget()
        return [s.to_dict() for s in sealed]

    @api.post("/forecasts/import", tags=["forecasts"], status_code=201)
    def import_(ask: ForecastImport, here: Here) -> list[dict[str, Any]]:
        """Seal forecasts of people and markets."""
        found = parse_outside(json.dumps(ask.forecasts).encode(), "forecasts.json")
        sealed = seal(here.ledger, found)
        here.kept.forget()
        return [s.to_dict() for s in sealed]

    @api.get("/forecasts/score", tags=["forecasts"])
    def score(here: Here) -> dict[str, Any]:
        """Score what is resolved."""
        return score_ledger(here.ledger).to_dict()

    @api.get("/forecasts/export", tags=["forecasts"])
    def export(here: Here) -> Response:
        """Return the whole chain with its hashes."""
        return Response(export_ledger(here.ledger), media_type="application/json")

    @api.get("/forecasts/scorecard.html", tags=["forecasts"])
    def scorecard(here: Here) -> Response:
        """Return the public scorecard page."""
        headers = {"Content-Security-Policy": PAGE_CSP, "X-Frame-Options": "SAMEORIGIN"}
        return Response(scorecard_html(here.ledger), media_type="text/html; charset=utf-8", headers=headers)

    @api.get("/forecasts/verify", tags=["forecasts"])
    def verify(here: Here) -> dict[str, Any]:
        """Walk the chain and say whether the past was changed."""
        found = verify_ledger(here.ledger)
        return {
            "whole": found.whole,
            "entries": found.n_entries,
            "head": found.head,
            "problems": list(found.problems),
        }

    @api.get("/forecasts/{name}", tags=["forecasts"])
    def forecast(name: ForecastName, here: Here) -> dict[str, Any]:
        """Return one forecast."""
        return find_sealed(here.ledger, name).to_dict()

    @api.post("/forecasts/{name}/resolve", tags=["forecasts"])
    def resolve_(name: ForecastName, ask: ResolveAsk, here: Here) -> dict[str, Any]:
        """Write down how a forecast came out."""
        done = resolve(
            here.ledger, name, ask.outcome, on=ask.on, source=ask.source, note=ask.note, correct=ask.correct
        )
        here.kept.forget()
        return done.to_dict()
