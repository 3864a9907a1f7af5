"""The arm *as reported* where the report itself is not sure: a mixture of arms over coupled futures.

With the parts k of `counterpoise.compiler.mixture` and x_k(m) whether the regime has ended in member m of part k, the arm is

    x(m) = x_1(m) + sum_k w_k (x_k(m) - x_1(m)),

so its probability is w times that with the event plus 1 - w times that without it, and exactly that with it where the two do
not differ. The parts are worlds under the same random numbers.

Weakest assumption: the weight is the middle of the interval that the wording stands for, and is not drawn. What it does not
do: conduits, ledger, places and claims are those of the part in which the report is true, and say so. Where a hedged capture
gives the parts another history, parameter intervals are over the draws of that part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import MixedArm
from counterpoise.compiler import MixturePart
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures

__all__ = [
    "WITHOUT",
    "Answers",
    "Ending",
    "Mixed",
    "mix",
    "mixed_arms",
    "mixture_limits",
    "part_names",
    "part_titles",
]

REPORTED, WITHOUT = "as_reported", "without"
_TITLES = {
    REPORTED: ("As reported", "as surely as the report words it: a mixture of the arms below it"),
    "if_true": ("If true", "all that the report words with care has happened, or does happen"),
    WITHOUT: ("Without it", "what the report words with care does not happen; what it asserts does"),
}


class Ending(Protocol):
    """Futures of one arm, or of several with their weights."""

    def ended_by(self, day: int, mode: str | None = None) -> NDArray[Any]:
        """Whether, or how much of, each member's regime has ended within some days (by a mode)."""
        ...


class Answers(Protocol):
    """What the questions on the regime are answered from."""

    @property
    def world(self) -> World:
        """The world of the leading part."""
        ...

    @property
    def draw(self) -> NDArray[np.int32]:
        """Parameter draw of each member."""
        ...

    @property
    def arms(self) -> Mapping[str, Ending]:
        """Arms by name."""
        ...


@dataclass(frozen=True)
class Mixed:
    """An arm that mixes others, the one with the event first."""

    parts: tuple[tuple[float, Ending], ...]

    def ended_by(self, day: int, mode: str | None = None) -> NDArray[np.float64]:
        """How much of each member's regime has ended within `day` days (by a mode), shape (n_members,)."""
        first = self.parts[0][1].ended_by(day, mode).astype(float)
        out = first.copy()
        for weight, other in self.parts[1:]:
            out += weight * (other.ended_by(day, mode) - first)
        return out


@dataclass(frozen=True)
class _Together:
    """The arms of a run with the mixture and its other parts beside them."""

    world: World
    draw: NDArray[np.int32]
    arms: dict[str, Ending]


def part_names(parts: Sequence[MixturePart]) -> tuple[str, ...]:
    """Return the names of the arms that hold the parts: the whole report first; *as reported* where it is alone."""
    if len(parts) == 1:
        return (REPORTED,)
    return ("if_true", *(f"partly_{i}" for i in range(1, len(parts) - 1)), WITHOUT)


def part_titles(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return title and description of the mixture and of its parts; nothing where there is one part."""
    if len(names) == 1:
        return {}
    partly = ("Partly true", "of what the report words with care, only the surer part happens")
    return {name: _TITLES.get(name, partly) for name in (REPORTED, *names)}


def mixed_arms(parts: Sequence[MixturePart]) -> tuple[MixedArm, ...]:
    """Return the parts with their weights; nothing where there is one part."""
    if len(parts) == 1:
        return ()
    named = zip(part_names(parts), parts, strict=True)
    return tuple(MixedArm(arm=name, weight=part.weight) for name, part in named)


def mixture_limits(parts: Sequence[MixturePart]) -> tuple[str, ...]:
    """Say what a mixture does not reach."""
    if len(parts) == 1:
        return ()
    return (
        f"The report does not assert all that it tells: 'as reported' is a mixture in which all of it holds with weight "
        f"{parts[0].weight:.3g}, the middle of what its wording stands for. Conduits, places, ledger and claims are those of the "
        "arm 'if true'.",
    )


def mix(futures: Futures, parts: Sequence[MixturePart], others: Sequence[Ending]) -> Answers:
    """Put the mixture and its parts beside the arms of a run; the run itself where there is one part.

    Parameters
    ----------
    futures : Futures
        The run; its arm of the first part's name, or *as reported*, holds the whole report.
    others : sequence of Ending
        Futures of the other parts, under the same seed.
    """
    names = part_names(parts)
    if len(parts) == 1:
        return futures
    whole_report = futures.arms.get(names[0]) or futures.arms[REPORTED]
    found: dict[str, Ending] = dict(zip(names, (whole_report, *others), strict=True))
    whole = Mixed(tuple((part.weight, found[name]) for name, part in zip(names, parts, strict=True)))
    return _Together(futures.world, futures.draw, {**futures.arms, **found, REPORTED: whole})
