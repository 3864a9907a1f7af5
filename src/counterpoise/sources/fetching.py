"""List, fetch and verify data sets.

A file is taken if it is known by its hash or by its contents. One that is not known is refused, the old one is kept whole, and
the message says what differs; `accept_changed` takes it all the same, on the record. A data set that nobody had seen when the
catalogue was written is taken as it comes the first time; from then on its hash is known too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from counterpoise.errors import InputError, Problem
from counterpoise.sources.catalogue import Dataset, select
from counterpoise.sources.places import (
    cache_folder,
    cached_file,
    locate,
    read_manifest,
    write_manifest,
    write_whole,
)
from counterpoise.sources.tables import contents_digest, require, rows_of, text_of

__all__ = ["Fetcher", "Status", "data_fetch", "data_list", "data_verify"]

State = Literal["whole", "missing", "changed", "damaged", "new"]


class Fetcher(Protocol):
    """What opens connections; `counterpoise.network.fetch` is one, a test's stub another."""

    def __call__(self, url: str) -> bytes:
        """Return what an address serves."""
        ...


@dataclass(frozen=True)
class Status:
    """A data set as it stands in the cache or in a folder.

    Parameters
    ----------
    state : {'whole', 'missing', 'changed', 'damaged', 'new'}
        ``new``: at hand, but nobody had seen the data when the catalogue was written.
    """

    id: str
    title: str
    version: str
    state: State
    rows: int
    sha256: str
    origin: str
    licence: str
    where_to_get: str
    message: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Read:
    """A file that was opened: its hash, its contents and how many rows it has."""

    sha256: str
    contents: str
    rows: int


def _read(data: Dataset, raw: bytes, where: str) -> _Read:
    """Open a file as the data set that it should be."""
    names, rows = rows_of(text_of(raw, where), where)
    require(names, data.columns, where)
    contents, n = contents_digest(rows, data.columns)
    return _Read(hashlib.sha256(raw).hexdigest(), contents, n)


def data_list(cache: Path | None = None) -> list[Status]:
    """Return every data set of the catalogue, with what the cache holds of it (by its manifest, without reading the files)."""
    folder = cache or cache_folder()
    manifest = read_manifest(folder)
    found = []
    for data in select(()):
        entry = manifest.get(data.id)
        held = cached_file(data, folder, manifest) is not None
        state: State = ("whole" if data.seen else "new") if held else "missing"
        found.append(
            Status(
                data.id, data.title, data.version, state, entry["rows"] if entry and held else data.rows,
                entry["sha256"] if entry and held else data.sha256, entry["origin"] if entry and held else "",
                data.licence, data.where_to_get(),
            )
        )  # fmt: skip
    return found


def data_fetch(
    names: Sequence[str] = (),
    source: Path | None = None,
    *,
    cache: Path | None = None,
    fetcher: Fetcher | None = None,
    accept_changed: bool = False,
) -> list[Status]:
    """Bring data sets into the local cache.

    Parameters
    ----------
    names : sequence of str
        Ids; left out: all that can be had.
    source : Path, optional
        A folder with copies; left out: the producers' addresses.
    cache : Path, optional
        Left out: `counterpoise.sources.places.cache_folder`.
    fetcher : Fetcher, optional
        What opens connections; left out: `counterpoise.network.fetch`.
    accept_changed : bool
        Take files that are not known, on the record.

    Returns
    -------
    list of Status
        Of every data set asked for.

    Raises
    ------
    InputError
        With one problem for each data set that was named and could not be had, or that was refused; the others are
        in the cache all the same.
    """
    folder = cache or cache_folder()
    if source is not None and not source.is_dir():
        raise InputError.at(str(source), "is not a folder", "give the folder with the copies")
    problems: list[Problem] = []
    for data in select(tuple(names)):
        try:
            _take(data, source, folder, fetcher, accept_changed)
        except InputError as wrong:
            absent = any(_ABSENT in p.what for p in wrong.problems)
            if names or not absent:
                problems += wrong.problems
    if problems:
        raise InputError(*problems)
    return data_verify(names, cache=folder)


_ABSENT = "not at hand"


def _take(data: Dataset, source: Path | None, cache: Path, fetcher: Fetcher | None, accept: bool) -> None:
    """Bring one data set into the cache."""
    raw, name, origin = _from_folder(data, source) if source else _from_producer(data, fetcher)
    where = f"data {data.id} ({name})"
    read = _read(data, raw, where)
    manifest = read_manifest(cache)
    old = manifest.get(data.id)
    if not accept:
        _refuse_changed(data, read, old, where)
    known = read.sha256 == data.sha256 or read.contents == data.contents
    if cached_file(data, cache, manifest) is not None and old is not None and old["sha256"] == read.sha256:
        return
    write_whole(cache / data.id / name, raw)
    manifest[data.id] = {
        "file": name, "version": data.version, "sha256": read.sha256, "contents": read.contents, "rows": read.rows,
        "bytes": len(raw), "origin": origin, "taken": dt.date.today().isoformat(),
        "known": "contents" if known else "accepted as changed" if data.seen else "first seen",
    }  # fmt: skip
    write_manifest(cache, manifest)
    if old is not None and old["file"] != name:
        (cache / data.id / Path(str(old["file"])).name).unlink(missing_ok=True)


def _from_folder(data: Dataset, source: Path) -> tuple[bytes, str, str]:
    """Read a copy."""
    path = locate(data, source)
    if path is None:
        raise InputError.at(
            f"data {data.id}", f"{_ABSENT}: not in {source}", f"get it at {data.where_to_get()}"
        )
    return path.read_bytes(), path.name, "copy"


def _from_producer(data: Dataset, fetcher: Fetcher | None) -> tuple[bytes, str, str]:
    """Read the producer's file."""
    from counterpoise.network import Unreachable, fetch

    mend = (
        f"download it by hand at {data.where_to_get()}, then: counterpoise data fetch {data.id} --from FOLDER"
    )
    if not data.file:
        raise InputError.at(f"data {data.id}", f"{_ABSENT}: the producer gives no fixed address", mend)
    try:
        raw = (fetcher or fetch)(data.file)
    except Unreachable as wrong:
        raise InputError.at(f"data {data.id}", str(wrong), mend) from None
    return raw, Path(urlsplit(data.file).path).name, "producer"


def _refuse_changed(data: Dataset, read: _Read, old: dict[str, Any] | None, where: str) -> None:
    """Refuse a file that is not the one that is known."""
    if data.seen and data.contents != read.contents:
        what = f"not the data of vintage {data.version}: {read.rows} rows, expected {data.rows}"
        if read.rows == data.rows:
            what = f"not the data of vintage {data.version}: as many rows, other values"
    elif not data.seen and old is not None and old["contents"] != read.contents:
        what = f"changed since {old['taken']}: {read.rows} rows, then {old['rows']}"
    else:
        return
    raise InputError.at(
        where, what, "what was there is kept; to take it all the same, on the record: --accept-changed"
    )


def data_verify(
    names: Sequence[str] = (), source: Path | None = None, *, cache: Path | None = None
) -> list[Status]:
    """Read the files again and compare them with what is known.

    Parameters
    ----------
    names : sequence of str
        Ids; left out: all.
    source : Path, optional
        Verify a folder with copies in place of the cache.
    """
    folder = source or cache or cache_folder()
    manifest = read_manifest(folder)
    return [_verify(data, folder, manifest.get(data.id)) for data in select(tuple(names))]


def _verify(data: Dataset, folder: Path, entry: dict[str, Any] | None) -> Status:
    """Compare one data set."""

    def status(state: State, message: str = "", read: _Read | None = None) -> Status:
        return Status(
            data.id, data.title, data.version, state, read.rows if read else 0, read.sha256 if read else "",
            str(entry["origin"]) if entry else "", data.licence, data.where_to_get(), message,
        )  # fmt: skip

    path = locate(data, folder)
    if path is None:
        return status("missing", f"get it at {data.where_to_get()}")
    try:
        read = _read(data, path.read_bytes(), path.name)
    except InputError as wrong:
        return status("damaged", str(wrong))
    if entry is not None and entry["sha256"] != read.sha256:
        return status("changed", f"the file changed after it was taken on {entry['taken']}", read)
    accepted = entry is not None and entry["known"] == "accepted as changed"
    if data.seen and data.contents != read.contents and not accepted:
        return status("changed", f"not the data of vintage {data.version}", read)
    return status("whole" if data.seen else "new", "accepted as changed" if accepted else "", read)
