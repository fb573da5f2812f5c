"""Turning points: how often their intervals hold the true one, which are told, and what is said of
them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.comparison.turns import (
    AHEAD,
    FEWEST,
    SAME,
    TURNS,
    UNTOLD,
    in_factors,
    renamed,
    sentence,
    turn,
    turns_of,
)
from sim.comparison.urgency import Curves
from sim.parameters.urgency import GRID

CASES = 2000
FACTORS = np.exp(np.linspace(-math.log(30), math.log(30), 31))
LN2 = math.log(2)


def stakes(draws, cases, count):
    """Twelve decisions a replication with lognormal stakes: slow but good against fast but worse,
    delays exponential.

    A decision that is good with a chance q and takes effect after a time of mean m is worth q / (1
    + m ln2 / h) of its stakes, so that the two meet at h = ln2 (q2 m1 - q1 m2) / (q1 - q2).
    """
    kinds = (cases, count, 12)
    weight = np.exp(0.8 * draws.normal(size=kinds))
    values, good, slow = [], (0.9, 0.45), (2.0, 0.2)
    for chance, mean in zip(good, slow, strict=True):
        won, delay = weight * (draws.random(kinds) < chance), draws.exponential(mean, kinds)
        values.append(
            np.stack([(won * np.exp2(-delay / h)).mean(axis=-1) for h in FACTORS], axis=1)
        )
    return LN2 * (good[1] * slow[0] - good[0] * slow[1]) / (good[0] - good[1]), *values


def disasters(draws, cases, count):
    """Gamma gains that wait for one time in all, less a rare loss that does not, against a safe
    value at once.

    1.2 x 2^(-1/h) - 0.06 x 0.8 = 0.5.
    """
    gain = draws.gamma(3.0, 0.4, (cases, count))
    loss = 0.8 * (draws.random((cases, count)) < 0.06)
    safe = 0.5 + draws.normal(0, 0.2, (cases, count))
    slow = np.stack([gain * 2 ** (-1 / h) - loss for h in FACTORS], axis=1)
    return 1 / math.log2(1.2 / 0.548), slow, np.stack([safe] * len(FACTORS), axis=1)


def covered(world, count):
    """Of many cases: how many turns are told, how many of these hold the true one, and how often
    nothing false is said: neither a turn elsewhere nor one policy ahead where the other is."""
    truth, slow, fast = world(np.random.default_rng([count, 11]), CASES, count)
    told = held = right = 0
    for one, other in zip(slow, fast, strict=True):
        found = turn(Curves(FACTORS, {"slow": one, "fast": other}, {}), "slow", "fast")
        if found.state == TURNS:
            told += 1
            good = found.low <= truth <= found.high and (found.urgent, found.patient) == (
                "fast",
                "slow",
            )
            held += good
        else:
            good = found.ahead is None or not found.clear[0] < truth < found.clear[1]
        right += good
    return told / CASES, held / max(told, 1), right / CASES


@pytest.mark.parametrize("count", [20, 100])
@pytest.mark.parametrize("world", [stakes, disasters])
def test_the_interval_covers_as_often_as_it_says(world, count):
    told, held, right = covered(world, count)
    assert told > 0.9
    assert 0.935 <= held <= 0.97
    assert 0.935 <= right <= 0.97


@pytest.mark.parametrize("world", [stakes, disasters])
def test_with_ten_replications_it_covers_more_often_than_it_says(world):
    told, held, right = covered(world, 10)
    assert told > 0.3 and held >= 0.95 and right >= 0.95


@pytest.mark.parametrize("count", [0, 1, 2, 5, FEWEST - 1])
def test_with_fewer_nothing_is_told(count):
    slow, fast = (FACTORS[:, None] * np.ones(count) for _ in range(2))
    found = turn(Curves(FACTORS, {"slow": slow, "fast": fast - 5}, {}), "slow", "fast")
    assert (found.state, found.replications, found.low, found.high) == (UNTOLD, count, 0, math.inf)
    words = {0: ": no replication has such issues under both", 1: " from one replication"}
    told = words.get(count, f" from {count} replications")
    assert (
        sentence(found)
        == f"At which urgency the better choice between slow and fast turns cannot be told{told}."
    )


def curves(gap, count=20, noise=0.01, half_lives=None, factors=FACTORS):
    """Curves of policies a and b that differ by `gap` of the logarithm of the factor."""
    draws = np.random.default_rng(3).normal(0, noise, (1, count))
    draws -= draws.mean()
    lives = half_lives or {}
    values = {"a": gap(np.log(factors))[:, None] + draws, "b": np.zeros((len(factors), count))}
    return Curves(factors, values, {"a": lives, "b": lives}, simulated=True)


def test_a_turn_has_its_unit_direction_and_winners():
    found = turn(
        curves(lambda log: 0.1 * log, half_lives={"operational": 3.0}), "a", "b", kind="operational"
    )
    assert (found.state, found.urgent, found.patient, found.days) == (TURNS, "b", "a", True)
    assert found.at == pytest.approx(3.0) and found.low < 3 < found.high
    mean, reach = sentence(found).split(": ")
    assert mean.startswith(
        "For operational issues the better choice turns at a half-life of 3.00 [2."
    )
    assert mean.endswith("] working days")
    assert reach == "b is worth more when they are more urgent, a when they are less."
    factors = in_factors(found)
    assert (factors.at, factors.low) == pytest.approx((1.0, found.low / 3)) and factors.reach[
        1
    ] == pytest.approx(30)


def test_over_several_kinds_it_is_a_factor_with_the_days_of_each():
    lives = {"operational": 3.0, "strategic": 60.0}
    text = sentence(
        turn(curves(lambda log: -0.1 * (log - math.log(2)), half_lives=lives), "a", "b")
    )
    assert text.startswith("The better choice turns where every half-life is 2.00 [")
    assert (
        "times the scenario's (operational: 6.0 working days, strategic: 120 working days): a is "
        "worth more" in text
    )


def test_the_whole_range_is_claimed_only_where_it_is_clear():
    found = turn(curves(lambda log: 0 * log - 0.1), "a", "b")
    assert (found.state, found.ahead, found.everywhere) == (AHEAD, "b", True) and math.isnan(
        found.low
    )
    assert sentence(found) == (
        "b is worth more than a at every urgency from 30 times more urgent than here to "
        "30 times less."
    )
    part = turn(curves(lambda log: np.where(log > -1, 0.1, 0.001)), "a", "b")
    assert (part.state, part.ahead, part.everywhere) == (AHEAD, "a", False)
    assert (part.low, part.high) == (0, part.clear[0]) and 0.3 < part.high < 0.5
    assert sentence(part).startswith(
        f"a is worth more than b from {1 / part.high:.1f} times more urgent than here to 30 "
    )
    assert sentence(part).endswith(
        "when issues are more urgent than that cannot be told from 20 replications."
    )
    away = turn(curves(lambda log: np.where(log < -1, 0.1, 0.001)), "a", "b")
    assert (away.state, away.ahead, away.high) == (
        UNTOLD,
        "a",
        math.inf,
    ) and away.low == away.clear[1] < 1
    assert sentence(away).startswith(
        "a is clearly worth more than b only from 30 times more urgent than here to 2."
    )


@pytest.mark.parametrize("lead", [0.0, 0.004, -0.004])
def test_a_difference_that_is_not_clear_is_nowhere_called_ahead(lead):
    found = turn(curves(lambda log: 0 * log + lead, noise=0.02), "a", "b")
    assert found.state == UNTOLD and found.ahead is None and "worth more" not in sentence(found)


def test_what_is_the_same_is_said_to_be():
    found = turn(curves(lambda log: 0 * log, noise=0.0), "a", "b")
    assert (found.state, found.why) == (UNTOLD, SAME)
    assert sentence(found).startswith(
        "a and b are worth the same at every urgency, from 30 times more urgent"
    )


def test_every_turn_that_is_told_has_winners_on_all_sides():
    found = turn(curves(lambda log: 0.1 - 0.1 * (log - 0.5) ** 2), "a", "b")
    assert found.at == pytest.approx(math.exp(-0.5), rel=1e-2) and found.again[
        0
    ].at == pytest.approx(math.exp(1.5), rel=1e-2)
    assert (found.urgent, found.patient, found.again[0].patient) == ("b", "a", "b")
    text = sentence(found)
    assert text.endswith(
        "times the scenario's: from the most urgent issues to the least, b, then a, then b is "
        "worth more."
    )
    # A dip below 0 that is not clear is no turn.
    dip = turn(curves(lambda log: 0.1 - 0.1 * np.exp(-((log - 1) ** 2) / 0.1) * 1.01), "a", "b")
    assert (dip.state, dip.again) == (AHEAD, ())


def test_how_far_a_winner_is_clear_is_said_where_it_is_not_all_that_was_looked_at():
    text = sentence(
        turn(curves(lambda log: np.where(log > 2, 0.0, 0.1 * log), half_lives={"k": 2.0}), "a", "b")
    )
    assert "; this is clear from 0.067 to 1" in text and text.endswith(" working days.")


def test_names_are_those_of_the_reader():
    found = renamed(turn(curves(lambda log: 0.1 * log), "a", "b"), {"a": "Team", "b": "One voice"})
    assert (
        "One voice is worth more when issues are more urgent, Team when they are less"
        in sentence(found)
    )


def result_of(count=12):
    """Decisions of two policies and two kinds: `quick` is worth 0.5 at once, `slow` 1 after a
    time."""
    draws, rows = np.random.default_rng(2), []
    for number in range(count):
        for kind, wait in (("short", 5.0), ("long", 42.0)):
            noise = draws.normal(0, 0.02)
            rows.append(("quick", number, kind, 0.5 + noise, 1.0, 0.0, 0, number))
            rows.append(("slow", number, kind, 1.0, 1.0, wait, 0, number))
    names = ["variant", "replication", "kind", "quality", "commitment", "delay", "point", "issue"]
    kinds = {
        "short": {"stakes": 1.0, "half_life": "5d"},
        "long": {"stakes": 1.0, "half_life": "1mo"},
    }
    return pd.DataFrame(rows, columns=names), {
        "policies": {"quick": {"issues": kinds}, "slow": {"issues": kinds}}
    }


def test_all_kinds_together_come_first_then_each():
    decisions, manifest = result_of()
    together, short, long = turns_of(decisions, manifest, "slow", "quick")
    assert [each.kind for each in (together, short, long)] == [None, "short", "long"]
    assert short.at == pytest.approx(5.0, rel=0.05) and long.at == pytest.approx(42.0, rel=0.05)
    assert short.low <= 5.0 <= short.high and long.low <= 42.0 <= long.high
    assert (
        not together.days
        and 1 < together.at < 2
        and together.half_lives["long"] == pytest.approx(21 * together.at)
    )
    assert (together.urgent, together.patient, together.replications) == ("quick", "slow", 12)
    alone = turns_of(decisions[decisions["kind"] == "short"], manifest, "slow", "quick")
    assert len(alone) == 1 and alone[0].kind is None and alone[0].days and alone[0].at == short.at


def test_runs_at_other_urgencies_tell_of_all_kinds_together():
    decisions, manifest = result_of()
    rows = [
        {
            "variant": name,
            "point": 0,
            "replication": number,
            "factor": factor,
            "value": lead * math.log(factor / 3),
        }
        for name, lead in (("quick", 0.0), ("slow", 0.2))
        for number in range(12)
        for factor in GRID
    ]
    table = pd.DataFrame(rows)
    table["value"] += np.where(table["variant"] == "slow", 0.01 * (table["replication"] - 5.5), 0.0)
    (found,) = turns_of(decisions, manifest, "slow", "quick", urgency=table)
    assert (
        found.at == pytest.approx(3.0, rel=1e-6)
        and found.reach == (1 / 16, 16)
        and found.urgent == "quick"
    )
    # Straight lines between the factors that ran, the ends of the interval too: half = t s /
    # sqrt(n) / slope.
    assert math.log(found.high / found.at) == pytest.approx(
        math.log(found.at / found.low), rel=0.01
    )


def test_a_policy_that_was_not_run_is_an_error():
    decisions, manifest = result_of()
    with pytest.raises(KeyError):
        turns_of(decisions, manifest, "slow", "nobody")
