"""Section on the regional ledger: who gains and who loses, measure by measure."""

from __future__ import annotations

from counterpoise.assessment.models import LedgerRow
from counterpoise.assessment.regional_models import LARGEST_SHARE
from counterpoise.brief.document import (
    Block,
    Details,
    Figure,
    Items,
    Para,
    Rich,
    Section,
    Table,
    aside,
    foreign,
    join,
    rich,
    strong,
)
from counterpoise.brief.index import Index, plain
from counterpoise.brief.measures import (
    counts_from,
    level_unit,
    print_change,
    print_change_range,
    print_level,
    print_shift,
    print_shift_range,
    unit_factor,
    who_gains_first,
)
from counterpoise.brief.numbers import NBSP, SAME, percent, quantity, signed

__all__ = ["balance_section"]


def balance_section(index: Index, figures: dict[str, Figure]) -> Section:
    """Return who gains and who loses, measure by measure."""
    a = index.a
    measures = list(dict.fromkeys(r.measure for r in a.ledger))
    if not measures:
        return Section(
            "balance", "Who gains and who loses", (Para(rich("The scenario has no regional ledger.")),)
        )
    arms = (
        f"“{index.event.title}” minus “{index.against.title}”"
        if index.event and index.against
        else "between arms"
    )
    blocks: list[Block] = [
        Para(
            rich(
                f"Change in 365 days, or to a nearer horizon: {index.a.told}, against the as-of day, whatever the "
                "cause. Made by the event: "
                f"{arms}, at 365 days. Gain and loss: share of parameter draws in which the latter is one; from what size on "
                f"it counts stands over each table: a share of the actor's own level, and no less than "
                f"{100 * LARGEST_SHARE:g}{NBSP}% of the level of the largest actor. Under threat, less is a gain. Rows stand by "
                "the size of what the event makes, gains first. Under a number stand its "
                f"90{NBSP}% interval (“{SAME}” where the draws differ by no more than the Monte-Carlo noise) and, as MC, its "
                "Monte-Carlo error. The measures disagree, and "
                "none of them is the true one. A bloc is a list of "
                "members: its row is their sum or mean, and the members stand beside it."
            )
        )
    ]
    if "gains" in figures:
        blocks.append(figures["gains"])
    for i, measure in enumerate(measures):
        rows = [r for r in a.ledger if r.measure == measure]
        table = _ledger(rows, measure, a.told)
        blocks.append(table if i == 0 else Details(f"{plain(measure).capitalize()}: full table", (table,)))
    spread = [r for r in a.ledger if r.bloc and r.spread and r.measure == measures[0]]
    if spread:
        blocks.append(Items(tuple(_bloc(index, r) for r in spread)))
    blocks += _disagreements(index)
    if "network" in figures:
        blocks.append(figures["network"])
    blocks += _aftermath(index)
    return Section("balance", "Who gains and who loses", tuple(blocks))


def _disagreements(index: Index) -> list[Block]:
    """Return the actors on whom the measures disagree."""
    if not index.a.reversals:
        return [Para(rich("No two measures disagree on an actor where both are settled."), "note")]
    items = tuple(
        rich(
            index.who(x.actor),
            f": a gain by {', '.join(plain(m) for m in x.gains)}, a loss by {', '.join(plain(m) for m in x.loses)}; ",
            f"rank {x.best_rank} to {x.worst_rank} over the measures",
        )
        for x in index.a.reversals
    )
    return [
        Para(rich("Measures that disagree on an actor, each settled in at least 80 % of parameter draws:")),
        Items(items),
    ]


def _aftermath(index: Index) -> list[Block]:
    """Return what followed past takeovers: base rates, or that nothing is modelled."""
    if not index.a.aftermath:
        return []
    items = []
    for x in index.a.aftermath:
        if x.value is None:
            items.append(rich(foreign(x.text), ": not modelled."))
            continue
        ends = (
            ""
            if x.interval_90 is None
            else f", 90{NBSP}% interval {quantity(x.interval_90[0])} to {quantity(x.interval_90[1])}"
        )
        items.append(
            rich(
                foreign(x.text),
                f": {quantity(x.value)} ",
                foreign(x.unit),
                f" (n = {x.n}{ends}; ",
                foreign(x.source),
                ").",
            )
        )
    return [
        Para(
            rich(
                "For the people concerned: what followed takeovers in the record. Base rates, no answers of the model."
            )
        ),
        Items(tuple(items)),
    ]


def _ledger(rows: list[LedgerRow], measure: str, told: str) -> Table:
    """Return one measure's table, the largest gain by the event first."""
    head = (
        "Actor",
        "Now",
        "30 days",
        "365 days",
        "5 years (scenario)",
        "Change in 365 days",
        "Made by the event",
        "Gain, loss",
        "Half-life",
    )
    body = tuple(_ledger_row(r) for r in who_gains_first(rows))
    units = ", ".join(dict.fromkeys(level_unit(r.unit) for r in rows))
    return Table(
        f"{plain(measure).capitalize()} [{units}], {told}; a change {counts_from(rows)}",
        head,
        body,
        tuple(range(1, 8)),
    )


def _ledger_row(r: LedgerRow) -> tuple[Rich, ...]:
    name = rich(foreign(r.name), " (bloc)") if r.bloc else rich(foreign(r.name))
    return (
        name,
        *(rich("–" if v is None else print_level(v, r.unit)) for v in (r.now, r.d30, r.d365, r.d1825)),
        rich(strong(print_change(r)), *_asides(r.change, print_change_range(r))),
        rich(strong(print_shift(r)), *_asides(r.contrast, print_shift_range(r), f"MC {_error(r)}")),
        rich(percent(r.p_gain), aside(percent(r.p_loss))),
        _half_life(r),
    )


def _asides(value: float, *texts: str) -> Rich:
    """Return what stands under a number: nothing under one that is exactly 0 because nothing moves it."""
    return () if value == 0 and SAME in texts else tuple(aside(t) for t in texts)


def _error(r: LedgerRow) -> str:
    """Return the Monte-Carlo error of a row's shift."""
    return quantity(r.mc_error * unit_factor(r.unit))


def _half_life(r: LedgerRow) -> Rich:
    """Return the half-life with what it counts from on a line of its own."""
    if r.half_life_days is None:
        return rich(foreign(r.half_life_text))
    days = f"{r.half_life_days} days"
    since = r.half_life_text.removeprefix(days).strip().replace("after its peak on", "from")
    return rich(days, aside(since))


def _bloc(index: Index, r: LedgerRow) -> Rich:
    """Return the spread of a bloc's members."""
    factor = unit_factor(r.unit)
    members = [
        rich(
            index.who(s.actor),
            f" {signed(s.contrast * factor)} (gain in {percent(s.p_gain)} of draws)",
        )
        for s in r.spread
    ]
    low, high = min(s.contrast for s in r.spread), max(s.contrast for s in r.spread)
    verdict = "its members disagree in sign" if low < 0 < high else "its members agree in sign"
    return rich(foreign(r.name), f", {plain(r.measure)}: {verdict}: ", *join(members), ".")
