"""Compile the region's kernels, in a process beside the first run: ``python -m counterpoise.ensemble.compiling``.

The region's walk is two fifths of all that the first run compiles, and numba compiles on one core. What is compiled depends
on types alone, so any scenario serves, and a future in which nothing happens. See `counterpoise.jit.compiling_aside`.
"""

from __future__ import annotations

import numpy as np

from counterpoise.compiler import compile_world
from counterpoise.ensemble.futures import ArmFutures, Futures
from counterpoise.ensemble.regional import measure_regional
from counterpoise.scenario import bundled_scenarios

__all__ = ["compile_region"]

_ARM = "baseline"


def compile_region() -> None:
    """Have the kernels of `counterpoise.ensemble.regional` compiled and kept."""
    scenario = next(iter(bundled_scenarios()))
    world = compile_world(scenario, scenario.as_of, seed=1, arms=(_ARM,), n_draws=1, posterior=None)
    quiet = ArmFutures(
        _ARM, np.zeros(2, np.int64), np.empty(0, np.int16), np.empty(0, np.int8), np.empty(0, np.int16),
        np.empty(0, np.int8), np.empty(0, np.int8), np.zeros(1, np.int32), np.zeros(1, np.int8),
    )  # fmt: skip
    measure_regional(Futures(world, 1, np.zeros(1, np.int32), {_ARM: quiet}, 1.0), _ARM, n_members=1)


if __name__ == "__main__":
    compile_region()
