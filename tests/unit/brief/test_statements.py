"""Each statement of an assessed report can be followed from the tables to its words and their place."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

from counterpoise.brief.index import Index
from counterpoise.brief.statements import statement_link, statements_block
from counterpoise.reports import read_report

TEXT = "Russia is withdrawing its troops from Mali. This retreat could weaken Russian influence in Mali."


def index() -> Index:
    coding = read_report("r", text=TEXT).to_dict()
    statements = {k: coding[k] for k in ("entities", "events", "relations", "claims")}
    return cast(Index, SimpleNamespace(a=SimpleNamespace(statements=statements)))


def test_every_statement_has_a_line_with_its_words_and_place() -> None:
    coding = read_report("r", text=TEXT)
    block = statements_block(index())
    assert block is not None
    items = cast(Any, block.blocks[0])
    ids = [x.id for x in (*coding.events, *coding.relations, *coding.claims)]
    assert items.anchors == tuple(f"statement-{i}" for i in ids)
    for line in items.items:
        text = "".join(p.text for p in line)
        quoted = [p.text for p in line if p.kind == "quote"]
        places = [(int(a), int(b)) for a, b in re.findall(r"characters (\d+) to (\d+)", text)]
        assert [TEXT[a:b] for a, b in places] == quoted


def test_links_lead_to_lines_that_are_there() -> None:
    assert statement_link(index(), "E1").href == "#statement-E1"
    assert statement_link(index(), "E99").kind == "foreign"
