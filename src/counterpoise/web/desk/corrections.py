"""Corrections of a reading by hand: what a page's control says becomes a `Correction`, checked as it is made."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import ValidationError

from counterpoise.errors import InputError, nearest
from counterpoise.reports import Coding
from counterpoise.scenario.models import SUPPORT_KINDS
from counterpoise.web.asked import Correction
from counterpoise.web.jobs import corrected

__all__ = ["Corrections"]

#: Control -> field of a correction that holds a list.
_LISTS: Final = {"kinds": "support_kinds", "actors": "actors", "recipients": "recipients"}
_INTERVAL: Final = re.compile(r"^\s*([01]?\.?\d*)\s*(?:to|-|–|,)\s*([01]?\.?\d*)\s*$")


class Corrections:
    """What was corrected by hand on a page; `also` are actors that a correction may name besides those of the text."""

    def __init__(self, coding: Coding) -> None:
        self.coding = coding
        self.also: tuple[str, ...] = ()
        self.dropped: set[str] = set()
        self.changes: dict[str, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self.dropped | set(self.changes))

    def made(self) -> tuple[Correction, ...]:
        """Return the corrections."""
        dropped = [Correction(id=x, drop=True) for x in sorted(self.dropped)]
        changed = [Correction(id=x, **c) for x, c in sorted(self.changes.items()) if x not in self.dropped]
        return (*dropped, *changed)

    def take(self, name: str, value: Any) -> None:
        """Take what a control says; a value that the coding does not know changes nothing.

        Raises
        ------
        InputError
            For such a value.
        """
        what, _, statement = name.partition(":")
        if what == "use":
            (self.dropped.discard if value else self.dropped.add)(statement)
            return
        change = self._change(what, statement, str(value))
        before = self.changes.get(statement)
        self.changes[statement] = {**(before or {}), **change}
        try:
            corrected(self.coding, self.made())
        except (InputError, ValidationError) as fault:
            if before is None:
                del self.changes[statement]
            else:
                self.changes[statement] = before
            if isinstance(fault, InputError):
                raise
            raise InputError.at(f"statement {statement}", str(fault.errors()[0]["msg"])) from fault

    def _change(self, what: str, statement: str, value: str) -> dict[str, Any]:
        """Return the field of a correction."""
        if what in _LISTS:
            found = tuple(x.strip() for x in value.split(",") if x.strip())
            self._known(what, statement, found)
            return {_LISTS[what]: found}
        if what == "p":
            match = _INTERVAL.match(value)
            if not match or not all(match.groups()):
                raise InputError.at(
                    f"statement {statement}", f"expected two numbers, got '{value[:40]}'", "write 0.55 to 0.8"
                )
            return {"p": tuple(sorted(float(x) for x in match.groups()))}
        if what == "date":
            return {"date": value} if value else {}
        return {"realis": value}

    def _actors(self) -> tuple[str, ...]:
        """Return whom a statement may name."""
        named = {e.id for e in self.coding.entities}
        acting = {x for e in self.coding.events for x in (*e.actors, *e.recipients)}
        return tuple(sorted({*named, *acting, *self.also}))

    def _known(self, what: str, statement: str, found: tuple[str, ...]) -> None:
        """Refuse a kind of support, or an actor of whom the text does not tell."""
        known = SUPPORT_KINDS if what == "kinds" else self._actors()
        for one in found:
            if one not in known:
                mend = f"known: {', '.join(known[:40])}"
                what_is = "a kind of support" if what == "kinds" else "an actor of this report or scenario"
                raise InputError.at(
                    f"statement {statement}", f"'{one[:40]}' is not {what_is}", mend, nearest(one, known)
                )
