"""What stands around the answers: the shock, the state, the timeline, parameters, sources and limits."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import (
    Evidence,
    LogInfo,
    ParameterEntry,
    Parameters,
    Shock,
    SourceEntry,
    TimelineEntry,
    Unmapped,
)
from counterpoise.assessment.track_record import track_record
from counterpoise.assessment.words import say_day
from counterpoise.compiler import KnownState, MappedShock, ParameterSet, known_events
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures
from counterpoise.events import EVENT_KINDS
from counterpoise.reports import Coding, EvidenceLog
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import DatedEvent, Scenario

__all__ = ["limits", "log_info", "register", "shocks", "sources", "state", "timeline", "unmapped"]


def shocks(mapped: MappedShock) -> tuple[Shock, ...]:
    """Return the levers that the report set, each with its evidence."""
    return tuple(
        Shock(
            id=x.id,
            text=x.text,
            sender=x.change.sender,
            recipient=x.change.recipient,
            kinds=x.change.kinds,
            to=x.change.to,
            start=x.change.date or dt.date.min,
            days=x.change.days,
            statement=x.statement,
            evidence=tuple(Evidence(start=s.start, end=s.end, quote=s.quote) for s in x.evidence),
            hedge=x.hedge,
            weight=x.weight,
            merged_with=x.merged_with,
        )
        for x in mapped.levers
    )


def unmapped(mapped: MappedShock) -> tuple[Unmapped, ...]:
    """Return the statements that did not reach the model."""
    return tuple(
        Unmapped(statement=s.statement, kind=s.kind, quote=s.quote, reason=s.reason) for s in mapped.skipped
    )


def log_info(log: EvidenceLog, known: KnownState, names: Mapping[str, str]) -> LogInfo:
    """Say what a log added to the state, and what it did not."""
    taken = []
    for event, entries in known.taken:
        left = f"{names[event.actor or '']} withdraws its support to {names[event.target or '']}"
        what = _event_text(event, names) if event.site else left
        taken.append(f"{what} ({say_day(event.date)}; entries {', '.join(entries)})")
    return LogInfo(
        sha256=hashlib.sha256(log.model_dump_json().encode()).hexdigest(),
        n_reports=log.n_reports,
        n_independent=log.n_independent,
        taken=tuple(taken),
        left=tuple(
            Unmapped(statement=x.entry, kind=x.change, quote=x.quote, reason=x.reason) for x in known.left
        ),
    )


def state(
    scenario: Scenario, world: World, as_of: dt.date, mapped: MappedShock, names: Mapping[str, str]
) -> tuple[str, ...]:
    """Say the state on the as-of day in sentences."""
    theatre = world.theatre
    client = names[scenario.conflict.client]
    held = Counter(world.parties[h] for h in theatre.holder)
    parts = ", ".join(f"{names[p]} {n}" for p, n in held.most_common())
    out = [f"Of {len(theatre.holder)} sites of the theatre on {say_day(as_of)}: {parts}."]
    if theatre.campaign_day > 0:
        out.append("No campaign against the government was under way.")
    else:
        began = as_of + dt.timedelta(days=int(theatre.campaign_day))
        how = (
            " (by the report; the scenario knew of none)"
            if mapped.offensive and theatre.campaign_day == 0
            else ""
        )
        out.append(
            f"A campaign was under way since {say_day(began)}{how}; {len(theatre.history_day)} changes of control had followed."
        )
    arm = world.schedules[0]
    each = ", ".join(f"{names[p]} {_level_text(arm.level_do[:, j, 0])}" for j, p in enumerate(world.patrons))
    counts = _level_text(world.history_level[:, -1])
    out.append(
        f"Level of support to {client}, 0 to 3, by patron on that day: {each}; the level that counts was {counts}."
    )
    dropped = float((arm.withdrawn_do[:, 0] > 0).mean())
    if dropped > 0:
        how = "" if dropped == 1 else f" in {100 * dropped:.0f} % of draws"
        out.append(f"A patron had dropped a level within the 180 days before{how}.")
    return tuple(out)


def _level_text(level: NDArray[np.generic]) -> str:
    """Say a level that may differ between parameter draws."""
    values, n = np.unique(np.asarray(level, dtype=int), return_counts=True)
    if len(values) == 1:
        return str(values[0])
    return " or ".join(f"{v} ({100 * c / n.sum():.0f} % of draws)" for v, c in zip(values, n, strict=True))


def timeline(
    scenario: Scenario, as_of: dt.date, mapped: MappedShock, coding: Coding, names: Mapping[str, str]
) -> tuple[TimelineEntry, ...]:
    """Return what is known on the as-of day, observed and reported, in order."""
    rows = [
        TimelineEntry(
            date=e.date,
            date_latest=e.known_from,
            kind=e.kind,
            text=_event_text(e, names),
            origin="observed",
            source=e.sources,
            confidence=e.confidence,
        )
        for e in known_events(scenario, as_of)
        if e.kind != "statement"
    ]
    for lever in mapped.levers:
        if lever.merged_with is None:
            day = coding.document.published or as_of
            rows.append(
                TimelineEntry(
                    date=day,
                    date_latest=day,
                    kind="withdrawal" if lever.change.to < 1 else "reinforcement",
                    text=lever.text,
                    origin="reported",
                    source=("report",),
                    confidence="low",
                )
            )
    return tuple(sorted(rows, key=lambda r: (r.date, r.date_latest, r.text)))


def _event_text(event: DatedEvent, names: Mapping[str, str]) -> str:
    """Say an event in a sentence."""
    if event.kind in ("capture", "recapture") and event.site:
        verb = "takes" if event.kind == "capture" else "retakes"
        loser = f" from {names.get(event.target or '', event.target)}" if event.target else ""
        return (
            f"{names.get(event.actor or '', event.actor)} {verb} {names.get(event.site, event.site)}{loser}"
        )
    if event.detail:
        return event.detail.rstrip(".")
    who = names.get(event.actor or "", event.actor or "")
    whom = names.get(event.target or "", event.target or "")
    return f"{who}: {EVENT_KINDS[event.kind]} ({whom})" if whom else f"{who}: {EVENT_KINDS[event.kind]}"


def _figures(scenario: Scenario) -> list[tuple[str, str, Figure]]:
    """Return every figure of a scenario with its path and a text."""
    rows: list[tuple[str, str, Figure]] = []
    for a in scenario.actors:
        for field in ("strength", "population", "gdp", "military_expenditure"):
            if (figure := getattr(a, field)) is not None:
                rows.append((f"actors.{a.id}.{field}", f"{a.name}: {field.replace('_', ' ')}", figure))
        rows += [
            (f"actors.{a.id}.own.{k}", f"{a.name}: own {k.replace('_', ' ')}", f) for k, f in a.own.items()
        ]
    rows += [
        (f"sites.{s.id}.population", f"{s.name}: population", s.population)
        for s in scenario.sites
        if s.population
    ]
    for r in scenario.routes:
        rows.append((f"routes.{r.id}.capacity", f"route {r.id}: capacity", r.capacity))
    for f in scenario.flows:
        rows.append((f"flows.{f.id}.size", f"support {f.id}: size", f.size))
        if f.escort:
            rows.append(
                (
                    f"flows.{f.id}.escort",
                    f"support {f.id}: share that rests on {f.escort.flow}",
                    f.escort.share,
                )
            )
    for s in scenario.stocks:
        rows += [
            (f"stocks.{s.actor}.{s.kind}.{n}", f"{s.actor}: stock of {s.kind}, {n}", getattr(s, n))
            for n in ("level", "reserve", "dependence")
        ]
    for x in scenario.reactions:
        rows.append((f"reactions.{x.id}.rate", f"reaction {x.id}: rate", x.rate))
        if x.share:
            rows.append((f"reactions.{x.id}.share", f"reaction {x.id}: share destroyed", x.share))
    return rows


def register(parameters: ParameterSet, scenario: Scenario, world: World) -> Parameters:
    """Return every number of the run with its standing: hazards and rules first, then the scenario's figures."""
    low, high = (
        dict(zip((s.name for s in parameters.specs), column, strict=True)) for column in _ranges(world)
    )
    rows = [
        ParameterEntry(
            name=s.name,
            text=s.text,
            mean=s.mean,
            low=low[s.name],
            high=high[s.name],
            unit=s.unit,
            standing=s.standing,
            source=s.source,
        )
        for s in parameters.specs
    ]
    rows += [
        ParameterEntry(
            name=c.name,
            text=c.text,
            mean=c.value,
            low=c.value,
            high=c.value,
            unit=c.unit,
            standing=c.standing,
            source=c.source,
        )
        for c in parameters.constants
    ]
    rows += [
        ParameterEntry(
            name=path,
            text=text,
            mean=f.value,
            low=f.value if f.low is None else f.low,
            high=f.value if f.high is None else f.high,
            unit=f.unit,
            standing=f.standing,
            source=f.source,
        )
        for path, text, f in _figures(scenario)
    ]
    count = Counter(r.standing for r in rows)
    return Parameters(
        fitted=count["fitted"],
        literature=count["literature"],
        elicited=count["elicited"],
        assumed=count["assumed"],
        register_=tuple(rows),
    )


def _ranges(world: World) -> tuple[list[float], list[float]]:
    """5th and 95th percentile of each parameter's draws."""
    low, high = np.quantile(world.draws.values, (0.05, 0.95), axis=0)
    return [float(x) for x in low], [float(x) for x in high]


def sources(scenario: Scenario, as_of: dt.date, parameters: ParameterSet) -> tuple[SourceEntry, ...]:
    """Return the sources of what the run used; those of events not yet known are left out."""
    used = {f.source for _, _, f in _figures(scenario)}
    used |= {s.source for s in scenario.sites} | {r.source for r in scenario.routes}
    used |= {a.source for a in scenario.alignments} | {scenario.conflict.source}
    used |= {s for e in known_events(scenario, as_of) for s in e.sources}
    used |= {u.source for u in scenario.uncertainties} | {x.source for x in scenario.reactions}
    rows = [
        SourceEntry(
            id=s.id,
            title=s.title,
            publisher=s.publisher,
            published=s.published,
            url=s.url,
            reliability=s.reliability,
        )
        for s in scenario.sources
        if s.id in used
    ]
    rows += [
        SourceEntry(
            id=str(s["id"]),
            title=str(s["title"]),
            publisher=str(s["publisher"]),
            published=None,
            url=None,
            reliability=str(s["reliability"]),
        )
        for s in parameters.sources
    ]
    return tuple(rows)


def limits(
    scenario: Scenario,
    coding: Coding,
    as_of: dt.date,
    undated: bool,
    futures: Futures,
    members: int,
    parameters: ParameterSet,
) -> tuple[str, ...]:
    """Say what the run cannot say."""
    out = [
        track_record(parameters),
        "How much of a patron's effect is causal is not known; it is drawn between none and all. The contrast between arms "
        "carries that ignorance.",
        "Deaths after a fall stand in the brief as a base rate of past takeovers; displacement and fragmentation after it are "
        "not modelled.",
        "Reactions of rivals and neighbours happen at assumed rates and change the regional ledger only; the war inside the "
        "theatre does not know of them.",
        "Control is modelled at the level of towns and crossings; nothing finer is known or wanted.",
        "What lies beyond three years is a scenario, not a forecast.",
        "The analysis is 'if true': the grade of the source stands beside it and does not change a number.",
    ]
    if undated:
        out.append(
            f"The report carries no date; it was taken as published on the as-of day, {say_day(as_of)}."
        )
    if futures.effective_draws < 0.2 * futures.world.draws.n:
        out.append(
            f"History leaves only {futures.effective_draws:.0f} of {futures.world.draws.n} parameter draws with weight: "
            "intervals over parameters are rough."
        )
    if members < 2000:
        out.append(f"Only {members} futures were drawn: the Monte-Carlo error is large.")
    later = [s.id for s in scenario.sources if s.published is not None and s.published > as_of]
    if later:
        out.append(
            f"{len(later)} sources of the scenario were published after the as-of day; they date or confirm what had "
            "happened by then and set no number of a later day."
        )
    figures = _figures(scenario)
    assumed = sum(f.standing == "assumed" for _, _, f in figures)
    out.append(f"{assumed} of the scenario's {len(figures)} figures are assumed, each with range and reason.")
    if not coding.claims:
        out.append("The report makes no claim about consequences, so there is none to check.")
    return tuple(out)
