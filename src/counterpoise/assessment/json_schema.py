"""The JSON Schema of ``assessment.json``, made from the models; for other programs."""

from __future__ import annotations

import json
from typing import Any, Final

from counterpoise.assessment.models import SCHEMA, Assessment

__all__ = ["SHIPPED", "assessment_json_schema", "assessment_schema_text"]

#: The bundled file, which a test keeps current.
SHIPPED: Final = "schemas/assessment-1.json"


def assessment_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every ``assessment.json`` meets."""
    schema = Assessment.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}


def assessment_schema_text() -> str:
    """Return the schema as the text of the bundled file."""
    return json.dumps(assessment_json_schema(), indent=2, ensure_ascii=False) + "\n"
