"""``counterpoise data``: list, fetch, verify, annual."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterpoise.cli import options as o
from counterpoise.errors import InputError, Problem

if TYPE_CHECKING:
    from counterpoise.sources import Status

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The open data behind the counted rates.")

Names = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Data sets; left out: all.")]
From = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="DIR", help="A folder with copies, in place of the producers or the cache."
    ),
]


def _print(rows: list[Status], as_json: bool) -> None:
    """Print data sets, one a line or as JSON."""
    if as_json:
        typer.echo(json.dumps([r.as_dict() for r in rows], indent=2, ensure_ascii=False))
        return
    for r in rows:
        typer.echo(f"{r.id:22} {r.version:18} {r.state:8} {r.rows or '':>7} {r.licence:10} {r.title}")
        if r.message:
            typer.echo(f"{'':22} {r.message}")


@app.command("list", epilog="Example: counterpoise data list --json")
def list_(as_json: o.Json = False) -> None:
    """List the data sets of the catalogue: vintage, licence, where to get them, what the local cache holds."""
    from counterpoise.sources import data_list

    _print(data_list(), as_json)


@app.command(epilog="Example: counterpoise data fetch ucdp-esd ucdp-acd --from ~/Downloads")
def fetch(
    names: Names = None,
    source: From = None,
    accept_changed: Annotated[
        bool, typer.Option("--accept-changed", help="Take files that are not the known ones, on the record.")
    ] = False,
    as_json: o.Json = False,
) -> None:
    """Bring data sets into the local cache, from the producers or from a folder; changed files are refused."""
    from counterpoise.sources import data_fetch

    _print(data_fetch(tuple(names or ()), source, accept_changed=accept_changed), as_json)


@app.command(epilog="Example: counterpoise data verify --from ~/Downloads")
def verify(names: Names = None, source: From = None, as_json: o.Json = False) -> None:
    """Read the files again and compare them with what is known; exit code 2 if one is damaged or changed."""
    from counterpoise.sources import data_verify

    rows = data_verify(tuple(names or ()), source)
    _print(rows, as_json)
    bad = ("damaged", "changed", "missing") if names else ("damaged", "changed")
    wrong = [Problem(f"data {r.id}", r.message or r.state, "fetch it again") for r in rows if r.state in bad]
    if wrong:
        raise InputError(*wrong)


@app.command(epilog="Example: counterpoise data annual --from ~/Downloads --out ./rates")
def annual(
    source: From = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")] = Path(
        "rates"
    ),
    simulate: Annotated[
        bool,
        typer.Option("--simulate", help="Also shift the engine's intercept to the record (a minute or two)."),
    ] = False,
    members: Annotated[
        int,
        typer.Option("--members", "-n", min=100, metavar="N", help="Futures for each campaign and shift."),
    ] = 4_000,
    seed: o.Seed = 1,
    workers: o.Workers = None,
) -> None:
    """Count the annual record: rates, takeover by support, the two-state clock, the correction for selection."""
    from counterpoise.cli.progress import show_progress
    from counterpoise.inference.counting import count_record

    o.check_folder(out)
    with show_progress(kernels=simulate) as tell:
        paths = count_record(
            source, out, simulate=simulate, members=members, seed=seed, workers=workers, progress=tell
        )
    for path in paths:
        typer.echo(str(path))
