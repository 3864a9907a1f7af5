"""The API: one route for each public function. Runs are queued; everything else is answered at once."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse

from counterpoise._version import __version__
from counterpoise.errors import InputError, nearest
from counterpoise.ledger import (
    Ledger,
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
from counterpoise.ledger.runs import ENDED, QueueFull, Run, Runs
from counterpoise.ledger.sealing import find_sealed
from counterpoise.web.asked import (
    AssessAsk,
    CompareAsk,
    ForecastImport,
    ReadAsk,
    Rename,
    ResolveAsk,
    ScenarioAsk,
    SealAsk,
    SimulateAsk,
)
from counterpoise.web.guard import PAGE_CSP
from counterpoise.web.jobs import corrected, read_asked, scenario_asked, with_levers
from counterpoise.web.preview import Preview
from counterpoise.web.settings import Settings

__all__ = ["Desk", "desk_of", "make_api", "run_dict"]

STREAM_SECONDS: Final = 0.4
MAX_WAIT: Final = 60.0


class Desk:
    """What the routes and the pages share: settings, ledger, queue, preview."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.settings, self.ledger = settings, ledger
        self.runs = Runs(ledger)
        self.preview = Preview()
        self.streams = 0

    def submit(self, kind: str, ask: AssessAsk | SimulateAsk | CompareAsk, owner: str, name: str = "") -> Run:
        """Check a request as far as can be done at once, and queue it.

        Raises
        ------
        InputError
            If the request is wrong.
        QueueFull
            If too many runs wait.
        """
        most = self.settings.max_members
        if ask.members > most:
            raise InputError.at("members", f"expected at most {most:,}, got {ask.members:,}", "ask for fewer")
        self._check(ask)
        mine = sum(r.owner == owner for r in self.runs.list(limit=500, state="queued"))
        if mine >= self.settings.max_waiting_each:
            raise QueueFull.at(
                "queue", f"{mine} of your runs wait already", "try again when some have been done"
            )
        request = ask.model_dump(mode="json", exclude_unset=True)
        return self.runs.submit(kind, request, name=name, owner=owner, most_waiting=self.settings.max_waiting)

    def _check(self, ask: AssessAsk | SimulateAsk | CompareAsk) -> None:
        """Find what is wrong with a request before it waits in the queue."""
        if isinstance(ask, AssessAsk):
            corrected(read_asked(ask.report), ask.corrections)
            if ask.scenario is not None:
                scenario_asked(ask.scenario, ask.overrides)
            return
        scenario = with_levers(scenario_asked(ask.scenario, ask.overrides), ask.own_levers)
        known = {x.id for x in scenario.levers}
        pulled = ask.levers if isinstance(ask, SimulateAsk) else [x for arm in ask.arms.values() for x in arm]
        for lever in pulled:
            if lever not in known:
                raise InputError.at(
                    f"lever '{lever}'", f"scenario {scenario.id} has no such lever",
                    f"levers: {', '.join(sorted(known)) or 'none'}", nearest(lever, known),
                )  # fmt: skip


def desk_of(request: Request) -> Desk:
    """Return what the application was made with."""
    found: Desk = request.app.state.desk
    return found


Here = Annotated[Desk, Depends(desk_of)]
RunId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="Id of a run")]
ForecastName = Annotated[
    str, Path(pattern=r"^[0-9a-f]{1,64}$", description="Number or beginning of the hash")
]
Wait = Annotated[float, Query(ge=0, le=MAX_WAIT, description="Seconds to wait for the result; 0: only queue")]
ScenarioName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")]
FileName = Annotated[str, Path(pattern=r"^(figures/)?[a-z0-9_-]{1,60}\.(json|html|md|svg)$")]


def run_dict(run: Run) -> dict[str, Any]:
    """Return a run as data; the request's report text is left out."""
    request = dict(run.request)
    if isinstance(request.get("report"), dict) and "text" in request["report"]:
        request["report"] = {"text": f"{len(request['report']['text'])} characters"}
    return {
        "id": run.id, "kind": run.kind, "name": run.name, "state": run.state, "request": request,
        "created_at": run.created_at, "started_at": run.started_at, "finished_at": run.finished_at,
        "attempts": run.attempts, "progress": {"stage": run.stage, "done": run.done, "total": run.total},
        "error": run.error, "files": [f"/api/v1/runs/{run.id}/files/{f}" for f in run.files],
    }  # fmt: skip


_loading = threading.Lock()


def keep_scenarios() -> None:
    """Load the bundled scenarios once, before many ask for them at the same time."""
    from counterpoise.scenario.files import bundled_names

    with _loading:
        _scenario_list()
        for name in bundled_names():
            _scenario_json(name)


def scenario_list() -> bytes:
    """Return the bundled scenarios; loaded by one, awaited by the others."""
    with _loading:
        return _scenario_list()


def scenario_json(name: str) -> bytes:
    """Return a bundled scenario; loaded by one, awaited by the others."""
    with _loading:
        return _scenario_json(name)


@lru_cache
def _scenario_list() -> bytes:
    """Return what ``scenario list --json`` prints, without paths; the bundled scenarios do not change while we run."""
    from counterpoise.scenario import list_scenarios

    rows = [{**i._asdict(), "as_of": i.as_of.isoformat()} for i in list_scenarios()]
    for row in rows:
        del row["path"]
    return json.dumps(rows, indent=2).encode() + b"\n"


@lru_cache(maxsize=64)
def _scenario_json(name: str) -> bytes:
    """Return what ``scenario show --json`` prints."""
    found = scenario_asked(ScenarioAsk(name=name))
    return found.model_dump_json(by_alias=True, indent=2).encode() + b"\n"


def _json(data: bytes | str) -> Response:
    """Return JSON text as an answer, byte for byte."""
    return Response(data, media_type="application/json")


def make_api() -> APIRouter:
    """Return the routes."""
    api = APIRouter(prefix="/api/v1", responses={422: {"description": "The input is wrong: problems"}})
    for add in (_add_reading, _add_runs, _add_run, _add_forecasts):
        add(api)
    return api


def _add_reading(api: APIRouter) -> None:
    """Add what is answered at once and changes nothing."""

    @api.get("/version", tags=["about"])
    def version() -> dict[str, str]:
        """Say which version answers."""
        return {"program": "counterpoise", "version": __version__}

    @api.get("/scenarios", tags=["scenarios"])
    def scenarios() -> Response:
        """List the bundled scenarios."""
        return _json(scenario_list())

    @api.get("/scenarios/{name}", tags=["scenarios"])
    def scenario(name: ScenarioName) -> Response:
        """Show a bundled scenario."""
        return _json(scenario_json(name))

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
    def runs(here: Here, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[dict[str, Any]]:
        """List runs, newest first."""
        return [run_dict(r) for r in here.runs.list(limit=limit)]


def _add_run(api: APIRouter) -> None:
    """Add what is done with one run."""

    @api.get("/runs/{run_id}", tags=["runs"])
    def run(run_id: RunId, here: Here) -> dict[str, Any]:
        """Return a run as it stands."""
        return run_dict(here.runs.get(run_id))

    @api.patch("/runs/{run_id}", tags=["runs"])
    def rename(run_id: RunId, ask: Rename, here: Here) -> dict[str, Any]:
        """Give a run a name."""
        return run_dict(here.runs.rename(run_id, ask.name))

    @api.post("/runs/{run_id}/cancel", tags=["runs"])
    def cancel(run_id: RunId, here: Here) -> dict[str, Any]:
        """Stop a run."""
        return run_dict(here.runs.cancel(run_id))

    @api.delete("/runs/{run_id}", tags=["runs"], status_code=204)
    def remove(run_id: RunId, here: Here) -> Response:
        """Drop a run that has ended, with its files."""
        here.runs.remove(run_id)
        return Response(status_code=204)

    @api.get("/runs/{run_id}/events", tags=["runs"], response_class=StreamingResponse)
    async def events(run_id: RunId, here: Here) -> StreamingResponse:
        """Stream a run's progress as server-sent events until it has ended."""
        await run_in_threadpool(here.runs.get, run_id)
        if here.streams >= here.settings.max_streams:
            raise QueueFull.at("streams", "too many are open", "poll the run instead")
        return StreamingResponse(_progress(here, run_id), media_type="text/event-stream")

    @api.get("/runs/{run_id}/files/{name:path}", tags=["runs"])
    def file(run_id: RunId, name: FileName, here: Here) -> Response:
        """Return a file of a run, byte for byte as the command line writes it."""
        found = here.runs.file(run_id, name)
        headers = {"Content-Security-Policy": PAGE_CSP, "X-Frame-Options": "SAMEORIGIN"}
        return Response(found.data, media_type=found.media_type, headers=headers)


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


def _add_forecasts(api: APIRouter) -> None:
    """Add the ledger of forecasts."""

    @api.get("/forecasts", tags=["forecasts"])
    def forecasts(here: Here) -> list[dict[str, Any]]:
        """List the sealed forecasts."""
        return [s.to_dict() for s in list_forecasts(here.ledger)]

    @api.post("/forecasts", tags=["forecasts"], status_code=201)
    def seal_(ask: SealAsk, here: Here) -> list[dict[str, Any]]:
        """Seal answers of a run."""
        data = here.runs.file(ask.run, "assessment.json").data
        found = forecasts_in(data, f"run {ask.run}", arm=ask.arm, questions=ask.questions)
        return [s.to_dict() for s in seal(here.ledger, found)]

    @api.post("/forecasts/import", tags=["forecasts"], status_code=201)
    def import_(ask: ForecastImport, here: Here) -> list[dict[str, Any]]:
        """Seal forecasts of people and markets."""
        found = parse_outside(json.dumps(ask.forecasts).encode(), "forecasts.json")
        return [s.to_dict() for s in seal(here.ledger, found)]

    @api.get("/forecasts/score", tags=["forecasts"])
    def score(here: Here) -> dict[str, Any]:
        """Score what is resolved."""
        return score_ledger(here.ledger).to_dict()

    @api.get("/forecasts/export", tags=["forecasts"])
    def export(here: Here) -> Response:
        """Return the whole chain with its hashes."""
        return _json(export_ledger(here.ledger))

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
        return done.to_dict()
