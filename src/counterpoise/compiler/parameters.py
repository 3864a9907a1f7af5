"""Which numbers the model runs on: the shipped parameter file, the annual rates, and what a scenario sets otherwise.

Precedence, lowest first: shipped file < annual rates fitted on open data < posterior fitted on past cases (the
newest vintage that the as-of day may use) < the scenario's `uncertainties`. Draws of a posterior are joint: one row
sets all fitted parameters, except those that the scenario sets.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np

from counterpoise.compiler.posterior import Posterior, shipped_posterior
from counterpoise.compiler.rates import Rate, rate
from counterpoise.dynamics.parameters import NAMES, Joint, ParameterSpec, Shape
from counterpoise.errors import InputError, Problem, nearest
from counterpoise.library import read_yaml
from counterpoise.scenario.models import Scenario, Uncertainty

__all__ = ["Constant", "ParameterSet", "load_parameters", "shipped_mean"]

#: Model parameter -> (rate counted from open data, what it is, judgement [1/day] where no vintage is early enough).
#: A campaign's burn-out is that of campaigns which outlast their first month: the duration term of the loss hazard already
#: cools a campaign in its first weeks.
ANNUAL = {
    "campaign.start_rate": ("campaign_start.main", "a campaign begins in a quiet theatre", 0.3 / 365.25),
    "campaign.end_rate": ("campaign.burnout_rate.after_first_month", "a campaign burns out", 1 / 300),
    "coup.rate": ("coup.next_year", "a coup by the military or the palace ends the regime", 0.03 / 365.25),
    "settlement.rate": (
        "settlement.next_year",
        "a peace agreement ends the regime's sole rule",
        0.02 / 365.25,
    ),
    "patron.exit_rate": ("patron_exit.all", "a patron drops its client", 0.15 / 365.25),
}
#: Spread of the log of a judged rate: a factor of about three either way.
JUDGED_SD = 0.7


@dataclass(frozen=True)
class Constant:
    """A number that is not drawn: a rule of coding or a speed."""

    name: str
    value: float
    unit: str
    text: str
    standing: str
    source: str


@dataclass(frozen=True)
class ParameterSet:
    """Specs, constants and sources of a run."""

    specs: tuple[ParameterSpec, ...]
    constants: tuple[Constant, ...]
    sources: tuple[Mapping[str, Any], ...]
    joint: Joint | None = None
    #: The patron coding under which the joint draws were fitted: sum over patrons, capped at 3.
    capped_sum: bool = False

    def shifted(self, name: str, by: float) -> ParameterSet:
        """Add a number to every draw of a parameter."""
        specs = tuple(replace(s, mean=s.mean + by) if s.name == name else s for s in self.specs)
        joint = None if self.joint is None else self.joint.shifted(name, by)
        return replace(self, specs=specs, joint=joint)

    def fixed(self, name: str, value: float) -> ParameterSet:
        """Give a parameter the same value in every draw."""
        specs = tuple(
            replace(s, shape="fixed", mean=value, sd=0.0) if s.name == name else s for s in self.specs
        )
        return replace(self, specs=specs)

    def constant(self, name: str) -> float:
        """Return the value of a constant."""
        return next(c.value for c in self.constants if c.name == name)


@cache
def _shipped() -> dict[str, Any]:
    """Read the shipped parameter file, once."""
    found: dict[str, Any] = read_yaml("parameters/prototype.yaml")
    return found


def shipped_mean(name: str) -> float:
    """Return the mean of a parameter in the shipped parameter file."""
    return float(next(entry["mean"] for entry in _shipped()["parameters"] if entry["name"] == name))


def load_parameters(
    scenario: Scenario | None = None,
    as_of: dt.date | None = None,
    posterior: Posterior | Literal["shipped"] | None = "shipped",
) -> ParameterSet:
    """Collect the parameters of a run as they could be known on the as-of day.

    Parameters
    ----------
    posterior : Posterior, "shipped" or None
        Draws of the fitted parameters; left out: those that the package carries for the as-of day. None: no fit, the
        parameters of the prototype.

    Raises
    ------
    InputError
        If the scenario sets a parameter that does not exist.
    """
    raw = _shipped()
    specs = {e["name"]: _spec(e, raw["source_default"]) for e in raw["parameters"]}
    day = as_of or (scenario.as_of if scenario else dt.date.max)
    for name, (entry, text, judged) in ANNUAL.items():
        try:
            specs[name] = _annual_spec(name, text, rate(entry, day))
        except InputError:
            # The data begin too late for this day: a wide judgement, and never a later vintage.
            specs[name] = ParameterSpec(
                name, text, "lognormal", judged, JUDGED_SD, "1/day", "assumed", "own-judgement"
            )
    if posterior == "shipped":
        posterior = shipped_posterior(day)
    if posterior is not None:
        specs |= _fitted_specs(posterior, specs)
    problems = []
    for u in scenario.uncertainties if scenario else ():
        if u.parameter not in NAMES:
            problems.append(
                Problem(
                    f"uncertainties[{u.parameter}]",
                    "unknown parameter",
                    "see `explain --parameters`",
                    nearest(u.parameter, NAMES),
                )
            )
            continue
        found = _set_by_scenario(specs[u.parameter], u)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            specs[u.parameter] = found
    if problems:
        raise InputError(*problems)
    constants = tuple(
        Constant(c["name"], float(c["value"]), c["unit"], c["text"], c["standing"], c["source"])
        for c in raw["constants"]
    )
    sources = (
        *raw["sources"],
        {"id": "annual", "title": "Annual and monthly rates from UCDP and Cline Center data (library/rates/annual.json)",
         "publisher": "Counterpoise", "published": None, "reliability": "B"},
    )  # fmt: skip
    joint = None if posterior is None else Joint(posterior.names, posterior.draws)
    if posterior is not None:
        sources = (*sources, {"id": "posterior", "title": posterior.label.capitalize(), "publisher": "Counterpoise",
                              "published": None, "reliability": "B"})  # fmt: skip
    capped = posterior is not None and posterior.capped_sum
    return ParameterSet(tuple(specs[n] for n in NAMES), constants, sources, joint, capped)


def _fitted_specs(posterior: Posterior, old: Mapping[str, ParameterSpec]) -> dict[str, ParameterSpec]:
    """Specs of what a posterior fits or sets; their spread is that of its draws."""
    fitted = {
        n: replace(
            old[n],
            shape="posterior",
            mean=float(np.mean(x)),
            sd=float(np.std(x)),
            standing="fitted",
            source=posterior.label,
        )
        for n, x in zip(posterior.names, posterior.draws.T, strict=True)
    }
    why = f"{posterior.label}, set by its specification"
    fixed = {
        n: replace(old[n], shape="fixed", mean=float(x), sd=0.0, standing="assumed", source=why)
        for n, x in posterior.fixed.items()
    }
    return fitted | fixed | _selection_spec(posterior, old)


def _selection_spec(posterior: Posterior, old: Mapping[str, ParameterSpec]) -> dict[str, ParameterSpec]:
    """Shift of campaigns that the model starts itself: past cases begin at a famous offensive, which is hindsight."""
    found = posterior.selection
    if not found:
        return {}
    name = "campaign.selection"
    why = f"{posterior.label}, shifted to {found['counted']:.1%} of campaigns a year (annual, data to {found['data_until']})"
    spec = replace(
        old[name], shape="normal", mean=found["mean"], sd=found["sd"], standing="fitted", source=why
    )
    return {name: spec}


def _set_by_scenario(old: ParameterSpec, u: Uncertainty) -> ParameterSpec | Problem:
    """Give a parameter the scenario's mean and spread; its law stays, so that a rate stays a rate and a share a share."""
    where = f"uncertainties[{u.parameter}]"
    sd = u.sd
    law = _law(old)
    if law == "lognormal":
        if u.mean <= 0:
            return Problem(
                where, f"expected a mean above 0 [{old.unit}], got {u.mean}", "give a positive number"
            )
        sd = u.sd / u.mean
    elif law in ("beta", "uniform"):
        reach = u.sd if law == "uniform" else 0.0
        inside = 0.0 < u.mean < 1.0 or u.sd == 0
        if not inside or not 0.0 <= u.mean - reach <= u.mean + reach <= 1.0:
            return Problem(
                where, f"expected a {old.unit} in [0, 1], got {u.mean} +- {u.sd}", "give a smaller spread"
            )
    if u.parameter == "intensity.redraw_rate" and u.mean >= 0.9:
        return Problem(
            where, f"expected a probability a day well below 1, got {u.mean}", "give less than 0.9"
        )
    shape = law if sd else "fixed"
    return ParameterSpec(u.parameter, old.text, shape, u.mean, sd, old.unit, u.standing, u.source)


def _law(old: ParameterSpec) -> Shape:
    """Law under which a scenario's mean and spread are drawn: the parameter's own where it has one."""
    if old.shape not in ("posterior", "fixed"):
        return old.shape
    return "lognormal" if old.unit == "1/day" or old.name.startswith("sd.") else "normal"


def _spec(entry: Mapping[str, Any], source: str) -> ParameterSpec:
    """Read one entry of the shipped file."""
    return ParameterSpec(
        entry["name"], entry["text"], entry["shape"], float(entry["mean"]), float(entry["sd"]), entry["unit"],
        entry["standing"], entry.get("source", source),
    )  # fmt: skip


def _annual_spec(name: str, text: str, counted: Rate) -> ParameterSpec:
    """Turn a rate with its 90 % interval into a lognormal of hazards a day."""
    value, low, high = counted.per_day()
    sd = math.log(high / max(low, value / 20)) / (2 * 1.6449)
    return ParameterSpec(
        name,
        text,
        "lognormal",
        value,
        sd,
        "1/day",
        counted.standing,
        f"annual ({counted.id}, data to {counted.data_until})",
    )
