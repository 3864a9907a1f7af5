"""The first section of the brief, and the same in a dozen lines for the terminal."""

from __future__ import annotations

from counterpoise.assessment.models import Arm, Assessment, Conduit, LedgerRow, Question
from counterpoise.assessment.words import estimative_words
from counterpoise.brief.document import (
    Block,
    Judgement,
    Para,
    Rich,
    Section,
    foreign,
    join,
    rich,
    strong,
    to_text,
)
from counterpoise.brief.index import Index
from counterpoise.brief.measures import (
    print_change,
    print_change_range,
    print_shift,
    print_shift_range,
    shift_unit,
)
from counterpoise.brief.numbers import (
    NBSP,
    day,
    days_after,
    interval,
    percent,
    points,
    points_interval,
    quantity,
    share,
)
from counterpoise.brief.sentences import base_rates_text, claim_that, evidence_text

__all__ = ["leaders", "summary_section", "summary_text", "worst_conduit"]

INTERVAL = f"90{NBSP}% interval"
_LEAD_DAYS = (30, 365)
_CONTRAST_DAYS = 365
_SURE = 0.8
_VERDICTS = ("supported", "contradicted", "undetermined", "by_construction", "not_modelled")


def summary_section(index: Index) -> Section:
    """Return the key judgements and the sentence on the evidence."""
    judgements: list[Block] = [*_end_judgements(index)]
    for made in (_effect(index), _conduit(index), _balance(index), _claims(index)):
        if made is not None:
            judgements.append(made)
    return Section("summary", "Summary", (*judgements, Para(evidence_text(index.a), "evidence")))


def _end_judgements(index: Index) -> list[Judgement]:
    """Return the judgements on the end of the regime in the leading arm."""
    if index.main is None:
        return []
    found = (index.end(index.main.name, days) for days in _LEAD_DAYS)
    return [_end_judgement(index, q) for q in found if q is not None]


def _end_judgement(index: Index, q: Question) -> Judgement:
    assert index.main is not None
    until = day(days_after(index.a.as_of, q.horizon_days))
    text = claim_that(q, *index.regime, f" ends within {q.horizon_days} days, by {until}")
    facts = [_arm_fact(index, arm, q) for arm in _beside(index)]
    if index.main.mixture:
        facts.insert(0, _mixture_fact(index, index.main))
    facts.append(base_rates_text(q.base_rate, index))
    ticks = tuple(r.p for r in q.base_rate)
    label = f"Regime end, {q.horizon_days} days"
    found = tuple(fact for fact in facts if fact)
    return Judgement(label, percent(q.p), text, found, q.p, q.interval_90, ticks)


def _beside(index: Index) -> list[Arm]:
    """Return the arms that stand beside the main one: the parts that it mixes, and the one against it."""
    parts = [part.arm for part in index.main.mixture] if index.main else []
    named = [arm for name in parts for arm in index.a.arms if arm.name == name]
    return [*named, index.against] if index.against else named


def _arm_fact(index: Index, arm: Arm, q: Question) -> Rich:
    """Return the answer to the same question in another arm, or nothing."""
    other = index.end(arm.name, q.horizon_days)
    if other is None:
        return ()
    return rich(
        "Arm “",
        foreign(arm.title),
        f"”: {percent(other.p)} (90{NBSP}% interval {interval(other.interval_90)})",
    )


def _mixture_fact(index: Index, arm: Arm) -> Rich:
    """Return what a mixture is made of."""
    said = [rich("“", foreign(index.title(p.arm)), f"” {p.weight:.3g}") for p in arm.mixture]
    return rich(
        "“",
        foreign(arm.title),
        "” is a mixture, because the report does not say outright that it happened; weights: ",
        *join(said, ", "),
    )


def _effect(index: Index) -> Judgement | None:
    """Return the judgement on what the withdrawal itself changes."""
    c = index.end_contrast(_CONTRAST_DAYS)
    if c is None or index.event is None or index.against is None:
        return None
    low, high = c.interval_90
    reach = "includes zero" if low <= 0 <= high else "excludes zero"
    text = rich(
        "Against the arm “",
        foreign(index.against.title),
        "”, the arm “",
        foreign(index.event.title),
        "” changes the ",
        f"probability of an end within {c.horizon_days} days by ",
        strong(points(c.difference)),
        f" (90{NBSP}% interval {points_interval(c.interval_90)}), which {reach}.",
    )
    note = rich(
        "Same random numbers in both arms; what the departure tells about the client is the same in both."
    )
    return Judgement(
        f"Effect in points, {c.horizon_days} days", points(c.difference).split(" point")[0], text, (note,)
    )


def worst_conduit(a: Assessment) -> Conduit | None:
    """Return the conduit to an ally beyond the client that loses the largest share if the regime falls."""
    open_now = [
        c
        for c in a.conduits
        if c.recipient != a.client
        and c.capacity_before > 0
        and c.capacity_if_regime_falls < c.capacity_before
    ]
    return min(open_now, key=lambda c: c.capacity_if_regime_falls / c.capacity_before, default=None)


def _conduit(index: Index) -> Judgement | None:
    """Return the judgement on the armed ally that stands to lose most."""
    c = worst_conduit(index.a)
    if c is None:
        return None
    kept = c.capacity_if_regime_falls / c.capacity_before
    text = rich(
        "If the regime falls, the way from ",
        index.who(c.sender),
        " to ",
        index.who(c.recipient),
        " keeps ",
        strong(share(kept)),
        f" of its capacity of {quantity(c.capacity_before)} [",
        foreign(c.unit),
        "]; the withdrawal alone leaves ",
        f"{share(c.capacity_after / c.capacity_before)}.",
    )
    return Judgement("Supply if it falls", share(kept), text, tuple(_cut_fact(index, c)))


def _cut_fact(index: Index, c: Conduit) -> list[Rich]:
    """Return the probability that the conduit is cut, in words under rule."""
    cut = c.p_cut.get(index.event.name, {}).get(str(_CONTRAST_DAYS)) if index.event else None
    if cut is None:
        return []
    term = estimative_words(cut, index.a.wording)[0]
    text = (
        f"Below a quarter of that capacity at {_CONTRAST_DAYS} days, {index.a.told}: {percent(cut)}, {term}"
    )
    sites = [rich(index.who(s)) for s in c.critical_sites[:3]]
    return [rich(text), rich("Critical sites: ", *join(sites))] if sites else [rich(text)]


def leaders(a: Assessment, measure: str) -> tuple[LedgerRow | None, LedgerRow | None]:
    """Return the actors (no blocs) with the largest settled gain and loss over time under a measure, as reported.

    Settled: the expected change has that direction in at least 80 % of parameter draws.
    """
    rows = [r for r in a.ledger if r.measure == measure and not r.bloc]
    gain = max((r for r in rows if r.p_change_gain >= _SURE), key=lambda r: abs(r.change), default=None)
    loss = max((r for r in rows if r.p_change_loss >= _SURE), key=lambda r: abs(r.change), default=None)
    return gain, loss


def _balance(index: Index) -> Judgement | None:
    """Return the judgement on the regional balance a year on, and how much of it the event itself makes."""
    measures = list(dict.fromkeys(r.measure for r in index.a.ledger))
    if not measures:
        return None
    chosen = next((m for m in measures if any(leaders(index.a, m))), measures[0])
    gain, loss = leaders(index.a, chosen)
    said = [_shift("gains", gain), _shift("loses", loss)]
    measure = chosen.replace("_", " ")
    days = next(r.contrast_day for r in index.a.ledger if r.measure == chosen)
    text = rich(f"Measured by {measure}, {days} days on, {index.a.told}: ", *join(said, "; "), ".")
    facts = [
        rich(
            foreign(r.name),
            f": of that change, the event itself makes {print_shift(r)} ",
            foreign(shift_unit(r.unit)),
            f" ({print_shift_range(r, INTERVAL)}); half-life of that shift: ",
            foreign(r.half_life_text),
        )
        for r in (gain, loss)
        if r
    ]
    others = f"One measure of {len(measures)}; the others stand in the ledger below, and they disagree"
    settled = sum(_settled(r) for r in index.a.ledger if r.measure == chosen and not r.bloc)
    return Judgement("Balance, changes settled", str(settled), text, (*facts, rich(others)))


def _settled(row: LedgerRow) -> bool:
    """Return whether the direction of a row's change over time is settled."""
    return max(row.p_change_gain, row.p_change_loss) >= _SURE


def _shift(verb: str, row: LedgerRow | None) -> Rich:
    """Return what the leading actor gains or loses, with how sure the direction is."""
    if row is None:
        return rich(f"nobody {verb} in at least {share(_SURE)} of parameter draws")
    sure = max(row.p_change_gain, row.p_change_loss)
    return rich(
        foreign(row.name),
        f" {verb} most (",
        strong(print_change(row)),
        " ",
        foreign(shift_unit(row.unit)),
        f", {print_change_range(row, INTERVAL)}; this way in {percent(sure)} of parameter draws)",
    )


def _claims(index: Index) -> Judgement | None:
    """Return the judgement on the report's own claims."""
    claims = index.a.claims
    if not claims:
        return None
    counts = [(v, sum(c.verdict == v for c in claims)) for v in _VERDICTS]
    tally = ", ".join(f"{n} {v.replace('_', ' ')}" for v, n in counts if n)
    more = sum(c.stated == "more" for c in claims)
    less = sum(c.stated == "less" for c in claims)
    text = rich(
        f"Of {len(claims)} claims in the report: ",
        strong(tally),
        f"; {more} stated more strongly than the model, ",
        f"{less} less strongly.",
    )
    return Judgement("Claims checked", str(len(claims)), text)


def summary_text(a: Assessment) -> str:
    """Return the summary in 8 to 14 lines of plain text, for the terminal."""
    index = Index(a)
    lines = [f"{a.client_name}, as of {day(a.as_of)}", _provenance(a), ""]
    if index.main is not None and index.main.mixture:
        lines.append(f"- {to_text(_mixture_fact(index, index.main))}.")
        for arm in _beside(index)[:-1]:
            said = [to_text(_arm_fact(index, arm, q)) for d in _LEAD_DAYS if (q := index.end(arm.name, d))]
            lines.append(f"- {'; '.join(said)}, within {' and '.join(map(str, _LEAD_DAYS))} days.")
    for block in summary_section(index).blocks:
        if isinstance(block, Judgement):
            lines.append(f"- {to_text(block.text)}")
    lines += _base_rate_lines(index)
    lines += ["", to_text(evidence_text(a))]
    return "\n".join(lines).replace(NBSP, " ") + "\n"


def _provenance(a: Assessment) -> str:
    """Return one line on the report and the run."""
    said = (
        f"report: {a.report.source or 'source not named'}, grade {a.report.reliability}; " if a.report else ""
    )
    return f"{said}scenario {a.scenario.name}; {a.members:,} futures a arm, seed {a.seed}".replace(
        " a arm", " per arm"
    )


def _base_rate_lines(index: Index) -> list[str]:
    """Return the base rates of the last leading horizon, without their sources."""
    days = next((d for d in reversed(_LEAD_DAYS) if index.base_rates.get(d)), None)
    if days is None:
        return []
    said = [
        f"{percent(r.p)} ({'selected cases, too high for a new one' if r.selected else 'all governments at war'}, n = {r.n})"
        for r in index.base_rates[days]
    ]
    return [f"- Base rates of an end within {days} days: {'; '.join(said)}."]
