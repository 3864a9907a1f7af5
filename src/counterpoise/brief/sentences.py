"""Sentences of the brief that carry a probability: the term, the number and the interval beside it."""

from __future__ import annotations

from counterpoise.assessment.models import FORECAST_DAYS, Assessment, BaseRate, Question
from counterpoise.assessment.words import Scheme, estimative_words
from counterpoise.brief.document import Rich, foreign, join, rich, strong
from counterpoise.brief.index import Index
from counterpoise.brief.numbers import NBSP, interval, percent

__all__ = ["base_rate_text", "claim_that", "evidence_level", "evidence_text", "horizon_label", "in_words"]

_NOUNS = {
    "almost no chance": "There is",
    "roughly even chance": "There is a",
    "remote chance": "There is a",
    "realistic possibility": "There is a",
}


def in_words(p: float, scheme: Scheme) -> str:
    """Return the term with its number: ``very unlikely (12 %)``."""
    return f"{estimative_words(p, scheme)[0]} ({percent(p)})"


def claim_that(q: Question, *clause: object) -> Rich:
    """Return ``It is <term> (<p>; 90 % interval ...) that <clause>.``."""
    opening = _NOUNS.get(q.words.term, "It is")
    numbers = f" ({percent(q.p)}; 90{NBSP}% interval {interval(q.interval_90)}) that "
    return rich(f"{opening} ", strong(q.words.term), numbers, *clause, ".")  # type: ignore[arg-type]


def base_rate_text(rate: BaseRate, index: Index) -> Rich:
    """Return a base rate with its class, number of cases, interval and source."""
    bounds = f", 90{NBSP}% interval {interval(rate.interval_90)}" if rate.interval_90 else ""
    warning = "; selected cases, too high for a new case" if rate.selected else ""
    return rich(
        f"{percent(rate.p)} (n = {rate.n}{bounds}{warning}) in ",
        foreign(rate.reference_class),
        " ",
        *_source(rate, index),
    )


def _source(rate: BaseRate, index: Index) -> Rich:
    """Return the source of a base rate, in brackets where it is no number of the list."""
    cited = index.cite([rate.source])
    return cited if rate.source in index.numbers else rich("(", *cited, ")")


def base_rates_text(rates: tuple[BaseRate, ...], index: Index) -> Rich:
    """Return all base rates of a question in one line."""
    if not rates:
        return rich("Base rate: none on record for this question")
    return rich("Base rates: ", *join([base_rate_text(r, index) for r in rates], "; "))


def horizon_label(days: int) -> str:
    """Return a horizon for a column head; past three years it is marked as a scenario."""
    text = f"{days // 365} years" if days >= 730 and days % 365 == 0 else f"{days} days"
    return f"{text} (scenario)" if days > FORECAST_DAYS else text


def evidence_level(a: Assessment) -> str:
    """Return how well founded the numbers are: ``low`` or ``moderate``.

    Low where the report's source is graded D or worse, or more than half of the model's numbers are
    assumed. Nothing is called high until sealed forecasts of this program have been resolved and scored.
    """
    p = a.parameters
    total = p.fitted + p.literature + p.elicited + p.assumed
    weak = a.report is not None and a.report.reliability[:1] in {"D", "E", "F"}
    return "low" if weak or total == 0 or p.assumed > total / 2 else "moderate"


def evidence_text(a: Assessment) -> Rich:
    """Return the sentence on confidence; it holds no likelihood, by the rule."""
    p = a.parameters
    total = p.fitted + p.literature + p.elicited + p.assumed
    grade = f"the report's source is graded {a.report.reliability}; " if a.report else ""
    return rich(
        strong(f"Confidence in the evidence is {evidence_level(a)}: "),
        f"{grade}{p.assumed} of the model's {total} numbers are assumed and {p.fitted} are fitted on past "
        "cases. ",
        "Confidence is about the evidence and says nothing on how the events turn out.",
    )
