"""From a name or a path to a checked `Scenario`: read, put together, validate, cross-check, hash.

All problems of a scenario, those of the schema and those between its parts, are collected and raised at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from counterpoise.errors import InputError, Problem
from counterpoise.scenario.checks import check_draft
from counterpoise.scenario.draft import Draft
from counterpoise.scenario.files import bundled_names, case_names, find_scenario, read_files
from counterpoise.scenario.layers import Applied, assemble
from counterpoise.scenario.located import Map
from counterpoise.scenario.messages import place, translate
from counterpoise.scenario.models import Scenario
from counterpoise.scenario.overrides import read_overrides

__all__ = [
    "Loaded",
    "ScenarioInfo",
    "bundled_cases",
    "bundled_scenarios",
    "content_hash",
    "list_scenarios",
    "load_scenario",
    "read_scenario",
]


class ScenarioInfo(NamedTuple):
    """What `scenario list` shows of a bundled scenario."""

    id: str
    title: str
    as_of: dt.date
    n_actors: int
    n_sites: int
    path: Path


@dataclass(frozen=True)
class Loaded:
    """A scenario with the files it came from and the log of what its layers applied."""

    scenario: Scenario
    path: Path
    files: tuple[str, ...]
    log: tuple[Applied, ...]


def load_scenario(name_or_path: str | Path, overrides: Sequence[str] | Mapping[str, object] = ()) -> Scenario:
    """Load and check a scenario.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a bundled scenario (``levant-2024``), a YAML file, or a folder that holds
        ``scenario.yaml``.
    overrides : sequence of str, or mapping
        ``PATH=YAMLVALUE`` texts, or paths to values; see `counterpoise.scenario.overrides`.

    Returns
    -------
    Scenario
        With `sha256` set.

    Raises
    ------
    InputError
        With every problem that was found.
    """
    return read_scenario(name_or_path, overrides).scenario


def read_scenario(name_or_path: str | Path, overrides: Sequence[str] | Mapping[str, object] = ()) -> Loaded:
    """As `load_scenario`, and say which files it came from and what its layers applied."""
    top = find_scenario(name_or_path)
    files = read_files(top)
    assembled = assemble(files, read_overrides(overrides))
    scenario = _validate(assembled.data, list(assembled.problems))
    shown = tuple(layer.mark.file for layer in files)
    return Loaded(scenario, top, shown, assembled.log)


def _validate(data: Map, problems: list[Problem]) -> Scenario:
    """Validate located data and check its references; raise every problem at once."""
    data.pop("sha256", None)
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as err:
        problems += translate(data, err.errors(include_url=False))
    draft = Draft.of(data) if scenario is None else Draft.of_scenario(scenario)
    problems += [
        Problem(place(data, found.path), found.what, found.mend, found.nearest)
        for found in check_draft(draft)
    ]
    if problems:
        raise InputError(*dict.fromkeys(problems))
    assert scenario is not None
    return scenario.model_copy(update={"sha256": content_hash(scenario)})


def content_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of a scenario's content as canonical JSON, `sha256` left out.

    Comments, layout, the split into files and defaults that are written out do not change it.
    """
    content: dict[str, Any] = scenario.model_dump(mode="json", by_alias=True, exclude={"sha256"})
    if content["case"] is None:
        # So that a scenario keeps the hash that it had before there were cases, and below, backgrounds.
        del content["case"]
    if content["conflict"]["background"] is None:
        del content["conflict"]["background"]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def bundled_scenarios() -> Iterator[Scenario]:
    """Yield the scenarios that the package carries, by name."""
    for name in bundled_names():
        yield load_scenario(name)


def bundled_cases() -> Iterator[Scenario]:
    """Yield the past cases that the package carries, by name."""
    for name in case_names():
        yield load_scenario(name)


def list_scenarios() -> list[ScenarioInfo]:
    """Return the scenarios that the package carries, by name.

    Raises
    ------
    InputError
        If a bundled scenario is wrong.
    """
    out = []
    for name in bundled_names():
        loaded = read_scenario(name)
        s = loaded.scenario
        out.append(ScenarioInfo(name, s.title, s.as_of, len(s.actors), len(s.sites), loaded.path))
    return out
