"""``counterpoise scenario``: list, show, validate, schema, new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from counterpoise.cli import options as o

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at, check and start scenarios.")


@app.command("list", epilog="Example: counterpoise scenario list --json")
def list_(as_json: o.Json = False) -> None:
    """List the bundled scenarios."""
    from counterpoise.scenario import list_scenarios

    infos = list_scenarios()
    if as_json:
        rows = [{**i._asdict(), "as_of": i.as_of.isoformat(), "path": str(i.path)} for i in infos]
        typer.echo(json.dumps(rows, indent=2))
        return
    for i in infos:
        typer.echo(f"{i.id:20} {i.title} (as of {i.as_of}; {i.n_actors} actors, {i.n_sites} sites)")


@app.command(epilog="Example: counterpoise scenario show levant-2024")
def show(scenario: o.ScenarioName, sets: o.Sets = None, as_json: o.Json = False) -> None:
    """Show a scenario: conflict, support, events, and what its figures stand on."""
    from counterpoise.scenario import describe, load_scenario

    found = load_scenario(scenario, sets or ())
    typer.echo(found.model_dump_json(by_alias=True, indent=2) if as_json else describe(found))


@app.command(epilog="Example: counterpoise scenario validate my-scenario.yaml")
def validate(scenario: o.ScenarioName, sets: o.Sets = None) -> None:
    """Check a scenario; all its problems at once, each with its line."""
    from counterpoise.compiler import load_parameters
    from counterpoise.scenario import load_scenario

    found = load_scenario(scenario, sets or ())
    load_parameters(found)
    typer.echo(
        f"{found.id}: valid ({len(found.actors)} actors, {len(found.sites)} sites, {len(found.flows)} flows)"
    )


@app.command(epilog="Example: counterpoise scenario schema > scenario.schema.json")
def schema() -> None:
    """Print the JSON Schema of a scenario file."""
    from counterpoise.scenario import scenario_json_schema

    typer.echo(json.dumps(scenario_json_schema(), indent=2))


@app.command(epilog="Example: counterpoise scenario new my-scenario.yaml")
def new(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; never overwritten.")],
) -> None:
    """Write a small valid scenario to start from."""
    from counterpoise.scenario import new_scenario

    typer.echo(f"written: {new_scenario(path)}")
