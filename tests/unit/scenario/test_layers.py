"""Precedence: figure_defaults < included files < the file < overrides; each neighbouring pair has a test."""

from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.scenario import load_scenario, read_scenario
from counterpoise.scenario.slots import figure_slots

SITE = "{id: xtra, name: X, country: XAA, lat: 0, lon: 0, roles: [town], holder: XDD, source: inv, "


@pytest.fixture
def two(tmp_path: Path, tiny_text: str):
    """A top file that includes the tiny scenario; both get extra lines."""

    def make(top: str = "", included: str = "") -> Path:
        (tmp_path / "base.yaml").write_text(tiny_text + included)
        (tmp_path / "scenario.yaml").write_text("include: [base.yaml]\n" + top)
        return tmp_path

    return make


def test_a_figure_wins_over_a_default(two) -> None:
    item = SITE + "population: {value: 1, confidence: medium}}"
    folder = two(top=f"sites: [{item}]")
    site = load_scenario(folder).sites[-1]
    assert site.population is not None
    assert site.population.confidence == "medium"  # the default says unverified
    assert site.population.note == "invented for tests"  # filled from the default


def test_a_figure_in_an_included_file_wins_over_a_default_of_the_top_file(two) -> None:
    folder = two(top="figure_defaults: {actors.own: {unit: USD/month, confidence: high}}")
    own = load_scenario(folder).actors[0].own["troops"]
    assert own.unit == "persons"  # set in the included file: a default never replaces it
    assert own.confidence == "high"  # left out there: the default, of which the top file's wins


def test_the_file_wins_over_an_included_file(two) -> None:
    loaded = read_scenario(two(top="title: From the top\nconflict: {note: more}\nhorizon_days: 30"))
    assert (loaded.scenario.title, loaded.scenario.horizon_days) == ("From the top", 30)
    assert (loaded.scenario.conflict.note, loaded.scenario.conflict.client) == ("more", "XAA")
    said = next(str(entry) for entry in loaded.log if entry.path == "title")
    assert said.startswith("file: title: ")
    assert " replaces " in said


def test_a_later_include_wins_over_an_earlier_one(two) -> None:
    folder = two(top="")
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text(f"responsible_use: {name}")
    (folder / "scenario.yaml").write_text("include: [base.yaml, one.yaml, two.yaml]")
    assert load_scenario(folder).responsible_use == "two"


def test_an_override_wins_over_the_file(two) -> None:
    folder = two(top="title: From the top")
    loaded = read_scenario(folder, ["title=From the command line", "sites.west.population.value=7"])
    assert loaded.scenario.title == "From the command line"
    west = next(site for site in loaded.scenario.sites if site.id == "west")
    assert west.population is not None
    assert west.population.value == 7
    assert [entry.path for entry in loaded.log if entry.layer == "override"] == [
        "title",
        "sites.west.population.value",
    ]


def test_a_later_override_wins_over_an_earlier_one(tiny: Path) -> None:
    assert load_scenario(tiny, ["horizon_days=10", "horizon_days=20"]).horizon_days == 20


def test_an_override_wins_over_a_default_and_a_default_fills_the_rest(tiny: Path) -> None:
    scenario = load_scenario(
        tiny, ["sites.west.population={value: 5, confidence: high}", "actors.THI.population=9"]
    )
    west = next(site for site in scenario.sites if site.id == "west").population
    thi = next(actor for actor in scenario.actors if actor.id == "THI").population
    assert west is not None
    assert (west.confidence, west.unit) == ("high", "persons")
    assert thi is not None
    assert (thi.value, thi.unit) == (9, "persons")


def test_lists_join_in_order_of_inclusion_then_the_file(two) -> None:
    folder = two(top="ledger: [XDD]\nconflict: {note: x}")
    assert load_scenario(folder).ledger == ("XBB", "XCC", "XEE", "ALLY", "AXIS", "XDD")


def test_a_more_specific_default_comes_first(two) -> None:
    folder = two(top="figure_defaults: {actors.own.troops: {confidence: high}}")
    own = load_scenario(folder).actors[0].own
    assert (own["troops"].confidence, own["weapons"].confidence) == ("high", "unverified")


def test_defaults_fill_every_place_of_figures(tiny: Path) -> None:
    assert {"sites.population", "flows.size", "flows.escort.share", "stocks.level"} <= set(figure_slots())
    log = read_scenario(tiny).log
    filled = {entry.path: entry.what for entry in log if entry.layer == "figure_defaults"}
    assert filled["flows.escort.share"] == "filled 6 keys"
    assert filled["stocks.level"] == "filled 6 keys"


def test_a_bare_number_needs_a_default(tmp_path: Path, tiny_text: str) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(tiny_text.replace("  sites.population: *people\n", ""))
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert "sites[east].population | expected a figure, got 15000" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{sites.populaton: {unit: persons}}",
            "'sites.populaton' is not a place of figures | write section.field | nea",
        ),
        (
            "{sites.population: persons}",
            "figure_defaults[sites.population] | expected a mapping | of unit, as_of, source",
        ),
        (
            "{sites.population: {value: 3}}",
            "figure_defaults[sites.population].value | 'value' cannot have a default",
        ),
        (
            "{sites.population: {sorce: x}}",
            "'sorce' cannot have a default | a default may give unit, as_of, source",
        ),
        ("[1]", "figure_defaults | expected a mapping | write sites.population: {unit: persons, ...}"),
    ],
)
def test_wrong_defaults_are_refused(two, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(two(top=f"figure_defaults: {text}"))
    assert said in str(caught.value)
    assert "scenario.yaml:2 figure_defaults" in str(caught.value)


def test_the_hash_is_of_the_content_alone(tmp_path: Path, tiny: Path, tiny_text: str) -> None:
    first = load_scenario(tiny).sha256
    path = tmp_path / "my.yaml"
    path.write_text("# a comment\n" + tiny_text + "\nsha256: something else\n")
    assert len(first) == 64
    assert load_scenario(path).sha256 == first
    assert load_scenario(tiny, ["horizon_days=366"]).sha256 != first
    dumped = tmp_path / "dumped.json"
    dumped.write_text(load_scenario(tiny).model_dump_json(by_alias=True))
    assert load_scenario(dumped).sha256 == first
