"""How the answers of `explain` are printed: short tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from counterpoise.assessment.models import LedgerRow
from counterpoise.brief.index import plain
from counterpoise.brief.measures import (
    counts_from,
    level_unit,
    print_level,
    print_shift,
    print_shift_range,
    shift_unit,
    unit_factor,
    who_gains_first,
)
from counterpoise.brief.numbers import percent, quantity, range_text, share, signed
from counterpoise.cli.tables import print_rows

__all__ = ["print_answer"]

#: Sources and legs of a cut that are named; the JSON has them all.
_SOURCES, _CUT = 5, 6
#: A row is shown from this share of parameter draws with a gain or a loss on.
_SEEN = 0.05


def print_answer(found: Mapping[str, Any], as_json: bool) -> None:
    """Print an answer of `counterpoise.explain`."""
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))
        return
    typer.echo(f"{found['question'][:1].upper()}{found['question'][1:]}")
    typer.echo(
        f"Event: {found['event']}. As of {found['as_of']}; {found['members']:,} futures an arm, seed {found['seed']}."
    )
    ends = found["regime_ends"]
    said = ", ".join(f"{_chance(p)} ({arm})" for arm, p in ends.items() if arm != "within_days")
    typer.echo(f"The regime ends within {ends['within_days']} days in {said} of futures.")
    if len({ends[arm] for arm in ends if arm != "within_days"}) == 1 < len(ends) - 1:
        typer.echo(
            "The event moves the regime's end in no future that counts here: what follows is what stops arriving. Another "
            "--patron, --lever or an earlier --as-of may move it."
        )
    next(show for key, show in _SHOWN.items() if key in found)(found)
    _rests_on(found["rests_on"])


def _rests_on(found: Mapping[str, Any]) -> None:
    """Print standing and sources of the numbers behind an answer."""
    counts = ", ".join(f"{n} {standing}" for standing, n in found["standing"].items())
    titles = [f"{s['title']} ({s['numbers']})" for s in found["sources"][:_SOURCES]]
    more = len(found["sources"]) - len(titles)
    typer.echo(
        f"\nRests on {found['numbers']} numbers: {counts}. Sources: {'; '.join(titles)}"
        f"{f'; and {more} more' if more > 0 else ''}. `explain --parameters` lists them all."
    )


def _title(text: str) -> None:
    typer.echo(f"\n{text}")


def _chance(p: float) -> str:
    """Return a probability in whole percent, never 0 or 100."""
    return _plain(percent(p))


def _plain(text: str) -> str:
    """Return a printed number with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _share(p: float | None) -> str:
    return "-" if p is None else _plain(share(p))


def _number(x: float | None, unknown: str = "-") -> str:
    return unknown if x is None else _plain(quantity(x))


def _span(ends: Sequence[float | None], unknown: str = "-") -> str:
    return f"{_number(ends[0], unknown)} to {_number(ends[1], unknown)}"


def _range(ends: Sequence[float], unit: str) -> str:
    """Return an interval of a shift in print."""
    return _plain(range_text((ends[0], ends[1]), factor=unit_factor(unit)))


def _shift(x: float, unit: str) -> str:
    """Return a shift in print: percentage points for a share."""
    return _plain(signed(x * unit_factor(unit)))


def _conduit(found: Mapping[str, Any]) -> None:
    """Print a conduit."""
    c, names = found["conduit"], found["names"]
    typer.echo(f"\n{c['text']} Capacity: {c['unit']}.")
    typer.echo(
        f"On the as-of day {_number(c['capacity_before'])} without the event, {_number(c['capacity_after'])} once it is "
        f"complete, {_number(c['capacity_if_regime_falls'])} where the regime has fallen."
    )
    typer.echo(f"Widest way: {' - '.join(names[s] for s in c['through'])}.")
    _title("By arm (capacity: expected; cut: below a quarter of what it carried before the campaign):")
    arms = found["arms"]
    days = list(c["p_cut_by"][arms[0]])
    print_rows(
        [
            {
                "arm": a,
                "capacity, 30 days": _number(c["mean_d30"].get(a)),
                "365 days": _number(c["mean_d365"].get(a)),
                **{f"P(cut by {d} d)": _chance(c["p_cut_by"][a][d]) for d in days},
                "back at half after": f"{_number(c['recovery_days'][a])} days"
                if c["recovery_days"][a]
                else "beyond",
                "P(back)": "-" if c["p_recovers"][a] is None else _chance(c["p_recovers"][a]),
                "days on the way": _number(c["delay_after"][a]),
            }
            for a in arms
        ],
        False,
    )
    _cities([{**d, "name": names[d["site"]]} for d in c["dependence"]])
    if c["minimum_cut"]:
        _title("Minimum cut, the leg that carries most first:")
        typer.echo(f"  {'; '.join(names[x] for x in c['minimum_cut'][:_CUT])}{_and_more(c['minimum_cut'])}")
    if c["prices"]:
        _title("Legs in use that bind when all conduits share the network (linear programme):")
        print_rows(
            [
                {
                    "leg": names[p["leg"]],
                    "one more unit adds": _number(p["price"]),
                    "in use": _share(p["use"]),
                }
                for p in c["prices"]
            ],
            False,
        )
        if any(p["use"] < 0.995 for p in c["prices"]):
            typer.echo("In use below 100 %: the holders of the leg let only a share pass.")
    if c["shares_legs_with"]:
        typer.echo(
            f"\nShares legs with the supply of: {', '.join(names.get(x, x) for x in c['shares_legs_with'])}."
        )
    _title("Left of what it carried before the campaign, when the client's territory is closed:")
    for way in c["reroutes"]:
        typer.echo(f"  {way}")


def _and_more(legs: Sequence[str]) -> str:
    return f"; and {len(legs) - _CUT} more" if len(legs) > _CUT else ""


def _cities(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print cities by what hangs on them."""
    _title(
        "Cities and crossings by the share of the capacity now that is lost if an enemy of the sender holds them:"
    )
    if not rows:
        typer.echo("none: no single one takes more than 1 %")
        return
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
        low, high = s["through_client_90"]
        _title(
            f"{s['kind'].replace('_', ' ').capitalize()}: {_number(s['stock'])} {s['unit']}, reserve {_number(s['reserve'])} "
            f"(medians). {_share(s['dependence'])} is replaced from outside; of that, {_share(s['through_client'])} "
            f"(90 % interval {_share(low)} to {_share(high)}) needs the client's territory."
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
                    "months until below the reserve": name,
                    "median": _number(m["median"], "beyond"),
                    "90 % range": _span(m["interval_90"], "beyond"),
                    **{f"P(short by {d} d)": _chance(p) for d, p in m["p_short"].items()},
                }
                for name, m in rows
            ],
            False,
        )
    typer.echo("beyond: not within the horizon; 0: below the reserve from the as-of day on.")
    _title(
        "What it lives on (share of its living; what arrives at a year, of what arrived on the as-of day):"
    )
    print_rows(
        [
            {
                "support": f["text"],
                "share": _share(f["share_of_living"]),
                **{a: _share(f["arrives"][a]) for a in found["arms"]},
            }
            for f in found["flows"]
        ],
        False,
    )


def _measure(found: Mapping[str, Any]) -> None:
    """Print the rows of a measure and the reasons."""
    unit = found["unit"]
    rows = who_gains_first(LedgerRow.model_validate(r) for r in found["rows"])
    large = [r for r in rows if abs(r.contrast) > r.least or max(r.p_gain, r.p_loss) >= _SEEN]
    _title(
        f"{plain(found['measure']).capitalize()} now [{level_unit(unit)}]; shift: event minus status quo at "
        f"{rows[0].contrast_day} days [{shift_unit(unit)}]; a change {_plain(counts_from(rows))}:"
    )
    if large:
        print_rows(
            [
                {
                    "actor": r.name + (" (bloc)" if r.bloc else ""),
                    "now": _plain(print_level(r.now, unit)),
                    "shift": _plain(print_shift(r)),
                    "90 % interval": _plain(print_shift_range(r)),
                    "P(gain)": _chance(r.p_gain),
                    "P(loss)": _chance(r.p_loss),
                    "P(first)": "-" if r.p_first is None else _chance(r.p_first),
                    "half-life": r.half_life_text,
                }
                for r in large
            ],
            False,
        )
    else:
        typer.echo("No actor's shift counts.")
    small = [r.name for r in rows if r not in large]
    if small:
        typer.echo(f"Too small to count, or none: {', '.join(small)}.")
    told = [r.actor for r in large if r.actor in found["reasons"]]
    if told:
        _title("Why (parts of the shift; then the numbers it moves with, by rank correlation and standing):")
    for actor in told:
        why = found["reasons"][actor]
        numbers = [
            f"{d['parameter']} ({d['rank_correlation']:+.2f}, {d['standing']})" for d in why["drivers"]
        ]
        parts = [_part(p, found) for p in why["parts"][:4]]
        typer.echo(
            f"  {found['names'][actor]}: {'; '.join(parts) or 'no single part'}. "
            f"Moves with: {', '.join(numbers) or 'no number alone'}."
        )


def _part(p: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Say one part of a shift."""
    if "difference" in p:
        return f"{p['text']} {_shift(p['difference'], found['unit'])} points"
    if "strength_difference" in p:
        return f"strength of {found['names'][p['actor']]} {_plain(signed(p['strength_difference']))} persons"
    ended = p["regime_ended"]
    return "regime ended in " + ", ".join(f"{_chance(x)} ({arm})" for arm, x in ended.items())


def _dependence(found: Mapping[str, Any]) -> None:
    """Print the cities of an actor or bloc."""
    typer.echo(f"Weighted by {found['weighted_by']}.")
    _cities(found["cities"])
    names = found["names"]
    _title("By conduit:")
    for pair in found["by_conduit"]:
        top = ", ".join(f"{c['name']} {_share(c['loss'])}" for c in pair["cities"][:4])
        typer.echo(f"  {names[pair['sender']]} to {names[pair['recipient']]}: {top or 'no single city'}")


def _loss(found: Mapping[str, Any]) -> None:
    """Print which numbers flip the answer."""
    unit = found["unit"]
    typer.echo(
        f"\nBy {plain(found['measure'])} at {found['horizon_days']} days its shift is {_shift(found['contrast'], unit)} "
        f"{shift_unit(unit)} (90 % interval: {_range(found['interval_90'], unit)}); it loses in {_chance(found['p_loss'])} of "
        f"parameter draws. A loss counts from {_number(found['least'] * unit_factor(unit))} on."
    )
    if not found["loses_now"]:
        typer.echo("In expectation it does not lose; the table says what would change that.")
    _title(
        f"Assumed numbers, one at a time at the ends of their 90 % range; shift [{shift_unit(unit)}], positive: a gain:"
    )
    print_rows(
        [
            {
                "number": r["name"],
                "mean": _number(r["mean"]),
                "range": _span((r["low"], r["high"])),
                "unit": r["unit"],
                "shift at low": _shift(r["at_low"], unit),
                "at high": _shift(r["at_high"], unit),
                "flips": f"at {_number(r['flips_at'])}" if r["flips"] else "no",
            }
            for r in found["numbers"]
        ],
        False,
    )
    verb = "flips" if found["flips_together"] else "does not flip"
    typer.echo(
        f"\nAll of them at their better ends at once: {_shift(found['all_at_better_ends'], unit)}, which {verb} the answer."
    )


def _patrons(found: Mapping[str, Any]) -> None:
    """Print what each patron's departure changes."""
    _title(f"If a patron gives up its side, against the status quo at {found['horizon_days']} days:")
    rows = []
    for r in found["patrons"]:
        row = {
            "patron": r["name"],
            "side": r["side"],
            "P(regime end) [points]": _plain(signed(100 * r["regime_end"])),
            "90 % interval": _plain(range_text(tuple(r["regime_end_interval_90"]), factor=100.0)),
            "MC error": _number(100 * r["mc_error"]),
        }
        for measure, m in r["measures"].items():
            moved = f"{found['names'][m['most_moved']]} {_shift(m['difference'], m['unit'])}"
            row[f"{plain(measure)} moves most [{shift_unit(m['unit'])}]"] = (
                moved if m["difference"] else "nobody's"
            )
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
