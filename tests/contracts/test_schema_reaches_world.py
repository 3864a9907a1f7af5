"""Silent failure 1: a field of the scenario that nobody reads.

Every leaf of the schema is given another valid value, alone. It must change the compiled `World` (of the scenario as it
stands, or with its levers pulled), or the assessment of a report, or stand in `INERT` with a reason. What stands there and
does change something fails as well, so that the list stays honest.
"""

from __future__ import annotations

import importlib
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from counterpoise.assessment.simulating import simulate
from counterpoise.compiler import compile_world
from counterpoise.scenario import load_scenario
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import Scenario

BASE: dict[str, object] = {
    "horizon_days": 60,
    "sources": [
        {"id": "inv", "title": "Invented", "publisher": "Us", "published": "2020-01-01", "reliability": "F"},
        {"id": "wire", "title": "News", "publisher": "Us", "published": "2020-01-29", "url": "https://a.example"},
        {"id": "alt", "title": "Named by nothing", "publisher": "Us"},
    ],
    "actors.XAA.iso3": "XQA",
    "actors.XBB.iso3": "XQC",
    "actors.REB.population": {"value": 1000},
    "sites.cent.aliases": ["Old Centre"],
    "sites.cent.held_since": "2010-01-01",
    "flows.f-bb-adv.kind": "troops",
    "events.e-out.change.kinds": ["troops"],
    "levers": [
        {"id": "one", "title": "One", "changes": [
            {"sender": "XCC", "recipient": "XAA", "kinds": ["weapons"], "to": 0.1, "date": "2020-02-10", "days": 9}]},
        {"id": "two", "title": "Two", "close_routes": ["r-west-depo"], "interdictions": [
            {"route": "r-cent-capi", "share": 0.3, "after": 2, "days": 5}]},
    ],
    "events.e-start": {
        "id": "e-start", "kind": "route_closed", "date": "2020-01-10", "route": "a-bcap-capi", "certainty": 0.9,
        "sources": ["wire"],
    },
    "flows.f-ee-arm": {
        "id": "f-ee-arm", "sender": "XEE", "recipient": "XAA", "kind": "weapons", "start": "2014-01-01", "dormant": True,
        "size": {"value": 20, "low": 10, "high": 30, "unit": "index"},
    },
    "conflict.rebel_patrons": [],
    "reactions": [
        {"id": "takes", "actor": "XDD", "kind": "hold", "sites": ["west"], "only_if": ["neutral"], "source": "inv",
         "rate": {"value": 1, "low": 0.5, "high": 2, "unit": "1/year", "as_of": "2019-12-31", "source": "inv",
                  "standing": "assumed", "note": "n"}},
        {"id": "hits", "actor": "XEE", "kind": "strike", "target": "ALLY", "source": "inv",
         "rate": {"value": 1, "low": 0.5, "high": 2, "unit": "1/year", "as_of": "2019-12-31", "source": "inv",
                  "standing": "assumed", "note": "n"},
         "share": {"value": 0.5, "low": 0.3, "high": 0.7, "unit": "share", "as_of": "2019-12-31", "source": "inv",
                   "standing": "assumed", "note": "n"}},
        {"id": "helps", "actor": "XEE", "kind": "support", "flow": "f-ee-arm", "source": "inv",
         "rate": {"value": 1, "low": 0.5, "high": 2, "unit": "1/year", "as_of": "2019-12-31", "source": "inv",
                  "standing": "assumed", "note": "n"}},
    ],
    "conflict.background": {
        name: {"value": value, "unit": unit, "as_of": "2019-12-31", "source": "inv", "standing": "assumed", "note": "n"}
        for name, value, unit in (
            ("deaths_last_year", 500, "persons"), ("deaths_year_before", 100, "persons"), ("coups", 0.5, "events"),
            ("soviet_sponsor", 0.5, "index"), ("gdp_per_head", 800, "USD/year"), ("population", 9e6, "persons"),
        )
    },
    "uncertainties": [{"parameter": "loss.threat", "mean": 1, "sd": 0.1, "standing": "assumed", "source": "inv", "note": "n"}],
}  # fmt: skip

BACKGROUND = (
    "deaths_last_year",
    "deaths_year_before",
    "coups",
    "soviet_sponsor",
    "gdp_per_head",
    "population",
)

#: Where a figure stands -> (path, a figure there).
FIGURES = {
    "Actor.strength": "actors.XAA.strength", "Actor.population": "actors.XBB.population", "Actor.gdp": "actors.XBB.gdp",
    "Actor.military_expenditure": "actors.XAA.military_expenditure", "Actor.own": "actors.XAA.own.weapons",
    "Site.population": "sites.cent.population", "Route.capacity": "routes.r-bcap-east.capacity",
    "Route.delay": "routes.r-bcap-east.delay", "Escort.share": "flows.f-bb-ally.escort.share",
    "Flow.size": "flows.f-bb-adv.size", "Stock.level": "stocks.ALLY.level", "Stock.reserve": "stocks.ALLY.reserve",
    "Stock.dependence": "stocks.ALLY.dependence", "Reaction.rate": "reactions.takes.rate",
    "Reaction.share": "reactions.hits.share",
    **{f"Background.{name}": f"conflict.background.{name}" for name in BACKGROUND},
}  # fmt: skip


def figure_changes(place: str, path: str) -> dict[str, Mapping[str, object]]:
    """Another value, low and high of the figure at a place."""
    old = figure_at(path)
    low, high = old.low or 0.8 * old.value, old.high or 1.2 * old.value
    return {
        f"{place}.value": {f"{path}.value": 0.97 * old.value + 0.03 * low},
        f"{place}.low": {f"{path}.low": 0.9 * low},
        f"{place}.high": {f"{path}.high": high + 0.1 * (high - old.value)},
    }


def figure_at(path: str) -> Figure:
    """The figure at a path of the base scenario."""
    here: Any = base()
    for step in path.split("."):
        if isinstance(here, tuple):
            here = next(x for x in here if step in (getattr(x, "id", None), getattr(x, "actor", None)))
        else:
            here = here[step] if isinstance(here, dict) else getattr(here, step)
    assert isinstance(here, Figure)
    return here


class Rename(typing.NamedTuple):
    """Give something another id everywhere in the file."""

    old: str
    new: str


Change = Mapping[str, object] | Rename

#: Leaf -> another valid value. Figures are in `FIGURES`.
CHANGES: dict[str, Change] = {
    "Scenario.id": {"id": "tinier"},
    "Scenario.title": {"title": "Another"},
    "Scenario.description": {"description": "Another."},
    "Scenario.as_of": {"as_of": "2020-02-02"},
    "Scenario.first_as_of": {"first_as_of": "2020-01-02"},
    "Scenario.last_as_of": {"last_as_of": "2020-03-01"},
    "Scenario.horizon_days": {"horizon_days": 61},
    "Scenario.ledger": {"ledger": ["XBB"]},
    "Scenario.responsible_use": {"responsible_use": "Be careful."},
    "Source.id": Rename("wire", "wiry"),
    "Source.title": {"sources.inv.title": "Other"},
    "Source.publisher": {"sources.inv.publisher": "Other"},
    "Source.published": {"sources.inv.published": "2019-01-01"},
    "Source.url": {"sources.wire.url": "https://b.example"},
    "Source.reliability": {"sources.inv.reliability": "B"},
    "Source.note": {"sources.inv.note": "a note"},
    "Actor.id": Rename("THI", "THJ"),
    "Actor.name": {"actors.XBB.name": "Bethania"},
    "Actor.kind": {"actors.XBB.kind": "armed_group", "actors.XBB.iso3": "XQC"},
    "Actor.iso3": {"actors.XAA.iso3": "XQB"},
    "Actor.aliases": {"actors.XBB.aliases": ["Betania"]},
    "Actor.members": {"actors.AXIS.members": ["XBB", "XAA"]},
    "Actor.home": {"actors.ALLY.home": "dcap"},
    "Actor.note": {"actors.XBB.note": "a note"},
    "Figure.unit": {"routes.r-nord-port.capacity.unit": "t/month"},
    "Figure.as_of": {"flows.f-bb-arm.size.as_of": "2018-01-01"},
    "Figure.source": {"flows.f-bb-arm.size.source": "alt"},
    "Figure.standing": {"flows.f-bb-arm.size.standing": "literature"},
    "Figure.confidence": {"flows.f-bb-arm.size.confidence": "high"},
    "Figure.note": {"flows.f-bb-arm.size.note": "another note"},
    "Site.id": Rename("rim", "rym"),
    "Site.name": {"sites.cent.name": "Centre"},
    "Site.country": {"sites.cent.country": "XBB"},
    "Site.lat": {"sites.cent.lat": 1.1},
    "Site.lon": {"sites.cent.lon": -32.1},
    "Site.roles": {"sites.cent.roles": ["town"]},
    "Site.holder": {"sites.sud.holder": "THI"},
    "Site.held_since": {"sites.cent.held_since": "2011-01-01"},
    "Site.threatened_by": {"sites.oasis.threatened_by": []},
    "Site.aliases": {"sites.cent.aliases": []},
    "Site.source": {"sites.cent.source": "alt"},
    "Site.confidence": {"sites.cent.confidence": "low"},
    "Site.note": {"sites.cent.note": "a note"},
    "Route.id": Rename("r-sud-capi", "r-capi-sud"),
    "Route.a": {"routes.r-sud-capi.a": "rim"},
    "Route.b": {"routes.r-sud-capi.b": "west"},
    "Route.mode": {"routes.r-sud-capi.mode": "air"},
    "Route.consent": {"routes.r-west-depo.consent": []},
    "Route.both_ways": {"routes.r-sud-capi.both_ways": False},
    "Route.source": {"routes.r-sud-capi.source": "alt"},
    "Route.confidence": {"routes.r-sud-capi.confidence": "low"},
    "Route.note": {"routes.r-sud-capi.note": "a note"},
    "Escort.flow": {"flows.f-bb-ally.escort.flow": "f-bb-mon"},
    "Flow.id": Rename("f-cc-arm", "f-cc-weapons"),
    "Flow.sender": {"flows.f-ally-tr.sender": "XDD"},
    "Flow.recipient": {"flows.f-ally-tr.recipient": "XDD"},
    "Flow.kind": {"flows.f-bb-mon.kind": "other"},
    "Flow.start": {"flows.f-cc-air.start": "2019-12-01"},
    "Flow.end": {"flows.f-ally-tr.end": "2020-03-01"},
    "Flow.modes": {"flows.f-bb-arm.modes": ["road"]},
    "Flow.origin": {"flows.f-bb-arm.origin": "east"},
    "Flow.destination": {"flows.f-bb-arm.destination": "cent"},
    "Flow.combat": {"flows.f-bb-adv.combat": False},
    "Flow.base": {"flows.f-bb-adv.base": "port"},
    "Flow.dormant": {"flows.f-ee-arm.dormant": False, "reactions": []},
    "Flow.note": {"flows.f-bb-arm.note": "a note"},
    "Stock.actor": {"stocks.ALLY.actor": "REB"},
    "Stock.kind": {"stocks.ALLY.kind": "funding"},
    "Alignment.a": {"alignments.5.a": "THI"},
    "Alignment.b": {"alignments.5.b": "XBB"},
    "Alignment.stance": {"alignments.5.stance": "ally"},
    "Alignment.since": {"alignments.3.since": "2020-02-20"},
    "Alignment.until": {"alignments.3.until": "2020-01-20"},
    "Alignment.source": {"alignments.5.source": "alt"},
    "Alignment.confidence": {"alignments.5.confidence": "low"},
    "Alignment.note": {"alignments.5.note": "a note"},
    "Party.actor": {"conflict.opponents.THI.actor": "XEE", "sites.rim.holder": "XEE", "sites.sud.threatened_by": []},
    "Party.role": {"conflict.opponents.THI.role": "rebel"},
    "Party.takes_sites": {"conflict.opponents.THI.takes_sites": False},
    "Conflict.client": Rename("XAA", "XAB"),
    "Conflict.theatre": {"conflict.theatre": ["east", "oasis", "cent", "capi", "west", "hill", "nord", "rim", "sud"]},
    "Conflict.capital": {"conflict.capital": "cent", "sites.cent.roles": ["capital"]},
    "Conflict.control_as_of": {"conflict.control_as_of": "2019-12-30"},
    "Conflict.patrons": {"conflict.patrons": ["XBB"]},
    "Conflict.rebel_patrons": {"conflict.rebel_patrons": ["XEE"], "flows.f-ee-arm": {
        "id": "f-ee-arm", "sender": "XEE", "recipient": "REB", "kind": "weapons", "start": "2014-01-01",
        "size": {"value": 20, "unit": "index"}}, "reactions": []},
    "Conflict.source": {"conflict.source": "alt"},
    "Conflict.note": {"conflict.note": "a note"},
    "FlowChange.sender": {
        "events.e-out.change.sender": "XCC", "events.e-out.actor": "XCC", "events.e-out.change.kinds": [],
    },
    "FlowChange.recipient": {
        "levers.one.changes": [
            {"sender": "XBB", "recipient": "ALLY", "kinds": ["weapons"], "to": 0.1, "date": "2020-02-10", "days": 9}
        ]
    },
    "FlowChange.kinds": {"events.e-out.change.kinds": ["funding"]},
    "FlowChange.flows": {
        "events.e-out.change": {
            "sender": "XBB", "recipient": "XAA", "kinds": [], "flows": ["f-bb-mon"], "date": "2020-01-28", "days": 10, "to": 0,
        }
    },
    "FlowChange.to": {"events.e-out.change.to": 0.3},
    "FlowChange.date": {"events.e-out.change.date": "2020-01-29"},
    "FlowChange.days": {"events.e-out.change.days": 11},
    "FlowChange.amount": {
        "events.e-out.change": {
            "sender": "XBB", "recipient": "XAA", "kinds": ["troops"], "amount": 900, "date": "2020-01-28", "days": 10,
        }
    },
    "FlowChange.after": {"events.e-out.change.after": 3},
    "FlowChange.pause": {"events.e-out.change.pause": 20},
    "DatedEvent.id": Rename("e-oasis", "e-osis"),
    "DatedEvent.kind": {"events.e-start": {
        "id": "e-start", "kind": "statement", "date": "2020-01-10", "actor": "REB", "sources": ["wire"]}},
    "DatedEvent.date": {"events.e-oasis.date": "2020-01-16"},
    "DatedEvent.date_latest": {"events.e-nord.date_latest": "2020-01-24"},
    "DatedEvent.actor": {"events.e-oasis.actor": "THI"},
    "DatedEvent.target": {"events.e-oasis.target": "THI"},
    "DatedEvent.site": {"events.e-oasis.site": "cent"},
    "DatedEvent.route": {"events.e-start.route": "r-nord-port"},
    "DatedEvent.share": {"events.e-start": {
        "id": "e-start", "kind": "interdiction", "actor": "XEE", "date": "2020-01-31", "route": "a-bcap-capi",
        "share": 0.9, "sources": ["wire"]}},
    "DatedEvent.repair_days": {"events.e-start.repair_days": 90},
    "DatedEvent.detail": {"events.e-start.detail": "said otherwise"},
    "DatedEvent.certainty": {"events.e-oasis.certainty": 0.4},
    "DatedEvent.sources": {"events.e-oasis.sources": ["alt"]},
    "DatedEvent.confidence": {"events.e-oasis.confidence": "low"},
    "DatedEvent.note": {"events.e-oasis.note": "a note"},
    "Lever.id": Rename("two", "deux"),
    "Lever.title": {"levers.one.title": "Uno"},
    "Lever.close_routes": {"levers.two.close_routes": ["a-bcap-capi"]},
    "Lever.reopen_days": {"levers.two.reopen_days": 30},
    "Lever.start_campaign": {"levers.two.start_campaign": True},
    "Interdiction.route": {"levers.two.interdictions": [{"route": "r-nord-cent", "share": 0.3, "after": 2, "days": 5}]},
    "Interdiction.site": {"levers.two.interdictions": [{"site": "cent", "share": 0.3, "after": 2, "days": 5}]},
    "Interdiction.share": {"levers.two.interdictions.0.share": 0.5},
    "Interdiction.after": {"levers.two.interdictions.0.after": 3},
    "Interdiction.days": {"levers.two.interdictions.0.days": 6},
    "Interdiction.repair_days": {"levers.two.interdictions.0.repair_days": 40},
    "Reaction.id": Rename("takes", "grabs"),
    "Reaction.actor": {"reactions.takes.actor": "XCC"},
    "Reaction.kind": {"reactions.hits.kind": "hold", "reactions.hits.sites": ["port"]},
    "Reaction.after": {"reactions.takes.after": "as_of"},
    "Reaction.sites": {"reactions.takes.sites": ["port"]},
    "Reaction.target": {"reactions.hits.target": "THI"},
    "Reaction.flow": {"reactions.helps.flow": "f-ee-two", "flows.f-ee-arm.id": "f-ee-two"},
    "Reaction.only_if": {"reactions.takes.only_if": ["rival"]},
    "Reaction.source": {"reactions.takes.source": "alt"},
    "Reaction.confidence": {"reactions.takes.confidence": "low"},
    "Reaction.note": {"reactions.takes.note": "a note"},
    "Lever.note": {"levers.one.note": "a note"},
    "Uncertainty.parameter": {"uncertainties.0.parameter": "loss.size"},
    "Uncertainty.mean": {"uncertainties.0.mean": 1.1},
    "Uncertainty.sd": {"uncertainties.0.sd": 0.2},
    "Uncertainty.standing": {"uncertainties.0.standing": "literature"},
    "Uncertainty.source": {"uncertainties.0.source": "alt"},
    "Uncertainty.note": {"uncertainties.0.note": "another note"},
}  # fmt: skip

NOTE = "words for whoever reads the file; in the scenario's own hash"
#: Leaf -> why it changes neither a number nor the assessment.
INERT: dict[str, str] = {
    "Scenario.description": NOTE,
    "Scenario.responsible_use": "words that `scenario show` prints",
    "Scenario.first_as_of": "bounds of what is accepted; a day inside them is treated alike",
    "Scenario.last_as_of": "bounds of what is accepted; a day inside them is treated alike",
    "Source.note": NOTE,
    "Actor.note": NOTE,
    "Site.note": NOTE,
    "Route.note": NOTE,
    "Flow.note": NOTE,
    "Alignment.note": NOTE,
    "Conflict.note": NOTE,
    "DatedEvent.note": NOTE,
    "Lever.note": NOTE,
    "Uncertainty.note": NOTE,
    "Figure.note": NOTE,
    "Figure.as_of": "says how old a figure is; `scenario check` bounds it, and no figure is aged",
    "Figure.confidence": "how well it was checked; kept for the reader of the file and not yet printed",
    "Site.confidence": "as for figures; no control is discounted by it",
    "Route.confidence": "as for figures",
    "Alignment.confidence": "as for figures",
    "Reaction.confidence": "as for figures",
    "Reaction.note": NOTE,
    "Route.delay.low": "a delay counts as one number; its range is not used",
    "Route.delay.high": "as its low end",
    "Conflict.control_as_of": "a day for checks against events; the holders themselves are what counts",
    **{
        f"Background.{name}.{end}": "a background counts as one number; its range is not used"
        for name in BACKGROUND
        for end in ("low", "high")
    },
    "DatedEvent.id": "a name; messages cite it",
    "Lever.title": "a name for people; arms carry the lever's id",
}

#: Leaves with one valid value, or set by the loader.
FIXED = {"Scenario.schema_": "names the format; one value", "Scenario.sha256": "set by the loader"}
#: Models that no run may read: what came of a past case is for the fit and the backtest (tested in test_check_case).
UNSEEN = {"Case"}


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models inside a type."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for part in typing.get_args(annotation):
        yield from models_in(part)


def leaves() -> set[str]:
    """Every field that holds no model, and value, low and high of every figure at its place."""
    found, todo, seen = set(), [Scenario], set()
    while todo:
        model = todo.pop()
        if model in seen or model.__name__ in UNSEEN:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            inner = list(models_in(field.annotation))
            if Figure in inner:
                found |= {f"{model.__name__}.{name}.{part}" for part in ("value", "low", "high")}
            elif not inner:
                found.add(f"{model.__name__}.{name}")
            todo += inner
    return (found - {f"Figure.{part}" for part in ("value", "low", "high")}) - set(FIXED)


TINY = Path(__file__).parents[1] / "data" / "tiny.yaml"


@cache
def base() -> Scenario:
    return load_scenario(TINY, BASE)


def all_changes() -> dict[str, Change]:
    """Changes of all leaves."""
    out: dict[str, Change] = dict(CHANGES)
    for place, path in FIGURES.items():
        out |= figure_changes(place, path)
    return out


def changed(change: Change, folder: Path) -> Scenario:
    """The base scenario with one change."""
    if isinstance(change, Rename):
        path = folder / "renamed.yaml"
        pattern = rf"(?<![\w-]){re.escape(change.old)}(?![\w-])"
        text = re.sub(pattern, change.new, TINY.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        overrides = {re.sub(pattern, change.new, k): renamed(v, pattern, change.new) for k, v in BASE.items()}
        return load_scenario(path, overrides)
    return load_scenario(TINY, {**BASE, **change})


def renamed(value: object, pattern: str, new: str) -> object:
    """Rename inside plain data."""
    if isinstance(value, str):
        return re.sub(pattern, new, value)
    if isinstance(value, list):
        return [renamed(v, pattern, new) for v in value]
    return {k: renamed(v, pattern, new) for k, v in value.items()} if isinstance(value, dict) else value


def as_it_stands(scenario: Scenario) -> str:
    return compile_world(scenario, scenario.as_of, seed=1, n_draws=8).sha256


def with_levers(scenario: Scenario) -> tuple[str, ...]:
    runs = [simulate(scenario, members=1, seed=1, levers=[x.id], workers=1) for x in scenario.levers]
    return (*(x.world.sha256 for x in runs), *(x.id for x in scenario.levers))


@pytest.fixture(scope="module")
def answer(beside: Callable[[str], ModuleType]) -> Iterator[Callable[[Scenario], dict[str, Any]]]:
    """Assess a made report: a withdrawal told with an alias, an attack told with a country's code and a town's old name."""
    made = beside("made_codings.py")
    events = (
        made.event(actors=("B1",)),
        made.event("E3", actors=("XQC",), support_kinds=("weapons",)),
        made.attack(recipients=("XQA",), place=("Old Centre",), mode="seize"),
    )
    entities = (made.entity("B1", "Betanian forces"),)
    coding = made.coding(events, (made.claim(), made.claim("C2", target="AXIS")), entities)
    importlib.import_module("counterpoise.assessment.assessing")
    module = sys.modules["counterpoise.assessment.assessing"]
    patch = pytest.MonkeyPatch()
    patch.setattr(module, "run_variants", lambda *_, **__: [])

    def assess(scenario: Scenario) -> dict[str, Any]:
        found = module.assess(coding, scenario=scenario, members=24, seed=1, workers=2).model_dump(
            mode="json"
        )
        found["scenario"].pop("sha256")
        return dict(found)

    yield assess
    patch.undo()


def test_every_leaf_has_a_change_and_nothing_else_does() -> None:
    assert set(all_changes()) == leaves()
    assert set(INERT) <= leaves()


@pytest.mark.science
def test_every_field_changes_the_world_or_the_assessment_or_is_inert_for_a_reason(
    answer: Callable[[Scenario], dict[str, Any]], tmp_path: Path
) -> None:
    world, pulled, said = as_it_stands(base()), with_levers(base()), answer(base())
    unread, dishonest = [], []
    for leaf, change in all_changes().items():
        scenario = changed(change, tmp_path)
        assert scenario.sha256 != base().sha256, f"{leaf}: the change changes nothing in the scenario"
        moves = as_it_stands(scenario) != world or (
            (leaf.startswith(("Lever", "FlowChange", "Interdiction")) and with_levers(scenario) != pulled)
            or answer(scenario) != said
        )
        if moves and leaf in INERT:
            dishonest.append(leaf)
        elif not moves and leaf not in INERT:
            unread.append(leaf)
    assert not unread, f"nobody reads: {', '.join(unread)}"
    assert not dishonest, f"listed as inert, but they change something: {', '.join(dishonest)}"
