"""The commands. Each reads its options, calls one public function, and prints what comes back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from counterpoise.cli import options as o
from counterpoise.cli.backtest import backtest
from counterpoise.cli.data import app as data_app
from counterpoise.cli.fit import fit
from counterpoise.cli.forecast import app as forecast_app
from counterpoise.cli.patrons import patrons
from counterpoise.cli.query import query as query_command
from counterpoise.cli.scenario import app as scenario_app
from counterpoise.cli.serve import serve
from counterpoise.cli.sweep import sweep
from counterpoise.cli.withdrawals import app as withdrawals_app

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    help="What a patron's withdrawal does to a client regime, its armed allies and the region.",
)
app.add_typer(scenario_app, name="scenario")
app.add_typer(forecast_app, name="forecast")
app.command(epilog="Example: counterpoise serve --port 8643")(serve)
app.add_typer(withdrawals_app, name="withdrawals")
app.add_typer(data_app, name="data")
app.command(epilog="Example: counterpoise backtest --out scorecard")(backtest)
app.command(epilog="Example: counterpoise patrons levant-2024 --as-of 2024-11-30")(patrons)
app.command(
    "query", epilog="Example: counterpoise query ./futures 'SELECT mode, count(*) FROM futures GROUP BY mode'"
)(query_command)
app.command(
    epilog="Example: counterpoise sweep levant-2024 --vary loss.patron_level --vary sd.intensity=0.8:2"
)(sweep)
app.command(epilog="Example: counterpoise fit --vintage 2024-11-01 --out ./posteriors")(fit)

ReportPath = Annotated[
    str,
    typer.Argument(
        metavar="REPORT",
        help="A text, Markdown, HTML or PDF file, - for stdin, a bundled report, or an address.",
    ),
]


def _version(show: bool) -> None:
    """Print the version and leave."""
    if show:
        from counterpoise import __version__

        typer.echo(f"counterpoise {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Report in, brief out."""


@app.command(epilog="Example: counterpoise assess report.txt --as-of 2024-12-06 --out ./brief")
def assess(
    report: ReportPath,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME|PATH", help="Left out: the best match.")
    ] = None,
    as_of: o.AsOf = None,
    members: o.Members = 10_000,
    horizon: o.Horizon = None,
    seed: o.Seed = 1,
    out: o.Out = Path("brief"),
    wording: o.Wording = "icd203",
    network: o.Network = False,
    evidence: Annotated[
        str | None,
        typer.Option(
            "--evidence",
            metavar="LOG|FOLDER|FEED",
            help="Earlier reports: what two independent sources assert enters the as-of state.",
        ),
    ] = None,
    never_begun: Annotated[
        bool, typer.Option("--never-begun", help="Add the arm 'as if it had never begun'.")
    ] = False,
    lever: Annotated[
        list[str] | None,
        typer.Option("--lever", metavar="NAME", help="Add an arm: as reported, and this lever pulled."),
    ] = None,
    workers: o.Workers = None,
    scheduler: o.Scheduler = None,
    store: o.Store = None,
    sets: o.Sets = None,
    as_json: o.Json = False,
) -> None:
    """Read a report, simulate with and without the event, and write the brief (the main job)."""
    from counterpoise.cli.helpers import start_helpers
    from counterpoise.cli.reading import open_log, open_report

    wording = o.check_wording(wording)
    o.check_folder(out)
    o.check_store(store)
    coding = open_report(report, network)
    log = open_log(evidence) if evidence is not None else None
    with start_helpers(workers) as helpers:
        from counterpoise.assessment import assess as run
        from counterpoise.assessment import manifest
        from counterpoise.brief import assessment_json, summary_text, write_brief
        from counterpoise.cli.progress import show_progress

        with show_progress(region=True, workers=workers) as tell:
            found = run(
                coding, scenario=scenario, as_of=o.day(as_of), members=members, horizon=horizon, seed=seed, wording=wording,
                never_begun=never_begun, workers=workers, overrides=sets or (), levers=lever or (), evidence=log,
                progress=tell, scheduler=scheduler, store=store,
            )  # fmt: skip
            tell("write the brief", 0, 1)
            paths = write_brief(found, out, run=manifest(found), helpers=helpers)
    if as_json:
        typer.echo(assessment_json(found), nl=False)
    else:
        typer.echo(summary_text(found))
        typer.echo(f"\nBrief: {paths.html}")


@app.command(epilog="Example: counterpoise read report.txt --html reading.html")
def read(
    report: Annotated[
        str,
        typer.Argument(
            metavar="REPORT",
            help="A text, Markdown, HTML or PDF file, a feed, a folder, - for stdin, a bundled report, or an address.",
        ),
    ],
    as_json: o.Json = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write the text with its statements marked as a page."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Of a folder or feed: write each coding as a line of JSON."
        ),
    ] = None,
    network: o.Network = False,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint", metavar="URL", help="Ask a language model there as well (OpenAI-compatible)."
        ),
    ] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="NAME", help="Its name.")] = None,
    cache: Annotated[
        Path | None,
        typer.Option("--model-cache", metavar="DIR", help="Keep the language model's answers there."),
    ] = None,
) -> None:
    """Show what a report says: events, relations and claims with their spans, hedges and source grades."""
    from counterpoise.cli.reading import Asked, read_folder, read_one, takes_many

    o.check_file(html)
    o.check_file(out)
    asked = Asked(as_json, html, network, endpoint, model, cache)
    if takes_many(report):
        read_folder(report, asked, out)
    else:
        read_one(report, asked)


@app.command(
    epilog="Example: counterpoise simulate afghanistan-2021 --as-of 2021-07-09 --out futures.parquet"
)
def simulate(
    scenario: o.ScenarioName,
    as_of: o.AsOf = None,
    members: o.Members = 10_000,
    horizon: o.Horizon = None,
    seed: o.Seed = 1,
    lever: Annotated[
        list[str] | None, typer.Option("--lever", metavar="NAME", help="Pull a lever of the scenario.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the event log as Parquet.")
    ] = None,
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="SQL", help="Ask the event log: tables log, futures and falls."),
    ] = None,
    workers: o.Workers = None,
    scheduler: o.Scheduler = None,
    store: o.Store = None,
    sets: o.Sets = None,
    as_json: o.Json = False,
) -> None:
    """Draw futures of a scenario; keep or query their event log."""
    from counterpoise.cli.progress import show_progress
    from counterpoise.cli.tables import print_questions, print_rows

    o.check_file(out)
    o.check_store(store)
    with show_progress() as tell:
        from counterpoise.assessment import compare as run

        found = run(
            scenario, {"baseline": tuple(lever or ())}, as_of=o.day(as_of), members=members, horizon=horizon, seed=seed,
            workers=workers, overrides=sets or (), progress=tell, scheduler=scheduler, store=store,
        )  # fmt: skip
    if out is not None:
        found.futures.write(out)
        print(f"counterpoise: event log written to {out}", file=sys.stderr)
    if query is not None:
        print_rows(found.futures.query(query).to_pylist(), as_json)
    else:
        print_questions(found.questions, as_json)


@app.command(
    epilog="Example: counterpoise compare levant-2024 --as-of 2024-11-30 --arm stay= --arm leave=iran-withdraws-personnel"
)
def compare(
    scenario: o.ScenarioName,
    arm: Annotated[
        list[str],
        typer.Option(
            "--arm", metavar="NAME=LEVERS", help="An arm with levers, comma-separated; first: reference."
        ),
    ],
    as_of: o.AsOf = None,
    members: o.Members = 10_000,
    horizon: o.Horizon = None,
    seed: o.Seed = 1,
    workers: o.Workers = None,
    scheduler: o.Scheduler = None,
    store: o.Store = None,
    sets: o.Sets = None,
    as_json: o.Json = False,
) -> None:
    """Compare arms of a scenario under the same random numbers."""
    from counterpoise.assessment import compare as run
    from counterpoise.cli.progress import show_progress
    from counterpoise.cli.tables import parse_arms, print_comparison

    arms = parse_arms(arm)
    o.check_store(store)
    with show_progress() as tell:
        found = run(
            scenario, arms, as_of=o.day(as_of), members=members, horizon=horizon, seed=seed, workers=workers,
            overrides=sets or (), progress=tell, scheduler=scheduler, store=store,
        )  # fmt: skip
    print_comparison(found, as_json)


@app.command(epilog="Example: counterpoise explain levant-2024 --conduit IRN HEZ")
def explain(
    target: Annotated[
        str, typer.Argument(metavar="SCENARIO|RUN", help="A scenario, or the folder of a brief.")
    ],
    parameters: Annotated[bool, typer.Option("--parameters", help="Print the whole register.")] = False,
    conduit: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--conduit", metavar="FROM TO", help="What gets through, what it hangs on, when it is cut."
        ),
    ] = None,
    ally: Annotated[
        str | None,
        typer.Option("--ally", metavar="ACTOR", help="What an armed ally lives on, how long it lasts."),
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", metavar="NAME", help="Who gains and who loses by it, and why.")
    ] = None,
    dependence: Annotated[
        str | None,
        typer.Option("--dependence", metavar="ACTOR|BLOC", help="On which cities its supply depends most."),
    ] = None,
    not_lose: Annotated[
        str | None,
        typer.Option(
            "--not-lose", metavar="ACTOR", help="Which assumed numbers, moved how far, keep it from losing."
        ),
    ] = None,
    patrons: Annotated[bool, typer.Option("--patrons", help="Which patron's move matters most.")] = False,
    patron: Annotated[
        str | None,
        typer.Option("--patron", metavar="ACTOR", help="The event: this patron leaves. [default: the first]"),
    ] = None,
    lever: Annotated[
        list[str] | None,
        typer.Option("--lever", metavar="NAME", help="The event: this lever of the scenario."),
    ] = None,
    as_of: o.AsOf = None,
    members: o.Members = 2_000,
    seed: o.Seed = 1,
    workers: o.Workers = None,
    sets: o.Sets = None,
    as_json: o.Json = False,
) -> None:
    """Show processes and parameters with their standing, or answer an analyst's question about the region."""
    from counterpoise.assessment import explain as run
    from counterpoise.cli.answers import print_answer
    from counterpoise.cli.tables import print_explanation

    found = run(
        target, parameters=parameters, conduit=conduit, ally=ally, measure=measure, dependence=dependence,
        not_lose=not_lose, patrons=patrons, patron=patron, levers=lever or (), as_of=o.day(as_of), members=members,
        seed=seed, workers=workers, overrides=sets or (),
    )  # fmt: skip
    if "processes" in found:
        print_explanation(found, parameters, as_json)
    else:
        print_answer(found, as_json)


@app.command(epilog="Example: counterpoise cite ./brief")
def cite(
    run: Annotated[str, typer.Argument(metavar="RUN|SCENARIO", help="The folder of a brief, or a scenario.")],
    as_json: o.Json = False,
) -> None:
    """List the data and method references that a run used."""
    from counterpoise.assessment import references

    rows = references(run)
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
        return
    for row in rows:
        when = f" ({row['published']})" if row["published"] else ""
        link = f" {row['url']}" if row["url"] else ""
        typer.echo(f"[{row['id']}] {row['publisher']}: {row['title']}{when}.{link}")
