"""The rules of wording, as a test that every brief must pass.

1. A likelihood term and a word of confidence never stand in one sentence (ICD 203, D.6.e(2)(b): the one is
about the event, the other about the evidence). 2. Every likelihood term has a number beside it. 3. No bare
"could", "may" or "might" in our own sentences; "could not" (a past inability) is no estimate.

Quotations, code and link targets are other people's words and are left out. The linter knows words, not
meaning: a sentence that hedges without such a word passes.
"""

from __future__ import annotations

import re
from typing import Final

from counterpoise.errors import CounterpoiseError

__all__ = ["WordingFault", "lint_brief"]

_LIKELIHOOD: Final = re.compile(
    r"\b(almost no chance|remote chance|(?:very |highly )?unlikely|(?:highly )?improbabl[ey]|"
    r"roughly even (?:chance|odds)|realistic possibility|(?:very |highly |more |most )?likel(?:y|iest|ier)|"
    r"(?:highly )?probabl[ey]|(?:almost|nearly) certain(?:ly)?)\b",
    re.IGNORECASE,
)
_CONFIDENCE: Final = re.compile(r"\bconfiden(?:t|tly|ce)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?:\d[\d.,]*|under 1|over 99)[\s\u00a0]?%")
_MODAL: Final = re.compile(r"\b(could(?! not\b)|may|might)\b")
_MODAL_START: Final = re.compile(r"^(?:Could|May|Might)\b(?! \d)")
_QUOTED: Final = re.compile(r"“[^”]*”|`[^`]*`|\]\([^)]*\)|<!--.*?-->", re.DOTALL)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])|\n+")
_NEAR: Final = 80


class WordingFault(CounterpoiseError):
    """The brief breaks its own rules of wording: always a fault of the program."""


def lint_brief(text: str) -> list[str]:
    """Return what breaks the rules of wording, one message each; an empty list is a clean brief.

    Parameters
    ----------
    text : str
        Plain text or Markdown. A line is never joined with the next: one paragraph, item or table row a line.
    """
    own = _QUOTED.sub("“”", text)
    found = []
    for sentence in _SENTENCE_END.split(own):
        found += _check(sentence.strip(" |-*#"))
    return found


def _check(sentence: str) -> list[str]:
    """Return the faults of one sentence."""
    found = []
    terms = list(_LIKELIHOOD.finditer(sentence))
    shown = sentence if len(sentence) <= 160 else sentence[:157] + "..."
    if terms and _CONFIDENCE.search(sentence):
        found.append(f"likelihood '{terms[0].group()}' and confidence in one sentence: {shown}")
    found += [
        f"likelihood '{t.group()}' without a number beside it: {shown}"
        for t in terms
        if not _NUMBER.search(sentence[max(0, t.start() - _NEAR) : t.end() + _NEAR])
    ]
    modal = _MODAL.search(sentence) or _MODAL_START.search(sentence)
    if modal:
        found.append(f"bare '{modal.group().lower()}' in our own words: {shown}")
    return found
