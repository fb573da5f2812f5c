"""The key of a run says what was run: all that decides its result, and nothing else."""

from __future__ import annotations

import pytest

from sim.experiments import keys
from sim.experiments.keys import NOT_IN_KEY, point_key, policy_key, sweep_key
from sim.scenario import Scenario
from sim.scenario.keys.settings import NOT_IN_VARIANTS, Settings
from sim.scenario.tree import walk
from sim.version import model_version

MINIMAL = {"name": "one", "replications": 3, "seed": 5}
PEOPLE = "id,name,manager,position\n1,A,,top\n2,B,1,low\n3,C,1,low\n"


def scenario(changes=None, **more):
    return Scenario.from_dict(MINIMAL | more, overrides=changes)


def test_it_is_short_and_the_same_for_the_same_policy():
    key = policy_key(scenario())
    assert len(key) == 32
    assert (
        key
        == policy_key(scenario())
        == policy_key(scenario(), 5)
        == policy_key(scenario(), 5, model_version())
    )


def test_names_and_comparisons_do_not_enter_it():
    known = policy_key(scenario())
    told = scenario(name="two", title="Two", description="Told.", base="ours", replications=9)
    assert policy_key(told) == known
    compared = scenario(variants={"fast": {"power.rule": "autocratic"}})
    assert policy_key(compared) == known
    assert policy_key(compared.policies()["base"]) == known
    assert (
        policy_key(compared.policies()["fast"])
        == policy_key(scenario({"power.rule": "autocratic"}))
        != known
    )


def test_a_default_written_out_is_no_difference():
    sharing = scenario().power.sharing
    assert policy_key(scenario({"power.sharing": str(sharing)})) == policy_key(scenario())
    assert policy_key(Scenario.from_dict(scenario().resolved())) == policy_key(scenario())


@pytest.mark.parametrize(
    "changes",
    [
        {"power.sharing": "0.123"},
        {"consensus.limit": "6d"},
        {"clock.horizon": "30w"},
        {"attention": "5"},
        {"issues.strategic.stakes": "7"},
        {"stream.bridges": "1"},
        {"seed": "6"},
    ],
)
def test_whatever_decides_results_enters_it(changes):
    assert policy_key(scenario(changes)) != policy_key(scenario())


def test_the_seed_asked_for_and_the_version_of_the_model_enter_it():
    assert policy_key(scenario(), 6) == policy_key(scenario({"seed": "6"}))
    keys = [
        policy_key(scenario(), seed, version) for seed in (5, 6) for version in ("one", "other")
    ]
    assert len({policy_key(scenario()), *keys}) == 5


def test_the_order_of_kinds_enters_it_as_they_are_numbered_in_it():
    kind = {"type": "choice", "rate": "1/w"}
    keys = [policy_key(scenario(issues=dict.fromkeys(order, kind))) for order in ("ab", "ba")]
    assert keys[0] != keys[1]


def test_data_files_count_by_content_not_by_name(tmp_path):
    for name, text in {
        "a.csv": PEOPLE,
        "b.csv": PEOPLE,
        "c.csv": PEOPLE.replace("C,1", "C,2"),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    mapping = MINIMAL | {"stream": {}, "direction": {"source": "top"}}

    def key(name):
        mapping["stream"]["people"] = name
        return policy_key(Scenario.from_dict(mapping, tmp_path))

    assert key("a.csv") == key("b.csv") != key("c.csv")
    before = key("a.csv")
    (tmp_path / "a.csv").write_text(PEOPLE + "4,D,1,low\n", encoding="utf-8")
    assert key("a.csv") != before


def test_what_does_not_enter_it_is_what_no_policy_can_change_but_the_seed_and_what_is_told():
    top = {entry.path for entry in walk(Settings) if "." not in entry.path}
    out = NOT_IN_KEY & top
    assert out == {name for name in NOT_IN_VARIANTS if name in top} | {"title", "description", "label"}


def test_the_key_of_a_sweep_covers_all_that_its_points_are_made_from(monkeypatch):
    variants = {"fast": {"power.rule": "autocratic"}, "slow": {"consensus.limit": "9d"}}
    known = sweep_key(scenario(variants=variants))
    assert known == sweep_key(scenario(variants=variants, name="two", title="Two", replications=8))
    others = [
        sweep_key(scenario(variants=variants | {"slow": {"consensus.limit": "8d"}})),
        sweep_key(scenario(variants={"fast": variants["fast"]})),
        sweep_key(scenario({"power.sharing": "0.1"}, variants=variants)),
        sweep_key(scenario({"power.rule": "delegated"}, variants=variants)),
    ]
    for function in ("model_version", "resolving_version"):
        with monkeypatch.context() as changed:
            changed.setattr(keys, function, lambda: "other")
            others.append(sweep_key(scenario(variants=variants)))
    assert len({known, *others}) == 7


def test_the_key_of_a_sweep_covers_the_content_of_data_files_of_variants_too(tmp_path):
    (tmp_path / "a.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "b.csv").write_text(PEOPLE, encoding="utf-8")
    mapping = MINIMAL | {"stream": {"people": "a.csv"}, "direction": {"source": "top"}}
    mapping["variants"] = {"others": {"stream.people": "b.csv"}}
    seen = {sweep_key(Scenario.from_dict(mapping, tmp_path))}
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(PEOPLE + "4,D,1,low\n", encoding="utf-8")
        seen.add(sweep_key(Scenario.from_dict(mapping, tmp_path)))
    assert len(seen) == 3


def test_the_key_of_a_point_tells_points_policies_and_seeds_apart():
    sweep, other = sweep_key(scenario()), sweep_key(scenario({"attention": "9"}))
    settings = {"power.sharing": 0.5, "consensus.limit": "5d"}
    found = [
        point_key(sweep, 5, "base", settings),
        point_key(other, 5, "base", settings),
        point_key(sweep, 6, "base", settings),
        point_key(sweep, 5, "alone", settings),
        point_key(sweep, 5, "base", settings | {"power.sharing": 0.25}),
        point_key(sweep, 5, "base", settings | {"power.sharing": "0.5"}),
        point_key(sweep, 5, "base", {"power.sharing": 0.5}),
        point_key(sweep, 5, "base", {}),
    ]
    assert len(set(found)) == 8
    assert point_key(sweep, 5, "base", dict(settings)) == found[0]
    assert len(found[0]) == 32
