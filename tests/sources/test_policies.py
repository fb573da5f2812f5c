"""The policies of an imported organisation: valid whatever its shape, one difference each, the same
worlds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import Scenario, run
from sim.parameters import parameters
from sim.scenario.keys.issues import KINDS
from sim.scenario.keys.stream import POSITIONS
from sim.sources.policies import EACH, LARGE, Shape, policies

TREES = {
    "three": ([0, 1, 2], [-1, 0, 1]),
    "pair": ([0, 1, 1], [-1, 0, 0]),
    "flat": ([0, 0, 0, 0], [-1, -1, -1, -1]),
    "one position with managers": ([0, 0, 0], [-1, 0, 1]),
    "two ranks without managers": ([0, 1, 1], [-1, -1, -1]),
    "two heads of different rank": ([0, 1, 2, 2, 2], [-1, -1, 0, 1, 1]),
    "five positions": ([0, 1, 1, 2, 3, 3, 4, 4], [-1, 0, 0, 1, 3, 3, 4, 5]),
    "a small last position": ([0, 1, 1, 1, 1, 2], [-1, 0, 0, 0, 0, 1]),
    "most at the top": ([0, 0, 0, 0, 1], [-1, -1, -1, -1, 0]),
    "alone": ([0], [-1]),
}


def shape_of(tree: str, informal: int = 0) -> Shape:
    position, manager = (np.array(values) for values in TREES[tree])
    return Shape([f"Level {p}" for p in range(position.max() + 1)], position, manager, informal)


def scenario(folder: Path, shape: Shape, ties: str = "") -> Scenario:
    rows = [
        f"p{i},{f'p{m}' if m >= 0 else ''},{p},{shape.positions[p]}"
        for i, (m, p) in enumerate(zip(shape.manager, shape.position, strict=True))
    ]
    (folder / "people.csv").write_text("\n".join(["id,manager_id,level_rank,level", *rows]))
    stream = {"people": "people.csv"}
    if ties:
        (folder / "ties.csv").write_text("source,target,kind\n" + ties)
        stream["ties"] = "ties.csv"
    asked = policies(shape)
    mapping = {"name": "org", "stream": stream, **asked.settings}
    mapping |= {"base": asked.base, "label": asked.label, "variants": asked.variants}
    return Scenario.from_dict(mapping, folder)


@pytest.mark.parametrize("tree", TREES)
def test_the_policies_are_valid_for_any_tree(tmp_path, tree):
    asked = policies(shape_of(tree))
    made = scenario(tmp_path, shape_of(tree)).policies()
    assert list(made) == list(asked.meanings) == [asked.base, *asked.variants]
    assert all(policy.label for policy in made.values())
    for policy in made.values():
        prepared = parameters(policy)  # builds the structure: raises where something is missing
        assert policy.issues["strategic"].witnesses <= len(prepared.structure)
    third = "middle" if len(shape_of(tree).positions) > 2 else "delegated"
    assert list(made) == ["as-drawn", third, "balanced"]


def test_with_ties_the_base_has_all_channels_and_each_variant_one_change(tmp_path):
    made = scenario(tmp_path, shape_of("five positions", 1), "p7,p2,advice\n")
    policies_by_name = made.policies()
    assert list(policies_by_name) == ["informal", "as-drawn", "middle", "balanced"]
    channels = {
        name: len(parameters(policy).structure.channel_source) // 2
        for name, policy in policies_by_name.items()
    }
    assert channels == {"informal": 8, "as-drawn": 7, "middle": 8, "balanced": 8}
    deciders = {n: p.issues["strategic"].decided_at for n, p in policies_by_name.items()}
    assert deciders == {
        "informal": "Level 0",
        "as-drawn": "Level 0",
        "middle": "Level 2",
        "balanced": "Level 0",
    }
    assert [p.power.rule for p in policies_by_name.values()] == [*["autocratic"] * 3, "shared"]


def test_operational_issues_arise_where_most_are_below_the_top(tmp_path):
    kinds = policies(shape_of("a small last position")).settings["issues"]
    assert kinds["operational"]["raised_at"] == "Level 1"
    assert kinds["operational"]["decided_at"] == "Level 0"
    kinds = policies(shape_of("two ranks without managers")).settings["issues"]
    assert kinds["operational"]["decided_at"] == "origin"  # nobody who raises them has a manager
    assert policies(shape_of("pair"), "1/y").settings["issues"]["operational"]["rate"] == {
        "each": "1/y"
    }


def test_the_rate_for_each_is_the_default_rate_shared_among_the_default_raisers():
    in_all = int(KINDS["operational"]["rate"].removesuffix("/w")) * 50
    assert float(EACH.removesuffix("/y")) == pytest.approx(
        in_all / POSITIONS[-1]["leaders"], abs=0.05
    )


def test_nobody_decides_more_issues_than_people_can():
    def rate(reports):
        position = np.array([0, 1, *[2] * reports])
        manager = np.array([-1, 0, *[1] * reports])
        asked = policies(Shape(["top", "head", "staff"], position, manager))
        return asked.settings["issues"]["operational"]["rate"]["each"]

    assert rate(20) == EACH  # 148 a year
    assert rate(40) == "3.8/y"
    assert rate(3000) == "0.05/y"
    # Whose manager is of their own position is decided for further up.
    position, manager = np.array([0, 1, *[2] * 40]), np.array([-1, 0, 1, *range(2, 41)])
    deep = policies(Shape(["top", "head", "staff"], position, manager))
    assert deep.settings["issues"]["operational"]["rate"] == {"each": "3.8/y"}


def test_many_people_run_less_often_and_a_shorter_time():
    position = np.minimum(np.arange(LARGE), 2)
    manager = np.maximum(np.arange(LARGE) - 1, -1)
    large = policies(Shape(["a", "b", "c"], position, manager)).settings
    assert large["replications"] == 10
    assert large["clock"] == {"horizon": "12w", "warmup": "2w"}
    assert "clock" not in policies(shape_of("three")).settings


def test_all_policies_meet_the_same_issues(tmp_path):
    made = scenario(tmp_path, shape_of("five positions", 1), "p7,p2,advice\n").with_(
        {"clock": {"horizon": "8w", "warmup": "1w"}, "replications": 1, "seed": 3}
    )
    decisions = run(made, engine="mesa", workers=1, save=False).tables["decisions"]
    met = {
        name: list(zip(group["kind"], group["raised_day"], group["origin"], strict=True))
        for name, group in decisions.groupby("variant")
    }
    assert len(met) == 4
    assert all(issues == met["informal"] for issues in met.values())
    assert met["informal"]
