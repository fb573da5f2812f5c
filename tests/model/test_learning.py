"""Engagement and influence over time on the Mesa driver: every step against numbers worked out
beside it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from drivers.outcomes import differences

from model.divided import DIVIDED, rounds_of
from model.tiny import PLAIN, Watched, play, tiny
from sim import theory
from sim.agents import learning

STILL = {"start": 0.5, "heard": 0, "unheard": 0, "behind": 0, "recovery": 0}
NUMBER = {**PLAIN["issues"]["matter"], "type": "estimate"}
NUMBER.pop("alternatives")


# -- engagement
# --------------------------------------------------------------------------------------------

LIVELY = {
    **DIVIDED,
    "flow.*.open": 0.7,
    "flow.*.distortion": 0.1,
    "consensus.candour": 0.5,
    "direction.shifts": "2/mo",
}


def test_full_engagement_that_never_moves_is_as_good_as_none():
    """Off is the model without engagement, byte by byte; what is off moves nothing."""
    off = play(LIVELY).outcome
    assert differences(off, play({**LIVELY, "engagement": "off"}).outcome) == ""
    assert differences(off, play({**LIVELY, "engagement": {**STILL, "start": 1}}).outcome) == ""
    assert np.all(off.leaders["engagement"] == 1) and np.all(off.days["engagement"] == 1)
    assert differences(off, play({**LIVELY, "engagement": "on"}).outcome) != ""


def _engaged(changes, level):
    """A run in which everybody's engagement is `level` from the first tick on."""
    model = Watched(tiny(changes))
    for leader in model.leaders:
        leader.engagement = level
    return model, model.run()


@pytest.mark.parametrize("level", [0.5, 0.75, 1.0])
def test_who_is_as_engaged_as_at_the_start_or_more_does_what_the_scenario_says(level):
    """Since model 2 it acts relative to its start, and never above 1."""
    still = {**LIVELY, "engagement": STILL}
    off, found = play(LIVELY).outcome, _engaged(still, level)[1]
    assert np.all(found.leaders["engagement"] == level)
    assert found.decisions.tobytes() == off.decisions.tobytes()


def test_it_acts_on_openness_candour_and_commitment_and_on_nothing_else():
    """Half as engaged as at the start is half as open, half as candid and half as committed."""
    setting = {**LIVELY, "engagement": STILL, "flow.*.open": 0.8, "consensus.candour": 0.6}
    half = _engaged(setting, 0.25)[1]
    other = play({**LIVELY, "flow.*.open": 0.4, "consensus.candour": 0.3}).outcome
    assert np.all(half.leaders["engagement"] == 0.25) and len(half.decisions) > 20
    for name in half.decisions.dtype.names:
        if name == "commitment":
            assert np.array_equal(half.decisions[name], 0.5 * other.decisions[name])
        elif name in ("value", "net_value"):  # an hour has no price here
            good = other.decisions["quality"] >= 0
            assert half.decisions[name][good] == pytest.approx(
                0.5 * other.decisions[name][good], rel=1e-12
            )
            assert np.array_equal(
                half.decisions[name][~good], other.decisions[name][~good], equal_nan=True
            )
        else:
            assert half.decisions[name].tobytes() == other.decisions[name].tobytes(), name
    for name in (
        "forum_hours",
        "reading_hours",
        "backlog",
        "context",
        "alignment",
        "heard",
        "power",
    ):
        assert half.leaders[name].tobytes() == other.leaders[name].tobytes(), name


def test_notices_and_decisions_need_no_engagement():
    model, outcome = _engaged({"engagement": STILL, "power.gather": "0h"}, 0.0)
    rows = outcome.decisions
    assert len(rows) > 20 and np.all(rows["gather"] == 1) and np.all(rows["commitment"] == 0)
    assert np.all(rows["coverage"] == 1) and model.of("idea") == []
    assert outcome.run["messages_sent"] == len(model.of("arise")) + 4 * len(model.of("decide"))


VOICE = {**STILL, "start": 0.6, "heard": 0.1, "unheard": 0.2}


def test_who_is_unheard_loses_and_who_decides_gains():
    """An autocrat who hears nobody: it is heard in each decision, the four others in none."""
    model, outcome, _ = play({"flow.up.open": 0, "engagement": VOICE})
    effects = len(model.of("effect"))
    levels = [leader.engagement for leader in model.leaders]
    assert effects >= len(outcome.decisions) > 20
    assert levels == pytest.approx([1 - 0.4 * 0.9**effects] + [0.6 * 0.8**effects] * 4)


def test_who_sits_in_the_room_is_heard_though_it_says_nothing():
    model, _, _ = play(
        {**DIVIDED, "engagement": VOICE, "power.forum": {"size": 3, "choose": "random"}}
    )
    levels = [0.6] * 7
    for note in model.of("effect"):
        for i in note.issue.witnesses:
            seated = i in note.issue.room
            levels[i] = levels[i] + 0.1 * (1 - levels[i]) if seated else 0.8 * levels[i]
    assert [leader.engagement for leader in model.leaders] == pytest.approx(levels)
    assert len(set(levels)) > 3


def test_who_did_not_witness_an_issue_has_nothing_to_say():
    changes = {"issues.matter.witnesses": 2, "flow.up.open": 0, "engagement": VOICE}
    model, _, _ = play(changes)
    seen = [sum(i in note.issue.witnesses for note in model.of("effect")) for i in range(5)]
    assert [leader.engagement for leader in model.leaders[1:]] == pytest.approx(
        [0.6 * 0.8**n for n in seen[1:]]
    )
    assert len(set(seen)) > 2


def test_a_day_behind_costs_and_days_bring_it_back():
    """Nothing happens but work and days away, on which it piles up."""
    rest, behind, recovery = 0.7, 0.3, 0.25
    moving = {**STILL, "start": rest, "behind": behind, "recovery": recovery}
    quiet = {
        "issues.matter.rate": "0.01/y",
        "work.away": 0.35,
        "work.load": 0.9,
        "engagement": moving,
    }
    model, outcome, _ = play(quiet)
    assert len(outcome.decisions) == 0
    levels, backlog = np.full(5, rest), np.zeros(5)
    for day in range(40):
        away = np.array([leader.is_away(day) for leader in model.leaders])
        backlog = np.where(away, backlog + 8 * 0.9, np.maximum(0, backlog - 8 * 0.1))
        left = levels * (1 - behind * np.minimum(backlog / 8, 1))
        levels = left + recovery * (rest - left)
        assert outcome.days["engagement"][day] == pytest.approx(levels.mean())
    assert [leader.engagement for leader in model.leaders] == pytest.approx(levels)
    assert levels.min() < 0.55


# -- influence
# ---------------------------------------------------------------------------------------------


class Weighed(Watched):
    """Notes everybody's influence in each round, and before and after each decision is learned
    from."""

    def watch_round(self, issue, *data):
        super().watch_round(issue, *data)
        self.notes[-1].data["influence"] = [leader.influence for leader in self.leaders]

    def _learn_from(self, issue):
        before = [leader.influence for leader in self.leaders]
        super()._learn_from(issue)
        self.watch(
            issue, "learn", before=before, after=[leader.influence for leader in self.leaders]
        )


def _weighed(changes):
    model = Weighed(tiny(changes))
    model.run()
    return model


def _losses(issue):
    """Everybody's loss in [0, 1] by what it preferred in the room; NaN for who had no say."""
    losses = np.full(7, np.nan)
    worths = np.array(issue.worths)
    for p, i in enumerate(issue.room):
        if issue.is_estimate and issue.voiced[p]:
            gap = (issue.positions[p] - worths[0]) / (2 * np.linalg.norm(issue.weights))
            losses[i] = min(gap**2, 1)
        elif issue.voiced[p] and issue.preferred[p] >= 0:
            losses[i] = (worths.max() - worths[issue.preferred[p]]) / (worths.max() - worths.min())
    return losses


MERIT = {**DIVIDED, "influence.rule": "merit", "influence.rate": 0.7, "influence.forgetting": 0.1}
WITHOUT = {key: value for key, value in DIVIDED.items() if key != "issues.matter.alternatives"}


def _step(before, losses, rate=0.7, forgetting=0.1):
    """Hedge with a fixed share, at mean 1."""
    moved = np.array(before) * np.exp(-rate * np.nan_to_num(losses))
    return (1 - forgetting) * moved / moved.mean() + forgetting


@pytest.mark.parametrize(
    "changes",
    [
        {"power.forum": {"size": 4, "choose": "random"}, "consensus.limit": "2 rounds"},
        {"issues.matter.witnesses": 2, "consensus.limit": "2 rounds"},
        {"power.rule": "autocratic"},
        {"power.rule": "delegated", "flow.reach": 2},
        {"power.rule": "consultative"},
        {"power.rule": "chain", "flow.reach": 2},
    ],
    ids=["forum", "silent members", "autocratic", "delegated", "consultative", "chain"],
)
@pytest.mark.parametrize("kind", ["choice", "estimate"])
def test_merit_takes_from_who_was_wrong(changes, kind):
    number = {
        "issues.matter": NUMBER,
        **{key: value for key, value in MERIT.items() if key in WITHOUT},
    }
    number |= {key: value for key, value in MERIT.items() if key.startswith("influence")}
    number |= {"consensus.tolerance": 1.5}
    model = _weighed({**(MERIT if kind == "choice" else number), **changes})
    assert len(model.of("learn")) > 10
    judged = 0
    for note in model.of("learn"):
        losses = _losses(note.issue)
        judged += np.sum(losses > 0)
        assert note.data["after"] == pytest.approx(_step(note.data["before"], losses), rel=1e-12)
        assert np.mean(note.data["after"]) == pytest.approx(1)
    assert judged > 10


def test_a_wrong_rate_would_be_noticed(monkeypatch):
    monkeypatch.setattr(learning, "merited", lambda g, rate, loss: g * np.exp(-0.95 * rate * loss))
    model = _weighed(MERIT)
    off = [
        np.abs(n.data["after"] - _step(n.data["before"], _losses(n.issue))).max()
        for n in model.of("learn")
    ]
    assert max(off) > 1e-3


def test_what_is_wholly_forgotten_stays_at_one_and_fixed_influence_never_moves():
    for changes in (
        {"influence.rule": "merit", "influence.forgetting": 1},
        {"influence.rule": "fixed"},
    ):
        _, outcome, _ = play({**DIVIDED, **changes})
        assert outcome.leaders["influence"] == pytest.approx(np.ones(7), abs=1e-12)


# -- reflected
# ---------------------------------------------------------------------------------------------

REFLECTED = {
    **DIVIDED,
    "influence.rule": "reflected",
    "power.sharing": 0.6,
    "consensus.stranger": 0.4,
}
REFLECTED |= {"stream.peers": "unit", "consensus.limit": "2 rounds"}


def _others(model, issue):
    """How the members of a room trust one another, without themselves: by weight, less without a
    channel."""
    n = len(issue.room)
    trusts = np.zeros((n, n))
    for p, i in enumerate(issue.room):
        for q, j in enumerate(issue.room):
            near = 1 if j in model.leaders[i].channel_to else 0.4
            trusts[p, q] = 0 if p == q else issue.weights_in_room[q] * near
    return trusts / trusts.sum(axis=1, keepdims=True)


def _power(matrix):
    values, vectors = np.linalg.eig(matrix.T)
    vector = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    return vector / vector.sum()


@pytest.mark.parametrize("size", [3, 5])
def test_after_a_forum_each_weighs_itself_by_the_power_it_had(size):
    model = _weighed({**REFLECTED, "power.forum": {"size": size, "choose": "random"}})
    assert len(model.of("learn")) > 15
    for note in model.of("learn"):
        issue, before, after = (
            note.issue,
            np.array(note.data["before"]),
            np.array(note.data["after"]),
        )
        room, absent = issue.room, [i for i in range(7) if i not in issue.room]
        x = before[room] / before[room].sum()
        influence = np.diag(x) + np.diag(1 - x) @ _others(model, issue)
        assert after[room] == pytest.approx(before[room].sum() * _power(influence), abs=1e-9)
        assert np.array_equal(after[absent], before[absent]) and after.mean() == pytest.approx(1)


def test_a_room_that_meets_again_and_again_comes_to_rest_at_the_fixed_point():
    model = _weighed({**REFLECTED, "issues.matter.rate": "20/w"})
    issue = model.of("learn")[-1].issue
    fixed = theory.degroot_friedkin(_power(_others(model, issue)))
    assert [leader.influence / 7 for leader in model.leaders] == pytest.approx(fixed, abs=1e-9)
    assert np.ptp(fixed) > 0.02


def test_reflected_influence_is_the_weight_of_ones_own_position():
    model, moved = (
        _weighed({**REFLECTED, "consensus.susceptibility": 1, "issues.matter.rate": "6/w"}),
        0,
    )
    for issue in model.issues():
        rounds = rounds_of(model, issue)
        for before, after in pairwise(rounds):
            z = np.array(before["positions"]).reshape(7, -1)
            x = np.array(after["influence"]) / 7
            expected = x[:, None] * z + (1 - x)[:, None] * (_others(model, issue) @ z)
            assert np.array(after["positions"]).reshape(7, -1) == pytest.approx(expected, abs=1e-9)
            moved += np.ptp(x) > 0.02
    assert moved > 5


def test_two_alone_reflect_nothing():
    model = _weighed({**REFLECTED, "power.forum": {"size": 2, "choose": "random"}})
    assert all(note.data["before"] == note.data["after"] for note in model.of("learn"))


@pytest.mark.parametrize("rule", ["consultative", "chain", "autocratic"])
def test_where_no_forum_decides_nobody_reflects(rule):
    levels = {"issues.matter.decided_at": "top", "consensus.tolerance": 3, "power.rule": rule}
    model = _weighed({**REFLECTED, **levels})
    assert len(model.of("learn")) > 5
    assert all(note.data["before"] == note.data["after"] == [1.0] * 7 for note in model.of("learn"))
