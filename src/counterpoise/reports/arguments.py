"""Who does it and to whom: the parties of an event word.

A party is a named actor with, where the text says so, its sector: ``Turkish police`` is ``TUR-COP``,
``students in Nepal`` ``NPL-EDU``. The source of a verb is its subject, of a passive its ``by``-phrase, of a
noun its possessor; the target is the object, the ``to``- or ``against``-phrase, or what the passive's
subject is. A generic party (``demonstrators``) takes the country of the place beside it, else that of the
other side: at home is where people protest and are arrested.

Weakest assumption: position stands for syntax; a target two clauses away is missed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from counterpoise.library import read_yaml
from counterpoise.reports.actors import Mention
from counterpoise.reports.clauses import ADJ, ANY, MODIFIER, NOUN, PLACE, Sentence, conjuncts, subjects
from counterpoise.reports.gates import WORD, bit, word_bits
from counterpoise.reports.lexicon import actor
from counterpoise.reports.triggers import Hit

__all__ = ["Parties", "parties_of"]

_SECTORS: Final[dict[str, str]] = read_yaml("lexicons/sectors.yaml")
_HEAD: Final = re.compile("|".join(rf"(?P<{k}>\b(?:{v})\b)" for k, v in _SECTORS.items()))
_AFTER: Final = re.compile(rf"(?:'s?)?\s+(?:[a-z][a-z-]*\s+){{0,3}}?(?:{_HEAD.pattern})")
_PLACED: Final = re.compile(
    rf"\s+(?:\w+\s+){{0,2}}?(?:in|from|of|inside|throughout|across)\s+(?:[a-z-]+\s+){{0,4}}?(?P<loc>{ANY})"
)
_PASSIVE: Final = re.compile(
    r"\b(?:is|are|was|were|been|being|be|gets?|got)\s+(?:\w+ly\s+|also\s+|not\s+|reportedly\s+)?$"
)
_BY: Final = re.compile(rf"\bby\s+(?:(?:the|an?|its|their)\s+)?(?:[a-z-]+\s+){{0,4}}?(?P<by>{ANY})")
_SPOKE: Final = re.compile(
    r"'?(?:s)?(?:\s+(?!(?:while|after|as|and|but|which|that|who|on|in|against)\b)[^\s,.;]+){0,5}?\s+(?:said|says|reported|told|quoted|announced|confirmed|added|admitted)\b"
)
_ACCORDING: Final = re.compile(r"\b(?:according\s+to|quoted\s+by|reported\s+by)\s+(?:[^\s,.;]+\s+){0,5}$")
_SPEAKER: Final = re.compile(r"\b(?:said|says|announced|concluded|declared|insisted|stated|told|warned)\b")
_GIVES_TO: Final = re.compile(
    rf"^[^.;,]{{0,90}}?\b(?:to|for|towards?)\s+(?:(?:the|its|their)\s+)?(?:[a-z-]+\s+){{0,3}}?(?P<b>{ANY})"
)
_AGAINST: Final = re.compile(
    rf"\b(?:against|defiance\s+of|to\s+protest(?:\s+(?:against|at))?|in\s+protest\s+(?:of|against|at|over)|protesting(?:\s+against)?)"
    rf"\s+(?:[^\s.;]+\s+){{0,6}}?(?P<b>{ANY})"
)
_RECIPROCAL: Final = frozenset(("CONSULT", "AGREE", "COOPERATE", "SUPPORT"))
_DOMESTIC: Final = frozenset(("PROTEST", "COERCE", "ASSAULT", "CONCEDE", "REQUEST", "REJECT", "THREATEN"))
_FACED: Final = {"PROTEST": "GOV", "COERCE": "CVL"}
_POLITICAL: Final = frozenset(("JRN",))
_OWNER: Final = re.compile(rf"([{NOUN}{ADJ}]+)(?:'s?)?\s+(?:[a-z-]+\s+){{0,3}}$")
_WITH_WHOM: Final = re.compile(
    rf"(?:\s+[a-z-]+){{0,3}}?\s+with\s+(?:[a-z-]+\s+){{0,4}}?(?P<b>[{NOUN}{ADJ}{PLACE}{MODIFIER}]+)"
)
_NEW_PHRASE: Final = re.compile(r"[,;:]|\b(?:that|and|by)\b")
_OTHER_PHRASE: Final = re.compile(r"[,;]|\b(?:in|to|over|for|about|at|because|after|that)\b")


@dataclass(frozen=True, slots=True)
class Parties:
    """Sources and targets by id."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Party:
    """A party at a place of the sentence; ``country`` is empty where the text gives none."""

    at: int
    id: str


def parties_of(sentence: Sentence, hit: Hit, fallback: list[Mention]) -> Parties:
    """Return the parties of an event word.

    Parameters
    ----------
    sentence : Sentence
    hit : Hit
    fallback : list of Mention
        Whom a pronoun without an antecedent here stands for.
    """
    masked = sentence.masked
    passive = (
        hit.part == "v"
        and masked[hit.start : hit.end].endswith(("ed", "n", "t", "ght", "d"))
        and bool(_PASSIVE.search(masked[max(0, hit.start - 40) : hit.start]))
    )
    told = _attributions(sentence, hit)
    if hit.lemma in ("must", "should"):
        sources, targets = _wished(sentence, hit, fallback)
    elif passive:
        agent = _BY.search(masked, hit.end)
        sources = _from(sentence, agent.start("by")) if agent else []
        targets = _subjects(sentence, hit, fallback)
    else:
        sources = _sources(sentence, hit, fallback, told)
        targets = []
    sources = sources or ([] if passive else _first(sentence, hit, told))
    own = {p.id for p in sources}
    if not targets and not passive:
        targets = [p for p in _targets(sentence, hit, told, sources) if p.id not in own]
    if hit.type in _RECIPROCAL and not passive:
        sources = _with(sentence, hit, sources, targets)
    return Parties(
        _ids(sources), _ids([t for t in targets if t.id not in own])[:3] or _at_home(sentence, hit, sources)
    )


def _ids(parties: list[_Party]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.id for p in parties))


def _at_home(sentence: Sentence, hit: Hit, sources: list[_Party]) -> tuple[str, ...]:
    """Return whom a protest or a coercion at home is aimed at, where the sentence names one country only.

    PLOVER's convention: who protests at home faces the government, who bans at home faces the people.
    """
    faced = _FACED.get(hit.type)
    countries = {c for m in sentence.mentions if (c := actor(m.id).country)}
    if faced is None or len(countries) != 1 or not sources:
        return ()
    home = f"{min(countries)}-{faced}"
    return (home,) if home != sources[0].id else ()


def _party(sentence: Sentence, m: Mention) -> _Party:
    """Return the party that a mention heads: with its sector where a word behind it says so."""
    a, b = m.start - sentence.start, m.end - sentence.start
    if len(m.id) != 3 or not m.id.isupper() or actor(m.id).type != "country":
        return _Party(a, m.id)
    if m.kind == "adjective" or sentence.masked[b : b + 2] in ("'s", "' "):
        after = _AFTER.match(sentence.masked, b, b + 70)
        if after and after.lastgroup:
            return _Party(a, f"{m.id}-{after.lastgroup}")
    return _Party(a, m.id)


def _from(sentence: Sentence, at: int) -> list[_Party]:
    """Return the party at an offset with what is joined to it on its right."""
    m = sentence.at(at)
    return [_party(sentence, c) for c in conjuncts(sentence, m, left=False)] if m else []


def _attributions(sentence: Sentence, hit: Hit) -> frozenset[int]:
    """Return the starts of mentions that only say where the news comes from."""
    found: set[int] = set()
    if not sentence.may("behind"):
        return frozenset()
    for m in sentence.mentions:
        a, b = m.start - sentence.start, m.end - sentence.start
        if a < hit.start:
            continue
        tail = _SPOKE.match(sentence.masked, b, b + 80)
        if (tail and len(sentence.masked) - tail.end() < 60) or _ACCORDING.search(
            sentence.masked[max(0, a - 60) : a]
        ):
            found.add(m.start)
    return frozenset(found)


def _subjects(sentence: Sentence, hit: Hit, fallback: list[Mention]) -> list[_Party]:
    """Return the subject of a verb: named, or generic with a place beside it."""
    found = [_party(sentence, m) for m in subjects(sentence, hit.start, fallback)]
    generic = _generic(sentence, 0, hit.start)
    if generic and (
        not found or (generic[-1].at > found[-1].at and not _inside(sentence, generic[-1].at, found[-1].at))
    ):
        return generic[-1:]
    return found


@lru_cache(maxsize=64)
def _head_words(masked: str) -> tuple[re.Match[str], ...]:
    people, found, end = bit("people"), list[re.Match[str]](), 0
    for word in WORD.finditer(masked):
        if (
            word.start() >= end
            and word_bits(word.group()) & people
            and (m := _HEAD.match(masked, word.start()))
        ):
            found.append(m)
            end = m.end()
    return tuple(found)


def _heads(sentence: Sentence) -> tuple[re.Match[str], ...]:
    """Return the words for people in a sentence."""
    return _head_words(sentence.masked) if sentence.may("people") else ()


def _inside(sentence: Sentence, later: int, earlier: int) -> bool:
    """Tell whether a generic word only continues the phrase of the name before it."""
    return later - earlier < 60 and not _NEW_PHRASE.search(sentence.masked[earlier:later])


def _generic(sentence: Sentence, start: int, end: int) -> list[_Party]:
    """Return people named by what they are, with the country of the place right behind them."""
    found = []
    for head in _heads(sentence):
        if not start <= head.start() < end:
            continue
        placed = _PLACED.match(sentence.masked, head.end(), head.end() + 80)
        m = sentence.at(placed.start("loc")) if placed else None
        if m and len(m.id) == 3 and actor(m.id).type == "country":
            found.append(_Party(head.start(), f"{m.id}-{head.lastgroup}"))
    return found


def _sources(sentence: Sentence, hit: Hit, fallback: list[Mention], told: frozenset[int]) -> list[_Party]:
    """Return who acts: subject of a verb, possessor or ``by``-phrase of a noun."""
    masked = sentence.masked
    if hit.part != "v":
        owner = _OWNER.search(masked[: hit.start])
        agent = (
            _BY.match(masked, hit.end + 1, hit.end + 60) if masked[hit.end : hit.end + 4] == " by " else None
        )
        if agent:
            return _from(sentence, agent.start("by"))
        if owner and (m := sentence.at(owner.start(1))) and hit.part == "n":
            return [_party(sentence, c) for c in conjuncts(sentence, m)]
    return [p for p in _subjects(sentence, hit, fallback) if p.at + sentence.start not in told]


def _first(sentence: Sentence, hit: Hit, told: frozenset[int]) -> list[_Party]:
    """Return the first actor of the sentence, a place as the last resort."""
    for kinds in (("noun", "adjective"), ("place", "modifier")):
        for m in sentence.mentions:
            if m.kind in kinds and m.start not in told and m.start - sentence.start < hit.start and _able(m):
                return [_party(sentence, m)]
    generic = _generic(sentence, 0, len(sentence.masked))
    if generic and generic[0].at < hit.start:
        return generic[:1]
    return _titled(sentence, hit, told)


def _titled(sentence: Sentence, hit: Hit, told: frozenset[int]) -> list[_Party]:
    """Return somebody named by office or role only, of the one country that the sentence names."""
    countries = {c for m in sentence.mentions if m.start not in told and (c := actor(m.id).country)}
    if len(countries) != 1:
        return []
    heads = [h for h in _heads(sentence) if h.start() < hit.start]
    return [_Party(heads[0].start(), f"{min(countries)}-{heads[0].lastgroup}")] if heads else []


def _able(m: Mention) -> bool:
    return actor(m.id).type != "region" or len(m.id) > 20


def _wished(sentence: Sentence, hit: Hit, fallback: list[Mention]) -> tuple[list[_Party], list[_Party]]:
    """Return speaker and addressee of ``X said that Y must``."""
    bound = _subjects(sentence, hit, fallback)
    speech = list(_SPEAKER.finditer(sentence.masked, 0, hit.start))
    if not speech:
        after = _SPEAKER.search(sentence.masked, hit.end)
        return [], bound if after else []
    speaker = [
        m
        for m in sentence.mentions
        if m.start - sentence.start < speech[-1].start() and m.kind != "modifier" and _able(m)
    ]
    who = [_party(sentence, c) for c in conjuncts(sentence, speaker[0])] if speaker else []
    return who, [b for b in bound if b.id not in {w.id for w in who}]


def _targets(sentence: Sentence, hit: Hit, told: frozenset[int], sources: list[_Party]) -> list[_Party]:
    """Return to whom: by the preposition that the type asks for, else the first party behind the word."""
    masked = sentence.masked
    for pattern in (
        (_AGAINST,) if hit.type in ("PROTEST", "MOBILIZE") else (_GIVES_TO,) if hit.type == "AID" else ()
    ):
        direct = sentence.within(hit.end, hit.end + 12)
        m = pattern.search(masked[hit.end :] if pattern is _GIVES_TO else masked)
        base = hit.end if pattern is _GIVES_TO else 0
        if m and not (pattern is _GIVES_TO and direct and direct[0].kind != "place"):
            found = [p for p in _from(sentence, base + m.start("b")) if p.id not in {s.id for s in sources}]
            if found:
                return found
    own = {s.id for s in sources}
    named: list[_Party] = []
    for kinds in (("noun", "adjective"), ("place", "modifier")):
        for x in sentence.within(hit.end, len(masked)):
            if x.kind in kinds and x.start not in told and _able(x):
                p = _party(sentence, x)
                if p.id not in own and not (len(own) == 1 and p.id in {o[:3] for o in own}):
                    named = [q for q in _joined(sentence, x, told) if q.id not in own]
                    break
        if named:
            break
    generic = _generic_after(sentence, hit, sources)
    if generic and (
        not named
        or (named[0].at > generic.at and hit.type in _DOMESTIC and _apart(masked, generic.at, named[0].at))
    ):
        return [generic]
    if named:
        return named
    return _earlier(sentence, hit, told, own)


def _joined(sentence: Sentence, m: Mention, told: frozenset[int]) -> list[_Party]:
    return [_party(sentence, c) for c in conjuncts(sentence, m, left=False) if c.start not in told]


def _apart(masked: str, a: int, b: int) -> bool:
    """Tell whether two parties stand in different phrases."""
    return bool(_OTHER_PHRASE.search(masked[a:b]))


def _generic_after(sentence: Sentence, hit: Hit, sources: list[_Party]) -> _Party | None:
    """Return people behind the word that no country is named for: those of the acting side's country."""
    if hit.type not in _DOMESTIC or not sources:
        return None
    for head in _heads(sentence):
        if not hit.end <= head.start() < hit.end + 80 or head.lastgroup in _POLITICAL:
            continue
        placed = _PLACED.match(sentence.masked, head.end(), head.end() + 60)
        m = sentence.at(placed.start("loc")) if placed else None
        country = m.id if m and len(m.id) == 3 and m.id.isupper() else actor(sources[0].id).country
        if country:
            party = _Party(head.start(), f"{country[:3]}-{head.lastgroup}")
            return party if party.id != sources[0].id else None
    return None


def _earlier(sentence: Sentence, hit: Hit, told: frozenset[int], own: set[str]) -> list[_Party]:
    """Return another party before the word, where none stands behind it."""
    countries = {o[:3] for o in own}
    for m in reversed(sentence.within(0, hit.start)):
        if (
            m.kind in ("noun", "adjective", "place")
            and m.start not in told
            and _able(m)
            and m.id[:3] not in countries
        ):
            return [_party(sentence, m)]
    return []


def _with(sentence: Sentence, hit: Hit, sources: list[_Party], targets: list[_Party]) -> list[_Party]:
    """Add the other side of a reciprocal event to the actors: ``met with``, ``agreed with``."""
    if hit.lemma in ("share", "visit", "exchange") or (
        hit.type in ("SUPPORT", "AGREE")
        and hit.lemma not in ("sign", "agree", "reach", "strike", "conclude", "establish", "restore")
    ):
        return sources
    m = _WITH_WHOM.match(sentence.masked, hit.end, hit.end + 90)
    if m is None:
        return sources
    other = _from(sentence, m.start("b"))
    return [*sources, *[o for o in other if o.id not in {s.id for s in sources}]]
