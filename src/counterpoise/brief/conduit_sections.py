"""Section on the conduits to armed allies, and what those live on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from counterpoise.assessment.models import Conduit, Months
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
from counterpoise.brief.numbers import NBSP, percent, quantity, share

__all__ = ["conduits_section"]

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
        caption = (
            "Legs in use that bind when all conduits share the network. Shadow price: what one more unit of the leg adds to "
            f"all that is carried; in use below 100{NBSP}%: its holders let only a share pass"
        )
        tables.append(Table(caption, head, legs, (2, 3)))
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
        cut = [rich(index.who(s)) for s in c.minimum_cut[:_SITES]]
        if len(c.minimum_cut) > _SITES:
            cut.append(rich(f"and {len(c.minimum_cut) - _SITES} more that carry less"))
        parts += rich(" Minimum cut: ", *join(cut), ".")
    left = join([rich(foreign(r)) for r in c.reroutes], "; ")
    parts += rich(
        " Left of what it carried before the campaign when the client's territory is closed: ",
        *(left or rich("nothing on record")),
        ".",
    )
    return tuple(parts)
