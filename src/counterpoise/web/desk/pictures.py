"""The figures of the brief on a page: as they are by day, and with their colours turned for the dark; what they show is said in words.

The file of a run is not changed: its bytes are those of the command line. Turned are lightness and, for greys, the ground and the ink of
the page; hue stays, so that a figure's blue is its blue by night.
"""

from __future__ import annotations

import colorsys
import re
from html import unescape
from typing import Final

from markupsafe import Markup

__all__ = ["FIGURE_NAME", "figures_html", "in_the_dark"]

FIGURE_NAME: Final = r"^[a-z0-9][a-z0-9_-]{0,80}$"
#: Ground and ink of the page in the dark, as in style.css [red, green, blue; 0 to 1].
_GROUND: Final = (0x1B / 255, 0x21 / 255, 0x27 / 255)
_INK: Final = (0xE6 / 255, 0xE4 / 255, 0xDE / 255)
#: Below this saturation a colour is a grey.
_GREY: Final = 0.18
_DARKEST, _LIGHTEST = 0.14, 0.88
_COLOUR: Final = re.compile(r'((?:fill|stroke)(?::\s*|="))#([0-9a-fA-F]{6})\b')
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
_DESC: Final = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)


def _turned(code: str) -> str:
    """Return a colour for the dark: what was light on white is as dark on the page's ground."""
    rgb = tuple(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(*rgb)
    if saturation < _GREY:
        new = tuple(g + (i - g) * (1 - light) for g, i in zip(_GROUND, _INK, strict=True))
    else:
        new = colorsys.hls_to_rgb(hue, _DARKEST + (_LIGHTEST - _DARKEST) * (1 - light), min(saturation, 0.85))
    return "#" + "".join(f"{round(255 * x):02x}" for x in new)


def in_the_dark(svg: str) -> str:
    """Return a figure with its colours turned; what has no colour of its own is drawn in the ink of the dark page."""
    found = _COLOUR.sub(lambda m: m[1] + _turned(m[2]), svg)
    ink = _turned("000000")
    return re.sub(r"<svg\s", f'<svg fill="{ink}" ', found, count=1)


def _said(svg: str) -> tuple[str, str]:
    """Return title and description of a figure."""
    title, desc = _TITLE.search(svg), _DESC.search(svg)
    return (unescape(title[1]) if title else "Figure"), (unescape(desc[1]) if desc else "")


def figures_html(run_id: str, files: dict[str, str]) -> Markup:
    """Return figures of a run, each with its title below and its description for those who do not see it.

    Parameters
    ----------
    files : dict
        Names of figures without folder and ending, with their SVG.
    """
    if not files:
        return Markup("")
    parts = []
    for name, svg in files.items():
        title, desc = _said(svg)
        light, dark = f"/api/v1/runs/{run_id}/files/figures/{name}.svg", f"/runs/{run_id}/dark/{name}.svg"
        parts.append(
            Markup(
                '<figure><picture><source media="(prefers-color-scheme: dark)" srcset="{}"><img src="{}" alt="{}" '
                'loading="lazy"></picture><figcaption class="soft">{}</figcaption></figure>'
            ).format(dark, light, f"{title}. {desc}" if desc else title, title)
        )
    return Markup('<div class="figs">{}</div>').format(Markup("").join(parts))
