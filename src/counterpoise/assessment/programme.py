"""Several recipients on shared legs: the multi-commodity linear programme, its prices and its cut.

    maximise   sum_c x_c
    subject to flow conservation of every conduit c at every site,        x_c <= demand_c
               sum_c (f_c,ab + f_c,ba) <= u_l           on each leg l    (what it carries at all)
               f_c,l <= u_l s_c,l                       for each sender  (what the holders let pass)

Solved by HiGHS (Huangfu & Hall 2018, doi:10.1007/s12532-017-0130-5) through SciPy. The shadow price of a leg is what one more
unit of its capacity would add to the total. The kernel approximates this programme (`counterpoise.dynamics.packing`).

Weakest assumption: the shippers together carry as much as can be carried; none is served first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.world import Network

__all__ = ["Programme", "solve_programme"]

F64 = NDArray[np.float64]
_EPSILON = 1e-9


@dataclass(frozen=True)
class Programme:
    """A solved programme.

    Parameters
    ----------
    carried : ndarray, shape (n_conduits,)
        What each conduit carries [unit of the legs].
    use : ndarray, shape (n_conduits, n_legs)
        What each conduit sends over each leg, both directions together.
    price : ndarray, shape (n_legs,)
        Shadow price: what one more unit of a leg's capacity adds to the total [1].
    """

    carried: F64
    use: F64
    price: F64


def solve_programme(net: Network, capacity: F64, share: F64, demand: F64) -> Programme:
    """Solve the programme.

    Parameters
    ----------
    capacity : ndarray, shape (n_legs,)
        What each leg carries at all.
    share : ndarray, shape (n_conduits, n_legs)
        Share that the holders let each conduit's sender pass; 0 where its modes do not allow the leg.
    demand : ndarray, shape (n_conduits,)
        What each conduit would send at most.

    Raises
    ------
    RuntimeError
        If HiGHS finds no optimum, which the programme always has.
    """
    # Imported here: half a second that only a run with conduits needs.
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    n_conduits, n_legs, n_sites = len(demand), len(capacity), len(net.holder)
    arcs = _arcs(net, capacity, share)
    c, leg, tail, head = arcs.T if len(arcs) else np.zeros((4, 0), dtype=int)
    n = len(arcs)
    column = np.arange(n)
    # Conservation: one row for each conduit and site; the last columns are what the conduits carry.
    total = n + np.arange(n_conduits)
    rows = [c * n_sites + head, c * n_sites + tail]
    rows += [np.arange(n_conduits) * n_sites + net.conduit_origin]
    rows += [np.arange(n_conduits) * n_sites + net.conduit_destination]
    values = [np.ones(n), -np.ones(n), np.ones(n_conduits), -np.ones(n_conduits)]
    balance = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate([column, column, total, total]))),
        shape=(n_conduits * n_sites, n + n_conduits),
    ).tocsr()
    legs = coo_array((np.ones(n), (leg, column)), shape=(n_legs, n + n_conduits)).tocsr()
    upper = np.concatenate([capacity[leg] * share[c, leg], demand])
    found = linprog(
        -np.concatenate([np.zeros(n), np.ones(n_conduits)]),
        A_ub=legs,
        b_ub=capacity,
        A_eq=balance,
        b_eq=np.zeros(n_conduits * n_sites),
        bounds=np.stack([np.zeros(n + n_conduits), upper], axis=1),
        method="highs",
    )
    if found.status != 0:
        raise RuntimeError(f"linear programme: {found.message}")
    use = np.zeros((n_conduits, n_legs))
    np.add.at(use, (c, leg), found.x[:n])
    price = -np.asarray(found.ineqlin.marginals)
    np.add.at(price, leg, -np.asarray(found.upper.marginals)[:n] * share[c, leg])
    return Programme(np.asarray(found.x[n:]), use, price)


def _arcs(net: Network, capacity: F64, share: F64) -> NDArray[np.intp]:
    """Directed arcs that a conduit may use, as rows (conduit, leg, from, to)."""
    c, leg = np.nonzero((share > 0) & (capacity[None, :] > _EPSILON))
    ahead = np.stack([c, leg, net.a[leg], net.b[leg]], axis=1)
    back = np.stack([c, leg, net.b[leg], net.a[leg]], axis=1)[net.both_ways[leg] == 1]
    return np.concatenate([ahead, back]).astype(np.intp)
