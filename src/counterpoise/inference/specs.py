"""Specifications: which parameters are fitted, under which priors, and what is switched off. Every one that was
tried has a name here.

Priors are weak and know no past result: coefficients N(0, 1), intercepts wide, scales half-normal(1). The
coefficients of the prototype, which saw every case, are used nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from counterpoise.dynamics.parameters import NAMES

__all__ = ["MAIN", "SPECS", "FitSpec", "Prior"]

Scale = Literal["identity", "log", "logit", "size"]


@dataclass(frozen=True)
class Prior:
    """Law of a parameter on its own scale.

    Parameters
    ----------
    scale : str
        ``identity``, ``log`` or ``logit``: where the law is normal; ``size``: the parameter is the size of a normal variable, which
        makes its law half-normal (for spreads: the likelihood is even in them, and smooth at zero).
    mean, sd : float
        Of the normal law on that scale.
    why : str
        Reason for the numbers.
    """

    mean: float
    sd: float
    scale: Scale = "identity"
    why: str = "weak: a unit step changes a rate by a factor of e either way"


_EFFECT = Prior(0.0, 1.0)
_SCALE = Prior(0.0, 1.0, "size", "half-normal(1): spreads beyond a factor of seven are unlikely")
_OWN: Final[Mapping[str, Prior]] = {
    "loss.intercept": Prior(-7.0, 2.0, why="a site far from rebels falls once in three years, give or take a factor of seven"),
    "recapture.intercept": Prior(-7.0, 2.0, why="as for losses"),
    "rescue.intercept": Prior(-7.0, 2.0, why="once in three years, give or take a factor of seven"),
    "sd.case": _SCALE,
    "sd.recapture": _SCALE,
    "sd.capital": _SCALE,
    "sd.intensity": _SCALE,
    "intensity.redraw_rate": Prior(math.log(1 / 29), 1.0, "logit", why="a block lasts a month, give or take a factor of three"),
    "patron.exit_rate": Prior(-7.5, 1.5, "log", why="once in five years, give or take a factor of four"),
    "campaign.end_rate": Prior(math.log(1 / 365.25), 1.0, "log", why="a campaign lasts a year, give or take a factor of three"),
}  # fmt: skip

_BASE: Final = (
    "loss.intercept", "loss.any_rebel", "loss.share_rebel", "loss.threat", "loss.size", "loss.duration",
    "loss.patron_level", "loss.withdrawn", "loss.reinforced", "loss.rebel_patron",
    "loss.capital", "loss.capital_any_rebel", "loss.capital_lost_share",
    "recapture.intercept", "recapture.share_government", "recapture.reinforced", "recapture.patron_level",
    "recapture.rebel_patron", "recapture.momentum", "recapture.momentum_government", "recapture.held",
    "rescue.intercept", "rescue.momentum",
    "sd.case", "sd.recapture", "sd.capital", "sd.intensity", "intensity.redraw_rate",
    "campaign.end_rate", "patron.exit_rate",
)  # fmt: skip
_GRAPH: Final = ("loss.any_rebel", "loss.share_rebel", "loss.capital_any_rebel", "recapture.share_government")
_PATRON: Final = (
    "loss.patron_level", "loss.withdrawn", "loss.reinforced", "loss.rebel_patron",
    "recapture.reinforced", "recapture.patron_level", "recapture.rebel_patron",
)  # fmt: skip


@dataclass(frozen=True)
class FitSpec:
    """One specification.

    Parameters
    ----------
    fitted : tuple of str
        Parameters that are fitted, in the order of the columns of the posterior.
    fixed : mapping of str to float
        Parameters that the specification sets, in the fit and in every simulation from its posterior.
    priors : mapping of str to Prior
        Priors that differ from the general ones.
    capped_sum : bool
        Patron coding: sum over patrons, capped at 3, in place of the highest.
    """

    name: str
    text: str
    fitted: tuple[str, ...] = _BASE
    fixed: Mapping[str, float] = field(default_factory=dict)
    priors: Mapping[str, Prior] = field(default_factory=dict)
    capped_sum: bool = False

    def __post_init__(self) -> None:
        """Refuse names that the model does not have."""
        unknown = [n for n in (*self.fitted, *self.fixed, *self.priors) if n not in NAMES]
        if unknown or set(self.fitted) & set(self.fixed):
            raise ValueError(f"specification {self.name}: unknown or both fitted and fixed: {unknown}")

    def prior(self, name: str) -> Prior:
        """Return the prior of a parameter."""
        return self.priors.get(name) or _OWN.get(name, _EFFECT)


MAIN: Final = FitSpec("main", "the model of docs/model/theatre.md")


def _without(name: str, text: str, dropped: tuple[str, ...], base: FitSpec = MAIN) -> FitSpec:
    """Drop parameters: they are zero in the fit and in the simulation."""
    kept = tuple(n for n in base.fitted if n not in dropped)
    return replace(
        base, name=name, text=text, fitted=kept, fixed={**base.fixed, **dict.fromkeys(dropped, 0.0)}
    )


SPECS: Final[dict[str, FitSpec]] = {
    s.name: s
    for s in (
        MAIN,
        _without("no_graph", "ablation: contact between sites plays no part", _GRAPH),
        _without("no_patron", "ablation: patrons play no part", _PATRON),
        replace(
            MAIN, name="capped_sum", text="patron level as the sum over patrons, capped at 3", capped_sum=True
        ),
    )
}
