"""The same theatre in six engines: Counterpoise, C++ twice, NumPy by day, Mesa, the EMA Workbench over Mesa.

All run in one process tree, interleaved, each repeat one after the other in a new order; medians and ratios of processor time
of one thread per future. Construction and collection are timed apart. Equality of outputs is tested first: events of
Counterpoise, NumPy and C++ one by one, Mesa in distribution. Compared, never gated on time. Writes
``benchmarks/results/engines.json``, a plot beside it and the page ``docs/benchmarks.md``.

    python benchmarks/engines_compared.py [--quick]
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import importlib.metadata
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from scipy.stats import chi2_contingency, ks_2samp

sys.path.insert(0, str(Path(__file__).parent))

from engines import by_cpp, by_numpy
from engines.specification import Plan, declare, make_world

from counterpoise.dynamics.kernel import empty_record, make_keys, prepare, run_members
from counterpoise.dynamics.record import packed_events
from counterpoise.ensemble import simulate_world
from counterpoise.ensemble.filtering import filter_world

HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "results", HERE.parent / "docs" / "benchmarks.md"
SEED = 1
NAMES = {
    "counterpoise": "Counterpoise", "cpp": "C++, the same algorithm", "cpp_day": "C++, by day", "numpy": "NumPy, by day",
    "mesa": "Mesa", "ema": "EMA Workbench over Mesa",
}  # fmt: skip
COLOURS = {
    "counterpoise": "#0072B2",
    "cpp": "#009E73",
    "cpp_day": "#56B4E9",
    "numpy": "#D55E00",
    "mesa": "#CC79A7",
    "ema": "#E69F00",
}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time of a piece of work [s], and what it returns."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def events_of(futures: Any) -> np.ndarray:
    """Events of the only arm, as rows like those of the other engines."""
    one = futures.arms["theatre"]
    return np.stack([one.member, one.day, one.kind, one.site, one.party, one.loser], axis=1).astype(np.int32)


def equality(plan: Plan, members: int, runs_of_mesa: int) -> dict[str, Any]:
    """Compare what the engines give: event by event, and Mesa in distribution."""
    world = make_world(plan)
    spec = declare(world, SEED, members)
    ours = simulate_world(world, members=members, seed=SEED)
    mine = events_of(ours)
    found: dict[str, Any] = {"members": members, "events": len(mine)}
    for name, (events, end_day, end_mode) in {
        "numpy": by_numpy.run(spec, members), "cpp": by_cpp.run(by_cpp.prepare(spec), members),
        "cpp_day": by_cpp.run(by_cpp.prepare(spec), members, by_cpp.BY_DAY),
    }.items():  # fmt: skip
        differ = differing(mine, events)
        arm = ours.arms["theatre"]
        ends = int(((arm.end_day != end_day) | (arm.end_mode != end_mode)).sum())
        found[name] = {"members_that_differ": len(differ), "ends_that_differ": ends, "first": differ[:5]}
    if runs_of_mesa and (mesa := mesa_or_none()):
        found["mesa"] = in_distribution(ours, mesa.run(spec, range(runs_of_mesa)))
    return found


def differing(a: np.ndarray, b: np.ndarray) -> list[int]:
    """Members whose events are not the same in both."""
    if a.shape == b.shape and (a == b).all():
        return []
    members = np.unique(np.concatenate([a[:, 0], b[:, 0]]))
    return [int(m) for m in members if not np.array_equal(a[a[:, 0] == m], b[b[:, 0] == m])]


def in_distribution(futures: Any, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Compare modes, days of end and numbers of captures of independent runs with those of Counterpoise."""
    from counterpoise.dynamics.kernel import CAPTURE, MODE_NAMES

    one = futures.arms["theatre"]
    ours = np.bincount(one.end_mode, minlength=len(MODE_NAMES))
    theirs = np.array([sum(r["mode"] == m for r in runs) for m in MODE_NAMES])
    used = (ours + theirs) > 0
    captures = np.bincount(one.member[one.kind == CAPTURE], minlength=len(one.end_day))
    last = futures.world.horizon + 1
    day = np.where(one.end_mode > 0, one.end_day, last)
    other = [r["end_day"] or last for r in runs]
    return {
        "runs": len(runs),
        "modes": {m: [float(ours[i] / ours.sum()), float(theirs[i] / theirs.sum())] for i, m in enumerate(MODE_NAMES)},
        "p_modes": float(chi2_contingency(np.stack([ours[used], theirs[used]])).pvalue),
        "p_end_day": float(ks_2samp(day, other).pvalue),
        "p_captures": float(ks_2samp(captures, [r["captures"] for r in runs]).pvalue),
    }  # fmt: skip


def mesa_or_none() -> Any:
    """The Mesa engine, where Mesa is installed."""
    try:
        from engines import by_mesa
    except ImportError:
        return None
    return by_mesa


def ema_or_none() -> Any:
    """The EMA Workbench's engine, where it is installed."""
    try:
        import ema_workbench  # noqa: F401
        from engines import by_ema
    except ImportError:
        return None
    return by_ema


def jobs(plan: Plan, size: dict[str, int]) -> dict[str, Callable[[], dict[str, float]]]:
    """One timed run of each engine: seconds to construct, run and collect, each per future but for construction."""
    world = make_world(plan)
    spec = declare(world, SEED, max(size.values()))
    mesa, ema = mesa_or_none(), ema_or_none()

    def ours() -> dict[str, float]:
        n = size["counterpoise"]
        build, made = timed(lambda: make_world(plan))
        run, futures = timed(lambda: simulate_world(made, members=n, seed=SEED, workers=1))
        collect, _ = timed(lambda: futures.full_log())
        return {"construct": build, "run": run / n, "collect": collect / n}

    def cpp(source: Path = by_cpp.BY_EVENT) -> dict[str, float]:
        n = size["cpp"]
        build, prepared = timed(lambda: by_cpp.prepare(spec))
        run, (events, _, _) = timed(lambda: by_cpp.run(prepared, n, source))
        collect, _ = timed(lambda: events.copy())
        return {"construct": build, "run": run / n, "collect": collect / n}

    def numpy() -> dict[str, float]:
        n = size["numpy"]
        run, (events, _, _) = timed(lambda: by_numpy.run(spec, n))
        collect, _ = timed(lambda: events.copy())
        return {"construct": 0.0, "run": run / n, "collect": collect / n}

    out = {"counterpoise": ours, "cpp": cpp, "cpp_day": lambda: cpp(by_cpp.BY_DAY), "numpy": numpy}
    if mesa:

        def by_agents() -> dict[str, float]:
            n = size["mesa"]
            build, _ = timed(lambda: mesa.Theatre(spec, seed=1))
            run, _ = timed(lambda: mesa.run(spec, range(n)))
            model = mesa.Theatre(spec, seed=1)
            model.step()
            collect, _ = timed(lambda: model.datacollector.get_model_vars_dataframe())
            return {"construct": build, "run": run / n - build, "collect": collect}

        out["mesa"] = by_agents
    if mesa and ema:

        def experiments() -> dict[str, float]:
            n = size["ema"]
            with contextlib.redirect_stderr(io.StringIO()):
                run, _ = timed(lambda: ema.run(spec, n))
            return {"construct": 0.0, "run": run / n, "collect": 0.0}

        out["ema"] = experiments
    return out


def interleaved(work: dict[str, Callable[[], dict[str, float]]], repeats: int) -> dict[str, Any]:
    """Run all engines in turn, each repeat in a new order; return medians, all times, and ratios within repeats."""
    rng = np.random.default_rng(0)
    names = list(work)
    for name in names:
        work[name]()
    rows: dict[str, list[dict[str, float]]] = {n: [] for n in names}
    for i in range(repeats):
        for name in rng.permutation(names):
            rows[str(name)].append(work[str(name)]())
        print(f"repeat {i + 1} of {repeats}", flush=True)
    out = {}
    for name in names:
        median = {k: statistics.median(r[k] for r in rows[name]) for k in rows[name][0]}
        ratio = [rows[name][i]["run"] / rows["counterpoise"][i]["run"] for i in range(repeats)]
        out[name] = {
            "median_seconds": median, "ratio_to_counterpoise": statistics.median(ratio),
            "ratio_low_high": [min(ratio), max(ratio)], "repeats": rows[name],
        }  # fmt: skip
    return out


def kernels(plan: Plan, members: int, repeats: int) -> dict[str, Any]:
    """Processor time of the kernel alone beside that of C++ with the same algorithm, interleaved [us a future]."""
    world = make_world(plan)
    prepared = by_cpp.prepare(declare(world, SEED, members))
    ancestors = filter_world(world, SEED).ancestors(SEED, 0, members)
    keys = make_keys(SEED, world.theatre_sites, world.patrons)
    tables = prepare(world.draws.values, (world.theatre,), world.schedules, world.horizon)[0]

    def ours() -> Any:
        record = empty_record(members, 256)
        run_members(
            0, world.horizon, world.draws.values, world.theatre, world.schedules[0], tables, ancestors, keys,
            0.0, 0.0, 0.0, record,
        )  # fmt: skip
        return packed_events(record)

    work = {"counterpoise": ours, "cpp": lambda: by_cpp.run(prepared, members)}
    took: dict[str, list[float]] = {name: [] for name in work}
    for i in range(repeats + 1):
        for name, run in work.items():
            seconds, _ = timed(run)
            if i > 0:
                took[name].append(1e6 * seconds / members)
    ratios = [b / a for a, b in zip(took["counterpoise"], took["cpp"], strict=True)]
    return {
        "members": members, "repeats": repeats, **{name: statistics.median(x) for name, x in took.items()},
        "ratio": statistics.median(ratios), "low_high": [min(ratios), max(ratios)],
    }  # fmt: skip


def two_workers(plan: Plan, members: int, repeats: int) -> dict[str, Any]:
    """Wall time of one worker over that of two, interleaved; needs two cores that nothing else uses."""
    world = make_world(plan)
    ratios, took = [], {1: [], 2: []}  # type: ignore[var-annotated]
    for i in range(repeats):
        for workers in (1, 2) if i % 2 else (2, 1):
            began = time.perf_counter()
            simulate_world(world, members=members, seed=SEED, workers=workers)
            took[workers].append(time.perf_counter() - began)
        ratios.append(took[1][-1] / took[2][-1])
    return {
        "members": members, "ratio": statistics.median(ratios), "low_high": [min(ratios), max(ratios)],
        "seconds": {str(k): statistics.median(v) for k, v in took.items()},
    }  # fmt: skip


def growth(quick: bool) -> dict[str, list[dict[str, Any]]]:
    """Cost of a future by members, days, sites and actors (patrons), for the engines that are quick enough."""
    ranges: dict[str, tuple[int, ...]] = {
        "members": (100, 1_000) if quick else (100, 1_000, 10_000, 100_000),
        "days": (90, 365) if quick else (30, 90, 365, 1_825),
        "sites": (20, 80) if quick else (20, 40, 100, 300, 1_000, 2_000),
        "actors": (10, 40) if quick else (10, 30, 100, 300),
    }
    out: dict[str, list[dict[str, Any]]] = {}
    for what, values in ranges.items():
        out[what] = []
        for value in values:
            plan = Plan(
                n_sites=value if what == "sites" else 40, days=value if what == "days" else 365,
                n_patrons=value if what == "actors" else 4,
            )  # fmt: skip
            n = value if what == "members" else (50 if value >= 300 and what == "sites" else 300)
            world = make_world(plan)
            spec = declare(world, SEED, n)
            simulate_world(world, members=2, seed=SEED)
            ours, futures = timed(lambda w=world, k=n: simulate_world(w, members=k, seed=SEED))
            cpp, _ = timed(lambda s=spec, k=n: by_cpp.run(by_cpp.prepare(s), k))
            by_day, _ = timed(lambda s=spec, k=n: by_cpp.run(by_cpp.prepare(s), k, by_cpp.BY_DAY))
            slow = min(n, 300)
            numpy, _ = timed(lambda s=spec, k=slow: by_numpy.run(s, k))
            events = len(futures.arms["theatre"].day) / n
            row = {
                what: value, "futures": n, "events_a_future": events, "counterpoise": ours / n, "cpp": cpp / n,
                "cpp_day": by_day / n,
                "numpy": numpy / slow,
            }  # fmt: skip
            out[what].append(row)
            print(what, row, flush=True)
    return out


def machine() -> dict[str, Any]:
    """Hardware and versions."""
    model = ""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")), "")
    packages = {}
    for name in ("numpy", "numba", "mesa", "ema-workbench", "counterpoise"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            packages[name] = importlib.metadata.version(name)
    compiler = ""
    if shutil.which("g++"):
        said = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=True).stdout
        compiler = said.splitlines()[0]
    return {
        "processor": model or platform.processor(), "cores": os.cpu_count(), "machine": platform.machine(),
        "system": platform.system(), "python": platform.python_version(), "packages": packages, "compiler": compiler,
        "flags": " ".join(by_cpp.FLAGS), "load_average": [round(x, 2) for x in os.getloadavg()],
        "day": dt.date.today().isoformat(),
    }  # fmt: skip


def plot(found: dict[str, Any]) -> None:
    """Draw cost of a future by engine, and against size."""
    mpl.rcParams["svg.hashsalt"] = "counterpoise"
    figure = Figure(figsize=(10, 6), layout="constrained")
    axes = figure.add_subplot(2, 3, 1)
    engines = found["engines"]
    names = list(engines)
    # Points and no bars: a bar's length says nothing on a scale without a zero.
    for y, name in enumerate(names):
        cost = 1e6 * engines[name]["median_seconds"]["run"]
        axes.plot([cost], [y], "o", color=COLOURS[name], markersize=9)
        axes.annotate(
            f"{cost:,.0f}", (cost, y), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=8
        )
    axes.set_yticks(range(len(names)), [NAMES[n] for n in names])
    axes.set_ylim(-0.7, len(names) - 0.5)
    axes.set_xscale("log")
    axes.set_xlabel("µs of one core for a future")
    axes.margins(x=0.15)
    axes.grid(axis="x", alpha=0.3)
    axes.invert_yaxis()
    for i, what in enumerate(found["growth"]):
        axes = figure.add_subplot(2, 3, i + 2)
        rows = found["growth"][what]
        for name in ("counterpoise", "cpp", "cpp_day", "numpy"):
            axes.loglog(
                [r[what] for r in rows],
                [1e6 * r[name] for r in rows],
                "o-",
                color=COLOURS[name],
                label=NAMES[name],
            )
        axes.set_xlabel(what)
        axes.set_ylabel("µs a future")
        axes.grid(alpha=0.3)
        if i == 0:
            axes.legend(fontsize=8, frameon=False)
    RESULTS.mkdir(exist_ok=True)
    FigureCanvasSVG(figure).print_svg(str(RESULTS / "engines.svg"), metadata={"Date": None})
    shutil.copy(RESULTS / "engines.svg", PAGE.with_name("engines.svg"))


def page(found: dict[str, Any]) -> str:
    """Write the page."""
    where, same = found["machine"], found["equality"]
    rows = "\n".join(
        f"| {NAMES[n]} | {1e6 * e['median_seconds']['run']:,.1f} | {e['ratio_to_counterpoise']:,.2f} "
        f"[{e['ratio_low_high'][0]:,.2f}, {e['ratio_low_high'][1]:,.2f}] | {1e3 * e['median_seconds']['construct']:,.1f} | "
        f"{1e6 * e['median_seconds']['collect']:,.1f} |"
        for n, e in found["engines"].items()
    )
    versions = ", ".join(f"{k} {v}" for k, v in where["packages"].items())
    load = ", ".join(map(str, where["load_average"]))
    mesa = same.get("mesa")
    drawn = (
        f"Mesa has random numbers of its own and is compared in distribution over {mesa['runs']} runs: "
        f"p = {mesa['p_modes']:.2f} for modes (chi squared), {mesa['p_end_day']:.2f} for days of end and "
        f"{mesa['p_captures']:.2f} for numbers of captures (Kolmogorov-Smirnov)."
        if mesa
        else "Mesa was not installed."
    )
    two, kernels = found["two_workers"], found["kernels"]
    return f"""# Speed, compared

<!-- Made by benchmarks/engines_compared.py; do not edit. -->

The same theatre model, from one declared specification (`benchmarks/engines/specification.py`: {found["plan"]["n_sites"]} sites,
{found["plan"]["n_patrons"]} patrons, {found["plan"]["days"]:,} days), in several engines. All ran in one process tree,
interleaved, {found["repeats"]} repeats; medians of processor time of one thread.{found["note"]}

| engine | µs a future | times Counterpoise [lowest, highest] | construct, ms | collect, µs a future |
| --- | ---: | ---: | ---: | ---: |
{rows}

![Cost of a future by engine and by size](engines.svg)

**The same outputs.** Of {same["members"]:,} futures ({same["events"]:,} events) {same["numpy"]["members_that_differ"]} differ
between Counterpoise and NumPy, {same["cpp"]["members_that_differ"]} between Counterpoise and C++ with the same algorithm, and
{same["cpp_day"]["members_that_differ"]} between Counterpoise and C++ by day; all read the same random streams. {drawn}

**Kernel against kernel.** The table gives the whole run of Counterpoise: filter, ancestors, futures, log put together. Its kernel
alone, with the log, takes {kernels["counterpoise"]:.1f} µs a future, C++ with the same algorithm {kernels["cpp"]:.1f} µs:
{kernels["ratio"]:.2f} times [{kernels["low_high"][0]:.2f}, {kernels["low_high"][1]:.2f}].

**Two workers** on two cores take {two["ratio"]:.2f} times less wall time than one
[{two["low_high"][0]:.2f}, {two["low_high"][1]:.2f}] ({two["members"]:,} futures).

{elsewhere()}

{coupling()}

{by_work()}

**Where.** {where["processor"] or where["machine"]}, {where["cores"]} cores, {where["system"]}; Python {where["python"]};
{versions}; {where["compiler"]} with `{where["flags"]}`; load average {load} at the start, {where["day"]}.

`make bench` makes it anew. Times are compared and never gated on.
"""


def elsewhere() -> str:
    """The same run on other processors, from the results that are kept beside this one."""
    lines = []
    for path in sorted(RESULTS.glob("engines-*.json")):
        other = json.loads(path.read_text(encoding="utf-8"))
        ratios = ", ".join(
            f"{NAMES[n]} {e['ratio_to_counterpoise']:,.2f} [{e['ratio_low_high'][0]:,.2f}, {e['ratio_low_high'][1]:,.2f}]"
            for n, e in other["engines"].items()
            if n != "counterpoise"
        )
        own = 1e6 * other["engines"]["counterpoise"]["median_seconds"]["run"]
        lines.append(
            f"On {other['machine']['processor']}, {other['machine']['day']}: Counterpoise {own:.1f} µs a future; "
            f"times that: {ratios}; two workers {other['two_workers']['ratio']:.2f}."
        )
    if not lines:
        return ""
    return (
        "**On other processors** the ratios differ, and these are of an earlier kernel, which still counted references. "
        + " ".join(lines)
    )


def coupling() -> str:
    """Say what coupled arms save, from the last run of ``benchmarks/coupling.py``."""
    made = RESULTS / "coupling.json"
    if not made.exists():
        return ""
    known = json.loads(made.read_text(encoding="utf-8"))
    rows = "\n".join(
        f"| {row['from']:.2g} to {row['below']:.2g} | {row['rows']} | {row['seconds_to_goal_coupled']:.3g} | "
        f"{row['seconds_to_goal_apart']:.3g} |"
        for row in known["by_size"]
        if row["rows"]
    )
    return f"""**Time to a standard error of {known["goal"]:.3f}** of a difference between arms ({known["scenario"]},
{known["members"]:,} futures; `benchmarks/coupling.py`), with arms on shared random streams and on streams of their own:

| size of the difference | contrasts | coupled, s | apart, s |
| --- | ---: | ---: | ---: |
{rows}"""


def by_work() -> str:
    """Say how the cost grows with events times (degree + log2 sites), from the last run of ``benchmarks/growth.py``."""
    made = RESULTS / "growth.json"
    if not made.exists():
        return ""
    rows = json.loads(made.read_text(encoding="utf-8"))["as_they_are"]
    first, last = rows[0], rows[-1]
    work, cost = (last[k] / first[k] for k in ("work", "microseconds"))
    return (
        f"**Growth with size.** From {first['sites']:,} to {last['sites']:,} sites the work of a future, "
        f"events × (degree + log2 sites), grows {work:.0f} times and its cost {cost:.0f} times (`benchmarks/growth.py`)."
    )


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller theatre and fewer repeats")
    quick = parser.parse_args().quick
    plan = Plan(days=365) if quick else Plan()
    where = machine()
    size = {"counterpoise": 2_000, "cpp": 2_000, "numpy": 500, "mesa": 2, "ema": 2} if quick else {
        "counterpoise": 10_000, "cpp": 10_000, "numpy": 2_000, "mesa": 4, "ema": 4
    }  # fmt: skip
    repeats = 3 if quick else 10
    same = equality(plan, 300 if quick else 5_000, 60 if quick else 1_500)
    print(json.dumps(same, indent=1), flush=True)
    if any(same[x]["ends_that_differ"] for x in ("numpy", "cpp", "cpp_day")):
        sys.exit("engines_compared: the engines do not give the same ends; no time is worth comparing")
    found = {
        "machine": where, "plan": vars(plan), "repeats": repeats, "futures": size, "equality": same,
        "engines": interleaved(jobs(plan, size), repeats), "growth": growth(quick),
        "two_workers": two_workers(plan, 4_000 if quick else 40_000, repeats),
        "kernels": kernels(plan, 1_000, 3 if quick else 30),
        "note": " A quick run." if quick else "",
    }  # fmt: skip
    if max(where["load_average"]) > os.cpu_count():  # type: ignore[operator]
        found["note"] += " The machine was busy with other work: trust the ratios, not the times."
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "engines.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    plot(found)
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
