"""The Mesa theatre as a model of the EMA Workbench: experiments over its seed, one after the other."""

from __future__ import annotations

import logging
from typing import Any

from engines import by_mesa


def run(spec: dict[str, Any], n: int) -> Any:
    """Run n experiments; return (experiments, outcomes)."""
    from ema_workbench import IntegerParameter, Model, ScalarOutcome, SequentialEvaluator, ema_logging

    ema_logging.log_to_stderr(logging.ERROR)

    def theatre(seed: int = 0) -> dict[str, float]:
        (found,) = by_mesa.run(spec, range(int(seed), int(seed) + 1))
        return {"end_day": found["end_day"], "captures": found["captures"]}

    model = Model("theatre", function=theatre)
    model.uncertainties = [IntegerParameter("seed", 0, 2**31 - 1)]
    model.outcomes = [ScalarOutcome("end_day"), ScalarOutcome("captures")]
    with SequentialEvaluator(model) as evaluator:
        return evaluator.perform_experiments(scenarios=n)
