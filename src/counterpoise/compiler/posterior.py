"""Posteriors as data: draws of the fitted parameters, what they stand on, and which one a day may use. Needs NumPy only.

A posterior is a folder with ``posterior.json`` (what, from which cases, diagnostics) and ``draws.npy``; ``cases.npy`` holds the
log-likelihood of each case at each draw, from which a case can be left out again without a new fit. A *vintage* uses
only cases that were closed before its date, so an as-of day never learns from what came later.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.parameters import NAMES
from counterpoise.errors import InputError
from counterpoise.library import path as library_path

__all__ = ["SCHEMA", "Posterior", "read_posterior", "shipped_posterior", "vintages", "write_posterior"]

F64 = NDArray[np.float64]
SCHEMA = "counterpoise/posterior/1"


@dataclass(frozen=True)
class Posterior:
    """Joint draws of the fitted parameters.

    Parameters
    ----------
    names : tuple of str
        Fitted parameters, names of `counterpoise.dynamics.parameters.NAMES`.
    draws : ndarray, shape (n_draws, n_fitted)
        On the scale of the engine.
    fixed : mapping of str to float
        Parameters that the specification sets.
    spec : str
        Name of the specification.
    method : str
        ``nuts``, ``laplace`` or ``reweighted``.
    vintage : date, optional
        Only cases closed before this day were used.
    cases : tuple of (id, sha256)
    diagnostics : tuple of mapping
        One row for each fitted parameter.
    case_log_likelihood : ndarray, shape (n_draws, n_cases), optional
    about : mapping
        Program version, seed, settings, summary diagnostics.
    selection : mapping
        ``mean``, ``sd``, ``counted``, ``data_until``: the shift of the log-hazard of loss at which campaigns that nobody selected
        fall at the counted rate (`counterpoise.inference.selection_runs.posterior_selection`); empty: not known.
    """

    names: tuple[str, ...]
    draws: F64
    fixed: Mapping[str, float]
    spec: str
    method: str
    vintage: dt.date | None
    cases: tuple[tuple[str, str], ...]
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    case_log_likelihood: F64 | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    capped_sum: bool = False
    selection: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Say in a line what it is."""
        when = f"vintage {self.vintage}, " if self.vintage else ""
        return f"posterior ({when}{len(self.cases)} past cases, {self.spec}, {self.method})"

    def column(self, name: str) -> F64:
        """Return the draws of one parameter."""
        return self.draws[:, self.names.index(name)]

    def parameter_set(
        self, scenario: Any = None, as_of: dt.date | None = None, n_draws: int = 0, seed: int = 0
    ) -> Any:
        """Return what `compile_world` needs: these draws over what is not fitted, under the scenario's own settings.

        `n_draws` and `seed` are chosen by `compile_world`, which picks rows for its draws; they are taken here for symmetry.
        """
        from counterpoise.compiler.parameters import load_parameters

        return load_parameters(scenario, as_of, posterior=self)

    def picked(self, rows: NDArray[np.int64] | Sequence[int]) -> Posterior:
        """Keep some draws."""
        cut = None if self.case_log_likelihood is None else self.case_log_likelihood[rows]
        return replace(self, draws=self.draws[rows], case_log_likelihood=cut)


def write_posterior(posterior: Posterior, folder: Path) -> None:
    """Write a posterior; the same posterior gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "schema": SCHEMA,
        "spec": posterior.spec,
        "method": posterior.method,
        "vintage": None if posterior.vintage is None else posterior.vintage.isoformat(),
        "names": list(posterior.names),
        "fixed": dict(posterior.fixed),
        "capped_sum": posterior.capped_sum,
        "cases": [{"id": i, "sha256": h} for i, h in posterior.cases],
        "about": dict(posterior.about),
        "selection": dict(posterior.selection),
        "diagnostics": [dict(row) for row in posterior.diagnostics],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "posterior.json").write_text(text + "\n", encoding="utf-8")
    np.save(folder / "draws.npy", posterior.draws.astype("<f4"))
    if posterior.case_log_likelihood is not None:
        np.save(folder / "cases.npy", posterior.case_log_likelihood.astype("<f4"))


def read_posterior(folder: Path) -> Posterior:
    """Read a posterior.

    Raises
    ------
    InputError
        If the folder holds none, or one of another version.
    """
    try:
        content = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
        draws = np.load(folder / "draws.npy").astype(float)
    except (OSError, ValueError) as err:
        raise InputError.at(
            str(folder), "no posterior can be read here", "make one with `counterpoise fit`"
        ) from err
    unknown = [n for n in (*content.get("names", ()), *content.get("fixed", ())) if n not in NAMES]
    if content.get("schema") != SCHEMA or unknown or draws.shape[1:] != (len(content["names"]),):
        what = f"expected {SCHEMA} of this version, got {content.get('schema')}, unknown parameters {unknown}"
        raise InputError.at(str(folder), what, "fit it again with `counterpoise fit`")
    each = folder / "cases.npy"
    return Posterior(
        names=tuple(content["names"]),
        draws=draws,
        fixed=content["fixed"],
        spec=content["spec"],
        method=content["method"],
        vintage=None if content["vintage"] is None else dt.date.fromisoformat(content["vintage"]),
        cases=tuple((c["id"], c["sha256"]) for c in content["cases"]),
        diagnostics=tuple(content["diagnostics"]),
        case_log_likelihood=np.load(each).astype(float) if each.exists() else None,
        about=content["about"],
        capped_sum=content["capped_sum"],
        selection=content.get("selection", {}),
    )


def vintages() -> tuple[dt.date, ...]:
    """Return the dates of the posteriors that the package carries, oldest first."""
    root = library_path("posteriors")
    if not root.is_dir():
        return ()
    return tuple(
        sorted(dt.date.fromisoformat(p.name) for p in root.iterdir() if (p / "posterior.json").is_file())
    )


@cache
def _shipped(vintage: dt.date) -> Posterior:
    """Read a shipped posterior, once."""
    return read_posterior(library_path(f"posteriors/{vintage.isoformat()}"))


def shipped_posterior(as_of: dt.date) -> Posterior | None:
    """Return the newest shipped posterior that used only cases closed before the as-of day; None where there is none."""
    fit = [v for v in vintages() if v <= as_of]
    return _shipped(fit[-1]) if fit else None
