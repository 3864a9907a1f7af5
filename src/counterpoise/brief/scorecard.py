"""The scorecard of a backtest for people: tables in Markdown, a figure of skill and one of reliability, and the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from counterpoise.brief.files import canonical_json, write_all
from counterpoise.brief.scorecard_figures import reliability_figure, skill_figure

__all__ = ["scorecard_markdown", "scorecard_tables", "skill_text", "write_scorecard"]

_FIRST: Final = ("core campaign", "all campaign", "core before")


def write_scorecard(card: Mapping[str, Any], out: Path) -> dict[str, Path]:
    """Write ``scorecard.json``, ``scorecard.md`` and the figures; all of them or none.

    Parameters
    ----------
    card : mapping
        From `counterpoise.evaluation.scorecard.scorecard`.

    Returns
    -------
    dict of str to Path
        Name of the file -> where it is.
    """
    contents = {
        "scorecard.json": canonical_json(card),
        "scorecard.md": scorecard_markdown(card),
        "skill.svg": skill_figure(card),
        "reliability.svg": reliability_figure(card),
    }
    write_all(out, contents)
    return {name: out / name for name in contents}


def scorecard_markdown(card: Mapping[str, Any]) -> str:
    """Return the whole page."""
    head = (
        f"# Scorecard\n\n{card['n_cases']} past cases, {card['n_core']} of the core set, {card['n_rows']} forecasts for each "
        f"forecaster; {_leave(card)}; {card['plan']['members']:,} futures each, seed {card['plan']['seed']}. Lower scores are "
        "better; skill is 1 − score / score of the rival; brackets are 90 % intervals over cases.\n"
    )
    pictures = "\n![Brier skill against the logistic and the base rate](skill.svg)\n\n![Reliability](reliability.svg)\n"
    return head + pictures + "\n" + scorecard_tables(card) + "\n"


def _leave(card: Mapping[str, Any]) -> str:
    if card["plan"]["leave"] == "country":
        return "each forecast by a model that has not seen any case of that country"
    return "each forecast by a model fitted only on cases closed before that campaign began"


def scorecard_tables(card: Mapping[str, Any]) -> str:
    """Return the tables: scores, calibration, and what only futures can be scored on."""
    parts = []
    for name in (*_FIRST, *(s for s in card["subsets"] if s not in _FIRST)):
        rows = [r for r in card["scores"] if r["subset"] == name]
        if rows:
            parts.append(f"### {_upper(card['subsets'][name])}\n\n{_scores(rows)}")
    parts.append("### Calibration, core set, days of the campaign\n\n" + _calibration(card["calibration"]))
    parts.append("### Day, mode, captures\n\n" + _detail(card["detail"]))
    return "\n\n".join(parts)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _n(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def skill_text(estimate: Mapping[str, Any] | None) -> str:
    """Skill in percent with its interval."""
    if estimate is None or estimate["value"] is None or abs(estimate["value"]) > 10:
        return "–"
    value, low, high = (f"{100 * estimate[k]:.0f}".replace("-", "−") if estimate[k] is not None else "–" for k in
                        ("value", "low", "high"))  # fmt: skip
    return f"{value} % [{low}, {high}]"


def _scores(rows: Sequence[Mapping[str, Any]]) -> str:
    head = (
        "horizon",
        "forecaster",
        "forecasts",
        "cases (fell)",
        "Brier",
        "log",
        "AUC",
        "skill over base rate",
        "over logistic",
    )
    return _table(head, (
        (f"{r['horizon_days']} d", r["forecaster"], str(r["n_rows"]), f"{r['n_cases']} ({r['n_fell']})", _n(r["brier"]),
         _n(r["log"]), _n(r["auc"], 2), skill_text(r.get("skill_base_rate")), skill_text(r.get("skill_logistic")))
        for r in rows
    ))  # fmt: skip


def _between(e: Mapping[str, Any]) -> str:
    return f"{_n(e['value'], 2)} [{_n(e['low'], 2)}, {_n(e['high'], 2)}]"


def _calibration(rows: Sequence[Mapping[str, Any]]) -> str:
    return _table(
        ("horizon", "forecaster", "slope (1 is right)", "intercept (0 is right)"),
        ((f"{r['horizon_days']} d", r["forecaster"], _between(r["slope"]), _between(r["intercept"]))
         for r in rows if r["subset"] == "core campaign"),
    )  # fmt: skip


def _detail(rows: Sequence[Mapping[str, Any]]) -> str:
    head = ("subset", "forecaster", "CRPS of the day of fall [day]", "of the base rate", "log score of the mode",
            "captures in 50 % / 90 % interval", "AUC of which site is lost")  # fmt: skip
    return _table(head, (
        (r["subset"], r["forecaster"], _n(r["crps_days"], 1), _n(r["crps_base_rate_days"], 1), _n(r["mode_log"]),
         f"{_n(r['captures_in_50'], 2)} / {_n(r['captures_in_90'], 2)} (n {r['n_captures']})",
         f"{_n(r['site_auc'], 2)} (n {r['n_ranked']})")
        for r in rows
    ))  # fmt: skip
