"""Charts of a result as pictures of our own that follow light and dark: what allies live on, and who lives on whose support.

Lines differ by dash as well as by colour, and every chart has a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from counterpoise.assessment.models import Ally, Assessment, Months, Ribbon, Support
from counterpoise.brief.numbers import percent, quantity
from counterpoise.web.desk.sections import rows_html, table

__all__ = ["network_arms", "network_html", "stocks_html"]

_WIDE, _TALL, _LEFT, _FOOT = 380.0, 170.0, 44.0, 30.0
_DASHES: Final = {"as_reported": "", "if_true": "", "stay": "7 4"}
_EDGES: Final = 18
_ROW: Final = 46.0


def _arms(ally: Ally) -> list[str]:
    """Return the leading arms that a stock has a course in."""
    return [x for x in _DASHES if x in ally.course]


def _event(ally: Ally) -> Months | None:
    """Return an ally's months in the arm with the event: *if true* where the report is a mixture."""
    return ally.by_arm.get("if_true") or ally.by_arm.get("as_reported")


def stocks_html(a: Assessment) -> Markup:
    """Return how the stocks of armed allies run down: pictures and a table."""
    if not a.allies:
        return Markup("<p>This scenario keeps no stocks of armed allies.</p>")
    titles = {x.name: x.title for x in a.arms}
    shown = [x for x in a.allies if _arms(x)]
    pictures = Markup("").join(_stock(x) for x in shown)
    key = Markup(
        '<div class="key"><span>line: median, {}</span><span>dashed: {}</span><span>band: 90 % of futures</span>'
        "<span>dotted: reserve, below it strength falls</span><span>up: {}; across: years</span></div>"
    ).format(
        a.told,
        titles.get("stay", "stay").lower(),
        " or ".join(dict.fromkeys(x.unit for x in shown)),
    )
    head = (
        "Ally and stock", "Now", "Reserve", "Needs the client's territory", f"Months until short, {a.told}",
        f"Short within a year, {a.told}", "If the territory were hostile from now on",
    )  # fmt: skip
    rows = [
        [
            f"{x.name}: {x.kind.replace('_', ' ')}", f"{quantity(x.stock)} {x.unit}", quantity(x.reserve),
            percent(x.through_client), _months(_event(x)), _short(_event(x)),
            _months(x.without_conduit),
        ]
        for x in a.allies
    ]  # fmt: skip
    listed = table("Stocks of armed allies", head, rows_html(rows), "Stocks of armed allies")
    return Markup('<div class="charts">{}</div>{}<details><summary>The stocks as a table</summary>{}</details>').format(
        pictures, key, listed
    )  # fmt: skip


def _months(found: Months | None) -> str:
    """Return months until a stock is short, with the interval."""
    if found is None:
        return "–"
    low, high = found.interval_90
    middle = "not within the horizon" if found.median is None else f"{found.median:.0f}"
    if low is None:
        return middle
    return f"{middle} ({low:.0f} to {'beyond' if high is None else f'{high:.0f}'})"


def _short(found: Months | None) -> str:
    """Return P(short within a year)."""
    return "–" if found is None or "365" not in found.p_short else percent(found.p_short["365"])


def _path(x: Sequence[float], y: Sequence[float]) -> str:
    """Return points of a line [px]."""
    return " ".join(f"{u:.1f},{v:.1f}" for u, v in zip(x, y, strict=True))


def _stock(ally: Ally) -> Markup:
    """Return one stock over time."""
    arms = _arms(ally)
    last = max(ally.course[x].day[-1] for x in arms)
    top = max(max(ally.course[x].high_90) for x in arms) or 1.0
    title = f"{ally.name}: {ally.kind.replace('_', ' ')}"

    def at(ribbon: Ribbon, values: Sequence[float]) -> tuple[list[float], list[float]]:
        xs = [_LEFT + (_WIDE - _LEFT - 12) * d / last for d in ribbon.day]
        ys = [12 + (_TALL - _FOOT - 12) * (1 - min(v, top) / top) for v in values]
        return xs, ys

    parts = []
    for arm in arms:
        ribbon = ally.course[arm]
        xs, low = at(ribbon, ribbon.low_90)
        _, high = at(ribbon, ribbon.high_90)
        if arm == arms[0]:
            band = _path([*xs, *reversed(xs)], [*high, *reversed(low)])
            parts.append(
                Markup('<polygon points="{}" fill="var(--r1)" opacity=".35"></polygon>').format(band)
            )
        _, middle = at(ribbon, ribbon.median)
        parts.append(
            Markup(
                '<polyline points="{}" fill="none" stroke="var({})" stroke-width="2.5" stroke-dasharray="{}"></polyline>'
            ).format(_path(xs, middle), "--accent" if arm == arms[0] else "--hostile", _DASHES[arm] or "none")
        )
    floor = 12 + (_TALL - _FOOT - 12) * (1 - min(ally.reserve, top) / top)
    parts.append(
        Markup(
            '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="var(--ink)" stroke-dasharray="2 4"></line>'
        ).format(_LEFT, _WIDE - 12, f"{floor:.1f}", f"{floor:.1f}")
    )
    parts += [
        _tick(_LEFT - 6, 12 + (_TALL - _FOOT - 12) * (1 - v / top) + 4, quantity(v), "end")
        for v in (0.0, top / 2, top)
    ]
    years = max(1, round(last / 365))
    step = max(1, years // 5)
    for year in range(0, years + 1, step):
        x = _LEFT + (_WIDE - _LEFT - 12) * min(1.0, year * 365 / last)
        parts.append(_tick(x, _TALL - 8, f"{year} y" if year else "now", "middle"))
    said = "; ".join(
        f"{'as reported' if arm == 'as_reported' else arm}: from {quantity(ally.course[arm].median[0])} to "
        f"{quantity(ally.course[arm].median[-1])} {ally.unit}"
        for arm in arms
    )
    return Markup(
        '<figure class="chart"><figcaption>{}</figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="12">{}</svg></figure>'
    ).format(title, f"{_WIDE:.0f}", f"{_TALL:.0f}", f"{title} over time. {said}", Markup("").join(parts))


def _tick(x: float, y: float, text: str, anchor: str) -> Markup:
    """Return a number at an axis."""
    return Markup('<text x="{}" y="{}" text-anchor="{}" fill="var(--soft)" aria-hidden="true">{}</text>').format(
        f"{x:.1f}", f"{y:.1f}", anchor, text
    )  # fmt: skip


def network_arms(a: Assessment) -> list[tuple[str, str]]:
    """Return the arms in which the network is known, with their titles."""
    titles = {x.name: x.title for x in a.arms}
    return [(x, titles.get(x, x)) for x in dict.fromkeys(arm for e in a.support for arm in e.after)]


def _edges(a: Assessment, arm: str) -> list[Support]:
    """Return the edges of the client and of the conduits' ends that weigh or change most."""
    near = {c.recipient for c in a.conduits} | {a.client}
    found = [e for e in a.support if e.recipient in near]

    def weight(e: Support) -> float:
        after = e.after.get(arm, 0.0)
        return -max(e.before, after) - 2 * abs(after - e.before)

    order = {x: i for i, x in enumerate([a.client, *(c.recipient for c in a.conduits)])}
    chosen = sorted(found, key=lambda e: (weight(e), e.sender, e.recipient, e.group))[:_EDGES]
    return sorted(chosen, key=lambda e: (e.sender, order.get(e.recipient, 99), e.group))


def network_html(a: Assessment, arm: str) -> Markup:
    """Return who lives on whose support, on the as-of day and a year on: a picture and a table."""
    edges = _edges(a, arm)
    if not edges:
        return Markup("<p>This scenario has no support network.</p>")
    title = dict(network_arms(a)).get(arm, arm)
    rows = [
        [
            f"{a.names.get(e.sender, e.sender)} → {a.names.get(e.recipient, e.recipient)}", e.group,
            percent(e.before), percent(e.after.get(arm, 0.0)), percent(e.arrives.get(arm, 0.0)),
        ]
        for e in edges
    ]  # fmt: skip
    head = (
        "From → to", "Kind", "Share of what the recipient lives on, now", f"A year on, {title.lower()}",
        "Arrives of what arrived",
    )  # fmt: skip
    listed = table("Support that weighs or changes most", head, rows_html(rows), "Support network")
    key = Markup(
        '<div class="key"><span>faint band: now</span><span>full band in it: a year on</span><span>dotted: next to nothing a year on</span>'
        "<span>width: share of what the recipient lives on</span></div>"
    )
    return Markup("{}{}<details><summary>The network as a table</summary>{}</details>").format(
        _network(a, edges, arm, title), key, listed
    )


def _network(a: Assessment, edges: list[Support], arm: str, title: str) -> Markup:
    """Draw the network: senders on the left, recipients on the right."""
    senders = list(dict.fromkeys(e.sender for e in edges))
    recipients = list(dict.fromkeys(e.recipient for e in edges))
    tall = _ROW * max(len(senders), len(recipients)) + 20
    wide, left, right = 800.0, 270.0, 520.0

    def y(who: str, listed: list[str]) -> float:
        return 10 + (tall - 20) * (listed.index(who) + 0.5) / len(listed)

    widths = _widths(edges, arm)
    lines = []
    for i, e in enumerate(edges):
        y0 = y(e.sender, senders) + _shift(i, [x.sender for x in edges], widths)
        y1 = y(e.recipient, recipients) + _shift(i, [x.recipient for x in edges], widths)
        middle = (left + right) / 2
        path = (
            f"M{left + 8:.0f} {y0:.1f}C{middle:.0f} {y0:.1f} {middle:.0f} {y1:.1f} {right - 8:.0f} {y1:.1f}"
        )
        wide_as, most = widths[i], max(e.before, e.after.get(arm, 0.0)) or 1.0
        before, after = wide_as * e.before / most, wide_as * e.after.get(arm, 0.0) / most
        said = f"{a.names.get(e.sender, e.sender)} → {a.names.get(e.recipient, e.recipient)}, {e.group}: {percent(e.before)}, then {percent(e.after.get(arm, 0.0))}"
        lines.append(
            Markup(
                '<g fill="none"><title>{}</title><path d="{}" stroke="var(--r1)" stroke-width="{}" opacity=".55"></path>'
                '<path d="{}" stroke="var(--accent)" stroke-width="{}"{}></path></g>'
            ).format(
                said, path, f"{max(before, 1.0):.1f}", path, f"{max(after, 1.0):.1f}",
                Markup(' stroke-dasharray="2 5"') if after < 0.05 else "",
            )
        )  # fmt: skip
    for who in senders:
        lines.append(_end(left, y(who, senders), a.names.get(who, who), "end"))
    for who in recipients:
        lines.append(_end(right, y(who, recipients), a.names.get(who, who), "start"))
    label = f"Who lives on whose support, now and a year on, {title.lower()}"
    return Markup(
        '<svg class="map net" viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="15">{}</svg>'
    ).format(f"{wide:.0f}", f"{tall:.0f}", label, Markup("").join(lines))


def _widths(edges: list[Support], arm: str) -> list[float]:
    """Return the width of each edge where it is widest, so that those of one actor fit beside each other [px]."""
    most = [max(e.before, e.after.get(arm, 0.0)) for e in edges]
    totals = [
        sum(m for m, x in zip(most, edges, strict=True) if getattr(x, side) == who)
        for side in ("sender", "recipient")
        for who in {getattr(x, side) for x in edges}
    ]
    scale = (_ROW - 12.0) / (max(totals) or 1.0)
    return [max(m * scale, 1.0) for m in most]


def _shift(i: int, ends: list[str], widths: list[float]) -> float:
    """Return how far an edge lies from the middle of its actor, where all edges lie one under the other [px]."""
    same = [k for k, who in enumerate(ends) if who == ends[i]]
    before = sum(widths[k] for k in same if k < i)
    return before + widths[i] / 2 - sum(widths[k] for k in same) / 2


def _end(x: float, y: float, name: str, anchor: str) -> Markup:
    """Return an actor: a dot with its name beside it."""
    short = name if len(name) <= 24 else f"{name[:23].rstrip()}…"
    return Markup(
        '<circle cx="{}" cy="{}" r="5" fill="var(--ink)"></circle><text x="{}" y="{}" text-anchor="{}"><title>{}</title>{}</text>'
    ).format(
        f"{x:.0f}",
        f"{y:.1f}",
        f"{x + (-12 if anchor == 'end' else 12):.0f}",
        f"{y + 5:.1f}",
        anchor,
        name,
        short,
    )
