"""The scenario: a regional system at a date, as frozen models. YAML in, JSON Schema out.

Everything that a run needs is in one `Scenario`: who (actors), where (sites, routes), what flows from whom to
whom (support), who stands how to whom (alignments), who fights for what (conflict), what happened when
(events), what one may choose (levers) and what one does not know (uncertainties), with the source of every
figure. It is data only: nothing in it is evaluated. Cross-references are checked in
`counterpoise.scenario.checks`, all at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from counterpoise.scenario.changes import DatedEvent, FlowChange, Interdiction, Lever, Reaction
from counterpoise.scenario.figures import Confidence, Figure, Frozen, Id
from counterpoise.scenario.vocabulary import SUPPORT_KINDS, Mode, Role, Stance, SupportKind

__all__ = [
    "SCHEMA",
    "SUPPORT_KINDS",
    "Actor",
    "Alignment",
    "Case",
    "Conflict",
    "DatedEvent",
    "Escort",
    "Flow",
    "FlowChange",
    "Interdiction",
    "Lever",
    "Party",
    "Reaction",
    "Route",
    "Scenario",
    "Site",
    "Source",
    "Stance",
    "Stock",
    "SupportKind",
    "Uncertainty",
]

SCHEMA = "counterpoise/scenario/1"


class Source(Frozen):
    """Where a figure or a date comes from."""

    id: Id
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    published: dt.date | None = Field(default=None, description="null where the source carries no date")
    url: str | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] = Field(
        default="F", description="Admiralty grade of the source; F: cannot be judged"
    )
    note: str | None = None


class Actor(Frozen):
    """A state, a government, an armed group or a bloc of actors."""

    id: Id = Field(description="states: ISO 3166-1 alpha-3; groups: a short code")
    name: str = Field(min_length=1)
    kind: Literal["state", "government", "armed_group", "bloc"]
    iso3: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    aliases: tuple[str, ...] = ()
    members: tuple[Id, ...] = Field(default=(), description="actors of a bloc; its row shows their spread")
    home: Id | None = Field(
        default=None, description="site that stands for the actor on the map and as a target"
    )
    strength: Figure | None = Field(default=None, description="armed strength [persons]")
    population: Figure | None = Field(default=None, description="[persons]")
    gdp: Figure | None = Field(default=None, description="[USD/year]")
    military_expenditure: Figure | None = Field(default=None, description="[USD/year]")
    own: dict[SupportKind, Figure] = Field(
        default_factory=dict,
        description="the actor's own resources by kind, in the unit of the flows of that kind",
    )
    note: str | None = None

    @model_validator(mode="after")
    def _members_fit_kind(self) -> Actor:
        if (self.kind == "bloc") != bool(self.members):
            raise ValueError("a bloc needs members, and only a bloc has them")
        return self


class Site(Frozen):
    """A city, town, crossing, port, airfield or base. Nothing finer: no positions of units, no targets."""

    id: Id
    name: str = Field(min_length=1)
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    population: Figure | None = Field(default=None, description="[persons]")
    roles: tuple[Role, ...] = Field(min_length=1)
    holder: Id = Field(
        description="actor in control when the conflict's campaign starts (outside the theatre: always)"
    )
    held_since: dt.date | None = Field(default=None, description="start of that control, where it is known")
    threatened_by: tuple[Id, ...] = Field(
        default=(), description="opponents with armed presence in the hinterland at the start"
    )
    aliases: tuple[str, ...] = ()
    source: Id = Field(description="source of holder, threat and place")
    confidence: Confidence = "medium"
    note: str | None = None


class Route(Frozen):
    """A leg between two sites."""

    id: Id
    a: Id
    b: Id
    mode: Mode
    capacity: Figure = Field(description="[t/month], or [index] with the main road = 100")
    delay: Figure | None = Field(default=None, description="time on the way [day]")
    consent: tuple[Id, ...] = Field(
        default=(),
        description="actors who must not be hostile to the sender (besides the holders of both ends)",
    )
    both_ways: bool = True
    source: Id
    confidence: Confidence = "medium"
    note: str | None = None


class Escort(Frozen):
    """A flow that another flow rests on: without the escort, `share` of it stops."""

    flow: Id
    share: Figure = Field(description="share of the flow that stops when the escort is gone [share]")


class Flow(Frozen):
    """Support from a sender to a recipient, of one kind."""

    id: Id
    sender: Id
    recipient: Id
    kind: SupportKind
    size: Figure = Field(
        description="committed size; people: a stock [persons]; goods and money: a rate per year or month"
    )
    start: dt.date
    end: dt.date | None = Field(default=None, description="day after the last, where the flow ended")
    modes: tuple[Mode, ...] = Field(
        default=(), description="modes it may move by; empty: needs no route (money, diplomacy)"
    )
    origin: Id | None = Field(default=None, description="site where it starts; needed where modes are given")
    destination: Id | None = Field(
        default=None, description="site where it arrives; needed where modes are given"
    )
    escort: Escort | None = None
    combat: bool = Field(
        default=True,
        description="troops only: they fight on the ground; false for guards and military police",
    )
    base: Id | None = Field(
        default=None,
        description="public base at which its people stand: kept or lost under a successor government",
    )
    dormant: bool = Field(
        default=False, description="begins only when a reaction of kind `support` names it and fires"
    )
    note: str | None = None

    @model_validator(mode="after")
    def _dates_and_ends(self) -> Flow:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"end {self.end} is not after start {self.start}")
        if self.size.value < 0:
            raise ValueError(f"size is negative: {self.size.value}")
        if self.modes and (self.origin is None or self.destination is None):
            raise ValueError("a flow that moves by road, rail, air or sea needs origin and destination")
        if self.modes and self.origin == self.destination:
            raise ValueError(f"origin and destination are the same site, '{self.origin}'")
        return self


class Stock(Frozen):
    """What an armed actor lives on: dS/dt = arrived + own production - use."""

    actor: Id
    kind: SupportKind
    level: Figure = Field(description="stock on the as-of date, as days of use in a campaign [day]")
    reserve: Figure = Field(description="below this level strength falls [day]")
    dependence: Figure = Field(description="share of replacement that comes from outside [share]")


class Alignment(Frozen):
    """Stance of two actors to each other; symmetric; pairs that are not named are neutral."""

    a: Id
    b: Id
    stance: Stance
    since: dt.date | None = None
    until: dt.date | None = None
    source: Id
    confidence: Confidence = "medium"
    note: str | None = None


class Party(Frozen):
    """An opponent of the government in the theatre."""

    actor: Id
    role: Literal["rebel", "third_party"] = Field(
        description="rebel: presses the government; third_party: takes what is abandoned, is not pressed back"
    )
    takes_sites: bool = True


class Background(Frozen):
    """What was on record of the client before the campaign began; what is not known is left out.

    Only specifications that are fitted with it read it.
    """

    deaths_last_year: Figure | None = Field(
        default=None, description="deaths by organised violence in the twelve months before [persons]"
    )
    deaths_year_before: Figure | None = Field(
        default=None, description="deaths in the twelve months before those [persons]"
    )
    coups: Figure | None = Field(
        default=None,
        description="coups and attempts by the military or the palace in the three years before [events]",
    )
    soviet_sponsor: Figure | None = Field(
        default=None,
        description="1 where the Soviet Union or an ally of its gave arms or people, 0 where not [index]",
    )
    gdp_per_head: Figure | None = Field(
        default=None, description="of the last calendar year before [USD of 2015 a year]"
    )
    population: Figure | None = Field(default=None, description="of the last calendar year before [persons]")


class Conflict(Frozen):
    """Who fights the client government, over which sites."""

    client: Id
    opponents: tuple[Party, ...] = Field(min_length=1)
    theatre: tuple[Id, ...] = Field(min_length=2, description="sites that may change hands")
    capital: Id
    control_as_of: dt.date = Field(description="day that the holders of the theatre's sites stand for")
    patrons: tuple[Id, ...] = Field(default=(), description="patrons of the government, state or armed group")
    rebel_patrons: tuple[Id, ...] = ()
    background: Background | None = Field(default=None, description="the client before the campaign")
    source: Id
    note: str | None = None


class Uncertainty(Frozen):
    """A model parameter that this scenario sets otherwise; see ``explain --parameters`` for names."""

    parameter: str
    mean: float
    sd: Annotated[float, Field(ge=0)]
    standing: Literal["fitted", "literature", "elicited", "assumed"]
    source: Id
    note: str | None = None


class Case(Frozen):
    """What came of it: makes a scenario a past case, to learn from and to score against.

    The scenario's events are then the observed log, and its flows the support as it was, dated and coded without
    regard to the outcome.
    """

    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        description="left out together with every other case of this country (ISO 3166-1 alpha-3)"
    )
    campaign_start: dt.date = Field(
        description="first day of the campaign: the day of its campaign_start event"
    )
    captures_until: dt.date = Field(description="last day up to which changes of control are recorded")
    observed_until: dt.date = Field(description="last day on which it is known whether the government stood")
    outcome: Literal["defeat", "flight", "coup", "settlement", "survived"] = Field(
        description="how the government ended by `observed_until`, or survived"
    )
    ended: dt.date | None = Field(default=None, description="first possible day of its end")
    ended_latest: dt.date | None = Field(default=None, description="last possible day; left out: `ended`")
    core: bool = Field(default=False, description="of the core set on which skill is reported")
    patron_shock: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="cases that share a shock to their patron (the Soviet exit) share its name"
    )
    start_rule: str = Field(min_length=1, description="why the campaign begins on that day")
    sources: tuple[Id, ...] = Field(min_length=1, description="of outcome and end")
    confidence: Confidence = "medium"
    note: str | None = None

    @model_validator(mode="after")
    def _outcome_fits_days(self) -> Case:
        if (self.outcome == "survived") != (self.ended is None):
            raise ValueError("a government that ended needs `ended`, and one that survived has none")
        last = self.gone_by
        if last is not None and self.ended is not None and last < self.ended:
            raise ValueError(f"ended_latest {last} is before ended {self.ended}")
        if last is not None and last > self.observed_until:
            raise ValueError(f"it ended on {last}, after observed_until {self.observed_until}")
        if not self.campaign_start <= self.captures_until <= self.observed_until:
            raise ValueError(
                "expected campaign_start <= captures_until <= observed_until, got "
                f"{self.campaign_start}, {self.captures_until}, {self.observed_until}"
            )
        return self

    @property
    def gone_by(self) -> dt.date | None:
        """Last possible day of the government's end; None where it survived."""
        return self.ended_latest or self.ended

    @property
    def closed(self) -> dt.date:
        """Day on which the outcome within a year of the campaign's start was known: a vintage may use it from then on."""
        year = self.campaign_start + dt.timedelta(days=365)
        return self.gone_by or max(year, self.captures_until)


class Scenario(Frozen):
    """A regional system at a date."""

    schema_: Literal["counterpoise/scenario/1"] = Field(alias="schema")
    id: Id
    title: str = Field(min_length=1)
    description: str = ""
    as_of: dt.date = Field(description="as-of day of a run that does not name one")
    first_as_of: dt.date = Field(description="earliest as-of day that the ledger and the control stand for")
    last_as_of: dt.date = Field(description="latest as-of day that the dated events cover")
    horizon_days: Annotated[int, Field(ge=1, le=3650)] = 1825
    sources: tuple[Source, ...] = Field(min_length=1)
    actors: tuple[Actor, ...] = Field(min_length=2)
    sites: tuple[Site, ...] = Field(min_length=2)
    routes: tuple[Route, ...] = ()
    flows: tuple[Flow, ...] = ()
    stocks: tuple[Stock, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    conflict: Conflict
    events: tuple[DatedEvent, ...] = ()
    levers: tuple[Lever, ...] = ()
    reactions: tuple[Reaction, ...] = Field(
        default=(), description="what rivals, neighbours and patrons may do in answer, at assumed rates"
    )
    uncertainties: tuple[Uncertainty, ...] = ()
    ledger: tuple[Id, ...] = Field(
        default=(), description="actors and blocs of the regional ledger; empty: all"
    )
    case: Case | None = Field(default=None, description="a past case: what came of it")
    responsible_use: str | None = None
    sha256: str = Field(default="", description="set by the loader: hash of the canonical content")

    @model_validator(mode="after")
    def _as_of_in_range(self) -> Scenario:
        if not self.first_as_of <= self.as_of <= self.last_as_of:
            raise ValueError(f"as_of {self.as_of} is outside [{self.first_as_of}, {self.last_as_of}]")
        return self
