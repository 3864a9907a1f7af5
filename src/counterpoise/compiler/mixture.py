"""A report that leaves open whether its events happened is a mixture of worlds: with them, and without.

With the weights w_1 > w_2 > ... of the hedged events the mixture has the parts

    all events hold                      weight  min w
    those of weight w_j or more hold     weight  w_j - w_(j+1)
    only what is certain holds           weight  1 - w_1

Weakest assumption: events of one report hold together, the less sure one only where the surer one does. Every part is a world
of its own under the same random numbers. An event that changes nothing (a town that is held already) makes no part.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from counterpoise.compiler.arms import LeverPlan
from counterpoise.compiler.shock import MappedShock
from counterpoise.compiler.theatre import build_theatre
from counterpoise.scenario.models import Scenario

__all__ = ["MixturePart", "mixture_parts"]


@dataclass(frozen=True)
class MixturePart:
    """What holds in one part of the mixture, and its weight."""

    weight: float
    mapped: MappedShock

    def plan(self, whole: LeverPlan) -> LeverPlan:
        """Return the plan of the whole report with the levers of this part only."""
        return replace(whole, shock=tuple(x.change for x in self.mapped.levers))


def mixture_parts(mapped: MappedShock, scenario: Scenario, as_of: dt.date) -> tuple[MixturePart, ...]:
    """Return the parts of a report's mixture, the whole report first; one part alone where nothing is hedged.

    Weights are positive and sum to 1.
    """
    said = dict(mapped.hedged)
    weights = {x.weight for x in mapped.levers} | set(said.values())
    cuts, held = [0.0], [mapped]
    was = _theatre(mapped, scenario, as_of)
    for step in sorted(w for w in weights if 0.0 < w < 1.0):
        less = _without(mapped, said, step)
        theatre = _theatre(less, scenario, as_of)
        if theatre != was or less.levers != held[-1].levers:
            cuts.append(step)
            held.append(less)
            was = theatre
    return tuple(MixturePart(b - a, m) for a, b, m in zip(cuts, (*cuts[1:], 1.0), held, strict=True))


def _without(mapped: MappedShock, said: dict[str, float], step: float) -> MappedShock:
    """Leave out the events whose weight is not above a step."""
    out = {statement for statement, w in said.items() if w <= step}
    return replace(
        mapped,
        levers=tuple(x for x in mapped.levers if x.weight > step),
        captures=tuple(c for c in mapped.captures if c.statement not in out),
        offensive=tuple(e for e in mapped.offensive if e not in out),
    )


def _theatre(mapped: MappedShock, scenario: Scenario, as_of: dt.date) -> tuple[object, ...]:
    """Return the theatre as values that can be compared."""
    built = build_theatre(scenario, as_of, mapped.captures, bool(mapped.offensive))
    return tuple(x.tobytes() if isinstance(x, np.ndarray) else x for x in built)
