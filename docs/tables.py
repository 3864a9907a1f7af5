"""Tables of the documentation that are made from the code and the data, so that they cannot go stale.

A page marks a table with ``<!-- table: NAME -->`` and ``<!-- end -->``; what stands between is made here. ``make tables``
rewrites the pages, ``tests/contracts/test_docs.py`` fails where a page and the code differ.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import yaml
from pydantic import BaseModel

from counterpoise import library

__all__ = ["TABLES", "pages", "render", "stale"]

DOCS: Final = Path(__file__).resolve().parent
_BLOCK: Final = re.compile(
    r"(<!-- table: (?P<name>[a-z-]+) -->\n)(?:(?!<!-- table:).)*?(<!-- end -->)", re.DOTALL
)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""

    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |"

    return "\n".join((line(head), line("---" for _ in head), *map(line, rows)))


def _number(value: float) -> str:
    """Write a number with four significant digits."""
    return f"{value:.4g}"


def _shipped() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(library.read_text("parameters/prototype.yaml"))
    return loaded


def parameters() -> str:
    """Return the drawn parameters of the shipped file and those counted from open data, in the order of the columns."""
    from counterpoise.compiler.parameters import ANNUAL
    from counterpoise.dynamics.parameters import NAMES

    entries = {e["name"]: e for e in _shipped()["parameters"]}
    rows: list[Sequence[object]] = []
    for name in NAMES:
        if name in ANNUAL:
            rate, text, judged = ANNUAL[name]
            where = f"[counted rate](rates.md) `{rate}`"
            rows.append((f"`{name}`", text, where, f"else {_number(judged)}", "lognormal", "1/day", "fitted"))
        else:
            e = entries[name]
            law = (_number(e["mean"]), _number(e["sd"]), e["shape"], e["unit"], e["standing"])
            rows.append((f"`{name}`", e["text"], *law))
    return _table(("parameter", "what it is", "mean", "sd", "law", "unit", "standing"), rows)


def constants() -> str:
    """Return the numbers that are not drawn."""
    rows = [
        (f"`{c['name']}`", c["text"], _number(c["value"]), c["unit"], c["standing"])
        for c in _shipped()["constants"]
    ]
    return _table(("constant", "what it is", "value", "unit", "standing"), rows)


def rates() -> str:
    """Return the counted rates of the newest vintage."""
    document = json.loads(library.read_text("rates/annual.json"))
    rows = [
        (
            f"`{r['id']}`",
            _number(r["value"]),
            f"[{_number(r['low'])}, {_number(r['high'])}]",
            r["unit"],
            f"{r['n']:g}",
            r["events"],
            r["interval"],
            r["data_until"],
        )
        for r in document["rates"]
        if "@" not in r["id"]
    ]
    return _table(
        ("rate", "value", "90 % interval", "unit", "n", "events", "interval by", "data until"), rows
    )


def vintages() -> str:
    """Return the rates that exist in more than one vintage."""
    document = json.loads(library.read_text("rates/annual.json"))
    found: dict[str, list[str]] = {}
    for r in document["rates"]:
        found.setdefault(r["id"].split("@")[0], []).append(f"{_number(r['value'])} (to {r['data_until']})")
    rows = [(f"`{name}`", ", ".join(sorted(values, key=lambda v: v[-11:]))) for name, values in found.items()]
    return _table(("rate", "value by vintage"), [r for r in rows if "," in r[1]])


def rate_sources() -> str:
    """Return the data behind the counted rates."""
    document = json.loads(library.read_text("rates/annual.json"))
    rows = [
        (f"`{name}`", s["title"], s["version"], s["licence"], s["attribution"], f"`{s['sha256'][:12]}…`")
        for name, s in document["sources"].items()
    ]
    return _table(("id", "data", "version", "licence", "to be cited as", "SHA-256"), rows)


def processes() -> str:
    """Return the processes of a day in the order in which the kernel visits them."""
    from counterpoise.dynamics.processes import PROCESSES

    rows = [
        (i, p.name, p.text, p.runs, p.hazard, ", ".join(f"`{s}`" for s in p.streams))
        for i, p in enumerate(PROCESSES, 1)
    ]
    return _table(("", "process", "what happens", "when it runs", "hazard [1/day]", "streams"), rows)


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
    return _table(("measure", "unit", "of a bloc", "reading"), rows)


def event_kinds() -> str:
    """Return the kinds of events."""
    from counterpoise.events import EVENT_KINDS
    from counterpoise.scenario.check_events import NEEDS

    rows = [
        (f"`{k}`", text, ", ".join(" or ".join(f"`{n}`" for n in group) for group in NEEDS[k]) or "nothing")
        for k, text in EVENT_KINDS.items()
    ]
    return _table(("kind", "what it says", "must name"), rows)


def hedges() -> str:
    """Return the strengths of wording and their intervals."""
    raw = yaml.safe_load(library.read_text("lexicons/hedges.yaml"))["strengths"]
    rows = [
        (f"`{name}`", "none" if s["p"] is None else f"{s['p'][0]:.2f} to {s['p'][1]:.2f}")
        for name, s in raw.items()
    ]
    return _table(
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
    return _table(("standard", "term", "range"), rows)


def variants() -> str:
    """Return the registered variants."""
    from counterpoise.assessment.variants import VARIANTS

    return _table(("variant", "what differs"), [(f"`{name}`", text) for name, text in VARIANTS])


def arms() -> str:
    """Return the arms."""
    from counterpoise.compiler import ARM_TITLES

    return _table(("arm", "title", "what holds in it"), [(f"`{k}`", *v) for k, v in ARM_TITLES.items()])


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
    return _table(head, rows)


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
    return _table(
        ("field", "units"), [*rows, *kinds, ("every other kind", "any one unit for each recipient")]
    )


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
        parts.append(f"### {name}\n\n{said}\n\n" + _table(("field", "type", "meaning"), rows))
    return "\n\n".join(parts)


def reading_scorecard() -> str:
    """Return how well the reader codes: every measure with its n and interval."""
    card = json.loads((DOCS / "reading-scorecard.json").read_text(encoding="utf-8"))

    def number(x: float | None) -> str:
        return "–" if x is None else f"{x:.3f}"

    rows = [
        (part, name, number(m["value"]), f"{number(m['low'])} to {number(m['high'])}", m["n"])
        for part, found in card.items()
        for name, m in found.items()
    ]
    return _table(("set", "measure", "value", "90 % bootstrap", "n"), rows)


TABLES: Final[dict[str, Callable[[], str]]] = {
    "parameters": parameters,
    "constants": constants,
    "rates": rates,
    "vintages": vintages,
    "rate-sources": rate_sources,
    "processes": processes,
    "measures": measures,
    "event-kinds": event_kinds,
    "hedges": hedges,
    "wording": wording,
    "variants": variants,
    "arms": arms,
    "scenarios": scenarios,
    "figure-slots": figure_slots,
    "assessment": assessment,
    "reading-scorecard": reading_scorecard,
}


def pages() -> list[Path]:
    """Return all pages of the documentation."""
    return sorted(DOCS.rglob("*.md"))


def render(text: str) -> str:
    """Return a page with its tables made anew."""
    return _BLOCK.sub(lambda m: f"{m[1]}\n{TABLES[m['name']]()}\n\n{m[3]}", text)


def stale() -> list[Path]:
    """Return the pages whose tables differ from the code and the data."""
    return [p for p in pages() if render(p.read_text(encoding="utf-8")) != p.read_text(encoding="utf-8")]


def main() -> int:
    """Rewrite what is stale and say what changed."""
    for page in stale():
        page.write_text(render(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"rewritten: {page.relative_to(DOCS.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
