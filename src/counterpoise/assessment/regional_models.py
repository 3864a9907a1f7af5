"""The region in an assessment, as data: places and legs, conduits, armed allies, the ledger of who gains and who loses."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from counterpoise.assessment.outputs import Interval, Out

__all__ = [
    "LARGEST_SHARE",
    "OWN_SHARE",
    "Aftermath",
    "Ally",
    "Conduit",
    "Dependence",
    "LedgerRow",
    "Leg",
    "Months",
    "Peak",
    "Place",
    "Price",
    "Reversal",
    "Ribbon",
    "Spread",
    "Support",
]

#: A change counts as a gain or a loss from this share of the actor's own level on the as-of day on, and
OWN_SHARE: Final = 0.01
#: from this share of the level of the actor that has most of the measure: an actor with a tenth of that or more is held to its
#: own level alone, and one with a thousandth of it must double before it counts.
LARGEST_SHARE: Final = 0.001


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
    least: float = Field(
        default=0.0,
        description=f"smallest change that counts: {OWN_SHARE:.0%} of the actor's own level on the as-of day, and no less than "
        f"{LARGEST_SHARE:.1%} of the largest actor's; 0 in a run that was written before this field",
    )
    p_gain: float = Field(
        description="share of parameter draws in which the actor gains by more than `least`: "
        "more of the measure, or less threat exposure"
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
    use: float = Field(
        description="share of the leg's capacity that is in use; a leg binds below 1 where its holders let only a share pass"
    )


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
    minimum_cut: tuple[str, ...] = Field(
        description="legs of the minimum cut, the one that carries most first"
    )
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
        default=(),
        description="legs that this pair sends over and whose capacity binds when all conduits share the network, dearest first",
    )
    shares_legs_with: tuple[str, ...] = Field(
        default=(), description="other recipients whose supply moves over the same legs"
    )
    carried_now: float | None = Field(
        default=None,
        description="linear programme of all conduits: what this pair carries now of what it carried before [1]",
    )
