"""Figures of a scorecard: skill with its intervals, and reliability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from counterpoise.brief.figures.style import (
    INK,
    MARKERS,
    PALETTE,
    SMALL,
    SOFT,
    canvas,
    drawing,
    finish,
    fit,
    note,
)

__all__ = ["reliability_figure", "skill_figure"]

_SUBSET: Final = "core campaign"
_ROW: Final = 15.0  # points
#: Skill worse than this is drawn at the edge, with an arrow.
_WORST: Final = -0.6


def _rows(card: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
    return [r for r in card[table] if r["subset"] == _SUBSET]


def _source(card: Mapping[str, Any]) -> str:
    return f"{card['n_core']} core cases, days of the campaign, countries left out. Bars: 90 % over cases."


def skill_figure(card: Mapping[str, Any]) -> str:
    """Brier skill over the logistic (left) and the base rate (right) for every forecaster and horizon, as SVG."""
    rows = _rows(card, "scores")
    forecasters = [f for f in dict.fromkeys(r["forecaster"] for r in rows) if f != "constant"]
    horizons = sorted({r["horizon_days"] for r in rows})
    height = 64 + len(horizons) * (len(forecasters) * _ROW + 22)
    title = "Brier skill on cases left out of the fit"
    with drawing():
        figure = canvas(height / 72)
        for column, rival in enumerate(("logistic", "base rate")):
            top = height - 44.0
            for horizon in horizons:
                tall = len(forecasters) * _ROW
                axes = figure.add_axes((0.31 + 0.36 * column, (top - tall) / height, 0.31, tall / height))
                here = {
                    r["forecaster"]: r.get(f"skill_{rival.replace(' ', '_')}")
                    for r in rows
                    if r["horizon_days"] == horizon
                }
                _skill_panel(axes, forecasters, here, column == 0)
                axes.set_title(
                    f"{horizon} days, over the {rival}", fontsize=SMALL, loc="left", pad=3, color=INK
                )
                if horizon == horizons[-1]:
                    axes.set_xticks([-0.5, 0, 0.5], ["−50 %", "0", "50 %"])
                top -= tall + 22
        note(figure, title, _source(card))
        return finish(
            figure,
            "skill",
            title,
            "Skill of each forecaster over the logistic and the base rate; also in the tables.",
        )


def _skill_panel(
    axes: Any, forecasters: Sequence[str], skills: Mapping[str, Mapping[str, Any] | None], names: bool
) -> None:
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    for y, name in enumerate(reversed(forecasters)):
        found = skills.get(name)
        if found is None or found["value"] is None:
            continue
        color = PALETTE[0] if "patrons" in name else SOFT
        low, high = (found[k] if found[k] is not None else found["value"] for k in ("low", "high"))
        axes.plot(
            [max(low, _WORST), min(high, 1)],
            [y, y],
            color=color,
            linewidth=2.0,
            solid_capstyle="butt",
            zorder=2,
        )
        inside = found["value"] > _WORST
        axes.plot(
            max(found["value"], _WORST),
            y,
            marker="o" if inside else "<",
            color=color,
            markersize=4.5,
            zorder=3,
        )
    axes.set_xlim(_WORST - 0.04, 0.85)
    axes.set_ylim(-0.6, len(forecasters) - 0.4)
    axes.set_yticks(
        range(len(forecasters)),
        [fit(n, 26) for n in reversed(forecasters)] if names else [""] * len(forecasters),
    )
    axes.set_xticks([-0.5, 0, 0.5], ["", "", ""])
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#e6e8ea", linewidth=0.7, zorder=0)


def reliability_figure(card: Mapping[str, Any]) -> str:
    """How often it happened against how likely it was called, one panel for each horizon, as SVG."""
    rows = [
        r for r in _rows(card, "calibration") if "patrons" in r["forecaster"] or r["forecaster"] == "logistic"
    ]
    forecasters = list(dict.fromkeys(r["forecaster"] for r in rows))[-4:]
    horizons = sorted({r["horizon_days"] for r in rows})
    title = "Reliability on cases left out of the fit"
    height = 232.0
    with drawing():
        figure = canvas(height / 72)
        for i, horizon in enumerate(horizons):
            axes = figure.add_axes((0.11 + i * 0.31, 84 / height, 0.245, 104 / height))
            axes.plot([0, 1], [0, 1], color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
            for j, name in enumerate(forecasters):
                bins = [
                    b
                    for r in rows
                    if r["forecaster"] == name and r["horizon_days"] == horizon
                    for b in r["reliability"]
                ]
                axes.plot(
                    [b["mean_p"] for b in bins], [b["share"] for b in bins], color=PALETTE[j], marker=MARKERS[j],
                    markersize=4.5, linewidth=1.1, label=fit(name, 30), zorder=2 + j,
                )  # fmt: skip
            axes.set(xlim=(0, 1), ylim=(-0.02, 1.02), xticks=[0, 0.5], yticks=[0, 0.5, 1])
            axes.set_title(f"{horizon} days", fontsize=SMALL, loc="left", pad=3)
            axes.set_xlabel("forecast", fontsize=SMALL)
            if i == 0:
                axes.set_ylabel("share that fell", fontsize=SMALL)
                handles, labels = axes.get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="lower left",
            bbox_to_anchor=(0.0, 20 / height),
            ncol=2,
            frameon=False,
            fontsize=SMALL - 0.5,
        )
        note(
            figure,
            title,
            f"{card['n_core']} core cases, days of the campaign, countries left out. Few cases a bin: see the tables.",
        )
        return finish(
            figure,
            "reliability",
            title,
            "Share that fell against mean forecast, by bin; also in the scorecard's JSON.",
        )
