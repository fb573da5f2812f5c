"""Mistakes in sweeps: each is shown at its line and column, and hides no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InvalidInput
from sim.experiments.designs import design
from sim.scenario import Scenario

TEXT = """\
name: t
variants: {a: {power.rule: vote}, b: {power: {sharing: 0.1}}}
"""


def problems(sweep, text=TEXT, **more):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(f"{text}{sweep}", name="t.yaml", **more)
    return [str(problem) for problem in caught.value.problems]


RANGE = "sweep: {vary: {power.sharing: {from: "


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        ("sweep:", "t.yaml:3:7: sweep: has no value"),
        ("sweep: 3", (
            "t.yaml:3:8: sweep: is not allowed: expected "
            "a mapping of the keys vary, design"
        )),
        ("sweep: {}", "t.yaml:3:8: sweep.vary: names no key to vary"),
        ("sweep: {vary: }", "t.yaml:3:14: sweep.vary: has no value"),
        ("sweep: {vary: [power.sharing]}", "t.yaml:3:15: sweep.vary: a list is not allowed"),
        ("sweep: {very: {}, vary: {power.sharing: [0]}}", (
            "t.yaml:3:9: sweep.very: is no "
            "key; allowed here: vary"
        )),
        ("sweep: {vary: {power.shering: [0]}}",
         "t.yaml:3:16: sweep.vary.power.shering: is no key of this scenario (did you mean "
         "'power.sharing'?)"),
        ((
            "sweep: "
            "{vary: {issues.operatonal.rate: [1/w]}}"
        ), "(did you mean 'issues.operational.rate'?)"),
        ("sweep: {vary: {stream.positions.upsteam.leaders: [1]}}",
         "(did you mean 'stream.positions.upstream.leaders'?)"),
        ("sweep: {vary: {power..sharing: [0]}}", "is no key of this scenario"),
        ("sweep: {vary: {name: [x]}}",
         "t.yaml:3:16: sweep.vary.name: cannot vary: name belongs to the whole comparison"),
        ("sweep: {vary: {seed: [1]}}", "sweep.vary.seed: cannot vary: seed belongs"),
        ("sweep: {vary: {sweep.points: [1]}}", "cannot vary: sweep belongs"),
        ("sweep: {vary: {title: [x]}}", "sweep.vary.title: cannot vary; numbers, shares"),
        ("sweep: {vary: {stream.people: [x]}}", (
            "sweep.vary.stream.people: cannot "
            "vary; numbers, shares"
        )),
        ("sweep: {vary: {power: [x]}}", (
            "holds several keys; vary one "
            "of them, such as power.sharing"
        )),
        ("sweep: {vary: {engagement: ['on']}}", "such as engagement.start"),
        ("sweep: {vary: {issues: [x]}}", "such as issues.operational.alternatives"),
        ("sweep: {vary: {variants.a: [x]}}", "vary one key of a variant: variants.NAME.KEY"),
        ("sweep: {vary: {variants.base.power.sharing: [0]}}",
         "base is the base, which has its keys without a name before them: power.sharing"),
        ((
            "sweep: "
            "{vary: {variants.c.power.sharing: [0]}}"
        ), "there is no variant c; there are: a, b"),
        ((
            "sweep: "
            "{vary: {variants.a.power.shering: [0]}, variants: [a]}"
        ), "(did you mean 'power.sharing'?)"),
        ("sweep: {vary: {variants.a.power.sharing: [0]}}", (
            "would vary nothing: a "
            "is not run; sweep.variants: base"
        )),
        ("sweep: {vary: {power.sharing: [0]}, variants: [b]}",
         "t.yaml:3:16: sweep.vary.power.sharing: would vary nothing: b sets it itself; "
         "vary variants.b.power.sharing"),
        ("sweep: {vary: {power.sharing: 0.5}}",
         "t.yaml:3:31: sweep.vary.power.sharing: 0.5 is not allowed: expected a list of values, or "
         "a range"),
        ("sweep: {vary: {power.sharing: }}", "expected a list of values, or a range"),
        ("sweep: {vary: {power.sharing: []}}", (
            "t.yaml:3:31: sweep.vary.power.sharing: "
            "has no values"
        )),
        ("sweep: {vary: {power.sharing: [0, 65]}}",
         "t.yaml:3:35: sweep.vary.power.sharing[1]: 65 is not allowed: expected a share from 0 to "
         "1, such as 0.65 or 65% (did you mean 65%?)"),
        ("sweep: {vary: {power.rule: [vote, votes]}}", (
            "t.yaml:3:35: sweep.vary.power.rule[1]: 'votes' "
            "is not allowed"
        )),
        ("sweep: {vary: {power.rule: [vote, null]}}", (
            "sweep.vary.power.rule[1]: has no "
            "value: expected one of"
        )),
        ("sweep: {vary: {power.gather: [3h, 90m]}}",
         "t.yaml:3:35: sweep.vary.power.gather: 90m is no whole number of ticks of 1h (nearest: "
         "120m)"),
        ("sweep: {vary: {attention: [1, 1.5, 2]}}",
         "t.yaml:3:31: sweep.vary.attention: 1.5 messages an hour are no whole number in a tick of "
         "1h (nearest: 2)"),
        ((
            "sweep: {vary: {issues.operational.invent: [0, 0.5, 0.2]}}\nissues: "
            "{operational: {type: approve}}"
        ),
         "t.yaml:3:47: sweep.vary.issues.operational.invent: goes with type choice"),
        ("sweep: {vary: {issues.operational.gap: [1]}}\nissues: {operational: {drift: 3d}}",
         "t.yaml:3:41: sweep.vary.issues.operational.gap: does not go with drift"),
        ("sweep: {vary: {clock.tick: [45m]}}", (
            "clock.tick: a day of 8h is "
            "no whole number of ticks of 0.75h"
        )),
        ("sweep: {vary: {consensus.round: {from: 1h, to: 12h, steps: 2}}}",
         "t.yaml:3:48: sweep.vary.consensus.round: a round of 12h does not fit into a day"),
        ("sweep: {vary: {issues.operational.decided_at: [upstream, center]}}",
         "t.yaml:3:58: sweep.vary.issues.operational.decided_at: there is no position center"),
        (f"{RANGE}0, to: 1}}}}}}", (
            "t.yaml:3:31: sweep.vary.power.sharing: lacks "
            "steps: expected {from, to, steps}"
        )),
        ("sweep: {vary: {power.sharing: {}}}", "lacks from, to, steps: expected"),
        (f"{RANGE}0, to: 1, steps: 1}}}}}}", (
            "t.yaml:3:55: sweep.vary.power.sharing.steps: 1 "
            "is not allowed"
        )),
        (f"{RANGE}0, to: 1, steps: 2.5}}}}}}", "(nearest: 2)"),
        (f"{RANGE}0, to: 1, steps: 3, scale: lg}}}}}}", (
            "t.yaml:3:65: sweep.vary.power.sharing.scale: "
            "'lg' is not"
        )),
        (f"{RANGE}0, to: 2, steps: 3}}}}}}", (
            "t.yaml:3:45: sweep.vary.power.sharing.to: 2 "
            "is not allowed"
        )),
        (f"{RANGE}1, to: 0, steps: 3}}}}}}",
         "t.yaml:3:38: sweep.vary.power.sharing.from: 1 is above to, 0 (exchange them)"),
        ((
            f"{RANGE}1, to: 0.5, "
            f"steps: 3, scale: log}}}}}}"
        ), "from: 1 is above to, 0.5 (exchange them)"),
        (f"{RANGE}1, to: 100%, steps: 3}}}}}}", "from: 1 is not below to, 100%"),
        (f"{RANGE}0, to: 1, steps: 3, scale: log}}}}}}",
         "t.yaml:3:38: sweep.vary.power.sharing.from: 0 is not above 0, as a log scale needs"),
        ((
            "sweep: "
            "{vary: {power.rule: {from: vote, to: shared, steps: 2}}}"
        ), "has no range: ranges are of numbers"),
        ("sweep: {vary: {perspective.span: {from: 1, to: 'off', steps: 2}}}", "has no range"),
        ("sweep: {vary: {perspective.breadth: {from: 1, to: inf, steps: 2}}}", "has no range"),
        ((
            "sweep: "
            "{vary: {consensus.limit: {from: 1d, to: 3 rounds, steps: 2}}}"
        ), "must be of one kind"),
        ((
            "sweep: "
            "{vary: {power.gather: {from: 3d, to: 16h, steps: 2}}}"
        ), "from: 3d is above to, 16h"),
        ((
            "sweep: {design: zip, "
            "vary: {power.sharing: {from: 0, to: 1, steps: 3}, power.rule: [vote, shared]}}"
        ),
         "t.yaml:3:72: sweep.vary.power.rule: has 2 values, power.sharing has 3; "
         "design zip takes one of each at a time"),
        ("sweep: {design: lhs, vary: {power.sharing: {from: 0, to: 1, steps: 3}}}",
         "t.yaml:3:68: sweep.vary.power.sharing.steps: goes with design grid, zip, one-at-a-time, "
         "not with lhs"),
        ("sweep: {design: lsh, vary: {power.sharing: [0]}}", "'lsh' is not allowed"),
        ("sweep: {design: sobol, points: 48, vary: {power.sharing: [0]}}",
         "t.yaml:3:32: sweep.points: design sobol takes a power of two of points, not 48 (nearest: "
         "32)"),
        ("sweep: {design: sobol, points: 49, vary: {power.sharing: [0]}}", "(nearest: 64)"),
        ((
            "sweep: "
            "{design: morris, levels: 5, vary: {power.sharing: [0]}}"
        ), "must be an even number"),
        ("sweep: {points: 9, vary: {power.sharing: [0]}}", (
            "sweep.points: goes with design "
            "random, lhs, sobol, morris"
        )),
        ("sweep: {seed: 9, vary: {power.sharing: [0]}}", "sweep.seed: goes with design random"),
        ((
            "sweep: "
            "{levels: 4, design: lhs, vary: {power.sharing: [0]}}"
        ), "goes with design morris, not with lhs"),
        ((
            "sweep: "
            "{file: x.csv, vary: {power.sharing: [0]}}"
        ), "sweep.file: goes with design list, not with grid"),
        ("sweep: {design: list}", (
            "t.yaml:3:17: sweep.file: is missing: design "
            "list needs a CSV file"
        )),
        ((
            "sweep: "
            "{design: list, file: x.csv, vary: {power.sharing: [0]}}"
        ), "sweep.vary: does not go with design list"),
        ("sweep: {vary: {power.sharing: [0]}, variants: [a, c]}",
         "t.yaml:3:51: sweep.variants[1]: there is no variant c; there are: base, a, b"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, variants: [a, a]}"
        ), "sweep.variants[1]: a is in the list twice"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, against: bas}"
        ), "sweep.against: there is no variant bas"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, replications: 0}"
        ), "sweep.replications: 0 is not allowed"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, replications: {min: 10}}"
        ), "sweep.replications.min: goes with until"),
        ((
            "sweep: {vary: {power.sharing: [0]}, "
            "replications: {min: 9, max: 3, until: {metric: value, half_width: 1}}}"
        ),
         "sweep.replications.min: 9 is more than max, 3"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, replications: {until: {metric: valu, half_width: 1}}}"
        ), "'valu'"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, replications: {until: {metric: value}}}"
        ), "until.half_width: is missing"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, replications: {until: {metric: value, half_width: 0%}}}"
        ),
         "half_width: '0%' is not allowed: expected a number above 0"),
        ((
            "sweep: "
            "{vary: {power.sharing: [0]}, replications: {until: }}"
        ), "sweep.replications.until: has no value"),
        ((
            "sweep: {vary: {power.sharing: [0]}, "
            "replications: {until: {metric: value, half_width: 1, paired: true}}}"
        ),
         "sweep.replications.until.paired: needs sweep.against"),
        ("sweep: {vary: {power.sharing: [0]}, variants: [a], against: a, "
         "replications: "
         "{until: {metric: value, half_width: 1, paired: true}}}", "pairs a with itself"),
    ],
)  # fmt: skip
def test_each_mistake_is_shown_at_its_place(sweep, expected):
    (found,) = problems(sweep)
    assert found.startswith("t.yaml:3:") and expected in found


def test_a_misspelt_key_of_a_range_is_named_beside_what_is_then_missing():
    assert problems(f"{RANGE}0, to: 1, stpes: 3}}}}}}") == [
        "t.yaml:3:31: sweep.vary.power.sharing: lacks steps: expected {from, to, steps}, "
        "such as {from: 0, to: 1, steps: 5}",
        "t.yaml:3:48: sweep.vary.power.sharing.stpes: is no key; allowed here: from, to, steps, "
        "scale (did you mean 'steps'?)",
    ]


def test_a_mistake_hides_no_other():
    sweep = (
        "sweep: {design: lhs, levels: 4, variants: [c], "
        "vary: {power.sharing: [0, 2], power.gather: [90m], "
        "attention: {from: 4, to: 3}, pwer.rule: [vote]}}"
    )
    paths = (
        "sweep.levels",
        "variants[0]",
        "power.sharing[1]",
        "vary.attention.from",
        "vary.pwer.rule",
    )
    found = problems(sweep)
    for path in paths:
        assert sum(f"{path}: " in problem for problem in found) == 1, (path, found)
    assert any(
        "perspective.bredth" in problem
        for problem in problems(f"{sweep}\nperspective: {{bredth: 1}}")
    )
    two = problems("sweep: {vary: {power.sharing: [0, 2], power.gather: [90m]}}")
    assert [problem.split(": ")[1] for problem in two] == [
        "sweep.vary.power.sharing[1]",
        "sweep.vary.power.gather",
    ]


def test_a_mistake_of_the_scenario_is_not_told_again_for_every_value():
    assert (
        len(
            problems(
                "power: {gather: 90m}\nsweep: {vary: {power.sharing: [0, 1], attention: [1, 2]}}"
            )
        )
        == 1
    )


def test_a_key_must_vary_in_some_policy_that_runs():
    own = "name: t\nvariants: {b: {power.sharing: 1}, c: {power: {sharing: 0}}}\n"
    (found,) = problems("sweep: {vary: {power.sharing: [0]}, variants: [b], against: c}", own)
    assert "would vary nothing: b, c set it themselves; vary variants.b.power.sharing" in found
    assert Scenario.from_text(
        f"{own}sweep: {{vary: {{power.sharing: [0]}}, variants: [b, base]}}"
    ).sweep
    assert Scenario.from_text(
        f"{own}sweep: {{vary: {{variants.c.power.sharing: [0]}}, variants: [c]}}"
    ).sweep


def test_a_value_that_a_variant_cannot_take_is_found():
    short = "name: t\nvariants: {short: {clock.horizon: 6w}}\n"
    found = problems("sweep: {vary: {clock.warmup: [4w, 7w]}, variants: [base, short]}", short)
    assert found == [
        "t.yaml:3:35: sweep.vary.clock.warmup: 7w must be shorter than the horizon of 6w"
    ]


VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 70),
    st.floats(),
    st.sampled_from(["3d", "90m", "1/w", "50%", "vote", "off", "inf", "3 rounds", "x"]),
)
ENTRY = st.one_of(
    VALUE,
    st.lists(VALUE, max_size=3),
    st.fixed_dictionaries(
        {},
        optional={
            "from": VALUE,
            "to": VALUE,
            "steps": st.integers(0, 5),
            "scale": st.sampled_from(["log", "x"]),
        },
    ),
)
KEY = st.sampled_from(
    "power.sharing power.rule power.gather consensus.limit consensus.G perspective.span "
    "perspective.breadth attention issues.operational.rate stream.positions.upstream.leaders "
    "clock.tick clock.warmup variants.a.power.sharing seed direction.shifts variants.a variants "
    "power a..b stream.kinds flow.up.retry issues.operational.status_quo".split()
)


@pytest.mark.slow
@given(
    st.dictionaries(KEY, ENTRY, max_size=3),
    st.sampled_from(["grid", "zip", "list", "random", "lhs", "sobol", "morris", "one-at-a-time"]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_of_a_sweep_is_used_or_invalid_input(vary, name):
    mapping = {"name": "t", "variants": {"a": {"power.rule": "vote"}}}
    mapping["sweep"] = {"vary": vary, "design": name, "variants": ["base", "a"]}
    try:
        scenario = Scenario.from_dict(mapping)
        found = design(scenario)
    except InvalidInput as error:
        assert error.problems
        return
    assert Scenario.from_dict(scenario.resolved()) == scenario
    for index in {0, found.count // 2, found.count - 1}:
        found.resolve(found[index])
