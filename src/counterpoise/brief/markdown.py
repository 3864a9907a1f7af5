"""The brief as Markdown (GitHub flavour): every word that is not ours is escaped, ours too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterpoise.brief.document import (
    Block,
    Details,
    Document,
    Figure,
    Items,
    Judgement,
    Marked,
    Para,
    Piece,
    Rich,
    Run,
    Table,
)

__all__ = ["escape", "to_markdown"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_AUTOLINK = re.compile(r"(?<=[A-Za-z])(://|@)|\b(?<=www)(\.)", re.IGNORECASE)


def escape(text: str) -> str:
    """Return text that Markdown and any HTML in it shows as it stands."""
    out = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    out = _SPECIAL.sub(lambda m: {"<": "&lt;", ">": "&gt;"}.get(m[1], "\\" + m[1]), out)
    out = re.sub(r"(?<=[A-Za-z]):(?=//)|(?<=\w)@(?=\w)|(?<=www)\.", lambda m: "\\" + m[0], out)
    return (
        _LINE_START.sub(r"\1\\\2", out)
        if not _LINE_START.match(out) or not out[:1].isdigit()
        else _number(out)
    )


def _number(text: str) -> str:
    """Escape the dot of ``1.`` at the start of a line, which would begin a list."""
    return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", text)


def to_markdown(document: Document) -> str:
    """Return the brief as Markdown; figures are links to ``figures/*.svg``."""
    lines = [f"# {inline(document.title)}", ""]
    lines += [f"- **{label}:** {inline(text)}" for label, text in document.meta]
    for section in document.sections:
        lines += ["", f'<a id="{section.id}"></a>', "", f"## {section.title}"]
        for block in section.blocks:
            lines += ["", *_block(block)]
    lines += ["", "---", "", inline(document.footer), ""]
    return "\n".join(lines)


def inline(text: Rich) -> str:
    """Return a run of pieces."""
    return "".join(_piece(p) for p in text)


def _piece(piece: Piece) -> str:
    """Return one piece, escaped."""
    said = escape(piece.text)
    if piece.kind == "strong":
        body = said.strip()
        return said.replace(body, f"**{body}**", 1) if body else said
    if piece.kind == "quote":
        return f"“{said}”"
    if piece.kind == "aside":
        return f" ({said})"
    if piece.kind == "link":
        return f"[{said}]({piece.href})"
    if piece.kind == "foreign_link":
        return f"<{re.sub(r'[<>]', '', piece.href).replace(' ', '%20')}>"
    return said


def _block(block: Block) -> Iterator[str]:
    """Yield the lines of a block."""
    if isinstance(block, Para):
        yield inline(block.text)
    elif isinstance(block, Judgement):
        yield f"- **{escape(block.label)}.** {inline(block.text)}"
        yield from (f"    - {inline(fact)}" for fact in block.facts)
    elif isinstance(block, Items):
        yield from _items(block)
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Figure):
        yield f"![{escape(block.alt)}](figures/{block.name}.svg)"
        yield ""
        yield f"*{escape(block.source)}*"
    elif isinstance(block, Marked):
        for i, runs in enumerate(block.paragraphs):
            if i:
                yield ">"
            yield "> " + "".join(_run(r) for r in runs)
    else:
        yield from _details(block)


def _run(run: Run) -> str:
    """Return a stretch of somebody's text with its anchor and the statements that end with it."""
    anchor = f'<a id="{run.anchor}"></a>' if run.anchor else ""
    said = escape(run.text)
    body = said.strip()
    if run.marked and body:
        said = said.replace(body, f"**{body}**", 1)
    return anchor + said + "".join(f" [{id_}]({href})" for id_, href in run.notes)


def _items(block: Items) -> Iterator[str]:
    """Yield a list; anchors stand in front of their items."""
    for i, item in enumerate(block.items):
        anchor = f'<a id="{block.anchors[i]}"></a>' if block.anchors else ""
        yield f"{i + 1}. {anchor}{inline(item)}" if block.ordered else f"- {anchor}{inline(item)}"


def _table(block: Table) -> Iterator[str]:
    """Yield a table under its caption."""
    yield f"**{escape(block.caption)}**"
    yield ""
    yield f"| {' | '.join(escape(h) for h in block.head)} |"
    yield f"|{'|'.join('---:' if i in block.numeric else '---' for i in range(len(block.head)))}|"
    for row in block.rows:
        yield f"| {' | '.join(inline(cell) for cell in row)} |"


def _details(block: Details) -> Iterator[str]:
    """Yield blocks that the reader opens."""
    yield f"<details><summary>{escape(block.summary)}</summary>"
    for inner in block.blocks:
        yield ""
        yield from _block(inner)
    yield ""
    yield "</details>"
