"""From wording to a probability interval.

Every statement carries the cues in whose scope it stands. The strengths form a ladder, asserted >
evidential > possible > weakly possible > doubtful > unstated; a statement takes the lowest of its cues, two
`possible` cues stack to `possible_weak`, so adding a cue can only lower certainty. A negated statement has
the interval of its positive form, 1 - p. The intervals (``library/lexicons/hedges.yaml``) are wide on
purpose: readers of words differ.

Weakest assumption: scope is read off word order (a cue governs what follows it up to a clause break), not
off syntax. A doubtful scope therefore lowers certainty rather than raises it.

References
----------
Office of the Director of National Intelligence (2015). ICD 203, Analytic Standards. UK Professional Head of
Intelligence Assessment, probability yardstick. The bands here are those of the project's design notes and
are to be checked against both sources before they are quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from counterpoise.library import read_yaml
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import Hedge, Interval, Span, Strength

__all__ = ["Cue", "certainty", "combine", "cues_in", "hedge_of", "is_negated", "words_for"]

LADDER: Final[tuple[Strength, ...]] = (
    "asserted",
    "evidential",
    "possible",
    "possible_weak",
    "doubtful",
    "unstated",
)
_OUT_OF_REACH: Final = re.compile(r"[,:]\s+\w+ing\b|,\s*(?:and|which|as)\b|\bbecause\b")
#: "Reports of a retreat are false", "rumours that it left were dismissed", "… had done nothing of the kind".
_REPORT_OF: Final = re.compile(
    r"\W*(?:[^\s,;.]+\s+(?:[^\s,;.]+\s+){0,3}(?:said|says|insisted|stressed|added)\s+(?:that\s+)?)?(?:the\s+|these\s+|all\s+|media\s+|recent\s+)*(?:reports?|rumou?rs?|claims?|talk|suggestions?|news|stories|posts|allegations?)\b"
)
_UNTRUE: Final = re.compile(
    r"\b(?:is|are|was|were|been|as)\s+(?:\w+\s+)?[\"“'‘]?(?:false|untrue|baseless|fabricated|wrong|denied|dismissed|rejected|refuted|unfounded)\b"
)
_NO_SUCH: Final = re.compile(
    r"\bnothing\s+of\s+the\s+(?:kind|sort)\b|\bno\s+such\s+thing\b|\b(?:is|was)\s+not\s+true\b"
)
_CLAUSE_END: Final = re.compile(r"[,;:]|\b(?:which|while|as|because|if|by)\b")
#: Who says so, behind the statement, and how surely: "…, satellite images suggest".
_TAIL: Final = re.compile(
    r",\s+[^,;.]{2,60}\s(?P<cue>suggest(?:s|ed)?|indicat(?:e|es|ed)|claim(?:s|ed)?|alleg(?:e|es|ed)|believ(?:e|es|ed)|reckon(?:s|ed)?)\W*$"
    r"|,\s+[^,;.]{0,30}\bcritics\s+(?P<says>say|said)\W*$"
)
_REPORTED_WOULD: Final = re.compile(
    r"\b(?:said|says|announced|told|confirmed|pledged|promised)\b[^;,]*\bwould$"
)
_ICD203: Final = (
    ("almost no chance", 0.01, 0.05),
    ("very unlikely", 0.05, 0.20),
    ("unlikely", 0.20, 0.45),
    ("roughly even chance", 0.45, 0.55),
    ("likely", 0.55, 0.80),
    ("very likely", 0.80, 0.95),
    ("almost certain", 0.95, 0.99),
)
_PHIA: Final = (
    ("remote chance", 0.0, 0.05),
    ("highly unlikely", 0.10, 0.20),
    ("unlikely", 0.25, 0.35),
    ("realistic possibility", 0.40, 0.50),
    ("likely or probable", 0.55, 0.75),
    ("highly likely", 0.80, 0.90),
    ("almost certain", 0.95, 1.0),
)


@dataclass(frozen=True)
class Cue:
    """A word of certainty, at offsets within its sentence."""

    start: int
    end: int
    strength: Strength


@dataclass(frozen=True)
class _Lexicon:
    cues: tuple[tuple[Strength, re.Pattern[str]], ...]
    any_cue: re.Pattern[str]
    after: re.Pattern[str]
    negation: re.Pattern[str]
    soft: re.Pattern[str]
    hard: re.Pattern[str]
    p: dict[str, Interval | None]


@cache
def _lexicon() -> _Lexicon:
    raw: dict[str, Any] = read_yaml("lexicons/hedges.yaml")
    cues = tuple((s, re.compile(rf"\b(?:{raw['cues'][s]})")) for s in LADDER[1:])
    intervals: dict[str, Interval | None] = {
        s: (row["p"][0], row["p"][1]) if row["p"] else None for s, row in raw["strengths"].items()
    }
    return _Lexicon(
        cues,
        re.compile("|".join(rf"\b(?:{raw['cues'][s]})" for s in LADDER[1:])),
        re.compile(rf"\b(?:{raw['after']})\b"),
        re.compile(raw["negation"]),
        re.compile(raw["soft_break"]),
        re.compile(raw["hard_break"]),
        intervals,
    )


@lru_cache(maxsize=512)
def cues_in(text: str) -> tuple[Cue, ...]:
    """Return the cues of a lower-case text, in order; where two overlap, the longer one counts."""
    lexicon = _lexicon()
    if not lexicon.any_cue.search(text):
        return ()
    hits = [Cue(m.start(), m.end(), s) for s, pattern in lexicon.cues for m in pattern.finditer(text)]
    hits.sort(key=lambda c: (c.start, -c.end, -LADDER.index(c.strength)))
    kept: list[Cue] = []
    for cue in hits:
        if not kept or cue.start >= kept[-1].end:
            kept.append(cue)
    return tuple(kept)


@lru_cache(maxsize=512)
def _marks(text: str) -> tuple[tuple[re.Match[str], ...], tuple[int, ...], tuple[int, ...]]:
    """Return the negations of a text, and where its soft and hard breaks end."""
    lexicon = _lexicon()
    negations = tuple(lexicon.negation.finditer(text))
    soft = tuple(m.end() for m in lexicon.soft.finditer(text))
    return negations, soft, tuple(m.end() for m in lexicon.hard.finditer(text))


def combine(strengths: Iterable[Strength]) -> Strength:
    """Return the strength of a statement in the scope of several cues: the lowest; two `possible` stack."""
    all_ = list(strengths)
    if not all_:
        return "asserted"
    worst = max(all_, key=LADDER.index)
    return "possible_weak" if worst == "possible" and all_.count("possible") > 1 else worst


def certainty(hedge: Hedge) -> float:
    """Return how surely a statement or its negation is made: the far end of its interval, else 0."""
    if hedge.p is None:
        return 0.0
    return 1.0 - hedge.p[0] if hedge.strength == "negated" else hedge.p[1]


def is_negated(sentence: Sentence, at: int) -> bool:
    """Tell whether the statement at an offset stands under a negation."""
    if not sentence.may("negation"):
        return False
    begin = _hard_start(sentence, at)
    if _REPORT_OF.match(sentence.masked) and _UNTRUE.search(sentence.masked, at):
        return True
    if _NO_SUCH.search(sentence.masked, at):
        return True
    hits = [m for m in _marks(sentence.masked)[0] if m.start() >= begin and m.end() <= at]
    if not hits:
        return False
    if re.search(r"den[yi]|rul", hits[-1].group()):
        return True
    between = sentence.masked[hits[-1].end() : at]
    return len(between) < 60 and not _OUT_OF_REACH.search(between)


def _hard_start(sentence: Sentence, at: int) -> int:
    """Return where the statement that holds an offset begins."""
    ends = [end for end in _marks(sentence.masked)[2] if end <= at]
    return ends[-1] if ends else 0


def hedge_of(sentence: Sentence, start: int, end: int, *, negated: bool | None = None) -> Hedge:
    """Return the hedge of the statement whose head stands at ``start:end`` of a sentence.

    Parameters
    ----------
    sentence : Sentence
    start, end : int
        The stretch that a cue must precede, lie in, or directly follow.
    negated : bool, optional
        Whether the statement is negated; left out: looked up.
    """
    begin = _hard_start(sentence, start)
    softs = [end for end in _marks(sentence.masked)[1] if begin < end <= start]
    own_from = softs[-1] if softs else begin
    cues = []
    if sentence.may("cue"):
        cues = [c for c in cues_in(sentence.masked) if begin <= c.start and c.end <= max(end, start)]
    cues = [c for c in cues if not _REPORTED_WOULD.search(sentence.masked, 0, c.end)]
    own = [c for c in cues if c.start >= own_from] + _after(sentence, end)
    before = [c for c in cues if c.start < own_from and c.strength != "unstated"]
    strength = max(combine(c.strength for c in own), combine(c.strength for c in before), key=LADDER.index)
    tail = _TAIL.search(sentence.masked, end) if sentence.may("hedge.after") else None
    if tail and strength == "asserted":
        strength = "evidential"
        own = [*own, Cue(*tail.span("cue" if tail.group("cue") else "says"), "evidential")]
    if negated is None:
        negated = is_negated(sentence, start)
    return make_hedge(strength, negated, tuple(_span(sentence, c) for c in [*before, *own]))


def make_hedge(strength: Strength, negated: bool, cues: tuple[Span, ...]) -> Hedge:
    """Build a hedge with its interval and the terms of both wording standards that the interval touches."""
    return _made(strength, negated, cues) if cues else _plain(strength, negated)


@cache
def _plain(strength: Strength, negated: bool) -> Hedge:
    """Return a hedge without cues: there are a dozen, and most statements have one of them."""
    return _made(strength, negated, ())


def _made(strength: Strength, negated: bool, cues: tuple[Span, ...]) -> Hedge:
    p = _lexicon().p[strength]
    if negated and p is not None:
        p = (round(1 - p[1], 2), round(1 - p[0], 2))
    if negated and p is not None:
        strength = "negated"
    icd203, phia = _words_for(p)
    return Hedge(strength=strength, cues=cues, p=p, icd203=icd203, phia=phia)


def _after(sentence: Sentence, end: int) -> list[Cue]:
    """Return the cues that follow a statement in its own clause."""
    if not sentence.may("hedge.after"):
        return []
    rest = sentence.masked[end:]
    clause = _CLAUSE_END.split(rest, maxsplit=1)[0]
    spots = {m.start() for m in _lexicon().after.finditer(clause)}
    if not spots:
        return []
    return [
        Cue(end + c.start, end + c.end, c.strength)
        for c in cues_in(clause)
        if any(c.start <= s < c.end for s in spots)
    ]


def _span(sentence: Sentence, cue: Cue) -> Span:
    return sentence.span(cue.start, cue.end)


@lru_cache(maxsize=64)
def _words_for(p: Interval | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return words_for(p)


def words_for(p: Interval | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ICD 203 and the PHIA terms whose bands an interval touches with more than an end point."""
    if p is None:
        return (), ()
    low, high = p
    icd203 = tuple(name for name, a, b in _ICD203 if low < b - 1e-9 and high > a + 1e-9)
    phia = tuple(name for name, a, b in _PHIA if low < b - 1e-9 and high > a + 1e-9)
    return icd203, phia
