"""Real reports, end to end: the shared one, and the two that ship with the package."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from counterpoise import library
from counterpoise.assessment.json_schema import SHIPPED
from counterpoise.brief.files import canonical_json

SHARED = Path(__file__).parents[3] / "shared" / "reports" / "iran-syria-brief.txt"
VERDICTS = {"supported", "contradicted", "undetermined", "by_construction", "not_modelled"}


def claims_on(data: dict[str, Any], measure: str, target: str) -> list[dict[str, Any]]:
    return [c for c in data["claims"] if c["measure"] == measure and target in c["target"]]


def bundled(name: str) -> str:
    return library.path(f"reports/{name}.txt").read_text(encoding="utf-8")


def spans_fit(data: dict[str, Any], text: str) -> None:
    """Every span of shock, claims and statements quotes the text at its place."""
    spans = [e for s in data["shock"] for e in s["evidence"]] + [c["text_span"] for c in data["claims"]]
    spans += [t for e in data["statements"]["events"] for t in e["triggers"]]
    spans += [m for e in data["statements"]["entities"] for m in e["mentions"]]
    assert len(spans) > 10
    for span in spans:
        assert text[span["start"] : span["end"]] == span["quote"]


def test_the_shock_is_irans_withdrawal_of_personnel(shared_run: Any) -> None:
    text = SHARED.read_text(encoding="utf-8")
    (shock,) = shared_run.data["shock"]
    assert (shock["sender"], shock["recipient"], shock["to"]) == ("IRN", "SYR", 0.0)
    assert {"advisers", "diplomatic"} <= set(shock["kinds"])
    assert "withdrawing its military and diplomatic personnel" in [e["quote"] for e in shock["evidence"]]
    assert len(shock["evidence"]) >= 5
    assert shock["merged_with"] == "iran-withdrawal"
    spans_fit(shared_run.data, text)


@pytest.mark.parametrize(
    ("measure", "target", "verdicts"),
    [
        ("position", "ISR", VERDICTS - {"not_modelled"}),
        ("position", "ARAB", VERDICTS - {"not_modelled"}),
        ("operational_space", "HTS", VERDICTS - {"not_modelled"}),
        ("influence", "IRN", VERDICTS - {"not_modelled"}),
        ("bloc_strength", "AXIS", VERDICTS - {"not_modelled"}),
        ("involvement", "IRN", {"by_construction"}),
        ("regime_stability", "SYR", {"supported", "undetermined", "contradicted"}),
    ],
)
def test_the_claims_are_found_and_answered(
    shared_run: Any, measure: str, target: str, verdicts: set[str]
) -> None:
    found = claims_on(shared_run.data, measure, target)
    assert found
    for claim in found:
        assert claim["verdict"] in verdicts
        assert 0 <= claim["model_p"] <= 1
        assert 0 <= claim["p_opposite"] <= 1
        assert claim["rests_on"]


def test_every_claim_has_a_verdict_and_unanswered_ones_a_reason(shared_run: Any) -> None:
    claims = shared_run.data["claims"]
    assert len(claims) >= 10
    for c in claims:
        assert c["verdict"] in VERDICTS
        if c["verdict"] == "not_modelled":
            assert c["model_p"] is None
            assert c["stated"] is None
            assert c["rests_on"]


def test_hezbollahs_conduit_is_named_with_its_critical_sites(shared_run: Any) -> None:
    (found,) = [c for c in shared_run.data["conduits"] if (c["sender"], c["recipient"]) == ("IRN", "HEZ")]
    assert len(found["critical_sites"]) >= 3
    assert {"homs", "damascus"} <= set(found["critical_sites"])
    assert found["critical_loss"] == sorted(found["critical_loss"], reverse=True)
    assert found["capacity_after"] < found["capacity_before"] <= 100
    assert found["capacity_if_regime_falls"] < found["capacity_before"]
    assert found["reroutes"]
    assert set(found["p_cut"]) == {"as_reported", "stay", "reinforce"}


def test_an_undated_report_is_taken_as_of_the_day_and_the_limits_say_so(shared_run: Any) -> None:
    data = shared_run.data
    assert data["as_of"] == "2024-12-06"
    assert data["report"]["undated"] is True
    assert data["report"]["published"] is None
    assert any("carries no date" in line for line in data["limits"])


def test_the_scenario_was_chosen_and_it_says_why(shared_run: Any, afghan_run: Any) -> None:
    assert shared_run.data["scenario"]["name"] == "levant-2024"
    assert "its client among them" in shared_run.data["scenario"]["chosen_because"]
    assert afghan_run.data["scenario"]["name"] == "afghanistan-2021"


@pytest.mark.parametrize(
    ("run", "sender", "client", "report"),
    [
        ("iran_run", "IRN", "SYR", "iran-leaves-syria"),
        ("afghan_run", "USA", "AFG", "us-leaves-afghanistan"),
    ],
)
def test_bundled_reports_end_to_end(
    request: pytest.FixtureRequest, run: str, sender: str, client: str, report: str
) -> None:
    found = request.getfixturevalue(run)
    data, folder = found.data, found.folder
    assert (sender, client) in [(s["sender"], s["recipient"]) for s in data["shock"]]
    assert data["client"] == client
    spans_fit(data, bundled(report))
    assert {p.name for p in folder.iterdir()} == {
        "brief.md", "brief.html", "assessment.json", "run.json", "figures",
    }  # fmt: skip
    assert not data["report"]["undated"]
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert manifest["inputs"]["report"]["sha256"] == data["report"]["sha256"]
    assert manifest["inputs"]["scenario"]["sha256"] == data["scenario"]["sha256"]
    html = (folder / "brief.html").read_text(encoding="utf-8")
    assert "<script src" not in html
    assert "<link" not in html or "stylesheet" not in html


@pytest.mark.parametrize("run", ["shared_run", "iran_run", "afghan_run"])
def test_what_every_assessment_holds(request: pytest.FixtureRequest, run: str) -> None:
    data = request.getfixturevalue(run).data
    jsonschema.Draft202012Validator(json.loads(library.read_text(SHIPPED))).validate(data)
    arms = {a["name"] for a in data["arms"]}
    assert {"as_reported", "stay", "reinforce"} <= arms
    assert {q["horizon_days"] for q in data["questions"]} == {30, 90, 365, 1825}
    for q in data["questions"]:
        assert q["arm"] in arms
        low, high = q["interval_90"]
        assert 0 <= low <= high <= 1
        assert 0 <= q["mc_error"] < 0.05
        assert q["base_rate"], "a base rate stands beside every probability"
        assert q["scenario_only"] == (q["horizon_days"] > 3 * 365)
    # The case library was followed for a year, so past that the class rate stands alone.
    for q in data["questions"]:
        two = q["mode"] is None and q["horizon_days"] <= 365
        assert [b["selected"] for b in q["base_rate"]] == ([False, True] if two else [False])
    standing = {k: data["parameters"][k] for k in ("fitted", "literature", "elicited", "assumed")}
    assert sum(standing.values()) == len(data["parameters"]["register"])
    assert len(data["limits"]) >= 5
    known = {s["id"] for s in data["sources"]}
    for entry in data["timeline"]:
        assert entry["date_latest"] <= data["as_of"]
        assert set(entry["source"]) <= known | {"report"}
    for row in data["parameters"]["register"]:
        assert row["source"].split(" ")[0] in known, f"{row['name']} has no source in the list"


def test_the_axis_shows_the_spread_of_its_members(shared_run: Any) -> None:
    rows = [r for r in shared_run.data["ledger"] if r["actor"] == "AXIS"]
    assert rows
    assert all(r["bloc"] and len(r["spread"]) >= 3 for r in rows)
    arab = [r for r in shared_run.data["ledger"] if r["actor"] == "ARAB"]
    assert all(len(r["spread"]) >= 3 for r in arab)
    assert arab


@pytest.mark.parametrize("actor", ["IRN", "ISR", "ARAB", "TUR", "RUS", "HEZ", "HTS"])
def test_the_ledger_holds_who_matters(shared_run: Any, actor: str) -> None:
    measures = {r["measure"] for r in shared_run.data["ledger"] if r["actor"] == actor}
    assert len(measures) >= 2


def test_read_alone_finds_the_same_statements(cli: Callable[..., Any], shared_run: Any) -> None:
    said = cli("read", SHARED, "--json")
    assert said.code == 0
    coding = json.loads(canonical_json(json.loads(said.out)))
    for key in ("entities", "events", "relations", "claims"):
        assert coding[key] == shared_run.data["statements"][key]
