"""Any text is read or refused, in good order: a minute here, an hour under ``make soak``."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterpoise.errors import CounterpoiseError
from counterpoise.reports import Coding, coding_page, coding_summary, read_report
from counterpoise.reports.align import align
from counterpoise.reports.many import feed_items

WORDS = st.sampled_from([
    "Iran", "Russia's", "Syrian rebels", "the regime", "Hezbollah", "Damascus", "Iran-backed",
    "Bashar al-Assad", "Turkish police", "UN", "withdrew", "withdraws", "withdrawing its troops",
    "pulled out of", "sent", "cut off aid to", "from", "to", "in", "by", "and", ",", "not",
    "denied that", "could", "may", "is said to", "if", "unless", "will", "must", "urged", "to",
    "which could weaken", "its influence", "in the region", "balance of power", "corridor",
    "partnership with", "since 2011", "on 6 December 2024", "“", "”", "\"", "'", "(", ")", "?", ".",
    "!", ":", ";", "\n", "\n\n", "- ", "# ", "**", "\u200b", "\u202e", "н", "о", "\u0336", "\ue000",
    "\ue001", "🙂", "Mr. X", "General Y Z", "1,000", "$5 million", "SATIRE:", "Source: x.example",
    "Published: 1 May 2024", "<b>", "&lt;", "{", "}",
    "a" * 50,
])  # fmt: skip
TEXTS = st.one_of(
    st.lists(WORDS, max_size=60).map(" ".join),
    st.lists(WORDS, max_size=40).map("".join),
    st.text(max_size=400),
    st.binary(max_size=300),
)
MINUTE = float(os.environ.get("COUNTERPOISE_FUZZ_SECONDS", "60"))


def check(text: str | bytes, day: dt.date | None = None) -> None:
    """Read a text; what comes back is grounded, bounded and the same each time."""
    try:
        coding = read_report("fuzz", text=text, published=day)
    except CounterpoiseError:
        return
    assert coding == read_report("fuzz", text=text, published=day)
    assert Coding.model_validate_json(coding.to_json()).to_json() == coding.to_json()
    quoted(coding.to_dict(), coding.document.text)
    known = {e.id for e in coding.entities}
    for e in coding.events:
        assert set(e.actors) | set(e.recipients) <= known
        assert e.date is None or e.date[:4] in coding.document.text
    for c in coding.claims:
        assert c.hedge.p is None or 0.0 <= c.hedge.p[0] <= c.hedge.p[1] <= 1.0
        assert set(c.cause) <= {x.id for x in (*coding.events, *coding.claims, *coding.relations)}
    coding_summary(coding)
    assert "<script" not in coding_page(coding)


def quoted(data: Any, text: str) -> None:
    if isinstance(data, dict):
        if "quote" in data and "start" in data:
            assert text[data["start"] : data["end"]] == data["quote"]
        for v in data.values():
            quoted(v, text)
    elif isinstance(data, list):
        for v in data:
            quoted(v, text)


def fuzz(seconds: float) -> int:
    """Read new texts until the time is over and return how many."""
    end, done = time.monotonic() + seconds, 0

    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(TEXTS, st.sampled_from([None, dt.date(2024, 12, 6)]))
    def once(text: str | bytes, day: dt.date | None) -> None:
        check(text, day)

    while time.monotonic() < end:
        once()
        done += 250
    return done


def test_any_text_for_a_while() -> None:
    assert fuzz(MINUTE) >= 250


@pytest.mark.soak
def test_any_text_for_an_hour() -> None:
    print(f"\n{fuzz(float(os.environ.get('COUNTERPOISE_SOAK_SECONDS', '3600')))} texts read or refused")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_as_a_feed(data: bytes) -> None:
    with contextlib.suppress(CounterpoiseError):
        list(feed_items("f.xml", b"<rss><channel>" + data))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_quote_is_found_in_the_text_or_not_at_all(text: str, quote: str) -> None:
    found = align(text, quote)
    assert found is None or 0 <= found[0] < found[1] <= len(text)
