"""What a fit says of each parameter, and how far it may be trusted.

    contraction = 1 - var(posterior) / var(prior)      on the scale of the prior

identified: contraction of at least .75 and a trustworthy sampler; weakly: at least .25; below: not identified, the
draws are the prior's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.inference.target import Target

__all__ = ["diagnose", "effective_size", "split_r_hat"]

F64 = NDArray[np.float64]
IDENTIFIED, WEAKLY = 0.75, 0.25
#: Variance of |N(0, 1)|.
_HALF_NORMAL = 1.0 - 2.0 / np.pi


def diagnose(target: Target, theta: F64, chains: F64 | None) -> tuple[Mapping[str, Any], ...]:
    """One row for each fitted parameter.

    Parameters
    ----------
    theta : ndarray, shape (n_draws, n_fitted)
        Draws on the whole line.
    chains : ndarray, shape (n_chains, n_draws, n_fitted), optional
        Draws by chain; without them R-hat and effective size are left out.
    """
    natural = np.asarray(target.natural(theta))
    rows = []
    for j, name in enumerate(target.names):
        prior = target.spec.prior(name)
        size = prior.scale == "size"
        spread = prior.sd**2 * (_HALF_NORMAL if size else 1.0)
        contraction = 1.0 - float((natural if size else theta)[:, j].var()) / spread
        low, middle, high = np.quantile(natural[:, j], (0.05, 0.5, 0.95))
        row: dict[str, Any] = {
            "parameter": name,
            "mean": _short(natural[:, j].mean()),
            "sd": _short(natural[:, j].std()),
            "low_90": _short(low),
            "median": _short(middle),
            "high_90": _short(high),
            "contraction": _short(contraction),
            "p_positive": _short((natural[:, j] > 0).mean()) if prior.scale == "identity" else None,
            "verdict": _verdict(contraction),
        }
        if chains is not None:
            own = np.abs(chains[:, :, j]) if size else chains[:, :, j]
            row["r_hat"] = _short(split_r_hat(own))
            row["ess"] = _short(effective_size(own))
        rows.append(row)
    return tuple(rows)


def _short(x: Any) -> float:
    """Keep five significant digits: enough for a table, the same text on every machine."""
    return float(f"{float(x):.5g}")


def _verdict(contraction: float) -> str:
    """Say in a word what the data added to the prior."""
    if contraction >= IDENTIFIED:
        return "identified"
    return "weakly identified" if contraction >= WEAKLY else "not identified"


def split_r_hat(chains: F64) -> float:
    """Potential scale reduction of split chains, shape (n_chains, n_draws); rank-normalised (Vehtari et al. 2021)."""
    from scipy.stats import norm, rankdata

    n = chains.shape[1] // 2
    halves = np.concatenate([chains[:, :n], chains[:, n : 2 * n]])
    rank = rankdata(halves).reshape(halves.shape)
    z = norm.ppf((rank - 0.375) / (halves.size + 0.25))
    within = z.var(axis=1, ddof=1).mean()
    between = n * z.mean(axis=1).var(ddof=1)
    return float(np.sqrt(((n - 1) / n * within + between / n) / within)) if within > 0 else float("nan")


def effective_size(chains: F64) -> float:
    """Effective number of independent draws of chains, shape (n_chains, n_draws) (Geyer's initial positive sequence)."""
    m, n = chains.shape
    centred = chains - chains.mean(axis=1, keepdims=True)
    size = 2 ** int(np.ceil(np.log2(2 * n)))
    spectrum = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, size, axis=1)[:, :n].mean(axis=0) / n
    within = covariance[0] * n / (n - 1)
    pooled = within * (n - 1) / n + (chains.mean(axis=1).var(ddof=1) if m > 1 else 0.0)
    if pooled <= 0:
        return float("nan")
    rho = 1.0 - (within - covariance) / pooled
    total, previous = 0.0, np.inf
    for i in range(0, n - 1, 2):
        pair = min(rho[i] + rho[i + 1], previous)
        if pair < 0:
            break
        total, previous = total + pair, pair
    return float(min(m * n / max(2.0 * total - 1.0, 1e-9), m * n * np.log10(m * n)))
