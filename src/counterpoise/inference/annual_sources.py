"""The files behind the annual rates: title, version, licence and attribution, and the hash of what was read.

What it does not do: check the licences at the producers' pages (what the evidence for each is stands in
``library/data/catalogue.yaml``).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from counterpoise.errors import InputError
from counterpoise.library import path as library_path
from counterpoise.sources.catalogue import dataset
from counterpoise.sources.places import locate
from counterpoise.sources.record import monthly_source
from counterpoise.sources.takeovers import LIST

__all__ = ["USED", "needed", "source_digest", "source_texts"]

#: Data sets of the catalogue that the rates are counted from.
USED = ("ucdp-esd", "ucdp-acd", "ucdp-termination", "ucdp-monthly", "cline", "wdi")

_OWN = {
    "takeovers": {
        "title": "List of takeovers, 1975 to 2024",
        "version": "2026",
        "file": f"library/{LIST}",
        "licence": "CC BY 4.0 (candidates from UCDP and Cline Center data)",
        "attribution": "Counterpoise; each row looked up, see its codebook; Uppsala Conflict Data Program; Cline Center",
    },
    "cases": {
        "title": "Past cases: campaigns with their outcome",
        "version": "2026",
        "file": "library/cases",
        "licence": "Apache-2.0",
        "attribution": "Counterpoise; every row with its source and confidence",
    },
}


def needed(folder: Path) -> tuple[str, ...]:
    """Return the data sets that the rates are counted from, given what a folder holds (the events do for their sum)."""
    return tuple(monthly_source(folder) if name == "ucdp-monthly" else name for name in USED)


def source_texts(folder: Path) -> dict[str, dict[str, str]]:
    """Return title, version, licence, attribution and hash of every source, by id."""
    found = {}
    for name in needed(folder):
        data = dataset(name)
        path = locate(data, folder)
        if path is None:
            raise InputError.at(f"data {name}", f"not in {folder}", f"get it at {data.where_to_get()}")
        found[name] = {
            "title": data.title, "version": data.version, "file": data.copy, "licence": data.licence,
            "attribution": data.citation, "sha256": source_digest(path),
        }  # fmt: skip
    found["takeovers"] = {**_OWN["takeovers"], "sha256": source_digest(library_path(LIST))}
    found["cases"] = {**_OWN["cases"], "sha256": source_digest(library_path("cases"))}
    return found


def source_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's YAML files in order of name."""
    sha = hashlib.sha256()
    for part in [path] if path.is_file() else sorted(path.glob("*.yaml")):
        sha.update(part.read_bytes())
    return sha.hexdigest()
