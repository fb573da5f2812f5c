"""A changed copy of a scenario, and what is said of changes made in Python."""

from __future__ import annotations

import doctest
import pickle

import pytest

from sim.errors import InvalidInput
from sim.scenario import Scenario

TEXT = """\
name: mine
base: shared
power: {sharing: 0.6}
flow: {up: {open: 65%}}
variants: {vote: {power.rule: vote}, open: {flow.up.open: 90%}}
claims: [{metric: quality, higher: vote, than: shared}]
"""


@pytest.fixture
def scenario() -> Scenario:
    return Scenario.from_text(TEXT)


def test_the_examples_of_its_docstring_are_right():
    (examples,) = doctest.DocTestFinder().find(Scenario.with_, "with_", globs={})
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(examples)
    assert runner.tries > 5 and runner.failures == 0


def test_a_changed_copy_is_what_loading_with_the_changes_gives(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    changes = {
        "power.sharing": 0.5,
        "flow.up.open": "40%",
        "variants.vote.power.voice": "influence",
        "seed": 9,
    }
    loaded, changed = Scenario.load(path, overrides=changes), Scenario.load(path).with_(changes)
    assert changed == loaded and changed.digest == loaded.digest and hash(changed) == hash(loaded)
    assert changed.resolved() == loaded.resolved() and changed.folder == tmp_path
    assert pickle.loads(pickle.dumps(changed)) == loaded
    assert {name: policy.digest for name, policy in changed.policies().items()} == {
        name: policy.digest for name, policy in loaded.policies().items()
    }


def test_the_original_stays_and_variants_follow(scenario):
    before = scenario.digest
    changed = scenario.with_({"flow.up.open": "40%"}, work={"load": "80%"})
    assert scenario.digest == before and scenario.flow.up.open == 0.65
    assert (changed.flow.up.open, changed.work.load, changed.work.focus) == (
        0.4,
        0.8,
        scenario.work.focus,
    )
    assert [policy.flow.up.open for policy in changed.policies().values()] == [0.4, 0.4, 0.9]
    assert changed.with_({"flow.up.open": 0.65, "work.load": scenario.work.load}) == scenario


def test_texts_are_taken_as_they_are_and_none_removes_a_key(scenario):
    assert scenario.with_(title="a: b, {c", description="0.5").title == "a: b, {c"
    assert scenario.with_({"power.sharing": None, "claims": None}).power.sharing == 0.6
    assert scenario.with_(claims=[]).claims == ()
    assert scenario.with_({"consensus.limit": scenario.consensus.limit}) == scenario
    assert scenario.with_() == scenario


def test_one_of_several_policies_can_be_changed_too(scenario):
    vote = scenario.policies()["vote"].with_({"power.sharing": 0.2})
    assert (vote.power.rule, vote.power.sharing, vote.base) == ("vote", 0.2, "vote")
    assert list(vote.policies()) == ["vote"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"power.sharing": 2}, "power.sharing: 2 is not allowed"),
        ({"power.sharing": "0.5"}, "power.sharing: '0.5' is not allowed"),
        ({"power.sharin": 1}, "power.sharin: "),
        ({"variants.vote.power.rul": "vote"}, "variants.vote.power.rul: "),
        (
            {"stream.positions.top.leaders": 3},
            "stream.positions.top.leaders: stream.positions has no entry",
        ),
        ({"power..rule": "vote"}, "power..rule: is no dotted key"),
        ({"power.rule": object()}, "power.rule: cannot hold a object"),
        ({"title": "\x07"}, "title: holds control characters"),
    ],
)
def test_what_cannot_be_is_named_by_its_key(scenario, changes, said):
    with pytest.raises(InvalidInput) as error:
        scenario.with_(changes)
    assert str(error.value).startswith(said)


def test_everything_wrong_is_told_at_once(scenario):
    with pytest.raises(InvalidInput) as error:
        scenario.with_({"power.sharing": 2, "seed": -1}, attention="many")
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "attention",
        "power.sharing",
        "seed",
    ]


def test_only_commands_speak_of_their_option(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    for make in (
        lambda: Scenario.load(path, {"seed": "x"}),
        lambda: Scenario.from_text(TEXT, overrides={"seed": "x"}),
    ):
        with pytest.raises(InvalidInput, match=r"^seed: 'x' is not allowed"):
            make()
    with pytest.raises(InvalidInput, match=r"^--set: seed: 'x' is not allowed"):
        Scenario.load(path, {"seed": "x"}, named="--set")
