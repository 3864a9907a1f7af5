"""A request becomes a call of a public function, and its result becomes files: the very bytes that the command line writes."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from counterpoise.assessment import assess, compare, load_report, manifest
from counterpoise.assessment.assessing import WITH_LEVERS, choose_scenario
from counterpoise.assessment.course import losses_by_day
from counterpoise.assessment.simulating import Comparison, Progress
from counterpoise.brief import write_brief
from counterpoise.ensemble import Futures
from counterpoise.errors import CounterpoiseError, InputError, NothingToAssess, Problem, nearest
from counterpoise.ledger import LedgerUnavailable
from counterpoise.ledger.runs import Artefact
from counterpoise.library import path
from counterpoise.reports import Coding, read_report
from counterpoise.scenario import load_scenario
from counterpoise.scenario.files import bundled_names, case_names
from counterpoise.scenario.loader import content_hash
from counterpoise.scenario.models import Lever, Scenario
from counterpoise.web.asked import (
    AssessAsk,
    CompareAsk,
    Correction,
    LeverAsk,
    ReportAsk,
    ScenarioAsk,
    SimulateAsk,
)

__all__ = [
    "KINDS",
    "MEDIA_TYPES",
    "comparison_json",
    "corrected",
    "course_json",
    "do_run",
    "fault_of",
    "read_asked",
    "scenario_asked",
    "with_levers",
]

log = logging.getLogger("counterpoise.jobs")
MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml",
}
#: Arms whose course is kept for the map.
COURSE_ARMS: Final = ("as_reported", "stay", WITH_LEVERS)
#: Name under which a text that came over HTTP is read; the same that the command line gives to standard input.
TEXT_NAME: Final = "standard input"


def read_asked(ask: ReportAsk) -> Coding:
    """Read the report of a request."""
    if ask.text is not None:
        return read_report(TEXT_NAME, text=ask.text.encode())
    known = {p.stem for p in path("reports").glob("*.txt")}
    if ask.bundled not in known:
        raise InputError.at(
            f"report '{ask.bundled}'", "is not bundled", f"bundled: {', '.join(sorted(known))}"
        )
    return load_report(str(ask.bundled))


@lru_cache(maxsize=32)
def _bundled(name: str, overrides: tuple[str, ...]) -> Scenario:
    """Load a bundled scenario; kept, since it does not change while we run."""
    known = (*bundled_names(), *case_names())
    if name not in known:
        mend = "GET /api/v1/scenarios lists them"
        raise InputError.at(f"scenario '{name}'", "is not bundled", mend, nearest(name, known))
    return load_scenario(name, overrides)


def scenario_asked(ask: ScenarioAsk, overrides: tuple[str, ...] = ()) -> Scenario:
    """Load the scenario of a request; a text is read from a folder of its own, where an include finds nothing."""
    if ask.name is not None:
        return _bundled(ask.name, overrides)
    with tempfile.TemporaryDirectory(prefix="counterpoise-") as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(str(ask.yaml), encoding="utf-8")
        try:
            return load_scenario(file, overrides)
        except InputError as wrong:
            raise InputError(*(_without_folder(p, folder) for p in wrong.problems)) from None


def _without_folder(problem: Problem, folder: str) -> Problem:
    """Take the temporary folder out of what is said."""
    where, what, mend = (t.replace(f"{folder}/", "") for t in (problem.where, problem.what, problem.mend))
    return Problem(where, what, mend, problem.nearest)


def with_levers(scenario: Scenario, levers: tuple[LeverAsk, ...]) -> Scenario:
    """Return a scenario with further levers, checked against its actors and routes.

    Raises
    ------
    InputError
        With every problem that was found.
    """
    if not levers:
        return scenario
    problems = []
    actors, routes = {a.id for a in scenario.actors}, {r.id for r in scenario.routes}
    taken = {x.id for x in scenario.levers}
    made = []
    for lever in levers:
        if lever.id in taken:
            problems.append(
                Problem(f"lever '{lever.id}'", "the scenario has a lever of that name", "choose another")
            )
        unknown = [a for c in lever.changes for a in (c.sender, c.recipient) if a not in actors]
        problems += [
            Problem(f"lever '{lever.id}'", f"there is no actor '{a}'", "see the scenario") for a in unknown
        ]
        problems += [
            Problem(f"lever '{lever.id}'", f"there is no route '{r}'", "see the scenario")
            for r in lever.close_routes
            if r not in routes
        ]
        try:
            made.append(Lever.model_validate(lever.model_dump()))
        except ValidationError as wrong:
            problems += [Problem(f"lever '{lever.id}'", str(e["msg"])) for e in wrong.errors()]
    if problems:
        raise InputError(*problems)
    changed = scenario.model_copy(update={"levers": (*scenario.levers, *made)})
    return changed.model_copy(update={"sha256": content_hash(changed)})


def corrected(coding: Coding, corrections: tuple[Correction, ...]) -> Coding:
    """Return a reading with statements corrected by hand; each correction is noted in the document's notes.

    Raises
    ------
    InputError
        For a statement that is not there, or a value that the coding does not know.
    """
    if not corrections:
        return coding
    data: dict[str, Any] = coding.to_dict()
    where = {s["id"]: (part, s) for part in ("events", "relations", "claims") for s in data[part]}
    notes = []
    for c in corrections:
        if c.id not in where:
            raise InputError.at(
                f"correction of '{c.id}'", "the reading has no such statement", "read the report again"
            )
        part, statement = where[c.id]
        if c.drop:
            data[part].remove(statement)
            notes.append(f"by hand: {c.id} dropped")
            continue
        changes = c.model_dump(mode="json", exclude_none=True, exclude={"id", "drop", "p"})
        statement.update(changes)
        if c.p is not None:
            statement["hedge"]["p"] = list(c.p)
            changes["p"] = list(c.p)
        notes.append(f"by hand: {c.id} {', '.join(sorted(changes))}")
    data["document"]["notes"] = [*data["document"]["notes"], *notes]
    try:
        found = Coding.model_validate(data)
    except ValidationError as wrong:
        problems = (
            Problem(".".join(map(str, e["loc"])), str(e["msg"])) for e in wrong.errors(include_url=False)
        )
        raise InputError(*problems) from wrong
    document = found.document.model_copy(update={"text": coding.document.text})
    return found.model_copy(update={"document": document})


def comparison_json(found: Comparison, *, contrasts: bool) -> str:
    """Return what ``compare --json`` prints, or ``simulate --json`` without contrasts."""
    questions = [q.model_dump(mode="json", by_alias=True) for q in found.questions]
    data: Any = questions
    if contrasts:
        data = {"questions": questions, "contrasts": [c.model_dump(mode="json") for c in found.contrasts]}
    return json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n"


def _assess(request: Mapping[str, Any], tell: Progress, scheduler: str | None) -> list[Artefact]:
    """Do what ``assess`` does."""
    ask = AssessAsk.model_validate(request)
    coding = corrected(read_asked(ask.report), ask.corrections)
    scenario = scenario_asked(ask.scenario, ask.overrides) if ask.scenario else None
    if ask.own_levers:
        scenario = with_levers(scenario or choose_scenario(coding, None, ask.overrides)[0], ask.own_levers)
    course: list[str] = []

    def keep(futures: Futures) -> None:
        # At once: the files of a large run go when it ends.
        course.append(course_json(futures))

    found = assess(
        coding, scenario=scenario, as_of=ask.as_of, members=ask.members, horizon=ask.horizon, seed=ask.seed,
        wording=ask.wording, never_begun=ask.never_begun, overrides=() if scenario else ask.overrides,
        levers=ask.levers, progress=tell, keep=keep, scheduler=scheduler,
    )  # fmt: skip
    tell("write the brief", 0, 1)
    with tempfile.TemporaryDirectory(prefix="counterpoise-") as folder:
        out = Path(folder)
        write_brief(found, out, run=manifest(found))
        files = [p for p in sorted(out.rglob("*")) if p.is_file()]
        made = [Artefact(p.relative_to(out).as_posix(), MEDIA_TYPES[p.suffix], p.read_bytes()) for p in files]
    made.append(Artefact("coding.json", MEDIA_TYPES[".json"], coding.to_json().encode()))
    made.append(Artefact("course.json", MEDIA_TYPES[".json"], course[0].encode()))
    return made


def course_json(futures: Futures) -> str:
    """Return P(lost) of each place on each day, in the leading arms, in thousandths: what the desk's map moves over."""
    shown = [a for a in COURSE_ARMS if a in futures.arms]
    arms = {
        a: {site: [round(1000 * x) for x in p.tolist()] for site, p in losses_by_day(futures, a).items()}
        for a in shown
    }
    data = {"schema": "counterpoise/course/1", "as_of": futures.world.as_of, "unit": "1/1000", "arms": arms}
    return json.dumps(data, separators=(",", ":")) + "\n"


def _compared(
    ask: SimulateAsk | CompareAsk, arms: Mapping[str, tuple[str, ...]], tell: Progress, scheduler: str | None
) -> Comparison:
    """Run paired arms."""
    scenario = with_levers(scenario_asked(ask.scenario, ask.overrides), ask.own_levers)
    return compare(
        scenario,
        arms,
        as_of=ask.as_of,
        members=ask.members,
        horizon=ask.horizon,
        seed=ask.seed,
        progress=tell,
        scheduler=scheduler,
    )


def _simulate(request: Mapping[str, Any], tell: Progress, scheduler: str | None) -> list[Artefact]:
    """Do what ``simulate --json`` does."""
    ask = SimulateAsk.model_validate(request)
    text = comparison_json(_compared(ask, {"baseline": ask.levers}, tell, scheduler), contrasts=False)
    return [Artefact("answers.json", MEDIA_TYPES[".json"], text.encode())]


def _compare(request: Mapping[str, Any], tell: Progress, scheduler: str | None) -> list[Artefact]:
    """Do what ``compare --json`` does."""
    ask = CompareAsk.model_validate(request)
    text = comparison_json(_compared(ask, ask.arms, tell, scheduler), contrasts=True)
    return [Artefact("answers.json", MEDIA_TYPES[".json"], text.encode())]


KINDS: Final[dict[str, Callable[[Mapping[str, Any], Progress, str | None], list[Artefact]]]] = {
    "assess": _assess,
    "simulate": _simulate,
    "compare": _compare,
}


def do_run(
    kind: str, request: Mapping[str, Any], tell: Progress, scheduler: str | None = None
) -> list[Artefact]:
    """Do a run; return its files. Where a Dask scheduler is named and away, the work is done here: it changes no result."""
    try:
        return KINDS[kind](request, tell, scheduler)
    except InputError as fault:
        if scheduler is None or not any(p.where.startswith(("scheduler", "cluster")) for p in fault.problems):
            raise
        log.warning(
            "the Dask scheduler cannot be used; the run is done here",
            extra={"data": {"why": str(fault)[:300]}},
        )
        return KINDS[kind](request, tell, None)


def fault_of(fault: BaseException) -> dict[str, Any]:
    """Return an error as data: problems with where, what, mend and nearest names, and the exit code of the command line."""
    if isinstance(fault, InputError):
        problems = [
            {"where": p.where, "what": p.what, "mend": p.mend, "nearest": list(p.nearest)}
            for p in fault.problems
        ]
        return {"problems": problems, "exit_code": fault.exit_code}
    if isinstance(fault, NothingToAssess):
        text = str(fault).splitlines()[0]
        problem = {"where": "report", "what": text, "mend": "", "nearest": []}
        return {"problems": [problem], "found": list(fault.found), "exit_code": fault.exit_code}
    if isinstance(fault, LedgerUnavailable):
        # Where it is and what it said stays in the log: neither is for whoever asks over HTTP.
        problem = {
            "where": "ledger", "what": "the database does not answer; nothing was half-written",
            "mend": "try again in a few seconds; the server's log says why", "nearest": [],
        }  # fmt: skip
        return {"problems": [problem], "exit_code": 1}
    what = (
        str(fault)
        if isinstance(fault, CounterpoiseError)
        else f"a fault of the program: {type(fault).__name__}"
    )
    problem = {"where": "run", "what": what, "mend": "the server's log says more", "nearest": []}
    return {"problems": [problem], "exit_code": 1}
