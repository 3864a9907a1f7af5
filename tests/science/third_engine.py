"""A third engine: all members at once, day by day, with random numbers of its own and no clocks.

Written from ``docs/model/theatre.md``. Each day every hazard h is met with a fresh exponential R: the process fires where
R < h, at the share R / h of the day. It shares no stream and no code with the kernel or with the reference engine, so only
the distributions can agree. What a specification may add to the model is left out: it is zero unless one does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

KINDS = ("capture", "recapture", "campaign_start", "campaign_end", "patron_exit", "rescue", "regime_end")
MODES = ("survives", "defeat", "flight", "coup", "settlement")
DECAY = 0.5 ** (1 / 7)


class Many:
    """All members of an arm.

    Parameters
    ----------
    latents : mapping
        ``draw``, ``u``, ``v``, ``k``, ``w``: what each member starts with, shape (n_members,).
    """

    def __init__(self, world: Any, arm: str, rng: np.random.Generator, latents: dict[str, Any]) -> None:
        self.world, self.t, self.rng = world, world.theatre, rng
        self.s = world.schedules[world.arms.index(arm)]
        self.draw, self.u, self.v, self.k, self.w = (latents[x].copy() for x in ("draw", "u", "v", "k", "w"))
        self.m, self.n = len(self.draw), len(world.theatre_sites)
        self.p = {s.name: v[self.draw] for s, v in zip(world.draws.specs, world.draws.values.T, strict=True)}
        self.link = np.zeros((self.n, self.n))
        for i in range(self.n):
            self.link[i, self.t.near[self.t.start[i] : self.t.start[i + 1]]] = 1.0
        self.degree = np.maximum(self.link.sum(axis=1), 1.0)
        self.holder = np.repeat(self.t.holder[None].astype(int), self.m, axis=0)
        self.taken = np.repeat(self.t.taken[None], self.m, axis=0)
        self.began = np.full(self.m, self.t.campaign_day)
        self.campaign = self.began <= 0
        self.alive = np.ones(self.m, bool)
        self.selection = np.zeros(self.m)
        self.lost, self.back = (np.full(self.m, x) for x in self._recent())
        self.gone = np.zeros((self.m, self.s.level_do.shape[1]), bool)
        self.rescued, self.flagged = np.zeros(self.m), np.zeros(self.m)
        self.counts = {k: np.zeros(self.m) for k in KINDS}
        self.mode, self.end = np.zeros(self.m, int), np.zeros(self.m, int)

    def _recent(self) -> tuple[float, float]:
        """Shares lost and retaken, halved every seven days, from history."""
        holder, lost, back = self.t.holder_start.copy(), 0.0, 0.0
        for day, site, party in zip(
            self.t.history_day, self.t.history_site, self.t.history_party, strict=True
        ):
            weight = 0.5 ** (-int(day) / 7) / self.n
            back += weight * (party == 0)
            lost += weight * (party != 0 and holder[site] == 0)
            holder[site] = party
        return lost, back

    def fires(self, hazard: Any) -> Any:
        """Share of the day at which each process fires; infinite where it does not."""
        rest = self.rng.exponential(size=np.shape(hazard))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(rest < hazard, rest / hazard, np.inf)

    def level(self, table: Any, day: int) -> Any:
        """Sg."""
        here = np.where(self.gone, 0, table[self.draw, :, day])
        sg = here.sum(axis=1).clip(max=3) if self.s.capped_sum else here.max(axis=1, initial=0)
        return np.where(day <= self.rescued, np.maximum(sg, 2), sg)

    def patrons(self, day: int) -> tuple[Any, Any, Any, Any]:
        """Sg, WD, RF, Sr."""
        g, s, p = self.draw, self.s, self.p
        flags = [x[g, day].astype(float) for x in (s.withdrawn_do, s.withdrawn_observed)]
        flags = [np.where(day <= self.rescued, 0.0, np.where(day <= self.flagged, 1.0, x)) for x in flags]
        rf = np.where(day <= self.rescued, 1.0, s.reinforced_do[g, day])
        c, d = p["patron.causal_share_level"], p["patron.causal_share_withdrawn"]
        sg = c * self.level(s.level_do, day) + (1 - c) * self.level(s.level_observed, day)
        return sg, d * flags[0] + (1 - d) * flags[1], rf, s.rebel_level[g, day]

    def hazards(self, day: int) -> tuple[Any, Any]:
        """Hazards of loss and recapture of all sites [1/day]; 0 where they do not apply."""
        p, t = self.p, self.t
        sg, wd, rf, sr = self.patrons(day)
        press = t.presses[self.holder]
        share = press @ self.link.T / self.degree
        touched = share > 0
        common = p["loss.intercept"] + self.u + self.w + self.selection
        common = common + p["loss.duration"] * np.log(1 + (day - self.began) / 30)
        common = common + p["loss.patron_level"] * sg + p["loss.withdrawn"] * wd
        common = common + p["loss.reinforced"] * rf + p["loss.rebel_patron"] * sr
        eta = (
            common[:, None] + p["loss.any_rebel"][:, None] * touched + p["loss.share_rebel"][:, None] * share
        )
        eta += p["loss.threat"][:, None] * t.threat[:, 1:].max(axis=1, initial=0.0)
        eta += p["loss.size"][:, None] * np.log(np.maximum(t.population_k, 1) / 50) / 2
        lost = (self.holder != 0).mean(axis=1)
        eta[:, t.capital] += p["loss.capital"] + p["loss.capital_lost_share"] * lost + self.k
        eta[:, t.capital] += p["loss.capital_any_rebel"] * touched[:, t.capital]
        ours = (self.holder == 0) @ self.link.T / self.degree
        back = p["recapture.intercept"] + self.v + p["recapture.reinforced"] * rf
        back = back + p["recapture.patron_level"] * sg + p["recapture.rebel_patron"] * sr
        back = back + p["recapture.momentum"] * np.log(1 + 20 * self.lost)
        back = back + p["recapture.momentum_government"] * np.log(1 + 20 * self.back)
        eta_back = back[:, None] + p["recapture.share_government"][:, None] * ours
        eta_back = eta_back + p["recapture.held"][:, None] * np.log(1 + (day - self.taken) / 7)
        fight = self.campaign[:, None]
        return (
            np.where(fight & (self.holder == 0), np.exp(eta), 0.0),
            np.where(fight & (press == 1) & (ours > 0), np.exp(eta_back), 0.0),
        )

    def takers(self) -> Any:
        """Who takes each site if it falls, drawn for all, shape (n_members, n_sites)."""
        t, parties = self.t, range(1, len(self.t.takes))
        near = [((self.holder == o) @ self.link.T + t.threat[:, o]) * t.takes[o] for o in parties]
        weight = np.stack(near, axis=2)
        held = (
            np.stack([(self.holder == o).sum(axis=1) + 1 for o in parties], axis=1)
            * (t.takes * t.presses)[1:]
        )
        weight = np.where(weight.sum(axis=2, keepdims=True) > 0, weight, held[:, None, :])
        reach = weight.cumsum(axis=2)
        return 1 + (self.rng.random(reach.shape[:2])[..., None] * reach[..., -1:] >= reach).sum(axis=2)

    def day(self, day: int) -> None:
        """One day of all members whose regime stands."""
        p, t, rng, on = self.p, self.t, self.rng, self.alive
        fight, quiet = on & self.campaign, on & ~self.campaign
        level = np.where(self.gone, 0, self.s.level_do[self.draw, :, day])
        loss, back = self.hazards(day)
        part = self.fires(np.where(on[:, None], loss, 0.0))
        fell, retaken = np.isfinite(part), np.isfinite(self.fires(np.where(on[:, None], back, 0.0)))
        fled = rng.random(self.m) < p["end.p_flight"]
        ends = [np.where(fled, np.inf, part[:, t.capital]), np.where(fled, part[:, t.capital], np.inf)]
        self.lost, self.back = (np.where(fight, x * DECAY, x) for x in (self.lost, self.back))
        again = fight & (rng.random(self.m) < p["intensity.redraw_rate"])
        self.w = np.where(again, p["sd.intensity"] * rng.normal(size=self.m), self.w)
        eta = p["rescue.intercept"] + p["rescue.momentum"] * np.log(1 + 20 * self.lost)
        saved = fight & np.isfinite(self.fires(np.exp(eta)))
        takers = self.takers()
        self.holder = np.where(fell, takers, np.where(retaken, 0, self.holder))
        self.taken = np.where(fell | retaken, day, self.taken)
        self.lost = self.lost + fell.sum(axis=1) / self.n
        self.back = self.back + retaken.sum(axis=1) / self.n
        first = (self.counts["campaign_start"] == 0) & (day - self.began <= 365)
        burn_out = p["campaign.end_rate"] * np.where(first, p["campaign.first_year_burnout"], 1.0)
        over = fight & np.isfinite(self.fires(burn_out))
        begun = quiet & np.isfinite(self.fires(p["campaign.start_rate"]))
        left = np.isfinite(
            self.fires(np.where(on[:, None] & (level > 0), p["patron.exit_rate"][:, None], 0.0))
        )
        ends += [self.fires(np.where(on, p[f"{x}.rate"], 0.0)) for x in ("coup", "settlement")]
        self.rescued = np.where(saved, day + 180, self.rescued)
        self.flagged = np.where((left & (level >= 2)).any(axis=1), day + 180, self.flagged)
        self.gone |= left
        self._clocks(day, over, begun)
        when = np.stack(ends, axis=1)
        done = on & np.isfinite(when.min(axis=1))
        self.mode, self.end = (
            np.where(done, 1 + when.argmin(axis=1), self.mode),
            np.where(done, day, self.end),
        )
        self.alive = on & ~done
        for kind, x in zip(KINDS, (fell, retaken, begun, over, left, saved, done), strict=True):
            self.counts[kind] += x.reshape(self.m, -1).sum(axis=1)

    def _clocks(self, day: int, over: Any, begun: Any) -> None:
        """Campaigns that ended, and those that began as new cases."""
        p, rng = self.p, self.rng
        self.campaign = (self.campaign & ~over) | begun
        self.began = np.where(begun, day, self.began)
        self.lost, self.back = (np.where(begun, 0.0, x) for x in (self.lost, self.back))
        self.selection = np.where(begun, p["campaign.selection"], self.selection)
        for name, sd in (("u", "sd.case"), ("v", "sd.recapture"), ("w", "sd.intensity")):
            setattr(self, name, np.where(begun, p[sd] * rng.normal(size=self.m), getattr(self, name)))

    def run(self) -> None:
        """Live to the end or the horizon."""
        for day in range(1, self.world.horizon + 1):
            self.day(day)
