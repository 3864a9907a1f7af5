"""What may be asked of the API, checked before anything is done: closed models with bounds on every field.

No path, URL or template is among them: a report is its text or the name of a bundled one, a scenario its name or its YAML text.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "Ask",
    "AssessAsk",
    "CompareAsk",
    "Correction",
    "ForecastImport",
    "LeverAsk",
    "Pull",
    "ReadAsk",
    "Rename",
    "ReportAsk",
    "ResolveAsk",
    "ScenarioAsk",
    "SealAsk",
    "SimulateAsk",
]


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected printable characters only")
    return text


Name = Annotated[str, Field(max_length=120), AfterValidator(_printable)]
Id = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")]
Text = Annotated[str, Field(min_length=1, max_length=1_000_000)]
Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]
Members = Annotated[int, Field(ge=1, le=1_000_000)]
Horizon = Annotated[int, Field(ge=1, le=3_650)]


class Ask(BaseModel):
    """Base: closed, no infinities."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ReportAsk(Ask):
    """A report: its text, or the name of a bundled one."""

    text: Text | None = None
    bundled: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> ReportAsk:
        if (self.text is None) == (self.bundled is None):
            raise ValueError("expected either text or bundled")
        return self


class ScenarioAsk(Ask):
    """A scenario: the name of a bundled one, or the YAML text of one's own."""

    name: Id | None = None
    yaml: Annotated[str, Field(min_length=1, max_length=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one(self) -> ScenarioAsk:
        if (self.name is None) == (self.yaml is None):
            raise ValueError("expected either name or yaml")
        return self


class Correction(Ask):
    """A statement of the reading, corrected by hand; fields left out stay as they were read."""

    id: Id
    drop: bool = False
    realis: Literal["actual", "future", "hypothetical", "negated"] | None = None
    actors: tuple[Id, ...] | None = None
    recipients: tuple[Id, ...] | None = None
    support_kinds: tuple[Id, ...] | None = None
    date: dt.date | None = None
    p: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] | None = Field(
        default=None, description="probability interval of the wording"
    )


class Pull(Ask):
    """One change that a lever makes: which kinds of support go to which share of their size, from when, how fast."""

    sender: Id
    recipient: Id
    kinds: tuple[Id, ...] = ()
    to: Annotated[float, Field(ge=0, le=10)]
    date: dt.date | None = None
    days: Annotated[int, Field(ge=0, le=3_650)] = 0


class LeverAsk(Ask):
    """A lever of one's own: changes of support, legs that close, a campaign that starts."""

    id: Id
    title: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
    changes: tuple[Pull, ...] = Field(default=(), max_length=40)
    close_routes: tuple[Id, ...] = Field(default=(), max_length=200)
    start_campaign: bool = False
    reopen_days: Annotated[int, Field(ge=1, le=3_650)] | None = Field(
        default=None, description="days until the closed legs are open again; left out: they stay closed"
    )


class ReadAsk(Ask):
    """Ask what a report says."""

    report: ReportAsk


class _RunAsk(Ask):
    """What all runs take."""

    as_of: dt.date | None = None
    members: Members = 10_000
    horizon: Horizon | None = None
    seed: Seed = 1
    overrides: tuple[Annotated[str, Field(max_length=400)], ...] = Field(default=(), max_length=50)


class AssessAsk(_RunAsk):
    """Ask for an assessment of a report."""

    report: ReportAsk
    scenario: ScenarioAsk | None = None
    wording: Literal["icd203", "phia"] = "icd203"
    never_begun: bool = False
    levers: tuple[Id, ...] = Field(
        default=(), max_length=40, description="an arm more: as reported, and these"
    )
    own_levers: tuple[LeverAsk, ...] = Field(default=(), max_length=10)
    corrections: tuple[Correction, ...] = Field(default=(), max_length=200)


class SimulateAsk(_RunAsk):
    """Ask for futures of a scenario."""

    scenario: ScenarioAsk
    levers: tuple[Id, ...] = Field(default=(), max_length=40)
    own_levers: tuple[LeverAsk, ...] = Field(default=(), max_length=10)


class CompareAsk(_RunAsk):
    """Ask for paired arms of a scenario; the first is the reference."""

    scenario: ScenarioAsk
    arms: dict[Id, tuple[Id, ...]] = Field(min_length=2, max_length=6)
    own_levers: tuple[LeverAsk, ...] = Field(default=(), max_length=10)


class Rename(Ask):
    """A name for a run."""

    name: Name


class SealAsk(Ask):
    """Seal answers of a run."""

    run: Id
    arm: Id = "as_reported"
    questions: tuple[Id, ...] = Field(default=(), max_length=40)


class ResolveAsk(Ask):
    """How a forecast came out."""

    outcome: Literal["VOID", "YES", "NO"]
    on: dt.date
    source: Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_printable)]
    note: Annotated[str, Field(max_length=1_000), AfterValidator(_printable)] = ""
    correct: bool = False


class ForecastImport(Ask):
    """Forecasts of people and markets; fields as in docs/ledger.md."""

    forecasts: list[dict[str, Any]] = Field(min_length=1, max_length=1_000)
