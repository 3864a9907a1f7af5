"""Probabilities and contrasts as HTML: every number beside its interval and base rate, as in the brief, from the assessment alone.

Cells carry the raw number of ``assessment.json`` in ``data-value``, so that what is shown can be held against it.
"""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from counterpoise.assessment.assessing import WITH_LEVERS
from counterpoise.assessment.models import Assessment, Question
from counterpoise.brief.numbers import interval, percent, points, points_interval
from counterpoise.web.desk.sections import rows_html, table

__all__ = ["answers", "answers_of_comparison", "contrasts"]

#: Contrasts that are shown first.
_LEADING: Final = (
    ("as_reported", "stay"),
    ("if_true", "stay"),
    (WITH_LEVERS, "as_reported"),
    (WITH_LEVERS, "if_true"),
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
        Markup("<span class='one'>{}{} <span class='soft'>(n = {})</span></span>").format(
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
