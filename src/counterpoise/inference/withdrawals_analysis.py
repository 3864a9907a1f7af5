"""What follows a withdrawal within 30, 90 and 365 days, against matched relationships that went on.

The analysis was fixed in ``library/withdrawals/CODEBOOK.md`` before any outcome was entered. The numbers for each
specification:

- the **risk difference** by each horizon: weighted product-limit risk of the recipients that lost support, minus that of
  the continuations matched to them; interval by resampling patron shocks with their whole sets (cluster bootstrap;
  Field & Welsh 2007). With fewer than ten shocks the interval is exact instead: Clopper and Pearson's limits of either
  side at 97.5 %, one observation a shock, combined so that both hold together (Bonferroni). The exact limits are given
  everywhere, and stand alone too where nobody fell on either side, since resampling nothing yields an interval of no width;
- a **p value by exchange**, added after the outcomes: the sides of all sets of a shock exchanged at random;
- the **log hazard ratio** over 365 days: partial likelihood stratified by matched set, shrunk by a prior N(0, 1); interval
  from the posterior averaged over resampled shocks (bagged posterior; Huggins & Miller 2023).

Days known as intervals are drawn anew for each of ``DAYS_DRAWN`` data sets; resamples pick among them.

Weakest assumption: a withdrawal is no random event. Patrons leave losers and winners, and the list of withdrawals was
written by someone who knew what followed; matching on region, intensity and kind removes neither. Read the result as an
association in a chosen sample.

References
----------
Field & Welsh (2007), Bootstrapping clustered data, JRSS B 69(3).
Huggins & Miller (2023), Reproducible model selection using bagged posteriors, Bayesian Analysis 18(1).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from counterpoise import library
from counterpoise.inference.withdrawals import Withdrawals, exposure_digest, load_withdrawals, summary
from counterpoise.inference.withdrawals_specs import SPECIFICATIONS, SUBGROUPS, Spec, Units, draw_units
from counterpoise.inference.withdrawals_survival import (
    BETA,
    binomial_limits,
    log_likelihood,
    posterior_summary,
    weighted_risk,
)

__all__ = ["HORIZONS", "analyse_units", "analyse_withdrawals", "stored_analysis", "write_analysis"]

HORIZONS: Final = (30, 90, 365)
DAYS_DRAWN: Final = 40
FEW: Final = 10
FLIPS: Final = 9999
Floats = NDArray[np.float64]


def _risks(units: Units, times: Floats) -> Floats:
    """Return the risk of both sides by each horizon; ``times`` says how often each unit counts. Shape (side, horizon)."""
    sides = []
    for side in (units.gone, ~units.gone):
        weight = (units.weight * times)[side]
        sides.append(weighted_risk(units.entry[side], units.exit[side], units.event[side], weight, HORIZONS))
    return np.array(sides)


def _exact(units: Units) -> list[tuple[float, float]]:
    """Return exact limits of the risk difference by each horizon, one observation a shock and side."""
    limits = []
    for horizon in HORIZONS:
        side_limits = []
        for side in (units.gone, ~units.gone):
            firsts = {
                int(c): i
                for c, i in reversed([*zip(units.clusters, range(side.size), strict=True)])
                if side[i]
            }
            fell = [bool(units.event[i] and units.exit[i] <= horizon) for i in firsts.values()]
            known = [f or units.exit[i] >= horizon for f, i in zip(fell, firsts.values(), strict=True)]
            side_limits.append(binomial_limits(sum(fell), sum(known), 0.975))
        (gone_low, gone_high), (on_low, on_high) = side_limits
        limits.append((gone_low - on_high, gone_high - on_low))
    return limits


def _flips(drawn: list[Units], seed: int) -> list[float]:
    """Return two-sided p values by each horizon: the sides of all sets of a shock exchanged at random, shock by shock.

    Exact, up to the number of exchanges, if within each shock the two sides could as well have been the other way round.
    Who left the record before the horizon counts as not fallen.
    """
    rng = np.random.default_rng(seed)
    side = np.where(drawn[0].gone, 1.0, -1.0) * drawn[0].weight
    signs = rng.choice((-1.0, 1.0), size=(FLIPS, int(drawn[0].clusters.max()) + 1))
    found = []
    for horizon in HORIZONS:
        fell = np.mean([u.event & (u.exit <= horizon) for u in drawn], axis=0)
        by_shock = np.bincount(drawn[0].clusters, weights=side * fell)
        reached = np.abs(signs @ by_shock) >= abs(by_shock.sum()) - 1e-9
        found.append(float((reached.sum() + 1) / (FLIPS + 1)))
    return found


def _shape(units: Units) -> dict[str, int]:
    """Count what a specification rests on."""
    return {
        "withdrawals": int(units.gone.sum()),
        "continuations": int((~units.gone).sum()),
        "sets": len(set(units.strata.tolist())),
        "clusters": len(set(units.clusters.tolist())),
    }


def analyse_units(drawn: list[Units], resamples: int, seed: int, absolute: bool = True) -> dict[str, Any]:
    """Return risk differences and log hazard ratio of one specification.

    Parameters
    ----------
    drawn : list of Units
        The same rows, with their days drawn anew in each.
    resamples : int
        How often the clusters are resampled.
    seed : int
        Same seed, same numbers.
    absolute : bool
        Whether the risk by 30, 90, 365 days has a meaning on this clock.
    """
    if not drawn[0].gone.size:
        return {**_shape(drawn[0]), "risks": [], "log_hazard_ratio": None}
    rng = np.random.default_rng(seed)
    likelihoods = [log_likelihood(u.entry, u.exit, u.event, u.gone, u.strata) for u in drawn]
    prior = -(BETA**2) / 2
    differences = np.full((resamples, len(HORIZONS)), np.nan)
    posteriors = np.empty((resamples, BETA.size))
    for i in range(resamples):
        pick = int(rng.integers(len(drawn)))
        units = drawn[pick]
        n_clusters = int(units.clusters.max()) + 1
        times = np.bincount(rng.integers(n_clusters, size=n_clusters), minlength=n_clusters).astype(float)
        of_set = np.zeros(int(units.strata.max()) + 1)
        of_set[units.strata] = times[units.clusters]
        posteriors[i] = of_set @ likelihoods[pick] + prior
        if absolute:
            risks = _risks(units, times[units.clusters])
            differences[i] = risks[0] - risks[1]
    mean, low, high = posterior_summary(posteriors)
    plain = posterior_summary(np.array([one.sum(axis=0) + prior for one in likelihoods]))
    found: dict[str, Any] = _shape(drawn[0])
    found["log_hazard_ratio"] = {"mean": mean, "low": low, "high": high, "unclustered": list(plain)}
    found["risks"] = (
        _risk_rows(drawn, differences, _flips(drawn, seed), found["clusters"] < FEW) if absolute else []
    )
    return found


def _risk_rows(
    drawn: list[Units], differences: Floats, flips: list[float], few: bool
) -> list[dict[str, Any]]:
    """Return risk of both sides, difference and interval by each horizon."""
    points = np.mean([_risks(u, np.ones(u.gone.size)) for u in drawn], axis=0)
    exact = np.mean([_exact(u) for u in drawn], axis=0)
    resampled = np.nanpercentile(differences, (2.5, 97.5), axis=0).T
    rows = []
    for j, horizon in enumerate(HORIZONS):
        fell = [
            np.mean([np.sum(u.event & (u.exit <= horizon) & side(u)) for u in drawn]) for side in (_gone, _on)
        ]
        alone = few or not sum(fell)
        low, high = (exact if alone else resampled)[j]
        rows.append(
            {
                "days": horizon,
                "fell_after_withdrawal": float(fell[0]),
                "fell_after_continuation": float(fell[1]),
                "risk_withdrawal": float(points[0, j]),
                "risk_continuation": float(points[1, j]),
                "difference": float(points[0, j] - points[1, j]),
                "low": float(low),
                "high": float(high),
                "interval": "exact" if alone else "shocks resampled",
                "exact": [float(exact[j, 0]), float(exact[j, 1])],
                "p_exchange": flips[j],
            }
        )
    return rows


def _gone(units: Units) -> NDArray[np.bool_]:
    return units.gone


def _on(units: Units) -> NDArray[np.bool_]:
    return ~units.gone


def _one(data: Withdrawals, spec: Spec, resamples: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    drawn = [draw_units(data, spec, rng) for _ in range(DAYS_DRAWN)]
    same = [u for u in drawn if u.rows == drawn[0].rows]
    head = {"name": spec.name, "text": spec.text, "fixed_before_outcomes": spec.fixed_before}
    return head | analyse_units(same, resamples, seed, absolute=spec.clock != "age")


def analyse_withdrawals(
    data: Withdrawals | None = None, *, resamples: int = 2000, seed: int = 1
) -> dict[str, Any]:
    """Return the analysis of the data set under every specification and in every subgroup.

    Parameters
    ----------
    data : Withdrawals, optional
        Left out: the data set that ships with the program. Cases kept apart enter only the specification that says so.
    resamples : int
        How often the shocks are resampled.
    seed : int
        Same seed, same numbers.

    Returns
    -------
    dict
        ``specifications`` and ``subgroups``, each with counts, ``risks`` by horizon in days and ``log_hazard_ratio``; the
        ``counts`` of the data; how many specifications there are.
    """
    shipped = data is None
    data = load_withdrawals() if data is None else data
    return {
        "format": "counterpoise/withdrawals-analysis/1",
        "exposure_sha256": exposure_digest() if shipped else None,
        "seed": seed,
        "resamples": resamples,
        "days_drawn": DAYS_DRAWN,
        "counts": summary(data),
        "n_specifications": len(SPECIFICATIONS) + len(SUBGROUPS),
        "specifications": [_one(data, s, resamples, seed) for s in SPECIFICATIONS],
        "subgroups": [_one(data, s, resamples, seed) for s in SUBGROUPS],
    }


def write_analysis(path: Path, *, resamples: int = 2000, seed: int = 1) -> dict[str, Any]:
    """Analyse the shipped data set and store the result as JSON; numbers are kept to six digits."""
    found = analyse_withdrawals(resamples=resamples, seed=seed)
    rounded = json.loads(json.dumps(found, default=str), parse_float=lambda t: float(f"{float(t):.6g}"))
    path.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


def stored_analysis() -> dict[str, Any]:
    """Return the analysis that ships with the data set."""
    loaded: dict[str, Any] = json.loads(library.read_text("withdrawals/analysis.json"))
    return loaded
