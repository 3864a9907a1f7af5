"""Whatever stands in a file or an override: a scenario or an InputError comes out, never anything else."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterpoise.errors import InputError
from counterpoise.scenario import describe, load_scenario
from counterpoise.scenario.yaml_nodes import parse_yaml

TINY = (Path(__file__).parents[1] / "data" / "tiny.yaml").read_bytes()
LINES = TINY.splitlines(keepends=True)
#: Pieces that are likely to hurt.
PIECES = st.sampled_from(
    [
        *(
            b"~",
            b"null",
            b"-1",
            b"1e999",
            b".nan",
            b"2024-02-30",
            b"true",
            b"*people",
            b"&people ",
            b"!!python/none ",
        ),
        *(
            b"[]",
            b"{}",
            b"[",
            b"}",
            b"\t",
            b"\x00",
            b"\xff",
            b"'",
            b'"',
            b"---\n",
            b"...\n",
            b"<<: ",
            b"? ",
            b"|",
            b">",
        ),
        *(
            b": ",
            b"- ",
            b"\n",
            b",",
            b"XAA",
            b"AXIS",
            b"REB",
            b"capi",
            b"inv",
            b"index",
            b"9" * 400,
            b"include: [a]\n",
        ),
        *(
            "é".encode(),
            "\u2028".encode(),
            "\U0001f600".encode(),
            b"include: [../a]\n",
            b"include: [my.yaml]\n",
        ),
    ]
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refusal(call: Callable[[], object]) -> str:
    """Return the message of an InputError, or an empty text; anything else comes through."""
    try:
        call()
    except InputError as err:
        return str(err)
    return ""


def load(content: bytes, overrides: Mapping[str, object] | None = None) -> str:
    """Load and describe a scenario with this content; return the message where it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my.yaml"
        path.write_bytes(content)
        return refusal(lambda: describe(load_scenario(path, overrides or {})))


@given(st.binary(max_size=300))
@QUICK
def test_arbitrary_bytes(content: bytes) -> None:
    assert load(content)


@given(st.text(max_size=200))
@QUICK
def test_arbitrary_text_as_yaml(text: str) -> None:
    refusal(lambda: parse_yaml(text, "my.yaml"))


@given(st.integers(0, len(TINY)), st.integers(0, 30), st.one_of(PIECES, st.binary(max_size=6)))
@QUICK
def test_a_piece_replaced_in_the_tiny_file(start: int, length: int, piece: bytes) -> None:
    load(TINY[:start] + piece + TINY[start + length :])


@given(
    st.lists(
        st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1)), min_size=1, max_size=4
    )
)
@QUICK
def test_lines_moved_in_the_tiny_file(moves: list[tuple[int, int]]) -> None:
    lines = list(LINES)
    for source, target in moves:
        lines[target] = lines[source]
    load(b"".join(lines))


def values() -> st.SearchStrategy[object]:
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates()
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner)
    )


PATHS = st.sampled_from(
    [
        *(
            "as_of",
            "sources",
            "actors",
            "sites",
            "routes",
            "flows",
            "conflict",
            "events",
            "levers",
            "ledger",
            "schema",
        ),
        *(
            "sites.west",
            "sites.west.population",
            "sites.west.roles",
            "conflict.opponents",
            "events.e-out.change",
        ),
        *(
            "actors.XAA.own",
            "actors.XAA.own.troops.value",
            "flows.f-bb-ally.escort",
            "stocks.ALLY.level",
            "alignments.0",
        ),
        *(
            "first_as_of",
            "last_as_of",
            "events.e-out.date",
            "conflict.theatre",
            "conflict.client",
            "actors.AXIS.members",
        ),
    ]
)


@given(PATHS | st.text(max_size=12), values())
@QUICK
def test_any_value_at_any_path(path: str, value: object) -> None:
    load(TINY, {path: value})


@given(st.permutations(range(9)))
@settings(max_examples=10, deadline=None)
def test_the_order_of_actors_changes_no_verdict(order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "my.yaml"
        file.write_bytes(TINY)
        scenario = load_scenario(file)
        actors = [scenario.actors[i].model_dump(mode="json") for i in order]
        again = load_scenario(file, {"actors": actors})
    assert sorted(again.actors, key=lambda a: a.id) == sorted(scenario.actors, key=lambda a: a.id)
