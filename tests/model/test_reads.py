"""What a policy is declared not to read changes no byte of its results, on either driver."""

from __future__ import annotations

from itertools import product

import pytest
from drivers.outcomes import differences

from sim import kernel
from sim.agents import simulate as follow
from sim.parameters import parameters
from sim.rules.catalog import names
from sim.rules.power import ROUTES
from sim.scenario import Scenario
from sim.scenario.keys.power import Consensus, Forum, Power
from sim.scenario.reads import POWER_RULES, KeysRead, reads
from sim.scenario.tree import entries

BASE = {
    "name": "reading",
    "seed": 3,
    "replications": 1,
    "clock": {"horizon": "6w", "warmup": "1w"},
    "stream": {
        "positions": [
            {"name": "top", "leaders": 1, "authority": 4},
            {"name": "middle", "leaders": 3, "authority": 2},
            {"name": "ground", "leaders": 7, "authority": 1},
        ]
    },
    "issues": {
        "choosing": {
            "rate": "3/w",
            "raised_at": "ground",
            "decided_at": "top",
            "half_life": "4d",
            "affects": "all",
        },
        "guessing": {
            "type": "estimate",
            "rate": "2/w",
            "raised_at": "ground",
            "decided_at": "middle",
        },
    },
    "influence": {"rule": "merit"},
    "consensus": {"limit": "3d", "threshold": 0.9, "fallback": "escalate"},
    "power": {"forum": {"size": 4}},
}

OTHERWISE = {
    "power.sharing": "0.05",
    "power.voice": "influence",
    "power.forum.size": "2",
    "power.forum.choose": "random",
    "power.forum.quorum": "40%",
    "power.forum.mode": "written",
    "power.forum.reply": "2h",
    "power.contingent.urgent_within": "9d",
    "power.contingent.when_urgent": "vote",
    "power.contingent.spread_above": "1%",
    "power.contingent.when_spread": "autocratic",
    "power.contingent.stakes_above": "0.5",
    "power.contingent.when_stakes": "chain",
    "power.contingent.otherwise": "rotating",
    "consensus.rule": "consent",
    "consensus.threshold": "55%",
    "consensus.round": "4h",
    "consensus.pause": "3h",
    "consensus.limit": "0d",
    "consensus.fallback": "drop",
    "consensus.turns": "0.5",
    "consensus.candour": "5%",
    "consensus.susceptibility": "95%",
    "consensus.self": "1%",
    "consensus.stranger": "0%",
    "consensus.tolerance": "0.01",
    "consensus.objection": "0",
    "consensus.confidence": "55%",
    "consensus.confidence_bound": "0.1",
    "work.focus": "3h",
    "engagement.start": "0.1",
    "engagement.heard": "0.9",
    "engagement.unheard": "0.9",
    "engagement.behind": "0.9",
    "engagement.recovery": "0.9",
    "influence.rate": "3",
    "influence.forgetting": "60%",
    "interests.of": "unit",
    "stream.positions.top.authority": "40",
    "flow.reach": "0",
    "flow.up.distortion": "2",
    "flow.up.loss": "0.9",
    "flow.up.retry": "3h",
}
"""Another value of every key that some policy may leave unread, far from what it is else."""


def made(changes):
    return Scenario.from_dict(BASE, overrides=changes)


def outcome(scenario, simulate=kernel.simulate):
    return simulate(parameters(scenario), 0)


def others_of(policy, keys):
    """Those of the keys that the policy does not read, with another value; engagement.KEY alone
    would switch it on."""
    changes = {key: OTHERWISE[key] for key in keys if not reads(policy, key)}
    if any(key.startswith("engagement.") for key in changes):
        changes["engagement.rule"] = str(policy.engagement.rule)
    return changes


def test_every_power_rule_is_declared_and_no_other():
    assert set(POWER_RULES) == {*names("power"), "custom"} - {"contingent"}


def test_another_value_stands_here_for_every_key_of_power_and_consensus():
    """So that a key that is added is either declared to be read, or tried here."""
    keys = {f"power.{name}" for name in entries(Power)} - {
        "power.rule",
        "power.with",
        "power.gather",
    }
    keys = keys - {"power.forum", "power.contingent"} | {
        f"power.forum.{name}" for name in entries(Forum)
    }
    keys |= {f"consensus.{name}" for name in entries(Consensus)} - {"consensus.with", "consensus.G"}
    policies = [made({"power.rule": rule}) for rule in names("power")]
    assert {
        key
        for key in keys
        if key not in OTHERWISE and not all(reads(policy, key) for policy in policies)
    } == set()


@pytest.mark.parametrize("rule", names("power"))
def test_all_that_a_policy_does_not_read_may_be_set_to_anything(rule):
    """Under every consensus rule; both drivers read the same records, so the compiled one tries
    them all."""
    for consensus in names("consensus"):
        policy = made({"power.rule": rule, "consensus.rule": consensus})
        changes = others_of(policy, OTHERWISE)
        changed = made({"power.rule": rule, "consensus.rule": consensus} | changes)
        assert changes and changed != policy
        assert differences(outcome(policy), outcome(changed)) == "", (rule, consensus)


@pytest.mark.parametrize("rule", names("power"))
def test_each_key_alone_too_and_on_the_followed_model(rule):
    policy = made({"power.rule": rule, "clock.horizon": "3w"})
    known, followed = outcome(policy), outcome(policy, follow)
    changes = others_of(policy, OTHERWISE)
    for key, value in changes.items():
        more = {"engagement.rule": "off"} if key.startswith("engagement.") else {}
        changed = made({"power.rule": rule, "clock.horizon": "3w", key: value} | more)
        assert differences(known, outcome(changed)) == "", key
    assert (
        differences(
            followed, outcome(made({"power.rule": rule, "clock.horizon": "3w"} | changes), follow)
        )
        == ""
    )


SITUATIONS = {
    "everybody": {"power.forum.choose": "all"},
    "written": {"power.forum.mode": "written"},
    "reflected": {"influence.rule": "reflected"},
    "fixed": {"influence.rule": "fixed"},
    "along the line": {"flow.routing": "line"},
    "closed upward": {"flow.up.open": "0"},
    "engaged": {"engagement.rule": "on"},
    "judged": {"issues.choosing.alternatives": "2", "issues.choosing.accuracy": "0.7"},
    "studied": {"issues.choosing.study": "0.2", "issues.choosing.drift": "20d"},
    "invented": {"issues.choosing.invent": "30%"},
    "one voice in the room": {"power.sharing": "0"},
    "turns off": {"consensus.turns": "off"},
    "leaning": {"interests.strength": "0.7"},
    "by authority": {"power.voice": "authority"},
}


@pytest.mark.parametrize(
    ("name", "rule"), list(product(SITUATIONS, ("autocratic", "consultative", "shared", "chain")))
)
def test_what_is_unread_only_in_some_situations(name, rule):
    given = SITUATIONS[name] | {"power.rule": rule}
    policy = made(given)
    changes = others_of(policy, OTHERWISE)
    assert differences(outcome(policy), outcome(made(given | changes))) == ""


def test_the_situations_leave_unread_what_they_should():
    def unread(name, rule="shared"):
        return others_of(made(SITUATIONS[name] | {"power.rule": rule}), OTHERWISE)

    assert "power.forum.size" in unread("everybody")
    assert {"consensus.round", "work.focus"} <= set(unread("written"))
    assert {"consensus.self", "influence.rate", "influence.forgetting"} <= set(unread("reflected"))
    assert "flow.reach" in unread("along the line") and "flow.reach" not in unread(
        "along the line", "delegated"
    )
    assert {"flow.up.distortion", "flow.up.loss", "flow.up.retry"} <= set(unread("closed upward"))
    assert "engagement.heard" not in unread("engaged")
    assert {"consensus.turns", "consensus.candour"} <= set(unread("fixed", "autocratic"))
    assert {"consensus.turns", "consensus.candour"} <= set(unread("fixed", "chain"))
    assert "power.voice" in unread("one voice in the room")
    assert {"power.sharing", "power.voice"} <= set(unread("fixed", "consultative"))
    assert "interests.of" in unread("fixed") and "interests.of" not in unread("leaning")
    top = "stream.positions.top.authority"
    assert top in unread("fixed") and top in unread("by authority", "consultative")
    assert top not in unread("by authority")


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        *(
            ("shared", key)
            for key in (
                "power.sharing",
                "consensus.limit",
                "consensus.turns",
                "consensus.candour",
                "consensus.threshold",
            )
        ),
        *(
            ("consultative", key)
            for key in ("power.forum.size", "consensus.round", "consensus.candour")
        ),
        *(("autocratic", key) for key in ("influence.rate", "flow.up.distortion")),
        ("chain", "consensus.tolerance"),
        ("consultative", "consensus.tolerance"),
    ],
)
def test_what_is_read_does_change_something(rule, key):
    """That the comparison can tell a difference at all."""
    policy, changed = made({"power.rule": rule}), made({"power.rule": rule, key: OTHERWISE[key]})
    assert reads(policy, key)
    assert differences(outcome(policy), outcome(changed)) != ""


def test_a_kind_with_its_own_settings_does_not_follow():
    own = {"power": {"rule": "autocratic"}, "consensus": {"limit": "2d"}}
    mapping = BASE | {"issues": BASE["issues"] | {"guessing": BASE["issues"]["guessing"] | own}}
    policy = Scenario.from_dict(mapping)
    assert reads(policy, "power.sharing") and reads(policy, "issues.choosing.power.sharing")
    assert not reads(policy, "issues.guessing.power.sharing") and not reads(
        policy, "issues.guessing.consensus.limit"
    )
    alone = Scenario.from_dict(mapping | {"issues": {"guessing": mapping["issues"]["guessing"]}})
    assert (
        not reads(alone, "consensus.limit")
        and not reads(alone, "power.sharing")
        and not reads(alone, "power.rule")
    )


def test_a_contingent_policy_reads_what_its_routes_do():
    routes = {f"power.contingent.{route}": "autocratic" for route in ROUTES}
    policy = made({"power.rule": "contingent"} | routes)
    assert reads(policy, "power.contingent.urgent_within") and not reads(policy, "power.sharing")
    assert reads(
        made({"power.rule": "contingent"} | routes | {"power.contingent.otherwise": "vote"}),
        "power.sharing",
    )


def test_a_key_of_a_variant_is_its_own():
    scenario = Scenario.from_dict(BASE | {"variants": {"other": {"power.rule": "vote"}}})
    policies = scenario.policies()
    assert reads(policies["other"], "variants.other.power.sharing")
    assert not reads(policies["base"], "variants.other.power.sharing")


def test_the_flagship_comes_out_right():
    scenario = Scenario.load("scenarios/leader-stream.yaml")
    policies = scenario.policies()
    for name in ("top-down", "cascade", "delegated"):
        for key in (
            "power.sharing",
            "power.forum.size",
            "consensus.limit",
            "consensus.rule",
            "power.forum",
        ):
            assert not reads(policies[name], key), (name, key)
        assert reads(policies[name], "flow.up.open") and reads(policies[name], "power.gather")
    assert not reads(policies["consulted"], "power.sharing") and reads(
        policies["consulted"], "power.forum.size"
    )
    assert all(reads(policies[name], "consensus.limit") for name in ("shared", "consensus"))


def test_effective_settings_are_equal_exactly_where_what_is_read_is():
    def effective(**changes):
        policy = made({key.replace("__", "."): value for key, value in changes.items()})
        return KeysRead(policy).effective(policy.resolved())

    assert effective(power__rule="autocratic", power__sharing="0") == effective(
        power__rule="autocratic"
    )
    assert effective(power__rule="vote", power__sharing="0") != effective(power__rule="vote")
