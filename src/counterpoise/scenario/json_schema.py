"""The JSON Schema of a scenario file, made from the models; for editors and for other programs."""

from __future__ import annotations

import json
from typing import Any, Final

from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import SCHEMA, Scenario
from counterpoise.scenario.slots import figure_slots

__all__ = ["SHIPPED", "scenario_json_schema", "schema_text"]

#: The bundled file, which a test keeps current.
SHIPPED: Final = "schemas/scenario-1.json"


def scenario_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario in one file.

    As the models, and as a file may write it: a figure may be a bare number or leave out what
    `figure_defaults` fills, and `include` and `figure_defaults` are known. Cross-references are beyond JSON
    Schema: `counterpoise scenario validate` checks them.
    """
    schema = Scenario.model_json_schema(by_alias=True)
    defs, properties = schema["$defs"], schema["properties"]
    whole = defs.pop("Figure")
    range_ = ("value", "low", "high")
    fills = {name: field for name, field in whole["properties"].items() if name not in range_}
    whole["required"] = ["value"]
    bare = {"type": "number", "description": "short for {value: ...} where a default stands"}
    defs["Figure"] = {"description": Figure.__doc__, "anyOf": [whole, bare]}
    defs["FigureDefault"] = {"type": "object", "additionalProperties": False, "properties": fills}
    properties["include"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "files to read first, inside the folder of this one",
    }
    properties["figure_defaults"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"$ref": "#/$defs/FigureDefault"} for name in figure_slots()},
        "description": "what the figures of a field share; the lowest precedence",
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}


def schema_text() -> str:
    """Return the schema as the text of the bundled file."""
    return json.dumps(scenario_json_schema(), indent=2, ensure_ascii=False) + "\n"
