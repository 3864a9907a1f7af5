"""The faces of the program, run in process; each expensive assessment is made once for all tests."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import functools
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from counterpoise.assessment import Assessment, assess
from counterpoise.cli import run
from counterpoise.reports import Coding, read_report
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import Scenario

SHARED = Path(__file__).parents[3] / "shared" / "reports" / "iran-syria-brief.txt"
#: An undated report of our own, so that any as-of day fits it.
NOTE = (
    "Iran is withdrawing its military advisers and diplomats from Syria, two officials said. Rebels led by Hayat Tahrir "
    "al-Sham are advancing against the Assad government. The retreat could weaken Hezbollah and may strengthen Israel."
)
FEW = 200


@dataclasses.dataclass(frozen=True)
class Said:
    """What a command said and how it left."""

    code: int
    out: str
    err: str


def call(*args: str | Path) -> Said:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(a) for a in args])
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def cli() -> Callable[..., Said]:
    """Run a command in this process; return its exit code, stdout and stderr."""
    return call


@pytest.fixture(scope="session")
def made(beside: Callable[[str], ModuleType]) -> ModuleType:
    """The maker of codings."""
    return beside("made_codings.py")


@pytest.fixture(scope="session")
def levant() -> Scenario:
    """The flagship scenario."""
    return load_scenario("levant-2024")


@pytest.fixture(scope="session")
def note() -> Coding:
    """The undated report, read."""
    return read_report("note", text=NOTE)


@pytest.fixture(scope="session")
def assess_note(levant: Scenario, note: Coding) -> Callable[..., Assessment]:
    """Assess the undated report as of a day; the same day is assessed once."""

    @functools.cache
    def on(day: str) -> Assessment:
        return assess(
            note,
            scenario=levant,
            as_of=dt.date.fromisoformat(day),
            members=FEW,
            horizon=90,
            seed=1,
            workers=2,
        )

    return on


@dataclasses.dataclass(frozen=True)
class Run:
    """A run of ``assess`` on the command line."""

    said: Said
    folder: Path
    text: str
    data: dict[str, Any]


def _run(report: str | Path, folder: Path, *options: str) -> Run:
    said = call(
        "assess", report, "--members", FEW.__str__(), "--seed", "1", "--out", folder, "--json", *options
    )
    assert said.code == 0, said.err
    text = (folder / "assessment.json").read_text(encoding="utf-8")
    return Run(said, folder, text, json.loads(text))


@pytest.fixture(scope="session")
def shared_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The report that lies beside the repository, assessed for the whole horizon."""
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not there: the neighbouring folder with the shared report is missing")
    return _run(SHARED, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="session")
def iran_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The bundled report on Iran and Syria."""
    return _run("iran-leaves-syria", tmp_path_factory.mktemp("iran"), "--workers", "1")


@pytest.fixture(scope="session")
def afghan_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The bundled report on the United States and Afghanistan."""
    return _run("us-leaves-afghanistan", tmp_path_factory.mktemp("afghan"))
