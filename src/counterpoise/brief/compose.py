"""From an assessment to the document: title, facts at the head, sections, footer."""

from __future__ import annotations

from counterpoise.assessment.models import Assessment
from counterpoise.brief.conduit_sections import conduits_section
from counterpoise.brief.document import Document, Figure, Rich, Section, foreign, rich, strong
from counterpoise.brief.events_sections import happened_section, state_section
from counterpoise.brief.evidence_sections import (
    claims_section,
    drivers_section,
    limits_section,
    parameters_section,
    sources_section,
    use_section,
    variants_section,
)
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import day, quantity
from counterpoise.brief.outlook_section import outlook_section
from counterpoise.brief.regional_sections import balance_section
from counterpoise.brief.statements import report_section
from counterpoise.brief.summary import summary_section

__all__ = ["compose"]

_STANDARDS = {
    "icd203": "ICD 203 (United States, 2015)",
    "phia": "PHIA probability yardstick (United Kingdom, 2025)",
}


def compose(a: Assessment, figures: tuple[Figure, ...] = ()) -> Document:
    """Return the brief of an assessment as a document."""
    index = Index(a)
    by_name = {f.name: f for f in figures}
    return Document(
        title=_title(a), meta=_meta(a), sections=_sections(index, by_name), footer=_footer(a), figures=figures
    )


def _sections(index: Index, figures: dict[str, Figure]) -> tuple[Section, ...]:
    """Return every section, always all of them and always in this order."""
    return (
        summary_section(index),
        happened_section(index),
        state_section(index, figures),
        outlook_section(index, figures),
        conduits_section(index, figures),
        balance_section(index, figures),
        claims_section(index),
        variants_section(index),
        drivers_section(index),
        parameters_section(index),
        report_section(index),
        sources_section(index),
        limits_section(index),
        use_section(index),
    )


def _title(a: Assessment) -> Rich:
    """Return the headline: what was asked, not what was found."""
    asked = ": what the reported change means" if a.shock else ": outlook"
    return rich(foreign(a.client_name), asked)


def _meta(a: Assessment) -> tuple[tuple[str, Rich], ...]:
    """Return the facts at the head of the brief."""
    arms, program = len(a.arms), Index(a).program
    return (
        ("As of", rich(strong(day(a.as_of)), "; nothing dated later was used")),
        ("Report", _report(a)),
        (
            "Scenario",
            rich(foreign(a.scenario.title), "; chosen because ", foreign(a.scenario.chosen_because)),
        ),
        (
            "Run",
            rich(
                f"{quantity(a.members)} futures in each of {arms} arms, seed {a.seed}, ",
                foreign(program),
            ),
        ),
        ("Wording", rich(_STANDARDS[a.wording])),
    )


def _report(a: Assessment) -> Rich:
    """Return whose report it is, its date and its grade."""
    r = a.report
    if r is None:
        return rich("none; the scenario alone")
    dated = (
        "undated, taken as published on the as-of day"
        if r.undated or r.published is None
        else day(r.published)
    )
    return rich(
        foreign(r.source or "source not named"), f", {dated}, Admiralty grade ", foreign(r.reliability)
    )


def _footer(a: Assessment) -> Rich:
    """Return the line that lets another find this very run."""
    report = f"; report {a.report.sha256[:12]}" if a.report else ""
    return rich(
        foreign(Index(a).program),
        f"; seed {a.seed}; scenario ",
        foreign(a.scenario.name),
        f" {a.scenario.sha256[:12]}{report}",
    )
