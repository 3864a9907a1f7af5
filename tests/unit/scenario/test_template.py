import os
from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.scenario import load_scenario, new_scenario


def test_a_new_scenario_is_valid_as_it_stands(tmp_path: Path) -> None:
    file = new_scenario(tmp_path / "mine.yaml")
    folder = new_scenario(str(tmp_path / "deep" / "mine"))
    assert folder == tmp_path / "deep" / "mine" / "scenario.yaml"
    assert load_scenario(file).sha256 == load_scenario(tmp_path / "deep" / "mine").sha256
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "mine.yaml"]
    assert "# " in file.read_text()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    with pytest.raises(
        InputError, match=r"mine.yaml \| exists already \| choose another path: nothing is overwri"
    ):
        new_scenario(path)
    assert path.read_text() == "mine"
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "absent.yaml")
    with pytest.raises(InputError, match="exists already"):
        new_scenario(link)


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        new_scenario(tmp_path / "mine.yaml")
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "mine.yaml", tmp_path / "a\0b.yaml"):
        with pytest.raises(InputError, match=r"cannot be written|exists"):
            new_scenario(path)
