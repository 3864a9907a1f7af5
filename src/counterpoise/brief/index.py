"""Look-ups in an assessment: which arm leads, what is called what, which source has which number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from counterpoise.assessment.models import Arm, Assessment, BaseRate, Contrast, Curve, Question
from counterpoise.brief.document import Piece, Rich, clean, foreign, join, link, rich

__all__ = ["Index", "plain", "rise_is_loss"]


@dataclass(frozen=True)
class Index:
    """An assessment with its look-ups."""

    a: Assessment

    def name(self, key: str) -> str:
        """Return the name of an actor, site, arm or mode; the id in plain words where it has none."""
        return self.a.names.get(key) or plain(key)

    def who(self, key: str) -> Piece:
        """Return a name as other people's words."""
        return foreign(self.name(key))

    @cached_property
    def program(self) -> str:
        """The program with its version; a bare version gets the name before it."""
        named = clean(self.a.program)
        return f"Counterpoise {named}" if named[:1].isdigit() else named

    @cached_property
    def regime(self) -> Rich:
        """The regime in a sentence: ``the government of X``, or the name itself where it says so."""
        named = clean(self.a.client_name)
        if "government" in named.lower():
            return rich("the ", foreign(re.sub(r"^the ", "", named, flags=re.IGNORECASE)))
        return rich("the government of ", foreign(named))

    @cached_property
    def main(self) -> Arm | None:
        """The arm that the brief leads with: the first headline arm."""
        return next((arm for arm in self.a.arms if arm.headline), None)

    @cached_property
    def event(self) -> Arm | None:
        """The arm in which the event happens: the main arm, or, where that one is a mixture, its first part."""
        if self.main is None or not self.main.mixture:
            return self.main
        return next((arm for arm in self.a.arms if arm.name == self.main.mixture[0].arm), self.main)

    @cached_property
    def against(self) -> Arm | None:
        """The arm that the event is held against: of the first contrast, else the next headline arm."""
        if self.main is None or self.event is None:
            return None
        pairs = (c.arms[1] for c in self.a.contrasts if c.arms[0] == self.event.name)
        others = (
            arm.name
            for arm in self.a.arms
            if arm.headline and arm.name not in (self.main.name, self.event.name)
        )
        name = next(pairs, None) or next(others, None)
        return next((arm for arm in self.a.arms if arm.name == name), None)

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        """Arms, headline arms first, in the order given."""
        return tuple(sorted(self.a.arms, key=lambda arm: not arm.headline))

    def title(self, arm: str) -> str:
        """Return the title of an arm."""
        return next((x.title for x in self.a.arms if x.name == arm), self.name(arm))

    @cached_property
    def horizons(self) -> tuple[int, ...]:
        """Horizons of the question of regime end [day]."""
        return tuple(sorted({q.horizon_days for q in self.a.questions if _is_end(q)}))

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """Modes of regime end, in order of appearance."""
        return tuple(dict.fromkeys(q.mode for q in self.a.questions if _is_end(q) and q.mode))

    def end(self, arm: str, days: int, mode: str | None = None) -> Question | None:
        """Return the question of regime end in an arm within a horizon."""
        for q in self.a.questions:
            if _is_end(q) and (q.arm, q.horizon_days, q.mode) == (arm, days, mode):
                return q
        return None

    def end_contrast(self, days: int) -> Contrast | None:
        """Return the contrast of regime end between the arm with the event and the one against it."""
        if self.event is None or self.against is None:
            return None
        pair = (self.event.name, self.against.name)
        for c in self.a.contrasts:
            if (
                c.arms == pair
                and c.horizon_days == days
                and c.id.startswith("regime_end")
                and c.unit in PROBABILITY
            ):
                return c
        return None

    def curve(self, arm: str) -> Curve | None:
        """Return the survival curve of an arm."""
        return next((c for c in self.a.curves if c.arm == arm), None)

    @cached_property
    def base_rates(self) -> dict[int, tuple[BaseRate, ...]]:
        """Base rates of regime end by horizon (they are the same in every arm)."""
        found: dict[int, tuple[BaseRate, ...]] = {}
        for q in self.a.questions:
            if _is_end(q) and q.mode is None and q.base_rate:
                found.setdefault(q.horizon_days, q.base_rate)
        return found

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of every source in the list of sources."""
        return {s.id: i for i, s in enumerate(self.a.sources, start=1)}

    def cite(self, ids: Iterable[str]) -> Rich:
        """Return links to the sources; an id that is no source is printed as it stands."""
        out: list[Rich] = []
        for key in ids:
            if key in self.numbers:
                out.append(rich(link(f"[{self.numbers[key]}]", f"#source-{self.numbers[key]}")))
            elif key == "report":
                out.append(rich(link("the report", "#what-happened")))
            elif key:
                out.append(rich(foreign(key)))
        return join(out, " ")


#: Units of a contrast that is a difference of probabilities.
PROBABILITY = frozenset({"probability", "p", "share"})


def plain(key: str) -> str:
    """Return an id in plain words."""
    return key.replace("_", " ").replace(":", " ").strip()


def rise_is_loss(measure: str) -> bool:
    """Return whether more of a measure is worse for the actor (exposure to threat)."""
    return measure.startswith("threat")


def _is_end(q: Question) -> bool:
    """Return whether a question asks for the end of the regime."""
    return q.id.startswith("regime_end")
