"""Texts with actors but nothing to assess."""

from __future__ import annotations

import pytest

from counterpoise.reports import read_report

TEXTS = {
    "football": (
        "Iran beat Syria 2-1 in Doha on Wednesday to reach the "
        "quarter-finals of the Asian Cup. Syria had led from the "
        "penalty spot, but the coach withdrew his striker after "
        "an hour and the attack lost its edge. Fans stormed the "
        "pitch. The defeat could weaken the position of the Syrian "
        "coach. Real Madrid withdrew striker Karim as well.",
        {"IRN", "SYR"},
    ),
    "recipe": (
        "Withdraw the pan from the oven and let the lamb rest. "
        "Turkey goes well with Iranian saffron rice. Add a cup of "
        "Syrian olive oil and simmer with garlic and onions. Remove the foil and serve with Lebanese bread.",
        {"IRN", "SYR", "LBN"},
    ),
    "airline": (
        "Iran Air withdraws its bid for a stake in a Syrian carrier. "
        "Investors fled the stock and its shares fell. The "
        "airline's chief executive said that revenue in Iraq "
        "had declined, which may strengthen Qatar's position.",
        {"SYR", "IRQ", "QAT"},
    ),
    "retreat": (
        "The company held its annual retreat in Jordan, and "
        "staff evacuated the hotel in Amman for a team-building "
        "exercise. The departure of its chief executive could weaken the brand in the Middle East.",
        {"JOR", "MIDEAST"},
    ),
    "weather": (
        "A storm left Lebanon without power on Sunday. Snow is "
        "expected to fall in Turkey and Syria. Residents fled "
        "their homes in Jordan, and German tourists left Egypt.",
        {"LBN", "TUR", "SYR", "JOR", "EGY"},
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_to_assess_but_actors(name: str) -> None:
    text, expected = TEXTS[name]
    coding = read_report(name, text=text)
    assert [e for e in coding.events if e.usable] == []
    assert [c for c in coding.claims if c.model_query] == []
    assert expected <= {e.id for e in coding.entities}
    assert "actors found" in " ".join(coding.document.notes)
