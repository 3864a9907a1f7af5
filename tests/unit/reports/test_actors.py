"""Names: states, capitals, leaders with dates, groups, towns, and what only looks like them."""

from __future__ import annotations

import datetime as dt

import pytest

from counterpoise.reports import read_report
from counterpoise.reports.lexicon import actor, names_index

NAMES = {
    "IRN": ["Iran", "Tehran", "the Islamic Republic", "Iranian officials"],
    "SYR": ["Syria"],
    "SYR-GOV": ["Bashar al-Assad", "Assad", "the Assad regime", "the Syrian government", "Syria's army"],
    "HTS": ["Hayat Tahrir al-Sham", "Hay'at Tahrir al-Sham", "Hay’at Tahrir al-Sham", "HTS"],
    "SNA": ["the Syrian National Army"],
    "SOR": ["the Southern Operations Room", "southern rebels", "Southern factions"],
    "SDF": ["the Syrian Democratic Forces", "Kurdish-led forces", "the SDF"],
    "ISIS": ["Islamic State", "ISIS", "Daesh"],
    "HEZ": ["Hezbollah", "Hizbollah", "Hizbullah"],
    "PMF": ["Iraqi militias", "the Popular Mobilization Forces", "Kataib Hezbollah", "Kata'ib Hezbollah"],
    "HOUTHI": ["the Houthis", "Ansar Allah", "Houthi rebels"],
    "HAMAS": ["Hamas"],
    "RUS": ["Russia", "the Kremlin", "Moscow"],
    "TUR": ["Turkey", "Türkiye", "Ankara"],
    "ISR": ["Israel", "Israeli forces"],
    "USA": ["the United States", "the US", "the U.S.", "Washington", "the White House"],
    "SAU": ["Saudi Arabia", "Riyadh"],
    "ARE": ["the UAE", "the United Arab Emirates"],
    "QAT": ["Qatar"],
    "EGY": ["Egypt", "Cairo"],
    "JOR": ["Jordan"],
    "IRQ": ["Iraq", "Baghdad"],
    "LBN": ["Lebanon", "Beirut"],
    "TALIBAN": ["the Taliban"],
    "AFG-GOV": ["the Afghan government", "Ashraf Ghani"],
    "PAK": ["Pakistan", "Islamabad"],
    "ARAB": ["Arab states"],
    "AXIS": ["the axis of resistance"],
    "MIDEAST": ["the Middle East"],
}


@pytest.mark.parametrize(("id_", "name"), [(i, n) for i, names in NAMES.items() for n in names])
def test_flagship_actors_resolve(id_: str, name: str) -> None:
    coding = read_report("r", text=f"Officials met to speak about {name} and the war.")
    entity = coding.entity(id_)
    assert entity is not None, [e.id for e in coding.entities]
    assert all(m.quote == coding.document.text[m.start : m.end] for m in entity.mentions)


def test_every_state_has_a_name_and_most_a_demonym() -> None:
    names = [n for group in names_index().values() for n in group]
    assert len({n.id for n in names if n.kind == "state"}) >= 249
    assert len({n.id for n in names if n.kind == "adjective"}) >= 170


def test_a_leader_stands_for_the_government_only_in_office() -> None:
    text = "Assad spoke about the war in Syria."
    before = read_report("r", text=text, published=dt.date(2024, 12, 6))
    after = read_report("r", text=text, published=dt.date(2025, 3, 1))
    assert before.entity("SYR-GOV") is not None
    assert after.entity("SYR-GOV") is None
    person = after.entity("BASHAR-AL-ASSAD")
    assert person is not None
    assert person.type == "person"


@pytest.mark.parametrize(
    "name", ["Iran Air", "Turkish Airlines", "Syria Telecom", "Royal Jordanian Airlines"]
)
def test_companies_are_not_states(name: str) -> None:
    coding = read_report("r", text=f"The war has hit {name} hard.")
    assert all(e.country is None and e.id.startswith("X-") for e in coding.entities)


def test_backed_by_is_not_done_by() -> None:
    coding = read_report("r", text="Iran-backed fighters left Syria.")
    assert not [e for e in coding.events if e.usable and "IRN" in e.actors]


def test_rebels_take_the_country_at_war() -> None:
    coding = read_report("r", text="Congolese rebels closed in on Goma. The rebels took Goma on Monday.")
    assert coding.entity("COD-REB") is not None


def test_a_capital_is_a_place_or_a_government() -> None:
    coding = read_report(
        "r", text="Troops were flown from Damascus. Damascus said nothing as Syrian rebels advanced."
    )
    assert coding.entity("SYR-GOV") is not None
    assert coding.entity("SYR") is not None


def test_made_up_ids_have_readable_names() -> None:
    assert actor("SYR-REB").name == "rebels in Syria"
    assert actor("IRN-ALLIES").name == "allies of Iran"
