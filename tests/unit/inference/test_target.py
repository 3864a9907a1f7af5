"""What a fit takes as given: the parameters that shape a covariate are those of a run."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.compiler.parameters import load_parameters, shipped_mean
from counterpoise.dynamics.design import SHAPES
from counterpoise.dynamics.parameters import NAMES, spec_by_name
from counterpoise.inference.specs import MAIN, SPECS
from counterpoise.scenario import load_scenario

pytest.importorskip("jax")


@pytest.mark.parametrize("name", ["main", "main_slow", "main_ramp_fast"])
def test_the_shapes_of_a_fit_are_those_of_a_run_from_its_posterior(name: str) -> None:
    from counterpoise.inference.target import make_target

    scenario = load_scenario("LBR1990")
    spec = SPECS[name]
    base = make_target((scenario,), spec, logs=1).base
    run = spec_by_name(load_parameters(scenario, scenario.as_of, posterior=None).specs)
    for position in SHAPES:
        own = NAMES[position]
        assert base[position] == spec.fixed.get(own, run[own].mean), own
        assert base[position] > 0.0


def test_the_age_of_a_campaign_counts_in_months_unless_a_specification_says_otherwise() -> None:
    from counterpoise.inference.target import make_target

    def age(name: str) -> np.ndarray:
        table = make_target((load_scenario("LBR1990"),), SPECS[name], logs=1).table
        column = [i for i, n in enumerate(n for n in NAMES if n.startswith("loss.")) if n == "loss.duration"]
        return np.asarray(table.day_x[:, column[0]])

    days = np.arange(len(age("main")))
    assert age("main") == pytest.approx(np.log(1 + days / 30))
    assert age("main_slow") == pytest.approx(np.log(1 + days / 180))
    assert "campaign.age_days" not in MAIN.fixed
    assert shipped_mean("campaign.age_days") == 30


def test_marks_of_surrender_count_only_where_the_model_knows_them() -> None:
    from counterpoise.inference.target import make_target

    marked = load_scenario("VNM1975")
    bare = marked.model_copy(
        update={
            "events": tuple(
                e.model_copy(update={"detail": None}) if e.kind == "capture" else e for e in marked.events
            )
        }
    )
    found = []
    for name, given in (
        ("main", marked),
        ("main", bare),
        ("main_surrender", marked),
        ("main_surrender", bare),
    ):
        target = make_target((given,), SPECS[name], logs=1)
        found.append(float(target.cases(np.full(len(target.names), -0.5))[0]))
    assert found[0] == found[1]
    assert found[2] != found[3]
