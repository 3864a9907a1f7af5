"""What a report says, coded: events, relations and claims, each with its span, its hedge and its source.

The models are frozen and refuse unknown fields. Their JSON Schema is shipped as
``library/schemas/coding-1.json``.

Conventions
-----------
- Entity ids: ``IRN`` is the state (ISO 3166-1 alpha-3); ``SYR-GOV`` its government, regime, army or sitting
  leader; ``SYR-REB`` its rebels where the text names no group; ``SYR-ALLIES`` allies it does not name;
  ``HEZ``, ``HTS``, ``SDF`` … named groups (``library/lexicons/actors.yaml``).
- A withdrawal's ``actors`` and a state client in its ``recipients`` are the bare state ids (``IRN``,
  ``SYR``), whether the text says Iran, Tehran, the Quds Force or the Iranian president. In fighting the
  sides are ``SYR-REB`` or a named group against ``SYR-GOV``.
- ``support_kinds`` says what leaves or arrives; an empty tuple means that the text does not say.
- A government that leaves one of its own towns is a RETREAT without recipients.
- A capture is ASSAULT with mode ``seize`` (PLOVER keeps ``seize`` for COERCE; here a captured town is
  fighting).
- `Hedge.p` is the interval for the statement *as coded*; a negated statement has the interval of its
  positive form.

What the models do not do: judge whether a statement is true. They carry what the text says and how surely.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "SCHEMA",
    "Claim",
    "ClaimObject",
    "Coding",
    "Document",
    "Entity",
    "Event",
    "Hedge",
    "Query",
    "Relation",
    "Source",
    "Span",
]

SCHEMA: Final = "counterpoise/coding/1"

#: Items whose `support` is below this are kept for the reader, but do not reach the model.
USABLE_FROM: Final = 0.5

EventType = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
Mode = Literal[
    "visit", "third-party", "multilateral", "phone", "withdraw", "release", "return", "disarm", "ceasefire",
    "access", "resign", "assist", "change", "yield", "meet", "disapprove", "investigate", "allege",
    "restrict", "ban", "arrest", "relations", "expel", "territory", "violence", "demo", "riot", "strike",
    "hunger", "boycott", "obstruct", "vandalize", "convict", "discontinue", "troops", "weapons", "police",
    "militia", "seize", "censor", "curfew", "martial-law", "deport", "withhold", "misinformation", "cyber",
    "abduct", "beat", "torture", "sexual", "targeted", "destroy", "cleansing", "primitive", "firearms",
    "explosives", "suicide-attack", "aerial", "drone", "heavy-weapons", "crowd-control", "unconventional",
]  # fmt: skip
Quad = Literal["VERBAL_COOPERATION", "MATERIAL_COOPERATION", "VERBAL_CONFLICT", "MATERIAL_CONFLICT"]
SupportKind = Literal[
    "troops", "air_power", "advisers", "weapons", "materiel", "training", "funding", "intelligence",
    "territory", "diplomatic", "other",
]  # fmt: skip
Realis = Literal["actual", "future", "hypothetical", "negated"]
Tense = Literal["past", "ongoing", "past_to_present", "future", "unknown"]
RelationType = Literal[
    "patron_of", "partner_of", "ally_of", "arms_transfers_to", "bases_in", "host_of", "conduit_for",
    "influence_in", "leads", "leader_of", "member_of", "at_war_with", "rival_of", "sanctions_regime_on",
    "funds", "proxy_of", "trades_with", "recognises",
]  # fmt: skip
Status = Literal[
    "current", "past_to_present", "past", "starting", "strengthening", "weakening", "ending", "ended"
]
ClaimKind = Literal["causal", "predictive", "evidential", "state", "evaluative", "open_question"]
Attribute = Literal[
    "regime_stability", "influence", "position", "balance_of_power", "strength", "support", "involvement",
    "operational_space", "conduit_capacity", "threat_exposure", "strategy", "need_for_support", "situation",
    "other",
]  # fmt: skip
Direction = Literal[
    "increase", "decrease", "change", "enable", "prevent", "none", "high", "low", "unknown"
]  # fmt: skip
Expect = Literal["+", "-", "0", "nonzero", "low", "high"]
Measure = Literal[
    "regime_stability", "influence", "position", "balance_of_power", "bloc_strength", "support_flow",
    "involvement", "operational_space", "conduit_capacity", "threat_exposure",
]  # fmt: skip
Strength = Literal[
    "asserted", "evidential", "possible", "possible_weak", "doubtful", "unstated", "negated"
]  # fmt: skip
EntityType = Literal[
    "country", "country_group", "region", "place", "person", "organization", "group", "publication"
]
Sector = Literal[
    "COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "UNK", "AGR", "BUS", "CRM", "CVL",
    "EDU", "ELI", "JRN", "LAB", "MED", "REF", "OPP", "PRE", "REL", "SOC",
]  # fmt: skip
Reliability = Literal["A", "B", "C", "D", "E", "F"]
Credibility = Annotated[int, Field(ge=1, le=6)]
Score = Annotated[float, Field(ge=0.0, le=1.0)]
Interval = tuple[Score, Score]

SUPPORT_KINDS: Final[tuple[str, ...]] = get_args(SupportKind)


class _Frozen(BaseModel):
    """Base: immutable, closed, also filled by Python name."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


@lru_cache(maxsize=4096)
def _sha8(quote: str) -> str:
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:8]


_BARE: Final = (
    ("__pydantic_fields_set__", {"sent", "start", "end", "quote", "sha8"}),
    ("__pydantic_extra__", None),
    ("__pydantic_private__", None),
)


class Span(_Frozen):
    """A stretch of the document's text; ``quote`` is ``text[start:end]``, always."""

    sent: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    sha8: str

    @classmethod
    def of(cls, text: str, sent: int, start: int, end: int) -> Span:
        """Cut a span out of a text."""
        quote = text[start:end]
        # As `model_construct` makes it, without its search for aliases and defaults: a report has hundreds of spans.
        made = cls.__new__(cls)
        fields = {"sent": sent, "start": start, "end": end, "quote": quote, "sha8": _sha8(quote)}
        for name, value in (("__dict__", fields), *_BARE):
            object.__setattr__(made, name, value)
        return made


class Hedge(_Frozen):
    """How surely the text says it: class of wording, cues, and the probability interval it stands for."""

    strength: Strength
    cues: tuple[Span, ...] = ()
    p: Interval | None = None
    icd203: tuple[str, ...] = ()
    phia: tuple[str, ...] = ()


class Entity(_Frozen):
    """Somebody or some place that the text names."""

    id: str
    name: str
    type: EntityType
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    group_code: str | None = None
    sector: tuple[Sector, ...] = ()
    aliases: tuple[str, ...] = ()
    mentions: tuple[Span, ...]
    wikidata: str | None = None


class _Statement(_Frozen):
    """What events, relations and claims share: hedge, source grade, and how the coder came to them."""

    hedge: Hedge
    credibility: Credibility
    method: str
    support: Score
    usable: bool


class Event(_Statement):
    """Somebody does something to somebody (PLOVER type and mode)."""

    id: str
    type: EventType
    mode: Mode | None = None
    quad: Quad
    plover_score: float | None = None
    context: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    support_kinds: tuple[SupportKind, ...] = ()
    triggers: tuple[Span, ...]
    realis: Realis
    tense: Tense
    date: str | None = None
    holder: str | None = None

    @property
    def support_change(self) -> Literal["withdrawal", "reinforcement", "none"]:
        """Whether a patron's support leaves or comes, whatever the realis: look at `realis` as well."""
        if not self.recipients or self.method.startswith("plover"):
            return "none"
        if self.type in ("RETREAT", "CONCEDE", "SANCTION") and self.mode in ("withdraw", "discontinue"):
            return "withdrawal"
        if self.type in ("AID", "MOBILIZE", "AGREE") and self.support_kinds:
            return "reinforcement"
        return "none"


class Relation(_Statement):
    """How somebody stands to somebody over time; a conduit runs from sender to recipient ``via``."""

    id: str
    type: RelationType
    from_: tuple[str, ...] = Field(alias="from")
    to: tuple[str, ...]
    via: tuple[str, ...] = ()
    status: Status
    duration: str | None = None
    symmetric: bool = False
    holder: str | None = None
    evidence: tuple[Span, ...]


class ClaimObject(_Frozen):
    """What a claim is about: whose attribute, and where."""

    actor: tuple[str, ...] = ()
    attribute: Attribute
    scope: str | None = None


class Query(_Frozen):
    """The claim as a question to the model.

    ``target`` is one id, or several that each are expected to move so; for ``support_flow`` and
    ``conduit_capacity`` it is the pair (sender, recipient) where the text gives both.
    """

    shock: str | None
    measure: Measure
    target: str | tuple[str, ...]
    expect: Expect
    horizon_days: Annotated[int, Field(ge=1)] | None = None


class Claim(_Statement):
    """What is said to follow, to hold, or to be open."""

    id: str
    kind: ClaimKind
    cause: tuple[str, ...] = ()
    object: ClaimObject
    direction: Direction
    magnitude: str | None = None
    horizon: str | None = None
    holder: str | None = None
    evidence: Span
    mentions: tuple[Span, ...] = ()
    model_query: Query | None
    no_query_reason: str | None = None

    @model_validator(mode="after")
    def _query_or_reason(self) -> Claim:
        if (self.model_query is None) == (self.no_query_reason is None):
            raise ValueError("a claim carries either a model query or the reason why it has none")
        return self


class Source(_Frozen):
    """Where the report stands: publisher, chain of citation, and its Admiralty reliability."""

    publisher: str | None
    chain: tuple[str, ...] = ()
    primary: bool
    reliability: Reliability


class Document(_Frozen):
    """The text that was read. ``text`` itself is not written out: the spans carry what is quoted."""

    sha256: str
    name: str
    title: str | None = None
    published: dt.date | None = None
    published_from: Literal["argument", "metadata", "text"] | None = None
    n_chars: int
    n_sentences: int
    subject: Literal["conflict", "other"]
    notes: tuple[str, ...] = ()
    text: str = Field(default="", exclude=True, repr=False)


class Coding(_Frozen):
    """All that was read in one report."""

    schema_: Literal["counterpoise/coding/1"] = Field(default=SCHEMA, alias="schema")
    document: Document
    source: Source
    entities: tuple[Entity, ...] = ()
    events: tuple[Event, ...] = ()
    relations: tuple[Relation, ...] = ()
    claims: tuple[Claim, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that matches ``library/schemas/coding-1.json``."""
        return self.model_dump(mode="json", by_alias=True)

    def to_json(self, indent: int | None = 2) -> str:
        """Return JSON text; the same report gives the same bytes."""
        return self.model_dump_json(by_alias=True, indent=indent) + "\n"

    def entity(self, id_: str) -> Entity | None:
        """Return an entity by id, or None where the text names none such."""
        return next((e for e in self.entities if e.id == id_), None)
