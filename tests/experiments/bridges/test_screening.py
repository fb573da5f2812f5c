"""The screening: the chance to reach a decider by the best way, and the pairs it puts first."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.bridges.organisations import scenario
from sim.agents import simulate
from sim.experiments.bridges.screening import MOST_EACH, _lost, candidates, reached
from sim.parameters import parameters


def chances(prepared, target):
    ids = prepared.structure.id
    before, now = reached(prepared, ids.index(target))
    return {i: (b, n) for i, b, n in zip(ids, before.tolist(), now.tolist(), strict=True)}


def test_the_chance_to_reach_somebody_over_the_line_by_hand(tmp_path):
    known = chances(parameters(scenario(tmp_path)), "left")
    # Staff of the left: one hop up. The head: one down. Those of the right: two up and one down.
    expected = {"left": 1.0, "l1": 0.5, "head": 0.8, "right": 0.4, "r1": 0.2}
    for leader, chance in expected.items():
        assert known[leader] == (pytest.approx(chance), pytest.approx(chance))


def test_a_further_channel_counts_for_the_first_hops_that_reach_allows(tmp_path):
    pairs = {"stream__pairs": [["r1", "l1"], ["r2", "r1"]]}
    known = chances(parameters(scenario(tmp_path, **pairs)), "left")
    # r1 tells l1 (across, 60 %), who passes it up the line (50 %); r2 would need two such hops.
    assert known["r1"][1] == pytest.approx(0.6 * 0.5)
    assert known["r1"][0] == pytest.approx(0.2)
    assert known["r2"][1] == pytest.approx(0.2)
    further = chances(parameters(scenario(tmp_path, **pairs, flow__reach=2)), "left")
    assert further["r2"][1] == pytest.approx(max(0.2, 0.6 * 0.6 * 0.5))


def test_the_line_alone_has_no_use_for_further_channels(tmp_path):
    prepared = parameters(scenario(tmp_path, flow__routing="line"))
    assert candidates(prepared, [simulate(prepared, 0)], 5) == []
    assert candidates(parameters(scenario(tmp_path)), [], 5) == []


def by_hand(prepared, outcome):
    """Every score by the definition, pair by pair: a structure with that pair for each."""
    ids, size = prepared.structure.id, len(prepared.structure)
    lost, rows = _lost(outcome), outcome.decisions
    weights = np.bincount(rows["accountable"], minlength=size) / len(rows)
    joined = set(
        zip(prepared.structure.channel_source, prepared.structure.channel_target, strict=True)
    )
    scores = {}
    for i in range(size):
        for j in range(i + 1, size):
            if (i, j) not in joined:
                pairs = [[ids[i], ids[j]]]
                new = parameters(prepared.scenario.with_({"stream.pairs": pairs}))
                gain = sum(
                    weights[a] * (reached(new, a)[1] - reached(prepared, a)[1]) for a in range(size)
                )
                scores[i, j] = float((lost * gain)[[i, j]].sum())
    return scores


def test_scores_are_what_the_definition_says_and_nobody_is_in_many(tmp_path):
    prepared = parameters(scenario(tmp_path))
    outcome = simulate(prepared, 0)
    scores = by_hand(prepared, outcome)
    found = candidates(prepared, [outcome], 100)
    assert len(found) > 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.score == pytest.approx(scores[one.first, one.second])
    assert found[0].score == pytest.approx(max(scores.values()))
    ends = [end for one in found for end in (one.first, one.second)]
    assert max(ends.count(end) for end in ends) <= MOST_EACH
    assert candidates(prepared, [outcome], 2) == found[:2]
