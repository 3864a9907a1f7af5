"""The queue: nothing lost, nothing half, nothing twice. Tokens: only the hash is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from counterpoise.errors import InputError
from counterpoise.ledger import Ledger
from counterpoise.ledger.runs import MAX_ATTEMPTS, Artefact, QueueFull, Runs
from counterpoise.ledger.tokens import check_token, is_good, list_tokens, make_token, revoke_token

FILE = Artefact("assessment.json", "application/json", b"{}")


def test_a_run_goes_its_way(ledger: Ledger) -> None:
    runs = Runs(ledger)
    made = runs.submit("assess", {"seed": 1}, name="first")
    assert (made.state, made.request) == ("queued", {"seed": 1})
    claimed = runs.claim("w1")
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.attempts) == (made.id, "running", 1)
    assert runs.claim("w2") is None
    assert runs.tell(made.id, "w1", "read", 1, 4)
    assert runs.finish(made.id, "w1", "done", files=[FILE])
    assert runs.get(made.id).files == ("assessment.json",)
    assert runs.file(made.id, "assessment.json").data == b"{}"
    assert runs.count() == {"done": 1}


def test_oldest_first_and_no_more_than_may_wait(ledger: Ledger, clock: Any) -> None:
    runs = Runs(ledger)
    ids = []
    for minute in range(3):
        clock.now = dt.datetime(2026, 1, 1, 0, minute, tzinfo=dt.UTC)
        ids.append(runs.submit("assess", {}, most_waiting=3).id)
    with pytest.raises(QueueFull, match="3 runs wait already"):
        runs.submit("assess", {}, most_waiting=3)
    assert [r.id for r in (runs.claim("w"), runs.claim("w")) if r] == ids[:2]


def test_a_dead_workers_run_is_taken_up_again_and_it_cannot_finish_it(ledger: Ledger) -> None:
    runs = Runs(ledger)
    made = runs.submit("assess", {})
    runs.claim("dead")
    runs.abandon("dead")
    again = runs.claim("alive")
    assert again is not None
    assert (again.id, again.attempts) == (made.id, 2)
    assert not runs.tell(made.id, "dead", "late", 1, 1)
    assert not runs.finish(made.id, "dead", "done", files=[FILE])
    assert runs.get(made.id).files == ()
    assert runs.finish(made.id, "alive", "done", files=[FILE])


def test_a_run_that_kills_its_workers_is_given_up(ledger: Ledger) -> None:
    runs = Runs(ledger)
    made = runs.submit("assess", {})
    for _ in range(MAX_ATTEMPTS):
        assert runs.claim("w") is not None
        runs.abandon("w")
    assert runs.claim("w") is None
    found = runs.get(made.id)
    assert found.state == "failed"
    assert found.error is not None
    assert "its worker died" in found.error["problems"][0]["what"]


def test_a_server_that_goes_is_not_the_runs_fault(local: Ledger) -> None:
    runs = Runs(local)
    made = runs.submit("assess", {})
    for _ in range(MAX_ATTEMPTS + 2):
        assert runs.claim("w") is not None
        runs.abandon("w", blame=False)
        runs.abandon("w", blame=False)
    assert runs.get(made.id).attempts == 0


def test_cancelled(ledger: Ledger) -> None:
    runs = Runs(ledger)
    waiting, running = runs.submit("assess", {}), None
    assert runs.cancel(waiting.id).state == "cancelled"
    running = runs.submit("assess", {})
    runs.claim("w")
    assert runs.cancel(running.id).cancel
    assert not runs.tell(running.id, "w", "more", 1, 2)
    assert runs.finish(running.id, "w", "cancelled")
    assert runs.cancel(running.id).state == "cancelled"


def test_removed_only_when_ended(ledger: Ledger) -> None:
    runs = Runs(ledger)
    made = runs.submit("assess", {})
    with pytest.raises(InputError, match="cancel it first"):
        runs.remove(made.id)
    runs.claim("w")
    runs.finish(made.id, "w", "done", files=[FILE])
    assert runs.rename(made.id, "kept").name == "kept"
    runs.remove(made.id)
    with pytest.raises(InputError, match="there is no such run"):
        runs.get(made.id)
    with pytest.raises(InputError, match="has no file"):
        runs.file(made.id, "assessment.json")


def test_tokens(ledger: Ledger, clock: Any) -> None:
    secret, made = make_token(ledger, "reader", ["read", "run"], days=2)
    found = check_token(ledger, secret)
    assert found is not None
    assert (found.id, found.scopes) == (made.id, ("read", "run"))
    assert check_token(ledger, secret + "x") is None
    assert is_good(ledger, made.id)
    with ledger.reading() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM token").all())
    assert secret not in rows
    assert secret[3:] not in rows
    revoke_token(ledger, made.id)
    assert check_token(ledger, secret) is None
    assert not is_good(ledger, made.id)
    assert list_tokens(ledger)[0].revoked_at is not None
    other, _ = make_token(ledger, "short", ["read"], days=1)
    clock.now += dt.timedelta(days=1, seconds=1)
    assert check_token(ledger, other) is None


@pytest.mark.parametrize(
    ("name", "scopes", "days", "said"),
    [
        ("", ["read"], 1, "token name"),
        ("a", ["reed"], 1, "nearest: read"),
        ("a", [], 1, "expected a scope"),
        ("a", ["read"], 900, "1 to 366 days"),
    ],
)
def test_tokens_that_are_refused(local: Ledger, name: str, scopes: list[str], days: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        make_token(local, name, scopes, days)
    with pytest.raises(InputError, match="there is no such token"):
        revoke_token(local, "none")
