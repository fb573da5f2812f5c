"""Every figure of every kind of page, made of made-up results."""

from __future__ import annotations

import json
from functools import cache

from sim.dashboard import figures
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import registry
from sim.dashboard.figures.sensitivity import Search
from sim.results import RUN, SENSITIVITY, SWEEP
from tests.dashboard import hostile, replayed, swept, synthetic
from tests.dashboard.test_sensitivity_report import made as searched

_KEYS = {"power.rule": ["shared", "autocratic", "consultative"], "power.sharing": [0.0, 0.5, 1.0]}

_CHOICES = 2  # of a figure, at most


def _sweep(keys, replications=3):
    runs = swept.runs(swept.grid(keys), replications=replications)
    return SweepData(runs, swept.manifest(list(keys)))


@cache
def readings():
    """By a name: the kind of a page, and a result as its figures read it."""
    every = synthetic.ALL_ENDINGS
    plain = synthetic.tables(every, replications=3, issues=40)
    line = {"consensus.limit": swept.LIMITS}
    return {
        "run": (RUN, RunData(plain, synthetic.manifest(every))),
        "hostile": (RUN, RunData(hostile.hostile_tables(), hostile.hostile_manifest())),
        "plane": (SWEEP, _sweep(swept.KEYS)),
        "words": (SWEEP, _sweep(_KEYS, 1)),
        "line": (SWEEP, _sweep(line)),
        "hostile sweep": (SWEEP, SweepData(*hostile.hostile_sweep())),
        "sobol": (SENSITIVITY, Search(*searched("sobol"))),
        "morris": (SENSITIVITY, Search(*searched("morris"))),
    }


@cache
def specs():
    """Every figure of these results, and the stream as a picture, by the names of result and
    figure, the shape, and the place among its choices; as a page holds it."""
    found = {
        (name, figure.name, shape, place): figure.draw(reading, shape == "narrow", place)
        for name, (kind, reading) in readings().items()
        for figure in registry.PAGES[kind].figures
        if figure.available(reading)
        for shape in ("wide", "narrow")
        for place in range(min(len(figure.choices(reading)) or 1, _CHOICES))
    }
    few = ("shared", "top-down")
    tables = replayed.replayed(synthetic.tables(few, 3, 30), list("abcdefg"), tuple("umd"))
    for narrow in (False, True):
        stream = figures.stream(tables, synthetic.manifest(few), narrow, still=True)
        found["run", "stream", "narrow" if narrow else "wide", 0] = json.loads(stream.to_json())
    return json.loads(json.dumps(list(found.items())))
