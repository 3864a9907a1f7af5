"""The look of the figures: one palette, one type, deterministic SVG that can stand inside a page.

Colours are Okabe and Ito's (2008, *Color Universal Design*), always paired with a shape, a dash or a hatch so that a
figure also reads in black and white. Text stays text (``svg.fonttype`` none): widths are measured in DejaVu Sans, which is
wider than the system fonts that replace it, so what fits here fits there.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

__all__ = ["BASE", "HATCHES", "INK", "MARKERS", "PALETTE", "SMALL", "SOFT", "WIDTH", "canvas", "drawing", "finish", "fit", "note"]

INK: Final = "#1d2328"
SOFT: Final = "#5a646d"
FAINT: Final = "#c9cdd1"
WIDTH: Final = 5.4  # inches; a phone shows it at about nine tenths, so type keeps its size
BASE: Final = 9.5
SMALL: Final = 8.3

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
_LOCK = threading.Lock()  # matplotlib's settings are global


@contextmanager
def drawing() -> Iterator[None]:
    """Hold matplotlib's settings for one figure; threads take turns."""
    with _LOCK, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def canvas(height: float) -> Canvas:
    """Return an empty figure of the common width [inch], 72 dots per inch so that a point is a unit of the picture."""
    figure = Canvas(figsize=(WIDTH, height), dpi=72.0, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def note(figure: Canvas, title: str, source: str) -> None:
    """Write the title at the top and the source at the foot of a figure."""
    height = figure.get_figheight() * 72
    figure.text(4 / (WIDTH * 72), 1 - 4 / height, fit(title, 58), va="top", ha="left", fontsize=BASE + 1.5, fontweight="bold")
    figure.text(4 / (WIDTH * 72), 4 / height, fit(source, 88), va="bottom", ha="left", fontsize=SMALL - 1, color=SOFT)


def fit(text: str, limit: int) -> str:
    """Return text cut to a length, with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip(" ,;") + "…"


def finish(figure: Canvas, name: str, title: str, alt: str) -> str:
    """Return the figure as SVG: no date, no metadata, ids of its own, title and description for screen readers."""
    raw = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(raw, metadata={"Date": None})
    svg = raw.getvalue().decode("utf-8")
    svg = re.sub(r"^.*?(?=<svg\b)", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"<style type=\"text/css\">.*?</style>", "", svg, count=1, flags=re.DOTALL)
    svg = _own_ids(svg, name).replace("'DejaVu Sans'", _FONT)
    head = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(alt)}</desc>'
    opening = (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" style="stroke-linejoin:round;stroke-linecap:butt" '
    )
    svg = re.sub(r"<svg\s", opening, svg, count=1)
    svg = re.sub(r"(<svg[^>]*>)", lambda m: m[1] + "\n " + head, svg, count=1)
    svg = "\n".join(line.rstrip() for line in svg.splitlines())
    return f'<?xml version="1.0" encoding="utf-8"?>\n{svg}\n'


def _own_ids(svg: str, name: str) -> str:
    """Prefix every id, so that several figures can stand in one page."""
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="|\bhref="|url\()#', rf"\1#{name}-", svg)
    return svg
