from pathlib import Path

import pytest

from counterpoise.scenario import describe, load_scenario
from counterpoise.scenario.describe import figures_of


@pytest.mark.parametrize(
    "line",
    [
        "tiny: A tiny invented region",
        "as of 2020-02-01 (possible: 2020-01-01 to 2020-02-28), horizon 365 days",
        "9 actors, 15 sites, 19 routes, 10 flows, 1 stocks, 4 events, 4 levers, 2 sources",
        "conflict: XAA against REB (rebel), THI (third party)",
        "theatre: 10 sites, capital capi; held on 2019-12-31: XAA 8, REB 1, THI 1",
        "patrons: XBB, XCC; patrons of the opponents: XEE",
        "  ALLY to XAA: troops, 4,000 [2,000 to 6,000] persons (assumed), 2013-01-01 to 2019-06-01",
        "  XBB to ALLY: weapons, 50 [30 to 70] index (assumed), since 2006-01-01, road/air bcap to depo",
        "  XCC to XAA: diplomatic, 1 index (assumed), since 2015-09-01",
        "  2020-01-22 to 2020-01-23 capture: REB on XAA at nord",
        "  cut-road: The road to the Guard is shut",
        "figures: 96, by standing: 96 assumed; by confidence: 96 unverified",
    ],
)
def test_a_summary_says(tiny: Path, line: str) -> None:
    assert line in describe(load_scenario(tiny)).splitlines()


def test_a_summary_of_the_least(tiny: Path) -> None:
    bare = ["levers=[]", "events=[]", "flows=[]", "stocks=[]", "routes=[]", "description=''"]
    scenario = load_scenario(tiny, [*bare, "conflict.patrons=[]", "conflict.rebel_patrons=[]"])
    text = describe(scenario)
    assert "support:" not in text
    assert "patrons: none; patrons of the opponents: none" in text
    no_figures = scenario.model_copy(
        update={
            "actors": tuple(
                a.model_copy(
                    update={
                        "strength": None,
                        "population": None,
                        "gdp": None,
                        "military_expenditure": None,
                        "own": {},
                    }
                )
                for a in scenario.actors
            ),
            "sites": tuple(s.model_copy(update={"population": None}) for s in scenario.sites),
            "sha256": "",
        }
    )
    assert figures_of(no_figures) == []
    assert describe(no_figures).endswith("figures: none")
