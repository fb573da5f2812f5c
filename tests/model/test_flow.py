"""What flows: notices, ideas, context and decisions on tiny organisations, on the Mesa driver."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from model.divided import DIVIDED
from model.tiny import Watched, chain, play, tiny
from sim.rules.flow import CONTEXT, DECISION

LINE = {
    "stream.positions": chain(4),
    "direction.source": "p0",
    "issues.matter.raised_at": "p3",
    "issues.matter.decided_at": "p0",
}
# Two teams below one director: 0; 1, 2; 3-5 below 1, 6-8 below 2. Peers talk.
TEAMS = {
    "stream.positions": [
        {"name": "director", "leaders": 1},
        {"name": "lead", "leaders": 2},
        {"name": "member", "leaders": 6},
    ],
    "stream.peers": "unit",
    "direction.source": "director",
    "issues.matter.raised_at": "member",
    "issues.matter.decided_at": "director",
    "power.gather": "2d",
}


# -- notices
# ---------------------------------------------------------------------------------------------


def test_a_notice_travels_the_line_and_cannot_be_blocked():
    model, outcome, _ = play({**LINE, "flow.*.open": 0})
    assert len(outcome.decisions) > 10
    assert np.all(outcome.decisions["closed_by"] == 0)
    for issue in model.issues():
        hops = [
            (n.data["source"], n.data["target"]) for n in model.of("notice") if n.issue is issue
        ]
        assert hops == [(3, 2), (2, 1), (1, 0)]
    # Every hop takes a tick, then a day of gathering passes.
    assert set(outcome.decisions["gather"].tolist()) == {3 + 8}


def test_a_notice_can_be_delayed():
    outcome = play({**LINE, "flow.up.delay": "10h"}).outcome
    assert outcome.decisions["gather"].mean() > 3 * 5 + 8


def test_an_issue_of_ones_own_needs_no_notice():
    model, outcome, _ = play({"issues.matter.raised_at": "top"})
    assert model.of("notice") == []
    assert set(outcome.decisions["gather"].tolist()) == {8}


# -- ideas
# -----------------------------------------------------------------------------------------------


def test_closed_channels_block_ideas_and_the_decider_is_left_with_its_own():
    model, outcome, _ = play({"flow.up.open": 0})
    assert len(outcome.decisions) > 10 and model.of("idea") == []
    assert all(issue.used == {0} for issue in model.issues())


def test_open_channels_bring_every_witness_idea_once():
    model, _, _ = play()
    for issue in model.issues():
        assert issue.used == set(range(5))
        heard = [n.data["copy"].originator for n in model.of("idea") if n.issue is issue]
        assert sorted(heard) == [1, 2, 3, 4]


def test_half_open_channels_pass_about_half_and_retrying_brings_the_rest():
    changes = {"issues.matter.rate": "2/d", "power.gather": "10d", "flow.up.open": 0.5}
    without, _, _ = play(changes)
    shares = [len(issue.used) - 1 for issue in without.issues()]
    assert abs(np.mean(shares) - 2.0) < 4.9 / len(shares) ** 0.5
    retrying, _, _ = play({**changes, "flow.up.retry": "2h"})
    assert all(issue.used == set(range(5)) for issue in retrying.issues())
    later = [n.data["sent"] - n.issue.raised for n in retrying.of("idea")]
    assert min(later) == 0 and {at % 2 for at in later} == {0} and max(later) > 4


def test_line_routing_keeps_to_the_line_toward_whoever_is_accountable():
    model, _, inputs = play(TEAMS)
    manager = inputs.numbers.manager
    assert model.of("idea")
    assert all(n.data["target"] == manager[n.data["source"]] for n in model.of("idea"))


@pytest.mark.parametrize("reach", [0, 1, 2])
def test_spreading_goes_to_every_channel_within_reach(reach):
    model, _, inputs = play(
        {**TEAMS, "flow.routing": "spread", "flow.reach": reach, "power.gather": "5d"}
    )
    n, structure = model.numbers, inputs.structure
    assert all(note.data["copy"].hops <= reach for note in model.of("idea"))
    for issue in model.issues():
        held = {
            i: {o for o in issue.ideas if o == i or _heard(model, issue, i, o)}
            for i in range(n.leaders)
        }
        expected = {
            i: {o for o in issue.witnesses if i in structure.within(o, reach)}
            for i in range(n.leaders)
        }
        assert held == expected


def _heard(model, issue, leader, originator):
    return any(
        n.issue is issue and n.data["target"] == leader and n.data["copy"].originator == originator
        for n in model.of("idea")
    )


def test_both_routings_reach_at_least_what_either_does():
    counts = {}
    for routing in ("line", "spread", "both"):
        model, _, _ = play({**TEAMS, "flow.routing": routing, "flow.reach": 1})
        counts[routing] = {
            (n.issue.number, n.data["target"], n.data["copy"].originator)
            for n in model.of("idea")
            if n.issue.number
        }
    assert counts["line"] | counts["spread"] <= counts["both"]
    assert counts["line"] - counts["spread"] and counts["spread"] - counts["line"]


def test_an_idea_is_never_sent_back_nor_to_its_originator():
    model, _, _ = play({**TEAMS, "flow.routing": "both", "flow.reach": 3})
    assert all(n.data["target"] != n.data["copy"].originator for n in model.of("idea"))


def test_of_several_copies_a_leader_keeps_the_one_of_fewest_hops():
    changes = {
        **TEAMS,
        "flow.routing": "both",
        "flow.reach": 3,
        "flow.*.delay": "4h",
        "flow.*.distortion": 0.3,
    }
    model, _, _ = play({**changes, "power.gather": "10d"})
    best: dict[tuple[int, int, int], int] = {}
    replaced = 0
    for note in model.of("idea"):
        copy = note.data["copy"]
        key = (id(note.issue), note.data["target"], copy.originator)
        replaced += key in best
        assert copy.hops < best.get(key, 99)
        best[key] = copy.hops
    assert replaced > 0


def test_a_hop_without_distortion_changes_nothing_and_one_with_it_adds_its_variance():
    model, _, _ = play(LINE)
    for note in model.of("idea"):
        copy = note.data["copy"]
        assert copy.values() == note.issue.ideas[copy.originator].values() and copy.variance == 0.0
    noisy, _, _ = play({**LINE, "flow.up.distortion": 0.25, "issues.matter.rate": "2/d"})
    errors = []
    for note in noisy.of("idea"):
        copy = note.data["copy"]
        assert copy.variance == 0.25 * copy.hops
        errors += [
            y - before for y, before in zip(copy.values(), copy.parent.values(), strict=True)
        ]
    # The sample variance of n normal errors has standard error v sqrt(2 / n).
    assert abs(np.mean(np.square(errors)) - 0.25) < 4.9 * 0.25 * (2 / len(errors)) ** 0.5


def test_one_mind_weighs_its_own_idea_first_and_then_as_heard():
    model, _, _ = play({"perspective.span": 1})
    assert all(issue.used == {0} for issue in model.issues())
    for span in (2, 4):
        model, _, _ = play({"perspective.span": span, "flow.up.delay": "3h", "power.gather": "3d"})
        for issue in model.issues():
            decided = next(n.tick for n in model.of("decide") if n.issue is issue)
            heard = [
                n.data["copy"].originator
                for n in model.of("idea")
                if n.issue is issue and n.tick <= decided
            ]
            assert issue.used == {0, *heard[: span - 1]}


def test_a_leader_reads_no_more_than_its_attention_and_the_rest_waits():
    model, outcome, _ = play({"attention": 1, "issues.matter.rate": "2/d"})
    reads: dict[tuple[int, int], int] = {}
    for note in model.notes:
        if note.what in ("idea", "notice", "told"):
            reads[note.tick, note.data["target"]] = (
                reads.get((note.tick, note.data["target"]), 0) + 1
            )
    assert set(reads.values()) == {1}
    # Four ideas and a notice come for the top at once and take five ticks.
    assert outcome.decisions["gather"].max() > 8 + 1
    assert outcome.leaders["reading_hours"][0] > outcome.leaders["reading_hours"][1]


# -- context
# ---------------------------------------------------------------------------------------------

SHIFTING = {**LINE, "direction.shifts": "1/w", "flow.down.loss": 0.2, "flow.up.loss": 0.5}


def test_context_spreads_down_the_line_and_every_hop_loses_its_share():
    model, _, _ = play(SHIFTING)
    assert model.version > 3
    for leader, expected in zip(model.leaders, (1.0, 0.8, 0.8**2, 0.8**3), strict=True):
        known = [leader.fidelity[0].get(version, 0.0) for version in range(leader.newest[0] + 1)]
        assert leader.newest[0] >= model.version - 1
        assert known == pytest.approx([expected] * len(known))


def test_where_context_cannot_pass_leaders_stay_parochial():
    model, outcome, _ = play({**SHIFTING, "flow.down.open": 0})
    assert [leader.fidelity[0].get(0) for leader in model.leaders] == [1.0, 0.0, 0.0, 0.0]
    assert [leader.newest for leader in model.leaders] == [[model.version], [0], [0], [0]]
    assert outcome.leaders["context"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert outcome.leaders["alignment"][0] == pytest.approx(1.0)
    assert all(outcome.leaders["alignment"][1:] < 0.95)


def test_the_first_direction_is_known_at_the_best_product_over_the_hops():
    middle = {**LINE, "direction.source": "p2", "flow.down.loss": 0.2, "flow.up.loss": 0.5}
    model, _, _ = play(middle)
    assert [leader.fidelity[0][0] for leader in model.leaders] == pytest.approx(
        [0.25, 0.5, 1.0, 0.8]
    )


def test_the_newest_direction_wins_even_at_lower_fidelity():
    model, _, _ = play(SHIFTING)
    last = model.leaders[3]
    last.fidelity = [{0: 0.9, 1: 0.2}]
    last.newest = [1]
    assert last.context(1, 0) == (1, 0.2) and last.context(0, 0) == (0, 0.9)
    last.learn_direction(0, 0, 0.95, -1)
    assert last.context(1, 0) == (1, 0.2)
    last.learn_direction(1, 0, 0.1, -1)
    assert last.context(1, 0) == (1, 0.2)
    last.learn_direction(1, 0, 0.3, -1)
    assert last.context(1, 0) == (1, 0.3)


def test_beliefs_are_about_the_direction_in_force_when_the_issue_arose():
    model, _, _ = play(SHIFTING)
    top = model.leaders[0]
    for issue in model.issues():
        assert top.beliefs(issue) == pytest.approx(issue.weights)


def test_a_direction_is_passed_on_once_and_never_back():
    posted = []

    class Listening(Watched):
        def post(self, message, openness):
            if message.what == CONTEXT:
                posted.append((message.version, message.source, message.target))
            super().post(message, openness)

    listening = Listening(tiny(SHIFTING))
    listening.run()
    assert listening.version > 3
    assert len(posted) == len(set(posted)) and all(target > source for _, source, target in posted)


# -- decisions
# -------------------------------------------------------------------------------------------


def test_a_decision_takes_effect_when_enough_of_those_affected_know_it():
    outcome = play({**LINE, "rollout.coverage": 1}).outcome
    assert set(outcome.decisions["rollout"].tolist()) == {3}
    assert set(outcome.decisions["coverage"].tolist()) == {1.0}
    for wanted, ticks in ((0.25, 0), (0.5, 1), (0.6, 2), (0.75, 2)):
        rows = play({**LINE, "rollout.coverage": wanted}).outcome.decisions
        assert set(rows["rollout"].tolist()) == {ticks}
        assert set(rows["coverage"].tolist()) == {(ticks + 1) / 4}


def test_decisions_go_by_the_lines_though_nothing_else_passes():
    """`open` is of ideas and of context; since model 2, no decision is ever blocked by it."""
    shut = {**LINE, "flow.*.open": 0, "flow.*.retry": "none", "rollout.coverage": 1}
    for routing in ("line", "spread"):
        model, outcome, _ = play({**shut, "flow.routing": routing})
        rows = outcome.decisions
        assert len(rows) > 20 and model.of("idea") == []
        assert set(rows["rollout"].tolist()) == {3} and set(rows["coverage"].tolist()) == {1.0}


def test_a_decision_that_comes_too_late_takes_effect_at_expiry_for_those_it_reached():
    _, outcome, _ = play({**LINE, "flow.down.delay": "500d", "rollout.coverage": 1})
    rows = outcome.decisions[outcome.decisions["coverage"] == 0.25]
    assert len(rows) > 0.7 * len(outcome.decisions), "one in ten or so is quick"
    assert set(rows["delay"].tolist()) == {20 * 8} and set(rows["coverage"].tolist()) == {0.25}
    assert set(rows["commitment"].tolist()) == {0.25} and np.all(rows["decider"] == 0)
    assert np.all(rows["rollout"] == 160 - rows["gather"])


def test_a_decision_goes_only_toward_those_affected():
    for affects, informed in (
        ("team", {3, 4, 5}),
        ("unit", {1, 3, 4, 5}),
        ("all", set(range(1, 9))),
    ):
        model, _, _ = play({**TEAMS, "issues.matter.affects": affects, "stream.peers": "none"})
        for issue in model.issues():
            reached = {n.data["target"] for n in model.of("told") if n.issue is issue}
            expected = informed if issue.origin in informed or affects == "all" else {2, 6, 7, 8}
            # Who passes a decision on learns it as well.
            assert reached - {1, 2} == expected - {1, 2}
            assert set(issue.affected) - {0} <= reached | {0}


def test_commitment_is_what_context_lets_others_see():
    _, outcome, _ = play({**LINE, "flow.down.loss": 0.5, "rollout.base": 0.4})
    # All were heard (.3), one decided (.3), and the rest (.4) comes with knowing why.
    heard = [1.0] + [0.4 + 0.6 * (0.3 + 0.4 * 0.5**h) for h in (1, 2, 3)]
    assert outcome.decisions["commitment"] == pytest.approx(
        np.full(len(outcome.decisions), np.mean(heard))
    )


def test_messages_about_closed_matters_cost_nothing():
    model, outcome, _ = play({"flow.up.delay": "3d", "power.gather": "1h"})
    assert outcome.run["messages_expired"] > 0
    late = [n for n in model.of("idea") if n.issue.state > 0 and n.tick > n.issue.mark]
    assert late == []


def test_hops_of_a_chain_carry_each_idea_from_its_neighbour():
    model, _, _ = play(LINE)
    for issue in model.issues():
        for originator in issue.witnesses:
            way = [
                (n.data["source"], n.data["target"])
                for n in model.of("idea")
                if n.issue is issue and n.data["copy"].originator == originator
            ]
            assert way == list(pairwise(range(originator, -1, -1)))


class Telling(Watched):
    """Notes to whom decisions are passed on, and whether it had taken part in them."""

    def post(self, message, openness):
        if message.what == DECISION:
            self.sent_to_members.append(message.target in message.issue.room)
        super().post(message, openness)


@pytest.mark.parametrize("routing", ["line", "spread"])
def test_nobody_is_told_of_a_decision_that_it_took(routing):
    """Rooms of three among seven: word goes through their members, who know already."""
    model = Telling(
        tiny(
            {
                **DIVIDED,
                "power.forum.size": 3,
                "power.forum.choose": "balanced",
                "flow.routing": routing,
            }
        )
    )
    model.sent_to_members = []
    model.run()
    assert len(model.sent_to_members) > 50 and not any(model.sent_to_members)


class Minds(Watched):
    """Notes whose ideas each member of a room holds in mind at the end of each round."""

    def watch_round(self, issue, *data):
        super().watch_round(issue, *data)
        minds = [
            [idea.originator for idea in self.leaders[i].integrates(issue)] for i in issue.room
        ]
        self.notes[-1].data["minds"] = minds


def test_no_idea_stands_in_a_mind_twice():
    """Ideas that some have heard before are said to all: nobody weighs them again."""
    model = Minds(
        tiny({**DIVIDED, "flow.up.open": 0.5, "consensus.candour": 0.5, "consensus.limit": "2d"})
    )
    model.run()
    again = 0
    for note in model.of("round"):
        said = {originator for originator, _ in note.data["said"]}
        for mind in note.data["minds"]:
            assert len(mind) == len(set(mind))
        again += bool(said)
    assert again > 10
