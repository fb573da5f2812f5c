"""Declaring rules: what may be an argument, what a parameter may be, and what is told when it is
not so."""

from __future__ import annotations

import math

import pytest

from sim.errors import UsageError
from sim.extension import FAMILIES, NAMES, Parameter, rule
from sim.extension.declared import declared
from sim.extension.families import MOST_PARAMETERS


def test_a_declared_function_stays_a_function_and_knows_what_it_is():
    @rule(
        "consensus",
        source="Wald 1945",
        patience=Parameter(0.6, range=(0, 1), unit="share", meaning="how long"),
    )
    def vote(support, rounds, patience):
        """A forum asks for less.

        More words.
        """
        return support >= patience**rounds

    assert vote(0.7, 1, 0.6) and not vote(0.5, 1, 0.6)
    made = declared(vote)
    assert (made.name, made.family, made.summary, made.source) == (
        "vote",
        "consensus",
        "A forum asks for less.",
        "Wald 1945",
    )
    assert made.arguments == ("support", "rounds", "patience")
    assert made.parameters["patience"].is_share
    assert made.of is FAMILIES["consensus"]
    assert declared(print) is None


def test_a_rule_without_a_docstring_says_so():
    made = declared(rule("assess")(lambda own: 1.0))
    assert made.summary == "no description"


def test_every_input_of_a_family_may_be_an_argument():
    for family in NAMES:
        given = ", ".join(FAMILIES[family].inputs)
        function = eval(f"lambda {given}: 0.0")
        assert declared(rule(family)(function)).arguments == tuple(FAMILIES[family].inputs)


def _declare(family, function, **parameters):
    return rule(family, **parameters)(function)


@pytest.mark.parametrize(
    ("family", "function", "parameters", "said"),
    [
        ("consensu", lambda support: True, {}, "did you mean 'consensus'?"),
        (
            "consensus",
            lambda suport: True,
            {},
            "argument suport is neither given to a consensus rule nor a declared",
        ),
        ("consensus", lambda suport: True, {}, "did you mean 'support'?"),
        ("consensus", lambda *all: True, {}, "argument all must be a plain name"),
        ("consensus", lambda support, **others: True, {}, "argument others must be a plain name"),
        (
            "consensus",
            lambda support: True,
            {"support": Parameter(1)},
            "parameter support has the name of an input",
        ),
        (
            "consensus",
            lambda support: True,
            {"other": Parameter(1)},
            "parameter other is no argument",
        ),
        (
            "consensus",
            lambda support, other: True,
            {"other": 0.5},
            "parameter other must be a Parameter",
        ),
        (
            "assess",
            eval(f"lambda {', '.join(f'p{i}' for i in range(MOST_PARAMETERS + 1))}: 1.0"),
            {f"p{i}": Parameter(1) for i in range(MOST_PARAMETERS + 1)},
            f"at most {MOST_PARAMETERS} can be",
        ),
    ],
)
def test_what_cannot_be_declared_is_told(family, function, parameters, said):
    with pytest.raises(UsageError) as error:
        _declare(family, function, **parameters)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("default", "range_"),
    [(2, (0, 1)), (-1, (0, 1)), (math.nan, (0, 1)), (math.inf, (0, math.inf))],
)
def test_a_default_lies_within_its_range(default, range_):
    with pytest.raises(UsageError, match="is not within its range"):
        Parameter(default, range=range_)


def test_only_what_lies_between_0_and_1_may_be_a_percentage():
    assert Parameter(0.5, range=(0, 1)).is_share
    assert not Parameter(0.5, range=(0, 2)).is_share
    assert not Parameter(0.5, range=(-1, 1)).is_share


def power(positions, counted):
    """Anything."""
    return positions[0]


@pytest.mark.parametrize(
    ("given", "decides"),
    [({}, "room"), ({"decides": "room"}, "room"), ({"decides": "one voice"}, "one voice")],
)
def test_a_power_rule_says_who_decides_the_room_unless_it_says_otherwise(given, decides):
    assert declared(rule("power", **given)(power)).decides == decides
    assert declared(rule("consensus")(lambda support: support > 0.5)).decides == ""


@pytest.mark.parametrize(
    ("family", "given", "said"),
    [
        ("power", "one voic", "did you mean 'one voice'?"),
        ("power", "levels", "a power rule may say: room, one voice"),
        ("consensus", "room", "only a power rule says who decides"),
    ],
)
def test_what_a_rule_may_say_of_who_decides_is_checked(family, given, said):
    with pytest.raises(UsageError) as error:
        rule(family, decides=given)
    assert said in str(error.value)
