"""Sections on what the brief stands on: claims, variants, drivers, parameters, sources, limits, use."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoise.assessment.models import ClaimCheck, Driver, SourceEntry
from counterpoise.brief.document import (
    Block,
    Details,
    Items,
    Para,
    Piece,
    Rich,
    Section,
    Table,
    aside,
    clean,
    foreign,
    quote,
    rich,
    strong,
)
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import NBSP, day, percent, quantity, range_text, share_range, signed
from counterpoise.brief.statements import statement_link

__all__ = [
    "RESPONSIBLE_USE",
    "claims_section",
    "drivers_section",
    "limits_section",
    "parameters_section",
    "sources_section",
    "use_section",
    "variants_section",
]

RESPONSIBLE_USE = (
    "For understanding, not for targeting: corridors, cities and governorates, public data only, no unit "
    "positions. The numbers describe a model that was asked a question; people decide, and people are "
    "accountable. Do not quote a probability from this brief without its interval, its base rate and its "
    "date."
)
_STATED = {
    "as": "as strongly as the model",
    "more": "more strongly than the model",
    "less": "less strongly than the model",
}


def claims_section(index: Index) -> Section:
    """Return each claim of the report against the model."""
    claims = index.a.claims
    if not claims:
        return Section("claims", "Claims checked", (Para(rich("The report makes no claim that was read.")),))
    note = rich(
        f"Supported: the model gives the claimed direction at least 80{NBSP}%. Contradicted: it gives the "
        f"opposite at least 80{NBSP}%. By construction: the verdict follows from a definition or an "
        "assumed number. Undetermined and not modelled are answers. “Comes about” asks whether the measure "
        f"moves that way in the futures {index.a.told}, whatever the cause; “by the event itself” whether it does so "
        "against the arm in which the withdrawal is not carried out. The verdict is on the second."
    )
    head = (
        "The report says",
        "In the model's words",
        "Its hedge",
        f"Comes about, {index.a.told}",
        "By the event itself",
        "Contrast",
        "Verdict",
        "Rests on",
    )
    table = Table(
        "The report's claims, held against the model", head, tuple(_claim(index, c) for c in claims)
    )
    return Section("claims", "Claims checked", (Para(note), table))


def _claim(index: Index, c: ClaimCheck) -> tuple[Rich, ...]:
    """Return a claim's row."""
    hedge = share_range(c.hedge_interval) if c.hedge_interval else "no interval"
    stated = f"; stated {_STATED[c.stated]}" if c.stated else ""
    return (
        rich(statement_link(index, c.id), " ", quote(c.text_span.quote)),
        rich(foreign(c.text)),
        rich(_hedge_words(c), aside(hedge)),
        rich("–" if c.p_change is None else percent(c.p_change)),
        rich("–" if c.model_p is None else percent(c.model_p)),
        _claim_contrast(c),
        rich(strong(c.verdict.replace("_", " ")), stated),
        rich(foreign(c.rests_on)),
    )


def _hedge_words(c: ClaimCheck) -> Piece:
    """Return the hedge in quotation marks where it is the report's own word, else as the coder's class."""
    return quote(c.hedge) if c.hedge and c.hedge in c.text_span.quote else foreign(c.hedge)


def _claim_contrast(c: ClaimCheck) -> Rich:
    if c.contrast is None:
        return rich("–")
    ends = [aside(range_text(c.interval_90))] if c.interval_90 else []
    return rich(signed(c.contrast), *ends, " ", foreign(c.unit or ""))


def variants_section(index: Index) -> Section:
    """Return the answer under other defensible codings."""
    a = index.a
    if not a.variants:
        return Section("variants", "Variants", (Para(rich("No other coding was run.")),))
    arms = [arm for arm in index.arms if any(arm.name in v.p_30 or arm.name in v.p_365 for v in a.variants)]
    head = ("Coding or assumption", *(arm.title for arm in arms))
    own = {d: {arm.name: q.p for arm in arms if (q := index.end(arm.name, d))} for d in (30, 365)}
    rows = [(rich("As in this brief"), *(_pair(own[30], own[365], arm.name) for arm in arms))]
    for v in a.variants:
        rows.append((rich(foreign(v.text)), *(_pair(v.p_30, v.p_365, arm.name) for arm in arms)))
    note = rich("How a patron's status is coded can move the answer more than sampling error does.")
    table = Table(
        "Probability of regime end within 30 days, and within 365 days, under other codings",
        head,
        tuple(rows),
        tuple(range(1, len(head))),
    )
    return Section("variants", "Variants", (Para(note), table))


def _pair(p_30: Mapping[str, float], p_365: Mapping[str, float], arm: str) -> Rich:
    """Return the two horizons of an arm in one cell."""
    near, far = p_30.get(arm), p_365.get(arm)
    shown = strong(percent(near)) if near is not None else Piece("–")
    return rich(shown, aside(f"365 days: {percent(far)}")) if far is not None else rich(shown)


def drivers_section(index: Index) -> Section:
    """Return the parameters that move the answer most."""
    days = max((d for d in index.horizons if d <= 365), default=None)
    q = index.end(index.main.name, days) if index.main and days else None
    if q is None or not q.driver:
        return Section("drivers", "Drivers", (Para(rich("Drivers were not computed in this run.")),))
    rows = tuple(_driver(d) for d in sorted(q.driver, key=lambda d: -abs(d.rank_correlation)))
    head = ("What moves the answer", "Parameter", "Rank correlation", "Standing")
    caption = (
        f"Parameters that move the probability of an end within {q.horizon_days} days, over their own range"
    )
    return Section("drivers", "Drivers", (Table(caption, head, rows, (2,)),))


def _driver(d: Driver) -> tuple[Rich, ...]:
    return (
        rich(foreign(d.text)),
        rich(foreign(d.parameter)),
        rich(f"{signed(round(d.rank_correlation, 2))}"),
        rich(d.standing),
    )


def parameters_section(index: Index) -> Section:
    """Return how many numbers stand on what, and the register."""
    p = index.a.parameters
    total = p.fitted + p.literature + p.elicited + p.assumed
    counts = (
        (p.fitted, "fitted on past cases"),
        (p.literature, "from literature"),
        (p.elicited, "elicited"),
        (p.assumed, "assumed"),
    )
    text = ", ".join(f"{n} {word}" for n, word in counts)
    blocks: list[Block] = [
        Para(rich(f"The model has {total} numbers: {text}. An assumed number has a range, not a source."))
    ]
    head = ("Parameter", "What it is", "Mean", "Range", "Unit", "Standing", "Source")
    rows = tuple(
        (
            rich(foreign(e.name)),
            rich(foreign(e.text)),
            rich(quantity(e.mean)),
            rich(f"{quantity(e.low)} to {quantity(e.high)}"),
            rich(foreign(e.unit)),
            rich(e.standing),
            index.cite([e.source]),
        )
        for e in p.register_
    )
    if rows:
        blocks.append(
            Details(
                f"Full register ({len(rows)} numbers)", (Table("Parameter register", head, rows, (2, 3)),)
            )
        )
    return Section("parameters", "What the numbers stand on", tuple(blocks))


def sources_section(index: Index) -> Section:
    """Return the numbered sources."""
    sources = index.a.sources
    if not sources:
        return Section("sources", "Sources", (Para(rich("The run names no source.")),))
    items = tuple(_source(s) for s in sources)
    anchors = tuple(f"source-{i}" for i in range(1, len(sources) + 1))
    return Section("sources", "Sources", (Items(items, ordered=True, anchors=anchors),))


def _source(s: SourceEntry) -> Rich:
    dated = day(s.published) if s.published else "undated"
    out = [
        *rich(foreign(s.publisher), ": ", foreign(s.title), f", {dated}; Admiralty grade {s.reliability}.")
    ]
    if s.url:
        url = clean(s.url)
        safe = url.startswith(("https://", "http://"))
        out += [Piece(" "), Piece(url, "foreign_link", url) if safe else foreign(url)]
    return tuple(out)


def limits_section(index: Index) -> Section:
    """Return what the run cannot say."""
    limits = index.a.limits
    if not limits:
        return Section(
            "limits", "Limits", (Para(rich("The run states no limits, which is itself a limit.")),)
        )
    return Section("limits", "Limits", (Items(tuple(rich(line) for line in limits)),))


def use_section(index: Index) -> Section:
    """Return the line on responsible use."""
    return Section("use", "Responsible use", (Para(rich(RESPONSIBLE_USE)),))
