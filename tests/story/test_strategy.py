"""What the story says where decisions set the direction."""

from __future__ import annotations

import pytest
from model.test_strategy import ROOM, STRATEGIC
from model.tiny import tiny

from sim.agents.trace import traces
from sim.parameters import parameters
from sim.story import story

SET = "It set the direction: what those who took it believed to be needed."


@pytest.fixture(scope="module")
def told():
    """By kind of issue, the stories of the first issues of each."""
    changes = {**STRATEGIC, **ROOM, "clock.horizon": "6w", "interests.strength": 1}
    inputs = parameters(tiny(changes))
    courses, _ = traces(inputs, 0, range(1, 9))
    texts: dict[int, list[str]] = {0: [], 1: []}
    for trace in courses.values():
        text = story(trace, inputs.scenario, inputs.structure)
        texts[trace.decision["kind"]].append(" ".join(text.split()))
    assert all(texts.values())
    return texts


def test_a_decision_that_sets_the_direction_says_so(told):
    assert all(SET in text for text in told[1])
    assert not any(SET in text for text in told[0])


def test_each_kind_is_weighed_by_what_it_is_weighed_by(told):
    need = "By leaning, and by what they knew of the need, more weight than is needed was given by"
    direction = (
        "By leaning, and by what they knew of the direction that decisions set, more weight than "
        "is needed was given by"
    )
    assert all(need in text and direction not in text for text in told[1])
    assert all(direction in text and need not in text for text in told[0])
