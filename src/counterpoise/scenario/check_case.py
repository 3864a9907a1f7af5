"""A past case agrees with its own log: start, end, captures of the capital, days covered."""

from __future__ import annotations

import datetime as dt

from counterpoise.scenario.draft import Draft, Finding, Placed
from counterpoise.scenario.models import Case, DatedEvent

__all__ = ["LOOK_BACK_DAYS", "check_case"]

#: A case can be forecast from this long before its campaign began.
LOOK_BACK_DAYS = 365
#: A capital is taken on the day that the government ends, or so soon after its flight.
_CAPITAL_DAYS = 45


def check_case(draft: Draft) -> list[Finding]:
    """Nothing to check in a scenario that is no case."""
    if draft.case is None:
        return []
    return [*_covered(draft, draft.case), *_started(draft, draft.case), *_ended(draft, draft.case)]


def _covered(draft: Draft, case: Case) -> list[Finding]:
    """Days that the scenario covers are those of the case."""
    found = []
    first = case.campaign_start - dt.timedelta(days=LOOK_BACK_DAYS)
    if draft.first_as_of is not None and draft.first_as_of != first:
        what = f"a case begins {LOOK_BACK_DAYS} days before its campaign: expected {first}, got {draft.first_as_of}"
        found.append(Finding(("first_as_of",), what, f"write {first}"))
    if draft.last_as_of is not None and draft.last_as_of != case.observed_until:
        what = f"expected observed_until {case.observed_until}, got {draft.last_as_of}"
        found.append(Finding(("last_as_of",), what, f"write {case.observed_until}"))
    for placed in draft.events:
        event = placed.item
        if event.kind in ("capture", "recapture") and event.known_from > case.captures_until:
            what = f"{event.known_from} is after captures_until {case.captures_until}"
            found.append(Finding((*placed.path, "date"), what, "move captures_until, or take the event out"))
    return found


def _events(draft: Draft, kind: str) -> list[Placed[DatedEvent]]:
    return [p for p in draft.events if p.item.kind == kind]


def _started(draft: Draft, case: Case) -> list[Finding]:
    """The campaign's first day is that of its event."""
    starts = [p.item for p in _events(draft, "campaign_start")]
    if not any(e.known_from == case.campaign_start for e in starts):
        days = ", ".join(str(e.known_from) for e in starts) or "none"
        what = f"no campaign_start event on {case.campaign_start} (events: {days})"
        return [Finding(("case", "campaign_start"), what, "add the event, or correct the day")]
    return []


def _ended(draft: Draft, case: Case) -> list[Finding]:
    """The outcome is that of the regime_end event, and the capital falls with a defeat."""
    ends = _events(draft, "regime_end")
    if case.outcome == "survived":
        return [
            Finding(
                (*p.path, "kind"),
                "the government ends here, and the case says that it survived",
                "correct one",
            )
            for p in ends
        ]
    expected = (case.ended, case.gone_by)
    if not any((p.item.date, p.item.known_from) == expected and p.item.detail == case.outcome for p in ends):
        what = f"no regime_end event on {case.ended} with detail '{case.outcome}'"
        return [Finding(("case", "outcome"), what, "add the event with the same days, detail: the outcome")]
    if case.outcome != "defeat" or draft.conflict is None:
        return []
    capital = draft.conflict.capital
    days = [p.item.known_from for p in _events(draft, "capture") if p.item.site == capital]
    last = case.gone_by
    if last is not None and not any(abs((d - last).days) <= _CAPITAL_DAYS for d in days):
        what = f"a defeat without a capture of the capital '{capital}' near {last}"
        return [Finding(("case", "outcome"), what, "add the capture, or name another outcome")]
    return []
