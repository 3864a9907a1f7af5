"""The engines of the benchmark give the same outputs: event by event where they read the same streams, else in distribution."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from counterpoise.ensemble import simulate_world

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
pytestmark = pytest.mark.science
N = 300


@pytest.fixture(scope="module")
def compared() -> Any:
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(BENCHMARKS))
    import engines_compared

    yield engines_compared
    patch.undo()


@pytest.fixture(scope="module")
def plan(compared: ModuleType) -> Any:
    return compared.Plan(n_sites=12, n_patrons=2, days=250)


@pytest.fixture(scope="module")
def ours(compared: ModuleType, plan: Any) -> tuple[dict[str, Any], Any, Any]:
    world = compared.make_world(plan)
    futures = simulate_world(world, members=N, seed=1)
    return compared.declare(world, 1, N), futures, compared.events_of(futures)


def test_numpy_gives_the_same_events(compared: ModuleType, ours: Any) -> None:
    spec, _, events = ours
    found, _, _ = compared.by_numpy.run(spec, N)
    assert len(events) > 2 * N
    # Sums in another order round otherwise; an event that moves for that is rare.
    assert len(compared.differing(events, found)) <= 1


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")
@pytest.mark.parametrize("way", ["BY_EVENT", "BY_DAY"])
def test_cpp_gives_the_same_events_and_ends(compared: ModuleType, ours: Any, way: str) -> None:
    spec, futures, events = ours
    cpp = compared.by_cpp
    found, end_day, end_mode = cpp.run(cpp.prepare(spec), N, getattr(cpp, way), room=1)
    assert len(compared.differing(events, found)) <= 1
    arm = futures.arms["theatre"]
    assert ((arm.end_day != end_day) | (arm.end_mode != end_mode)).sum() <= 1


def test_a_difference_would_be_seen(compared: ModuleType, ours: Any) -> None:
    spec, _, events = ours
    other, _, _ = compared.by_numpy.run({**spec, "p": {**spec["p"], "loss.duration": 0.0}}, 60)
    assert len(compared.differing(events[events[:, 0] < 60], other)) > 5


def test_what_the_plain_engines_lack_is_refused(compared: ModuleType, plan: Any) -> None:
    from dataclasses import replace

    world = compared.make_world(plan)
    values = world.draws.values.copy()
    names = [s.name for s in world.draws.specs]
    values[0, names.index("surrender.p")] = 0.5
    with pytest.raises(ValueError, match=r"lack surrender\.p"):
        compared.declare(replace(world, draws=replace(world.draws, values=values)), 1, 5)


@pytest.mark.soak
def test_mesa_gives_the_same_distribution(compared: ModuleType, plan: Any) -> None:
    mesa = pytest.importorskip("mesa", reason="needs the extra [bench]")
    del mesa
    world = compared.make_world(plan)
    spec = compared.declare(world, 1, 5_000)
    futures = simulate_world(world, members=5_000, seed=1)
    found = compared.in_distribution(futures, compared.mesa_or_none().run(spec, range(400)))
    assert min(found["p_modes"], found["p_end_day"], found["p_captures"]) > 0.001, found
