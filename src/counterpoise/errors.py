"""The exception tree. Errors are part of the interface: where, what is wrong, how to mend, nearest names.

Exit codes (``docs/cli.md``): 0 done, 2 the input is wrong, 3 nothing that this scenario can assess, 1 a fault of
the program. Every class here carries its exit code, so the faces (CLI, API) never guess it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = [
    "CounterpoiseError",
    "InputError",
    "NothingToAssess",
    "NumericalFault",
    "Problem",
    "nearest",
]


def nearest(name: str, known: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Return the known names closest to a misspelled one, best first.

    Case is ignored, so that ``irn`` finds ``IRN``.
    """
    by_fold: dict[str, str] = {}
    for k in known:
        by_fold.setdefault(k.casefold(), k)
    hits = difflib.get_close_matches(name.casefold(), by_fold, n=n, cutoff=0.5)
    return tuple(by_fold[h] for h in hits)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input.

    Parameters
    ----------
    where : str
        Place in the user's own terms, for example ``my.yaml:12 sites[3].lat``.
    what : str
        What is wrong: expected and got.
    mend : str
        What the user can do about it.
    nearest : tuple of str
        Known names close to a misspelled one.
    """

    where: str
    what: str
    mend: str = ""
    nearest: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        text = f"{self.where} | {self.what}" if self.where else self.what
        if self.mend:
            text += f" | {self.mend}"
        if self.nearest:
            text += f" | nearest: {', '.join(self.nearest)}"
        return text


class CounterpoiseError(Exception):
    """Base of every error that the program raises on purpose."""

    exit_code = 1


class InputError(CounterpoiseError):
    """The input is wrong; all its problems are collected and shown at once."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an InputError needs at least one problem")
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in problems))

    @classmethod
    def at(cls, where: str, what: str, mend: str = "", nearest: tuple[str, ...] = ()) -> InputError:
        """Make an error of a single problem."""
        return cls(Problem(where, what, mend, nearest))


class NothingToAssess(CounterpoiseError):
    """The report was read, but holds nothing that the scenario can assess (exit code 3).

    Parameters
    ----------
    message : str
        Said plainly to the user.
    found : tuple of str
        What was found all the same (actors, events), so that the user sees why it was not enough.
    """

    exit_code = 3

    def __init__(self, message: str, found: tuple[str, ...] = ()) -> None:
        self.found = found
        super().__init__("\n".join((message, *(f"  found: {f}" for f in found))))


class NumericalFault(CounterpoiseError):
    """A non-finite state: names the process, the day and the member. Always a fault of the program."""

    exit_code = 1
