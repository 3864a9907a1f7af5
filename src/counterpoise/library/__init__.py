"""Data that the package carries, read by name; data only, no logic."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

__all__ = ["path", "read_text", "read_yaml"]


def path(name: str) -> Path:
    """Return the path of a bundled file, for example ``schemas/coding-1.json``."""
    return Path(str(files(__name__).joinpath(*name.split("/"))))


def read_text(name: str) -> str:
    """Return the text of a bundled UTF-8 file."""
    return path(name).read_text(encoding="utf-8")


def read_yaml(name: str) -> Any:
    """Return what a bundled YAML file holds; read by libyaml where PyYAML has it, ten times as fast."""
    return yaml.load(read_text(name), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
