"""``counterpoise patrons``: what the going of one patron does, on which path of the patrons, at which causal share."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from counterpoise.cli import options as o

__all__ = ["patrons"]


def patrons(
    scenario: o.ScenarioName,
    as_of: o.AsOf = None,
    patron: Annotated[
        list[str] | None, typer.Option("--patron", metavar="ACTOR", help="Only this one; may be given often.")
    ] = None,
    members: o.Members = 4_000,
    horizon: Annotated[int, typer.Option("--horizon", metavar="DAYS", help="Days to look ahead.")] = 365,
    seed: o.Seed = 1,
    workers: o.Workers = None,
    as_json: o.Json = False,
) -> None:
    """Show each patron's exit with the others unchanged, the paths of all, and where the causal share flips a conclusion."""
    from counterpoise.assessment.patron_effects import causal_shares, marginal_exits, patron_paths
    from counterpoise.scenario import load_scenario

    found, day = load_scenario(scenario), o.day(as_of)
    exits = marginal_exits(
        found, as_of=day, patrons=patron or (), members=members, horizon=horizon, seed=seed, workers=workers
    )
    days = (*(h for h in (30, 90, 365) if h < horizon), horizon)
    paths = patron_paths(found, as_of=day, members=members, horizons=days, seed=seed, workers=workers)
    curves = [
        causal_shares(found, p, as_of=day, members=members, horizon=horizon, seed=seed, workers=workers)
        for p in (patron or found.conflict.patrons)
    ]
    if as_json:
        data = {
            "marginal": [c.model_dump(mode="json") for c in exits],
            "paths": [dataclasses.asdict(p) for p in paths],
            "causal_shares": [dataclasses.asdict(c) for c in curves],
        }
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    typer.echo("One patron leaves, forced from outside, the others unchanged: change of P(regime end)")
    for c in exits:
        low, high = c.interval_90
        typer.echo(f"  {c.arms[0]:14} {c.horizon_days:5} days  {c.difference:+.1%} [{low:+.1%}, {high:+.1%}]")
    typer.echo("\nP(regime end) by path of the patrons")
    for row in paths:
        typer.echo(f"  {row.path:14} {row.horizon_days:5} days  {row.p:.1%}")
    for curve in curves:
        typer.echo(f"\n{curve.patron} leaves: P(regime end within {curve.horizon_days} days) by causal share")
        typer.echo("  share   seen to leave   made to leave   turns round")
        for r in curve.rows:
            typer.echo(f"  {r.share:5.2f}   {r.p_observed:13.1%}   {r.p_do:13.1%}   {r.p_stay:11.1%}")
        typer.echo(f"  harm outweighs news above a share of {_share(curve.harm_outweighs_news)}")
        typer.echo(
            f"  made to leave, the fall is more likely than not above a share of {_share(curve.likely)}"
        )


def _share(x: float | None) -> str:
    """Print a share, or that there is none."""
    return "(nowhere between 0 and 1)" if x is None else f"{x:.2f}"
