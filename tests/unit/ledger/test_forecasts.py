"""Sealing, tampering, resolving, exporting."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from counterpoise.errors import InputError
from counterpoise.ledger import (
    Forecast,
    Ledger,
    export_ledger,
    list_forecasts,
    resolve,
    seal,
    verify_ledger,
)
from counterpoise.ledger.chain import GENESIS, Link, canonical, find_breaks, link_hash
from counterpoise.ledger.forecasts import check_forecast

Make = Callable[..., Forecast]
DAY = dt.date.fromisoformat


def tamper(ledger: Ledger, statement: str) -> None:
    """Change the past as somebody would who owns the database."""
    with ledger.engine.begin() as connection:
        if ledger.engine.dialect.name == "sqlite":
            for name in ("entry_no_update", "entry_no_delete"):
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("ALTER TABLE entry DISABLE TRIGGER ALL"))
        connection.execute(sa.text(statement))


def test_a_forecast_is_sealed_once_and_read_back(ledger: Ledger, outside: Make) -> None:
    first, again = seal(ledger, [outside()])[0], seal(ledger, [outside()])[0]
    assert (first.hash, first.new) == (again.hash, True) != (again.hash, again.new)
    assert again.new is False
    assert list_forecasts(ledger)[0].forecast == outside()
    assert first.sealed_at == "2026-01-10T12:00:00Z"


def test_the_hash_can_be_made_by_hand(local: Ledger, outside: Make) -> None:
    import hashlib

    sealed = seal(local, [outside(p=0.123456789)])[0]
    plain = {
        **outside(p=0.123457).model_dump(mode="json", by_alias=True),
        "sealed_at": "2026-01-10T12:00:00Z",
    }
    body = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(f"{GENESIS}\n{body}".encode()).hexdigest() == sealed.hash


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entry SET body = replace(body, '0.3', '0.9') WHERE seq = 2", "entry 2 was changed"),
        ("DELETE FROM entry WHERE seq = 2", "entry 2 is missing"),
        ("UPDATE entry SET kind = 'resolution' WHERE seq = 2", "entry 2 is stored as 'resolution'"),
        ("UPDATE entry SET seq = 9 WHERE seq = 3", "entry 3 is missing"),
    ],
)
def test_a_changed_past_is_seen(ledger: Ledger, outside: Make, statement: str, said: str) -> None:
    seal(ledger, [outside(f"q{i}") for i in range(3)])
    assert verify_ledger(ledger).whole
    tamper(ledger, statement)
    assert any(said in p for p in verify_ledger(ledger).problems)


def test_a_rewritten_chain_and_a_cut_end_are_seen_against_an_export(
    local: Ledger, outside: Make, tmp_path: Path
) -> None:
    seal(local, [outside(f"q{i}") for i in range(3)])
    kept = tmp_path / "kept.json"
    kept.write_text(export_ledger(local))
    assert verify_ledger(local, kept).whole
    tamper(local, "DELETE FROM entry WHERE seq = 3")
    assert verify_ledger(local).whole
    assert verify_ledger(local, kept).problems == ("1 entries of the export are no longer in the ledger",)
    with local.reading() as c:
        last = local.links(c)[1]
    body = last.body.replace("0.3", "0.9")
    new = link_hash(last.previous, body)
    with local.engine.begin() as connection:
        connection.execute(sa.text("UPDATE entry SET body=:b, hash=:h WHERE seq=2"), {"b": body, "h": new})
    assert verify_ledger(local).whole
    assert "entry 2 is not the one that was exported" in verify_ledger(local, kept).problems


def test_an_export_that_was_changed_is_refused(local: Ledger, outside: Make, tmp_path: Path) -> None:
    seal(local, [outside()])
    kept = tmp_path / "kept.json"
    kept.write_text(export_ledger(local).replace("0.3", "0.9"))
    with pytest.raises(InputError, match="the export itself was changed"):
        verify_ledger(local, kept)
    kept.write_text("{}")
    with pytest.raises(InputError, match="is no export of a ledger"):
        verify_ledger(local, kept)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.data())
def test_any_change_of_any_byte_breaks_the_chain(values: list[float], data: st.DataObject) -> None:
    links, previous = [], GENESIS
    for i, p in enumerate(values, 1):
        body = canonical({"schema": "counterpoise/forecast/1", "p": p})
        links.append(Link(i, "forecast", previous, link_hash(previous, body), body))
        previous = links[-1].hash
    assert find_breaks(links) == []
    k = data.draw(st.integers(0, len(links) - 1))
    at = data.draw(st.integers(0, len(links[k].body) - 1))
    body = links[k].body[:at] + chr(ord(links[k].body[at]) ^ 1) + links[k].body[at + 1 :]
    links[k] = links[k]._replace(body=body)
    assert find_breaks(links)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"rules": [{"outcome": o, "when": "said so"} for o in ("YES", "VOID", "NO")]},
            "what voids it is written first",
        ),
        ({"closes_on": "2026-01-01"}, "is not after made_on"),
        ({"p": 1.2}, "less than or equal to 1"),
        ({"interval_90": [0.9, 0.1]}, "runs backwards"),
        ({"origin": "model"}, "names its run"),
        ({"probability": 1}, "nearest: p"),
    ],
)
def test_what_cannot_be_sealed_is_said(outside: Make, changes: dict[str, Any], said: str) -> None:
    plain = {**outside().model_dump(mode="json", by_alias=True), **changes}
    with pytest.raises(InputError, match=said if "probability" not in changes else "xtra inputs"):
        check_forecast(plain, "f.json")


def test_resolved_by_the_rules(ledger: Ledger, outside: Make, clock: Any) -> None:
    sealed = seal(ledger, [outside()])[0]
    clock.to("2026-02-03")
    with pytest.raises(InputError, match="YES needs a day from 2026-01-01 to 2026-02-01"):
        resolve(ledger, sealed.hash, "YES", on=DAY("2026-02-02"), source="gauge")
    with pytest.raises(InputError, match="NO is not known before the closing day"):
        resolve(ledger, sealed.hash, "NO", on=DAY("2026-01-31"), source="gauge")
    with pytest.raises(InputError, match="in the future"):
        resolve(ledger, sealed.hash, "NO", on=DAY("2026-02-04"), source="gauge")
    with pytest.raises(InputError, match="choose VOID, YES or NO"):
        resolve(ledger, sealed.hash, "maybe", on=DAY("2026-02-01"), source="gauge")
    with pytest.raises(InputError, match="is empty"):
        resolve(ledger, sealed.hash, "NO", on=DAY("2026-02-01"), source=" ")
    done = resolve(ledger, sealed.hash[:8], "no", on=DAY("2026-02-01"), source="gauge")
    assert done.resolution is not None
    assert done.resolution.outcome == "NO"
    with pytest.raises(InputError, match="was resolved as NO"):
        resolve(ledger, "1", "YES", on=DAY("2026-01-20"), source="gauge")
    with pytest.raises(InputError, match="say why"):
        resolve(ledger, "1", "YES", on=DAY("2026-01-20"), source="gauge", correct=True)
    mended = resolve(ledger, "1", "YES", on=DAY("2026-01-20"), source="gauge", correct=True, note="misread")
    assert mended.resolution is not None
    assert mended.resolution.outcome == "YES"
    assert verify_ledger(ledger).n_entries == 3


def test_unknown_forecasts_are_told_apart(local: Ledger, outside: Make) -> None:
    sealed = seal(local, [outside()])[0]
    for name in ("2", sealed.hash[:5] + "g", "zz"):
        with pytest.raises(InputError, match="there is no such forecast"):
            resolve(local, name, "VOID", on=DAY("2026-01-10"), source="s")


def test_late_is_late(local: Ledger, outside: Make, clock: Any) -> None:
    clock.to("2026-02-02")
    assert seal(local, [outside()])[0].late
    clock.to("2026-01-20")
    early = seal(local, [outside("r:2")])[0]
    assert not early.late
    clock.to("2026-02-01")
    happened = resolve(local, early.hash, "YES", on=DAY("2026-01-19"), source="gauge")
    assert happened.late
    assert not dataclasses.replace(happened, sealed_at="2026-01-18T00:00:00Z").late
