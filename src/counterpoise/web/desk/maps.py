"""Maps drawn by us: who may lose which place by when, and the ways to the allies. Nothing is fetched; no unit is shown.

Darkness, size and a printed number all say the same, so that no reader needs to tell colours apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from counterpoise.assessment.models import Assessment, Place
from counterpoise.brief.figures.map_view import View, make_view
from counterpoise.brief.figures.outlines import load_outlines
from counterpoise.brief.numbers import percent

__all__ = ["control_map", "corridor_map"]

WIDTH: Final = 800.0
#: Places of this many people carry their name on the map; the others are named when pointed at, and in the table [persons].
LABELLED: Final = 250_000
_BANDS: Final = ((0.2, "--r0"), (0.5, "--r1"), (0.8, "--r2"), (1.01, "--r3"))


class _Sheet:
    """Places a longitude and a latitude on the picture."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.height = WIDTH * view.aspect

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return x and y [px]."""
        x, y = self.view.xy(lon, lat)
        left, bottom, right, top = self.view.window
        return WIDTH * (x - left) / (right - left), self.height * (top - y) / (top - bottom)

    def ground(self) -> Markup:
        """Return the outlines of countries."""
        parts = []
        for rings in load_outlines().rings.values():
            for ring in rings:
                points = " ".join(
                    "{:.0f},{:.0f}".format(*self.at(float(lon), float(lat))) for lon, lat in ring
                )
                parts.append(
                    Markup('<polygon points="{}" fill="var(--card)" stroke="var(--line)"></polygon>').format(
                        points
                    )
                )
        return Markup("").join(parts)

    def svg(self, title: str, inner: Markup) -> Markup:
        """Return the picture."""
        return Markup(
            '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="13">{}{}</svg>'
        ).format(f"{WIDTH:.0f}", f"{self.height:.0f}", title, self.ground(), inner)


def _sheet(a: Assessment, wanted: set[str]) -> _Sheet | None:
    """Return a sheet around the theatre and some places."""
    view = make_view(a.places, wanted)
    return _Sheet(view) if view else None


def control_map(a: Assessment, lost: Mapping[str, float], said: str) -> Markup:
    """Return the map of a day: `lost` is P(lost) of each place the government holds, and empty for the as-of day."""
    sheet = _sheet(a, set())
    if sheet is None:
        return Markup("<p>This scenario has no theatre to map.</p>")
    inner = Markup("").join(
        _place(a, sheet, p, lost) for p in a.places if p.in_theatre and sheet.view.shows(p)
    )
    return sheet.svg(said, inner) + _key(bool(lost))


def _place(a: Assessment, sheet: _Sheet, p: Place, by_place: Mapping[str, float]) -> Markup:
    """Return one place: held by the government a circle, by others a square."""
    x, y = sheet.at(p.lon, p.lat)
    ours = p.holder == a.client
    lost = by_place.get(p.id)
    big = "capital" in p.roles
    size = (9.0 if big else 6.0) + (6.0 * lost if lost is not None else 0.0)
    fill = (
        "--hostile"
        if not ours
        else "--card"
        if lost is None
        else next(c for limit, c in _BANDS if lost < limit)
    )
    held = a.names.get(p.holder, p.holder)
    said = f"{p.name}: {percent(lost)}" if lost is not None else f"{p.name}: held by {held}"
    if ours:
        mark = Markup(
            '<circle cx="{}" cy="{}" r="{}" fill="var({})" stroke="var(--ink)"><title>{}</title></circle>'
        ).format(f"{x:.0f}", f"{y:.0f}", f"{size:.1f}", fill, said)
    else:
        mark = Markup(
            '<rect x="{}" y="{}" width="{}" height="{}" fill="var({})" stroke="var(--ink)"><title>{}</title></rect>'
        ).format(
            f"{x - size / 1.2:.0f}",
            f"{y - size / 1.2:.0f}",
            f"{size * 1.6:.1f}",
            f"{size * 1.6:.1f}",
            fill,
            said,
        )
    if not big and (p.population or 0) < LABELLED:
        return mark
    label = f"{p.name} {percent(lost)}" if lost is not None else p.name
    anchor = "end" if x > 0.8 * WIDTH else "start"
    return mark + Markup('<text x="{}" y="{}" text-anchor="{}" aria-hidden="true">{}</text>').format(
        f"{x + (-size - 4 if anchor == 'end' else size + 4):.0f}", f"{y + 4:.0f}", anchor, label
    )


def _key(future: bool) -> Markup:
    """Return the key of the map."""
    square = Markup(
        '<span><svg viewBox="0 0 16 16" aria-hidden="true"><rect x="2" y="2" width="12" height="12" fill="var(--hostile)" stroke="currentColor"/></svg> held by others</span>'
    )
    if not future:
        ours = Markup(
            '<span><svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6" fill="var(--card)" stroke="currentColor"/></svg> held by the government</span>'
        )
        return Markup('<div class="key">{}{}</div>').format(ours, square)
    names = ("under 20 %", "20–50 %", "50–80 %", "80 % and more")
    dots = Markup("").join(
        Markup(
            '<span><svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="{}" fill="var({})" stroke="currentColor"/></svg> {}</span>'
        ).format(3 + i * 1.4, colour, name)
        for i, ((_, colour), name) in enumerate(zip(_BANDS, names, strict=True))
    )
    return Markup('<div class="key"><strong>Lost with probability</strong>{}{}</div>').format(dots, square)


def corridor_map(a: Assessment) -> Markup:
    """Return the map of the ways: usable legs are drawn through, closed ones are dashed, critical sites are diamonds with names."""
    critical = {x for c in a.conduits for x in c.critical_sites[:4]}
    ends = {x for leg in a.legs for x in (leg.a, leg.b)}
    sheet = _sheet(a, ends | critical)
    if sheet is None or not a.legs:
        return Markup("<p>This scenario has no ways to map.</p>")
    where = {p.id: sheet.at(p.lon, p.lat) for p in a.places}
    lines = []
    for leg in a.legs:
        if leg.a not in where or leg.b not in where:
            continue
        (x0, y0), (x1, y1) = where[leg.a], where[leg.b]
        closed = leg.open_now < 0.05
        dash = Markup(' stroke-dasharray="5 5"') if closed else ""
        lines.append(Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="var({})" stroke-width="{}"{}><title>{}</title></line>').format(
            f"{x0:.0f}", f"{y0:.0f}", f"{x1:.0f}", f"{y1:.0f}", "--soft" if closed else "--accent", f"{1.2 + 3 * leg.open_now:.1f}", dash,
            f"{a.names.get(leg.id, leg.id)}: {100 * leg.open_now:.0f} % usable",
        ))  # fmt: skip
    shown = [p for p in a.places if p.id in critical and sheet.view.shows(p)]
    for p in shown:
        x, y = where[p.id]
        # A neighbour close to the right: the name goes to the left.
        near = any(0 < where[q.id][0] - x < 120 and abs(where[q.id][1] - y) < 14 for q in shown)
        left = near or x > 0.85 * WIDTH
        lines.append(Markup(
            '<path d="M{} {}l8 8l-8 8l-8 -8z" fill="var(--hostile)" stroke="var(--ink)"></path><text x="{}" y="{}" text-anchor="{}">{}</text>'
        ).format(
            f"{x:.0f}", f"{y - 8:.0f}", f"{x - 11 if left else x + 11:.0f}", f"{y + 4:.0f}", "end" if left else "start", p.name
        ))  # fmt: skip
    key = Markup(
        '<div class="key"><span>line: usable, as wide as it can carry</span><span>dashed: closed</span><span>diamond: its loss would cut the most</span></div>'
    )
    return (
        sheet.svg(
            "The ways to the allies on the as-of day, with their critical sites", Markup("").join(lines)
        )
        + key
    )
