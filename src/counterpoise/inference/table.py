"""The design table: replayed cases as arrays for the likelihood. NumPy only; what is constant is kept once.

Control changes only with events, so the site part of a hazard is kept once for each stretch of constant control (segment), rows
that are equal with their number. The part that all sites share changes by the day. Quiet days of one segment are put together in
steps of at most `STEP` days, whose hazards are summed day by day; only where in the step campaign intensity may be
redrawn is rounded (``docs/model/fit.md`` says by how much that moves the likelihood). A day with a loss is a step of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.design import (
    CAPITAL,
    EXIT,
    LOSS,
    RECAPTURE,
    RESCUE,
    SHAPES,
    capital_rows,
    exit_rows,
    loss_common_rows,
    loss_site_rows,
    recapture_common_rows,
    recapture_site_rows,
    rescue_rows,
)
from counterpoise.dynamics.kernel import DECAY
from counterpoise.dynamics.world import Theatre
from counterpoise.inference.replay import Log, Replay

__all__ = ["STEP", "Table", "make_table"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

#: Most quiet days in a step of the forward algorithm.
STEP = 7


@dataclass(frozen=True)
class Table:
    """Everything that the likelihood reads. Sequences are the logs of all cases, one after the other.

    Parameters
    ----------
    sequence_case : ndarray, shape (n_sequences,)
        Case of each log.
    row_x, row_n, row_segment : ndarray, shapes (n_rows, n_loss), (n_rows,), (n_rows,)
        Site parts of the hazard of loss without the capital, with their number in each segment.
    capital_x : ndarray, shape (n_segments, n_loss)
        Site part of the capital's hazard in each segment.
    day_x, day_step : ndarray, shapes (n_days, n_loss), (n_days,)
        Common part of the hazard of loss on each day, and the step that the day is in.
    day_capital_x : ndarray, shape (n_days, n_capital)
        What a specification may add to the capital's hazard on each day.
    step_segment, step_days, step_sequence : ndarray, shape (n_steps,)
    fell_x, fell_step, fell_given : ndarray, shapes (n_losses, n_loss), (n_losses,), (n_losses,)
        Whole row of each site that was lost, but the capital; 1 where it was given up without a fight.
    end_x, end_capital_x, end_step : ndarray, shapes (n_ends, n_loss), (n_ends, n_capital), (n_ends,)
        Whole row of each capital that was lost.
    re_x, re_sequence, re_day : ndarray
        One row for each rebel-held site that touches the government's on each day of its log.
    back_x, back_sequence, back_day : ndarray
        Rows of the sites that were retaken.
    exit_x, exit_sequence, exit_fired, exit_total : ndarray
        One row for each patron with support on each day, whether it dropped a level on it, and whether to nothing.
    rescue_x, rescue_sequence, rescue_fired : ndarray
        One row for each day, and whether a patron rose to level 2 or above on it.
    campaign_days, campaign_ends : ndarray, shape (n_sequences,)
    ignored : int
        Changes of control that the model has no process for: from one opponent to another.
    """

    cases: tuple[str, ...]
    sequence_case: I64
    row_x: F64
    row_n: F64
    row_segment: I64
    capital_x: F64
    day_x: F64
    day_capital_x: F64
    day_step: I64
    step_segment: I64
    step_days: F64
    step_sequence: I64
    fell_x: F64
    fell_step: I64
    fell_given: F64
    end_x: F64
    end_capital_x: F64
    end_step: I64
    re_x: F64
    re_sequence: I64
    re_day: I64
    back_x: F64
    back_sequence: I64
    back_day: I64
    exit_x: F64
    exit_sequence: I64
    exit_fired: F64
    exit_total: F64
    rescue_x: F64
    rescue_sequence: I64
    rescue_fired: F64
    campaign_days: F64
    campaign_ends: F64
    ignored: int


def make_table(replays: Sequence[Replay], parameters: F64, step: int = STEP) -> Table:
    """Put the logs of all cases into one table.

    Parameters
    ----------
    parameters : ndarray, shape (n_parameters,)
        Of which those are read that shape a covariate (`counterpoise.dynamics.design.SHAPES`).
    step : int
        Most quiet days in a step.
    """
    shapes = np.zeros_like(parameters)
    shapes[SHAPES] = parameters[SHAPES]
    made = _Maker(step, shapes)
    for number, case in enumerate(replays):
        for log in case.logs:
            made.add(number, case, log)
    return made.table(tuple(r.id for r in replays))


class _Memory(NamedTuple):
    """What midnight remembers on each day, shape (n_days,); and changes that the model has no process for."""

    lost: F64
    retaken: F64
    surrendered: F64
    share: F64
    ignored: int


def _memory(t: Theatre, log: Log) -> _Memory:
    """Walk through the changes of control for the shares lost, retaken and given up lately, as the engine does."""
    n_sites = t.holder.shape[0]
    holder = t.holder.copy()
    lost, back, given, share = (np.zeros(log.n_days) for _ in range(4))
    now = np.zeros(3)
    first = ignored = 0
    for day in range(log.n_days):
        lost[day], back[day], given[day] = now
        share[day] = np.count_nonzero(holder) / n_sites
        now *= DECAY
        stop = int(np.searchsorted(log.day, day, side="right"))
        for e in range(first, stop):
            s, party = int(log.site[e]), int(log.party[e])
            if party == 0 and holder[s] != 0:
                now[1] += 1.0 / n_sites
            elif party != 0 and holder[s] == 0:
                now[0] += 1.0 / n_sites
                now[2] += log.surrender[e] / n_sites
            else:
                ignored += 1
            holder[s] = party
        first = stop
    return _Memory(lost, back, given, share, ignored)


class _Maker:
    """Collects rows; every method adds those of one log."""

    def __init__(self, step: int, shapes: F64) -> None:
        self.step, self.shapes = step, shapes
        self.rows: dict[str, list[NDArray[np.float64]]] = {}
        self.n = {"sequence": 0, "segment": 0, "step": 0}
        self.ignored = 0

    def put(self, name: str, value: object) -> None:
        """Keep one block of rows."""
        self.rows.setdefault(name, []).append(np.asarray(value, dtype=float))

    def add(self, number: int, case: Replay, log: Log) -> None:
        """Walk through one log day by day, as the filter does."""
        t = case.theatre
        memory = _memory(t, log)
        self.ignored += memory.ignored
        common = loss_common_rows(t, log.observed, memory.lost, memory.surrendered, self.shapes, LOSS)
        extra = capital_rows(log.observed, self.shapes, CAPITAL)
        holder = t.holder.copy()
        # The theatre counts from the eve of the campaign, the replay from its first day.
        taken = t.taken.astype(np.int64) - 1
        x, ours = loss_site_rows(t, holder, LOSS)
        self._segment(x, holder, t.capital)
        touching: list[tuple[int, float, int]] = []
        retaken: list[tuple[int, float, int]] = []
        longest = self._longest(log)
        open_step, length, first = -1, 0, 0
        for day in range(log.n_days):
            stop = int(np.searchsorted(log.day, day, side="right"))
            today = range(first, stop)
            first = stop
            fell = [e for e in today if log.party[e] != 0 and holder[log.site[e]] == 0]
            home = {int(log.site[e]) for e in today if log.party[e] == 0}
            last = log.ended and day == log.n_days - 1
            if open_step < 0 or length >= longest[day] or fell or last:
                open_step, length = self._open(), 0
            self.put("day_step", [open_step])
            length += 1
            self.rows["step_days"][open_step] = np.array([float(length)])
            for e in fell:
                self.put("fell_x", (x[log.site[e]] + common[day])[None])
                self.put("fell_step", [open_step])
                self.put("fell_given", [log.surrender[e]])
            if last:
                self.put("end_x", (x[t.capital] + common[day])[None])
                self.put("end_capital_x", extra[day][None])
                self.put("end_step", [open_step])
            for s in np.nonzero(ours > 0.0)[0].tolist():
                row = (day, float(ours[s]), day - int(taken[s]))
                touching.append(row)
                if s in home:
                    retaken.append(row)
            changed = False
            for e in today:
                s, party = int(log.site[e]), int(log.party[e])
                if holder[s] != party:
                    taken[s], holder[s], changed = day, party, True
            if changed and day < log.n_days - 1:
                x, ours = loss_site_rows(t, holder, LOSS)
                self._segment(x, holder, t.capital)
            if changed or fell or last:
                open_step = -1
        self.put("day_x", common)
        self.put("day_capital_x", extra)
        self._recapture(log, memory, touching, retaken)
        self._patrons(log, memory)
        self.put("campaign_days", [log.n_days])
        self.put("campaign_ends", [float(log.burnt_out)])
        self.put("sequence_case", [number])
        self.n["sequence"] += 1

    def _longest(self, log: Log) -> I64:
        """Most days of a step on each day: short near an event, where a redraw is most likely, longer away from it."""
        events = np.unique(np.append(log.day, log.n_days - 1) if log.ended else log.day)
        if not len(events):
            return np.full(log.n_days, self.step, dtype=np.int64)
        days = np.arange(log.n_days)
        far = np.abs(days[:, None] - events).min(axis=1) // 2
        short: I64 = np.clip(far, 1, self.step)
        return short

    def _segment(self, x: F64, holder: NDArray[np.int8], capital: int) -> None:
        """Open a stretch of constant control."""
        others = [i for i in range(holder.shape[0]) if holder[i] == 0 and i != capital]
        rows, counts = np.unique(x[others], axis=0, return_counts=True)
        self.put("row_x", rows)
        self.put("row_n", counts)
        self.put("row_segment", np.full(len(rows), self.n["segment"]))
        self.put("capital_x", x[capital][None])
        self.n["segment"] += 1

    def _open(self) -> int:
        """Open a step in the newest segment."""
        self.put("step_segment", [self.n["segment"] - 1])
        self.put("step_sequence", [self.n["sequence"]])
        self.rows.setdefault("step_days", []).append(np.zeros(1))
        self.n["step"] += 1
        return self.n["step"] - 1

    def _recapture(
        self,
        log: Log,
        memory: _Memory,
        touching: Sequence[tuple[int, float, int]],
        retaken: Sequence[tuple[int, float, int]],
    ) -> None:
        """Rows of what could be retaken, and of what was."""
        o = log.observed
        common = recapture_common_rows(
            o.level, o.reinforced, o.rebel_level, memory.lost, memory.retaken, RECAPTURE
        )
        for name, rows in (("re", touching), ("back", retaken)):
            if not rows:
                continue
            table = np.array(rows, dtype=float)
            site = recapture_site_rows(table[:, 1].copy(), table[:, 2].copy(), RECAPTURE)
            self.put(f"{name}_x", common[table[:, 0].astype(np.int64)] + site)
            self.put(f"{name}_sequence", np.full(len(rows), self.n["sequence"]))
            self.put(f"{name}_day", table[:, 0])

    def _patrons(self, log: Log, memory: _Memory) -> None:
        """Patrons with support and whether they dropped; days and whether a patron rose to level 2 or above."""
        level = log.patron_level.astype(np.int64)
        change = np.diff(level, axis=1)
        who, day = np.nonzero(level[:, :-1] > 0)
        if len(day):
            at = level[who, day]
            dropped = change[who, day] < 0
            self.put("exit_x", exit_rows(at.astype(float), memory.share[day], memory.lost[day], EXIT))
            self.put("exit_fired", dropped)
            self.put("exit_total", dropped & (level[who, day + 1] == 0))
            self.put("exit_sequence", np.full(len(day), self.n["sequence"]))
        rose = ((change > 0) & (level[:, 1:] >= 2)).any(axis=0)
        if log.n_days > 1:
            # As in the engine: the memory of losses has decayed by a day, and does not hold the day's own.
            rows = rescue_rows(memory.share[:-1], memory.lost[:-1] * DECAY, RESCUE)
            self.put("rescue_x", rows)
            self.put("rescue_fired", rose)
            self.put("rescue_sequence", np.full(log.n_days - 1, self.n["sequence"]))

    def table(self, cases: tuple[str, ...]) -> Table:
        """Put the blocks together."""
        wide = {"row_x": len(LOSS), "capital_x": len(LOSS), "day_x": len(LOSS), "fell_x": len(LOSS), "end_x":
        len(LOSS), "day_capital_x": len(CAPITAL), "end_capital_x": len(CAPITAL),
                "re_x": len(RECAPTURE), "back_x": len(RECAPTURE), "exit_x": len(EXIT), "rescue_x": len(RESCUE)}  # fmt: skip
        out: dict[str, object] = {"cases": cases, "ignored": self.ignored}
        for name, kind in Table.__annotations__.items():
            if name in out:
                continue
            shape = (0, wide[name]) if name in wide else (0,)
            found = np.concatenate([np.zeros(shape), *self.rows.get(name, [])])
            out[name] = found.astype(np.int64) if "I64" in str(kind) else found
        return Table(**out)  # type: ignore[arg-type]
