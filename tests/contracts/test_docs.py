"""The documentation says what the program does: commands, names, numbers, files and links."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from counterpoise import library

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
README = REPOSITORY / "README.md"
PAGES = sorted(DOCS.rglob("*.md"))
SOURCES = sorted((REPOSITORY / "src").rglob("*.py"))
#: Files that people read outside the site; their links are checked as well.
LINKED = [README, REPOSITORY / "CONTRIBUTING.md", REPOSITORY / "CHANGELOG.md", *PAGES]
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(?:bash|sh|shell|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shell_blocks(path: Path) -> list[str]:
    return _BLOCK.findall(text_of(path))


def commands_in(text: str) -> Iterator[list[str]]:
    """Yield the arguments of every counterpoise command that a page shows."""
    for line in text.splitlines():
        found = re.match(r"^\s*(?:\.venv/bin/)?counterpoise (?P<rest>.+?)(?:\s{2,}#.*)?$", line)
        if found:
            words = shlex.split(found["rest"], comments=True)
            yield words[: words.index("<")] if "<" in words else words


SHOWN = [
    pytest.param(words, id=f"{page.stem}: {' '.join(words)[:60]}")
    for page in (README, *PAGES)
    for words in commands_in(text_of(page))
    if words[0].isalpha() and words[0].islower()
]


# README, Makefile, CI ----------------------------------------------------------------------------------------------------


def test_the_readme_begins_with_the_two_commands() -> None:
    first, second = shell_blocks(README)[:2]
    assert ".venv/bin/counterpoise assess " in first
    assert ".venv/bin/python -m pytest" in second
    for block in (first, second):
        assert "python3 -m venv .venv" in block
        assert "pip install" in block
        assert len(block.strip().splitlines()) == 3, "the set-up and the command, nothing else"


def test_make_test_runs_what_the_readme_runs() -> None:
    wanted = shell_blocks(README)[1].strip().splitlines()[-1].removeprefix(".venv/bin/")
    assert f"$(BIN)/{wanted}" in text_of(REPOSITORY / "Makefile")


def test_the_makefile_has_the_names_of_the_house() -> None:
    wanted = ("setup", "check", "test", "science", "golden", "bench", "soak", "docs", "serve")
    found = set(re.findall(r"^([a-z]+):", text_of(REPOSITORY / "Makefile"), re.MULTILINE))
    assert set(wanted) <= found


def test_ci_finds_the_readmes_blocks() -> None:
    """The extraction in ``.ci/run`` gives the very blocks."""
    script = text_of(REPOSITORY / ".ci" / "run")
    body = re.search(r"^block\(\) \{.*?^\}", script, re.DOTALL | re.MULTILINE)
    assert body is not None
    for i, block in enumerate(shell_blocks(README)[:2], 1):
        run = subprocess.run(
            ["bash", "-c", f"{body[0]}\nblock {i}"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout == block


def test_no_registry_host_and_no_remote_hook() -> None:
    for name in (".ci/run", "Makefile", ".pre-commit-config.yaml", "mkdocs.yml"):
        assert "://" not in text_of(REPOSITORY / name), name


def test_the_version_is_one() -> None:
    from counterpoise import __version__

    citation = yaml.safe_load(text_of(REPOSITORY / "CITATION.cff"))
    assert citation["version"] == __version__
    assert citation["license"] == "Apache-2.0"


def test_the_changelog_flags_changed_numbers() -> None:
    sections = re.split(r"^## ", text_of(REPOSITORY / "CHANGELOG.md"), flags=re.MULTILINE)[1:]
    assert sections
    for section in sections:
        assert "### Numbers changed" in section, section.splitlines()[0]


# Commands ----------------------------------------------------------------------------------------------------------------


def leaf_commands() -> dict[tuple[str, ...], Any]:
    """Return every command of the CLI by its words."""
    import typer.main

    from counterpoise.cli.app import app

    found: dict[tuple[str, ...], Any] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found[words] = command
            return
        for name, child in inner.items():
            walk(child, (*words, name))

    walk(typer.main.get_command(app), ())
    return found


def command_of(words: list[str]) -> tuple[str, ...]:
    """Return the words that name the command of a line."""
    known = leaf_commands()
    for n in (2, 1):
        if tuple(words[:n]) in known:
            return tuple(words[:n])
    raise AssertionError(f"no such command: counterpoise {' '.join(words)}")


def options_of(command: Any) -> set[str]:
    return {name for p in command.params for name in (*p.opts, *p.secondary_opts) if name.startswith("-")}


@pytest.mark.parametrize("words", SHOWN)
def test_a_shown_command_parses(words: list[str]) -> None:
    """Its options exist and its arguments fit; nothing is run."""
    name = command_of(words)
    command = leaf_commands()[name]
    context = command.make_context(" ".join(name), list(words[len(name) :]), resilient_parsing=False)
    context.close()


@pytest.mark.parametrize("name", sorted(leaf_commands()), ids=" ".join)
def test_every_command_is_documented_and_helps(name: tuple[str, ...]) -> None:
    from typer.testing import CliRunner

    from counterpoise.cli.app import app

    result = CliRunner().invoke(app, [*name, "--help"])
    assert result.exit_code == 0, result.output
    page = text_of(DOCS / "cli.md")
    assert f"counterpoise {' '.join(name)}" in page


def test_every_option_is_documented() -> None:
    page = text_of(DOCS / "cli.md")
    missing = {
        (" ".join(name), option)
        for name, command in leaf_commands().items()
        for option in options_of(command)
        if option.startswith("--") and option != "--help" and option not in page
    }
    assert not missing


def test_the_exit_codes_are_those_of_the_errors() -> None:
    from counterpoise import errors

    page = text_of(DOCS / "cli.md")
    for error in (errors.CounterpoiseError, errors.InputError, errors.NothingToAssess, errors.NumericalFault):
        assert f"| {error.exit_code} |" in page


@pytest.mark.parametrize(
    "wrong", [["assess"], ["assess", "x.txt", "--no-such-option"], ["no-such-command"]], ids=str
)
def test_a_wrong_command_line_is_wrong_input(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from counterpoise.cli import run

    assert run(wrong) == 2
    assert "fault of the program" not in capsys.readouterr().err


# Names and numbers -------------------------------------------------------------------------------------------------------


def tables() -> ModuleType:
    """Import ``docs/tables.py``, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("docs_tables", DOCS / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its neighbours are found as they are when it is run.
    sys.path.insert(0, str(DOCS))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(DOCS))
    return module


def test_the_tables_are_made_from_the_code() -> None:
    stale = [str(p.relative_to(REPOSITORY)) for p in tables().stale()]
    assert not stale, f"run `make tables`: {', '.join(stale)}"


def test_every_table_stands_on_a_page_and_every_mark_has_a_table() -> None:
    marks = {m for p in PAGES for m in re.findall(r"<!-- table: ([a-z-]+) -->", text_of(p))}
    assert marks == set(tables().TABLES)


def test_making_a_table_anew_keeps_the_prose_around_it() -> None:
    page = "a\n<!-- table: hedges -->\n<!-- end -->\nb\n<!-- table: arms -->\nold\n<!-- end -->\nc\n"
    once = tables().render(page)
    assert [line for line in once.splitlines() if line in ("a", "b", "c", "old")] == ["a", "b", "c"]
    assert tables().render(once) == once


def model_pages() -> str:
    return "\n".join(text_of(p) for p in sorted((DOCS / "model").glob("*.md")))


def test_every_parameter_is_in_the_models_tables() -> None:
    from counterpoise.dynamics.parameters import NAMES

    rows = set(re.findall(r"^\| `([a-z0-9_.]+)` \|", model_pages(), re.MULTILINE))
    assert set(NAMES) <= rows


def test_every_constant_is_in_the_models_tables() -> None:
    names = {c["name"] for c in yaml.safe_load(library.read_text("parameters/prototype.yaml"))["constants"]}
    rows = set(re.findall(r"^\| `([a-z0-9_.]+)` \|", model_pages(), re.MULTILINE))
    assert names <= rows


def test_every_measure_and_process_is_documented() -> None:
    from counterpoise.dynamics.measures import MEASURES
    from counterpoise.dynamics.processes import PROCESSES

    region = text_of(DOCS / "model" / "region.md")
    nomenclature = text_of(DOCS / "nomenclature.md")
    for measure in MEASURES:
        assert f"**`{measure}`**" in region, f"{measure}: no formula"
        assert f"`{measure}`" in nomenclature
    overview = text_of(DOCS / "model" / "index.md")
    assert all(f"| {p.name} |" in overview for p in PROCESSES)


def test_every_stream_is_documented() -> None:
    from counterpoise.dynamics.kernel import SINGLES

    page = " ".join(text_of(DOCS / "model" / "theatre.md").split())
    assert [s for s in SINGLES if f"`{s}`" not in page] == []


def test_every_kind_of_support_and_column_is_documented() -> None:
    from counterpoise.events import event_schema
    from counterpoise.scenario.models import SUPPORT_KINDS

    page = text_of(DOCS / "nomenclature.md")
    assert [n for n in (*SUPPORT_KINDS, *event_schema().names) if f"`{n}`" not in page] == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text_of(REPOSITORY / "pyproject.toml"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *extras["docs"],
        *extras["serve"],
        *extras["fit"],
        *extras["dev"],
        *project["build-system"]["requires"],
    ]
    names = {re.split(r"[<>=!~\[; ]", w)[0] for w in wanted} - {"counterpoise"}
    rows = set(re.findall(r"^\| `([\w.-]+)` \|", text_of(DOCS / "dependencies.md"), re.MULTILINE))
    assert names - rows == set(), "add the reason to docs/dependencies.md"
    assert rows - names == set(), "these are no dependencies any more"


def imported_packages() -> set[str]:
    """Return the top-level packages that the source imports, the standard library and our own left out."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"counterpoise"}


def test_what_the_code_imports_is_declared() -> None:
    """What happens to be installed with something else may be missing on a bare machine."""
    project = tomllib.loads(text_of(REPOSITORY / "pyproject.toml"))["project"]
    # What only the fit needs is kept inside `inference/` by the import contracts.
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["serve"], *extras["fit"]]
    declared = {re.split(r"[<>=!~\[; ]", w)[0].lower() for w in wanted}
    names = {
        "prometheus_client": "prometheus-client",
        "sklearn": "scikit-learn",
        "yaml": "pyyaml",
        "mpl_toolkits": "matplotlib",
        "pydantic_core": "pydantic",
        "markupsafe": "jinja2",
    }
    missing = {n for n in imported_packages() if names.get(n, n).lower() not in declared}
    assert not missing
    unused = (
        declared - {names.get(n, n).lower() for n in imported_packages()} - {"lxml_html_clean", "psycopg"}
    )
    assert not unused


def test_the_bundled_reports_and_scenarios_are_named() -> None:
    from counterpoise.scenario import list_scenarios

    page = text_of(DOCS / "reports.md")
    assert [p.stem for p in library.path("reports").glob("*.txt") if f"`{p.stem}`" not in page] == []
    page = text_of(README)
    assert [s.id for s in list_scenarios() if f"`{s.id}`" not in page] == []


# Scenarios ---------------------------------------------------------------------------------------------------------------


def yaml_examples() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", text_of(DOCS / "scenarios.md"), re.DOTALL | re.MULTILINE)


def test_the_template_is_what_the_page_shows(tmp_path: Path) -> None:
    """Every example of a section stands in the template, which is valid."""
    from counterpoise.scenario import load_scenario, new_scenario

    template = library.read_text("templates/scenario.yaml")
    known = {" ".join(line.split("#")[0].split()) for line in template.splitlines()}
    ours = ("strength:", "uncertainties:", "- {parameter:")
    for example in yaml_examples():
        for line in example.splitlines():
            plain = " ".join(line.split("#")[0].split())
            assert plain in known or plain.startswith(ours), line
    assert load_scenario(new_scenario(tmp_path / "my-region.yaml")).id == "my-region"


def test_the_examples_of_what_the_template_lacks_are_valid(tmp_path: Path) -> None:
    from counterpoise.scenario import load_scenario, new_scenario

    path = new_scenario(tmp_path / "my-region.yaml")
    extra = next(e for e in yaml_examples() if e.startswith("uncertainties:"))
    path.write_text(text_of(path) + extra, encoding="utf-8")
    assert load_scenario(path).uncertainties[0].parameter == "conduit.leak_hostile"
    figure = yaml.safe_load(next(e for e in yaml_examples() if e.startswith("strength:")))
    assert set(figure["strength"]) >= {"value", "unit", "as_of", "source", "standing", "note"}


def test_the_overrides_that_are_shown_apply() -> None:
    from counterpoise.scenario import load_scenario

    shown = re.findall(r"^--set (.+)$", text_of(DOCS / "scenarios.md"), re.MULTILINE)
    assert len(shown) >= 5
    template = library.path("templates/scenario.yaml")
    load_scenario(template, [shlex.split(s)[0] for s in shown])


def test_every_section_of_a_scenario_is_explained() -> None:
    from counterpoise.scenario.models import Scenario

    page = text_of(DOCS / "scenarios.md")
    fields = {f.alias or name for name, f in Scenario.model_fields.items()} - {"sha256"}
    assert [f for f in fields if f"`{f}`" not in page and f"{f}:" not in page] == []


# Schemas -----------------------------------------------------------------------------------------------------------------


def test_the_shipped_scenario_schema_is_that_of_the_models() -> None:
    from counterpoise.scenario import scenario_json_schema

    assert json.loads(library.read_text("schemas/scenario-1.json")) == scenario_json_schema()


def test_the_shipped_coding_schema_is_that_of_the_models() -> None:
    from counterpoise.reports.schema import coding_json_schema_text

    assert library.read_text("schemas/coding-1.json") == coding_json_schema_text()


# Pages and links ---------------------------------------------------------------------------------------------------------


def nav_pages(nav: list[Any]) -> Iterator[str]:
    for entry in nav:
        for target in entry.values():
            if isinstance(target, list):
                yield from nav_pages(target)
            else:
                yield target


def test_every_page_of_the_navigation_exists_and_every_page_is_in_it() -> None:
    nav = yaml.safe_load(text_of(REPOSITORY / "mkdocs.yml"))["nav"]
    assert sorted(nav_pages(nav)) == sorted(str(p.relative_to(DOCS)) for p in PAGES)


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading as the site makes it."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    plain = re.sub(r"[^\w\s-]", "", plain).strip().lower()
    return re.sub(r"[-\s]+", "-", plain)


def anchors(path: Path) -> set[str]:
    plain = _FENCED.sub("", text_of(path))
    return {anchor_of(h) for h in re.findall(r"^#{1,6} (.+)$", plain, re.MULTILINE)}


@pytest.mark.parametrize("page", LINKED, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in _LINK.findall(_FENCED.sub("", text_of(page))):
        if "://" in link or link.startswith("mailto:"):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        inside = DOCS in path.parents or DOCS not in page.parents
        if not path.exists() or not inside or (anchor and anchor not in anchors(path)):
            dead.append(link)
    assert not dead


def test_pages_that_the_code_names_exist() -> None:
    named = {n for path in SOURCES for n in re.findall(r"docs/[\w/-]+\.md", text_of(path))}
    assert [n for n in sorted(named) if not (REPOSITORY / n).exists()] == []


@pytest.mark.parametrize("page", LINKED, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_no_page_names_a_place_of_one_machine(page: Path) -> None:
    assert not re.search(r"(?:^|[\s`(])/(?:work|home|root|tmp|opt|usr|Users)/", text_of(page))
