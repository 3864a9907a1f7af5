from __future__ import annotations

from counterpoise.assessment.models import Assessment
from counterpoise.brief.measures import (
    counts_from,
    level_unit,
    print_level,
    print_shift,
    print_shift_range,
    shift_unit,
    who_gains_first,
)
from counterpoise.brief.summary import leaders, worst_conduit


def test_a_share_is_printed_in_percent_and_its_shift_in_points(assessment: Assessment) -> None:
    row = next(r for r in assessment.ledger if r.measure == "influence" and r.actor == "ORL")
    assert level_unit(row.unit) == "% of what recipients live on"
    assert shift_unit(row.unit) == "percentage points"
    assert print_level(row.now, row.unit) == "31"
    assert print_shift(row) == "\u22124.2"
    assert print_shift_range(row) == "\u22127.6 to +3.8"


def test_an_interval_of_one_number_says_what_it_is(assessment: Assessment) -> None:
    """A row whose draws agree prints words, never one number as if it were an interval."""
    row = next(r for r in assessment.ledger if r.measure == "influence" and r.actor == "ORL")
    one = row.model_copy(update={"contrast": 4.25e-05, "interval_90": (4.25e-05, 4.25e-05)})
    assert print_shift_range(one, "90 % interval") == "the same in every draw"
    near = row.model_copy(update={"interval_90": (2e-7, 3e-7)})
    assert print_shift_range(near) == "under +0.001 at both ends"
    assert print_shift_range(row, "90 % interval") == "90 % interval \u22127.6 to +3.8"


def test_a_trifle_keeps_its_sign(assessment: Assessment) -> None:
    row = next(r for r in assessment.ledger if r.measure == "influence" and r.actor == "ORL")
    signs = [print_shift(row.model_copy(update={"contrast": x})) for x in (2e-6, -2e-6, 0.0)]
    assert signs == ["under +0.001", "above \u22120.001", "0"]


def test_rows_stand_by_the_size_of_the_shift(assessment: Assessment) -> None:
    influence = who_gains_first(r for r in assessment.ledger if r.measure == "influence")
    assert [r.contrast for r in influence] == sorted((r.contrast for r in influence), reverse=True)
    threat = who_gains_first(r for r in assessment.ledger if r.measure == "threat")
    assert [r.contrast for r in threat] == sorted(r.contrast for r in threat)


def test_what_counts_is_said_in_the_unit_of_the_table(assessment: Assessment) -> None:
    rows = [r.model_copy(update={"least": 0.0005}) for r in assessment.ledger if r.measure == "influence"]
    assert counts_from(rows).replace("\xa0", " ") == (
        "counts from 0.05 or 1 % of the actor's own level on, whichever is more"
    )


def test_other_units_stay_as_they_are(assessment: Assessment) -> None:
    row = next(r for r in assessment.ledger if r.measure == "threat" and r.actor == "ORL")
    assert level_unit(row.unit) == shift_unit(row.unit) == row.unit
    assert print_shift(row) == "+1\u202f680"


def test_only_a_settled_direction_leads(assessment: Assessment) -> None:
    gain, loss = leaders(assessment, "influence")
    assert gain is not None
    assert loss is not None
    assert (gain.actor, loss.actor) == ("IST", "ORL")
    unsettled = tuple(
        r.model_copy(update={"p_change_gain": 0.79, "p_change_loss": 0.2}) for r in assessment.ledger
    )
    assert leaders(assessment.model_copy(update={"ledger": unsettled}), "influence") == (None, None)


def test_under_threat_less_is_a_gain(assessment: Assessment) -> None:
    gain, loss = leaders(assessment, "threat")
    assert gain is not None
    assert loss is not None
    assert gain.change < 0 < loss.change


def test_the_worst_conduit_loses_the_largest_share(assessment: Assessment) -> None:
    worst = worst_conduit(assessment)
    assert worst is not None
    assert worst.recipient == "HBR"
    assert worst_conduit(assessment.model_copy(update={"conduits": ()})) is None
