"""Rates on small made-up tables whose answers can be counted by hand."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from counterpoise.inference import (
    annual,
    annual_campaigns,
    annual_intervals,
    annual_rate,
    annual_spells,
)
from counterpoise.scenario import bundled_cases, load_scenario
from counterpoise.scenario.models import Scenario
from counterpoise.sources import record, takeovers

ESD = [
    "actor_nonstate",
    "civil",
    "conflict_id",
    "gwno_a",
    "year",
    "ext_name",
    "ext_x_s",
    "ext_w_s",
    "ext_f_s",
]
ESD += ["dyad_id", "ext_p_s", "ext_m_s", "ext_t_s"]  # named in the catalogue; not counted here
ACD = [
    "conflict_id",
    "location",
    "year",
    "incompatibility",
    "type_of_conflict",
    "intensity_level",
    "gwno_loc",
]
CLINE = ["cowcode", "year", "realized", "military", "palace", "rebel", "foreign", "auto"]
CLINE += ["coup_id", "country", "month", "day", "dissident", "popular"]
TERM = [
    "confterm",
    "outcome",
    "incompatibility",
    "type_of_conflict",
    "gwno_loc",
    "year",
    "conflict_id",
    "ependdate",
]
WDI = ["iso3c", "year", "NY.GDP.MKTP.KD", "SP.POP.TOTL"]


def write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows([*row, *[""] * (len(columns) - len(row))] for row in rows)


def listed(gw: int, day: str, counts: bool = True, held_out: bool = False) -> takeovers.Takeover:
    date = dt.date.fromisoformat(day)
    return takeovers.Takeover(f"x-{gw}-{day}", "X", gw, date, date, "", "rebel", "", counts, "high", held_out)


#: Takeovers of the made-up record: state 1 in 2007, state 2 in 2006; one that does not count, and a held-out one.
LISTED = (
    listed(1, "2007-05-01"),
    listed(2, "2006-07-07"),
    listed(2, "2007-01-02", counts=False),
    listed(1, "2008-03-01", held_out=True),
)


@pytest.fixture(autouse=True)
def made_up_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeovers, "list_takeovers", lambda path=None: LISTED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """State 1 at war 2005-2009 over government; state 2 in 2006 only; state 3 over territory (never)."""
    gov = "Government of "
    esd = [
        (0, 1, "c1", 1, 2005, f"{gov}A, {gov}B ,Militia", 1, 1),
        (0, 1, "c1", 1, 2006, f"{gov}A", 0, 1),
        (0, 1, "c1", 1, 2007, "", 0, 0),
        (0, 1, "c1b", 1, 2007, "", 0, 0),  # a second war of the same state counts once
        (0, 1, "c1", 1, 2008, f"{gov}B", 0, 0),
        (0, 1, "c1", 1, 2009, f"{gov}B", 0, 0),
        (1, 1, "c1", 1, 2005, f"{gov}Z", 0, 0),  # rebel side
        (0, 1, "c2", 2, 2006, "", 0, 0),
        (0, 0, "c4", 4, 2006, "", 0, 0),  # interstate
        (0, 1, "c3", 3, 2006, "", 0, 0),  # territory
    ]
    acd = [("c1", "One", y, 2, 3, 2 if y == 2006 else 1, 1) for y in range(2005, 2010)]
    acd += [
        ("c1b", "One", 2007, 3, 4, 1, 1),
        ("c2", "Two", 2006, 2, 3, 1, 2),
        ("c3", "Three", 2006, 1, 3, 1, 3),
    ]
    acd += [("c4", "Four", 2006, 2, 2, 1, 4)]
    write(tmp_path / "ucdp" / "ucdp-esd-ay-181.csv.gz", ESD, esd)
    write(tmp_path / "ucdp" / "ucdp-prio-acd-251.csv.gz", ACD, acd)
    wealth = [("MEX", y, 5e9, 1e7) for y in range(2004, 2010)]
    write(tmp_path / "worldbank" / "wdi-gdp-population.csv.gz", WDI, wealth)
    cline = [
        (1, 2006, 1, 1, 0, 0, 0, 0),  # counts
        (1, 2007, 1, 1, 0, 1, 0, 0),  # by rebels
        (2, 2007, 0, 1, 0, 0, 0, 0),  # failed
        (2, 2006, 1, 0, 1, 0, 0, 1),  # a ruler's own
        (679, 1995, 1, 0, 1, 0, 0, 0),  # Yemen: another number in Gleditsch-Ward
    ]
    write(tmp_path / "clinecenter" / "cline-coup-data-v2.0.0.csv.gz", CLINE, cline)
    term = [(1, "1.0", 2, 3, 1, 2008), (1, 4, 2, 3, 2, 2006), (0, "", 2, 3, 1, 2007), (1, 1, 1, 3, 3, 2006)]
    write(tmp_path / "ucdp" / "ucdp-term-acd-3-2021.csv.gz", TERM, term)
    return tmp_path


def by_id(rates: Sequence[annual_rate.Rate]) -> dict[str, annual_rate.Rate]:
    return {rate.id: rate for rate in rates}


def test_the_panel_counts_a_state_once_a_year_and_only_wars_over_government(
    folder: Path,
) -> None:
    war = record.state_years(folder)
    assert sorted(war.supporters) == [*((1, year) for year in range(2005, 2010)), (2, 2006)]
    assert war.major == {(1, 2006)}
    assert war.supporters[(1, 2005)] == {"Government of A", "Government of B"}  # trimmed, states only
    assert war.pairs() == [(1, year) for year in range(2006, 2010)]


def test_takeover_next_year_by_size_of_war(folder: Path) -> None:
    rates = by_id(annual.takeover_rates(folder))
    assert (rates["takeover.next_year.all"].n, rates["takeover.next_year.all"].events) == (6, 1)
    assert rates["takeover.next_year.major_war"].value == 1.0
    assert rates["takeover.next_year.minor_war"].events == 0
    assert rates["takeover.three_years.all"].events == 2  # from 2005 and from 2006


def test_coups_leave_out_rebels_failures_and_rulers_own_and_map_yemen(folder: Path) -> None:
    assert record.coups(folder) == {(1, 2006), (678, 1995)}
    rates = by_id(annual.coup_rates(folder))
    assert (rates["coup.next_year"].events, rates["coup.same_year"].events) == (1, 1)
    assert rates["coup.next_year"].value == pytest.approx(1 / 6)


def test_settlements_are_ends_by_agreement_over_government(folder: Path) -> None:
    rates = by_id(annual.settlement_rates(folder))
    assert (rates["settlement.next_year"].events, rates["settlement.same_year"].events) == (1, 1)
    assert rates["ceasefire.same_year"].events == 0


def test_patrons_leave_come_and_return(folder: Path) -> None:
    rates = by_id(annual.patron_rates(folder))
    assert (rates["patron_exit.all"].n, rates["patron_exit.all"].events) == (4, 2)  # B, then A leave
    assert (rates["patron_exit.total"].n, rates["patron_exit.total"].events) == (3, 1)
    assert (rates["patron_exit.troops"].n, rates["patron_exit.troops"].events) == (1, 1)
    assert (rates["patron_exit.weapons"].n, rates["patron_exit.weapons"].events) == (2, 1)
    assert (rates["patron_entry.any"].n, rates["patron_entry.any"].events) == (4, 1)
    assert (rates["patron_entry.return"].n, rates["patron_entry.return"].events) == (1, 1)  # B, gone 2006
    assert (rates["patron_entry.from_none"].n, rates["patron_entry.from_none"].events) == (1, 1)


def test_nobody_at_risk_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"x\.y: nothing at risk"):
        annual_rate.proportion(annual_rate.RateText("x.y", "", (), "2005-01-01"), [], [])


def test_few_countries_with_events_give_a_jeffreys_interval() -> None:
    text = annual_rate.RateText("x", "", (), "2005-01-01")
    few = annual_rate.proportion(text, [True, False, False, False], [1, 1, 2, 3])
    many = annual_rate.proportion(text, [True] * 5 + [False] * 5, list(range(5)) * 2)
    assert (few.interval, many.interval) == ("jeffreys", "cluster bootstrap")
    assert few.low < few.value < few.high
    assert few.n_clusters == 3


def test_rate_per_time_sums_events_over_exposure() -> None:
    rate = annual_rate.per_time(annual_rate.RateText("x", "", (), ""), [1, 2], [2.0, 1.0], [4.0, 2.0])
    assert rate.value == 0.5
    assert (rate.low, rate.high) == (0.5, 0.5)  # equal in every country, so no country moves it


class TestIntervals:
    def test_incomplete_beta_against_closed_forms(self) -> None:
        assert annual_intervals.beta_cdf(0.3, 2.0, 1.0) == pytest.approx(0.09)
        assert annual_intervals.beta_cdf(0.3, 1.0, 3.0) == pytest.approx(1.0 - 0.7**3)
        assert annual_intervals.beta_cdf(0.5, 7.5, 7.5) == pytest.approx(0.5)
        assert annual_intervals.beta_cdf(0.25, 0.5, 0.5) == pytest.approx(2.0 / math.pi * math.asin(0.5))
        assert (annual_intervals.beta_cdf(0.0, 2, 3), annual_intervals.beta_cdf(1.0, 2, 3)) == (0.0, 1.0)

    def test_quantile_inverts_the_distribution(self) -> None:
        for p in (0.05, 0.5, 0.95):
            x = annual_intervals.beta_quantile(p, 3.5, 40.5)
            assert annual_intervals.beta_cdf(x, 3.5, 40.5) == pytest.approx(p, abs=1e-9)

    def test_jeffreys_ends_are_closed(self) -> None:
        assert annual_intervals.jeffreys_interval(0, 10)[0] == 0.0
        assert annual_intervals.jeffreys_interval(10, 10)[1] == 1.0
        low, high = annual_intervals.jeffreys_interval(5, 10)
        assert low + high == pytest.approx(1.0)

    @pytest.mark.parametrize(("events", "n"), [(-1, 5), (6, 5), (0, 0)])
    def test_jeffreys_refuses_impossible_counts(self, events: int, n: int) -> None:
        with pytest.raises(ValueError, match="expected 0 <= events <= n"):
            annual_intervals.jeffreys_interval(events, n)

    def test_clusters_move_together(self) -> None:
        """The same rows in one cluster each or in few large ones: the few give the wider interval."""
        events, ones = np.tile([1.0, 0.0, 0.0, 0.0], 25), np.ones(100)
        alone = annual_intervals.cluster_interval(events, ones, np.arange(100))
        together = annual_intervals.cluster_interval(np.sort(events), ones, np.repeat(np.arange(10), 10))
        assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])

    def test_same_seed_same_interval(self) -> None:
        one, two = (annual_intervals.cluster_interval([1, 0, 1], [1, 1, 1], [1, 2, 3]) for _ in range(2))
        assert one == two


class TestCampaigns:
    def find(self, deaths: list[float], stop: int | None = None) -> tuple[list[tuple[int, int, bool]], int]:
        found, quiet = annual_campaigns.find_campaigns(deaths, 1, lambda m: True, stop or len(deaths))
        return [(c.start, c.end, c.closed) for c in found], quiet

    def test_a_start_needs_the_threshold_and_the_ratio(self) -> None:
        assert self.find([0.0] * 12 + [99.0] + [0.0] * 4)[0] == []
        assert self.find([40.0] * 12 + [119.0] + [0.0] * 4)[0] == []
        assert self.find([40.0] * 12 + [120.0] + [0.0] * 4) == ([(12, 13, True)], 5)

    def test_three_quiet_months_in_a_row_end_it(self) -> None:
        deaths = [0.0] * 12 + [400.0, 150.0, 150.0, 250.0, 150.0, 150.0, 150.0]
        assert self.find(deaths) == ([(12, 16, True)], 4)  # below 200 only from month 16 on, three times

    def test_the_end_of_the_data_leaves_it_open(self) -> None:
        found, quiet = self.find([0.0] * 12 + [400.0, 300.0, 10.0, 10.0])
        assert (found, quiet) == ([(12, 16, False)], 1)

    def test_months_outside_the_risk_set_are_not_counted(self) -> None:
        found, quiet = annual_campaigns.find_campaigns([0.0] * 12 + [500.0] * 3, 1, lambda m: False, 15)
        assert (found, quiet) == ([], 0)

    def test_war_in_the_year_before_puts_a_state_at_risk(self) -> None:
        months = [f"{y}-{m:02d}" for y in (2005, 2006, 2007) for m in range(1, 13)]
        deaths = {1: [0.0] * 12 + [200.0] + [0.0] * 23}
        at_war = frozenset({(1, 2005)})
        found, quiet = annual_campaigns.campaign_months(months, deaths, at_war, "2007-12")
        assert [c.start for c in found] == [12]
        assert quiet == {1: 12}  # the months of 2006; those of 2007 are too late
        assert annual_campaigns.quiet_months(quiet, found) == ([1], [1.0], [1.0])
        now = annual_campaigns.CampaignRule(years_before=0)
        assert annual_campaigns.campaign_months(months, deaths, at_war, "2007-12", now) == ([], {})

    def test_kaplan_meier_median(self) -> None:
        time, closed = np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, False, True, True])
        assert annual_campaigns.kaplan_meier_median(time, closed) == 3.0  # .75, then .75 * 1/2
        assert math.isnan(annual_campaigns.kaplan_meier_median(time, np.array([False] * 4)))
        weights = np.array([3.0, 0.0, 1.0, 1.0])
        assert annual_campaigns.kaplan_meier_median(time, closed, weights) == 1.0  # .4 left after the first


class TestSpells:
    def test_without_cases_there_are_no_rates_of_cases(self) -> None:
        assert annual.case_rates([]) == []

    def test_the_events_do_where_their_sum_is_missing(self, folder: Path) -> None:
        events = [
            (1, "One", 1, "2005-01-05", "2005-01-06", 30),
            (2, "One", 3, "2005-03-01", "2005-03-01", 12),
            (3, "One", 1, "2005-01-30", "2005-02-02", 99),  # over two months: left out, as in the sum
            (4, "Elsewhere", 1, "2004-12-01", "2004-12-01", 5),
        ]
        columns = ("id", "country", "type_of_violence", "date_start", "date_end", "best")
        write(folder / "ucdp-ged.csv", columns, events)
        assert record.monthly_source(folder) == "ucdp-ged"
        months, deaths, _ = record.deaths_by_month(folder)
        assert months == ["2004-12", "2005-01", "2005-02", "2005-03"], "no gap"
        assert deaths == {1: [0.0, 30.0, 0.0, 12.0]}

    @pytest.fixture
    def cases(self) -> list[Scenario]:
        found = [load_scenario(name) for name in ("TCD1990", "SLV1989", "AFG2021")]
        # El Salvador's government is known to stand for less than a year.
        case = found[1].case
        assert case is not None
        until = case.campaign_start + dt.timedelta(days=200)
        short = case.model_copy(update={"captures_until": until, "observed_until": until})
        return [found[0], found[1].model_copy(update={"case": short}), found[2]]

    def test_cases_are_censored(self, cases: list[Scenario]) -> None:
        rates = by_id(annual.case_rates(cases))
        # Chad fell on day 21 at the latest, Kabul on day 106.
        assert [
            (rates[f"case_fall.{d}_days"].n, rates[f"case_fall.{d}_days"].events) for d in (30, 90, 365)
        ] == [(3, 1), (3, 1), (2, 2)]
        assert all("selected cases" in rate.note for rate in rates.values())
        assert rates["case_fall.30_days"].data_until == "2024-12-31"

    def test_a_vintage_uses_closed_cases_only(self, cases: list[Scenario]) -> None:
        assert by_id(annual.case_rates(cases, "2021-01-01"))["case_fall.30_days"].n == 2
        assert annual.case_rates(cases, "1990-11-01") == []

    def test_the_flagship_is_no_case(self) -> None:
        assert "SYR2024" not in {c.id for c in bundled_cases()}

    def test_takeovers_count_by_the_day_and_the_held_out_one_never(self) -> None:
        assert takeovers.takeover_months() == {1: {"2007-05"}, 2: {"2006-07"}}
        assert takeovers.takeover_years(dt.date(2007, 4, 30)) == {(2, 2006)}

    def test_campaign_rates(self, folder: Path) -> None:
        months = [f"{y}-{m:02d}" for y in range(2004, 2010) for m in range(1, 13)]
        deaths = {
            "One": {"2005-03": 300, "2007-02": 200, "2007-03": 150},
            "Two": {},
            "Elsewhere": {"2006-01": 900},
        }
        rows = [(m, c, series.get(m, 0)) for c, series in deaths.items() for m in months]
        path = folder / "ucdp" / "ucdp-monthly-country-fatalities.csv.gz"
        write(path, ("month", "country", "fatalities_best"), rows)
        rates = by_id(annual_spells.campaign_rates(folder, "2009-12"))
        start = rates["campaign_start.main"]
        assert start.events == 2
        assert start.n == pytest.approx(
            (60 - 1 + 24) / 12.0, abs=1e-3
        )  # One 2005-04, less one month; Two 2006-02
        assert (rates["campaign.takeover_12_months"].n, rates["campaign.takeover_12_months"].events) == (2, 1)
        assert rates["campaign.duration_mean"].value == pytest.approx(1.5)
        assert rates["campaign.burnout_rate"].value == pytest.approx(2 / 3 / 30.436875)
        assert rates["campaign.burnout_rate.after_first_month"].value == pytest.approx(1 / 30.436875)
        assert rates["campaign.longer_than_a_month"].value == 0.5
        assert start.data_until == "2009-12-31"
