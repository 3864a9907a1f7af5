"""Finding actors and places in a text.

First names (tables), then what the text calls by role (``the regime``, ``rebel forces``): a role takes the
country of the name beside it (``Syrian rebels``), else the country that the text shows at war. Weakest
point: a report on two civil wars at once, where a bare ``rebels`` goes to the more talked-of one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final, Literal

from counterpoise.reports.coding import Entity, Span
from counterpoise.reports.lexicon import PIECE, Leader, Name, actor, fold, names_index, towns_index

__all__ = ["Mention", "entities", "find_mentions", "person_id", "state_of"]

#: noun = acts in its own name; adjective = ``Iranian``; place = where; modifier = ``Iran-backed``.
MentionKind = Literal["noun", "adjective", "place", "modifier"]


@dataclass(frozen=True)
class Mention:
    """A stretch of text that names an actor or a place."""

    start: int
    end: int
    id: str
    kind: MentionKind
    role: Literal["name", "capital", "leader", "group", "rebels", "government", "town"] = "name"
    town: str | None = None
    person: str | None = None


_SEPARATOR: Final = re.compile(r"[\s.'’ʼ`/-]{0,2}$")
_COMPANY: Final = re.compile(
    r"\s+(?:Air|Airways|Airlines?|Aviation|Bank|Banking|Telecom|Oil|Petroleum"
    r"|Inc|plc|PLC|Ltd|LLC|Holdings?|Motors|Steel|Energy"
    r"|FC|F\.C|CF|Cup|Open|Grand Prix|League|Rugby|Cricket|Idol|Express|Today|Times|Post|Star|News|Herald"
    r"|Street|Avenue|Road|Islands?|cuisine|coffee|rugs?"
    r"|carpet|goalkeeper|striker|midfielder|coach)\b"
)
_BACKED: Final = re.compile(
    r"[-\u2010\u2011](?:backed|led|aligned|allied|supported|linked|held"
    r"|controlled|sponsored|funded|occupied|brokered|made"
    r"|based|born|imposed|style|trained|armed|supplied|dominated)\b"
)
_ROLE_AFTER: Final = re.compile(
    r"(?:['’]s)?\s+(?:(?P<gov>(?:regime|government|army|military forces"
    r"|government troops|government forces|regime forces"
    r"|military regime|military government|loyalist forces|national army"
    r"|armed forces|state forces|junta|military junta)"
    r"(?:['’]s)?(?:\s+(?:forces|troops|soldiers|army))?)"
    r"|(?P<reb>(?:armed\s+|Islamist\s+|Islamist-led\s+|ethnic\s+)*(?:rebels?"
    r"|insurgents?|guerr?illas?|opposition|jihadists?"
    r"|separatists?|militants?)(?:\s+(?:forces|fighters|factions|groups?"
    r"|alliance|coalition|troops|armies|movement))?))\b"
)
_BARE_ROLE: Final = re.compile(
    r"\b(?:(?P<reb>(?:anti-government|opposition|rebel|insurgent"
    r"|Islamist|Islamist-led|jihadist|separatist)\s+"
    r"(?:forces|fighters|factions|groups?|alliance|coalition|troops|militias?|armies|movements?|army)"
    r"|[Rr]ebels?|[Ii]nsurgents?|[Gg]uerr?illas?|insurgency|jihadists|separatists)"
    r"|(?P<gov>(?:[Rr]egime|[Gg]overnment|loyalist"
    r"|pro-government)\s+(?:forces|troops|soldiers|army|positions?)"
    r"|(?:the|its|his|[Tt]he)\s+(?:regime|government|junta)(?:['’]s)?"
    r"|the\s+(?:president|Syrian leader)(?=['’]s (?:forces|army|regime|government|rule))))\b"
)
_ROLE_BEFORE: Final = re.compile(
    r"\b((?:[Gg]overnment|[Rr]egime|[Jj]unta|[Mm]ilitary rulers)\s+(?:in|of)\s+)$"
)
_CIVIL_WAR: Final = re.compile(r"civil war|insurgency|rebellion|uprising|rebel|regime", re.IGNORECASE)
_PLACE_BEFORE: Final = re.compile(
    r"\b(?:in|from|near|around|outside|at|into|toward|towards|to|on"
    r"|inside|across|through|of|leaving|left|flee(?:ing|s)?"
    r"|fled|reach(?:ed|ing)?|entered|surround(?:ed|ing)?|encircl(?:ed"
    r"|ing)|captur(?:ed|ing)|took|seiz(?:ed|ing)|city|town"
    r"|capital,?|abandon(?:ed|ing)?|visit(?:ed"
    r"|ing)?)\s+(?:the\s+(?:[a-z]+\s+)?(?:capital|city)(?:\s+of)?,?\s+)?$"
)


_TAKEN_AFTER: Final = re.compile(
    r"\s+(?:(?:has|had|have)\s+)?(?:fell|falls?|fallen|(?:was|were|been|is)\s+(?:captured|seized|surrounded|taken|overrun))\b"
)
_GROUP_WORD: Final = re.compile(
    r"\s+(?:rebels?|fighters|forces|militants|insurgents|guerr?illas|militias?|movement|leaders?)\b"
)
_WAR_AFTER: Final = re.compile(r"(?:['’]s)?\s+civil war|\s+insurgency")
_IN_BEFORE: Final = re.compile(r"\b(?:in|from|of)\s+(?:[a-z]+\s+)?$")
_ETHNIC: Final = re.compile(r"[Ee]thnic $")
_COALITION: Final = re.compile(
    r"[-\u2010\u2011]led\s+(?:military\s+)?(?:coalition|alliance|mission|intervention)\b"
)


def state_of(id_: str) -> str:
    """Return the state behind an id: a government or an organ acts for its state, others for themselves."""
    known = actor(id_)
    if known.organ_of:
        return known.organ_of
    return id_[:-4] if id_.endswith("-GOV") else id_


def find_mentions(text: str, day: dt.date | None = None) -> list[Mention]:
    """Return all mentions in order, none overlapping.

    Parameters
    ----------
    text : str
        The document.
    day : date, optional
        Publication day; a leader stands for a government only while in office.
    """
    words = [(m.start(), m.end(), fold(m.group())) for m in PIECE.finditer(text)]
    named = _names(text, words, day)
    war = _country_at_war(text, named)
    named += _towns(text, words, named)
    named = _with_roles(text, named)
    named += _bare_roles(text, named, war)
    return [_settle(text, m, war) for m in sorted(named, key=lambda m: m.start)]


Words = list[tuple[int, int, str]]


def _names(text: str, words: Words, day: dt.date | None) -> list[Mention]:
    """Return the mentions that the tables know."""
    index = names_index()
    found: list[Mention] = []
    i, known = 0, [k for k, w in enumerate(words) if w[2] in index]
    for k in known:
        if k < i:
            continue
        i = k
        name = next((n for n in index[words[i][2]] if _fits(text, words, i, n.pieces)), None)
        if name is None:
            continue
        start, end = words[i][0], words[i + len(name.pieces) - 1][1]
        i += len(name.pieces)
        mention = _mention(text, start, end, name, day)
        if mention is None:
            continue
        if name.kind == "adjective" and _ETHNIC.search(text, max(0, start - 7), start):
            mention = replace(mention, kind="modifier")
        elif found and name.kind == "adjective" and _one_people(text, found[-1], mention):
            mention = replace(found.pop(), end=mention.end)
        found.append(mention)
    return found


def _one_people(text: str, first: Mention, second: Mention) -> bool:
    """Tell whether two demonyms name one people: ``Bosnian Serbs`` are of Bosnia."""
    plural = text[second.end - 1 : second.end] == "s" and second.id != "CYP"
    return (
        first.kind == "adjective"
        and plural
        and first.id != second.id
        and text[first.end : second.start] == " "
    )


def _fits(text: str, words: Words, i: int, pieces: tuple[str, ...]) -> bool:
    """Tell whether a name stands at word ``i``."""
    if i + len(pieces) > len(words):
        return False
    for k, piece in enumerate(pieces):
        if words[i + k][2] != piece:
            return False
        if k and not _SEPARATOR.match(text, words[i + k - 1][1], words[i + k][0]):
            return False
    return True


def _mention(text: str, start: int, end: int, name: Name, day: dt.date | None) -> Mention | None:
    """Make a mention of a name, or None where it is part of some other name (``Iran Air``)."""
    if _COMPANY.match(text, end):
        return None
    if text[end : end + 1] == "." and "." in text[start:end]:
        end += 1
    if _COALITION.match(text, end):
        return Mention(start, end, name.id, "adjective")
    if _BACKED.match(text, end):
        return Mention(start, end, name.id, "modifier")
    if name.leader is not None:
        return _leader(start, end, name.id, name.leader, day)
    if name.kind == "land":
        return Mention(start, end, name.id, "place", "town", town=text[start:end])
    if name.kind == "capital":
        return Mention(start, end, name.id, "noun", "capital", town=text[start:end])
    adjectival = name.kind == "adjective" or name.pieces in (("Arab",), ("Houthi",), ("Tuareg",))
    kind: MentionKind = "adjective" if adjectival else "place" if actor(name.id).type == "region" else "noun"
    return Mention(start, end, name.id, kind, "group" if name.kind == "group" else "name")


def _leader(start: int, end: int, id_: str, leader: Leader, day: dt.date | None) -> Mention:
    """Make a mention of a leader: the government while in office, else the person."""
    person = id_ if leader.in_office(day) else person_id(leader.name)
    return Mention(start, end, person, "noun", "leader", person=leader.name)


def person_id(name: str) -> str:
    """Return the id of a person by name: ``BASHAR-AL-ASSAD``."""
    return "-".join(fold(p) for p in PIECE.findall(name)).upper()


def _country_at_war(text: str, named: list[Mention]) -> str | None:
    """Return the country whose government faces rebels in this text, by votes, or None."""
    if not _CIVIL_WAR.search(text) and not any("REB" in actor(m.id).sector for m in named):
        return None
    votes: Counter[str] = Counter()
    for m in named:
        country = actor(m.id).country if m.role != "leader" or not m.person else m.id[:3]
        if country is None or m.kind == "modifier":
            continue
        role = _ROLE_AFTER.match(text, m.end)
        if role:
            votes[country] += 6 if role.group("reb") else 3
        elif "REB" in actor(m.id).sector:
            votes[country] += 4
        elif m.role == "leader":
            votes[country] += 1
        elif _WAR_AFTER.match(text[m.end : m.end + 14]):
            votes[country] += 6
        elif _IN_BEFORE.search(text[max(0, m.start - 16) : m.start]):
            votes[country] += 1
    return max(votes, key=lambda c: (votes[c], -text.find(c))) if votes else None


def _towns(text: str, words: Words, named: list[Mention]) -> list[Mention]:
    """Return towns of the countries that the text names."""
    countries = {c for m in named if (c := actor(m.id).country)}
    index = towns_index()
    taken = {k for m in named for k in range(m.start, m.end)}
    found: list[Mention] = []
    for i, (start, _, first) in enumerate(words):
        towns = index.get(first)
        if towns is None or start in taken:
            continue
        for country, pieces in towns:
            if country not in countries or not _fits(text, words, i, pieces):
                continue
            end = words[i + len(pieces) - 1][1]
            if taken.isdisjoint(range(start, end)) and not _COMPANY.match(text, end):
                found.append(Mention(start, end, country, "place", "town", text[start:end]))
                taken.update(range(start, end))
            break
    return found


def _with_roles(text: str, named: list[Mention]) -> list[Mention]:
    """Widen ``Syrian rebels`` and ``Assad's regime`` to the one they name."""
    found = []
    for m in named:
        before = _ROLE_BEFORE.search(text, max(0, m.start - 32), m.start)
        if before and m.role in ("name", "capital") and m.kind in ("noun", "place"):
            found.append(
                replace(
                    m, start=before.start(1), id=f"{m.id[:3]}-GOV", kind="noun", role="government", town=None
                )
            )
            continue
        wide = _GROUP_WORD.match(text, m.end) if m.role == "group" and m.kind != "place" else None
        if wide and m.kind != "modifier" and actor(m.id).type == "organization":
            found.append(replace(m, end=wide.end(), kind="noun"))
            continue
        role = _ROLE_AFTER.match(text, m.end) if m.role in ("name", "leader", "capital") else None
        country = actor(m.id[:3]).country if role and m.id[:3].isupper() else None
        if role is None or country is None or m.kind in ("modifier", "place"):
            found.append(m)
        elif role.group("reb"):
            found.append(
                replace(m, end=role.end(), id=f"{country}-REB", kind="noun", role="rebels", town=None)
            )
        else:
            end = role.end() - (2 if text[role.end() - 2 : role.end()] in ("'s", "’s") else 0)
            found.append(replace(m, end=end, id=f"{country}-GOV", kind="noun", role="government", town=None))
    return found


def _bare_roles(text: str, named: list[Mention], war: str | None) -> list[Mention]:
    """Return rebels and governments that stand without a country beside them."""
    if war is None:
        return []
    taken = {k for m in named for k in range(m.start, m.end)}
    found = []
    for hit in _BARE_ROLE.finditer(text):
        if not taken.isdisjoint(range(hit.start(), hit.end())):
            continue
        if hit.group("reb"):
            found.append(Mention(hit.start(), hit.end(), f"{war}-REB", "noun", "rebels"))
        else:
            start = hit.start() + (4 if hit.group().lower().startswith("the ") else 0)
            end = hit.end() - (2 if hit.group().endswith(("'s", "’s")) else 0)
            found.append(Mention(start, end, f"{war}-GOV", "noun", "government"))
    return found


def _settle(text: str, m: Mention, war: str | None) -> Mention:
    """Decide whether a capital is a town or stands for its government."""
    if m.role != "capital" or m.kind == "modifier":
        return m
    if _TAKEN_AFTER.match(text, m.end) or _PLACE_BEFORE.search(text, max(0, m.start - 48), m.start):
        return replace(m, kind="place")
    return replace(m, id=f"{m.id}-GOV" if m.id == war else m.id)


def entities(
    text: str, mentions: list[Mention], sentence_of: dict[int, int], used: set[str]
) -> tuple[Entity, ...]:
    """Return the entities behind the mentions, in text order, and those that statements use beside."""
    spans: dict[str, list[Span]] = {}
    people: dict[str, Mention] = {}
    aliases: dict[str, list[str]] = {}
    for m in mentions:
        spans.setdefault(m.id, []).append(Span.of(text, sentence_of[m.start], m.start, m.end))
        aliases.setdefault(m.id, [])
        written = text[m.start : m.end]
        if written not in aliases[m.id]:
            aliases[m.id].append(written)
        if m.person and not m.id.endswith("-GOV"):
            people[m.id] = m
        elif m.person and (who := person_id(m.person)) in used:
            people[who] = m
            spans.setdefault(who, []).append(Span.of(text, sentence_of[m.start], m.start, m.end))
            if (written := text[m.start : m.end]) not in aliases.setdefault(who, []):
                aliases[who].append(written)
    found = []
    for id_ in [*spans, *sorted(used - set(spans))]:
        marks, names = tuple(spans.get(id_, ())), tuple(aliases.get(id_, ()))
        if id_ in people:
            found.append(
                Entity(
                    id=id_,
                    name=str(people[id_].person),
                    type="person",
                    country=people[id_].id[:3] if people[id_].id.endswith("-GOV") else None,
                    aliases=names,
                    mentions=marks,
                )
            )
            continue
        a = actor(id_)
        code = id_ if a.type != "country" and "-" not in id_ else None
        found.append(
            Entity(
                id=id_,
                name=a.name,
                type=a.type,
                country=a.country,
                group_code=code,
                sector=a.sector,
                aliases=names,
                mentions=marks,
            )
        )
    return tuple(found)
