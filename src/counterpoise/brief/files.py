"""Writing a brief: all of its files or none.

Every file is first written in full to a temporary folder beside its place, then moved by `os.replace`. If
anything fails before the moves begin, the old brief stays whole; each move is atomic on its own.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from counterpoise.assessment.models import Assessment

__all__ = ["assessment_json", "canonical_json", "write_all"]

_DIGITS = 6


def assessment_json(a: Assessment) -> str:
    """Return ``assessment.json``: model order, indent 2, floats to six significant digits."""
    return canonical_json(a.model_dump(mode="json", by_alias=True))


def canonical_json(data: Any) -> str:
    """Return JSON that is byte-identical for the same data."""
    return json.dumps(_round(data), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _round(value: Any) -> Any:
    """Return a value with every float at six significant digits; minus zero becomes zero."""
    if isinstance(value, float):
        rounded = float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else value
        return rounded + 0.0
    if isinstance(value, Mapping):
        return {str(k): _round(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_round(v) for v in value]
    return value


def write_all(out: Path, contents: Mapping[str, str]) -> None:
    """Write files under a folder: first all of them aside, then each moved into place.

    Parameters
    ----------
    out : Path
        Folder; made if missing.
    contents : mapping of str to str
        Path below `out` -> text.
    """
    out.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".brief-", dir=out))
    try:
        for name, text in contents.items():
            _write(aside / name, text)
        for name in contents:
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(aside / name, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    """Write one file in full and have it on disk before it is moved."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
