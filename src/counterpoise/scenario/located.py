"""Plain data that knows the file and line of every node: mappings and lists with a mark for each key or item.

They are a ``dict`` and a ``list``, so that pydantic reads them as such, and they keep their marks when files
are laid over each other.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

__all__ = ["Map", "Mark", "Seq", "mark_at"]


class Mark(NamedTuple):
    """A place in a file; line 0 where there is no line (an override)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Map(dict[Any, Any]):
    """A mapping that knows where it and each of its keys stand."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: dict[Any, Mark] = {}

    def put(self, key: Hashable, value: object, mark: Mark) -> None:
        """Set a key together with its place."""
        self[key] = value
        self.marks[key] = mark


class Seq(list[Any]):
    """A list that knows where it and each of its items stand."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []

    def put(self, value: object, mark: Mark) -> None:
        """Append an item together with its place."""
        self.append(value)
        self.marks.append(mark)


def mark_at(data: object, path: Sequence[object]) -> Mark | None:
    """Return the place of the deepest node on the path that exists, or None where nothing is known."""
    mark: Mark | None = getattr(data, "mark", None)
    for step in path:
        if isinstance(data, Map) and step in data:
            mark = data.marks.get(step, mark)
        elif isinstance(data, Seq) and isinstance(step, int) and 0 <= step < len(data):
            mark = data.marks[step]
        else:
            break
        data = data[step]  # type: ignore[call-overload]
    return mark
