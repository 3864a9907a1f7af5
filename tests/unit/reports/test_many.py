"""Many reports: folders, feeds, echoes, contradictions, and what cannot be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from counterpoise.errors import InputError
from counterpoise.reports import echo
from counterpoise.reports.echo import Echoes, sketch
from counterpoise.reports.evidence import EvidenceLog, build_evidence
from counterpoise.reports.many import feed_items, is_feed, paths_in, read_many

STORY = (
    "Published: 6 December 2024\n\nRussia has withdrawn its troops from Mali, officials in Bamako said on Friday. "
    "The soldiers left the base in Gao in the night and drove to the border."
)
DENIAL = "Published: 7 December 2024\n\nRussia denied that it has withdrawn its troops from Mali. Nothing of the kind happened."
FEED = (
    b'<rss version="2.0"><channel><title>Wire</title>'
    b"<item><title>France leaves Chad</title><description>France withdrew its troops from Chad on Sunday.</description>"
    b"<pubDate>Sun, 08 Dec 2024 10:00:00 GMT</pubDate></item>"
    b"<item><title>Undated</title><description>&lt;p&gt;Turkey sent troops to Libya.&lt;/p&gt;</description></item>"
    b"</channel></rss>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "sub" / "b.txt").write_text(STORY + " More follows.", encoding="utf-8")
    (tmp_path / "c.md").write_text(DENIAL, encoding="utf-8")
    (tmp_path / "d.txt").write_text(
        "Der Iran zieht seine Truppen aus Syrien ab, und die Rebellen rücken auf Homs vor, sagte ein Sprecher.",
        encoding="utf-8",
    )
    (tmp_path / "e.xml").write_bytes(FEED)
    (tmp_path / ".hidden.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    return tmp_path


def test_a_folder_is_read_in_the_order_of_names(folder: Path) -> None:
    assert [p.name for p in paths_in(folder)] == ["a.txt", "c.md", "d.txt", "e.xml", "b.txt"]
    told: list[tuple[int, int, str]] = []
    found = list(read_many(folder, tell=lambda n, of, name: told.append((n, of, name))))
    assert [Path(f.name).name for f in found] == ["a.txt", "c.md", "d.txt", "e.xml#1", "e.xml#2", "b.txt"]
    assert told[-1] == (5, 5, "b.txt")
    assert [f.coding is None for f in found] == [False, False, True, False, False, False]
    assert "not an English text" in found[2].problem


def test_it_yields_before_it_has_read_all(folder: Path) -> None:
    stream = read_many(folder)
    first = next(stream)
    (folder / "sub" / "b.txt").unlink()
    assert first.coding is not None
    assert "no such file" in list(stream)[-1].problem


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no report in this folder"):
        list(read_many(tmp_path))


def test_feed_items_have_their_own_dates() -> None:
    assert is_feed(FEED)
    first, second = feed_items("wire.xml", FEED)
    assert first.coding is not None
    assert second.coding is not None
    assert first.coding.document.published == dt.date(2024, 12, 8)
    assert first.coding.source.publisher == "Wire"
    assert second.coding.document.published is None
    assert [e.type for e in second.coding.events if e.usable] == ["AID"]


def test_what_is_no_feed() -> None:
    with pytest.raises(InputError, match="no items"):
        list(feed_items("x.xml", b"<rss version='2.0'><channel></channel></rss>"))


def test_echo_is_not_corroboration(folder: Path) -> None:
    log = build_evidence(read_many(folder))
    assert (log.n_reports, log.n_independent, log.n_unread) == (6, 4, 1)
    first = log.entries[0]
    assert (first.actors, first.recipients, first.realis) == (("RUS",), ("MLI",), "actual")
    assert (first.n_reports, first.n_independent) == (2, 1)


def test_contradictions_are_shown_and_not_decided(folder: Path) -> None:
    log = build_evidence(read_many(folder))
    (clash,) = log.contradictions
    by_id = {e.id: e for e in log.entries}
    assert (by_id[clash.first].realis, by_id[clash.second].realis) == ("actual", "negated")


def test_as_of_leaves_out_what_came_later_and_what_has_no_date(folder: Path) -> None:
    log = build_evidence(read_many(folder))
    assert [e.realis for e in log.as_of(dt.date(2024, 12, 6))] == ["actual"]
    assert all(e.day is not None for e in log.as_of(dt.date(2030, 1, 1)))
    assert log.entries[-1].day is None


def test_the_log_is_the_same_bytes_each_time(folder: Path) -> None:
    assert (
        build_evidence(read_many(folder)).model_dump_json()
        == build_evidence(read_many(folder)).model_dump_json()
    )


def test_sketches_tell_copies_from_others() -> None:
    words = [f"word{i}" for i in range(400)]
    text, near, far = " ".join(words), " ".join(words[:360] + ["other"] * 40), " ".join(reversed(words))
    assert float((sketch(text) == sketch(near)).mean()) > 0.6
    assert float((sketch(text) == sketch(far)).mean()) < 0.1
    echoes = Echoes()
    assert [echoes.add(t) for t in (text, far, near, text)] == [0, 1, 0, 0]
    assert Echoes().add("") == 0


def test_memory_of_echoes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "WINDOW", 3)
    echoes = Echoes()
    texts = [" ".join(f"{n}word{i}" for i in range(30)) for n in "abcdef"]
    assert [echoes.add(t) for t in [*texts, texts[-1], texts[0]]] == [0, 1, 2, 3, 4, 5, 5, 7]
    assert len(echoes._kept) == 3
    assert set(echoes._bands.values()) <= set(echoes._kept)


def test_an_entry_says_which_independent_sources_assert_it(folder: Path) -> None:
    other = (
        "Published: 6 December 2024\n\nAll Russian soldiers are home again. Moscow withdrew its troops from Mali, a diplomat "
        "in Dakar told our correspondent, and the last aircraft landed near Pskov before noon."
    )
    careful = "Published: 6 December 2024\n\nRussia may have withdrawn its troops from Mali. Nobody there could say more."
    (folder / "f.txt").write_text(other, encoding="utf-8")
    (folder / "g.txt").write_text(careful, encoding="utf-8")
    log = build_evidence(read_many(folder))
    entry = next(e for e in log.entries if e.actors == ("RUS",) and e.realis == "actual")
    assert entry.mode == "withdraw"
    assert "troops" in entry.support_kinds
    assert len(entry.asserted_by) == 2
    assert entry.n_independent >= len(entry.asserted_by)
    assert EvidenceLog.model_validate_json(log.model_dump_json()) == log
