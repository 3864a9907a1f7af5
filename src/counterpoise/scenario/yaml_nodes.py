"""YAML read safely, with the file and line of every node.

The parser's events are composed here, not by PyYAML: an alias costs as many nodes as it stands for, so that a
small file cannot grow without bound; nesting is limited; nothing is ever evaluated or constructed by tag.
Scalars follow the core schema of YAML 1.2: ``true`` and ``false`` are the only booleans, ``1e9`` is a number,
``no`` and ``12:30`` are text. ``2024-11-27`` is a date, and a date that does not exist is an error.

What it does not do: merge keys (``<<``), tags, several documents in one file.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from counterpoise.errors import InputError, Problem
from counterpoise.scenario.located import Map, Mark, Seq

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "parse_yaml", "read_yaml"]

MAX_BYTES: Final = 5_000_000
#: Nodes of one file, every alias counted as often as it is used.
MAX_NODES: Final = 200_000
MAX_DEPTH: Final = 40

_CORE: Final = "tag:yaml.org,2002:"
_PLAIN_TAGS: Final = {
    _CORE + t for t in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
} | {"!"}
_INT: Final = re.compile(r"[-+]?[0-9]{1,300}$")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$")
_WORDS: Final[dict[str, object]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, shown: str | None = None) -> Map:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path : Path
        The file.
    shown : str, optional
        The file's name in messages; left out: the path.

    Raises
    ------
    InputError
        With line numbers: missing, not a file, too large, empty, binary, wrong YAML, too many or too deep
        nodes, duplicate keys, tags, impossible dates, top level not a mapping.
    """
    shown = str(path) if shown is None else shown
    try:
        if not path.is_file():
            what = "is not a file" if path.exists() else "no such file"
            raise InputError.at(shown, what, "check the path")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as err:
        raise InputError.at(shown, f"cannot be read: {err}", "check the path and its permissions") from err
    if len(raw) > MAX_BYTES:
        raise InputError.at(shown, f"larger than {MAX_BYTES:,} bytes", "split it with `include`")
    data = parse_yaml(_decode(raw, shown), shown)
    if not isinstance(data, Map):
        got = "nothing" if data is None else f"a {_kind(data)}"
        raise InputError.at(
            f"{shown}:1", f"expected a mapping (key: value) at the top, got {got}", "see `scenario new`"
        )
    return data


def _decode(raw: bytes, shown: str) -> str:
    """Return the text of a file, or refuse it as empty or binary."""
    if not raw.strip():
        raise InputError.at(shown, "the file is empty", "start from `scenario new`")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = raw.count(b"\n", 0, err.start) + 1
        raise InputError.at(
            f"{shown}:{line}", "not UTF-8 text (a binary file?)", "save it as UTF-8 text"
        ) from err
    if "\0" in text:
        raise InputError.at(shown, "a binary file, not text", "give a YAML file")
    return text


def parse_yaml(text: str, shown: str) -> object:
    """Read one YAML document from text; the result is plain data, in `Map` and `Seq`.

    Raises
    ------
    InputError
        As `read_yaml`.
    """
    composer = _Composer(shown)
    try:
        data = composer.document(yaml.parse(text, Loader=_Loader))
    except yaml.YAMLError as err:
        raise InputError(_syntax_problem(err, shown, text)) from err
    if composer.problems:
        raise InputError(*composer.problems)
    return data


def _syntax_problem(err: yaml.YAMLError, shown: str, text: str) -> Problem:
    """Say in one line what the parser could not read."""
    mark = getattr(err, "problem_mark", None) or getattr(err, "context_mark", None)
    where = shown if mark is None else f"{shown}:{mark.line + 1}"
    said = str(getattr(err, "problem", None) or getattr(err, "reason", None) or "cannot be read")
    mend = "check indentation, quotes and brackets on this line and the one before"
    line = "" if mark is None else "".join(text.split("\n")[mark.line : mark.line + 1])
    if "\t" in line[: len(line) - len(line.lstrip())]:
        said, mend = "a tab where YAML wants blanks", "indent with blanks"
    if "nesting depth" in said:
        # Newer parsers refuse depth by themselves.
        return Problem(where, f"nested more than {MAX_DEPTH} levels deep", "flatten it")
    return Problem(where, f"not valid YAML: {said}", mend)


def _kind(value: object) -> str:
    """Name a value's type in the user's words."""
    names = {dict: "mapping", list: "list", str: "text", bool: "true/false", int: "number", float: "number"}
    return next((name for t, name in names.items() if isinstance(value, t)), type(value).__name__)


@dataclass
class _Composer:
    """Composes a document from parser events, counting nodes and depth."""

    shown: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, tuple[object, int] | None] = field(default_factory=dict)
    n_nodes: int = 0

    def document(self, events: Iterator[Any]) -> object:
        """Compose the only document of a stream."""
        data: object = None
        n_documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                n_documents += 1
                if n_documents > 1:
                    mark = self._mark(event)
                    raise InputError.at(
                        str(mark), "a second document begins", "one file holds one document: remove ---"
                    )
                data = self._node(next(events), events, 0)
        return data

    def _mark(self, event: Any) -> Mark:
        return Mark(self.shown, event.start_mark.line + 1)

    def _count(self, n: int, mark: Mark) -> None:
        self.n_nodes += n
        if self.n_nodes > MAX_NODES:
            raise InputError.at(
                str(mark),
                f"more than {MAX_NODES:,} values, aliases (*name) expanded",
                "write less, or no aliases",
            )

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> object:
        mark = self._mark(event)
        if depth > MAX_DEPTH:
            raise InputError.at(str(mark), f"nested more than {MAX_DEPTH} levels deep", "flatten it")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), mark)
        self._count(1, mark)
        before = self.n_nodes
        if event.anchor:
            self.anchors[event.anchor] = None
        if event.tag and event.tag not in _PLAIN_TAGS:
            self.problems.append(
                Problem(str(mark), f"the tag '{event.tag[:60]}' is not allowed", "write the plain value")
            )
        value: object
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event, mark)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(events, mark, depth)
        else:
            value = self._mapping(events, mark, depth)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.n_nodes - before + 1)
        return value

    def _alias(self, name: str, mark: Mark) -> object:
        if name not in self.anchors:
            raise InputError.at(
                str(mark), f"the alias *{name} has no anchor &{name} before it", "define it first"
            )
        known = self.anchors[name]
        if known is None:
            raise InputError.at(
                str(mark), f"the alias *{name} stands inside its own anchor", "remove the cycle"
            )
        value, size = known
        self._count(size, mark)
        return copy.deepcopy(value)

    def _sequence(self, events: Iterator[Any], mark: Mark, depth: int) -> Seq:
        out = Seq(mark)
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            out.put(self._node(event, events, depth + 1), self._mark(event))
        return out

    def _mapping(self, events: Iterator[Any], mark: Mark, depth: int) -> Map:
        out = Map(mark)
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            at = self._mark(event)
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, str):
                said = f"expected a text as key, got a {_kind(key)}"
                self.problems.append(Problem(str(at), said, "put a text key in quotes"))
            elif key == "<<":
                self.problems.append(
                    Problem(str(at), "merge keys (<<) are not read", "use `figure_defaults`")
                )
            elif key in out:
                first = out.marks[key].line
                self.problems.append(
                    Problem(str(at), f"the key '{key}' stands twice (first in line {first})", "keep one")
                )
            else:
                out.put(key, value, at)
        return out

    def _scalar(self, event: Any, mark: Mark) -> object:
        text: str = event.value
        if event.style or event.tag in (_CORE + "str", "!"):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
        return self._day(text, mark) if _DAY.match(text) else text

    def _day(self, text: str, mark: Mark) -> dt.date | None:
        """Return a date, or note that it does not exist."""
        try:
            return dt.date(*(int(part) for part in text.split("-")))
        except ValueError:
            said = f"the date {text} does not exist"
            self.problems.append(Problem(str(mark), said, "write an existing day as YYYY-MM-DD"))
            return None
