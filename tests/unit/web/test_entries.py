"""A scenario as plain data that a form changes: nothing is lost on the way, and what is typed ends up where it belongs."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from counterpoise import library
from counterpoise.errors import InputError
from counterpoise.scenario.files import bundled_names
from counterpoise.web.asked import ScenarioAsk
from counterpoise.web.desk import entries as e
from counterpoise.web.desk.editor import entry_form
from counterpoise.web.jobs import scenario_asked


def template() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(library.read_text("templates/scenario.yaml"))
    return data


@pytest.mark.parametrize("name", bundled_names())
def test_a_bundled_scenario_is_the_same_after_the_way_through_the_form(name: str) -> None:
    found = scenario_asked(ScenarioAsk(name=name))
    again = scenario_asked(ScenarioAsk(yaml=e.as_yaml(e.as_data(found))))
    assert again == found


def test_figures_keep_what_is_not_typed() -> None:
    entry: dict[str, Any] = {"size": {"value": 40, "unit": "index", "note": "kept"}}
    e.put(entry, "size.value", "figure", "55.5")
    e.put(entry, "size.low", "figure", "10")
    assert entry["size"] == {"value": 55.5, "unit": "index", "note": "kept", "low": 10}
    e.put(entry, "size.low", "figure", "")
    assert "low" not in entry["size"]
    bare: dict[str, Any] = {"population": 900000}
    assert e.shown_value(bare, "population.value") == 900000
    e.put(bare, "population.value", "figure", "800000")
    assert bare == {"population": 800000}
    e.put(bare, "population.high", "figure", "1000000")
    assert bare == {"population": {"value": 800000, "high": 1000000}}
    e.put(bare, "population.note", "figure", "x")
    assert "note" not in bare["population"]


def test_what_is_typed_is_checked_as_the_file_would_be() -> None:
    data = template()
    site = data["sites"][1]
    e.put(site, "lat", "number", "north")
    e.put(site, "holder", "choice", "GVO")
    e.put(site, "roles", "several", ["town", "depot"])
    with pytest.raises(InputError) as wrong:
        scenario_asked(ScenarioAsk(yaml=e.as_yaml(data)))
    said = str(wrong.value)
    assert "lat" in said
    e.put(site, "lat", "number", "0.5")
    with pytest.raises(InputError) as wrong:
        scenario_asked(ScenarioAsk(yaml=e.as_yaml(data)))
    assert "GVO" in str(wrong.value)
    assert "GOV" in str(wrong.value)
    e.put(site, "holder", "choice", "GOV")
    found = scenario_asked(ScenarioAsk(yaml=e.as_yaml(data)))
    assert (found.sites[1].lat, found.sites[1].roles) == (0.5, ("town", "depot"))


def test_each_part_can_be_added_to_and_its_form_has_every_field() -> None:
    data = template()
    for section, fields in e.SECTIONS.items():
        at = e.new_entry(data, section)
        assert data[section][at]["id"].startswith("new-")
        shown = str(entry_form(data, section, data[section][0]))
        for f in fields:
            assert f'name="f:{f.name}' in shown
        assert shown.count("<label") == shown.count("<input") + shown.count("<select")


def test_a_form_escapes_what_stands_in_the_file() -> None:
    data = template()
    data["actors"][0] |= {"name": '"><script>x</script>', "home": "<b>nowhere"}
    shown = str(entry_form(data, "actors", data["actors"][0]))
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "&lt;b&gt;nowhere" in shown
