"""``counterpoise withdrawals``: summary, export, analyse, agreement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from counterpoise.cli import options as o

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The data set of dated withdrawals of support."
)
Folder = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder with the four CSV files. [default: the shipped data]"),
]


@app.command(epilog="Example: counterpoise withdrawals summary --json")
def summary(data: Folder = None, as_json: o.Json = False) -> None:
    """Check the data set and count it."""
    from counterpoise.inference.withdrawals import load_withdrawals
    from counterpoise.inference.withdrawals import summary as run

    counts = run(load_withdrawals(data))
    if as_json:
        typer.echo(json.dumps(counts, indent=2))
        return
    for name, value in counts.items():
        text = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else _short(value)
        typer.echo(f"{name.replace('_', ' ')}: {text}")


@app.command(epilog="Example: counterpoise withdrawals export --out withdrawals-parquet")
def export(data: Folder = None, out: o.Out = Path("withdrawals")) -> None:
    """Write the tables as Parquet."""
    from counterpoise.inference.withdrawals import export_parquet, load_withdrawals

    o.check_folder(out)
    for path in export_parquet(load_withdrawals(data), out):
        typer.echo(str(path))


@app.command(epilog="Example: counterpoise withdrawals analyse --resamples 500")
def analyse(
    data: Folder = None,
    resamples: Annotated[
        int, typer.Option("--resamples", metavar="N", min=1, help="Draws of shocks.")
    ] = 2000,
    seed: o.Seed = 1,
    as_json: o.Json = False,
) -> None:
    """Say what followed within 30, 90 and 365 days, against the matched continuations."""
    from counterpoise.inference.withdrawals import load_withdrawals
    from counterpoise.inference.withdrawals_analysis import analyse_withdrawals

    loaded = None if data is None else load_withdrawals(data)
    found = analyse_withdrawals(loaded, resamples=resamples, seed=seed)
    if as_json:
        typer.echo(json.dumps(found, indent=2, default=str))
        return
    for spec in [*found["specifications"], *found["subgroups"]]:
        typer.echo(
            f"{spec['name']}: {spec['text']} ({spec['withdrawals']} withdrawals, {spec['clusters']} clusters)"
        )
        for line in _lines(spec):
            typer.echo(f"  {line}")
    typer.echo(f"{found['n_specifications']} specifications")


@app.command(epilog="Example: counterpoise withdrawals agreement second-coding.csv")
def agreement(
    form: Annotated[Path, typer.Argument(metavar="FORM", help="The filled form of the second coder.")],
    as_json: o.Json = False,
) -> None:
    """Compare a filled second coding with the data set, field by field."""
    from counterpoise.inference.withdrawals import load_withdrawals
    from counterpoise.inference.withdrawals_coding import compare_with_form

    rows = compare_with_form(load_withdrawals().exposure, form)
    if as_json:
        typer.echo(
            json.dumps([{k: None if v != v else v for k, v in r._asdict().items()} for r in rows], indent=2)
        )
        return
    for r in rows:
        typer.echo(
            f"{r.variable}: n {r.n}, equal {_short(r.share)}, kappa {_short(r.kappa)}, alpha {_short(r.alpha)}"
        )


def _short(value: Any) -> str:
    """Write a number with three digits; a dash for none."""
    return (
        "-" if value is None or value != value else f"{value:.3g}" if isinstance(value, float) else str(value)
    )


def _lines(spec: dict[str, Any]) -> list[str]:
    """Return the lines of one specification."""
    lines = [
        f"{r['days']} days: risk {r['risk_withdrawal']:.3f} against {r['risk_continuation']:.3f}, difference "
        f"{r['difference']:+.3f} [{r['low']:+.3f}, {r['high']:+.3f}] ({r['interval']})"
        for r in spec["risks"]
    ]
    ratio = spec["log_hazard_ratio"]
    if ratio is not None:
        lines.append(f"log hazard ratio {ratio['mean']:+.2f} [{ratio['low']:+.2f}, {ratio['high']:+.2f}]")
    return lines
