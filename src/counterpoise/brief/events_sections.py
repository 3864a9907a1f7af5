"""Sections on what happened: the shock as read, the state on the as-of day, the timeline."""

from __future__ import annotations

from counterpoise.assessment.models import Shock
from counterpoise.brief.document import (
    Block,
    Details,
    Figure,
    Items,
    Para,
    Rich,
    Section,
    Table,
    foreign,
    join,
    quote,
    rich,
)
from counterpoise.brief.index import Index, plain
from counterpoise.brief.numbers import day, share, share_range, span
from counterpoise.brief.statements import statement_link

__all__ = ["happened_section", "state_section"]

_QUOTES = 4
_LONG_TABLE = 12
_LOG_ROWS = 200
_READ = (
    ("entities", "actor or place", "actors and places"),
    ("events", "event", "events"),
    ("relations", "relation", "relations"),
    ("claims", "claim", "claims"),
)


def happened_section(index: Index) -> Section:
    """Return what the report says, what was read and what did not reach the model."""
    a = index.a
    blocks: list[Block] = []
    if a.shock:
        blocks.append(Para(rich("What the report set in the model, with the words that it rests on:")))
        blocks.append(Items(tuple(_shock(index, s) for s in a.shock)))
    else:
        blocks.append(Para(rich("The report set no lever: every arm starts from the scenario as it stands.")))
    read = [_count(len(a.statements.get(key, ())), one, many) for key, one, many in _READ]
    blocks.append(Para(rich(f"Read from the text: {', '.join(read)}. ", *_report_grade(index))))
    if a.unmapped:
        head = ("Statement", "Kind", "Words of the report", "Why it did not reach the model")
        rows = tuple(
            (
                rich(statement_link(index, u.statement)),
                rich(foreign(plain(u.kind))),
                rich(quote(u.quote)),
                rich(foreign(u.reason)),
            )
            for u in a.unmapped
        )
        blocks.append(Table("What did not reach the model", head, rows))
    return Section("what-happened", "What happened", tuple(blocks))


def _count(n: int, one: str, many: str) -> str:
    """Return a number of things."""
    return f"{n} {one if n == 1 else many}"


def _shock(index: Index, s: Shock) -> Rich:
    """Return one lever, its schedule and its evidence."""
    pace = "at once" if s.days == 0 else f"complete within {s.days} day{'' if s.days == 1 else 's'}"
    kinds = ", ".join(plain(k) for k in s.kinds)
    parts = [
        *rich(
            foreign(s.text.rstrip(". ")),
            f". From {day(s.start)}, {pace}; {kinds or 'all kinds'} at {_fraction(s.to)} of the ",
        ),
        *rich("committed size. The report: ", *join([rich(quote(q)) for q in _quotes(s)], " … "), "."),
    ]
    parts += rich(" It is statement ", statement_link(index, s.statement), ".")
    if s.hedge:
        parts += rich(f" The report's own wording stands for {share_range(s.hedge)}.")
    if s.weight < 1:
        parts += rich(
            f" The arm “as reported” takes it with a weight of {s.weight:.3g}, the middle of that range; "
            "the arm “if true” takes it as a fact."
        )
    if s.merged_with:
        parts += rich(" It is the scenario's own event ", foreign(s.merged_with), " and is counted once.")
    return tuple(parts)


def _quotes(s: Shock) -> list[str]:
    """Return the first few different spans that a lever rests on."""
    return list(dict.fromkeys(e.quote for e in s.evidence))[:_QUOTES]


def _fraction(to: float) -> str:
    """Return a fraction of the committed size; above one it is a reinforcement."""
    return "none" if to == 0 else share(to) if to <= 1 else f"{to:g} times"


def _report_grade(index: Index) -> Rich:
    """Return whose report it is, and its grade."""
    r = index.a.report
    if r is None:
        return rich("No report was given; the scenario's own events stand alone.")
    dated = (
        "undated, taken as published on the as-of day"
        if r.undated or r.published is None
        else day(r.published)
    )
    who = foreign(r.source) if r.source else "an unnamed source"
    return rich(
        "Source of the report: ",
        who,
        f" ({dated}), Admiralty grade {r.reliability}. The analysis is “if true”.",
    )


def _log(index: Index) -> list[Block]:
    """Return what an evidence log of several reports added to the state, and what it did not."""
    log = index.a.evidence
    if log is None:
        return []
    text = (
        f"An evidence log of {log.n_reports} reports, {log.n_independent} of them independent, was given. What two independent "
        "sources assert by the as-of day and none denies is taken into the past: "
        + ("nothing." if not log.taken else "")
    )
    blocks: list[Block] = [Para(rich(text))]
    if log.taken:
        blocks.append(Items(tuple(rich(foreign(x)) for x in log.taken)))
    if log.left:
        head = ("Entry", "Kind", "Words of the first report", "Why it did not enter the state")
        rows = tuple(
            (
                rich(foreign(x.statement)),
                rich(foreign(plain(x.kind))),
                rich(quote(x.quote)),
                rich(foreign(x.reason)),
            )
            for x in log.left[:_LOG_ROWS]
        )
        more = f", the first {_LOG_ROWS} of {len(log.left)}" if len(log.left) > _LOG_ROWS else ""
        title = f"What of the log did not enter the state{more}"
        blocks.append(Details(title, (Table("Entries left out", head, rows),)))
    return blocks


def state_section(index: Index, figures: dict[str, Figure]) -> Section:
    """Return the state on the as-of day: sentences, map, timeline."""
    a = index.a
    blocks: list[Block] = [Items(tuple(rich(line) for line in a.state))] if a.state else []
    blocks += _log(index)
    blocks += [figures[k] for k in ("map", "timeline") if k in figures]
    if a.timeline:
        rows = tuple(
            (
                rich(span(t.date, t.date_latest)),
                rich(foreign(t.text)),
                rich(plain(t.kind)),
                rich(t.origin),
                index.cite(t.source),
            )
            for t in sorted(a.timeline, key=lambda t: (t.date, t.date_latest))
        )
        head = ("Date", "What", "Kind", "Known from", "Sources")
        table = Table(f"Events known on {day(a.as_of)}", head, rows)
        long = len(rows) > _LONG_TABLE
        blocks.append(Details(f"All {len(rows)} events", (table,)) if long else table)
    return Section("state", f"State on {day(a.as_of)}", tuple(blocks))
