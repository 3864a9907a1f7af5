"""What would have to be true for an actor not to lose: which assumed numbers, moved how far, flip the answer.

One number at a time is moved to the ends of its 90 % range, in every draw, and the contrast is computed anew; where its sign
changes, the value at which it does is found by halving. Numbers that the theatre's hazards use draw the futures anew under the
same random numbers; the others are measured anew on the same futures. In the end all numbers are moved to their better ends at
once: if even that does not flip the answer, no assumed number within its range does.

Candidates are the assumed numbers whose draws go with the contrast most (rank correlation). Weakest assumption: numbers that
matter only together may be missed in the table of single numbers; the last line is there for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.regional import LESS_IS_GAIN, UNITS, actor_values, largest_level, tolerance
from counterpoise.assessment.statistics import estimate
from counterpoise.assessment.study import EVENT, QUO, Study, again
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Regional
from counterpoise.scenario.figures import Figure

__all__ = ["CANDIDATES", "Knob", "flip_table", "knobs_of"]

F64 = NDArray[np.float64]
#: Numbers that are tried.
CANDIDATES = 12
#: Rank correlation, in standard errors, from which a figure that is not the actor's own is tried.
STANDS_OUT = 3.5
#: Halvings of the range in the search for the value at which the answer flips.
HALVINGS = 4
#: Groups of parameters that only the walk through the region reads.
REGIONAL = (
    "conduit.",
    "successor.",
    "stock.",
    "threat.",
    "influence.",
    "interdiction.",
    "closure.",
    "support.",
)


@dataclass(frozen=True)
class Knob:
    """One number of a world that differs between draws.

    Parameters
    ----------
    simulate : bool
        Whether the theatre reads it.
    read, write : callable
        Its draws in a world, and a world in which it has one value in every draw.
    """

    name: str
    text: str
    unit: str
    standing: str
    simulate: bool
    read: Callable[[World], F64]
    write: Callable[[World, float], World]


def knobs_of(study: Study) -> list[Knob]:
    """Return every assumed number of a study that is drawn."""
    world, scenario = study.world, study.scenario
    out = [
        Knob(
            spec.name, spec.text, spec.unit, spec.standing, not spec.name.startswith(REGIONAL),
            *_column("draws", NAMES.index(spec.name)),
        )
        for spec in world.draws.specs
    ]  # fmt: skip
    flows = {f.id: f for f in scenario.flows}
    for i, name in enumerate(world.flows):
        flow = flows[name]
        text = f"{study.name(flow.sender)} to {study.name(flow.recipient)}, {flow.kind.replace('_', ' ')}"
        out.append(_of_figure(f"flows.{name}.size", f"{text}: size", flow.size, "flow_size", i))
        if flow.escort is not None:
            out.append(
                _of_figure(
                    f"flows.{name}.escort",
                    f"{text}: rests on its escort",
                    flow.escort.share,
                    "escort_share",
                    i,
                )
            )
    for i, route in enumerate(scenario.routes):
        text = f"{study.name(route.a)} - {study.name(route.b)} ({route.mode}): capacity"
        out.append(_of_figure(f"routes.{route.id}.capacity", text, route.capacity, "drawn.leg_capacity", i))
    for i, stock in enumerate(scenario.stocks):
        for field in ("stock", "reserve", "dependence"):
            figure = stock.level if field == "stock" else getattr(stock, field)
            name = f"stocks.{stock.actor}.{stock.kind}.{'level' if field == 'stock' else field}"
            out.append(
                _of_figure(
                    name, f"{study.name(stock.actor)}: {name.split('.')[-1]}", figure, f"drawn.{field}", i
                )
            )
    for i, reaction in enumerate(scenario.reactions):
        text = f"{study.name(reaction.actor)}: {reaction.id.replace('-', ' ')}"
        out.append(
            _of_figure(
                f"reactions.{reaction.id}.rate", f"{text}, rate", reaction.rate, "drawn.reaction_rate", i
            )
        )
    return [k for k in out if k.standing == "assumed" and np.ptp(k.read(world)) > 0]


def _of_figure(name: str, text: str, figure: Figure, table: str, i: int) -> Knob:
    """Make the knob of a scenario's figure."""
    unit = "1/day" if table == "drawn.reaction_rate" else figure.unit
    # Sizes of flows set patron levels, which are compiled: moved alone they change what arrives, not the hazards.
    return Knob(name, text, unit, figure.standing, False, *_column(table, i))


def _column(table: str, j: int) -> tuple[Callable[[World], F64], Callable[[World, float], World]]:
    """Reader and writer of one column of a table of draws."""

    def get(world: World) -> F64:
        if table == "draws":
            return world.draws.values
        if table.startswith("drawn."):
            found: F64 = getattr(world.drawn, table.removeprefix("drawn."))
            return found
        whole: F64 = getattr(world, table)
        return whole

    def read(world: World) -> F64:
        return get(world)[:, j]

    def write(world: World, value: float) -> World:
        changed = get(world).copy()
        changed[:, j] = value
        if table == "draws":
            return replace(world, draws=replace(world.draws, values=changed))
        if table.startswith("drawn."):
            return replace(world, drawn=world.drawn._replace(**{table.removeprefix("drawn."): changed}))
        if table == "flow_size":
            return replace(world, flow_size=changed)
        return replace(world, escort_share=changed)

    return read, write


def _contrast(study: Study, regional: Mapping[str, Regional], actor: str, measure: str, day: int) -> F64:
    """Contrast of each member, positive where the actor gains."""
    names = study.world.actors
    a, b = (actor_values(regional[x], measure, actor, names, study.scenario) for x in (EVENT, QUO))
    at = regional[EVENT].at(day)
    sign = -1.0 if measure in LESS_IS_GAIN else 1.0
    return sign * (a[:, at] - b[:, at])


def _correlation(x: F64, y: F64) -> float:
    """Rank correlation, equal values sharing the middle of their ranks; 0 where one does not differ."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    from scipy.stats import rankdata  # imported here: it takes long, and few commands need it

    return float(np.corrcoef(rankdata(x), rankdata(y))[0, 1])


def flip_table(
    study: Study, actor: str, measure: str, day: int = 365, candidates: int = CANDIDATES
) -> dict[str, object]:
    """Say which assumed numbers flip whether an actor loses, as plain data.

    Parameters
    ----------
    day : int
        Horizon of the contrast [day].
    """
    draw = study.futures.draw
    now = _contrast(study, study.regional, actor, measure, day)
    found = estimate(now, draw)
    level = actor_values(study.regional[EVENT], measure, actor, study.world.actors, study.scenario)
    least = tolerance(float(level[:, 0].mean()), largest_level(study.regional[EVENT], measure))
    knobs = knobs_of(study)
    by_draw = dict(zip(found.draws.tolist(), found.by_draw.tolist(), strict=True))
    order = np.array(sorted(by_draw))
    y = np.array([by_draw[i] for i in order])
    score = {k.name: abs(_correlation(k.read(study.world)[order], y)) for k in knobs}
    # Of hundreds of figures some go with the contrast by chance: those that are not the actor's own must stand out.
    floor = STANDS_OUT / np.sqrt(max(len(order) - 1, 1))
    own = {f.id for f in study.scenario.flows if f.sender == actor}
    likely = [k for k in knobs if k.name in NAMES or k.name.split(".")[1] in own or score[k.name] >= floor]
    ranked = sorted(likely, key=lambda k: (-score[k.name], k.name))[:candidates]

    def at(world: World, simulate: bool) -> float:
        return float(_contrast(study, again(study, world, simulate), actor, measure, day).mean())

    rows, best = [], study.world
    simulate_best = False
    for knob in ranked:
        low, high = (float(x) for x in np.quantile(knob.read(study.world), (0.05, 0.95)))
        ends = [(v, at(knob.write(study.world, v), knob.simulate)) for v in (low, high)]
        better = max(ends, key=lambda e: e[1])
        best = knob.write(best, better[0])
        simulate_best = simulate_best or knob.simulate
        flips = [e for e in ends if _side(e[1], least) != _side(found.mean, least)]
        rows.append(
            {
                "name": knob.name,
                "text": knob.text,
                "unit": knob.unit,
                "standing": knob.standing,
                "rank_correlation": _correlation(knob.read(study.world)[order], y),
                "mean": float(knob.read(study.world).mean()),
                "low": low,
                "high": high,
                "at_low": ends[0][1],
                "at_high": ends[1][1],
                "flips": bool(flips),
                "flips_at": _search(study, knob, flips[0], found.mean, least, at) if flips else None,
            }
        )
    rows.sort(key=lambda r: -max(abs(float(str(r[end])) - found.mean) for end in ("at_low", "at_high")))
    together = at(best, simulate_best)
    return {
        "question": f"what would have to be true for {study.name(actor)} not to lose",
        "event": study.event,
        "actor": actor,
        "measure": measure,
        "unit": UNITS[measure],
        "horizon_days": study.regional[EVENT].day[study.regional[EVENT].at(day)],
        "contrast": found.mean,
        "interval_90": list(found.interval_90),
        "mc_error": found.mc_error,
        "least": least,
        "loses_now": found.mean < -least,
        "p_loss": found.p_below(-least),
        "numbers": rows,
        "all_at_better_ends": together,
        "flips_together": _side(together, least) != _side(found.mean, least),
        "tried": len(knobs),
    }


def _side(x: float, least: float) -> int:
    """-1 loss, 0 neither, 1 gain."""
    return -1 if x < -least else 1 if x > least else 0


def _search(
    study: Study,
    knob: Knob,
    end: tuple[float, float],
    mean: float,
    least: float,
    at: Callable[[World, bool], float],
) -> float:
    """Find by halving the value at which the answer changes sides, from the mean of a number towards an end."""
    inside, outside = float(knob.read(study.world).mean()), end[0]
    for _ in range(HALVINGS):
        middle = 0.5 * (inside + outside)
        if _side(at(knob.write(study.world, middle), knob.simulate), least) == _side(mean, least):
            inside = middle
        else:
            outside = middle
    return 0.5 * (inside + outside)
