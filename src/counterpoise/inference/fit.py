"""The fit: past cases and a specification become a posterior.

`fit_cases` runs Laplace's approximation with importance weights (seconds to a minute) or NUTS (minutes).
`left_out_fits` leaves groups of cases out: by reweighting the draws of a full fit where the Pareto k allows it, else
by a new fit that starts from the full one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise._version import __version__
from counterpoise.compiler.posterior import Posterior, read_posterior, write_posterior
from counterpoise.ensemble.execution import Executor
from counterpoise.errors import InputError
from counterpoise.inference.diagnose import diagnose
from counterpoise.inference.laplace import Mode, climb, find_mode, normal_draws, proposals, stretches
from counterpoise.inference.nuts import Sampler, run_nuts
from counterpoise.inference.psis import GOOD_K, psis, resample
from counterpoise.inference.replay import LOGS
from counterpoise.inference.specs import MAIN, SPECS, FitSpec
from counterpoise.inference.target import Target, make_target
from counterpoise.scenario.models import Scenario

__all__ = ["MAIN", "SPECS", "FitSpec", "Method", "Refit", "cases_closed_before", "fit_cases", "left_out_fits"]

Method = Literal["nuts", "laplace"]
#: How a fit without some cases is made: ``shift`` moves the draws of the full fit by what the mode moves.
Refit = Literal["shift", "nuts", "laplace"]
Progress = Callable[[str, int, int], None]
F64 = NDArray[np.float64]

#: Draws that a posterior keeps.
KEPT = 500
#: Warm-up of a fit without some cases, whitened by the full posterior.
REFIT_WARM_UP = 100


def cases_closed_before(cases: Sequence[Scenario], vintage: dt.date | None) -> tuple[Scenario, ...]:
    """Return the cases that a vintage may use: those whose outcome was known before its date."""
    return tuple(c for c in cases if c.case is not None and (vintage is None or c.case.closed < vintage))


def fit_cases(
    cases: Sequence[Scenario],
    spec: FitSpec = MAIN,
    *,
    method: Method = "nuts",
    seed: int = 1,
    start: Posterior | None = None,
    vintage: dt.date | None = None,
    logs: int = LOGS,
    kept: int = KEPT,
    progress: Progress | None = None,
) -> Posterior:
    """Fit a specification on past cases.

    Parameters
    ----------
    method : str
        ``nuts``: two chains of the no-U-turn sampler; ``laplace``: a normal law at the mode, corrected by importance weights.
    start : Posterior, optional
        A posterior of the same parameters to begin at: the mode is sought from its mean, or NUTS starts its climb there.
    vintage : date, optional
        Use only cases closed before this day.
    logs : int
        Logs drawn of each case that has days known only as intervals.

    Raises
    ------
    InputError
        If there is no case to fit on.
    """
    used = cases_closed_before(cases, vintage)
    if not used:
        raise InputError.at(
            "fit", "no past case to fit on", "name a folder with case files, or a later vintage"
        )
    tell = progress or (lambda *_: None)
    tell("replay the cases", 0, 1)
    target = make_target(used, spec, seed=seed, logs=logs)
    if method == "nuts":
        mode = find_mode(target, start=_joint_start(target, start), tell=tell, joint=True)
        theta, sampled = run_nuts(Sampler(target, mode), seed=seed, kept=kept, tell=tell)
        about = {"method": "nuts", **sampled.summary}
        chains = sampled.chains
    else:
        mode = find_mode(target, start=_start_of(target, start), tell=tell)
        theta, k = _laplace_draws(target, mode, kept, seed, np.ones(len(used)), tell)
        about = {"method": "laplace", "pareto_k": _shown_k(k)}
        chains = None
    each = _evaluate(target, theta, tell)
    return Posterior(
        names=target.names,
        draws=np.asarray(target.natural(theta)),
        fixed=dict(spec.fixed),
        spec=spec.name,
        method=method,
        vintage=vintage,
        cases=tuple((c.id, c.sha256) for c in used),
        diagnostics=diagnose(target, theta, chains),
        case_log_likelihood=each,
        about={"program": __version__, "seed": seed, "logs": logs, **about},
        capped_sum=spec.capped_sum,
    )


def _start_of(target: Target, start: Posterior | None) -> Mode | None:
    """Take mean and covariance of another posterior as a start, where it fits the same parameters."""
    if start is None or start.names != target.names:
        return None
    theta = target.unconstrained(np.asarray(start.draws))
    return Mode(theta.mean(0), np.cov(theta.T) + 1e-6 * np.eye(theta.shape[1]), 0.0, 0)


def _joint_start(target: Target, start: Posterior | None) -> Mode | None:
    """As `_start_of`, with the effects of the cases behind the parameters, at zero."""
    mode = _start_of(target, start)
    if mode is None:
        return None
    n, effects = len(mode.theta), len(target.replays)
    covariance = np.eye(n + effects)
    covariance[:n, :n] = mode.covariance
    return Mode(np.append(mode.theta, np.zeros(effects)), covariance, 0.0, 0)


def _evaluate(target: Target, theta: F64, tell: Progress) -> F64:
    """Log-likelihood of each case at each draw, shape (n_draws, n_cases)."""
    out = np.empty((len(theta), len(target.replays)))
    for i, row in enumerate(theta):
        if i % 50 == 0:
            tell("weigh the cases", i, len(theta))
        out[i] = target.cases(row)
    return out


def _laplace_draws(
    target: Target, mode: Mode, kept: int, seed: int, weights: F64, tell: Progress
) -> tuple[F64, float]:
    """Draws of the posterior by importance resampling around the mode, with Pareto k.

    Weights that cannot be trusted (k above .7) are not used: then the draws are those of the normal law at the mode. (The
    proposals themselves are wider than the posterior by design, and would make every forecast too timid.)
    """
    tell("probe the posterior", 0, 1)
    theta, log_density = proposals(mode, 2 * kept, seed, stretches(target, mode, weights))
    each = _evaluate(target, theta, tell)
    prior = target.log_prior(theta)
    ratios = np.nan_to_num(each @ weights + prior - log_density, nan=-1e9, neginf=-1e9)
    weight, k = psis(ratios)
    return (theta[resample(weight, kept, seed)] if k <= GOOD_K else normal_draws(mode, kept, seed)), k


def _shown_k(k: float) -> float | None:
    """Return Pareto k as JSON can hold it."""
    return round(k, 3) if np.isfinite(k) else None


def left_out_fits(
    cases: Sequence[Scenario],
    spec: FitSpec,
    groups: Mapping[str, Sequence[str]],
    *,
    cache: Path | None = None,
    seed: int = 1,
    logs: int = LOGS,
    kept: int = KEPT,
    full: Posterior | None = None,
    refit: Refit = "nuts",
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> dict[str, Posterior]:
    """Fit without each group of cases.

    The draws of a full fit are reweighted by 1 / L(left-out cases | draw), smoothed (PSIS). Where Pareto k is above
    .7 the group is left out of a new fit that starts from the full one: NUTS whitened by the full posterior, Laplace, or
    ``shift``, which finds the new mode and moves every draw by what the mode moved (seconds; the spread stays that of the
    full fit).

    Parameters
    ----------
    groups : mapping of str to sequence of str
        Name of the group -> ids of the cases that are left out together.
    cache : Path, optional
        Folder in which every posterior is kept under a hash of what it was made from; an interrupted run goes on there.
    full : Posterior, optional
        Fit on all cases under this specification; left out: made by NUTS.
    refit : str
        How a group is fitted anew where reweighting fails.
    executor : Executor, optional
        Processes or a cluster on which groups are left out, one group a piece; left out: here, one after the other.

    Returns
    -------
    dict of str to Posterior
        ``about`` holds ``pareto_k`` and how each was made.
    """
    tell = progress or (lambda *_: None)
    desk = _LeftOut(tuple(cases), spec, seed, logs, kept, cache, refit, tell)
    full = full or desk.cached("full", (), lambda: fit_cases(
        cases, spec, method="nuts" if refit == "nuts" else "laplace", seed=seed, logs=logs, kept=kept, progress=progress
    ))  # fmt: skip
    found: Iterator[Posterior] = (desk.without(name, frozenset(ids), full) for name, ids in groups.items())
    if executor is not None:
        # The cache is a folder of this machine: only what is made here is kept there.
        job = _Job(tuple(cases), spec, seed, logs, kept, refit, full)
        found = desk.spread(executor, job, groups)
    out = {}
    for i, name in enumerate(groups):
        tell("leave cases out", i, len(groups))
        out[name] = next(found)
    return out


class _Job(NamedTuple):
    """What all fits without a group share, as it is sent to a worker."""

    cases: tuple[Scenario, ...]
    spec: FitSpec
    seed: int
    logs: int
    kept: int
    refit: Refit
    full: Posterior


#: The desk of the job that this process works on: its target is compiled once.
_at_work: tuple[_Job, _LeftOut] | None = None
_one_at_a_time = threading.Lock()


def _fit_without(job: _Job, group: tuple[str, tuple[str, ...]]) -> Posterior:
    """Leave one group out, on a worker; a second piece in the same process waits for the first."""
    global _at_work
    name, ids = group
    with _one_at_a_time:
        if _at_work is None or _at_work[0] is not job:
            desk = _LeftOut(
                job.cases, job.spec, job.seed, job.logs, job.kept, None, job.refit, lambda *_: None
            )
            _at_work = (job, desk)
        return _at_work[1].without(name, frozenset(ids), job.full)


class _LeftOut:
    """Makes and keeps posteriors without some cases."""

    def __init__(
        self,
        cases: tuple[Scenario, ...],
        spec: FitSpec,
        seed: int,
        logs: int,
        kept: int,
        cache: Path | None,
        refit: Refit,
        tell: Progress,
    ) -> None:
        self.cases, self.spec, self.seed, self.logs, self.kept = cases, spec, seed, logs, kept
        self.cache, self.refit, self.tell = cache, refit, tell
        self._target: Target | None = None
        self._sampler: Sampler | None = None
        self._full_mode: F64 | None = None

    def cached(self, name: str, left_out: Sequence[str], make: Callable[[], Posterior]) -> Posterior:
        """Read a posterior from the cache, or make it and keep it."""
        folder = self._folder(name, left_out)
        if folder is None:
            return make()
        if (folder / "posterior.json").is_file():
            return read_posterior(folder)
        made = make()
        write_posterior(made, folder)
        return made

    def spread(
        self, executor: Executor, job: _Job, groups: Mapping[str, Sequence[str]]
    ) -> Iterator[Posterior]:
        """Yield the posteriors without each group, made elsewhere where they are not in the cache."""
        there: dict[str, Posterior] = {}
        for name, ids in groups.items():
            folder = self._folder(name, sorted(ids))
            if folder is not None and (folder / "posterior.json").is_file():
                there[name] = read_posterior(folder)
        asked = ((name, tuple(ids)) for name, ids in groups.items() if name not in there)
        made = executor.map(_fit_without, job, asked)
        for name, ids in groups.items():
            if name in there:
                yield there[name]
                continue
            posterior = next(made)
            folder = self._folder(name, sorted(ids))
            # As when made here: what is only reweighted is not worth a file.
            if folder is not None and posterior.about.get("method") != "reweighted" and ids:
                write_posterior(posterior, folder)
            yield posterior

    def _folder(self, name: str, left_out: Sequence[str]) -> Path | None:
        """Folder of a posterior in the cache."""
        if self.cache is None:
            return None
        what = {
            "program": __version__, "spec": repr(self.spec), "seed": self.seed, "logs": self.logs, "kept": self.kept,
            "cases": [(c.id, c.sha256) for c in self.cases], "left_out": sorted(left_out), "refit": self.refit,
            "source": source_hash(),
        }  # fmt: skip
        key = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:20]
        return self.cache / f"{self.spec.name}-{name}-{key}"

    def without(self, name: str, ids: frozenset[str], full: Posterior) -> Posterior:
        """Return the posterior without a group."""
        gone = np.array([c in ids for c, _ in full.cases])
        if not gone.any():
            return full
        if full.case_log_likelihood is None:
            raise InputError.at(
                "left_out_fits", "the full posterior holds no log-likelihood of cases", "fit it again"
            )
        weight, k = psis(-full.case_log_likelihood[:, gone].sum(1))
        if k <= GOOD_K:
            rows = resample(weight, len(full.draws), self.seed)
            return self._labelled(full.picked(rows), ids, "reweighted", k)
        return self.cached(name, sorted(ids), lambda: self._anew(ids, full))

    def _labelled(self, made: Posterior, ids: frozenset[str], method: str, k: float) -> Posterior:
        """Say what a posterior is that was made without a group."""
        kept = tuple(c for c in made.cases if c[0] not in ids)
        about = {**made.about, "method": method, "left_out": sorted(ids)}
        about["pareto_k"] = _shown_k(k)
        return replace(made, cases=kept, method=method, about=about, case_log_likelihood=None, diagnostics=())

    def _anew(self, ids: frozenset[str], full: Posterior) -> Posterior:
        """Fit without a group, from the full fit."""
        if self._target is None:
            self._target = make_target(self.cases, self.spec, seed=self.seed, logs=self.logs)
        target = self._target
        weights = np.array([0.0 if r.id in ids else 1.0 for r in target.replays])
        if self.refit == "nuts":
            if self._sampler is None:
                mode = find_mode(target, start=_joint_start(target, full), joint=True)
                self._sampler = Sampler(target, mode, REFIT_WARM_UP)
            theta, sampled = run_nuts(self._sampler, seed=self.seed, kept=self.kept, weights=weights)
            return self._labelled(self._bare(target, theta, sampled.summary), ids, "nuts", float("nan"))
        centre = _start_of(target, full)
        if self.refit == "shift" and centre is not None:
            return self._labelled(self._shifted(target, centre, weights, full), ids, "shifted", float("nan"))
        mode = find_mode(target, weights, start=centre)
        theta, k = _laplace_draws(target, mode, self.kept, self.seed, weights, lambda *_: None)
        return self._labelled(self._bare(target, theta, {}), ids, "laplace", k)

    def _shifted(self, target: Target, centre: Mode, weights: F64, full: Posterior) -> Posterior:
        """Move every draw of the full fit by what its mode moves when the group goes."""
        if self._full_mode is None:
            self._full_mode, _, _ = climb(target, start=centre)
        moved, _, steps = climb(target, weights, replace(centre, theta=self._full_mode))
        theta = target.unconstrained(full.draws) + (moved - self._full_mode)
        return self._bare(target, theta, {"steps": steps})

    def _bare(self, target: Target, theta: F64, summary: Mapping[str, Any]) -> Posterior:
        """Make a posterior of draws, without diagnostics."""
        return Posterior(
            names=target.names,
            draws=np.asarray(target.natural(theta)),
            fixed=dict(self.spec.fixed),
            spec=self.spec.name,
            method="nuts",
            vintage=None,
            cases=tuple((c.id, c.sha256) for c in self.cases),
            about={"program": __version__, "seed": self.seed, "logs": self.logs, **summary},
            capped_sum=self.spec.capped_sum,
        )


def source_hash() -> str:
    """Hash of the code that a fit depends on: a changed covariate must not read an old posterior from a cache."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder in ("dynamics", "inference", "compiler"):
        for path in sorted((root / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
