"""Progress on stderr: a bar where a person looks on, nothing where the output is a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from counterpoise.assessment.simulating import Progress, default_workers

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_progress"]


@contextmanager
def show_progress(
    quiet: bool = False, kernels: bool = True, region: bool = False, workers: int | None = None
) -> Iterator[Progress]:
    """Yield a function that shows (stage, done, in all).

    Parameters
    ----------
    quiet : bool
        Show nothing.
    kernels : bool
        Whether the model will run, so that the first run says why it takes a minute.
    region : bool
        Whether the region will be measured, too: a first run then compiles on a second core, where it may use one.
    workers : int, optional
        Cores that the user allows; left out: all.
    """
    from rich.console import Console

    from counterpoise.jit import compiling_aside, is_warm

    console = Console(stderr=True)
    if kernels and not quiet and not is_warm():
        print(
            "counterpoise: compiling the model's kernels, once for this version; this takes about a minute",
            file=sys.stderr,
        )
        began = time.monotonic()
        cores = default_workers() if workers is None else workers
        aside = compiling_aside("counterpoise.ensemble.compiling") if region and cores > 1 else nullcontext()
        with aside, _bar(console, quiet) as tell:
            yield tell
        took = time.monotonic() - began
        print(
            f"counterpoise: compiled and kept, so the next run starts at once (this one took {took:.0f} s in all)",
            file=sys.stderr,
        )
        return
    with _bar(console, quiet) as tell:
        yield tell


@contextmanager
def _bar(console: Console, quiet: bool) -> Iterator[Progress]:
    """Yield a function that shows (stage, done, in all), where a person looks on."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    if quiet or not console.is_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("start", total=1)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage.replace("_", " "), completed=done, total=max(total, 1))

        yield tell
