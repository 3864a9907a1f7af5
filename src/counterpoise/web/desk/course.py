"""Who may have lost which place by which day: every day of the horizon where a run kept its course, else the days it was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from counterpoise.assessment.models import Assessment
from counterpoise.brief.numbers import day, days_after

__all__ = ["JUMPS", "Course"]

#: Days that the questions are about; 0 is the as-of day.
JUMPS: Final = (0, 30, 90, 365)


@dataclass(frozen=True)
class Course:
    """P(lost) of each place over time.

    Parameters
    ----------
    stops : tuple of int
        Days that can be looked at [day].
    lost : dict of str to dict of str to mapping
        Arm -> site -> day -> probability [1].
    """

    a: Assessment
    stops: tuple[int, ...]
    lost: Mapping[str, Mapping[str, Mapping[int, float]]]

    @classmethod
    def of(cls, a: Assessment, data: Any = None) -> Course:
        """Return the course of a run, from what it kept (`course_json`) or, without that, from its assessment."""
        if data is None:
            asked = {p.id: {int(d): x for d, x in p.p_lost.items()} for p in a.places if p.p_lost}
            stops = sorted({0, *(d for days in asked.values() for d in days)})
            return cls(a, tuple(stops), {a.arms[0].name: asked})
        arms = {
            arm: {site: {d: x / 1000 for d, x in enumerate(row)} for site, row in sites.items()}
            for arm, sites in data["arms"].items()
        }
        n = max((len(row) for sites in arms.values() for row in sites.values()), default=1)
        return cls(a, tuple(range(n)), arms)

    @property
    def arms(self) -> list[tuple[str, str]]:
        """Arms with their titles."""
        titles = {x.name: x.title for x in self.a.arms}
        return [(x, titles.get(x, x)) for x in self.lost]

    def on(self, arm: str, stop: int) -> dict[str, float]:
        """Return P(lost) of each place in an arm on a day; nothing on the as-of day."""
        if stop == 0:
            return {}
        return {site: row[stop] for site, row in self.lost.get(arm, {}).items() if stop in row}

    def name(self, arm: str, stop: int) -> str:
        """Say in words what is shown."""
        if stop == 0:
            return f"{day(self.a.as_of)}: who holds what"
        title = dict(self.arms).get(arm, arm).lower()
        return (
            f"Day {stop}, {day(days_after(self.a.as_of, stop))}: "
            f"probability that the government has lost it, {title}"
        )
