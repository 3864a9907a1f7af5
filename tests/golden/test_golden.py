"""The tiny region gives the numbers that it gave; `make golden` rewrites them and prints what moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def golden(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("golden/update.py")


def test_nothing_moved(golden: ModuleType) -> None:
    old = json.loads(golden.FILE.read_text(encoding="utf-8"))
    lines = golden.moved(old, json.loads(json.dumps(golden.summary())))
    assert not lines, "numbers moved (say so in CHANGELOG.md, then `make golden`):\n" + "\n".join(lines[:40])


def test_what_moved_is_found_by_place(golden: ModuleType) -> None:
    old = {"a": {"b": [1, 2.0]}, "c": 1}
    assert golden.moved(old, {"a": {"b": [1, 2.0 + 1e-13]}, "c": 1}) == []
    assert golden.moved(old, {"a": {"b": [1, 3.0]}, "d": 2}) == [
        "/a/b[1]: 2.0 -> 3.0",
        "/c: 1 -> None",
        "/d: None -> 2",
    ]
    assert golden.moved({"a": [1]}, {"a": [1, 2]}) == ["/a: [1] -> [1, 2]"]
