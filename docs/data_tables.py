"""Tables of the data: catalogue, takeovers, past cases, withdrawals."""

from __future__ import annotations

from collections.abc import Sequence

from table_text import table

from counterpoise import library

__all__ = [
    "cases", "data_catalogue", "data_missing", "takeovers", "withdrawals_agreement", "withdrawals_counts",
    "withdrawals_main", "withdrawals_open", "withdrawals_specifications", "withdrawals_subgroups",
]  # fmt: skip


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
    return table(
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
    return table(("id", "vintage", "state", "evidence for the licence", "note", "where to get it"), rows)


def takeovers() -> str:
    """Return the takeovers that count."""
    from counterpoise.sources import list_takeovers

    rows = [
        (t.date, t.country, t.gw, t.event, t.by, t.who, t.confidence + (", held out" if t.held_out else ""))
        for t in list_takeovers()
        if t.counts
    ]
    return table(("day", "state", "code", "what happened", "by", "who", "confidence"), rows)


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
    return table(("case", "title", "core", "campaign from", "outcome", "sites", "checked"), rows)


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
    return table(("", "count"), rows)


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
    return table((*head, *(f"{h} days" for h in HORIZONS), "log hazard ratio"), rows)


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
    return table(
        (*head, "difference, shocks resampled", "exact, one observation a shock", "p by exchange"), rows
    )


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
    return table(("variable", "n", "equal", "Cohen's kappa", "Krippendorff's alpha"), rows)
