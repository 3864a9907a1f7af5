"""The JSON Schema of a `Coding`, as it is written out."""

from __future__ import annotations

import json
from typing import Any

from counterpoise.library import path
from counterpoise.reports.coding import Coding

__all__ = ["coding_json_schema", "coding_json_schema_text", "write_coding_schema"]


def coding_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every written coding meets."""
    schema = Coding.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "counterpoise/coding/1",
        **schema,
    }


def coding_json_schema_text() -> str:
    """Return the text that is shipped as ``library/schemas/coding-1.json``."""
    return json.dumps(coding_json_schema(), indent=1, sort_keys=True) + "\n"


def write_coding_schema() -> None:
    """Write the schema to where it is shipped; run after a change of the models."""
    path("schemas/coding-1.json").write_text(coding_json_schema_text(), encoding="utf-8")
