"""What both drivers decide by numbers alone, each rule against its whole truth table."""

from __future__ import annotations

from itertools import product

import pytest

from sim.outcome import CLOSED_BY
from sim.rules import closing, consensus, flow, outcomes, power, screening
from sim.rules.catalog import DECLARED, FAMILIES, code, name_of
from sim.rules.family import CUSTOM, Family

POWER_RULES = [rule.code for rule in FAMILIES["power"].values()] + [CUSTOM]
FALLBACKS = [rule.code for rule in FAMILIES["fallback"].values()]
TRUTH = (False, True)
BOUND = 1 - 1e-9


# -- which way an issue takes ----------------------------------------------------------------------

WAYS = {
    "autocratic": power.ALONE,
    "consultative": power.IN_ROOM,
    "delegated": power.DELEGATE,
    "shared": power.IN_ROOM,
    "vote": power.IN_ROOM,
    "rotating": power.IN_ROOM,
    "emergent": power.IN_ROOM,
    "chain": power.BY_LEVELS,
    "champion": power.BY_LEVELS,
    "contingent": power.IN_ROOM,
}


def test_the_way_of_every_power_rule():
    assert {name: power.way_of(code("power", name)) for name in FAMILIES["power"]} == WAYS
    assert power.way_of(CUSTOM) == power.IN_ROOM
    # Rules by which levels decide are those, and no other, that say so.
    levels = {name for name, rule in FAMILIES["power"].items() if rule.decides == "levels"}
    assert levels == {name for name, way in WAYS.items() if way == power.BY_LEVELS}


def test_a_room_decides_in_common_under_the_rules_that_say_so():
    found = {name for name in FAMILIES["power"] if power.deliberates(code("power", name))}
    assert found == {name for name, rule in FAMILIES["power"].items() if rule.decides == "room"}
    assert power.deliberates(CUSTOM)


@pytest.mark.parametrize("way", [power.ALONE, power.DELEGATE])
def test_one_voice_waits_until_gathering_is_over(way):
    assert power.judged_at(way, 20, 12, 5) == 20
    assert power.judged_at(way, 20, 20, 5) == 20
    assert power.judged_at(way, 20, 23, 5) == 23


def test_every_level_gathers_anew():
    for ready in (-1, 3, 50):
        assert power.judged_at(power.BY_LEVELS, ready, 12, 5) == 17


# -- whether a matter goes up, and how a room closes it --------------------------------------------


def test_what_goes_up_is_what_a_room_that_decides_has_not_agreed_on_where_somebody_is_above():
    escalate, top = code("fallback", "escalate"), -1
    for rule, agreed, fallback, above in product(POWER_RULES, TRUTH, FALLBACKS, (top, 0, 3)):
        expected = fallback == escalate and not agreed and above != top
        expected = expected and rule != code("power", "consultative")
        assert closing.goes_up(rule, agreed, fallback, above) is expected


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


def test_how_a_room_closes_a_matter():
    assert {name for name, _ in ENDS} == set(FAMILIES["fallback"])
    for (fallback, anyone), expected in ENDS.items():
        for rule in POWER_RULES:
            found = [
                CLOSED_BY[closing.closing(rule, agreed, code("fallback", fallback), anyone)]
                for agreed in TRUTH
            ]
            advised = rule == code("power", "consultative")
            assert found == (["one-voice"] * 2 if advised else [expected, "agreement"])


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


# -- whether a room agrees -------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("against", [0.0, 0.3])
@pytest.mark.parametrize("measure", [0.5, 2.0])
def test_whether_a_room_agrees(share, against, measure):
    expected = {
        "none": True,
        "majority": share > 0.5,
        "supermajority": share >= 0.7,
        "unanimity": against == 0.0,
        "tolerance": measure == 0.5,
        "consent": measure == 0.5,
        "confidence": measure == 2.0,
    }
    assert set(expected) == set(FAMILIES["consensus"])
    # A supermajority of 70 %; gaps and losses up to 0.5 x 2; probabilities of 0.7, log odds 0.85.
    for name, agrees in expected.items():
        rule = code("consensus", name)
        bound = consensus.bound_of(rule, 0.7, 1.0, 0.5, 0.7, 2.0)
        assert consensus.agrees_on(rule, measure, bound, share, against) is agrees


def test_every_consensus_rule_has_its_own_bound():
    limits = {"threshold": 0.7, "tolerance": 3.0, "objection": 0.5, "confidence": 0.9, "scale": 4.0}
    found = {
        name: consensus.bound_of(rule.code, **limits)
        for name, rule in FAMILIES["consensus"].items()
        if name not in ("none", "majority", "unanimity")
    }
    assert found == {"supermajority": 0.7, "tolerance": 3.0, "consent": 2.0, "confidence": 0.9}


def test_a_bound_itself_is_enough():
    for name in ("tolerance", "consent"):
        rule = code("consensus", name)
        assert consensus.agrees_on(rule, 1.0, 1.0, 0.0, 1.0)
        assert not consensus.agrees_on(rule, 1.0, BOUND, 1.0, 0.0)


def test_a_custom_rule_asks_for_no_share():
    assert consensus.needed(CUSTOM, 0.7) == 0.0


# -- levels, messages, telling ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approved", "status_quo", "expected"),
    [(True, True, 2), (True, False, 2), (False, True, 0), (False, False, -1)],
)
def test_what_a_level_prefers_by_its_word(approved, status_quo, expected):
    assert screening.preferred_by(approved, 2, status_quo) == expected


def test_what_makes_a_message_void():
    for what in (flow.IDEA, flow.NOTICE, flow.MANDATE):
        found = [flow.no_longer_matters(what, state) for state in range(3)]
        assert found == [False, True, True]
    found = [flow.no_longer_matters(flow.DECISION, state) for state in range(3)]
    assert found == [False, False, True]
    assert (closing.OPEN, closing.DECIDED, closing.CLOSED) == (0, 1, 2)


@pytest.mark.parametrize(
    ("held", "newest", "expected"),
    [(True, 4, True), (True, 3, False), (False, 4, False), (False, 3, False)],
)
def test_held_news_is_superseded_by_newer(held, newest, expected):
    assert flow.is_superseded(held, newest, 3) is expected


def test_no_two_messages_share_a_draw():
    whats = (flow.IDEA, flow.NOTICE, flow.MANDATE, flow.DECISION, flow.CONTEXT)
    found = [flow.draw_index(what, attempt) for what in whats for attempt in range(50)]
    assert len(set(found)) == len(found) and whats == (0, 1, 2, 3, 4)
    assert flow.draw_index(flow.DECISION, 2) == 19


@pytest.mark.parametrize(("told", "expected"), [(0, False), (6, False), (7, True), (10, True)])
def test_a_decision_takes_effect_when_enough_know(told, expected):
    assert outcomes.enough_know(told, 10, 0.7) is expected
    assert outcomes.enough_know(told, 10, 0.0) is True


# -- declarations ----------------------------------------------------------------------------------

CODES = {
    "issue type": "choice 0, approve 1, estimate 2",
    "power": "autocratic 0, consultative 1, delegated 2, shared 3, vote 4, rotating 5, "
    "emergent 6, chain 7, champion 8, contingent 9",
    "consensus": "none 0, majority 1, supermajority 2, unanimity 3, tolerance 4, consent 5, "
    "confidence 6",
    "fallback": "authority 0, majority 1, best-so-far 2, escalate 3, drop 4",
    "voice": "equal 0, expertise 1, influence 2",
    "choose": "relevance 0, balanced 1, random 2, all 3, influence 4",
    "routing": "line 0, spread 1, both 2",
    "flow": "open 0",
    "assess": "bayesian 0",
    "persuade": "friedkin-johnsen 0",
    "influence": "fixed 0, merit 1, reflected 2",
    "engagement": "off 0, on 1",
    "forum mode": "together 0, written 1",
    "reading": "arrival 0, urgency 1",
}
"""Codes are for good: a new rule gets a new one, and no rule of another name ever has it again."""


def test_codes_are_what_they_were():
    found = {
        name: ", ".join(f"{rule.name} {rule.code}" for rule in family.rules.values())
        for name, family in DECLARED.items()
    }
    assert found == CODES


def test_codes_and_names_belong_to_one_another():
    for family, rules in FAMILIES.items():
        for name in rules:
            assert name_of(family, code(family, name)) == name
        assert name_of(family, CUSTOM) == "custom"
        with pytest.raises(KeyError, match=f"no {family} rule has the code 99"):
            name_of(family, 99)


def test_a_rule_that_is_added_moves_no_other():
    family = Family("colour", "colour.rule")
    red = family.rule(0, "red", "is red", "standard")
    blue = family.rule(7, "blue", "is blue", "standard", reads={"colour.depth"}, phrase="so blue")
    assert (red, blue) == (0, 7) and family.section == "colour"
    assert family.rules["blue"].reads == {"colour.depth"} and family.rules["red"].reads == set()
    for wrong in ((0, "green"), (3, "blue"), (CUSTOM, "green")):
        with pytest.raises(ValueError, match="must be its own"):
            family.rule(*wrong, "is green", "standard")
    assert list(family.rules) == ["red", "blue"]
