"""Country outlines for the map: our own schematic ones, or the user's copy of Natural Earth.

`COUNTERPOISE_NATURAL_EARTH` names a GeoJSON file of countries with the property ``ADM0_A3`` (for example
Natural Earth's ``ne_110m_admin_0_countries.geojson``, public domain). Without it the schematic outlines of
the library are used; they are drawn by eye and are no statement on borders.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from counterpoise import library
from counterpoise.errors import InputError

__all__ = ["ENVIRONMENT", "Outlines", "load_outlines"]

ENVIRONMENT = "COUNTERPOISE_NATURAL_EARTH"
Ring = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outlines:
    """Rings of longitude and latitude by country code, names, and what they are."""

    rings: dict[str, tuple[Ring, ...]]
    names: dict[str, str]
    credit: str


def load_outlines() -> Outlines:
    """Return the outlines; the environment's file goes first.

    Raises
    ------
    InputError
        If the file that the environment names cannot be read as GeoJSON of countries.
    """
    given = os.environ.get(ENVIRONMENT)
    return _natural_earth(Path(given)) if given else _schematic()


def _schematic() -> Outlines:
    """Return our own drawing."""
    countries = json.loads(library.read_text("outlines/schematic.json"))["countries"]
    rings = {code: tuple(_ring(r) for r in c["rings"]) for code, c in countries.items()}
    names = {code: str(c["name"]) for code, c in countries.items()}
    return Outlines(rings, names, "Outlines: schematic, our own drawing, no statement on borders")


def _natural_earth(path: Path) -> Outlines:
    """Return the user's outlines."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        rings = {str(f["properties"]["ADM0_A3"]): _outer_rings(f["geometry"]) for f in features}
        names = {str(f["properties"]["ADM0_A3"]): str(f["properties"].get("NAME", "")) for f in features}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise InputError.at(
            ENVIRONMENT,
            f"expected a GeoJSON file of countries with ADM0_A3, got {path} ({type(fault).__name__})",
            "give the path of ne_110m_admin_0_countries.geojson, or unset the variable",
        ) from fault
    return Outlines(rings, names, "Outlines: Natural Earth, public domain; no statement on borders")


def _outer_rings(geometry: dict[str, Any]) -> tuple[Ring, ...]:
    """Return the outer rings of a polygon or several; holes are left out."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return tuple(_ring(p[0]) for p in parts)


def _ring(points: Any) -> Ring:
    return np.asarray(points, dtype=np.float64)[:, :2]
