"""``counterpoise backtest``: score the model on past cases that it has not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from counterpoise.cli import options as o
from counterpoise.errors import InputError

__all__ = ["backtest"]

_PATHS = ("frozen", "forecast", "later")


def _paths(text: str) -> tuple[Literal["frozen", "forecast", "later"], ...]:
    names = tuple(t.strip() for t in text.split(",") if t.strip())
    for name in names:
        if name not in _PATHS:
            raise InputError.at("--patrons", f"unknown path '{name}'", f"choose from {', '.join(_PATHS)}")
    return cast("tuple[Literal['frozen', 'forecast', 'later'], ...]", names)


def backtest(
    cases: Annotated[
        str | None,
        typer.Option(
            "--cases",
            metavar="DIR|NAMES",
            help="A folder of case files, a file, or names with commas. [default: all bundled]",
        ),
    ] = None,
    vintage: Annotated[
        str | None,
        typer.Option("--vintage", metavar="DATE", help="Only cases closed before this day are learnt from."),
    ] = None,
    leave: Annotated[
        str,
        typer.Option(
            "--leave", help="country: one country out at a time; forward: only cases closed before."
        ),
    ] = "country",
    specs: Annotated[str, typer.Option("--specs", help="Specifications, with commas.")] = "main",
    patrons: Annotated[
        str, typer.Option("--patrons", help="Patron paths, with commas: frozen, forecast, later.")
    ] = "frozen",
    refit: Annotated[
        str,
        typer.Option(
            "--refit",
            help="Fit anew where weighing draws anew fails: nuts (minutes each), laplace, shift (seconds).",
        ),
    ] = "nuts",
    anew: Annotated[
        bool, typer.Option("--anew", help="Fit all cases anew and do not begin at the shipped posterior.")
    ] = False,
    members: o.Members = 512,
    seed: o.Seed = 1,
    out: o.Out = Path("scorecard"),
    cache: Annotated[
        Path | None,
        typer.Option(
            "--cache", metavar="DIR", help="Where fits and forecasts are kept, so that a run can go on."
        ),
    ] = None,
    workers: o.Workers = None,
    scheduler: o.Scheduler = None,
    as_json: o.Json = False,
) -> None:
    """Forecast past cases with models that have not seen them, and score the forecasts against their rivals."""
    from counterpoise.assessment.simulating import check_workers
    from counterpoise.brief.files import canonical_json
    from counterpoise.brief.scorecard import write_scorecard
    from counterpoise.cli.progress import show_progress
    from counterpoise.evaluation.backtest import BacktestPlan, chosen_cases
    from counterpoise.evaluation.backtest import backtest as run
    from counterpoise.evaluation.scorecard import scorecard

    if leave not in ("country", "forward"):
        raise InputError.at("--leave", f"unknown rule '{leave}'", "choose country or forward")
    o.check_folder(out)
    if refit not in ("shift", "laplace", "nuts"):
        raise InputError.at("--refit", f"unknown way '{refit}'", "choose shift, laplace or nuts")
    plan = BacktestPlan(
        tuple(s.strip() for s in specs.split(",") if s.strip()),
        _paths(patrons),
        cast("Literal['country', 'forward']", leave),
        members,
        seed,
        cast("Literal['shift', 'laplace', 'nuts']", refit),
        shipped=not anew,
    )
    named = None if cases is None else (cases if Path(cases).exists() else tuple(cases.split(",")))
    limit = o.day(vintage, "--vintage")
    train = None
    if limit is not None:
        train = [s for s in chosen_cases(None) if s.case is not None and s.case.closed < limit]
    with show_progress() as tell:
        found = run(
            named,
            plan=plan,
            train=train,
            cache=cache or out / "cache",
            workers=check_workers(workers),
            progress=tell,
            scheduler=scheduler,
        )
    card = scorecard(found)
    paths = write_scorecard(card, out)
    if as_json:
        typer.echo(canonical_json(card))
        return
    for row in found.scores:
        if row["subset"] == "core campaign":
            shown = f"Brier {row['brier']:.3f}  log {row['log']:.3f}  AUC {row['auc']:.2f}"
            typer.echo(f"{row['horizon_days']:4} days  {row['forecaster']:28} {shown}")
    typer.echo(f"written: {paths['scorecard.md']}")
