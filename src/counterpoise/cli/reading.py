"""``read``: one report, an address, a feed or a folder; to the terminal, as JSON, or as a page."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from counterpoise.assessment.loading import load_report
from counterpoise.errors import InputError
from counterpoise.reports import Coding, build_evidence, coding_page, coding_summary, read_many, read_report
from counterpoise.reports.evidence import EvidenceLog
from counterpoise.reports.many import FEEDS, Outcome, Tell

__all__ = ["Asked", "open_log", "open_report", "read_folder", "read_one", "takes_many"]


@dataclass(frozen=True)
class Asked:
    """What the user asked for beside the report."""

    as_json: bool
    html: Path | None
    network: bool
    endpoint: str | None
    model: str | None
    cache: Path | None


def takes_many(report: str) -> bool:
    """Tell whether a path holds several reports: a folder or a feed."""
    path = Path(report)
    return path.is_dir() or (path.is_file() and path.suffix.lower() in FEEDS)


def read_one(report: str, asked: Asked) -> None:
    """Read one report and print or write it."""
    coding = _with_model(open_report(report, asked.network), asked)
    if asked.html is not None:
        asked.html.write_text(coding_page(coding), encoding="utf-8")
        print(f"counterpoise: page written to {asked.html}", file=sys.stderr)
    if asked.as_json:
        typer.echo(coding.to_json(), nl=False)
    elif asked.html is None:
        typer.echo(coding_summary(coding), nl=False)


def open_report(report: str, network: bool) -> Coding:
    """Read a file, standard input, a bundled report, or an address where that is allowed.

    Raises
    ------
    InputError
        If there is no such report, it cannot be read, or the address is refused: no leave, no web address, one that leads into
        a private network, too large, too slow, or no answer.
    """
    if not network or "://" not in report:
        return load_report(report, sys.stdin.buffer)
    from counterpoise.network.pages import fetch, is_address

    if not is_address(report):
        raise InputError.at(report, "not a web address", "give http:// or https:// and a host")
    page = fetch(report)
    return read_report(page.url, text=page.body)


def _with_model(coding: Coding, asked: Asked) -> Coding:
    """Ask a language model beside the rules, where one is named."""
    if asked.endpoint is None and asked.model is None:
        return coding
    if not asked.endpoint or not asked.model:
        raise InputError.at(
            "--model", "needs an endpoint and a model", "give --endpoint URL and --model NAME"
        )
    from counterpoise.reports.model_coder import add_model
    from counterpoise.reports.model_exchange import ModelSettings

    found = add_model(coding, ModelSettings(asked.endpoint, asked.model, cache=asked.cache))
    share = found.agreement.share
    agreed = "nothing to compare" if share is None else f"{share:.0%} of all statements are made by both"
    print(
        f"counterpoise: language model: {found.said}; {agreed}; {len(found.refused)} refused", file=sys.stderr
    )
    return found.coding


def read_folder(report: str, asked: Asked, out: Path | None) -> None:
    """Read many reports, one at a time; print their evidence log, and write each coding as a line where asked."""
    with _progress() as tell:
        stream = read_many(report, tell=tell)
        log = build_evidence(_written(stream, out) if out is not None else stream)
    if asked.as_json:
        typer.echo(log.model_dump_json(indent=2))
    else:
        typer.echo(_log_text(log), nl=False)


def open_log(source: str) -> EvidenceLog:
    """Read an evidence log that `read --json` has written, or make one of a folder or feed of reports.

    Raises
    ------
    InputError
        If there is neither, or the file is no log.
    """
    path = Path(source)
    if path.suffix.lower() != ".json":
        with _progress() as tell:
            return build_evidence(read_many(source, tell=tell))
    try:
        return EvidenceLog.model_validate_json(path.read_bytes())
    except OSError as err:
        raise InputError.at(
            source, f"cannot be read: {err.strerror}", "give a log, a folder or a feed"
        ) from err
    except ValueError as err:
        raise InputError.at(
            source, "is no evidence log", "make one: counterpoise read FOLDER --json > log.json"
        ) from err


def _written(stream: Iterator[Outcome], out: Path) -> Iterator[Outcome]:
    """Pass readings on and write each coding as a line of JSON."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for one in stream:
            row = one.coding.to_dict() if one.coding else {"name": one.name, "problem": one.problem}
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            yield one


def _log_text(log: EvidenceLog) -> str:
    """Return the log for the terminal."""
    lines = [
        f"{log.n_reports} reports, {log.n_independent} independent, {log.n_unread} not read",
        f"Evidence ({len(log.entries)})",
    ]
    for e in log.entries:
        sides = f"{', '.join(e.actors)} → {', '.join(e.recipients) or '–'}"
        where = f" at {', '.join(e.place)}" if e.place else ""
        many = f"{e.n_independent} independent of {e.n_reports}"
        said = f"{e.realis}, {'/'.join(e.hedges)}; {many}; best {e.best_reliability}"
        lines.append(f"  {e.day or 'undated   '} {e.id} {e.change} {sides}{where}: {said}")
    lines.append(f"Contradictions ({len(log.contradictions)})")
    lines += [f"  {c.first} against {c.second}: {c.what}" for c in log.contradictions]
    lines += [f"Not read: {problem}" for _, problem in log.unread]
    return "\n".join(lines) + "\n"


@contextmanager
def _progress() -> Iterator[Tell | None]:
    """Yield a function that shows how many are done, where a person looks on."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=1)
        yield lambda done, total, name: bar.update(task, completed=done, total=total)
