"""The look of the figures: one palette, one type, deterministic SVG that can stand inside a page.

Colours are Okabe and Ito's (2008, *Color Universal Design*), always paired with a shape, a dash or a hatch
so that a figure also reads in black and white. Text stays text (``svg.fonttype`` none): widths are measured
in DejaVu Sans, which is wider than the system fonts that replace it, so what fits here fits there.
"""

from __future__ import annotations

import io
import re
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from counterpoise.assessment.models import FORECAST_DAYS

__all__ = [
    "BASE",
    "DASHES",
    "FAINT",
    "HATCHES",
    "INK",
    "MARKERS",
    "PALETTE",
    "SMALL",
    "SOFT",
    "WIDTH",
    "canvas",
    "drawing",
    "finish",
    "fit",
    "hatch_scenario",
    "note",
]

INK: Final = "#1d2328"
SOFT: Final = "#5a646d"
FAINT: Final = "#c9cdd1"
WIDTH: Final = 5.0  # inches; a phone shows it at about full size, so type keeps its size
BASE: Final = 9.5
SMALL: Final = 8.3
_SOURCE_CHARS: Final = 84

#: Okabe-Ito, most distinct first; yellow is left out (too faint on white).
PALETTE: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8a8f94")
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "p")
HATCHES: Final = ("", "///", "---", "\\\\\\", "xxx", "|||", "+++", "//")
DASHES: Final[tuple[Any, ...]] = ("-", (0, (5, 2)), (0, (1.2, 1.6)), (0, (6, 2, 1.2, 2)))

_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_SETTINGS: Final[dict[str, Any]] = {
    "font.family": "DejaVu Sans",
    "font.size": BASE,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "counterpoise",
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "text.color": INK,
    "hatch.linewidth": 0.5,
    "figure.dpi": 72.0,
    "savefig.dpi": 72.0,
    "axes.formatter.use_locale": False,
    "path.simplify": False,
}
#: Texts of this group id get a white halo: a stroke painted below the letters, so that they stay text.
HALO: Final = "halo"
_HALO_STYLE: Final = "paint-order: stroke; stroke: #ffffff; stroke-width: 2.2px; stroke-opacity: 0.88; "
_LOCK = threading.Lock()  # matplotlib's settings are global


@contextmanager
def drawing() -> Iterator[None]:
    """Hold matplotlib's settings for one figure; threads take turns."""
    with _LOCK, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def canvas(height: float) -> Canvas:
    """Return an empty figure of the common width [inch]; at 72 dots per inch a point is a unit."""
    figure = Canvas(figsize=(WIDTH, height), dpi=72.0, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def note(figure: Canvas, title: str, source: str) -> None:
    """Write the title at the top and the source at the foot of a figure, in one or two lines."""
    height, left = figure.get_figheight() * 72, 4 / (WIDTH * 72)
    heading: dict[str, Any] = {"fontsize": BASE + 1.2, "fontweight": "bold"}
    figure.text(left, 1 - 4 / height, fit(title, 50), va="top", ha="left", **heading)
    lines = textwrap.wrap(source, _SOURCE_CHARS)[:2]
    small: dict[str, Any] = {"fontsize": SMALL - 1.1, "color": SOFT, "linespacing": 1.15}
    figure.text(left, 3 / height, "\n".join(lines), va="bottom", ha="left", **small)


def fit(text: str, limit: int) -> str:
    """Return text cut to a length, with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip(" ,;") + "…"


def finish(figure: Canvas, name: str, title: str, alt: str) -> str:
    """Return the figure as SVG: no date, no metadata, ids of its own, title and description."""
    raw = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(raw, metadata={"Date": None})
    svg = raw.getvalue().decode("utf-8")
    svg = re.sub(r"^.*?(?=<svg\b)", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"<style type=\"text/css\">.*?</style>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"(\d\.\d\d)\d+", r"\1", svg)
    svg = re.sub(
        rf'(<g id="{HALO}[^"]*">(?:(?!</g>).)*?<text style=")', rf"\1{_HALO_STYLE}", svg, flags=re.DOTALL
    )
    own = f"svg-{name}"
    svg = _own_ids(svg, own).replace("'DejaVu Sans'", _FONT)
    head = f'<title id="{own}-title">{escape(title)}</title><desc id="{own}-desc">{escape(alt)}</desc>'
    look = "stroke-linejoin:round;stroke-linecap:butt"
    opening = f'<svg role="img" aria-labelledby="{own}-title {own}-desc" style="{look}" '
    svg = re.sub(r"<svg\s", opening, svg, count=1)
    svg = re.sub(r"(<svg[^>]*>)", lambda m: m[1] + "\n " + head, svg, count=1)
    body = "\n".join(line.rstrip() for line in svg.splitlines())
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _own_ids(svg: str, prefix: str) -> str:
    """Prefix every id, so that several figures can stand in one page."""
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    return re.sub(r'(xlink:href="|\bhref="|url\()#', rf"\1#{prefix}-", svg)


def hatch_scenario(axes: Any, last: float) -> None:
    """Hatch the days on which an answer is a scenario and no forecast, up to `last`."""
    axes.axvspan(
        FORECAST_DAYS,
        last,
        facecolor="none",
        edgecolor="#d4d6d8",
        hatch="///",
        linewidth=0,
        zorder=0,
    )
