"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from counterpoise.errors import InputError

if TYPE_CHECKING:
    from counterpoise.assessment.words import Scheme

__all__ = [
    "AsOf",
    "Horizon",
    "Json",
    "Members",
    "Network",
    "Out",
    "ScenarioName",
    "Scheduler",
    "Seed",
    "Sets",
    "Store",
    "Wording",
    "Workers",
    "check_file",
    "check_folder",
    "check_store",
    "check_wording",
    "day",
]

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="The model sees nothing dated later.")
]
Horizon = Annotated[int | None, typer.Option("--horizon", metavar="DAYS", help="Days to look ahead.")]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output on stdout.")]
Members = Annotated[int, typer.Option("--members", "-n", metavar="N", help="Futures in each arm.")]
Network = Annotated[
    bool, typer.Option("--network", help="Allow an address to be read; never one in a private network.")
]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")]
ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a bundled scenario, or a path.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="WHERE",
        help="threads, processes, or a Dask scheduler (tcp://HOST:PORT); changes no result. [default: threads]",
    ),
]
Seed = Annotated[int, typer.Option("--seed", "-s", metavar="S", help="Same seed, same bytes.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Set a field of the scenario otherwise; highest precedence."
    ),
]
Store = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="DIR", help="Keep the futures there in files; a run that was broken off goes on."
    ),
]
Wording = Annotated[str, typer.Option("--wording", help="Words of probability: icd203 or phia.")]
Workers = Annotated[
    int | None, typer.Option("--workers", help="Threads; changes no result. [default: all cores]")
]


def day(text: str | None, option: str = "--as-of") -> dt.date | None:
    """Read a day.

    Raises
    ------
    InputError
        If it is no day of the calendar.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as err:
        raise InputError.at(
            option, f"expected a day such as 2024-12-06, got '{text}'", "write YYYY-MM-DD"
        ) from err


def check_folder(out: Path, option: str = "--out") -> None:
    """Refuse a folder that cannot be written to, before the work rather than after it.

    Raises
    ------
    InputError
        If the path, or what it lies in, is a file or may not be written to.
    """
    there = next(p for p in (out, *out.absolute().parents) if p.exists())
    if not there.is_dir():
        raise InputError.at(
            f"{option} {out}", f"'{there}' is a file, expected a folder", "choose another folder"
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError.at(f"{option} {out}", f"'{there}' may not be written to", "choose another folder")


def check_store(store: Path | None) -> None:
    """Refuse a folder for futures that cannot be written to, before the work."""
    if store is not None:
        check_folder(store, "--store")


def check_file(out: Path | None) -> None:
    """Refuse a file that cannot be written, before the work rather than after it.

    Raises
    ------
    InputError
        If there is no such folder to put it in, or the path is a folder.
    """
    if out is None:
        return
    if out.is_dir():
        raise InputError.at(f"--out {out}", "is a folder, expected a file", "name a file in it")
    if not out.absolute().parent.is_dir():
        raise InputError.at(f"--out {out}", f"there is no folder '{out.parent}'", "make it first")
    check_folder(out.absolute().parent)


def check_wording(wording: str) -> Scheme:
    """Refuse an unknown standard of wording."""
    if wording not in ("icd203", "phia"):
        raise InputError.at("--wording", f"unknown standard '{wording}'", "choose icd203 or phia")
    return cast("Scheme", wording)
