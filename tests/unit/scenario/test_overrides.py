import datetime as dt
from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.scenario import load_scenario
from counterpoise.scenario.overrides import read_overrides

FIELDS = "fields: id, name, country, lat, lon, population, roles, holder"


def test_paths_lead_through_fields_ids_actors_and_positions(tiny: Path) -> None:
    scenario = load_scenario(
        tiny,
        [
            "sites.west.lat=2.5",
            "sites[port].lon=3",
            "sites.0.name=First",
            "stocks.ALLY.level.value=100",
            "conflict.opponents.THI.takes_sites=false",
            "actors.XAA.own.troops.value=50000",
            "actors.XCC.own={weapons: {value: 3, unit: index}}",
            "events.e-out.date=2020-01-27",
            "ledger.AXIS=XDD",
            "conflict.patrons=[XBB]",
            "flows.f-bb-ally.escort=null",
        ],
    )
    sites = {site.id: site for site in scenario.sites}
    assert (sites["west"].lat, sites["port"].lon, scenario.sites[0].name) == (2.5, 3, "First")
    assert scenario.stocks[0].level.value == 100
    assert not scenario.conflict.opponents[1].takes_sites
    assert scenario.actors[0].own["troops"].value == 50000
    assert scenario.actors[2].own["weapons"].source == "inv"
    assert scenario.events[-1].date == dt.date(2020, 1, 27)
    assert scenario.ledger[-1] == "XDD"
    assert scenario.conflict.patrons == ("XBB",)
    assert all(flow.escort is None for flow in scenario.flows)


def test_a_mapping_of_overrides_and_a_single_text(tiny: Path) -> None:
    by_mapping = load_scenario(tiny, {"as_of": dt.date(2020, 2, 2), "conflict.patrons": ["XBB"]})
    assert by_mapping.sha256 == load_scenario(tiny, ["as_of=2020-02-02", "conflict.patrons=[XBB]"]).sha256
    assert load_scenario(tiny, "horizon_days=5").horizon_days == 5


def test_ids_may_hold_dots(tmp_path: Path, tiny_text: str) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(tiny_text.replace("id: inv,", "id: inv.v1.2,").replace("source: inv", "source: inv.v1.2"))
    title = load_scenario(path, ["sources.inv.v1.2.title=New"]).sources[0].title
    assert title == "New"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (
            "sites.wset.lat=3",
            "--set sites.wset.lat | no item 'wset' | use an id or a position from 0 to 14 | nearest: west",
        ),
        ("sites.west.latt=3", f"--set sites.west.latt | unknown field 'latt' | {FIELDS}"),
        ("sits.west.lat=3", "--set sits.west.lat | unknown field 'sits' | fields: schema, id, title"),
        ("sites.99.lat=3", "--set sites.99.lat | no item '99'"),
        ("sites.west.lat.x=3", "--set sites.west.lat.x | nothing stands below this: 'x' | shorten the path"),
        ("actors.XAA.own.troups.value=1", "unknown field 'troups' | fields: troops, air_power"),
        ("figure_defaults.x=1", "unknown field 'figure_defaults'"),
        ("uncertainties.x.mean=1", "the list is empty here | set the whole list"),
        ("sites.west=3 4", "--set sites[4] | expected a site, got '3 4' | fields: id, name, country"),
        (
            "sites.west.population=big",
            "--set sites[west].population | expected a figure, got 'big' | write {value: ...,",
        ),
        ("levers=3", "--set levers | expected a list, got 3 | write [a, b], or one - for each item"),
        ("title", "--set title | expected PATH=VALUE | write PATH=VALUE, for example as_of=2024-11-27"),
        ("=3", "--set =3 | expected PATH=VALUE"),
        ("title=[", "--set title | not valid YAML"),
        ("as_of=2020-02-30", "--set as_of | the date 2020-02-30 does not exist"),
        ("sites.west.lat=95", "--set sites[west].lat | expected less than or equal to 90, got 95"),
    ],
)
def test_a_wrong_override_says_where_and_what_is_near(wrong, override: str, said: str) -> None:
    assert any(said in message for message in wrong(override))


def test_an_actor_with_two_stocks_needs_a_position(wrong) -> None:
    both = "stocks=[{actor: ALLY, kind: weapons}, {actor: ALLY, kind: funding}]"
    assert any(
        "'ALLY' stands for 2 items | use a position: [0, 1]" in m
        for m in wrong(both, "stocks.ALLY.kind=other")
    )


def test_all_wrong_overrides_are_shown_at_once(wrong) -> None:
    assert len(wrong("sites.x.lat=3", "sites.y.lat=4")) == 2
    with pytest.raises(InputError) as caught:
        read_overrides(["a", "b", "c=["])
    assert len(caught.value.problems) == 3


def test_a_failed_override_changes_nothing(wrong) -> None:
    assert wrong("sites.ecap.population.valeu=3")[0].startswith(
        "--set sites.ecap.population.valeu | unknown field"
    )
    assert len(wrong("actors.THI.population.valeu=3")) == 1
