"""What changed after an event: worked out from tables made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim import run
from sim.comparison.changes import alone, changes, event_days, how_to_compare, in_sentences, pairs

CLOCK = {"tick": "1h", "day": "8h", "horizon": "20w", "warmup": "0d"}
EVENT = {"at": "8w", "set": {"power.sharing": 1, "issues.a.power.sharing": 1}}
REPLICATIONS = 12


def manifest(**events):
    """A manifest of policies that differ in their events alone."""
    policies = {name: {"clock": CLOCK, "base": name} for name in events}
    for name, listed in events.items():
        policies[name] |= {"events": listed} if listed else {}
    return {"policies": policies}


def tables(effect):
    """Decisions of two policies, one every half day: `after` has `effect(week)` more quality than
    `before` from the event on, both with the same noise in each replication."""
    draws = np.random.default_rng(5)
    days = np.arange(0, 100, 0.5)
    parts = []
    for replication in range(REPLICATIONS):
        noise = 0.5 + 0.1 * draws.standard_normal(len(days))
        own = 0.01 * draws.standard_normal(len(days))
        for name in ("before", "after"):
            more = [effect((day - 40) // 5) if day >= 40 else 0.0 for day in days]
            quality = noise + (np.array(more) + own * (days >= 40) if name == "after" else 0.0)
            parts.append(
                pd.DataFrame(
                    {
                        "variant": name,
                        "replication": replication,
                        "raised_day": days,
                        "quality": quality,
                    }
                )
            )
    return {"decisions": pd.concat(parts, ignore_index=True)}


def quality(effect):
    (change,) = changes(tables(effect), manifest(before=[], after=[EVENT]))
    (one,) = change.transitions
    return change, one


def test_a_level_that_is_reached_at_once():
    change, one = quality(lambda week: 0.2)
    assert (change.policy, change.without, change.day, change.until) == ("after", "before", 40, 100)
    assert change.said == "power.sharing: 1"
    assert one.before == (0.0, 0.0, 0.0) and one.level == pytest.approx(0.5, abs=0.01)
    assert one.after.mean == pytest.approx(0.2, abs=0.005) and one.after.clear
    assert one.settled == 0 and one.dip is None
    assert list(one.weeks) == list(range(-8, 12))
    assert np.all(one.by_week[:, one.weeks < 0] == 0)
    assert "reached at once" in in_sentences(change)[1] and "dip" not in in_sentences(change)[1]


def test_a_dip_and_how_long_until_the_new_level():
    change, one = quality(lambda week: -0.3 if week < 3 else 0.2)
    assert one.settled == 3
    assert one.dip_week == 0 and one.dip.mean == pytest.approx((3 * -0.3 + 0.2) / 4, abs=0.01)
    assert "reached after 3 weeks; at worst -0.17" in in_sentences(change)[1]


def test_a_slow_rise_without_a_dip():
    change, one = quality(lambda week: 0.02 * min(week, 6))
    assert 4 <= one.settled <= 6 and one.dip is None
    assert "no dip on the way can be told" in in_sentences(change)[1]


def test_the_next_event_or_the_end_of_one_ends_what_is_looked_at():
    for later in ([EVENT, {"at": "16w", "replace": 0.2}], [{**EVENT, "for": "8w"}]):
        (change,) = changes(tables(lambda week: 0.2), manifest(before=[], after=later))
        assert change.until == 80


def test_what_is_beside_what():
    other = [{"at": "3w", "for": "1w", "times": {"attention": 0.5}}]
    facts = manifest(plain=[], one=[EVENT], two=other)
    assert list(pairs(facts)) == [("one", "plain"), ("two", "plain")] and alone(facts) == []
    facts["policies"]["two"]["attention"] = 3
    assert list(pairs(facts)) == [("one", "plain")] and alone(facts) == ["two"]
    assert "two" in how_to_compare(facts) and how_to_compare(manifest(plain=[])) == ""
    assert event_days(facts["policies"]["two"]) == [(15.0, "attention x 0.5 for 1w")]
    assert event_days(facts["policies"]["plain"]) == []


def test_a_run_has_the_same_past_and_shows_what_changed():
    found = run(
        "scenarios/transition.yaml",
        variants=["as-is", "shared-at-26w"],
        replications=4,
        save=False,
        progress=False,
    )
    (change,) = changes(found.tables, found.manifest)
    assert (change.day, change.until, change.said) == (130, 250, "power.rule: shared")
    by_name = {one.measure: one for one in change.transitions}
    assert by_name["quality"].before == (0, 0, 0) and by_name["engagement"].before == (0, 0, 0)
    assert by_name["engagement"].after.clear
