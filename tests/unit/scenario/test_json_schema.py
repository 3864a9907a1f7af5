import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from counterpoise import library
from counterpoise.scenario import load_scenario, scenario_json_schema
from counterpoise.scenario.json_schema import SHIPPED, schema_text


def as_json(text: str) -> object:
    return json.loads(json.dumps(yaml.safe_load(text), default=dt.date.isoformat))


def test_the_shipped_schema_is_current() -> None:
    """If this fails: write `schema_text()` to the shipped file, and say in the changelog what changed."""
    assert library.read_text(SHIPPED) == schema_text()


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(scenario_json_schema())


def test_valid_files_fit_the_schema(tiny: Path, tiny_text: str) -> None:
    check = jsonschema.Draft202012Validator(scenario_json_schema())
    for text in (
        tiny_text,
        library.read_text("templates/scenario.yaml"),
        load_scenario(tiny).model_dump_json(),
    ):
        content = as_json(text.replace('"schema_"', '"schema"'))
        check.validate(content)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("roles: [crossing]", "roles: [crosing]"),
        ("include", "includes"),
        ("title: A tiny", "titel: A tiny"),
        ("sites.population:", "sites.populaton:"),
    ],
)
def test_wrong_files_do_not(tiny_text: str, before: str, after: str) -> None:
    content = as_json(("include: []\n" + tiny_text).replace(before, after, 1))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(scenario_json_schema()).validate(content)
