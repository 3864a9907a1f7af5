"""The command line: thin commands over the public functions. Progress and messages on stderr, results on stdout.

Exit codes: 0 done, 2 the input is wrong, 3 the report holds nothing that the scenario can assess, 1 a fault of the program.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    code = run(list(sys.argv[1:] if args is None else args))
    # The interpreter looks for rubbish once more before it goes, though all of it goes.
    gc.freeze()
    sys.exit(code)


def run(args: list[str]) -> int:
    """Run a command; return its exit code, and let no traceback through unless asked for."""
    # Imports and scenarios make a million small objects that stay: looking through them for rubbish every 700 new ones,
    # as is Python's custom, takes a twentieth of the main job.
    gc.set_threshold(50_000, 20, 100)
    import typer
    import typer.main

    from counterpoise.cli.app import app
    from counterpoise.errors import CounterpoiseError

    # Typer brought its own copy of click in 2026; both have this class above every error of usage.
    usage: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
    try:
        result = typer.main.get_command(app).main(args=args, prog_name="counterpoise", standalone_mode=False)
    except typer.Exit as leave:
        return leave.exit_code
    except typer.Abort:
        return _say("stopped", 130)
    except usage as wrong:
        wrong.show()
        return 2
    except CounterpoiseError as wrong:
        return _say(str(wrong), wrong.exit_code)
    except KeyboardInterrupt:
        return _say("stopped; nothing was left half-written", 130)
    except BrokenPipeError:
        # The reader of our output left; nothing more to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:
        if os.environ.get("COUNTERPOISE_DEBUG"):
            raise
        what = f"{type(fault).__name__}: {fault}"
        return _say(
            f"a fault of the program | {what} | please report it; COUNTERPOISE_DEBUG=1 shows where", 1
        )
    return result if isinstance(result, int) else 0


def _say(message: str, code: int) -> int:
    """Print a message for people and pass the code on."""
    print(f"counterpoise: {message}", file=sys.stderr)
    return code
