"""`write_brief`: compose, lint, render, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterpoise.assessment.models import Assessment
from counterpoise.brief.compose import compose
from counterpoise.brief.document import Document, own_lines
from counterpoise.brief.figures import start_figures
from counterpoise.brief.files import assessment_json, canonical_json, write_all
from counterpoise.brief.html import to_html
from counterpoise.brief.linter import WordingFault, lint_brief
from counterpoise.brief.markdown import to_markdown

__all__ = ["BriefPaths", "check_wording", "write_brief"]


@dataclass(frozen=True)
class BriefPaths:
    """Where the files of a brief are."""

    markdown: Path
    html: Path
    assessment: Path
    run: Path
    figures: tuple[Path, ...]


def write_brief(
    assessment: Assessment, out: Path, *, run: Mapping[str, Any], helpers: Sequence[Executor] = ()
) -> BriefPaths:
    """Write the brief of an assessment: Markdown, HTML, JSON, the run's manifest and the figures.

    Same assessment and manifest, same bytes. An interrupted write leaves the files of an older brief whole.

    Parameters
    ----------
    assessment : Assessment
        All that the brief says.
    out : Path
        Folder; made if missing.
    run : mapping
        Manifest of the run (version, seed, hashes of inputs, vintages), written to ``run.json`` as it is.
    helpers : sequence of Executor
        Processes that share the drawing of the figures; it changes no byte.

    Returns
    -------
    BriefPaths
        Where the files are.

    Raises
    ------
    WordingFault
        If the brief breaks its own rules of wording: a fault of the program; nothing is written.
    """
    drawing = start_figures(assessment, helpers)
    numbers = assessment_json(assessment)
    figures = drawing()
    document = compose(assessment, figures)
    check_wording(document)
    contents = {
        "brief.md": to_markdown(document),
        "brief.html": to_html(document),
        "assessment.json": numbers,
        "run.json": canonical_json(dict(run)),
        **{f"figures/{f.name}.svg": f.svg for f in figures},
    }
    write_all(out, contents)
    return BriefPaths(
        markdown=out / "brief.md",
        html=out / "brief.html",
        assessment=out / "assessment.json",
        run=out / "run.json",
        figures=tuple(out / "figures" / f"{f.name}.svg" for f in figures),
    )


def check_wording(document: Document) -> None:
    """Hold the program's own words in a brief to the rules; quotations and names are left out."""
    faults = lint_brief("\n".join(own_lines(document)))
    if faults:
        raise WordingFault("the brief breaks its rules of wording:\n" + "\n".join(f"  {f}" for f in faults))
