"""Cutting into sentences: every character accounted for, abbreviations whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise.reports.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One ended. Two began.", ["One ended.", "Two began."]),
        ("The U.S. troops left. The U.N. stayed.", ["The U.S. troops left.", "The U.N. stayed."]),
        (
            "Gen. Aidid left on Dec. 6 by road. He came back.",
            ["Gen. Aidid left on Dec. 6 by road.", "He came back."],
        ),
        ("They left the U.S. The talks failed.", ["They left the U.S.", "The talks failed."]),
        ('He said: "We go." They went.', ['He said: "We go."', "They went."]),
        ("A title\n\nA text that\nwraps over lines.", ["A title", "A text that\nwraps over lines."]),
        ("It cost 4.5 million. So what?", ["It cost 4.5 million.", "So what?"]),
        ("Ends here.\nSource: a paper", ["Ends here.", "Source: a paper"]),
    ],
)
def test_split(text: str, pieces: list[str]) -> None:
    assert [text[a:b] for a, b in split_sentences(text)] == pieces


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aB .!?\n\"”'1U.S", max_size=80))
def test_nothing_is_lost_and_nothing_overlaps(text: str) -> None:
    spans = split_sentences(text)
    joined = "".join(text[a:b] for a, b in spans)
    assert "".join(joined.split()) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
