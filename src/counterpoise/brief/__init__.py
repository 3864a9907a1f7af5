"""The brief: an assessment written down for people, every number beside interval, base rate and source.

`write_brief` makes ``brief.md``, ``brief.html`` (one self-contained file), ``assessment.json``,
``run.json`` and ``figures/*.svg`` from an `Assessment` and nothing else; it never runs the engine. Weakest
point: sentences are made by rule, so they are plain. What it does not do: it gives no advice.
"""

from __future__ import annotations

from counterpoise.brief.files import assessment_json
from counterpoise.brief.linter import WordingFault, lint_brief
from counterpoise.brief.summary import summary_text
from counterpoise.brief.writer import BriefPaths, write_brief

__all__ = ["BriefPaths", "WordingFault", "assessment_json", "lint_brief", "summary_text", "write_brief"]
