"""The assessment: everything that a brief says, as data. ``assessment.json`` is this model, versioned by `SCHEMA`.

Numbers that need a simulation carry three different uncertainties and never mix them: ``interval_50``/``interval_90`` say
how far not knowing the parameters moves the number, ``mc_error`` is one standard error of the Monte-Carlo noise, and the
probability itself is the chance that stays when both are gone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

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
Interval = tuple[float, float]


class Out(BaseModel):
    """Base of the output models: immutable, exact."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        populate_by_name=True,
        json_schema_serialization_defaults_required=True,
    )


def _empty(value: object) -> bool:
    """Whether an optional part is left out of the JSON."""
    return not value


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
        exclude_if=_empty,
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


class Place(Out):
    """A site on the map."""

    id: str
    name: str
    country: str
    lat: float
    lon: float
    population: float | None
    roles: tuple[str, ...]
    holder: str
    in_theatre: bool
    p_lost: dict[str, float] = Field(
        description="P(government loses it, or the capital, within N days), as reported; theatre only"
    )
    p_first: float | None = Field(default=None, description="P(it is the first site to be lost)")
    median_day: int | None = Field(
        default=None, description="median day of loss among futures in which it is lost"
    )


class Leg(Out):
    """A route on the map."""

    id: str
    a: str
    b: str
    mode: str
    capacity: float
    unit: str
    open_now: float = Field(
        description="share of the capacity that is usable for the main conduit's sender, as-of day"
    )


class Peak(Out):
    """When a shift is largest and how long it lasts, with intervals over parameter draws."""

    peak: float = Field(description="the shift where it is largest, by its expected course")
    peak_day: int
    peak_interval_90: Interval = Field(description="of the shift on that day")
    half_life_interval_90: tuple[int | None, int | None] = Field(
        description="[day]; null: beyond the horizon, or no shift where both are null and p_beyond is 0"
    )
    p_beyond: float = Field(
        description="share of the draws with a shift in which it is not halved by the horizon"
    )


class Spread(Out):
    """A member's own row inside a bloc."""

    actor: str
    contrast: float
    p_gain: float


class LedgerRow(Out):
    """One actor or bloc under one measure, over time."""

    actor: str
    name: str
    bloc: bool
    measure: str
    unit: str
    now: float
    d30: float | None = Field(description="value at 30 days, as reported; null past the horizon")
    d365: float | None
    d1825: float | None
    contrast_day: int = Field(description="day of the contrast and the change: 365, or a nearer horizon")
    contrast: float = Field(description="as reported minus stay, on the contrast day")
    interval_90: Interval
    mc_error: float
    p_gain: float = Field(
        description="share of parameter draws in which the actor gains: more of the measure, or less threat exposure"
    )
    p_loss: float
    change: float = Field(
        description="as reported: the measure on the contrast day minus today, whatever the cause"
    )
    change_interval_90: Interval
    p_change_gain: float = Field(description="as p_gain, for the change over time")
    p_change_loss: float
    half_life_days: int | None = Field(
        description="days from the peak of the shift to half of it; null: see half_life_text"
    )
    half_life_text: str
    peak: Peak | None = Field(default=None, description="null where there is no shift")
    rank: int | None = Field(
        default=None,
        description="place among the ledger's actors by expected shift, 1 gains most; null for blocs",
    )
    p_first: float | None = Field(
        default=None,
        description="share of parameter draws in which no other actor gains more; null for blocs",
    )
    spread: tuple[Spread, ...] = ()


class Reversal(Out):
    """Two measures that disagree on an actor: a settled gain under one, a settled loss under the other."""

    actor: str
    gains: tuple[str, ...] = Field(description="measures under which it gains in at least 80 % of draws")
    loses: tuple[str, ...] = Field(description="measures under which it loses in at least 80 % of draws")
    best_rank: int
    worst_rank: int


class Dependence(Out):
    """How much of what a conduit can carry hangs on one city or crossing."""

    site: str
    loss: float = Field(
        description="share of the capacity now that is lost if an enemy of the sender holds it"
    )
    interval_90: Interval


class Price(Out):
    """Shadow price of a leg in the linear programme of all conduits."""

    leg: str
    price: float = Field(description="what one more unit of its capacity adds to all that is carried")
    use: float = Field(description="share of the leg that is in use")


class Ribbon(Out):
    """An outcome over time in one arm: median and 90 % range over futures."""

    day: tuple[int, ...]
    median: tuple[float, ...]
    low_90: tuple[float, ...]
    high_90: tuple[float, ...]


class Months(Out):
    """Months until a stock is short; null: not within the horizon."""

    median: float | None
    interval_90: tuple[float | None, float | None]
    p_short: dict[str, float] = Field(description="days -> P(short by then)")


class Ally(Out):
    """What an armed ally lives on, by kind of stock, and how long it lasts."""

    actor: str
    name: str
    kind: str = Field(description="kind of support that the stock holds")
    unit: str
    stock: float = Field(description="median level on the as-of day")
    reserve: float = Field(description="median level below which strength falls")
    dependence: float = Field(description="median share of replacement that comes from outside")
    through_client: float = Field(
        description="share of what refills it that needs the client's territory, median over draws"
    )
    through_client_90: Interval
    by_arm: dict[str, Months] = Field(description="over futures, in each arm")
    with_conduit: Months = Field(description="over parameter draws, if all that was sent kept arriving")
    without_conduit: Months = Field(
        description="over parameter draws, if the client's territory were in hostile hands from the as-of day on"
    )
    nothing_arrives: Months = Field(description="over parameter draws, if nothing came from outside at all")
    course: dict[str, Ribbon] = Field(description="arm -> the stock over time")


class Support(Out):
    """An edge of the support network: what arrives from a sender, as a share of what the recipient lives on."""

    sender: str
    recipient: str
    group: Literal["people", "arms", "money", "other"]
    before: float = Field(
        description="share of what the recipient lives on, on the as-of day, without the shock"
    )
    after: dict[str, float] = Field(description="arm -> the same at 365 days, or a nearer horizon")
    arrives: dict[str, float] = Field(
        description="arm -> what arrives at 365 days of what arrived on the as-of day; 1: all"
    )


class Aftermath(Out):
    """What followed takeovers in the record: a base rate, not an answer of the model."""

    outcome: str
    text: str
    value: float | None = Field(description="null: not modelled")
    interval_90: Interval | None
    unit: str
    n: int | None
    source: str


class Conduit(Out):
    """The way from a sender to a recipient: maximum flow and minimum cut."""

    sender: str
    recipient: str
    text: str
    unit: str
    through: tuple[str, ...] = Field(
        description="sites of the widest path of the main conduit before the campaign, in order"
    )
    delay_days: float | None = Field(
        description="time on the widest path, where every leg of it has one [day]"
    )
    capacity_before: float = Field(
        description="on the as-of day, without the shock; 100 = before the campaign"
    )
    capacity_after: float = Field(description="after the shock is complete, control as on the as-of day")
    capacity_if_regime_falls: float = Field(
        description="mean over futures in which the regime has ended, at the horizon"
    )
    mean_d30: dict[str, float] = Field(description="expected capacity at 30 days by arm")
    mean_d365: dict[str, float]
    critical_sites: tuple[str, ...] = Field(
        description="sites whose loss alone would now cut the most, worst first"
    )
    critical_loss: tuple[float, ...] = Field(
        description="share of the capacity before the campaign that is lost with each critical site"
    )
    minimum_cut: tuple[str, ...] = Field(description="legs and sites of the minimum cut")
    reroutes: tuple[str, ...] = Field(description="what is left when the client's territory is closed")
    p_cut: dict[str, dict[str, float]] = Field(
        description="arm -> days -> P(capacity below a quarter of that before the campaign)"
    )
    p_cut_by: dict[str, dict[str, float]] = Field(
        default_factory=dict,
        description="arm -> days -> P(it has been below a quarter on some day up to then)",
    )
    recovery_days: dict[str, float | None] = Field(
        default_factory=dict,
        description="arm -> median days from the first cut until half of the capacity is back; null: beyond the horizon",
    )
    p_recovers: dict[str, float | None] = Field(
        default_factory=dict,
        description="arm -> share of futures with a cut in which half of the capacity is back by the horizon",
    )
    delay_before: float | None = Field(
        default=None, description="mean time on the way of what moved before the campaign [day]"
    )
    delay_after: dict[str, float | None] = Field(
        default_factory=dict, description="arm -> the same at 365 days, where something moves [day]"
    )
    dependence: tuple[Dependence, ...] = Field(
        default=(),
        description="cities and crossings by what hangs on them, with intervals over parameter draws",
    )
    prices: tuple[Price, ...] = Field(
        default=(), description="legs whose capacity binds when all conduits share the network, dearest first"
    )
    shares_legs_with: tuple[str, ...] = Field(
        default=(), description="other recipients whose supply moves over the same legs"
    )
    carried_now: float | None = Field(
        default=None,
        description="linear programme of all conduits: what this pair carries now of what it carried before [1]",
    )


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
        exclude_if=_empty,
        description="left out where no evidence log was given",
    )

    @property
    def told(self) -> str:
        """How the arm with the event is spoken of: a part of a mixture is no longer what is reported."""
        return "if the report is true" if any(x.mixture for x in self.arms) else "as reported"
