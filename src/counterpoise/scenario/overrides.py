"""Overrides: ``sites.aleppo.population.value=1500000``.

A path leads through fields, and through the items of a list by id (``sites.aleppo`` or ``sites[aleppo]``), by
actor where items have no id (``stocks.HEZB``, ``conflict.opponents.HTS``), or by position from 0
(``alignments.3``). The value is read as YAML. An override replaces what stands at its path, or sets a field
that the schema knows and the file leaves out; it does not add items to a list (replace the whole list
instead).
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, get_origin

from counterpoise.errors import InputError, Problem, nearest
from counterpoise.scenario.located import Map, Mark, Seq
from counterpoise.scenario.models import Scenario
from counterpoise.scenario.slots import names_at, step_into
from counterpoise.scenario.yaml_nodes import parse_yaml

__all__ = ["MARK", "Override", "apply_override", "read_overrides"]

#: Where an overridden value stands in messages.
MARK: Final = Mark("--set", 0)


class Override(NamedTuple):
    """A path as the user wrote it and the value to put there."""

    path: str
    value: object


def read_overrides(given: Sequence[str] | Mapping[str, object]) -> tuple[Override, ...]:
    """Read overrides from ``PATH=YAMLVALUE`` texts, or from a mapping of paths to values.

    Raises
    ------
    InputError
        With every override that cannot be read.
    """
    if isinstance(given, str):
        given = (given,)
    if isinstance(given, Mapping):
        return tuple(Override(str(path), _located(value)) for path, value in given.items())
    out, problems = [], []
    for text in given:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            mend = "write PATH=VALUE, for example as_of=2024-11-27"
            problems.append(Problem(f"--set {text}", "expected PATH=VALUE", mend))
            continue
        try:
            out.append(Override(path.strip(), _located(parse_yaml(value, f"--set {path.strip()}"))))
        except InputError as err:
            where = f"{MARK} {path.strip()}"
            problems += [dataclasses.replace(problem, where=where) for problem in err.problems]
    if problems:
        raise InputError(*problems)
    return tuple(out)


def _located(value: object) -> object:
    """Turn plain Python data into located data."""
    if isinstance(value, Mapping):
        out = Map(MARK)
        for key, inner in value.items():
            out.put(str(key), _located(inner), MARK)
        return out
    if isinstance(value, list | tuple):
        seq = Seq(MARK)
        for inner in value:
            seq.put(_located(inner), MARK)
        return seq
    return value


def apply_override(data: Map, override: Override) -> str | Problem:
    """Set one value in place; return what was done, or what is wrong (and then nothing is changed)."""
    steps = override.path.replace("[", ".").replace("]", "").split(".")
    node: Any = data
    shape: Any = Scenario
    made: list[tuple[Map, str, Map]] = []
    while True:
        found = _next(node, shape, steps)
        if isinstance(found, _Lost):
            return Problem(f"{MARK} {override.path}", found.what, found.mend, found.nearest)
        key, n = found
        shape = step_into(shape, key)
        if n == len(steps):
            break
        steps = steps[n:]
        if isinstance(node, Map) and node.get(str(key)) is None:
            made.append((node, str(key), Map(MARK)))
            node = made[-1][2]
        else:
            node = node[key]
    for holder, name, inner in made:
        holder.put(name, inner, MARK)
    return _put(node, key, override.value)


class _Lost(NamedTuple):
    """Why a path leads nowhere."""

    what: str
    mend: str = ""
    nearest: tuple[str, ...] = ()


def _next(node: Any, shape: Any, steps: Sequence[str]) -> tuple[str | int, int] | _Lost:
    """Return the key or position of the next node and how many steps it takes (ids may hold dots)."""
    if get_origin(shape) is tuple:
        return (
            _item(node, steps)
            if isinstance(node, Seq)
            else _Lost("the list is empty here", "set the whole list")
        )
    known = names_at(shape)
    if not known:
        return _Lost(f"nothing stands below this: '{steps[0]}'", "shorten the path")
    if not isinstance(node, Map):
        return _Lost(f"expected a mapping before '{steps[0]}'", f"fields: {', '.join(known)}")
    if steps[0] not in known:
        return _Lost(f"unknown field '{steps[0]}'", f"fields: {', '.join(known)}", nearest(steps[0], known))
    return steps[0], 1


def _item(node: Seq, steps: Sequence[str]) -> tuple[int, int] | _Lost:
    """Find an item of a list by id, by actor, or by position."""
    names: dict[str, list[int]] = {}
    for i, item in enumerate(node):
        name = _name_of(item)
        if name is not None:
            names.setdefault(name, []).append(i)
    for n in range(len(steps), 0, -1):
        hits = names.get(".".join(steps[:n]), [])
        if len(hits) == 1:
            return hits[0], n
        if hits:
            return _Lost(f"'{'.'.join(steps[:n])}' stands for {len(hits)} items", f"use a position: {hits}")
    if steps[0].isdecimal() and int(steps[0]) < len(node):
        return int(steps[0]), 1
    mend = (
        f"use an id or a position from 0 to {len(node) - 1}"
        if node
        else "the list is empty: set the whole list"
    )
    return _Lost(f"no item '{steps[0]}'", mend, nearest(steps[0], names))


def _name_of(item: object) -> str | None:
    """Return what an item of a list is called by: its id, its actor, or itself."""
    name = item.get("id", item.get("actor")) if isinstance(item, Map) else item
    return name if isinstance(name, str) else None


def _put(node: Map | Seq, key: str | int, value: object) -> str:
    """Replace a value; say what stood there before."""
    value = copy.deepcopy(value)
    if isinstance(node, Seq):
        assert isinstance(key, int)
        node[key], node.marks[key] = value, MARK
        return f"replaces item {key}"
    said = f"replaces {node.marks[key]}" if key in node else "set"
    node.put(key, value, MARK)
    return said
