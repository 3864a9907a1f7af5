"""What a run or a scenario rests on, and an analyst's questions about it: one door to all of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from counterpoise.assessment.analyst import (
    explain_ally,
    explain_conduit,
    explain_dependence,
    explain_loss,
    explain_measure,
    explain_patrons,
)
from counterpoise.assessment.context import register, sources
from counterpoise.assessment.models import Assessment
from counterpoise.assessment.simulating import DEFAULT_SEED, as_scenario
from counterpoise.assessment.study import DEFAULT_STUDY_MEMBERS, make_study
from counterpoise.compiler import compile_world, load_parameters
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.processes import PROCESSES, REGIONAL
from counterpoise.errors import InputError
from counterpoise.scenario import Scenario, load_scenario

__all__ = ["explain", "explanation", "load_assessment", "references"]


def explain(
    target: str | Path | Scenario,
    *,
    parameters: bool = False,
    conduit: tuple[str, str] | None = None,
    ally: str | None = None,
    measure: str | None = None,
    dependence: str | None = None,
    not_lose: str | None = None,
    patrons: bool = False,
    patron: str | None = None,
    levers: Sequence[str] = (),
    as_of: dt.date | None = None,
    members: int = DEFAULT_STUDY_MEMBERS,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    overrides: Sequence[str] = (),
) -> dict[str, Any]:
    """Explain a scenario or a run, or answer one question about the region, as plain data.

    Parameters
    ----------
    target : str, Path or Scenario
        A scenario, or the folder of a run; a run stands for its scenario on its as-of day.
    conduit, ally, measure, dependence, not_lose, patrons
        The question, at most one of them (`measure` may stand beside `not_lose`: by which measure); none: processes,
        levers and the register.
    patron, levers
        The event: this patron gives up its side, or these levers; left out, the scenario's first patron.

    Raises
    ------
    InputError
        If the target is neither, two questions are asked at once, or a name is not known.

    Examples
    --------
    >>> explain("levant-2024", ally="HEZ", members=200)["stocks"][0]["kind"]  # doctest: +SKIP
    'weapons'
    """
    asked = [
        name
        for name, on in (
            ("--conduit", conduit), ("--ally", ally), ("--measure", measure and not not_lose),
            ("--dependence", dependence), ("--not-lose", not_lose), ("--patrons", patrons),
        )
        if on
    ]  # fmt: skip
    if not asked:
        if isinstance(target, Scenario):
            raise InputError.at(
                "target", "a scenario without a question", "ask one, or give its name or path"
            )
        return explanation(str(target))
    if len(asked) > 1:
        raise InputError.at(", ".join(asked), "several questions at once", "ask one at a time")
    if members < 2:
        raise InputError.at(
            "members", f"expected at least 2, got {members}", "1000 or more give usable intervals"
        )
    scenario, day = _scenario_of(target, as_of, overrides)
    study = make_study(
        scenario, as_of=day, levers=levers, patron=patron, members=members, seed=seed, workers=workers
    )
    if conduit:
        return explain_conduit(study, *conduit)
    if ally:
        return explain_ally(study, ally)
    if dependence:
        return explain_dependence(study, dependence)
    if not_lose:
        return explain_loss(study, not_lose, measure or "influence")
    if measure:
        return explain_measure(study, measure)
    return explain_patrons(study)


def _scenario_of(
    target: str | Path | Scenario, as_of: dt.date | None, overrides: Sequence[str]
) -> tuple[Scenario, dt.date | None]:
    """Return the scenario and the as-of day that a target stands for."""
    if isinstance(target, Scenario) or not _is_run(str(target)):
        return as_scenario(target, overrides), as_of
    run = load_assessment(Path(target))
    return load_scenario(run.scenario.name, overrides), as_of or run.as_of


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
    regional = [dataclasses.asdict(p) for p in REGIONAL]
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
        "regional_processes": regional,
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
    ("huangfu-hall-2018", "Huangfu & Hall, Parallelizing the dual revised simplex method (HiGHS)",
     "Mathematical Programming Computation 10", "2018", "https://doi.org/10.1007/s12532-017-0130-5"),
    ("beckley-2018", "Beckley, The power of nations: measuring what matters", "International Security 43(2)", "2018",
     "https://doi.org/10.1162/isec_a_00328"),
    ("singer-1972", "Singer, Bremer & Stuckey, Capability distribution, uncertainty, and major power war, 1820-1965",
     "in: Russett (ed.), Peace, War, and Numbers, Sage", "1972", None),
    ("edmonds-karp-1972", "Edmonds & Karp, Theoretical improvements in algorithmic efficiency for network flow problems",
     "Journal of the ACM 19", "1972", "https://doi.org/10.1145/321694.321699"),
    ("esd-2022", "Meier, Karlen, Pettersson & Croicu, External support in armed conflicts: UCDP External Support Dataset",
     "Journal of Peace Research 60(3)", "2022", None),
)  # fmt: skip
