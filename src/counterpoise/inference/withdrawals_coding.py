"""Blind second coding: a fixed random sample, a blank form, and how far two codings agree.

The form names sender, recipient, country and a window of twelve months, and nothing of the first coding; some of its
rows are continuations, so that whether there was a withdrawal at all is coded too. Agreement is the share of equal values,
Cohen's kappa for two coders (Cohen 1960) and Krippendorff's alpha (Krippendorff 2019), nominal for names and interval
for days. Kinds are a set: agreement is the mean Jaccard index, alpha uses the distance one minus it (Passonneau 2006).

Weakest assumption: a second coder who knows the history is blind to the coding, not to the event.

References
----------
Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20(1).
Krippendorff (2019), Content Analysis, 4th edition, chapter 12.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from counterpoise.errors import InputError, Problem, nearest
from counterpoise.inference.withdrawals_check import read_table
from counterpoise.inference.withdrawals_rows import Exposure

__all__ = [
    "CODED",
    "Agreement",
    "agreement",
    "blank_form",
    "compare",
    "compare_with_form",
    "first_coding",
    "read_form",
    "sample_rows",
]

SEED: Final = 20
N_WITHDRAWALS: Final = 15
N_CONTINUATIONS: Final = 5
GIVEN: Final = ("item", "sender", "recipient", "country", "window")
#: What the second coder fills in, and how it is compared.
CODED: Final[Mapping[str, str]] = {
    "role": "nominal",
    "kinds": "set",
    "extent": "nominal",
    "announced": "days",
    "start": "days",
    "end": "days",
    "reason": "nominal",
}
TOLERANCE: Final = 31
ROLES: Final = ("withdrawal", "continuation")


def sample_rows(exposure: Sequence[Exposure]) -> list[Exposure]:
    """Return the sample of 20: 15 withdrawals and 5 continuations without crossover, in a drawn order.

    Same file, same sample. Rows that the program keeps apart are not drawn.
    """
    rng = np.random.default_rng(SEED)
    free = [r for r in exposure if not r.kept_apart]
    gone = [r for r in free if r.role == "withdrawal"]
    kept = [r for r in free if r.role == "continuation" and r.crossover_lo is None]
    drawn = [gone[i] for i in rng.choice(len(gone), N_WITHDRAWALS, replace=False)]
    drawn += [kept[i] for i in rng.choice(len(kept), N_CONTINUATIONS, replace=False)]
    return [drawn[i] for i in rng.permutation(len(drawn))]


def _window(start: dt.date) -> str:
    """Return twelve months around a month, the month itself not marked."""
    month = start.year * 12 + start.month - 1
    ends = (month - 6, month + 5)
    return " to ".join(f"{m // 12}-{m % 12 + 1:02d}" for m in ends)


def _write(rows: Sequence[Mapping[str, str]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*GIVEN, *CODED, "comment"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _given(item: int, row: Exposure) -> dict[str, str]:
    values = (f"N{item:02d}", row.sender, row.recipient, row.country, _window(row.start_lo))
    return dict(zip(GIVEN, values, strict=True))


def blank_form(exposure: Sequence[Exposure]) -> str:
    """Return the form for the second coder as CSV: what identifies the rows, and empty cells."""
    empty = dict.fromkeys([*CODED, "comment"], "")
    return _write([_given(i, r) | empty for i, r in enumerate(sample_rows(exposure), 1)])


def first_coding(exposure: Sequence[Exposure]) -> str:
    """Return the same form filled in from the data set."""
    rows = []
    for i, r in enumerate(sample_rows(exposure), 1):
        coded = {"role": r.role, "kinds": ";".join(r.kinds), "extent": r.extent, "reason": r.reason or ""}
        for name in ("announced", "start", "end"):
            lo, hi = getattr(r, f"{name}_lo"), getattr(r, f"{name}_hi")
            coded[name] = "" if lo is None else f"{lo}/{hi}"
        rows.append(_given(i, r) | coded | {"comment": ""})
    return _write(rows)


class Agreement(NamedTuple):
    """How far two codings agree on one variable.

    ``share`` is the share of equal values (days: the intervals overlap or lie within 31 days; kinds: mean Jaccard
    index), ``kappa`` is Cohen's, ``alpha`` Krippendorff's; both are NaN where nothing varies or they do not apply.
    """

    variable: str
    n: int
    share: float
    kappa: float
    alpha: float


def _alpha(pairs: Sequence[tuple[object, object]], distance: Callable[[object, object], float]) -> float:
    """Krippendorff's alpha of two coders without missing values."""
    values = [v for pair in pairs for v in pair]
    observed = float(np.mean([distance(a, b) for a, b in pairs]))
    total = sum(distance(a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    expected = total / (len(values) * (len(values) - 1))
    return 1 - observed / expected if expected > 0 else float("nan")


def _kappa(pairs: Sequence[tuple[object, object]]) -> float:
    """Cohen's kappa."""
    n = len(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(left[v] * right[v] for v in left) / n**2
    return (
        (sum(a == b for a, b in pairs) / n - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")
    )


def _jaccard(a: object, b: object) -> float:
    left, right = set(str(a).split(";")) - {""}, set(str(b).split(";")) - {""}
    return len(left & right) / len(left | right) if left | right else 1.0


def _days(text: str) -> tuple[dt.date, dt.date]:
    lo, _, hi = text.partition("/")
    return dt.date.fromisoformat(lo), dt.date.fromisoformat(hi or lo)


def _gap(a: str, b: str) -> int:
    """Days between two intervals, 0 if they overlap."""
    (a_lo, a_hi), (b_lo, b_hi) = _days(a), _days(b)
    return max(0, (b_lo - a_hi).days, (a_lo - b_hi).days)


def _middle(text: object) -> float:
    lo, hi = _days(str(text))
    return (lo.toordinal() + hi.toordinal()) / 2


def agreement(variable: str, kind: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Return the agreement of two coders on one variable.

    Parameters
    ----------
    variable : str
        Its name.
    kind : str
        ``nominal``, ``set`` or ``days``.
    pairs : sequence of tuple of str
        First and second coding of each item; for days, items that either left empty do not count.
    """
    nan = float("nan")
    if kind == "days":
        pairs = [(a, b) for a, b in pairs if a and b]
    if not pairs:
        return Agreement(variable, 0, nan, nan, nan)
    if kind == "set":
        share = float(np.mean([_jaccard(a, b) for a, b in pairs]))
        return Agreement(variable, len(pairs), share, nan, _alpha(pairs, lambda a, b: 1 - _jaccard(a, b)))
    if kind == "days":
        share = float(np.mean([_gap(a, b) <= TOLERANCE for a, b in pairs]))
        return Agreement(
            variable, len(pairs), share, nan, _alpha(pairs, lambda a, b: (_middle(a) - _middle(b)) ** 2)
        )
    share = float(np.mean([a == b for a, b in pairs]))
    return Agreement(variable, len(pairs), share, _kappa(pairs), _alpha(pairs, lambda a, b: float(a != b)))


def _form_problems(
    path: Path, head: Sequence[str], table: Sequence[tuple[int, dict[str, str]]]
) -> Iterator[Problem]:
    """Yield what a filled form gets wrong: missing columns, values that are no days or no kinds of row."""
    missing = [c for c in (*GIVEN, *CODED) if c not in head]
    if missing:
        yield Problem(
            f"{path.name}:1", f"column '{missing[0]}' is missing", "keep the columns of the blank form"
        )
        return
    for line, cells in table:
        if cells["role"] not in ROLES:
            got = f"unknown value '{cells['role']}'"
            yield Problem(
                f"{path.name}:{line} role", got, f"write {' or '.join(ROLES)}", nearest(cells["role"], ROLES)
            )
        for name in (n for n, kind in CODED.items() if kind == "days" and cells[n]):
            try:
                _days(cells[name])
            except ValueError:
                what = f"'{cells[name]}' is no day or interval"
                yield Problem(
                    f"{path.name}:{line} {name}", what, "write YYYY-MM-DD, or YYYY-MM-DD/YYYY-MM-DD"
                )


def read_form(path: Path) -> dict[str, dict[str, str]]:
    """Return a filled form by item.

    Raises
    ------
    InputError
        With every problem found, each with file, line and column.
    """
    head, table = read_table(path)
    problems = list(_form_problems(path, head, table))
    if problems:
        raise InputError(*problems)
    return {cells["item"]: cells for _, cells in table}


def compare(
    first: Mapping[str, Mapping[str, str]], second: Mapping[str, Mapping[str, str]]
) -> list[Agreement]:
    """Return the agreement of two codings by item, variable by variable.

    Extent, reason and days are compared where both coders saw a withdrawal.
    """
    items = [i for i in first if i in second]
    both = [i for i in items if first[i]["role"] == second[i]["role"] == "withdrawal"]
    found = []
    for name, kind in CODED.items():
        chosen = items if name in ("role", "kinds") else both
        found.append(agreement(name, kind, [(first[i][name], second[i][name]) for i in chosen]))
    return found


def compare_with_form(exposure: Sequence[Exposure], form: Path) -> list[Agreement]:
    """Return how far a filled form agrees with the data set."""
    mine = {r["item"]: r for r in csv.DictReader(io.StringIO(first_coding(exposure)))}
    return compare(mine, read_form(form))
