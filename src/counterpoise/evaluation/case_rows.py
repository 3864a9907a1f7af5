"""The fixed as-of days of past cases, and what came within each horizon.

One row is one case on one as-of day: what was known then, and how it went. The rules stand in
``docs/model/backtest-plan.md`` and were written down before any fit; nothing here looks at a forecast.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from counterpoise.errors import InputError
from counterpoise.scenario.models import Case, Scenario

__all__ = ["AS_OF_LABELS", "BEFORE_LABELS", "HORIZONS", "CaseRow", "case_rows", "case_weights", "past_case"]

HORIZONS: Final = (30, 90, 365)
#: Days of the campaign, and days before it, in the order of the tables.
AS_OF_LABELS: Final = ("start", "first capture", "30 days", "90 days", "180 days", "300 days")
BEFORE_LABELS: Final = ("30 days before", "180 days before", "365 days before")
_DAYS: Final = {"start": 0, "30 days": 30, "90 days": 90, "180 days": 180, "300 days": 300,
                "30 days before": -30, "180 days before": -180, "365 days before": -365}  # fmt: skip


@dataclass(frozen=True)
class CaseRow:
    """One case on one as-of day.

    Parameters
    ----------
    case, country : str
        The case, and what is left out together with it.
    cluster : str
        Shock to the patron that it shares with other cases, or the case itself.
    stage : int
        Days since the campaign began; negative before it.
    fell : tuple of bool or None
        Whether the government ended within each of `HORIZONS`; None where that is not known.
    fall_day : int or None
        Days from the as-of day to the last possible day of its end.
    followed : int
        Days from the as-of day to which it is known whether it stood.
    mode : str
        How it ended, or ``survived``.
    """

    case: str
    country: str
    cluster: str
    core: bool
    label: str
    as_of: dt.date
    stage: int
    fell: tuple[bool | None, ...]
    fall_day: int | None
    followed: int
    mode: str

    @property
    def before(self) -> bool:
        """Whether the as-of day lies before the campaign."""
        return self.stage < 0

    def known(self, horizon: int) -> bool | None:
        """Whether the government ended within one of `HORIZONS`."""
        return self.fell[HORIZONS.index(horizon)]


def past_case(scenario: Scenario) -> Case:
    """Return what came of a case.

    Raises
    ------
    InputError
        If the scenario is no past case.
    """
    if scenario.case is None:
        raise InputError.at(
            f"scenario {scenario.id}", "has no `case` block, so nothing is known of how it went",
            "add one (docs: add a case), or name a past case",
        )  # fmt: skip
    return scenario.case


def case_rows(scenarios: Iterable[Scenario]) -> tuple[CaseRow, ...]:
    """Return every row of the cases that counts, in the order of the cases and of the labels."""
    rows = []
    for scenario in scenarios:
        case = past_case(scenario)
        for label in (*AS_OF_LABELS, *BEFORE_LABELS):
            day = _as_of(scenario, case, label)
            if day is None or (case.ended is not None and day >= case.ended):
                continue
            if day >= case.campaign_start and day > case.captures_until:
                continue
            rows.append(_row(scenario.id, case, label, day))
    return tuple(rows)


def _as_of(scenario: Scenario, case: Case, label: str) -> dt.date | None:
    """Day that a label stands for in a case; None where there was no capture."""
    if label != "first capture":
        return case.campaign_start + dt.timedelta(days=_DAYS[label])
    captures = [
        e.known_from for e in scenario.events if e.kind == "capture" and e.known_from >= case.campaign_start
    ]
    return min(captures) + dt.timedelta(days=1) if captures else None


def _row(name: str, case: Case, label: str, day: dt.date) -> CaseRow:
    end = case.gone_by
    fall_day = None if end is None else (end - day).days
    followed = (case.observed_until - day).days if end is None else 10**6
    fell = tuple(
        True if fall_day is not None and fall_day <= h else (False if followed >= h else None)
        for h in HORIZONS
    )
    return CaseRow(
        name, case.country, case.patron_shock or name, case.core, label, day, (day - case.campaign_start).days,
        fell, fall_day, followed, case.outcome,
    )  # fmt: skip


def case_weights(rows: Sequence[CaseRow]) -> list[float]:
    """Weights that give every case the same total: one over the number of its rows."""
    count: dict[str, int] = {}
    for row in rows:
        count[row.case] = count.get(row.case, 0) + 1
    return [1.0 / count[row.case] for row in rows]
