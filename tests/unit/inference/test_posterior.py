"""Posteriors as data: written, read, chosen by vintage, drawn from jointly; without JAX."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from counterpoise.compiler import (
    LeverPlan,
    Posterior,
    compile_world,
    load_parameters,
    read_posterior,
    settled_changes,
    write_posterior,
)
from counterpoise.compiler import posterior as module
from counterpoise.dynamics.parameters import NAMES
from counterpoise.ensemble import simulate_world
from counterpoise.errors import InputError
from counterpoise.scenario.models import FlowChange, Scenario


@pytest.fixture
def made() -> Posterior:
    rng = np.random.default_rng(1)
    x = rng.normal(size=300)
    return Posterior(
        names=("loss.intercept", "loss.duration"),
        draws=np.column_stack([-6.0 + 0.3 * x, -0.4 - 0.1 * x]).astype("<f4").astype(float),
        fixed={"loss.rebel_patron": 0.0},
        spec="main",
        method="nuts",
        vintage=dt.date(2019, 1, 1),
        cases=(("A", "0" * 64),),
        about={"seed": 1},
    )


def test_what_is_written_is_read_and_the_bytes_repeat(made: Posterior, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_posterior(made, tmp_path / name)
    for file in ("posterior.json", "draws.npy"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    found = read_posterior(tmp_path / "one")
    assert found.names == made.names
    assert (found.draws == made.draws).all()
    assert found.vintage == made.vintage
    assert found.cases == made.cases


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no posterior can be read here"):
        read_posterior(tmp_path)


def test_draws_are_joint_and_the_scenario_has_the_last_word(
    made: Posterior, region: Scenario, region_with: object
) -> None:
    world = compile_world(region, region.as_of, seed=1, horizon=5, n_draws=100, posterior=made)
    a, b = (world.draws.values[:, NAMES.index(n)] for n in made.names)
    assert np.corrcoef(a, b)[0, 1] < -0.99
    assert len(np.unique(a)) > 95
    assert (world.draws.column("loss.rebel_patron") == 0.0).all()
    own = region_with(
        "uncertainties=[{parameter: loss.duration, mean: -0.1, sd: 0.05, standing: assumed, source: inv}]"
    )  # type: ignore[operator]
    world = compile_world(own, own.as_of, seed=1, horizon=5, n_draws=100, posterior=made)
    assert abs(world.draws.column("loss.duration").mean() + 0.1) < 0.03
    assert (world.draws.column("loss.intercept") == a).all()
    standing = {s.name: s.standing for s in load_parameters(region, region.as_of, made).specs}
    assert standing["loss.intercept"] == "fitted"
    assert standing["loss.size"] == "assumed"


def test_a_day_uses_the_newest_vintage_that_it_may_know(
    made: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ("2010-01-01", "2019-01-01"):
        write_posterior(made, tmp_path / day)
    monkeypatch.setattr(module, "library_path", lambda name: tmp_path / name.partition("/")[2])
    module._shipped.cache_clear()
    assert module.shipped_posterior(dt.date(2009, 12, 31)) is None
    assert module.vintages() == (dt.date(2010, 1, 1), dt.date(2019, 1, 1))
    assert module.shipped_posterior(dt.date(2019, 1, 1)) is not None
    module._shipped.cache_clear()


def test_the_null_contrast_is_exactly_zero_with_a_posterior(made: Posterior, region: Scenario) -> None:
    nothing = FlowChange(sender="XEE", recipient="ALLY", to=0.0)
    plan = LeverPlan(settled_changes(region, region.as_of), variants=(("a", ()), ("b", (nothing,))))
    world = compile_world(
        region, region.as_of, seed=2, horizon=120, n_draws=20, posterior=made, arms=("a", "b"), plan=plan
    )
    futures = simulate_world(world, members=300, seed=2)
    for field in ("day", "kind", "site", "end_day", "end_mode"):
        assert (getattr(futures.arms["a"], field) == getattr(futures.arms["b"], field)).all()


@pytest.mark.parametrize("path", ["frozen", "later"])
def test_frozen_patrons_neither_leave_nor_come(region: Scenario, path: str) -> None:
    world = compile_world(region, region.as_of, seed=1, horizon=300, n_draws=20, patron_path=path)  # type: ignore[arg-type]
    futures = simulate_world(world, members=400, seed=1)
    kinds = set(futures.arms["baseline"].kind.tolist())
    assert not kinds & {4, 5}
    free = compile_world(region, region.as_of, seed=1, horizon=300, n_draws=20)
    assert {4, 5} <= set(simulate_world(free, members=400, seed=1).arms["baseline"].kind.tolist())


def test_later_changes_are_known_on_the_path_as_it_was(region_with: object) -> None:
    later = region_with("flows.f-cc-air.end=2020-02-20", "flows.f-cc-arm.end=2020-02-20")  # type: ignore[operator]
    options = {"seed": 1, "horizon": 30, "n_draws": 2}
    known = compile_world(later, later.as_of, patron_path="later", **options)
    frozen = compile_world(later, later.as_of, patron_path="frozen", **options)
    cetania = known.patrons.index("XCC")
    assert known.schedules[0].level_do[0, cetania, 25] == 0
    assert frozen.schedules[0].level_do[0, cetania, 25] == 2


BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("jax", "jaxlib", "numpyro"):
            raise ImportError(name, name=name.split(".")[0])
sys.meta_path.insert(0, Block())
from pathlib import Path
from counterpoise.compiler import compile_world, read_posterior
from counterpoise.scenario import load_scenario
from counterpoise.inference import load_cases
region = load_scenario(sys.argv[2])
found = read_posterior(Path(sys.argv[1]))
compile_world(region, region.as_of, seed=1, horizon=3, n_draws=3, posterior=found)
assert load_cases(["SLV1989"])
from counterpoise.cli import run
code = run(["fit", "--cases", "SLV1989", "--out", sys.argv[1] + "/out"])
assert code == 2, code
"""


def test_everything_but_the_fit_works_without_jax(made: Posterior, tmp_path: Path, tiny_path: Path) -> None:
    write_posterior(made, tmp_path / "one")
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(tmp_path / "one"), str(tiny_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "counterpoise[fit]" in done.stderr


def test_the_shipped_posteriors_are_of_the_cases_that_ship() -> None:
    """Else a backtest would not begin at the newest one, and nobody could make it again. Refit where a case has changed."""
    from counterpoise.scenario import bundled_cases

    cases = {c.id: c for c in bundled_cases()}
    for day in module.vintages():
        found = module.shipped_posterior(day)
        assert found is not None
        assert {i: h for i, h in found.cases if cases[i].sha256 != h} == {}
        closed = {c.id for c in cases.values() if c.case is not None and c.case.closed < day}
        assert {i for i, _ in found.cases} == closed, "every case closed before the vintage, and no other"
    assert len(found.cases) == len(cases)
