"""``counterpoise forecast`` on a run of the program: sealed, resolved, scored, exported, checked."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of its own, named by the environment."""
    monkeypatch.setenv("COUNTERPOISE_LEDGER", str(tmp_path / "ledger.sqlite"))
    return tmp_path


def test_the_way_of_a_forecast(cli: Callable[..., Any], iran_run: Any, at: Path) -> None:
    said = cli("forecast", "seal", iran_run.folder, "--json")
    assert said.code == 0, said.err
    sealed = json.loads(said.out)
    assert [s["forecast"]["question"] for s in sealed] == [f"regime_end:SYR:{h}" for h in (30, 90, 365)]
    for s in sealed:
        q = next(
            x
            for x in iran_run.data["questions"]
            if (x["id"], x["arm"]) == (s["forecast"]["question"], "as_reported")
        )
        assert s["forecast"]["p"] == q["p"]
        assert s["forecast"]["rules"][0]["outcome"] == "VOID"
        assert s["forecast"]["run"]["assessment_sha256"] == hashlib.sha256(iran_run.text.encode()).hexdigest()
        assert s["late"]
    assert "no part of the record" in said.err
    assert "was sealed before" in cli("forecast", "seal", iran_run.folder).err
    assert cli("forecast", "resolve", "1", "YES", "--on", "2024-12-08", "--source", "wire").code == 0
    assert cli("forecast", "list", "--open", "--json").out.count('"hash"') == 2
    assert cli("forecast", "list", "--due").code == 0
    assert cli("forecast", "score", "--html", at / "s.html").code == 0
    assert "no record" in (at / "s.html").read_text()
    assert json.loads(cli("forecast", "score", "--json").out)["resolved_yes"] == 1
    head = cli("forecast", "export", at / "kept.json").out.strip()
    assert cli("forecast", "verify", "--against", at / "kept.json").out.strip().endswith(head)


def test_a_changed_past_leaves_with_one(cli: Callable[..., Any], iran_run: Any, at: Path) -> None:
    cli("forecast", "seal", iran_run.folder)
    with sqlite3.connect(at / "ledger.sqlite") as raw:
        raw.execute("DROP TRIGGER entry_no_update")
        raw.execute("UPDATE entry SET body = replace(body, 'YES', 'NO!') WHERE seq = 1")
    raw.close()
    said = cli("forecast", "verify")
    assert said.code == 1
    assert "entry 1 was changed" in said.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("seal", "nowhere"), "no such file"),
        (("seal", "{run}", "--arm", "as_reportd"), "nearest: as_reported"),
        (("seal", "{run}", "--question", "regime_end:SYR:31"), "nearest: regime_end:SYR:30"),
        (("seal", "{run}", "--question", "regime_end:SYR:1825"), "no such forecast"),
        (("resolve", "1", "YES", "--on", "2024-12-08", "--source", "x"), "no such forecast"),
        (("resolve", "1", "YES", "--on", "soon", "--source", "x"), "expected a day"),
        (("import", "none.csv"), "No such file"),
        (("export", "no/where.json"), "there is no folder"),
        (("list", "--ledger", "oracle://x"), "expected SQLite or PostgreSQL"),
    ],
)
def test_faults_are_placed(
    cli: Callable[..., Any], iran_run: Any, at: Path, args: tuple[str, ...], message: str
) -> None:
    said = cli("forecast", *(a.format(run=iran_run.folder) for a in args))
    assert said.code == 2
    assert message in said.err


def test_without_the_packages_the_extra_is_named(
    cli: Callable[..., Any], at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for name in [m for m in sys.modules if m.startswith("counterpoise.ledger")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    said = cli("forecast", "list")
    assert said.code == 2
    assert "counterpoise[serve]" in said.err
