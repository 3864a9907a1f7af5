"""A new scenario to start from: small, valid, commented, of an invented region."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from counterpoise import library
from counterpoise.errors import InputError
from counterpoise.scenario.files import TOP_FILE

__all__ = ["new_scenario"]


def new_scenario(path: str | Path) -> Path:
    """Write a scenario to start from.

    Parameters
    ----------
    path : str or Path
        A file that ends in ``.yaml`` or ``.yml``, or a folder, which gets a ``scenario.yaml``.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    InputError
        If the file exists already (nothing is overwritten) or cannot be written (nothing is left
        half-written).
    """
    target = Path(path)
    if target.suffix not in (".yaml", ".yml"):
        target = target / TOP_FILE
    try:
        if target.exists() or target.is_symlink():
            raise InputError.at(str(target), "exists already", "choose another path: nothing is overwritten")
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, library.read_text("templates/scenario.yaml"))
    except (OSError, ValueError) as err:
        raise InputError.at(str(target), f"cannot be written: {err}", "check the path") from err
    return target


def _write(target: Path, text: str) -> None:
    """Write a whole file or nothing: beside the target first, then renamed."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
