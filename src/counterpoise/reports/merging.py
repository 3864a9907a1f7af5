"""From mentions to statements: repeats of one event, relation or claim become one item with several spans.

Two mentions of a withdrawal are one event if they agree in sender, client and realis (a mention without a
client joins the sender's event). What merges keeps the most certain hedge that the text itself gives, never
more; a mention that only points back (``this retreat``) gives none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from counterpoise.reports.causes import Cause, causes_of, the_move
from counterpoise.reports.claim_drafts import ClaimDraft
from counterpoise.reports.claim_objects import claim_words
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import (
    SUPPORT_KINDS,
    USABLE_FROM,
    Claim,
    ClaimObject,
    Direction,
    Event,
    Expect,
    Measure,
    Query,
    Relation,
    Span,
)
from counterpoise.reports.drafts import QUAD, EventDraft
from counterpoise.reports.hedges import certainty
from counterpoise.reports.relation_drafts import RelationDraft

__all__ = ["merge_claims", "merge_events", "merge_relations"]

_EXPECT: Final[dict[Direction, Expect]] = {
    "increase": "+",
    "enable": "+",
    "decrease": "-",
    "prevent": "-",
    "change": "nonzero",
    "none": "0",
    "high": "high",
    "low": "low",
}
_NO_QUERY: Final = {
    "open_question": "the text leaves it open: a question has no direction to test",
    "evaluative": "an evaluation, not a change that the model measures",
}


def merge_events(drafts: Sequence[EventDraft], credibility: int) -> tuple[Event, ...]:
    """Merge event mentions; ids ``E1`` … in order of first mention."""
    groups: list[list[EventDraft]] = []
    # Only mentions of one family and realis can be one event: each is compared with those of its shelf.
    shelves: dict[tuple[object, ...], list[list[EventDraft]]] = {}
    for d in drafts:
        key = (
            (d.family, d.realis)
            if d.family != "other"
            else (d.family, d.type, tuple(d.actors), tuple(d.recipients))
        )
        shelf = shelves.setdefault(key, [])
        home = next((g for g in shelf if _same_event(g, d)), None)
        if home is None:
            shelf.append([d])
            groups.append(shelf[-1])
        else:
            home.append(d)
    return tuple(_event(f"E{i}", g, credibility) for i, g in enumerate(groups, 1))


def _same_event(group: list[EventDraft], d: EventDraft) -> bool:
    """Tell whether a mention belongs to an event."""
    head = group[0]
    if head.family != d.family or head.realis != d.realis:
        return False
    if d.family == "withdrawal":
        if d.anaphor:
            return not d.actors or head.actors == d.actors
        clients = {r for g in group for r in g.recipients}
        same_client = not d.recipients or not clients or bool(set(d.recipients) & clients)
        same_place = bool(clients or d.recipients) or set(head.place) == set(d.place)
        return head.actors == d.actors and same_client and same_place and _kin(head.type, d.type)
    if d.family == "capture":
        return head.actors == d.actors and bool(set(head.place) & set(d.place))
    if d.family == "offensive":
        return head.actors == d.actors and head.location == d.location
    same = head.type == d.type and head.actors == d.actors and head.recipients == d.recipients
    return same and (d.family == "reinforcement" or bool(head.mode == d.mode and d.actors and d.recipients))


def _kin(a: str, b: str) -> bool:
    """Tell whether two types may be one withdrawal: its parts, not a speech act about it."""
    parts = {"RETREAT", "SANCTION"}
    return a == b or {a, b} <= parts


def _union(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x for xs in lists for x in xs))


def _spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans without repeats, in text order."""
    return tuple(sorted({(s.start, s.end): s for s in spans}.values(), key=lambda s: (s.start, s.end)))


def _event(id_: str, group: list[EventDraft], credibility: int) -> Event:
    """Build an event out of its mentions."""
    head = max(group, key=lambda d: (d.type != "SANCTION", not d.anaphor))
    named = [d for d in group if not d.anaphor]
    # "Russia may withdraw ... The withdrawal": what only points back says nothing on how sure it is.
    best = max(named or group, key=lambda d: certainty(d.hedge) if d.realis != "negated" else -1)
    kinds = {k for d in group for k in d.kinds}
    support = max(d.support for d in group)
    tense = next((d.tense for d in group if d.tense == "ongoing"), head.tense)
    return Event(
        id=id_,
        type=head.type,
        mode=head.mode,
        quad=QUAD[head.type],
        actors=_union(d.actors for d in named),
        recipients=_union(d.recipients for d in named),
        location=_union(d.location for d in named),
        place=_union(d.place for d in group),
        support_kinds=tuple(k for k in SUPPORT_KINDS if k in kinds),
        triggers=_spans(d.trigger for d in group),
        realis=head.realis,
        tense=tense,
        date=next((d.date for d in group if d.date), None),
        hedge=best.hedge,
        credibility=credibility,
        holder=head.holder,
        method="+".join(dict.fromkeys(d.method for d in group)),
        support=support,
        usable=support >= USABLE_FROM and head.family != "other",
    )


def merge_relations(drafts: Sequence[RelationDraft], credibility: int) -> tuple[Relation, ...]:
    """Merge relation mentions of equal type and parties; an ending status wins over a standing one."""
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[RelationDraft]] = {}
    for d in drafts:
        groups.setdefault((d.type, d.from_, d.to), []).append(d)
    rank = ("ending", "ended", "weakening", "strengthening", "starting", "past_to_present", "current", "past")
    found = []
    for i, group in enumerate(groups.values(), 1):
        head = min(group, key=lambda d: rank.index(d.status))
        support = min(0.95, max(d.support for d in group) + 0.05 * (len(group) - 1))
        found.append(
            Relation(
                id=f"R{i}",
                type=head.type,
                from_=head.from_,
                to=head.to,
                via=_union(d.via for d in group),
                status=head.status,
                duration=next((d.duration for d in group if d.duration), None),
                symmetric=head.type in ("at_war_with", "ally_of", "partner_of"),
                holder=next((d.holder for d in group if d.holder), None),
                evidence=_spans(d.span for d in group),
                hedge=max((d.hedge for d in group), key=certainty),
                credibility=credibility,
                method="relation.pattern",
                support=support,
                usable=support >= USABLE_FROM,
            )
        )
    return tuple(found)


def merge_claims(
    drafts: Sequence[ClaimDraft],
    events: Sequence[Event],
    relations: Sequence[Relation],
    sentences: Sequence[Sentence],
    grades: tuple[int, int],
) -> tuple[Claim, ...]:
    """Merge claim mentions with equal object and direction, and put each as a question to the model.

    Parameters
    ----------
    drafts, events, relations, sentences : sequences
    grades : (int, int)
        Admiralty credibility of forecasts and of facts.
    """
    causes = causes_of(drafts, events, relations, sentences)
    groups: dict[tuple[object, ...], list[int]] = {}
    for i, d in enumerate(drafts):
        negated = d.hedge.strength == "negated"
        key = (d.attribute, d.owners, d.others, d.direction, negated, d.kind == "open_question")
        groups.setdefault(key, []).append(i)
    ids = {i: f"C{n}" for n, group in enumerate(groups.values(), 1) for i in group}
    stated = {
        ids[group[0]]: tuple(dict.fromkeys(c for i in group if (c := _name(causes[i], ids)) and c != ids[i]))
        for group in groups.values()
    }
    found = []
    for group in groups.values():
        id_ = ids[group[0]]
        shock = _root(id_, stated, events) or the_move(events) or _first_shock(events)
        found.append(_claim(id_, [drafts[i] for i in group], stated[id_], shock, grades))
    return tuple(found)


def _name(cause: Cause, ids: dict[int, str]) -> str | None:
    return cause.id if cause.draft is None else ids[cause.draft]


def _root(id_: str, stated: dict[str, tuple[str, ...]], events: Sequence[Event]) -> Event | None:
    """Return the event at the end of a chain of causes, or None."""
    known = {e.id: e for e in events}
    seen: set[str] = set()
    waiting = list(stated.get(id_, ()))
    while waiting:
        cause = waiting.pop(0)
        if cause in known:
            return known[cause]
        if cause not in seen:
            seen.add(cause)
            waiting += stated.get(cause, ())
    return None


def _first_shock(events: Sequence[Event]) -> Event | None:
    return next((e for e in events if e.usable and (e.support_change != "none" or e.type == "ASSAULT")), None)


def _claim(
    id_: str, group: list[ClaimDraft], cause: tuple[str, ...], shock: Event | None, grades: tuple[int, int]
) -> Claim:
    """Build a claim: hedge and evidence of its first mention, the longest horizon of all."""
    head = group[0]
    forecast, fact = grades
    days = max((d.horizon_days for d in group if d.horizon_days), default=None)
    query, reason = _query(head, shock, days)
    kind = "causal" if cause and head.kind in ("predictive", "evidential") else head.kind
    support = min(0.95, max(d.support for d in group) + 0.05 * (len(group) - 1))
    return Claim(
        id=id_,
        kind=kind,
        cause=cause,
        object=ClaimObject(
            actor=_union((head.owners, head.others)), attribute=head.attribute, scope=head.scope
        ),
        direction=head.direction,
        magnitude=next((d.magnitude for d in group if d.magnitude), None),
        horizon=next((d.horizon for d in group if d.horizon_days == days and d.horizon), None),
        holder=next((d.holder for d in group if d.holder), None),
        hedge=head.hedge,
        evidence=head.span,
        mentions=_spans(d.span for d in group),
        model_query=query,
        no_query_reason=reason,
        credibility=fact if kind == "state" else forecast,
        method="claim.window",
        support=support,
        usable=support >= USABLE_FROM,
    )


def _query(d: ClaimDraft, shock: Event | None, days: int | None) -> tuple[Query | None, str | None]:
    """Return the model query, or why there is none."""
    if d.kind in _NO_QUERY:
        return None, _NO_QUERY[d.kind]
    if d.attribute == "need_for_support":
        return Query(
            shock=None, measure="regime_stability", target=_one(d.owners), expect="low", horizon_days=days
        ), None
    measure = claim_words().measures.get(d.attribute)
    if shock is None or measure is None:
        no_event = "no event in the text that it could follow from"
        return None, no_event if shock is None else f"the model has no measure for '{d.attribute}'"
    owners = d.owners or (
        shock.actors if d.others and measure in ("support_flow", "conduit_capacity") else ()
    )
    target = (*owners, *(o for o in d.others if o not in d.owners)) or ((d.scope,) if d.scope else ())
    if not target:
        return None, "the text does not say whose"
    named: Measure = measure  # type: ignore[assignment]
    return Query(
        shock=shock.id, measure=named, target=_one(target), expect=_EXPECT[d.direction], horizon_days=days
    ), None


def _one(ids: tuple[str, ...]) -> str | tuple[str, ...]:
    return ids[0] if len(ids) == 1 else ids
