"""The way through: text → sentences → mentions → events, relations, claims → one `Coding`."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Final

from counterpoise.reports.actors import Mention, entities, find_mentions, state_of
from counterpoise.reports.claim_drafts import ClaimDraft
from counterpoise.reports.claims import find_claims
from counterpoise.reports.clauses import Sentence, subjects
from counterpoise.reports.coding import Coding, Document, Entity, Event, Source, Span
from counterpoise.reports.dates import date_of_event
from counterpoise.reports.document import Loaded, load, source_of
from counterpoise.reports.drafts import EventDraft
from counterpoise.reports.fighting import find_fighting
from counterpoise.reports.hedges import make_hedge
from counterpoise.reports.holders import holder_of
from counterpoise.reports.lexicon import actor
from counterpoise.reports.merging import merge_claims, merge_events, merge_relations
from counterpoise.reports.plover import find_other
from counterpoise.reports.reading import respanned
from counterpoise.reports.relation_drafts import RelationDraft
from counterpoise.reports.relations import find_relations
from counterpoise.reports.sentences import split_sentences
from counterpoise.reports.support import about_conflict
from counterpoise.reports.unknown import Unknown, find_unknown
from counterpoise.reports.withdrawals import find_moves

__all__ = ["read_loaded", "read_report"]

_ANAPHOR: Final = re.compile(
    r"\b(?:this|the|that)\s+(?:\w+\s+)?(?:retreat|move|withdrawal|pull-?out"
    r"|departure|evacuation|exit|drawdown|disengagement)\b"
    r"|\bthis\s+(?:shift|step|turn|decision)\b"
)
_APART: Final = re.compile(r"\bdistanc(?:e|es|ed|ing)\s+(?:itself|himself|themselves)\b(?!\s+from)")
_META: Final = re.compile(
    r"\s*(?:[*_]*(?:[Oo]riginal [Ss]ource|[Ss]ource|[Pp]ublished|[Uu]pdated|[Dd]ate|[Pp]osted)"
    r"[*_]*\s*:.{0,200}"
    r"|Example report written .{0,120}|By(?:\s+[A-Z][\w.'-]+){2,4})\.?$"
)


def read_report(
    source: str | Path,
    *,
    text: str | bytes | None = None,
    published: dt.date | None = None,
    publisher: str | None = None,
) -> Coding:
    """Read a report: who did what, how they stand to one another, what is said to follow.

    Parameters
    ----------
    source : str or Path
        Path of a text, Markdown or HTML file; with `text`, only its name.
    text : str or bytes, optional
        The report itself.
    published : date, optional
        Publication day; left out: what the text or its metadata states, else none.
    publisher : str, optional
        Who brings the report; left out: what the text states, else none.

    Returns
    -------
    Coding
        Empty statements where the text holds none; its entities are there all the same.

    Raises
    ------
    InputError
        If there is no readable English text of at most 1 MB.

    Examples
    --------
    >>> coding = read_report("note", text="Russia has withdrawn its troops from Mali as rebels advance.")
    >>> [(e.type, e.actors, e.recipients) for e in coding.events][0]
    ('RETREAT', ('RUS',), ('MLI',))
    """
    return read_loaded(load(source, text, published), publisher)


def read_loaded(loaded: Loaded, publisher: str | None = None) -> Coding:
    """Read a report that has been loaded."""
    provenance = source_of(loaded, publisher)
    sentences, mentions = _sentences(loaded)
    conflict = about_conflict(loaded.reading.text, spare=1)
    drafts = _read(sentences) if conflict else _Drafts()
    return _placed(_coding(loaded, provenance, sentences, mentions, drafts, conflict), loaded)


def _placed(coding: Coding, loaded: Loaded) -> Coding:
    """Return a coding whose spans quote the original, where the rules read another text."""
    if loaded.reading.text == loaded.text:
        return coding
    data = respanned(coding.model_dump(by_alias=True), loaded.text, loaded.reading.places, Span.of)
    data["document"]["text"] = loaded.text
    return Coding.model_validate(data)


class _Drafts:
    """What the rules found, before repeats are merged."""

    def __init__(self) -> None:
        self.events: list[EventDraft] = []
        self.relations: list[RelationDraft] = []
        self.claims: list[ClaimDraft] = []


def _sentences(loaded: Loaded) -> tuple[list[Sentence], list[Mention]]:
    """Return the sentences with their mentions; a mention never crosses a sentence end."""
    text = loaded.reading.text
    mentions = find_mentions(text, loaded.published)
    spans = split_sentences(text)
    found, kept, k = [], [], 0
    for i, (start, end) in enumerate(spans):
        inside = []
        while k < len(mentions) and mentions[k].start < end:
            if mentions[k].start >= start and mentions[k].end <= end:
                inside.append(mentions[k])
            k += 1
        kept += inside
        found.append(Sentence(text, i, start, end, tuple(inside)))
    return found, kept


def _read(sentences: list[Sentence]) -> _Drafts:
    """Run every rule over every sentence, with a memory of who was last spoken of."""
    drafts = _Drafts()
    all_mentions = [m for s in sentences for m in s.mentions]
    war, rebels, region = _war(all_mentions), _rebels(all_mentions), _region(all_mentions)
    made_up = bool(sentences) and _SATIRE.search(sentences[0].text) is not None
    last: list[Mention] = []
    told: EventDraft | None = None
    for s in sentences:
        raw = s.text[s.start : s.end]
        if _META.match(raw):
            continue
        if s.may("other") and not about_conflict(raw):
            if about_conflict(raw, spare=1):
                own, more = find_other(s, last, [])
                drafts.events += [*own, *more]
            continue
        moves = list(find_moves(s, last))
        told = next((m for m in reversed(moves) if _tellable(m)), told)
        moves += _anaphors(s, moves, told)
        fights = list(find_fighting(s, rebels))
        coded = [*moves, *fights]
        taken = [(d.trigger.start - s.start, d.trigger.end - s.start) for d in coded]
        own, more = find_other(s, last, taken)
        # The sentence's own event comes first: a withdrawal in its subordinate clause is not what it is about.
        drafts.events += _dated(s, [*own, *coded, *more])
        if made_up or raw.rstrip("\"'”’)").endswith("?") or (s.may("fiction") and _FICTION.search(raw)):
            for d in drafts.events[-len(own) - len(coded) - len(more) :] if own or coded or more else ():
                _unreal(d)
        drafts.relations += find_relations(s, last, war, region)
        drafts.claims += find_claims(s, last, region)
        last = _topic(s) or last
    return drafts


#: The text calls itself satire.
_SATIRE: Final = re.compile(
    r"(?i)(?:^|\n)\W*(?:satire|parody|april\s+fool)\b|\b(?:satirical\s+(?:article|site|piece|news|story)|this\s+is\s+satire)\b"
)
#: The sentence tells of something made up.
_FICTION: Final = re.compile(
    r"(?i)\bin\s+(?:the|a|his|her)\s+(?:novel|film|movie|game|series|play|book|thriller|scenario|simulation|war\s?game|exercise)\b"
    r"|\b(?:fictional|fictitious|imaginary|hoax|fake|faked|doctored|deepfake|parody|spoof|satirical|satire)\b"
)


def _unreal(draft: EventDraft) -> None:
    """Take from an event that it happened: a question, satire or a story asserts nothing."""
    if draft.realis == "actual":
        draft.realis = "hypothetical"
        draft.hedge = make_hedge("doubtful", False, draft.hedge.cues)


def _dated(sentence: Sentence, drafts: list[EventDraft]) -> list[EventDraft]:
    """Give events the date that their sentence states, and whose word they are."""
    raw = sentence.text[sentence.start : sentence.end]
    for d in drafts:
        a, b = d.trigger.start - sentence.start, d.trigger.end - sentence.start
        d.date = date_of_event(raw, a, b) if d.realis != "negated" and d.tense != "ongoing" else None
        d.holder = holder_of(sentence, d.trigger.start - sentence.start, d.actors)
    return drafts


def _topic(sentence: Sentence) -> list[Mention]:
    """Return whom a pronoun in the next sentence most likely means: this sentence's first subject."""
    nouns = [m for m in sentence.mentions if m.kind == "noun" and actor(m.id).type != "region"]
    if not nouns:
        return []
    first = subjects(sentence, len(sentence.masked))
    return [nouns[0]] if nouns[0] not in first else first[:1]


def _war(mentions: list[Mention]) -> str | None:
    """Return the country whose rebels or regime the text names most."""
    votes = Counter(m.id[:3] for m in mentions if m.id.endswith("-REB"))
    votes.update(
        c
        for m in mentions
        if "REB" in actor(m.id).sector and (c := actor(m.id).country) and not m.id.endswith("-REB")
    )
    return max(votes, key=lambda c: (votes[c], c)) if votes else None


def _rebels(mentions: list[Mention]) -> str | None:
    """Return the armed opposition that the text names most."""
    votes = Counter(m.id for m in mentions if "REB" in actor(m.id).sector)
    return max(votes, key=lambda c: (votes[c], c)) if votes else None


def _region(mentions: list[Mention]) -> str | None:
    """Return the region that ``the region`` means."""
    return next((m.id for m in mentions if actor(m.id).type == "region"), None)


def _tellable(draft: EventDraft) -> bool:
    """Tell whether ``this retreat`` may mean a withdrawal."""
    return draft.family == "withdrawal" and bool(draft.recipients) and draft.realis in ("actual", "future")


def _anaphors(sentence: Sentence, here: list[EventDraft], head: EventDraft | None) -> list[EventDraft]:
    """Return mentions such as ``this retreat`` of the withdrawal that was told last."""
    if head is None:
        return []
    found: list[EventDraft] = []
    apart = [
        m
        for m in _APART.finditer(sentence.masked)
        if {state_of(x.id) for x in subjects(sentence, m.start())} & set(head.actors)
    ]
    for hit in [*_ANAPHOR.finditer(sentence.masked), *apart]:
        span = sentence.span(hit.start(), hit.end())
        if not any(e.trigger.start < span.end and span.start < e.trigger.end for e in here):
            found.append(
                EventDraft(
                    head.type,
                    head.mode,
                    span,
                    head.realis,
                    head.tense,
                    make_hedge("asserted", False, ()),
                    "withdrawal.anaphor",
                    0.5,
                    list(head.actors),
                    list(head.recipients),
                    family="withdrawal",
                    anaphor=True,
                )
            )
    return found


def _coding(
    loaded: Loaded,
    source: Source,
    sentences: list[Sentence],
    mentions: list[Mention],
    drafts: _Drafts,
    conflict: bool,
) -> Coding:
    """Merge, number and close the coding."""
    fact = {"A": 2, "B": 2, "F": 6}.get(source.reliability, 3)
    events = merge_events(drafts.events, fact)
    relations = merge_relations(drafts.relations, fact)
    claims = merge_claims(drafts.claims, events, relations, sentences, (6, fact))
    used = {i for e in events for i in (*e.actors, *e.recipients, *e.location)}
    used |= {i for r in relations for i in (*r.from_, *r.to, *r.via)}
    used |= {e.holder for e in events if e.holder} | {r.holder for r in relations if r.holder}
    used |= {c.holder for c in claims if c.holder}
    used |= {i for c in claims for i in (*c.object.actor, *filter(None, (c.object.scope,)))}
    where = {m.start: s.index for s in sentences for m in s.mentions}
    named = entities(loaded.reading.text, mentions, where, used)
    named += _strangers(sentences, {e.id for e in named}) if conflict else ()
    document = Document(
        sha256=loaded.sha256,
        name=loaded.name,
        title=loaded.title,
        published=loaded.published,
        published_from=loaded.published_from,
        n_chars=len(loaded.text),
        n_sentences=len(sentences),
        subject="conflict" if conflict else "other",
        notes=_notes(loaded, conflict, events, named),
        text=loaded.reading.text,
    )
    return Coding(
        document=document, source=source, entities=named, events=events, relations=relations, claims=claims
    )


def _strangers(sentences: list[Sentence], known: set[str]) -> tuple[Entity, ...]:
    """Return the named actors that the tables do not hold, in text order."""
    spans: dict[str, list[Span]] = {}
    first: dict[str, Unknown] = {}
    for s in sentences:
        if _META.match(s.text[s.start : s.end]):
            continue
        for u in find_unknown(s.text, s.start, s.end, s.mentions):
            first.setdefault(u.id, u)
            spans.setdefault(u.id, []).append(Span.of(s.text, s.index, u.start, u.end))
    return tuple(
        Entity(
            id=i,
            name=u.name,
            type=u.type,
            country=u.country,
            sector=("UNK",),
            aliases=(u.name,),
            mentions=tuple(spans[i]),
        )
        for i, u in first.items()
        if i not in known
    )


def _notes(
    loaded: Loaded, conflict: bool, events: tuple[Event, ...], named: tuple[Entity, ...]
) -> tuple[str, ...]:
    """Return what the reader should know of the reading itself."""
    notes = list(loaded.notes)
    if loaded.published is None:
        notes.append("the text gives no date of publication")
    if not conflict:
        notes.append(
            "the text is not about armed conflict or statecraft: nothing coded; actors found: "
            + (", ".join(e.name for e in named) or "none")
        )
    elif not any(e.usable for e in events):
        notes.append(
            "no withdrawal, support or fighting found; actors found: "
            + (", ".join(e.name for e in named) or "none")
        )
    return tuple(notes)
