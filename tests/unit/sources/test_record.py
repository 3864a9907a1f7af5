"""Codes of states, the list of takeovers, and sums of events."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from typing import ClassVar

import pytest

from counterpoise import library
from counterpoise.errors import InputError
from counterpoise.sources.catalogue import datasets
from counterpoise.sources.events import deaths_from_events
from counterpoise.sources.record import table
from counterpoise.sources.states import gw_of_cow, gw_of_iso3, name_of
from counterpoise.sources.takeovers import LIST, UNTIL, list_takeovers, takeover_months, takeover_years


class TestCodes:
    def test_yemen_has_two_numbers_and_is_one_state(self) -> None:
        """678 in Gleditsch-Ward and, from 1990, 679 in Correlates of War: a join without the map loses 2015."""
        assert gw_of_cow(679) == gw_of_cow(678) == gw_of_iso3("YEM") == 678
        (yemen,) = [t for t in list_takeovers() if t.country.startswith("Yemen")]
        assert (yemen.gw, yemen.date.year) == (678, 2015)
        assert (678, 2015) in takeover_years()
        assert (679, 2015) not in takeover_years()
        with library.path(LIST).open(encoding="utf-8") as stream:
            (row,) = [r for r in csv.DictReader(stream) if r["iso3"] == "YEM"]
        assert (row["gw"], row["cow"]) == ("678", "679")

    def test_other_states_keep_their_number(self) -> None:
        assert gw_of_cow(652) == 652
        assert gw_of_cow(255) == 260
        assert gw_of_cow(31_415) == 31_415
        assert gw_of_iso3("XXX") is None
        assert name_of(700) == "Afghanistan"

    def test_every_listed_state_is_in_the_table_of_states(self) -> None:
        with library.path(LIST).open(encoding="utf-8") as stream:
            for r in csv.DictReader(stream):
                assert gw_of_iso3(r["iso3"]) == int(r["gw"]), r["id"]
                assert gw_of_cow(int(r["cow"])) == int(r["gw"]), r["id"]


class TestTakeovers:
    def test_the_list_is_whole(self) -> None:
        rows = list_takeovers()
        assert len({t.id for t in rows}) == len(rows) == 69
        assert [t.date for t in rows] == sorted(t.date for t in rows)
        assert all(dt.date(1975, 1, 1) <= t.date <= t.date_latest <= UNTIL for t in rows)
        assert Counter(t.counts for t in rows) == {True: 40, False: 29}
        assert {t.by for t in rows if t.counts} == {"rebel", "foreign"}
        assert {t.by for t in rows} == {
            "rebel", "foreign", "coup", "uprising", "independence", "pressure", "failed", "survived",
        }  # fmt: skip

    def test_every_row_has_its_sources_and_its_confidence(self) -> None:
        with library.path(LIST).open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        for r in rows:
            assert r["confidence"] in ("high", "medium", "low"), r["id"]
            assert ": http" in r["source_1"], r["id"]
            assert ": http" in r["source_2"] or r["by"] == "failed", r["id"]
            assert r["source_1"] != r["source_2"], r["id"]
            wiki = sum("wiki" in r[k].lower() for k in ("source_1", "source_2"))
            assert wiki < 2 or r["confidence"] == "low", r["id"]
            if r["counts"] == "no" or r["confidence"] != "high":
                assert r["note"] or r["by"] in ("coup", "uprising"), r["id"]

    def test_the_held_out_one_is_never_counted(self) -> None:
        assert [t.id for t in list_takeovers() if t.held_out] == ["syr-2024-12-08"]
        assert 652 not in takeover_months()
        assert (652, 2024) not in takeover_years()

    def test_a_vintage_knows_no_later_takeover(self) -> None:
        assert (700, 2021) in takeover_years(dt.date(2021, 8, 15))
        assert (700, 2021) not in takeover_years(dt.date(2021, 8, 14))

    def test_readings_of_the_list_are_nested(self) -> None:
        sure, counted, contested = (takeover_years(UNTIL, r) for r in ("sure", "counted", "contested"))
        assert sure < counted < contested
        assert (620, 2014) in contested - counted, "Libya Dawn"
        assert (450, 1990) in sure
        assert (451, 1997) not in contested, "a coup is not contested"

    def test_dates_that_the_record_has_wrong(self) -> None:
        months = takeover_months()
        assert months[620] == {"2011-08"}, "Tripoli, not the first protests nor the end of the war"
        assert "2013-03" in months[482]
        assert "2013-12" not in months[482]


class TestEvents:
    row: ClassVar = {
        "id": "1",
        "country": "A",
        "date_start": "2020-01-10",
        "date_end": "2020-01-12",
        "best": "5",
        "type_of_violence": "1",
    }

    def test_events_are_summed_by_country_and_month(self) -> None:
        rows = [
            self.row,
            {**self.row, "best": "2"},
            {**self.row, "country": "B"},
            {**self.row, "type_of_violence": "3"},
        ]
        assert deaths_from_events(rows) == {("A", "2020-01"): 12.0, ("B", "2020-01"): 5.0}
        assert deaths_from_events(rows, kinds=frozenset("1")) == {
            ("A", "2020-01"): 7.0,
            ("B", "2020-01"): 5.0,
        }

    def test_an_event_over_two_months_is_left_out_or_split(self) -> None:
        long = {**self.row, "date_start": "2020-01-30", "date_end": "2020-02-02", "best": "8"}
        assert deaths_from_events([long]) == {}
        assert deaths_from_events([long], split=True) == {("A", "2020-01"): 4.0, ("A", "2020-02"): 4.0}

    @pytest.mark.parametrize("field", [{"best": "many"}, {"date_start": "?"}, {"date_end": "2019-01-01"}])
    def test_a_broken_event_is_named(self, field: dict[str, str]) -> None:
        with pytest.raises(InputError, match=r"event 1 \| cannot be read"):
            deaths_from_events([{**self.row, **field}])


class TestCatalogue:
    def test_every_entry_says_what_a_user_must_know(self) -> None:
        for d in datasets().values():
            assert d.page.startswith("https://"), d.id
            assert not d.file or d.file.startswith("https://"), d.id
            assert d.licence == "CC BY 4.0", "share-alike and closed data stay out"
            assert d.licence_evidence, d.id
            assert d.citation, d.id
            assert d.columns, d.id
            assert bool(d.contents) == bool(d.rows) == bool(d.copy) == bool(d.sha256), d.id

    def test_a_missing_data_set_says_where_to_get_it(self, tmp_path) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises(InputError, match=r"data ucdp-esd \| not in .* get it at https://ucdp\.uu\.se"):
            list(table(tmp_path, "ucdp-esd"))
