"""Corrections by hand as the page's controls make them: checked at once, and what does not fit changes nothing."""

from __future__ import annotations

import pytest

from counterpoise.errors import InputError
from counterpoise.web.asked import ReportAsk
from counterpoise.web.desk.corrections import Corrections
from counterpoise.web.jobs import corrected, read_asked


@pytest.fixture
def made() -> Corrections:
    return Corrections(read_asked(ReportAsk(bundled="iran-leaves-syria")))


def test_every_control_ends_in_the_reading(made: Corrections) -> None:
    event = made.coding.events[0].id
    for name, value in (
        ("realis", "future"), ("kinds", "advisers, funding"), ("actors", "RUS"), ("recipients", "SYR"), ("date", "2024-12-05"),
        ("p", "0.8 to 0.55"),
    ):  # fmt: skip
        made.also = ("RUS", "SYR")
        made.take(f"{name}:{event}", value)
    found = corrected(made.coding, made.made()).events[0]
    assert (found.realis, found.support_kinds, found.actors) == ("future", ("advisers", "funding"), ("RUS",))
    assert (found.recipients, found.date, found.hedge.p) == (("SYR",), "2024-12-05", (0.55, 0.8))
    made.take(f"use:{made.coding.claims[0].id}", False)
    assert len(made) == 2
    assert len(corrected(made.coding, made.made()).claims) == len(made.coding.claims) - 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("kinds", "advisors", "nearest"), ("actors", "IRM", "'IRM' is not an actor"), ("p", "likely", "write 0.55 to 0.8"),
        ("p", "0.2 to 7", "less than or equal"), ("realis", "maybe", "realis"), ("date", "yesterday", "date"),
    ],
)  # fmt: skip
def test_what_does_not_fit_changes_nothing(made: Corrections, name: str, value: str, said: str) -> None:
    event = made.coding.events[0].id
    made.take(f"realis:{event}", "negated")
    before = made.made()
    with pytest.raises(InputError) as wrong:
        made.take(f"{name}:{event}", value)
    text = str(wrong.value)
    assert (
        said in text
        or (said == "nearest" and "advisers" in text)
        or (said in ("realis", "date") and "Input" in text)
    )
    assert made.made() == before
