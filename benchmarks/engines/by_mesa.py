"""The theatre in Mesa, written as its users would: an agent for every site and patron, a step for every day, its own numbers."""

from __future__ import annotations

import math
from typing import Any

import mesa

DECAY = 0.5 ** (1.0 / 7.0)
FLAG_DAYS = 180


class Site(mesa.Agent):
    """A place that somebody holds."""

    def __init__(self, model: Theatre, index: int) -> None:
        super().__init__(model)
        s = model.spec
        self.index, self.holder, self.taken = index, int(s["holder"][index]), int(s["taken"][index])
        self.neighbours = [int(j) for j in s["near"][s["start"][index] : s["start"][index + 1]]]
        self.population_k = float(s["population_k"][index])
        self.threat = s["threat"][index].tolist()
        self.capital = index == s["capital"]
        self.next = self.holder

    def step(self) -> None:
        """Decide what happens to the site today; it takes effect at midnight."""
        model, p = self.model, self.model.p
        held_by = [model.sites[j].holder for j in self.neighbours]
        self.next = self.holder
        if self.holder == 0:
            hostile = sum(model.presses[h] for h in held_by) / len(held_by)
            eta = p["loss.intercept"] + p["loss.any_rebel"] * (hostile > 0) + p["loss.share_rebel"] * hostile
            eta += p["loss.threat"] * max(self.threat[1:])
            eta += p["loss.size"] * math.log(max(self.population_k, 1.0) / 50) / 2
            if self.capital:
                eta += p["loss.capital"] + p["loss.capital_any_rebel"] * (hostile > 0)
                eta += p["loss.capital_lost_share"] * model.lost_share() + model.k
            if model.happens(math.exp(eta + model.common)):
                self.next = self.taker(held_by)
        elif model.presses[self.holder]:
            friendly = held_by.count(0) / len(held_by)
            if friendly > 0:
                eta = model.common_re + p["recapture.share_government"] * friendly
                eta += p["recapture.held"] * math.log(1 + (model.day - self.taken) / 7)
                if model.happens(math.exp(eta)):
                    self.next = 0

    def taker(self, held_by: list[int]) -> int:
        """Who takes the site."""
        model = self.model
        parties = range(1, len(model.takes))
        weight = [(held_by.count(q) + self.threat[q]) * model.takes[q] for q in parties]
        if not any(weight):
            weight = [
                (sum(s.holder == q for s in model.sites) + 1) * model.takes[q] * model.presses[q]
                for q in parties
            ]
        return model.random.choices(parties, weight)[0]


class Patron(mesa.Agent):
    """A patron of the government."""

    def __init__(self, model: Theatre, index: int) -> None:
        super().__init__(model)
        self.index, self.left = index, False

    def level(self, table: Any) -> int:
        """Level of support today."""
        return 0 if self.left else int(table[self.index, self.model.day])

    def step(self) -> None:
        """Leave, perhaps."""
        level = self.level(self.model.spec["level_do"])
        if level > 0 and self.model.happens(self.model.p["patron.exit_rate"]):
            self.model.n_exits += 1
            if level >= 2:
                self.model.flag_until = self.model.day + FLAG_DAYS
            self.left = True


class Theatre(mesa.Model):
    """The theatre."""

    def __init__(self, spec: dict[str, Any], seed: int | None = None) -> None:
        super().__init__(seed=seed)
        self.spec, self.p = spec, spec["p"]
        self.presses, self.takes = spec["presses"].tolist(), spec["takes"].tolist()
        self.sites = list(Site.create_agents(self, len(spec["holder"]), list(range(len(spec["holder"])))))
        self.patrons = list(
            Patron.create_agents(self, len(spec["key_exit"]), list(range(len(spec["key_exit"]))))
        )
        pick = self.random.randrange(len(spec["u"]))
        self.u, self.v, self.k, self.w = (float(spec[x][pick]) for x in "uvkw")
        self.day, self.began, self.campaign, self.selection = 0, 0, True, 0.0
        self.lost = self.back = 0.0
        self.rescue_until = self.flag_until = 0
        self.n_captures = self.n_recaptures = self.n_exits = 0
        self.ended: str | None = None
        self.datacollector = mesa.DataCollector(model_reporters={"lost": lambda m: m.lost_share()})

    def happens(self, hazard: float) -> bool:
        """Whether something with this hazard happens within the day."""
        return self.random.random() < 1.0 - math.exp(-hazard)

    def lost_share(self) -> float:
        """Share of sites that the government does not hold."""
        return sum(s.holder != 0 for s in self.sites) / len(self.sites)

    def patron_support(self) -> tuple[float, float, float]:
        """Sg, WD, RF."""
        s, p = self.spec, self.p
        c, d = p["patron.causal_share_level"], p["patron.causal_share_withdrawn"]
        rescued = self.day <= self.rescue_until
        do, seen = (
            max([2.0 if rescued else 0.0, *(x.level(s[t]) for x in self.patrons)])
            for t in ("level_do", "level_seen")
        )
        if rescued:
            return c * do + (1 - c) * seen, 0.0, 1.0
        if self.day <= self.flag_until:
            return c * do + (1 - c) * seen, 1.0, float(s["rf"][self.day])
        wd = d * float(s["wd_do"][self.day]) + (1 - d) * float(s["wd_seen"][self.day])
        return c * do + (1 - c) * seen, wd, float(s["rf"][self.day])

    def step(self) -> None:
        """Live one day."""
        self.day = int(self.steps)
        p = self.p
        if self.campaign:
            self.fight()
            if self.happens(p["campaign.end_rate"]):
                self.campaign = False
        elif self.happens(p["campaign.start_rate"]):
            self.campaign, self.began, self.selection = True, self.day, p["campaign.selection"]
            self.lost = self.back = 0.0
            self.u, self.v = self.random.gauss(0, p["sd.case"]), self.random.gauss(0, p["sd.recapture"])
            self.w = self.random.gauss(0, p["sd.intensity"])
        self.agents_by_type[Patron].do("step")
        if self.ended is None and self.happens(p["coup.rate"]):
            self.ended = "coup"
        if self.ended is None and self.happens(p["settlement.rate"]):
            self.ended = "settlement"
        self.datacollector.collect(self)
        self.running = self.ended is None

    def fight(self) -> None:
        """Losses and recaptures of a day of campaign."""
        p, (sg, wd, rf) = self.p, self.patron_support()
        sr = float(self.spec["sr"][self.day])
        self.common = self.u + self.selection + self.w
        self.common += p["loss.duration"] * math.log(1 + (self.day - self.began) / 30)
        self.common += p["loss.patron_level"] * sg + p["loss.withdrawn"] * wd + p["loss.reinforced"] * rf
        self.common += p["loss.rebel_patron"] * sr
        self.common_re = p["recapture.intercept"] + self.v + p["recapture.reinforced"] * rf
        self.common_re += p["recapture.patron_level"] * sg + p["recapture.rebel_patron"] * sr
        self.common_re += p["recapture.momentum"] * math.log(1 + 20 * self.lost)
        self.common_re += p["recapture.momentum_government"] * math.log(1 + 20 * self.back)
        self.agents_by_type[Site].do("step")
        self.lost *= DECAY
        self.back *= DECAY
        if self.random.random() < p["intensity.redraw_rate"]:
            self.w = self.random.gauss(0, p["sd.intensity"])
        if self.happens(
            math.exp(p["rescue.intercept"] + p["rescue.momentum"] * math.log(1 + 20 * self.lost))
        ):
            self.rescue_until = self.day + FLAG_DAYS
        for site in self.sites:
            if site.next == site.holder:
                continue
            if site.next == 0:
                self.back += 1 / len(self.sites)
                self.n_recaptures += 1
            else:
                self.lost += 1 / len(self.sites)
                self.n_captures += 1
                if site.capital:
                    self.ended = "flight" if self.random.random() < p["end.p_flight"] else "defeat"
            site.holder, site.taken = site.next, self.day


def run(spec: dict[str, Any], seeds: range, days: int | None = None) -> list[dict[str, Any]]:
    """Run a model for each seed; return how each ended."""
    out = []
    for seed in seeds:
        model = Theatre(spec, seed=seed)
        for _ in range(days or spec["days"]):
            model.step()
            if not model.running:
                break
        out.append(
            {
                "end_day": model.day if model.ended else 0,
                "mode": model.ended or "survives",
                "captures": model.n_captures,
                "recaptures": model.n_recaptures,
            }
        )
    return out
