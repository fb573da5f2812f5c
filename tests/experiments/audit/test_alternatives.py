"""The alternatives of an audit: what each changes, which are left out of a file, and why."""

from __future__ import annotations

import pytest

from sim.experiments.audit._cases import SAME, UNREAD, Case, LeftOut, cases
from sim.experiments.audit.alternatives import ALTERNATIVES
from sim.organization import build
from sim.scenario import Scenario
from sim.shipped import shipped

BY_NAME = {one.name: one for one in ALTERNATIVES}
MIXED = """\
name: mixed
stream: {bridges: 0}
issues:
  own: {rate: 1/w, half_life: 5d, consensus: {fallback: majority, turns: 5}}
  usual: {rate: 1/w, half_life: 5d}
base: room
variants:
  alone: {power.rule: autocratic}
  asked: {power.rule: consultative, consensus.fallback: drop, work.focus: 1h}
"""


def tried(scenario: Scenario, names: list[str] | None = None):
    policies = scenario.policies()
    applied, left_out = cases(scenario, Case(0, policies), ALTERNATIVES, names or list(policies))
    return {case.alternative.name: case for case in applied}, {
        one.alternative.name: one for one in left_out
    }


def test_each_is_declared_whole():
    assert len(BY_NAME) == len(ALTERNATIVES)
    for one in ALTERNATIVES:
        assert (one.keys is None) != (one.structure is None), one.name
        assert len(one.text) <= 26, one.text
        assert one.why.endswith(".")


def test_the_flagship_and_the_hidden_profile_leave_out_what_they_have_already():
    usual = {"reading-arrival", "fallback-best-so-far", "reach-1", "trust-learned"}
    for name, policies, more in (
        ("leader-stream", ["shared", "top-down"], set()),
        ("hidden-profile", ["agree", "at-once"], {"no-engagement"}),
    ):
        applied, left_out = tried(Scenario.load(shipped()[name]), policies)
        assert set(left_out) == usual | more
        assert {one.reason for one in left_out.values()} == {SAME}
        assert set(applied) == set(BY_NAME) - set(left_out)
        assert [case.point for case in applied.values()] == list(range(1, len(applied) + 1))


def test_each_changes_one_thing_of_all_policies_alike():
    scenario = Scenario.load(shipped()["leader-stream"])
    applied, _ = tried(scenario, ["shared", "top-down"])
    expected = {
        "half-tick": "30m",
        "double-tick": "2h",
        "reading-urgency": "urgency",
        "no-turns": None,
        "fallback-drop": "drop",
    }

    def read(policy):
        kinds = {str(kind.consensus.fallback) for kind in policy.issues.values()}
        turns = {kind.consensus.turns for kind in policy.issues.values()}
        return {
            "half-tick": str(policy.clock.tick),
            "double-tick": str(policy.clock.tick),
            "reading-urgency": policy.reading,
            "no-turns": turns.pop(),
            "fallback-drop": kinds.pop(),
        }

    for name, value in expected.items():
        for policy, changed in applied[name].policies.items():
            usual, now = read(scenario.policies()[policy]), read(changed)
            differing = {key for key in usual if usual[key] != now[key]}
            assert now[name] == value, (name, policy)
            assert differing <= {name, "half-tick", "double-tick"}, (name, policy)


def test_it_reaches_into_kinds_and_variants_that_have_their_own():
    applied, _ = tried(Scenario.from_text(MIXED))
    for name, fallback in (("fallback-escalate", "escalate"), ("fallback-majority", "majority")):
        for policy in applied[name].policies.values():
            found = {kind.consensus.fallback for kind in policy.issues.values()}
            assert found == {fallback} and policy.consensus.fallback == fallback
    assert {kind.consensus.turns for kind in applied["no-turns"].policies["room"].issues.values()}
    for policy in applied["no-turns"].policies.values():
        assert all(kind.consensus.turns is None for kind in policy.issues.values())


def test_events_still_reach_the_kinds_of_issue():
    events = "events: [{at: 6w, set: {power.sharing: 1}}]\n"
    applied, _ = tried(Scenario.from_text(f"{MIXED}{events}"))
    for name, case in applied.items():
        for policy in case.policies.values():
            (_, first), (_, later) = policy.periods
            assert {kind.power.sharing for kind in first.issues.values()} != {1.0}, name
            assert {kind.power.sharing for kind in later.issues.values()} == {1.0}, name


def test_what_cannot_be_applied_says_why():
    _, left_out = tried(Scenario.from_text(MIXED))
    double, networks = left_out["double-tick"], left_out["networks"]
    assert double.refused and "work.focus: 1h is no whole number of ticks of 2h" in double.reason
    assert networks.refused and "stream.bridges is 0" in networks.reason
    assert not left_out["reach-1"].refused


def test_what_no_policy_reads_is_left_out():
    _, left_out = tried(Scenario.from_text(MIXED), ["alone"])
    # All are equally competent, so that nobody is to be trusted more.
    for name in ("no-turns", "fallback-escalate", "trust-learned"):
        assert left_out[name] == LeftOut(BY_NAME[name], UNREAD, False)


def test_leaders_and_channels_count_by_what_they_are():
    scenario = Scenario.from_text("name: small\nvariants: {alone: {power.rule: autocratic}}")
    own = Case(0, scenario.policies())
    networks, again, relabelled = (
        Case(1, scenario.policies(), BY_NAME[name])
        for name in ("networks", "networks", "relabelled")
    )
    keys = [networks.key("base", number) for number in range(4)]
    assert len({*keys, own.key("base"), relabelled.key("base")}) == 6
    assert keys == [again.key("base", number) for number in range(4)]
    assert relabelled.key("base", 0) == relabelled.key("base", 3), "one for all replications"
    assert relabelled.key("base") != relabelled.key("alone")


def test_each_replication_has_a_network_of_its_own():
    policy = Scenario.from_text("name: small")
    drawn = BY_NAME["networks"].structure
    assert drawn is not None
    found = {drawn(policy, number).channel_target.tobytes() for number in range(4)}
    assert len(found) == 4 and build(policy).channel_target.tobytes() not in found


@pytest.mark.parametrize("count", [1, 3])
def test_where_the_runs_of_a_policy_stand(count):
    scenario = Scenario.from_text("name: small")
    case = Case(2, scenario.policies(), BY_NAME["networks"])
    found = case.segments("base", count)
    assert [(one.point, one.replications) for one in found] == [(2, n + 1) for n in range(count)]
    assert [one.policy for one in found] == [case.key("base", n) for n in range(count)]
    (one,) = Case(2, scenario.policies(), BY_NAME["no-turns"]).segments("base", count)
    assert one.replications == count
