"""What is said of a sweep holds where all settings are alike, and where nothing was decided at any.

A further text is a line in TEXTS: a function of the sweep, which returns what a user reads.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.comparison import interval
from sim.dashboard._sweep_data import SweepData
from sim.dashboard.figures import registry
from sim.dashboard.figures.sweep import effects, maps
from sim.results import SWEEP
from tests.dashboard import swept
from tests.texts.test_run import HOLES, MINUS_ONE, NOT_A_NUMBER

TEXTS = {figure.name: figure.finding for figure in registry.PAGES[SWEEP].figures}
MEASURES = ("value", "quality", "delay", "progress")


def _made(keys, policies, replications, change):
    runs = swept.runs(swept.grid(keys), policies, replications)
    return SweepData(change(runs), swept.manifest(tuple(keys), policies))


def _alike(runs):
    return runs.assign(value=0.4, quality=0.6, delay=5.0, progress=1.0)


def _undecided(runs):
    return runs.assign(value=0.0, quality=np.nan, delay=20.0, progress=1.0)


KEYS = {"power.sharing": [0.0, 0.5, 1.0], "consensus.limit": ["1d", "3d"]}
CASES = {
    "usual": (KEYS, swept.POLICIES, 4, lambda runs: runs),
    "all alike": (KEYS, swept.POLICIES, 4, _alike),
    "undecided": (KEYS, swept.POLICIES, 4, _undecided),
    "one policy": (KEYS, swept.POLICIES[:1], 4, lambda runs: runs),
    "one replication": (KEYS, swept.POLICIES, 1, lambda runs: runs),
    "one point": ({"power.sharing": [0.5]}, swept.POLICIES, 4, lambda runs: runs),
    "nothing arose": (
        KEYS,
        swept.POLICIES,
        4,
        lambda runs: runs.assign(**dict.fromkeys(MEASURES, np.nan)),
    ),
}


@cache
def sweep(case):
    return _made(*CASES[case])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("text", TEXTS)
def test_no_text_of_a_sweep_has_a_hole_or_a_number_that_is_none(text, case):
    sentences = TEXTS[text](sweep(case))
    assert sentences.endswith(".") and sentences[:1].isupper() | (
        sentences.split()[0] in swept.POLICIES
    ), sentences
    for pattern in (NOT_A_NUMBER, HOLES, MINUS_ONE):
        assert not pattern.search(sentences), sentences


def test_no_setting_is_first_where_all_are_alike():
    text = maps.finding(sweep("all alike"))
    assert text.startswith(
        "Value is the same at every setting: 0.400. Decision quality is the same at every setting:"
    )
    assert "most" not in text.lower() and "fastest" not in text.lower()
    assert (
        effects.finding(sweep("all alike"))
        == "Value is the same on average at every value of every key."
    )


@pytest.mark.parametrize("case", ["usual", "one policy", "one replication"])
def test_the_setting_worth_most_is_named_with_the_interval_of_its_runs(case):
    keys, policies, replications, _ = CASES[case]
    values = swept.runs(swept.grid(keys), policies, replications).groupby(["variant", "point"])
    best = values["value"].get_group(values["value"].mean().idxmax())
    top = interval(best.to_numpy())
    ends = f" ({top.low:.3f} to {top.high:.3f})" if replications > 1 else ""
    under = "under " if len(policies) > 1 else ""
    expected = f"Worth most: {top.mean:.3f}{ends} {under}"
    assert maps.finding(sweep(case)).startswith(expected)
