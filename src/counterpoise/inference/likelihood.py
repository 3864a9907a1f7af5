"""The likelihood of past cases under the simulator's own law, in JAX (float64), one number for each case.

For one log, with z = u + w_t,

    L(log) = E over u, k and the path of w of
             product over days of exp(-A_d e^z - C_d e^(z + k)) * product over sites lost of (e^h - 1),

where A_d sums the hazards of the sites that the government holds, C_d is its capital's, and h is the hazard of a
site that was lost. The complementary log-log form is that of the kernel. w is constant in blocks that are redrawn
with probability rho a day: the forward algorithm carries a grid over w, nodes of Gauss-Hermite quadrature over u and
k go along (`Nodes`). Recapture has its own latent v, integrated by quadrature in closed steps. Exit, rescue and the
end of a campaign need no latents. The likelihood of a case is the mean over its logs.

Weakest assumption: the grids (``docs/model/fit.md`` compares them with finer ones).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.design import CAPITAL, EXIT, LOSS, RECAPTURE, RESCUE
from counterpoise.errors import InputError
from counterpoise.inference.table import Table

try:
    import jax
    import jax.numpy as jnp
except ImportError as err:
    raise InputError.at(
        "fit",
        f"needs JAX and NumPyro, and {err.name} is not installed",
        "pip install 'counterpoise[fit]'; all else works without",
    ) from err

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

__all__ = ["NODES", "Nodes", "case_log_likelihood", "gauss_hermite", "jax", "jnp"]

Array = Any


@dataclass(frozen=True)
class Nodes:
    """Sizes of the grids over w, u, k and v."""

    w: int = 51
    u: int = 15
    k: int = 2
    v: int = 15


NODES = Nodes()
#: A skew of campaign intensity smaller than this counts as none; no node lies further out than this many spreads.
_STRAIGHT, _FAR = 1e-4, 20.0


def gauss_hermite(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of a standard normal law."""
    x, weight = np.polynomial.hermite_e.hermegauss(n)
    return x, weight / weight.sum()


@dataclass(frozen=True)
class _Lanes:
    """Steps of all sequences in lanes of equal length, so that short cases are no padding of long ones.

    A sequence takes one place more than it has steps, for what its last step carries over. Shape (n_places, n_lanes).
    """

    order: NDArray[np.int64]
    inside: NDArray[np.bool_]
    first: NDArray[np.bool_]
    used: NDArray[np.bool_]
    sequence: NDArray[np.int64]


def _lanes(of_step: NDArray[np.int64], n_sequences: int) -> _Lanes:
    """Fill lanes with whole sequences, the longest first."""
    length = np.bincount(of_step, minlength=n_sequences)
    start = np.concatenate([[0], np.cumsum(length)])
    depth = int(length.max()) + 1
    places: list[list[int]] = []
    for s in np.argsort(-length, kind="stable"):
        fit = [i for i, own in enumerate(places) if len(own) + length[s] + 1 <= depth]
        if not fit:
            places.append([])
        lane = max(fit, key=lambda i: len(places[i])) if fit else len(places) - 1
        places[lane] += [*range(start[s], start[s + 1]), -1 - int(s)]
    table = np.full((depth, len(places)), np.iinfo(np.int64).min)
    for i, own in enumerate(places):
        table[: len(own), i] = own
    inside, used = table >= 0, table >= -n_sequences
    order = np.where(inside, table, 0)
    sequence = np.where(inside, of_step[order], np.where(used, -1 - table, n_sequences))
    begins = np.zeros(len(of_step), dtype=bool)
    begins[start[:-1]] = True
    return _Lanes(order, inside, begins[order] & inside, used, sequence)


def case_log_likelihood(table: Table, nodes: Nodes = NODES, memory: bool = False) -> Callable[..., Array]:
    """Build the function that maps a full parameter vector (as in `dynamics.parameters.NAMES`) to one number for each case.

    Given the effects u of the cases as a second argument, shape (n_cases,), it does not integrate over them
    (``nodes.u`` is 1 then).

    Parameters
    ----------
    memory : bool
        A redraw of campaign intensity keeps part of the old one (`intensity.memory`); costs more.
    """
    n_seq = len(table.sequence_case)
    n_seg, n_step = len(table.capital_x), len(table.step_segment)
    lanes = _lanes(table.step_sequence, n_seq)
    xw, pw = gauss_hermite(nodes.w)
    xu, pu = gauss_hermite(nodes.u)
    xk, pk = gauss_hermite(nodes.k)
    xv, pv = gauss_hermite(nodes.v)
    # States are (u, k, w); k is the faster of the two static ones.
    u_node, k_node = np.repeat(xu, nodes.k), np.tile(xk, nodes.u)
    p_static = np.repeat(pu, nodes.k) * np.tile(pk, nodes.u)
    logs_of_case = np.bincount(table.sequence_case, minlength=len(table.cases))
    c = {name: jnp.asarray(value) for name, value in table.__dict__.items() if isinstance(value, np.ndarray)}

    def loss_part(p: Array, u: Array | None) -> Array:
        beta = p[LOSS]
        site = jax.ops.segment_sum(c["row_n"] * jnp.exp(c["row_x"] @ beta), c["row_segment"], n_seg)
        capital = jnp.exp(c["capital_x"] @ beta)
        eta = c["day_x"] @ beta
        common = jax.ops.segment_sum(jnp.exp(eta), c["day_step"], n_step)
        of_capital = jnp.exp(eta + c["day_capital_x"] @ p[CAPITAL])
        a = site[c["step_segment"]] * common
        cap = capital[c["step_segment"]] * jax.ops.segment_sum(of_capital, c["day_step"], n_step)
        fell_eta = c["fell_x"] @ beta
        end_eta = c["end_x"] @ beta + c["end_capital_x"] @ p[CAPITAL]
        if u is not None:
            own = u[c["sequence_case"]][c["step_sequence"]]
            loading = 1.0 + p[q.CAP_INTENSITY]
            a, cap = a * jnp.exp(own), cap * jnp.exp(loading * own)
            fell_eta = fell_eta + own[c["fell_step"]]
            end_eta = end_eta + loading * own[c["end_step"]]
        z = p[q.SD_U] * u_node[:, None] + p[q.SD_W] * _skewed(xw, p[q.SKEW])[None, :]
        ez = jnp.exp(z)
        ezk = jnp.exp((1.0 + p[q.CAP_INTENSITY]) * z + p[q.SD_K] * k_node[:, None])
        event = jnp.zeros((n_step, len(u_node), nodes.w))
        if len(table.fell_step):
            fell = _log_expm1(jnp.exp(fell_eta)[:, None, None] * ez)
            event = event.at[c["fell_step"]].add(fell)
        if len(table.end_step):
            end = _log_expm1(jnp.exp(end_eta)[:, None, None] * ezk)
            event = event.at[c["end_step"]].add(end)
        return _forward(a, cap, event, ez, ezk, p[q.REDRAW], _redrawn(p[q.MEMORY]) if memory else None)

    def _skewed(x: NDArray[np.float64], g: Array) -> Array:
        """Normal nodes as `counterpoise.dynamics.covariates.intensity` bends them, in units of its spread."""
        safe = jnp.where(jnp.abs(g) < _STRAIGHT, _STRAIGHT, g)
        bent = -jnp.expm1(-safe * x) / safe
        return jnp.where(jnp.abs(g) < _STRAIGHT, x, jnp.clip(bent, None, _FAR))

    def _redrawn(m: Array) -> Array:
        """Law of the new intensity given the old on the grid, with memory m: Mehler's kernel, rows made to sum to 1."""
        density = jnp.exp(
            (2.0 * m * xw[:, None] * xw - m * m * (xw[:, None] ** 2 + xw**2)) / (2.0 * (1.0 - m * m))
        )
        weight = density * pw
        return weight / weight.sum(axis=1, keepdims=True)

    def _forward(
        a: Array, cap: Array, event: Array, ez: Array, ezk: Array, rho: Array, kernel: Array | None
    ) -> Array:
        length = c["step_days"]
        moved = 1.0 - (1.0 - rho) ** length
        # A redraw comes on average after this share of the step; what is left of it is put to the next step's hazard.
        before = (length + 1.0) / (2.0 * length)

        def laid(x: Array) -> Array:
            """Put the values of steps into lanes; zero where a lane is empty or a sequence has ended."""
            return jnp.where(lanes.inside, x[lanes.order], 0.0)

        def hazard(x: Array) -> Array:
            rest = laid(x * (1.0 - before))
            carried = jnp.concatenate([jnp.zeros_like(rest[:1]), rest[:-1]])
            return laid(x * before) + jnp.where(lanes.first, 0.0, carried)

        init = jnp.asarray(p_static[:, None] * pw[None, :])

        def step(state: Array, now: Any) -> tuple[Array, Array]:
            a, cap, event, r, first = now
            state = jnp.where(first[:, None, None], init, state)
            gain = event - a[:, None, None] * ez - cap[:, None, None] * ezk
            top = jax.lax.stop_gradient(gain.max((1, 2)))
            x = state * jnp.exp(gain - top[:, None, None])
            mass = x.sum(-1, keepdims=True)
            total = mass.sum((1, 2))
            fresh = pw * mass if kernel is None else x @ kernel
            x = (1.0 - r)[:, None, None] * x + r[:, None, None] * fresh
            return x / total[:, None, None], jnp.log(total) + top

        start = jnp.broadcast_to(init, (lanes.order.shape[1], *init.shape))
        laid_event = jnp.where(lanes.inside[:, :, None, None], event[lanes.order], 0.0)
        rows = (hazard(a), hazard(cap), laid_event, laid(moved), jnp.asarray(lanes.first))
        _, gain = jax.lax.scan(jax.checkpoint(step), start, rows)
        gain = jnp.where(lanes.used, gain, 0.0)
        return jax.ops.segment_sum(gain.ravel(), lanes.sequence.ravel(), n_seq + 1)[:n_seq]

    def recapture_part(p: Array) -> Array:
        beta = p[RECAPTURE]
        exposure = jax.ops.segment_sum(jnp.exp(c["re_x"] @ beta), c["re_sequence"], n_seq)
        v = jnp.exp(p[q.SD_V] * xv)
        node = -exposure[:, None] * v
        if len(table.back_sequence):
            back = _log_expm1(jnp.exp(c["back_x"] @ beta)[:, None] * v)
            node = node + jax.ops.segment_sum(back, c["back_sequence"], n_seq)
        return jax.scipy.special.logsumexp(node + np.log(pv), axis=1)

    def slow_part(p: Array) -> Array:
        out = -c["campaign_days"] * p[q.CAMPAIGN_END]
        out = out + c["campaign_ends"] * _log_expm1(p[q.CAMPAIGN_END])
        if len(table.exit_fired):
            h = p[q.EXIT] * jnp.exp(c["exit_x"][:, 1:] @ p[EXIT[1:]])
            gain = -h + c["exit_fired"] * _log_expm1(h)
            total = c["exit_total"] * jnp.log(p[q.EXIT_TOTAL])
            partly = (c["exit_fired"] - c["exit_total"]) * jnp.log1p(-p[q.EXIT_TOTAL])
            out = out + jax.ops.segment_sum(gain + total + partly, c["exit_sequence"], n_seq)
        if len(table.fell_given):
            share = jnp.clip(p[q.P_SURRENDER], 1e-12, 1.0 - 1e-12)
            gain = c["fell_given"] * jnp.log(share) + (1.0 - c["fell_given"]) * jnp.log1p(-share)
            # A model that knows no surrenders says nothing of which captures are marked as such.
            gain = jnp.where(p[q.P_SURRENDER] > 0.0, gain, 0.0)
            out = out + jax.ops.segment_sum(gain, c["step_sequence"][c["fell_step"]], n_seq)
        if len(table.rescue_fired):
            h = jnp.exp(c["rescue_x"] @ p[RESCUE])
            gain = -h + c["rescue_fired"] * _log_expm1(h)
            out = out + jax.ops.segment_sum(gain, c["rescue_sequence"], n_seq)
        return out

    def by_case(p: Array, u: Array | None = None) -> Array:
        logs = loss_part(p, u) + recapture_part(p) + slow_part(p)
        # The mean over the logs of a case, in logs; each case has at least one.
        top = jax.ops.segment_max(jax.lax.stop_gradient(logs), c["sequence_case"], len(table.cases))
        total = jax.ops.segment_sum(
            jnp.exp(logs - top[c["sequence_case"]]), c["sequence_case"], len(table.cases)
        )
        return top + jnp.log(total) - np.log(logs_of_case)

    return by_case


def _log_expm1(h: Array) -> Array:
    """ln(e^h - 1) without overflow at either end."""
    small = jnp.minimum(h, 30.0)
    return jnp.where(h > 30.0, h, jnp.log(jnp.expm1(jnp.maximum(small, 1e-300))))
