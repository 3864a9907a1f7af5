"""Compiled functions and where their machine code is kept.

With numba's own cache, editing a function in one file leaves a compiled caller in another file stale, silently. So the
cache folder carries a hash of every kernel source and of the versions of numba and numpy: any edit opens a new folder.
``tests/unit/test_jit.py`` edits a covariate in a copy of the package and sees the result change.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

__all__ = ["cache_folder", "compiled", "compiling_aside", "is_warm", "wait_for_aside"]

F = TypeVar("F", bound=Callable[..., Any])


def _sources() -> list[Path]:
    """Return the files that hold compiled functions."""
    root = Path(__file__).parent
    return [root / "jit.py", root / "streams.py", *sorted((root / "dynamics").rglob("*.py"))]


@cache
def cache_folder() -> Path:
    """Return the folder of the compiled kernels for these very sources and versions."""
    digest = hashlib.sha256(f"numba {numba.__version__} numpy {np.__version__}".encode())
    for path in _sources():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    base = (
        os.environ.get("COUNTERPOISE_CACHE")
        or os.environ.get("XDG_CACHE_HOME")
        or str(Path.home() / ".cache")
    )
    folder = Path(base) / "counterpoise" / "kernels" / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return _taken_along(folder)


def _taken_along(folder: Path) -> Path:
    """Return a folder of our own beside the temporary files, with what a folder that cannot be written holds.

    numba fails where it cannot write, so an installation that is read-only brings its kernels and they are copied. A folder of
    that name that somebody else made is not used: machine code is loaded from it.
    """
    own = Path(tempfile.gettempdir()) / f"counterpoise-kernels-{folder.name}-{os.getuid()}"
    try:
        own.mkdir(mode=0o700)
    except FileExistsError:
        if own.is_symlink() or own.stat().st_uid != os.getuid():
            own = Path(tempfile.mkdtemp(prefix="counterpoise-kernels-"))
        elif any(own.iterdir()):
            return own
    if folder.is_dir():
        shutil.copytree(folder, own, dirs_exist_ok=True)
        for copied in (own, *(x for x in own.rglob("*") if x.is_dir())):
            copied.chmod(0o700)
    return own


def is_warm() -> bool:
    """Say whether the large kernels were compiled before (the first run compiles, which takes about a minute)."""
    return any(cache_folder().rglob("*run_members*.nbc"))


#: The process that compiles beside this one, while there is one.
_aside: subprocess.Popen[bytes] | None = None


@contextmanager
def compiling_aside(module: str) -> Iterator[None]:
    """Run a module in a process of its own that fills `cache_folder`; it ends with the block at the latest.

    It saves time and changes nothing: without a second process, or with one that fails, what is missing is compiled here.

    Parameters
    ----------
    module : str
        Run as ``python -m module``.
    """
    global _aside
    if _aside is not None or not sys.executable:
        yield
        return
    try:
        _aside = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        yield
        return
    try:
        yield
    finally:
        # Numba puts a finished file in its place at once: a process that is stopped leaves nothing half-written.
        _aside.kill()
        _aside.wait()
        _aside = None


def wait_for_aside() -> None:
    """Wait for what is compiled aside, if anything is: to compile it here again would take as long."""
    if _aside is not None:
        _aside.wait()


#: What a function that counts no references may return: an array would be freed under its caller's hands.
_PLAIN = frozenset({"None", "float", "int", "bool", "tuple", "np.uint64"})


def compiled(*, allocates: bool = False, **options: Any) -> Callable[[F], F]:
    """Decorate a function to be compiled by numba without the interpreter lock, cached in `cache_folder`.

    Parameters
    ----------
    allocates : bool
        Whether the function makes or returns arrays. All others are compiled without the counting of references: numba counts
        every array of every tuple that is handed on, with an atomic instruction each, and that took more than half of the
        kernel's time.

    Raises
    ------
    TypeError
        Where a function returns more than plain numbers and does not say that it allocates.
    """

    def wrap(function: F) -> F:
        returns = set(re.findall(r"[\w.]+", str(function.__annotations__.get("return", ""))))
        if not allocates and not returns <= _PLAIN:
            raise TypeError(
                f"{function.__qualname__} returns {', '.join(sorted(returns - _PLAIN))}: say compiled(allocates=True)"
            )
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(cache_folder())
        try:
            made: F = numba.njit(cache=True, nogil=True, _nrt=allocates, **options)(function)
        finally:
            numba.config.CACHE_DIR = before
        return made

    return wrap
