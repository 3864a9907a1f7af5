"""No text may cost more than in proportion to its length: every rule over lines that were made to hurt it."""

from __future__ import annotations

import time

import pytest

from counterpoise.reports import document, read_report
from counterpoise.reports.actors import find_mentions
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.reading import cleaned
from counterpoise.reports.sentences import split_sentences
from counterpoise.reports.triggers import hits_in

#: Pieces that, repeated, invite a pattern to look back and forth.
PIECES = {
    "names and commas": "Iran, Russia, ",
    "names and ands": "Iran and Russia and ",
    "verbs": "withdraw pull send cut ",
    "withdraw the": "withdraw the ",
    "from the from the": "from the of the in the ",
    "possessives": "Iran's Russia's ",
    "blanks": " \t ",
    "hyphens": "Iran-backed-led-",
    "commas": ",,,, ",
    "quotes": "\"'“”‘’ ",
    "stops": ". . . ",
    "capitals": "Al Bin Von The Of ",
    "single capitals": "A B C D ",
    "numbers": "1,000 2.000 3 ",
    "brackets": "[x](y) ",
    "stars": "**_** ",
    "open brackets": "[[[[((((",
    "hedges": "could may might possibly ",
    "negations": "not no never denied ",
    "regions": "influence in the region, which could ",
    "and its": "and its allies and their ",
    "that which who": "that which who, which ",
    "said": "Iran said that Russia said that ",
    "zero-width": "n\u200bo\u200bt ",
    "letters": "a" * 40 + " ",
    "one long word": "withdraw" * 5,
    "dates": "15 February 1989, in May 2024, ",
    "supports": "support for the support of the ",
    "bases": "bases in bases in the ",
    "by": "by the by the by ",
    "marks": "(the) {a} <b> & ; : ",
}


@pytest.fixture(autouse=True)
def _any_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """These lines are hardly English; it is the rules that are timed."""
    monkeypatch.setattr(document, "_check_english", lambda name, text: None)


def seconds(text: str) -> float:
    best = 1e9
    for _ in range(2):
        start = time.process_time()
        read_report("r", text=text)
        best = min(best, time.process_time() - start)
    return best


def line(piece: str, n: int) -> str:
    """A line of about ``n`` characters that opens like English and ends like a move."""
    body = piece * (n // len(piece))
    return (
        f"The army of the government said that it was in the war. Iran {body} withdrew its troops from Syria"
    )


@pytest.mark.parametrize("name", PIECES)
def test_time_grows_no_faster_than_the_text(name: str) -> None:
    read_report("warm", text=line(PIECES[name], 500))
    small, large = 4_000, 32_000
    a, b = seconds(line(PIECES[name], small)), seconds(line(PIECES[name], large))
    # Eight times the text: linear is 8, quadratic 64. The rest is room for a busy machine.
    assert b < 25 * a + 0.5, f"{name}: {a:.3f} s for {small}, {b:.3f} s for {large}"


@pytest.mark.parametrize("name", PIECES)
def test_one_sentence_is_bounded(name: str) -> None:
    text = line(PIECES[name], 1_900).replace(". ", " ")
    start = time.process_time()
    sentence = Sentence(text, 0, 0, len(text), tuple(find_mentions(text)))
    hits_in(sentence.masked)
    cleaned(text, markdown=True)
    split_sentences(text)
    assert time.process_time() - start < 2.0
