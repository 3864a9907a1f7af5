"""Which of a sentence's event words is its event: clause, part of speech and embedding decide.

Each hit starts from the weight of its rule and loses for standing in a subordinate clause, behind a
preposition, as an infinitive, or late in the sentence. A word of intention becomes AGREE or THREATEN by what
is intended, and what is intended loses. The numbers below are few and rounded on purpose: they were set by
reasoning about sentences and checked by cross-validation, not searched.

Weakest assumption: clause borders are read off words and commas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from counterpoise.reports.triggers import Hit, hits_in

__all__ = ["Ranked", "ranked_hits"]

CONFLICT: Final = frozenset(("COERCE", "ASSAULT", "SANCTION", "PROTEST", "MOBILIZE", "THREATEN"))
SPEECH: Final = frozenset(("REQUEST", "REJECT", "THREATEN", "ACCUSE", "AGREE"))

NOUN_COST: Final = 0.15
SUBORDINATE_COST: Final = 0.40
INFINITIVE_COST: Final = 0.25
GERUND_COST: Final = 0.25
GOVERNED_COST: Final = 0.20
PARTICIPLE_COST: Final = 0.35
SCOPE_COST: Final = 0.20
EMBEDDED_COST: Final = 0.35
BARE_COST: Final = 0.30
LOST_COST: Final = 0.60
LATE_COST: Final = 0.25
SPEECH_GAIN: Final = 0.05

_SUBORDINATOR: Final = re.compile(
    r"\b(?:after|because|since|as|when|while|following|if|unless|despite|amid|until|till|before|who|whom|which"
    r"|where|whose|although|though|whereas|once|in\s+response\s+to|in\s+retaliation\s+for|suspected\s+of"
    r"|(?<=[a-z\ue000-\ue003])\s+that\s+(?:was|were|has|had|is|are|would|will|could)|aimed\s+at|designed\s+to|intended\s+to)\b"
)
_CONTENT: Final = re.compile(r"\b(?:said|says|announced|say|added|reported)\s+(?:\w+\s+)?$")
_BEFORE_TO: Final = re.compile(r"\bto\s+(?:\w+ly\s+)?$")
_GERUND_OF: Final = re.compile(
    r"\b(?:of|for|from|by|in|at|with|without|about|against|on|over|before|after|into)\s+(?:\w+ly\s+)?$"
)
_GOVERNED: Final = re.compile(
    r"\b(?:of|for|from|by|in|at|with|without|about|against|on|over|to|during|under|through|between|into|near|like)\s+"
    r"(?:(?:the|an?|its|their|his|any|all|some|new|recent|last|[\ue000-\ue003]+(?:'s)?|[a-z]+-?[a-z]+)\s+){0,3}$"
)
_SCOPE_END: Final = re.compile(r"[;:]|\bbut\b|,\s+and\s+(?:has|have|had|was|were|is|are|\w+ed)\b")
_BREAK: Final = re.compile(
    r"[;:]|,\s|\bbut\b|\bwhile\b|\bafter\b|\bbecause\b|\bif\b|\bunless\b|\bwhich\b|\bwho\b"
)
_ATTRIBUTIVE: Final = re.compile(
    r"(?:\b(?:the|an?|its|their|his|these|those|some|several)|[\ue000-\ue001]'s)\s+$"
)
_UNLESS: Final = re.compile(r"\bunless\b")
#: What stands before a noun and not before a verb of the same form: an article, a preposition, an adjective.
_NOMINAL: Final = re.compile(
    rf"{_ATTRIBUTIVE.pattern}|\b(?:of|for|with|without|amid|despite|more|military|financial|political|public|full|[a-z]{{3,}}(?:al|ic|ive|ian))"
    r"\s+$|\ue001\s+$"
)
_LOST: Final = re.compile(
    r"\b(?:collapse|loss|lack|need|absence|decline|erosion|possibility|prospect|risk|fear)s?\s+of\s+(?:[^\s.;,]+\s+){0,2}$"
)
#: Words of the future that say little by themselves.
_BARE: Final = frozenset(("will", "would", "shall", "'ll", "hope", "expect", "want", "wish"))
_VERB_NEXT: Final = re.compile(r"\s+(?:\w+ly\s+|also\s+|soon\s+|again\s+)?(?!be\b|have\b|not\b)[a-z]{3,}\b")
_FINITE_BE: Final = re.compile(r"\b(?:is|are|was|were|be|been|being|has|have|had|will|would)\s+(?:\w+\s+)?$")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with its score; ``inner`` is what a word of intention or speech governs."""

    hit: Hit
    score: float
    inner: Hit | None = None
    subordinate: bool = False


def ranked_hits(masked: str) -> list[Ranked]:
    """Return a sentence's event hits, most fitting first."""
    hits = hits_in(masked)
    if not hits:
        return []
    dark = _dark(masked)
    found: list[Ranked] = []
    for i, hit in enumerate(hits):
        before = masked[max(0, hit.start - 60) : hit.start]
        subordinate = any(a < hit.start < b for a, b in dark)
        score = hit.weight - LATE_COST * hit.start / max(80, len(masked))
        score -= SUBORDINATE_COST * subordinate + _form_cost(masked, hit, before)
        inner = _inner(masked, hits, i) if hit.lemma in ("must", "should") else None
        if hit.type == "INTENT":
            inner = _inner(masked, hits, i)
            bare = hit.lemma in _BARE
            if inner is None and bare and not _VERB_NEXT.match(masked, hit.end):
                continue
            threat = (inner and inner.type in CONFLICT) or _UNLESS.search(masked, hit.end)
            hit = replace(hit, type="THREATEN" if threat else "AGREE")
            score -= 0.0 if inner else BARE_COST if bare and not threat else 0.1
        score += SPEECH_GAIN * (hit.type in SPEECH)
        found.append(Ranked(hit, score, inner, subordinate))
    found = _embed(found, masked)
    found.sort(key=lambda r: (-r.score, r.hit.start))
    return found


def _embed(found: list[Ranked], masked: str) -> list[Ranked]:
    """Lower what a word of intention or speech governs: its deed much, the rest of its clause a little."""
    deeds = {r.inner.start for r in found if r.inner is not None}
    heads = [r.hit for r in found if r.hit.type in SPEECH and not r.subordinate]
    spans = [(r.hit.end, r.hit.reach) for r in found if r.hit.part == "v" and r.hit.reach > r.hit.end]
    out: list[Ranked] = []
    for r in found:
        cost = EMBEDDED_COST if r.hit.start in deeds else 0.0
        if not cost and any(a <= r.hit.start < b for a, b in spans):
            cost = SCOPE_COST
        if not cost and any(
            h.start < r.hit.start and not _SCOPE_END.search(masked, h.end, r.hit.start) for h in heads
        ):
            cost = SCOPE_COST
        out.append(replace(r, score=r.score - cost) if cost else r)
    return out


def _form_cost(masked: str, hit: Hit, before: str) -> float:
    """Return what the word's form takes off: noun, infinitive, gerund, or behind a preposition."""
    if hit.part != "v":
        cost = NOUN_COST if hit.part == "n" else 0.0
        return cost + (GOVERNED_COST if hit.part == "n" and _GOVERNED.search(before) else 0.0)
    word = masked[hit.start : hit.end]
    if _LOST.search(before):
        return LOST_COST
    if word in (hit.lemma, hit.lemma + "s", hit.lemma + "es") and _NOMINAL.search(before):
        return NOUN_COST + (GOVERNED_COST if _GOVERNED.search(before) else 0.0)
    if _BEFORE_TO.search(before):
        return INFINITIVE_COST
    if word.endswith("ing"):
        if _FINITE_BE.search(before):
            return 0.0
        return GERUND_COST if _GERUND_OF.search(before) else 0.12
    if _ATTRIBUTIVE.search(before):
        return PARTICIPLE_COST + (GOVERNED_COST if _GOVERNED.search(before) else 0.0)
    return 0.0


def _dark(masked: str) -> list[tuple[int, int]]:
    """Return the stretches of subordinate clauses."""
    found: list[tuple[int, int]] = []
    for m in _SUBORDINATOR.finditer(masked):
        opening = not masked[: m.start()].strip(" `\"'")
        enclosed = masked[: m.start()].rstrip().endswith(",")
        end = masked.find(", ", m.end()) if opening or enclosed else -1
        found.append((m.start(), end if end > 0 else len(masked)))
    return found


def _inner(masked: str, hits: list[Hit], i: int) -> Hit | None:
    """Return the deed that a word of intention governs: the next event word in its clause."""
    own = hits[i]
    for other in hits[i + 1 :]:
        if other.start <= own.start or other.type == "INTENT":
            continue
        gap = masked[own.end : other.start]
        if (
            len(gap) > 70
            or _BREAK.search(gap)
            or (own.lemma in ("will", "would", "shall", "'ll") and len(gap.split()) > 2)
        ):
            return None
        if other.part == "v" and _ATTRIBUTIVE.search(gap):
            continue
        if other.part == "n" and not re.search(r"\b(?:an?|the|of|more|its|further|new)\b", gap):
            continue
        return other
    return None
