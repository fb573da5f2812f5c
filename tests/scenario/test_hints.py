"""What was likely meant: decimal commas, percentages, words for truth values, minutes and months,
misplaced words."""

from __future__ import annotations

import re

import pytest

from sim.errors import InvalidInput
from sim.scenario import Scenario


def mistakes(text):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(f"name: t\n{text}", name="t.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # Decimal commas, in a line of their own and where YAML takes the comma for one between
        # entries.
        (
            "power:\n  sharing: 0,8",
            "t.yaml:3:12: power.sharing: '0,8' .* \\(did you mean 0\\.8, with a decimal point",
        ),
        (
            "power: {sharing: 0,8}",
            "t.yaml:2:18: power.sharing: '0,8' .* \\(did you mean 0\\.8, with a decimal point",
        ),
        ("power: {gather: 1d, sharing: 0,8, voice: equal}", "t.yaml:2:30: power.sharing: '0,8'"),
        ("power:\n  sharing: 0,8 %", "did you mean 0\\.8%, with a decimal point"),
        ("power: {sharing: 80,5%}", "did you mean 80\\.5%, with a decimal point"),
        (
            "power: {gather: 1,5d}",
            "power.gather: '1,5d' .*did you mean 1\\.5d, with a decimal point",
        ),
        (
            "issues: {a: {rate: 0,5/w}}",
            "issues.a.rate: '0,5/w' .*did you mean 0\\.5/w, with a decimal point",
        ),
        (
            "issues: {a: {rate: {each: 0,5/w}}}",
            "issues.a.rate: .*did you mean 0\\.5/w, with a decimal point",
        ),
        (
            "variants: {x: {power.sharing: 0,8}}",
            "variants.x.power.sharing: '0,8' .* 0\\.8, with a decimal point",
        ),
        ("attention: '4,5'", "did you mean 4\\.5, with a decimal point"),
        ("replications: 1,000", "\\(a comma is no part of a number: 1000, or 1\\.000\\)"),
        ("replications: 1_000", "did you mean 1000\\?"),
        # Percentages and truth values.
        ("perspective: {breadth: 35%}", "did you mean 0\\.35\\?"),
        ("power: {sharing: 80 percent}", "did you mean 80%\\?"),
        ("issues: {a: {status_quo: yes}}", "expected true or false \\(did you mean true\\?\\)"),
        ("issues: {a: {status_quo: Off}}", "expected true or false \\(did you mean false\\?\\)"),
        ("issues: {a: {status_quo: 1}}", "did you mean true\\?"),
        ("engagement: yes", "engagement.rule: 'yes' .* \\(did you mean on\\?\\)"),
        # m is minutes.
        ("issues: {a: {half_life: 5m}}", "\\(nearest: 60m\\); m is minutes, a month is mo: 5mo$"),
        ("issues: {a: {half_life: 5M}}", "\\(did you mean 5mo, months, or 5m, minutes\\?\\)"),
        ("issues: {a: {rate: 3/M}}", "\\(did you mean 3/mo, months, or 3/m, minutes\\?\\)"),
        ("issues: {a: {rate: weekly}}", "did you mean 1/w\\?"),
        ("issues: {a: {rate: 3/min}}", "did you mean 3/m\\?"),
        ("issues: {a: {rate: 3 per month}}", "did you mean 3/mo\\?"),
        # A word or a number in place of a mapping.
        (
            "variants: {x: {power: autocratic}}",
            "variants.x.power: .* \\(did you mean power\\.rule: autocratic\\?\\)",
        ),
        (
            "variants: {x: {consensus: unanimity}}",
            "\\(did you mean consensus\\.rule: unanimity\\?\\)",
        ),
        ("power: 0.6", "did you mean power\\.sharing: 0\\.6\\?"),
        ("power: {forum: 5}", "did you mean forum\\.size: 5\\?"),
        ("flow: both", "did you mean flow\\.routing: both\\?"),
        ("direction: 2/y", "did you mean direction\\.shifts: 2/y\\?"),
        ("issues: {a: 4/w}", "did you mean a\\.rate: 4/w\\?"),
        # Colons without a space.
        (
            "power: {rule:shared}",
            "power.rule:shared: is no key \\(a colon needs a space after it: rule: shared\\)",
        ),
        ("power:\n  rule:shared", "power: .* \\(a colon needs a space after it: rule: shared\\)"),
    ],
)
def test_each_mistake_is_told_once_with_what_was_meant(text, message):
    messages = mistakes(text)
    assert len(messages) == 1, messages
    assert re.search(message, messages[0]), messages


@pytest.mark.parametrize(
    "text", ["consensus: 75%", "work: 80%", "clock: 1y", "direction: upstream"]
)
def test_nothing_is_suggested_where_several_keys_would_fit(text):
    assert "did you mean" not in mistakes(text)[0]


def test_what_follows_a_comma_and_has_a_value_is_a_key():
    assert "power.5: is no key" in mistakes("power: {sharing: 1,5: 3}")[0]
    assert Scenario.from_text("name: t\npower: {sharing: 0,voice: equal}").power.sharing == 0


def test_numbers_in_other_forms_are_read():
    scenario = Scenario.from_text(
        "name: t\nattention: 1e3\npower: {sharing: 62.50 %, gather: 1.50 d}"
    )
    assert (scenario.attention, scenario.power.sharing) == (1000, 0.625)
