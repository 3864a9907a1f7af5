"""Filter to the as-of date, run many futures, keep, query and measure them."""

from counterpoise.ensemble.futures import ArmFutures, Futures
from counterpoise.ensemble.regional import MEASURED, Regional, holders_at, measure_regional
from counterpoise.ensemble.run import simulate_world
from counterpoise.ensemble.store import query_stored

__all__ = [
    "MEASURED",
    "ArmFutures",
    "Futures",
    "Regional",
    "holders_at",
    "measure_regional",
    "query_stored",
    "simulate_world",
]
