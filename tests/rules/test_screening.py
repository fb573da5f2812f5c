"""Screening by levels: what is proposed, who approves, and when the issue is settled."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import theory
from sim.rules import screening
from sim.rules.evidence import HIDDEN
from sim.rules.screening import approves, best_proposal, settled

TIES = [0.5, 0.9, 0.1, 0.3]


numbers = st.lists(st.floats(-5, 5), min_size=2, max_size=6)


def _approved(words: tuple[bool, ...], all_must: bool, settle=settled) -> bool:
    """The outcome when levels with these words are asked one after another."""
    for at, word in enumerate(words):
        if settle(all_must, word, at == len(words) - 1):
            return word
    raise AssertionError("nobody had the last word")


def _chance(n: int, f: float, all_must: bool, settle=settled) -> float:
    """The probability of approval by n levels that each approve with f, summed over all that they
    may say."""
    return math.fsum(
        math.prod(f if word else 1.0 - f for word in words)
        for words in product((False, True), repeat=n)
        if _approved(words, all_must, settle)
    )


@pytest.mark.parametrize(
    ("approved", "status_quo", "expected"),
    [(True, True, 2), (True, False, 2), (False, True, 0), (False, False, -1)],
)
def test_what_a_level_prefers_by_its_word(approved, status_quo, expected):
    assert screening.preferred_by(approved, 2, status_quo) == expected


@pytest.mark.parametrize(
    ("assessment", "status_quo", "proposed"),
    [
        ([0.1, 0.7, 0.2, 0.6], False, 1),
        ([0.9, 0.7, 0.2, 0.6], False, 0),
        ([0.9, 0.7, 0.2, 0.6], True, 1),
        ([0.0, -0.7, -0.2, -0.6], True, 2),
        ([9.0, 0.4, 0.4, 0.4], True, 2),
        ([0.4, 0.4, 0.4, 0.4], False, 2),
    ],
)
def test_the_best_is_proposed_other_than_to_leave_things_as_they_are(
    assessment, status_quo, proposed
):
    assert best_proposal(assessment, status_quo, TIES) == proposed


def test_of_two_only_the_proposal_is_proposed():
    assert best_proposal([3.0, -3.0], True, [0.1, 0.2]) == 1
    assert best_proposal([3.0, -3.0], False, [0.1, 0.2]) == 0


@pytest.mark.parametrize(
    ("gain", "ties", "approved"),
    [
        (0.1, [0.1, 0.9], True),
        (2e-12, [0.1, 0.9], True),
        (-0.1, [0.9, 0.1], False),
        (0.0, [0.9, 0.1], True),
        (0.0, [0.1, 0.9], False),
        (-2e-12, [0.9, 0.1], False),
    ],
)
def test_a_proposal_must_be_better_than_the_status_quo_and_a_tie_draw_settles_equals(
    gain, ties, approved
):
    assert approves([0.0, gain], 1, True, ties) == approved
    # Shifting both changes nothing: only the gain counts.
    assert approves([0.25, 0.25 + gain], 1, True, ties) == approved


def test_without_a_status_quo_a_proposal_must_be_as_good_as_a_pick_at_random():
    assert approves([0.0, 1.0, 2.0], 1, False, TIES)
    assert approves([0.0, 1.1, 2.0], 1, False, TIES)
    assert not approves([0.0, 0.9, 2.0], 1, False, TIES)
    assert approves([1.0, 1.0], 0, False, TIES)


def test_alternatives_that_one_has_not_heard_of_are_not_among_those_picked_at_random():
    assert approves([0.0, 1.0, HIDDEN], 1, False, TIES)
    assert not approves([0.0, 1.0, HIDDEN], 0, False, TIES)
    assert not approves([0.0, 1.0, HIDDEN], 2, False, TIES)
    assert not approves([HIDDEN, HIDDEN], 0, False, TIES)


@given(numbers, st.booleans())
def test_everybody_approves_its_own_proposal_unless_the_status_quo_is_better(
    assessment, status_quo
):
    ties = [0.1 + 0.01 * m for m in range(len(assessment))]
    mine = best_proposal(assessment, status_quo, ties)
    if not status_quo:
        mean = math.fsum(assessment) / len(assessment)
        assert approves(assessment, mine, False, ties) or assessment[mine] == pytest.approx(mean)
    elif assessment[mine] > assessment[0] + 1e-9:
        assert approves(assessment, mine, True, ties)
    elif assessment[mine] < assessment[0] - 1e-9:
        assert not approves(assessment, mine, True, ties)


@pytest.mark.parametrize(
    ("all_must", "approved", "last", "over"),
    [
        (True, True, False, False),
        (True, False, False, True),
        (True, True, True, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, False, True, True),
    ],
)
def test_a_no_ends_a_chain_and_a_yes_a_championship_and_the_last_word_both(
    all_must, approved, last, over
):
    assert settled(all_must, approved, last) == over


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize(("all_must", "rule"), [(True, "chain"), (False, "champion")])
def test_sequences_of_words_approve_as_often_as_sah_and_stiglitz_say(n, all_must, rule):
    for f in (0.0, 0.3, 0.8, 1.0):
        assert _chance(n, f, all_must) == pytest.approx(theory.screening(f, n, rule), abs=1e-12)


def test_settling_at_the_first_word_would_be_noticed():
    def hasty(all_must, approved, last):
        return True

    assert _chance(3, 0.3, True, hasty) != pytest.approx(theory.screening(0.3, 3, "chain"))
