"""The `World`: index tables, arrays and the ordered list of processes. The hinge of the program.

It knows nothing of YAML, text, labels for people or pictures. Days count from the as-of day: day 0 is the as-of day, day 1
the first that is simulated, negative days are history. Party 0 is always the government.

The arrays are grouped in named tuples, so that compiled functions take them as they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.parameters import Draws

__all__ = [
    "NEVER", "ArmSchedule", "Disruptions", "Drawn", "Ledger", "Network", "Observed", "Theatre", "World",
]  # fmt: skip

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
F64 = NDArray[np.float64]

#: A day before all days: "held since long ago".
NEVER = -10_000


class Theatre(NamedTuple):
    """Sites that may change hands, and who fights for them.

    Parameters
    ----------
    start, near : ndarray of int32, shapes (n_sites + 1,), (n_links,)
        Neighbours by road, compressed rows.
    population_k : ndarray, shape (n_sites,)
        Population [thousand persons].
    capital : int
        Index of the capital.
    threat : ndarray, shape (n_sites, n_parties)
        1 where that party has armed presence in the hinterland at the start.
    presses, takes : ndarray of int8, shape (n_parties,)
        Whether a party presses the government (rebel role); whether it takes sites. Party 0 (government): 0.
    holder_start, holder : ndarray of int8, shape (n_sites,)
        Party in control when history begins, and on the as-of day.
    taken : ndarray of int32, shape (n_sites,)
        Day on which the present holder took the site [day]; `NEVER` where it was long ago.
    history_day, history_site, history_party : ndarray, shape (n_events,)
        Changes of control from `campaign_day` to day 0, in order of day.
    history_surrender : ndarray of int8, shape (n_events,)
        1 where a site was given up without a fight.
    campaign_day : int
        Day on which the campaign of the as-of day began (0 or before); 1 while it is quiet.
    core : ndarray of int8, shape (n_sites,)
        1 for sites of the regime's core, the capital left out.
    background : ndarray, shape (n_background,)
        The client's background when the campaign began (`counterpoise.compiler.background`), 0 where nothing is known.
    """

    start: I32
    near: I32
    population_k: F64
    capital: int
    threat: F64
    presses: I8
    takes: I8
    holder_start: I8
    holder: I8
    taken: I32
    history_day: I32
    history_site: I32
    history_party: I8
    history_surrender: I8
    campaign_day: int
    core: I8
    background: F64


class ArmSchedule(NamedTuple):
    """Patron levels over time in one arm; index 0 is the as-of day.

    Parameters
    ----------
    level_do, level_observed : ndarray of int8, shape (n_draws, n_patrons, n_days + 1)
        Level 0-3 of each patron of the government: as the arm has it, and as it was observed (factual).
    withdrawn_do, withdrawn_observed, reinforced_do : ndarray of int8, shape (n_draws, n_days + 1)
        WD and RF flags of the schedule.
    rebel_level : ndarray of int8, shape (n_draws, n_days + 1)
        Level 0-3 of the rebels' highest patron.
    capped_sum : int
        1: Sg is the sum over patrons, capped at 3; 0: the highest.
    kinds_do, kinds_observed : ndarray of int8, shape (n_draws, n_patrons, n_days + 1)
        Kinds of support that each patron gives, as bits (`counterpoise.dynamics.covariates`).
    """

    level_do: I8
    level_observed: I8
    withdrawn_do: I8
    withdrawn_observed: I8
    reinforced_do: I8
    rebel_level: I8
    capped_sum: int
    kinds_do: I8
    kinds_observed: I8


class Observed(NamedTuple):
    """Patrons as they were observed, one draw, from the campaign's first day to day 0; what the filter reads.

    Parameters
    ----------
    level, withdrawn, reinforced, rebel_level, more : ndarray, shape (n_history_days,)
        Sg, WD, RF, Sr and the support of further patrons beyond the highest.
    kinds : ndarray of int8, shape (n_history_days,)
        Kinds of support that some patron gives, as bits.
    """

    level: F64
    withdrawn: F64
    reinforced: F64
    rebel_level: F64
    more: F64
    kinds: I8


class Network(NamedTuple):
    """Sites and legs of the whole region, for conduits.

    Parameters
    ----------
    a, b : ndarray of int32, shape (n_legs,)
        Ends of each leg, as site positions.
    capacity : ndarray, shape (n_legs,)
        Capacity [t/month or index] at its central value, all routes open.
    delay : ndarray, shape (n_legs,)
        Time on the leg [day].
    consent : ndarray of int32, shape (n_legs, n_most)
        Actors whose consent is needed; -1 fills the row.
    holder : ndarray of int32, shape (n_sites,)
        Actor in control on the as-of day.
    holder_base : ndarray of int32, shape (n_sites,)
        Actor in control at the start of the scenario, before the campaign: what conduits are compared with.
    theatre_site : ndarray of int32, shape (n_sites,)
        Position in the theatre, or -1.
    stance : ndarray of int8, shape (n_actors, n_actors)
        0 ally, 1 partner, 2 neutral, 3 rival, 4 hostile.
    conduit_origin, conduit_destination, conduit_sender, conduit_recipient : ndarray of int32, shape (n_conduits,)
    both_ways : ndarray of int8, shape (n_legs,)
        1 where a leg may be used from b to a as well.
    leg_mode : ndarray of int8, shape (n_legs,)
        0 road, 1 rail, 2 air, 3 sea.
    conduit_modes : ndarray of int8, shape (n_conduits, 4)
        1 where a conduit may use that mode.
    conduit_path, path_start, path_slot, slot_leg, conduit_slot, path_delay : ndarray
        Ways of each conduit, the quickest first, in compressed rows: ways ``conduit_path[c]`` to ``conduit_path[c + 1]``
        belong to conduit c, way w visits slots ``path_slot[path_start[w]:path_start[w + 1]]``, and slot i is leg
        ``slot_leg[i]`` as conduit c sees it, for i from ``conduit_slot[c]`` to ``conduit_slot[c + 1]``.
    """

    a: I32
    b: I32
    capacity: F64
    delay: F64
    consent: I32
    holder: I32
    holder_base: I32
    theatre_site: I32
    stance: I8
    conduit_origin: I32
    conduit_destination: I32
    conduit_sender: I32
    conduit_recipient: I32
    both_ways: I8
    leg_mode: I8
    conduit_modes: I8
    conduit_path: I32
    path_start: I32
    path_slot: I32
    slot_leg: I32
    conduit_slot: I32
    path_delay: F64


class Ledger(NamedTuple):
    """Support flows and what the regional measures need, in arrays.

    Parameters
    ----------
    sender, recipient, kind : ndarray of int32, shape (n_flows,)
    conduit : ndarray of int32, shape (n_flows,)
        Conduit that the flow moves on, or -1.
    escort : ndarray of int32, shape (n_flows,)
        Flow that it rests on (-1: none).
    dormant : ndarray of int8, shape (n_flows,)
        1 for a flow that only a reaction begins.
    base_site : ndarray of int32, shape (n_flows,)
        Foreign base at which the people of the flow stand, or -1.
    flow_stock : ndarray of int32, shape (n_flows,)
        Stock that the flow refills, or -1.
    place : ndarray of int32, shape (n_flows,)
        Position of (recipient, kind) in `place_own`.
    place_own : ndarray, shape (n_places,)
        The recipient's own resources of that kind; 0 where none is known.
    strength : ndarray, shape (n_actors,)
        Armed strength [persons].
    gdp, population, spending : ndarray, shape (n_actors,)
        [USD/year], [persons], military expenditure [USD/year]; 0 where not given.
    stock_actor : ndarray of int32, shape (n_stocks,)
        Whose stock it is.
    home : ndarray of int32, shape (n_actors,)
        Site that stands for the actor, or -1.
    distance_km : ndarray, shape (n_sites, n_sites)
        Great-circle distances [km].
    site_weight : ndarray, shape (n_sites,)
        Weight in the reach measure, sums to 1: half people, half betweenness on routes.
    road_km : ndarray, shape (n_legs,)
        Length of road and rail legs [km], 0 for other modes.
    population_site : ndarray, shape (n_sites,)
        [persons]
    reaction_actor, reaction_kind, reaction_after, reaction_target, reaction_flow : ndarray of int32, shape (n_reactions,)
        Kind 0 hold, 1 strike, 2 support; after 0 the regime's end, 1 the as-of day; -1 where it has none.
    reaction_needs : ndarray of int8, shape (n_reactions, 5)
        1 for each stance of the successor to the actor under which it may fire.
    reaction_first, reaction_site : ndarray of int32
        Sites that a reaction takes, in compressed rows.
    """

    sender: I32
    recipient: I32
    kind: I32
    conduit: I32
    escort: I32
    dormant: I8
    base_site: I32
    flow_stock: I32
    place: I32
    place_own: F64
    strength: F64
    gdp: F64
    population: F64
    spending: F64
    stock_actor: I32
    home: I32
    distance_km: F64
    site_weight: F64
    road_km: F64
    population_site: F64
    reaction_actor: I32
    reaction_kind: I32
    reaction_after: I32
    reaction_target: I32
    reaction_flow: I32
    reaction_needs: I8
    reaction_first: I32
    reaction_site: I32


class Disruptions(NamedTuple):
    """What shuts legs or takes a share of what passes, and how long it lasts.

    Parameters
    ----------
    leg : ndarray of int32, shape (n_disruptions,)
    shuts : ndarray of int8, shape (n_disruptions,)
        1: nothing passes; 0: a share is lost.
    first : ndarray of int32, shape (n_disruptions,)
        First day of the effect, counted from the as-of day.
    hold : ndarray, shape (n_draws, n_disruptions)
        Days of full effect [day].
    repair : ndarray, shape (n_draws, n_disruptions)
        Days of repair after them, in which the effect falls to nothing [day]; a closure ends at once.
    share : ndarray, shape (n_draws, n_disruptions)
        Share that is lost; 0 where the draw says that it did not happen.
    in_arm : ndarray of int8, shape (n_arms, n_disruptions)
        1 where it holds in an arm.
    """

    leg: I32
    shuts: I8
    first: I32
    hold: F64
    repair: F64
    share: F64
    in_arm: I8


class Drawn(NamedTuple):
    """Figures of the regional ledger under each parameter draw.

    Parameters
    ----------
    leg_capacity : ndarray, shape (n_draws, n_legs)
    stock, reserve, dependence : ndarray, shape (n_draws, n_stocks)
        Stock and reserve [day of use in a campaign], share replaced from outside.
    reaction_rate : ndarray, shape (n_draws, n_reactions)
        [1/day]
    reaction_share : ndarray, shape (n_draws, n_reactions)
        Share of the target's strength and stocks that a strike destroys.
    """

    leg_capacity: F64
    stock: F64
    reserve: F64
    dependence: F64
    reaction_rate: F64
    reaction_share: F64


@dataclass(frozen=True)
class World:
    """A compiled scenario: everything that a run needs, and nothing else.

    Parameters
    ----------
    as_of : str
        As-of day (ISO), carried for the manifest; no process reads it.
    horizon : int
        Days to simulate.
    actors, sites, theatre_sites, legs, flows, kinds, parties, patrons, rebel_patrons, arms, conduits : tuple of str
        Index tables: position -> name.
    stocks, reactions : tuple of str
        Index tables of stocks (``ACTOR:KIND``) and reactions.
    processes : tuple of str
        Names of the processes in the order in which a day visits them.
    client : int
        Actor position of the government.
    party_actor : ndarray of int32, shape (n_parties,)
        Actor position of each party.
    schedules : tuple of ArmSchedule
        One for each arm.
    flow_fraction : ndarray, shape (n_arms, n_flows, n_days + 1)
        Fraction of the committed size that is sent on each day.
    flow_size, escort_share : ndarray, shape (n_draws, n_flows)
        Committed size of each flow, and the share that stops without its escort.
    disruptions : Disruptions
        What shuts legs, or takes a share of what passes, in each arm.
    drawn : Drawn
        Capacities of legs, stocks and reactions under each draw.
    starts_campaign : ndarray of int8, shape (n_arms,)
        1 where a lever starts a campaign in a quiet theatre.
    history_level, history_withdrawn, history_reinforced, history_rebel_level, history_more, history_kinds : ndarray
        `Observed` of all draws, shape (n_draws, n_history_days).
    """

    as_of: str
    horizon: int
    actors: tuple[str, ...]
    sites: tuple[str, ...]
    theatre_sites: tuple[str, ...]
    legs: tuple[str, ...]
    flows: tuple[str, ...]
    kinds: tuple[str, ...]
    parties: tuple[str, ...]
    patrons: tuple[str, ...]
    arms: tuple[str, ...]
    conduits: tuple[str, ...]
    stocks: tuple[str, ...]
    reactions: tuple[str, ...]
    processes: tuple[str, ...]
    client: int
    party_actor: I32
    patron_actor: I32
    theatre: Theatre
    network: Network
    ledger: Ledger
    schedules: tuple[ArmSchedule, ...]
    flow_fraction: F64
    flow_size: F64
    escort_share: F64
    disruptions: Disruptions
    drawn: Drawn
    starts_campaign: I8
    history_level: F64
    history_withdrawn: F64
    history_reinforced: F64
    history_rebel_level: F64
    history_more: F64
    history_kinds: I8
    draws: Draws

    def arm(self, name: str) -> int:
        """Return the position of an arm."""
        return self.arms.index(name)

    def observed(self, draw: int | slice) -> Observed:
        """Return the patrons as they were observed, in one draw or several."""
        return Observed(
            self.history_level[draw],
            self.history_withdrawn[draw],
            self.history_reinforced[draw],
            self.history_rebel_level[draw],
            self.history_more[draw],
            self.history_kinds[draw],
        )

    @property
    def active_flows(self) -> NDArray[np.int8]:
        """1 for each flow that runs on the as-of day in some arm, shape (n_flows,)."""
        return np.asarray(self.flow_fraction[:, :, 0].max(axis=0, initial=0.0) > 0, dtype=np.int8)

    @property
    def sha256(self) -> str:
        """Hash of the whole content, the same on every machine."""
        digest = hashlib.sha256()
        for name in sorted(self.__dataclass_fields__):
            digest.update(name.encode())
            _feed(digest, getattr(self, name))
        return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    """Add one value to a hash; arrays by type, shape and bytes."""
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Draws):
        _feed(digest, value.values)
        for spec in value.specs:
            digest.update(repr(spec).encode())
    elif isinstance(value, tuple):
        digest.update(f"({len(value)}".encode())
        for item in value:
            _feed(digest, item)
    else:
        digest.update(json.dumps(value).encode())
