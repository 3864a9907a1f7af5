"""The sections of a result as HTML, from the assessment alone; probabilities and contrasts have a module of their own."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from counterpoise.assessment.models import Assessment
from counterpoise.brief.measures import (
    counts_from,
    level_unit,
    print_change,
    print_change_range,
    print_level,
    print_shift,
    print_shift_range,
    who_gains_first,
)
from counterpoise.brief.numbers import day, percent, quantity, share
from counterpoise.ledger.runs import Run

__all__ = [
    "asked_html",
    "claims",
    "corridors",
    "gains",
    "head",
    "limits",
    "parameters",
    "places",
    "progress_html",
    "progress_said",
    "rows_html",
    "table",
    "tools_html",
]

_CITY_DAYS: Final = ("30", "90", "365")
#: Stages of a run in words; others are said as they are called.
_STAGES: Final = {
    "start": "starting",
    "read": "reading the report",
    "compile": "compiling the scenario",
    "measure the region": "measuring the region",
    "answer": "writing the answers",
}


def table(caption: str, head: tuple[str, ...], rows: Markup, label: str) -> Markup:
    """Return a table that scrolls on narrow screens and that a keyboard reaches."""
    cells = Markup("").join(Markup('<th scope="col">{}</th>').format(h) for h in head)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(label, caption, cells, rows)


def rows_html(rows: list[list[Any]]) -> Markup:
    """Return rows; the first cell of each is its head."""
    return Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            r[0], Markup("").join(Markup("<td>{}</td>").format(c) for c in r[1:])
        )
        for r in rows
    )


def progress_html(run: Run, stop: bool) -> Markup:
    """Return how far a run is; a part without steps has a bar that does not say how far."""
    if run.ended:
        return Markup("")
    if run.state == "queued" or run.total <= 1:
        far, part = Markup(""), ""
    else:
        far = Markup(' max="{}" value="{}"').format(run.total, run.done)
        part = f"{run.done:,} of {run.total:,}"
    bar = Markup('<progress aria-label="Progress"{}></progress><p class="soft">{}</p>').format(far, part)
    button = Markup('<div class="row"><button name="cancel">Cancel</button></div>') if stop else ""
    return Markup("{}{}").format(bar, button)


def progress_said(run: Run) -> str:
    """Say how far a run is, in words that change a few times only, for those who listen."""
    if run.ended:
        return f"The run was {run.state}." if run.state == "cancelled" else f"The run is {run.state}."
    if run.state == "queued":
        return "Waiting in the queue"
    quarter = f", {25 * (4 * run.done // run.total)} % done" if run.total > 1 and run.done else ""
    return f"Running: {_STAGES.get(run.stage, run.stage.replace('_', ' '))}{quarter}"


_FILES: Final = {
    "brief.html": "the brief",
    "brief.md": "as Markdown",
    "assessment.json": "every number",
    "run.json": "what went in",
    "coding.json": "what was read",
    "course.json": "day by day",
    "answers.json": "every number",
}


def tools_html(run: Run, sealing: bool) -> Markup:
    """Return the name of a run, its link and its files, each to look at or to keep."""
    files = Markup("").join(
        Markup('<li><a href="/api/v1/runs/{}/files/{}"{}>{}</a> <span class="soft">{}</span></li>').format(
            run.id, f, Markup(" download") if not f.endswith("brief.html") else "", f, _FILES.get(f, "")
        )
        for f in sorted((x for x in run.files if "/" not in x), key=lambda x: ([*_FILES, x].index(x), x))
    )
    keep = (
        Markup('<li><a href="/api/v1/runs/{}/files/brief.html" download>download the brief</a></li>').format(
            run.id
        )
        if "brief.html" in run.files
        else ""
    )
    button = Markup('<div><button name="seal">Seal the forecasts</button></div>') if sealing else ""
    return Markup(
        '<div class="row"><div><label for="name">Name of the run</label><input id="name" name="name" value="{}" maxlength="120" size="34"></div>'
        '<div><button name="share">Copy the link</button></div>{}</div>'
        '<ul class="files" aria-label="Files">{}{}</ul>'
        '<p class="soft">The address of this page is the link to share, with those who reach this server.</p>'
    ).format(run.name, button, keep, files)


def asked_html(run: Run) -> Markup:
    """Return what was compared: scenario, day, size, and what each arm pulls; levers of one's own by what they do."""
    asked = run.request
    scenario = asked.get("scenario") or {}
    titles = {x["id"]: x["title"] for x in asked.get("own_levers", ())}
    arms = asked.get("arms") or {"baseline": asked.get("levers", ())}
    rows = Markup("").join(
        Markup("<li><strong>{}</strong>: {}</li>").format(
            arm.replace("-", " ").capitalize(),
            "; ".join(titles.get(x, x) for x in levers) or "as the scenario has it",
        )
        for arm, levers in arms.items()
    )
    facts = [
        f"Scenario: {scenario.get('name') or 'a text of its own'}",
        f"as of {asked['as_of']}" if asked.get("as_of") else "as of the scenario's day",
        f"{asked['members']:,} futures in each arm" if asked.get("members") else "",
        f"seed {asked['seed']}" if asked.get("seed") is not None else "",
        f"changed: {', '.join(asked['overrides'])}" if asked.get("overrides") else "",
    ]
    return Markup("<p>{}.</p><ul>{}</ul><h2>Does the government end?</h2>").format(
        ", ".join(x for x in facts if x), rows
    )


def head(a: Assessment) -> Markup:
    """Return what was assessed, and the levers that the report set."""
    report = (
        f"{a.report.source or 'source not named'}, reliability {a.report.reliability}"
        if a.report
        else "no report"
    )
    levers = Markup("").join(Markup("<li>{}</li>").format(x.text) for x in a.shock)
    state = Markup("").join(Markup("<li>{}</li>").format(x) for x in a.state)
    return Markup(
        '<p class="big">{}, as of {}</p><p>Report: {}. Scenario: {} ({}). {} futures in each arm, seed {}.</p>'
        "<h2>What the report changes in the model</h2><ul>{}</ul><details><summary>The state on that day</summary><ul>{}</ul></details>"
    ).format(
        a.client_name,
        day(a.as_of),
        report,
        a.scenario.title,
        a.scenario.chosen_because,
        f"{a.members:,}",
        a.seed,
        levers,
        state,
    )


def places(a: Assessment) -> Markup:
    """Return what the map shows, as a table."""
    rows = [
        [p.name, a.names.get(p.holder, p.holder), *(percent(p.p_lost[d]) if d in p.p_lost else "–" for d in _CITY_DAYS),
         "–" if p.median_day is None else f"day {p.median_day}"]
        for p in sorted(a.places, key=lambda p: -p.p_lost.get("30", -1.0))
        if p.in_theatre
    ]  # fmt: skip
    shown = table(
        "Probability that the government loses it",
        ("Place", "Held by", "30 days", "90 days", "365 days", "Median day if lost"),
        rows_html(rows),
        "Places",
    )
    return Markup("<details><summary>The map as a table</summary>{}</details>").format(shown)


def corridors(a: Assessment) -> Markup:
    """Return the ways to the allies."""
    rows = []
    for c in a.conduits:
        cut = next(iter(c.p_cut.values()), {}).get("365")
        sites = ", ".join(a.names.get(x, x) for x in c.critical_sites[:4]) or "none"
        rows.append([
            f"{a.names.get(c.sender, c.sender)} → {a.names.get(c.recipient, c.recipient)}", quantity(c.capacity_before),
            quantity(c.capacity_after), quantity(c.capacity_if_regime_falls), percent(cut) if cut is not None else "–", sites,
        ])  # fmt: skip
    head_ = (
        "Way",
        "Before",
        "After the shock",
        "If the government has fallen",
        f"Cut after 365 days, {a.told}",
        "Critical sites, worst first",
    )
    return table("What the ways can carry; 100 is before the campaign", head_, rows_html(rows), "Corridors")


def gains(a: Assessment, measure: str) -> Markup:
    """Return who gains and loses under a measure."""
    found = who_gains_first(x for x in a.ledger if x.measure == measure)
    rows = [
        [f"{r.name}{' (bloc)' if r.bloc else ''}", print_level(r.now, r.unit), print_change(r), print_change_range(r), print_shift(r),
         print_shift_range(r), share(max(r.p_gain, r.p_loss)) if r.contrast else "–", r.half_life_text]
        for r in found
    ]  # fmt: skip
    unit = level_unit(found[0].unit) if found else ""
    counts = f"; a change {counts_from(found)}" if found else ""
    head_ = (
        "Actor",
        "Now",
        "Change over time",
        "90 % interval",
        "Made by the event",
        "90 % interval",
        "Sure of the direction",
        "Half-life",
    )
    return table(
        f"{measure.replace('_', ' ').capitalize()} [{unit}], a year on{counts}",
        head_,
        rows_html(rows),
        "Who gains",
    )


def claims(a: Assessment) -> Markup:
    """Return the report's claims with their verdicts, in the model's words."""
    rows = [
        [c.id, c.text, c.verdict.replace("_", " "), "–" if c.model_p is None else percent(c.model_p),
         {"more": "more strongly", "less": "less strongly", "as": "as strongly"}.get(c.stated or "", "–"), c.rests_on]
        for c in a.claims
    ]  # fmt: skip
    shown = table(
        "Each claim held against the model",
        ("Id", "Claim", "Verdict", "Model", "Stated", "Rests on"),
        rows_html(rows),
        "Claims",
    )
    return Markup("<h2>The report's claims</h2>{}").format(shown)


def parameters(a: Assessment) -> Markup:
    """Return how many numbers stand on what, and the register."""
    p = a.parameters
    rows = [
        [r.name, r.text, f"{r.mean:.4g}", f"{r.low:.4g} to {r.high:.4g}", r.unit, r.standing, r.source]
        for r in p.register_
    ]
    shown = table(
        "Register",
        ("Parameter", "What", "Mean", "Range", "Unit", "Standing", "Source"),
        rows_html(rows),
        "Parameters",
    )
    return Markup(
        "<h2>What the numbers stand on</h2><p>{} fitted on past cases, {} from literature, {} elicited, {} assumed.</p>"
        "<details><summary>The register</summary>{}</details>"
    ).format(p.fitted, p.literature, p.elicited, p.assumed, shown)


def limits(a: Assessment) -> Markup:
    """Return what the run cannot say."""
    return Markup("<h2>What this cannot say</h2><ul>{}</ul>").format(
        Markup("").join(Markup("<li>{}</li>").format(x) for x in a.limits)
    )
