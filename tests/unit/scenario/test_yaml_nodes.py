import datetime as dt
import time
from pathlib import Path

import pytest
import yaml

from counterpoise.errors import InputError
from counterpoise.scenario import yaml_nodes
from counterpoise.scenario.located import Map, Mark, mark_at
from counterpoise.scenario.yaml_nodes import MAX_BYTES, MAX_DEPTH, parse_yaml, read_yaml


def message(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "my.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20e9", 20e9),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-3", -3),
        ("010", 10),
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("true", True),
        ("~", None),
        ("", None),
        ("''", ""),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int 12", 12),
        (".inf", ".inf"),
        ("2024-11-27", dt.date(2024, 11, 27)),
        ("2024-1-2", dt.date(2024, 1, 2)),
        ("'2024-11-27'", "2024-11-27"),
        ("2024-11-27T10:00:00", "2024-11-27T10:00:00"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    got = parse_yaml(f"key: {text}", "my.yaml")
    assert got == {"key": value}
    assert type(got["key"]) is type(value)  # type: ignore[index]


def test_every_node_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("a: 1\nb:\n  - x\n  - c: 3\n    d:\n      4\n")
    data = read_yaml(path, "my.yaml")
    assert mark_at(data, ()) == Mark("my.yaml", 1)
    assert mark_at(data, ("b", 0)) == Mark("my.yaml", 3)
    assert mark_at(data, ("b", 1, "d")) == Mark("my.yaml", 5)
    assert mark_at(data, ("b", 1, "not there", "at all")) == Mark("my.yaml", 4)
    assert mark_at({"plain": 1}, ("plain",)) is None


def test_pure_python_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch, tiny_text: str) -> None:
    fast = parse_yaml(tiny_text, "my.yaml")
    monkeypatch.setattr(yaml_nodes, "_Loader", yaml.SafeLoader)
    slow = parse_yaml(tiny_text, "my.yaml")
    assert fast == slow
    path = ("sites", 3, "population")
    assert mark_at(fast, path) == mark_at(slow, path)


def test_an_alias_is_a_copy() -> None:
    data = parse_yaml("a: &x {k: 1}\nb: *x\n", "my.yaml")
    assert isinstance(data, Map)
    data["b"]["k"] = 2
    assert data["a"]["k"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "my.yaml:3 | the key 'a' stands twice (first in line 1) | keep one"),
        (
            "a: !!python/object/apply:os.system ['true']\n",
            "the tag 'tag:yaml.org,2002:python/object/apply:os.system'",
        ),
        ("a: !mine 3\n", "my.yaml:1 | the tag '!mine' is not allowed | write the plain value"),
        ("a: 1\nday: 2024-02-30\n", "my.yaml:2 | the date 2024-02-30 does not exist | write an existing day"),
        ("a: 1\n---\nb: 2\n", "my.yaml:2 | a second document begins | one file holds one document"),
        (
            "a: 1\nb:\n\tc: 2\n",
            "my.yaml:3 | not valid YAML: a tab where YAML wants blanks | indent with blanks",
        ),
        ("a: [1, 2\nb: 3\n", "not valid YAML: "),
        ("a: 1\n 'b: 2", "my.yaml:"),
        ("a: \x07\n", "not valid YAML: "),
        ("1: x\n", "my.yaml:1 | expected a text as key, got a number | put a text key in quotes"),
        ("[1]: x\n", "expected a text as key, got a list"),
        ("a: &x {k: 1}\nb:\n  <<: *x\n", "my.yaml:3 | merge keys (<<) are not read | use `figure_defaults`"),
        ("a: *x\n", "the alias *x has no anchor &x before it | define it first"),
        ("a: &x [*x]\n", "my.yaml:1 | the alias *x stands inside its own anchor | remove the cycle"),
        ("[" * 3000, f"nested more than {MAX_DEPTH} levels deep | flatten it"),
    ],
)
def test_refused_yaml_names_the_line(text: str, said: str) -> None:
    assert said in message(text)


def test_several_problems_are_shown_at_once() -> None:
    assert len(message("a: 2024-02-30\na: 1\nb: !x 2\n").splitlines()) == 3


def test_a_yaml_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    began = time.monotonic()
    said = message("\n".join(lines))
    assert time.monotonic() - began < 30  # expanded it would be 9^11 values
    assert "more than 200,000 values, aliases (*name) expanded | write less, or no aliases" in said


def test_many_plain_values_are_refused() -> None:
    assert "more than 200,000 values" in message(f"a: [{'1,' * 200_001}]")


@pytest.mark.parametrize("content", [b"", b"  \n\n"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"my.yaml \| the file is empty \| start from `scenario new`"):
        read_yaml(path, "my.yaml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"# only a comment\n", "my.yaml:1 | expected a mapping (key: value) at the top, got nothing"),
        (b"- a\n", "my.yaml:1 | expected a mapping (key: value) at the top, got a list"),
        (b"just text\n", "got a text"),
        (b"a: 1\n\x89PNG\r\n\xff\xfe", "my.yaml:2 | not UTF-8 text (a binary file?) | save it as UTF-8 text"),
        (b"a: \x00\n", "my.yaml | a binary file, not text | give a YAML file"),
        (b"a: 1\n" + b" " * MAX_BYTES, "my.yaml | larger than 5,000,000 bytes | split it with `include`"),
    ],
)
def test_a_file_that_is_no_scenario(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_yaml(path, "my.yaml")
    assert said in str(caught.value)


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(path) == {"a": 1}


def test_what_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_yaml(tmp_path / "absent.yaml")
    with pytest.raises(InputError, match="is not a file"):
        read_yaml(tmp_path)
    with pytest.raises(InputError, match="is not a file"):
        read_yaml(Path("/dev/zero"))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "my.yaml"
    path.write_text("a: 1")
    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(
        InputError, match=r"cannot be read: .*Permission denied \| check the path and its permissions"
    ):
        read_yaml(path)
