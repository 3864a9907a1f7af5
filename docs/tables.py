"""Tables of the documentation that are made from the code and the data, so that they cannot go stale.

A page marks a table with ``<!-- table: NAME -->`` and ``<!-- end -->``; what stands between is made here. ``make tables``
rewrites the pages, ``tests/contracts/test_docs.py`` fails where a page and the code differ.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import backtest_page
import syria_page
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


#: Rates whose vintages stand in the documentation; the file has those of all.
_BY_VINTAGE: Final = (
    "takeover.next_year.all",
    "takeover.next_year.active_war",
    "takeover.three_years.all",
    "coup.next_year",
    "settlement.next_year",
    "patron_exit.all",
    "patron_exit.total",
    "rescue.troops",
    "campaign_start.main",
    "campaign.burnout_rate.after_first_month",
    "campaign.takeover_12_months",
    "case_fall.365_days",
)


def vintages() -> str:
    """Return the rates that the program and the backtest use, by vintage."""
    document = json.loads(library.read_text("rates/annual.json"))
    found: dict[str, dict[str, str]] = {name: {} for name in _BY_VINTAGE}
    for r in document["rates"]:
        name = r["id"].split("@")[0]
        if name in found:
            found[name][r["data_until"][:4]] = _number(r["value"])
    years = sorted({year for values in found.values() for year in values})
    rows = [(f"`{name}`", *(values.get(y, "") for y in years)) for name, values in found.items()]
    return _table(("rate, data to the end of", *years), rows)


def _share(entry: dict[str, Any]) -> str:
    """Write events, share and interval of a cell."""
    return f"{entry['events']} ({100 * entry['share']:.1f} % [{100 * entry['low']:.1f}, {100 * entry['high']:.1f}])"


def support() -> str:
    """Return takeover by what happened to the government's support, both codings."""
    rows = [
        (r["text"], r["n"], _share(r["same_year"]), _share(r["next_year"]), _share(r["three_years"]))
        for r in json.loads(library.read_text("rates/support.json"))["rows"]
    ]
    head = (
        "support to the government, t−1 to t",
        "n",
        "takeover in t (same year)",
        "in t+1 (next year)",
        "in t+1 to t+3",
    )
    return _table(head, rows)


def support_ratios() -> str:
    """Return the shrunken log hazard ratios of a withdrawal."""
    found = json.loads(library.read_text("rates/support.json"))["log_hazard_ratio"]
    rows = [
        (
            name.replace("_", " "),
            *(f"{v[0]:+.2f} [{v[1]:+.1f}, {v[2]:+.1f}]" for v in (r["same_year"], r["next_year"])),
        )
        for name, r in found.items()
    ]
    return _table(("withdrawn against kept", "same year", "next year"), rows)


def support_starts() -> str:
    """Return campaign starts by what happened to support before."""
    words = {r["id"]: r["text"] for r in json.loads(library.read_text("rates/support.json"))["rows"]}
    rows = [
        (words[r["id"].split(".")[1]], f"{r['n']:g}", r["events"], _interval(r))
        for r in json.loads(library.read_text("rates/support.json"))["campaign_starts"]
    ]
    return _table(("support, t−1 to t", "quiet years in t+1", "starts", "starts per quiet year"), rows)


def _interval(entry: dict[str, Any]) -> str:
    """Write a value with its interval."""
    return f"{_number(entry['value'])} [{_number(entry['low'])}, {_number(entry['high'])}]"


def clock() -> str:
    """Return the rates of the two-state clock by vintage."""
    rows = [
        (v["vintage"], *(f"{_interval(r)} ({r['events']})" for r in v["rates"]))
        for v in json.loads(library.read_text("rates/clock.json"))["vintages"]
    ]
    head = (
        "data to",
        "campaign start [1/quiet year]",
        "burn-out [1/campaign year]",
        "takeover, quiet [1/year]",
        "takeover, campaign [1/year]",
    )
    return _table(head, rows)


def clock_check() -> str:
    """Return what the clock implies beside what was counted in another way."""
    rows = []
    for v in json.loads(library.read_text("rates/clock.json"))["vintages"]:
        for mine, other, words in (
            ("takeover_1_year", "takeover.next_year.active_war", "takeover within a year"),
            ("takeover_3_years", "takeover.three_years.all", "takeover within three years"),
            (
                "takeover_12_months_from_a_start",
                "campaign.takeover_12_months",
                "takeover within 12 months of a start",
            ),
        ):
            counted = v["counted"][other]
            rows.append(
                (v["vintage"], words, _interval(v["implied"][mine]), _interval(counted) if counted else "")
            )
    return _table(("data to", "what", "the clock implies", "counted"), rows[-9:])


def selection() -> str:
    """Return the correction of selected cases by vintage."""

    def shift(entry: dict[str, Any] | None) -> str:
        return (
            f"{entry['mean']:.2f} ± {entry['sd']:.2f} [{entry['low']:.2f}, {entry['high']:.2f}]"
            if entry
            else ""
        )

    rows = [
        (
            v["vintage"], _interval(v["counted"]), f"{_interval(v['cases'])} of {v['cases']['n']:g}" if v["cases"] else "",
            shift(v.get("prior_correction")), shift(v.get("selection_shift")),
        )
        for v in json.loads(library.read_text("rates/selection.json"))["vintages"]
    ]  # fmt: skip
    head = (
        "data to",
        "counted: takeover within 12 months of a start",
        "selected cases: fallen within 365 days",
        "prior correction [logit]",
        "engine's shift [log hazard]",
    )
    return _table(head, rows)


def data_catalogue() -> str:
    """Return the catalogue of data sets."""
    from counterpoise.sources import datasets

    rows = [
        (
            f"`{d.id}`",
            d.title,
            d.version,
            d.covers,
            d.rows or "",
            d.licence,
            d.used_for,
            f"`{d.sha256[:12]}…`" if d.sha256 else "",
        )
        for d in datasets().values()
    ]
    return _table(
        ("id", "data", "vintage", "covers", "rows", "licence", "used for", "SHA-256 of the copy"), rows
    )


def data_missing() -> str:
    """Return the register of what could not be downloaded."""
    from counterpoise.sources import datasets

    def state(seen: bool, file: str) -> str:
        if not seen:
            return "never seen: taken as it comes the first time, known from then on"
        return "a copy was seen; the producer's own file was not" + (
            "" if file else ", and has no fixed address"
        )

    rows = [
        (f"`{d.id}`", d.version, state(d.seen, d.file), d.licence_evidence, d.note, d.where_to_get())
        for d in datasets().values()
    ]
    return _table(("id", "vintage", "state", "evidence for the licence", "note", "where to get it"), rows)


def takeovers() -> str:
    """Return the takeovers that count."""
    from counterpoise.sources import list_takeovers

    rows = [
        (t.date, t.country, t.gw, t.event, t.by, t.who, t.confidence + (", held out" if t.held_out else ""))
        for t in list_takeovers()
        if t.counts
    ]
    return _table(("day", "state", "code", "what happened", "by", "who", "confidence"), rows)


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


def _span(name: str, values: dict[str, int]) -> tuple[str, str]:
    return name, ", ".join(f"{'not ended' if k == 'None' else k} {v}" for k, v in values.items())


def withdrawals_counts() -> str:
    """Return what the withdrawals data set holds."""
    from counterpoise.inference.withdrawals import load_withdrawals, summary

    c = summary(load_withdrawals())
    n, n_rows = c["withdrawals"], c["rows"]
    unverified = c["outcome_confidence"].get("unverified", 0)
    rows: list[Sequence[object]] = [
        ("withdrawals, continuations", f"{n}, {c['continuations']}"),
        ("sets, patron shocks", f"{c['sets']}, {c['patron_shocks']}"),
        ("withdrawals kept apart", c["kept_apart"]),
        _span("recipients", c["recipients"]),
        _span("regions", c["regions"]),
        _span("kinds (a row may have several)", c["kinds"]),
        _span("extent", c["extent"]),
        _span("reason", c["reasons"]),
        _span("start known to the", c["start_precision"]),
        _span("match quality of continuations", c["match_quality"]),
        ("withdrawals with two sources, data sets counted", f"{100 * c['two_sources']:.0f} %"),
        ("withdrawals with two pages", f"{100 * c['two_pages']:.0f} %"),
        _span("confidence of withdrawals", c["exposure_confidence"]),
        _span("confidence of outcomes", c["outcome_confidence"]),
        ("withdrawals unverified", f"{c['exposure_confidence'].get('unverified', 0)} of {n}"),
        ("outcomes unverified", f"{unverified} of {n_rows}"),
        _span("rows that cite own memory for some fact", c["own_memory"]),
        _span("after withdrawals, within 730 days", c["ended_within_730_days"]["withdrawal"]),
        _span("after continuations, within 730 days", c["ended_within_730_days"]["continuation"]),
    ]
    return _table(("", "count"), rows)


def _results(part: str) -> str:
    from counterpoise.inference.withdrawals_analysis import HORIZONS, stored_analysis

    rows = []
    for s in stored_analysis()[part]:
        risks = [f"{r['difference']:+.3f} [{r['low']:+.3f}, {r['high']:+.3f}]" for r in s["risks"]]
        ratio = s["log_hazard_ratio"]
        text = s["text"] if s["fixed_before_outcomes"] else s["text"] + " (added afterwards)"
        size = f"{s['withdrawals']} / {s['continuations']} / {s['clusters']}"
        shrunk = f"{ratio['mean']:+.2f} [{ratio['low']:+.2f}, {ratio['high']:+.2f}]"
        rows.append((f"`{s['name']}`", text, size, *(risks or ["–"] * len(HORIZONS)), shrunk))
    head = ("", "what differs", "withdrawals / continuations / clusters")
    return _table((*head, *(f"{h} days" for h in HORIZONS), "log hazard ratio"), rows)


def withdrawals_specifications() -> str:
    """Return what follows a withdrawal, under every specification."""
    return _results("specifications")


def withdrawals_subgroups() -> str:
    """Return what follows a withdrawal, by group of kinds and by extent."""
    return _results("subgroups")


def withdrawals_open() -> str:
    """Say which specifications do not exclude that nothing differs."""
    from counterpoise.inference.withdrawals_analysis import stored_analysis

    specs = stored_analysis()["specifications"]
    ratio = [s["name"] for s in specs if s["log_hazard_ratio"]["low"] <= 0 <= s["log_hazard_ratio"]["high"]]
    last = [s["name"] for s in specs if s["risks"] and s["risks"][-1]["low"] <= 0 <= s["risks"][-1]["high"]]
    exact = [s for s in specs if s["risks"] and s["risks"][-1]["exact"][0] <= 0]
    names = (", ".join(f"`{n}`" for n in found) or "none" for found in (ratio, last))
    return (
        "Of {} specifications, the interval includes no difference for the log hazard ratio under {}; for the risk within "
        "365 days under {}. The exact limits with one observation a shock include it under {} of the {} that have them."
    ).format(len(specs), *names, len(exact), sum(bool(s["risks"]) for s in specs))


def withdrawals_main() -> str:
    """Return the main specification in full."""
    from counterpoise.inference.withdrawals_analysis import stored_analysis

    rows = [
        (
            f"{r['days']} days",
            f"{r['fell_after_withdrawal']:.1f}",
            f"{r['fell_after_continuation']:.1f}",
            f"{r['risk_withdrawal']:.3f}",
            f"{r['risk_continuation']:.3f}",
            f"{r['difference']:+.3f} [{r['low']:+.3f}, {r['high']:+.3f}]",
            f"[{r['exact'][0]:+.3f}, {r['exact'][1]:+.3f}]",
            f"{r['p_exchange']:.3f}",
        )
        for r in stored_analysis()["specifications"][0]["risks"]
    ]
    head = ("within", "falls after withdrawal", "after continuation", "risk", "risk, continuation")
    return _table(
        (*head, "difference, shocks resampled", "exact, one observation a shock", "p by exchange"), rows
    )


def cases() -> str:
    """Return the past cases of the library."""
    from counterpoise.scenario import bundled_cases

    rows: list[Sequence[object]] = []
    for s in bundled_cases():
        case = s.case
        assert case is not None
        dated = [e for e in s.events if e.kind in ("capture", "recapture") or e.change is not None]
        checked = sum(e.confidence != "unverified" for e in dated)
        how = case.outcome if case.ended is None else f"{case.outcome}, {case.ended}"
        share = f"{checked} of {len(dated)}"
        rows.append(
            (
                f"`{s.id}`",
                s.title,
                "yes" if case.core else "",
                case.campaign_start,
                how,
                len(s.conflict.theatre),
                share,
            )
        )
    return _table(("case", "title", "core", "campaign from", "outcome", "sites", "checked"), rows)


def backtest_summary() -> str:
    """Return the figures that count, against their two rivals."""
    from counterpoise.brief.scorecard import skill_text

    rows: list[Sequence[object]] = []
    for r in backtest_page.card("country")["scores"]:
        if r["subset"] == "core campaign" and r["forecaster"] not in ("constant", "persistence"):
            skills = (skill_text(r.get("skill_base_rate")), skill_text(r.get("skill_logistic")))
            rows.append((f"{r['horizon_days']} d", r["forecaster"], f"{r['brier']:.3f}", *skills))
    return _table(("horizon", "forecaster", "Brier", "skill over the base rate", "over the logistic"), rows)


def scorecard() -> str:
    """Return every table of the backtest with countries left out."""
    from counterpoise.brief.scorecard import scorecard_tables

    return scorecard_tables(backtest_page.card("country"))


def scorecard_forward() -> str:
    """Return the scores forward in time."""
    from counterpoise.brief.scorecard import skill_text

    rows = [
        (f"{r['horizon_days']} d", r["forecaster"], f"{r['n_rows']} ({r['n_cases']})", f"{r['brier']:.3f}",
         skill_text(r.get("skill_base_rate")), skill_text(r.get("skill_logistic")))
        for r in backtest_page.card("forward")["scores"] if r["subset"] == "all campaign"
    ]  # fmt: skip
    head = (
        "horizon",
        "forecaster",
        "forecasts (cases)",
        "Brier",
        "skill over the base rate",
        "over the logistic",
    )
    return _table(head, rows)


def specifications() -> str:
    """Return every specification tried, in the order of trying."""
    rows = [
        (i, f"`{s['name']}`" + (" (kept)" if s["kept"] else ""), s["text"],
         *(f"{s['core'][str(h)]:.3f}" for h in (30, 90, 365)), *(f"{s['all'][str(h)]:.3f}" for h in (30, 90, 365)))
        for i, s in enumerate(backtest_page.card("specifications")["tried"], 1)
    ]  # fmt: skip
    head = ("no.", "specification", "what it is", "core 30 d", "90 d", "365 d", "all 30 d", "90 d", "365 d")
    return _table(head, rows)


def posteriors() -> str:
    """Return the shipped posteriors with what their sampler said of itself."""
    from counterpoise.compiler.posterior import shipped_posterior, vintages

    rows = []
    for day in vintages():
        p = shipped_posterior(day)
        assert p is not None
        verdicts = Counter(str(d["verdict"]) for d in p.diagnostics)
        rows.append((
            day, len(p.cases), len(p.draws), p.about["divergences"], p.about["worst_r_hat"], p.about["least_ess"],
            f"{verdicts['identified']} / {verdicts['weakly identified']} / {verdicts['not identified']}",
            f"{p.selection.get('mean', math.nan):.2f} ± {p.selection.get('sd', math.nan):.2f}",
        ))  # fmt: skip
    head = ("vintage", "cases", "draws", "divergences", "worst R-hat", "least ESS", "identified / weakly / not",
            "shift of unselected campaigns")  # fmt: skip
    return _table(head, rows)


def ablations() -> str:
    """Return what skill is left when a part is taken away, or when patrons are shuffled between cases."""
    head = ("model", "what it is", "core 30 d", "90 d", "365 d", "all 30 d", "90 d", "365 d")
    return _table(head, backtest_page.ablation_rows())


def placebos() -> str:
    """Return forecasts of campaigns that looked lost and were not."""
    return _table(("case", "as of", "model, 365 d", "logistic", "base rate"), backtest_page.placebo_rows())


def withdrawals_agreement() -> str:
    """Return the agreement of the two codings."""
    from counterpoise.inference.withdrawals import load_withdrawals
    from counterpoise.inference.withdrawals_coding import compare_with_form

    form = library.path("withdrawals/second-coding.csv")

    def shown(x: float) -> str:
        return "–" if x != x else f"{x:.2f}"

    rows = [
        (r.variable, r.n, shown(r.share), shown(r.kappa), shown(r.alpha))
        for r in compare_with_form(load_withdrawals().exposure, form)
    ]
    return _table(("variable", "n", "equal", "Cohen's kappa", "Krippendorff's alpha"), rows)


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


def syria_model() -> str:
    """Return what the model says of the flagship on four days."""
    head = ("as of", "coding", "30 d, Iran withdraws", "30 d, Iran stays", "365 d, withdraws", "365 d, stays")
    return _table(head, syria_page.model_rows())


def syria_said() -> str:
    """Return what markets and analysts said then."""
    head = ("day", "who", "P(end by 31 December)", "said", "source", "grade", "note")
    return _table(head, syria_page.said_rows())


TABLES: Final[dict[str, Callable[[], str]]] = {
    "parameters": parameters,
    "constants": constants,
    "rates": rates,
    "vintages": vintages,
    "rate-sources": rate_sources,
    "support": support,
    "support-ratios": support_ratios,
    "support-starts": support_starts,
    "clock": clock,
    "clock-check": clock_check,
    "selection": selection,
    "data-catalogue": data_catalogue,
    "data-missing": data_missing,
    "takeovers": takeovers,
    "processes": processes,
    "measures": measures,
    "event-kinds": event_kinds,
    "hedges": hedges,
    "wording": wording,
    "variants": variants,
    "arms": arms,
    "scenarios": scenarios,
    "cases": cases,
    "figure-slots": figure_slots,
    "assessment": assessment,
    "backtest-summary": backtest_summary,
    "scorecard": scorecard,
    "scorecard-forward": scorecard_forward,
    "specifications": specifications,
    "ablations": ablations,
    "posteriors": posteriors,
    "placebos": placebos,
    "withdrawals-agreement": withdrawals_agreement,
    "withdrawals-counts": withdrawals_counts,
    "withdrawals-main": withdrawals_main,
    "withdrawals-open": withdrawals_open,
    "withdrawals-specifications": withdrawals_specifications,
    "withdrawals-subgroups": withdrawals_subgroups,
    "reading-scorecard": reading_scorecard,
    "syria-model": syria_model,
    "syria-said": syria_said,
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
