"""Load, check and export the withdrawals data set (``library/withdrawals``).

CSV is the edited master, Parquet is made from it. What the data mean, how they were coded and what they cannot say
stands in ``library/withdrawals/CODEBOOK.md``; the analysis is in :mod:`counterpoise.inference.withdrawals_analysis`.

Examples
--------
>>> data = load_withdrawals()
>>> len({row.id for row in data.exposure}) == len(data.exposure)
True
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from counterpoise import library
from counterpoise.errors import InputError
from counterpoise.inference.withdrawals_check import cross_problems, read_rows
from counterpoise.inference.withdrawals_rows import SCHEMA, Exposure, Outcome, Source, precision

__all__ = [
    "TABLES",
    "Withdrawals",
    "export_parquet",
    "exposure_digest",
    "load_withdrawals",
    "read_parquet",
    "row_schemas",
    "summary",
]

Row = TypeVar("Row", bound=BaseModel)
TABLES: Final[dict[str, type[BaseModel]]] = {
    "exposure": Exposure,
    "exposure-sources": Source,
    "outcomes": Outcome,
    "outcome-sources": Source,
}


@dataclass(frozen=True)
class Withdrawals:
    """The data set: exposure and outcome of each row, and the sources of both."""

    exposure: tuple[Exposure, ...]
    exposure_sources: tuple[Source, ...]
    outcomes: tuple[Outcome, ...]
    outcome_sources: tuple[Source, ...]

    def outcome(self, row: str) -> Outcome:
        """Return the outcome of a row."""
        return next(o for o in self.outcomes if o.id == row)


def load_withdrawals(folder: Path | None = None) -> Withdrawals:
    """Load and check the data set.

    Parameters
    ----------
    folder : Path, optional
        A folder with the four CSV files; left out: the data set that ships with the program.

    Raises
    ------
    InputError
        With every problem found, each with file, line and column, or with the row.
    """
    folder = library.path("withdrawals") if folder is None else folder
    exposure, _ = read_rows(folder / "exposure.csv", Exposure)
    sources, _ = read_rows(folder / "exposure-sources.csv", Source)
    outcomes, _ = read_rows(folder / "outcomes.csv", Outcome)
    outcome_sources, _ = read_rows(folder / "outcome-sources.csv", Source)
    problems = cross_problems(exposure, sources, outcomes, outcome_sources)
    if problems:
        raise InputError(*problems)
    return Withdrawals(tuple(exposure), tuple(sources), tuple(outcomes), tuple(outcome_sources))


def _columns(rows: Sequence[BaseModel]) -> dict[str, list[Any]]:
    """Return rows as columns; a tuple of kinds becomes a list, a row gets its precision."""
    dumped = [r.model_dump() for r in rows]
    columns = {name: [d[name] for d in dumped] for name in dumped[0]}
    if "kinds" in columns:
        columns["kinds"] = [list(k) for k in columns["kinds"]]
        columns["start_precision"] = [precision(d["start_lo"], d["start_hi"]) for d in dumped]
        columns["end_precision"] = [precision(d["end_lo"], d["end_hi"]) for d in dumped]
    return columns


def export_parquet(data: Withdrawals, folder: Path) -> list[Path]:
    """Write the four tables as Parquet, one file each; days are dates, kinds lists. Same data, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in TABLES:
        rows = getattr(data, name.replace("-", "_"))
        table = pa.table(_columns(rows)).replace_schema_metadata({"format": SCHEMA, "table": name})
        pq.write_table(table, folder / f"{name}.parquet")
        paths.append(folder / f"{name}.parquet")
    return paths


def read_parquet(folder: Path) -> Withdrawals:
    """Read what :func:`export_parquet` wrote."""

    def read(name: str, model: type[Row]) -> tuple[Row, ...]:
        rows = pq.read_table(folder / f"{name}.parquet").to_pylist()
        known = model.model_fields
        cells = ({k: "" if v is None else v for k, v in r.items() if k in known} for r in rows)
        return tuple(model.model_validate(c) for c in cells)

    return Withdrawals(
        read("exposure", Exposure),
        read("exposure-sources", Source),
        read("outcomes", Outcome),
        read("outcome-sources", Source),
    )


def row_schemas() -> dict[str, Any]:
    """Return the JSON Schema of each table's rows."""
    return {
        "format": SCHEMA,
        "tables": {n: m.model_json_schema(mode="serialization") for n, m in TABLES.items()},
    }


def exposure_digest(folder: Path | None = None) -> dict[str, str]:
    """Return the SHA-256 of the exposure files as they stand now."""
    folder = library.path("withdrawals") if folder is None else folder
    names = ("exposure.csv", "exposure-sources.csv")
    return {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names}


def summary(data: Withdrawals) -> dict[str, Any]:
    """Count the data set: rows, kinds, extents, outcomes, sources, what is unverified."""
    gone = [r for r in data.exposure if r.role == "withdrawal"]
    pages = Counter(s.row for s in data.exposure_sources if s.type == "page")
    any_source = Counter(s.row for s in data.exposure_sources if s.type != "own-memory")
    ends = {o.id: o for o in data.outcomes}
    return {
        "rows": len(data.exposure),
        "withdrawals": len(gone),
        "continuations": len(data.exposure) - len(gone),
        "kept_apart": sum(r.kept_apart for r in gone),
        "sets": len({r.match_set for r in gone}),
        "patron_shocks": len({r.patron_shock for r in gone}),
        "recipients": dict(Counter(r.recipient_type for r in gone)),
        "regions": dict(Counter(r.region for r in gone)),
        "kinds": dict(Counter(k for r in gone for k in r.kinds).most_common()),
        "extent": dict(Counter(r.extent for r in gone)),
        "reasons": dict(Counter(str(r.reason) for r in gone).most_common()),
        "start_precision": dict(Counter(precision(r.start_lo, r.start_hi) for r in gone)),
        "match_quality": dict(
            Counter(str(r.match_quality) for r in data.exposure if r.role == "continuation")
        ),
        "own_memory": {
            name: len({s.row for s in sources if s.type == "own-memory"})
            for name, sources in (("exposure", data.exposure_sources), ("outcomes", data.outcome_sources))
        },
        "two_sources": sum(any_source[r.id] >= 2 for r in gone) / len(gone),
        "two_pages": sum(pages[r.id] >= 2 for r in gone) / len(gone),
        "exposure_confidence": dict(Counter(r.confidence for r in gone)),
        "outcome_confidence": dict(Counter(o.confidence for o in data.outcomes)),
        "ended_within_730_days": {
            role: dict(Counter(str(ends[r.id].mode) for r in data.exposure if r.role == role))
            for role in ("withdrawal", "continuation")
        },
    }
