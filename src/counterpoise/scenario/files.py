"""From a name or a path to the files of a scenario, in the order of precedence.

``include: [actors.yaml, sites.yaml]`` is relative to the including file. An include stays inside the folder
of the top file: no absolute path, no ``..``, no symbolic link that leads out; a cycle and a file that is
included twice are refused.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from counterpoise import library
from counterpoise.errors import InputError, Problem, nearest
from counterpoise.scenario.located import Map, Mark, Seq
from counterpoise.scenario.yaml_nodes import read_yaml

__all__ = ["TOP_FILE", "bundled_names", "case_names", "find_scenario", "read_files"]

TOP_FILE: Final = "scenario.yaml"
MAX_FILES: Final = 64
_SUFFIXES: Final = (".yaml", ".yml", ".json")

#: What is wrong, how to mend it, nearest names.
_Refusal = tuple[str, str, tuple[str, ...]]


def bundled_names() -> tuple[str, ...]:
    """Return the names of the scenarios that the package carries, sorted."""
    folder = library.path("scenarios")
    return tuple(sorted(p.parent.name for p in folder.glob(f"*/{TOP_FILE}")))


def case_names() -> tuple[str, ...]:
    """Return the names of the past cases that the package carries, sorted."""
    return tuple(sorted(p.stem for p in library.path("cases").glob("*.yaml")))


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the top file of a scenario.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a bundled scenario or past case, a file, or a folder that holds ``scenario.yaml``.

    Raises
    ------
    InputError
        If there is no such name, file or folder.
    """
    names = bundled_names()
    if isinstance(name_or_path, str) and name_or_path in names:
        return library.path("scenarios") / name_or_path / TOP_FILE
    cases = case_names()
    if isinstance(name_or_path, str) and name_or_path in cases:
        return library.path("cases") / f"{name_or_path}.yaml"
    text = str(name_or_path)
    try:
        path = Path(name_or_path)
        if path.is_dir() and (path / TOP_FILE).is_file():
            return path / TOP_FILE
        if path.is_dir():
            raise InputError.at(text, f"the folder holds no {TOP_FILE}", "name the file itself")
        if path.exists():
            return path
    except (OSError, ValueError) as err:
        raise InputError.at(text, f"cannot be opened: {err}", "check the path") from err
    if isinstance(name_or_path, Path) or "/" in text or "\\" in text or text.endswith(_SUFFIXES):
        raise InputError.at(text, "no such file", "check the path")
    what = "neither a bundled scenario nor a file"
    raise InputError.at(
        text or "''", what, "see `counterpoise scenario list`", nearest(text, (*names, *cases))
    )


def read_files(top: Path) -> list[Map]:
    """Read the top file and everything that it includes.

    Returns
    -------
    list of Map
        Lowest precedence first: the included files in the order of inclusion, each after what it includes
        itself; the top file last. ``include`` is taken out.

    Raises
    ------
    InputError
        With the problems of all files that could be reached.
    """
    reader = _Reader(top)
    reader.visit(top, (top.name,))
    if reader.problems:
        raise InputError(*reader.problems)
    return reader.layers


class _Reader:
    """Visits files depth first."""

    def __init__(self, top: Path) -> None:
        self.root = top.parent.resolve()
        bundled = (library.path("scenarios"), library.path("cases"))
        self.shown_from = next((b for b in bundled if top.is_relative_to(b)), None)
        self.layers: list[Map] = []
        self.problems: list[Problem] = []
        self.seen: set[Path] = set()

    def visit(self, path: Path, chain: tuple[str, ...]) -> None:
        """Read one file after the files that it includes."""
        self.seen.add(path.resolve())
        try:
            data = read_yaml(path, self._shown(path))
        except InputError as err:
            self.problems += err.problems
            return
        for name, mark in self._names(data):
            target = self._resolve(path, name, mark, chain)
            if target is not None:
                self.visit(target, (*chain, name))
        self.layers.append(data)

    def _shown(self, path: Path) -> str:
        """Return a file's name in messages: as given; a bundled one from its scenario's name on."""
        return str(path if self.shown_from is None else path.relative_to(self.shown_from))

    def _names(self, data: Map) -> list[tuple[str, Mark]]:
        """Take the list of includes out of a file."""
        if "include" not in data:
            return []
        given, at = data.pop("include"), data.marks.pop("include")
        if not isinstance(given, Seq) or not all(isinstance(name, str) and name for name in given):
            self.problems.append(
                Problem(f"{at} include", "expected a list of file names", "include: [actors.yaml]")
            )
            return []
        return list(zip(given, given.marks, strict=True))

    def _resolve(self, path: Path, name: str, mark: Mark, chain: tuple[str, ...]) -> Path | None:
        """Return the included file, or note why it is refused."""
        target = path.parent / name
        refusal = self._refusal(target, name) or self._again(target, name, chain)
        if refusal is None:
            return target
        self.problems.append(Problem(f"{mark} include", *refusal))
        return None

    def _again(self, target: Path, name: str, chain: tuple[str, ...]) -> _Refusal | None:
        """Say that a file was read already, or that it would be one too many."""
        real = target.resolve()
        if real in self.seen:
            if any((self.root / step).resolve() == real for step in _places(chain)):
                return f"a cycle of includes: {' > '.join((*chain, name))}", "remove one of them", ()
            return f"'{name}' is included twice, its lists would be doubled", "include it once", ()
        return (
            (f"more than {MAX_FILES} files", "put some together", ()) if len(self.seen) >= MAX_FILES else None
        )

    def _refusal(self, target: Path, name: str) -> _Refusal | None:
        """Say why a name may not be included at all."""
        inside = "included files stand in the folder of the top file or below it"
        windows = PureWindowsPath(name)
        if PurePosixPath(name).is_absolute() or windows.drive or windows.root or ".." in windows.parts:
            return f"'{name}' leads out of the folder", inside, ()
        try:
            real = target.resolve()
            if not real.is_relative_to(self.root):
                return f"'{name}' is a link that leads out of the folder", inside, ()
            if not target.is_file():
                near = nearest(
                    name, (p.name for p in target.parent.glob("*.y*ml") if p.resolve() not in self.seen)
                )
                return f"no such file '{name}'", "check the name", near
        except (OSError, ValueError, RuntimeError) as err:
            return f"'{name[:80]}' cannot be opened: {err}", "check the name", ()
        return None


def _places(chain: tuple[str, ...]) -> list[str]:
    """Return the files of a chain of includes, relative to the folder of the top file."""
    places = [PurePosixPath(chain[0])]
    for name in chain[1:]:
        places.append(places[-1].parent / name)
    return [str(p) for p in places]
