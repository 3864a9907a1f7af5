"""The manifest says what went in, and nothing of when or where."""

from __future__ import annotations

import json
import re
from importlib.metadata import version

import counterpoise
from counterpoise.assessment import Assessment, manifest
from counterpoise.compiler import rate


def test_what_went_in(assessed: Assessment) -> None:
    found = manifest(assessed)
    assert found["schema"] == "counterpoise/run/1"
    assert found["program"] == counterpoise.__version__
    assert (found["seed"], found["members"], found["horizon_days"]) == (1, 400, 365)
    assert (found["as_of"], found["wording"]) == ("2020-02-01", "icd203")
    assert found["arms"] == [a.name for a in assessed.arms]
    assert found["inputs"]["scenario"] == {"name": "tiny", "sha256": assessed.scenario.sha256}
    assert assessed.report is not None
    assert found["inputs"]["report"] == {"sha256": assessed.report.sha256}
    assert found["libraries"]["numpy"] == version("numpy")


def test_vintages_are_those_of_the_register_and_none_is_too_late(assessed: Assessment) -> None:
    vintages = manifest(assessed)["vintages"]
    counted = {r.source for r in assessed.parameters.register_ if r.source.startswith("annual (")}
    assert vintages == sorted(counted)
    for name in (re.findall(r"\(([^ ,)]+)", text)[0].split("@")[0] for text in vintages):
        assert rate(name, assessed.as_of).data_until < assessed.as_of
    # Data that end in 2023 are no vintage of February 2020; an older count serves.
    starts = [text for text in vintages if "campaign_start" in text]
    assert starts == ["annual (campaign_start.main@2015, data to 2015-12-31)"]


def test_it_is_json_and_the_same_twice(assessed: Assessment) -> None:
    first, second = (json.dumps(manifest(assessed)) for _ in range(2))
    assert first == second


def test_no_clock_and_no_path(assessed: Assessment) -> None:
    text = json.dumps(manifest(assessed))
    assert not re.search(r"\d{2}:\d{2}:\d{2}", text)
    assert not re.search(r"20(2[1-9]|3\d)-\d{2}-\d{2}", text)
    assert "/" not in text.replace("counterpoise/run/1", "")


def test_a_run_without_a_report_says_so(assessed: Assessment) -> None:
    assert manifest(assessed.model_copy(update={"report": None}))["inputs"]["report"] is None
