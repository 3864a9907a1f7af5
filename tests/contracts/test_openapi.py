"""schemathesis on the API's own description: whatever it allows, and much that it does not, is answered without a fault."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from counterpoise.ledger import open_ledger
from counterpoise.ledger.runs import Artefact, Runs
from counterpoise.web import Settings, create_app

with warnings.catch_warnings():
    # What it imports warns of its own future.
    warnings.simplefilter("ignore")
    import schemathesis

#: Slow by nature, or answered by a process of its own; test_web_face.py has them.
LEFT_OUT = ["/api/v1/preview"]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The application, whose queue is full, so that no request waits for a run."""
    ledger = open_ledger(tmp_path_factory.mktemp("api") / "ledger.sqlite")
    runs = Runs(ledger)
    made = runs.submit("assess", {})
    runs.claim("w")
    runs.finish(made.id, "w", "done", files=[Artefact("assessment.json", "application/json", b"{}")])
    app = create_app(
        Settings(
            workers=0, desk=False, hosts=("testserver", "localhost"), max_waiting=0, requests_per_minute=10**9
        ),
        ledger,
    )
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def operations(described: Any) -> list[Any]:
    """Return the operations of the description but those left out."""
    found = [result.ok() for result in described.get_all_operations()]
    return [o for o in found if o.path not in LEFT_OUT]


@pytest.mark.filterwarnings("ignore")
def test_no_request_is_a_fault(described: Any) -> None:
    """Its own plugin of pytest is of no use here, so each operation is driven by hypothesis by hand."""
    answered = 0
    for operation in operations(described):

        @given(case=operation.as_strategy())
        @settings(
            max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
            derandomize=True, database=None,
        )  # fmt: skip
        def holds(case: Any) -> None:
            nonlocal answered
            case.call_and_validate(checks=[schemathesis.checks.not_a_server_error])
            answered += 1

        holds()
    assert answered > 100


def test_the_description_has_every_route(described: Any) -> None:
    paths = set(described.raw_schema["paths"])
    assert {
        "/api/v1/assess",
        "/api/v1/read",
        "/api/v1/simulate",
        "/api/v1/compare",
        "/api/v1/scenarios",
    } <= paths
    assert {"/api/v1/runs", "/api/v1/runs/{run_id}/events", "/api/v1/forecasts"} <= paths
