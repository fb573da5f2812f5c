"""Everything wrong is found at once, at its line and column, with what is allowed and what comes
near."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenario.strategies import random_scenario
from sim.errors import InvalidInput
from sim.scenario import Scenario

EIGHT = Path(__file__).parent / "data" / "eight-mistakes.yaml"


def problems(text, **more):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(text, name="t.yaml", **more)
    return [str(problem) for problem in caught.value.problems]


def mistakes(text, **more):
    return problems(f"name: t\n{text}", **more)


def test_eight_mistakes_are_all_reported_with_their_places():
    with pytest.raises(InvalidInput) as caught:
        Scenario.load(EIGHT)
    assert caught.value.exit_code == 3
    by_place = {(p.line, p.column): (p.path, p.message) for p in caught.value.problems}
    assert {place: path for place, (path, _) in by_place.items()} == {
        (7, 3): "perspective.bredth",
        (9, 1): "attention",
        (12, 11): "direction.shifts",
        (16, 16): "issues.operational.raised_at",
        (20, 14): "flow.up.open",
        (21, 22): "flow.down.distortion",
        (23, 9): "power.rule",
        (25, 10): "consensus.round",
    }
    messages = [message for _, message in by_place.values()]
    for hint in (
        "'breadth'?",
        "twice",
        "did you mean 2/y?",
        "'downstream'?",
        "0 to 1",
        "a number",
        "'shared'?",
        "120m",
    ):
        assert any(hint in message for message in messages), hint
    assert all(
        str(p).startswith(f"{EIGHT}:{p.line}:{p.column}: {p.path}: ") for p in caught.value.problems
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("attention: true", "t.yaml:2:12: attention: true is not allowed: expected a number"),
        ("attention: .inf", "attention: inf is not allowed"),
        ("attention: .nan", "attention: nan is not allowed"),
        ("attention: '4'", "(without quotes)"),
        ("replications: 0", "(nearest: 1)"),
        ("replications: 2.5", "(nearest: 2)"),
        ("seed: -1", (
            "seed: -1 is not allowed: expected "
            "a whole number from 0 to 9223372036854775807"
        )),
        ("seed: 9223372036854775808", "seed: 9223372036854775808 is not allowed"),
        ("power: {sharing: 65}", "(did you mean 65%?)"),
        ("power: {sharing: 150%}", "(nearest: 1)"),
        ("consensus: {threshold: 50%}", "a share above 0.5 to 1"),
        ("work: {load: 1}", "from 0 to below 1"),
        ("power: {gather: 5}", "(did you mean 5h or 5d?)"),
        ("power: {gather: 5 days}", "(did you mean 5d?)"),
        ("power: {gather: 5D}", "(did you mean 5d?)"),
        ("power: {gather: -5d}", "'-5d' is not allowed"),
        ("flow: {up: {retry: 0h}}", "above 0"),
        ("flow: {up: {retry: 20m}}", "20m is no whole number of ticks of 1h (nearest: 60m)"),
        ("clock: {tick: 1d}", "(in minutes or hours)"),
        ("clock: {tick: 45m}", "clock.tick: a day of 8h is no whole number of ticks of 0.75h"),
        ("clock: {tick: 3h, day: 9h}", (
            "consensus.round: 2h is no whole number "
            "of ticks of 3h (nearest: 3h)"
        )),
        ("clock: {horizon: 2w}", "clock.warmup: 4w must be shorter than the horizon of 2w"),
        ("clock: {horizon: 999999999999y}", "is more than 4194304 ticks"),
        ("clock: {tick: 20m}\nattention: 4", "are no whole number in a tick of 20m (nearest: 3)"),
        ("work: {focus: 8h}", "leaves nothing of a day"),
        ("work: {focus: 7h}", "a round of 2h does not fit into a day of 8h less 7h of focus"),
        ("schema: 3", "schema: 3 is not allowed: expected a whole number from 1 to 2 (nearest: 2)"),
        ("consensus: {turns: 0}", "(nearest: 0.01)"),
        ("consensus: {turns: of}", "(did you mean 'off'?)"),
        ("consensus: {turns: none}", "consensus.turns: 'none' is not allowed"),
        ("interests: {strength: 11}", "a number from 0 to 10 (nearest: 10)"),
        ("interests: {strength: -1}", "(nearest: 0)"),
        ("interests: {of: units}", "expected one of leader, unit (did you mean 'unit'?)"),
        ("interests: 0.5", "expected a mapping of the keys strength, of"),
        ("interests: {strenght: 1}", "allowed here: strength, of (did you mean 'strength'?)"),
        ("assess: {overprecision: 0.5}", "a number from 1 to 1000 (nearest: 1)"),
        ("power: {voice: autority}", "(did you mean 'authority'?)"),
        ("rollout: {heard: 1.2}", "rollout.heard: 1.2 is not allowed: expected a share"),
        ("rollout: {heard: 80%, say: 30%}", (
            "t.yaml:2:28: rollout.say: heard and say add up "
            "to 1.1, more than 1 (nearest: 0.2)"
        )),
        ("rollout: {heard: 80%}", (
            "t.yaml:2:18: rollout.heard: heard and say add up "
            "to 1.1, more than 1 (nearest: 0.7)"
        )),
        ("schema: 2\nrollout: {retry: 1d}", "rollout.retry: is no key; allowed here: coverage"),
        ("power:", "power: has no value: expected a mapping of the keys rule"),
        ("power: {rule: }", "power.rule: has no value"),
        ("power: 3", "power: is not allowed: expected a mapping of the keys rule, with, sharing"),
        ("power.rule: vote", "dotted keys are for variants and --set"),
        ("pwoer: {rule: vote}", "(did you mean 'power'?)"),
        ("title: 3", "(in quotes)"),
        ("issues: {}", "has no kind of issue"),
        ("issues: {a b: {}}", "(did you mean 'a-b'?)"),
        ("issues: {a: {witnesses: all}}", (
            "all is for at most 64 "
            "leaders, there are 65 (nearest: 64)"
        )),
        ("issues: {a: {witnesses: al}}", "(did you mean 'all'?)"),
        ("issues: {a: {rate: {every: 1/w}}}", "the one key 'each'"),
        ("issues: {a: {type: estimate, alternatives: 2}}", "goes with type choice"),
        ("issues: {a: {accuracy: 0.6}}", "needs exactly two alternatives"),
        ((
            "issues: "
            "{a: {raised_at: upstream, decided_at: midstream}}"
        ), "midstream is downstream of upstream"),
        ("issues: {a: {decided_at: centre}}", "there are: upstream, midstream, downstream, origin"),
        ("issues: {a: {rate: 999999999/m}}", "more than 1000 issues a tick"),
        ("direction: {source: downsteam}", "(did you mean 'downstream'?)"),
        ("direction: {set_by: strategc}", (
            "there is no kind of issue strategc; there are: operational, strategic, none "
            "(did you mean 'strategic'?)"
        )),
        ("direction: {set_by: strategic, source: upstream}", (
            "t.yaml:2:40: direction.source: does not go with set_by"
        )),
        ("stream: {positions: []}", "from 1 to 32 positions"),
        ("stream: {positions: 3}", "expected a list"),
        ("stream: {positions: [{name: a}]}", "position a needs leaders"),
        ("stream: {positions: [{name: any, leaders: 1}]}", "which have a meaning of their own"),
        ("stream: {positions: [{leaders: 1}]}", "positions[0].name: is missing"),
        ((
            "stream: "
            "{positions: [{name: a, leaders: 1}, {name: a, leaders: 1}]}"
        ), "stands above already"),
        ("stream: {people: p.csv}", (
            "t.yaml:2:18: stream.people: p.csv cannot "
            "be read: No such file"
        )),
        ("stream: {people: p.csv, positions: [{name: a, leaders: 1}]}", "the file says who leads"),
        ("stream: {people: p.csv, bridges: 5%}", "list such ties in the ties file"),
        ("stream: {people: p.csv, kinds: [advice]}", "there is none"),
        ("stream: {ties: t.csv}", "goes with people"),
        ("stream: {people: p.csv, ties: t.csv, kinds: [3]}", "stream.kinds[0]: 3 is not allowed"),
        ("stream: {pairs: [a, b]}", "stream.pairs[0]: 'a' is not allowed: expected a list of the"),
        ("stream: {pairs: [[1, b]]}", "(ids that are numbers in quotes)"),
        ("stream: {pairs: [[a, b], [a, a]]}", "(two different leaders, not 'a' twice)"),
        ("stream: {pairs: [[a, b], [b, a]]}", (
            "stream.pairs[1]: stands already as pair 1"
        )),
        ("variants: {base: {}}", "is the name of the base too"),
        ("variants: [a]", "variants: is not allowed: expected a mapping"),
        ("claims: 3", "claims: is not allowed: expected a list"),
        ("claims: [3]", (
            "claims[0]: is not allowed: expected a mapping of the keys metric, higher, "
            "lower, than"
        )),
        ("extends: nowhere.yaml", "cannot be read: No such file"),
    ],
)  # fmt: skip
def test_each_mistake_says_what_is_allowed(text, expected):
    if "witnesses: all" in text:
        text += "\nstream: {positions: [{name: a, leaders: 65}]}"
    messages = mistakes(text)
    assert any(expected in problem for problem in messages), messages
    assert all(problem.startswith("t.yaml:") for problem in messages)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("power: {rule: chian}", "did you mean 'chain'?"),
        (
            "power: {contingent: {when_urgent: contingent}}",
            "expected one of autocratic, consultative",
        ),
        ("power: {forum: {quorum: 0}}", "a share above 0 to 1"),
        ("consensus: {limit: 3}", "did you mean 3h or 3d?"),
        ("consensus: {limit: 0 rounds}", "'3 rounds', or a share of the half-life"),
        ("consensus: {G: [[1, 0], [0.5, 0.6]]}", "row 2 must have no number below 0 and sum to 1"),
        ("consensus: {G: [[1, 0]]}", "row 1 must be a list of 1 numbers"),
        ("consensus: {G: [[1]]}", "has 1 rows; there are 39 leaders"),
        ("consensus: {confidence: 100%}", "a share above 0.5 to below 1"),
        ("engagement: maybe", "engagement.rule: 'maybe' is not allowed: expected one of off, on"),
        ("engagement: {gain: 0.1}", "is no key; allowed here: rule, with, start, heard"),
        ("reading: random", "one of arrival, urgency"),
        ("work: {away: 95%}", "a share from 0 to 0.9"),
        ("issues: {a: {type: estimate, status_quo: true}}", "a.status_quo: goes with type choice"),
        ("issues: {a: {type: approve, invent: 10%}}", "a.invent: goes with type choice"),
        (
            "issues: {a: {alternatives: 2, accuracy: 0.6, invent: 10%}}",
            "a.invent: does not go with accuracy",
        ),
        ("issues: {a: {gap: 1, drift: 3d}}", "a.gap: does not go with drift"),
        (
            "issues: {a: {type: approve, accuracy: 0.6, study: 1}}",
            "a.study: does not go with accuracy",
        ),
        ("issues: {a: {status_quo: 'yes'}}", "expected true or false"),
    ],
)
def test_mistakes_in_rules_say_what_is_allowed(text, expected):
    messages = mistakes(text)
    assert len(messages) == 1 and expected in messages[0], messages


def test_one_mistake_is_told_once():
    assert (
        len(
            mistakes(
                "power: {rule: sharred}\nvariants: {a: {power.sharing: 0}, b: {power.sharing: 1}}"
            )
        )
        == 1
    )
    assert len(mistakes("issues: {a: {half_life: 90m}, b: {}}")) == 1
    assert len(mistakes("clock: {tick: 7m}")) == 1
    assert len(mistakes("seed: 007")) == 1


def test_a_mistake_hides_no_other():
    text = """
stream: {positions: [{name: a, leaders: 0}, {name: b, leaders: 2}, 3]}
perspective: {facets: many}
issues: {k: {raised_at: c, half_life: 10m, power: {rule: x}}}
"""
    messages = mistakes(text)
    for path in ("positions.a.leaders", "positions[2]", "facets", "k.half_life", "k.power.rule"):
        assert sum(f"{path}: " in problem for problem in messages) == 1, (path, messages)


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    with pytest.raises(InvalidInput, match="No such file"):
        Scenario.load(tmp_path / "none.yaml")
    with pytest.raises(InvalidInput, match="cannot be read"):
        Scenario.load(tmp_path)


def test_an_empty_text_and_a_list_are_problems():
    assert problems("") == ["t.yaml:1:1: name: is missing"]
    assert problems("- a") == [
        "t.yaml:1:1: a scenario is a mapping of keys, such as name: my-scenario"
    ]


def test_mappings_from_python_are_checked_as_strictly():
    for wrong in (
        {"name": "x", 3: 4},
        {"name": "x", "seed": object()},
        {"name": "x", "seed": 10**50},
    ):
        with pytest.raises(InvalidInput):
            Scenario.from_dict(wrong)
    loop: dict = {"name": "x"}
    loop["power"] = loop
    with pytest.raises(InvalidInput, match="nested"):
        Scenario.from_dict(loop)


WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["5d", "inf", "off", "all", "65%", "upstream", "1e9y"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(
        st.sampled_from(["name", "rule", "power", "x.y", ""]), st.integers(), max_size=2
    ),
)


def spoiled(data, draw):
    """The data with one value somewhere replaced by something else."""
    if isinstance(data, dict | list) and data and draw(st.integers(0, 9)) < 9:
        copy = data.copy()
        place = draw(st.sampled_from(sorted(data) if isinstance(data, dict) else range(len(data))))
        copy[place] = spoiled(data[place], draw)
        return copy
    return draw(WRONG)


@pytest.mark.slow
@given(st.integers(0, 500), st.integers(1, 4), st.data())
@settings(max_examples=150)
def test_whatever_is_wrong_is_invalid_input_and_nothing_else(seed, times, data):
    scenario = random_scenario(seed)
    scenario["variants"] = {"other": {"power.rule": "vote", "issues.kind-a.half_life": "4d"}}
    scenario["claims"] = [
        {"metric": "quality", "higher": "other", "than": "base", "confidence": "99%"}
    ] * 2
    for _ in range(times):
        scenario = spoiled(scenario, data.draw)
    try:
        made = Scenario.from_dict(scenario) if isinstance(scenario, dict) else None
    except InvalidInput as error:
        assert error.problems
    else:
        assert made is None or Scenario.from_dict(made.resolved()) == made
