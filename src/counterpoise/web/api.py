"""The API: one route for each public function. Runs are queued; everything else is answered at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse

from counterpoise._version import __version__
from counterpoise.ledger.runs import ENDED, QueueFull
from counterpoise.web.asked import AssessAsk, CompareAsk, ReadAsk, Rename, ScenarioAsk, SimulateAsk
from counterpoise.web.forecast_routes import add_forecasts
from counterpoise.web.jobs import read_asked, scenario_asked
from counterpoise.web.kept import Answer, sent
from counterpoise.web.policy import PAGE_CSP
from counterpoise.web.service import Desk, Here, run_dict, scenario_json, scenario_list

__all__ = ["make_api"]

STREAM_SECONDS: Final = 0.4
MAX_WAIT: Final = 60.0


RunId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="Id of a run")]
Wait = Annotated[float, Query(ge=0, le=MAX_WAIT, description="Seconds to wait for the result; 0: only queue")]
ScenarioName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")]
FileName = Annotated[str, Path(pattern=r"^(figures/)?[a-z0-9_-]{1,60}\.(json|html|md|svg)$")]


def _json(data: bytes | str) -> Response:
    """Return JSON text as an answer, byte for byte."""
    return Response(data, media_type="application/json")


def _run_json(here: Desk, run_id: str) -> bytes:
    """Return a run as JSON text."""
    return json.dumps(run_dict(here.runs.get(run_id))).encode()


def make_api() -> APIRouter:
    """Return the routes."""
    api = APIRouter(prefix="/api/v1", responses={422: {"description": "The input is wrong: problems"}})
    for add in (_add_reading, _add_runs, _add_run, add_forecasts):
        add(api)
    return api


def _add_reading(api: APIRouter) -> None:
    """Add what is answered at once and changes nothing."""

    @api.get("/version", tags=["about"])
    def version() -> dict[str, str]:
        """Say which version answers."""
        return {"program": "counterpoise", "version": __version__}

    @api.get("/scenarios", tags=["scenarios"])
    async def scenarios(request: Request, here: Here) -> Response:
        """List the bundled scenarios."""
        return sent(request, await here.lasting.get("scenarios", scenario_list))

    @api.get("/scenarios/{name}", tags=["scenarios"])
    async def scenario(request: Request, name: ScenarioName, here: Here) -> Response:
        """Show a bundled scenario."""
        return sent(request, await here.lasting.get(name, partial(scenario_json, name)))

    @api.post("/scenarios/validate", tags=["scenarios"])
    def validate(ask: ScenarioAsk) -> dict[str, Any]:
        """Check a scenario; all its problems at once, each with its line."""
        found = scenario_asked(ask)
        return {"id": found.id, "title": found.title, "sha256": found.sha256, "valid": True}

    @api.get("/schemas/{name}", tags=["about"])
    def schema(name: Literal["scenario", "coding", "assessment"]) -> Response:
        """Return the JSON Schema of a format."""
        from counterpoise import library

        return _json(library.read_text(f"schemas/{name}-1.json"))

    @api.post("/read", tags=["runs"])
    def read(ask: ReadAsk) -> Response:
        """Read a report: what ``read --json`` prints."""
        return _json(read_asked(ask.report).to_json())

    @api.post("/preview", tags=["runs"])
    async def preview(ask: CompareAsk, here: Here) -> dict[str, Any]:
        """Compare arms at few members, within about a second: for sliders, not for quoting."""
        found = await here.preview.ask(ask.model_dump(mode="json", exclude_unset=True))
        if "error" in found:
            return JSONResponse(found["error"], status_code=422)  # type: ignore[return-value]
        return found


def _owner(request: Request) -> str:
    """Name who submits a run: the token, or the address."""
    token = request.state.token
    return f"token {token.id}" if token else str(request.state.client)[:64]


async def _submitted(
    request: Request, here: Desk, kind: str, ask: AssessAsk | SimulateAsk | CompareAsk, wait: float
) -> Response:
    """Queue a run; answer with it, or, where it ends in time, with its result."""
    run = await run_in_threadpool(here.submit, kind, ask, _owner(request))
    until = time.monotonic() + wait
    while wait and not run.ended and time.monotonic() < until:
        await asyncio.sleep(0.2)
        run = await run_in_threadpool(here.runs.get, run.id)
    where = {"Location": f"/api/v1/runs/{run.id}"}
    if run.state == "done" and wait:
        name = "assessment.json" if kind == "assess" else "answers.json"
        file = await run_in_threadpool(here.runs.file, run.id, name)
        return Response(file.data, media_type="application/json", headers=where)
    if run.state == "failed" and wait and run.error:
        status = 422 if run.error.get("exit_code") in (2, 3) else 500
        return JSONResponse(run.error, status_code=status, headers=where)
    return JSONResponse(run_dict(run), status_code=202, headers=where)


_QUEUED: dict[int | str, dict[str, Any]] = {
    202: {"description": "Queued: the run"},
    429: {"description": "Too many runs wait"},
}


def _add_runs(api: APIRouter) -> None:
    """Add what goes through the queue."""

    @api.post("/assess", tags=["runs"], responses=_QUEUED)
    async def assess(request: Request, ask: AssessAsk, here: Here, wait: Wait = 0.0) -> Response:
        """Assess a report: with ``wait``, what ``assess --json`` prints."""
        return await _submitted(request, here, "assess", ask, wait)

    @api.post("/simulate", tags=["runs"], responses=_QUEUED)
    async def simulate(request: Request, ask: SimulateAsk, here: Here, wait: Wait = 0.0) -> Response:
        """Draw futures of a scenario: with ``wait``, what ``simulate --json`` prints."""
        return await _submitted(request, here, "simulate", ask, wait)

    @api.post("/compare", tags=["runs"], responses=_QUEUED)
    async def compare(request: Request, ask: CompareAsk, here: Here, wait: Wait = 0.0) -> Response:
        """Compare arms: with ``wait``, what ``compare --json`` prints."""
        return await _submitted(request, here, "compare", ask, wait)

    @api.get("/runs", tags=["runs"])
    async def runs(request: Request, here: Here, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
        """List runs, newest first."""

        def make() -> bytes:
            return json.dumps([run_dict(r) for r in here.runs.list(limit=limit)]).encode()

        return sent(request, await here.kept.get(f"runs {limit}", make))


def _add_run(api: APIRouter) -> None:
    """Add what is done with one run."""

    @api.get("/runs/{run_id}", tags=["runs"])
    async def run(request: Request, run_id: RunId, here: Here) -> Response:
        """Return a run as it stands."""
        make = partial(_run_json, here, run_id)
        return sent(request, await here.kept.get(f"run {run_id}", make))

    @api.patch("/runs/{run_id}", tags=["runs"])
    def rename(run_id: RunId, ask: Rename, here: Here) -> dict[str, Any]:
        """Give a run a name."""
        found = here.runs.rename(run_id, ask.name)
        here.kept.forget()
        return run_dict(found)

    @api.post("/runs/{run_id}/cancel", tags=["runs"])
    def cancel(run_id: RunId, here: Here) -> dict[str, Any]:
        """Stop a run."""
        found = here.runs.cancel(run_id)
        here.kept.forget()
        return run_dict(found)

    @api.delete("/runs/{run_id}", tags=["runs"], status_code=204)
    def remove(run_id: RunId, here: Here) -> Response:
        """Drop a run that has ended, with its files."""
        here.runs.remove(run_id)
        here.kept.forget()
        return Response(status_code=204)

    @api.get("/runs/{run_id}/events", tags=["runs"], response_class=StreamingResponse)
    async def events(run_id: RunId, here: Here) -> StreamingResponse:
        """Stream a run's progress as server-sent events until it has ended."""
        await run_in_threadpool(here.runs.get, run_id)
        if here.streams >= here.settings.max_streams:
            raise QueueFull.at("streams", "too many are open", "poll the run instead")
        return StreamingResponse(_progress(here, run_id), media_type="text/event-stream")

    @api.get("/runs/{run_id}/files/{name:path}", tags=["runs"])
    def file(request: Request, run_id: RunId, name: FileName, here: Here) -> Response:
        """Return a file of a run, byte for byte as the command line writes it."""
        found = here.runs.file(run_id, name)
        answer = sent(request, Answer.of(found.data), found.media_type)
        answer.headers.update({"Content-Security-Policy": PAGE_CSP, "X-Frame-Options": "SAMEORIGIN"})
        return answer


async def _progress(here: Desk, run_id: str) -> AsyncIterator[str]:
    """Yield a run's state whenever it has changed."""
    here.streams += 1
    try:
        last, began = None, time.monotonic()
        while time.monotonic() - began < here.settings.run_seconds + 3_600:
            run = await run_in_threadpool(here.runs.get, run_id)
            now = {"state": run.state, "stage": run.stage, "done": run.done, "total": run.total}
            if now != last:
                yield f"event: {'end' if run.state in ENDED else 'progress'}\ndata: {json.dumps(now)}\n\n"
                last = now
            if run.ended:
                return
            await asyncio.sleep(STREAM_SECONDS)
    finally:
        here.streams -= 1
