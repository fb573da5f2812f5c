"""Patterns: how each is observed, and what the shipped scenarios hold fixed."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.errors import UsageError
from sim.kernel import simulate
from sim.parameters import parameters
from sim.patterns import PATTERNS, Estimate, Target, chosen, compare
from sim.patterns._mentions import mentioned
from sim.patterns._mentions import simulate as listen
from sim.patterns._observe import (
    hidden_cases,
    hung,
    mentions,
    solution_odds,
    solved,
    times_as_long,
    wider_gap,
)
from sim.patterns._pattern import READ, USES
from sim.patterns._statistics import odds_ratio, share
from sim.patterns.table import described, summary, text
from sim.rules.closing import BY_AGREEMENT
from sim.scenario import Scenario
from sim.shipped import shipped

TWINS = ("hidden", "manifest", "before")


def run(**columns: list[float]) -> SimpleNamespace:
    """An outcome of which only some columns of the decisions are needed."""
    length = len(next(iter(columns.values())))
    table = np.zeros(length, dtype=[(name, "f8") for name in columns])
    for name, values in columns.items():
        table[name] = values
    return SimpleNamespace(decisions=table)


@pytest.fixture(scope="module")
def twins():
    """One replication of each twin, and of the vote before anybody speaks."""
    policies = Scenario.load(shipped("patterns")["hidden-profile"]).policies()
    return {name: [simulate(parameters(policies[name]), 0)] for name in TWINS}


def test_twins_have_the_same_truths(twins):
    tables = [twins[name][0].decisions for name in TWINS]
    assert len(tables[0]) > 300
    for column in ("issue", "raised", "origin", "accountable", "best", "ceiling"):
        for table in tables[1:]:
            assert np.array_equal(table[column], tables[0][column]), column
    # Nobody but the four members decides, whoever was given what.
    assert all((table["participants"] == 4).all() for table in tables)


def test_the_same_cases_are_selected_in_both_twins(twins):
    right = {name: sum(solved(twins, name)) for name in ("hidden", "manifest")}
    assert right["hidden"] == right["manifest"] == hidden_cases(twins["before"][0].decisions).sum()
    assert right["hidden"] > 20


def test_a_hidden_case_is_one_that_the_vote_misses_and_all_evidence_solves():
    before = run(correct=[0.0, 0.0, 1.0, 0.0], ceiling=[1.0, 0.4, 1.0, 1.0]).decisions
    assert hidden_cases(before).tolist() == [True, False, False, True]


def test_the_odds_ratio_of_hand_made_twins():
    played = {
        "before": [run(correct=[0.0] * 8, ceiling=[1.0] * 8)],
        "manifest": [run(correct=[1.0] * 6 + [0.0] * 2)],
        "hidden": [run(correct=[1.0] * 2 + [0.0] * 6)],
    }
    found = solution_odds("manifest", "hidden")(played)
    assert found == odds_ratio(6, 2, 2, 6) and found.value == pytest.approx(9.0)


def test_shares_mentioned_on_a_hand_made_record():
    # Ideas 1 and 2 are held by all three members, 3 by two of them, 4 to 6 by one.
    holders = {1: 3, 2: 3, 3: 2, 4: 1, 5: 1, 6: 1}
    assert mentioned(holders, 3, [1, 3, 6]) == pytest.approx((1 / 2, 1 / 3))
    assert mentioned(holders, 3, []) == (0.0, 0.0)
    shared, unshared = mentioned({3: 2}, 3, [3])
    assert math.isnan(shared) and math.isnan(unshared)


def test_what_is_mentioned_is_averaged_over_sizes_of_groups():
    played = {
        "three": [np.array([[3, 0.2, 0.1], [3, 0.4, 0.1], [3, 0.3, 0.1]])],
        "six": [np.array([[6, 0.6, 0.2], [6, 0.8, 0.2], [6, 0.7, 0.2]])],
    }
    assert mentions(1)(played).value == pytest.approx(0.5)
    assert mentions(2)(played)[:3] == pytest.approx((0.15, 0.15, 0.15))
    assert wider_gap("six", "three")(played).value == pytest.approx(0.5 - 0.2)


def test_a_meeting_mentions_no_more_than_it_has_turns():
    policy = Scenario.load(
        shipped("patterns")["mentions"], {"clock.horizon": "4w", "consensus.candour": "1"}
    ).policies()["three"]
    rows = listen(parameters(policy), 0)
    turns = parameters(policy).kinds.turns[0]
    said = np.rint(rows[:, 1:] * 6).sum(axis=1)
    # Everybody is candid, so each turn brings one of the twelve ideas.
    assert len(rows) > 20 and (said == turns).all()


def test_juries_by_hand():
    other = BY_AGREEMENT + 3
    played = {
        "strict": [run(closed_by=[BY_AGREEMENT, other, BY_AGREEMENT], rounds=[4.0, 40.0, 8.0])],
        "lax": [run(closed_by=[BY_AGREEMENT] * 3, rounds=[1.0, 2.0, 3.0])],
    }
    assert hung("strict")(played) == share(1, 3)
    assert times_as_long("strict", "lax")(played).value == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("low", "high", "fits"), [(7.0, 30.0, True), (5.5, 6.5, True), (9.0, 14.0, False)]
)
def test_a_pattern_fits_by_its_value_or_within_its_range(low, high, fits):
    (pattern,) = chosen(PATTERNS, ["hidden-odds"])
    assert pattern.fits(Estimate((low + high) / 2, low, high, 10)) is fits


def test_distance_is_counted_in_half_widths_of_the_range():
    odds = Target(8.0, 8.0 / 1.5, 8.0 * 1.5, True)
    assert [odds.distance(value) for value in (8.0, 12.0, 8.0 / 1.5**2)] == pytest.approx([0, 1, 2])
    assert Target(0.46, 0.40, 0.52).distance(0.43) == pytest.approx(0.5)
    assert odds.distance(0.0) == math.inf and odds.distance(math.nan) == math.inf


def test_every_pattern_says_what_was_read_and_can_be_played():
    files = shipped("patterns")
    assert len({pattern.name for pattern in PATTERNS}) == len(PATTERNS)
    for pattern in PATTERNS:
        assert pattern.read in READ and pattern.use in USES and pattern.source
        assert pattern.question.endswith("?") and pattern.target.low < pattern.target.high
        policies = Scenario.load(files[pattern.scenario]).policies()
        assert set(pattern.policies) <= set(policies), pattern.name


def test_what_the_room_does_is_left_to_the_defaults():
    """The scenarios judge the defaults: those of the room are set by none of them."""
    for name in ("hidden-profile", "mentions", "jury"):
        scenario = Scenario.load(shipped("patterns")[name])
        for key in ("turns", "candour", "susceptibility", "self"):
            assert not scenario.says(f"consensus.{key}"), (name, key)


def test_what_comes_out_does_not_depend_on_workers():
    some = chosen(PATTERNS, ["hung-unanimity", "time-unanimity"])
    one, two = (compare(some, shipped("patterns"), {"jury": 2}, workers) for workers in (1, 2))
    assert [found.simulated for found in one] == [found.simulated for found in two]
    assert one[0].simulated.observations > 50


def test_an_unknown_pattern_is_a_matter_of_usage():
    with pytest.raises(UsageError, match="did you mean 'hidden-odds'"):
        chosen(PATTERNS, ["hidden-ods"])


def test_the_table_and_the_data_say_the_same():
    some = chosen(PATTERNS, ["hung-more", "hidden-odds", "participation"])
    effort = {"jury": 1, "hidden-profile": 1, "meetings": 2}
    found = compare(some, shipped("patterns"), effort, 1)
    told = text(found)
    for one in found:
        (line,) = [line for line in told.splitlines() if f" {one.pattern.name} " in line]
        data = described(one)
        assert line.endswith("fits" if data["fits"] else "does not fit")
        assert data["published_range"] == [one.pattern.target.low, one.pattern.target.high]
        assert line.endswith("does not fit") is not one.fits
    assert summary(found).startswith(f"{int(found[0].fits)} of 1 patterns by which")
