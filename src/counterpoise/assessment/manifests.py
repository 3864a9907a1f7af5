"""The manifest of a run: what went in, so that the same run can be made again."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from counterpoise.assessment.models import Assessment

__all__ = ["manifest"]

#: Libraries whose version may move a number.
LIBRARIES = ("numpy", "numba", "networkx", "pydantic", "matplotlib")


def manifest(assessment: Assessment) -> dict[str, Any]:
    """Return the manifest written to ``run.json``; no clock and no path, so that the same run gives the same bytes."""
    vintages = sorted({p.source for p in assessment.parameters.register_ if p.source.startswith("annual")})
    return {
        "schema": "counterpoise/run/1",
        "program": assessment.program,
        "seed": assessment.seed,
        "members": assessment.members,
        "horizon_days": assessment.horizon_days,
        "as_of": assessment.as_of.isoformat(),
        "wording": assessment.wording,
        "arms": [a.name for a in assessment.arms],
        "inputs": {
            "scenario": {"name": assessment.scenario.name, "sha256": assessment.scenario.sha256},
            "report": {"sha256": assessment.report.sha256} if assessment.report else None,
            **({"evidence": {"sha256": assessment.evidence.sha256}} if assessment.evidence else {}),
        },
        "vintages": vintages,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
