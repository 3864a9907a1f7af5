"""``counterpoise sweep``: uncertainties varied by design, times levers."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from counterpoise.cli import options as o
from counterpoise.errors import InputError

__all__ = ["parse_varied", "sweep"]


def parse_varied(texts: Sequence[str]) -> dict[str, tuple[float, float] | None]:
    """Read ``NAME`` or ``NAME=LOW:HIGH``.

    Raises
    ------
    InputError
        For a range that is none, or a name given twice.
    """
    out: dict[str, tuple[float, float] | None] = {}
    for text in texts:
        name, equals, span = text.partition("=")
        name = name.strip()
        if name in out:
            raise InputError.at(f"--vary {text}", f"'{name}' is given twice", "give each once")
        if not equals:
            out[name] = None
            continue
        low, _, high = span.partition(":")
        try:
            out[name] = (float(low), float(high))
        except ValueError as err:
            raise InputError.at(
                f"--vary {text}", f"expected LOW:HIGH, got '{span}'", "write for example sd.intensity=0.8:2"
            ) from err
    return out


def sweep(
    scenario: o.ScenarioName,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary", metavar="NAME[=LOW:HIGH]", help="A parameter to vary, by its own law or in a range."
        ),
    ],
    arm: Annotated[
        list[str] | None,
        typer.Option("--arm", metavar="NAME=LEVERS", help="An arm with levers; first: reference."),
    ] = None,
    design: Annotated[
        str, typer.Option("--design", help="lhs, sobol, or saltelli (for Sobol indices).")
    ] = "lhs",
    points: Annotated[int, typer.Option("--points", metavar="N", help="Points of the design.")] = 64,
    members: Annotated[
        int, typer.Option("--members", "-n", metavar="N", help="Futures at each point in each arm.")
    ] = 256,
    as_of: o.AsOf = None,
    horizon: o.Horizon = None,
    seed: o.Seed = 1,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the labelled answers as NetCDF.")
    ] = None,
    workers: o.Workers = None,
    scheduler: o.Scheduler = None,
    store: o.Store = None,
    sets: o.Sets = None,
    as_json: o.Json = False,
) -> None:
    """Vary what is uncertain by design, in each arm, and show what moves the answer."""
    o.check_file(out)
    o.check_store(store)
    varied = parse_varied(vary)
    from counterpoise.assessment.sweep import sensitivity
    from counterpoise.assessment.sweep import sweep as run
    from counterpoise.cli.progress import show_progress
    from counterpoise.cli.tables import parse_arms

    arms = parse_arms(arm, fewest=1) if arm else None
    with show_progress() as tell:
        found = run(
            scenario, varied, arms, design=design, points=points, members=members, as_of=o.day(as_of), horizon=horizon,
            seed=seed, workers=workers, overrides=sets or (), progress=tell, scheduler=scheduler, store=store,
        )  # fmt: skip
    if out is not None:
        found.to_netcdf(out, engine="scipy")
    _print(found, sensitivity(found), as_json)
    if out is not None:
        typer.echo(f"counterpoise: answers written to {out}", err=True)


def _print(found: Any, moved: Any, as_json: bool) -> None:
    """Print the range of the answer, and what it goes with."""
    from counterpoise.cli.tables import print_rows

    rows = []
    for arm in found["arm"].values:
        for horizon in found["horizon"].values:
            p = found["p_end"].sel(arm=arm, horizon=horizon).values
            rows.append(
                {"arm": str(arm), "horizon_days": int(horizon), "p_low": float(p.min()), "p_mean": float(p.mean()),
                 "p_high": float(p.max())}
            )  # fmt: skip
    what = []
    for name in moved["uncertainty"].values:
        for arm in moved["arm"].values:
            for horizon in moved["horizon"].values:
                here = moved.sel(uncertainty=name, arm=arm, horizon=horizon)
                cells = {k: None if math.isnan(v := float(here[k])) else v for k in moved.data_vars}
                what.append(
                    {"uncertainty": str(name), "arm": str(arm), "horizon_days": int(horizon), **cells}
                )
    if as_json:
        about = {str(k): v for k, v in found.attrs.items()}
        typer.echo(json.dumps({"about": about, "answers": rows, "moved_by": what}, indent=2))
        return
    shown = [{k: f"{v:.0%}" if k.startswith("p_") else v for k, v in r.items()} for r in rows]
    print_rows(shown, False)
    typer.echo("")
    last = max(int(h) for h in found["horizon"].values)
    cells_of = [
        {k: ("same" if v is None else f"{v:+.2f}" if isinstance(v, float) else v) for k, v in r.items()}
        for r in what
        if r["horizon_days"] in (min(365, last), last)
    ]
    print_rows(cells_of, False)
