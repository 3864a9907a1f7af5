"""The words by which a move of support is known: patterns over a masked sentence, most telling first.

``move`` a presence is taken away, ``passive`` it is taken away, ``cut`` aid ends, ``drop`` a client is left
alone, ``leave`` the sender goes, ``noun`` a pullout is spoken of, ``send`` support comes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from counterpoise.reports.clauses import ACTOR, ANY
from counterpoise.reports.support import support_words

__all__ = [
    "AUGMENT",
    "CIVILIANS",
    "CIVILIANS_BEFORE",
    "FROM",
    "GIVES_WAY",
    "GIVES_WAY_NOUN",
    "NOT_THEIRS",
    "NOUN_USE",
    "OTHER_OBJECT",
    "THE_COUNTRY",
    "move_rules",
]

_MOVE: Final = (
    r"withdr(?:aw(?:s|n|ing)?|ew)|pull(?:s|ed|ing)?(?=\s+(?:out|back|all|its|his"
    r"|their|most|some|the|[\ue000-\ue003]|\d|\w+\s+(?:troops|forces)))"
    r"|evacuat(?:e|es|ed|ing)|remov(?:e|es|ed|ing)|recall(?:s|ed"
    r"|ing)?|repatriat(?:e|es|ed|ing)|extract(?:s|ed|ing)?"
    r"|redeploy(?:s|ed|ing)?|relocat(?:e|es|ed|ing)|(?:bring|brings|brought|bringing)(?=[^.;]{0,40}\bhome)"
    r"|(?:fl(?:y|ies|ew|own|ying)|ship(?:s|ped|ping)?|mov(?:e|es|ed|ing)"
    r"|airlift(?:s|ed|ing)?|pulling)(?=[^.;]{0,70}\bout\b)"
    r"|draw(?:s|ing|n)?\s+down|drew\s+down|clos(?:e|es|ed|ing)(?!\s+to\b)"
    r"|shut(?:s|ting)?(?:\s+down)?|transferr(?:ed|ing)|hand(?:s|ed|ing)?\s+(?:over|back)"
    r"|call(?:s|ed|ing)?(?=[^.;]{0,40}\b(?:back|home)\b)|order(?:s|ed|ing)?(?=\s+(?:its|all|the|his)\b[^.;]{0,60}\b(?:home|out|back)\b)"
)
_LEAVE: Final = (
    r"withdr(?:aw(?:s|n|ing)?|ew)|pull(?:s|ed|ing)?\s+(?:out|back)"
    r"|retreat(?:s|ed|ing)?|exit(?:s|ed|ing)?|depart(?:s|ed|ing)?"
    r"|return(?:ed|s|ing)?\s+home|(?:fl(?:ew|y|ies|own|ying)|sail(?:s|ed|ing)?|went|go(?:es|ing)?|gone|came|com(?:e|es|ing))\s+(?:back\s+)?home"
    r"|g[eo]t(?:s|ting)?\s+out|slip(?:ped|s|ping)?\s+(?:out|away)|leav(?:e|es|ing)|left|fl(?:ee|ees|ed|eeing)|quit(?:s|ting)?"
    r"|disengag(?:e|es|ed|ing)|evacuat(?:e|es|ed|ing)"
    r"|abandon(?:s|ed|ing)?|vacat(?:e|es|ed|ing)"
)
_NOMINAL: Final = (
    r"return(?=\s+of\b[^.;]{0,60}\bfrom\b)|withdrawals?|pull-?\s?outs?|retreat|pull-?back|exit|departure"
    r"|evacuation|drawdown|draw-down|disengagement|exodus|removal"
    r"|recall|repatriation"
)
_CUT: Final = (
    r"end(?:s|ed|ing)?|cut(?:s|ting)?(?:\s+(?:off|back))?|halt(?:s|ed|ing)?"
    r"|suspend(?:s|ed|ing)?|stop(?:s|ped|ping)?|fr(?:eez|oz)\w*"
    r"|scal(?:e|es|ed|ing)\s+(?:back|down)|reduc(?:e|es|ed|ing)|drop(?:s"
    r"|ped|ping)?|slash(?:es|ed|ing)?|ceas(?:e|es|ed|ing)"
    r"|discontinu\w+|withdr(?:aw(?:s|n|ing)?|ew)|withhold\w*|withheld|terminat\w+"
    r"|wind(?:s|ing)?\s+down|wound\s+down|paus(?:e|es|ed|ing)"
)
_DROP: Final = (
    r"stop(?:s|ped|ping)?\s+(?:supporting|backing|arming|funding|protecting)|abandon(?:s|ed|ing)?|desert(?:s|ed|ing)?|distanc(?:e|es|ed|ing)\s+(?:itself"
    r"|himself|themselves)\s+from|turn(?:s|ed|ing)?\s+"
    r"(?:its|his|their)\s+backs?\s+on|walk(?:s|ed|ing)?\s+away\s+from"
    r"|cut(?:s|ting)?\s+(?:all\s+)?ties\s+with|forsak\w+|forsook"
)
_SEND: Final = (
    r"sen(?:d|ds|t|ding)|deploy(?:s|ed|ing)?|dispatch(?:es|ed|ing)?|rush(?:es"
    r"|ed|ing)?|pour(?:s|ed|ing)?|fl(?:ies|ew|ying|own)\s+in"
    r"|suppl(?:y|ies|ied|ying)|provid(?:e|es|ed|ing)|deliver(?:s|ed|ing)?|ship(?:s"
    r"|ped|ping)?|airlift(?:s|ed|ing)?|step(?:s|ped|ping)?\s+up"
    r"|increas(?:e|es|ed|ing)|boost(?:s|ed|ing)?|reinforc(?:e|es|ed|ing)"
    r"|expand(?:s|ed|ing)?|resum(?:e|es|ed|ing)|bolster(?:s|ed|ing)?"
    r"|double[sd]?|doubling|pledg(?:e|es|ed|ing)|promis(?:e|es|ed|ing)|moved(?=\s+(?:[\w,]+\s+){0,4}(?:troops|forces"
    r"|reinforcements|fighters)\b[^.;]{0,30}\b(?:in)?to\b)"
)
#: A verb of leaving that takes another object than people or arms: "withdrew its candidate", "pulled its advertisement".
OTHER_OBJECT: Final = re.compile(
    r"\s+(?:its|his|her|their|the|a|an|all|some|[\d,.]+|\$)\s*(?!\s*(?:country|territory)\b)\S*"
)
#: The country that somebody is told to leave without naming it.
THE_COUNTRY: Final = re.compile(
    r"^(?:\s+(?:the|their|our)\s+(?:country|territory|soil|land)\b|\s*[,.;]|\s*$|\s+(?:within|by|in|at|immediately|now|from\s+the)\b)"
)
AUGMENT: Final = re.compile(r"step|increas|boost|reinforc|expand|resum|bolster|doubl")
GIVES_WAY: Final = re.compile(
    r"[,;]\s*(?:which|marking|while|as|but|ending|amid)\b|\bamid\b|\bas\b|\bwhile\b|\bafter\b|\bbecause\b"
)
GIVES_WAY_NOUN: Final = re.compile(
    GIVES_WAY.pattern + r"|,|\b(?:indicat\w+|signal\w*|suggest\w*|could|would|will|may|might|is|are|was"
    r"|were|has|have|had|mark\w*|leaves|left|left|means|weaken\w*)\b"
)
CIVILIANS: Final = re.compile(
    r"(?:'s)?\s+(?:\w+\s+)?(?:tourists?|civilians|citizens|nationals|refugees"
    r"|migrants|workers|residents|families|fans|compan(?:y|ies)|firms?"
    r"|businesses|investors|bank(?:s|ers)?|players?|team|journalists|students|women"
    r"|children|people|villagers|travellers|passengers|expatriates)\b"
)
NOT_THEIRS: Final = re.compile(
    r"\b(?:wounded|sick|civilians|citizens|nationals|residents|hostages"
    r"|settlements|settlers|refugees|tourists|villagers)\b"
)
CIVILIANS_BEFORE: Final = re.compile(
    r"\b(?:tourists?|civilians|citizens|nationals|refugees|migrants|residents"
    r"|families|people|villagers|settlers)\s+(?:who\s+)?(?:\w+\s+)?$"
)
NOUN_USE: Final = re.compile(
    r"(?:\b(?:the|a|an|this|that|its|their|his|any|no)|'s)\s+(?:(?:current"
    r"|sudden|hasty|full|partial|abrupt)\s+)?$"
)
FROM: Final = rf"\b(?:from|out\s+of|in|inside|leaving|across)\s+(?P<det>(?:[a-z-]+\s+){{0,4}}?)(?P<loc>{ANY})"


@cache
def move_rules() -> list[tuple[str, re.Pattern[str]]]:
    """Return the rules: name and pattern, most telling first."""
    words = support_words()
    body = rf"(?P<np>[^.;:]{{0,80}}?\b(?:{words.personnel})\b)"
    return [
        ("move", re.compile(rf"\b(?P<verb>{_MOVE})\b(?:\s+(?:out|back))?\s+{body}")),
        (
            "passive",
            re.compile(
                rf"\b(?P<np>(?:{words.personnel}))\s+[^.;,]{{0,40}}?\b(?:were"
                rf"|are|is|was|been|being)\s+(?:\w+ly\s+)?"
                rf"(?P<verb>withdrawn|pulled\s+(?:out"
                rf"|back)|evacuated|removed|recalled"
                rf"|repatriated|relocated|flown\s+out"
                rf"|shipped\s+out|moved\s+out)"
            ),
        ),
        ("cut", re.compile(rf"\b(?P<verb>{_CUT})\s+(?P<np>[^.;:,]{{0,60}}?\b(?:{words.aid})\b)")),
        (
            "drop",
            re.compile(
                rf"\b(?P<verb>{_DROP})\s+(?P<np>(?:the\s+"
                rf"|its\s+"
                rf"|his\s+|their\s+|long-?time\s+|old\s+"
                rf"|embattled\s+|ally,?\s+|client,?\s+"
                rf"|president\s+)*)(?P<loc>{ACTOR})"
            ),
        ),
        (
            "stay",
            re.compile(
                rf"\b(?P<np>(?:{words.personnel}))\s+(?:[a-z]+\s+){{0,2}}?"
                rf"(?P<verb>stay(?:s|ing)?|remain(?:s|ing)?)\s+(?:put\s+)?(?=(?:in|at|inside)\b)"
            ),
        ),
        (
            "keep",
            re.compile(
                rf"\b(?P<verb>keep(?:s|ing)?|kept|retain(?:s|ed|ing)?|maintain(?:s|ed|ing)?)\s+"
                rf"(?P<np>(?:its|their|the|some|\d\S*|a)\s+(?:[a-z-]+\s+){{0,3}}?(?:{words.personnel}))\s+(?=(?:in|at|inside)\b)"
            ),
        ),
        (
            "join",
            re.compile(
                rf"\b(?P<verb>cross(?:ed|es|ing)?|enter(?:ed|s|ing)?|pour(?:ed|ing)?|moved)\s+(?P<np>into\s+)?"
                rf"(?P<loc>{ANY})(?=[^.;]{{0,60}}\b(?:to\s+(?:help|support|defend|fight|aid|assist|back|shore)"
                rf"|in\s+support|alongside)\b)"
            ),
        ),
        (
            "leave",
            re.compile(
                rf"\b(?P<verb>{_LEAVE})\b(?P<np>)(?=[^.;:]{{0,60}}?(?:{ANY}|\bcountry\b)|\s*(?:[.,;]|$)|\s+(?:within|by|in|at|now|immediately)\b)"
            ),
        ),
        (
            "noun",
            re.compile(
                rf"\b(?P<verb>{_NOMINAL})\b(?P<np>(?:\s+of\s+[^.;:]{{0,80}}?\b(?:{words.personnel})\b)?)"
            ),
        ),
        (
            "send",
            re.compile(
                rf"\b(?P<verb>{_SEND})\s+(?P<np>[^.;:]{{0,70}}?\b(?:{words.personnel}"
                rf"|{words.aid}"
                rf"|reinforcements|fighters"
                rf"|ammunition|missiles|mortars|howitzers|uniforms|peacekeepers"
                rf"|drones|money|\d[\d.,]*\s+(?:million|billion)\s+\w+|\$[\d.,]+\s*\w+)\b)"
            ),
        ),
    ]
