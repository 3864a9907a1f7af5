"""Two whole reports: the bundled example, and one that lies beside the project and is not part of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from counterpoise import library
from counterpoise.reports import Coding, coding_summary, read_report

SHARED = Path(__file__).resolve().parents[4] / "shared" / "reports" / "iran-syria-brief.txt"
BUNDLED = library.path("reports/iran-leaves-syria.txt")


@pytest.fixture(scope="module")
def bundled() -> Coding:
    return read_report(BUNDLED)


@pytest.fixture(scope="module")
def shared() -> Coding:
    if not SHARED.exists():
        pytest.skip("the report in ../shared is not here; it is somebody's text and not part of the project")
    return read_report(SHARED)


def claim_rows(coding: Coding) -> set[tuple[tuple[str, ...], str, str]]:
    return {(c.object.actor, c.object.attribute, c.direction) for c in coding.claims}


def strengths(coding: Coding) -> dict[tuple[tuple[str, ...], str], str]:
    return {
        (c.object.actor, c.object.attribute): c.hedge.strength
        for c in coding.claims
        if c.direction != "enable"
    }


def test_bundled_head(bundled: Coding) -> None:
    assert bundled.document.published == dt.date(2024, 12, 6)
    assert bundled.document.published_from == "text"
    assert bundled.source.publisher == "Counterpoise project"
    assert 350 <= len(bundled.document.text.split()) <= 450


def test_bundled_withdrawal(bundled: Coding) -> None:
    moves = [e for e in bundled.events if e.support_change == "withdrawal"]
    assert len(moves) == 1
    event = moves[0]
    assert (event.type, event.mode, event.actors, event.recipients) == (
        "RETREAT",
        "withdraw",
        ("IRN",),
        ("SYR",),
    )
    assert {"advisers", "diplomatic"} <= set(event.support_kinds)
    assert (event.realis, event.hedge.strength, event.usable) == ("actual", "asserted", True)
    assert {"The pullout", "The departure", "the retreat", "The move"} <= {t.quote for t in event.triggers}


def test_bundled_fighting(bundled: Coding) -> None:
    taken = {e.place for e in bundled.events if e.mode == "seize"}
    assert {("Hama",), ("Aleppo",)} <= taken
    assert ("Homs",) in {e.place for e in bundled.events if e.type == "ASSAULT" and e.mode is None}


def test_bundled_relations(bundled: Coding) -> None:
    rows = {(r.type, r.from_, r.to, r.via) for r in bundled.relations}
    assert ("patron_of", ("IRN",), ("SYR",), ()) in rows
    assert ("conduit_for", ("IRN",), ("HEZ",), ("SYR",)) in rows


def test_bundled_claims(bundled: Coding) -> None:
    found = strengths(bundled)
    assert found[(("IRN",), "influence")] == "evidential"
    assert found[(("SYR-GOV",), "regime_stability")] == "possible"
    assert found[(("ISR",), "position")] == "evidential"
    assert found[(("ARAB",), "influence")] == "possible"
    assert found[(("TUR",), "influence")] == "evidential"
    assert found[(("SYR-REB",), "operational_space")] == "possible"
    assert found[(("RUS",), "influence")] == "possible"
    assert found[(("HEZ",), "conduit_capacity")].startswith("possible")
    assert found[(("AXIS",), "strength")].startswith("possible")


def test_every_asked_claim_names_the_withdrawal(bundled: Coding) -> None:
    event = next(e for e in bundled.events if e.support_change == "withdrawal")
    shocks = {c.model_query.shock for c in bundled.claims if c.model_query}
    assert event.id in shocks
    assert shocks <= {e.id for e in bundled.events}


def test_shared_withdrawal(shared: Coding) -> None:
    moves = [e for e in shared.events if e.support_change == "withdrawal"]
    assert len(moves) == 1
    event = moves[0]
    assert (event.type, event.actors, event.recipients, event.location) == (
        "RETREAT",
        ("IRN",),
        ("SYR",),
        ("SYR",),
    )
    assert {"troops", "advisers", "diplomatic"} <= set(event.support_kinds)
    assert (event.realis, event.tense, event.hedge.strength) == ("actual", "ongoing", "asserted")
    assert len(event.triggers) >= 5
    assert any(t.quote.lower() == "this retreat" for t in event.triggers)
    assert any(t.quote.lower() == "this move" for t in event.triggers)


def test_shared_rebels(shared: Coding) -> None:
    fights = [e for e in shared.events if e.type == "ASSAULT"]
    assert ("SYR-REB",) in {e.actors for e in fights}
    assert all(e.recipients == ("SYR-GOV",) for e in fights)


def test_shared_relations(shared: Coding) -> None:
    rows = {(r.type, r.from_, r.to): r for r in shared.relations}
    patron = rows["patron_of", ("IRN",), ("SYR",)]
    assert patron.status == "ending"
    assert "decade" in str(patron.duration)
    assert ("bases_in", ("IRN",), ("SYR",)) in rows
    assert ("arms_transfers_to", ("IRN",), ("IRN-ALLIES",)) in rows
    conduit = rows["conduit_for", ("IRN",), ("HEZ",)]
    assert (conduit.via, conduit.holder) == (("SYR",), "IRN")
    assert rows["leads", ("IRN",), ("AXIS",)].status == "weakening"


def test_shared_claims(shared: Coding) -> None:
    assert {
        (("IRN",), "influence", "decrease"),
        ((), "balance_of_power", "change"),
        (("ISR",), "position", "increase"),
        (("ARAB",), "position", "increase"),
        (("SYR-REB",), "operational_space", "increase"),
        (("AXIS",), "strength", "decrease"),
        (("IRN",), "involvement", "decrease"),
        (("IRN", "SYR-GOV"), "support", "decrease"),
        (("IRN",), "strategy", "unknown"),
    } <= claim_rows(shared)


def test_shared_hedges(shared: Coding) -> None:
    found = strengths(shared)
    assert found[(("IRN",), "influence")] == "possible"
    assert found[((), "balance_of_power")] == "possible"
    assert found[(("ISR",), "position")] == "possible"
    assert found[(("SYR-REB",), "operational_space")] == "possible"
    assert found[(("IRN",), "involvement")] == "evidential"
    assert found[(("IRN", "SYR-GOV"), "support")] == "possible"
    assert found[(("IRN",), "strategy")] == "unstated"


def test_shared_horizon_and_open_question(shared: Coding) -> None:
    balance = next(c for c in shared.claims if c.object.attribute == "balance_of_power")
    assert balance.model_query is not None
    assert balance.model_query.horizon_days == 1825
    open_ = next(c for c in shared.claims if c.kind == "open_question")
    assert open_.model_query is None
    assert open_.no_query_reason


def test_shared_source(shared: Coding) -> None:
    assert shared.source.publisher == "www.nytimes.com"
    assert shared.source.reliability == "C"
    assert shared.document.published is None
    assert {e.credibility for e in shared.events} == {3}


def test_summary_is_readable(bundled: Coding) -> None:
    text = coding_summary(bundled)
    for word in (
        "Actors (",
        "Events (",
        "Relations (",
        "Claims (",
        "RETREAT/withdraw: Iran → Syria",
        "“The pullout”",
    ):
        assert word in text
    assert "asks the model: conduit_capacity of IRN, HEZ -" in text
    assert all(len(line) < 200 for line in text.splitlines())


def test_no_sentence_of_the_shared_report_is_in_the_bundled_one(bundled: Coding, shared: Coding) -> None:
    words = bundled.document.text.lower().split()
    theirs = " ".join(shared.document.text.lower().split())
    assert not [w for i in range(len(words) - 6) if (w := " ".join(words[i : i + 7])) in theirs]
