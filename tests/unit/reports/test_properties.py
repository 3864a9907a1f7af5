"""What holds for every text: grounding, same bytes, no statement surer than its words."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise import library
from counterpoise.errors import InputError
from counterpoise.reports import Coding, Span, coding_json_schema, read_report
from counterpoise.reports.coding import Event, Hedge
from counterpoise.reports.document import load
from counterpoise.reports.hedges import LADDER, certainty, combine, hedge_of, make_hedge, words_for
from counterpoise.reports.reader import _sentences
from counterpoise.reports.schema import coding_json_schema_text

BUNDLED = library.path("reports/iran-leaves-syria.txt")

VOCABULARY = """
Iran Syria Russia Hezbollah Assad rebels the The a withdraws withdrawal of from its troops personnel
could may weaken influence position collapse and , . ; in region Hama captured not denied will
unlikely is are has been Israel ' " - balance of power Tehran’s supply route to without if which
while this move İ ß 2024 ( ) : years
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n", "\n\n"])
TEXTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join) | st.text(max_size=120)


def spans(node: object) -> Iterator[Span]:
    """Yield every span anywhere in a model."""
    if isinstance(node, Span):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from spans(item)
    elif hasattr(type(node), "model_fields"):
        for name in type(node).model_fields:
            yield from spans(getattr(node, name))


def check(coding: Coding) -> None:
    text = coding.document.text
    for span in spans(coding):
        assert text[span.start : span.end] == span.quote
        assert span.quote
    known = {e.id for e in coding.entities}
    for event in coding.events:
        assert {*event.actors, *event.recipients, *event.location} <= known
    for relation in coding.relations:
        assert {*relation.from_, *relation.to, *relation.via} <= known
    for claim in coding.claims:
        assert (claim.model_query is None) != (claim.no_query_reason is None)
    jsonschema.validate(coding.to_dict(), coding_json_schema())


def test_the_bundled_report_is_grounded_and_meets_the_schema() -> None:
    coding = read_report(BUNDLED)
    check(coding)
    assert len(list(spans(coding))) > 60


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        coding = read_report("fuzz", text=text)
    except InputError:
        return
    check(coding)


def test_same_text_same_bytes() -> None:
    assert read_report(BUNDLED).to_json() == read_report(BUNDLED).to_json()


def test_round_trip() -> None:
    coding = read_report(BUNDLED)
    again = Coding.model_validate_json(coding.to_json())
    assert again.to_json() == coding.to_json()
    assert again.document.text == ""


def test_frozen_and_closed() -> None:
    event = read_report("r", text="Russia withdrew its troops from Mali.").events[0]
    with pytest.raises(ValueError, match="frozen"):
        event.type = "AID"
    with pytest.raises(ValueError, match="Extra inputs"):
        Event.model_validate({**event.model_dump(), "surprise": 1})


def test_shipped_schema_is_current() -> None:
    shipped = library.read_text("schemas/coding-1.json")
    assert shipped == coding_json_schema_text(), "run counterpoise.reports.schema.write_coding_schema()"
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


@given(st.lists(st.sampled_from(LADDER[1:]), max_size=5), st.sampled_from(LADDER[1:]))
def test_one_more_cue_never_raises_certainty(cues: list[str], more: str) -> None:
    for negated in (False, True):
        before = make_hedge(combine(cues), negated, ())
        after = make_hedge(combine([*cues, more]), negated, ())
        assert certainty(after) <= certainty(before) + 1e-9


CUES = [
    "reportedly",
    "possibly",
    "perhaps",
    "probably",
    "allegedly",
    "conceivably",
    "potentially",
    "apparently",
]
FRAMES = [
    "{} the retreat {} could weaken {} Iran's influence in the region.",
    "{} Iran's influence {} is {} collapsing.",
    "{} this move {} indicates a {} collapse of Iranian influence, which {} alters the balance of power.",
    "{} the withdrawal will not {} weaken {} Israel's position.",
    "{} rebels {} captured {} Hama, and {} Iran withdrew its troops from Syria.",
]
LEAD = "Iran is withdrawing its troops from Syria as rebels in Syria advance on Homs. "


def hedges(text: str) -> dict[object, Hedge]:
    coding = read_report("r", text=LEAD + text)
    found: dict[object, Hedge] = {}
    for claim in coding.claims:
        found[claim.object.actor, claim.object.attribute, claim.direction] = claim.hedge
    for event in coding.events:
        if any(t.sent > 0 for t in event.triggers) and event.mode == "seize":
            found[event.type, event.place] = event.hedge
    return found


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(FRAMES),
    st.lists(st.sampled_from(["", *CUES]), min_size=4, max_size=4),
    st.integers(0, 3),
    st.sampled_from(CUES),
)
def test_a_cue_in_the_text_never_raises_certainty(frame: str, cues: list[str], at: int, more: str) -> None:
    slots = frame.count("{}")
    plain = [*cues[:slots], *[""] * slots][:slots]
    plain[at % slots] = ""
    hedged = list(plain)
    hedged[at % slots] = more
    before = hedges(" ".join(frame.format(*plain).split()))
    after = hedges(" ".join(frame.format(*hedged).split()))
    for key, hedge in after.items():
        if key in before:
            assert certainty(hedge) <= certainty(before[key]) + 1e-9, (before[key], hedge)


def test_hedge_ladder_as_in_the_design() -> None:
    interval = {s: make_hedge(s, False, ()).p for s in LADDER}
    assert interval == {
        "asserted": (0.9, 1.0),
        "evidential": (0.55, 0.8),
        "possible": (0.2, 0.55),
        "possible_weak": (0.05, 0.45),
        "doubtful": (0.05, 0.3),
        "unstated": None,
    }
    assert make_hedge("asserted", True, ()).p == (0.0, 0.1)
    assert combine(["possible", "possible"]) == "possible_weak"
    assert combine([]) == "asserted"


def test_words_of_estimative_probability() -> None:
    assert words_for((0.55, 0.80)) == (("likely",), ("likely or probable",))
    assert words_for((0.20, 0.55))[0] == ("unlikely", "roughly even chance")
    assert words_for(None) == ((), ())


def test_scope_stops_at_a_new_statement() -> None:
    text = "Iran may have left Syria; the rebels hold Hama."
    loaded = load("r", text, None)
    sentence = _sentences(loaded)[0][0]
    at = text.index("hold")
    assert hedge_of(sentence, at, at + 4).strength == "asserted"
