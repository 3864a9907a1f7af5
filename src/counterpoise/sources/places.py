"""Where data sets lie: a folder of the user's, or the local cache with its manifest.

The cache holds a folder for each data set and one ``manifest.json`` that says, for each, which file was taken, from where,
when, and its hash. Files are written whole or not at all.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from counterpoise.errors import InputError
from counterpoise.sources.catalogue import Dataset

__all__ = ["cache_folder", "cached_file", "locate", "read_manifest", "write_manifest", "write_whole"]

MANIFEST = "manifest.json"


def cache_folder() -> Path:
    """Return the folder of the local cache: ``COUNTERPOISE_DATA``, or one in the user's cache."""
    named = os.environ.get("COUNTERPOISE_DATA")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "counterpoise" / "data"


def read_manifest(cache: Path) -> dict[str, dict[str, Any]]:
    """Return what the cache holds, by id; empty where there is no cache yet.

    Raises
    ------
    InputError
        If the manifest cannot be read.
    """
    path = cache / MANIFEST
    if not path.exists():
        return {}
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise InputError.at(
            str(path), f"cannot be read: {wrong}", "remove the cache folder and fetch again"
        ) from None
    return found


def write_manifest(cache: Path, manifest: dict[str, dict[str, Any]]) -> None:
    """Write the manifest of the cache."""
    write_whole(cache / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file in one step, so that an old one stays whole until the new one is.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(raw)
            os.chmod(name, 0o644)  # a temporary file is its owner's alone
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as wrong:
        raise InputError.at(
            str(path), f"cannot be written: {wrong}", "set COUNTERPOISE_DATA to a folder of yours"
        ) from None


def cached_file(data: Dataset, cache: Path, manifest: dict[str, dict[str, Any]]) -> Path | None:
    """Return the file of a data set in the cache; None where it is not there."""
    entry = manifest.get(data.id)
    if entry is None:
        return None
    path = cache / data.id / Path(str(entry["file"])).name
    return path if path.is_file() else None


def locate(data: Dataset, folder: Path) -> Path | None:
    """Return the file of a data set in a folder: the cache's, a copy's place, or the producer's file name."""
    manifest = read_manifest(folder)
    cached = cached_file(data, folder, manifest)
    if cached is not None:
        return cached
    names = [data.copy, Path(data.copy).name, Path(urlsplit(data.file).path).name]
    stem = Path(data.copy).name.removesuffix(".gz") if data.copy else ""
    for name in (*names, stem, f"{data.id}.csv"):
        path = folder / name
        if name and path.is_file():
            return path
    return None
