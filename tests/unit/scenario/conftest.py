from collections.abc import Callable
from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.scenario import load_scenario

TINY = Path(__file__).parents[2] / "data" / "tiny.yaml"

Wrong = Callable[..., list[str]]


@pytest.fixture
def tiny() -> Path:
    return TINY


@pytest.fixture
def tiny_text() -> str:
    return TINY.read_text(encoding="utf-8")


@pytest.fixture
def wrong() -> Wrong:
    """Load the tiny scenario with overrides that must be refused; return the messages."""

    def check(*overrides: str, path: Path = TINY) -> list[str]:
        with pytest.raises(InputError) as caught:
            load_scenario(path, overrides)
        return [str(problem) for problem in caught.value.problems]

    return check


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str | bytes], list[str]]:
    """Load a file of this content, which must be refused; return the messages with the folder taken off."""

    def check(content: str | bytes) -> list[str]:
        path = tmp_path / "my.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(InputError) as caught:
            load_scenario(path)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return check
