"""Settings: what a tab may ask for, and which policy it means."""

from __future__ import annotations

import pytest

from sim.errors import InvalidInput, UsageError
from sim.experiments.keys import policy_key
from sim.extension import allow
from sim.live.setting import DialSettings, scenario_of, yaml_text
from sim.scenario import Scenario
from sim.shipped import shipped

NOW = {"start": "shared", "dials": {}}


@pytest.fixture(scope="module")
def flagship():
    return DialSettings(Scenario.load(shipped()["leader-stream"]))


def request(start="shared", **dials):
    return {
        "start": start,
        "dials": {name.replace("__", "."): value for name, value in dials.items()},
    }


def test_without_a_moved_dial_it_is_the_policy_itself(flagship):
    world = {dial.name for dial in flagship.dials if dial.world}
    base = flagship.starting_steps(flagship.scenario.base)
    for name, policy in flagship.policies.items():
        own = flagship.starting_steps(name)
        steps = {key: value for key, value in own.items() if key not in world}
        meant = flagship.meant({"start": name, "dials": steps}, {key: base[key] for key in world})
        assert meant.key == policy_key(policy) == flagship.meant(request(name)).key


@pytest.mark.parametrize("start", ["shared", "cascade"])
def test_it_means_what_overrides_would(flagship, start):
    meant = flagship.meant(
        request(start, flow__up__open="0.3", consensus__limit="2d"), {"urgency": "2"}
    )
    changes = {
        "flow.up.open": "0.3",
        "consensus.limit": "2d",
        "issues.operational.half_life": "2.5d",
    }
    changes["issues.strategic.half_life"] = "1.5mo"
    prefix = "" if start == "shared" else f"variants.{start}."
    expected = Scenario.load(
        shipped()["leader-stream"], {f"{prefix}{key}": value for key, value in changes.items()}
    ).policies()[start]
    assert meant.key == policy_key(expected)
    assert meant.urgency == 2.0


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"start": "nobody", "dials": {}},
        {"start": "shared"},
        {"start": "shared", "dials": {"power.sharing": "0.123"}},
        {"start": "shared", "dials": {"urgency": "2"}},
        {"start": "shared", "dials": {"power.sharing": 0.5}},
        {"start": "shared", "dials": {"stream.people": "/etc/passwd"}},
        {"start": ["shared"], "dials": {}},
    ],
)
def test_nothing_else_can_be_asked_for(flagship, wrong):
    with pytest.raises(UsageError):
        flagship.meant(wrong)


def test_a_world_dial_moves_every_policy_and_no_name(flagship):
    pins = [{"place": 1, "setting": request("top-down")}]
    world = {"work.load": "0.9", "interests.strength": "1", "urgency": "4", "delays": "2"}
    now, pin = flagship.named(NOW, pins, world)
    assert (now.name, pin.name) == ("now", "A-top-down")
    for meant in (now.meant, pin.meant):
        policy = meant.policy
        assert (policy.work.load, policy.interests.strength, meant.urgency) == (0.9, 1.0, 4.0)
        assert meant.resolved["flow"]["up"]["delay"] == "8h" and meant.turned == {}
    assert flagship.meant(NOW, {"work.load": "0.7"}).key == flagship.meant(NOW).key
    for wrong in ([], "x", {"power.sharing": "1"}, {"work.load": "0.123"}, {"work.load": 0.9}):
        with pytest.raises(UsageError):
            flagship.named(NOW, pins, wrong)


def test_a_policy_with_a_world_of_its_own_keeps_it_until_the_dial_is_moved():
    text = "name: busy\nwork: {load: 50%}\nvariants: {late: {work.load: 90%}}"
    settings = DialSettings(Scenario.from_text(text))
    late = {"start": "late", "dials": {}}
    assert settings.meant(late).policy.work.load == settings.meant(late, {}).policy.work.load == 0.9
    assert settings.meant(late, {"work.load": "0.5"}).policy.work.load == 0.9, "not moved"
    assert settings.meant(late, {"work.load": "0.6"}).policy.work.load == 0.6


def test_what_the_scenario_does_not_allow_is_told_in_its_words():
    coarse = "name: coarse\nclock: {tick: 8h, horizon: 8w, warmup: 1w}\nconsensus: {round: 8h}"
    settings = DialSettings(Scenario.from_text(coarse))
    assert settings.meant(request("base", consensus__limit="2d")).changes == {
        "consensus.limit": "2d"
    }
    with pytest.raises(InvalidInput, match=r"consensus\.limit: 0\.5d is no whole number of ticks"):
        settings.meant(request("base", consensus__limit="0.5d"))


def test_pins_have_places_and_names(flagship):
    pins = [
        {"place": 3, "setting": request("cascade")},
        {"place": 1, "setting": request(power__sharing="1")},
    ]
    assert [setting.name for setting in flagship.named(NOW, pins)] == ["now", "C-cascade", "A"]
    for wrong in (
        None,
        [{"place": 0, "setting": NOW}],
        [{"place": 1, "setting": NOW}] * 2,
        [{"setting": NOW}] * 5,
    ):
        with pytest.raises(UsageError):
            flagship.named(NOW, wrong)


@pytest.mark.parametrize("name", ["leader-stream", "rule-book", "two-teams", "minimal"])
def test_the_downloaded_scenario_is_the_same_setting(name):
    settings = DialSettings(Scenario.load(shipped()[name]))
    first, last = next(iter(settings.policies)), list(settings.policies)[-1]
    pins = [
        {"place": 1, "setting": request(first)},
        {"place": 2, "setting": request(last, flow__down__open="0.1")},
    ]
    world = {"work.load": "0.3", "delays": "2", "urgency": "4"}
    named = settings.named(request(last, consensus__rule="majority"), pins, world)
    again = Scenario.from_text(yaml_text(settings, named), folder=settings.scenario.folder)
    assert [policy_key(policy) for policy in again.policies().values()] == [
        setting.meant.key for setting in named
    ]
    assert list(again.policies()) == [setting.name for setting in named]
    assert scenario_of(settings, named, 7).replications == 7


def test_a_rule_of_ones_own_is_a_step_and_its_parameters_go_with_it(tmp_path):
    file = tmp_path / "live_rules.py"
    file.write_text(
        "from sim.extension import Parameter, rule\n\n\n"
        "@rule('consensus', enough=Parameter(0.6, range=(0, 1)))\n"
        "def enough(support, enough):\n    '''Enough support.'''\n    return support >= enough\n"
    )
    allow(file)
    rule = {"rule": "live_rules.py:enough", "with": {"enough": 0.7}}
    settings = DialSettings(
        Scenario.from_dict(
            {"name": "own", "consensus": rule, "variants": {"all": {"power.sharing": 1}}}
        )
    )
    dial = next(dial for dial in settings.dials if dial.name == "consensus.rule")
    assert (
        dial.steps[-1].value == "live_rules.py:enough" and dial.steps[-1].help == "Enough support."
    )
    for start in (settings.scenario.base, "all"):
        turned = settings.meant({"start": start, "dials": {"consensus.rule": "majority"}})
        assert turned.policy.consensus.rule == "majority" and turned.policy.consensus.with_ is None
        back = settings.meant({"start": start, "dials": {}})
        assert back.policy.custom_rule("consensus").values == {"enough": 0.7}
