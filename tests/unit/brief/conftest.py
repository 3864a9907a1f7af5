from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from counterpoise.assessment.models import Assessment
from counterpoise.brief import BriefPaths, write_brief


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("brief_fixture", Path(__file__).with_name("fixture.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """The factory of synthetic assessments."""
    return _module()


@pytest.fixture(scope="session")
def assessment(made: ModuleType) -> Assessment:
    found: Assessment = made.synthetic()
    return found


@pytest.fixture(scope="session")
def paths(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> BriefPaths:
    return write_brief(assessment, tmp_path_factory.mktemp("brief"), run={"version": "0.1.0", "seed": 7})
