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
from counterpoise.reports.clauses import ANY, Sentence
from counterpoise.reports.coding import EventType, Mode, Realis
from counterpoise.reports.drafts import EventDraft, realis_of, tense_of
from counterpoise.reports.hedges import hedge_of, make_hedge
from counterpoise.reports.lexicon import actor
from counterpoise.reports.move_rules import (
    AUGMENT,
    CIVILIANS,
    CIVILIANS_BEFORE,
    GIVES_WAY,
    GIVES_WAY_NOUN,
    NOT_THEIRS,
    NOUN_USE,
    OTHER_OBJECT,
    THE_COUNTRY,
    move_rules,
)
from counterpoise.reports.move_sides import senders_of, where_of
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
    senders = senders_of(sentence, rule, hit, last_subject, stretch)
    where = where_of(sentence, rule, hit, stretch, senders)
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
_ORDERS: Final = re.compile(r"\b(?:order|command|instruct)(?:s|ed|ing)?\s+(?:the\s+|all\s+|remaining\s+)*$")
_INDEFINITE: Final = re.compile(r"(?:^\W*|\b(?:an?|any)\s+)(?:[a-z-]+\s+|[\ue000-\ue001]+(?:'s)?\s+){0,2}$")
_CONDITIONAL: Final = re.compile(
    r"[^.;]{0,80}?\b(?:would|could|might|may|(?:is|are|seems|looks)\s+(?:now\s+|very\s+)?(?:unlikely|likely|possible|doubtful|improbable)"
    r"|(?:can\s?not|can't|could\s+not)\s+be\s+(?:ruled\s+out|excluded))\b"
)
_THOUGHT_OF: Final = re.compile(
    r"\b(?:fear(?:s|ed|ing)?|prospect\s+of|possibility\s+of|risk\s+of|threat\s+of|danger\s+of|possible|potential|eventual|hypothetical"
    r"|talks?\s+(?:on|about|over)|debate\s+(?:on|about|over))\s+(?:of\s+)?(?:an?\s+|the\s+)?(?:[a-z-]+\s+|[\ue000-\ue001]+(?:'s)?\s+){0,2}$"
)
#: "It is not clear whether": the denial is of the knowledge.
_NOT_CLEAR: Final = re.compile(
    r"\bnot\s+(?:yet\s+)?(?:clear|known|certain|decided|said)\s+(?:whether|if)\b[^.;]*$"
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
        if raw == "actual":
            # What follows the noun itself, where the words for who leaves stand far off or in another clause.
            raw = _noun_realis(sentence, at, hit.end("verb"))
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
    if hedge.strength == "unstated" and (
        raw in ("actual", "future") or _NOT_CLEAR.search(sentence.masked[:at])
    ):
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
