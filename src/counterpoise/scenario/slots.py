"""What the schema allows at a path: the model, its fields, and where the figures are.

Overrides, figure defaults and messages all need to know which fields stand at a path such as
``sites[3].population``. They ask the frozen models themselves, so that there is no second list of fields to
keep in step.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import Scenario

__all__ = ["ANY", "fields_of", "figure_slots", "shape_at", "unwrap"]

#: Stands in a path of slots for every item of a list or every key of a mapping.
ANY = "*"


def unwrap(annotation: Any) -> Any:
    """Strip ``Annotated`` and ``| None`` from an annotation."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            rest = [a for a in get_args(annotation) if a is not type(None)]
            if len(rest) != 1:
                return annotation
            annotation = rest[0]
        else:
            return annotation


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def fields_of(model: Any) -> dict[str, Any]:
    """Return the fields of a model as the user writes them, with their unwrapped annotations.

    Empty for what is not a model.
    """
    if not _is_model(model):
        return {}
    return {info.alias or name: unwrap(info.annotation) for name, info in model.model_fields.items()}


def step_into(shape: Any, step: object) -> Any:
    """Return the shape one step further, or None where the schema has nothing there."""
    if _is_model(shape):
        return fields_of(shape).get(str(step))
    if get_origin(shape) is tuple:
        return unwrap(get_args(shape)[0])
    if get_origin(shape) is dict:
        key, value = get_args(shape)
        return unwrap(value) if step == ANY or step in get_args(key) else None
    return None


def shape_at(path: Sequence[object]) -> Any:
    """Return the annotation at a path of the scenario, or None where the schema has nothing."""
    shape: Any = Scenario
    for step in path:
        shape = step_into(shape, step)
    return shape


def names_at(shape: Any) -> tuple[str, ...]:
    """Return the names that may follow: fields of a model, or keys of a mapping with fixed keys."""
    if get_origin(shape) is dict:
        return tuple(str(k) for k in get_args(get_args(shape)[0]))
    return tuple(fields_of(shape))


@cache
def figure_slots() -> dict[str, tuple[str, ...]]:
    """Return every place of a figure: its name in `figure_defaults`, and its path with `ANY`.

    ``sites.population`` is ``("sites", "*", "population")``. A mapping of figures by kind (``actors.own``)
    has a name for all kinds and one for each (``actors.own.troops``).
    """
    return dict(_walk(Scenario, (), ()))


def _walk(shape: Any, name: tuple[str, ...], path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if shape is Figure:
        yield ".".join(name), path
    elif get_origin(shape) is tuple:
        yield from _walk(unwrap(get_args(shape)[0]), name, (*path, ANY))
    elif get_origin(shape) is dict:
        key, value = get_args(shape)
        yield from _walk(unwrap(value), name, (*path, ANY))
        for kind in get_args(key):
            yield from _walk(unwrap(value), (*name, str(kind)), (*path, str(kind)))
    else:
        for field, inner in fields_of(shape).items():
            yield from _walk(inner, (*name, field), (*path, field))
