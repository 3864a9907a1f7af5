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

__all__ = ["MAIN", "PLAIN", "SPECS", "FitSpec", "Prior"]

Scale = Literal["identity", "log", "logit", "size"]


@dataclass(frozen=True)
class Prior:
    """Law of a parameter on its own scale.

    Parameters
    ----------
    scale : str
        ``identity``, ``log`` or ``logit``: where the law is normal; ``size``: the parameter is the size of a normal
        variable, which makes its law half-normal (for spreads: the likelihood is even in them, and smooth at zero).
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
    "intensity.memory": Prior(0.0, 1.5, "logit", why="any share between a tenth and nine tenths"),
    "exit.p_total": Prior(0.0, 1.5, "logit", why="any share between a tenth and nine tenths"),
    "intensity.skew": Prior(0.0, 0.5, why="at .5 two spreads above the middle count as 1.3, two below as 3.4"),
    "surrender.p": Prior(-1.5, 1.5, "logit", why="a fifth, give or take"),
    "capital.intensity": Prior(0.0, 0.5, why="the capital shares the campaign's ups and downs, more or less than other sites"),
    "campaign.end_rate": Prior(math.log(1 / 365.25), 1.0, "log", why="a campaign lasts a year, give or take a factor of three"),
}  # fmt: skip

_BASE: Final = (
    "loss.intercept", "loss.any_rebel", "loss.share_rebel", "loss.threat", "loss.size", "loss.duration",
    "loss.patron_level", "loss.withdrawn", "loss.reinforced", "loss.rebel_patron",
    "loss.capital", "loss.capital_any_rebel", "loss.capital_lost_share",
    "recapture.intercept", "recapture.share_government", "recapture.reinforced", "recapture.patron_level",
    "recapture.rebel_patron", "recapture.momentum", "recapture.momentum_government", "recapture.held",
    "rescue.intercept", "rescue.momentum", "rescue.lost_share",
    "sd.recapture", "sd.intensity", "intensity.redraw_rate",
    "campaign.end_rate", "patron.exit_rate", "exit.level", "exit.lost_share", "exit.momentum", "exit.p_total",
)  # fmt: skip
#: The effects of a case and of its capital are not told apart from campaign intensity: with the grids fine enough their spreads
#: go to zero (docs/model/fit.md). They are left out, and `effects` puts them back.
_NO_EFFECTS: Final[Mapping[str, float]] = {"sd.case": 0.0, "sd.capital": 0.0}
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
    fixed: Mapping[str, float] = field(default_factory=lambda: dict(_NO_EFFECTS))
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


PLAIN: Final = FitSpec(
    "plain", "the first model: no core area, the capital one site among others, history filtered fully"
)


def _without(name: str, text: str, dropped: tuple[str, ...], base: FitSpec = PLAIN) -> FitSpec:
    """Drop parameters: they are zero in the fit and in the simulation."""
    kept = tuple(n for n in base.fitted if n not in dropped)
    return replace(
        base, name=name, text=text, fitted=kept, fixed={**base.fixed, **dict.fromkeys(dropped, 0.0)}
    )


def _with(name: str, text: str, added: tuple[str, ...], base: FitSpec = PLAIN, **fixed: float) -> FitSpec:
    """Add parameters to those that are fitted, and set others; a double underscore in a name stands for its dot."""
    set_to = {**base.fixed, **{k.replace("__", "."): v for k, v in fixed.items()}}
    return replace(base, name=name, text=text, fitted=(*base.fitted, *added), fixed=set_to)


_INTENSITY: Final = ("sd.intensity", "intensity.redraw_rate")
_KINDS: Final = ("loss.support_troops", "loss.support_air", "loss.support_advisers", "loss.support_arms")

_BY_KIND: Final = _without("", "", ("loss.patron_level",))
_FLAGS: Final = ("loss.withdrawn", "loss.reinforced", "recapture.reinforced")
_CAPITAL: Final = (
    "capital.patron_level",
    "capital.withdrawn",
    "capital.duration",
    "capital.intensity",
)
_OWN_CAPITAL: Final = (*_CAPITAL, "capital.rebel_patron")


def _tempered(base: FitSpec, power: float, name: str = "") -> FitSpec:
    """Let the filter count history, what happened and what did not, to a power below 1."""
    text = f"{base.text}; the filter counts history to the power {power:g}"
    return _with(name or f"{base.name}_tempered", text, (), base, filter__calm=power, filter__event=power)


_CAPITAL_MORE: Final = _with(
    "capital_more", "the capital by a process of its own, the rebels' patrons included", _OWN_CAPITAL
)
_CAPITAL_CORE: Final = _with(
    "capital_core",
    "as capital_more, and the regime's core area",
    ("loss.core", "loss.capital_core_lost"),
    _CAPITAL_MORE,
)

_UNFILTERED: Final = {"filter.calm": 0.0, "filter.event": 0.0}
#: No log of a case says when its campaign ended: quiet days count as days of the campaign. So in its first year a campaign under
#: way does not burn out otherwise, and what the cases do not record is left to the rate that is counted from monthly deaths.
_UNRECORDED: Final = {"campaign.first_year_burnout": 0.0}
MAIN: Final = replace(
    _CAPITAL_CORE,
    name="main",
    text="the capital by a process of its own, the regime's core area, and no learning of campaign intensity from history",
    fitted=tuple(n for n in _CAPITAL_CORE.fitted if n != "campaign.end_rate"),
    fixed={**_CAPITAL_CORE.fixed, **_UNFILTERED, **_UNRECORDED},
)
_AGE: Final = ("loss.duration", "capital.duration")
_AGELESS: Final = _without("main_ageless", "main, and the age of the campaign plays no part", _AGE, MAIN)
_CAPITAL_PATRONS: Final = ("capital.patron_level", "capital.withdrawn", "capital.rebel_patron")
_MAIN_STATIC: Final = replace(
    _without("", "", _INTENSITY, MAIN),
    fixed={**MAIN.fixed, "sd.intensity": 0.0, "intensity.redraw_rate": 0.05},
)

#: What was tried on top of `main`: (name, text, parameters more, what is set).
_ADDED: Final[tuple[tuple[str, str, tuple[str, ...], dict[str, float]], ...]] = (
    ("main_kinds", "support by kind beside the level", _KINDS, {}),
    ("main_more_patrons", "support of further patrons beyond the highest", ("loss.more_patrons",), {}),
    ("main_surrender", "contagion of captures marked as surrenders, at most threefold",
     ("loss.contagion", "surrender.p"), {"surrender__cap": 1.1}),
    ("main_surrender_free", "contagion of captures marked as surrenders, without a cap",
     ("loss.contagion", "surrender.p"), {"surrender__cap": 4.0}),
    ("main_memory", "a redraw of intensity keeps part of the old one", ("intensity.memory",), {}),
    ("main_quick_to_alarm", "the filter counts what happened by a half, and what did not by a tenth", (),
     {"filter__event": 0.5, "filter__calm": 0.1}),
    ("main_era", "campaigns from 1990 on", ("loss.era",), {}),
    ("main_deaths", "deaths of the year before the campaign over those of the year before that",
     ("loss.deaths_trend",), {}),
    ("main_coups", "coups and attempts in the three years before: a proxy of the army's cohesion", ("loss.coups",), {}),
    ("main_soviet", "sponsor's style: a client that the Soviet Union or an ally of its armed", ("loss.soviet_sponsor",), {}),
    ("main_income", "GDP per head before the campaign", ("loss.income",), {}),
    ("main_people", "population before the campaign", ("loss.people",), {}),
    ("main_capital_ramp", "the capital's hazard rises over the first month of a campaign", ("capital.ramp",),
     {"campaign__ramp_days": 30.0}),
    ("main_ramp", "the hazards of all sites, and the capital's apart, rise over the first month of a campaign",
     ("loss.ramp", "capital.ramp"), {"campaign__ramp_days": 30.0}),
    ("main_ramp_fast", "the same over the first fortnight", ("loss.ramp", "capital.ramp"), {"campaign__ramp_days": 14.0}),
    ("main_slow", "the age of a campaign begins to tell after half a year", (), {"campaign__age_days": 180.0}),
    ("main_skew", "the law of campaign intensity thinner on its busy side than a lognormal", ("intensity.skew",), {}),
    ("main_record", "era, income and population: what separates takeovers in the annual record",
     ("loss.era", "loss.income", "loss.people"), {}),
)  # fmt: skip

SPECS: Final[dict[str, FitSpec]] = {
    s.name: s
    for s in (
        MAIN,
        _without("no_graph", "ablation: contact between sites plays no part", _GRAPH, MAIN),
        _without("no_patron", "ablation: patrons play no part", (*_PATRON, *_CAPITAL_PATRONS), MAIN),
        _with(
            "momentum",
            "ablation: momentum of losses, no campaign intensity",
            ("loss.momentum",),
            _MAIN_STATIC,
        ),
        replace(
            MAIN,
            name="filtered",
            text="main, with history filtered fully",
            fixed={k: v for k, v in MAIN.fixed.items() if k not in _UNFILTERED},
        ),
        replace(MAIN, name="capped_sum", text="main, patron level as a sum capped at 3", capped_sum=True),
        _AGELESS,
        *(_with(name, f"main, and {text}", more, MAIN, **put) for name, text, more, put in _ADDED),
        _with(
            "main_plateau",
            "main, and the age of the campaign counts for its first two months only",
            ("loss.ramp", "capital.ramp"),
            _AGELESS,
            campaign__ramp_days=60.0,
        ),
        replace(
            _with("main_kinds_only", "main, with support by kind in place of the level", _KINDS, MAIN),
            fitted=(
                *(n for n in MAIN.fitted if n not in ("loss.patron_level", "capital.patron_level")),
                *_KINDS,
            ),
            fixed={**MAIN.fixed, "loss.patron_level": 0.0, "capital.patron_level": 0.0},
        ),
        PLAIN,
        replace(
            PLAIN,
            name="effects",
            text="effects of the case and of its capital beside campaign intensity",
            fitted=(*PLAIN.fitted, "sd.case", "sd.capital"),
            fixed={},
        ),
        replace(PLAIN, name="plain_capped_sum", text="patron level as a sum capped at 3", capped_sum=True),
        _with("core", "the regime's core area", ("loss.core", "loss.capital_core_lost")),
        _with("more_patrons", "support of further patrons beyond the highest", ("loss.more_patrons",)),
        _with("kinds", "support by kind beside the level", _KINDS),
        _with("kinds_only", "support by kind in place of the level", _KINDS, _BY_KIND),
        _with("capital", "the capital by a process of its own", _CAPITAL),
        _with(
            "surrender",
            "contagion of captures marked as surrenders, at most threefold",
            ("loss.contagion", "surrender.p"),
            surrender__cap=1.1,
        ),
        _with("momentum_too", "momentum of losses beside campaign intensity", ("loss.momentum",)),
        _with("memory", "a redraw of intensity keeps part of the old one", ("intensity.memory",)),
        _with("calm_half", "the filter counts what did not happen by half", (), filter__calm=0.5),
        _with("calm_quarter", "the filter counts what did not happen by a quarter", (), filter__calm=0.25),
        _tempered(PLAIN, 0.5, "tempered_half"),
        _tempered(PLAIN, 0.2, "tempered"),
        _with(
            "no_filter",
            "plain, and history teaches nothing of the latents",
            (),
            filter__calm=0.0,
            filter__event=0.0,
        ),
        _CAPITAL_MORE,
        _CAPITAL_CORE,
        _tempered(_CAPITAL_MORE, 0.2),
        _tempered(_CAPITAL_CORE, 0.2),
        _with("era", "campaigns before 1990 and after", ("loss.era",)),
        _without("no_duration", "the age of the campaign plays no part", ("loss.duration",)),
        _without("no_flags", "flags of withdrawal and reinforcement play no part", _FLAGS),
    )
}
