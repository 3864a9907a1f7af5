"""Names that the tables do not hold, dates that a sentence states, and whose word a statement is."""

from __future__ import annotations

import datetime as dt

import pytest

from counterpoise.reports import read_report
from counterpoise.reports.dates import ended_before, stated_date

NAMES = [
    ("Gambian President Dawda Jawara met rebels in Senegal.", "X-DAWDA-JAWARA", "person", "GMB"),
    ("The Umma Party said it would boycott the election in Algeria.", "X-UMMA-PARTY", "organization", None),
    ("General Prosper Avril declared a state of siege in Haiti.", "X-PROSPER-AVRIL", "person", None),
    (
        "Fighters of the Black Spear Brigade attacked the army in Mali.",
        "X-BLACK-SPEAR-BRIGADE",
        "organization",
        None,
    ),
]


@pytest.mark.parametrize(("text", "id_", "kind", "country"), NAMES)
def test_strangers_become_entities(text: str, id_: str, kind: str, country: str | None) -> None:
    entity = read_report("r", text=text).entity(id_)
    assert entity is not None
    assert (entity.type, entity.country) == (kind, country)
    assert all(m.quote == text[m.start : m.end] for m in entity.mentions)


def test_opening_words_titles_and_days_are_no_names() -> None:
    text = "On Monday the President said Officials had met. However, Rebels in Mali attacked on Tuesday. The Prime Minister left."
    assert [e.id for e in read_report("r", text=text).entities if e.id.startswith("X-")] == []


DATES = [
    ("It left on 15 February 1989.", "1989-02-15"),
    ("It left on February 15, 1989.", "1989-02-15"),
    ("It left on Feb. 15th, 1989.", "1989-02-15"),
    ("It left on 1989-02-15.", "1989-02-15"),
    ("It left in September 1989.", "1989-09"),
    ("It left in late 1989.", "1989"),
    ("It left on Friday.", None),
    ("It left last week.", None),
    ("It left in 1989 and came back in 1991.", None),
    ("It left on 31 February 1989.", None),
    ("It has 2000 soldiers.", None),
    ("It withdrew 1950 troops.", None),
]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_only_what_is_written_is_a_date(text: str, date: str | None) -> None:
    assert stated_date(text) == date


EVENTS = [
    ("Russia withdrew its troops from Mali in May 2024.", "2024-05"),
    ("In May 2024, Russia withdrew its troops from Mali.", "2024-05"),
    ("Russia withdrew its troops from Mali under a deal signed in May 2024.", None),
    ("Russia is withdrawing its troops from Mali, as agreed in 2020.", None),
    ("Russia withdrew its troops from Mali, where it has fought since 2021.", None),
]


@pytest.mark.parametrize(("text", "date"), EVENTS)
def test_a_date_belongs_to_the_event_that_it_follows(text: str, date: str | None) -> None:
    assert {e.date for e in read_report("r", text=text).events if e.usable} == {date}


def test_what_lies_wholly_before_a_day() -> None:
    day = dt.date(2024, 12, 6)
    assert [ended_before(d, day) for d in ("2024-12-05", "2024-12-06", "2024-11", "2024-12", "2023", "2024")] == [
        True, False, True, False, True, False,
    ]  # fmt: skip


HOLDERS = [
    ("Israel said Iran had withdrawn its officers from Syria.", "ISR"),
    ("Iran has withdrawn its officers from Syria, the Israeli army said.", "ISR"),
    ("According to Turkey, Iran has withdrawn its officers from Syria.", "TUR"),
    ("Iran said it had withdrawn its officers from Syria.", None),
    ("Iran has withdrawn its officers from Syria.", None),
    ("Iran has withdrawn its officers from Syria, officials said.", None),
]


@pytest.mark.parametrize(("text", "holder"), HOLDERS)
def test_whose_word_it_is(text: str, holder: str | None) -> None:
    event = next(e for e in read_report("r", text=text).events if e.usable)
    found = event.holder[:3] if event.holder else None
    assert found == holder
