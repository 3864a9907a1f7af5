"""The corridor: the cities along the main conduit in order, and what hangs on each of them."""

from __future__ import annotations

from typing import Any

from counterpoise.assessment.models import Assessment, Dependence
from counterpoise.brief.document import Figure, clean
from counterpoise.brief.figures.style import FAINT, INK, PALETTE, SMALL, SOFT, canvas, finish, fit, note
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import share
from counterpoise.brief.summary import worst_conduit

__all__ = ["draw_corridor"]

_NAME = "corridor"
_ROW, _TOP, _FOOT, _MORE = 15.5, 40.0, 44.0, 5


def draw_corridor(a: Assessment) -> Figure | None:
    """Return the main conduit as a line of cities with bars; None without a conduit that hangs on anything."""
    c = worst_conduit(a)
    if c is None or not c.through or not c.dependence:
        return None
    index = Index(a)
    hangs = {d.site: d for d in c.dependence}
    aside = [d for d in c.dependence if d.site not in c.through][:_MORE]
    rows = len(c.through) + (len(aside) + 1 if aside else 0)
    height = _TOP + _FOOT + rows * _ROW
    figure = canvas(height / 72)
    axes = figure.add_axes((0.37, _FOOT / height, 0.57, (height - _TOP - _FOOT) / height))
    holders = {p.id: p.holder for p in a.places}
    n = len(c.through)
    axes.plot(
        [-0.03] * 2, [0, n - 1], color=INK, linewidth=2.2, clip_on=False, transform=axes.get_yaxis_transform()
    )
    for y, site in enumerate(c.through):
        client = holders.get(site) == a.client
        axes.plot(
            -0.03, y, "o" if client else "s", color="white" if client else INK, markeredgecolor=INK, markersize=6,
            markeredgewidth=1.3, clip_on=False, transform=axes.get_yaxis_transform(), zorder=4,
        )  # fmt: skip
        if 0 < y < n - 1:
            _bar(axes, y, hangs.get(site), PALETTE[0])
    for k, d in enumerate(aside):
        _bar(axes, n + 1 + k, d, PALETTE[1], hatch="////")
    names = [index.name(s) for s in c.through]
    names += ["other ways:", *(index.name(d.site) for d in aside)] if aside else []
    axes.set_yticks(range(rows), [fit(clean(x), 24) for x in names])
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25", "50", "75", "100 %"])
    axes.set_xlabel("lost if an enemy of the sender holds it", fontsize=SMALL, labelpad=1)
    axes.tick_params(axis="y", length=0, labelsize=SMALL, labelcolor=INK, pad=12)
    axes.tick_params(axis="x", labelsize=SMALL - 0.5)
    axes.spines["left"].set_color(FAINT)
    axes.grid(axis="x", color="#e8e9ea", linewidth=0.7)
    axes.set_axisbelow(True)
    pair = f"{clean(index.name(c.sender))} to {clean(index.name(c.recipient))}"
    title = fit(f"The corridor: {pair}", 50)
    note(
        figure,
        title,
        f"Whiskers: 90 % parameter interval. {index.program}, scenario {clean(a.scenario.name)}.",
    )
    top = ", ".join(f"{clean(index.name(d.site))} {share(d.loss)}" for d in c.dependence[:6])
    alt = f"The way from {pair} over {n} sites. Most hangs on: {top}."
    reading = (
        "From the sender (top) to the recipient along the widest way before the campaign. Round and open: in the "
        "government's hands on the as-of day; square: in other hands. Hatched: cities on other ways of the same conduit."
    )
    return Figure(_NAME, title, alt, reading, finish(figure, _NAME, title, alt))


def _bar(ax: Any, y: int, d: Dependence | None, color: str, hatch: str = "") -> None:
    """Draw what hangs on one city."""
    if d is None:
        ax.text(0.012, y, "little", fontsize=SMALL - 1, color=SOFT, va="center")
        return
    fill = (
        {"color": color, "alpha": 0.85}
        if not hatch
        else {"facecolor": "white", "edgecolor": color, "hatch": hatch}
    )
    ax.barh(y, d.loss, height=0.62, linewidth=0.8, zorder=2, **fill)
    low, high = d.interval_90
    ax.plot([low, high], [y, y], color=INK, linewidth=1.2, zorder=3)
    for end in (low, high):
        ax.plot([end, end], [y - 0.2, y + 0.2], color=INK, linewidth=1.2, zorder=3)
