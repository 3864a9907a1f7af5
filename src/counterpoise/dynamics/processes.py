"""The processes of a day in the order in which the kernel visits them; printed by ``counterpoise explain``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PROCESSES", "REGIONAL", "Process"]


@dataclass(frozen=True)
class Process:
    """One process: what it does, when it runs, its hazard, its streams."""

    name: str
    text: str
    runs: str
    hazard: str
    parameters: tuple[str, ...]
    streams: tuple[str, ...]


PROCESSES: tuple[Process, ...] = (
    Process(
        "loss",
        "the government loses a site; of the capital: the regime ends, by defeat or flight",
        "campaign, each government-held site",
        "exp(site part + common part); the common part holds duration, patrons, case effect, campaign intensity",
        (
            "loss.*",
            "capital.*",
            "campaign.age_days",
            "campaign.ramp_days",
            "surrender.*",
            "sd.case",
            "sd.capital",
            "patron.causal_share_level",
            "patron.causal_share_withdrawn",
            "end.p_flight",
            "campaign.selection",
        ),
        ("loss:SITE", "taker:SITE", "case effect", "mode of end"),
    ),
    Process(
        "recapture",
        "the government retakes a site that rebels hold and that touches its own",
        "campaign, each such site",
        "exp(r0 + v + contact + patrons + momentum + days held)",
        ("recapture.*", "sd.recapture"),
        ("recapture:SITE", "recapture effect"),
    ),
    Process(
        "campaign redraw",
        "campaign intensity is drawn anew",
        "campaign",
        "-ln(1 - 1/21) a day",
        ("intensity.*", "sd.intensity"),
        ("campaign redraw", "campaign intensity"),
    ),
    Process(
        "rescue",
        "a patron intervenes: level at least 2, no withdrawal flag, reinforcement flag, for 180 days",
        "campaign",
        "exp(s0 + s1 momentum of losses)",
        ("rescue.*",),
        ("rescue",),
    ),
    Process(
        "campaign end",
        "the campaign burns out; control is frozen",
        "campaign",
        "constant; times campaign.first_year_burnout in the first year of a campaign under way",
        ("campaign.end_rate", "campaign.first_year_burnout"),
        ("campaign end",),
    ),
    Process(
        "campaign start",
        "a new campaign begins, as a new case with effects of its own",
        "quiet",
        "constant",
        ("campaign.start_rate", "campaign.selection"),
        ("campaign start",),
    ),
    Process(
        "patron exit",
        "a patron drops its client; at level 2 or above it raises the withdrawal flag for 180 days",
        "always, each patron at level 1 or above",
        "constant",
        ("patron.exit_rate",),
        ("patron exit:PATRON",),
    ),
    Process("coup", "the regime ends by coup", "always", "constant", ("coup.rate",), ("coup",)),
    Process(
        "settlement",
        "the regime ends by settlement",
        "always",
        "constant",
        ("settlement.rate",),
        ("settlement",),
    ),
)


#: What the walk through the region draws; it changes the regional ledger and not the theatre.
REGIONAL: tuple[Process, ...] = (
    Process(
        "successor",
        "the successor government keeps each stance of its leaders, or is neutral",
        "once, when the regime ends",
        "probability",
        ("successor.p_keeps_stance",),
        ("successor stance:ACTOR",),
    ),
    Process(
        "bases",
        "a foreign base stays, unless the successor is hostile to its owner",
        "once, when the regime ends",
        "probability",
        ("successor.p_keeps_base",),
        ("base kept:FLOW",),
    ),
    Process(
        "support resumes",
        "an old patron that the successor is friendly to takes its flows up again",
        "after the regime's end",
        "constant",
        ("support.resume_rate",),
        ("support resumes:ACTOR",),
    ),
    Process(
        "reaction",
        "what the scenario lists: hold sites, strike, begin support; each at most once",
        "after the regime's end, or from the as-of day on",
        "the scenario's own rate",
        (),
        ("reaction:REACTION",),
    ),
)
