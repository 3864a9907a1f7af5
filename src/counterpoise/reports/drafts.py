"""What the rules hand on before repeats are merged, and how a verb's surroundings set realis and tense."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import EventType, Hedge, Mode, Quad, Realis, Span, SupportKind, Tense
from counterpoise.reports.hedges import is_negated

__all__ = ["QUAD", "EventDraft", "realis_of", "tense_of"]

QUAD: Final[dict[EventType, Quad]] = {
    "AGREE": "VERBAL_COOPERATION",
    "CONSULT": "VERBAL_COOPERATION",
    "SUPPORT": "VERBAL_COOPERATION",
    "CONCEDE": "VERBAL_COOPERATION",
    "COOPERATE": "MATERIAL_COOPERATION",
    "AID": "MATERIAL_COOPERATION",
    "RETREAT": "MATERIAL_COOPERATION",
    "REQUEST": "VERBAL_CONFLICT",
    "ACCUSE": "VERBAL_CONFLICT",
    "REJECT": "VERBAL_CONFLICT",
    "THREATEN": "VERBAL_CONFLICT",
    "PROTEST": "MATERIAL_CONFLICT",
    "SANCTION": "MATERIAL_CONFLICT",
    "MOBILIZE": "MATERIAL_CONFLICT",
    "COERCE": "MATERIAL_CONFLICT",
    "ASSAULT": "MATERIAL_CONFLICT",
}


@dataclass
class EventDraft:
    """One mention of an event."""

    type: EventType
    mode: Mode | None
    trigger: Span
    realis: Realis
    tense: Tense
    hedge: Hedge
    method: str
    support: float
    actors: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    location: list[str] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    kinds: set[SupportKind] = field(default_factory=set)
    family: str = "other"
    anaphor: bool = False
    date: str | None = None
    holder: str | None = None


#: A speech act around the event.
Speech = Literal["refused", "requested", "threatened"]

_CLAUSE: Final = re.compile(r"[;:]|,\s*(?:but|while|as|and)\b|\bbut\b|\bas\b|\bafter\b|\bbecause\b")
_BEGUN: Final = re.compile(
    r"\b(?:is|are|was|were|been|began|begun|started|starts)(?: \w+ly| also| already| now)?\s*$"
)
_REFUSE: Final = re.compile(
    r"\b(?:refus\w+|(?<!be )(?<!not )(?<!be\u00a0)rul(?:e|es|ed|ing) out|declin(?:e|es|ed) to|reject\w*|vow\w* not"
    r"|decid\w+ against|refrain\w* from)\b[^.;]{0,60}$"
    r"|\b(?:will|'ll) (?:not|never) (?:\w+ )?$"
)
_REQUEST: Final = re.compile(
    r"\b(?:urg(?:e|es|ed|ing)|call(?:s|ed|ing)? (?:on|for|upon)|demand\w*"
    r"|ask(?:s|ed|ing)?|appeal\w*|press(?:es|ed|ing)?"
    r"|pressure[ds]? (?:on|to)?|told|insist\w*|pleads?|pleaded|must|should|ought)\b[^.;]{0,80}$"
)
_THREAT: Final = re.compile(r"\b(?:threat(?:en\w*|s?)|warn\w*)\b[^.;]{0,80}$")
_FUTURE: Final = re.compile(
    r"(?:\bwill(?: (?:soon|also|begin to|begin|start to|start))?|'ll"
    r"|\b(?:un)?likely to|\b(?:certain|sure|bound) to|\bplans?(?: to)?(?: for)?|planned|planning(?: to)?|intend\w*"
    r"|announc\w+|agree[ds]? to|promis\w+|pledg\w+|prepar\w+|\bset to"
    r"|expected to|scheduled|decided|vow\w*|due to|going to"
    r"|about to|order\w*|deadline|timetable|\bto begin|\bto start|poised"
    r"|ready to|willing to|approv\w+|decision to|committed to"
    r"|offer(?:s|ed)? to|upcoming|forthcoming|imminent|impending|would|\bmay|could|might)\b[^.;]{0,50}$"
)
_UNLESS: Final = re.compile(r"\bunless\b")
_LASTING: Final = re.compile(r"\b(?:has|have) been (?:\w+ )?$|\bsince\b")
_WAS_DOING: Final = re.compile(r"\b(?:was|were|had been) (?:\w+ )?$")
_IS_DOING: Final = re.compile(r"\b(?:is|are|begins|starts) (?:\w+ )?(?:to )?$")
#: "Should America walk away, …": a condition without ``if``.
_SHOULD: Final = re.compile(r"\W*(?:should|were)\s")
#: "French soldiers to leave in January": a headline's future.
_HEADLINE: Final = re.compile(
    r"(?:[^.;:]{0,60}:\s*)?(?:the\s+|all\s+|last\s+)?[\ue000-\ue001]+(?:\s+(?:troops|forces|soldiers|army|advisers|contingent))?\s+to\s+$"
)
_IS_TO: Final = re.compile(r"\b(?:is|are)\s+to\s+$")
_SAID: Final = re.compile(
    r"\b(?:said|says|announced|told|confirmed|pledged|promised)\b[^;]*\bwould\b[^.;]{0,30}$"
)
_IF: Final = re.compile(
    r"\b(?:if|unless|were to|should it|consider\w*|weigh\w*|mull\w*"
    r"|debat\w+|whether|hypothetical|discuss\w*|option of|talks? (?:about|on|over)|negotiat\w+|prospect of|possibility of"
    r"|fear\w*|(?:risk|threat|danger) of|in the event of|would)\b[^.;]{0,60}$"
)
_DONE: Final = re.compile(
    r"\b(?:has|have|had|having|began|begun|begins|beginning|started"
    r"|starts|is|are|was|were|been|completed?|complet\w+)\b"
    r"(?: (?:(?!(?:un)?likely\b)\w+ly|also|already|now|just|been|begun|started|quietly|since|to))*\s*(?:to\s+|the\s+|its\s+)?$"
)


def realis_of(sentence: Sentence, at: int, verb: str) -> Realis | Speech:
    """Return how real the event at an offset is; ``refused``, ``requested``, ``threatened`` name a speech act
    around it.
    """
    if not sentence.may("mood", "negation") and sentence.masked[max(0, at - 3) : at] != "to ":
        return "actual"
    clause = _CLAUSE.split(sentence.masked[max(0, at - 110) : at])[-1]
    spoken = _spoken(sentence, at, clause)
    if spoken is not None:
        return spoken
    done = bool(_DONE.search(clause))
    if not done:
        if _REQUEST.search(clause):
            return "requested"
        if _THREAT.search(clause):
            return "threatened"
    if _UNLESS.search(sentence.masked, at) and _FUTURE.search(clause):
        return "threatened"
    if verb.endswith("ing") and _BEGUN.search(clause):
        return "actual"
    return _ahead(sentence, at, clause, done)


def _spoken(sentence: Sentence, at: int, clause: str) -> Realis | Speech | None:
    """Return the realis of what is refused, put as a condition, or denied."""
    if _REFUSE.search(clause) and "den" not in clause:
        return "refused"
    if _SHOULD.match(sentence.masked):
        return "hypothetical"
    return "negated" if is_negated(sentence, at) else None


def _ahead(sentence: Sentence, at: int, clause: str, done: bool) -> Realis:
    """Return whether something lies ahead, is only thought of, or happens."""
    if _IS_TO.search(clause) or _HEADLINE.match(sentence.masked[:at]):
        return "future"
    if not done and _SAID.search(clause):
        return "future"
    if _IF.search(clause):
        return "hypothetical"
    return "future" if not done and _FUTURE.search(clause) else "actual"


def tense_of(sentence: Sentence, at: int, verb: str, realis: str) -> Tense:
    """Return the tense of a verb from its form and the auxiliary before it."""
    if realis in ("future", "threatened", "requested"):
        return "future"
    before = sentence.masked[max(0, at - 30) : at]
    if _LASTING.search(before):
        return "past_to_present"
    if verb.endswith("ing"):
        return "past" if _WAS_DOING.search(before) else "ongoing"
    if _IS_DOING.search(before):
        return "ongoing"
    if verb.endswith(("ed", "ew", "wn", "lled", "ft", "lew", "ent", "ought", "ok", "en", "ell")):
        return "past"
    return "ongoing" if verb.endswith("s") else "unknown"
