"""Sections on the region: conduits to armed allies, and the ledger of who gains and who loses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from counterpoise.assessment.models import Conduit, LedgerRow, Months
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
    own,
    rich,
    strong,
)
from counterpoise.brief.index import Index, plain
from counterpoise.brief.measures import (
    level_unit,
    print_change,
    print_change_range,
    print_level,
    print_shift,
    print_shift_range,
    unit_factor,
)
from counterpoise.brief.numbers import NBSP, percent, quantity, share, signed

__all__ = ["balance_section", "conduits_section"]

_CUT_DAYS = ("30", "365")
_SITES = 6


def conduits_section(index: Index, figures: dict[str, Figure]) -> Section:
    """Return the ways to each armed ally."""
    a = index.a
    if not a.conduits:
        return Section(
            "conduits",
            "Conduits to armed allies",
            (Para(rich("The scenario has no conduit to an armed ally.")),),
        )
    blocks: list[Block] = [
        Para(
            rich(
                "Capacity is the maximum flow over all routes that the sender can use. The first two columns are the as-of day, "
                "without the shock and with it. A conduit counts as cut below a quarter of what it carried before the campaign; "
                "above 100, others than before hold sites on its way and let more pass. A critical site is one "
                "whose loss alone would now take the most. Corridors and cities only, nothing finer."
            )
        )
    ]
    if "conduits" in figures:
        blocks.append(figures["conduits"])
    if "corridor" in figures:
        blocks.append(figures["corridor"])
    blocks += [_capacities(index), _cuts(index), Details("Expected capacity by arm", (_expected(index),))]
    blocks.append(Items(tuple(_way(index, c) for c in a.conduits)))
    hangs = _dependence(index)
    if hangs is not None:
        blocks.append(hangs)
    blocks += _allies(index, figures)
    return Section("conduits", "Conduits to armed allies", tuple(blocks))


def _dependence(index: Index) -> Details | None:
    """Return cities by what hangs on them, and the legs that bind."""
    rows = tuple(
        (_pair(index, c), rich(index.who(d.site)), rich(share(d.loss), aside(_shares(d.interval_90))))
        for c in index.a.conduits
        for d in c.dependence[:6]
    )
    if not rows:
        return None
    cities = Table("What is lost with each city or crossing", ("From → to", "City", "Lost"), rows, (2,))
    legs = tuple(
        (_pair(index, c), rich(index.who(p.leg)), rich(quantity(p.price)), rich(share(p.use)))
        for c in index.a.conduits
        for p in c.prices[:5]
    )
    tables: list[Block] = [cities]
    if legs:
        head = ("From → to", "Leg", "Shadow price", "In use")
        tables.append(Table("Legs that bind when all conduits share the network", head, legs, (2, 3)))
    return Details("Dependence on cities, and legs that bind", tuple(tables))


def _shares(ends: tuple[float, float]) -> str:
    return f"90{NBSP}% interval {share(ends[0])} to {share(ends[1])}"


def _allies(index: Index, figures: dict[str, Figure]) -> list[Block]:
    """Return what the armed allies live on and how long it lasts."""
    allies = index.a.allies
    if not allies:
        return []
    text = (
        "Armed allies live on stocks, which last while what is used is replaced. Months until a stock falls below its "
        "reserve: over futures in the leading arms, and, with all else as before, if everything sent kept arriving, if the "
        "client's territory were closed, and if nothing came from outside. Levels and use are assumed."
    )
    blocks: list[Block] = [Para(rich(text))]
    if "stocks" in figures:
        blocks.append(figures["stocks"])
    arms = [arm for arm in index.arms if arm.headline and any(arm.name in x.by_arm for x in allies)]
    head = (
        "Ally, stock",
        *(arm.title for arm in arms),
        "All arrives",
        "Territory closed",
        "Nothing arrives",
        "Through client",
    )
    rows = tuple(
        (
            rich(foreign(x.name), f", {plain(x.kind)}"),
            *(_month(x.by_arm[arm.name]) for arm in arms if arm.name in x.by_arm),
            *(_month(m) for m in (x.with_conduit, x.without_conduit, x.nothing_arrives)),
            rich(share(x.through_client), aside(_shares(x.through_client_90))),
        )
        for x in allies
    )
    blocks.append(
        Table(
            "Months until short: median, and the share short within a year",
            head,
            rows,
            tuple(range(1, len(head))),
        )
    )
    return blocks


def _month(m: Months) -> Rich:
    """Return a median time, with how often it is short within a year."""
    first = strong("beyond the horizon" if m.median is None else quantity(m.median))
    year = m.p_short.get("365")
    return rich(first, aside(f"{percent(year)} in a year")) if year is not None else rich(first)


def _capacities(index: Index) -> Table:
    """Return capacity without the shock, with it, and if the regime falls."""
    head = ("From → to", "Without the shock", "After the shock", "If the regime falls", "Unit")
    rows = tuple(
        (
            _pair(index, c),
            rich(quantity(c.capacity_before)),
            rich(quantity(c.capacity_after), *_share(c.capacity_after, c)),
            rich(quantity(c.capacity_if_regime_falls), *_share(c.capacity_if_regime_falls, c)),
            rich(foreign(c.unit)),
        )
        for c in index.a.conduits
    )
    return Table("Capacity of each conduit", head, rows, (1, 2, 3))


def _pair(index: Index, c: Conduit) -> Rich:
    return rich(index.who(c.sender), " → ", index.who(c.recipient))


def _share(value: float, c: Conduit) -> Rich:
    """Return what is left of the capacity without the shock."""
    return rich(aside(f"{share(value / c.capacity_before)} of that")) if c.capacity_before > 0 else ()


def _expected(index: Index) -> Table:
    """Return expected capacity by arm, at a month and a year."""
    arms = [arm for arm in index.arms if any(arm.name in c.mean_d365 for c in index.a.conduits)]
    rows = []
    for c in index.a.conduits:
        means = [{"30": c.mean_d30.get(arm.name), "365": c.mean_d365.get(arm.name)} for arm in arms]
        known = [{d: v for d, v in m.items() if v is not None} for m in means]
        rows.append((_pair(index, c), *(_near_and_far(m, quantity) for m in known)))
    head = ("From → to", *(arm.title for arm in arms))
    caption = "Expected capacity over all futures, at 30 days and at 365 days"
    return Table(caption, head, tuple(rows), tuple(range(1, len(head))))


def _cuts(index: Index) -> Table:
    """Return the probability that each conduit is cut, by arm."""
    arms = [arm for arm in index.arms if any(arm.name in c.p_cut for c in index.a.conduits)]
    rows = []
    for c in index.a.conduits:
        cells = [_near_and_far(c.p_cut.get(arm.name, {}), percent) for arm in arms]
        rows.append((_pair(index, c), *cells))
    head = ("From → to", *(arm.title for arm in arms))
    caption = "Probability that capacity is below a quarter of what it was before the campaign, on day 30 and on day 365"
    return Table(caption, head, tuple(rows), tuple(range(1, len(head))))


def _near_and_far(values: Mapping[str, float], shown: Callable[[float], str]) -> Rich:
    """Return the value at 30 days, and behind it that at 365."""
    near, far = (values.get(d) for d in _CUT_DAYS)
    first = strong(shown(near)) if near is not None else own("–")
    return rich(first, aside(f"365 days: {shown(far)}")) if far is not None else rich(first)


def _way(index: Index, c: Conduit) -> Rich:
    """Return the path, the critical sites and what is left when the client's territory is closed."""
    path = join([rich(index.who(s)) for s in c.through], " → ")
    critical = [
        rich(index.who(s), f" ({share(loss)})")
        for s, loss in zip(c.critical_sites, c.critical_loss, strict=False)
    ]
    parts = [
        *_pair(index, c),
        *rich(": ", foreign(c.text), " Widest path: "),
        *(path or rich("none")),
        *rich("." if c.delay_days is None else f", about {quantity(c.delay_days)} days on the way."),
    ]
    if len(c.critical_sites) > _SITES:
        critical = [*critical[:_SITES], rich(f"and {len(c.critical_sites) - _SITES} more")]
    if critical:
        parts += rich(
            " Critical sites, with the share of the capacity before the campaign: ", *join(critical), "."
        )
    if c.minimum_cut:
        parts += rich(" Minimum cut: ", *join([rich(index.who(s)) for s in c.minimum_cut]), ".")
    left = join([rich(foreign(r)) for r in c.reroutes], "; ")
    parts += rich(" Left when the client's territory is closed: ", *(left or rich("nothing on record")), ".")
    return tuple(parts)


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
                f"{arms}, at 365 days. Gain and loss: share of parameter draws in which the latter "
                f"is one, changes too small to count left out; under threat, less is a gain. Under a number "
                f"stand its 90{NBSP}% interval and, as MC, its Monte-Carlo error. The measures disagree, and "
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
    """Return one measure's table, the surest gain first."""
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
    body = tuple(_ledger_row(r) for r in sorted(rows, key=lambda r: (r.p_loss - r.p_gain, r.name)))
    units = ", ".join(dict.fromkeys(level_unit(r.unit) for r in rows))
    return Table(f"{plain(measure).capitalize()} [{units}], {told}", head, body, tuple(range(1, 8)))


def _ledger_row(r: LedgerRow) -> tuple[Rich, ...]:
    name = rich(foreign(r.name), " (bloc)") if r.bloc else rich(foreign(r.name))
    return (
        name,
        *(rich("–" if v is None else print_level(v, r.unit)) for v in (r.now, r.d30, r.d365, r.d1825)),
        rich(strong(print_change(r)), aside(print_change_range(r))),
        rich(strong(print_shift(r)), aside(print_shift_range(r)), aside(f"MC {_error(r)}")),
        rich(percent(r.p_gain), aside(percent(r.p_loss))),
        _half_life(r),
    )


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
