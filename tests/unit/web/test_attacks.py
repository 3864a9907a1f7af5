"""Things that people try, shown harmless."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from counterpoise.ledger import Ledger
from counterpoise.ledger.runs import Artefact, Runs

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "/etc/passwd",
        "levant-2024/../../x",
        "%00",
        "a\\b",
        "file:///etc/passwd",
        "tiny.yaml",
    ],
)
def test_names_are_no_paths(client: TestClient, name: str) -> None:
    assert client.get(f"/api/v1/scenarios/{name}").status_code in (404, 422)
    assert client.post("/api/v1/read", json={"report": {"bundled": name}}).status_code in (404, 422)
    assert client.post("/api/v1/scenarios/validate", json={"name": name}).status_code in (404, 422)
    assert client.get(f"/api/v1/runs/{'0' * 16}/files/{name}").status_code in (404, 422)
    assert client.get(f"/api/v1/runs/{name}").status_code in (404, 422)


@pytest.mark.parametrize(
    "text",
    [
        "include: [/etc/passwd]\n",
        "include: [../../../etc/passwd]\n",
        "x: !!python/object/apply:os.system [id]\n",
        "a: *b\n",
    ],
)
def test_a_scenario_reaches_no_file_and_runs_nothing(client: TestClient, text: str) -> None:
    said = client.post("/api/v1/scenarios/validate", json={"yaml": text})
    assert said.status_code == 422
    assert "root:" not in said.text
    assert "/tmp" not in said.text


def test_yaml_bombs_and_depth_are_refused(client: TestClient) -> None:
    for text in (BOMB, "[" * 5_000, "{a: " * 2_000, "- " * 50_000):
        assert client.post("/api/v1/scenarios/validate", json={"yaml": text}).status_code == 422


def test_the_server_asks_nobody(client: TestClient) -> None:
    for url in ("http://169.254.169.254/latest/meta-data", "http://127.0.0.1:22", "file:///etc/passwd"):
        assert client.post("/api/v1/read", json={"report": {"url": url}}).status_code == 422
        assert client.post("/api/v1/read", json={"report": {"bundled": url}}).status_code in (404, 422)


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE run; --", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", '" onload="x']
)
def test_names_are_only_names(client: TestClient, ledger: Ledger, name: str) -> None:
    runs = Runs(ledger)
    made = runs.submit("assess", {})
    assert client.patch(f"/api/v1/runs/{made.id}", json={"name": name}).json()["name"] == name
    assert client.get("/api/v1/runs").json()[0]["name"] == name
    assert client.get(f"/api/v1/forecasts/{name}").status_code in (404, 422)


def test_names_hold_no_control_characters(client: TestClient, ledger: Ledger) -> None:
    made = Runs(ledger).submit("assess", {})
    for name in ("a\x00b", "a\nb", "\u202eabc", "\ud800"):
        body = json.dumps({"name": name})
        said = client.patch(
            f"/api/v1/runs/{made.id}", content=body, headers={"content-type": "application/json"}
        )
        assert said.status_code == 422


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00", "<script>alert(1)</script>", "{{ config }}", " ", "\u202e" * 50]
)
def test_odd_reports_are_no_faults(client: TestClient, text: str) -> None:
    body = json.dumps({"report": {"text": text}})
    said = client.post("/api/v1/read", content=body, headers={"content-type": "application/json"})
    assert said.status_code in (200, 422)


def test_files_of_a_run_run_nothing(client: TestClient, ledger: Ledger) -> None:
    runs = Runs(ledger)
    made = runs.submit("assess", {})
    runs.claim("w")
    runs.finish(
        made.id, "w", "done", files=[Artefact("brief.html", "text/html", b"<script>alert(1)</script>")]
    )
    said = client.get(f"/api/v1/runs/{made.id}/files/brief.html")
    csp = said.headers["content-security-policy"]
    assert csp.startswith("sandbox")
    assert "allow-scripts" not in csp
    assert "default-src 'none'" in csp


def test_sealed_forecasts_cannot_be_changed_over_http(client: TestClient) -> None:
    row = {
        "question": "q",
        "text": "t",
        "p": 0.5,
        "made_on": "2026-01-01",
        "closes_on": "2090-01-01",
        "forecaster": "f",
    }
    made = client.post("/api/v1/forecasts/import", json={"forecasts": [row]})
    assert made.status_code == 201
    for method in ("PUT", "PATCH", "DELETE"):
        assert (
            client.request(method, f"/api/v1/forecasts/{made.json()[0]['hash']}", json={}).status_code == 405
        )
    assert client.get("/api/v1/forecasts/verify").json()["whole"]


def test_numbers_out_of_bounds(client: TestClient) -> None:
    for change in (
        {"members": 10**30},
        {"members": 0},
        {"seed": -1},
        {"seed": 1e400},
        {"horizon": 10**9},
        {"as_of": "9999-99-99"},
    ):
        body = json.dumps({"report": {"bundled": "iran-leaves-syria"}, **change})
        said = client.post("/api/v1/assess", content=body, headers={"content-type": "application/json"})
        assert said.status_code == 422, change


def test_a_full_queue_pushes_back(client_with: Callable[..., TestClient]) -> None:
    out = client_with(max_waiting=2, max_waiting_each=9)
    ask = {"report": {"bundled": "iran-leaves-syria"}}
    said = [out.post("/api/v1/assess", json=ask) for _ in range(3)]
    assert [s.status_code for s in said] == [202, 202, 429]
    assert said[2].headers["retry-after"]
    each = client_with(max_waiting=9, max_waiting_each=2)
    assert each.post("/api/v1/assess", json=ask).status_code == 429
    assert client_with(max_members=10).post("/api/v1/assess", json={**ask, "members": 11}).status_code == 422


def test_errors_say_where_and_how_to_mend(client: TestClient) -> None:
    ask: dict[str, Any] = {
        "scenario": {"name": "levant-2024"},
        "arms": {"now": [], "x": ["iran-withdraw-personnel"]},
    }
    said = client.post("/api/v1/compare", json=ask)
    assert said.status_code == 422
    (problem,) = said.json()["problems"]
    assert problem["nearest"][0] == "iran-withdraws-personnel"
    assert problem["mend"].startswith("levers: ")
