"""Memory: finished runs leave nothing behind, and the compiled driver's arrays are never left."""

from __future__ import annotations

import gc
import threading
import weakref

import mesa
import numpy as np
import pytest
from model.tiny import tiny
from scenario.strategies import random_scenario

from drivers.outcomes import SHIPPED, differences, shipped_policies
from sim import kernel
from sim.agents import Organization
from sim.kernel import driver
from sim.parameters import parameters
from sim.scenario import Scenario


def _ids() -> int:
    """How many models Mesa still keeps the agent numbers of (0 in versions that keep none)."""
    return len(getattr(mesa.Agent, "_ids", ()))


def test_finished_organisations_are_forgotten():
    inputs = parameters(tiny({"clock.horizon": "4d", "power.rule": "shared"}))
    gc.collect()
    before, alive = _ids(), []
    for replication in range(200):
        model = Organization(inputs.scenario, inputs=inputs, replication=replication)
        model.run()
        alive += [weakref.ref(model), weakref.ref(model.leaders[0])]
    del model
    gc.collect()
    assert not any(ref() is not None for ref in alive)
    assert _ids() == before


def test_the_check_would_notice_a_model_that_is_kept():
    inputs = parameters(tiny({"clock.horizon": "1d"}))
    model = Organization(inputs.scenario, inputs=inputs)
    ref, kept = weakref.ref(model), {model: 1}
    del model
    gc.collect()
    assert ref() is not None and len(kept) == 1


GUARD, MARK = 512, 0xA5


class _Fenced:
    """New states whose arrays lie between guards, to see whether anything was written beside
    them."""

    def __init__(self) -> None:
        self.new_state = driver.new_state
        self.guards: dict[str, list[np.ndarray]] = {}

    def __call__(self, *settings):
        state = self.new_state(*settings)
        self.guards = {}
        fenced = {}
        for name, array in state._asdict().items():
            room = np.full(array.nbytes + 2 * GUARD, MARK, np.uint8)
            inside = room[GUARD : GUARD + array.nbytes].view(array.dtype).reshape(array.shape)
            inside[...] = array
            self.guards[name] = [room[:GUARD], room[GUARD + array.nbytes :]]
            fenced[name] = inside
        return state._replace(**fenced)

    def broken(self) -> list[str]:
        """The arrays beside which something was written."""
        return [
            name
            for name, guards in self.guards.items()
            if any(np.any(guard != MARK) for guard in guards)
        ]


@pytest.fixture
def fence(monkeypatch):
    fenced = _Fenced()
    monkeypatch.setattr(driver, "new_state", fenced)
    # Every run gets its state from there, none a copy in memory of its own.
    monkeypatch.setattr(driver, "_LARGEST_KEPT", -1)
    monkeypatch.setattr(driver, "_thread", threading.local())
    return fenced


@pytest.mark.parametrize("largest", [-1, driver._LARGEST_KEPT])
def test_a_run_leaves_nothing_to_the_next(monkeypatch, largest):
    monkeypatch.setattr(driver, "_LARGEST_KEPT", largest)
    monkeypatch.setattr(driver, "_room", {})  # whatever ran before
    monkeypatch.setattr(driver, "_thread", threading.local())
    one, other = (
        parameters(tiny({"power.rule": rule, "issues.matter.rate": "2/d"}))
        for rule in ("shared", "vote")
    )
    alone = {
        (place, r): kernel.simulate(inputs, r)
        for place, inputs in enumerate((one, other))
        for r in (0, 1)
    }
    assert driver._thread.ready.state() is driver._thread.ready.state() or largest < 0
    for place, r in ((0, 1), (1, 0), (1, 1), (0, 0), (0, 0)):
        again = kernel.simulate((one, other)[place], r)
        assert differences(alone[place, r], again) == ""
        again.decisions["value"] = again.days["open"] = -1
        again.leaders["power"] = -1
        assert differences(alone[place, r], kernel.simulate((one, other)[place], r)) == ""


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_nothing_is_written_beside_the_arrays_of_the_compiled_driver(fence, first):
    for seed in range(first, first + 50):
        inputs = parameters(Scenario.from_dict(random_scenario(seed)))
        outcome = kernel.simulate(inputs, 1)
        assert fence.broken() == [], f"random scenario {seed}"
        assert len(outcome.days) > 0


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_is_written_beside_the_arrays_for_what_is_shipped(fence, name):
    for inputs in shipped_policies(name).values():
        kernel.simulate(inputs, 0)
        assert fence.broken() == []


@pytest.mark.parametrize("rule", ["autocratic", "shared"])
def test_what_is_planned_beyond_the_last_tick_stays_inside_the_arrays(fence, rule):
    # Issues that take until their expiry keep the run going; late, unscored ones plan for long
    # after its end.
    changes = {
        "issues.matter.rate": "2/d",
        "issues.matter.expiry": "10d",
        "power.gather": "9d",
        "flow.down.open": 0,
    }
    inputs = parameters(
        tiny({**changes, "power.rule": rule, "clock.horizon": "4w", "power.forum.size": 2})
    )
    model = Organization(inputs.scenario, inputs=inputs)
    mesa_outcome = model.run()
    assert max([*model.alone, *model.ending]) > inputs.numbers.last_tick + 20, (
        "nothing was planned for later"
    )
    assert differences(mesa_outcome, kernel.simulate(inputs, 0)) == ""
    assert fence.broken() == []


def test_the_fence_notices_a_write_beside_an_array(fence):
    inputs = parameters(tiny({"clock.horizon": "1d"}))
    state = driver.new_state(inputs.numbers, driver.Capacity())
    assert fence.broken() == []
    beyond = np.lib.stride_tricks.as_strided(state.alone, shape=(len(state.alone) + 3,))
    beyond[-1] = 1
    assert fence.broken() == ["alone"]


# -- how much a run needs
# ----------------------------------------------------------------------------------


def _state(witnesses, span, ground=69):
    changes = {
        "stream.positions": [{"name": "top", "leaders": 1}, {"name": "ground", "leaders": ground}],
        "issues.matter.witnesses": witnesses,
        "perspective.span": span,
        "power.forum.choose": "relevance",
    }
    numbers = parameters(tiny(changes)).numbers
    return driver.new_state(numbers, driver.Capacity(concerns=3000)), numbers


def _of_each_mind(state):
    """The bytes of every array that has a place for each concern, but for the concerns."""
    concerns, arrays = len(state.concerns), state._asdict().items()
    return {
        name: array.nbytes for name, array in arrays if array.ndim == 2 and len(array) == concerns
    }


@pytest.mark.parametrize("span", [1, 4, 8])
def test_what_minds_hold_of_an_issue_follows_the_span_and_not_the_witnesses(span):
    few, many = (_of_each_mind(_state(witnesses, span)[0]) for witnesses in (8, 64))
    assert few.keys() == many.keys() == {"mind", "marks"}
    # What became of an idea at somebody's desk is four bits for each witness and the origin.
    words = many.pop("marks"), few.pop("marks")
    assert words[0] == 5 * words[1] and many == few
    state, _ = _state(64, span)
    concerns = len(state.concerns)
    assert state.mind.size == concerns * span and state.marks.size == concerns * 5
    # As much as a copy and a place in the order of hearing took, for each leader and witness.
    before = 2 * concerns * 64 * state.mind.itemsize
    assert state.mind.nbytes + state.marks.nbytes < before / (5 if span < 8 else 3)


def test_no_array_grows_with_both_issues_and_leaders():
    state = _state(8, 4, 700)[0]
    for name, array in state._asdict().items():
        assert array.shape[:2] != (len(state.issues), 701), name


def test_without_a_limit_of_span_minds_grow_with_the_witnesses():
    few, many = (_of_each_mind(_state(witnesses, "off")[0]) for witnesses in (8, 64))
    assert many["mind"] > 5 * few["mind"] and many["marks"] == 5 * few["marks"]
