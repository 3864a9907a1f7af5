"""How many sentences a second the reader reads, on one core, in processor time: ``python benchmarks/reading_speed.py [REPEATS]``.

Three kinds of text: sentences of which every one holds an event (the project's own test sentences, one report), a bundled report,
and the same report among sentences of which most hold none, as in a newspaper. Everything is read once before it is timed.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from pathlib import Path

from counterpoise import library
from counterpoise.reports import read_report

ROOT = Path(__file__).parents[1]
#: Sentences of a newspaper that are about no withdrawal, support or war.
QUIET = (
    "The ministry of finance published its quarterly figures on Tuesday, and analysts had expected slightly more.",
    "Prices of bread and fuel rose again in the capital, where shops opened late because of the rain.",
    "A spokesman for the airline said that flights would be back to normal by the end of the week.",
    "Voters in the northern districts go to the polls in March to choose a new regional assembly.",
    "The film, shot in three weeks with a crew of twelve, won the first prize at the festival.",
    "Doctors at the university hospital have treated more than four hundred patients since the summer.",
)


def texts() -> dict[str, str]:
    """Texts by what they are."""
    own = []
    for name in ("moves.txt", "moves-late.txt", "types.txt", "types-late.txt"):
        for line in (ROOT / "tests" / "science" / "reading" / name).read_text(encoding="utf-8").splitlines():
            found = re.search(r"[A-Z\"“].{30,}[.?!\"”]$", line.split("|")[-1].strip())
            if found and not line.startswith("#"):
                own.append(found[0])
    report = library.read_text("reports/iran-leaves-syria.txt")
    quiet = "\n\n".join(" ".join(QUIET) for _ in range(9))
    return {
        "an event in every sentence": "\n".join(own),
        "a report": report * 8,
        "a newspaper": "\n\n".join([report, quiet] * 4),
    }


def main() -> None:
    """Time every text and print the medians."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    found = {}
    for name, text in texts().items():
        n = read_report("warm", text=text).document.n_sentences
        taken = []
        for _ in range(repeats):
            began = time.process_time()
            read_report("text", text=text)
            taken.append(time.process_time() - began)
        found[name] = {
            "sentences": n,
            "per_second": round(n / statistics.median(taken)),
            "best": round(n / min(taken)),
        }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
