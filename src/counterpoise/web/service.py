"""What the routes and the pages share: settings, ledger, queue, preview, kept answers, bundled scenarios."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends, Request

from counterpoise.assessment.assessing import choose_scenario
from counterpoise.errors import InputError, nearest
from counterpoise.ledger import Ledger
from counterpoise.ledger.runs import QueueFull, Run, Runs
from counterpoise.scenario.models import Scenario
from counterpoise.web.asked import AssessAsk, CompareAsk, ScenarioAsk, SimulateAsk
from counterpoise.web.jobs import corrected, read_asked, scenario_asked, with_levers
from counterpoise.web.kept import Kept
from counterpoise.web.preview import Preview
from counterpoise.web.settings import Settings

__all__ = ["Desk", "Here", "desk_of", "keep_scenarios", "run_dict", "scenario_json", "scenario_list"]


class Desk:
    """What the routes and the pages share: settings, ledger, queue, preview."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.settings, self.ledger = settings, ledger
        self.runs = Runs(ledger)
        self.preview = Preview()
        #: Of the ledger, and of what does not change while we run.
        self.kept, self.lasting = Kept(), Kept(math.inf)
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
        made = self.runs.submit(kind, request, name=name, owner=owner, most_waiting=self.settings.max_waiting)
        self.kept.forget()
        return made

    def _check(self, ask: AssessAsk | SimulateAsk | CompareAsk) -> None:
        """Find what is wrong with a request before it waits in the queue."""
        if isinstance(ask, AssessAsk):
            coding = corrected(read_asked(ask.report), ask.corrections)
            if ask.scenario is None and not (ask.levers or ask.own_levers):
                return
            found = (
                scenario_asked(ask.scenario, ask.overrides)
                if ask.scenario
                else choose_scenario(coding, None)[0]
            )
            _check_levers(with_levers(found, ask.own_levers), ask.levers)
            return
        scenario = with_levers(scenario_asked(ask.scenario, ask.overrides), ask.own_levers)
        _check_levers(
            scenario,
            ask.levers if isinstance(ask, SimulateAsk) else [x for arm in ask.arms.values() for x in arm],
        )


def _check_levers(scenario: Scenario, pulled: Iterable[str]) -> None:
    """Refuse a lever that the scenario does not have."""
    known = {x.id for x in scenario.levers}
    for lever in pulled:
        if lever not in known:
            raise InputError.at(
                f"lever '{lever}'", f"scenario {scenario.id} has no such lever",
                f"levers: {', '.join(sorted(known)) or 'none'}", nearest(lever, known),
            )  # fmt: skip


async def desk_of(request: Request) -> Desk:
    """Return what the application was made with; a coroutine, so that no thread is needed for it."""
    found: Desk = request.app.state.desk
    return found


Here = Annotated[Desk, Depends(desk_of)]


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
