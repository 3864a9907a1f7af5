"""Every measure of the reading specification, each with n and interval: ``make science`` prints them, this script writes them.

    python tests/science/reading/scorecard.py        # rewrites docs/reading-scorecard.json and prints what moved

The PLOVER records and the shared brief lie beside the project and are left out, visibly, where they are not there.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from counterpoise.reports import Coding, Event, read_report
from counterpoise.reports.scoring import Measure, accuracy, bootstrap, f_score, kappa, macro_f1, matthews

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SHARED = ROOT.parent / "shared"
PLOVER = SHARED / "data" / "plover" / "plover-gsr-development-half.json"
BRIEF = SHARED / "reports" / "iran-syria-brief.txt"
CARD = ROOT / "docs" / "reading-scorecard.json"
#: Names of the older edition that the records use, and codes that are written wrongly there.
RENAMED = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}
MENDED = {"JAP": "JPN", "ITL": "ITA", "VTN": "VNM"}
NO_COUNTRY = {"IGO", "NGO", "ISM", "IMG", "MNC", "UIS", ""}
LADDER = ("asserted", "evidential", "possible", "possible_weak", "doubtful", "unstated")
Row = list[str]


def best(coding: Coding) -> Event | None:
    """Return the event that a sentence is about: the best supported one."""
    return max(coding.events, key=lambda e: e.support) if coding.events else None


def countries(coding: Coding, ids: Sequence[str]) -> set[str]:
    return {e.country for i in ids if (e := coding.entity(i)) is not None and e.country}


def rows(name: str) -> list[Row]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("|") for line in lines if line and not line.startswith("#")]


def typed(cases: list[tuple[str, set[str], set[str], str]]) -> dict[str, Measure]:
    """Return types and parties of sentences: (type, source countries, target countries, text)."""
    pairs, sources, targets, f1 = [], [], [], []
    for gold, source, target, text in cases:
        coding = read_report("record", text=text)
        event = best(coding)
        found = event.type if event else None
        pairs.append((gold, found))
        who = countries(coding, event.actors) if event else set()
        whom = countries(coding, event.recipients) if event else set()
        if gold == found and source:
            sources.append((source, who))
        if gold == found and target:
            targets.append((target, whom))
        named = {e.country for e in coding.entities if e.country}
        f1.append((len(named & (source | target)), len(source | target), len(named)))
    frozen = [[(frozenset(a), frozenset(b)) for a, b in side] for side in (sources, targets)]
    return {
        "type macro-F1": bootstrap(pairs, macro_f1),
        "type, first answer": bootstrap(pairs, accuracy),
        "source country given type": bootstrap(frozen[0], accuracy),
        "target country given type": bootstrap(frozen[1], accuracy),
        "countries named, F1": bootstrap(f1, f_score),
    }


def plover() -> dict[str, Measure]:
    """Return the measures on the development half of the PLOVER records."""
    records = [r for r in json.loads(PLOVER.read_text(encoding="utf-8")) if r["event"] != "DOCUMENT"]

    def codes(side: Any) -> set[str]:
        found = {str(a.get("code", "")) for a in side or () if isinstance(a, dict)}
        return {MENDED.get(c, c) for c in found} - NO_COUNTRY

    cases = []
    for r in records:
        target = r.get("target") if isinstance(r.get("target"), list) else ()
        cases.append(
            (RENAMED.get(r["event"], r["event"]), codes(r.get("source")), codes(target), str(r["text"]))
        )
    return {**typed(cases), **held([str(r["text"]) for r in records])}


def own_types(name: str = "types.txt") -> dict[str, Measure]:
    """Return the measures on our own sentences of every type."""

    def codes(cell: str) -> set[str]:
        return {c for c in cell.split(",") if len(c) == 3}

    return typed([(r[0], codes(r[1]), codes(r[2]), r[3]) for r in rows(name)])


def held(texts: list[str]) -> dict[str, Measure]:
    """Return how many statements quote the text at their place, and how many dates the text does not state."""
    grounded, dates = [], []
    for text in texts:
        coding = read_report("record", text=text)
        spans = [t for e in coding.events for t in e.triggers] + [
            m for e in coding.entities for m in e.mentions
        ]
        spans += [t for r in coding.relations for t in r.evidence] + [c.evidence for c in coding.claims]
        grounded += [
            float(coding.document.text[s.start : s.end] == s.quote and s.end > s.start) for s in spans
        ]
        dates += [float(e.date is not None and e.date[:4] not in text) for e in coding.events]
    mean: Callable[[Sequence[float]], float] = lambda xs: sum(xs) / len(xs)  # noqa: E731
    return {
        "grounding": bootstrap(grounded, mean, draws=200),
        "invented dates": bootstrap(dates, mean, draws=200),
    }


def status_of(event: Event) -> str:
    """Return a move's status in the words of the code book."""
    if event.realis == "negated":
        return "refused" if event.type == "REJECT" else "negated"
    if event.type in ("REQUEST", "THREATEN"):
        return "asked" if event.type == "REQUEST" else "threatened"
    if event.realis == "hypothetical":
        return "possible"
    if event.realis == "future":
        return "planned" if event.hedge.strength in ("asserted", "evidential") else "possible"
    return "done"


def coded_move(text: str) -> Row:
    """Return act, sender, client, status and hedge as the coder has them."""
    found: list[tuple[bool, Row]] = []
    for e in read_report("sentence", text=text).events:
        if not e.method.startswith(("withdrawal", "reinforcement")) or not (
            e.recipients or e.type == "REQUEST"
        ):
            continue
        act = "withdrawal" if e.method.startswith("withdrawal") else "reinforcement"
        row = [
            act,
            "+".join(i[:3] for i in e.actors),
            "+".join(i[:3] for i in e.recipients),
            status_of(e),
            e.hedge.strength,
        ]
        found.append((e.usable, row))
    return max(found, key=lambda f: f[0])[1] if found else ["none", "", "", "", ""]


def moves() -> dict[str, Measure]:
    """Return agreement of the two codings, and the coder against what both hold."""
    texts = {r[0]: r[1] for r in rows("moves.txt")}
    a, b, other = ({r[0]: r[1:] for r in rows(f"coding-{x}.txt")} for x in "abc")
    ids = list(texts)
    agreed = [i for i in ids if a[i][:4] == b[i][:4]]
    coded = {i: coded_move(texts[i]) for i in ids}
    real = [(a[i], coded[i]) for i in agreed]
    hedged = [(g, c) for g, c in real if g[0] != "none" and c[0] == g[0]]
    return {
        "act, kappa of the two codings": bootstrap([(a[i][0], b[i][0]) for i in ids], kappa),
        "status, kappa of the two codings": bootstrap([(a[i][3], b[i][3]) for i in ids], kappa),
        "hedge, kappa of the two codings": bootstrap([(a[i][4], b[i][4]) for i in ids], kappa),
        "act, kappa with another coder": bootstrap([(a[i][0], other[i][0]) for i in ids], kappa),
        "status, kappa with another coder": bootstrap([(a[i][3], other[i][3]) for i in ids], kappa),
        "hedge, kappa with another coder": bootstrap([(a[i][4], other[i][4]) for i in ids], kappa),
        "overclaim, held against the other coder": bootstrap(
            [over(other[i], coded[i]) for i in ids], lambda xs: sum(xs) / len(xs)
        ),
        "moves found, Matthews": bootstrap([(g[0] != "none", c[0] != "none") for g, c in real], matthews),
        "act, sender, client and status right": bootstrap(
            [(tuple(g[:4]), tuple(c[:4])) for g, c in real], accuracy
        ),
        "hedge class right": bootstrap([(g[4], c[4]) for g, c in hedged], accuracy),
        "overclaim": bootstrap([over(g, c) for g, c in real], lambda xs: sum(xs) / len(xs)),
    }


def over(gold: Row, coded: Row) -> float:
    """Return 1 where a move is coded more certain or more real than the text has it: as done, or with a surer hedge."""
    if coded[0] == "none":
        return 0.0
    surer = coded[4] in LADDER and gold[4] in LADDER and LADDER.index(coded[4]) < LADDER.index(gold[4])
    return float((coded[3] == "done" and gold[3] != "done") or (surer and coded[3] == "done"))


def brief() -> dict[str, Measure]:
    """Return how the shared brief is read, against our own coding of it by offsets."""
    gold = json.loads((HERE / "brief.json").read_text(encoding="utf-8"))
    coding = read_report(BRIEF)
    if coding.document.sha256 != gold["sha256"]:
        raise ValueError("the shared brief is not the one that was coded")
    claims = {g["id"]: claim_at(coding, g) for g in gold["claims"]}
    events = {
        g["id"]: e.id
        for g in gold["events"]
        for e in coding.events
        if e.type == g["type"] and touches(e.triggers, g)
    }
    names = {**{k: v.id for k, v in claims.items() if v}, **events}
    for g in gold["relations"]:
        names.update((g["id"], r.id) for r in coding.relations if r.type == g["type"])
    types = {e.type for e in coding.events}
    return {
        "required event types": rate([g["type"] in types for g in gold["events"]]),
        "relations, both arguments": rate([relation_right(coding, g) for g in gold["relations"]]),
        "claims, cause": rate([cause_right(claims[g["id"]], g, names) for g in gold["claims"]]),
        "claims, whose": rate([whose(claims[g["id"]]) == set(g["actor"]) for g in gold["claims"]]),
        "claims, attribute and direction": rate(
            [what(claims[g["id"]]) == (g["attribute"], g["direction"]) for g in gold["claims"]]
        ),
        "claims, hedge": rate(
            [bool((c := claims[g["id"]]) and c.hedge.strength == g["strength"]) for g in gold["claims"]]
        ),
        "claims made once": rate([len(ids_at(coding, g)) <= 1 for g in gold["claims"]]),
        "relations coded beside these": Measure(
            len(coding.relations) - len(gold["relations"]), math.nan, math.nan, len(coding.relations)
        ),
        "claims coded beside these": Measure(
            len(coding.claims) - len(gold["claims"]), math.nan, math.nan, len(coding.claims)
        ),
    }


def rate(hits: list[bool]) -> Measure:
    return bootstrap([float(h) for h in hits], lambda xs: sum(xs) / len(xs))


def touches(spans: Sequence[Any], gold: dict[str, Any]) -> bool:
    return any(s.start < b and a < s.end for s in spans for a, b in gold["spans"])


def claim_at(coding: Coding, gold: dict[str, Any]) -> Any:
    """Return the coded claim on a gold one's words: of several the one that fits best."""
    near = [c for c in coding.claims if touches((c.evidence, *c.mentions), gold)]
    if not near:
        return None
    wanted = set(gold["actor"])
    return max(
        near,
        key=lambda c: (
            c.object.attribute == gold["attribute"],
            set(c.object.actor) == wanted,
            c.direction == gold["direction"],
        ),
    )


def ids_at(coding: Coding, gold: dict[str, Any]) -> set[str]:
    same = [
        c
        for c in coding.claims
        if what(c) == (gold["attribute"], gold["direction"]) and whose(c) == set(gold["actor"])
    ]
    return {c.id for c in same}


def whose(claim: Any) -> set[str] | None:
    return set(claim.object.actor) if claim else None


def what(claim: Any) -> tuple[str, str] | None:
    return (claim.object.attribute, claim.direction) if claim else None


def cause_right(claim: Any, gold: dict[str, Any], names: dict[str, str]) -> bool:
    """Tell whether the first cause is there and none is that the text does not state."""
    if claim is None:
        return False
    wanted = [names.get(c) for c in gold["cause"]]
    return set(claim.cause) <= set(wanted) and (
        not wanted or wanted[0] in claim.cause or bool(set(claim.cause) & set(wanted))
    )


def relation_right(coding: Coding, gold: dict[str, Any]) -> bool:
    """Tell whether a relation is there with both its arguments (a government counts as its state)."""

    def side(ids: Sequence[str]) -> set[str]:
        return {
            "MIDEAST"
            if i == "MIDDLE_EAST"
            else i.removesuffix("-GOV").removeprefix("PERSON:").replace(" ", "-").upper()
            for i in ids
        }

    for r in coding.relations:
        there = (side(r.from_), side(r.to))
        wanted = (side(gold["from"]), side(gold["to"]))
        same = there == wanted or (r.symmetric and there == wanted[::-1])
        if r.type == gold["type"] and same and set(gold.get("via", ())) <= set(r.via):
            return True
    return False


def scorecard() -> dict[str, dict[str, Measure]]:
    """Return every measure that can be taken here."""
    card = {
        "own sentences of every type": own_types(),
        "own sentences, written late": own_types("types-late.txt"),
        "own sentences on moves": moves(),
    }
    if PLOVER.exists():
        card = {"PLOVER, development half": plover(), **card}
    if BRIEF.exists():
        card["the shared brief"] = brief()
    return card


def plain(card: dict[str, dict[str, Measure]]) -> dict[str, Any]:
    def number(x: float) -> float | None:
        return None if math.isnan(x) else round(x, 3)

    return {
        part: {
            k: {"value": number(m.value), "low": number(m.low), "high": number(m.high), "n": m.n}
            for k, m in found.items()
        }
        for part, found in card.items()
    }


def main() -> int:
    new = plain(scorecard())
    old = json.loads(CARD.read_text(encoding="utf-8")) if CARD.exists() else {}
    new = {**old, **new}
    for part, found in new.items():
        for name, m in found.items():
            was = old.get(part, {}).get(name)
            if was != m:
                print(f"{part} | {name}: {was and was['value']} -> {m['value']}")
    CARD.write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
