"""What an answer rests on: the numbers of the register that it reads, by standing and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from counterpoise.assessment.context import register, sources
from counterpoise.assessment.study import Study
from counterpoise.compiler import load_parameters

__all__ = ["CONDUIT", "MEASURES", "PATRONS", "rests_on"]

#: Parameters by question; a name that ends in a dot stands for all that begin with it.
CONDUIT = ("conduit.", "interdiction.", "closure.")
MEASURES = {
    "influence": ("flows.", "actors.", "influence.", *CONDUIT, "routes."),
    "reach": ("sites.", "routes."),
    "strength": ("actors.", "stocks.", "stock.", "reactions."),
    "threat": ("actors.", "stocks.", "stock.", "reactions.", "threat."),
    "space": ("sites.", "routes."),
    "material": ("actors.",),
    "spending": ("actors.",),
    "composite": ("actors.",),
}
PATRONS = (
    "loss.",
    "recapture.",
    "capital.",
    "exit.",
    "rescue.",
    "patron.",
    "level.",
    "campaign.",
    "coup.",
    "settlement.",
)


def rests_on(study: Study, names: Sequence[str]) -> dict[str, Any]:
    """Count the numbers behind an answer by standing, with the sources that most of them come from.

    Parameters
    ----------
    names : sequence of str
        Names of the register; one that ends in a dot stands for all that begin with it.
    """
    world, scenario = study.world, study.scenario
    parameters = load_parameters(scenario, study.as_of)
    titles = {s.id: s.title for s in sources(scenario, study.as_of, parameters)}
    found = register(parameters, scenario, world).register_
    exact = {n for n in names if not n.endswith(".")}
    begin = tuple(n for n in names if n.endswith("."))
    mine = [r for r in found if r.name in exact or r.name.startswith(begin)]
    count = Counter(r.source for r in mine)
    order = sorted(count, key=lambda s: (-count[s], s))
    return {
        "numbers": len(mine),
        "standing": dict(sorted(Counter(r.standing for r in mine).items())),
        "sources": [{"id": s, "title": titles.get(s, s), "numbers": count[s]} for s in order],
    }
