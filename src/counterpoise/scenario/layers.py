"""Who wins: figure defaults < included files < the file < overrides.

`assemble` is the one place that decides precedence. It works on plain located data, before the schema sees
it, and logs what it applied. Between files, mappings are merged key by key and the later file wins; lists are
joined, included files first. An override replaces what stands at its path. A default fills a key that a
figure leaves out, after all else.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from counterpoise.errors import Problem, nearest
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.located import Map, Mark, Seq
from counterpoise.scenario.overrides import Override, apply_override
from counterpoise.scenario.slots import ANY, fields_of, figure_slots

__all__ = ["Applied", "Assembled", "assemble", "merge"]

#: What a default may fill: everything but the number and its range.
_FILLS = tuple(name for name in fields_of(Figure) if name not in ("value", "low", "high"))


class Applied(NamedTuple):
    """One thing that one layer did: an entry of the log."""

    layer: str  # "file", "override" or "figure_defaults"
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.layer}: {self.path}: {self.what}"


class Assembled(NamedTuple):
    """The content of a scenario before the schema sees it, the log, and the problems found on the way."""

    data: Map
    log: tuple[Applied, ...]
    problems: tuple[Problem, ...]


def assemble(files: Sequence[Map], overrides: Sequence[Override] = ()) -> Assembled:
    """Put the layers of a scenario together; this function owns their precedence.

    From the lowest to the highest:

    1. ``figure_defaults``: fill the keys that a figure leaves out; a more specific default
       (``actors.own.troops``) comes before a less specific one (``actors.own``).
    2. included files, in the order of inclusion (a later one wins),
    3. the file that includes them,
    4. overrides, in the order given (a later one wins).

    Defaults come last in time and lowest in rank: they never replace a key that any other layer has set.

    Parameters
    ----------
    files : sequence of Map
        Lowest precedence first, as `counterpoise.scenario.files.read_files` returns them.
    overrides : sequence of Override
    """
    log: list[Applied] = []
    problems: list[Problem] = []
    data = Map(Mark(files[-1].mark.file, 1))
    for layer in files:
        merge(data, layer, log)
    defaults = _take_defaults(data, problems)
    _expand_bare_numbers(data, defaults)
    for override in overrides:
        outcome = apply_override(data, override)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            log.append(Applied("override", override.path, outcome))
    _expand_bare_numbers(data, defaults)
    for name, default in sorted(defaults.items(), key=lambda kv: -kv[0].count(".")):
        n = sum(_fill(figure, default) for _, _, figure in _figures(data, figure_slots()[name]))
        if n:
            log.append(Applied("figure_defaults", name, f"filled {n} keys"))
    return Assembled(data, tuple(log), tuple(problems))


def merge(low: Map, high: Map, log: list[Applied], path: str = "") -> None:
    """Lay one mapping over another in place: mappings merge, lists join, the rest of the higher one wins."""
    for key, value in high.items():
        mark = high.marks[key]
        at = f"{path}.{key}" if path else str(key)
        if key not in low:
            low.put(key, value, mark)
        elif isinstance(low[key], Map) and isinstance(value, Map):
            merge(low[key], value, log, at)
        elif isinstance(low[key], Seq) and isinstance(value, Seq):
            for item, item_mark in zip(value, value.marks, strict=True):
                low[key].put(item, item_mark)
        else:
            log.append(Applied("file", at, f"{mark} replaces {low.marks[key]}"))
            low.put(key, value, mark)


def _take_defaults(data: Map, problems: list[Problem]) -> dict[str, Map]:
    """Take `figure_defaults` out of the content and check its names."""
    if "figure_defaults" not in data:
        return {}
    given, at = data.pop("figure_defaults"), data.marks.pop("figure_defaults")
    where = f"{at} figure_defaults"
    if not isinstance(given, Map):
        problems.append(Problem(where, "expected a mapping", "write sites.population: {unit: persons, ...}"))
        return {}
    good: dict[str, Map] = {}
    for name, default in given.items():
        here = f"{given.marks[name]} figure_defaults[{name}]"
        if name not in figure_slots():
            what = f"'{name}' is not a place of figures"
            problems.append(Problem(here, what, "write section.field", nearest(name, figure_slots())))
        elif not isinstance(default, Map):
            problems.append(Problem(here, "expected a mapping", f"of {', '.join(_FILLS)}"))
        else:
            good[name] = default
            problems += [
                Problem(
                    f"{default.marks[key]} figure_defaults[{name}].{key}",
                    f"'{key}' cannot have a default",
                    f"a default may give {', '.join(_FILLS)}",
                    nearest(key, _FILLS),
                )
                for key in default
                if key not in _FILLS
            ]
    return good


def _figures(data: Any, slot: Sequence[str]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (container, key, value) of everything that stands at a slot."""
    if len(slot) == 1:
        keys = list(data) if slot[0] == ANY and isinstance(data, Map) else [slot[0]]
        if isinstance(data, Map):
            yield from ((data, key, data[key]) for key in keys if key in data)
    elif slot[0] == ANY and isinstance(data, Seq):
        for item in data:
            yield from _figures(item, slot[1:])
    elif isinstance(data, Map) and slot[0] in data:
        yield from _figures(data[slot[0]], slot[1:])


def _expand_bare_numbers(data: Map, defaults: Mapping[str, Map]) -> None:
    """Where a default exists, a bare number means a figure with that value."""
    for name in defaults:
        for holder, key, value in _figures(data, figure_slots()[name]):
            if isinstance(value, int | float) and not isinstance(value, bool):
                mark = holder.marks[key]
                figure = Map(mark)
                figure.put("value", value, mark)
                holder.put(key, figure, mark)


def _fill(figure: Any, default: Map) -> int:
    """Fill what a figure leaves out; return how many keys."""
    if not isinstance(figure, Map):
        return 0
    missing = [key for key in default if key in _FILLS and key not in figure]
    for key in missing:
        figure.put(key, copy.deepcopy(default[key]), default.marks[key])
    return len(missing)
