"""A region that the program was not written for: two patrons, one road, and every answer of the regional layer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import counterpoise
from counterpoise.cli.app import app
from counterpoise.errors import InputError

BANGUI = Path(__file__).parents[1] / "data" / "bangui-2020.yaml"
LEVANT = "levant-2024"
ASK: dict[str, dict[str, Any]] = {
    "--conduit RUS CAF": {"conduit": ("RUS", "CAF")},
    "--ally CAF": {"ally": "CAF"},
    "--measure influence": {"measure": "influence"},
    "--measure threat": {"measure": "threat"},
    "--dependence PATRONS": {"dependence": "PATRONS"},
    "--patrons": {"patrons": True},
}


@pytest.mark.parametrize("words", ASK)
def test_every_question_in_python_and_on_the_command_line(words: str) -> None:
    """The same plain data through both faces, and a table for people."""
    found = counterpoise.explain(BANGUI, members=60, workers=2, **ASK[words])
    run = CliRunner().invoke(app, ["explain", str(BANGUI), *words.split(), "--members", "60", "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout) == json.loads(json.dumps(found, default=str))
    shown = CliRunner().invoke(app, ["explain", str(BANGUI), *words.split(), "--members", "60"])
    assert shown.exit_code == 0
    assert "Russia" in shown.stdout
    # A reader sees names, standing and sources, no ids of actors, no number in the notation of machines.
    assert re.search(r"Rests on \d+ numbers: .*assumed.*Sources: ", shown.stdout)
    assert not re.search(r"\b(RUS|RWA|CAF)\b|\de[+-]\d\d|-0 %", shown.stdout.partition("\n")[2])
    assert found["rests_on"]["numbers"] == sum(found["rests_on"]["standing"].values()) > 0


def test_both_patrons_share_the_road_and_the_cities_on_it_count() -> None:
    found = counterpoise.explain(BANGUI, members=60, conduit=("RUS", "CAF"))["conduit"]
    assert found["through"] == ["moscow", "douala", "garoua-boulai", "bouar", "bossembele", "bangui"]
    lost = {d["site"]: d["loss"] for d in found["dependence"]}
    assert {"bouar", "bossembele", "garoua-boulai"} <= set(lost)
    assert max(lost, key=lambda s: lost[s]) in ("douala", "garoua-boulai", "bouar", "bossembele")


def test_what_would_have_to_be_true_for_a_patron_not_to_lose() -> None:
    found = counterpoise.explain(BANGUI, members=60, not_lose="RUS", workers=2)
    assert found["loses_now"]
    assert found["numbers"]
    for row in found["numbers"]:
        assert row["low"] < row["high"]
        assert row["standing"] == "assumed"
        assert (row["flips_at"] is not None) == row["flips"]
        if row["flips"]:
            assert row["low"] <= row["flips_at"] <= row["high"]


def test_levers_of_the_region_compare() -> None:
    found = counterpoise.compare(
        BANGUI, {"now": (), "leaves": ("russia-leaves",), "blocked": ("road-blocked",)}, members=60
    )
    assert set(found.futures.arms) == {"now", "leaves", "blocked"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"conduit": ("RUS", "CPC")}, "no support that moves by route runs between them"),
        ({"conduit": ("RUS", "CAX")}, "nearest: CAF"),
        ({"ally": "RWA"}, "the scenario gives no stock for it"),
        ({"measure": "influense"}, "nearest: influence"),
        ({"dependence": "TCD"}, "nothing that moves by route"),
        ({"patrons": True, "ally": "CAF"}, "several questions at once"),
        ({"ally": "CAF", "patron": "CMR"}, "is no patron in scenario bangui-2020"),
        ({"ally": "CAF", "levers": ("leave",)}, "has no such lever"),
        ({"ally": "CAF", "members": 1}, "expected at least 2"),
        ({"not_lose": "CPC", "measure": "influence"}, "it has nothing under the measure influence"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        counterpoise.explain(BANGUI, **{"members": 20, **options})


def test_before_the_event_the_escorts_are_there() -> None:
    """The capacity without the event is that of the status quo, whatever the arms are called."""
    found = counterpoise.explain("afghanistan-2021", members=20, conduit=("USA", "AFG"), workers=2)["conduit"]
    assert found["capacity_before"] > found["capacity_after"] > 0
