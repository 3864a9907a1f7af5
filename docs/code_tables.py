"""Tables of what the code declares: processes, measures, kinds, words, scenarios, fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import yaml
from pydantic import BaseModel
from table_text import table

from counterpoise import library

__all__ = [
    "arms", "assessment", "event_kinds", "figure_slots", "hedges", "measures", "processes", "scenarios",
    "variants", "wording",
]  # fmt: skip


def processes() -> str:
    """Return the processes of a day in the order in which the kernel visits them."""
    from counterpoise.dynamics.processes import PROCESSES

    rows = [
        (i, p.name, p.text, p.runs, p.hazard, ", ".join(f"`{s}`" for s in p.streams))
        for i, p in enumerate(PROCESSES, 1)
    ]
    return table(("", "process", "what happens", "when it runs", "hazard [1/day]", "streams"), rows)


def measures() -> str:
    """Return the measures with their units."""
    from counterpoise.assessment.regional import LESS_IS_GAIN, SUMMED, UNITS
    from counterpoise.dynamics.measures import MEASURES

    rows = [
        (
            f"`{m}`",
            UNITS.get(m, ""),
            "sum" if m in SUMMED else "mean",
            "less is a gain" if m in LESS_IS_GAIN else "more is a gain",
        )
        for m in MEASURES
    ]
    return table(("measure", "unit", "of a bloc", "reading"), rows)


def event_kinds() -> str:
    """Return the kinds of events."""
    from counterpoise.events import EVENT_KINDS
    from counterpoise.scenario.check_events import NEEDS

    rows = [
        (f"`{k}`", text, ", ".join(" or ".join(f"`{n}`" for n in group) for group in NEEDS[k]) or "nothing")
        for k, text in EVENT_KINDS.items()
    ]
    return table(("kind", "what it says", "must name"), rows)


def hedges() -> str:
    """Return the strengths of wording and their intervals."""
    raw = yaml.safe_load(library.read_text("lexicons/hedges.yaml"))["strengths"]
    rows = [
        (f"`{name}`", "none" if s["p"] is None else f"{s['p'][0]:.2f} to {s['p'][1]:.2f}")
        for name, s in raw.items()
    ]
    return table(
        ("strength", "probability of what is stated"), [*rows, ("`negated`", "1 − that of the positive form")]
    )


def wording() -> str:
    """Return the terms of both wording standards."""
    from counterpoise.assessment.words import SCALES

    rows = [
        (scheme, term, f"{100 * low:g} to {100 * high:g} %")
        for scheme, terms in SCALES.items()
        for term, (low, high) in terms
    ]
    return table(("standard", "term", "range"), rows)


def variants() -> str:
    """Return the registered variants."""
    from counterpoise.assessment.variants import VARIANTS

    return table(("variant", "what differs"), [(f"`{name}`", text) for name, text in VARIANTS])


def arms() -> str:
    """Return the arms."""
    from counterpoise.compiler import ARM_TITLES

    return table(("arm", "title", "what holds in it"), [(f"`{k}`", *v) for k, v in ARM_TITLES.items()])


def scenarios() -> str:
    """Return the bundled scenarios."""
    from counterpoise.scenario import list_scenarios, load_scenario

    rows = []
    for info in list_scenarios():
        s = load_scenario(info.id)
        days = f"{s.first_as_of} to {s.last_as_of}"
        counts = (
            len(s.actors),
            len(s.sites),
            len(s.routes),
            len(s.flows),
            len(s.events),
            len(s.levers),
            len(s.sources),
        )
        rows.append((f"`{s.id}`", s.as_of, days, *counts))
    head = (
        "scenario",
        "as of",
        "possible days",
        "actors",
        "sites",
        "routes",
        "flows",
        "events",
        "levers",
        "sources",
    )
    return table(head, rows)


def figure_slots() -> str:
    """Return the fields that hold figures, with the units they may have."""
    from counterpoise.scenario.check_figures import KIND_UNITS, UNITS
    from counterpoise.scenario.slots import figure_slots as slots

    rows = [
        (f"`{name}`", ", ".join(f"`{u}`" for u in UNITS[name]) if name in UNITS else "by kind, see below")
        for name in slots()
        if name.count(".") < 2 or name in UNITS
    ]
    kinds = [(f"kind `{kind}`", ", ".join(f"`{u}`" for u in units)) for kind, units in KIND_UNITS.items()]
    return table(("field", "units"), [*rows, *kinds, ("every other kind", "any one unit for each recipient")])


def _models(model: type[BaseModel], seen: dict[str, type[BaseModel]]) -> None:
    """Collect a model and the models in its fields, outermost first."""
    seen[model.__name__] = model
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and part.__name__ not in seen:
                _models(part, seen)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)


def _kind(annotation: Any) -> str:
    """Write a type for people."""
    text = str(annotation) if get_args(annotation) else getattr(annotation, "__name__", str(annotation))
    text = (
        re.sub(r"counterpoise\.[a-z_.]+\.", "", text).replace("typing.", "").replace("datetime.date", "date")
    )
    text = re.sub(r"tuple\[(.+), \.\.\.\]", r"list of \1", text)
    text = text.replace("tuple[float, float]", "interval").replace("NoneType", "null").replace("None", "null")
    return re.sub(
        r"Literal\[(.+?)\]", lambda m: " or ".join(w.strip("' ") for w in m.group(1).split(",")), text
    )


def assessment() -> str:
    """Return the fields of every part of ``assessment.json``."""
    from counterpoise.assessment.models import Assessment

    seen: dict[str, type[BaseModel]] = {}
    _models(Assessment, seen)
    parts = []
    for name, model in seen.items():
        rows = [
            (f"`{field.alias or key}`", _kind(field.annotation), field.description or "")
            for key, field in model.model_fields.items()
        ]
        said = (model.__doc__ or "").strip().splitlines()[0]
        parts.append(f"### {name}\n\n{said}\n\n" + table(("field", "type", "meaning"), rows))
    return "\n\n".join(parts)
