"""Helpers of a command: the same figures with them, without them, and when they die."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from counterpoise.assessment.models import Assessment
from counterpoise.brief.figures import draw_figures
from counterpoise.cli import helpers

#: A fresh process starts helpers, draws with them and without, and says whether they drew.
FRESH = """
import sys
from concurrent.futures.process import BrokenProcessPool
from counterpoise.brief.figures import draw_figures
from counterpoise.cli.helpers import start_helpers
if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    from fixture import synthetic
    with start_helpers(2) as pools:
        by = [pool.submit(__import__("os").getpid).result() for pool in pools]
        assert len(set(by)) == 2 and __import__("os").getpid() not in by
        assert draw_figures(synthetic(), pools) == draw_figures(synthetic())
    print("same")
"""


def dies() -> None:
    os._exit(9)


def test_helpers_draw_the_same_figures(tmp_path: Path) -> None:
    script = tmp_path / "fresh.py"
    script.write_text(FRESH, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, str(script), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip() == "same"


def test_without_helpers_that_live_the_command_draws_itself(assessment: Assessment) -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(dies)
        assert draw_figures(assessment, (pool,)) == draw_figures(assessment)


def test_one_core_or_a_long_process_starts_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with helpers.start_helpers(1) as none:
        assert none == ()
    monkeypatch.setitem(sys.modules, "counterpoise.assessment.assessing", object())
    with helpers.start_helpers(4) as none:
        assert none == ()


def test_a_system_without_processes_starts_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> Executor:
        raise NotImplementedError("no semaphores")

    monkeypatch.delitem(sys.modules, "counterpoise.assessment.assessing", raising=False)
    monkeypatch.setattr(helpers, "ProcessPoolExecutor", refused)
    with helpers.start_helpers(4) as none:
        assert none == ()
