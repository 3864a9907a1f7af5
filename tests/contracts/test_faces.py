"""Every face gives the same bytes; results on stdout, talk on stderr; exit codes; what the package exports."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

import counterpoise
from counterpoise.assessment import assess, load_assessment, load_report, manifest
from counterpoise.brief import assessment_json, write_brief
from counterpoise.cli.app import app
from counterpoise.errors import NumericalFault

FEW = "200"
#: Where the parts of the main job are put together.
ASSESS = importlib.import_module("counterpoise.assessment.assessing")


def python(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run another Python, which sees the same package."""
    src = str(Path(counterpoise.__file__).parents[1])
    path = os.pathsep.join(x for x in (src, os.environ.get("PYTHONPATH", "")) if x)
    return subprocess.run(
        [sys.executable, "-W", "error", *args], capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": path}, **options,
    )  # fmt: skip


# --- same seed, same bytes (silent failure 5)


@pytest.fixture(scope="module")
def by_python(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The same assessment by the Python function with two and with eight workers, as the first command line had one."""
    out = {}
    for workers in (2, 8):
        found = assess("iran-leaves-syria", members=int(FEW), seed=1, workers=workers)
        out[workers] = tmp_path_factory.mktemp(f"python{workers}")
        write_brief(found, out[workers], run=manifest(found))
    return out


@pytest.mark.parametrize("workers", [2, 8])
@pytest.mark.parametrize("name", ["assessment.json", "run.json", "brief.md", "brief.html"])
def test_python_with_any_workers_gives_the_command_lines_bytes(
    iran_run: Any, by_python: dict[int, Path], workers: int, name: str
) -> None:
    assert (by_python[workers] / name).read_bytes() == (iran_run.folder / name).read_bytes()


def test_a_process_of_its_own_gives_the_same_bytes(iran_run: Any, tmp_path: Path) -> None:
    """From another folder, with two workers, with other hash seeds and no terminal."""
    done = python(
        "-m", "counterpoise", "assess", "iran-leaves-syria", "--members", FEW, "--seed", "1", "--workers", "2",
        "--out", str(tmp_path / "brief"), "--json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "brief" / "assessment.json").read_text(encoding="utf-8") == iran_run.text
    assert done.stdout == iran_run.text


def test_figures_are_the_same_bytes_too(iran_run: Any, by_python: dict[int, Path]) -> None:
    names = sorted(p.name for p in (iran_run.folder / "figures").iterdir())
    assert names
    for name in names:
        same = (by_python[2] / "figures" / name).read_bytes()
        assert (iran_run.folder / "figures" / name).read_bytes() == same


@pytest.fixture(scope="module")
def plain(cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """A run for people, with another seed."""
    folder = tmp_path_factory.mktemp("plain")
    said = cli(
        "assess", "iran-leaves-syria", "--members", FEW, "--seed", "2", "--horizon", "30", "--out", folder
    )
    return said, folder


def test_another_seed_gives_other_bytes(iran_run: Any, plain: tuple[Any, Path]) -> None:
    data = json.loads((plain[1] / "assessment.json").read_text(encoding="utf-8"))
    first = [q["p"] for q in iran_run.data["questions"] if q["horizon_days"] == 30]
    assert [q["p"] for q in data["questions"]] != first


def test_simulate_is_the_same_for_any_workers(cli: Callable[..., Any], tiny_path: Path) -> None:
    said = [
        cli("simulate", tiny_path, "--members", "2500", "--horizon", "30", "--workers", w, "--json")
        for w in ("1", "3")
    ]
    assert said[0].code == 0
    assert said[0].out == said[1].out


def test_compare_is_the_python_function(cli: Callable[..., Any], tiny_path: Path) -> None:
    said = cli(
        "compare", tiny_path, "--arm", "now=", "--arm", "gone=withdraw", "--members", "300", "--horizon", "90", "--json"
    )  # fmt: skip
    assert said.code == 0
    found = counterpoise.compare(tiny_path, {"now": (), "gone": ("withdraw",)}, members=300, horizon=90)
    data = json.loads(said.out)
    assert data["contrasts"] == [c.model_dump(mode="json") for c in found.contrasts]
    assert data["questions"] == [q.model_dump(mode="json", by_alias=True) for q in found.questions]


def test_levers_equal_to_the_status_quo_are_exactly_zero(cli: Callable[..., Any], tiny_path: Path) -> None:
    said = cli(
        "compare", tiny_path, "--arm", "a=", "--arm", "b=", "--members", "300", "--horizon", "90", "--json"
    )
    for c in json.loads(said.out)["contrasts"]:
        assert (c["difference"], c["interval_90"], c["mc_error"]) == (0.0, [0.0, 0.0], 0.0)


def test_a_run_is_read_back_as_it_was_written(iran_run: Any) -> None:
    assert assessment_json(load_assessment(iran_run.folder)) == iran_run.text


# --- stdout, stderr, exit codes


def test_json_on_stdout_is_the_file(iran_run: Any) -> None:
    assert iran_run.said.out == iran_run.text


def test_without_json_a_summary_and_the_path(plain: tuple[Any, Path]) -> None:
    said, folder = plain
    assert said.code == 0
    assert "Syrian government, as of 6 December 2024" in said.out
    assert said.out.rstrip().endswith(f"Brief: {folder / 'brief.html'}")
    talk = [x for x in said.err.splitlines() if "compil" not in x]
    assert talk == []


def test_messages_go_to_stderr_only(cli: Callable[..., Any]) -> None:
    said = cli("scenario", "show", "nowhere")
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("counterpoise: ")


def test_exit_codes(cli: Callable[..., Any], tmp_path: Path) -> None:
    assert cli("scenario", "list").code == 0
    assert cli("--version").code == 0
    assert cli("scenario", "validate", "no-such").code == 2
    assert cli("no-such-command").code == 2
    assert cli("assess").code == 2
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("The Syrian government and Iran exchanged greetings on Friday in Damascus.\n")
    assert cli("assess", nothing, "--out", tmp_path / "o").code == 3


@pytest.mark.parametrize(
    "fault", [RuntimeError("the pipes are cold"), NumericalFault("process loss | hazard is not finite")]
)
def test_a_fault_of_the_program_is_one_and_no_traceback(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: Exception
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.delenv("COUNTERPOISE_DEBUG", raising=False)
    monkeypatch.setattr(ASSESS, "simulate_world", broken)
    said = cli("assess", "iran-leaves-syria", "--members", "10", "--out", tmp_path / "o")
    assert said.code == 1
    assert str(fault) in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not (tmp_path / "o").exists()


def test_a_fault_shows_where_on_request(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the pipes are cold")

    monkeypatch.setenv("COUNTERPOISE_DEBUG", "1")
    monkeypatch.setattr(ASSESS, "simulate_world", broken)
    with pytest.raises(RuntimeError, match="the pipes are cold"):
        cli("assess", "iran-leaves-syria", "--members", "10", "--out", tmp_path / "o")


def test_stopped_by_the_user(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ASSESS, "simulate_world", stop)
    said = cli("assess", "iran-leaves-syria", "--members", "10", "--out", tmp_path / "o")
    assert said.code == 130
    assert not (tmp_path / "o").exists()


def test_a_failed_run_leaves_the_older_brief_whole(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "assessment.json"
    old.write_text("older")

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no figures today")

    monkeypatch.setattr("counterpoise.brief.writer.start_figures", broken)
    said = cli("assess", "iran-leaves-syria", "--members", "50", "--horizon", "30", "--out", tmp_path)
    assert said.code == 1
    assert old.read_text() == "older"
    assert [p.name for p in tmp_path.iterdir()] == ["assessment.json"]


def test_stdin_is_read(tmp_path: Path) -> None:
    text = "Iran is withdrawing its military advisers from Syria as rebels advance on Hama."
    done = python("-m", "counterpoise", "read", "-", "--json", input=text, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"][0]["actors"] == ["IRN"]


# --- what is exported


def test_all_is_what_is_exported() -> None:
    assert sorted(counterpoise.__all__) == list(counterpoise.__all__)
    assert dir(counterpoise) == list(counterpoise.__all__)
    for name in counterpoise.__all__:
        assert getattr(counterpoise, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'asess'"):
        counterpoise.asess  # noqa: B018


def test_names_for_type_checkers_are_the_same_names() -> None:
    tree = ast.parse(Path(counterpoise.__file__).read_text(encoding="utf-8"))
    guarded = next(n for n in tree.body if isinstance(n, ast.If))
    typed = {a.name for n in guarded.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert typed | {"__version__"} == set(counterpoise.__all__)


@pytest.mark.parametrize(
    "room",
    ["assessment", "brief", "compiler", "ensemble", "reports", "scenario", "events", "errors", "streams"],
)
def test_every_room_says_what_it_exports(room: str) -> None:
    module = importlib.import_module(f"counterpoise.{room}")
    assert module.__all__
    for name in module.__all__:
        assert hasattr(module, name), f"{room}.{name}"


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import counterpoise", ("numba", "pydantic", "numpy", "matplotlib", "yaml", "pyarrow")),
        ("import counterpoise.cli; import counterpoise.cli.app", ("numba", "matplotlib", "networkx")),
        ("from counterpoise import load_scenario", ("numba", "matplotlib")),
        ("from counterpoise import read_report", ("numba", "matplotlib", "networkx")),
    ],
)
def test_imports_are_lazy(code: str, absent: tuple[str, ...]) -> None:
    done = python("-c", f"{code}; import sys; print([m for m in {absent!r} if m in sys.modules])")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


# --- help


def commands() -> list[tuple[str, ...]]:
    root: Any = typer.main.get_command(app)
    out: list[tuple[str, ...]] = []
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        out += [(name, n) for n in inner] if inner else [(name,)]
    return out


def test_the_commands_are_those_of_the_product() -> None:
    names = {" ".join(c) for c in commands()}
    assert {"assess", "read", "simulate", "compare", "explain", "cite"} <= names
    assert {f"scenario {n}" for n in ("list", "show", "validate", "schema", "new")} <= names


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_help_has_an_example(cli: Callable[..., Any], command: tuple[str, ...]) -> None:
    said = cli(*command, "--help")
    assert said.code == 0
    assert f"Example: counterpoise {' '.join(command)}" in " ".join(said.out.split())


def test_a_report_on_its_own_is_read_the_same_way() -> None:
    assert load_report("iran-leaves-syria") == counterpoise.read_report(
        Path(counterpoise.__file__).parent / "library" / "reports" / "iran-leaves-syria.txt"
    )
