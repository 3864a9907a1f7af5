"""Forecasts already made, kept by content: an interrupted backtest goes on where it stopped, and a changed input starts anew.

A forecast's key is a hash of all that it depends on: the case, the row, the posterior, the patron path, members, seed, and
the sources of the kernels. Files are written whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from counterpoise.evaluation.case_forecasts import CaseForecast
from counterpoise.jit import cache_folder

__all__ = ["ForecastCache"]


class ForecastCache:
    """Forecasts in a folder, or nowhere.

    Parameters
    ----------
    folder : Path or None
        Made if missing; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def _path(self, parts: tuple[object, ...]) -> Path | None:
        """File of the forecast of these parts."""
        if self.folder is None:
            return None
        key = hashlib.sha256(repr((cache_folder().name, *parts)).encode()).hexdigest()[:32]
        return self.folder / f"{key}.json"

    def find(self, parts: tuple[object, ...]) -> CaseForecast | None:
        """Return the forecast of these parts where it is there; a broken file is none."""
        path = self._path(parts)
        try:
            return None if path is None else _forecast(json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def keep(self, parts: tuple[object, ...], made: CaseForecast) -> CaseForecast:
        """Keep a forecast, and return it."""
        path = self._path(parts)
        if path is None:
            return made
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".part", delete=False) as part:
            json.dump(asdict(made), part)
        os.replace(part.name, path)
        return made


def _forecast(raw: Mapping[str, Any]) -> CaseForecast:
    """Read a forecast; a missing or foreign field is an error of type, and the forecast is made anew."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
    return CaseForecast(**fields)
