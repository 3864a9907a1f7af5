"""The stale cache: an edited covariate must change what a compiled caller in another file returns."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

import counterpoise
from counterpoise import jit
from counterpoise.compiler import compile_world
from counterpoise.ensemble import simulate_world
from counterpoise.jit import compiled
from counterpoise.scenario import load_scenario

PACKAGE = Path(counterpoise.__file__).parent

#: Calls `refresh_sites` (kernel.py), into which numba has inlined `size` (covariates.py).
SCRIPT = """
import numpy as np
from counterpoise.dynamics.kernel import refresh_sites
from counterpoise.dynamics.parameters import LOSS_SIZE, NAMES
from counterpoise.dynamics.world import Theatre
i8, i32 = np.int8, np.int32
t = Theatre(np.array([0, 0], i32), np.empty(0, i32), np.array([200.0]), 0, np.zeros((1, 2)), np.array([0, 1], i8),
            np.array([0, 1], i8), np.zeros(1, i8), np.zeros(1, i8), np.zeros(1, i32), np.empty(0, i32),
            np.empty(0, i32), np.empty(0, i8), np.empty(0, i8), 0, np.zeros(1, i8), np.zeros(6))
p = np.zeros(len(NAMES))
p[LOSS_SIZE] = 1.0
rate, ours = np.empty(1), np.empty(1)
refresh_sites(p, t, np.zeros(1, i8), 0.0, rate, ours)
hits = sum(refresh_sites.stats.cache_hits.values())
print(rate[0] ** 2, hits)
"""


def test_an_edited_covariate_changes_a_compiled_caller_in_another_file(tmp_path: Path) -> None:
    copy = tmp_path / "counterpoise"
    (copy / "dynamics").mkdir(parents=True)
    for name in ("errors.py", "jit.py", "streams.py"):
        shutil.copy(PACKAGE / name, copy / name)
    (copy / "__init__.py").touch()
    for path in (PACKAGE / "dynamics").glob("*.py"):
        shutil.copy(path, copy / "dynamics" / path.name)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COUNTERPOISE_CACHE": str(tmp_path / "cache")}

    def call() -> tuple[float, int]:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        value, hits = done.stdout.split()
        return float(value), int(hits)

    # exp(0.5 ln(200 / 50)) squared is 4.
    assert call() == (pytest.approx(4.0), 0)
    assert call() == (pytest.approx(4.0), 1), "the second call should come from the cache"
    covariates = copy / "dynamics" / "covariates.py"
    text = covariates.read_text()
    assert text.count("/ 50.0)") == 1
    covariates.write_text(text.replace("/ 50.0)", "/ 20.0)"))
    assert call() == (pytest.approx(10.0), 0), "a stale kernel answered"
    assert len(list((tmp_path / "cache" / "counterpoise" / "kernels").iterdir())) == 2


def test_every_file_with_compiled_functions_below_the_ensemble_counts() -> None:
    hashed = {p.resolve() for p in jit._sources()}
    users = {
        p.resolve()
        for p in PACKAGE.rglob("*.py")
        if "@compiled(" in p.read_text() and "ensemble" not in p.parts and p.name != "jit.py"
    }
    assert users <= hashed
    # What the ensemble compiles is called by nobody's compiled code, so its own file's date is enough for numba.
    names = [p.stem for p in (PACKAGE / "ensemble").glob("*.py") if "@compiled(" in p.read_text()]
    for name in names:
        for path in PACKAGE.rglob("*.py"):
            if "@compiled(" in path.read_text() and path.stem != name:
                assert f"counterpoise.ensemble.{name} import" not in path.read_text()


def test_the_folder_is_made_where_it_may_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("COUNTERPOISE_CACHE", str(blocked))
    jit.cache_folder.cache_clear()
    try:
        folder = jit.cache_folder()
        assert folder.is_dir()
        assert not folder.is_relative_to(blocked)
        folder.rmdir()
    finally:
        jit.cache_folder.cache_clear()


def test_what_is_compiled_aside_is_waited_for_and_never_outlives_the_block(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "brief_work.py").write_text("import pathlib; pathlib.Path('made').touch()")
    (tmp_path / "endless_work.py").write_text("import time; time.sleep(600)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with jit.compiling_aside("brief_work"):
        jit.wait_for_aside()
        assert (tmp_path / "made").is_file()
    with jit.compiling_aside("endless_work"):
        process = jit._aside
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None
    # Nothing is waited for where nothing runs, or where what ran has failed.
    jit.wait_for_aside()
    with jit.compiling_aside("no_such_work"):
        jit.wait_for_aside()


def test_what_is_compiled_aside_is_what_the_main_job_calls() -> None:
    import numpy as np

    from counterpoise.compiler import compile_world
    from counterpoise.dynamics.walk import walk_members
    from counterpoise.dynamics.walk_tables import base_loads
    from counterpoise.ensemble import measure_regional, simulate_world
    from counterpoise.ensemble.compiling import compile_region
    from counterpoise.scenario import load_scenario

    tiny = load_scenario(Path(__file__).parents[1] / "data" / "tiny.yaml")
    world = compile_world(tiny, tiny.as_of, seed=1, horizon=60, n_draws=4)
    futures = simulate_world(world, members=8, seed=1)
    measured = measure_regional(futures, "baseline", n_members=8)
    assert np.isfinite(measured.values).all()
    called = {f: list(f.signatures) for f in (walk_members, base_loads)}
    compile_region()
    assert {f: list(f.signatures) for f in called} == called


def test_a_read_only_installation_brings_its_kernels_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a container whose file system is read-only numba would fail; a folder that somebody else made is not trusted."""
    monkeypatch.setenv("COUNTERPOISE_CACHE", str(tmp_path / "image"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    jit.cache_folder.cache_clear()
    try:
        shipped = jit.cache_folder()
        assert shipped.is_relative_to(tmp_path / "image")
        (shipped / "kernel.nbc").write_bytes(b"code")
        monkeypatch.setattr(os, "access", lambda path, mode: not Path(path).is_relative_to(shipped))
        for _ in range(2):
            jit.cache_folder.cache_clear()
            own = jit.cache_folder()
            assert own.parent == tmp_path
            assert (own / "kernel.nbc").read_bytes() == b"code"
            assert own.stat().st_mode & 0o077 == 0
        somebody = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: somebody)
        (tmp_path / f"{own.name.removesuffix(f'-{somebody - 1}')}-{somebody}").mkdir()
        jit.cache_folder.cache_clear()
        assert not jit.cache_folder().name.endswith(f"-{somebody}")
    finally:
        jit.cache_folder.cache_clear()


def test_a_function_that_returns_an_array_must_say_that_it_allocates() -> None:
    def twice(x: np.ndarray) -> np.ndarray:
        return x * 2.0

    with pytest.raises(TypeError, match=r"twice returns np\.ndarray: say compiled\(allocates=True\)"):
        compiled()(twice)


def test_the_kernel_counts_no_references_but_frees_what_it_made(tiny_path: Path) -> None:
    # What is made must be given back, once: a run that leaks or frees too early shows here.
    world = compile_world(load_scenario(tiny_path), dt.date(2020, 2, 1), seed=1, n_draws=2, horizon=90)
    simulate_world(world, members=50, seed=1)
    _nrt_python.memsys_enable_stats()
    try:
        before = rtsys.get_allocation_stats()
        simulate_world(world, members=50, seed=1)
        after = rtsys.get_allocation_stats()
    finally:
        _nrt_python.memsys_disable_stats()
    assert after.alloc - before.alloc == after.free - before.free > 0
