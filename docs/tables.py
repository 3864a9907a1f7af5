"""Tables of the documentation that are made from the code and the data, so that they cannot go stale.

A page marks a table with ``<!-- table: NAME -->`` and ``<!-- end -->``; what stands between is made here. ``make tables``
rewrites the pages, ``tests/contracts/test_docs.py`` fails where a page and the code differ.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import code_tables
import data_tables
import rate_tables
import score_tables

__all__ = ["TABLES", "pages", "render", "stale"]

DOCS: Final = Path(__file__).resolve().parent
_BLOCK: Final = re.compile(
    r"(<!-- table: (?P<name>[a-z-]+) -->\n)(?:(?!<!-- table:).)*?(<!-- end -->)", re.DOTALL
)

TABLES: Final[dict[str, Callable[[], str]]] = {
    "parameters": rate_tables.parameters,
    "constants": rate_tables.constants,
    "rates": rate_tables.rates,
    "vintages": rate_tables.vintages,
    "rate-sources": rate_tables.rate_sources,
    "support": rate_tables.support,
    "support-ratios": rate_tables.support_ratios,
    "support-starts": rate_tables.support_starts,
    "clock": rate_tables.clock,
    "clock-check": rate_tables.clock_check,
    "selection": rate_tables.selection,
    "data-catalogue": data_tables.data_catalogue,
    "data-missing": data_tables.data_missing,
    "takeovers": data_tables.takeovers,
    "processes": code_tables.processes,
    "measures": code_tables.measures,
    "event-kinds": code_tables.event_kinds,
    "hedges": code_tables.hedges,
    "wording": code_tables.wording,
    "variants": code_tables.variants,
    "arms": code_tables.arms,
    "scenarios": code_tables.scenarios,
    "cases": data_tables.cases,
    "figure-slots": code_tables.figure_slots,
    "assessment": code_tables.assessment,
    "backtest-summary": score_tables.backtest_summary,
    "scorecard": score_tables.scorecard,
    "scorecard-forward": score_tables.scorecard_forward,
    "specifications": score_tables.specifications,
    "ablations": score_tables.ablations,
    "additions": score_tables.additions,
    "posteriors": score_tables.posteriors,
    "placebos": score_tables.placebos,
    "withdrawals-agreement": data_tables.withdrawals_agreement,
    "withdrawals-counts": data_tables.withdrawals_counts,
    "withdrawals-main": data_tables.withdrawals_main,
    "withdrawals-open": data_tables.withdrawals_open,
    "withdrawals-specifications": data_tables.withdrawals_specifications,
    "withdrawals-subgroups": data_tables.withdrawals_subgroups,
    "reading-scorecard": score_tables.reading_scorecard,
    "syria-model": score_tables.syria_model,
    "syria-said": score_tables.syria_said,
}


def pages() -> list[Path]:
    """Return all pages of the documentation."""
    return sorted(DOCS.rglob("*.md"))


def render(text: str) -> str:
    """Return a page with its tables made anew."""
    return _BLOCK.sub(lambda m: f"{m[1]}\n{TABLES[m['name']]()}\n\n{m[3]}", text)


def stale() -> list[Path]:
    """Return the pages whose tables differ from the code and the data."""
    return [p for p in pages() if render(p.read_text(encoding="utf-8")) != p.read_text(encoding="utf-8")]


def main() -> int:
    """Rewrite what is stale and say what changed."""
    for page in stale():
        page.write_text(render(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"rewritten: {page.relative_to(DOCS.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
