"""The contract of leaders: the built-in one and a small change of it keep it; invalid ones break
the check meant for it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sim.agents.leader import Leader
from sim.testing import LeaderContract

CHECKS = [name for name in vars(LeaderContract) if name.startswith("test_")]
Failed = pytest.fail.Exception


class Reserved(Leader):
    """Passes on half as much as others."""

    def passes_on(self, message):
        return 0.5 * super().passes_on(message)


class Draws(Leader):
    """Tosses a coin of its own."""

    def passes_on(self, message):
        return float(random.random() < 0.5)


class DrawsWithNumpy(Leader):
    """Tosses a coin of numpy's."""

    def passes_on(self, message):
        return float(np.random.random() < 0.5)


class DrawsWithMesa(Leader):
    """Tosses Mesa's coin, which is the same in every replication."""

    def passes_on(self, message):
        return float(self.model.random.random() < 0.5)


class Remembers(Leader):
    """Passes on less from run to run."""

    asked = 0

    def passes_on(self, message):
        Remembers.asked += 1
        return 1.0 / (1.0 + Remembers.asked / 100.0)


class Unpicklable(Leader):
    """Holds what cannot be sent to another process."""

    def __init__(self, model, index):
        super().__init__(model, index)
        self.told = lambda: index


class Careless(Leader):
    """Loses every message that it gets on a Monday morning."""

    def attend(self):
        if self.model.tick % 40 == 0:
            self.inbox.clear()
        super().attend()


class Eager(Leader):
    """Passes on more than everything."""

    def passes_on(self, message):
        return 1.0 + super().passes_on(message)


class Glad(Leader):
    """Is more engaged than can be."""

    def passes_on(self, message):
        self.engagement = 1.5
        return 0.5


class Vain(Leader):
    """Has an influence that nobody can have."""

    def attend(self):
        self.influence = -1.0
        super().attend()


class Talker(Leader):
    """Answers how likely it says something, in place of whether it does."""

    def discloses(self, issue, originator, u):
        return issue.kind.candour


class Booked(Leader):
    """Sits in forums that are not held."""

    def attend(self):
        self.forum_ticks += 1000
        super().attend()


class Raises(Leader):
    """Cannot read."""

    def take(self, message):
        raise ValueError("no")


class Nameless(Leader):
    pass


def contract(leader, **attributes):
    """A contract about a kind of leader, as a user would write it."""
    return type(
        "TestIt", (LeaderContract,), {"leader": leader, "__module__": __name__, **attributes}
    )()


@pytest.mark.parametrize("leader", [Leader, Reserved])
@pytest.mark.parametrize("check", CHECKS)
def test_leaders_that_are_well_keep_the_contract(leader, check):
    getattr(contract(leader), check)()


@pytest.mark.parametrize(
    ("leader", "check", "said"),
    [
        (Draws, "draws_nothing_by_itself", "changes the random numbers of Python"),
        (DrawsWithNumpy, "draws_nothing_by_itself", "changes the random numbers of numpy"),
        (DrawsWithMesa, "draws_nothing_by_itself", "changes the random numbers of Mesa"),
        (Draws, "is_deterministic", "two runs of one seed"),
        (Remembers, "is_deterministic", "two runs of one seed"),
        (Remembers, "draws_nothing_by_itself", "changes its own attributes"),
        (Unpicklable, "pickles", "pickled at tick 100"),
        (Careless, "loses_no_message", "messages were sent"),
        (
            Eager,
            "probabilities_and_measures_are_in_range",
            ", where a number from 0 to 1 is expected, from passes_on (leader ",
        ),
        (
            Talker,
            "probabilities_and_measures_are_in_range",
            ", where True or False is expected, from discloses (leader ",
        ),
        (Raises, "hours_add_up", "raises in take: ValueError: no (leader "),
        (Glad, "probabilities_and_measures_are_in_range", "has the engagement 1.5"),
        (Vain, "probabilities_and_measures_are_in_range", "and influence -1.0"),
        (Booked, "hours_add_up", "do not add up"),
        (Nameless, "is_a_leader", "lacks a docstring"),
        (int, "is_a_leader", "no subclass"),
    ],
)
def test_an_invalid_leader_breaks_the_check_that_is_meant_for_it(leader, check, said):
    with pytest.raises(Failed, match=leader.__name__) as failure:
        getattr(contract(leader), f"test_{check}")()
    assert said in str(failure.value)


def test_a_leader_can_stand_in_a_file_and_be_tried_in_another_organisation(tmp_path):
    text = (
        "from sim.agents.leader import Leader\n\n\nclass Shy(Leader):\n"
        '    """Says little."""\n\n'
        "    def passes_on(self, message):\n        return 0.1 * super().passes_on(message)\n"
    )
    (tmp_path / "shy.py").write_text(text, encoding="utf-8")
    it = contract(
        f"{tmp_path}/shy.py:Shy", scenario={"clock": {"horizon": "2w"}, "power.rule": "vote"}
    )
    assert it._organization().scenario.power.rule == "vote"
    for check in CHECKS:
        getattr(it, check)()
