"""The support network before and after: senders, recipients, and edges as wide as what arrives."""

from __future__ import annotations

from typing import Any

from counterpoise.assessment.models import Assessment, Support
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.style import INK, PALETTE, SMALL, SOFT, canvas, finish, fit, note
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import percent

__all__ = ["draw_network"]

_NAME = "network"
_EDGES = 16
_ROW, _TOP, _FOOT = 21.0, 74.0, 30.0  # points
_WIDEST = 11.0  # of the widest edge [point]
_GONE = 0.002  # below this share of what the recipient lives on, support no longer arrives
#: Colour and dash of each group of kinds.
_GROUPS: dict[str, tuple[str, Any]] = {
    "people": (PALETTE[0], "-"),
    "arms": (PALETTE[1], "-"),
    "money": (PALETTE[2], "-"),
    "other": (PALETTE[3], "-"),
}


def draw_network(a: Assessment) -> Figure | None:
    """Return the widest edges and those that change most, before and after; None without edges."""
    index = Index(a)
    if index.event is None or not a.support:
        return None
    arm = index.event.name
    shown = _chosen(a, arm)
    if not shown:
        return None
    senders = list(dict.fromkeys(e.sender for e in shown))
    recipients = list(dict.fromkeys(e.recipient for e in shown))
    rows = max(len(senders), len(recipients))
    height = _TOP + _FOOT + rows * _ROW
    figure = canvas(height / 72)
    largest = max(max(e.before, e.after.get(arm, 0.0)) for e in shown)
    for i, (head, late) in enumerate((("before: the as-of day", False), ("after: a year on", True))):
        axes = figure.add_axes((0.195 + 0.29 * i, _FOOT / height, 0.245, (height - _TOP - _FOOT) / height))
        _panel(axes, shown, senders, recipients, rows, largest, arm if late else None)
        axes.set_title(head, fontsize=SMALL, color=SOFT, loc="center", pad=3)
        if i == 0:
            for s in senders:
                axes.text(
                    -0.05,
                    _y(s, senders, rows),
                    fit(clean(index.name(s)), 15),
                    ha="right",
                    va="center",
                    fontsize=SMALL,
                )
        else:
            for r in recipients:
                axes.text(
                    1.05,
                    _y(r, recipients, rows),
                    fit(clean(index.name(r)), 17),
                    ha="left",
                    va="center",
                    fontsize=SMALL,
                )
    _key(figure, height)
    title = "Who lives on whose support, before and after"
    source = (
        f"Width: share of what the recipient lives on. {index.program}, scenario {clean(a.scenario.name)}."
    )
    note(figure, title, source)
    alt = _alt(index, shown, arm)
    reading = (
        "Left dots send, right dots receive. Width: what arrives as a share of all that the recipient lives on, its own "
        "resources included. A dotted hairline: support that no longer arrives. After a fall, support to the government "
        "counts for its successor."
    )
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _chosen(a: Assessment, arm: str) -> list[Support]:
    """Return edges of conduits' recipients and of the client, the widest and the most changed."""
    near = {c.recipient for c in a.conduits} | {c.sender for c in a.conduits} | {a.client}
    edges = [e for e in a.support if e.recipient in near]
    ranked = sorted(
        edges,
        key=lambda e: (
            -max(e.before, e.after.get(arm, 0.0)) - 2 * abs(e.after.get(arm, 0.0) - e.before), e.sender, e.recipient,
            e.group,
        ),
    )  # fmt: skip
    order = {x: i for i, x in enumerate([a.client, *(c.recipient for c in a.conduits)])}
    return sorted(ranked[:_EDGES], key=lambda e: (e.sender, order.get(e.recipient, 99), e.group))


def _y(who: str, listed: list[str], rows: int) -> float:
    """Return the height of an actor in its column, spread over all rows."""
    return 1 - (listed.index(who) + 0.5) / len(listed) if rows else 0.5


def _panel(
    axes: Any,
    edges: list[Support],
    senders: list[str],
    recipients: list[str],
    rows: int,
    largest: float,
    arm: str | None,
) -> None:
    """Draw one state of the network."""
    axes.axis("off")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    tall = rows * _ROW
    width = {id(e): _points(e, arm, largest) for e in edges}
    start = {s: -sum(width[id(e)] for e in edges if e.sender == s) / 2 for s in senders}
    end = {r: -sum(width[id(e)] for e in edges if e.recipient == r) / 2 for r in recipients}
    for e in edges:
        wide = width[id(e)]
        # Ribbons lie side by side at both ends, in the order of the list, from the top down.
        y0 = _y(e.sender, senders, rows) - (start[e.sender] + wide / 2) / tall
        y1 = _y(e.recipient, recipients, rows) - (end[e.recipient] + wide / 2) / tall
        start[e.sender] += wide
        end[e.recipient] += wide
        color, dash = _GROUPS[e.group]
        gone = (e.before if arm is None else e.after.get(arm, 0.0)) < _GONE
        t = [i / 24 for i in range(25)]
        x = [0.02 + 0.96 * u for u in t]
        y = [y0 + (y1 - y0) * (3 * u**2 - 2 * u**3) for u in t]
        axes.plot(
            x, y, color=color, alpha=0.9 if gone else 0.72, linestyle=(0, (1, 2)) if gone else dash,
            linewidth=0.9 if gone else wide, solid_capstyle="butt", zorder=2, clip_on=False,
        )  # fmt: skip
    for s in senders:
        axes.plot(0.0, _y(s, senders, rows), "o", color=INK, markersize=4.5, zorder=4, clip_on=False)
    for r in recipients:
        axes.plot(1.0, _y(r, recipients, rows), "s", color=INK, markersize=4.5, zorder=4, clip_on=False)


def _points(e: Support, arm: str | None, largest: float) -> float:
    """Return the width of an edge [point]."""
    return max(0.9, _WIDEST * (e.before if arm is None else e.after.get(arm, 0.0)) / largest)


def _key(figure: Any, height: float) -> None:
    """Draw the legend under the title."""
    from matplotlib.lines import Line2D

    items = [
        Line2D([], [], color=c, linestyle=d, linewidth=5, alpha=0.72, label=g)
        for g, (c, d) in _GROUPS.items()
    ]
    figure.legend(
        handles=items, loc="upper left", bbox_to_anchor=(0.0, 1 - 22 / height), ncol=4, fontsize=SMALL, frameon=False,
        borderaxespad=0.2, columnspacing=1.4, handlelength=1.8,
    )  # fmt: skip


def _alt(index: Index, edges: list[Support], arm: str) -> str:
    """Return the figure in words."""
    said = [
        f"{clean(index.name(e.sender))} to {clean(index.name(e.recipient))}, {e.group}: {percent(e.before)} before, "
        f"{percent(e.after.get(arm, 0.0))} after"
        for e in sorted(edges, key=lambda e: -e.before)[:8]
    ]
    return "Support network, shares of what recipients live on. " + "; ".join(said) + "."
