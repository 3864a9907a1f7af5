"""Questions, arms and paired contrasts, claim checks, regional ledger, conduits."""

from counterpoise.assessment.assess import assess, load_report
from counterpoise.assessment.explain import explain, explanation, load_assessment, references
from counterpoise.assessment.json_schema import assessment_json_schema
from counterpoise.assessment.manifest import manifest
from counterpoise.assessment.models import Assessment
from counterpoise.assessment.simulate import Comparison, compare, simulate

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
