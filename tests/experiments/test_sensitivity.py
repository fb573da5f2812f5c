"""Sensitivity of a scenario: its points, what is played, what is left out, what is concluded and
what would do."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from html import unescape

import numpy as np
import pytest

from experiments.players import played_by
from experiments.test_sweep import scenario
from sim.cards import estimate
from sim.errors import InvalidInput, UsageError
from sim.experiments._indices import CHANCE, CONSTANT, Estimated, Index
from sim.experiments._play import MEASURES, Player, RunBatch
from sim.experiments._samplers import rows, sample
from sim.experiments._signs import turned
from sim.experiments.conclusions import (
    MOST_REPLICATIONS,
    Needed,
    about,
    as_shown,
    finding,
    needed,
    unsettled,
)
from sim.experiments.important import text_of
from sim.experiments.sensitivity import (
    MetricResult,
    Request,
    plan,
    request,
    responses,
    sensitivity,
)
from sim.runner.pool import Failure
from sim.scenario.keys.sweep import MOST_POINTS
from sim.tables import content_hash

VARY = {"power.sharing": {"from": 0, "to": 1, "steps": 3}, "consensus.limit": ["0d", "2d"]}
MESA = {"engine": "mesa", "executor": "threads", "workers": 1}


def small(**changes):
    """The plain organisation of five, with a rule that shares power, for a week."""
    return scenario("1w", **{"vary": VARY, "against": None, "replications": 2, **changes})


def found_in(folder, of=None, variants=(), workers=1, **asked):
    of = of or small()
    wanted = request(of, **{"points": 4, "metrics": ["value"], **asked})
    return sensitivity(of, folder, wanted, variants, **{**MESA, "workers": workers})


# What is drawn


def test_base_samples_are_a_b_and_a_with_one_axis_of_b():
    row = sample("saltelli", 8, 3, 5, 4)
    assert rows("saltelli", 8, 3) == 40
    for base in range(8):
        a, *mixed, b = (row(5 * base + place) for place in range(5))
        assert mixed == [tuple(b[i] if i == axis else a[i] for i in range(3)) for axis in range(3)]
        assert all(x != y for x, y in zip(a, b, strict=True))
    assert all(0 <= u < 1 for index in range(40) for u in row(index))


def test_the_points_of_few_base_samples_are_among_those_of_more():
    few, many = sample("saltelli", 8, 3, 5, 4), sample("saltelli", 32, 3, 5, 4)
    assert [few(index) for index in range(40)] == [many(index) for index in range(40)]
    assert sample("saltelli", 8, 3, 6, 4)(0) != few(0)


def test_base_samples_have_these_bytes():
    row = sample("saltelli", 16, 3, 7, 4)
    told = "\n".join(" ".join(str(u) for u in row(index)) for index in range(80))
    assert sha256(told.encode()).hexdigest()[:16] == "3d987c352e973522"


def test_keys_vary_over_their_whole_range_whatever_the_design_and_its_steps():
    found = plan(small(), "sobol", 16)
    assert (found.count, found.keys, found.policies) == (
        64,
        ("power.sharing", "consensus.limit"),
        ("base",),
    )
    points = [point.values for point in found]
    shares = [point["power.sharing"] for point in points]
    assert len(set(shares)) == 32 and 0 <= min(shares) < 0.1 and 0.9 < max(shares) <= 1
    assert [point["consensus.limit"] for point in points[::4]].count("2d") == 8
    row = sample("saltelli", 16, 2, 0, 4)
    assert Fraction(repr(points[5]["power.sharing"])) == pytest.approx(row(5)[0])
    paths = plan(small(), "morris", 5)
    assert paths.count == 15
    assert {round(3 * point.values["power.sharing"], 9) for point in paths} == {0, 1, 2, 3}


def test_policies_are_those_of_the_sweep_unless_they_are_named():
    assert plan(small(against="alone"), "morris", 4).policies == ("base", "alone")
    assert plan(small(), "morris", 4, ["alone"]).policies == ("alone",)
    with pytest.raises(UsageError, match=r"no variant 'alonr' .*alone"):
        plan(small(), "morris", 4, ["alonr"])


def test_a_scenario_that_varies_nothing_says_how_to():
    from model.tiny import PLAIN

    from sim.scenario import Scenario

    with pytest.raises(UsageError, match=r"has no sweep.vary, .* for example, sweep: \{vary: \{"):
        plan(Scenario.from_dict(PLAIN), "sobol", 8)


def test_a_first_point_that_cannot_be_is_said():
    with pytest.raises(InvalidInput, match="must be shorter than the horizon"):
        plan(small(vary={"clock.warmup": ["1w"], "clock.horizon": ["1w"]}), "sobol", 4)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"method": "fast"}, "'fast' is none of sobol, morris"),
        ({"metrics": ["qualty"]}, "did you mean 'quality'"),
        ({"points": 3}, "points must be from 4"),
        ({"points": 48}, "a power of two of points, such as 32 or 64, not 48"),
        ({"confidence": 1.0}, "confidence must lie between 0 and 1"),
        ({"half_width": 0.0}, "half-width must lie between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_said(given, told):
    with pytest.raises(UsageError, match=told):
        request(small(), **given)


def test_what_is_not_given_is_as_the_scenario_says():
    assert request(small()) == Request("sobol", ("value", "quality", "delay"), 64, 4, 2, 0.95, 0.1)
    until = {"max": 30, "until": {"metric": "value", "half_width": 0.1}}
    assert request(small(replications=until), "morris").replications == 30
    sampled = small(design="morris", levels=6, vary={"power.sharing": {"from": 0, "to": 1}})
    assert request(sampled, "morris", points=48, replications=7) == replace(
        request(sampled, "morris"), points=48, replications=7, levels=6
    )


# What is played


def test_it_runs_once_and_gives_the_same_bytes_whoever_runs_it(tmp_path, monkeypatch):
    first = found_in(tmp_path / "a")
    # Points that two base samples share, as a list has few values, run once.
    different = {tuple(point.values.values()) for point in first.swept.design}
    assert (first.swept.done, first.swept.before) == (2 * len(different), 0)
    other = found_in(tmp_path / "b", workers=2)
    assert content_hash(first.table()) == content_hash(other.table()) and first.found == other.found
    more = found_in(tmp_path / "a", replications=3)
    assert (more.swept.done, more.swept.before) == (3 * len(different), 2 * len(different))
    wider = found_in(tmp_path / "a", points=8)
    added = {tuple(point.values.values()) for point in wider.swept.design} - different
    assert wider.swept.done == 2 * len(different | added)
    assert wider.swept.done - wider.swept.before == 2 * len(added)
    monkeypatch.setattr(Player, "group", lambda self, works: pytest.fail(f"runs {works} again"))
    assert content_hash(found_in(tmp_path / "a").table()) == content_hash(first.table())


def linear(monkeypatch, chance=0.0):
    """In place of the model: value is 3 x sharing, plus 1 with time for consensus, and by chance
    `chance` more."""

    def play(self, work: RunBatch):
        value = 3 * work.policy.power.sharing + (str(work.policy.consensus.limit) != "0d")
        played = [np.full(len(MEASURES), np.nan) for _ in work.replications]
        for number, row in zip(work.replications, played, strict=True):
            row[MEASURES.index("value")] = value + chance * number
            row[MEASURES.index("delay")] = 0.3
        return played

    played_by(monkeypatch, play)


def test_the_indices_of_a_linear_response_are_the_shares_of_its_parts(tmp_path, monkeypatch):
    linear(monkeypatch, chance=2.0)
    sobol = found_in(tmp_path, points=128, metrics=["value", "delay", "quality"])
    value, delay, quality = sobol.found
    # 9/12 for the uniform share, 1/4 for the fair choice.
    exact = {"power.sharing": 0.75, "consensus.limit": 0.25}
    assert value.ranking == tuple(exact)
    for name in ("first", "total"):
        for key, index in zip(value.keys, value.estimated.indices[name], strict=True):
            assert index.low <= exact[key] <= index.high and index.estimate == pytest.approx(
                exact[key], abs=0.1
            )
    assert value.mean == pytest.approx(1.5 + 0.5 + 1, abs=0.05) and value.spread == pytest.approx(
        1, abs=0.05
    )
    assert delay.estimated.unknown == CONSTANT and delay.ranking == ()
    assert quality.groups == 0 and "is known at all points of 0 of 128 groups only" in finding(
        quality
    )
    table = sobol.table()
    assert table[["metric", "key", "index"]].to_numpy().tolist() == [
        ["value", key, index] for key in exact for index in ("first", "total")
    ]
    card = sobol._repr_html_()
    first = dict(zip(value.keys, value.estimated.indices["total"], strict=True))["power.sharing"]
    assert f"power.sharing {estimate(*first)}<br>consensus.limit " in card and finding(
        quality
    ) in unescape(card)
    assert repr(sobol).startswith("Sensitivity(") and "128 base samples" in repr(sobol)
    paths = found_in(tmp_path, points=10, method="morris").found[0]
    assert [index.estimate for index in paths.estimated.indices["mu_star"]] == pytest.approx(
        [3, 1.5]
    )
    assert [index.estimate for index in paths.estimated.indices["sigma"]] == pytest.approx(
        [0, 0], abs=1e-6
    )


def test_a_base_sample_with_a_run_that_failed_is_not_used(tmp_path, monkeypatch):
    linear(monkeypatch)
    play = Player.group
    failing = plan(small(), "sobol", 16)[7].values

    def some(self, work: RunBatch):
        if work.policy.power.sharing == failing["power.sharing"]:
            return [Failure("broken") for _ in work.replications]
        return play(self, [work])[0]

    played_by(monkeypatch, some)
    found = found_in(tmp_path, points=16)
    assert found.swept.failures and found.found[0].groups == 15
    assert any(
        "1 of 16 base samples are not used" in text
        for text in unsettled(found.found[0], found.asked)
    )


def test_a_path_with_a_point_that_was_left_out_is_not_used(tmp_path, monkeypatch):
    played_by(
        monkeypatch,
        lambda self, work: (
            [np.ones(len(MEASURES)) * len(str(work.policy.clock))] * len(work.replications)
        ),
    )
    vary = {"clock.warmup": {"from": "0d", "to": "4d", "steps": 2}, "clock.horizon": ["1w", "2d"]}
    of = small(vary=vary, seed=None)
    found = found_in(tmp_path, of, method="morris", points=12)
    lost = {left.point.index // 3 for left in found.swept.left_out}
    assert lost and found.found[0].groups == 12 - len(lost)


# What is concluded


def made(estimates, half=0.02, by_groups=None, ranked_by="total", apart=1.0, chance=0.0, groups=64):
    """What was found of keys a, b, ... with these indices, all as well known."""
    each = tuple(Index(value, value - half, value + half) for value in estimates)
    names = ("first", "total") if ranked_by == "total" else ("mu", "sigma", "mu_star")
    gaps = tuple(
        tuple(Index(a - b, a - b - apart, a - b + apart) for b in estimates) for a in estimates
    )
    inner = (half if by_groups is None else by_groups,) * len(estimates)
    known = Estimated(
        dict.fromkeys(names, each), gaps, dict.fromkeys(names, inner), (chance,) * len(estimates)
    )
    return MetricResult(
        "base", "value", tuple("abcdef"[: len(estimates)]), ranked_by, groups, 1.0, 1.0, known
    )


def test_what_is_known_well_is_concluded():
    found = made([0.3, 0.6, 0.01], apart=0.05)
    assert unsettled(found, Request(replications=5)) == []
    assert needed(found, Request(replications=5)) == Needed(64, 5)
    told = finding(found)
    assert "b 0.60 [0.58 to 0.62]; a 0.30 [0.28 to 0.32]" in told and "Next to nothing: c." in told


def alone(estimate, low, high, keys=(0.5, 0.4)):
    found = made(list(keys), apart=0.01)
    return finding(
        replace(found, estimated=replace(found.estimated, alone=Index(estimate, low, high)))
    )


def test_of_acting_together_no_more_is_said_than_the_interval_supports():
    assert "By themselves the keys make up 0.48 [0.30 to 0.66] of it; the rest" in alone(
        0.48, 0.30, 0.66
    )
    assert "Whether they also act together cannot be told" in alone(0.48, 0.1, 1.2)
    assert "they make up 1.00 [0.70 to 1.00] of it" in alone(1.04, 0.7, 1.4), (
        "shares lie from 0 to 1"
    )
    assert "what they do only together is next to nothing" in alone(1.0, 0.97, 1.02)


def test_one_key_cannot_act_together_with_any():
    found = made([0.48], half=0.5)
    told = finding(found)
    assert told == "Only a acts on value here: all that varies from point to point is its doing."
    assert unsettled(found, Request(replications=5)) == [] and needed(
        found, Request(replications=5)
    ) == Needed(64, 5)
    assert "may be chance" not in told and "0.48" not in told


def test_a_key_whose_interval_reaches_0_is_not_said_to_matter():
    told = finding(made([0.6, 0.05], half=0.1, apart=0.01))
    assert "Whether b matters at all cannot be told." in told


def test_shares_are_shown_from_0_to_1_and_saved_as_they_are(tmp_path):
    table = found_in(tmp_path, points=8).table()
    seen = as_shown(table)
    shares = seen[["estimate", "low", "high"]]
    assert ((shares >= 0) & (shares <= 1)).all().all()
    assert (table[["estimate", "low", "high"]].clip(0, 1) == shares).all().all()
    assert (
        (as_shown(table[table["key"] == "power.sharing"])[["estimate", "low", "high"]] == 1)
        .all()
        .all()
    )


def test_a_key_that_a_policy_does_not_read_has_no_part(tmp_path):
    """One voice decides: sharing is nothing to it, and there is one key whose shares are 1; of two
    there is none."""
    vary = {
        "power.sharing": VARY["power.sharing"],
        "power.gather": {"from": "0d", "to": "3d", "steps": 2},
    }
    found = found_in(tmp_path, small(vary=vary), variants=["alone"], metrics=["value", "delay"])
    assert [each.keys for each in found.found] == [("power.gather",)] * 2
    assert set(found.table()["key"]) == {"power.gather"}
    assert (
        "only time to gather acts" in found.verdict[0]
        or "delay moves with time to gather alone" in found.verdict[0]
    )
    assert "does not read power sharing" in found.verdict[0] and "together" not in str(found)
    none = found_in(tmp_path, small(), variants=["alone"])
    assert none.found[0].keys == () and none.swept.done == 2
    assert (
        none.verdict[0] == "alone reads none of the keys that vary: nothing here can matter to it."
    )


@pytest.mark.parametrize("width", [80, 60, 40])
@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_the_answer_fits_the_width(tmp_path, method, width):
    found = found_in(
        tmp_path, small(against="alone"), method=method, metrics=["value", "quality", "delay"]
    )
    text = text_of(found, width)
    assert max(map(len, text.splitlines())) <= width and 2 <= len(found.verdict) <= 5
    assert str(found) == text_of(found) and found.verdict == about(found)["sensitivity"]["verdict"]


def test_where_the_better_policy_turns_is_counted_and_placed():
    cube = np.column_stack([np.linspace(0, 1, 10), np.tile([0.2, 0.8], 5)])
    gaps = np.where(cube[:, 0] > 0.65, -1.0, 1.0)
    told = turned(gaps, cube, ["a", "b"], "shared", "alone")
    assert told == (
        "shared is worth more than alone at 6 of 10 settings tried; where it is not, a is mostly "
        "higher."
    )
    assert turned(-gaps, 1 - cube, ["a", "b"], "x", "y").endswith(
        "where it is not, a is mostly higher."
    )
    gaps[0] = np.nan
    assert "at 5 of 9 settings" in turned(gaps, cube, ["a", "b"], "x", "y")
    assert turned(gaps * 0 + 1, cube, ["a", "b"], "x", "y").endswith("at 9 of 9 settings tried.")
    even = np.tile([1.0, 1.0, -1.0, -1.0], 10)
    assert "no single key" in turned(even, np.tile([[0.2], [0.8]], (20, 1)), ["a"], "x", "y")
    assert turned(gaps * np.nan, cube, ["a", "b"], "x", "y") == ""


def test_turns_come_from_the_runs_of_both_policies(tmp_path):
    found = found_in(tmp_path, variants=["base", "alone"])
    base, alone = (responses(found.swept, name, found.asked)[0] for name in ("base", "alone"))
    more = int(((base - alone).mean(axis=0) > 0).sum())
    assert f"base is worth more than alone at {more} of {base[0].size} settings" in found.turns
    assert about(found)["sensitivity"]["turns"] == found.turns
    assert found_in(tmp_path / "one", variants=["base"]).turns == ""


def test_what_cannot_be_told_apart_is_said():
    told = unsettled(made([0.3, 0.32, 0.01], apart=0.05), Request(replications=5))
    assert told == ["Whether b or a matters more cannot be told yet; they may matter alike."]
    assert unsettled(made([0.6, 0.01, 0.011], apart=0.05), Request(replications=5)) == []


@pytest.mark.parametrize(
    ("half", "by_groups", "expected"),
    [
        (0.2, 0.2, Needed(256, 10)),  # twice as wide as it may be: four times the base samples
        (0.21, 0.21, Needed(512, 10)),  # 283, and a power of two
        (
            0.15,
            0.1,
            Needed(128, 25),
        ),  # 0.15^2 - 0.1^2 = 0.0125 is for replications, which may have 0.005
        (
            0.12,
            0.1,
            Needed(128, 10),
        ),  # 0.0044 is less than 0.005, 0.0056 left: 64 x 0.01 / 0.0056 = 115
        (50.0, 50.0, Needed(MOST_POINTS, 10)),
        (50.0, 0.05, Needed(64, MOST_REPLICATIONS)),
    ],
)
def test_how_many_runs_would_do(half, by_groups, expected):
    found = made([0.5, 0.2], half, by_groups, apart=0.01)
    wanted = Request(points=64, replications=10)
    assert needed(found, wanted) == expected
    told = unsettled(found, wanted)
    assert any(
        f"is known to ±{half:.2g} only, not to ±0.1: too wide to conclude." in text for text in told
    )
    assert any(
        f"About {expected.points:,} base samples and {expected.replications:,}" in text
        for text in told
    )


def test_effects_are_judged_as_shares_of_the_largest():
    wanted = Request("morris", points=20, replications=10)
    wide = made([40.0, 10.0], half=8.0, ranked_by="mu_star", apart=1.0)
    assert needed(wide, wanted) == Needed(80, 10)
    assert "mu* of a is known to ±8 only, not to ±4" in unsettled(wide, wanted)[0]
    noisy = made([40.0, 10.0], half=1.0, ranked_by="mu_star", apart=1.0, chance=6.0)
    assert unsettled(replace(noisy, groups=20), wanted) == [
        "A mu* up to about 6 may be chance alone; more replications make that less."
    ]


def test_one_replication_is_one_world_and_chance_alone_no_conclusion():
    assert "this one world" in unsettled(made([0.5, 0.1], apart=0.1), Request())[0]
    nothing = replace(made([0.5]), estimated=Estimated(unknown=CHANCE))
    assert finding(nothing) == f"value {CHANCE}."
    assert unsettled(nothing, Request(replications=3)) == [
        "With 3 replications the part of no key can be told from chance."
    ]
    assert needed(nothing, Request(replications=3)) == Needed(64, 3)
