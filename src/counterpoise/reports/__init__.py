"""Reading a report: text in, coded statements out, each with its span, its hedge and its source.

Deterministic rules, no model weights, no network. Public: `read_report`, the types of a `Coding`,
`coding_json_schema`, `coding_summary`.
"""

from __future__ import annotations

from counterpoise.reports.coding import (
    Claim,
    ClaimObject,
    Coding,
    Document,
    Entity,
    Event,
    Hedge,
    Query,
    Relation,
    Source,
    Span,
)
from counterpoise.reports.evidence import EvidenceLog, build_evidence
from counterpoise.reports.many import Outcome, read_many
from counterpoise.reports.page import coding_page
from counterpoise.reports.reader import read_report
from counterpoise.reports.render import coding_summary
from counterpoise.reports.schema import coding_json_schema

__all__ = [
    "Claim",
    "ClaimObject",
    "Coding",
    "Document",
    "Entity",
    "Event",
    "EvidenceLog",
    "Hedge",
    "Outcome",
    "Query",
    "Relation",
    "Source",
    "Span",
    "build_evidence",
    "coding_json_schema",
    "coding_page",
    "coding_summary",
    "read_many",
    "read_report",
]
