"""The sections of a result as HTML: every number beside its interval and base rate, as in the brief, from the assessment alone.

Cells carry the raw number of ``assessment.json`` in ``data-value``, so that what is shown can be held against it.
"""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from counterpoise.assessment.assessing import WITH_LEVERS
from counterpoise.assessment.models import Assessment, Question
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
from counterpoise.brief.numbers import (
    day,
    interval,
    percent,
    points,
    points_interval,
    quantity,
    share,
)
from counterpoise.ledger.runs import Run

__all__ = [
    "answers",
    "answers_of_comparison",
    "claims",
    "contrasts",
    "corridors",
    "figures",
    "gains",
    "head",
    "limits",
    "other_figures",
    "parameters",
    "places",
    "progress_html",
    "rows_html",
    "survival",
    "table",
    "tools_html",
]

_CITY_DAYS: Final = ("30", "90", "365")
_NAMES: Final = {
    "ribbon": "Does the government stand? Survival over time, with the 90 % range over parameters",
    "timeline": "What happened",
    "conduits": "What the ways to the allies can carry",
    "gains": "Who gains and who loses",
}
#: Contrasts that are shown first.
_LEADING: Final = (
    ("as_reported", "stay"),
    ("if_true", "stay"),
    (WITH_LEVERS, "as_reported"),
    (WITH_LEVERS, "if_true"),
)
_SHOWN_OTHERWISE: Final = ("map", "ribbon", "network", "stocks")


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
    """Return how far a run is."""
    if run.ended:
        return Markup("<p class='big'>The run was {}.</p>").format(
            "cancelled" if run.state == "cancelled" else run.state
        )
    said = "Waiting in the queue" if run.state == "queued" else f"Running: {run.stage.replace('_', ' ')}"
    part = f"{run.done} of {run.total}" if run.total > 1 else ""
    bar = Markup('<progress aria-label="Progress" max="{}" value="{}"></progress>').format(
        max(run.total, 1), run.done
    )
    button = Markup('<div class="row"><button name="cancel">Cancel</button></div>') if stop else ""
    return Markup('<p role="status" class="big">{} {}</p>{}{}').format(said, part, bar, button)


def tools_html(run: Run, sealing: bool) -> Markup:
    """Return the name of a run, its link and its files."""
    files = Markup(" · ").join(
        Markup('<a href="/api/v1/runs/{}/files/{}"{}>{}</a>').format(
            run.id, f, Markup(" download") if not f.endswith("brief.html") else "", f
        )
        for f in run.files
        if "/" not in f
    )
    button = Markup('<div><button name="seal">Seal the forecasts</button></div>') if sealing else ""
    return Markup(
        '<div class="row"><div><label for="name">Name of the run</label><input id="name" name="name" value="{}" maxlength="120"></div>{}</div>'
        '<p>Files: {}</p><p class="soft">This page\'s address is the link to share, with those who reach this server.</p>'
    ).format(run.name, button, files)


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


def _answer(q: Question | None) -> Markup:
    """Return one answer: a number, its interval, a bar that says the same to the eye."""
    if q is None:
        return Markup("–")
    low, high = q.interval_90
    style = f"left:{100 * low:.1f}%;width:{max(100 * (high - low), 0.5):.1f}%"
    bar = Markup(
        '<span class="bar" aria-hidden="true"><i style="{}"></i><b style="left:calc({}% - 1px)"></b></span>'
    ).format(style, f"{100 * q.p:.1f}")
    return Markup(
        '<span class="big" data-question="{}" data-arm="{}" data-value="{}">{}</span> <span class="soft">{}</span>{}'
    ).format(q.id, q.arm, repr(q.p), percent(q.p), interval(q.interval_90), bar)


def _base_rates(q: Question) -> Markup:
    """Return the base rates of a question."""
    return Markup("<br>").join(
        Markup("{}{} <span class='soft'>(n = {})</span>").format(
            percent(r.p), " selected cases" if r.selected else "", r.n
        )
        for r in q.base_rate
    ) or Markup("none on record")


def answers(a: Assessment) -> Markup:
    """Return the probabilities that the regime ends, the arms side by side, with intervals and base rates."""
    by = {(q.id, q.arm): q for q in a.questions}
    titles = tuple(x.title for x in a.arms)
    rows, modes = [], []
    for q in (q for q in a.questions if q.arm == a.arms[0].name):
        name = f"{q.horizon_days} days" + (" (scenario, no forecast)" if q.scenario_only else "")
        cells = [_answer(by.get((q.id, x.name))) for x in a.arms]
        if q.mode is None:
            rows.append([name, *cells, _base_rates(q)])
        else:
            modes.append([f"{q.mode}, {name}", *cells])
    main = table(
        "Probability with its 90 % interval",
        ("Within", *titles, "Base rate"),
        rows_html(rows),
        "Probabilities by arm",
    )
    side = table(
        "By the way in which it ends", ("How, within", *titles), rows_html(modes), "Probabilities by mode"
    )
    arms = Markup("").join(
        Markup("<li><strong>{}</strong>: {}</li>").format(x.title, x.description) for x in a.arms
    )
    return Markup(
        "<h2>Does the government end?</h2><ul>{}</ul>{}<details><summary>By mode</summary>{}</details>"
    ).format(arms, main, side)


_CONTRAST_HEAD: Final = ("Difference", "Effect", "90 % interval", "Monte-Carlo error")


def contrasts(a: Assessment) -> Markup:
    """Return the differences between arms: what the event makes, and what the reader's own levers make, before the others."""
    rows = [
        (c.arms, [
            c.text,
            Markup('<span data-contrast="{}" data-value="{}">{}</span>').format(c.id, repr(c.difference), points(c.difference)),
            points_interval(c.interval_90), points(c.mc_error).lstrip("+"),
        ])
        for c in a.contrasts
    ]  # fmt: skip
    leading = [r for arms, r in rows if arms in _LEADING]
    rest = [r for arms, r in rows if arms not in _LEADING]
    shown = table("Same random numbers in both arms", _CONTRAST_HEAD, rows_html(leading), "Contrasts")
    more = table("Same random numbers in both arms", _CONTRAST_HEAD, rows_html(rest), "Further contrasts")
    return Markup(
        "<h2>What the withdrawal itself changes</h2>{}<details><summary>Differences between the other arms</summary>{}</details>"
    ).format(shown, more)


def _arm_title(name: str) -> str:
    """Return the name of an arm as a title."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def answers_of_comparison(data: Any) -> Markup:
    """Return what ``compare`` and ``simulate`` answer."""
    questions = data["questions"] if isinstance(data, dict) else data
    found = [Question.model_validate(q) for q in questions]
    arms = list(dict.fromkeys(q.arm for q in found))
    by = {(q.id, q.arm): q for q in found}
    rows = [
        [f"{q.horizon_days} days", *(_answer(by.get((q.id, arm))) for arm in arms), _base_rates(q)]
        for q in found
        if q.arm == arms[0] and q.mode is None
    ]
    text = table(
        "Probability that the government ends, with its 90 % interval",
        ("Within", *map(_arm_title, arms), "Base rate"),
        rows_html(rows),
        "Probabilities by arm",
    )
    if isinstance(data, dict):
        lines = [
            [
                f"Within {c['horizon_days']} days: {_arm_title(c['arms'][0])} minus {_arm_title(c['arms'][1]).lower()}",
                points(c["difference"]),
                points_interval(tuple(c["interval_90"])),
                points(c["mc_error"]).lstrip("+"),
            ]
            for c in data["contrasts"]
        ]
        text += table(
            "Differences",
            _CONTRAST_HEAD,
            rows_html(lines),
            "Contrasts",
        )
    return text


def figures(run: Run, names: tuple[str, ...]) -> Markup:
    """Return figures of the brief, as pictures."""
    shown = [f for n in names for f in run.files if f == f"figures/{n}.svg"]
    return Markup("").join(_figure(run, f) for f in shown)


def _figure(run: Run, file: str) -> Markup:
    """Return one figure."""
    name = file.removeprefix("figures/").removesuffix(".svg")
    alt = _NAMES.get(name, name.replace("_", " ").replace("-", " ").capitalize())
    return Markup(
        '<figure class="figs"><img src="/api/v1/runs/{}/files/{}" alt="{}" loading="lazy"><figcaption class="soft">{}</figcaption></figure>'
    ).format(run.id, file, alt, alt)


def survival(run: Run) -> Markup:
    """Return the survival ribbons."""
    return Markup("<h2>Survival over time</h2>{}").format(figures(run, ("ribbon",)))


def other_figures(run: Run) -> Markup:
    """Return the figures of the brief that are not shown in another way."""
    rest = [f for f in run.files if f.startswith("figures/") and not any(w in f for w in _SHOWN_OTHERWISE)]
    return Markup("<h2>Figures of the brief</h2>{}").format(Markup("").join(_figure(run, f) for f in rest))


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
