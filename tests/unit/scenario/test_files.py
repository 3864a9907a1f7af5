from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.scenario import load_scenario, read_scenario
from counterpoise.scenario.files import bundled_names, find_scenario, read_files


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder / "top.yaml"


def messages(top: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_files(top)
    return str(caught.value).replace(f"{top.parent}/", "")


def test_layers_are_in_order_of_precedence(tmp_path: Path) -> None:
    top = write(
        tmp_path,
        top="include: [a.yaml, sub/b.yaml]\nk: top",
        a="include: [c.yaml]\nk: a",
        c="k: c",
        sub__b="include: [d.yaml]\nk: b",
        sub__d="k: d",
    )
    assert [layer["k"] for layer in read_files(top)] == ["c", "a", "d", "b", "top"]
    assert all("include" not in layer for layer in read_files(top))


def test_a_cycle_is_refused_with_its_chain(tmp_path: Path) -> None:
    top = write(tmp_path, top="include: [a.yaml]", a="x: 1\ninclude:\n  - b.yaml", b="include: [a.yaml]")
    said = "b.yaml:1 include | a cycle of includes: top.yaml > a.yaml > b.yaml > a.yaml | remove one of them"
    assert messages(top) == said
    assert "a cycle of includes: top.yaml > top.yaml" in messages(write(tmp_path, top="include: [top.yaml]"))


def test_a_file_included_twice_is_refused(tmp_path: Path) -> None:
    top = write(tmp_path, top="include: [a.yaml, ./a.yaml]", a="k: 1")
    assert "'./a.yaml' is included twice, its lists would be doubled | include it once" in messages(top)


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.yaml", "sub/../../x.yaml", r"..\x.yaml", r"C:\x.yaml"])
def test_an_include_stays_inside_the_folder(tmp_path: Path, name: str) -> None:
    top = write(tmp_path, top=f"include: ['{name}']")
    assert (
        "leads out of the folder | included files stand in the folder of the top file or below"
        in messages(top)
    )


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.yaml").write_text("k: 1")
    (inner / "a.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "'a.yaml' is a link that leads out of the folder" in messages(
        write(inner, top="include: [a.yaml]")
    )
    (inner / "loop.yaml").symlink_to(inner / "loop.yaml")
    assert "loop.yaml" in messages(write(inner, top="include: [loop.yaml]"))


def test_missing_includes_are_shown_at_once_with_the_nearest_name(tmp_path: Path) -> None:
    top = write(tmp_path, top="include: [actor.yaml, 'gone.yaml']", actors="k: 1")
    said = messages(top).splitlines()
    assert said[0] == "top.yaml:1 include | no such file 'actor.yaml' | check the name | nearest: actors.yaml"
    assert said[1].startswith("top.yaml:1 include | no such file 'gone.yaml' | check the name")


def test_include_is_a_list_of_names(tmp_path: Path) -> None:
    expected = "top.yaml:1 include | expected a list of file names | include: [actors.yaml]"
    for text in ("include: a.yaml", "include: [1]", "include: {a: b}"):
        assert messages(write(tmp_path, top=text)) == expected


def test_the_problems_of_all_files_are_shown_at_once(tmp_path: Path) -> None:
    top = write(tmp_path, top="include: [a.yaml, b.yaml]", a="k: 2024-02-30", b="k: [")
    said = messages(top).splitlines()
    assert said[0].startswith("a.yaml:1 | the date 2024-02-30 does not exist")
    assert said[1].startswith("b.yaml:")


def test_there_is_a_limit_of_files(tmp_path: Path) -> None:
    names = [f"f{i}" for i in range(70)]
    top = write(
        tmp_path, top=f"include: [{', '.join(f'{n}.yaml' for n in names)}]", **dict.fromkeys(names, "k: 1")
    )
    assert "more than 64 files | put some together" in messages(top)


def test_a_folder_and_its_top_file_are_the_same(tmp_path: Path, tiny_text: str) -> None:
    (tmp_path / "scenario.yaml").write_text(tiny_text)
    assert load_scenario(tmp_path) == load_scenario(str(tmp_path / "scenario.yaml"))


def test_splitting_into_files_changes_nothing(tmp_path: Path, tiny: Path, tiny_text: str) -> None:
    cut = tiny_text.index("alignments:")
    (tmp_path / "rest.yaml").write_text(tiny_text[cut:])
    (tmp_path / "scenario.yaml").write_text("include: [rest.yaml]\n" + tiny_text[:cut])
    loaded = read_scenario(tmp_path)
    assert loaded.scenario.sha256 == load_scenario(tiny).sha256
    assert [Path(name).name for name in loaded.files] == ["rest.yaml", "scenario.yaml"]


def test_names_and_paths(tmp_path: Path) -> None:
    for name, said in [
        (
            "levnt-2024",
            "levnt-2024 | neither a bundled scenario nor a file | see `counterpoise scenario list`",
        ),
        ("", "neither a bundled scenario nor a file"),
        (str(tmp_path / "absent.yaml"), "no such file | check the path"),
        ("absent.yaml", "no such file | check the path"),
        (str(tmp_path), "the folder holds no scenario.yaml | name the file itself"),
        ("x" * 5000, "cannot be opened"),
        ("a\0b", ""),
    ]:
        with pytest.raises(InputError) as caught:
            find_scenario(name if name else "  ")
        assert said in str(caught.value)


def test_a_bundled_name_is_found_and_a_misspelled_one_gets_the_nearest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_text: str
) -> None:
    from counterpoise import library
    from counterpoise.scenario import list_scenarios

    folder = tmp_path / "scenarios" / "small-2020"
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(tiny_text)
    monkeypatch.setattr(library, "path", lambda name: tmp_path / name)
    assert bundled_names() == ("small-2020",)
    assert load_scenario("small-2020").id == "tiny"
    (info,) = list_scenarios()
    assert (info.id, info.n_actors, info.n_sites, info.path) == (
        "small-2020",
        9,
        15,
        folder / "scenario.yaml",
    )
    with pytest.raises(InputError, match="nearest: small-2020"):
        load_scenario("smal-2020")
    (folder / "scenario.yaml").write_text(tiny_text.replace("title:", "titel:"))
    with pytest.raises(InputError, match=r"^small-2020/scenario.yaml:\d+ "):
        load_scenario("small-2020")
