"""``counterpoise query``: ask futures that were kept with ``--store``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterpoise.cli import options as o

__all__ = ["query"]


def query(
    store: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Where futures were kept: the folder of --store, or of a run."),
    ],
    sql: Annotated[
        str,
        typer.Argument(
            metavar="SQL",
            help="Tables: log (every event), futures (how each ended), falls (first loss of each site).",
        ),
    ],
    as_json: o.Json = False,
) -> None:
    """Ask kept futures in SQL: in how many did one city fall before another?"""
    from counterpoise.cli.tables import print_rows
    from counterpoise.ensemble import query_stored

    print_rows(query_stored(store, sql).to_pylist(), as_json)
