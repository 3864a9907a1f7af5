"""Who takes support away from whom, and who adds to it.

Rules over a masked sentence: verbs that move a presence (``withdraw`` … ``from`` …), verbs of leaving
(``leave``, ``pull out of``), nouns (``the pullout of … from …``), verbs that cut aid, verbs that drop a
client, and their opposites (``send``, ``reinforce``). A candidate counts only with a sender that can
support and something that can leave: ``withdrew its bid`` and ``withdrew from the treaty`` do not.

Weakest point: a location several clauses away from the verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, cast

from counterpoise.reports.actors import Mention, state_of
from counterpoise.reports.clauses import ACTOR, ANY, Sentence, conjuncts, subjects
from counterpoise.reports.coding import EventType, Mode, Realis
from counterpoise.reports.drafts import EventDraft, realis_of, tense_of
from counterpoise.reports.hedges import hedge_of, make_hedge
from counterpoise.reports.lexicon import actor
from counterpoise.reports.move_rules import (
    AUGMENT,
    CIVILIANS,
    CIVILIANS_BEFORE,
    FROM,
    GIVES_WAY,
    GIVES_WAY_NOUN,
    NOT_THEIRS,
    NOUN_USE,
    OTHER_OBJECT,
    THE_COUNTRY,
    move_rules,
)
from counterpoise.reports.support import kinds_in, support_words

__all__ = ["find_moves"]


def find_moves(sentence: Sentence, last_subject: list[Mention]) -> Iterator[EventDraft]:
    """Yield withdrawals and reinforcements in a sentence, at most one of a kind at the same place."""
    if not sentence.may(
        "move.move",
        "move.leave",
        "move.noun",
        "move.cut",
        "move.drop",
        "move.send",
        "move.stay",
        "move.keep",
        "move.join",
    ):
        return
    taken: list[tuple[int, int]] = []
    for rule, pattern in move_rules():
        if not sentence.may(f"move.{rule}"):
            continue
        for hit in pattern.finditer(sentence.masked):
            if any(a <= hit.start("verb") < b for a, b in taken):
                continue
            draft = _draft(sentence, rule, hit, last_subject)
            if draft is not None:
                taken.append((hit.start("verb"), hit.end("verb") + len(hit.group("np"))))
                yield draft


def _draft(
    sentence: Sentence, rule: str, hit: re.Match[str], last_subject: list[Mention]
) -> EventDraft | None:
    """Build one event, or None where the arguments do not make one."""
    stretch = _stretch(sentence, hit, rule == "noun")
    if _something_else(sentence, rule, hit, stretch):
        return None
    senders = _senders(sentence, rule, hit, last_subject, stretch)
    where = _where(sentence, rule, hit, stretch, senders)
    senders = [x for x in senders if not CIVILIANS.match(sentence.masked, x.end - sentence.start)]
    if not senders or any(actor(s.id).type in ("region", "place") for s in senders):
        return None
    actors = list(dict.fromkeys(state_of(s.id) for s in senders))
    places = [m for m in where if m.town]
    at_home = {f"{a}-REB" for a in actors} | {a[:3] for a in actors if a.endswith("-REB")}
    targets = [
        t for t in dict.fromkeys(state_of(m.id) for m in where) if t not in actors and t not in at_home
    ]
    if rule in ("leave", "noun", "drop") and targets and not hit.group("np") and _membership(targets):
        return None
    if rule in ("send", "join"):
        return _reinforcement(sentence, hit, stretch, actors, targets, places)
    if not targets and rule in ("leave", "move"):
        targets = _told_to_leave(sentence, hit, stretch, senders, actors, at_home)
    domestic = (
        bool(where) and not targets and all(actor(a).country == actor(where[0].id).country for a in actors)
    )
    nowhere = not targets and not domestic
    if nowhere and (rule in ("leave", "cut", "drop") or (rule != "noun" and not hit.group("np"))):
        return None
    sender_at = senders[-1].start - sentence.start
    return _withdrawal(sentence, rule, hit, stretch, actors, targets, places, domestic, sender_at)


def _something_else(sentence: Sentence, rule: str, hit: re.Match[str], stretch: str) -> bool:
    """Tell whether the words are of another matter: a noun taken for a verb, a bid, civilians."""
    at = hit.start("verb")
    if rule in ("leave", "move", "cut", "send") and NOUN_USE.search(sentence.masked, max(0, at - 24), at):
        return True
    if rule == "leave" and hit.group("verb").startswith(("withdr", "pull")) and OTHER_OBJECT.match(stretch):
        return True
    if CIVILIANS_BEFORE.search(sentence.masked, max(0, at - 26), at):
        return True
    zone = _object_zone(rule, hit, stretch)
    return bool(support_words().not_presence.search(zone) or NOT_THEIRS.search(zone))


def _membership(targets: list[str]) -> bool:
    """Tell whether what is left is an organisation of states, and no country."""
    return all(
        actor(t).type in ("country_group", "organization") and actor(t).country is None for t in targets
    )


def _told_to_leave(
    sentence: Sentence,
    hit: re.Match[str],
    stretch: str,
    senders: list[Mention],
    actors: list[str],
    at_home: set[str],
) -> list[str]:
    """Return whose country is left where the text does not name it: who tells others to leave, or says they will."""
    first = min((s.start for s in senders), default=sentence.end) - sentence.start
    if (hit.group("np") and not re.search(r"\bfrom\s+the\b", stretch)) or (
        not THE_COUNTRY.match(stretch) and not hit.group("np")
    ):
        return []
    if not _TELLS.search(sentence.masked[:first]):
        return []
    tellers = [m for m in sentence.within(0, max(0, first)) if m.kind in ("noun", "adjective", "place")]
    found = [t for m in tellers[:1] if (t := state_of(m.id)) not in actors and t not in at_home]
    return [t for t in found if actor(t).type == "country"]


def _stretch(sentence: Sentence, hit: re.Match[str], noun: bool) -> str:
    """Return the text that the verb governs: to the end of its clause."""
    rest = sentence.masked[hit.end("verb") : hit.end("verb") + 200]
    stop = (GIVES_WAY_NOUN if noun else GIVES_WAY).search(rest, max(0, hit.end() - hit.end("verb")))
    return rest[: stop.start()] if stop else rest


def _object_zone(rule: str, hit: re.Match[str], stretch: str) -> str:
    """Return the words that tell whether a presence leaves."""
    if rule in ("move", "cut", "send", "passive"):
        return hit.group("np")
    return re.split(rf"{ANY}|,", stretch)[0][:50]


def _senders(
    sentence: Sentence, rule: str, hit: re.Match[str], last_subject: list[Mention], stretch: str
) -> list[Mention]:
    """Return who takes away or gives."""
    at = hit.start("verb")
    if rule == "noun":
        found = _possessor(sentence, at, hit, stretch)
        if found or not re.search(r"\b(?:its|their|his)\s+(?:\w+\s+)?$", sentence.masked[:at]):
            return found
        return subjects(sentence, at, last_subject) or last_subject
    if rule == "passive":
        found = [
            m
            for m in sentence.within(max(0, hit.start() - 40), hit.start() + 1)
            if m.kind in ("noun", "adjective")
        ]
        by = re.search(rf"\bby\s+(?:the\s+)?({ACTOR})", stretch)
        agent = sentence.at(hit.end("verb") + by.start(1)) if by else None
        return [agent] if agent else found[-1:]
    told = _ADDRESSEE.search(sentence.masked[:at])
    if told and (m := sentence.at(told.start("who"))):
        return conjuncts(sentence, m, left=False)
    found = [m for m in subjects(sentence, at, last_subject) if actor(m.id).type not in ("region",)]
    return found or _speaker_behind(sentence, hit)


def _speaker_behind(sentence: Sentence, hit: re.Match[str]) -> list[Mention]:
    """Return who speaks of ``we`` where the speaker stands behind the quote."""
    if not re.search(r"\b(?:we|our|us)\b", sentence.masked[: hit.start("verb")]):
        return []
    for m in sentence.within(hit.end("verb"), len(sentence.masked)):
        tail = sentence.masked[m.end - sentence.start :][:50]
        before = sentence.masked[: m.start - sentence.start]
        if re.search(r"[\"”']\s*,?\s*(?:the\s+|an?\s+)?$", before) and re.match(
            r"[^.;]{0,40}\b(?:said|says|told|vowed)\b", tail
        ):
            return [m]
    return []


def _possessor(sentence: Sentence, at: int, hit: re.Match[str], stretch: str) -> list[Mention]:
    """Return whose withdrawal a noun speaks of: ``Iran's …``, ``… of Iranian forces``, ``… by Iran``."""
    left = re.search(rf"({ACTOR})(?:'s?)?\s+(?:[a-z-]+\s+){{0,3}}$", sentence.masked[:at])
    if left and not re.search(r"\b(?:from|in|to|after|and)\s+$", sentence.masked[: left.start(1)]):
        owner = sentence.at(left.start(1))
        if owner and not re.search(
            r"\b(?:is|are|was|were|has|said|that|the)\b", left.group()[len(left.group(1)) :]
        ):
            return conjuncts(sentence, owner)
    if re.match(r"\s+of\s+(?:all\s+|some\s+|most\s+(?:of\s+)?)?(?:its|their|his)\b", stretch):
        return subjects(sentence, at)
    for pattern in (
        rf"^\s+from\s+(?:the\s+)?{ANY}\s+of\s+(?:[a-z-]+\s+){{0,3}}({ACTOR})",
        rf"^\s+of\s+(?:(?!from\b|in\b|to\b)[a-z-]+\s+){{0,3}}({ACTOR})",
        rf"\bby\s+(?:the\s+)?({ACTOR})",
    ):
        right = re.search(pattern, stretch)
        if right:
            owner = sentence.at(hit.end("verb") + right.start(1))
            return conjuncts(sentence, owner, left=False) if owner else []
    return []


def _where(
    sentence: Sentence, rule: str, hit: re.Match[str], stretch: str, senders: list[Mention]
) -> list[Mention]:
    """Return the places or clients that lose or gain, with their conjuncts."""
    base = hit.end("verb")
    if rule in ("drop", "join"):
        m = sentence.at(hit.start("loc"))
        return conjuncts(sentence, m, left=False) if m else []
    patterns = [FROM]
    if rule == "keep":
        patterns = [rf"^\s*(?:in|at|inside)\s+(?P<det>(?:[a-z-]+\s+){{0,3}}?)(?P<loc>{ANY})"]
        base = hit.end()
        stretch = sentence.masked[base : base + 80]
    if rule in ("cut", "send"):
        patterns = [rf"\b(?:to|for|from|in|into|against)\s+(?P<det>(?:[a-z-]+\s+){{0,4}}?)(?P<loc>{ANY})"]
    if rule == "leave":
        patterns = [
            rf"^\s+(?:from\s+|of\s+|out\s+of\s+)?(?P<det>(?:[a-z-]+\s+){{0,5}}?)(?P<loc>{ANY})",
            FROM,
        ]
    for pattern in patterns:
        for found in re.finditer(pattern, stretch):
            m = sentence.at(base + found.start("loc"))
            if (
                m
                and m not in senders
                and not _NOT_LEFT.search(found.group("det"))
                and not _is_paper(sentence, m)
            ):
                return [c for c in conjuncts(sentence, m, left=False) if c not in senders]
    if rule == "send":
        m = next(
            (x for x in sentence.within(base, hit.end() + 1) if x.kind == "noun" and x not in senders), None
        )
        return [m] if m else []
    return _client_before(sentence, rule, hit, senders)


def _is_paper(sentence: Sentence, m: Mention) -> bool:
    return bool(_PAPER.match(sentence.masked, m.end - sentence.start))


def _client_before(
    sentence: Sentence, rule: str, hit: re.Match[str], senders: list[Mention]
) -> list[Mention]:
    """Return a place that precedes: ``In Mali, French troops were pulled out``."""
    if rule == "leave":
        return []
    before = sentence.masked[: hit.start("verb")]
    found = list(re.finditer(rf"\bin\s+(?:[a-z-]+\s+){{0,2}}?(?P<loc>{ANY})", before))
    places = [m for f in found if (m := sentence.at(f.start("loc"))) and m not in senders]
    return places[-1:]


def _speech(realis: str) -> tuple[EventType, Mode | None, Realis] | None:
    """Return type, mode and realis where a speech act wraps the event."""
    return {
        "refused": ("REJECT", "yield", "negated"),
        "requested": ("REQUEST", "yield", "hypothetical"),
        "threatened": ("THREATEN", None, "future"),
    }.get(realis)  # type: ignore[return-value]


def _noun_realis(sentence: Sentence, at: int, end: int) -> str:
    """Return how real the withdrawal is that a noun speaks of, by the words around it."""
    before, after = sentence.masked[:at], sentence.masked[end : end + 110]
    if _CALLED_OFF.match(after):
        return "negated"
    indefinite = _INDEFINITE.search(before)
    if (indefinite and _CONDITIONAL.match(after)) or _THOUGHT_OF.search(before):
        return "hypothetical"
    return "future" if _AHEAD.match(after) else "actual"


def _told(sentence: Sentence, sender_at: int, at: int) -> bool:
    """Tell whether the sender is told to go: ``ordered French forces to leave``."""
    return bool(
        sender_at >= 0
        and _ORDERS.search(sentence.masked[max(0, sender_at - 30) : sender_at])
        and re.search(r"\bto\s+(?:\w+ly\s+)?$", sentence.masked[sender_at:at])
    )


_TELLS: Final = re.compile(
    r"\b(?:call|demand|ask|urg|order|told|tell|insist|said|says|want|expect|announc|command|warn)\w*\b"
)
#: "called on American troops to", "told them to": who is told, not who tells, is the one that goes.
_ADDRESSEE: Final = re.compile(
    rf"\b(?:call\w*\s+(?:on|upon|for)|appeal\w*\s+to|urg\w+|ask\w*|order\w*|told|tell\w*|press\w*|command\w*|want\w*|instruct\w*)\s+"
    rf"(?:the\s+|all\s+|remaining\s+)*(?P<who>{ACTOR})\s+(?:[a-z]+\s+){{0,3}}?(?:not\s+)?to\s+(?:[a-z]+ly\s+)?$"
)
_ORDERS: Final = re.compile(r"\b(?:order|command|instruct)(?:s|ed|ing)?\s+(?:the\s+|all\s+|remaining\s+)*$")
#: A place that only names a treaty, a court or a contest: "the Paris climate accord".
_PAPER: Final = re.compile(
    r"\s+(?:(?!under|in|on|by|at|as|for|after|with|and|or|to|from|over|despite|before|the|a)[a-z-]+\s+){0,2}(?:accords?|treaty|agreement|pact|convention|protocol|deal|court|statute|summit|conference|championships?|cup|games"
    r"|open|marathon|process|talks|memorandum|contract)\b"
)
_NOT_LEFT: Final = re.compile(r"\b(?:against|border|with|for|to|towards?|into)\b")
_INDEFINITE: Final = re.compile(r"(?:^\W*|\b(?:an?|any)\s+)(?:[a-z-]+\s+|[\ue000-\ue001]+(?:'s)?\s+){0,2}$")
_CONDITIONAL: Final = re.compile(
    r"[^.;]{0,80}?\b(?:would|could|might|may|(?:is|are|seems|looks)\s+(?:now\s+|very\s+)?(?:unlikely|likely|possible|doubtful|improbable))\b"
)
_THOUGHT_OF: Final = re.compile(
    r"\b(?:fear(?:s|ed|ing)?|prospect\s+of|possibility\s+of|risk\s+of|threat\s+of|danger\s+of|possible|potential|eventual|hypothetical"
    r"|talks?\s+(?:on|about|over)|debate\s+(?:on|about|over))\s+(?:of\s+)?(?:an?\s+|the\s+)?(?:[a-z-]+\s+|[\ue000-\ue001]+(?:'s)?\s+){0,2}$"
)
_AHEAD: Final = re.compile(
    r"[^.;,]{0,60}?\b(?:has\s+been|was|is|are|were)\s+(?:brought\s+forward|postponed|delayed|scheduled|planned|announced|due|set|expected"
    r"|put\s+off)\b"
)
_CALLED_OFF: Final = re.compile(
    r"[^.;,]{0,60}?\b(?:has\s+been|was|is|were|are)\s+(?:cancelled|canceled|called\s+off|ruled\s+out|shelved|denied|dropped|abandoned)\b"
)


def _withdrawal(
    sentence: Sentence,
    rule: str,
    hit: re.Match[str],
    stretch: str,
    actors: list[str],
    targets: list[str],
    places: list[Mention],
    domestic: bool,
    senders_at: int,
) -> EventDraft:
    """Type a withdrawal: carried out RETREAT, announced CONCEDE, aid cut or diplomats alone SANCTION."""
    at, verb = hit.start("verb"), hit.group("verb").split()[0]
    raw: str = "negated" if rule in ("stay", "keep") else realis_of(sentence, at, verb)
    if raw == "future" and _told(sentence, senders_at, at):
        raw = "requested"
    if verb.startswith("order") and raw == "actual":
        raw = "future"
    if rule == "noun" and raw == "actual":
        raw = _noun_realis(sentence, at, hit.end())
    kinds = set(
        kinds_in(
            hit.group("np") + " " + re.split(r"\b(?:from|for|to|in|aimed)\b", stretch)[0]
            if rule != "passive"
            else hit.group()
        )
    )
    if rule in ("leave", "noun", "move") and not kinds:
        kinds = set(kinds_in(sentence.masked[max(0, at - 50) : at]))
    type_: EventType = "RETREAT"
    mode: Mode | None = "withdraw"
    if rule == "cut" and not {"troops", "advisers"} & kinds:
        type_, mode = "SANCTION", "discontinue"
    elif kinds == {"diplomatic"}:
        type_ = "SANCTION"
    hedge = hedge_of(sentence, at, hit.end("verb"), negated=raw in ("negated", "refused"))
    if hedge.strength == "unstated" and raw in ("actual", "future"):
        raw = "hypothetical"
    if raw == "hypothetical" and hedge.strength == "asserted":
        # What is only thought of is at most possible, whatever its words.
        hedge = make_hedge("possible", False, hedge.cues)
    realis = cast(Realis, raw)
    if raw in ("future", "hypothetical") and type_ == "RETREAT":
        type_ = "CONCEDE"
    speech = _speech(raw)
    if speech:
        type_, mode, realis = speech
    strength = 0.9 if targets and (kinds or rule == "drop") else 0.75 if targets else 0.6 if domestic else 0.4
    home = [actor(a).country for a in actors] if domestic else [actor(t).country or t for t in targets]
    location = [h for h in dict.fromkeys(home) if h]
    return EventDraft(
        type_,
        mode,
        sentence.span(at, hit.end()),
        realis,
        tense_of(sentence, at, verb, raw),
        hedge,
        f"withdrawal.{rule}",
        strength,
        actors,
        targets,
        location,
        [p.town for p in places if p.town],
        kinds,
        family="withdrawal",
    )


def _reinforcement(
    sentence: Sentence,
    hit: re.Match[str],
    stretch: str,
    actors: list[str],
    targets: list[str],
    places: list[Mention],
) -> EventDraft | None:
    """Type a reinforcement: AID with troops or weapons; what is only promised is AGREE."""
    verb = hit.group("verb").split()[0]
    at = hit.start("verb")
    kinds = set(kinds_in(hit.group("np")))
    if verb.startswith(("cross", "enter", "pour", "moved")) or "reinforcements" in hit.group("np"):
        kinds |= {"troops"}
    if not targets or (
        AUGMENT.match(verb)
        and not re.search(
            r"presence|force|troop|contingent|peacekeep|battalion|brigade|soldier|support|aid|arms|weapon|garrison|training|assist|deliver|shipment",
            hit.group("np"),
        )
    ):
        return None
    if not kinds:
        kinds = {"other"}
    if verb == "moved" and not re.search(r"\b(?:into|to)\b", stretch):
        return None
    raw = realis_of(sentence, at, verb)
    if raw == "actual" and verb.startswith(("pledg", "promis")):
        raw = "future"
    realis = cast(Realis, raw)
    type_: EventType = "AGREE" if raw == "future" else "AID"
    mode: Mode | None = (
        "troops" if {"troops", "advisers"} & kinds else "weapons" if "weapons" in kinds else None
    )
    speech = _speech(raw)
    if speech:
        type_, mode, realis = speech
    strong = bool(kinds - {"other", "diplomatic"})
    return EventDraft(
        type_,
        mode,
        sentence.span(at, hit.end()),
        realis,
        tense_of(sentence, at, verb, raw),
        hedge_of(sentence, at, hit.end("verb"), negated=realis == "negated"),
        "reinforcement.send",
        0.8 if strong else 0.45,
        actors,
        targets,
        [c for t in targets if (c := actor(t).country)],
        [p.town for p in places if p.town],
        kinds,
        family="reinforcement",
    )
