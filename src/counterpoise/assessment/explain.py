"""What a run or a scenario rests on: processes, parameters, references."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from counterpoise.assessment.context import register, sources
from counterpoise.assessment.models import Assessment
from counterpoise.assessment.simulate import DEFAULT_SEED
from counterpoise.compiler import compile_world, load_parameters
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.processes import PROCESSES
from counterpoise.errors import InputError
from counterpoise.scenario import load_scenario

__all__ = ["explanation", "load_assessment", "references"]


def load_assessment(folder: Path) -> Assessment:
    """Read ``assessment.json`` of a run.

    Raises
    ------
    InputError
        If there is none, or it is not an assessment of this version.
    """
    path = folder / "assessment.json"
    try:
        return Assessment.model_validate_json(path.read_bytes())
    except FileNotFoundError as err:
        raise InputError.at(str(path), "no such file", "give the folder that `assess --out` wrote") from err
    except (ValidationError, json.JSONDecodeError, UnicodeDecodeError) as err:
        first = str(err).splitlines()[0]
        raise InputError.at(
            str(path), f"not an assessment of this version: {first}", "run `assess` again"
        ) from err


def _is_run(target: str) -> bool:
    """Whether a target is the folder of a run."""
    return (Path(target) / "assessment.json").exists()


def explanation(target: str) -> dict[str, Any]:
    """Explain a scenario, or a run: processes in order, levers, the register and its standing.

    Raises
    ------
    InputError
        If the target is neither.
    """
    processes = [dataclasses.asdict(p) for p in PROCESSES]
    if _is_run(target):
        found = load_assessment(Path(target))
        rows, title = found.parameters, f"{found.scenario.title}, as of {found.as_of}"
        levers = [{"id": s.id, "title": s.text} for s in found.shock]
    else:
        scenario = load_scenario(target)
        parameters = load_parameters(scenario, scenario.as_of)
        world = compile_world(scenario, scenario.as_of, seed=DEFAULT_SEED, horizon=1, parameters=parameters)
        rows, title = register(parameters, scenario, world), f"{scenario.title}, as of {scenario.as_of}"
        levers = [{"id": x.id, "title": x.title} for x in scenario.levers]
    own = set(NAMES) | {c.name for c in load_parameters().constants}
    return {
        "title": title,
        "processes": processes,
        "levers": levers,
        "standing": {k: getattr(rows, k) for k in ("fitted", "literature", "elicited", "assumed")},
        "register": [{**r.model_dump(mode="json"), "model": r.name in own} for r in rows.register_],
    }


def references(target: str) -> list[dict[str, Any]]:
    """Return the references of a run or a scenario, data and method."""
    if _is_run(target):
        entries = load_assessment(Path(target)).sources
    else:
        scenario = load_scenario(target)
        entries = sources(scenario, scenario.as_of, load_parameters(scenario, scenario.as_of))
    fields = ("id", "title", "publisher", "published", "url")
    method = [{**dict(zip(fields, row, strict=True)), "reliability": "A"} for row in METHODS]
    return [*(e.model_dump(mode="json") for e in entries), *method]


#: Methods that every run uses.
METHODS = (
    ("anderson-2007", "Anderson, A modified next reaction method for chemical systems with time dependent propensities",
     "Journal of Chemical Physics 127", "2007", "https://doi.org/10.1063/1.2799998"),
    ("rathinam-2010", "Rathinam, Sheppard & Khammash, Efficient computation of parameter sensitivities of discrete stochastic "
     "chemical reaction networks (common reaction paths)", "Journal of Chemical Physics 132, 034103", "2010",
     None),
    ("salmon-2011", "Salmon, Moraes, Dror & Shaw, Parallel random numbers: as easy as 1, 2, 3 (Philox)", "SC '11", "2011",
     "https://doi.org/10.1145/2063384.2063405"),
    ("louis-1984", "Louis, Estimating a population of parameter values using Bayes and empirical Bayes methods",
     "Journal of the American Statistical Association 79", "1984", "https://doi.org/10.1080/01621459.1984.10478062"),
    ("edmonds-karp-1972", "Edmonds & Karp, Theoretical improvements in algorithmic efficiency for network flow problems",
     "Journal of the ACM 19", "1972", "https://doi.org/10.1145/321694.321699"),
    ("esd-2022", "Meier, Karlen, Pettersson & Croicu, External support in armed conflicts: UCDP External Support Dataset",
     "Journal of Peace Research 60(3)", "2022", None),
)  # fmt: skip
