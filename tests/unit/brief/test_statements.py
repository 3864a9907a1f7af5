"""Each statement of an assessed report can be followed from the tables to its words in the marked report, and back."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest

from counterpoise.assessment.models import Assessment
from counterpoise.brief import statements
from counterpoise.brief.compose import compose
from counterpoise.brief.document import Items, Marked, Section
from counterpoise.brief.html import to_html
from counterpoise.brief.index import Index
from counterpoise.brief.markdown import to_markdown
from counterpoise.brief.statements import report_section, statement_link
from counterpoise.reports import read_report

TEXT = (
    "Russia is withdrawing its troops from Mali.\n\nThis retreat could weaken Russian influence in Mali, and "
    "<script>alert(1)</script> \u202eMoscow\u202c sent arms to [Chad](x)."
)


def index(text: str = TEXT, kept: str | None = None) -> Index:
    coding = read_report("r", text=text)
    data = coding.to_dict()
    report = SimpleNamespace(text=coding.document.text if kept is None else kept)
    found = {k: data[k] for k in ("entities", "events", "relations", "claims")}
    return cast(Index, SimpleNamespace(a=SimpleNamespace(statements=found, report=report)))


def part(section: Section, kind: type) -> Any:
    return next(b for b in section.blocks if isinstance(b, kind))


def test_every_statement_has_a_line_with_its_words_and_place() -> None:
    coding = read_report("r", text=TEXT)
    text = coding.document.text
    items = part(report_section(index()), Items)
    ids = [x.id for x in (*coding.events, *coding.relations, *coding.claims)]
    assert len(ids) >= 3
    assert items.anchors == tuple(f"statement-{i}" for i in ids)
    for line in items.items:
        said = "".join(p.text for p in line)
        quoted = [p.text for p in line if p.kind == "quote"]
        places = [(int(a), int(b)) for a, b in re.findall(r"characters (\d+) to (\d+)", said)]
        assert [text[a:b] for a, b in places] == quoted
        assert [p.href for p in line if p.kind == "link"] == [f"#at-{a}" for a, _ in places]


def test_marks_lead_to_statements_and_statements_to_marks() -> None:
    section = report_section(index())
    runs = [r for p in part(section, Marked).paragraphs for r in p]
    anchors = [r.anchor for r in runs if r.anchor]
    assert len(anchors) == len(set(anchors))
    items = part(section, Items)
    leads = {p.href[1:] for line in items.items for p in line if p.kind == "link"}
    assert leads <= set(anchors)
    assert {href[1:] for r in runs for _, href in r.notes} == set(items.anchors)
    # Nothing of the text is lost but its layout, and what would turn it round.
    shown = " ".join("".join(r.text for r in p) for p in part(section, Marked).paragraphs)
    assert shown.split() == re.sub("[\u202a-\u202e]", " ", read_report("r", text=TEXT).document.text).split()


def test_a_long_report_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "SHOWN", 60)
    section = report_section(index())
    assert "first 60 characters" in "".join(p.text for p in cast(Any, section.blocks[0]).text)
    runs = [r for p in part(section, Marked).paragraphs for r in p]
    assert sum(len(r.text) for r in runs) <= 60
    anchors = {r.anchor for r in runs if r.anchor}
    lines = part(section, Items).items
    assert {p.href[1:] for line in lines for p in line if p.kind == "link"} <= anchors
    assert any(p.kind != "link" and "characters" in p.text for line in lines for p in line)


def test_without_a_report_or_its_text_the_section_says_what_there_is() -> None:
    nothing = cast(Index, SimpleNamespace(a=SimpleNamespace(statements={}, report=None)))
    assert "No report" in "".join(p.text for p in cast(Any, report_section(nothing).blocks[0]).text)
    assert not any(isinstance(b, Marked) for b in report_section(index(kept="")).blocks)


def test_every_link_of_a_brief_leads_somewhere_and_the_text_stays_text(assessment: Assessment) -> None:
    coding = read_report("r", text=TEXT)
    data = coding.to_dict()
    assert assessment.report is not None
    changed = assessment.model_copy(update={
        "report": assessment.report.model_copy(update={"text": coding.document.text}),
        "statements": {k: tuple(data[k]) for k in ("entities", "events", "relations", "claims")},
    })  # fmt: skip
    document = compose(changed)
    page, plain = to_html(document), to_markdown(document)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "<script" not in plain
    assert set(re.findall(r"\]\(#([^)]+)\)", plain)) <= set(re.findall(r'<a id="([^"]+)"', plain))


def test_links_lead_to_lines_that_are_there() -> None:
    assert statement_link(index(), "E1").href == "#statement-E1"
    assert statement_link(index(), "E99").kind == "foreign"
