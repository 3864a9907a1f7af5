"""Typing any sentence of political news by PLOVER, beside the rules that the model uses.

The event words of a sentence (`triggers`) are ranked (`choosing`); the best is the sentence's event, others
follow only where they stand in a clause of their own. Parties come from `arguments`. These events show the
reader what else happens; they are context and never move a lever of the model.

References
----------
Open Event Data Alliance, PLOVER: the type names. Definitions and event words here are our own.
"""

from __future__ import annotations

import re
from typing import Final

from counterpoise.reports.actors import Mention
from counterpoise.reports.arguments import parties_of
from counterpoise.reports.choosing import Ranked, ranked_hits
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import Realis
from counterpoise.reports.drafts import EventDraft, realis_of, tense_of
from counterpoise.reports.hedges import hedge_of
from counterpoise.reports.triggers import event_type

__all__ = ["METHOD", "find_other"]

METHOD: Final = "plover.trigger"
#: A further event of a sentence needs this score and a clause of its own.
SECOND_FROM: Final = 0.6
#: The sentence's own event needs this score.
FIRST_FROM: Final = 0.4
_CLAUSE: Final = re.compile(r"[;:]|,\s+(?:and|but|while|[a-z]+ing)\b|\b(?:after|while|but|and\s+[a-z]+ing)\b")
_REALIS: Final[dict[str, Realis]] = {
    "actual": "actual",
    "future": "future",
    "hypothetical": "hypothetical",
    "negated": "negated",
}


def find_other(
    sentence: Sentence, last_subject: list[Mention], taken: list[tuple[int, int]]
) -> tuple[list[EventDraft], list[EventDraft]]:
    """Return the sentence's own event by event words, if no other rule has it, and its further events.

    Parameters
    ----------
    sentence : Sentence
    last_subject : list of Mention
        Whom a pronoun without an antecedent here stands for.
    taken : list of (int, int)
        Stretches of the sentence that the rules for support and fighting have coded.
    """
    ranked = ranked_hits(sentence.masked)
    if not ranked or not sentence.mentions:
        return [], []
    kept: list[Ranked] = []
    for r in ranked:
        if r.score < FIRST_FROM:
            break
        if kept and (r.score < SECOND_FROM or r.subordinate or any(not _apart(sentence, r, k) for k in kept)):
            continue
        kept.append(r)
        if len(kept) == 3:
            break
    own: list[EventDraft] = []
    more: list[EventDraft] = []
    for k, r in enumerate(kept):
        if not any(a <= r.hit.start < b for a, b in taken):
            draft = _draft(sentence, r, last_subject, first=k == 0)
            if draft.actors or draft.recipients:
                (more if k else own).append(draft)
    return own, more


def _apart(sentence: Sentence, a: Ranked, b: Ranked) -> bool:
    """Tell whether two hits stand in different clauses."""
    lo, hi = min(a.hit.start, b.hit.start), max(a.hit.end, b.hit.end)
    return a.hit.type != b.hit.type and bool(_CLAUSE.search(sentence.masked, lo, hi))


def _draft(sentence: Sentence, r: Ranked, last_subject: list[Mention], *, first: bool) -> EventDraft:
    """Build an event out of a ranked hit."""
    hit = r.hit
    parties = parties_of(sentence, hit, last_subject)
    verb = sentence.masked[hit.start : hit.end]
    raw = realis_of(sentence, hit.start, verb)
    realis: Realis = "future" if hit.type == "AGREE" and r.inner else _REALIS.get(raw, "hypothetical")
    if hit.type in ("REQUEST", "REJECT", "THREATEN") and raw != "negated":
        realis = "actual"
    return EventDraft(
        event_type(hit.type),
        hit.mode,
        sentence.span(hit.start, hit.end),
        realis,
        tense_of(sentence, hit.start, verb, raw),
        hedge_of(sentence, hit.start, hit.end),
        METHOD,
        round(min(0.95, max(0.3, 0.45 + 0.5 * r.score - 0.3 * (not first))), 2),
        list(parties.sources),
        list(parties.targets),
        family="other",
    )
