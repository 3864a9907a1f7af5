"""The application in this process, without workers and without the desk, on a ledger of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from counterpoise.ledger import Ledger, open_ledger
from counterpoise.web import Settings, create_app


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def client_with(ledger: Ledger) -> Callable[..., TestClient]:
    """Make a client of an application with settings."""

    def make(
        client: tuple[str, int] = ("127.0.0.1", 5), headers: dict[str, str] | None = None, **settings: Any
    ) -> TestClient:
        app = create_app(Settings(**{"workers": 0, "desk": False, **settings}), ledger)
        return TestClient(
            app, base_url="http://localhost", client=client, headers=headers, raise_server_exceptions=False
        )

    return make


@pytest.fixture
def client(client_with: Callable[..., TestClient]) -> TestClient:
    return client_with()
