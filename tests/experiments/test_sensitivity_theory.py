"""A scenario whose Sobol' indices are known exactly: ranked and sized as the closed form says,
within the intervals."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.sensitivity import request, sensitivity
from sim.scenario import Scenario
from sim.shipped import shipped
from sim.theory import pooled_quality
from sim.theory.sensitivity import equal, sobol, uniform

TOP, GROUND, LEADERS, HALF_LIFE = (
    "stream.positions.top.acuity",
    "stream.positions.ground.acuity",
    "stream.positions.ground.leaders",
    "issues.matter.half_life",
)


def exact():
    """The indices of the expected quality of a pooled estimate, over what the scenario varies."""
    vary = {
        key: dict(each) if hasattr(each, "keys") else each
        for key, each in scenario().sweep.vary.items()
    }
    top, ground = (uniform(vary[key]["from"], vary[key]["to"], 12) for key in (TOP, GROUND))
    quality = np.vectorize(
        lambda top, ground, leaders, _: pooled_quality([top, *[ground] * int(leaders)])
    )
    laws = {"top": top, "ground": ground, "leaders": equal(vary[LEADERS]), "_": uniform(1, 20, 2)}
    return dict(zip((TOP, GROUND, LEADERS, HALF_LIFE), sobol(quality, laws).values(), strict=True))


def scenario():
    return Scenario.load(shipped("theory")["sensitivity"])


def test_the_closed_form_ranks_the_keys_far_apart():
    known = exact()
    totals = [known[key].total for key in (TOP, LEADERS, GROUND, HALF_LIFE)]
    assert totals == pytest.approx([0.740, 0.292, 0.047, 0], abs=0.001)


@pytest.mark.slow
def test_sobol_ranks_and_sizes_the_keys_as_the_closed_form_says(tmp_path):
    wanted = request(scenario(), metrics=["quality"], points=64, replications=3, confidence=0.99)
    found = sensitivity(scenario(), tmp_path, wanted, workers=1)
    (quality,) = found.found
    known = exact()
    assert quality.ranking == (TOP, LEADERS, GROUND, HALF_LIFE)
    for name in ("first", "total"):
        for key, index in zip(quality.keys, quality.estimated.indices[name], strict=True):
            assert (
                index.low <= getattr(known[key], name) + 1e-12
                and getattr(known[key], name) - 1e-12 <= index.high
            )
            assert index.estimate == pytest.approx(getattr(known[key], name), abs=0.2)
    # The half-life changes no estimate: the same runs but for their value, whatever the seed.
    assert quality.estimated.indices["total"][quality.keys.index(HALF_LIFE)] == (0, 0, 0)


@pytest.mark.slow
def test_morris_ranks_them_alike(tmp_path):
    wanted = request(scenario(), "morris", metrics=["quality"], points=20)
    found = sensitivity(scenario(), tmp_path, wanted, workers=1)
    (quality,) = found.found
    assert quality.ranking[0] == TOP and quality.ranking[-1] == HALF_LIFE
    size = dict(zip(quality.keys, quality.estimated.indices["mu_star"], strict=True))
    rise = dict(zip(quality.keys, quality.estimated.indices["mu"], strict=True))
    assert size[HALF_LIFE] == (0, 0, 0)
    # More precision raises quality wherever one starts.
    assert rise[TOP] == size[TOP] and rise[TOP].low > 0
