"""Designs: which points each one has and in which order, worked out only when they are asked
for."""

from __future__ import annotations

import json
from fractions import Fraction
from hashlib import sha256
from itertools import islice, pairwise

import pytest

from sim.clock import Calendar
from sim.errors import InvalidInput, UsageError
from sim.experiments import designs
from sim.experiments._samplers import sample
from sim.experiments.designs import LeftOut, design
from sim.scenario import Scenario
from sim.scenario.axes import duration_text

NAMED = "name: t\nvariants: {a: {power.rule: vote}, b: {power.sharing: 0.1}}\n"
TWO = "power.sharing: {from: 0, to: 1}, consensus.limit: {from: 0d, to: 10d}"
SIX = (
    f"{TWO}, power.forum.size: {{from: 1, to: 9}}, issues.operational.rate: "
    f"{{from: 1/w, to: 1/d}}, flow.up.distortion: "
    "{from: 0.01, to: 10, scale: log}, power.rule: [vote, shared, delegated]"
)


def made(sweep, text=NAMED, **more):
    return design(Scenario.from_text(f"{text}sweep: {{{sweep}}}", "t.yaml", **more))


def values(sweep, **more):
    return [point.values for point in made(sweep, **more)]


def column(sweep, key):
    return [point[key] for point in values(f"vary: {{{key}: {sweep}}}")]


def test_a_grid_has_every_combination_and_varies_its_last_key_first():
    vary = "vary: {power.sharing: {from: 0, to: 1, steps: 3}, power.rule: [vote, shared]}"
    assert [tuple(point.values()) for point in values(vary)] == [
        (0.0, "vote"),
        (0.0, "shared"),
        (0.5, "vote"),
        (0.5, "shared"),
        (1.0, "vote"),
        (1.0, "shared"),
    ]
    found = made(vary)
    assert (found.count, found.keys, found.policies) == (
        6,
        ("power.sharing", "power.rule"),
        ("base",),
    )
    assert [point.index for point in found] == list(range(6))


def test_a_zip_takes_one_value_of_each_key_at_a_time():
    found = values(
        "design: zip, vary: "
        "{power.sharing: {from: 0, to: 1, steps: 3}, consensus.limit: [0d, 1d, 10d]}"
    )
    assert [tuple(point.values()) for point in found] == [(0.0, "0d"), (0.5, "1d"), (1.0, "10d")]


def test_one_at_a_time_starts_from_the_base_and_moves_one_key_from_it():
    vary = "power.sharing: [0, 1], consensus.limit: [1d], issues.operational.half_life: [1d]"
    vary += ", variants.a.power.rule: [shared]"
    found = made(f"design: one-at-a-time, vary: {{{vary}}}, variants: [a], against: base")
    base, *others = (point.values for point in found)
    assert base == {
        "power.sharing": 0.6,
        "consensus.limit": "5d",
        "issues.operational.half_life": "5d",
        "variants.a.power.rule": "vote",
    }
    moved = [
        [(key, value) for key, value in point.items() if value != base[key]] for point in others
    ]
    assert moved == [
        [("power.sharing", 0)],
        [("power.sharing", 1)],
        [("consensus.limit", "1d")],
        [("issues.operational.half_life", "1d")],
        [("variants.a.power.rule", "shared")],
    ]
    assert found.count == 6
    policies = found.scenario.policies()
    assert found.resolve(found[0]) == {name: policies[name] for name in ("a", "base")}


def test_what_the_base_leaves_empty_is_set_only_where_it_varies():
    found = values(
        "design: one-at-a-time, vary: "
        "{stream.positions.upstream.attention: [3, 5], power.sharing: [0]}"
    )
    key = "stream.positions.upstream.attention"
    assert [point.get(key) for point in found] == [None, 3, 5, None]
    assert [point["power.sharing"] for point in found] == [0.6, 0.6, 0.6, 0]


@pytest.mark.parametrize("points", [1, 7, 64])
def test_a_latin_hypercube_has_one_point_in_each_part_of_every_axis(points):
    row = sample("lhs", points, 3, 5, 4)
    for axis in range(3):
        assert sorted(int(row(i)[axis] * points) for i in range(points)) == list(range(points))


def test_sobol_points_are_spread_evenly_over_every_axis_and_pair():
    row = sample("sobol", 64, 3, 5, 4)
    for axis in range(3):
        assert sorted(int(row(i)[axis] * 64) for i in range(64)) == list(range(64))
    boxes = [(int(row(i)[0] * 8), int(row(i)[1] * 8)) for i in range(64)]
    assert len(set(boxes)) == 64
    again = sample("sobol", 128, 3, 5, 4)
    assert [again(i) for i in range(64)] == [row(i) for i in range(64)]


@pytest.mark.parametrize("levels", [2, 4, 6])
def test_morris_paths_move_each_axis_once_by_the_same_distance(levels):
    row = sample("morris", 10, 3, 5, levels)
    delta = Fraction(levels, 2 * (levels - 1))
    for path in range(10):
        points = [row(path * 4 + k) for k in range(4)]
        moves = [[b - a for a, b in zip(one, two, strict=True)] for one, two in pairwise(points)]
        assert all(sorted(map(abs, move)) == [0, 0, delta] for move in moves)
        assert sorted(next(i for i, by in enumerate(move) if by) for move in moves) == [0, 1, 2]
        assert all(0 <= u <= 1 for point in points for u in point)
    many = sample("morris", 100, 3, 5, levels)
    assert {many(i)[0] for i in range(400)} == {Fraction(k, levels - 1) for k in range(levels)}


def test_a_morris_sweep_moves_one_key_a_step_and_words_too():
    found = values(f"design: morris, points: 8, vary: {{{SIX}}}")
    assert len(found) == 8 * 7
    for path in range(8):
        for one, two in zip(
            found[path * 7 : path * 7 + 6], found[path * 7 + 1 : path * 7 + 7], strict=True
        ):
            assert len([key for key in one if one[key] != two[key]]) == 1


def test_a_morris_sweep_keeps_to_its_levels():
    found = values("design: morris, levels: 6, points: 50, vary: {power.sharing: {from: 0, to: 1}}")
    assert {point["power.sharing"] for point in found} == {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}


def test_keys_of_ones_own_kinds_and_positions_vary():
    text = (
        "name: t\nstream: {positions: [{name: Vice President, leaders: 3}]}\nissues: "
        "{mine: {rate: 1/w}}\n"
    )
    found = made(
        "vary: {issues.mine.rate: [2/w], stream.positions.Vice President.leaders: [5]}", text
    )
    policy = found.resolve(found[0])["base"]
    assert (str(policy.issues["mine"].rate), policy.stream.positions[0].leaders) == ("2/w", 5)
    with pytest.raises(
        InvalidInput, match=r"issues\.operational\.rate: is no key of this scenario"
    ):
        made("vary: {issues.operational.rate: [2/w]}", text)


def test_random_points_are_uniform_and_a_longer_sample_starts_with_them():
    few, many = (values(f"design: random, points: {n}, vary: {{{TWO}}}") for n in (10, 2000))
    assert many[:10] == few
    shares = [point["power.sharing"] for point in many]
    assert all(150 < sum(k <= 10 * share < k + 1 for share in shares) < 250 for k in range(10))


@pytest.mark.parametrize("name", ["random", "lhs", "sobol", "morris"])
def test_samples_depend_on_the_seed_and_on_nothing_else(name):
    sweep = f"design: {name}, points: 8, vary: {{{SIX}}}"
    assert values(sweep) == values(sweep) == values(f"{sweep}, seed: 0")
    assert values(sweep) != values(f"{sweep}, seed: 1")
    assert values(sweep) == values(sweep, text=f"{NAMED}seed: 5\n")


@pytest.mark.parametrize(
    ("name", "count"), [("random", 64), ("lhs", 64), ("sobol", 64), ("morris", 64 * 3)]
)
def test_sampled_designs_have_64_points_or_paths_where_nothing_is_said(name, count):
    assert made(f"design: {name}, vary: {{{TWO}}}").count == count


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("random", "3076b2c8a821e788"),
        ("lhs", "b18c7eca7a7905d7"),
        ("sobol", "d5c8afdd75726fec"),
        ("morris", "743445ef1fe184bb"),
    ],
)
def test_samples_have_the_same_bytes_everywhere(name, digest):
    text = json.dumps(values(f"design: {name}, points: 16, seed: 2026, vary: {{{SIX}}}"))
    assert sha256(text.encode()).hexdigest()[:16] == digest


def test_values_between_the_ends_of_a_range():
    assert column("{from: 0, to: 1, steps: 11}", "power.sharing")[:4] == [0.0, 0.1, 0.2, 0.3]
    assert column("{from: 5%, to: 65%, steps: 3}", "power.sharing") == [0.05, 0.35, 0.65]
    assert column("{from: 0.01, to: 1, steps: 3, scale: log}", "flow.up.distortion") == [
        0.01,
        0.1,
        1.0,
    ]
    assert (
        column("{from: 1, to: 2, steps: 3, scale: log}", "flow.up.distortion")[1] == 1.41421356237
    )
    assert column("{from: 0, to: 1, steps: 4}", "flow.up.distortion")[1] == 0.333333333333


def test_whole_numbers_are_rounded_and_kept_where_they_repeat():
    found = column("{from: 1, to: 3, steps: 5}", "power.forum.size")
    assert found == [1, 2, 2, 3, 3] and all(type(value) is int for value in found)
    assert column("{from: 1, to: 1000, steps: 4, scale: log}", "perspective.span") == [
        1,
        10,
        100,
        1000,
    ]
    assert column("{from: 1 round, to: 5 rounds, steps: 3}", "consensus.limit") == [
        "1 round",
        "3 rounds",
        "5 rounds",
    ]


def test_durations_are_whole_ticks_in_the_unit_of_the_first():
    assert column("{from: 0d, to: 1d, steps: 4}", "consensus.limit") == [
        "0d",
        "0.375d",
        "0.625d",
        "1d",
    ]
    assert column("{from: 2h, to: 1d, steps: 3}", "consensus.limit") == ["2h", "5h", "8h"]
    assert column("{from: 1mo, to: 2mo, steps: 3}", "power.gather") == ["1mo", "1.5mo", "2mo"]
    assert column("{from: 1mo, to: 2mo, steps: 4}", "power.gather")[1] == "28d"
    assert column("{from: 1h, to: 100h, steps: 3, scale: log}", "power.gather") == [
        "1h",
        "10h",
        "100h",
    ]
    assert column("{from: 0%, to: 100%, steps: 4}", "consensus.limit")[1] == "33.3333333333%"


def test_a_range_keeps_to_what_its_key_can_hold():
    assert column("{from: 10m, to: 70m, steps: 5}", "flow.up.delay") == [
        "10m",
        "25m",
        "40m",
        "55m",
        "70m",
    ]
    assert column("{from: 10.4m, to: 12.7m, steps: 3}", "flow.up.delay") == [
        "10.4m",
        "12m",
        "12.7m",
    ]
    assert column("{from: 1y, to: 2y, steps: 4}", "clock.horizon")[1] == "1.332y"
    quarter = "name: t\nclock: {tick: 15m}\n"
    found = values("vary: {attention: {from: 4, to: 20, steps: 4}}", text=quarter)
    assert [point["attention"] for point in found] == [4.0, 8.0, 16.0, 20.0]
    assert values("vary: {power.gather: {from: 15m, to: 2h, steps: 3}}", text=quarter)[1] == {
        "power.gather": "75m"
    }


def test_a_duration_is_written_in_a_unit_that_takes_few_digits():
    assert duration_text(Fraction(1), "y", Calendar()) == "0.0005y"
    assert duration_text(Fraction(1, 10**12), "y", Calendar()) == "0.000000000000125d"
    assert duration_text(Fraction(1, 3), "h", Calendar()) == "20m"
    with pytest.raises(ValueError, match="cannot be written exactly"):
        duration_text(Fraction(1, 7), "h", Calendar())


def test_rates_and_words_and_truth_values_vary():
    assert column("{from: 1/w, to: 1/d, steps: 3}", "issues.operational.rate") == [
        "1/w",
        "3/w",
        "5/w",
    ]
    assert column("[vote, shared]", "power.rule") == ["vote", "shared"]
    assert column("[true, false]", "issues.operational.status_quo") == [True, False]
    assert column("['off', 3]", "perspective.span") == ["off", 3]
    assert column("[.inf, 0.35]", "perspective.breadth") == ["inf", 0.35]
    assert column("[{each: 1/mo}, 2/w]", "issues.operational.rate") == [{"each": "1/mo"}, "2/w"]


def test_words_of_a_sample_are_equally_likely():
    found = values(f"design: lhs, points: 300, vary: {{{SIX}}}")
    for rule in ("vote", "shared", "delegated"):
        assert sum(point["power.rule"] == rule for point in found) == 100


def test_every_point_of_a_sample_can_be_resolved():
    for name in ("random", "lhs", "sobol", "morris"):
        found = made(f"design: {name}, points: 8, vary: {{{SIX}}}, variants: [base, a]")
        for point in found:
            policies = found.resolve(point)
            assert list(policies) == ["base", "a"]
            assert policies["base"].power.forum.size == point.values["power.forum.size"]
            assert policies["base"].power.rule == point.values["power.rule"]
            assert policies["a"].power.rule == "vote"


def test_a_key_of_one_variant_varies_for_it_alone():
    found = made(
        "vary: {variants.a.power.sharing: [0, 1], variants.a.power.rule: [shared]}, variants: "
        "[base, a]"
    )
    last = found.resolve(found[1])
    assert (last["a"].power.sharing, last["a"].power.rule) == (1, "shared")
    assert last["base"] == found.scenario.policies()["base"]


def test_variants_follow_the_base_unless_they_say_otherwise():
    found = made("vary: {power.sharing: [0.3]}, variants: [a, b]")
    policies = found.resolve(found[0])
    assert [policies[name].power.sharing for name in ("a", "b")] == [0.3, 0.1]
    assert [policy.base for policy in policies.values()] == ["a", "b"]


def test_a_point_that_changes_nothing_is_the_policy_itself(tmp_path):
    found = made("vary: {power.sharing: [0.6]}, variants: [base, a, b]", folder=tmp_path)
    resolved = found.resolve(found[0])
    assert {name: policy.digest for name, policy in resolved.items()} == {
        name: policy.digest for name, policy in found.scenario.policies().items()
    }
    assert all(policy.sweep is None and policy.folder == tmp_path for policy in resolved.values())


def test_values_that_do_not_go_together_leave_their_point_out():
    found = made("vary: {clock.horizon: [1y, 6w], clock.warmup: [4w, 7w]}")
    verdicts = [found.resolve(point) for point in found]
    assert [isinstance(verdict, LeftOut) for verdict in verdicts] == [False, False, False, True]
    out = verdicts[-1]
    assert out.point.values == {"clock.horizon": "6w", "clock.warmup": "7w"}
    assert (
        out.reason
        == "t.yaml:3:60: sweep.vary.clock.warmup: 7w must be shorter than the horizon of 6w"
    )


def test_a_first_point_that_cannot_be_used_stops_the_sweep():
    with pytest.raises(
        InvalidInput, match=r"t\.yaml:3:52: sweep\.vary\.clock\.warmup: 7w must be shorter"
    ):
        made("vary: {clock.horizon: [6w], clock.warmup: [7w]}")


def test_a_scenario_without_a_sweep_has_no_design():
    with pytest.raises(UsageError, match="t has no sweep"):
        design(Scenario.from_text("name: t"))


def test_a_grid_of_a_thousand_million_points_costs_nothing_until_it_is_walked():
    axis = "{from: 0, to: 1, steps: 1000}"
    found = made(f"vary: {{power.sharing: {axis}, flow.up.open: {axis}, flow.down.open: {axis}}}")
    assert found.count == 10**9
    assert [point.index for point in islice(found, 3)] == [0, 1, 2]
    assert set(found[10**9 - 1].values.values()) == {1.0}
    assert found[10**9 - 2].values["flow.down.open"] == 0.998998998999
    with pytest.raises(IndexError, match="there is no point 1000000000"):
        found[10**9]


def test_a_sample_is_drawn_once_and_only_when_a_point_is_asked_for(monkeypatch):
    drawn = []

    def watched(*arguments):
        drawn.append(arguments)
        return sample(*arguments)

    monkeypatch.setattr(designs, "sample", watched)
    scenario = Scenario.from_text(f"name: t\nsweep: {{design: lhs, points: 8, vary: {{{TWO}}}}}")
    found = designs._varied(scenario, scenario.sweep)
    assert found.count == 8 and drawn == []
    assert [point.values for point in found] == [point.values for point in found]
    assert drawn == [("lhs", 8, 2, 0, 4)]
