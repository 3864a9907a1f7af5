"""Start-up: the help of the command line imports nothing heavy and is quick; the first run says that it compiles."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import counterpoise

SRC = str(Path(counterpoise.__file__).parents[1])
HEAVY = (
    "numpy", "numba", "scipy", "pyarrow", "xarray", "pandas", "matplotlib", "yaml", "duckdb", "distributed", "jax",
)  # fmt: skip


def python(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *args],
        env={**os.environ, "PYTHONPATH": SRC, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.parametrize("command", [("--help",), ("assess", "--help"), ("sweep", "--help"), ("--version",)])
def test_help_imports_nothing_heavy(command: tuple[str, ...]) -> None:
    script = (
        "import sys\nfrom counterpoise.cli import run\n"
        f"assert run({list(command)!r}) == 0\n"
        f"print('HEAVY', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    assert python("-c", script).stdout.splitlines()[-1] == "HEAVY []"


def test_help_takes_less_than_four_tenths_of_a_second() -> None:
    """Of processor time, the smallest of three: a busy machine makes it wait, not work."""
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert "assess" in python("-m", "counterpoise", "--help").stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < 0.4, took


def test_the_first_run_says_that_it_compiles_and_the_second_does_not(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom counterpoise.cli.progress import show_progress\nfrom counterpoise.jit import cache_folder\n"
        "with show_progress():\n    (cache_folder() / 'kernel.run_members-1.py311.1.nbc').touch()\n"
    )
    first, second = (python("-c", script, COUNTERPOISE_CACHE=str(tmp_path)).stderr for _ in range(2))
    assert "compiling the model's kernels, once for this version" in first
    assert "compiled and kept" in first
    assert "compil" not in second
