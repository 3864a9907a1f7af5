"""The scenario: schema, reading with line numbers, precedence, checks, template and summary.

What it models: a regional system at a date, as data. What it does not do: run anything, or judge whether a
source is right; it checks that every number has one.
"""

from __future__ import annotations

from counterpoise.scenario.checks import check_scenario
from counterpoise.scenario.describe import describe
from counterpoise.scenario.json_schema import scenario_json_schema
from counterpoise.scenario.loader import (
    Loaded,
    ScenarioInfo,
    bundled_cases,
    bundled_scenarios,
    content_hash,
    list_scenarios,
    load_scenario,
    read_scenario,
)
from counterpoise.scenario.models import Scenario
from counterpoise.scenario.template import new_scenario

__all__ = [
    "Loaded",
    "Scenario",
    "ScenarioInfo",
    "bundled_cases",
    "bundled_scenarios",
    "check_scenario",
    "content_hash",
    "describe",
    "list_scenarios",
    "load_scenario",
    "new_scenario",
    "read_scenario",
    "scenario_json_schema",
]
