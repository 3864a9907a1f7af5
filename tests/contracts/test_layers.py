"""The rooms of the house: import-linter's contracts hold, and they cover every room."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_import_contracts_hold() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_layers_are_exhaustive_and_name_every_room() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(c for c in config["contracts"] if c["type"] == "layers")
    assert layers["exhaustive"] is True
    named = {room.strip() for line in layers["layers"] for room in line.split("|")}
    package = ROOT / "src" / "counterpoise"
    rooms = {p.stem for p in package.glob("*.py")} | {p.parent.name for p in package.glob("*/__init__.py")}
    rooms -= {"__init__", *layers["exhaustive_ignores"]}
    assert rooms <= named


def test_model_rooms_are_kept_from_files_pictures_and_the_network() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    forbidden = [c for c in config["contracts"] if c["type"] == "forbidden"]
    model = next(c for c in forbidden if "pydantic" in c["forbidden_modules"])
    assert {"counterpoise.dynamics", "counterpoise.ensemble", "counterpoise.evaluation"} <= set(
        model["source_modules"]
    )
    assert {"pydantic", "yaml", "matplotlib", "httpx"} <= set(model["forbidden_modules"])
