"""Tables of the parameters, and of the rates counted from open data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import yaml
from table_text import number, table

from counterpoise import library

__all__ = [
    "clock", "clock_check", "constants", "parameters", "rate_sources", "rates", "selection", "support",
    "support_ratios", "support_starts", "vintages",
]  # fmt: skip


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
            rows.append((f"`{name}`", text, where, f"else {number(judged)}", "lognormal", "1/day", "fitted"))
        else:
            e = entries[name]
            law = (number(e["mean"]), number(e["sd"]), e["shape"], e["unit"], e["standing"])
            rows.append((f"`{name}`", e["text"], *law))
    return table(("parameter", "what it is", "mean", "sd", "law", "unit", "standing"), rows)


def constants() -> str:
    """Return the numbers that are not drawn."""
    rows = [
        (f"`{c['name']}`", c["text"], number(c["value"]), c["unit"], c["standing"])
        for c in _shipped()["constants"]
    ]
    return table(("constant", "what it is", "value", "unit", "standing"), rows)


def rates() -> str:
    """Return the counted rates of the newest vintage."""
    document = json.loads(library.read_text("rates/annual.json"))
    rows = [
        (
            f"`{r['id']}`",
            number(r["value"]),
            f"[{number(r['low'])}, {number(r['high'])}]",
            r["unit"],
            f"{r['n']:g}",
            r["events"],
            r["interval"],
            r["data_until"],
        )
        for r in document["rates"]
        if "@" not in r["id"]
    ]
    return table(("rate", "value", "90 % interval", "unit", "n", "events", "interval by", "data until"), rows)


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
            found[name][r["data_until"][:4]] = number(r["value"])
    years = sorted({year for values in found.values() for year in values})
    rows = [(f"`{name}`", *(values.get(y, "") for y in years)) for name, values in found.items()]
    return table(("rate, data to the end of", *years), rows)


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
    return table(head, rows)


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
    return table(("withdrawn against kept", "same year", "next year"), rows)


def support_starts() -> str:
    """Return campaign starts by what happened to support before."""
    words = {r["id"]: r["text"] for r in json.loads(library.read_text("rates/support.json"))["rows"]}
    rows = [
        (words[r["id"].split(".")[1]], f"{r['n']:g}", r["events"], _interval(r))
        for r in json.loads(library.read_text("rates/support.json"))["campaign_starts"]
    ]
    return table(("support, t−1 to t", "quiet years in t+1", "starts", "starts per quiet year"), rows)


def _interval(entry: dict[str, Any]) -> str:
    """Write a value with its interval."""
    return f"{number(entry['value'])} [{number(entry['low'])}, {number(entry['high'])}]"


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
    return table(head, rows)


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
    return table(("data to", "what", "the clock implies", "counted"), rows[-9:])


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
    return table(head, rows)


def rate_sources() -> str:
    """Return the data behind the counted rates."""
    document = json.loads(library.read_text("rates/annual.json"))
    rows = [
        (f"`{name}`", s["title"], s["version"], s["licence"], s["attribution"], f"`{s['sha256'][:12]}…`")
        for name, s in document["sources"].items()
    ]
    return table(("id", "data", "version", "licence", "to be cited as", "SHA-256"), rows)
