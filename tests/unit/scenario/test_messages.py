"""Pydantic's findings in the user's own terms; every message has a test."""

import pytest

from counterpoise.errors import InputError
from counterpoise.scenario import load_scenario
from counterpoise.scenario.messages import place, show_path


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "lat: 1.0, lon: -30.0",
            "latt: 1.0, lon: -30.0",
            "my.yaml:{} sites[west].latt | unknown key 'latt' | correct",
        ),
        ("lat: 1.0, lon: -30.0", "lon: -30.0", "my.yaml:{} sites[west].lat | 'lat' is missing | add it"),
        (
            "lat: 1.0, lon: -30.0",
            "lat: 91, lon: -30.0",
            "sites[west].lat | expected less than or equal to 90, got 91",
        ),
        (
            "lat: 1.0, lon: -30.0",
            "lat: true, lon: -30.0",
            "sites[west].lat | expected a number, got true | correct it",
        ),
        ("lat: 1.0, lon: -30.0", "lat: north, lon: 0", "got 'north' | write a number"),
        ("lat: 1.0, lon: -30.0", "lat: .nan, lon: 0", "sites[west].lat | expected"),
        ("lat: 1.0, lon: -30.0", "lat: 1e999, lon: 0", "sites[west].lat | expected a finite number, got inf"),
        (
            "id: west",
            "id: we st",
            "expected an id of letters, digits, _ . -, at most 64; got 'we st' | choose a short id",
        ),
        (
            "id: west",
            "id: 12",
            "sites[4].id | expected a valid string, got 12 | write a text; put numbers, dates",
        ),
        (
            "country: XAA, lat: 1.0, lon: -30",
            "country: Xa, lat: 1, lon: 0",
            "a code of three capital letters; got 'Xa'",
        ),
        (
            "roles: [crossing], holder: XAA, source: inv}\n  - {id: hill",
            "roles: [crosing], holder: XAA, source: inv}\n  - {id: hill",
            "expected one of capital, port, airfield, crossing, base, regime_core, depot, governorate_capi",
        ),
        (
            "kind: campaign_start",
            "kind: campain_start",
            "unknown kind of event 'campain_start'; nearest: campaign_start",
        ),
        (
            "date: 2020-01-15",
            "date: 20200115",
            "events[e-oasis].date | expected a day as YYYY-MM-DD, got 20200115",
        ),
        ("date: 2020-01-15", "date: '2020-02-30'", "events[e-oasis].date | expected a valid date"),
        ("date: 2020-01-15", "date: soon", "got 'soon' | write an existing day as YYYY-MM-DD"),
        ("date: 2020-01-15", "date: 2020-01-15T10:00:00", "write a day without a time, as YYYY-MM-DD"),
        (
            "date_latest: 2020-01-23",
            "date_latest: 2020-01-02",
            "date_latest 2020-01-02 is before date 2020-01-22",
        ),
        (
            "low: 40000, high: 80000",
            "low: 70000, high: 80000",
            "the range is not ordered: expected low <= value <= high",
        ),
        ("end: 2019-06-01", "end: 2012-01-01", "end 2012-01-01 is not after start 2013-01-01"),
        ("members: [XBB, XAA, ALLY]", "members: []", "a bloc needs members, and only a bloc has them"),
        ("days: 10}", "days: 1.5}", "events[e-out].change.days | expected a valid integer"),
        ("close_routes: [r-west-depo]", "close_routes: r-west-depo", "expected a list, got 'r-west-depo'"),
        ("as_of: 2020-02-01", "as_of: 2021-02-01", "as_of 2021-02-01 is outside [2020-01-01, 2020-02-28]"),
        (
            "schema: counterpoise/scenario/1",
            "schema: counterpoise/scenario/9",
            "expected one of counterpoise/scenario/1",
        ),
        (
            "title: A tiny invented region",
            "titel: x",
            "my.yaml:{} titel | unknown key 'titel' | correct it or leave it out",
        ),
        (
            "origin: bcap, destination: capi",
            "origin: bcap",
            "a flow that moves by road, rail, air or sea needs origin",
        ),
        (
            "troops: {value: 60000, unit: persons}",
            "troupes: {value: 6, unit: persons}",
            "actors[XAA].own.troupes | expect",
        ),
    ],
)
def test_messages(refused, tiny_text: str, before: str, after: str, said: str) -> None:
    assert before in tiny_text
    line = tiny_text[: tiny_text.index(before)].count("\n") + 1
    found = refused(tiny_text.replace(before, after, 1))
    expected = said.replace("my.yaml:{}", f"my.yaml:{line}")
    assert any(expected in message for message in found), found


def test_an_unknown_key_without_a_near_one_lists_the_fields(wrong) -> None:
    (said,) = wrong("sites.west.population={value: 3, qqq: 1}")
    assert said.endswith(
        "unknown key 'qqq' | fields here: value, low, high, unit, as_of, source, standing, confidence, note"
    )


def test_an_assumed_figure_needs_a_reason(wrong) -> None:
    (said,) = wrong("sites.west.population={value: 3, note: ''}")
    assert (
        said
        == "--set sites[west].population | an assumed figure needs a note that gives the reason | correct it"
    )


def test_wrong_items_do_not_make_a_list_too_short(wrong) -> None:
    assert wrong(
        "sources=[{id: inv, title: x, publisher: y, reliability: Z}, {id: wire, title: x, publisher: y}]"
    ) == ["--set sources[inv].reliability | expected one of A, B, C, D, E, F; got 'Z' | choose one of them"]
    assert any("at least 1 item" in said for said in wrong("sources=[]"))


def test_schema_and_cross_references_are_shown_at_once(wrong) -> None:
    found = wrong("sites.west.lat=95", "events.e-nord.site=nrod", "flows.f-bb-adv.sender=XBC")
    assert [said.split(" | ")[0] for said in found] == [
        "--set sites[west].lat",
        "--set flows[f-bb-adv].sender",
        "--set events[e-nord].site",
    ]
    # The broken site is not also reported as unknown where routes, flows and the theatre name it.


def test_a_problem_between_parts_has_its_own_file_and_line(tmp_path, tiny_text: str) -> None:
    cut = tiny_text.index("alignments:")
    rest = tiny_text[cut:].replace("site: oasis", "site: oasiss")
    (tmp_path / "rest.yaml").write_text(rest)
    (tmp_path / "scenario.yaml").write_text("include: [rest.yaml]\n" + tiny_text[:cut])
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path)
    line = rest[: rest.index("site: oasiss")].count("\n") + 1
    expected = f"{tmp_path}/rest.yaml:{line} events[e-oasis].site | unknown site 'oasiss'"
    assert str(caught.value) == f"{expected} | name one of `sites`, or add it there | nearest: oasis"


def test_paths_are_written_with_ids() -> None:
    data = {"sites": [{"id": "a"}, {"name": "no id"}], "opponents": [{"actor": "X"}], "alignments": [[]]}
    assert show_path(data, ("sites", 0, "lat")) == "sites[a].lat"
    assert show_path(data, ("sites", 1, "lat")) == "sites[1].lat"
    assert show_path(data, ("opponents", 0)) == "opponents[X]"
    assert show_path(data, ("alignments", 0, 5)) == "alignments[0][5]"
    assert show_path(None, ("a", 1, "b")) == "a[1].b"
    assert place(data, ("sites", 0)) == "sites[a]"
