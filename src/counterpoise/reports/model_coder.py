"""The optional language-model coder, held by the rules: grounded, capped, compared.

The rules always run. What the model adds must have its quote in the text and its actors in the text; its hedge is
at most as sure, and its realis at most as real, as the rules read at that place. It adds no number and no date. A
statement that only the model makes stays below the threshold, so that it is shown and moves nothing; one that both
make is marked so. How far the two agree is returned and belongs beside the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from counterpoise.reports.actors import find_mentions, state_of
from counterpoise.reports.align import align
from counterpoise.reports.clauses import Sentence
from counterpoise.reports.coding import (
    Claim,
    ClaimObject,
    Coding,
    Event,
    EventType,
    Hedge,
    Realis,
    Relation,
    Span,
    Strength,
)
from counterpoise.reports.drafts import QUAD, realis_of, tense_of
from counterpoise.reports.hedges import LADDER, hedge_of, make_hedge
from counterpoise.reports.model_exchange import ModelAnswer, ModelSettings, ask_model
from counterpoise.reports.sentences import split_sentences

__all__ = ["Agreement", "ModelReading", "add_model"]

#: Support of what only the model says: below the threshold, always.
ALONE: Final = 0.45
_REALITY: Final[tuple[Realis, ...]] = ("actual", "future", "hypothetical", "negated")
_SPOKEN: Final[dict[str, Realis]] = {
    "actual": "actual", "future": "future", "hypothetical": "hypothetical", "negated": "negated",
    "refused": "negated", "requested": "hypothetical", "threatened": "future",
}  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """How far model and rules agree: statements of both, of the rules alone, of the model alone."""

    both: int
    rules_only: int
    model_only: int

    @property
    def share(self) -> float | None:
        """Share of all statements that both make; None where there are none."""
        total = self.both + self.rules_only + self.model_only
        return self.both / total if total else None


@dataclass(frozen=True)
class ModelReading:
    """A coding with what the model added, the agreement, what was refused and why, and what became of the request."""

    coding: Coding
    agreement: Agreement
    refused: tuple[tuple[str, str], ...]
    said: str


def add_model(coding: Coding, settings: ModelSettings) -> ModelReading:
    """Ask a model beside the rules, and add what holds.

    Parameters
    ----------
    coding : Coding
        What the rules read; its document carries the text.
    settings : ModelSettings
    """
    answer, said = ask_model(coding.document.text, settings)
    if answer is None:
        return ModelReading(
            _noted(coding, f"the language model gave nothing usable: {said}"),
            Agreement(0, _count(coding), 0),
            (),
            said,
        )
    work = _Work(coding, settings.model)
    work.take(answer)
    made = work.finished()
    note = (
        f"a language model ({settings.model}) was asked as well: {work.both} statements agree with the rules, "
        f"{work.added} are its own and move nothing, {len(work.refused)} were refused"
    )
    agreement = Agreement(work.both, max(0, _count(coding) - len(work.agreed)), work.added)
    return ModelReading(_noted(made, note), agreement, tuple(work.refused), said)


def _count(coding: Coding) -> int:
    return len(coding.events) + len(coding.relations) + len(coding.claims)


def _noted(coding: Coding, note: str) -> Coding:
    document = coding.document.model_copy(update={"notes": (*coding.document.notes, note)})
    return coding.model_copy(update={"document": document})


class _Work:
    """Takes a model's statements one by one."""

    def __init__(self, coding: Coding, model: str) -> None:
        self.coding, self.method = coding, f"model:{model[:60]}"
        text = coding.document.text
        mentions = find_mentions(text, coding.document.published)
        self.sentences = [
            Sentence(text, i, a, b, tuple(m for m in mentions if a <= m.start and m.end <= b))
            for i, (a, b) in enumerate(split_sentences(text))
        ]
        self.names = {alias.lower(): e.id for e in coding.entities for alias in (*e.aliases, e.name)}
        self.at = 0
        self.refused: list[tuple[str, str]] = []
        self.agreed: set[str] = set()
        self.both = self.added = 0
        self.events: list[Event] = []
        self.relations: list[Relation] = []
        self.claims: list[Claim] = []

    def take(self, answer: ModelAnswer) -> None:
        """Take all statements of an answer."""
        for e in answer.events:
            placed = self._place(e.quote)
            if placed:
                self._event(e.type, e.actors, e.recipients, e.realis, e.hedge, *placed)
        for r in answer.relations:
            placed = self._place(r.quote)
            if placed:
                self._relation(r.type, r.from_, r.to, r.hedge, *placed)
        for c in answer.claims:
            placed = self._place(c.quote)
            if placed:
                self._claim(c.actors, c.attribute, c.direction, c.hedge, *placed)

    def _place(self, quote: str) -> tuple[Sentence, Span] | None:
        """Return the sentence and span of a quote, or refuse it."""
        found = align(self.coding.document.text, quote, self.at)
        sentence = next((s for s in self.sentences if found and s.start <= found[0] < s.end), None)
        if found is None or sentence is None:
            self.refused.append((quote[:120], "the text does not hold this quote"))
            return None
        self.at = found[0]
        return sentence, Span.of(
            self.coding.document.text, sentence.index, found[0], min(found[1], sentence.end)
        )

    def _ids(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the ids of names that the text holds; None where one is not in it."""
        found: list[str] = []
        for name in names:
            id_ = self.names.get(name.lower()) or self.names.get(name.lower().removeprefix("the "))
            if id_ is None:
                known = find_mentions(name)
                id_ = next((m.id for m in known if self.coding.entity(m.id)), None)
            if id_ is None:
                return None
            found.append(id_)
        return tuple(dict.fromkeys(found))

    def _hedge(self, sentence: Sentence, span: Span, said: Strength) -> Hedge:
        """Return the weaker of the model's hedge and the rules'."""
        start, end = span.start - sentence.start, span.end - sentence.start
        own = hedge_of(sentence, start, end)
        if own.strength == "negated" or said == "negated":
            return own if own.strength == "negated" else make_hedge("asserted", True, own.cues)
        return own if LADDER.index(own.strength) >= LADDER.index(said) else make_hedge(said, False, own.cues)

    def _event(
        self,
        type_: EventType,
        actors: tuple[str, ...],
        recipients: tuple[str, ...],
        realis: Realis,
        hedge: Strength,
        sentence: Sentence,
        span: Span,
    ) -> None:
        who, whom = self._ids(actors), self._ids(recipients)
        if who is None or whom is None:
            self.refused.append((span.quote, "an actor that the text does not name"))
            return
        if self._known([(e.id, e.type == type_, e.triggers) for e in self.coding.events], span):
            return
        start = span.start - sentence.start
        raw = str(realis_of(sentence, start, sentence.masked[start:].split(" ")[0]))
        own: Realis = _SPOKEN.get(raw, "hypothetical")
        capped: Realis = max(realis, own, key=_REALITY.index)
        self.added += 1
        self.events.append(
            Event(
                id=f"EM{self.added}", type=type_, quad=QUAD[type_], actors=who, recipients=whom, triggers=(span,),
                realis=capped, tense=tense_of(sentence, start, "", capped), hedge=self._hedge(sentence, span, hedge),
                credibility=3, method=self.method, support=ALONE, usable=False,
            )
        )  # fmt: skip

    def _relation(
        self,
        type_: str,
        from_: tuple[str, ...],
        to: tuple[str, ...],
        hedge: Strength,
        sentence: Sentence,
        span: Span,
    ) -> None:
        who, whom = self._ids(from_), self._ids(to)
        if not who or not whom:
            self.refused.append((span.quote, "a party that the text does not name"))
            return
        sides = {state_of(i) for i in who} | {state_of(i) for i in whom}
        rows = [
            (r.id, r.type == type_ and bool(sides & {*r.from_, *r.to}), r.evidence)
            for r in self.coding.relations
        ]
        if self._known(rows, span):
            return
        self.added += 1
        self.relations.append(
            Relation(
                id=f"RM{self.added}", type=type_, from_=who, to=whom, status="current", evidence=(span,),
                hedge=self._hedge(sentence, span, hedge), credibility=3, method=self.method, support=ALONE, usable=False,
            )
        )  # fmt: skip

    def _claim(
        self,
        actors: tuple[str, ...],
        attribute: str,
        direction: str,
        hedge: Strength,
        sentence: Sentence,
        span: Span,
    ) -> None:
        who = self._ids(actors)
        if who is None:
            self.refused.append((span.quote, "an actor that the text does not name"))
            return
        rows = [
            (c.id, c.object.attribute == attribute and c.direction == direction, (c.evidence, *c.mentions))
            for c in self.coding.claims
        ]
        if self._known(rows, span):
            return
        self.added += 1
        self.claims.append(
            Claim(
                id=f"CM{self.added}", kind="predictive", object=ClaimObject(actor=who, attribute=attribute), direction=direction,
                hedge=self._hedge(sentence, span, hedge), evidence=span, mentions=(span,), model_query=None,
                no_query_reason="only the language model reads this", credibility=6, method=self.method, support=ALONE,
                usable=False,
            )
        )  # fmt: skip

    def _known(self, rows: list[tuple[str, bool, tuple[Span, ...]]], span: Span) -> bool:
        """Tell whether the rules make the statement too: the same kind at the same place."""
        for id_, same, spans in rows:
            if same and any(s.start < span.end and span.start < s.end for s in spans):
                self.both += 1
                self.agreed.add(id_)
                return True
        return False

    def finished(self) -> Coding:
        """Return the coding with what was added, and agreement marked in the method."""
        c = self.coding
        events = [e.model_copy(update=self._mark(e.id, e.method)) for e in c.events]
        relations = [r.model_copy(update=self._mark(r.id, r.method)) for r in c.relations]
        claims = [x.model_copy(update=self._mark(x.id, x.method)) for x in c.claims]
        return c.model_copy(
            update={
                "events": (*events, *self.events),
                "relations": (*relations, *self.relations),
                "claims": (*claims, *self.claims),
            }
        )

    def _mark(self, id_: str, method: str) -> dict[str, str]:
        return {"method": f"{method}+{self.method}"} if id_ in self.agreed else {}
