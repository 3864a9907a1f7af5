"""Forecasts as data: question, resolution rules with VOID first, probability, base rate, and what they were made from."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from counterpoise.assessment.models import Assessment, Question
from counterpoise.errors import InputError, Problem, nearest

__all__ = ["SCHEMA", "BaseRateRow", "Forecast", "Rule", "RunInfo", "check_forecast", "forecasts_of"]

SCHEMA: Final = "counterpoise/forecast/1"
Outcome = Literal["VOID", "YES", "NO"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Line = Annotated[str, Field(min_length=1, max_length=400)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

#: What makes a forecast of a run worthless rather than wrong.
_CONDITIONS = {
    "as_reported": "it is established that the withdrawal as reported had not happened and was not under way on {as_of}",
    "if_true": "it is established that the events of the report had not happened and were not under way on {as_of}",
    "without": "it is established that the events of the report had happened or were under way on {as_of}",
    "stay": "the patron's withdrawal is carried out after {as_of}",
    "reinforce": "the patron does not add to its support after {as_of}",
    "imposed": "the departure was the patron's own choice",
    "never_begun": "the withdrawal had begun by {as_of}",
}


class Sealable(BaseModel):
    """Base of what is sealed: immutable, exact, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Rule(Sealable):
    """When a question has which outcome."""

    outcome: Outcome
    when: Annotated[str, Field(min_length=5, max_length=1_000)]


class BaseRateRow(Sealable):
    """How often it happened in a class of past cases."""

    p: Probability
    n: Annotated[int, Field(ge=0)]
    reference_class: Line = Field(alias="class")
    source: Line
    selected: bool = False


class RunInfo(Sealable):
    """The run that a forecast of the model comes from."""

    program: str
    seed: int
    members: int
    scenario: str
    scenario_sha256: str
    report_sha256: str | None
    assessment_sha256: Sha256


class Forecast(Sealable):
    """A probability for a question that will be resolved."""

    schema_: Literal["counterpoise/forecast/1"] = Field(default=SCHEMA, alias="schema")
    question: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="same id and closing day: same question, whoever forecasts"
    )
    text: Line
    rules: tuple[Rule, ...] = Field(description="in the order in which they are tried: VOID first")
    made_on: dt.date = Field(description="the forecaster knew nothing later")
    closes_on: dt.date
    forecaster: Annotated[str, Field(min_length=1, max_length=120)]
    origin: Literal["model", "outside"]
    p: Probability
    interval_90: tuple[Probability, Probability] | None = None
    base_rate: tuple[BaseRateRow, ...] = ()
    arm: str | None = None
    source: str | None = Field(default=None, max_length=400)
    run: RunInfo | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Forecast:
        if [r.outcome for r in self.rules] != ["VOID", "YES", "NO"]:
            raise ValueError(
                "expected three rules in the order VOID, YES, NO: what voids it is written first"
            )
        if self.closes_on <= self.made_on:
            raise ValueError(f"closes_on {self.closes_on} is not after made_on {self.made_on}")
        if self.interval_90 is not None and self.interval_90[0] > self.interval_90[1]:
            raise ValueError("interval_90 runs backwards")
        if (self.origin == "model") != (self.run is not None):
            raise ValueError("a forecast of the model names its run, one from outside does not")
        return self


def check_forecast(data: object, where: str) -> Forecast:
    """Return a forecast made of plain data.

    Raises
    ------
    InputError
        With every problem that was found.
    """
    try:
        return Forecast.model_validate(data)
    except ValidationError as fault:
        raise InputError(*(_problem(where, dict(e)) for e in fault.errors(include_url=False))) from fault


def _problem(where: str, error: dict[str, object]) -> Problem:
    """Say one fault of pydantic in our own shape."""
    place = error["loc"]
    path = ".".join(str(x) for x in place) if isinstance(place, tuple) else str(place)
    known = [f.alias or n for n, f in Forecast.model_fields.items()]
    near = nearest(path, known) if error["type"] == "extra_forbidden" else ()
    what = str(error["msg"]).removeprefix("Value error, ")
    return Problem(f"{where} {path}".rstrip(), what, "docs/ledger.md lists the fields", near)


def forecasts_of(
    folder: str | Path, *, arm: str = "as_reported", questions: Sequence[str] = ()
) -> tuple[Forecast, ...]:
    """Return the forecasts that a run makes: answers of one arm that are no mere scenario.

    Parameters
    ----------
    folder : str or Path
        Folder that ``assess --out`` wrote.
    questions : sequence of str
        Ids; left out: the end of the regime, whatever the mode, within each horizon.

    Raises
    ------
    InputError
        If there is no such run, arm or question.
    """
    path = Path(folder) / "assessment.json"
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise InputError.at(str(path), "no such file", "give the folder that `assess --out` wrote") from fault
    return forecasts_in(data, str(path), arm=arm, questions=questions)


def forecasts_in(
    data: bytes, where: str, *, arm: str = "as_reported", questions: Sequence[str] = ()
) -> tuple[Forecast, ...]:
    """As `forecasts_of`, from the bytes of an ``assessment.json``."""
    try:
        a = Assessment.model_validate_json(data)
    except ValidationError as fault:
        first = str(fault).splitlines()[0]
        raise InputError.at(
            where, f"not an assessment of this version: {first}", "run `assess` again"
        ) from fault
    arms = [x.name for x in a.arms]
    if arm not in arms:
        raise InputError.at(
            f"arm '{arm}'", "the run has no such arm", f"arms: {', '.join(arms)}", nearest(arm, arms)
        )
    answered = {q.id: q for q in a.questions if q.arm == arm and not q.scenario_only}
    wanted = questions or [q.id for q in answered.values() if q.mode is None]
    unknown = [
        Problem(
            f"question '{q}'",
            "the run has no such forecast",
            f"known: {', '.join(answered)}",
            nearest(q, answered),
        )
        for q in wanted
        if q not in answered
    ]
    if unknown or not wanted:
        raise InputError(
            *unknown or (Problem(where, "holds no forecast", "choose a horizon of 30 days or more"),)
        )
    digest = hashlib.sha256(data).hexdigest()
    return tuple(_forecast(a, answered[q], digest) for q in wanted)


def _forecast(a: Assessment, q: Question, digest: str) -> Forecast:
    """Write one answer of a run down as a forecast."""
    rates = (
        BaseRateRow(
            p=r.p, n=r.n, reference_class=r.reference_class[:400], source=r.source[:400], selected=r.selected
        )
        for r in q.base_rate
    )
    return Forecast(
        question=q.id,
        text=q.text,
        rules=_rules(a, q),
        made_on=a.as_of,
        closes_on=a.as_of + dt.timedelta(days=q.horizon_days),
        forecaster=f"counterpoise {a.program}",
        origin="model",
        p=q.p,
        interval_90=q.interval_90,
        base_rate=tuple(rates),
        arm=q.arm,
        run=RunInfo(
            program=a.program,
            seed=a.seed,
            members=a.members,
            scenario=a.scenario.name,
            scenario_sha256=a.scenario.sha256,
            report_sha256=a.report.sha256 if a.report else None,
            assessment_sha256=digest,
        ),
    )


def _rules(a: Assessment, q: Question) -> tuple[Rule, ...]:
    """Take a question's resolution text apart, and say first what voids it."""
    mixed = any(arm.name == q.arm and arm.mixture for arm in a.arms)
    # A mixture counts with it that the event did not happen: only the report itself can void it.
    condition = (
        "the report is withdrawn by who brought it"
        if mixed
        else _CONDITIONS.get(q.arm, "the levers of the arm are not pulled").format(as_of=a.as_of)
    )
    yes = q.resolution.split(" VOID if")[0].removeprefix("YES if ").rstrip(".")
    return (
        Rule(
            outcome="VOID", when=f"sources of record disagree on whether or when it happened; or {condition}"
        ),
        Rule(outcome="YES", when=yes),
        Rule(outcome="NO", when="neither of the above by the end of the closing day (UTC)"),
    )
