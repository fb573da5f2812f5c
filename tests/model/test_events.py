"""What events change in a run, and what they leave as it was, on each driver by itself."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from drivers.outcomes import differences
from drivers.plain import play_plainly

from model.divided import DIVIDED
from model.test_on_both_drivers import closed_by
from model.tiny import Watched, play, tiny
from sim import agents, kernel
from sim.outcome import FORUM
from sim.parameters import parameters

DAY = 8


@pytest.fixture(params=["mesa", "kernel"])
def simulate(request, monkeypatch):
    """Play the plain organisation, changed, on one of the drivers."""
    if request.param == "kernel":
        play_plainly(monkeypatch)
    driver = {"mesa": agents, "kernel": kernel}[request.param]
    return lambda changes: driver.simulate(parameters(tiny(changes)), 0)


def event(at, **more):
    return {"events": [{"at": at, **more}]}


# -- what arises


def test_a_higher_rate_lets_the_same_issues_arise_sooner(simulate):
    """Time runs three times as fast from the event on: the same draws, so the same issues."""
    before = simulate({}).decisions["raised"]
    after = simulate(event("2w", times={"issues.matter.rate": 3})).decisions["raised"]
    start = 10 * DAY
    early = before < start
    assert early.sum() > 3 and (before >= start).sum() > 10
    np.testing.assert_array_equal(after[: early.sum()], before[early])
    sooner = after[early.sum() :][: (~early).sum()]
    assert np.all(np.abs(sooner - (start + (before[~early] + 0.5 - start) / 3)) <= 1)


def test_while_a_rate_is_0_nothing_arises_and_then_all_comes_later(simulate):
    before = simulate({}).decisions["raised"]
    pause = event("2w", **{"for": "1w", "set": {"issues.matter.rate": "0/w"}})
    after = simulate(pause).decisions["raised"]
    start, length = 10 * DAY, 5 * DAY
    later = np.where(before < start, before, before + length)
    assert np.any(before >= start)
    np.testing.assert_array_equal(after, later[later < 8 * 5 * DAY])


def test_what_never_arose_arises_at_its_rate_from_an_event_on(simulate):
    before = simulate({}).decisions["raised"]
    silent = {"issues.matter.rate": "0/w"}
    assert len(simulate(silent).decisions) == 0
    after = simulate({**silent, **event("1w", set={"issues.matter.rate": "3/w"})}).decisions
    np.testing.assert_array_equal(after["raised"], (before + 5 * DAY)[before < 7 * 5 * DAY])


def test_an_event_about_something_else_moves_no_arrival(simulate):
    changed = event("2w", set={"attention": 1, "power.gather": "3d"})
    raised = [simulate(changes).decisions["raised"] for changes in ({}, changed)]
    np.testing.assert_array_equal(*raised)


def test_shifts_of_direction_keep_their_draws_too():
    shifting = {"direction.shifts": "1/w"}
    before = _shifts(shifting)
    after = _shifts({**shifting, **event("2w", times={"direction.shifts": 2})})
    start = 10 * DAY
    early = [tick for tick in before if tick < start]
    assert after[: len(early)] == early and len(before) - len(early) > 2
    for sooner, tick in zip(after[len(early) :], before[len(early) :], strict=False):
        assert abs(sooner - (start + (tick + 0.5 - start) / 2)) <= 1


def _shifts(changes):
    """The ticks at which the direction shifts."""
    model, found = Watched(tiny(changes)), []
    while model.running:
        known = model.version
        model.step()
        found += [model.tick - 1] * (model.version - known)
    return found


# -- an issue keeps the settings of its kind


def test_an_issue_that_has_arisen_keeps_its_rule_and_a_later_one_has_the_new(simulate):
    """One voice decides five days and a hop after an issue arises, a room after one day."""
    shared = {"power.rule": "shared", "consensus.rule": "none", "power.gather": "1d"}
    alone = {"power.rule": "autocratic", "power.gather": "5d", "issues.matter.rate": "6/w"}
    rows = simulate({**DIVIDED, **alone, **event("2w", set=shared)}).decisions
    old = rows["raised"] < 10 * DAY
    deciding = (rows["raised"] + 5 * DAY > 10 * DAY) & old
    assert deciding.sum() > 2 and (~old).sum() > 10
    assert np.all(closed_by(rows, "one-voice") == old)
    assert np.all(rows["decider"][~old] == FORUM)
    assert np.all(rows["gather"][old] >= 5 * DAY) and np.all(rows["gather"][~old] < 2 * DAY)


# -- what is about people and flow changes at once


def test_fewer_who_must_know_let_decisions_take_effect_at_once(simulate):
    """Word takes two days down; from the event on, who decided is enough."""
    slow = {"flow.down.delay": "3d", "issues.matter.rate": "6/w", "rollout.coverage": 1}
    rows = simulate({**slow, **event("3w", set={"rollout.coverage": 0.2})}).decisions
    ended, start = rows["raised"] + rows["delay"], 15 * DAY
    decided = ended - rows["rollout"]
    waiting = (decided < start) & (ended >= start)
    assert waiting.sum() > 1
    assert np.all(ended[waiting] == start) and np.all(rows["coverage"][waiting] < 1)
    assert np.all(rows["rollout"][decided >= start] == 0)


def test_work_comes_at_the_new_load_from_then_on(simulate):
    """Reading takes all of one's time, so that at a load of 99 % work waits."""
    busy = {"issues.matter.rate": "6/w", "attention": 1, "work.load": 0.5, "clock.horizon": "4w"}
    heavy = event("2w", set={"work.load": 0.99})
    outcome, light = simulate({**busy, **heavy}), simulate(busy)
    np.testing.assert_array_equal(outcome.days["backlog"][:10], light.days["backlog"][:10])
    assert np.all(outcome.days["backlog"][10:] > light.days["backlog"][10:])
    asked, undone = (10 * 0.5 + 10 * 0.99) * DAY * 5, outcome.days["backlog"][-1] * 5
    assert outcome.run["progress"] == pytest.approx(1 - undone / asked)


def test_mail_that_waits_is_read_by_urgency_once_people_do():
    kinds = {
        "issues": {
            name: {
                "rate": "20/w",
                "raised_at": "ground",
                "decided_at": "top",
                "witnesses": "all",
                "half_life": half_life,
                "affects": "all",
            }
            for name, half_life in (("slow", "20d"), ("urgent", "1d"))
        }
    }
    model = Watched(tiny({**kinds, "attention": 1, **event("1w", set={"reading": "urgency"})}))
    for _ in range(5 * DAY):
        model.step()
    waiting = [m.issue.kind.half_life for m in model.leaders[0].inbox]
    assert len(waiting) > 10 and waiting != sorted(waiting)
    model.step()
    waiting = [m.issue.kind.half_life for m in model.leaders[0].inbox]
    assert len(waiting) > 10 and waiting == sorted(waiting)


def test_how_much_retelling_adds_is_that_of_the_time_of_telling(simulate):
    """What was on its way keeps the noise with which it was told."""
    slow = {"flow.up.delay": "2d", "power.gather": "3d", "issues.matter.rate": "12/w"}
    noisy = {"flow.up.distortion": 4, **slow}
    silent = simulate({**noisy, **event("4w", set={"flow.up.distortion": 0})}).decisions
    loud = simulate(noisy).decisions
    exact = simulate({**noisy, "flow.up.distortion": 0}).decisions
    old = silent["raised"] < 20 * DAY
    between = old & (silent["raised"] > 18 * DAY)
    assert np.any(loud["chosen"][between] != exact["chosen"][between])
    np.testing.assert_array_equal(silent["chosen"][old], loud["chosen"][old])
    np.testing.assert_array_equal(silent["chosen"][~old], exact["chosen"][~old])
    assert np.any(loud["chosen"][~old] != exact["chosen"][~old])


# -- a run with events is a run like any other

LIVELY = {
    **DIVIDED,
    "direction.shifts": "1/w",
    "clock.horizon": "4w",
    "events": [
        {"at": "1w", "set": {"power.sharing": 0.2, "perspective.span": 2, "reading": "urgency"}},
        {"at": "2w", "for": "1w", "times": {"issues.matter.rate": 4, "flow.up.open": 0.5}},
    ],
}


@pytest.mark.parametrize(
    "again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"]
)
@pytest.mark.parametrize("ticks", [39, 40, 100])
def test_a_copy_in_the_middle_goes_on_to_the_same_end(again, ticks):
    inputs = parameters(tiny(LIVELY))
    model = Watched(inputs.scenario, inputs=inputs)
    for _ in range(ticks):
        model.step()
    other = again(model)
    assert differences(other.run(), model.run()) == ""
    assert differences(model.outcome(), play(LIVELY).outcome) == ""


def test_pools_that_are_too_small_grow_and_change_nothing(monkeypatch):
    from sim.kernel import driver

    inputs = parameters(tiny(LIVELY))
    roomy = kernel.simulate(inputs, 0)
    small = driver.Capacity(*[1] * len(driver.Capacity._fields))
    monkeypatch.setitem(driver._room, inputs.numbers.leaders, small)
    assert differences(roomy, kernel.simulate(inputs, 0)) == ""
    assert differences(roomy, play(LIVELY).outcome) == ""


def test_an_event_that_sets_what_holds_already_changes_nothing(simulate):
    same = {"power.sharing": 1, "issues.matter.rate": "3/w", "work.load": 0.5, "attention": 1000}
    assert differences(simulate(event("2w", set=same)), simulate({})) == ""
