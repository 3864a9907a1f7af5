from __future__ import annotations

from counterpoise.assessment.models import Assessment
from counterpoise.brief.measures import level_unit, print_level, print_shift, print_shift_range, shift_unit
from counterpoise.brief.summary import leaders, worst_conduit


def test_a_share_is_printed_in_percent_and_its_shift_in_points(assessment: Assessment) -> None:
    row = next(r for r in assessment.ledger if r.measure == "influence" and r.actor == "ORL")
    assert level_unit(row.unit) == "% of what recipients live on"
    assert shift_unit(row.unit) == "percentage points"
    assert print_level(row.now, row.unit) == "31"
    assert print_shift(row) == "\u22124.2"
    assert print_shift_range(row) == "\u22127.6 to +3.8"


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
