"""What a scenario or a run rests on; and reading a run back."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoise.assessment import Assessment, explanation, load_assessment, references
from counterpoise.assessment.explaining import METHODS
from counterpoise.brief import assessment_json
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.processes import PROCESSES
from counterpoise.errors import InputError


@pytest.fixture(scope="module")
def folder(assessed: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    (out / "assessment.json").write_text(assessment_json(assessed), encoding="utf-8")
    return out


def test_a_scenario_is_explained(tiny_path: Path) -> None:
    found = explanation(str(tiny_path))
    assert found["title"] == "A tiny invented region, as of 2020-02-01"
    assert [p["name"] for p in found["processes"]] == [p.name for p in PROCESSES]
    assert [x["id"] for x in found["levers"]] == ["withdraw", "stay", "reinforce", "cut-road"]
    assert sum(found["standing"].values()) == len(found["register"])
    model = {r["name"] for r in found["register"] if r["model"]}
    assert set(NAMES) <= model
    assert "flows.f-bb-adv.size" in {r["name"] for r in found["register"]} - model


def test_every_parameter_of_a_process_is_in_the_register(tiny_path: Path) -> None:
    found = explanation(str(tiny_path))
    names = {r["name"] for r in found["register"]}
    for process in found["processes"]:
        for parameter in process["parameters"]:
            stem = parameter.removesuffix("*")
            assert any(n == parameter or (stem != parameter and n.startswith(stem)) for n in names), parameter


def test_a_run_is_explained_by_its_own_register(folder: Path, assessed: Assessment) -> None:
    found = explanation(str(folder))
    assert found["title"] == "A tiny invented region, as of 2020-02-01"
    assert [x["title"] for x in found["levers"]] == [s.text for s in assessed.shock]
    assert [r["name"] for r in found["register"]] == [r.name for r in assessed.parameters.register_]


def test_references_of_data_and_of_method(folder: Path, tiny_path: Path) -> None:
    for target in (str(folder), str(tiny_path)):
        found = references(target)
        ids = [r["id"] for r in found]
        assert len(set(ids)) == len(ids)
        assert {"inv", "wire"} <= set(ids)
        assert ids[-len(METHODS) :] == [m[0] for m in METHODS]
        assert all(r["title"] and r["publisher"] for r in found)


def test_a_run_is_read_back(folder: Path, assessed: Assessment) -> None:
    found = load_assessment(folder)
    assert assessment_json(found) == assessment_json(assessed)
    assert found.shock == assessed.shock


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "no such file"),
        ("", "not an assessment of this version"),
        ("{", "not an assessment of this version"),
        ('{"schema": "counterpoise/assessment/0"}', "not an assessment of this version"),
    ],
)
def test_a_run_that_cannot_be_read(tmp_path: Path, content: str | None, what: str) -> None:
    if content is not None:
        (tmp_path / "assessment.json").write_text(content)
    with pytest.raises(InputError) as caught:
        load_assessment(tmp_path)
    (problem,) = caught.value.problems
    assert problem.where == str(tmp_path / "assessment.json")
    assert problem.what.startswith(what)
    assert problem.mend


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "assessment.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not an assessment of this version"):
        load_assessment(tmp_path)


def test_a_target_that_is_neither(tmp_path: Path) -> None:
    for function in (explanation, references):
        with pytest.raises(InputError):
            function(str(tmp_path / "nothing"))
