from __future__ import annotations

import json
import os
import re
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

from counterpoise.assessment.models import Assessment
from counterpoise.brief import BriefPaths, summary_text, write_brief
from counterpoise.brief.files import assessment_json, canonical_json, write_all

SECTIONS = (
    "summary",
    "what-happened",
    "state",
    "outlook",
    "conduits",
    "balance",
    "claims",
    "variants",
    "drivers",
    "parameters",
    "the-report",
    "sources",
    "limits",
    "use",
)
HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.example/a.png) [go](javascript:alert(1)) | a\n# b \u202egnp"
)


class _Page(HTMLParser):
    """Collects tags, ids and links of a page, and checks that tags close in order."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.stack: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        self.ids += [v for k, v in attrs if k == "id" and v]
        self.links += [v for k in ("href", "src", "xlink:href") if (v := values.get(k))]
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page_of(paths: BriefPaths) -> _Page:
    page = _Page()
    page.feed(paths.html.read_text(encoding="utf-8"))
    assert page.stack == []
    return page


def files_of(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def test_every_file_is_written_and_nothing_else(paths: BriefPaths) -> None:
    assert sorted(files_of(paths.html.parent)) == [
        "assessment.json",
        "brief.html",
        "brief.md",
        "figures/conduits.svg",
        "figures/gains.svg",
        "figures/map.svg",
        "figures/ribbon.svg",
        "figures/timeline.svg",
        "run.json",
    ]
    assert json.loads(paths.run.read_text()) == {"version": "0.1.0", "seed": 7}


def test_all_sections_stand_in_both_forms_in_order(paths: BriefPaths) -> None:
    markdown = re.findall(r'<a id="([a-z-]+)"></a>\n\n## ', paths.markdown.read_text(encoding="utf-8"))
    html = re.findall(r'<section id="([a-z-]+)"', paths.html.read_text(encoding="utf-8"))
    assert markdown == html == list(SECTIONS)


def test_sections_stand_even_when_an_assessment_is_bare(made: ModuleType, tmp_path: Path) -> None:
    empty = dict.fromkeys(
        (
            "shock",
            "unmapped",
            "state",
            "questions",
            "curves",
            "contrasts",
            "places",
            "legs",
            "conduits",
            "ledger",
            "claims",
            "timeline",
            "variants",
            "sources",
            "limits",
            "arms",
        ),
        (),
    )
    a = made.synthetic(
        **empty,
        report=None,
        statements={},
        parameters={"fitted": 0, "literature": 0, "elicited": 0, "assumed": 0, "register": []},
    )
    paths = write_brief(a, tmp_path / "b", run={})
    assert re.findall(r'<section id="([a-z-]+)"', paths.html.read_text(encoding="utf-8")) == list(SECTIONS)
    assert paths.figures == ()
    assert summary_text(a)


def test_same_assessment_same_bytes(made: ModuleType, paths: BriefPaths, tmp_path: Path) -> None:
    again = write_brief(made.synthetic(), tmp_path / "again", run={"version": "0.1.0", "seed": 7})
    assert files_of(again.html.parent) == files_of(paths.html.parent)


def test_the_json_reads_back_and_rewrites_to_the_same_bytes(paths: BriefPaths) -> None:
    text = paths.assessment.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    again = Assessment.model_validate_json(text)
    assert assessment_json(again) == text
    assert next(iter(json.loads(text))) == "schema"


def test_canonical_json_has_six_digits_no_minus_zero_and_no_nan() -> None:
    assert canonical_json({"b": 0.123456789, "a": [-0.0, 1e-9, 12345678.9]}) == (
        '{\n  "b": 0.123457,\n  "a": [\n    0.0,\n    1e-09,\n    12345700.0\n  ]\n}\n'
    )
    with pytest.raises(ValueError):
        canonical_json({"a": float("nan")})


@pytest.mark.parametrize("fail_at", ["write", "render"])
def test_an_interrupted_write_leaves_the_old_brief_whole(
    made: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: str
) -> None:
    out = tmp_path / "b"
    write_brief(made.synthetic(), out, run={"n": 1})
    before = files_of(out)

    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    if fail_at == "write":
        calls = iter(range(100))
        real = os.fsync
        monkeypatch.setattr(os, "fsync", lambda fd: broken() if next(calls) == 3 else real(fd))
    else:
        monkeypatch.setattr("counterpoise.brief.writer.to_html", broken)
    with pytest.raises(OSError, match="disk full"):
        write_brief(made.synthetic("phia"), out, run={"n": 2})
    assert files_of(out) == before


def test_a_failed_move_leaves_each_file_either_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(tmp_path, {"a.txt": "old a", "b.txt": "old b"})
    real, calls = os.replace, iter(range(100))

    def second_fails(src: str | Path, dst: str | Path) -> None:
        if next(calls) == 1:
            raise OSError("no")
        real(src, dst)

    monkeypatch.setattr(os, "replace", second_fails)
    with pytest.raises(OSError, match="no"):
        write_all(tmp_path, {"a.txt": "new a", "b.txt": "new b"})
    assert files_of(tmp_path) == {"a.txt": b"new a", "b.txt": b"old b"}


def test_the_page_asks_for_nothing_and_runs_nothing(paths: BriefPaths) -> None:
    page, text = page_of(paths), paths.html.read_text(encoding="utf-8")
    assert not {"script", "link", "iframe", "object", "embed", "img", "form", "base"} & set(page.tags)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:".replace("'", "&#39;") in text
    assert not re.search(r"@import|url\((?!#)", text)
    assert not re.search(r"\son[a-z]+=", re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))


def test_ids_are_unique_and_inner_links_arrive(paths: BriefPaths) -> None:
    page = page_of(paths)
    assert len(page.ids) == len(set(page.ids))
    assert [x for x in page.links if x.startswith("#") and x[1:] not in page.ids] == []
    assert [x for x in page.links if not x.startswith(("#", "https://example.org/"))] == []


def test_the_page_is_for_everyone(paths: BriefPaths) -> None:
    text = paths.html.read_text(encoding="utf-8")
    assert '<a class="skip" href="#summary">' in text
    assert text.count("<table>") == text.count("<caption>") > 5
    assert text.count('<svg role="img" aria-labelledby=') == 5
    assert len(re.findall(r"<h1", text)) == 1
    assert '<html lang="en">' in text


def hostile(made: ModuleType) -> Assessment:
    """Return an assessment with hostile words wherever other people's words go."""
    a: Assessment = made.synthetic()
    claim = a.claims[0].model_copy(
        update={
            "text_span": a.claims[0].text_span.model_copy(update={"quote": HOSTILE}),
            "text": HOSTILE,
            "rests_on": HOSTILE,
        }
    )
    return a.model_copy(
        update={
            "claims": (claim,),
            "client_name": HOSTILE,
            "names": {**a.names, "ORL": HOSTILE, "tavar": HOSTILE},
            "timeline": tuple(t.model_copy(update={"text": HOSTILE}) for t in a.timeline),
            "sources": (a.sources[0].model_copy(update={"url": "javascript:alert(1)", "title": HOSTILE}),),
            "unmapped": tuple(u.model_copy(update={"quote": HOSTILE, "reason": HOSTILE}) for u in a.unmapped),
            "places": tuple(p.model_copy(update={"name": HOSTILE}) for p in a.places),
        }
    )


def test_hostile_words_stay_words_in_html(made: ModuleType, tmp_path: Path) -> None:
    paths = write_brief(hostile(made), tmp_path / "b", run={})
    page = page_of(paths)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not [x for x in page.links if "evil" in x or "javascript" in x]
    assert "\u202e" not in paths.html.read_text(encoding="utf-8")
    assert "alert(1)" in "".join(page.text)


def test_hostile_words_stay_words_in_markdown(made: ModuleType, tmp_path: Path) -> None:
    text = write_brief(hostile(made), tmp_path / "b", run={}).markdown.read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r"(?<!\\)\]\((?!#|figures/)", text)
    assert not re.search(r"(?<!\\)\|\s*a\\?#", text)
    assert "\u202e" not in text
    headings = [line for line in text.splitlines() if line.startswith("# ")]
    assert len(headings) == 1
    for line in text.splitlines():
        if line.startswith("| “") and "evil" in line:
            assert len(re.findall(r"(?<!\\)\|", line)) == 9


def test_figures_are_well_formed_and_described(paths: BriefPaths) -> None:
    for path in paths.figures:
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        names = [e.tag.split("}")[1] for e in root]
        assert {"title", "desc"} <= set(names)
        words = " ".join(t for e in root.iter() if e.tag.endswith("}text") and (t := e.text))
        assert "tavaria-2031" in words


def test_probabilities_stand_beside_interval_and_base_rate(paths: BriefPaths) -> None:
    text = paths.markdown.read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "It is **very unlikely** (12 %; 90 % interval 7–19 %) that the government of Tavaria ends" in text
    assert "selected cases, too high for a new case" in text
    assert "5 years (scenario)" in text
    assert "“Do” and “observe” differ." in text
    assert "[\\[3\\]](#source-3)" in text


def test_phia_wording(made: ModuleType, tmp_path: Path) -> None:
    text = write_brief(made.synthetic("phia"), tmp_path / "b", run={}).markdown.read_text(encoding="utf-8")
    assert "There is a **realistic possibility** (42" in text
    assert "PHIA probability yardstick" in text


def test_summary_for_the_terminal(assessment: Assessment) -> None:
    lines = summary_text(assessment).splitlines()
    assert 8 <= len(lines) <= 14
    assert lines[0] == "Tavaria, as of 14 March 2031"
    assert any("very unlikely (12 %; 90 % interval 7–19 %)" in line for line in lines)
    assert any(line.startswith("Confidence in the evidence is moderate") for line in lines)


def test_the_write_is_quick(assessment: Assessment, paths: BriefPaths, tmp_path: Path) -> None:
    began = time.process_time()
    write_brief(assessment, tmp_path / "b", run={})
    assert time.process_time() - began < 4.0
