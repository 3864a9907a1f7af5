"""``counterpoise forecast``: seal, list, resolve, score, export, import, verify."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterpoise.cli import options as o
from counterpoise.errors import CounterpoiseError, InputError

if TYPE_CHECKING:
    from counterpoise.ledger import Ledger, Sealed

__all__ = ["LedgerUrl", "app", "need_serve_extra"]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The ledger of sealed forecasts: seal, resolve, score, show.",
)

LedgerUrl = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="FILE|URL",
        help="SQLite file or postgresql:// URL. [default: COUNTERPOISE_LEDGER]",
    ),
]
Which = Annotated[str, typer.Argument(metavar="FORECAST", help="Its number, or the beginning of its hash.")]


def need_serve_extra(fault: ImportError) -> InputError:
    """Return the error for an install without the packages of the ledger and the desk."""
    return InputError.at(
        f"package '{fault.name}'", "is not installed; the ledger and the desk need it",
        "python -m pip install 'counterpoise[serve]'",
    )  # fmt: skip


def _open(url: str | None) -> Ledger:
    """Open the ledger, or say what must be installed."""
    try:
        from counterpoise.ledger import open_ledger
    except ModuleNotFoundError as fault:
        raise need_serve_extra(fault) from fault
    return open_ledger(url)


def _show(rows: tuple[Sealed, ...], as_json: bool) -> None:
    """Print sealed forecasts."""
    from counterpoise.cli.tables import print_rows

    if as_json:
        typer.echo(json.dumps([s.to_dict() for s in rows], indent=2, ensure_ascii=False))
        return
    table = [
        {
            "no": s.seq,
            "hash": s.hash[:12],
            "question": s.forecast.question,
            "forecaster": s.forecast.forecaster + (f" · {s.forecast.arm}" if s.forecast.arm else ""),
            "P": f"{s.forecast.p:.0%}".replace("%", " %"),
            "closes": s.forecast.closes_on,
            "outcome": s.resolution.outcome if s.resolution else "open",
        }
        for s in rows
    ]
    print_rows(table, False)


@app.command(epilog="Example: counterpoise forecast seal ./brief --arm as_reported")
def seal(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder that `assess --out` wrote.")],
    arm: Annotated[str, typer.Option("--arm", help="The arm whose answers are sealed.")] = "as_reported",
    question: Annotated[
        list[str] | None, typer.Option("--question", metavar="ID", help="A question. [default: regime end]")
    ] = None,
    ledger: LedgerUrl = None,
    as_json: o.Json = False,
) -> None:
    """Seal the answers of a run before their outcome is known; print the hashes."""
    opened = _open(ledger)
    from counterpoise.ledger import forecasts_of
    from counterpoise.ledger import seal as seal_them

    sealed = seal_them(opened, forecasts_of(run, arm=arm, questions=question or ()))
    for s in sealed:
        if not s.new:
            print(f"counterpoise: no. {s.seq} was sealed before, on {s.sealed_at}", file=sys.stderr)
        elif s.late:
            text = f"no. {s.seq} closed on {s.forecast.closes_on}, before it was sealed: kept apart, no part of the record"
            print(f"counterpoise: {text}", file=sys.stderr)
    _show(sealed, as_json)


@app.command("list", epilog="Example: counterpoise forecast list --open")
def list_(
    only_open: Annotated[bool, typer.Option("--open", help="Only what is not resolved.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only what has closed and is not resolved.")] = False,
    ledger: LedgerUrl = None,
    as_json: o.Json = False,
) -> None:
    """List the sealed forecasts with their hashes and outcomes."""
    opened = _open(ledger)
    from counterpoise.ledger import list_forecasts

    rows = [s for s in list_forecasts(opened) if not ((only_open or due) and s.resolution)]
    if due:
        today = opened.clock().date()
        rows = [s for s in rows if s.forecast.closes_on <= today]
    _show(tuple(rows), as_json)


@app.command(
    epilog="Example: counterpoise forecast resolve 3 YES --on 2024-12-08 --source 'Reuters, 8 December 2024'"
)
def resolve(
    forecast: Which,
    outcome: Annotated[
        str, typer.Argument(metavar="VOID|YES|NO", help="Tried in this order by the sealed rules.")
    ],
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="YES: when it happened; else the day it was known.")
    ],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Where it can be looked up.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Anything to add.")] = "",
    correct: Annotated[
        bool, typer.Option("--correct", help="Correct an earlier resolution; both stay in the ledger.")
    ] = False,
    ledger: LedgerUrl = None,
    as_json: o.Json = False,
) -> None:
    """Write down how a forecast came out."""
    opened = _open(ledger)
    from counterpoise.ledger import resolve as resolve_it

    day = o.day(on, "--on") or dt.date.min
    done = resolve_it(opened, forecast, outcome, on=day, source=source, note=note, correct=correct)
    _show((done,), as_json)


@app.command(epilog="Example: counterpoise forecast score --html scorecard.html")
def score(
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the public scorecard page.")
    ] = None,
    ledger: LedgerUrl = None,
    as_json: o.Json = False,
) -> None:
    """Score what is resolved, beside the base rate, with reliability and over time."""
    o.check_file(html)
    opened = _open(ledger)
    from counterpoise.cli.tables import print_rows
    from counterpoise.ledger import score_ledger, scorecard_html

    card = score_ledger(opened)
    if html is not None:
        html.write_text(scorecard_html(opened), encoding="utf-8")
        print(f"counterpoise: scorecard written to {html}", file=sys.stderr)
    if as_json:
        typer.echo(json.dumps(card.to_dict(), indent=2, ensure_ascii=False))
        return
    rows = [
        {
            "forecaster": f.forecaster + (" (sealed late: no record)" if f.late else ""),
            "resolved": f.n,
            "subjects": f.n_subjects,
            "open": f.n_open,
            "void": f.n_void,
            "Brier": "-" if f.brier is None else f"{f.brier:.3f}",
            "log": "-" if f.log is None else f"{f.log:.3f}",
            "base rate's Brier": "-" if f.base_rate_brier is None else f"{f.base_rate_brier:.3f}",
            "skill": "-" if f.skill is None else f"{f.skill:+.2f}",
        }
        for f in card.forecasters
    ]
    print_rows(rows, False)


@app.command(epilog="Example: counterpoise forecast export ledger.json")
def export(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; keep it elsewhere.")],
    ledger: LedgerUrl = None,
) -> None:
    """Write the whole chain with its hashes; print the head, which fixes everything before it."""
    o.check_file(path)
    opened = _open(ledger)
    from counterpoise.ledger import export_ledger

    text = export_ledger(opened)
    path.write_text(text, encoding="utf-8")
    typer.echo(json.loads(text)["head"])


@app.command("import", epilog="Example: counterpoise forecast import crowd.csv")
def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON with probability and dates.")],
    ledger: LedgerUrl = None,
    as_json: o.Json = False,
) -> None:
    """Seal forecasts of people and markets, to stand beside the model's."""
    opened = _open(ledger)
    from counterpoise.ledger import read_outside
    from counterpoise.ledger import seal as seal_them

    _show(seal_them(opened, read_outside(path)), as_json)


@app.command(epilog="Example: counterpoise forecast verify --against ledger.json")
def verify(
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FILE", help="An earlier export: shows cuts at the end."),
    ] = None,
    ledger: LedgerUrl = None,
) -> None:
    """Walk the chain and say whether the past was changed (exit code 1 if so)."""
    opened = _open(ledger)
    from counterpoise.ledger import verify_ledger

    found = verify_ledger(opened, against)
    if not found.whole:
        raise CounterpoiseError("\n".join((f"{opened.where} | was changed", *found.problems)))
    typer.echo(f"whole: {found.n_entries} entries, head {found.head}")
