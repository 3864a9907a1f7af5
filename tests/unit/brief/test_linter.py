from __future__ import annotations

from types import ModuleType

import pytest

from counterpoise.assessment.models import Assessment
from counterpoise.brief import BriefPaths, WordingFault, lint_brief, write_brief
from counterpoise.brief.compose import compose
from counterpoise.brief.document import own_lines

GOOD = (
    "It is very unlikely (12 %; 90 % interval 7–19 %) that the government ends within 30 days.",
    "There is almost no chance (under 1 %) of that.",
    "Confidence in the evidence is low: two sources. It is likely (60 %) that the road closes.",
    "The statement could not be mapped to the model.",
    "The report says “the retreat could cut them off and will probably hurt”.",
    "On 3 May 2024 the front moved.",
    "May 2024 was quiet.",
    "The 90 % interval runs from 5 to 20 %.",
)
BAD = (
    ("It is likely (60 %) and our confidence is high.", "likelihood 'likely' and confidence in one sentence"),
    ("It is very likely that the road closes.", "without a number beside it"),
    ("The road is almost certainly shut.", "without a number beside it"),
    ("There is a realistic possibility of a coup.", "without a number beside it"),
    ("Probably 3 convoys passed.", "without a number beside it"),
    ("The rebels could take the city.", "bare 'could'"),
    ("The rebels might take the city (12 %).", "bare 'might'"),
    ("The rebels may take the city.", "bare 'may'"),
    ("May they take the city?", "bare 'may'"),
    ("We are confident that it is unlikely (12 %).", "and confidence in one sentence"),
    ("| likely | high confidence |", "and confidence in one sentence"),
)


@pytest.mark.parametrize("sentence", GOOD)
def test_good_sentences_pass(sentence: str) -> None:
    assert lint_brief(sentence) == []


@pytest.mark.parametrize(("sentence", "fault"), BAD)
def test_bad_sentences_are_named(sentence: str, fault: str) -> None:
    assert any(fault in found for found in lint_brief(sentence))


def test_a_number_far_away_is_not_beside_it() -> None:
    far = "The road is likely to close " + "and so on " * 12 + "in 60 % of futures."
    assert lint_brief(far) != []


def test_one_fault_in_a_long_text_is_found_once() -> None:
    text = "\n".join((*GOOD, "The rebels could take the city.", *GOOD))
    assert len(lint_brief(text)) == 1


@pytest.mark.parametrize("wording", ["icd203", "phia"])
def test_generated_briefs_are_clean(made: ModuleType, wording: str) -> None:
    document = compose(made.synthetic(wording))
    assert lint_brief("\n".join(own_lines(document))) == []


def test_the_written_markdown_is_clean_too(paths: BriefPaths) -> None:
    assert lint_brief(paths.markdown.read_text(encoding="utf-8")) == []


def test_a_violation_stops_the_write(made: ModuleType, tmp_path: object) -> None:
    a: Assessment = made.synthetic(limits=("The rebels could take the city.",))
    from pathlib import Path

    out = Path(str(tmp_path)) / "out"
    with pytest.raises(WordingFault, match="bare 'could' in our own words"):
        write_brief(a, out, run={})
    assert not out.exists()
    assert WordingFault.exit_code == 1


def test_words_of_the_report_and_of_the_scenario_are_not_ours(made: ModuleType) -> None:
    a: Assessment = made.synthetic()
    hedged = a.claims[0].model_copy(update={"text": "It could be likely that confidence might fall."})
    source = a.sources[0].model_copy(update={"title": "What may follow"})
    document = compose(a.model_copy(update={"claims": (hedged,), "sources": (source,)}))
    assert lint_brief("\n".join(own_lines(document))) == []
