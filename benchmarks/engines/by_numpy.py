"""The theatre by NumPy: all members at once, day by day. Reads the same random streams as Counterpoise."""

from __future__ import annotations

from typing import Any

import numpy as np

CAPTURE, RECAPTURE, CAMPAIGN_START, CAMPAIGN_END, PATRON_EXIT, RESCUE, REGIME_END = range(7)
DEFEAT, FLIGHT, COUP, SETTLEMENT = 1, 2, 3, 4
FLAG_DAYS = 180
DECAY = 0.5 ** (1.0 / 7.0)
LOW, S32, S11 = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(11)
M0, M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
W0, W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


def philox(key: Any, member: Any, n: Any) -> tuple[Any, Any, Any, Any]:
    """Ten rounds of Philox4x32 on arrays."""
    key, member, n = np.broadcast_arrays(*(np.asarray(x).astype(np.uint64) for x in (key, member, n)))
    c0, c1, c2, c3 = n & LOW, n >> S32, member & LOW, member >> S32
    k0, k1 = key & LOW, key >> S32
    for _ in range(10):
        p0, p1 = M0 * c0, M1 * c2
        c0, c1, c2, c3 = (p1 >> S32) ^ c1 ^ k0, p1 & LOW, (p0 >> S32) ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + W0) & LOW, (k1 + W1) & LOW
    return c0, c1, c2, c3


def uniform(key: Any, member: Any, n: Any) -> Any:
    a, b, _, _ = philox(key, member, n)
    return ((((a << S32) | b) >> S11).astype(float) + 0.5) * (1.0 / 9007199254740992.0)


def exponential(key: Any, member: Any, n: Any) -> Any:
    return -np.log(uniform(key, member, n))


def normal(key: Any, member: Any, n: Any) -> Any:
    a, b, c, d = philox(key, member, n)
    x = ((((a << S32) | b) >> S11).astype(float) + 0.5) * (1.0 / 9007199254740992.0)
    y = ((((c << S32) | d) >> S11).astype(float) + 0.5) * (1.0 / 9007199254740992.0)
    return np.sqrt(-2.0 * np.log(x)) * np.cos(2.0 * np.pi * y)


class Wait:
    """Clocks of one process of the whole theatre, one for each member."""

    def __init__(self, key: Any, n_members: int) -> None:
        self.key, self.member = key, np.arange(n_members)
        self.time, self.rings = np.zeros(n_members), np.zeros(n_members, np.int64)
        self.bell = exponential(key, self.member, 0)

    def pass_day(self, hazard: Any) -> Any:
        """Members that ring; what rang is set anew."""
        self.time += hazard
        rang = np.flatnonzero(self.time >= self.bell)
        if len(rang):
            self.rings[rang] += 1
            self.time[rang] = 0.0
            self.bell[rang] = exponential(self.key, self.member[rang], self.rings[rang])
        return rang


def run(s: dict[str, Any], n_members: int) -> tuple[Any, Any, Any]:
    """Run members 0 to n - 1; return (events as rows of member, day, kind, site, party, loser), end day, end mode."""
    p, single = s["p"], s["single"]
    m, n = n_members, len(s["holder"])
    near = np.zeros((n, n), bool)
    for i in range(n):
        near[i, s["near"][s["start"][i] : s["start"][i + 1]]] = True
    degree = near.sum(axis=1)
    presses, takes, threat = s["presses"].astype(bool), s["takes"].astype(float), s["threat"]
    size = p["loss.size"] * (0.5 * np.log(np.maximum(s["population_k"], 1.0) / 50.0))
    cap = int(s["capital"])
    members = np.arange(m)
    alive, campaign = np.ones(m, bool), np.ones(m, bool)
    holder = np.repeat(s["holder"][None], m, axis=0)
    taken = np.repeat(s["taken"][None].astype(np.int64), m, axis=0)
    clock, clock_re = np.zeros((m, n)), np.zeros((m, n))
    n_loss, n_re = np.zeros((m, n), np.int64), np.zeros((m, n), np.int64)
    bell = exponential(s["key_loss"][None], members[:, None], 0)
    bell_re = exponential(s["key_re"][None], members[:, None], 0)
    rate, ours, share = np.zeros((m, n)), np.zeros((m, n)), np.zeros(m)
    u, v, k, w = (s[x][:m].copy() for x in "uvkw")
    selection, began = np.zeros(m), np.zeros(m, np.int64)
    waits = {x: Wait(single[x], m) for x in ("campaign redraw", "campaign end", "campaign start", "rescue")}
    n_patrons = len(s["key_exit"])
    gone = np.full((m, n_patrons), 1 << 30)
    clock_exit = np.zeros((m, n_patrons))
    bell_exit = exponential(s["key_exit"][None], members[:, None], 0)
    rescued, flag = np.zeros(m, np.int64), np.zeros(m, np.int64)
    lost, back = np.zeros(m), np.zeros(m)
    clock_coup, clock_peace = np.zeros(m), np.zeros(m)
    bell_coup, bell_peace = (exponential(single[x], members, 0) for x in ("coup", "settlement"))
    end_day, end_mode = np.zeros(m, np.int32), np.zeros(m, np.int8)
    redraw = -np.log(1.0 - p["intensity.redraw_rate"])
    log: list[np.ndarray] = []

    def note(who: Any, day: int, kind: int, site: Any = -1, party: Any = -1, loser: Any = -1) -> None:
        log.append(
            np.stack(np.broadcast_arrays(who, day, kind, site, party, loser), axis=-1).astype(np.int32)
        )

    def refresh(r: Any) -> None:
        """Recompute what changes only with control, for some members."""
        h = holder[r]
        share[r] = (h != 0).sum(axis=1) / n
        hostile = presses[h].astype(np.int64) @ near.T.astype(np.int64)
        x = hostile / degree
        eta = p["loss.intercept"] + p["loss.any_rebel"] * (x > 0) + p["loss.share_rebel"] * x
        eta = eta + p["loss.threat"] * threat[:, 1:].max(axis=1) + size
        extra = p["loss.capital"] + p["loss.capital_any_rebel"] * (x[:, cap] > 0)
        eta[:, cap] += extra + p["loss.capital_lost_share"] * share[r] + k[r]
        rate[r] = np.where(h == 0, np.exp(eta), 0.0)
        friendly = (h == 0).astype(np.int64) @ near.T.astype(np.int64)
        ours[r] = np.where((h != 0) & presses[h], friendly / degree, 0.0)

    refresh(members)
    for day in range(1, s["days"] + 1):
        if not alive.any():
            break
        on = alive & campaign
        end_part = np.full(m, 2.0)
        wd_do, wd_seen = np.full(m, float(s["wd_do"][day])), np.full(m, float(s["wd_seen"][day]))
        rf = np.full(m, float(s["rf"][day]))
        wd_do[flag > day] = wd_seen[flag > day] = 1.0
        wd_do[rescued > day] = wd_seen[rescued > day] = 0.0
        rf[rescued > day] = 1.0
        if on.any():
            there = gone > day
            c, d = p["patron.causal_share_level"], p["patron.causal_share_withdrawn"]
            levels = [
                np.where(there, s[x][:, day], 0).max(axis=1).astype(float) for x in ("level_do", "level_seen")
            ]
            do, seen = (np.where(rescued > day, np.maximum(x, 2.0), x) for x in levels)
            sg, wd = c * do + (1.0 - c) * seen, d * wd_do + (1.0 - d) * wd_seen
            sr = float(s["sr"][day])
            eta = (u + selection) + w + p["loss.duration"] * np.log(1.0 + (day - began) / 30.0)
            eta = eta + p["loss.patron_level"] * sg + p["loss.withdrawn"] * wd + p["loss.reinforced"] * rf
            eta = eta + p["loss.rebel_patron"] * sr
            common = np.where(on, np.exp(np.minimum(eta, 600.0)), 0.0)
            eta = (
                p["recapture.intercept"]
                + v
                + p["recapture.reinforced"] * rf
                + p["recapture.patron_level"] * sg
            )
            eta = eta + p["recapture.rebel_patron"] * sr + p["recapture.momentum"] * np.log(1.0 + 20.0 * lost)
            common_re = np.exp(eta + p["recapture.momentum_government"] * np.log(1.0 + 20.0 * back))
            step = rate * common[:, None]
            clock += step
            rows, cols = np.nonzero((clock >= bell) & (step > 0.0))
            new = []
            if len(rows):
                for r in rows[cols == cap]:
                    end_part[r] = (bell[r, cap] - (clock[r, cap] - step[r, cap])) / step[r, cap]
                    who = uniform(single["mode of end"], r, 0)
                    end_mode[r] = FLIGHT if who < p["end.p_flight"] else DEFEAT
                n_loss[rows, cols] += 1
                clock[rows, cols] = 0.0
                bell[rows, cols] = exponential(s["key_loss"][cols], rows, n_loss[rows, cols])
                mark = uniform(s["key_taker"][cols], rows, n_loss[rows, cols])
                new.append(
                    (rows, cols, _takers(holder[rows], near[cols], threat[cols], takes, presses, mark))
                )
            rows, cols = np.nonzero((ours > 0.0) & on[:, None])
            if len(rows):
                age = p["recapture.held"] * np.log(1.0 + (day - taken[rows, cols]) / 7.0)
                own = p["recapture.share_government"] * ours[rows, cols]
                clock_re[rows, cols] += common_re[rows] * np.exp(own + age)
                rang = clock_re[rows, cols] >= bell_re[rows, cols]
                rows, cols = rows[rang], cols[rang]
                n_re[rows, cols] += 1
                clock_re[rows, cols] = 0.0
                bell_re[rows, cols] = exponential(s["key_re"][cols], rows, n_re[rows, cols])
                new.append((rows, cols, np.zeros(len(rows), np.int8)))
            lost[on] *= DECAY
            back[on] *= DECAY
            rang = waits["campaign redraw"].pass_day(np.where(on, redraw, 0.0))
            w[rang] = p["sd.intensity"] * normal(
                single["campaign intensity"], rang, waits["campaign redraw"].rings[rang]
            )
            hazard = np.exp(p["rescue.intercept"] + p["rescue.momentum"] * np.log(1.0 + 20.0 * lost))
            rang = waits["rescue"].pass_day(np.where(on, hazard, 0.0))
            rescued[rang] = day + 1 + FLAG_DAYS
            note(rang, day, RESCUE)
            if new:
                rows, cols, to = (np.concatenate(x) for x in zip(*new, strict=True))
                order = np.lexsort((cols, rows))
                rows, cols, to = rows[order], cols[order], to[order]
                note(rows, day, np.where(to == 0, RECAPTURE, CAPTURE), cols, to, holder[rows, cols])
                np.add.at(back, rows[to == 0], 1.0 / n)
                np.add.at(lost, rows[to != 0], 1.0 / n)
                clock[rows[to == 0], cols[to == 0]] = 0.0
                clock_re[rows[to != 0], cols[to != 0]] = 0.0
                taken[rows, cols], holder[rows, cols] = day, to
                refresh(np.unique(rows))
        quiet = alive & ~campaign
        rang = waits["campaign end"].pass_day(np.where(on, p["campaign.end_rate"], 0.0))
        campaign[rang] = False
        note(rang, day, CAMPAIGN_END)
        rang = waits["campaign start"].pass_day(np.where(quiet, p["campaign.start_rate"], 0.0))
        if len(rang):
            campaign[rang], began[rang] = True, day
            lost[rang] = back[rang] = 0.0
            selection[rang] = p["campaign.selection"]
            nth = waits["campaign start"].rings[rang]
            u[rang] = p["sd.case"] * normal(single["case effect"], rang, nth)
            v[rang] = p["sd.recapture"] * normal(single["recapture effect"], rang, nth)
            waits["campaign redraw"].rings[rang] += 1
            w[rang] = p["sd.intensity"] * normal(
                single["campaign intensity"], rang, waits["campaign redraw"].rings[rang]
            )
            note(rang, day, CAMPAIGN_START)
        for j in range(n_patrons):
            if s["level_do"][j, day] > 0:
                may = alive & (gone[:, j] > day)
                clock_exit[may, j] += p["patron.exit_rate"]
                rang = np.flatnonzero(may & (clock_exit[:, j] >= bell_exit[:, j]))
                gone[rang, j] = day + 1
                if s["level_do"][j, day] >= 2:
                    flag[rang] = day + 1 + FLAG_DAYS
                note(rang, day, PATRON_EXIT, -1, j)
        for clocks, bells, name, mode in (
            (clock_coup, bell_coup, "coup.rate", COUP), (clock_peace, bell_peace, "settlement.rate", SETTLEMENT),
        ):  # fmt: skip
            clocks[alive] += p[name]
            part = (bells - (clocks - p[name])) / p[name]
            first = alive & (clocks >= bells) & (part < end_part)
            end_part[first], end_mode[first] = part[first], mode
        over = np.flatnonzero(end_part < 2.0)
        end_day[over] = day
        note(over, day, REGIME_END, cap, end_mode[over])
        alive[over] = False
    events = np.concatenate(log) if log else np.empty((0, 6), np.int32)
    return events[np.argsort(events[:, 0], kind="stable")], end_day, end_mode


def _takers(holder: Any, near: Any, threat: Any, takes: Any, presses: Any, mark: Any) -> Any:
    """Who takes lost sites, in proportion to contact; without contact, in proportion to sites held."""
    parties = np.arange(len(takes))
    held = holder[:, :, None] == parties
    weight = ((held & near[:, :, None]).sum(axis=1) + threat) * takes
    weight[:, 0] = 0.0
    alone = weight.sum(axis=1) == 0.0
    rest = (held.sum(axis=1) + 1.0) * takes * presses
    rest[:, 0] = 0.0
    weight = np.where(alone[:, None], rest, weight)
    mark = mark * weight.sum(axis=1)
    taker = np.full(len(mark), len(takes) - 1, np.int8)
    found = np.zeros(len(mark), bool)
    for party in parties[1:]:
        mark = mark - weight[:, party]
        here = ~found & (mark < 0.0)
        taker[here], found = party, found | here
    return taker
