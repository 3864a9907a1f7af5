"""What is in ``deploy/``: it parses, and every option, variable, file and extra that it names exists. Nothing is built here."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from counterpoise.cli.app import app

TOP = Path(__file__).parents[2]
DEPLOY = TOP / "deploy"


def parse(arguments: list[str]) -> dict[str, Any]:
    """Parse a command line as the program would, without running it; an option that is not there fails."""
    group: Any = typer.main.get_command(app)
    name, rest = arguments[0], arguments[1:]
    parameters: dict[str, Any] = group.commands[name].make_context(name, rest).params
    return parameters


def settings_of(variable: str) -> bool:
    """Whether the program reads a variable of the environment."""
    return any(variable in p.read_text(encoding="utf-8") for p in (TOP / "src").rglob("*.py"))


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile with their arguments."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(None, 1)[1]) for line in lines]


def test_the_containerfile_names_what_is_there() -> None:
    found = instructions()
    assert {k for k, _ in found} <= {
        "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    for kind, text in found:
        if kind == "COPY" and "--from" not in text:
            *sources, _ = text.split()
            assert all((TOP / s).exists() for s in sources), text
        if kind == "ENV":
            for part in shlex.split(text):
                name = part.split("=")[0]
                assert not name.startswith("COUNTERPOISE") or settings_of(name), name
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extras,) = re.findall(r"\.\[([a-z,]+)\]", " ".join(text for _, text in found))
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    made = [t.split("bin/counterpoise ")[1] for k, t in found if k == "RUN" and "bin/counterpoise " in t]
    assert [parse(shlex.split(command))["members"] for command in made] == [100]
    (last,) = [yaml.safe_load(t) for k, t in found if k == "CMD"]
    assert parse(last)["host"] == "0.0.0.0"
    # The server does not run as root.
    assert [t for k, t in found if k == "USER"] == ["desk"]


def test_the_compose_file_names_what_is_there() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    assert set(found) == {"services", "volumes"}
    for name, service in found["services"].items():
        assert set(service) <= {
            "image", "build", "environment", "volumes", "healthcheck", "restart", "command", "ports", "depends_on", "read_only",
            "tmpfs", "cap_drop", "security_opt", "profiles", "entrypoint",
        }, name  # fmt: skip
        assert set(service.get("depends_on", ())) <= set(found["services"])
        for variable in service.get("environment", {}):
            assert variable.startswith("POSTGRES_") or settings_of(variable), variable
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in found["volumes"]
        # Nothing but the desk is published, and that on this machine alone.
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert ("ports" in service) == (name == "desk")
        if name != "ledger":
            assert service["read_only"]
            assert service["cap_drop"] == ["ALL"]
    build = found["services"]["desk"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert parse(found["services"]["desk"]["command"])["workers"] == 2
    assert re.search(r"PASSWORD: \$\{POSTGRES_PASSWORD:\?", text)


@pytest.mark.parametrize("service", ["scheduler", "dask-worker"])
def test_dask_knows_the_options_of_the_compose_file(service: str) -> None:
    pytest.importorskip("distributed", reason="needs the extra [cluster]")
    dask = shutil.which("dask", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    assert dask is not None, "the extra [cluster] brings the command"
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"][service]
    assert found["entrypoint"] == ["dask"]
    said = subprocess.run(
        [dask, found["command"][0], "--help"], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    for option in (x for x in found["command"] if x.startswith("--")):
        assert re.search(rf"{option}\b", said), option


def test_the_unit_names_what_is_there(tmp_path: Path) -> None:
    unit = configparser.RawConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((DEPLOY / "counterpoise.service").read_text(encoding="utf-8"))
    service = unit["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert program.endswith("/counterpoise")
    assert parse(arguments)["host"] == "127.0.0.1"
    for part in shlex.split(service["Environment"]):
        name, value = part.split("=")
        assert settings_of(name), name
        # What it writes to is what the unit may write to.
        folder = {"COUNTERPOISE_LEDGER": "/var/lib/", "COUNTERPOISE_CACHE": "/var/cache/"}[name]
        owner = {"/var/lib/": "StateDirectory", "/var/cache/": "CacheDirectory"}[folder]
        assert value.startswith(folder + service[owner])
    if shutil.which("systemd-analyze"):
        # Its own check wants a program that is there.
        copy = tmp_path / "counterpoise.service"
        copy.write_text((DEPLOY / "counterpoise.service").read_text().replace(program, "/bin/true"))
        said = subprocess.run(
            ["systemd-analyze", "verify", copy], capture_output=True, text=True, timeout=60, check=False
        )
        assert (said.returncode, said.stderr) == (0, "")
