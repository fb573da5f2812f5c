"""An organisation is at home in Mesa's world: collected, selected, stepped, copied, pickled and
forgotten."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
from model.tiny import tiny

from drivers.outcomes import differences
from sim import Scenario
from sim.agents import Leader, Organization, simulate
from sim.extension import allow, files
from sim.extension.leaders import LeaderKind
from sim.parameters import parameters

KINDS = Path(__file__).parents[1] / "extension" / "leader_kinds.py"
BUSY = {
    "name": "busy",
    "clock": {"horizon": "2w", "warmup": "2d"},
    "engagement": {"rule": "on"},
    "influence": {"rule": "merit"},
    "leaders": {"class": "leader_kinds.py:Gatekeeper", "share": "30%"},
}


@pytest.fixture(scope="module")
def inputs():
    with pytest.MonkeyPatch.context() as loaded:
        for name in ("_allowed", "_origins"):
            loaded.setattr(files, name, {})
        allow(KINDS)
        return parameters(Scenario.from_dict(BUSY))


def organization(inputs, ticks=0, kind=Organization, **more):
    model = kind(inputs.scenario, inputs=inputs, **more)
    for _ in range(ticks):
        model.step()
    return model


def _behind(model):
    return model.agents.agg("backlog_hours", max)


def _hours(leader):
    return leader.backlog_hours


class Collecting(Organization):
    """A user's own step, which collects."""

    def __init__(self, scenario, **more):
        super().__init__(scenario, **more)
        self.datacollector = mesa.DataCollector(
            model_reporters={"open": "open_issues", "behind": _behind},
            agent_reporters={"influence": "influence", "hours": _hours},
        )

    def step(self):
        super().step()
        self.datacollector.collect(self)


def test_a_data_collector_collects_of_the_model_and_of_its_leaders(inputs):
    model = organization(inputs, 40, Collecting)
    of_model = model.datacollector.get_model_vars_dataframe()
    of_leaders = model.datacollector.get_agent_vars_dataframe()
    assert len(of_model) == 40 and of_model["open"].iloc[-1] == model.open_issues > 0
    assert len(of_leaders) == 40 * len(model.leaders)
    last = of_leaders.xs(40, level="Step")
    assert [last.loc[leader.unique_id, "influence"] for leader in model.leaders] == [
        x.influence for x in model.leaders
    ]
    assert last["hours"].max() == of_model["behind"].iloc[-1] > 0.0
    assert model.steps == model.tick == 40


def test_stepping_by_oneself_and_collecting_change_nothing(inputs):
    stepped = organization(inputs, kind=Collecting)
    while stepped.running:
        stepped.step()
    assert differences(stepped.outcome(), organization(inputs).run()) == ""


def test_mesa_runs_it_to_its_end(inputs):
    model = organization(inputs)
    model.run_model()
    assert differences(model.outcome(), organization(inputs).run()) == ""


def test_leaders_are_selected_grouped_told_and_summed_up(inputs):
    model = organization(inputs, 60)
    agents = model.agents
    assert list(agents) == model.leaders
    upstream = agents.select(lambda leader: leader.position == "upstream")
    assert len(upstream) == 3 and {leader.position for leader in upstream} == {"upstream"}
    kept = {kind.__name__: len(some) for kind, some in model.agents_by_type.items()}
    assert kept == {name: model.classes.names.count(name) for name in ("Leader", "Gatekeeper")}
    assert len(agents.select(agent_type=Leader)) == 39
    by_position = agents.groupby("position")
    assert list(by_position.count()) == ["upstream", "midstream", "downstream"]
    assert sum(by_position.agg("influence", sum).values()) == pytest.approx(39)
    assert by_position.agg("backlog_hours", np.mean)["midstream"] > 0.0
    assert len(agents.groupby("unit").count()) == len(model.structure.units)
    before = [leader.engagement for leader in model.leaders]
    agents.select(at_most=1).do(lambda leader: setattr(leader, "engagement", 0.5))
    assert agents.get("engagement") == [0.5, *before[1:]]
    assert agents.agg("power", max) == max(leader.power for leader in model.leaders) > 0.0


def test_the_backlog_is_that_of_now_whenever_it_is_asked_for(inputs):
    model = organization(inputs, 61)
    stale = [leader for leader in model.leaders if leader.worked_until < model.tick]
    assert stale
    seen = {leader.id: leader.backlog_hours for leader in model.leaders}
    for leader in stale:
        leader.work(model.tick, 1.0)
        assert leader.backlog * model.numbers.tick_hours == seen[leader.id]


@pytest.mark.parametrize("ticks", [0, 1, 55, 80])
@pytest.mark.parametrize(
    "again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"]
)
def test_a_copy_goes_on_to_the_same_end(inputs, ticks, again):
    model = organization(inputs, ticks)
    other = again(model)
    assert (
        other.tick == model.tick and other is not model and other.leaders[0] is not model.leaders[0]
    )
    assert (
        all(leader.model is other for leader in other.agents)
        and list(other.agents) == other.leaders
    )
    ended, theirs = model.run(), other.run()
    assert differences(ended, theirs) == "" and other.steps == model.steps
    assert np.array_equal(ended.more["withheld"], theirs.more["withheld"], equal_nan=True)
    assert list(ended.more["class"]) == list(theirs.more["class"])


@pytest.mark.parametrize(
    "again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"]
)
def test_a_copy_goes_on_collecting(inputs, again):
    model = organization(inputs, 12, Collecting)
    other = again(model)
    for either in (model, other):
        for _ in range(8):
            either.step()
    for one, two in zip(*([*_collected(either)] for either in (model, other)), strict=True):
        assert one.equals(two) and len(one) in (20, 20 * 39)


def _collected(model):
    yield model.datacollector.get_model_vars_dataframe()
    yield model.datacollector.get_agent_vars_dataframe()


def test_a_model_with_a_nameless_function_can_be_copied(inputs):
    model = organization(inputs, 12)
    model.datacollector = mesa.DataCollector(
        model_reporters={"open": lambda model_: model_.open_issues}
    )
    other = copy.deepcopy(model)
    other.run()
    other.datacollector.collect(other)
    assert other.datacollector.model_vars == {"open": [other.open_issues]}
    assert model.datacollector.model_vars == {"open": []}


def test_what_a_copy_does_leaves_the_model_alone(inputs):
    model = organization(inputs, 50)
    copy.deepcopy(model).run()
    assert model.tick == 50
    assert differences(model.run(), organization(inputs).run()) == ""


def test_a_leader_pickled_with_its_model_is_still_one_of_its_leaders(inputs):
    model = organization(inputs, 50)
    leader, other = pickle.loads(pickle.dumps((model.leaders[7], model)))
    assert leader is other.leaders[7] and type(leader) is type(model.leaders[7])
    assert copy.copy(model.leaders[7]) is model.leaders[7]


def test_an_organisation_that_hangs_together_deeper_than_python_goes_is_pickled_and_copied(
    monkeypatch,
):
    positions = [
        {"name": name, "leaders": count}
        for name, count in (("top", 1), ("middle", 19), ("ground", 200))
    ]
    many = {
        "stream.positions": positions,
        "issues.*.rate": "60/d",
        "issues.*.witnesses": 3,
        "attention": 1,
    }
    model = Organization(tiny(many))
    for _ in range(20):
        model.step()
    assert model.open_issues > 100
    with monkeypatch.context() as plain:
        for kind, how in (
            (Organization, "__reduce__"),
            (Organization, "__deepcopy__"),
            (Leader, "__reduce__"),
        ):
            plain.delattr(kind, how)
        with pytest.raises(RecursionError):
            copy.deepcopy(model)
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert [leader.backlog for leader in other.leaders] == [
            leader.backlog for leader in model.leaders
        ]
        assert differences(other.outcome(), model.outcome()) == ""


def test_another_process_knows_the_classes_without_having_loaded_the_file(inputs, tmp_path):
    model = organization(inputs, 50)
    (tmp_path / "model").write_bytes(pickle.dumps((inputs, model)))
    script = (
        "import pickle, sys; inputs, model = pickle.load(open(sys.argv[1], 'rb'));"
        "from sim.agents import simulate; found = simulate(inputs, 1), model.run();"
        "pickle.dump(found, open(sys.argv[1], 'wb'))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "model"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    there, here = (
        pickle.loads((tmp_path / "model").read_bytes()),
        (simulate(inputs, 1), model.run()),
    )
    for theirs, mine in zip(there, here, strict=True):
        assert differences(theirs, mine) == ""
        assert np.nansum(theirs.more["withheld"]) == np.nansum(mine.more["withheld"]) > 0


def _registered() -> int:
    """How much Mesa keeps at its own classes, whatever the version."""
    kept = [
        getattr(kind, name, ()) for kind in (mesa.Agent, Leader) for name in ("_ids", "_datasets")
    ]
    return sum(map(len, kept))


def test_models_and_their_copies_are_forgotten():
    inputs = parameters(tiny({"clock.horizon": "2d"}))
    gc.collect()
    registered, alive = _registered(), []
    for replication in range(20):
        model = organization(inputs, 9, Collecting, replication=replication)
        for kept in (model, copy.deepcopy(model.leaders[0]).model):
            kept.run()
            alive += [
                weakref.ref(kept),
                weakref.ref(kept.leaders[0]),
                weakref.ref(next(iter(kept.agents))),
            ]
    del model, kept
    gc.collect()
    assert not any(ref() is not None for ref in alive)
    assert _registered() == registered


def test_a_class_of_leaders_is_forgotten_with_the_models_of_it():
    inputs = parameters(tiny({"clock.horizon": "1d"}))

    def once():
        class Passing(Leader):
            def passes_on(self, message):
                return 1.0

        organization(inputs, 3, leader=Passing)
        return weakref.ref(Passing)

    gone = once()
    gc.collect()
    assert gone() is None
    assert Leader in LeaderKind.__subclasses__()
