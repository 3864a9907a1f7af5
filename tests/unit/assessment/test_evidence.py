"""An assessment with an evidence log: its state, its manifest, its brief; without one nothing moves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import ModuleType

import pytest

from counterpoise.assessment import assess, manifest
from counterpoise.brief.compose import compose
from counterpoise.brief.markdown import to_markdown
from counterpoise.brief.writer import check_wording
from counterpoise.cli.reading import open_log
from counterpoise.errors import InputError
from counterpoise.reports.evidence import EvidenceEntry, EvidenceLog
from counterpoise.scenario.models import Scenario


def test_the_brief_says_what_of_the_log_was_taken_and_what_was_not(
    region: Scenario, made: ModuleType, tmp_path: Path
) -> None:
    one = EvidenceEntry(
        id="V1", day=dt.date(2020, 1, 20), change="fighting", type="ASSAULT", actors=("REB",), recipients=("XAA",),
        place=("West Crossing",), realis="actual", hedges=("asserted",), reports=("a",), publishers=(), n_reports=2,
        n_independent=2, best_reliability="C", quote="took West Crossing", mode="seize", asserted_by=(0, 1),
    )  # fmt: skip
    echo = one.model_copy(update={"id": "V2", "place": ("South City",), "asserted_by": (0,)})
    log = EvidenceLog(
        n_reports=3, n_independent=2, n_unread=0, entries=(one, echo), contradictions=(), unread=()
    )
    (tmp_path / "log.json").write_text(log.model_dump_json(indent=2), encoding="utf-8")
    report = made.coding((made.event(),))
    a = assess(
        report, scenario=region, as_of=dt.date(2020, 1, 25), members=100, seed=1, workers=2,
        evidence=open_log(str(tmp_path / "log.json")),
    )  # fmt: skip
    assert a.evidence is not None
    assert len(a.evidence.taken) == 1
    assert "West Crossing" in a.evidence.taken[0]
    assert "entries V1" in a.evidence.taken[0]
    assert [x.statement for x in a.evidence.left] == ["V2"]
    assert next(p for p in a.places if p.id == "west").holder == "REB"
    assert any(t.source == ("evidence-log",) for t in a.timeline)
    assert manifest(a)["inputs"]["evidence"] == {"sha256": a.evidence.sha256}
    document = compose(a)
    check_wording(document)
    text = to_markdown(document)
    assert "An evidence log of 3 reports, 2 of them independent" in text
    assert "echo is not corroboration" in text


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(InputError, match="is no evidence log"):
        open_log(str(tmp_path / "x.json"))
    with pytest.raises(InputError, match="cannot be read"):
        open_log(str(tmp_path / "none.json"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no report in this folder"):
        open_log(str(tmp_path / "empty"))


def test_without_a_log_the_json_does_not_speak_of_one(assessed: object) -> None:
    data = assessed.model_dump(mode="json", by_alias=True)  # type: ignore[attr-defined]
    assert "evidence" not in data
    assert "evidence" not in manifest(assessed)["inputs"]  # type: ignore[arg-type]
