"""Counterpoise: what a patron's withdrawal does to a client regime, its armed allies and the region.

The public functions; they are imported on first use, so that ``import counterpoise`` is cheap.

Examples
--------
>>> import counterpoise
>>> assessment = counterpoise.assess("iran-leaves-syria", members=200)  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from counterpoise._version import __version__

if TYPE_CHECKING:
    from counterpoise.assessment.assessing import assess
    from counterpoise.assessment.explaining import explain
    from counterpoise.assessment.models import Assessment
    from counterpoise.assessment.simulating import Comparison, compare, simulate
    from counterpoise.assessment.sweep import sweep
    from counterpoise.brief import write_brief
    from counterpoise.dynamics.parameters import Draws
    from counterpoise.dynamics.world import World
    from counterpoise.ensemble import Futures
    from counterpoise.inference.counting import count_record
    from counterpoise.reports import Coding, read_report
    from counterpoise.scenario import Scenario, list_scenarios, load_scenario
    from counterpoise.sources import data_fetch, data_list, data_verify

__all__ = [
    "Assessment",
    "Coding",
    "Comparison",
    "Draws",
    "Futures",
    "Scenario",
    "World",
    "__version__",
    "assess",
    "compare",
    "count_record",
    "data_fetch",
    "data_list",
    "data_verify",
    "explain",
    "list_scenarios",
    "load_scenario",
    "read_report",
    "simulate",
    "sweep",
    "write_brief",
]

_HOME = {
    "Assessment": "assessment",
    "Coding": "reports",
    "Comparison": "assessment",
    "Draws": "dynamics.parameters",
    "Futures": "ensemble",
    "Scenario": "scenario",
    "World": "dynamics.world",
    "assess": "assessment",
    "compare": "assessment",
    "count_record": "inference.counting",
    "data_fetch": "sources",
    "data_list": "sources",
    "data_verify": "sources",
    "explain": "assessment",
    "list_scenarios": "scenario",
    "load_scenario": "scenario",
    "read_report": "reports",
    "simulate": "assessment",
    "sweep": "assessment.sweep",
    "write_brief": "brief",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'counterpoise' has no attribute {name!r}")
    return getattr(importlib.import_module(f"counterpoise.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
