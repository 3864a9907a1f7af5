"""The files behind the annual rates: title, version, licence and attribution, and the hash of what was read.

What it does not do: check the licences at the producers' pages (the evidence for each stands in
``data/README.md``).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from counterpoise.evaluation.annual_tables import HELD_OUT

__all__ = ["SOURCES", "source_digest"]

#: The files behind the rates: title, version, file below the data folder, licence and attribution.
SOURCES: dict[str, dict[str, str]] = {
    "ucdp-esd": {
        "title": "UCDP External Support Dataset, actor-year",
        "version": "18.1",
        "file": "ucdp/ucdp-esd-ay-181.csv.gz",
        "licence": "CC BY 4.0",
        "attribution": "Meier, Karlen, Pettersson & Croicu (2022), Journal of Peace Research 60(3); "
        "Uppsala Conflict Data Program",
    },
    "ucdp-acd": {
        "title": "UCDP/PRIO Armed Conflict Dataset",
        "version": "25.1",
        "file": "ucdp/ucdp-prio-acd-251.csv.gz",
        "licence": "CC BY 4.0",
        "attribution": "Gleditsch et al. (2002), Journal of Peace Research 39(5); Davies, Pettersson, "
        "Sollenberg & Oberg (2025), Journal of Peace Research 62(4); Uppsala Conflict Data Program and PRIO",
    },
    "ucdp-termination": {
        "title": "UCDP Conflict Termination Dataset, conflict level",
        "version": "3-2021",
        "file": "ucdp/ucdp-term-acd-3-2021.csv.gz",
        "licence": "CC BY 4.0",
        "attribution": "Kreutz (2010), Journal of Peace Research 47(2); Uppsala Conflict Data Program",
    },
    "ucdp-monthly": {
        "title": "UCDP GED and Candidate Events, deaths by country and month",
        "version": "25.1 (to 2024)",
        "file": "ucdp/ucdp-monthly-country-fatalities.csv.gz",
        "licence": "CC BY 4.0",
        "attribution": "Sundberg & Melander (2013), Journal of Peace Research 50(4); Hegre, Croicu, Eck & "
        "Hogbladh (2020), Research & Politics; Uppsala Conflict Data Program",
    },
    "cline": {
        "title": "Cline Center Coup d'Etat Project Dataset",
        "version": "2.0.0",
        "file": "clinecenter/cline-coup-data-v2.0.0.csv.gz",
        "licence": "CC BY 4.0",
        "attribution": "Peyton et al., Cline Center for Advanced Social Research, University of Illinois "
        "Urbana-Champaign, doi:10.13012/B2IDB-9651987",
    },
    "takeovers-draft": {
        "title": "Draft list of takeovers, 1975-2017",
        "version": "draft",
        "file": "annual/takeovers-draft.csv",
        "licence": "CC BY 4.0 (derived from UCDP and Cline Center files)",
        "attribution": "own compilation from UCDP and Cline Center files; verdicts from memory",
    },
    "cases-draft": {
        "title": "Draft case library: capture timelines",
        "version": "draft",
        "file": "cases",
        "licence": "Apache-2.0",
        "attribution": "own compilation; starts and outcomes mostly from memory",
    },
}


def source_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's files in order of name, the held-out case excepted."""
    sha = hashlib.sha256()
    for part in [path] if path.is_file() else sorted(p for p in path.glob("*.json") if p.stem != HELD_OUT):
        sha.update(part.read_bytes())
    return sha.hexdigest()
