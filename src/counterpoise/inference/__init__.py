"""Past cases, the record and dated withdrawals become numbers: replay, design table, fit, diagnostics, counted rates.

What it models: nothing of its own; it fits the hazards of the engine. Its modules that need JAX are imported on
first use, so that a posterior is read, and everything else is run, without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from counterpoise.scenario import Scenario, bundled_cases, load_scenario

__all__ = ["load_cases"]


def load_cases(names: Sequence[str | Path] = ()) -> tuple[Scenario, ...]:
    """Load past cases by name, file or folder; left out: those that the package carries.

    Raises
    ------
    InputError
        If a file is wrong, or is a scenario without a case.
    """
    from counterpoise.errors import InputError

    if not names:
        return tuple(bundled_cases())
    out: list[Scenario] = []
    for name in names:
        folder = Path(name)
        if folder.is_dir() and not (folder / "scenario.yaml").exists():
            files = sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))
            if not files:
                raise InputError.at(str(name), "no case files here", "expected *.yaml")
            out += [load_scenario(f) for f in files]
        else:
            out.append(load_scenario(name))
    bare = [s.id for s in out if s.case is None]
    if bare:
        raise InputError.at("cases", f"no block `case` in: {', '.join(bare)}", "add what came of it")
    ids = [s.id for s in out]
    doubled = sorted({i for i in ids if ids.count(i) > 1})
    if doubled:
        raise InputError.at("cases", f"named twice: {', '.join(doubled)}", "name each case once")
    return tuple(out)
