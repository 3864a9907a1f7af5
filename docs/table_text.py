"""How a table of the documentation is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["number", "table"]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""

    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |"

    return "\n".join((line(head), line("---" for _ in head), *map(line, rows)))


def number(value: float) -> str:
    """Write a number with four significant digits."""
    return f"{value:.4g}"
