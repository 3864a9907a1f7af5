"""The catalogue of data sets: where each comes from, under which terms, which vintage, and how it is recognised.

A data set is recognised by the hash of its file where that file was seen, and else by its **contents**: the columns that we
use, as sorted text, hashed. So the producer's own file and a copy with another separator are the same data.

Weakest assumption: the producers' pages could not be opened when the catalogue was written; addresses and licences come from
third-party catalogues (`licence_evidence`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from counterpoise.errors import InputError, nearest
from counterpoise.library import read_yaml

__all__ = ["Dataset", "dataset", "datasets", "select"]


@dataclass(frozen=True)
class Dataset:
    """A data set of the catalogue.

    Parameters
    ----------
    id : str
        Short name.
    title, version, producer : str
        What it is, its vintage, who makes it.
    page, file : str
        The producer's page, and the address of the file there; `file` may be empty.
    copy : str
        Where a copy lies below a data folder, as csv; empty: no copy was at hand.
    sha256 : str
        SHA-256 of that copy; empty: never seen.
    contents : str
        SHA-256 of its contents (see `counterpoise.sources.tables.contents_digest`); empty: never seen.
    rows : int
        Data rows; 0: never seen.
    columns : tuple of str
        Columns that we read.
    covers, licence, licence_evidence, citation, used_for, note : str
    """

    id: str
    title: str
    version: str
    producer: str
    page: str
    file: str
    copy: str
    sha256: str
    contents: str
    rows: int
    columns: tuple[str, ...]
    covers: str
    licence: str
    licence_evidence: str
    citation: str
    used_for: str
    note: str

    @property
    def seen(self) -> bool:
        """Whether the data were at hand when the catalogue was written."""
        return bool(self.contents)

    def where_to_get(self) -> str:
        """Say where a user gets the file."""
        return f"{self.file} (page: {self.page})" if self.file else self.page


@cache
def datasets() -> dict[str, Dataset]:
    """Return the data sets by id, in the order of the catalogue."""
    entries: list[dict[str, Any]] = read_yaml("data/catalogue.yaml")["datasets"]
    return {
        e["id"]: Dataset(**{**e, "version": str(e["version"]), "columns": tuple(e["columns"])})
        for e in entries
    }


def dataset(name: str) -> Dataset:
    """Return a data set by id.

    Raises
    ------
    InputError
        If there is none.
    """
    if name not in datasets():
        raise InputError.at(
            f"data set '{name}'",
            "not in the catalogue",
            "see `counterpoise data list`",
            nearest(name, datasets()),
        )
    return datasets()[name]


def select(names: tuple[str, ...]) -> list[Dataset]:
    """Return the data sets named, or all where none is named."""
    return [dataset(n) for n in names] if names else list(datasets().values())
