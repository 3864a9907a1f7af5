"""The log posterior of a specification on a set of cases, compiled once; cases have weights, so that some can be left out.

    ln p(theta | cases) = sum over cases of weight * ln L(case | theta) + ln prior(theta)

theta lives on the whole line: scales and rates as logs, probabilities as logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.parameters import shipped_mean
from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.design import SHAPES
from counterpoise.dynamics.parameters import NAMES
from counterpoise.inference.likelihood import NODES, Nodes, case_log_likelihood, jax, jnp
from counterpoise.inference.replay import LOGS, Replay, replay
from counterpoise.inference.specs import FitSpec
from counterpoise.inference.table import Table, make_table
from counterpoise.scenario.models import Scenario

__all__ = ["Target", "make_target"]

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """Log posterior of one specification on replayed cases."""

    spec: FitSpec
    replays: tuple[Replay, ...]
    nodes: Nodes = NODES

    @property
    def names(self) -> tuple[str, ...]:
        """Fitted parameters."""
        return self.spec.fitted

    @cached_property
    def base(self) -> F64:
        """Full parameter vector before the fitted ones are put in."""
        out = np.zeros(len(NAMES))
        out[q.EXIT_TOTAL] = 0.5
        # What shapes a covariate is in the fit what it is in a run from its posterior.
        for position in SHAPES:
            out[position] = shipped_mean(NAMES[position])
        for name, value in self.spec.fixed.items():
            out[NAMES.index(name)] = value
        return out

    @cached_property
    def columns(self) -> NDArray[np.int64]:
        """Position of each fitted parameter."""
        return np.array([NAMES.index(n) for n in self.names], dtype=np.int64)

    def _scales(self, kind: str) -> NDArray[np.bool_]:
        return np.array([self.spec.prior(n).scale == kind for n in self.names])

    def natural(self, theta: Any) -> Any:
        """Fitted parameters on the scale of the engine; theta has any leading shape."""
        log, logit = self._scales("log"), self._scales("logit")
        module = np if isinstance(theta, np.ndarray) else jnp
        out = module.where(log, module.exp(module.where(log, theta, 0.0)), theta)
        out = module.where(self._scales("size"), module.abs(theta), out)
        return module.where(logit, 1.0 / (1.0 + module.exp(-module.where(logit, theta, 0.0))), out)

    def log_prior(self, theta: Any) -> Any:
        """Log density of the prior at theta, up to a constant."""
        priors = [self.spec.prior(n) for n in self.names]
        mean, sd = np.array([p.mean for p in priors]), np.array([p.sd for p in priors])
        return (-0.5 * ((theta - mean) / sd) ** 2).sum(-1)

    @cached_property
    def cases(self) -> Any:
        """Compiled: theta -> log-likelihood of each case, shape (n_cases,)."""
        by_case = case_log_likelihood(self.table, self.nodes, self.memory)
        return jax.jit(lambda theta: by_case(self.full(self.natural(theta))))

    @cached_property
    def table(self) -> Table:
        """The design table."""
        return make_table(self.replays, np.asarray(self.base))

    @property
    def memory(self) -> bool:
        """Whether a redraw of intensity keeps part of the old one."""
        return "intensity.memory" in self.names

    def full(self, natural: Any) -> Any:
        """Full parameter vector of the engine."""
        return jnp.asarray(self.base).at[self.columns].set(natural)

    @cached_property
    def joint(self) -> Any:
        """Return (theta, effects of the cases in units of their spread, weights of cases) -> log density of both.

        The effects u of the cases are variables here and not integrated over, which makes one evaluation many times cheaper.
        """
        by_case = case_log_likelihood(self.table, replace(self.nodes, u=1), self.memory)
        spread = self.names.index("sd.case") if "sd.case" in self.names else None

        def run(theta: Any, effect: Any, weights: Any) -> Any:
            size = self.base[q.SD_U] if spread is None else theta[spread]
            each = by_case(self.full(self.natural(theta)), size * effect)
            total = jnp.where(weights > 0.0, weights * each, 0.0).sum()
            return total + self.log_prior(theta) - 0.5 * (effect**2).sum()

        return run

    @cached_property
    def value_and_grad(self) -> Any:
        """Compiled: (theta, weights of cases) -> log posterior and its gradient."""
        _ = self.cases  # Its arrays must be made outside of a trace.
        return jax.jit(jax.value_and_grad(self._log_posterior))

    @cached_property
    def hessian_column(self) -> Any:
        """Compiled: (theta, weights, direction) -> Hessian of the log posterior times the direction."""
        _ = self.cases

        def run(theta: Any, weights: Any, direction: Any) -> Any:
            gradient = jax.grad(self._log_posterior)
            return jax.jvp(lambda x: gradient(x, weights), (theta,), (direction,))[1]

        return jax.jit(run)

    @cached_property
    def joint_value_and_grad(self) -> Any:
        """Compiled: (theta with the effects behind it, weights of cases) -> joint log density and its gradient."""
        _ = self.joint
        return jax.jit(jax.value_and_grad(self._joint))

    @cached_property
    def joint_hessian_column(self) -> Any:
        """Compiled: as `hessian_column`, of the joint log density."""
        _ = self.joint

        def run(x: Any, weights: Any, direction: Any) -> Any:
            gradient = jax.grad(self._joint)
            return jax.jvp(lambda y: gradient(y, weights), (x,), (direction,))[1]

        return jax.jit(run)

    def _joint(self, x: Any, weights: Any) -> Any:
        n = len(self.names)
        return self.joint(x[:n], x[n:], weights)

    def _log_posterior(self, theta: Any, weights: Any) -> Any:
        each = self.cases(theta)
        return jnp.where(weights > 0.0, weights * each, 0.0).sum() + self.log_prior(theta)

    def start(self) -> F64:
        """Where an optimiser begins: the priors' centres, scales at a half."""
        priors = [self.spec.prior(n) for n in self.names]
        return np.array([0.5 if p.scale == "size" else p.mean for p in priors])

    def unconstrained(self, natural: F64) -> F64:
        """Inverse of `natural`."""
        log, logit = self._scales("log"), self._scales("logit")
        out = np.where(log, np.log(np.where(log, natural, 1.0)), natural)
        x = np.where(logit, natural, 0.5)
        return np.asarray(np.where(logit, np.log(x / (1.0 - x)), out))


def make_target(
    cases: Sequence[Scenario], spec: FitSpec, *, seed: int = 1, logs: int = LOGS, nodes: Nodes = NODES
) -> Target:
    """Replay the cases and build their log posterior."""
    replays = tuple(replay(c, logs=logs, seed=seed, capped_sum=spec.capped_sum) for c in cases)
    # A latent whose spread is zero needs no grid: its nodes would all be equal.
    off = {
        name
        for name in ("sd.case", "sd.capital")
        if name not in spec.fitted and not spec.fixed.get(name, 0.0)
    }
    needed = replace(nodes, u=1 if "sd.case" in off else nodes.u, k=1 if "sd.capital" in off else nodes.k)
    return Target(spec, replays, needed)
