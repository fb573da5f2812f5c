"""Points from a CSV file: read as YAML would be, each mistake at its line and column."""

from __future__ import annotations

import pytest

from sim.errors import InvalidInput
from sim.experiments.designs import LeftOut, design
from sim.scenario import Scenario

NAMED = "name: t\nvariants: {a: {power.rule: vote}, b: {power.sharing: 0.1}}\n"
LISTED = "sweep: {design: list, file: points.csv, variants: [base, a]}"


def listed(folder, content, sweep=LISTED):
    (folder / "points.csv").write_text(content, encoding="utf-8")
    return design(Scenario.from_text(f"{NAMED}{sweep}", "t.yaml", folder=folder))


def test_a_list_has_a_point_a_row(tmp_path):
    keys = "power.sharing,consensus.limit,variants.a.power.rule,perspective.span"
    found = listed(tmp_path, f"{keys}\n0.5,3d,shared,off\n\n65%,0d,vote,3\n")
    assert [point.values for point in found] == [
        {
            "power.sharing": 0.5,
            "consensus.limit": "3d",
            "variants.a.power.rule": "shared",
            "perspective.span": "off",
        },
        {
            "power.sharing": "65%",
            "consensus.limit": "0d",
            "variants.a.power.rule": "vote",
            "perspective.span": 3,
        },
    ]
    assert found.resolve(found[1])["a"].power.sharing == 0.65
    assert found.count == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "power.sharing,power.rule\n0.5,vote\n1.5,votes\n,vote\n",
            [
                (
                    "points.csv:3:1: power.sharing: 1.5 is not allowed: expected a share from 0 to "
                    "1, such as 0.65 or 65%"
                ),
                "points.csv:3:2: power.rule: 'votes' is not allowed",
                "points.csv:4:1: power.sharing: has no value",
            ],
        ),
        (
            "power.shering\n1\n",
            ["points.csv:1:1: power.shering: is no key of this scenario (did you mean 'power.sha"],
        ),
        ("power.sharing,\n1,2\n", ["points.csv:1:2: is a column without a key"]),
        (
            "power.sharing,power.sharing\n1,2\n",
            ["points.csv:1:2: power.sharing: is a column twice"],
        ),
        ("power.sharing,seed\n1,2\n", ["points.csv:1:2: seed: cannot vary"]),
        (
            "power.gather\n3h\n90m\n90m\n",
            ["points.csv:3:1: power.gather: 90m is no whole number of ticks of 1h"],
        ),
        ("power.sharing\n1,2\n", ["points.csv:2:2: has 2 cells, but there are 1 columns"]),
        ("power.sharing\n", ["points.csv: has no points"]),
        ("", ["points.csv: has no points"]),
        ("power.sharing\n007\n", ["points.csv:2:1: power.sharing: 007 has leading zeros"]),
        (
            "variants.b.power.rule\nvote\n",
            ["points.csv:1:1: variants.b.power.rule: would vary nothing: b is not run"],
        ),
        (
            "clock.horizon,clock.warmup\n6w,7w\n",
            ["points.csv:2:2: clock.warmup: 7w must be shorter"],
        ),
    ],
)
def test_what_is_wrong_in_a_list_is_shown_at_its_line_and_column(tmp_path, content, expected):
    with pytest.raises(InvalidInput) as caught:
        listed(tmp_path, content)
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(expected), found
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(start), found


def test_a_list_without_its_file_is_a_problem(tmp_path):
    with pytest.raises(InvalidInput, match=r"points\.csv: cannot be read: No such file"):
        design(Scenario.from_text(f"{NAMED}{LISTED}", folder=tmp_path))


def test_rows_that_do_not_go_together_are_left_out_where_they_stand(tmp_path):
    found = listed(tmp_path, "clock.horizon,clock.warmup\n1y,4w\n6w,4w\n1y,7w\n6w,7w\n")
    reasons = [
        verdict.reason for point in found if isinstance(verdict := found.resolve(point), LeftOut)
    ]
    assert reasons == ["points.csv:5:2: clock.warmup: 7w must be shorter than the horizon of 6w"]
