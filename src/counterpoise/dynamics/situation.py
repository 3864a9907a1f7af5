"""What a regional measure is called, and the state of one future on one day that it is computed from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MEASURES", "N_MEASURES", "Situation"]

MEASURES = ("influence", "reach", "strength", "threat", "space", "material", "spending", "composite")
INFLUENCE, REACH, STRENGTH, THREAT, SPACE, MATERIAL, SPENDING, COMPOSITE = range(8)
N_MEASURES = 8

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]


class Situation(NamedTuple):
    """State of one future on one day.

    Parameters
    ----------
    holder : ndarray of int32, shape (n_sites,)
        Actor in control of each site.
    stance : ndarray of int8, shape (n_actors, n_actors)
        Stances, a successor's included.
    fraction : ndarray, shape (n_flows,)
        Fraction of the commitment that the plan sends.
    allowed : ndarray of int8, shape (n_flows,)
        0 for a flow of an ended regime that has not been taken up again.
    ended : int
        1 if the client regime has ended.
    winner : int
        Actor that took its place, -1 if none.
    """

    holder: I32
    stance: I8
    fraction: F64
    allowed: I8
    ended: int
    winner: int
