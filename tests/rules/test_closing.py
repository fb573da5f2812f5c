"""How a room closes an issue, and when an issue goes up: each rule against its truth table."""

from __future__ import annotations

from itertools import product

import pytest

from sim.outcome import CLOSED_BY
from sim.rules import closing
from sim.rules.catalog import FAMILIES, code
from sim.rules.family import CUSTOM

POWER_RULES = [rule.code for rule in FAMILIES["power"].values()] + [CUSTOM]


FALLBACKS = [rule.code for rule in FAMILIES["fallback"].values()]


TRUTH = (False, True)


ENDS = {
    ("authority", False): "authority",
    ("authority", True): "authority",
    ("majority", False): "authority",
    ("majority", True): "majority",
    ("best-so-far", False): "authority",
    ("best-so-far", True): "best-so-far",
    ("escalate", False): "authority",
    ("escalate", True): "authority",
    ("drop", False): "dropped",
    ("drop", True): "dropped",
}
"""How a room closes that has not agreed: by fallback, and whether anyone has a position."""


def test_what_goes_up_is_what_a_room_that_decides_has_not_agreed_on_where_somebody_is_above():
    escalate, top = code("fallback", "escalate"), -1
    for rule, agreed, fallback, above in product(POWER_RULES, TRUTH, FALLBACKS, (top, 0, 3)):
        expected = fallback == escalate and not agreed and above != top
        expected = expected and rule != code("power", "consultative")
        assert closing.goes_up(rule, agreed, fallback, above) is expected


def test_how_a_room_closes_a_matter():
    assert {name for name, _ in ENDS} == set(FAMILIES["fallback"])
    for (fallback, anyone), expected in ENDS.items():
        for rule in POWER_RULES:
            closings = [
                CLOSED_BY[closing.closing(rule, agreed, code("fallback", fallback), anyone)]
                for agreed in TRUTH
            ]
            advised = rule == code("power", "consultative")
            assert closings == (["one-voice"] * 2 if advised else [expected, "agreement"])


def test_every_way_of_closing_has_its_name():
    names = {name: value for name, value in vars(closing).items() if name.startswith("BY_")}
    assert {value: name for name, value in names.items()} == {
        0: "BY_ONE_VOICE",
        1: "BY_AGREEMENT",
        2: "BY_AUTHORITY",
        3: "BY_MAJORITY",
        4: "BY_BEST_SO_FAR",
        5: "BY_LAPSE",
        6: "BY_DROPPING",
        7: "BY_APPROVAL",
        8: "BY_REJECTION",
    }
    assert CLOSED_BY[closing.BY_LAPSE] == "lapsed" and CLOSED_BY[closing.BY_DROPPING] == "dropped"
    assert CLOSED_BY[closing.BY_APPROVAL] == "approved"
    assert CLOSED_BY[closing.BY_REJECTION] == "rejected" and len(CLOSED_BY) == len(names)


@pytest.mark.parametrize(
    ("climbing", "in_room", "ready", "expected"),
    [
        (False, False, -1, 30),  # nobody has taken it up
        (False, False, 20, 30),  # one leader was about to judge it
        (False, True, 20, 20),  # a room was ready, and found no hour
        (False, True, 30, 30),
        (False, True, 40, 30),  # a room was not ready yet
        (True, True, 20, 10),  # it was on its way up
        (True, False, -1, 10),
    ],
)
def test_where_the_time_before_a_lapse_went(climbing, in_room, ready, expected):
    assert closing.gathered_until(climbing, in_room, 10, ready, 30) == expected
