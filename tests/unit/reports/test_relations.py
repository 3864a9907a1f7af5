"""Relations: who stands how to whom."""

from __future__ import annotations

import pytest

from counterpoise.reports import read_report

ROWS: list[tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [
    ("Russia has backed Assad for a decade.", "patron_of", ("RUS",), ("SYR",), ()),
    ("The partnership between Cuba and Angola has lasted for years.", "patron_of", ("CUB",), ("AGO",), ()),
    ("Russia keeps military bases in Syria.", "bases_in", ("RUS",), ("SYR",), ()),
    ("Iran uses Syria as a corridor to Hezbollah.", "conduit_for", ("IRN",), ("HEZ",), ("SYR",)),
    ("Iran supplied weapons to the Houthis.", "arms_transfers_to", ("IRN",), ("HOUTHI",), ()),
    ("Iran has long led its axis of resistance.", "leads", ("IRN",), ("AXIS",), ()),
    ("Russian support for the government of Mali has ended.", "patron_of", ("RUS",), ("MLI",), ()),
]


@pytest.mark.parametrize(("text", "type_", "from_", "to", "via"), ROWS, ids=[r[0][:50] for r in ROWS])
def test_relation(
    text: str, type_: str, from_: tuple[str, ...], to: tuple[str, ...], via: tuple[str, ...]
) -> None:
    found = [(r.type, r.from_, r.to, r.via) for r in read_report("r", text=text).relations]
    assert (type_, from_, to, via) in found


def test_whose_view_it_is() -> None:
    coding = read_report("r", text="Iran sees Syria as a vital conduit to Hezbollah.")
    conduit = next(r for r in coding.relations if r.type == "conduit_for")
    assert conduit.holder == "IRN"


def test_the_end_of_a_partnership() -> None:
    text = (
        "Russia is withdrawing its troops from Armenia, marking "
        "the end of a thirty-year alliance with Armenia."
    )
    patron = next(r for r in read_report("r", text=text).relations if r.type == "patron_of")
    assert patron.status == "ending"


def test_civil_war() -> None:
    coding = read_report(
        "r", text="Syrian rebels have fought the Assad regime since the start of the civil war."
    )
    war = next(r for r in coding.relations if r.type == "at_war_with")
    assert (war.from_, war.to, war.symmetric) == (("SYR-GOV",), ("SYR-REB",), True)
