"""Questions, arms and paired contrasts, claim checks, regional ledger, conduits.

The public names are imported on first use: who only draws an `Assessment` does not pay for the engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterpoise.assessment.assessing import assess
    from counterpoise.assessment.explaining import explain, explanation, load_assessment, references
    from counterpoise.assessment.json_schema import assessment_json_schema
    from counterpoise.assessment.loading import load_report
    from counterpoise.assessment.manifests import manifest
    from counterpoise.assessment.models import Assessment
    from counterpoise.assessment.simulating import Comparison, compare, simulate

__all__ = [
    "Assessment",
    "Comparison",
    "assess",
    "assessment_json_schema",
    "compare",
    "explain",
    "explanation",
    "load_assessment",
    "load_report",
    "manifest",
    "references",
    "simulate",
]

#: Module of each public name; no module has the name of a function, which it would hide.
_HOME = {
    "Assessment": "models",
    "Comparison": "simulating",
    "assess": "assessing",
    "assessment_json_schema": "json_schema",
    "compare": "simulating",
    "explain": "explaining",
    "explanation": "explaining",
    "load_assessment": "explaining",
    "load_report": "loading",
    "manifest": "manifests",
    "references": "explaining",
    "simulate": "simulating",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'counterpoise.assessment' has no attribute {name!r}")
    return getattr(importlib.import_module(f"counterpoise.assessment.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
