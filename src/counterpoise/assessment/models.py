"""The assessment: everything that a brief says, as data. ``assessment.json`` is this model, versioned by `SCHEMA`.

Numbers that need a simulation carry three different uncertainties and never mix them: ``interval_50``/``interval_90`` say
how far not knowing the parameters moves the number, ``mc_error`` is one standard error of the Monte-Carlo noise, and the
probability itself is the chance that stays when both are gone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

from pydantic import Field

from counterpoise.assessment.outputs import Interval, Out, empty
from counterpoise.assessment.regional_models import (
    Aftermath,
    Ally,
    Conduit,
    Dependence,
    LedgerRow,
    Leg,
    Months,
    Peak,
    Place,
    Price,
    Reversal,
    Ribbon,
    Spread,
    Support,
)

__all__ = [
    "FORECAST_DAYS",
    "SCHEMA",
    "Aftermath",
    "Ally",
    "Arm",
    "Assessment",
    "BaseRate",
    "ClaimCheck",
    "Conduit",
    "Contrast",
    "Curve",
    "Dependence",
    "Driver",
    "Evidence",
    "LedgerRow",
    "Leg",
    "LogInfo",
    "MixedArm",
    "Months",
    "ParameterEntry",
    "Parameters",
    "Peak",
    "Place",
    "Price",
    "Question",
    "ReportInfo",
    "Reversal",
    "Ribbon",
    "ScenarioInfo",
    "Shock",
    "SourceEntry",
    "Spread",
    "Support",
    "TimelineEntry",
    "Unmapped",
    "Variant",
    "Words",
]

SCHEMA: Final = "counterpoise/assessment/1"
#: What lies beyond this many days is called a scenario, not a forecast.
FORECAST_DAYS: Final = 3 * 365


class ScenarioInfo(Out):
    """Which scenario was run, and why it was chosen."""

    name: str
    title: str
    sha256: str
    chosen_because: str


class ReportInfo(Out):
    """The report that was read."""

    sha256: str
    source: str | None
    published: dt.date | None
    reliability: str
    undated: bool = Field(description="true: taken as published on the as-of day")
    text: str = Field(
        default="", description="the report as read, at most 200,000 characters; spans count its characters"
    )


class Evidence(Out):
    """A span of the report [characters]."""

    start: int
    end: int
    quote: str


class Shock(Out):
    """A lever that the report set."""

    id: str
    text: str = Field(description="the lever in one sentence")
    sender: str
    recipient: str
    kinds: tuple[str, ...]
    to: float = Field(description="fraction of the committed size that is left")
    start: dt.date
    days: int = Field(description="days until complete")
    statement: str = Field(description="id of the coded event")
    evidence: tuple[Evidence, ...]
    hedge: Interval | None = Field(description="probability interval of the report's own wording")
    weight: float = Field(
        default=1.0,
        description="how surely the report says it: 1 if asserted or known to the scenario, else the middle of that interval",
    )
    merged_with: str | None = Field(
        default=None, description="id of the scenario's own event that this is; counted once"
    )


class Unmapped(Out):
    """A statement that did not reach the model, and why."""

    statement: str
    kind: str
    quote: str
    reason: str


class LogInfo(Out):
    """What an evidence log of several reports added to the state on the as-of day."""

    sha256: str
    n_reports: int
    n_independent: int
    taken: tuple[str, ...] = Field(
        description="events that entered the past, each with the entries it rests on"
    )
    left: tuple[Unmapped, ...] = Field(description="entries that did not, and why")


class MixedArm(Out):
    """An arm that another one mixes, and the weight that it has there."""

    arm: str
    weight: float


class Arm(Out):
    """A world that is compared with others under the same random numbers."""

    name: str
    title: str
    description: str
    members: int
    draws: int
    headline: bool = Field(description="shown first; the others answer side questions")
    mixture: tuple[MixedArm, ...] = Field(
        default=(),
        exclude_if=empty,
        description="the arms that this one mixes, left out where it is a world of its own: the report is not sure of the event",
    )


class BaseRate(Out):
    """How often it happened in a class of past cases."""

    p: float
    n: int
    reference_class: str = Field(alias="class")
    interval_90: Interval | None
    source: str
    selected: bool = Field(default=False, description="true: selected cases, too high for a new case")


class Words(Out):
    """A term of estimative probability and its band."""

    scheme: Literal["icd203", "phia"]
    term: str
    band: Interval


class Driver(Out):
    """A parameter that moves the answer over its own range (rank correlation over draws)."""

    parameter: str
    text: str
    rank_correlation: float
    standing: str


class Question(Out):
    """A question with a resolution rule and its answer in one arm."""

    id: str
    text: str
    resolution: str
    horizon_days: int
    arm: str
    mode: str | None = None
    p: float
    interval_50: Interval
    interval_90: Interval
    mc_error: float
    base_rate: tuple[BaseRate, ...]
    words: Words
    driver: tuple[Driver, ...]
    scenario_only: bool = Field(default=False, description="past three years: a scenario, not a forecast")


class Curve(Out):
    """Survival of the regime over time in one arm."""

    arm: str
    day: tuple[int, ...]
    survival: tuple[float, ...]
    low_90: tuple[float, ...]
    high_90: tuple[float, ...]
    by_mode: dict[str, tuple[float, ...]] = Field(description="cumulative probability of each mode of end")


class Contrast(Out):
    """Difference of two arms, member by member."""

    id: str
    text: str
    arms: tuple[str, str] = Field(description="first minus second")
    horizon_days: int
    difference: float
    interval_90: Interval
    mc_error: float
    unit: str


class ClaimCheck(Out):
    """A claim of the report, held against the model."""

    id: str
    text_span: Evidence
    text: str = Field(description="the claim in the model's words")
    hedge_interval: Interval | None
    hedge: str
    measure: str | None
    target: tuple[str, ...]
    expect: str | None
    horizon_days: int | None
    model_p: float | None = Field(description="P(the claimed direction), over parameter draws")
    p_opposite: float | None
    contrast: float | None
    interval_90: Interval | None
    unit: str | None
    change: float | None = Field(
        default=None, description="as reported: the measure at the horizon minus today, whatever the cause"
    )
    p_change: float | None = Field(
        default=None, description="P(the claimed direction) of that change, over parameter draws"
    )
    verdict: Literal["supported", "contradicted", "undetermined", "by_construction", "not_modelled"]
    stated: Literal["as", "more", "less"] | None = Field(
        description="as | more | less strongly than the model"
    )
    rests_on: str = Field(description="which numbers the verdict rests on")
    threshold: float | None = Field(
        default=None, description="smallest change that counts, in the unit of the contrast"
    )
    half_life: str | None = Field(
        default=None, description="how long the shift lasts, for a claim on a measure of the ledger"
    )


class TimelineEntry(Out):
    """Something that happened, by the scenario or the report."""

    date: dt.date
    date_latest: dt.date
    kind: str
    text: str
    origin: Literal["observed", "reported"]
    source: tuple[str, ...]
    confidence: str


class Variant(Out):
    """The same question under another defensible coding or assumption."""

    id: str
    text: str
    p_30: dict[str, float] = Field(description="arm -> P(regime end within 30 days)")
    p_365: dict[str, float]


class ParameterEntry(Out):
    """One number of the model: value, range, standing and source."""

    name: str
    text: str
    mean: float
    low: float
    high: float
    unit: str
    standing: Literal["fitted", "literature", "elicited", "assumed"]
    source: str


class Parameters(Out):
    """How many of the model's numbers stand on what."""

    fitted: int
    literature: int
    elicited: int
    assumed: int
    register_: tuple[ParameterEntry, ...] = Field(alias="register")


class SourceEntry(Out):
    """A source that the run used."""

    id: str
    title: str
    publisher: str
    published: dt.date | None
    url: str | None
    reliability: str


class Assessment(Out):
    """What the report means for the regional system: the content of ``assessment.json``."""

    schema_: Literal["counterpoise/assessment/1"] = Field(default=SCHEMA, alias="schema")
    program: str
    seed: int
    members: int
    as_of: dt.date
    horizon_days: int
    wording: Literal["icd203", "phia"]
    client: str
    client_name: str
    names: dict[str, str] = Field(description="id -> name, for actors, sites, routes and arms")
    scenario: ScenarioInfo
    report: ReportInfo | None
    statements: dict[str, tuple[dict[str, Any], ...]] = Field(
        description="what was read: entities, events, relations, claims"
    )
    shock: tuple[Shock, ...]
    unmapped: tuple[Unmapped, ...]
    state: tuple[str, ...] = Field(
        description="the state on the as-of day in sentences: phase, patrons' levels, control"
    )
    arms: tuple[Arm, ...]
    questions: tuple[Question, ...]
    curves: tuple[Curve, ...]
    contrasts: tuple[Contrast, ...]
    places: tuple[Place, ...]
    legs: tuple[Leg, ...]
    conduits: tuple[Conduit, ...]
    ledger: tuple[LedgerRow, ...]
    reversals: tuple[Reversal, ...] = ()
    allies: tuple[Ally, ...] = ()
    support: tuple[Support, ...] = ()
    aftermath: tuple[Aftermath, ...] = ()
    claims: tuple[ClaimCheck, ...]
    timeline: tuple[TimelineEntry, ...]
    variants: tuple[Variant, ...]
    parameters: Parameters
    sources: tuple[SourceEntry, ...]
    limits: tuple[str, ...]
    evidence: LogInfo | None = Field(
        default=None,
        exclude_if=empty,
        description="left out where no evidence log was given",
    )

    @property
    def told(self) -> str:
        """How the arm with the event is spoken of: a part of a mixture is no longer what is reported."""
        return "if the report is true" if any(x.mixture for x in self.arms) else "as reported"
