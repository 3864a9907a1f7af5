"""The client's background as the model counts it: what was on record before the campaign began.

    era              1 from 1990 on, when clients had no second superpower to turn to
    deaths trend     ln((d + 25) / (d' + 25)), deaths of the last twelve months over those of the twelve before
    coups            1 if the military or the palace tried a coup within three years (a sign that the army is no one body)
    Soviet sponsor   1 if the Soviet Union or an ally of its armed the client (Casey 2020: its clients knew no coups)
    income           ln(GDP per head / 1,000 USD of 2015)
    people           ln(population / 20 million)

Weakest assumption: what is not known counts as the neutral value, 0. Only a specification that was fitted with it reads any.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import Background

__all__ = ["ERA", "background_of"]

#: From here on clients had no second superpower to turn to (the Wall had fallen on 9 November 1989).
ERA: Final = dt.date(1990, 1, 1)
#: Deaths that make a conflict at all (UCDP): with fewer a ratio says nothing.
LEAST_DEATHS: Final = 25.0
MIDDLE_INCOME: Final = 1_000.0
MIDDLE_POPULATION: Final = 20e6


def background_of(given: Background | None, since: dt.date, as_of: dt.date) -> NDArray[np.float64]:
    """Return the covariates, shape (6,), in the order of `counterpoise.dynamics.covariates.BACKGROUND`.

    Parameters
    ----------
    since : date
        First day of the campaign, or while it is quiet the first on which one may begin.
    as_of : date
        Figures that are dated later are not read.
    """

    def known(figure: Figure | None, neutral: float) -> float:
        return neutral if figure is None or figure.as_of > as_of else figure.value

    given = given or Background()
    year, year_before = known(given.deaths_last_year, np.nan), known(given.deaths_year_before, np.nan)
    trend = np.log((year + LEAST_DEATHS) / (year_before + LEAST_DEATHS))
    return np.array(
        [
            float(since >= ERA),
            0.0 if np.isnan(trend) else trend,
            min(known(given.coups, 0.0), 1.0),
            known(given.soviet_sponsor, 0.0),
            np.log(known(given.gdp_per_head, MIDDLE_INCOME) / MIDDLE_INCOME),
            np.log(known(given.population, MIDDLE_POPULATION) / MIDDLE_POPULATION),
        ]
    )
