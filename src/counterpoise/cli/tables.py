"""How results are printed: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from counterpoise.assessment import Comparison
from counterpoise.assessment.models import Question
from counterpoise.errors import InputError

__all__ = ["parse_arms", "print_comparison", "print_explanation", "print_questions", "print_rows"]


def parse_arms(texts: Sequence[str], fewest: int = 2) -> dict[str, tuple[str, ...]]:
    """Read ``NAME=LEVER,LEVER``; an empty list is the status quo.

    Raises
    ------
    InputError
        For an arm without a name or a name given twice; all at once is not needed, one is told at a time.
    """
    arms: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, levers = text.partition("=")
        name = name.strip()
        if not equals or not name:
            raise InputError.at(
                f"--arm {text}", "expected NAME=LEVERS", "for the status quo write NAME= with nothing behind"
            )
        if name in arms:
            raise InputError.at(
                f"--arm {text}", f"the arm '{name}' is given twice", "give each arm a name of its own"
            )
        arms[name] = tuple(x.strip() for x in levers.split(",") if x.strip())
    if len(arms) < fewest:
        raise InputError.at(
            "--arm", f"expected at least two arms, got {len(arms)}", "the first is the reference"
        )
    return arms


def _dump(data: Any) -> None:
    """Print JSON."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def print_rows(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print the rows of a query."""
    if as_json:
        _dump(list(rows))
        return
    if not rows:
        typer.echo("no rows")
        return
    names = list(rows[0])
    cells = [[str(r[n]) for n in names] for r in rows]
    width = [max(len(n), *(len(c[i]) for c in cells)) for i, n in enumerate(names)]
    typer.echo("  ".join(n.ljust(w) for n, w in zip(names, width, strict=True)).rstrip())
    for c in cells:
        typer.echo("  ".join(x.ljust(w) for x, w in zip(c, width, strict=True)).rstrip())


def _percent(p: float) -> str:
    """Print a probability no finer than whole percents."""
    return "under 1 %" if 0 < p < 0.01 else "over 99 %" if 0.99 < p < 1 else f"{p:.0%}".replace("%", " %")


def print_questions(questions: Sequence[Question], as_json: bool) -> None:
    """Print the answers about the regime's end."""
    if as_json:
        _dump([q.model_dump(mode="json", by_alias=True) for q in questions])
        return
    rows = [
        {
            "arm": q.arm,
            "regime end within": f"{q.horizon_days} days" + (f", {q.mode}" if q.mode else ""),
            "P": _percent(q.p),
            "90 % interval": f"{_percent(q.interval_90[0])} to {_percent(q.interval_90[1])}",
            "base rate": "; ".join(
                f"{_percent(b.p)}{' (selected cases)' if b.selected else ''}" for b in q.base_rate
            ),
        }
        for q in questions
    ]
    print_rows(rows, False)


def print_comparison(found: Comparison, as_json: bool) -> None:
    """Print answers and contrasts of arms."""
    if as_json:
        _dump(
            {
                "questions": [q.model_dump(mode="json", by_alias=True) for q in found.questions],
                "contrasts": [c.model_dump(mode="json") for c in found.contrasts],
            }
        )
        return
    print_questions([q for q in found.questions if q.mode is None], False)
    typer.echo("")
    rows = [
        {
            "contrast": c.text,
            "difference": f"{100 * c.difference:+.1f} points",
            "90 % interval": f"{100 * c.interval_90[0]:+.1f} to {100 * c.interval_90[1]:+.1f}",
            "Monte-Carlo error": f"{100 * c.mc_error:.1f}",
        }
        for c in found.contrasts
    ]
    print_rows(rows, False)


def print_explanation(found: Mapping[str, Any], parameters: bool, as_json: bool) -> None:
    """Print processes, levers and the register."""
    if as_json:
        _dump(found)
        return
    typer.echo(f"{found['title']}\n")
    typer.echo("Processes of a day, in order:")
    for i, p in enumerate(found["processes"], 1):
        typer.echo(f"  {i}. {p['name']}: {p['text']}\n     runs: {p['runs']}\n     hazard: {p['hazard']}")
        typer.echo(f"     parameters: {', '.join(p['parameters'])}; streams: {', '.join(p['streams'])}")
    typer.echo("\nIn the region, along each future:")
    for p in found["regional_processes"]:
        typer.echo(f"  {p['name']}: {p['text']} ({p['runs']}; streams: {', '.join(p['streams'])})")
    if found["levers"]:
        typer.echo("\nLevers:")
        for lever in found["levers"]:
            typer.echo(f"  {lever['id']}: {lever['title']}")
    count = found["standing"]
    typer.echo("\nStanding of the numbers: " + ", ".join(f"{k} {v}" for k, v in count.items()))
    shown = (
        found["register"] if parameters else [r for r in found["register"] if "." in r["name"] and r["model"]]
    )
    typer.echo("\nParameters of the model:" if not parameters else "\nRegister:")
    for r in shown:
        typer.echo(
            f"  {r['name']:34} {r['mean']:.4g} [{r['low']:.4g}, {r['high']:.4g}] {r['unit']}; {r['standing']}; {r['text']}"
        )
    if not parameters:
        typer.echo("\n--parameters prints the scenario's own figures as well.")
