"""Sweeps: known answers come back, points are coupled, a broken-off sweep goes on, bad input is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from counterpoise.assessment.sweep import sensitivity, sweep
from counterpoise.cli import run as run_command
from counterpoise.compiler import load_parameters
from counterpoise.dynamics.parameters import spec_by_name
from counterpoise.ensemble import sweeping
from counterpoise.ensemble.designs import Varied, unit_points
from counterpoise.errors import InputError
from counterpoise.scenario.models import Scenario

COUP = "coup.rate"


@pytest.fixture(scope="module")
def varied(region: Scenario) -> xr.Dataset:
    """The tiny region with the rate of coups, which acts, and of settlements."""
    return sweep(
        region, {COUP: (0.0, 0.01), "settlement.rate": (0.0, 0.001)},
        design="saltelli", points=16, members=200, horizon=90, seed=3,
    )  # fmt: skip


def test_a_rate_does_what_its_law_says(varied: xr.Dataset) -> None:
    """Among futures that nothing else ends, a coup comes with 1 - exp(-rate x days), cut short by other ends."""
    rate = varied[COUP].to_numpy()
    coup = varied["p_mode"].sel(mode="coup", arm="baseline", horizon=90).to_numpy()
    assert (coup <= 1 - np.exp(-90 * rate) + 4 * np.sqrt(0.25 / 200)).all()
    assert np.corrcoef(rate, coup)[0, 1] > 0.9
    assert coup[rate < 1e-4].max(initial=0.0) < 0.02


def test_the_answer_is_labelled(varied: xr.Dataset, tmp_path: Path) -> None:
    assert dict(varied.sizes) == {"point": 16 * 4, "arm": 1, "horizon": 2, "mode": 4}
    assert list(varied["horizon"].values) == [30, 90]
    assert (varied["p_end"] == varied["p_mode"].sum("mode")).all()
    assert (varied["p_end"].sel(horizon=30) <= varied["p_end"].sel(horizon=90)).all()
    assert (varied["difference"] == 0).all()
    assert varied[COUP].attrs["units"] == "1/day"
    varied.to_netcdf(tmp_path / "sweep.nc", engine="scipy")
    with xr.open_dataset(tmp_path / "sweep.nc", engine="scipy") as again:
        assert np.array_equal(again["p_end"], varied["p_end"])
        assert [str(a) for a in again["arm"].values] == ["baseline"]


def test_sobol_indices_name_what_moves_the_answer(varied: xr.Dataset) -> None:
    found = sensitivity(varied).sel(arm="baseline", horizon=90)
    strong, weak = found.sel(uncertainty=COUP), found.sel(uncertainty="settlement.rate")
    assert strong["total"] > 0.5 > weak["total"]
    assert strong["rank_correlation"] > 0.8


def test_members_are_coupled_and_batches_are_kept(region: Scenario, tmp_path: Path) -> None:
    options: dict[str, Any] = {"points": 20, "members": 60, "horizon": 40, "seed": 5, "workers": 2}
    arms = {"a": (), "same": ()}
    found = sweep(region, ["loss.patron_level", "sd.intensity"], arms, store=tmp_path, **options)
    assert (found["difference"].sel(arm="same") == 0).all()
    assert (found["difference_mc_error"].sel(arm="same") == 0).all()
    assert (found["p_end"].sel(arm="a") == found["p_end"].sel(arm="same")).all()
    assert len(list(tmp_path.glob("*.npz"))) == 2
    # A fit may ignore the history (`filter.calm` and `filter.event` at 0); then every point explains it alike.
    assert np.isfinite(found["log_evidence"]).all()
    # One batch is broken, one is there: the sweep goes on with the first and gives the same bytes.
    first, second = sorted(tmp_path.glob("*.npz"))
    first.write_bytes(b"PK\x03\x04")
    ran: list[int] = []
    real = sweeping.sweep_batch
    patch = pytest.MonkeyPatch()
    patch.setattr(sweeping, "sweep_batch", lambda job, values: ran.append(len(values)) or real(job, values))
    try:
        again = sweep(region, ["loss.patron_level", "sd.intensity"], arms, store=tmp_path, **options)
    finally:
        patch.undo()
    assert len(ran) == 1
    assert second.exists()
    xr.testing.assert_identical(again, found)


def test_values_follow_the_law_of_the_parameter(region: Scenario) -> None:
    specs = spec_by_name(load_parameters(region, region.as_of).specs)
    u = np.linspace(0.001, 0.999, 999)
    normal = Varied(specs["loss.patron_level"]).values(u)
    assert normal.mean() == pytest.approx(specs["loss.patron_level"].mean, abs=0.01)
    assert normal.std() == pytest.approx(specs["loss.patron_level"].sd, rel=0.02)
    log = Varied(specs["coup.rate"]).values(u)
    assert np.median(log) == pytest.approx(specs["coup.rate"].mean)
    assert Varied(specs["coup.rate"], (2.0, 4.0)).values(np.array([0.0, 0.5, 1.0])) == pytest.approx(
        [2, 3, 4], abs=1e-5
    )
    share = Varied(specs["patron.causal_share_level"]).values(u)
    assert ((share >= 0) & (share <= 1)).all()
    assert (np.diff(share) > 0).all()
    assert Varied(specs["coup.rate"], None, np.array([1.0, 2.0, 3.0])).values(np.array([0.5])) == 2.0


def test_designs_fill_the_cube() -> None:
    u = unit_points("lhs", 10, 3, seed=1)
    assert (np.sort((u * 10).astype(int), axis=0) == np.arange(10)[:, None]).all()
    sobol = unit_points("sobol", 64, 2, seed=1)
    counts, _, _ = np.histogram2d(*sobol.T, bins=8, range=[[0, 1], [0, 1]])
    assert (counts == 1).all()
    mixed = unit_points("saltelli", 8, 2, seed=1).reshape(4, 8, 2)
    assert (mixed[2, :, 0] == mixed[1, :, 0]).all()
    assert (mixed[2, :, 1] == mixed[0, :, 1]).all()
    assert (unit_points("lhs", 10, 3, seed=1) == u).all()
    assert (unit_points("lhs", 10, 3, seed=2) != u).any()


@pytest.mark.parametrize(
    ("uncertainties", "options", "says"),
    [
        ({}, {}, "nothing to vary"),
        (
            ["loss.patron"],
            {},
            "no such parameter | see `explain --parameters` | nearest: loss.rebel_patron, loss.patron_level",
        ),
        (["conduit.load"], {}, "acts on the regional ledger only"),
        ({"coup.rate": (2.0, 1.0)}, {}, "expected low below high, got 2.0 and 1.0"),
        ({"coup.rate": (0.0, float("inf"))}, {}, "expected low below high"),
        (["loss.era"], {}, "has one value only | give a range: loss.era=LOW:HIGH"),
        (["coup.rate"], {"design": "lhc"}, "unknown 'lhc' | one of lhs, sobol, saltelli | nearest: lhs"),
        (["coup.rate"], {"design": "sobol", "points": 12}, "a power of two, got 12 | choose 8 or 16"),
        (["coup.rate"], {"points": 1}, "expected at least 2, got 1"),
        (["coup.rate"], {"members": 0}, "expected at least 1, got 0"),
        (["coup.rate"], {"horizon": 10**6}, "expected 1 to"),
    ],
)
def test_bad_sweeps_are_refused(uncertainties: Any, options: Any, says: str, region: Scenario) -> None:
    with pytest.raises(InputError) as err:
        sweep(region, uncertainties, **options)
    assert says in str(err.value)


def test_the_command_prints_and_writes(
    tiny_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sweep.nc"
    common = [
        "sweep", str(tiny_path), "--vary", "coup.rate=0:0.01", "--vary", "loss.patron_level", "--points", "4",
        "--members", "40", "--horizon", "30", "--arm", "quo=",
    ]  # fmt: skip
    assert run_command([*common, "--json", "--out", str(out)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["about"]["design"] == "lhs"
    assert {r["uncertainty"] for r in said["moved_by"]} == {"coup.rate", "loss.patron_level"}
    assert out.stat().st_size > 500
    assert run_command(common) == 0
    assert "rank_correlation" in capsys.readouterr().out
    assert run_command([*common, "--vary", "coup.rate=1"]) == 2
    assert run_command([*common[:2], "--vary", "coup.rate=a:b"]) == 2
    assert "expected LOW:HIGH, got 'a:b'" in capsys.readouterr().err
