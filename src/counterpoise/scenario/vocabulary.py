"""The words of a scenario: kinds of support, stances, modes of transport, roles of sites."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["SUPPORT_KINDS", "Mode", "Role", "Stance", "SupportKind"]

#: Kinds of the UCDP External Support Dataset, plus advisers and diplomatic presence; air power is kept apart
#: from troops because the rule for a patron's level needs it (``docs/model/patrons.md``).
SupportKind = Literal[
    "troops",
    "air_power",
    "advisers",
    "weapons",
    "materiel",
    "training",
    "funding",
    "intelligence",
    "territory",
    "diplomatic",
    "other",
]
SUPPORT_KINDS: tuple[SupportKind, ...] = get_args(SupportKind)
Stance = Literal["ally", "partner", "neutral", "rival", "hostile"]
Mode = Literal["road", "rail", "air", "sea"]
Role = Literal[
    "capital",
    "port",
    "airfield",
    "crossing",
    "base",
    "regime_core",
    "depot",
    "governorate_capital",
    "town",
    "waypoint",
]
