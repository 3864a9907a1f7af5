"""Yearly rates at which state supporters of a government leave, arrive, return and come to the rescue.

Supporters are the states named for the government side in any of its civil conflicts over government in a calendar year (UCDP
External Support Dataset). Weakest assumption: a year's list may mix an old regime's supporters with a new one's. What it does
not do: date a change within a year, or see an exit that ends the war.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from counterpoise.inference import annual_campaigns as campaigns
from counterpoise.inference.annual_panel import PANEL, PANEL_SOURCES
from counterpoise.inference.annual_rate import Rate, RateText, proportion
from counterpoise.sources import record
from counterpoise.sources.record import StateYear, StateYears

__all__ = ["LAST_SUPPORT", "patron_rates", "rescue_rates"]

#: Last year of the support data.
LAST_SUPPORT = 2017


def patron_rates(folder: Path, last: int = LAST_SUPPORT) -> list[Rate]:
    """Return the rates of exit, entry, return and of kinds of support that arrive, from years up to `last`."""
    war = record.state_years(folder)
    pairs = [k for k in war.pairs() if k[1] <= last]
    before = {k: war.supporters[(k[0], k[1] - 1)] for k in pairs}
    return _exits(war, before, last) + _entries(war, before, last) + _arrivals(war, pairs, last)


def _text(name: str, what: str, last: int, unit: str = "probability/year") -> RateText:
    """Return the words of a patron rate."""
    return RateText(
        name,
        f"{what}: {PANEL}, the state at war in t-1 and t; supporters are the states named for the "
        "government side in any of its civil conflicts over government",
        PANEL_SOURCES,
        f"{last}-12-31",
        unit,
        note=(
            "exits that coincide with the end of the war are not seen; a year's list may mix an old "
            "regime's supporters with a new one's"
        ),
    )


def _exits(war: StateYears, before: dict[StateYear, frozenset[str]], last: int) -> list[Rate]:
    """Return the rates at which a supporter, all supporters, or a kind of support end."""
    rates = []
    for name, extra, most in (
        ("all", "", 10**6),
        ("few_supporters", "; clients with at most five supporters in t-1", 5),
    ):
        years = [(k, s) for k, names in before.items() if len(names) <= most for s in sorted(names)]
        text = _text(
            f"patron_exit.{name}",
            f"a state supporter of year t-1 is absent in year t, per supporter-year{extra}",
            last,
        )
        rates.append(
            proportion(text, [s not in war.supporters[k] for k, s in years], [k[0] for k, _ in years])
        )
    backed = [k for k, names in before.items() if names]
    text = _text(
        "patron_exit.total",
        "the government had state supporters in t-1 and has none in t, per supported year",
        last,
    )
    rates.append(proportion(text, [not war.supporters[k] for k in backed], [k[0] for k in backed]))
    for kind, given in _kinds(war):
        rows = [k for k in before if (k[0], k[1] - 1) in given]
        if rows:
            text = _text(
                f"patron_exit.{kind}",
                f"some state gave {kind} to the government in t-1 and none does in t",
                last,
            )
            rates.append(proportion(text, [k not in given for k in rows], [k[0] for k in rows]))
    return rates


def _kinds(war: StateYears) -> tuple[tuple[str, frozenset[StateYear]], ...]:
    """Return the kinds of support with the state-years in which they were given."""
    return (("troops", war.troops), ("weapons", war.weapons), ("funding", war.funding))


def _entries(war: StateYears, before: dict[StateYear, frozenset[str]], last: int) -> list[Rate]:
    """Return the rates at which a supporter arrives and at which one that left returns."""
    new = _text(
        "patron_entry.any",
        "at least one state supports the government in t that did not in t-1, per state-year",
        last,
    )
    alone = _text("patron_entry.from_none", "a government without state supporters in t-1 has one in t", last)
    back = _text(
        "patron_entry.return",
        "a state that left between t-1 and t supports the government again by t+3, at war to t+3",
        last,
        "probability/3 years",
    )
    bare = [k for k, names in before.items() if not names]
    left = [
        (k, s)
        for k, names in before.items()
        for s in sorted(names - war.supporters[k])
        if k[1] + 3 <= last and all((k[0], k[1] + ahead) in war.supporters for ahead in (1, 2, 3))
    ]
    returns = [any(s in war.supporters[(k[0], k[1] + ahead)] for ahead in (1, 2, 3)) for k, s in left]
    return [
        proportion(
            new, [bool(war.supporters[k] - names) for k, names in before.items()], [k[0] for k in before]
        ),
        proportion(alone, [bool(war.supporters[k]) for k in bare], [k[0] for k in bare]),
        *([proportion(back, returns, [k[0] for k, _ in left])] if left else []),
    ]


def _arrivals(war: StateYears, pairs: list[StateYear], last: int) -> list[Rate]:
    """Return the rates at which a kind of support arrives where none was."""
    rates = []
    for kind, given in _kinds(war):
        rows = [k for k in pairs if (k[0], k[1] - 1) not in given]
        text = _text(
            f"rescue.{kind}", f"no state gave {kind} to the government in t-1 and some state does in t", last
        )
        rates.append(proportion(text, [k in given for k in rows], [k[0] for k in rows]))
    return rates


def rescue_rates(folder: Path, last: int = LAST_SUPPORT) -> list[Rate]:
    """Return the rates at which troops of a state arrive, in years with and without the start of a campaign.

    The nearest that the record comes to a rescue. It has no days, so troops that came before the campaign began, in the same
    year, count as well.
    """
    war = record.state_years(folder)
    pairs = [k for k in war.pairs() if k[1] <= last]
    rates = []
    months, deaths, at_war = record.deaths_by_month(folder)
    found, _ = campaigns.campaign_months(months, deaths, at_war, f"{last}-12")
    starts = {(c.state, int(months[c.start][:4])) for c in found}
    seen = [k for k in pairs if (k[0], k[1] - 1) not in war.troops and k[1] >= 1990]
    for name, keep, words in (
        ("start", True, "a year in which a campaign starts"),
        ("no_start", False, "a year without a campaign start"),
    ):
        rows = [k for k in seen if (k in starts) is keep]
        if not rows:
            continue
        text = _text(
            f"rescue.troops.{name}",
            f"no state gave troops to the government in t-1 and some state does in t, t {words} (monthly record, 1990 on)",
            last,
        )
        text = replace(text, sources=(*PANEL_SOURCES, "ucdp-monthly"))
        rates.append(proportion(text, [k in war.troops for k in rows], [k[0] for k in rows]))
    return rates
