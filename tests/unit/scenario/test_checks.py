"""Checks between the parts of a scenario, through overrides of the tiny one; every message has a test."""

import json
from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.events import EVENT_KINDS
from counterpoise.scenario import Scenario, check_scenario, load_scenario, scenario_json_schema
from counterpoise.scenario.check_events import NEEDS
from counterpoise.scenario.check_figures import UNITS
from counterpoise.scenario.check_references import REFERENCES
from counterpoise.scenario.slots import figure_slots

EVENT = "{id: e-new, date: 2020-01-20, sources: [wire], "
NEW = f"events=[{EVENT}"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        # ids
        (
            "sites.west.id=east",
            "sites[east].id | duplicate id 'east' in sites: item 0 is called 'east' already | give",
        ),
        (
            "sites.west.id=EAST",
            "sites[EAST].id | duplicate id 'EAST' in sites: item 0 is called 'east' already",
        ),
        ("sites.ccap.id=XCC", "sites[XCC].id | the id 'XCC' is also an actor's | give the site another id"),
        ("levers.stay.id=withdraw", "levers[withdraw].id | duplicate id 'withdraw' in levers"),
        ("ledger=[XBB, XBB]", "ledger[1] | 'XBB' stands twice in this list | keep one"),
        ("conflict.theatre.3=west", "conflict.theatre[4] | 'west' stands twice in this list"),
        ("actors.AXIS.members=[XBB, XBB]", "actors[AXIS].members[1] | 'XBB' stands twice"),
        # references
        (
            "sites.west.holder=XAB",
            "sites[west].holder | unknown actor 'XAB' | name one of `actors`, or add it there | nea",
        ),
        (
            "sites.west.source=nv",
            "sites[west].source | unknown source 'nv' | name one of `sources`, or add it there",
        ),
        ("actors.XAA.strength.source=nv", "actors[XAA].strength.source | unknown source 'nv'"),
        ("actors.XAA.own.troops.source=nv", "actors[XAA].own.troops.source | unknown source 'nv'"),
        (
            "flows.f-bb-ally.escort.flow=f-bb-advs",
            "flows[f-bb-ally].escort.flow | unknown flow 'f-bb-advs' | name one",
        ),
        (
            "levers.cut-road.close_routes=[r-west-dep]",
            "levers[cut-road].close_routes[0] | unknown route 'r-west-dep'",
        ),
        (
            "ledger=[XBBB]",
            "ledger[0] | unknown actor 'XBBB' | name one of `actors`, or add it there | nearest: XBB",
        ),
        (
            "actors.REB.home=hil",
            "actors[REB].home | unknown site 'hil' | name one of `sites`, or add it there | nearest: hi",
        ),
        # blocs
        ("sites.ecap.holder=AXIS", "sites[ecap].holder | 'AXIS' is a bloc | name one of its members"),
        ("actors.AXIS.members=[XBB, AXIS]", "actors[AXIS].members[1] | 'AXIS' is a bloc"),
        ("flows.f-cc-dip.sender=AXIS", "flows[f-cc-dip].sender | 'AXIS' is a bloc"),
        # figures
        (
            "sites.west.population.value=-3",
            "sites[west].population.value | negative: -3 | write a number of 0 or more",
        ),
        (
            "actors.THI.strength.low=-1",
            "actors[THI].strength.low | negative: -1 | write a number of 0 or more",
        ),
        ("flows.f-cc-dip.size.value=-1", "flows[f-cc-dip] | size is negative: -1"),
        (
            "stocks.ALLY.dependence.high=70",
            "stocks[ALLY].dependence.high | a share above 1: 70 | write a share between 0",
        ),
        ("flows.f-bb-ally.escort.share={value: 30}", "escort.share.value | a share above 1: 30"),
        (
            "sites.west.population.unit=people",
            "population.unit | expected persons, got 'people' | convert the value and",
        ),
        ("routes.a-bcap-capi.capacity.unit=t/day", "capacity.unit | expected t/month or index, got 't/day'"),
        (
            "sites.west.population.value=9e9",
            "sites[west].population.value | 9e+09 persons is not plausible (more than 5e",
        ),
        (
            "sites.west.population.as_of=2020-03-01",
            "population.as_of | dated 2020-03-01, after the first as-of day 20",
        ),
        (
            "flows.f-bb-adv.size.unit=index",
            "flows[f-bb-adv].size.unit | expected persons for advisers, got 'index'",
        ),
        (
            "flows.f-bb-arm.size.unit=t/month",
            "weapons to XAA is counted in 'index' here and in 't/month' elsewhere | use",
        ),
        ("actors.XAA.own.funding.unit=EUR", "expected USD/year or USD/month for funding, got 'EUR'"),
        # routes and flows
        ("routes.r-sud-capi.b=sud", "routes[r-sud-capi].b | starts and ends at 'sud' | name two sites"),
        (
            "routes.r-sud-capi.b=cent",
            "routes[r-sud-capi] | a second road route between 'sud' and 'cent' (the first is 'r-su",
        ),
        (
            "flows.f-cc-dip.recipient=XCC",
            "flows[f-cc-dip].recipient | 'XCC' sends to itself | write own resources under",
        ),
        (
            "flows.f-cc-arm.modes=[air]",
            "flows[f-cc-arm].origin | no air route touches 'ccap' | add a route, or another",
        ),
        (
            "flows.f-bb-ally.destination=ccap",
            "flows[f-bb-ally].destination | no road or air route touches 'ccap'",
        ),
        ("routes.r-bcap-east.both_ways=false", ""),
        (
            "flows.f-bb-ally.escort.flow=f-bb-ally",
            "a circle of escorts: f-bb-ally > f-bb-ally | let one of them rest on no",
        ),
        # alignments
        ("alignments.0.b=XBB", "alignments[0].b | 'XBB' stands to itself | name two actors"),
        (
            "alignments.1.b=XAA",
            "alignments[1] | a second stance of 'XBB' and 'XAA' at a time (the first: alignments[0])",
        ),
        (
            "alignments.3.until=2015-09-01",
            "alignments[3].until | until 2015-09-01 is not after since 2015-09-01 | correct",
        ),
        # conflict
        (
            "conflict.capital=bcap",
            "conflict.capital | the capital 'bcap' is not in the theatre | add it to conflict.theatre",
        ),
        (
            "conflict.client=REB",
            "conflict.client | the client 'REB' is not a state or government | name the government",
        ),
        (
            "conflict.opponents.THI.actor=REB",
            "conflict.opponents[REB].actor | 'REB' is a party already | name each",
        ),
        ("conflict.opponents.THI.actor=XAA", "'XAA' is a party already"),
        (
            "conflict.control_as_of=2020-03-01",
            "conflict.control_as_of | 2020-03-01 is after the last as-of day 2020-02-28",
        ),
        (
            "sites.west.holder=XDD",
            "sites[west].holder | 'XDD' holds a site of the theatre and is not a party | name the",
        ),
        (
            "sites.west.threatened_by=[XDD]",
            "sites[west].threatened_by[0] | 'XDD' threatens a site of the theatre and is not",
        ),
        (
            "conflict.patrons=[XBB, XDD]",
            "conflict.patrons[1] | the patron 'XDD' has no flow to the client 'XAA' | add its",
        ),
        (
            "conflict.rebel_patrons=[XDD]",
            "conflict.rebel_patrons[0] | the rebels' patron 'XDD' has no flow to an opponent",
        ),
        # events
        ("events.e-oasis.site=null", "events[e-oasis] | capture needs site | add site"),
        ("events.e-out.change=null", "events[e-out] | withdrawal needs change | add change"),
        (
            NEW + "kind: interdiction, actor: XEE}]",
            "events[e-new] | interdiction needs route or site | add route",
        ),
        (
            NEW + "kind: strike, actor: XEE, target: XEE}]",
            "events[e-new].target | 'XEE' acts on itself | name another",
        ),
        (
            NEW + "kind: alignment, actor: XEE, target: XAA, detail: hostil}]",
            "got 'hostil' | choose one of them | nearest:",
        ),
        (
            "events.e-out.actor=XCC",
            "the change is from 'XBB' to 'XAA', the event from 'XCC' to 'XAA' | actor is the sender",
        ),
        (
            "events.e-out.change.to=1.5",
            "a withdrawal to 1.5 times the size is more than before | write a fraction below 1",
        ),
        (
            "events.e-nord.date_latest=2020-03-01",
            "events[e-nord].date_latest | 2020-03-01 is after the last as-of day",
        ),
        (
            "events.e-out.date=2020-03-01",
            "events[e-out].date | 2020-03-01 is after the last as-of day 2020-02-28 | take",
        ),
        (
            "events.e-out.date=1999-12-31",
            "events[e-out].date | 1999-12-31 is more than 20 years before first_as_of 2020",
        ),
        (
            "events.e-oasis.actor=XEE",
            "events[e-oasis].actor | expected REB or THI as actor of a capture, got 'XEE' | name",
        ),
        ("events.e-start.actor=XAA", "expected REB or THI as actor of a campaign_start, got 'XAA'"),
        (
            NEW + "kind: recapture, actor: REB, site: nord}]",
            "expected XAA as actor of a recapture, got 'REB'",
        ),
        (
            "events.e-oasis.site=bcap",
            "events[e-oasis].site | 'bcap' is not in the theatre | add it to conflict.theatre",
        ),
        # changes of support
        (
            "levers.stay.changes.0.sender=XDD",
            "levers[stay].changes[0] | no flow from 'XDD' to 'XAA' to change | add the",
        ),
        (
            "levers.reinforce.changes.0.kinds=[troops]",
            "levers[reinforce].changes[0].kinds[0] | no flow of troops from 'XBB",
        ),
        (
            "events.e-out.change.kinds=[advisers, air_power]",
            "events[e-out].change.kinds[1] | no flow of air_power from",
        ),
    ],
)
def test_checks(wrong, tiny: Path, override: str, said: str) -> None:
    if not said:
        load_scenario(tiny, [override])
        return
    assert any(said in message for message in wrong(override)), wrong(override)


def test_the_tiny_scenario_is_sound(tiny: Path) -> None:
    assert check_scenario(load_scenario(tiny)) == []


def test_a_doubled_stock_and_parameter(wrong) -> None:
    stock = "{actor: ALLY, kind: weapons, level: 1, reserve: 1, dependence: 0.5}"
    assert any(
        "a second stock of weapons for ALLY | keep one" in m for m in wrong(f"stocks=[{stock}, {stock}]")
    )
    u = "{parameter: p, mean: 0, sd: 1, standing: assumed, source: inv}"
    assert any("p is set twice | keep one" in m for m in wrong(f"uncertainties=[{u}, {u}]"))


def test_one_way_routes(wrong, tiny: Path) -> None:
    there = ["routes.r-sud-capi.b=cent", "routes.r-sud-capi.both_ways=false"]
    back = ["routes.r-sud-cent.a=cent", "routes.r-sud-cent.b=sud", "routes.r-sud-cent.both_ways=false"]
    load_scenario(tiny, there + back)
    said = wrong(
        "routes.s-ccap-port.both_ways=false", "routes.s-ccap-port.a=port", "routes.s-ccap-port.b=ccap"
    )
    assert any(
        "flows[f-cc-arm].destination | no way by sea or road from 'ccap' to 'capi' | add the" in m
        for m in said
    )


def test_a_circle_of_escorts_is_found_once_for_each_flow(wrong) -> None:
    share = "share: {value: 0.5}"
    said = wrong(
        f"flows.f-bb-adv.escort={{flow: f-bb-mon, {share}}}",
        f"flows.f-bb-mon.escort={{flow: f-bb-adv, {share}}}",
    )
    assert len([m for m in said if "a circle of escorts: f-bb-" in m]) == 2


def test_stances_may_follow_each_other_in_time(tiny: Path) -> None:
    later = ["alignments.1.b=XAA", "alignments.0.until=2010-01-01", "alignments.1.since=2010-01-01"]
    load_scenario(tiny, later)


def test_an_unknown_site_of_a_capture_is_reported_once(wrong) -> None:
    assert len(wrong("events.e-oasis.site=nowhere")) == 1
    assert len(wrong("events.e-oasis.actor=nobody")) == 1


def test_a_scenario_made_in_python_is_checked_too(tiny: Path) -> None:
    good = load_scenario(tiny)
    site = good.sites[0].model_copy(update={"holder": "NOBODY"})
    bad = good.model_copy(update={"sites": (site, *good.sites[1:])})
    assert isinstance(bad, Scenario)
    assert [str(p).split(" | ")[0] for p in check_scenario(bad)] == ["sites[east].holder"]


def test_a_leap_day_has_a_day_twenty_years_before(tiny: Path) -> None:
    """Days early in the calendar cause no fault of the program; figures must be older than the first as-of day."""
    for first in ("2004-02-29", "0005-01-01"):
        with pytest.raises(InputError, match="after the first as-of day"):
            load_scenario(tiny, [f"first_as_of={first}"])
    with pytest.raises(InputError, match="after the first as-of day"):
        load_scenario(
            tiny, ["last_as_of=2101-01-01", "as_of=2100-06-01", "first_as_of=2004-02-29", "events=[]"]
        )


def test_every_id_in_the_schema_is_an_id_or_a_checked_reference() -> None:
    """The silent failure: a new field that names an id and that nothing checks."""
    schema = scenario_json_schema()
    defs = schema["$defs"]
    id_pattern = defs["Site"]["properties"]["id"]["pattern"]
    found: set[str] = set()

    def walk(node: dict, path: str) -> None:
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            if name not in ("Figure", "FigureDefault"):
                walk(defs[name], path)
        for key in ("anyOf", "allOf"):
            for option in node.get(key, ()):
                walk(option, path)
        if node.get("pattern") == id_pattern:
            found.add(path)
        for name, inner in node.get("properties", {}).items():
            if name != "figure_defaults":
                walk(inner, f"{path}.{name}".lstrip("."))
        if isinstance(node.get("items"), dict):
            walk(node["items"], f"{path}.*")

    walk(schema, "")
    own = {p for p in found if p.rsplit(".", 1)[-1] == "id"}
    assert found - own == set(REFERENCES), json.dumps(sorted(found ^ own ^ set(REFERENCES)))


def test_the_tables_name_what_exists() -> None:
    assert set(NEEDS) == set(EVENT_KINDS)
    assert set(UNITS) <= set(figure_slots())
