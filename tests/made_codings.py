"""Codings built by hand, for scenarios of invented actors that the reader's lexicon does not know."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from counterpoise.reports import Coding
from counterpoise.reports.coding import (
    Claim,
    ClaimObject,
    Document,
    Entity,
    Event,
    Hedge,
    Query,
    Source,
    Span,
)

TEXT = (
    "Betania is withdrawing its advisers from Alfania. Rebels of the Northern Front took Oasis. "
    "The retreat could cut the Guard off from its arms. Cetania has sent more aircraft."
)


def span(quote: str, text: str = TEXT) -> Span:
    """The span of a quotation."""
    start = text.index(quote)
    return Span.of(text, text[:start].count(". "), start, start + len(quote))


def event(id_: str = "E1", quote: str = "withdrawing its advisers", **changes: Any) -> Event:
    """An event; without changes Betania's withdrawal of advisers from Alfania."""
    text = changes.pop("text", TEXT)
    fields: dict[str, Any] = {
        "id": id_, "type": "RETREAT", "mode": "withdraw", "quad": "MATERIAL_COOPERATION", "actors": ("XBB",),
        "recipients": ("XAA",), "support_kinds": ("advisers",), "triggers": (span(quote, text),), "realis": "actual",
        "tense": "ongoing", "hedge": Hedge(strength="asserted", p=(0.9, 1.0)), "credibility": 3, "method": "made",
        "support": 0.9, "usable": True,
    }  # fmt: skip
    return Event(**{**fields, **changes})


def attack(id_: str = "E2", quote: str = "took Oasis", **changes: Any) -> Event:
    """An event; without changes the Northern Front attacks the government of Alfania."""
    fields = {
        "type": "ASSAULT", "mode": None, "quad": "MATERIAL_CONFLICT", "actors": ("REB",), "recipients": ("XAA",),
        "support_kinds": (),
    }  # fmt: skip
    return event(id_, quote, **{**fields, **changes})


def claim(
    id_: str = "C1",
    measure: str | None = "influence",
    target: str | tuple[str, ...] = "XBB",
    expect: str = "-",
    *,
    hedge: tuple[float, float] | None = (0.2, 0.55),
    horizon_days: int | None = None,
    attribute: str = "influence",
    quote: str = "could cut the Guard off",
    **changes: Any,
) -> Claim:
    """A claim with a model query, or without one where the measure is None."""
    query = None
    if measure is not None:
        query = Query(shock="E1", measure=measure, target=target, expect=expect, horizon_days=horizon_days)
    how = {"+": "increase", "-": "decrease", "nonzero": "change", "0": "none", "low": "low", "high": "high"}
    fields: dict[str, Any] = {
        "id": id_, "kind": "predictive", "object": ClaimObject(actor=("XBB",), attribute=attribute),
        "direction": how[expect], "evidence": span(quote), "model_query": query,
        "no_query_reason": None if query else "an evaluation",
        "hedge": Hedge(strength="possible", p=hedge), "credibility": 6, "method": "made", "support": 0.9, "usable": True,
    }  # fmt: skip
    return Claim(**{**fields, **changes})


def entity(id_: str, name: str, type_: str = "country", **changes: Any) -> Entity:
    """Somebody whom the text names."""
    return Entity(id=id_, name=name, type=type_, mentions=(span("Betania"),), **changes)


def coding(
    events: Sequence[Event] = (),
    claims: Sequence[Claim] = (),
    entities: Sequence[Entity] = (),
    published: dt.date | None = None,
    text: str = TEXT,
) -> Coding:
    """A coding of these statements."""
    document = Document(
        sha256=hashlib.sha256(text.encode()).hexdigest(), name="made", published=published, n_chars=len(text),
        n_sentences=4, subject="conflict", text=text,
    )  # fmt: skip
    source = Source(publisher="The Invented Herald", primary=True, reliability="C")
    return Coding(
        document=document,
        source=source,
        entities=tuple(entities),
        events=tuple(events),
        claims=tuple(claims),
    )
