"""The look: contrast of colours, and figures that read without colour."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from counterpoise.brief.figures.style import HATCHES, INK, MARKERS, PALETTE, SMALL, SOFT, WIDTH

STYLE = (files("counterpoise.brief") / "templates" / "style.css").read_text(encoding="utf-8")


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes() -> list[dict[str, str]]:
    """Colours of the light and the dark page."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    return [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", b)) for b in blocks]


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("ink", ["ink", "soft", "accent"])
@pytest.mark.parametrize("ground", ["ground", "card", "tint"])
def test_type_has_contrast_in_both_themes(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


def test_there_is_a_light_and_a_dark_theme() -> None:
    light, dark = themes()
    assert luminance(light["ground"]) > 0.8
    assert luminance(dark["ground"]) < 0.05


@pytest.mark.parametrize("ink", [INK, SOFT])
def test_type_in_figures_has_contrast_on_white(ink: str) -> None:
    assert contrast(ink, "#ffffff") >= 4.5


def test_every_holder_has_a_colour_a_shape_and_a_hatch_of_its_own() -> None:
    for styles in (PALETTE, MARKERS, HATCHES):
        assert len(set(styles)) == len(styles) == len(PALETTE)


def test_type_in_figures_is_readable_on_a_phone() -> None:
    css_width_of_a_phone = 375.0
    assert SMALL * css_width_of_a_phone / (WIDTH * 72) >= 8.0


def test_the_page_prints_and_stacks() -> None:
    assert "@media print" in STYLE
    assert "@media (max-width" in STYLE
    assert "prefers-color-scheme: dark" in STYLE
