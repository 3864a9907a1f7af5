"""The gate: who may do what, and what is refused before anything is done."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from counterpoise.errors import InputError
from counterpoise.ledger import Ledger
from counterpoise.ledger.tokens import make_token, revoke_token
from counterpoise.web import Settings
from counterpoise.web.guard import Guard, Rates, depth_of, passed_on

With = Callable[..., TestClient]
ASK = {"report": {"bundled": "iran-leaves-syria"}}


def test_every_answer_has_the_headers(client: TestClient) -> None:
    for path in ("/health", "/api/v1/version", "/api/v1/none", "/api/v1/runs/none"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == ("no-referrer" if path.startswith("/api/") else "same-origin")
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:8643"]
)
def test_a_name_that_leads_here_from_elsewhere_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/version", headers={"host": host}).status_code == 421


def test_names_that_are_ours(client_with: With) -> None:
    for host in ("localhost:1", "127.0.0.1:8643", "[::1]:8643"):
        assert client_with().get("/health", headers={"host": host}).status_code == 200
    assert (
        client_with(hosts=("desk.example",)).get("/health", headers={"host": "Desk.example"}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_cannot_have_anything_done(
    client: TestClient, headers: dict[str, str]
) -> None:
    assert client.post("/api/v1/read", json=ASK, headers=headers).status_code == 403
    with pytest.raises(Exception), client.websocket_connect("/x", headers=headers):  # noqa: B017
        pass


def test_a_form_of_another_site_cannot_be_json(client: TestClient) -> None:
    said = client.post("/api/v1/read", content=json.dumps(ASK), headers={"content-type": "text/plain"})
    assert said.status_code == 415


def test_own_page_passes(client: TestClient) -> None:
    assert client.post("/api/v1/read", json=ASK, headers={"origin": "http://localhost"}).status_code == 200


def test_tokens_are_needed_beyond_loopback(client_with: With, ledger: Ledger) -> None:
    out = client_with(host="0.0.0.0", hosts=("localhost",))
    assert out.get("/health").status_code == 200
    assert out.get("/api/v1/runs").status_code == 401
    assert out.get("/metrics").status_code == 401
    assert out.get("/", follow_redirects=False).headers["location"] == "/login"
    secret, made = make_token(ledger, "reader", ["read"])
    bearer = {"authorization": f"Bearer {secret}"}
    assert out.get("/api/v1/runs", headers=bearer).status_code == 200
    assert out.post("/api/v1/read", json=ASK, headers=bearer).status_code == 403
    assert out.post("/api/v1/forecasts", json={"run": "0" * 16}, headers=bearer).status_code == 403
    revoke_token(ledger, made.id)
    fresh = client_with(host="0.0.0.0", hosts=("localhost",))
    assert fresh.get("/api/v1/runs", headers=bearer).status_code == 401


def test_each_scope_opens_its_own(client_with: With, ledger: Ledger) -> None:
    out = client_with(tokens=True)
    run = {"authorization": f"Bearer {make_token(ledger, 'r', ['run'])[0]}"}
    seal = {"authorization": f"Bearer {make_token(ledger, 's', ['seal'])[0]}"}
    assert out.post("/api/v1/read", json=ASK, headers=run).status_code == 200
    assert out.get("/api/v1/runs", headers=run).status_code == 403
    assert out.post("/api/v1/forecasts", json={"run": "0" * 16}, headers=seal).status_code == 404
    assert out.post("/api/v1/read", json=ASK, headers=seal).status_code == 403


def test_the_cookie_of_the_log_in_is_out_of_reach(client_with: With, ledger: Ledger) -> None:
    out = client_with(tokens=True)
    assert out.get("/login").status_code == 200
    wrong = out.post("/login", data={"token": "<script>alert(1)</script>"})
    assert wrong.status_code == 401
    assert "<script" not in wrong.text
    secret, _ = make_token(ledger, "desk", ["read", "run"])
    said = out.post("/login", data={"token": secret}, follow_redirects=False)
    cookie = said.headers["set-cookie"].lower()
    assert said.status_code == 303
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert out.get("/api/v1/runs").status_code == 200


def test_guessing_tokens_is_stopped(client_with: With) -> None:
    out = client_with(tokens=True)
    said = [
        out.get("/api/v1/runs", headers={"authorization": f"Bearer cp_{i}"}).status_code for i in range(14)
    ]
    assert said[:10] == [401] * 10
    assert said[-1] == 429


def test_guessing_by_the_log_in_is_stopped(client_with: With) -> None:
    out = client_with(tokens=True)
    said = [out.post("/login", data={"token": f"cp_{i}"}).status_code for i in range(14)]
    assert said[-1] == 429


def test_tokens_cannot_be_switched_off_beyond_loopback() -> None:
    with pytest.raises(InputError, match="so tokens are needed"):
        Settings(host="0.0.0.0", tokens=False)


def test_too_often_is_refused(client_with: With) -> None:
    out = client_with(requests_per_minute=5)
    said = [out.get("/health").status_code for _ in range(8)]
    assert said.count(429) >= 2
    assert out.get("/health").headers["retry-after"] == "10"


def test_rates_refill_and_forget() -> None:
    rates = Rates(60, most_clients=2)
    assert all(rates.allow("a", 0.0) for _ in range(60))
    assert not rates.allow("a", 0.0)
    assert rates.allow("a", 1.0)
    rates.allow("b", 1.0)
    rates.allow("c", 1.0)
    assert list(rates.buckets) == ["b", "c"]


def test_huge_bodies_are_refused(client_with: With) -> None:
    out = client_with(max_body=1_000)
    assert (
        out.post(
            "/api/v1/read", content=b"x" * 1_001, headers={"content-type": "application/json"}
        ).status_code
        == 413
    )
    chunks = (b"x" * 400 for _ in range(4))
    assert (
        out.post("/api/v1/read", content=chunks, headers={"content-type": "application/json"}).status_code
        == 413
    )
    said = out.post("/api/v1/read", json=ASK, headers={"content-length": "-5"})
    assert said.status_code == 413
    assert out.post("/api/v1/read", json=ASK, headers={"content-encoding": "gzip"}).status_code == 415


def test_slow_bodies_are_refused(ledger: Ledger) -> None:
    async def never(*_: Any) -> Any:
        raise AssertionError("the application was reached")

    guard = Guard(never, Settings(body_seconds=0.05), ledger)
    sent: list[Any] = []

    async def slow() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/v1/read", "client": ("127.0.0.1", 1),
             "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")]}  # fmt: skip
    # A thread of its own: a browser test of the same worker may have left this one with a running loop.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(guard(scope, slow, send))).result()
    assert sent[0]["status"] == 408


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        (b'{"a": [1, {"b": 2}]}', 3),
        (b'{"a": "[[[[{{{{", "b": "\\"[["}', 1),
        (b"", 0),
        (b"]]][", 0),
        (b"[" * 9, 9),
    ],
)
def test_depth(body: bytes, depth: int) -> None:
    assert depth_of(body) == depth


def test_deep_json_is_refused(client: TestClient) -> None:
    body = b'{"report":' * 20_000
    said = client.post("/api/v1/read", content=body, headers={"content-type": "application/json"})
    assert said.status_code == 422
    assert "nested deeper" in said.text


def test_the_audit_log_names_who_and_what_and_no_secret(
    client_with: With, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    out = client_with(tokens=True)
    secret, made = make_token(ledger, "reader", ["read", "run"])
    with caplog.at_level(logging.INFO, "counterpoise.audit"):
        out.get("/api/v1/runs?limit=7&secret=hunter2", headers={"authorization": f"Bearer {secret}"})
        out.post(
            "/api/v1/read",
            json={"report": {"text": "hunter2"}},
            headers={"authorization": f"Bearer {secret}"},
        )
        out.get("/api/v1/runs", headers={"authorization": "Bearer hunter2"})
    data = [r.data for r in caplog.records if r.name == "counterpoise.audit"]  # type: ignore[attr-defined]
    assert [(d["token"], d["status"]) for d in data] == [(made.id, 200), (made.id, 200), (None, 401)]
    assert "hunter2" not in json.dumps(data)
    assert secret not in json.dumps(data)


def test_a_proxy_is_trusted_only_on_request(client_with: With) -> None:
    forwarded = {"x-forwarded-for": "10.0.0.9"}
    plain = client_with(requests_per_minute=2)
    trusting = client_with(requests_per_minute=2, proxy=True)
    for out, expected in ((plain, 429), (trusting, 200)):
        for _ in range(3):
            out.get("/health")
        assert out.get("/health", headers=forwarded).status_code == expected


def test_metrics_count_by_pattern(client: TestClient) -> None:
    client.get("/api/v1/runs/" + "0" * 16)
    text = client.get("/metrics").text
    assert 'route="/api/v1/runs/{run_id}"' in text
    assert "0" * 16 not in text
    assert "counterpoise_runs" in text
    assert client.get("/health/ready").json() == {"status": "ready"}


def test_a_page_knows_of_no_prefix_and_is_not_compressed() -> None:
    sent = [(b"X-Forwarded-Prefix", b"/evil"), (b"accept-encoding", b"gzip"), (b"host", b"localhost")]
    assert passed_on({"path": "/runs", "headers": sent}) == [(b"host", b"localhost")]
    assert passed_on({"path": "/api/v1/runs", "headers": sent}) == sent[1:]
    assert passed_on({"path": "/_nicegui/x.js", "headers": sent}) == sent[1:]
