"""What deliberate mistakes showed to be unguarded in the Mesa driver (see tests/mutants)."""

from __future__ import annotations

import numpy as np
import pytest
from model.divided import DIVIDED
from model.tiny import Watched, play, tiny

from sim.rules.flow import DECISION


class Telling(Watched):
    """Notes to whom decisions are passed on, and whether it had taken part in them."""

    def post(self, message, openness):
        if message.what == DECISION:
            self.told.append(message.target in message.issue.room)
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
    model.told = []
    model.run()
    assert len(model.told) > 50 and not any(model.told)


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


@pytest.mark.parametrize("status_quo", [False, True])
def test_a_status_quo_is_one_of_the_alternatives(status_quo):
    model, outcome, _ = play(
        {"issues.matter.alternatives": 4, "issues.matter.status_quo": status_quo}
    )
    assert set(outcome.decisions["alternatives"].tolist()) == {4}
    for issue in model.issues():
        assert (
            len(issue.worths) == 4
            and (issue.worths[0] == 0.0) == status_quo
            and 0.0 not in issue.worths[1:]
        )


@pytest.mark.parametrize("rule", ["autocratic", "chain", "shared", "vote", "rotating"])
def test_every_decision_uses_one_share_of_power(rule):
    """Also where some missed the last round: what they had is then with the others."""
    absent = {
        "work.away": 0.3,
        "power.forum.quorum": 0.5,
        "power.sharing": 0.5,
        "consensus.rule": "none",
    }
    absent["issues.matter.status_quo"] = True
    model, outcome, inputs = play({**DIVIDED, **absent, "power.rule": rule})
    measured = [note for note in model.of("decide") if note.tick < inputs.numbers.horizon]
    assert outcome.leaders["power"].sum() == pytest.approx(len(measured), rel=1e-12)
    assert np.any(outcome.decisions["participants"] < 7)
