"""A ledger with a clock of its own, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counterpoise.ledger import Forecast, Ledger, open_ledger

_NUMBER = itertools.count()


class SetClock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def to(self, day: str) -> None:
        self.now = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    made: str = request.getfixturevalue("postgres").database(f"ledger_{next(_NUMBER)}")
    return made


@pytest.fixture
def ledger(url: str, clock: SetClock) -> Iterator[Ledger]:
    opened = open_ledger(url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def local(tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    """A ledger on SQLite only, for what does not depend on the database."""
    opened = open_ledger(tmp_path / "ledger.sqlite", clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def outside() -> Callable[..., Forecast]:
    """Make a forecast of somebody."""

    def make(question: str = "rain:1", p: float = 0.3, **changes: Any) -> Forecast:
        plain = {
            "question": question,
            "text": "Does it rain?",
            "rules": [
                {"outcome": "VOID", "when": "the gauge is lost"},
                {"outcome": "YES", "when": "the gauge shows rain"},
                {"outcome": "NO", "when": "neither of the above"},
            ],
            "made_on": "2026-01-01",
            "closes_on": "2026-02-01",
            "forecaster": "Crowd",
            "origin": "outside",
            "p": p,
            **changes,
        }
        return Forecast.model_validate(plain)

    return make
