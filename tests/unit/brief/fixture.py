"""A synthetic assessment of an invented region (Tavaria is on no map), for tests of the brief alone.

Every number is made up; none comes from a run of the engine.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise
from typing import Any

from counterpoise.assessment.models import Assessment
from counterpoise.assessment.words import estimative_words

AS_OF = dt.date(2031, 3, 14)
REPORT = (
    "Orlund has begun to withdraw its officers and diplomats from Tavaria, two officials said. "
    "The retreat could cut the Harbour Brigades off from their arms. "
    "Rivals such as Isteria will clearly gain. Neighbours might profit for years to come."
)
HORIZONS = (30, 90, 365, 1825)
ARMS = ("as_reported", "stay", "reinforce", "observed")
P_END = {
    "as_reported": (0.124, 0.231, 0.418, 0.634),
    "stay": (0.046, 0.118, 0.291, 0.559),
    "reinforce": (0.004, 0.052, 0.188, 0.47),
    "observed": (0.187, 0.322, 0.523, 0.701),
}
MODES = {"capital_lost": 0.62, "flight": 0.2, "coup": 0.12, "settlement": 0.06}

SITES: list[tuple[str, str, str, float, float, float | None, tuple[str, ...], str, bool]] = [
    ("tavar", "Tavar", "TAV", 12.1, -34.9, 1.8e6, ("capital", "airfield"), "TAV", True),
    ("northgate", "Northgate", "TAV", 14.3, -35.2, 1.5e6, ("governorate_capital",), "NFR", True),
    ("hollin", "Hollin", "TAV", 13.6, -35.1, 3.1e5, ("governorate_capital",), "TAV", True),
    ("mereth", "Mereth", "TAV", 13.05, -35.15, 6.5e5, ("governorate_capital",), "TAV", True),
    ("westport", "Westport", "TAV", 13.4, -36.1, 4.0e5, ("port", "base"), "TAV", True),
    ("saltern", "Saltern", "TAV", 12.7, -36.0, 1.2e5, ("port",), "TAV", True),
    ("sorrel", "Sorrel", "TAV", 13.5, -33.1, 2.4e5, ("governorate_capital",), "TAV", True),
    ("eastmark", "Eastmark Crossing", "TAV", 12.5, -31.9, 6.0e4, ("crossing",), "TAV", True),
    ("reeds", "The Reeds", "TAV", 14.0, -32.6, 1.5e5, ("town",), "RVC", True),
    ("upfell", "Upfell", "TAV", 14.5, -33.8, 2.2e5, ("town",), "RVC", True),
    ("dunmar", "Dunmar", "TAV", 11.3, -35.0, 1.1e5, ("town",), "TAV", True),
    ("suth", "Suth", "TAV", 11.4, -34.2, 9.0e4, ("governorate_capital",), "TAV", True),
    ("pale", "Pale", "TAV", 12.5, -33.4, 7.0e4, ("waypoint", "base"), "TAV", True),
    ("harbour", "Harbour Reach", "HAR", 11.9, -36.4, 9.0e5, ("port", "depot"), "HBR", False),
    ("deltaside", "Deltaside", "DEL", 10.4, -32.0, 5.0e5, ("town",), "DLG", False),
    ("karrow", "Karrow", "KAR", 12.9, -30.1, 6.0e6, ("capital", "airfield"), "KAR", False),
    ("orl_city", "Orlund City", "ORL", 14.0, -27.2, 8.9e6, ("capital", "airfield"), "ORL", False),
    ("kezgrad", "Kezgrad", "KEZ", 33.0, -20.0, 1.2e7, ("capital",), "KEZ", False),
]
LEGS = [
    ("l1", "orl_city", "karrow", "road", 100.0, 1.0),
    ("l2", "karrow", "eastmark", "road", 100.0, 0.9),
    ("l3", "eastmark", "pale", "road", 90.0, 0.8),
    ("l4", "pale", "tavar", "road", 90.0, 0.8),
    ("l5", "tavar", "harbour", "road", 80.0, 0.9),
    ("l6", "orl_city", "tavar", "air", 30.0, 1.0),
    ("l7", "westport", "harbour", "sea", 25.0, 0.5),
    ("l8", "karrow", "deltaside", "road", 60.0, 0.7),
    ("l9", "pale", "sorrel", "road", 20.0, 0.4),
    ("l10", "tavar", "mereth", "road", 70.0, 1.0),
    ("l11", "mereth", "hollin", "road", 70.0, 1.0),
    ("l12", "hollin", "northgate", "road", 70.0, 0.1),
    ("l13", "mereth", "westport", "road", 40.0, 1.0),
    ("l14", "kezgrad", "westport", "sea", 40.0, 1.0),
]
NAMES = {
    "TAV": "Tavaria (government)",
    "ORL": "Orlund",
    "KEZ": "Kezia",
    "NFR": "Northern Front",
    "RVC": "River Council",
    "HBR": "Harbour Brigades",
    "DLG": "Delta League",
    "IST": "Isteria",
    "QUI": "Quill",
    "KAR": "Karrow",
    "MER": "Mern Gulf states",
    "MER1": "Mern Proper",
    "MER2": "Sandhold",
    "MER3": "Loom",
    "as_reported": "As reported",
    "stay": "Stay from now on",
    "reinforce": "Reinforce",
    "observed": "Observed to withdraw",
    "capital_lost": "Capital lost",
    "flight": "Flight",
    "coup": "Coup",
    "settlement": "Settlement",
    **{s[0]: s[1] for s in SITES},
}


def question(
    kind: str, days: int, arm: str, p: float, wording: str, mode: str | None = None
) -> dict[str, Any]:
    """Return a question with made-up intervals around `p`."""
    low, high = max(0.0, p * 0.55), min(1.0, p * 1.5)
    term, band = estimative_words(p, wording)  # type: ignore[arg-type]
    rates = [
        {
            "p": min(0.9, 0.001 * days**0.86),
            "n": 841,
            "class": f"governments at war over their power, yearly rate brought to {days} days",
            "interval_90": (min(0.8, 0.0006 * days**0.86), min(0.95, 0.0014 * days**0.86)),
            "source": "annual",
        },
        {
            "p": min(0.9, 0.12 + 0.0007 * days),
            "n": 27,
            "class": f"selected campaigns of the case library, fallen within {days} days",
            "interval_90": None,
            "source": "library of past cases",
            "selected": True,
        },
    ]
    return {
        "id": f"{kind}:TAV:{days}" + (f":{mode}" if mode else ""),
        "text": f"Does the government of Tavaria end within {days} days?",
        "resolution": "Capital lost, flight, coup or settlement, by two public sources.",
        "horizon_days": days,
        "arm": arm,
        "mode": mode,
        "p": p,
        "interval_50": (p * 0.8, min(1.0, p * 1.2)),
        "interval_90": (low, high),
        "mc_error": math.sqrt(p * (1 - p) / 10_000),
        "base_rate": [] if mode else rates,
        "words": {"scheme": wording, "term": term, "band": band},
        "driver": []
        if mode
        else [
            {
                "parameter": "loss.patron_level",
                "text": "effect of the patrons' level on losses",
                "rank_correlation": -0.58,
                "standing": "fitted",
            },
            {
                "parameter": "causal_share.level",
                "text": "causal share of the patrons' level",
                "rank_correlation": 0.41,
                "standing": "assumed",
            },
            {
                "parameter": "campaign.redraw",
                "text": "how long a campaign keeps its intensity",
                "rank_correlation": -0.22,
                "standing": "assumed",
            },
        ],
        "scenario_only": days > 1095,
    }


def questions(wording: str) -> list[dict[str, Any]]:
    """Return regime end at four horizons in four arms, by mode in the headline arms."""
    out = []
    for arm in ARMS:
        for days, p in zip(HORIZONS, P_END[arm], strict=True):
            out.append(question("regime_end", days, arm, p, wording))
            if arm != "observed":
                out += [
                    question("regime_end", days, arm, p * share, wording, mode)
                    for mode, share in MODES.items()
                ]
    return out


def curve(arm: str) -> dict[str, Any]:
    """Return a survival curve through the made-up probabilities."""
    days = [0, 1, 3, 7, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 545, 730, 1095, 1460, 1825]
    ends = [1 - math.exp(-sum_) for sum_ in (_cumulative(arm, d) for d in days)]
    return {
        "arm": arm,
        "day": days,
        "survival": [1 - e for e in ends],
        "low_90": [max(0.0, 1 - 1.5 * e) for e in ends],
        "high_90": [1 - 0.55 * e for e in ends],
        "by_mode": {mode: [e * share for e in ends] for mode, share in MODES.items()},
    }


def _cumulative(arm: str, day: int) -> float:
    points = [(0, 0.0), *((d, -math.log(1 - p)) for d, p in zip(HORIZONS, P_END[arm], strict=True))]
    for (d0, h0), (d1, h1) in pairwise(points):
        if day <= d1:
            return h0 + (h1 - h0) * (day - d0) / (d1 - d0)
    return points[-1][1]


def place(row: tuple[Any, ...], i: int) -> dict[str, Any]:
    sid, name, country, lat, lon, population, roles, holder, theatre = row
    mine = theatre and holder == "TAV"
    return {
        "id": sid,
        "name": name,
        "country": country,
        "lat": lat,
        "lon": lon,
        "population": population,
        "roles": roles,
        "holder": holder,
        "in_theatre": theatre,
        "p_lost": {"30": 0.05 + 0.03 * (i % 9), "90": 0.1 + 0.04 * (i % 9), "365": 0.3 + 0.05 * (i % 9)}
        if mine
        else {},
        "p_first": (0.31 if sid == "hollin" else 0.02 + 0.013 * (i % 7)) if mine else None,
        "median_day": (9 + 12 * (i % 9)) if mine else None,
    }


def ledger_row(
    actor: str, measure: str, unit: str, now: float, contrast: float, **more: Any
) -> dict[str, Any]:
    half = more.pop("half", 420)
    size = max(6 * abs(contrast) / 2.5, 1e-9)
    better = -contrast if measure == "threat" else contrast
    return {
        "actor": actor,
        "name": NAMES[actor],
        "bloc": bool(more.get("spread")),
        "measure": measure,
        "unit": unit,
        "now": now,
        "d30": now + 0.4 * contrast,
        "d365": now + contrast,
        "d1825": now + 0.5 * contrast,
        "contrast_day": 365,
        "contrast": contrast,
        "interval_90": (contrast - 0.8 * abs(contrast), contrast + 1.9 * abs(contrast)),
        "mc_error": 0.01 * abs(contrast),
        "least": max(0.01 * now, 1e-12),
        "p_gain": min(0.97, max(0.03, 0.5 + better / size)),
        "p_loss": min(0.97, max(0.03, 0.5 - better / size)),
        "change": contrast,
        "change_interval_90": (contrast - 0.6 * abs(contrast), contrast + 1.5 * abs(contrast)),
        "p_change_gain": min(0.97, max(0.03, 0.5 + better / size)),
        "p_change_loss": min(0.97, max(0.03, 0.5 - better / size)),
        "half_life_days": half,
        "half_life_text": "beyond the horizon" if half is None else f"{half} days after its peak on day 90",
        **more,
    }


def ledger() -> list[dict[str, Any]]:
    shifts = (("MER1", 1.6, 0.83), ("MER2", 0.2, 0.55), ("MER3", -0.7, 0.34))
    rows = []
    for measure, unit, scale in (
        ("influence", "share of what recipients live on", 0.01),
        ("threat", "persons, discounted by distance", 400.0),
        ("reach", "share of the region's sites, weighted", 0.006),
    ):
        sign = -1.0 if measure == "threat" else 1.0
        bloc = {"spread": [{"actor": m, "contrast": x * scale * sign, "p_gain": p} for m, x, p in shifts]}
        rows += [
            ledger_row("ORL", measure, unit, 31.0 * scale, -4.2 * scale * sign, half=None),
            ledger_row("IST", measure, unit, 6.0 * scale, 2.1 * scale * sign),
            ledger_row("QUI", measure, unit, 11.0 * scale, 1.1 * scale * sign, half=210),
            ledger_row("KEZ", measure, unit, 18.0 * scale, 0.4 * scale * sign),
            ledger_row("HBR", measure, unit, 4.0 * scale, -1.4 * scale * sign),
            ledger_row("KAR", measure, unit, 7.0 * scale, 0.0),
            ledger_row("MER", measure, unit, 9.0 * scale, 0.4 * scale * sign, **bloc),
        ]
    return rows


def conduits() -> list[dict[str, Any]]:
    def p_cut(base: float) -> dict[str, dict[str, float]]:
        return {
            a: {"30": base * f, "365": min(0.95, 1.6 * base * f)}
            for a, f in (("as_reported", 1.0), ("stay", 0.45), ("reinforce", 0.3), ("observed", 1.2))
        }

    def mean(before: float, f: float) -> dict[str, float]:
        return {
            a: before * x * f
            for a, x in (("as_reported", 0.7), ("stay", 0.88), ("reinforce", 0.95), ("observed", 0.64))
        }

    return [
        {
            "sender": "ORL",
            "recipient": "HBR",
            "text": "Overland through Tavaria, with a small air bridge.",
            "unit": "t/month",
            "through": ("orl_city", "karrow", "eastmark", "pale", "tavar", "harbour"),
            "capacity_before": 96.0,
            "capacity_after": 71.0,
            "capacity_if_regime_falls": 8.5,
            "mean_d30": mean(96, 1.0),
            "mean_d365": mean(96, 0.8),
            "delay_days": 3.0,
            "critical_sites": ("tavar", "eastmark"),
            "critical_loss": (0.88, 0.7),
            "minimum_cut": ("l4", "l6"),
            "reroutes": ("Sea leg Westport to Harbour Reach, 12 t/month",),
            "p_cut": p_cut(0.2),
        },
        {
            "sender": "ORL",
            "recipient": "DLG",
            "text": "By the Karrow road; does not touch Tavaria.",
            "unit": "t/month",
            "through": ("orl_city", "karrow", "deltaside"),
            "capacity_before": 42.0,
            "capacity_after": 42.0,
            "capacity_if_regime_falls": 41.0,
            "mean_d30": mean(42, 1.2),
            "mean_d365": mean(42, 1.2),
            "delay_days": None,
            "critical_sites": ("karrow",),
            "critical_loss": (1.0,),
            "minimum_cut": ("l8",),
            "reroutes": (),
            "p_cut": p_cut(0.02),
        },
    ]


def span(text: str) -> dict[str, Any]:
    start = REPORT.index(text)
    return {"start": start, "end": start + len(text), "quote": text}


def claims() -> list[dict[str, Any]]:
    base = {"horizon_days": 365, "unit": "t/month"}
    return [
        {
            **base,
            "id": "c1",
            "text_span": span("could cut the Harbour Brigades off from their arms"),
            "text": "Capacity of the conduit from Orlund to the Harbour Brigades falls.",
            "hedge_interval": (0.2, 0.55),
            "hedge": "could",
            "measure": "conduit_capacity",
            "target": ("HBR",),
            "expect": "down",
            "model_p": 0.93,
            "p_opposite": 0.03,
            "contrast": -18.0,
            "interval_90": (-33.0, -4.0),
            "verdict": "supported",
            "stated": "less",
            "rests_on": "the road index of two legs (assumed) and the leak of a hostile leg (assumed)",
        },
        {
            **base,
            "id": "c2",
            "text_span": span("Isteria will clearly gain"),
            "text": "Influence of Isteria rises.",
            "hedge_interval": (0.9, 1.0),
            "hedge": "clearly",
            "measure": "influence",
            "target": ("IST",),
            "expect": "up",
            "model_p": 0.71,
            "p_opposite": 0.22,
            "contrast": 2.1,
            "interval_90": (-0.4, 4.4),
            "unit": "points",
            "verdict": "undetermined",
            "stated": "more",
            "rests_on": "weights of the kinds of support (assumed)",
        },
        {
            **base,
            "id": "c3",
            "text_span": span("Neighbours might profit for years to come"),
            "text": "The shift towards the neighbours lasts.",
            "hedge_interval": None,
            "hedge": "might",
            "measure": None,
            "target": ("MER",),
            "expect": None,
            "horizon_days": None,
            "model_p": None,
            "p_opposite": None,
            "contrast": None,
            "interval_90": None,
            "unit": None,
            "verdict": "not_modelled",
            "stated": None,
            "rests_on": "nothing: the group has no agreed measure",
        },
    ]


def synthetic(wording: str = "icd203", **changes: Any) -> Assessment:
    """Return the assessment; `changes` replace top-level fields (by alias)."""
    data: dict[str, Any] = {
        "program": "counterpoise 0.1.0",
        "seed": 7,
        "members": 10_000,
        "as_of": AS_OF,
        "horizon_days": 1825,
        "wording": wording,
        "client": "TAV",
        "client_name": "Tavaria",
        "names": NAMES,
        "scenario": {
            "name": "tavaria-2031",
            "title": "Tavaria, 2031 (invented)",
            "sha256": "a" * 64,
            "chosen_because": "9 of 11 actors and 3 of 3 places of the report are in it",
        },
        "report": {
            "sha256": "b" * 64,
            "source": "The Daily Mern",
            "published": AS_OF,
            "reliability": "C",
            "undated": False,
        },
        "statements": {
            "entities": [{}] * 9,
            "events": [{"id": "e1"}],
            "relations": [{"id": "r1"}],
            "claims": [{"id": "c1"}, {"id": "c2"}, {"id": "c3"}],
        },
        "shock": [
            {
                "id": "s1",
                "text": "Orlund takes away its troops, advisers and diplomats from Tavaria; money stays.",
                "sender": "ORL",
                "recipient": "TAV",
                "kinds": ("troops", "advisers", "diplomatic"),
                "to": 0.0,
                "start": AS_OF,
                "days": 14,
                "statement": "e1",
                "evidence": [span("begun to withdraw its officers and diplomats from Tavaria")],
                "hedge": (0.9, 1.0),
                "merged_with": "orl-drawdown",
            }
        ],
        "unmapped": [
            {
                "statement": "e2",
                "kind": "event",
                "quote": "two officials said",
                "reason": "names nobody that the scenario knows",
            }
        ],
        "state": (
            "A campaign has been running since 27 February 2031; the government holds 10 of 13 sites.",
            "Highest patron level: 3 (Orlund, ground combat troops); Kezia is at level 2.",
            "The Northern Front holds 1 site and the River Council 2.",
        ),
        "arms": [
            {
                "name": "as_reported",
                "title": "As reported",
                "description": "The report's events hold.",
                "members": 10_000,
                "draws": 400,
                "headline": True,
            },
            {
                "name": "stay",
                "title": "Stay from now on",
                "description": "From the as-of day on the withdrawal is not carried out.",
                "members": 10_000,
                "draws": 400,
                "headline": True,
            },
            {
                "name": "reinforce",
                "title": "Reinforce",
                "description": "Orlund doubles what it sends.",
                "members": 10_000,
                "draws": 400,
                "headline": True,
            },
            {
                "name": "observed",
                "title": "Observed to withdraw",
                "description": "As reported, with the whole coefficient of leaving, selection included.",
                "members": 10_000,
                "draws": 400,
                "headline": False,
            },
        ],
        "questions": questions(wording),
        "curves": [curve(a) for a in ARMS],
        "contrasts": [
            {
                "id": f"regime_end:{d}",
                "text": f"Regime end within {d} days, as reported minus stay",
                "arms": ("as_reported", "stay"),
                "horizon_days": d,
                "difference": P_END["as_reported"][i] - P_END["stay"][i],
                "interval_90": (0.01, 0.21),
                "mc_error": 0.004,
                "unit": "probability",
            }
            for i, d in enumerate(HORIZONS)
        ],
        "places": [place(row, i) for i, row in enumerate(SITES)],
        "legs": [
            dict(zip(("id", "a", "b", "mode", "capacity", "open_now"), leg, strict=True), unit="index")
            for leg in LEGS
        ],
        "conduits": conduits(),
        "ledger": ledger(),
        "claims": claims(),
        "timeline": [
            {
                "date": dt.date(2029, 5, 2),
                "date_latest": dt.date(2029, 5, 2),
                "kind": "reinforcement",
                "text": "Orlund sends 4,000 troops.",
                "origin": "observed",
                "source": ("press1",),
                "confidence": "high",
            },
            {
                "date": dt.date(2031, 1, 20),
                "date_latest": dt.date(2031, 1, 25),
                "kind": "withdrawal",
                "text": "Kezia draws down its air wing.",
                "origin": "observed",
                "source": ("press2",),
                "confidence": "medium",
            },
            {
                "date": dt.date(2031, 2, 27),
                "date_latest": dt.date(2031, 2, 27),
                "kind": "campaign_start",
                "text": "The Northern Front begins an offensive.",
                "origin": "observed",
                "source": ("press1",),
                "confidence": "high",
            },
            {
                "date": dt.date(2031, 3, 2),
                "date_latest": dt.date(2031, 3, 3),
                "kind": "capture",
                "text": "The Northern Front takes Northgate.",
                "origin": "observed",
                "source": ("press1", "press2"),
                "confidence": "high",
            },
            {
                "date": AS_OF,
                "date_latest": AS_OF,
                "kind": "withdrawal",
                "text": "Orlund withdraws officers and diplomats.",
                "origin": "reported",
                "source": ("report",),
                "confidence": "low",
            },
        ],
        "variants": [
            {
                "id": "capped_sum",
                "text": "patron level as a capped sum over patrons",
                "p_30": {"as_reported": 0.152, "stay": 0.05},
                "p_365": {"as_reported": 0.44, "stay": 0.3},
            },
            {
                "id": "mechanical",
                "text": "patron level by prior-year flags",
                "p_30": {"as_reported": 0.071, "stay": 0.062},
                "p_365": {"as_reported": 0.33, "stay": 0.3},
            },
        ],
        "parameters": {
            "fitted": 2,
            "literature": 1,
            "elicited": 0,
            "assumed": 2,
            "register": [
                {
                    "name": n,
                    "text": t,
                    "mean": m,
                    "low": m - 0.5,
                    "high": m + 0.5,
                    "unit": u,
                    "standing": s,
                    "source": src,
                }
                for n, t, m, u, s, src in (
                    (
                        "loss.intercept",
                        "log hazard of a loss",
                        -6.57,
                        "1/day, log",
                        "fitted",
                        "past cases, 2031-03",
                    ),
                    (
                        "loss.patron_level",
                        "effect of the patrons' level",
                        -0.72,
                        "log ratio",
                        "fitted",
                        "past cases, 2031-03",
                    ),
                    ("campaign.start_rate", "campaigns begin", 0.36, "1/year", "literature", "annual"),
                    (
                        "causal_share.level",
                        "causal share of the level",
                        0.5,
                        "share",
                        "assumed",
                        "no publication",
                    ),
                    ("leak.hostile", "leak of a hostile leg", 0.1, "share", "assumed", "no publication"),
                )
            ],
        },
        "sources": [
            {
                "id": "press1",
                "title": "Front opens in the north",
                "publisher": "Mern Wire",
                "published": dt.date(2031, 2, 27),
                "url": "https://example.org/a",
                "reliability": "B",
            },
            {
                "id": "press2",
                "title": "Air wing leaves",
                "publisher": "Quill Post",
                "published": None,
                "url": None,
                "reliability": "C",
            },
            {
                "id": "annual",
                "title": "Annual record of takeovers, 1975–2017",
                "publisher": "Counterpoise",
                "published": None,
                "url": "https://example.org/annual",
                "reliability": "A",
            },
        ],
        "limits": (
            "Deaths and displacement after a fall are not modelled.",
            "The annual record does not identify the effect of a withdrawal.",
            "At 365 days the fitted model was too high above 60 % in past cases.",
        ),
    }
    data.update(changes)
    return Assessment.model_validate(data)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from counterpoise.brief import write_brief

    print(write_brief(synthetic(), Path(sys.argv[1]), run={"version": "0.1.0"}))
