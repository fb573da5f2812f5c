"""What `make bench` found, in words and tables, from docs/performance.json."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("performance.json")
RUNS = 100_000_000
"""How many runs the section on many machines reckons with."""
OTHERS = {"plain Mesa": "a plain Mesa model", "AgentPy": "AgentPy", "readable": "our Mesa driver"}
WORKERS = (1, 10, 100, 1000)
Table = tuple[Sequence[str], list[Sequence[str]]]
Block = str | Table


def blocks(kept: Path = KEPT) -> list[Block]:
    """Paragraphs, items (they begin with "- "), headings and tables (head, rows), in order; of what
    was not measured nothing is said."""
    if not kept.exists():
        return ["Not measured yet in this version: `make bench` measures it and writes it here."]
    found = json.loads(kept.read_text(encoding="utf-8"))
    parts = {
        "rivals": _rivals,
        "start": _start,
        "points": _points,
        "executors": _executors,
        "memory": _memory,
    }
    told: list[Block] = [_measured_on(found["machine"])]
    for name, tell in parts.items():
        if name in found:
            told += tell(found)
    return told


def number(value: float) -> str:
    """To three significant digits, or whole."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _range(figures: Sequence[float]) -> str:
    middle, low, high = map(number, figures)
    return middle if low == high else f"{middle} ({low} to {high})"


def _listed(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def _measured_on(machine: dict[str, Any]) -> str:
    return (
        f"Measured on {machine['cores']} cores ({machine['processor']}, {machine['system']}) with "
        f"Python {machine['python']}, numba {machine['numba']} and Mesa {machine['mesa']}. "
        "Seconds are those of the processor, where nothing else is said; figures are medians, with "
        "the range in brackets. What is compared was played in turn, and a ratio is taken round by "
        "round."
    )


def _rivals(found: dict[str, Any]) -> list[Block]:
    sizes = found["rivals"]

    def ratios(name: str) -> list[tuple[str, float]]:
        return [
            (f"{one['leaders']:,}", one["times ours"][name][0])
            for one in sizes.values()
            if name in one["times ours"]
        ]

    told = []
    for name, called in OTHERS.items():
        if here := ratios(name):
            times = _listed(f"{number(times)} times at {leaders}" for leaders, times in here)
            told.append(f"as fast as {called} {times} leaders")
    slower = ratios("C")
    answer = f"The compiled driver is {'; '.join(told)}."
    if slower:
        in_c = _listed(f"{number(1 / times)} at {leaders}" for leaders, times in slower)
        answer += f" C at -O3 takes less time by a factor of {in_c} leaders."
    rows = [
        [f"{one['leaders']:,}", name, _range(one["milliseconds"][name]), _range(times)]
        for one in sizes.values()
        for name, times in one["times ours"].items()
    ]
    apart = max(one["apart"] for one in sizes.values())
    missing = sorted({text for one in sizes.values() for text in one["missing"]})
    return [
        "### Against other programs",
        answer,
        (["leaders", "program", "ms a run", "times ours"], rows),
        "- All play the same scenario, `benchmarks/core/core.yaml`: issues arise, eight witnesses "
        "look, ideas go up the lines hop by hop and are retold, mail is read in turn, the leader "
        "at the top weighs what it heard, the decision goes down. The mean quality, delay, number "
        f"of issues and of messages differ from ours by {apart:.1f} standard errors at most; "
        "beyond 4 nothing would be timed.",
        "- Ours does more in that time: it also keeps the ceiling of quality, what became of every "
        "idea at every desk, hours, context and alignment of each leader, and draws each number "
        "by itself, so that policies face the same world.",
        "- C keeps state only for what is on its way, works ideas out only when they are weighed, "
        "and draws witnesses without looking at everybody: about the least that there is to do.",
        *_instructions(found.get("instructions", {})),
        *(f"- Not compared: {text}." for text in missing),
    ]


def _instructions(counts: dict[str, int]) -> list[Block]:
    if not counts:
        return []
    told = f"- A run with 39 leaders takes {counts['compiled'] / 1e6:.1f} million instructions"
    if "C" in counts:
        times = number(counts["compiled"] / counts["C"])
        told += f", in C {counts['C'] / 1e6:.1f} million: {times} times as many"
    return [f"{told} (valgrind; compiled for any processor of the kind)."]


def _start(found: dict[str, Any]) -> list[Block]:
    rows = [[name, _range(seconds)] for name, seconds in found["start"].items()]
    return ["### Starting", (["process", "s"], rows)]


def _points(found: dict[str, Any]) -> list[Block]:
    one = found["points"]
    return [
        "### Sweeps and workers",
        f"A point of a sweep with one replication of eight weeks costs "
        f"{_range(one['milliseconds beyond it'])} ms beyond its run, which takes "
        f"{_range(one['milliseconds a run'])} ms ({one['points']:,} points).",
    ]


def _executors(found: dict[str, Any]) -> list[Block]:
    executors = dict(found["executors"])
    runs, _ = executors.pop("runs"), executors.pop("replications")
    rows = [[name, _range(rate)] for name, rate in executors.items()]
    told: list[Block] = []
    if "threads" in found:
        times = _range(found["threads"]["times as many"])
        told.append(f"Two threads play {times} times as many runs a second as one, by the clock.")
    told += [
        f"Runs of the flagship for eight weeks a second, by the clock, with all that a sweep of "
        f"{runs:,} runs needs; Dask on this machine:",
        (["by", "runs a second"], rows),
    ]
    return [*told, *(_many(found) if "points" in found else [])]


def _many(found: dict[str, Any]) -> list[Block]:
    executors = found["executors"]
    if "1 Dask worker" not in executors:
        return []
    each, replications = executors["1 Dask worker"][0], executors["replications"]
    own = found["points"]["milliseconds beyond it"][0] / 1000 / replications

    def hours(workers: int) -> float:
        return RUNS * max(1 / (workers * each), own) / 3600

    rows = [[f"{n:,}", number(hours(n)), number(RUNS / each / 3600)] for n in WORKERS]
    busy = 1 / (each * own)
    return [
        "### Beyond one machine",
        f"A hundred million runs of eight weeks take {number(hours(100))} hours on 100 workers "
        f"of Dask; more than {number(busy)} workers gain nothing, because the process that sweeps "
        "is then the bottleneck.",
        (["workers", "hours", "hours of workers"], rows),
        f"- Reckoned, not run: hours = R max(1 / (n r), c) / 3600, with R = 10^8 runs, n workers, "
        f"r = {number(each)} runs a second of one worker, as measured above, and c = "
        f"{number(1e6 * own)} µs that the process that sweeps spends on a run: what a point costs "
        f"beyond its run, shared by the {replications} replications of a point. Measured were one "
        "and two workers on this machine. A network between machines adds to neither as long as "
        "workers need not wait: several pieces of work are always on their way to each.",
    ]


def _memory(found: dict[str, Any]) -> list[Block]:
    rows = [
        [f"{int(leaders):,}", number(one["MB"]), number(one["kB a leader"] or 0)]
        for leaders, one in found["memory"].items()
    ]
    *_, last = found["memory"].values()
    return [
        "### Memory",
        "Peak of a process that plays the core once, and what each leader adds to that of the "
        "smallest organisation:",
        (["leaders", "MB", "kB a leader"], rows),
        "On paper, at the rate of the largest, a million leaders take "
        f"{number(last['kB a leader'] or 0)} GB.",
    ]
