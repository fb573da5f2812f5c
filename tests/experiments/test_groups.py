"""Short pieces of work go together, by how long runs take, and come to the same."""

from __future__ import annotations

import numpy as np
from model.tiny import PLAIN

from sim.experiments._groups import MOST, Groups, runs_in
from sim.experiments._play import Player, RunBatch
from sim.scenario import Scenario


def piece(number: int, runs: int = 1) -> RunBatch:
    return RunBatch(bytes([number]), Scenario.from_dict(PLAIN), tuple(range(runs)))


def test_groups_are_as_large_as_runs_are_short():
    groups, pieces = Groups(seconds=1.0), [piece(n) for n in range(40)]
    made = groups.of(iter(pieces))
    assert next(made) == (pieces[0],)  # before anything is measured
    groups.took((pieces[0],), 0.1)
    assert len(next(made)) == 10
    groups.took((pieces[1],), 0.5)  # a slow one counts at once
    assert len(next(made)) == 2
    groups.took((pieces[2],), 0.0)  # a fast one by half
    assert len(next(made)) == 4
    groups.took((pieces[3],), 10.0)
    assert len(next(made)) == 1
    assert sum(len(group) for group in made) == 40 - 1 - 10 - 2 - 4 - 1
    for _ in range(60):
        groups.took((pieces[0],), 0.0)
    assert groups.wanted == MOST


def test_a_large_piece_stays_alone_and_what_is_left_is_a_group():
    groups = Groups(seconds=1.0)
    groups.took((piece(0),), 0.1)
    made = list(groups.of(iter([piece(0, 16), piece(1, 3), piece(2, 2)])))
    assert [runs_in(group) for group in made] == [16, 5]


def test_pieces_played_together_come_to_the_same_as_each_alone():
    scenarios = [Scenario.from_dict(PLAIN | {"seed": seed}) for seed in (1, 2)]
    longer = Scenario.from_dict(PLAIN | {"clock": {**PLAIN["clock"], "day": "4h"}})
    works = [
        RunBatch(bytes([place]), policy, (0, 3))
        for place, policy in enumerate([scenarios[0], longer, scenarios[1]])
    ]
    together = Player("mesa").group(works)
    for work, rows in zip(works, together, strict=True):
        assert np.stack(rows).tobytes() == np.stack(Player("mesa")(work)).tobytes()
