"""What a decision costs in hours, and what it is worth when they are paid for."""

from __future__ import annotations


def expected_rework(right: float, each: float, stakes: float, committed: float) -> float:
    """Expected rework of one affected leader, in the unit of `each`: each x stakes x (1 - c P).

    Of two alternatives the better is chosen with probability P = `right`; quality is then 1, else
    -1, which costs as much rework as 0. committed: the mean commitment c.
    """
    return each * stakes * (1.0 - committed * right)


def expected_net_value(
    right: float, stakes: float, committed: float, half_lives: float, price: float, hours: float
) -> float:
    """Expected net value of the same choice: stakes (P c 2^-h - (1 - P)) - price x hours.

    half_lives: the delay h; price: stakes an hour; hours: the expected hours of meetings, reading
    and rework.
    """
    value = stakes * (right * committed * 2.0**-half_lives - (1.0 - right))
    return value - price * hours
