"""Levers as controls: of each patron which kinds leave or come back, how far, how fast and from when; legs that close; a campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from counterpoise.scenario.models import Scenario
from counterpoise.web.asked import LeverAsk, Pull
from counterpoise.web.desk.frame import field as labelled
from counterpoise.web.desk.frame import options

__all__ = ["LEVER", "Levers", "Support", "levers_form"]

#: Id of the lever that is made of what is set on a page.
LEVER = "desk-lever"
MOST_LEFT, MOST_DAYS = 200, 365
#: Longest title of a lever [characters].
MOST_TITLE = 200


@dataclass
class Support:
    """What becomes of a patron's support.

    Parameters
    ----------
    left : int
        Share of the committed size that is left [percent]; above 100: reinforced.
    days : int
        Days until that is complete [day].
    date : str
        First day, ISO 8601; empty: the day after the as-of day.
    moved : bool
        Whether anything was set; 100 percent that was set brings back what had left before.
    """

    kinds: set[str]
    left: int = 100
    days: int = 30
    date: str = ""
    moved: bool = False


@dataclass
class Levers:
    """The levers as they stand on a page."""

    scenario: Scenario
    patron: str = ""
    support: dict[str, Support] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    reopen: int = 0
    campaign: bool = False
    named: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for patron in self.scenario.conflict.patrons:
            self.support[patron] = Support(set(self.kinds_of(patron)))
        self.patron = next(iter(self.support), "")

    def kinds_of(self, patron: str) -> list[str]:
        """Return the kinds of support that a patron gives the government."""
        client = self.scenario.conflict.client
        return list(
            dict.fromkeys(f.kind for f in self.scenario.flows if (f.sender, f.recipient) == (patron, client))
        )

    @property
    def now(self) -> Support:
        """The support of the patron that is shown."""
        return self.support[self.patron]

    def set(self, name: str, value: Any) -> bool:
        """Take a control's new value; return whether the form is to be drawn again.

        Raises
        ------
        ValueError
            For a value that is no number or no date.
        """
        what, _, key = name.partition(":")
        if what == "patron" and value in self.support:
            self.patron = str(value)
            return True
        if what in ("left", "days") and self.support:
            most = MOST_LEFT if what == "left" else MOST_DAYS
            setattr(self.now, what, max(0, min(int(value), most)))
            self.now.moved = True
        elif what == "date" and self.support:
            self.now.date = dt.date.fromisoformat(str(value)).isoformat() if value else ""
            self.now.moved = True
        elif what == "route":
            known = {r.id for r in self.scenario.routes}
            legs = value if isinstance(value, list) else [value]
            self.closed = tuple(str(r) for r in legs if r in known)
        elif what == "reopen":
            self.reopen = max(0, min(int(value), MOST_DAYS))
        elif what == "campaign":
            self.campaign = bool(value)
        elif what in ("kind", "named"):
            chosen = self.now.kinds if what == "kind" else self.named
            (chosen.add if value else chosen.discard)(key)
        return False

    def own(self) -> tuple[LeverAsk, ...]:
        """Return what is set as a lever; nothing where nothing is."""
        pulls = tuple(
            Pull(
                sender=patron, recipient=self.scenario.conflict.client, kinds=tuple(sorted(s.kinds)), to=s.left / 100,
                days=s.days, date=dt.date.fromisoformat(s.date) if s.date else None,
            )
            for patron, s in self.support.items()
            if s.moved and s.kinds
        )  # fmt: skip
        if not (pulls or self.closed or self.campaign):
            return ()
        return (
            LeverAsk(
                id=LEVER, title=self._own_text(), changes=pulls, close_routes=tuple(sorted(self.closed)),
                start_campaign=self.campaign, reopen_days=self.reopen or None if self.closed else None,
            ),
        )  # fmt: skip

    def pulled(self) -> tuple[str, ...]:
        """Return the names of all levers that are pulled."""
        return (*sorted(self.named), *(x.id for x in self.own()))

    def text(self) -> str:
        """Say in words what is set."""
        titles = {x.id: x.title for x in self.scenario.levers}
        parts = [*self._own_parts(), *(titles[x] for x in sorted(self.named) if x in titles)]
        return "; ".join(parts) or "nothing is moved"

    def _own_text(self) -> str:
        """Return the title of the lever that is made of what is set."""
        text = "; ".join(self._own_parts())
        return text if len(text) <= MOST_TITLE else f"{text[: MOST_TITLE - 1]}…"

    def _own_parts(self) -> list[str]:
        """Say what is set, levers of the scenario left out."""
        names = {a.id: a.name for a in self.scenario.actors}
        parts = []
        for patron, s in self.support.items():
            if s.moved and s.kinds:
                all_of_it = s.kinds == set(self.kinds_of(patron))
                kinds = "all its support" if all_of_it else ", ".join(sorted(s.kinds)).replace("_", " ")
                when = f" from {s.date}" if s.date else ""
                parts.append(
                    f"{names.get(patron, patron)}: {s.left} % left of {kinds}{when}, within {s.days} days"
                )
        if self.closed:
            again = f", open again after {self.reopen} days" if self.reopen else ""
            parts.append(f"{len(self.closed)} leg{'s' if len(self.closed) > 1 else ''} closed{again}")
        if self.campaign:
            parts.append("a new campaign starts")
        return parts


def _checks(label: str, boxes: Sequence[tuple[str, str, bool]]) -> Markup:
    """Return a group of boxes to tick: name, text, whether it is ticked."""
    inner = Markup("").join(
        Markup('<label><input type="checkbox" name="{}"{}> {}</label>').format(
            name, Markup(" checked") if on else "", text
        )
        for name, text, on in boxes
    )
    return Markup('<div class="checks" role="group" aria-label="{}">{}</div>').format(label, inner)


def _slider(label: str, key: str, most: int, value: int, unit: str) -> Markup:
    """Return a slider that shows its value."""
    control = (
        f'<span class="slide"><input type="range" min="0" max="{most}" step="5" value="{value}" {{id}} '
        f'data-unit="{unit}"><output for="{key}">{value} {unit}</output></span>'
    )
    return labelled(label, control, key)


def levers_form(levers: Levers) -> Markup:
    """Return the levers as native controls."""
    s, names = levers.scenario, {a.id: a.name for a in levers.scenario.actors}
    parts = []
    if levers.support:
        now = levers.now
        patrons = [(p, names.get(p, p)) for p in levers.support]
        kinds = [(f"kind:{k}", k.replace("_", " "), k in now.kinds) for k in levers.kinds_of(levers.patron)]
        parts.append(
            Markup(
                "<fieldset><legend>A patron leaves, adds, or comes back</legend>"
                '<div class="row">{}{}</div>{}<div class="pair">{}{}</div></fieldset>'
            ).format(
                labelled("Patron", f"<select {{id}}>{options(patrons, levers.patron)}</select>", "patron"),
                labelled("From (empty: the next day)", f'<input type="date" value="{now.date}" {{id}}>', "date"),
                _checks("Kinds of support", kinds),
                _slider("What is left (100: all that was committed; more: reinforced)", "left", MOST_LEFT, now.left, "%"),
                _slider("Within how many days", "days", MOST_DAYS, now.days, "days"),
            )
        )  # fmt: skip
    where = {x.id: x.name for x in s.sites}
    routes = [(r.id, f"{where[r.a]} – {where[r.b]} ({r.mode})") for r in s.routes]
    legs = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            r, Markup(" selected") if r in levers.closed else "", text
        )
        for r, text in routes
    )
    closing = Markup(
        '<fieldset><legend>Legs close, a campaign starts</legend><div class="pair">{}{}</div>{}</fieldset>'
    ).format(
        labelled(
            "Legs that close",
            f"<select multiple size=4 {{id}}>{legs}</select>",
            "route",
            "several: Ctrl or ⌘",
        ),
        _slider("Open again after (0: never)", "reopen", MOST_DAYS, levers.reopen, "days"),
        _checks("Campaign", [("campaign", "a new campaign against the government starts", levers.campaign)]),
    )
    parts.append(closing)
    if s.levers:
        named = [(f"named:{x.id}", x.title, x.id in levers.named) for x in s.levers]
        parts.append(
            Markup("<details{}><summary>Levers that come with the scenario</summary>{}</details>").format(
                Markup(" open") if levers.named else "", _checks("Levers of the scenario", named)
            )
        )
    return Markup("").join(parts)
