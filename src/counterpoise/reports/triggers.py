"""Event words: from a masked sentence to typed hits, by one look-up a word.

Every form of every head word of ``lexicons/plover.yaml`` is a key of one table, so a sentence costs one
dictionary access a word, and a regular expression runs only where its head stands. A verb's forms are made
here (``demand`` → ``demands``, ``demanded``, ``demanding``), irregular ones come from a table.

Weakest assumption: a form is read without its part of speech, so ``a strike`` and ``to strike`` are told
apart by the words around them only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, cast

from counterpoise.library import read_yaml
from counterpoise.reports.coding import EventType, Mode

__all__ = ["WORD", "Hit", "forms_of", "hits_in"]

WORD: Final = re.compile(r"(?<![-\w])'?[a-z]+(?:[-'][a-z]+)*")
#: How far a rule looks to either side [characters]; bounds the time a hostile line can cost.
REACH: Final = 160
BEHIND: Final = 60

#: Words of time and manner that stand between a verb and what it governs.
_PAUSE: Final = re.compile(
    r"\s+(?:(?:on\s+|late\s+|last\s+|this\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|again|here|late\s+last\s+\w+"
    r"|last\s+(?:week|month|year|night)|on\s+\d+\s+\w+|this\s+(?:week|month|year)|[a-z]+ly)(?=\s)"
)

_IRREGULAR: Final = {
    "be": "is are was were been being",
    "beat": "beats beat beaten beating",
    "begin": "begins began begun beginning",
    "blow": "blows blew blown blowing",
    "break": "breaks broke broken breaking",
    "bring": "brings brought bringing",
    "build": "builds built building",
    "burn": "burns burned burnt burning",
    "buy": "buys bought buying",
    "cut": "cuts cutting",
    "do": "does did done doing",
    "draw": "draws drew drawn drawing",
    "drive": "drives drove driven driving",
    "feed": "feeds fed feeding",
    "fight": "fights fought fighting",
    "find": "finds found finding",
    "flee": "flees fled fleeing",
    "fly": "flies flew flown flying",
    "forbid": "forbids forbade forbidden forbidding",
    "forgive": "forgives forgave forgiven forgiving",
    "freeze": "freezes froze frozen freezing",
    "give": "gives gave given giving",
    "go": "goes went gone going",
    "hold": "holds held holding",
    "hurt": "hurts hurting",
    "keep": "keeps kept keeping",
    "lay": "lays laid laying",
    "leave": "leaves left leaving",
    "lend": "lends lent lending",
    "let": "lets letting",
    "meet": "meets met meeting",
    "overrun": "overruns overran overrunning",
    "pay": "pays paid paying",
    "put": "puts putting",
    "quit": "quits quitting",
    "retake": "retakes retook retaken retaking",
    "say": "says said saying",
    "seek": "seeks sought seeking",
    "sell": "sells sold selling",
    "send": "sends sent sending",
    "set": "sets setting",
    "shoot": "shoots shot shooting",
    "shut": "shuts shutting",
    "slay": "slays slew slain slaying",
    "speak": "speaks spoke spoken speaking",
    "stand": "stands stood standing",
    "strike": "strikes struck striking stricken",
    "swear": "swears swore sworn swearing",
    "take": "takes took taken taking",
    "tell": "tells told telling",
    "throw": "throws threw thrown throwing",
    "undertake": "undertakes undertook undertaken undertaking",
    "withdraw": "withdraws withdrew withdrawn withdrawing",
    "withhold": "withholds withheld withholding",
    "write": "writes wrote written writing",
    "rebuff": "rebuffs rebuffed rebuffing",
}
#: Verbs of two syllables whose last consonant doubles; those of one syllable are found by their shape.
_DOUBLING: Final = frozenset(
    ("rebut", "commit", "admit", "permit", "refer", "confer", "expel", "deter", "transfer", "kidnap")
)
#: British doubles and spellings beside the regular form.
_ALSO: Final = {
    "cancel": ("cancelled", "cancelling"),
    "shell": ("shelled", "shelling"),
    "initial": ("initialled", "initialling"),
    "sit": ("sat",),
    "signal": ("signalled",),
}
_ONE_SYLLABLE: Final = re.compile(r"[^aeiou]*[aeiou][bdgklmnprt]$")


def forms_of(verb: str) -> tuple[str, ...]:
    """Return a verb in all its forms, itself first."""
    if verb in _IRREGULAR:
        return (verb, *_IRREGULAR[verb].split())
    third = verb + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else "s")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return (verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    if verb.endswith("e"):
        return (verb, verb + "s", verb + "d", verb[:-1] + "ing", *_ALSO.get(verb, ()))
    stem = verb + verb[-1] if _ONE_SYLLABLE.match(verb) or verb in _DOUBLING else verb
    return (verb, third, stem + "ed", stem + "ing", *_ALSO.get(verb, ()))


def _plural(noun: str) -> tuple[str, ...]:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return (noun, noun[:-1] + "ies")
    return (noun, noun + ("es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else "s"))


Part = Literal["v", "n", "w"]
_INTENT: Final = "INTENT"


@dataclass(frozen=True)
class _Rule:
    """A row of the lexicon at one head word."""

    type: str
    mode: Mode | None
    weight: float
    part: Part
    lemma: str
    after: re.Pattern[str] | None
    before: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """An event word in a sentence.

    Parameters
    ----------
    type : str
        One of PLOVER's types, or ``INTENT`` for a word of intention.
    start, end : int
        Offsets of the head word in the sentence.
    reach : int
        Where the words that the rule matched end.
    """

    type: str
    mode: Mode | None
    weight: float
    part: Part
    lemma: str
    start: int
    end: int
    reach: int


@cache
def _table() -> dict[str, tuple[_Rule, ...]]:
    """Return form → the rules that it may fire, most telling first."""
    raw: dict[str, Any] = read_yaml("lexicons/plover.yaml")
    macros = dict(raw["macros"])
    for _ in range(2):
        macros = {k: _filled(v, macros) for k, v in macros.items()}
    table: dict[str, list[_Rule]] = {}
    for row in raw["rows"]:
        _add(table, _filled(row, macros))
    return {w: tuple(sorted(rules, key=lambda r: -r.weight)) for w, rules in table.items()}


def _filled(text: str, macros: dict[str, str]) -> str:
    for name, words in macros.items():
        text = text.replace("{" + name + "}", words)
    return text


def _add(table: dict[str, list[_Rule]], row: str) -> None:
    """Enter one row under every form of its heads; ``|`` between blanks parts the cells."""
    cells = [c.strip() for c in re.split(r"(?:^|\s)\|(?:\s|$)", row)]
    cells += [""] * (4 - len(cells))
    kind, weight = cells[0].split()
    type_, _, mode = kind.partition("/")
    after = re.compile(cells[2]) if cells[2] else None
    before = re.compile(cells[3]) if cells[3] else None
    for head in cells[1].split():
        part, _, lemma = head.partition(":")
        forms = forms_of(lemma) if part == "v" else _plural(lemma) if part == "n" else (lemma,)
        rule = _Rule(
            type_, cast("Mode | None", mode or None), float(weight), cast(Part, part), lemma, after, before
        )
        for form in dict.fromkeys(forms):
            table.setdefault(form, []).append(rule)


def hits_in(masked: str) -> list[Hit]:
    """Return every event word of a masked sentence, in text order; of one word, each type once."""
    table = _table()
    found: list[Hit] = []
    for word in WORD.finditer(masked):
        rules = table.get(word.group())
        if rules is None:
            continue
        start, end = word.span()
        seen: set[str] = set()
        for rule in rules:
            if rule.type in seen:
                continue
            reach = end
            if rule.after is not None:
                m = rule.after.match(masked, end, end + REACH)
                if m is None and (pause := _PAUSE.match(masked, end)) is not None:
                    m = rule.after.match(masked, pause.end(), pause.end() + REACH)
                if m is None:
                    continue
                reach = max(end, m.end())
            if rule.before is not None and rule.before.search(masked[max(0, start - BEHIND) : start]) is None:
                continue
            seen.add(rule.type)
            found.append(Hit(rule.type, rule.mode, rule.weight, rule.part, rule.lemma, start, end, reach))
    return found


def event_type(name: str) -> EventType:
    """Return a hit's type as the schema's."""
    return cast(EventType, name)
