"""What happens in a scenario, or may: changes of support, dated events, interdictions, reactions, levers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator, model_validator

from counterpoise.scenario.figures import Confidence, Figure, Frozen, Id
from counterpoise.scenario.vocabulary import Stance, SupportKind

if TYPE_CHECKING:
    from counterpoise.scenario.models import Flow

__all__ = ["DatedEvent", "FlowChange", "Interdiction", "Lever", "Reaction"]


class FlowChange(Frozen):
    """A schedule over kinds: from `date` on, within `days`, the chosen flows go to `to` times their size.

    A negative fraction is refused; above 1 is a reinforcement. Kinds left out mean every kind between the two
    actors; `flows` names single ones among them.
    With `pause` it is a suspension: what left comes back as it went. In place of a fraction, `amount` says
    how much is taken away, in the unit of the flows.
    """

    sender: Id
    recipient: Id
    kinds: tuple[SupportKind, ...] = ()
    flows: tuple[Id, ...] = Field(
        default=(), description="the flows it is about, where not every one of the pair and its kinds"
    )
    to: Annotated[float, Field(ge=0, le=10)] = Field(
        default=0.0, description="fraction of the committed size; needed unless `amount` is given"
    )
    amount: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="how much is taken away, in the unit of the flows, in place of `to`"
    )
    date: dt.date | None = Field(
        default=None, description="first day of the change; left out: the day after the as-of day"
    )
    after: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=0, description="days by which the change begins later, so that kinds leave in phases"
    )
    days: Annotated[int, Field(ge=0, le=3650)] = Field(default=0, description="days until it is complete")
    pause: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        default=None,
        description="a suspension: days from the beginning until it comes back, as fast as it went",
    )

    @model_validator(mode="after")
    def _says_how_much(self) -> FlowChange:
        given = self.model_fields_set & {"to", "amount"}
        if not given:
            raise ValueError("say how much is left (to) or how much is taken away (amount)")
        if len(given) == 2 and self.amount is not None:
            raise ValueError("give either `to` or `amount`, not both")
        if len(set(self.flows)) < len(self.flows):
            raise ValueError("a flow is named twice")
        if self.pause is not None and self.pause < self.days:
            raise ValueError(f"pause {self.pause} ends before the change is complete ({self.days} days)")
        return self

    def concerns(self, flow: Flow) -> bool:
        """Say whether the change is about a flow."""
        same = self.sender == flow.sender and self.recipient == flow.recipient
        return (
            same and (not self.kinds or flow.kind in self.kinds) and (not self.flows or flow.id in self.flows)
        )


class DatedEvent(Frozen):
    """Something that happened. Known to the model only once `date_latest` is not after the as-of day."""

    id: Id
    kind: str = Field(description="key of counterpoise.events.EVENT_KINDS")
    date: dt.date = Field(description="first possible day")
    date_latest: dt.date | None = Field(default=None, description="last possible day; left out: `date`")
    actor: Id | None = None
    target: Id | None = None
    site: Id | None = None
    route: Id | None = None
    change: FlowChange | None = Field(default=None, description="what it does to the support ledger")
    share: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="interdiction: share of what passes that is lost; left out: drawn (interdiction.loss)",
    )
    repair_days: Annotated[int, Field(ge=0, le=3650)] | None = Field(
        default=None,
        description="interdiction and route_closed: days until all is as before; left out: drawn",
    )
    detail: str | None = None
    certainty: Annotated[float, Field(ge=0, le=1)] = Field(
        default=1.0,
        description="probability that it happened: closures and interdictions are drawn with it; what changes "
        "control, support or a stance counts from one half on",
    )
    sources: tuple[Id, ...] = Field(min_length=1)
    confidence: Confidence = "medium"
    note: str | None = None

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, kind: str) -> str:
        from counterpoise.errors import nearest
        from counterpoise.events import EVENT_KINDS

        if kind not in EVENT_KINDS:
            near = nearest(kind, EVENT_KINDS)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise ValueError(f"unknown kind of event '{kind}'{hint}")
        return kind

    @model_validator(mode="after")
    def _interval_is_ordered(self) -> DatedEvent:
        if self.date_latest is not None and self.date_latest < self.date:
            raise ValueError(f"date_latest {self.date_latest} is before date {self.date}")
        return self

    @property
    def known_from(self) -> dt.date:
        """First day on which the event may be used."""
        return self.date_latest or self.date


class Interdiction(Frozen):
    """Taking a share of what passes over a route or through a site, for some days, with repair after them."""

    route: Id | None = None
    site: Id | None = None
    share: Annotated[float, Field(gt=0, le=1)] = Field(description="share of what passes that is lost")
    after: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=0, description="days after the as-of day on which it begins, less one"
    )
    days: Annotated[int, Field(ge=1, le=3650)] = Field(default=1, description="days that it goes on")
    repair_days: Annotated[int, Field(ge=0, le=3650)] | None = Field(
        default=None, description="days of repair after its end; left out: drawn (interdiction.repair_days)"
    )

    @model_validator(mode="after")
    def _one_place(self) -> Interdiction:
        if (self.route is None) == (self.site is None):
            raise ValueError("name either a route or a site")
        return self


class Reaction(Frozen):
    """What an actor may do in answer, at a rate: hold sites, strike, or begin support.

    It waits from the end of the regime (or from the as-of day) on, fires at most once, and changes the regional ledger
    only: the war inside the theatre does not know of it.
    """

    id: Id
    actor: Id
    kind: Literal["hold", "strike", "support"]
    after: Literal["regime_end", "as_of"] = "regime_end"
    rate: Figure = Field(description="how often, once it may happen [1/year]")
    sites: tuple[Id, ...] = Field(
        default=(), description="hold: sites that it takes over, but from its friends"
    )
    target: Id | None = Field(default=None, description="strike: the actor that is struck")
    share: Figure | None = Field(
        default=None,
        description="strike: share of the target's strength and stocks that is destroyed [share]",
    )
    flow: Id | None = Field(default=None, description="support: the dormant flow that begins")
    only_if: tuple[Stance, ...] = Field(
        default=(), description="stance of the successor government to the actor that it needs; empty: any"
    )
    source: Id
    confidence: Confidence = "medium"
    note: str | None = None

    @model_validator(mode="after")
    def _names_what_it_needs(self) -> Reaction:
        need = {
            "hold": bool(self.sites),
            "strike": bool(self.target and self.share),
            "support": bool(self.flow),
        }
        said = {"hold": "sites", "strike": "target and share", "support": "flow"}
        if not need[self.kind]:
            raise ValueError(f"a reaction of kind {self.kind} needs {said[self.kind]}")
        return self


class Lever(Frozen):
    """Something that one may choose: a named set of changes."""

    id: Id
    title: str
    changes: tuple[FlowChange, ...] = ()
    close_routes: tuple[Id, ...] = ()
    reopen_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        default=None, description="days until the routes are open again; left out: they stay shut"
    )
    interdictions: tuple[Interdiction, ...] = ()
    start_campaign: bool = False
    note: str | None = None
