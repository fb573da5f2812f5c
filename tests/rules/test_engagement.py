"""Engagement by hand, its limits, and where it comes to rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.engagement import after_day, after_decision, effect_of

share = st.floats(0, 1)


def test_being_heard_brings_it_nearer_to_one_and_being_unheard_takes_a_share():
    assert after_decision(0.8, True, 0.25, 0.5) == pytest.approx(0.85)
    assert after_decision(0.8, False, 0.25, 0.5) == pytest.approx(0.4)
    assert after_decision(1.0, True, 0.25, 0.5) == 1.0
    assert after_decision(0.0, False, 0.25, 0.5) == 0.0
    assert (
        after_decision(0.3, True, 0.0, 0.5) == 0.3 and after_decision(0.3, False, 0.5, 0.0) == 0.3
    )


def test_engagement_acts_relative_to_where_people_start_and_never_above_one():
    assert effect_of(0.8, 0.8) == 1.0 and effect_of(1.0, 0.8) == 1.0
    assert effect_of(0.4, 0.8) == pytest.approx(0.5) and effect_of(0.0, 0.8) == 0.0
    assert effect_of(0.3, 0.0) == 1.0 and effect_of(0.0, 0.0) == 1.0


@given(share, share, share)
def test_what_engagement_does_is_a_share_that_rises_with_it(one, other, start):
    low, high = sorted((one, other))
    assert 0.0 <= effect_of(low, start) <= effect_of(high, start) <= 1.0


def test_being_heard_again_and_again_nears_one_by_powers():
    engagement = 0.2
    for _ in range(7):
        engagement = after_decision(engagement, True, 0.3, 0.9)
    assert engagement == pytest.approx(1 - 0.8 * 0.7**7)


@pytest.mark.parametrize(("backlog", "left"), [(0.0, 0.6), (0.5, 0.57), (1.0, 0.54), (3.0, 0.54)])
def test_a_day_behind_takes_its_share_and_more_days_no_more(backlog, left):
    assert after_day(0.6, 0.8, backlog, 0.1, 0.0) == pytest.approx(left)


def test_it_recovers_toward_its_rest_from_either_side():
    assert after_day(0.4, 0.8, 0.0, 0.1, 0.25) == pytest.approx(0.5)
    assert after_day(1.0, 0.8, 0.0, 0.1, 0.25) == pytest.approx(0.95)
    assert after_day(0.8, 0.8, 0.0, 0.1, 0.25) == pytest.approx(0.8)
    # First the loss, then the recovery from what is left.
    assert after_day(0.8, 0.8, 2.0, 0.5, 0.25) == pytest.approx(0.4 + 0.25 * 0.4)


def test_a_leader_who_is_always_behind_settles_where_loss_and_recovery_balance():
    behind, recovery, rest = 0.1, 0.2, 0.8
    engagement = rest
    for _ in range(400):
        engagement = after_day(engagement, rest, 5.0, behind, recovery)
    assert engagement == pytest.approx(recovery * rest / (1 - (1 - recovery) * (1 - behind)))


@given(share, share, share, share, share, st.floats(0, 50))
def test_engagement_stays_a_share(engagement, rest, one, other, recovery, backlog):
    for after in (
        after_decision(engagement, True, one, other),
        after_decision(engagement, False, one, other),
        after_day(engagement, rest, backlog, one, recovery),
    ):
        assert -1e-12 <= after <= 1 + 1e-12
    assert after_decision(engagement, True, one, other) >= engagement - 1e-12
    assert after_decision(engagement, False, one, other) <= engagement
