"""The kernel does not do more than it did, counted in lines of its source: no clock is read."""

from __future__ import annotations

import sys

import pytest

from drivers import steps
from sim.kernel import loop


@pytest.fixture(scope="module")
def counts():
    return steps.measured()


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="another Python counts some lines otherwise"
)
def test_no_scenario_takes_clearly_more_steps_than_are_kept(counts):
    changelog = (steps.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert steps.faults(counts, steps.kept(), steps.marked(changelog)) == []


def test_the_scenarios_do_what_they_are_for(counts):
    assert set(counts["rooms"]) >= {"rounds.confer", "messages.learn_direction", "minds.brings"}
    assert "rounds.confer" not in counts["core"] and counts["core"]["rollout.close"] > 100
    assert all(one[steps.AT_ONCE] > 0 for one in counts.values())


def test_a_loop_too_many_is_counted_and_named(monkeypatch):
    inputs = steps.scenarios()["wide"]
    before = steps.counted(inputs)
    attend = loop.attend

    def slower(n, k, s):
        s.sums[0] = s.sums[0]
        attend(n, k, s)

    monkeypatch.setattr(loop, "attend", slower)
    after = steps.counted(inputs)
    assert after[steps.AT_ONCE] - before[steps.AT_ONCE] >= 40 * inputs.numbers.leaders
    assert {name: after[name] for name in before if name != steps.AT_ONCE} == {
        name: count for name, count in before.items() if name != steps.AT_ONCE
    }


def test_growth_needs_a_mark_and_a_gain_is_kept():
    kept = {"one": {"steps": 1_000_000, "a.b": 600_000}}

    def found(count, changelog=""):
        more = {"one": {"steps": count, "a.b": count - 400_000}}
        return steps.faults(more, kept, steps.marked(f"# Changelog\n\n## 2\n\n{changelog}\n## 1\n"))

    assert found(1_050_000) == found(960_000) == []
    (fault,) = found(1_060_000)
    assert "in a.b (+60,000)" in fault and "- **steps** one 1.06 million" in fault
    assert found(1_060_000, "- **steps** one 1.06 million: rooms hear more.") == []
    assert found(1_200_000, "- **steps** one 1.06 million: rooms hear more.") != []
    assert found(1_060_000, "\n## 1\n- **steps** one 1.06 million: of an older version.") != []
    assert "--accept" in found(900_000)[0]
