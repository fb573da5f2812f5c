"""Boxes of a sweep in which a policy wins or loses: planted ones are found, and noise has none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.experiments import _prim
from sim.experiments.boxes import LEAST_SETTINGS, Boxes, boxes

SHARING = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
LIMITS = ["0d", "1d", "2d", "5d", "10d", "20d"]
RULES = ["none", "majority", "unanimity"]
MANIFEST = {"policies": ["shared", "alone"], "against": "alone", "keys": ["sharing", "limit"]}


def swept(difference, often: int = 12, noise=None, vary=None) -> tuple[pd.DataFrame, dict]:
    """The runs of two policies over a grid. difference: of their values, by the values of the keys.
    noise: added to it, by the number of the point and of the replication."""
    vary = vary or {"sharing": SHARING, "limit": LIMITS}
    grid = pd.MultiIndex.from_product(vary.values()).to_list()
    rng, rows = np.random.default_rng(11), []
    world = rng.normal(0, 1, often)
    spread = rng.normal(0, 0.1, (len(grid), often)) if noise is None else noise
    for point, values in enumerate(grid):
        for replication in range(often):
            at = dict(zip(vary, values, strict=True), point=point, replication=replication)
            gap = difference(*values) + spread[point, replication]
            rows += [
                at | {"variant": "alone", "value": world[replication]},
                at | {"variant": "shared", "value": world[replication] + gap},
            ]
    return pd.DataFrame(rows).assign(scenario="s"), MANIFEST | {"keys": list(vary)}


def test_a_planted_box_is_found_and_said():
    runs, manifest = swept(
        lambda sharing, limit: -1 if sharing <= 0.3 and limit in ("10d", "20d") else 1
    )
    found = boxes(runs, manifest)
    wins, loses = [[box for box in found.boxes if box.wins == which] for which in (True, False)]
    (box,) = loses
    assert box.limits == {"sharing": "at most 0.3", "limit": "at least 10d"}
    assert (box.cases, box.settings, box.every, box.of) == (8, 8, 8, 48)
    assert box.density == box.coverage == 1
    assert box.text == (
        "shared is clearly worth less than alone where sharing is at most 0.3 and limit is at "
        "least 10d: at 8 of 8 settings there (density 100 % [63 to 100 %]), which are 100 % of "
        "all at which it is (coverage)."
    )
    # All the rest are wins, which take two boxes that overlap.
    assert {str(box.limits): (box.cases, box.settings, box.every) for box in wins} == {
        "{'sharing': 'at least 0.4'}": (24, 24, 40),
        "{'limit': 'at most 5d'}": (32, 32, 40),
    }
    assert str(found).count("clearly worth more") == 2
    assert found.sentences == [box.text for box in found.boxes]


def test_words_have_no_order_and_what_is_not_clear_is_neither():
    runs, manifest = swept(
        lambda rule, sharing: (-1 if sharing >= 0.2 else 0) if rule in ("none", "unanimity") else 0,
        vary={"rule": RULES, "sharing": SHARING},
        noise=np.tile([0.3, -0.3], (24, 6)),
    )
    found = boxes(runs, manifest)
    assert [box.limits for box in found.boxes] == [
        {"rule": "none or unanimity", "sharing": "at least 0.2"}
    ]
    assert (
        found.sentences[0] == "shared is clearly worth more than alone at none of the 24 settings."
    )


def test_labels_are_said_and_names_are_kept():
    runs, manifest = swept(lambda sharing, _: 1 if sharing >= 0.4 else 0)
    box = boxes(runs, manifest | {"labels": {"shared": "Gemeinsam"}}).boxes[0]
    assert box.policy == "shared" and "Gemeinsam" in box.text and "shared" not in box.text


def test_a_key_that_does_not_matter_does_not_limit_the_box():
    third = {"sharing": SHARING, "limit": LIMITS[:4], "reach": [1, 2, 3]}
    runs, manifest = swept(lambda sharing, *_: 1 if sharing >= 0.4 else 0, vary=third)
    box = boxes(runs, manifest).boxes[0]
    assert box.limits == {"sharing": "at least 0.4"} and box.coverage > 0.95


def test_noise_has_no_box():
    told = []
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(0, 1, (48, 12))
        told += boxes(*swept(lambda *_: 0, noise=noise)).boxes
    assert len(told) <= 1


@pytest.mark.parametrize(("t", "sure"), [(2.6, False), (3.6, True)])
def test_luck_that_settings_share_is_no_box(t, sure):
    """Settings share their seeds: one lucky draw makes many clear together. With 12 replications an
    interval at 95 % excludes 0 from t = 2.20 on, one at 99 % from 3.11 on."""
    often = 12
    luck = np.tile([1.0, -1.0], often // 2) * np.sqrt((often - 1) / often)  # standard deviation 1
    half = np.repeat([sharing >= 0.4 for sharing in SHARING], len(LIMITS))[:, None]
    found = boxes(*swept(lambda *_: 0, noise=half * (luck + t / np.sqrt(often))))
    assert [box.limits for box in found.boxes] == ([{"sharing": "at least 0.4"}] if sure else [])
    assert ("their mean difference is not clear at 99 %" in str(found)) != sure


def test_cases_dealt_out_at_random_lie_in_no_box():
    places = np.stack(np.meshgrid(range(8), range(6), indexing="ij"), -1).reshape(-1, 2)
    levels = _prim.Levels(places, (8, 6), (True, True))
    rng = np.random.default_rng(5)
    tries = [_prim.found(levels, rng.random(48) < share) for share in (0.2, 0.5, 0.8) * 6]
    assert sum(box is not None for box in tries) <= 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"against": None}, "Nothing is compared"),
        ({"against": "gone"}, "Nothing is compared"),
        ({"keys": ["sharing"]}, "two keys or more"),
    ],
)
def test_why_there_are_no_boxes_is_said(change, why):
    runs, manifest = swept(lambda *_: 1)
    found = boxes(runs, manifest | change)
    assert isinstance(found, Boxes) and not found.boxes and why in str(found)


def test_few_settings_and_few_cases_are_said():
    few = {"sharing": SHARING[:3], "limit": LIMITS[:3]}
    assert f"at least {LEAST_SETTINGS} points" in str(boxes(*swept(lambda *_: 1, vary=few)))
    told = str(boxes(*swept(lambda sharing, limit: float(sharing == 0 and limit == "0d"))))
    assert "too few for a box" in told
    assert str(boxes(*swept(lambda *_: 1))).startswith(
        "shared is clearly worth more than alone at all of the 48 settings."
    )
    one, manifest = swept(lambda *_: 1, often=1)
    assert not boxes(one, manifest).boxes


def test_peeling_is_that_of_the_exploratory_modelling_workbench():
    """The same boxes as ema_workbench's PRIM, where points have values of their own (no ties)."""
    prim = pytest.importorskip("ema_workbench.analysis.prim")
    rng = np.random.default_rng(3)
    x = pd.DataFrame(rng.random((200, 3)), columns=["a", "b", "c"])
    cases = ((x["a"] > 0.5) & (x["b"] < 0.6) & (rng.random(200) < 0.9)).to_numpy()
    theirs = prim.Prim(x, cases, threshold=0.1, peel_alpha=0.05, mass_min=0.05).find_box()
    places = x.rank().to_numpy(int) - 1
    levels = _prim.Levels(places, (200,) * 3, (True,) * 3)
    mine = [(held / size, held / cases.sum()) for _, size, held in _prim.peeled(levels, cases)]
    best = max(mine, key=lambda at: min(at))
    trajectory = theirs.peeling_trajectory
    their = max(zip(trajectory["density"], trajectory["coverage"], strict=True), key=min)
    assert best == pytest.approx(their, abs=0.03)
