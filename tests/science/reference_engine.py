"""The engine once more, to be read rather than to be fast: one member, plain loops, names in place of positions.

Written from ``docs/model/theatre.md``. It shares with the program the random streams (by their names) and the compiled
arrays of the `World`, and nothing else: covariates, hazards, the order of a day and the coupling are written out anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Any

from counterpoise.streams import exponential, normal, stream_key, uniform

FLAG_DAYS = 180
GOVERNMENT = 0


@dataclass
class Latents:
    """What a member starts with: the number of its parameter draw and its effects."""

    draw: int
    u: float
    v: float
    k: float
    w: float


class Clock:
    """Waits on unit exponentials of a named stream in internal time; a ring starts the next wait at zero."""

    def __init__(self, seed: int, name: str, member: int) -> None:
        self.key, self.member, self.rings, self.time = stream_key(seed, name), member, 0, 0.0
        self.bell = exponential(self.key, member, 0)
        #: How near to its end the wait ever was at a midnight: nearer than rounding, and the day is a toss-up.
        self.closest = inf

    def ring(self, hazard: float) -> float | None:
        """Let one day with this hazard pass; the share of the day at which it rings, or None."""
        bell, before = self.bell, self.time
        self.time += hazard
        self.closest = min(self.closest, abs(self.time - bell))
        if self.time < bell:
            return None
        self.rings, self.time = self.rings + 1, 0.0
        self.bell = exponential(self.key, self.member, self.rings)
        return (bell - before) / hazard


class Engine:
    """One member of one arm."""

    def __init__(self, world: Any, arm: str, member: int, seed: int, latents: Latents) -> None:
        self.world, self.seed, self.member, self.x = world, seed, member, latents
        self.schedule = world.schedules[world.arms.index(arm)]
        spec = world.draws.specs
        self.p = {s.name: float(v) for s, v in zip(spec, world.draws.values[latents.draw], strict=True)}
        t = world.theatre
        self.n = len(world.theatre_sites)
        self.near = [[int(j) for j in t.near[t.start[i] : t.start[i + 1]]] for i in range(self.n)]
        self.holder = [int(h) for h in t.holder]
        self.taken = [int(d) for d in t.taken]
        self.began = int(t.campaign_day)
        if world.starts_campaign[world.arms.index(arm)] and self.began > 0:
            self.began = 0
        self.campaign = self.began <= 0
        self.selection = 0.0
        self.gone: dict[int, int] = {}
        self.dropped: dict[int, int] = {}
        self.given = 0.0
        self.rescue_until = self.exit_flag_until = 0
        self.lost, self.back = self._recent()
        names = world.theatre_sites
        self.loss = [Clock(seed, f"loss:{s}", member) for s in names]
        self.recapture = [Clock(seed, f"recapture:{s}", member) for s in names]
        self.exit = [Clock(seed, f"patron exit:{p}", member) for p in world.patrons]
        self.single = {
            name: Clock(seed, name, member)
            for name in ("campaign redraw", "campaign start", "campaign end", "rescue", "coup", "settlement")
        }
        self.log: list[tuple[int, str, str, int]] = []

    def _recent(self) -> tuple[float, float]:
        """Shares lost and retaken, halved every seven days, from history."""
        t, shares = self.world.theatre, [0.0, 0.0]
        holder = list(t.holder_start)
        for day, site, party in zip(t.history_day, t.history_site, t.history_party, strict=True):
            if party == GOVERNMENT or holder[site] == GOVERNMENT:
                shares[1 if party == GOVERNMENT else 0] += 0.5 ** (-int(day) / 7.0) / self.n
            holder[site] = party
        return shares[0], shares[1]

    @property
    def closest(self) -> float:
        """How near any wait was to its end at any midnight."""
        clocks = [*self.loss, *self.recapture, *self.exit, *self.single.values()]
        return min(c.closest for c in clocks)

    def _draw(self, name: str, n: int) -> float:
        return float(normal(stream_key(self.seed, name), self.member, n))

    def levels(self, table: Any, day: int) -> list[int]:
        """Levels of the patrons that have not gone, less what they dropped."""
        there = [j for j in range(table.shape[1]) if self.gone.get(j, inf) > day]
        return [max(0, int(table[self.x.draw, j, day]) - self.dropped.get(j, 0)) for j in there]

    def kinds(self, table: Any, levels: Any, day: int) -> set[str]:
        """Kinds of support that some patron gives; one that dropped keeps what its new level allows."""
        found: set[str] = set()
        for j in range(table.shape[1]):
            if self.gone.get(j, inf) <= day:
                continue
            bits, down = int(table[self.x.draw, j, day]), self.dropped.get(j, 0)
            left = int(levels[self.x.draw, j, day]) - down
            needs = {"troops": (1, 3), "air": (2, 2), "advisers": (4, 2), "arms": (8, 1)}
            found |= {k for k, (b, least) in needs.items() if bits & b and (not down or left >= least)}
        return found

    def more(self, day: int) -> float:
        """What a specification may add to the log-hazard of loss of all sites."""
        p, s = self.p, self.schedule
        c = p["patron.causal_share_level"]
        do, seen = self.levels(s.level_do, day), self.levels(s.level_observed, day)
        beyond = [min(3, sum(x) - max(x, default=0)) for x in (do, seen)]
        eta = p["loss.momentum"] * log(1 + 20 * self.lost)
        traits = ("era", "deaths_trend", "coups", "soviet_sponsor", "income", "people")
        eta += sum(
            p[f"loss.{name}"] * x for name, x in zip(traits, self.world.theatre.background, strict=True)
        )
        eta += p["loss.contagion"] * min(log(1 + 20 * self.given), p["surrender.cap"])
        eta += p["loss.more_patrons"] * (c * beyond[0] + (1 - c) * beyond[1])
        here, known = (
            self.kinds(s.kinds_do, s.level_do, day),
            self.kinds(s.kinds_observed, s.level_observed, day),
        )
        for kind in ("troops", "air", "advisers", "arms"):
            eta += p[f"loss.support_{kind}"] * (c * (kind in here) + (1 - c) * (kind in known))
        return eta

    def level(self, table: Any, day: int) -> float:
        """Sg: the highest level over patrons that have not gone (or their sum, at most 3)."""
        here = self.levels(table, day)
        sg = float(min(3, sum(here)) if self.schedule.capped_sum else max(here, default=0))
        return max(sg, 2.0) if day <= self.rescue_until else sg

    def patrons(self, day: int) -> tuple[float, float, float, float]:
        """Sg, WD, RF, Sr as they enter the hazards."""
        s, g, p = self.schedule, self.x.draw, self.p
        wd_do, wd_seen = float(s.withdrawn_do[g, day]), float(s.withdrawn_observed[g, day])
        rf = float(s.reinforced_do[g, day])
        if day <= self.exit_flag_until:
            wd_do = wd_seen = 1.0
        if day <= self.rescue_until:
            wd_do, wd_seen, rf = 0.0, 0.0, 1.0
        c_sg, c_wd = p["patron.causal_share_level"], p["patron.causal_share_withdrawn"]
        sg = c_sg * self.level(s.level_do, day) + (1 - c_sg) * self.level(s.level_observed, day)
        return sg, c_wd * wd_do + (1 - c_wd) * wd_seen, rf, float(s.rebel_level[g, day])

    def loss_hazard(self, i: int, day: int) -> float:
        """Hazard of loss of a government-held site [1/day]."""
        p, t, x = self.p, self.world.theatre, self.x
        sg, wd, rf, sr = self.patrons(day)
        rebels = [j for j in self.near[i] if t.presses[self.holder[j]]]
        share = len(rebels) / len(self.near[i]) if self.near[i] else 0.0
        eta = p["loss.intercept"] + x.u + self.selection + x.w
        eta += p["loss.any_rebel"] * bool(rebels) + p["loss.share_rebel"] * share
        eta += p["loss.threat"] * max([0.0, *t.threat[i, 1:]])
        eta += p["loss.size"] * log(max(t.population_k[i], 1.0) / 50) / 2
        ramp = 1 - exp(-(day - self.began) / p["campaign.ramp_days"])
        eta += (
            p["loss.duration"] * log(1 + (day - self.began) / p["campaign.age_days"]) + p["loss.ramp"] * ramp
        )
        eta += p["loss.patron_level"] * sg + p["loss.withdrawn"] * wd
        eta += p["loss.reinforced"] * rf + p["loss.rebel_patron"] * sr
        if i == t.capital:
            lost = sum(h != GOVERNMENT for h in self.holder) / self.n
            eta += p["loss.capital"] + p["loss.capital_any_rebel"] * bool(rebels)
            eta += p["loss.capital_lost_share"] * lost + x.k
            core = [j for j in range(self.n) if t.core[j]]
            gone = sum(self.holder[j] != GOVERNMENT for j in core) / len(core) if core else 0.0
            eta += p["loss.capital_core_lost"] * gone
            eta += (
                p["capital.patron_level"] * sg + p["capital.withdrawn"] * wd + p["capital.rebel_patron"] * sr
            )
            eta += p["capital.ramp"] * ramp
            eta += p["capital.duration"] * log(1 + (day - self.began) / p["campaign.age_days"]) + p[
                "capital.intensity"
            ] * (x.u + x.w)
        return exp(eta + p["loss.core"] * t.core[i] + self.more(day))

    def recapture_hazard(self, i: int, day: int) -> float:
        """Hazard that the government retakes a site from a rebel [1/day]; 0 where it does not touch it."""
        p = self.p
        ours = sum(self.holder[j] == GOVERNMENT for j in self.near[i])
        if not ours or not self.world.theatre.presses[self.holder[i]]:
            return 0.0
        sg, _, rf, sr = self.patrons(day)
        eta = p["recapture.intercept"] + self.x.v + p["recapture.share_government"] * ours / len(self.near[i])
        eta += p["recapture.reinforced"] * rf + p["recapture.patron_level"] * sg
        eta += p["recapture.rebel_patron"] * sr + p["recapture.momentum"] * log(1 + 20 * self.lost)
        eta += p["recapture.momentum_government"] * log(1 + 20 * self.back)
        return exp(eta + p["recapture.held"] * log(1 + (day - self.taken[i]) / 7))

    def taker(self, i: int) -> int:
        """Who takes a lost site: in proportion to contact, else to sites held."""
        t = self.world.theatre
        opponents = range(1, len(t.takes))
        weight = {
            o: (sum(self.holder[j] == o for j in self.near[i]) + t.threat[i, o]) * t.takes[o]
            for o in opponents
        }
        if not any(weight.values()):
            weight = {o: (self.holder.count(o) + 1) * int(t.takes[o]) * int(t.presses[o]) for o in opponents}
        name = self.world.theatre_sites[i]
        mark = uniform(stream_key(self.seed, f"taker:{name}"), self.member, self.loss[i].rings)
        mark *= sum(weight.values())
        for o in opponents:
            mark -= weight[o]
            if mark < 0:
                return o
        return opponents[-1]

    def fight(self, day: int) -> list[tuple[float, str]]:
        """A day of a campaign; return the ends of the regime that fell into it."""
        ends, changes = [], {}
        for i in range(self.n):
            if self.holder[i] == GOVERNMENT:
                part = self.loss[i].ring(self.loss_hazard(i, day))
                if part is not None:
                    changes[i] = self.taker(i)
                    if i == self.world.theatre.capital:
                        who = uniform(stream_key(self.seed, "mode of end"), self.member, 0)
                        ends.append((part, "flight" if who < self.p["end.p_flight"] else "defeat"))
            elif (hazard := self.recapture_hazard(i, day)) > 0.0 and self.recapture[i].ring(
                hazard
            ) is not None:
                changes[i] = GOVERNMENT
        self.lost *= 0.5 ** (1 / 7)
        self.back *= 0.5 ** (1 / 7)
        self.given *= 0.5 ** (1 / 7)
        if self.single["campaign redraw"].ring(-log(1 - self.p["intensity.redraw_rate"])) is not None:
            self.intensity()
        eta = self.p["rescue.intercept"] + self.p["rescue.momentum"] * log(1 + 20 * self.lost)
        hazard = exp(eta + self.p["rescue.lost_share"] * sum(h != GOVERNMENT for h in self.holder) / self.n)
        if self.single["rescue"].ring(hazard) is not None:
            self.rescue_until = day + FLAG_DAYS
            self.log.append((day, "rescue", "", -1))
        for i, party in changes.items():
            self.log.append((day, "capture" if party else "recapture", self.world.theatre_sites[i], party))
            (self.recapture if party else self.loss)[i].time = 0.0
            if party:
                self.lost += 1 / self.n
                name = self.world.theatre_sites[i]
                mark = uniform(stream_key(self.seed, f"surrender:{name}"), self.member, self.loss[i].rings)
                self.given += (mark < self.p["surrender.p"] and self.holder[i] == GOVERNMENT) / self.n
            else:
                self.back += 1 / self.n
            self.holder[i], self.taken[i] = party, day
        of_a_case = self.single["campaign start"].rings == 0 and day - self.began <= 365
        burn_out = self.p["campaign.end_rate"] * (self.p["campaign.first_year_burnout"] if of_a_case else 1)
        if self.single["campaign end"].ring(burn_out) is not None:
            self.campaign = False
            self.log.append((day, "campaign_end", "", -1))
        return ends

    def intensity(self, fresh: bool = False) -> None:
        """Draw the campaign's intensity anew; waits and intensities of the redraw share one number."""
        bell = self._draw("campaign intensity", self.single["campaign redraw"].rings)
        skew = self.p["intensity.skew"]
        new = self.p["sd.intensity"] * ((1 - exp(-skew * bell)) / skew if skew else bell)
        kept = 0.0 if fresh else self.p["intensity.memory"]
        self.x.w = kept * self.x.w + sqrt(1 - kept**2) * new

    def rest(self, day: int) -> None:
        """A quiet day."""
        clock = self.single["campaign start"]
        if clock.ring(self.p["campaign.start_rate"]) is not None:
            self.campaign, self.began, self.lost, self.back, self.given = True, day, 0.0, 0.0, 0.0
            self.selection = self.p["campaign.selection"]
            self.x.u = self.p["sd.case"] * self._draw("case effect", clock.rings)
            self.x.v = self.p["sd.recapture"] * self._draw("recapture effect", clock.rings)
            self.single["campaign redraw"].rings += 1
            self.intensity(fresh=True)
            self.log.append((day, "campaign_start", "", -1))

    def run(self) -> tuple[list[tuple[int, str, str, int]], int, str]:
        """Live to the end or the horizon: (log, day of end, mode)."""
        capital = self.world.theatre_sites[self.world.theatre.capital]
        for day in range(1, self.world.horizon + 1):
            ends = []
            lost = log(1 + 20 * self.lost) if self.campaign else 0.0
            share = sum(h != GOVERNMENT for h in self.holder) / self.n
            if self.campaign:
                ends = self.fight(day)
            else:
                self.rest(day)
            for j, clock in enumerate(self.exit):
                there = int(self.schedule.level_do[self.x.draw, j, day]) - self.dropped.get(j, 0)
                if there <= 0 or j in self.gone:
                    continue
                eta = self.p["exit.level"] * (there - 1) + self.p["exit.lost_share"] * share
                if clock.ring(self.p["patron.exit_rate"] * exp(eta + self.p["exit.momentum"] * lost)) is None:
                    continue
                size = uniform(
                    stream_key(self.seed, f"patron drop:{self.world.patrons[j]}"),
                    self.member,
                    clock.rings - 1,
                )
                if size < self.p["exit.p_total"]:
                    self.gone[j] = day + 1
                else:
                    self.dropped[j] = self.dropped.get(j, 0) + 1
                if there >= 2:
                    self.exit_flag_until = day + FLAG_DAYS
                self.log.append((day, "patron_exit", "", j))
            for mode in ("coup", "settlement"):
                part = self.single[mode].ring(self.p[f"{mode}.rate"])
                if part is not None:
                    ends.append((part, mode))
            if ends:
                _, mode = min(ends, key=lambda e: e[0])
                self.log.append((day, "regime_end", capital, -1))
                return self.log, day, mode
        return self.log, 0, "survives"
