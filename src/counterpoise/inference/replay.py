"""Replay: the log of a past case becomes its state by day, from the campaign's first day to its end, and that a design table.

The state at midnight is what the filter of the engine sees (`counterpoise.dynamics.history`): control, patrons, flags, what
was lost and retaken lately. The covariates come from the engine's own functions (`counterpoise.dynamics.design`).

Days that are known only as an interval are not set to its middle: several logs are drawn, each day uniform within its interval
and in an order that can be (a site is taken before it is retaken), and the likelihood of the case is their mean. The sizes of
support that have a range are drawn with them.

Weakest assumption: within its interval every day is as likely as another before the model speaks. What it does not do: follow a
case past the loss of its capital, or into a second campaign.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.arms import LeverPlan, ObservedHistory, observed_history
from counterpoise.compiler.figures import draw_figures
from counterpoise.compiler.parameters import load_parameters
from counterpoise.compiler.theatre import SURRENDER, build_theatre, parties_of
from counterpoise.compiler.world import settled_changes
from counterpoise.dynamics.world import Observed, Theatre
from counterpoise.errors import InputError
from counterpoise.scenario.models import Case, DatedEvent, Scenario
from counterpoise.streams import stream_key, uniform

__all__ = ["LOGS", "Log", "Replay", "replay"]

#: Logs that are drawn of a case with days known only as intervals.
LOGS = 4
_TRIES = 500


@dataclass(frozen=True)
class Log:
    """One log of a case with a day for everything, and the patrons as they were.

    Parameters
    ----------
    n_days : int
        Days from the campaign's first (day 0) to the last, that of the capital's loss included.
    day, site, party : ndarray, shape (n_changes,)
        Changes of control in order of day; party 0 is the government.
    ended : bool
        The capital is lost on the last day (by defeat or flight); it is not among the changes.
    burnt_out : bool
        The campaign ends on the last day.
    surrender : ndarray, shape (n_changes,)
        1 where a site was given up without a fight.
    observed : Observed
        The patrons at midnight of each day.
    patron_level : ndarray of int8, shape (n_patrons, n_days)
    """

    n_days: int
    day: NDArray[np.int64]
    site: NDArray[np.int64]
    party: NDArray[np.int64]
    surrender: NDArray[np.int64]
    ended: bool
    burnt_out: bool
    observed: Observed
    patron_level: NDArray[np.int8]


@dataclass(frozen=True)
class Replay:
    """A past case, replayed.

    Parameters
    ----------
    theatre : Theatre
        On the eve of the campaign.
    logs : tuple of Log
        One where every day is known; else `LOGS`, whose likelihoods are averaged.
    """

    id: str
    sha256: str
    country: str
    started: dt.date
    theatre: Theatre
    logs: tuple[Log, ...]


def replay(scenario: Scenario, *, logs: int = LOGS, seed: int = 1, capped_sum: bool = False) -> Replay:
    """Replay a past case.

    Parameters
    ----------
    logs : int
        Logs that are drawn where days are known only as intervals.
    capped_sum : bool
        Registered variant of the patron coding: sum over patrons, capped at 3, in place of the highest.

    Raises
    ------
    InputError
        If the scenario is no case, or the government did not hold its capital when the campaign began.
    """
    case = scenario.case
    if case is None:
        raise InputError.at(
            f"scenario {scenario.id}", "it is no past case: it has no block `case`", "see docs: add a case"
        )
    eve = case.campaign_start - dt.timedelta(days=1)
    theatre = build_theatre(scenario, eve)
    changes = _changes(scenario, case)
    certain = all(low == high for low, high, _, _ in changes) and case.ended_latest in (None, case.ended)
    ranged = any(f.size.low is not None and f.size.low != f.size.high for f in scenario.flows)
    n = 1 if certain and not ranged else logs
    history = _patrons(scenario, case, n, seed, capped_sum)
    return Replay(
        scenario.id,
        scenario.sha256,
        case.country,
        case.campaign_start,
        theatre,
        tuple(_log(scenario, case, changes, history, i, seed) for i in range(n)),
    )


Change = tuple[int, int, DatedEvent, tuple[int, int]]


def _changes(scenario: Scenario, case: Case) -> list[Change]:
    """Changes of control of the campaign as (first day, last day, event, (site, party)), in the order of the log."""
    position = {s: i for i, s in enumerate(scenario.conflict.theatre)}
    party = {a: i for i, a in enumerate(parties_of(scenario))}
    out = []
    for e in sorted(scenario.events, key=lambda e: (e.known_from, e.date, e.id)):
        if e.kind not in ("capture", "recapture") or e.site not in position:
            continue
        if not case.campaign_start <= e.known_from <= case.captures_until:
            continue
        who = scenario.conflict.client if e.actor is None and e.kind == "recapture" else e.actor
        if who not in party:
            raise InputError.at(
                f"events[{e.id}]", f"'{who}' is no party of the theatre", f"parties: {', '.join(party)}"
            )
        low = max((e.date - case.campaign_start).days, 0)
        out.append((low, (e.known_from - case.campaign_start).days, e, (position[e.site], party[who])))
    return out


def _patrons(scenario: Scenario, case: Case, n: int, seed: int, capped_sum: bool) -> ObservedHistory:
    """Levels and flags of the patrons over the campaign, one row for each log."""
    parameters = load_parameters(scenario, scenario.last_as_of, posterior=None)
    last = max(case.captures_until, case.gone_by or case.captures_until)
    plan = LeverPlan(settled_changes(scenario, scenario.last_as_of))
    sizes = draw_figures(
        [f.size for f in scenario.flows], [f"flows.{f.id}.size" for f in scenario.flows], seed, n
    )
    began = (case.campaign_start - last).days
    return observed_history(scenario, last, plan, sizes, began, parameters, capped_sum)


def _log(
    scenario: Scenario,
    case: Case,
    changes: Sequence[Change],
    patrons: ObservedHistory,
    number: int,
    seed: int,
) -> Log:
    """Draw one log and cut it where the case ends."""
    days = _days(scenario, changes, number, seed)
    capital = scenario.conflict.theatre.index(scenario.conflict.capital)
    last, ended, burnt_out = _end(scenario, case, changes, days, capital, number, seed)
    rows = sorted(
        (day, i, where, who, int(event.detail == SURRENDER))
        for i, (day, (_, _, event, (where, who))) in enumerate(zip(days, changes, strict=True))
        if day <= last and where != capital
    )
    table = np.array([(d, s, p, g) for d, _, s, p, g in rows], dtype=np.int64).reshape(-1, 4)
    n_days = last + 1

    def path(name: str) -> NDArray[np.float64]:
        return np.ascontiguousarray(getattr(patrons, name)[number, :n_days], dtype=float)

    return Log(
        n_days=n_days,
        day=table[:, 0],
        site=table[:, 1],
        party=table[:, 2],
        surrender=table[:, 3],
        ended=ended,
        burnt_out=burnt_out,
        observed=Observed(
            level=path("level"),
            withdrawn=path("withdrawn"),
            reinforced=path("reinforced"),
            rebel_level=path("rebel_level"),
            more=path("more"),
            kinds=np.ascontiguousarray(patrons.kinds[number, :n_days]),
        ),
        patron_level=np.ascontiguousarray(patrons.patron_level[number, :, :n_days]),
    )


def _days(scenario: Scenario, changes: Sequence[Change], number: int, seed: int) -> list[int]:
    """Draw a day for each change; changes of one site keep their order, a day or more apart."""
    by_site: dict[int, list[int]] = {}
    for i, (_, _, _, (where, _)) in enumerate(changes):
        by_site.setdefault(where, []).append(i)
    out = [high for _, high, _, _ in changes]
    for own in by_site.values():
        for attempt in range(_TRIES):
            drawn = [_day(scenario, changes[i], number, attempt, seed) for i in own]
            if all(a < b for a, b in itertools.pairwise(drawn)):
                for i, day in zip(own, drawn, strict=True):
                    out[i] = day
                break
    return out


def _day(scenario: Scenario, change: Change, number: int, attempt: int, seed: int) -> int:
    """Draw one day, uniform in its interval."""
    low, high, event, _ = change
    if low >= high:
        return high
    key = stream_key(seed, f"day:{scenario.id}:{event.id}")
    return low + min(int(uniform(key, number, attempt) * (high - low + 1)), high - low)


def _end(
    scenario: Scenario,
    case: Case,
    changes: Sequence[Change],
    days: Sequence[int],
    capital: int,
    number: int,
    seed: int,
) -> tuple[int, bool, bool]:
    """Last day of the replay, whether the capital is lost on it, and whether the campaign ends on it."""
    last = (case.captures_until - case.campaign_start).days
    fallen = [d for d, (_, _, _, (where, who)) in zip(days, changes, strict=True) if where == capital and who]
    ended = bool(fallen)
    if fallen:
        last = min(fallen)
    if case.ended is not None:
        low = (case.ended - case.campaign_start).days
        high = ((case.ended_latest or case.ended) - case.campaign_start).days
        key = stream_key(seed, f"day:{scenario.id}:end")
        end = low + min(int(uniform(key, number, 0) * (high - low + 1)), high - low)
        if case.outcome in ("defeat", "flight"):
            # The government is gone with its capital or before; the capital's fall after its flight adds nothing.
            last, ended = min(last, end) if fallen else end, True
        elif end <= last:
            last, ended = end, False
    burnt = [
        (e.known_from - case.campaign_start).days
        for e in scenario.events
        if e.kind == "campaign_end" and e.known_from >= case.campaign_start
    ]
    if burnt and min(burnt) < last:
        return min(burnt), False, True
    return max(last, 0), ended, False
