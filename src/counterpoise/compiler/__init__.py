"""Scenario, statements and parameter draws become a World."""

from counterpoise.compiler.arms import ARM_TITLES, LeverPlan
from counterpoise.compiler.evidence import KnownState, apply_evidence
from counterpoise.compiler.mixture import MixturePart, mixture_parts
from counterpoise.compiler.names import Match, Resolver, match_scenario
from counterpoise.compiler.parameters import ParameterSet, load_parameters
from counterpoise.compiler.posterior import (
    Posterior,
    read_posterior,
    shipped_posterior,
    vintages,
    write_posterior,
)
from counterpoise.compiler.rates import Rate, rate
from counterpoise.compiler.shock import LeverSet, MappedShock, Skipped, map_shock
from counterpoise.compiler.theatre import Capture, known_events
from counterpoise.compiler.world import PatronPath, check_as_of, compile_world, settled_changes

__all__ = [
    "ARM_TITLES",
    "Capture",
    "KnownState",
    "LeverPlan",
    "LeverSet",
    "MappedShock",
    "Match",
    "MixturePart",
    "ParameterSet",
    "PatronPath",
    "Posterior",
    "Rate",
    "Resolver",
    "Skipped",
    "apply_evidence",
    "check_as_of",
    "compile_world",
    "known_events",
    "load_parameters",
    "map_shock",
    "match_scenario",
    "mixture_parts",
    "rate",
    "read_posterior",
    "settled_changes",
    "shipped_posterior",
    "vintages",
    "write_posterior",
]
