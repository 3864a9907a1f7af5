"""How actors stand to one another over time: patronage, bases, arms, conduits, alliances, civil war."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from counterpoise.reports.actors import Mention, state_of
from counterpoise.reports.clauses import ACTOR, ANY, MODIFIER, NOUN, Sentence, conjuncts, subjects
from counterpoise.reports.coding import Status
from counterpoise.reports.lexicon import actor
from counterpoise.reports.relation_drafts import BOND, RelationDraft, first_of, relation_draft
from counterpoise.reports.standing import find_standing

__all__ = ["find_relations"]


_BETWEEN: Final = re.compile(
    rf"\b(?:{BOND})\b[^.;]{{0,40}}?\bbetween\s+(?:the\s+)?(?P<a>{ACTOR})\s+and\s+(?:the\s+)?(?P<b>{ANY})"
)
_WITH: Final = re.compile(rf"\b(?:{BOND})\s+with\s+(?:the\s+)?(?:[a-z-]+\s+){{0,3}}?(?P<b>{ANY})")
_BOND_NOUN: Final = re.compile(rf"\b(?:{BOND})\b")
_BACKS: Final = re.compile(
    rf"\b(?P<verb>(?:has|have|had)\s+(?:long\s+|also\s+|heavily\s+|staunchly\s+)?(?:supported"
    rf"|backed|propped\s+up|sustained|armed|bankrolled|financed"
    rf"|funded|invested\s+(?:heavily\s+)?in|aided|defended)"
    rf"|heavily\s+invested\s+in|invested\s+heavily\s+in|supports|backs|props\s+up|propp(?:ed"
    rf"|ing)\s+up|sustains|bankrolls|backed|supported|came\s+to\s+the\s+aid\s+of"
    rf"|kept)\s+(?:the\s+|its\s+|president\s+)*(?:[a-z-]+\s+){{0,2}}?(?P<b>{ANY})"
)
_BACKER: Final = re.compile(
    rf"(?P<b>{ACTOR})(?:'s)?\s+(?:[a-z-]+\s+){{0,2}}?(?:main|chief|key|closest|principal|staunchest"
    rf"|most\s+important|biggest|foreign)\s+(?:[a-z-]+\s+)?(?:backers?"
    rf"|patrons?|sponsors?|all(?:y|ies)|supporters?|protectors?)"
)
_BACKER_OF: Final = re.compile(
    rf"(?:backers?|patrons?|sponsors?|protectors?"
    rf"|guarantors?)\s+of\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}?(?P<b>{ACTOR})"
)
_SUPPORT_FOR: Final = re.compile(
    rf"(?P<a>{ACTOR})(?:'s)?\s+(?:[a-z-]+\s+){{0,2}}?(?:support|backing|patronage|aid"
    rf"|assistance)\s+(?:for|to|of)\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}?(?P<b>{ACTOR})"
)
_X_BACKED: Final = re.compile(
    rf"(?P<a>{MODIFIER}+)[-\u2010\u2011]backed\s+(?:[a-z-]+\s+){{0,2}}?(?P<b>{NOUN}+)"
)
_BASES: Final = re.compile(
    r"\b(?:military\s+|air\s+|naval\s+)?bases?\b|\b(?:military\s+presence|garrisons?)\b"
)
_ARMS: Final = re.compile(
    rf"\b(?:arms\s+transfers?|weapons?\s+transfers?|(?:arms|weapons)\s+(?:shipments?|deliveries"
    rf"|supplies)|suppl(?:y|ies|ied|ying)\s+(?:of\s+)?(?:arms|weapons|weaponry|missiles)"
    rf"|(?:mov|send|sent|shipp?|smuggl|funnel|transfer|deliver)\w*\s+(?:\w+\s+){{0,2}}?(?:arms"
    rf"|weapons|weaponry|missiles|rockets)|arming|armed)\s+(?:to\s+|for\s+|of\s+)?(?P<det>(?:the\s+"
    rf"|its\s+|their\s+)?(?:[a-z-]+\s+){{0,3}}?)(?P<b>{ANY}|allies|proxies|partners)"
)
_CONDUIT: Final = re.compile(
    r"\b(?:conduit|corridor|land\s+bridge|supply\s+(?:line|route|road)s?|(?:key|main|critical"
    r"|arms|weapons|overland)\s+route|transit\s+(?:route|hub|point)|lifeline|staging\s+ground|hub)\b"
)
_CONDUIT_TO: Final = re.compile(
    rf"\b(?:to|for|with|as|reach(?:es|ing)?|supply(?:ing)?|arm(?:ing)?"
    rf"|resupply(?:ing)?)\s+(?:[a-z-]+\s+){{0,3}}?(?P<b>[{NOUN}]+)"
)
_AXIS_OF: Final = re.compile(
    rf"(?P<b>{NOUN}+)\s+(?:that\s+|which\s+)?(?:it|he|{ACTOR})\s+(?:has\s+|had\s+)?(?:long\s+"
    rf"|carefully\s+)?(?:cultivated|built|led|leads|formed|assembled|forged|created|nurtured|heads)"
)
_LED: Final = re.compile(rf"(?P<a>{MODIFIER}+)[-\u2010\u2011]led\s+(?:[a-z-]+\s+){{0,2}}?(?P<b>{NOUN}+)")
_ITS_AXIS: Final = re.compile(
    rf"(?:(?P<a>{ACTOR})'s|\bits|\btheir)\s+(?:so-called\s+)?['\"“‘]?(?P<b>{NOUN}+)"
)
_INFLUENCE: Final = re.compile(
    rf"(?P<a>{ACTOR})(?:'s)?\s+(?:[a-z-]+\s+)?influence\s+(?:in"
    rf"|over|across|throughout)\s+(?:the\s+)?(?P<b>{ANY}"
    rf"|region)|\bits\s+(?:[a-z-]+\s+)?influence\s+(?:in|over|across"
    rf"|throughout)\s+(?:the\s+)?(?P<c>{ANY}|region)"
)
_ALLIANCE_GROUPS: Final = re.compile(
    rf"\balliances?\s+with\s+(?:armed\s+|militant\s+)?(?:groups|militias|movements)\s+(?:such\s+as"
    rf"|like|including)\s+(?P<b>{NOUN}+)|\ball(?:y|ies)\s+(?:such\s+as|like|including)\s+(?P<c>{NOUN}+)"
)
_CIVIL_WAR: Final = re.compile(r"\bcivil\s+war\b")
_VIEW: Final = re.compile(
    r"\b(?:view(?:s|ed|ing)?|s(?:ees|aw|eeing)|regard(?:s|ed|ing)?|consider(?:s|ed)?|treat(?:s|ed)?)\b"
)


def find_relations(
    sentence: Sentence, last_subject: list[Mention], war: str | None, region: str | None
) -> Iterator[RelationDraft]:
    """Yield the relations of a sentence; ``war`` is the country whose government faces rebels."""
    if len(sentence.mentions) == 0:
        return
    if sentence.may("rel.bond", "rel.back", "rel.backer", "rel.aid") or MODIFIER in sentence.masked:
        yield from _patronage(sentence, last_subject)
    if sentence.may("rel.base"):
        yield from _bases(sentence, last_subject)
    if sentence.may("rel.arms"):
        yield from _arms(sentence, last_subject)
    if sentence.may("rel.conduit"):
        yield from _conduits(sentence, last_subject)
    if sentence.may("rel.axis", "rel.groups") or any(m.id == "AXIS" for m in sentence.mentions):
        yield from _axis(sentence, last_subject)
    if sentence.may("rel.influence"):
        yield from _influence(sentence, last_subject, region)
    for s in find_standing(sentence, last_subject, war):
        yield relation_draft(
            sentence, s.type, list(s.from_), list(s.to), s.start, s.end, status=s.status, support=s.support
        )
    hit = _CIVIL_WAR.search(sentence.masked)
    if hit and war:
        yield relation_draft(
            sentence,
            "at_war_with",
            [f"{war}-GOV"],
            [f"{war}-REB"],
            hit.start(),
            hit.end(),
            status="past_to_present",
        )


def _patronage(sentence: Sentence, last_subject: list[Mention]) -> Iterator[RelationDraft]:
    """Yield who stands behind whom."""
    masked = sentence.masked
    pairs: list[tuple[re.Match[str], list[Mention], Mention | None]] = []
    for hit in _BETWEEN.finditer(masked):
        a = first_of(sentence, hit, "a")
        pairs.append((hit, [a] if a else [], first_of(sentence, hit, "b")))
    pairs += [
        (h, subjects(sentence, h.start(), last_subject), first_of(sentence, h, "b"))
        for h in _WITH.finditer(masked)
    ]
    pairs += [
        (h, subjects(sentence, h.start(), last_subject), first_of(sentence, h, "b"))
        for h in _BACKS.finditer(masked)
    ]
    for hit in _SUPPORT_FOR.finditer(masked):
        a = first_of(sentence, hit, "a")
        pairs.append((hit, [a] if a else [], first_of(sentence, hit, "b")))
    for hit in _X_BACKED.finditer(masked):
        a = first_of(sentence, hit, "a")
        pairs.append((hit, [a] if a else [], first_of(sentence, hit, "b")))
    for pattern in (_BACKER, _BACKER_OF):
        for hit in pattern.finditer(masked):
            who = [m for m in _beside(sentence, hit, last_subject) if m != first_of(sentence, hit, "b")]
            pairs.append((hit, who, first_of(sentence, hit, "b")))
    bond = _BOND_NOUN.search(masked)
    if (
        bond
        and not pairs
        and re.search(r"\bend(?:s|ing)?\s+(?:of\s+)?(?:a|the|its)\b[^.;,]{0,30}$", masked[: bond.start()])
    ):
        who = subjects(sentence, bond.start(), last_subject)
        place = next(
            (m for m in sentence.mentions if m.start - sentence.start < bond.start() and m not in who), None
        )
        pairs.append((bond, who, place))
    for hit, patrons, client in pairs:
        yield from _patron(sentence, hit, patrons, client)


def _beside(sentence: Sentence, hit: re.Match[str], last_subject: list[Mention]) -> list[Mention]:
    """Return the patron in ``Russia, Assad's main backer`` or ``Assad's main backer, Russia``."""
    left = [
        m
        for m in sentence.within(0, hit.start())
        if m.kind == "noun" and m.end - sentence.start >= hit.start() - 12
    ]
    right = [m for m in sentence.within(hit.end(), hit.end() + 8) if m.kind == "noun"]
    return (
        conjuncts(sentence, right[0], left=False)
        if right
        else left[-1:] or subjects(sentence, hit.start(), last_subject)
    )


def _patron(
    sentence: Sentence, hit: re.Match[str], patrons: list[Mention], client: Mention | None
) -> Iterator[RelationDraft]:
    """Yield patron_of where a state or group stands behind another."""
    if client is None or actor(client.id).type in ("region",):
        return
    senders = [state_of(p.id) for p in patrons]
    to = state_of(client.id)
    senders = [
        s
        for s in senders
        if s != to and not s.endswith("-REB") and actor(s).type != "region" and s != actor(to).country
    ]
    if senders:
        status: Status | None = "current" if hit.re is _X_BACKED else None
        yield relation_draft(sentence, "patron_of", senders, [to], hit.start(), hit.end(), status=status)


def _bases(sentence: Sentence, last_subject: list[Mention]) -> Iterator[RelationDraft]:
    """Yield bases_in: who keeps bases where."""
    hit = _BASES.search(sentence.masked)
    if hit is None:
        return
    who = [
        m
        for m in subjects(sentence, hit.start(), last_subject)
        if actor(m.id).type == "country" or actor(m.id).organ_of
    ]
    place = re.search(rf"\b(?:in|inside|across)\s+(?:[a-z-]+\s+){{0,2}}?({ANY})", sentence.masked)
    where = sentence.at(place.start(1)) if place else None
    senders = [state_of(m.id) for m in who]
    if where and actor(where.id).country and state_of(where.id) not in senders and senders:
        yield relation_draft(sentence, "bases_in", senders, [state_of(where.id[:3])], hit.start(), hit.end())


def _arms(sentence: Sentence, last_subject: list[Mention]) -> Iterator[RelationDraft]:
    """Yield arms_transfers_to."""
    for hit in _ARMS.finditer(sentence.masked):
        senders = [
            s
            for m in subjects(sentence, hit.start(), last_subject)
            if not (s := state_of(m.id)).endswith("-REB")
        ]
        m = sentence.at(hit.start("b"))
        to = [state_of(m.id)] if m else [f"{s}-ALLIES" for s in senders if len(s) == 3]
        senders = [s for s in senders if s not in to]
        if senders and to and (m is None or m.kind == "noun"):
            yield relation_draft(sentence, "arms_transfers_to", senders, to, hit.start(), hit.end())


def _conduits(sentence: Sentence, last_subject: list[Mention]) -> Iterator[RelationDraft]:
    """Yield conduit_for: sender, recipient, the territory between, and in whose eyes."""
    hit = _CONDUIT.search(sentence.masked)
    if hit is None:
        return
    viewing = list(_VIEW.finditer(sentence.masked, 0, hit.start()))
    via = _territory(sentence, hit)
    target = _CONDUIT_TO.search(sentence.masked, hit.end())
    ends = [
        x
        for m in ([sentence.at(target.start("b"))] if target else [])
        if m
        for x in conjuncts(sentence, m, left=False)
    ]
    at = min(viewing[-1].start() if viewing else hit.start(), _begin(sentence, via, hit))
    senders = [
        m for m in subjects(sentence, at, last_subject) if m is not via and m.id != (via.id if via else "")
    ]
    if not senders and re.search(r"\b(?:it|they|its)\b", sentence.masked[: hit.start()]):
        senders = list(last_subject)
    possessor = re.search(rf"({ACTOR})'s?\s+(?:[a-z-]+\s+){{0,3}}$", sentence.masked[: hit.start()])
    if possessor and (p := sentence.at(possessor.start(1))):
        senders = [p]
    from_ = [state_of(m.id) for m in senders if actor(m.id).type != "region"]
    to = [
        state_of(m.id)
        for m in ends
        if m.kind == "noun" and state_of(m.id) not in from_ and (via is None or m.id != via.id)
    ]
    if not from_ or not (to or via):
        return
    over = (
        [state_of(via.id[:3])]
        if via and actor(via.id[:3]).country and state_of(via.id[:3]) not in from_
        else []
    )
    if not over and not to:
        return
    holder = from_[0] if viewing else None
    end = target.end() if target and to else hit.end()
    yield relation_draft(
        sentence,
        "conduit_for",
        from_,
        [t for t in to if t not in over],
        hit.start(),
        end,
        via=over,
        holder=holder,
        support=0.8 if over and to else 0.6,
        hedge_at=hit.start(),
    )


def _begin(sentence: Sentence, via: Mention | None, hit: re.Match[str]) -> int:
    """Return where the one who uses a territory must stand before."""
    begins_sentence = via is not None and via.start == sentence.start
    return hit.start() if via is None or begins_sentence else via.start - sentence.start


def _territory(sentence: Sentence, hit: re.Match[str]) -> Mention | None:
    """Return the territory that serves as conduit: ``Syria as a …``, ``… through Syria``."""
    after = re.search(rf"\b(?:through|across|via|over)\s+(?:[a-z-]+\s+){{0,2}}?({ANY})", sentence.masked)
    if after:
        return sentence.at(after.start(1))
    as_ = re.search(
        rf"({ANY})\s+(?:as|has\s+been|is|was|had\s+been|served\s+as"
        rf"|has\s+served\s+as|provided|offered)\s+(?:[a-z-]+\s+){{0,5}}$",
        sentence.masked[: hit.start()],
    )
    return sentence.at(as_.start(1)) if as_ else None


def _axis(sentence: Sentence, last_subject: list[Mention]) -> Iterator[RelationDraft]:
    """Yield who leads an armed bloc and who is allied with armed groups."""
    for hit in _AXIS_OF.finditer(sentence.masked):
        m = sentence.at(hit.start("b"))
        who = [x for x in sentence.within(0, hit.start()) if x.kind == "noun" and x is not m][
            :1
        ] or last_subject[:1]
        inner = [x for x in sentence.within(hit.start("b") + 1, hit.end()) if x.kind == "noun" and x is not m]
        if m and actor(m.id).type in ("group", "organization") and (inner or who):
            yield relation_draft(
                sentence, "leads", [state_of((inner or who)[0].id)], [m.id], hit.start(), hit.end()
            )
    for hit in _ITS_AXIS.finditer(sentence.masked):
        m = sentence.at(hit.start("b"))
        owner = (
            first_of(sentence, hit, "a")
            if hit.group("a")
            else next(iter(subjects(sentence, hit.start() + 1, last_subject)), None)
        )
        if m and m.id == "AXIS" and owner:
            yield relation_draft(sentence, "leads", [state_of(owner.id)], [m.id], hit.start(), hit.end())
    for hit in _LED.finditer(sentence.masked):
        a, b = first_of(sentence, hit, "a"), first_of(sentence, hit, "b")
        if a and b and b.id == "AXIS":
            yield relation_draft(sentence, "leads", [state_of(a.id)], [b.id], hit.start(), hit.end())
    for hit in _ALLIANCE_GROUPS.finditer(sentence.masked):
        b = first_of(sentence, hit, "b", "c")
        who = subjects(sentence, hit.start(), last_subject)
        if b and who and state_of(who[0].id) != b.id:
            for x in conjuncts(sentence, b, left=False):
                yield relation_draft(
                    sentence, "ally_of", [state_of(who[0].id)], [state_of(x.id)], hit.start(), hit.end()
                )


def _influence(
    sentence: Sentence, last_subject: list[Mention], region: str | None
) -> Iterator[RelationDraft]:
    """Yield influence_in."""
    for hit in _INFLUENCE.finditer(sentence.masked):
        group = "b" if hit.group("b") else "c"
        target = (
            region if hit.group(group) == "region" else getattr(sentence.at(hit.start(group)), "id", None)
        )
        owner = (
            first_of(sentence, hit, "a")
            if hit.group("a")
            else next(iter(subjects(sentence, hit.start() + 1, last_subject)), None)
        )
        if owner and target and state_of(owner.id) != state_of(target):
            yield relation_draft(
                sentence, "influence_in", [state_of(owner.id)], [state_of(target)], hit.start(), hit.end()
            )
