"""What became of messages and ideas at a desk, and how the measured window sees time."""

from __future__ import annotations

import pytest

from sim.rules.desks import LATE, STOPPED, UNREAD, ended, within


@pytest.mark.parametrize(
    ("heard", "sent", "how"),
    [
        (False, False, UNREAD),
        (True, False, STOPPED),
        (True, True, LATE),
    ],
)
def test_an_idea_ends_unread_kept_back_or_too_late(heard, sent, how):
    assert ended(heard, sent) == how


def test_time_stands_still_outside_the_measured_window():
    assert [within(tick, 3, 6) for tick in range(9)] == [3, 3, 3, 3, 4, 5, 6, 6, 6]
