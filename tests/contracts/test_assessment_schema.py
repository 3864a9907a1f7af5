"""``assessment.json`` keeps to the JSON Schema that the package ships."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from counterpoise import library
from counterpoise.assessment import assessment_json_schema
from counterpoise.assessment.json_schema import SHIPPED, assessment_schema_text


@pytest.fixture(scope="module")
def check() -> Callable[[Any], None]:
    schema = json.loads(library.read_text(SHIPPED))
    return jsonschema.Draft202012Validator(schema).validate


def test_the_shipped_schema_is_current() -> None:
    """If this fails: write `assessment_schema_text()` to the shipped file, and say in the changelog what changed."""
    assert library.read_text(SHIPPED) == assessment_schema_text()


def test_it_is_a_schema_with_the_version_of_the_file() -> None:
    schema = assessment_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "counterpoise/assessment/1"
    assert schema["properties"]["schema"]["const"] == "counterpoise/assessment/1"
    assert schema["additionalProperties"] is False
    assert {"schema", "questions", "contrasts", "ledger", "conduits", "claims", "limits"} <= set(
        schema["required"]
    )


def test_real_assessments_fit(check: Callable[[Any], None], iran_run: Any, afghan_run: Any) -> None:
    check(iran_run.data)
    check(afghan_run.data)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a.update(schema="counterpoise/assessment/2"),
        lambda a: a.update(extra=1),
        lambda a: a.pop("limits"),
        lambda a: a["questions"][0].update(p="likely"),
        lambda a: a["claims"][0].update(verdict="true"),
        lambda a: a["parameters"]["register"][0].update(standing="guessed"),
        lambda a: a["questions"][0]["words"].update(scheme="ours"),
    ],
)
def test_wrong_ones_do_not(check: Callable[[Any], None], iran_run: Any, spoil: Callable[[Any], Any]) -> None:
    data = copy.deepcopy(iran_run.data)
    spoil(data)
    with pytest.raises(jsonschema.ValidationError):
        check(data)
