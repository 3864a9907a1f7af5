"""What if every case had another case's patrons? A permutation test of what the patrons' histories are worth.

The support of one case, dated from its campaign's first day, is given to another. Everything else stays: places, captures,
outcome. If skill does not fall when the histories are shuffled, the model does not live on them (Fisher 1935; as a test of
forecasting skill: Good 2005, doi:10.1007/b138696).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np

from counterpoise.errors import InputError
from counterpoise.evaluation.case_rows import past_case
from counterpoise.scenario.models import Actor, DatedEvent, Flow, Scenario

__all__ = ["permute_patrons", "with_patrons_of"]


def permute_patrons(cases: Sequence[Scenario], seed: int) -> tuple[Scenario, ...]:
    """Give every case the patrons of another; no case keeps its own.

    Raises
    ------
    InputError
        With fewer than two cases.
    """
    if len(cases) < 2:
        raise InputError.at("cases", f"expected at least 2 to permute, got {len(cases)}", "name more cases")
    rng = np.random.default_rng(seed)
    order = np.arange(len(cases))
    while np.any(order == np.arange(len(cases))):
        order = rng.permutation(len(cases))
    return tuple(with_patrons_of(case, cases[int(j)]) for case, j in zip(cases, order, strict=True))


def with_patrons_of(case: Scenario, donor: Scenario) -> Scenario:
    """Return a case with the support that another's government and rebels had, shifted to its own campaign."""
    shift = past_case(case).campaign_start - past_case(donor).campaign_start
    rebel = next(
        (o.actor for o in case.conflict.opponents if o.role == "rebel"), case.conflict.opponents[0].actor
    )
    rebels = {o.actor for o in donor.conflict.opponents if o.role == "rebel"}

    def recipient(name: str) -> str | None:
        if name == donor.conflict.client:
            return case.conflict.client
        return rebel if name in rebels else None

    flows = [f for f in (_flow(f, recipient, shift) for f in donor.flows) if f is not None]
    changes = [e for e in (_change(e, recipient, shift) for e in donor.events) if e is not None]
    government = tuple(_lent(p) for p in donor.conflict.patrons)
    rebel_side = tuple(_lent(p) for p in donor.conflict.rebel_patrons)
    lent = [Actor(id=a, name=a, kind="state") for a in dict.fromkeys((*government, *rebel_side))]
    own = tuple(e for e in case.events if e.change is None)
    return case.model_copy(update={
        "actors": (*case.actors, *lent),
        "flows": tuple(flows),
        "events": (*own, *changes),
        "conflict": case.conflict.model_copy(update={"patrons": government, "rebel_patrons": rebel_side}),
        "sha256": f"{case.sha256}+{donor.sha256}",
    })  # fmt: skip


def _lent(patron: str) -> str:
    """Name of a lent patron: a donor's patron may be a party of the case that it is lent to."""
    return f"lent.{patron}"


def _moved(day: dt.date | None, shift: dt.timedelta) -> dt.date | None:
    return None if day is None else day + shift


def _flow(flow: Flow, recipient: Callable[[str], str | None], shift: dt.timedelta) -> Flow | None:
    to = recipient(flow.recipient)
    if to is None:
        return None
    return flow.model_copy(update={
        "sender": _lent(flow.sender), "recipient": to, "start": flow.start + shift, "end": _moved(flow.end, shift),
        "modes": (), "origin": None, "destination": None, "escort": None,
    })  # fmt: skip


def _change(
    event: DatedEvent, recipient: Callable[[str], str | None], shift: dt.timedelta
) -> DatedEvent | None:
    if event.change is None:
        return None
    to = recipient(event.change.recipient)
    if to is None:
        return None
    change = event.change.model_copy(update={
        "sender": _lent(event.change.sender), "recipient": to, "date": _moved(event.change.date, shift),
    })  # fmt: skip
    return event.model_copy(update={
        "id": f"lent.{event.id}", "date": event.date + shift, "date_latest": _moved(event.date_latest, shift),
        "actor": change.sender, "target": to, "change": change,
    })  # fmt: skip
