"""How the answers of `explain` are printed: short tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from counterpoise.cli.tables import print_rows

__all__ = ["print_answer"]


def print_answer(found: Mapping[str, Any], as_json: bool) -> None:
    """Print an answer of `counterpoise.explain`."""
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))
        return
    typer.echo(f"{found['question'][:1].upper()}{found['question'][1:]}")
    typer.echo(
        f"Event: {found['event']}. As of {found['as_of']}; {found['members']:,} futures an arm, seed {found['seed']}."
    )
    for key, show in _SHOWN.items():
        if key in found:
            show(found)
            return


def _title(text: str) -> None:
    typer.echo(f"\n{text}")


def _share(p: float | None) -> str:
    return "-" if p is None else f"{100 * p:.0f} %"


def _number(x: float | None, unknown: str = "-") -> str:
    return unknown if x is None else f"{x:.3g}"


def _signed(x: float) -> str:
    return f"{x:+.3g}"


def _span(ends: Sequence[float | None], unknown: str = "-") -> str:
    return f"{_number(ends[0], unknown)} to {_number(ends[1], unknown)}"


def _conduit(found: Mapping[str, Any]) -> None:
    """Print a conduit."""
    c, names = found["conduit"], found["names"]
    typer.echo(f"\n{c['text']} Capacity: {c['unit']}.")
    typer.echo(f"Widest way: {' - '.join(names[s] for s in c['through'])}.")
    _title("By arm:")
    arms = found["arms"]
    days = list(c["p_cut_by"][arms[0]])
    print_rows(
        [
            {
                "arm": a,
                "30 days": _number(c["mean_d30"].get(a)),
                "365 days": _number(c["mean_d365"].get(a)),
                **{f"P(cut by {d})": _share(c["p_cut_by"][a][d]) for d in days},
                "recovery [day]": _number(c["recovery_days"][a], "beyond"),
                "P(recovers)": _share(c["p_recovers"][a]),
                "time on the way [day]": _number(c["delay_after"][a]),
            }
            for a in arms
        ],
        False,
    )
    _cities([{**d, "name": names[d["site"]]} for d in c["dependence"]])
    if c["prices"]:
        _title("Legs that bind when all conduits share the network (linear programme):")
        print_rows(
            [
                {"leg": p["leg"], "shadow price": _number(p["price"]), "in use": _share(p["use"])}
                for p in c["prices"]
            ],
            False,
        )
    if c["shares_legs_with"]:
        typer.echo(f"\nShares legs with the supply of: {', '.join(c['shares_legs_with'])}.")
    _title("Left when the client's territory is closed:")
    for way in c["reroutes"]:
        typer.echo(f"  {way}")


def _cities(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print cities by what hangs on them."""
    _title("Cities and crossings by the share of the capacity now that is lost with each:")
    shown = [
        {
            "city": r["name"],
            "lost": _share(r["loss"]),
            "90 % interval": f"{_share(r['interval_90'][0])} to {_share(r['interval_90'][1])}",
        }
        for r in rows
    ]
    print_rows(shown, False)


def _ally(found: Mapping[str, Any]) -> None:
    """Print an ally's stocks."""
    for s in found["stocks"]:
        _title(
            f"{s['kind']}: {_number(s['stock'])} {s['unit']}, reserve {_number(s['reserve'])}, "
            f"{_share(s['dependence'])} replaced from outside; of that, {_share(s['through_client'])} through the client"
        )
        rows = [("arm: " + a, s["by_arm"][a]) for a in found["arms"]]
        rows += [
            ("if all that was sent kept arriving", s["with_conduit"]),
            ("if the client's territory were closed", s["without_conduit"]),
            ("if nothing came from outside", s["nothing_arrives"]),
        ]
        print_rows(
            [
                {
                    "months until short": name,
                    "median": _number(m["median"], "beyond"),
                    "90 % range": _span(m["interval_90"], "beyond"),
                    **{f"P(short by {d} d)": _share(p) for d, p in m["p_short"].items()},
                }
                for name, m in rows
            ],
            False,
        )
    _title("What it lives on (share of its living; what arrives at a year of what arrived on the as-of day):")
    print_rows(
        [
            {
                "from": f["sender"],
                "kind": f["kind"],
                "share": _share(f["share_of_living"]),
                "by route": "yes" if f["by_route"] else "no",
                **{a: _share(f["arrives"][a]) for a in found["arms"]},
            }
            for f in found["flows"]
        ],
        False,
    )


def _measure(found: Mapping[str, Any]) -> None:
    """Print the rows of a measure and the reasons."""
    _title(
        f"{found['measure']} [{found['unit']}]; shift: event minus status quo at a year, or a nearer horizon"
    )
    rows = sorted(found["rows"], key=lambda r: (r["rank"] is None, r["rank"] or 0, r["name"]))
    print_rows(
        [
            {
                "actor": r["name"] + (" (bloc)" if r["bloc"] else ""),
                "now": _number(r["now"]),
                "shift": _signed(r["contrast"]),
                "90 % interval": _span(r["interval_90"]),
                "P(gain)": _share(r["p_gain"]),
                "P(loss)": _share(r["p_loss"]),
                "P(first)": _share(r["p_first"]),
                "half-life": r["half_life_text"],
            }
            for r in rows
        ],
        False,
    )
    for actor, why in found["reasons"].items():
        parts = [p for p in why["parts"] if "difference" in p or "strength_difference" in p]
        said = [
            f"{p.get('flow') or p['actor']} {_signed(p.get('difference', p.get('strength_difference')))}"
            for p in parts[:4]
        ]
        numbers = [
            f"{d['parameter']} ({d['rank_correlation']:+.2f}, {d['standing']})" for d in why["drivers"]
        ]
        typer.echo(
            f"  {actor}: {'; '.join(said) or 'no single part'}. Moves with: {', '.join(numbers) or 'no number alone'}."
        )


def _dependence(found: Mapping[str, Any]) -> None:
    """Print the cities of an actor or bloc."""
    typer.echo(f"Weighted by {found['weighted_by']}.")
    _cities(found["cities"])
    for pair in found["by_conduit"]:
        top = ", ".join(f"{c['name']} {_share(c['loss'])}" for c in pair["cities"][:4])
        typer.echo(f"  {pair['sender']} to {pair['recipient']}: {top or 'no single city'}")


def _loss(found: Mapping[str, Any]) -> None:
    """Print which numbers flip the answer."""
    typer.echo(
        f"\nBy {found['measure']} at {found['horizon_days']} days its shift is {_signed(found['contrast'])} "
        f"(90 % interval {_span(found['interval_90'])}); it loses in {_share(found['p_loss'])} of parameter draws."
    )
    if not found["loses_now"]:
        typer.echo("In expectation it does not lose; the table says what would change that.")
    _title("Assumed numbers, one at a time at the ends of their 90 % range (positive: a gain):")
    print_rows(
        [
            {
                "number": r["name"],
                "mean": _number(r["mean"]),
                "range": _span((r["low"], r["high"])),
                "at low": _signed(r["at_low"]),
                "at high": _signed(r["at_high"]),
                "flips": f"at {_number(r['flips_at'])} {r['unit']}" if r["flips"] else "no",
            }
            for r in found["numbers"]
        ],
        False,
    )
    verb = "flips" if found["flips_together"] else "does not flip"
    typer.echo(
        f"\nAll of them at their better ends at once: {_signed(found['all_at_better_ends'])}, which {verb} the answer."
    )


def _patrons(found: Mapping[str, Any]) -> None:
    """Print what each patron's departure changes."""
    _title(f"If a patron gives up its side, at {found['horizon_days']} days:")
    rows = []
    for r in found["patrons"]:
        low, high = (100 * x for x in r["regime_end_interval_90"])
        row = {
            "patron": r["name"],
            "side": r["side"],
            "P(regime end)": f"{100 * r['regime_end']:+.1f} points",
            "90 % interval": f"{low:+.1f} to {high:+.1f}",
        }
        for measure, m in r["measures"].items():
            row[f"{measure} moves most"] = f"{m['most_moved']} {_signed(m['difference'])}"
        rows.append(row)
    print_rows(rows, False)


_SHOWN: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "conduit": _conduit,
    "stocks": _ally,
    "reasons": _measure,
    "cities": _dependence,
    "numbers": _loss,
    "patrons": _patrons,
}
