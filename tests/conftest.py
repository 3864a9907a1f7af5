"""What all tests share: the tiny invented region, loaded with overrides, and worlds compiled from it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from counterpoise.compiler import compile_world
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import World
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import Scenario

TINY = Path(__file__).parent / "data" / "tiny.yaml"


@pytest.fixture(scope="session")
def tiny_path() -> Path:
    """The file of the tiny region."""
    return TINY


@pytest.fixture(scope="session")
def region() -> Scenario:
    """The tiny region as it stands in its file."""
    return load_scenario(TINY)


@pytest.fixture(scope="session")
def region_with() -> Callable[..., Scenario]:
    """Load the tiny region with overrides."""

    def load(*overrides: str, **paths: object) -> Scenario:
        return load_scenario(TINY, overrides or {k.replace("__", "."): v for k, v in paths.items()})

    return load


@pytest.fixture
def raw() -> dict[str, Any]:
    """The tiny region as plain data, to be changed at will."""
    data: dict[str, Any] = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    return data


@pytest.fixture
def region_from(tmp_path: Path) -> Callable[[dict[str, Any]], Scenario]:
    """Write plain data to a file and load it as a scenario."""

    def load(data: dict[str, Any]) -> Scenario:
        path = tmp_path / "region.yaml"
        path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return load_scenario(path)

    return load


@pytest.fixture(scope="session")
def world_of() -> Callable[..., World]:
    """Compile a scenario with few draws."""

    def compiled(scenario: Scenario, as_of: dt.date | None = None, **options: Any) -> World:
        return compile_world(scenario, as_of or scenario.as_of, **{"seed": 1, "n_draws": 8, **options})

    return compiled


@pytest.fixture(scope="session")
def with_values() -> Callable[[World, dict[str, float]], World]:
    """Set parameters of a world to the same value in every draw."""

    def changed(world: World, values: dict[str, float]) -> World:
        table = world.draws.values.copy()
        for name, value in values.items():
            table[:, NAMES.index(name)] = value
        return replace(world, draws=replace(world.draws, values=table))

    return changed


@pytest.fixture(scope="session")
def beside() -> Callable[[str], ModuleType]:
    """Load a helper module by its path below ``tests/``."""

    def load(path: str) -> ModuleType:
        name = f"tests_{Path(path).stem}"
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
        return sys.modules[name]

    return load


def bytes_of(futures: Any) -> tuple[bytes, ...]:
    """All arrays of futures as bytes."""
    parts: Sequence[bytes] = [futures.draw.tobytes()]
    for arm in futures.arms.values():
        fields = ("start", "day", "kind", "site", "party", "loser", "end_day", "end_mode")
        parts = [*parts, *(getattr(arm, name).tobytes() for name in fields)]
    return tuple(parts)


@pytest.fixture(scope="session", name="bytes_of")
def _bytes_of() -> Callable[[Any], tuple[bytes, ...]]:
    return bytes_of


@pytest.fixture(scope="session")
def postgres(beside: Callable[[str], ModuleType]) -> Iterator[Any]:
    """A PostgreSQL server of the tests' own."""
    server = beside("services.py").Postgres()
    yield server
    server.remove()
