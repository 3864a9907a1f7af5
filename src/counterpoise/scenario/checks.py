"""Checks between the parts of a scenario, all at once: what the schema of a single item cannot see.

Each group of checks takes a `Draft` and returns findings; none of them stops at the first problem.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from counterpoise.errors import Problem
from counterpoise.scenario.check_case import check_case
from counterpoise.scenario.check_conflict import check_alignments, check_conflict
from counterpoise.scenario.check_events import check_changes, check_events
from counterpoise.scenario.check_figures import check_figures, check_units
from counterpoise.scenario.check_flows import check_escorts, check_flow_ends, check_routes
from counterpoise.scenario.check_references import check_blocs, check_ids, check_references
from counterpoise.scenario.check_region import (
    check_amounts,
    check_hostile_blocs,
    check_order,
    check_patronage,
    check_reactions,
)
from counterpoise.scenario.draft import Draft, Finding
from counterpoise.scenario.messages import show_path
from counterpoise.scenario.models import Scenario

__all__ = ["CHECKS", "check_draft", "check_scenario"]

CHECKS: Final[tuple[Callable[[Draft], list[Finding]], ...]] = (
    check_ids,
    check_references,
    check_blocs,
    check_figures,
    check_units,
    check_routes,
    check_flow_ends,
    check_escorts,
    check_alignments,
    check_conflict,
    check_events,
    check_changes,
    check_case,
    check_patronage,
    check_hostile_blocs,
    check_amounts,
    check_order,
    check_reactions,
)


def check_draft(draft: Draft) -> list[Finding]:
    """Run every check; the findings are in the order of `CHECKS`."""
    return [finding for check in CHECKS for finding in check(draft)]


def check_scenario(scenario: Scenario) -> list[Problem]:
    """Check a scenario that was made in Python; `load_scenario` has done this for one from a file."""
    shown = scenario.model_dump(mode="python", by_alias=True)
    return [
        Problem(show_path(shown, found.path), found.what, found.mend, found.nearest)
        for found in check_draft(Draft.of_scenario(scenario))
    ]
