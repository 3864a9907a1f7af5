"""``counterpoise fit``: fit the hazards on past cases and write the posteriors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from counterpoise.cli import options as o
from counterpoise.errors import InputError, nearest

__all__ = ["fit"]

Cases = Annotated[
    list[str] | None,
    typer.Option("--cases", metavar="DIR|FILE|NAME", help="Past cases. [default: those that the package carries]"),
]  # fmt: skip


def fit(
    cases: Cases = None,
    spec: Annotated[
        str, typer.Option("--spec", metavar="NAME", help="Specification; 'list' shows all.")
    ] = "main",
    method: Annotated[
        str, typer.Option("--method", help="nuts (minutes) or laplace (quick, rough).")
    ] = "nuts",
    vintage: Annotated[
        list[str] | None,
        typer.Option(
            "--vintage", metavar="DATE", help="Only cases closed before this day; may be given often."
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Folder; one below it for each vintage.")
    ] = Path("posteriors"),
    seed: o.Seed = 1,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="Draws that are kept.")] = 500,
    workers: o.Workers = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="WHERE",
            help="Where older vintages are fitted: processes, threads (one after the other), or a Dask scheduler "
            "(tcp://HOST:PORT); changes no draw. [default: processes]",
        ),
    ] = None,
    as_json: o.Json = False,
) -> None:
    """Fit the hazards on past cases by vintage, with diagnostics for each parameter (needs the extra [fit])."""
    o.check_folder(out)
    chosen = _method(method)
    days = [d for d in (o.day(v, "--vintage") for v in vintage or ()) if d is not None]
    if draws < 50:
        raise InputError.at("--draws", f"expected at least 50, got {draws}", "500 are usual")
    from counterpoise.inference import load_cases
    from counterpoise.inference.specs import SPECS

    if spec == "list":
        for s in SPECS.values():
            typer.echo(f"{s.name:16} {s.text}")
        return
    if spec not in SPECS:
        raise InputError.at(
            "--spec", f"unknown specification '{spec}'", "see --spec list", nearest(spec, SPECS)
        )
    from counterpoise.cli.progress import show_progress

    found = load_cases(cases or ())
    with show_progress() as tell:
        from counterpoise.assessment.simulating import check_workers
        from counterpoise.ensemble.execution import open_executor
        from counterpoise.inference.vintages import fit_vintages

        cores = check_workers(workers)
        # Threads gain nothing: a fit keeps the interpreter busy.
        where = scheduler or ("processes" if cores > 1 else "threads")
        with open_executor(where, cores) as executor:
            made = fit_vintages(
                found, out, days, SPECS[spec], method=chosen, seed=seed, kept=draws, progress=tell,
                executor=None if where == "threads" else executor,
            )  # fmt: skip
    if as_json:
        rows = {
            str(d): {"cases": len(p.cases), **p.about, "parameters": list(p.diagnostics)}
            for d, p in made.items()
        }
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for day, posterior in made.items():
        typer.echo(f"\nVintage {day}: {len(posterior.cases)} cases, {_summary(posterior.about)}")
        for row in posterior.diagnostics:
            typer.echo(_line(row))
    typer.echo(f"\nWritten below {out}")


def _method(name: str) -> Any:
    """Refuse an unknown method."""
    if name not in ("nuts", "laplace"):
        raise InputError.at(
            "--method",
            f"unknown method '{name}'",
            "choose nuts or laplace",
            nearest(name, ("nuts", "laplace")),
        )
    return name


def _summary(about: Any) -> str:
    """Say in a line how the fit went."""
    return ", ".join(
        f"{k.replace('_', ' ')} {about[k]}" for k in about if k not in ("program", "seed", "logs")
    )


def _line(row: Any) -> str:
    """One parameter as a line of a table."""
    r_hat = f"  R-hat {row['r_hat']:.3f}  ESS {row['ess']:5.0f}" if "r_hat" in row else ""
    low, high = row["low_90"], row["high_90"]
    return f"  {row['parameter']:30} {row['median']:9.4g}  [{low:.4g}, {high:.4g}]  {row['verdict']}{r_hat}"
