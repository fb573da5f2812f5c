"""Comparisons: intervals against scipy, break-even on cases solvable by hand, the verdict in
words."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.comparison import break_even, compare, details, interval, shares_power

NAN = math.nan


def runs_of(scenario="s", **quality):
    """A runs table: quality by variant, a value a replication; other metrics follow from it."""
    rows = [
        {
            "scenario": scenario,
            "variant": variant,
            "point": 0,
            "replication": number,
            "quality": value,
        }
        for variant, values in quality.items()
        for number, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def row(table, variant, metric="quality"):
    return table[(table["variant"] == variant) & (table["metric"] == metric)].iloc[0]


def test_intervals_are_those_of_scipy():
    """Of values and differences without skewness; of others see test_intervals."""
    half = np.random.default_rng(1).normal(size=(2, 6))
    draws = np.concatenate([half, -half], axis=1)
    table = compare(runs_of(a=draws[0], b=draws[1]))
    for variant, values in zip("ab", draws, strict=True):
        low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
        found = row(table, variant)
        assert found[["mean", "low", "high"]].tolist() == pytest.approx(
            [0.0, low, high], rel=1e-12, abs=1e-12
        )
    gap = stats.ttest_rel(draws[1], draws[0]).confidence_interval(0.95)
    found = row(table, "b")
    assert found["difference"] == pytest.approx((draws[1] - draws[0]).mean())
    assert [found["difference_low"], found["difference_high"]] == pytest.approx(
        [gap.low, gap.high], rel=1e-10
    )
    assert found["replications"] == 12


def test_a_higher_confidence_gives_a_wider_interval():
    table = runs_of(a=[1, 2, 4])
    low = [row(compare(table, confidence=level), "a")["low"] for level in (0.5, 0.95, 0.99)]
    assert low == sorted(low, reverse=True)
    with pytest.raises(ValueError, match="between 0 and 1"):
        compare(table, confidence=95)


def test_differences_pair_replications_whatever_the_order_of_rows():
    table = runs_of(a=[1.0, 5.0, 9.0], b=[2.0, 6.0, 10.0])
    found = row(compare(table.sample(frac=1, random_state=3).sort_values("variant")), "b")
    assert found[["difference", "difference_low", "difference_high"]].tolist() == [1.0, 1.0, 1.0]


def test_what_is_missing_is_left_out_of_means_and_pairs():
    table = runs_of(a=[1.0, NAN, 3.0, 5.0], b=[2.0, 4.0, NAN, 8.0]).drop(index=0)
    found = row(compare(table), "b")
    assert found["mean"] == pytest.approx(14 / 3)
    assert found["difference"] == 3.0  # the fourth replication is the only pair left
    assert math.isnan(found["difference_low"])
    assert row(compare(table), "a")["replications"] == 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], (NAN, NAN, NAN)),
        ([NAN, NAN], (NAN, NAN, NAN)),
        ([0.1], (0.1, NAN, NAN)),
        ([0.1, 0.1, 0.1], (0.1, 0.1, 0.1)),
    ],
)
def test_intervals_of_few_or_equal_values(values, expected):
    assert interval(np.array(values)) == pytest.approx(expected, nan_ok=True, abs=0)


def test_the_comparison_keeps_the_order_of_scenarios_variants_and_metrics():
    table = pd.concat([runs_of("z", base=[1, 2], a=[2, 3]), runs_of("b", a=[5, 6], other=[1, 1])])
    table["delay"] = table["quality"] * 2
    found = compare(table, metrics=["delay", "quality"])
    assert found[["scenario", "variant", "metric"]].to_numpy().tolist() == [
        [scenario, variant, metric]
        for scenario, variant in (("z", "base"), ("z", "a"), ("b", "a"), ("b", "other"))
        for metric in ("delay", "quality")
    ]
    assert found["difference"].tolist() == pytest.approx(
        [NAN, NAN, 2, 1, NAN, NAN, -9, -4.5], nan_ok=True
    )
    against = compare(table, metrics=["quality"], against="a")
    assert against["difference"].tolist() == pytest.approx([-1, NAN, NAN, -4.5], nan_ok=True)
    with pytest.raises(KeyError):
        compare(table, metrics=["nonsense"])


# Break-even


def policy(rule="autocratic", **half_lives):
    kinds = {
        name: {"stakes": 1.0, "half_life": text, "power": {"rule": rule}}
        for name, text in half_lives.items()
    }
    return {"clock": {"tick": "1h", "day": "8h"}, "power": {"rule": rule}, "issues": kinds}


def manifest_of(**half_lives):
    half_lives = half_lives or {"k": "5d"}
    return {"policies": {"quick": policy(**half_lives), "slow": policy("shared", **half_lives)}}


def decisions_of(rows):
    """(variant, replication, kind, quality, commitment, delay, closed_by) each."""
    names = ["variant", "replication", "kind", "quality", "commitment", "delay", "closed_by"]
    return pd.DataFrame(rows, columns=names).assign(scenario="s", point=0)


def two(quick, slow, kind="k", replications=3):
    """Each policy takes one (quality, commitment, delay) decision in each replication."""
    return decisions_of(
        [
            (variant, number, kind, *numbers, "agreement")
            for variant, numbers in (("quick", quick), ("slow", slow))
            for number in range(replications)
        ]
    )


@pytest.mark.parametrize(("delay", "factor"), [(5, 1.0), (10, 2.0), (2.5, 0.5), (0.1, 0.02)])
def test_break_even_solved_by_hand(delay, factor):
    # 0.5 at once against 1.0 after `delay` days: equal where the delay is one half-life of 5 days x
    # factor.
    found = break_even(two((0.5, 1, 0), (1, 1, delay)), "slow", "quick", manifest=manifest_of())
    assert found.factor == pytest.approx(factor, rel=1e-9)
    assert (found.urgent, found.patient) == ("quick", "slow")
    assert found.half_lives == pytest.approx({"k": 5 * factor})
    # Every replication is the same, so nothing but the grid's interpolation is uncertain.
    assert found.low == pytest.approx(factor, rel=1e-3)
    assert found.high == pytest.approx(factor, rel=1e-3)
    other = break_even(two((0.5, 1, 0), (1, 1, delay)), "quick", "slow", manifest=manifest_of())
    assert other.factor == pytest.approx(found.factor)
    assert (other.urgent, other.patient) == ("quick", "slow")


def test_break_even_with_commitment_and_a_bad_decision():
    # quick: 0.5 x 1 at once. slow: 1 x 0.8 after 5 days in one decision, -0.2 in another, against 0
    # in quick.
    rows = [
        ("quick", 0, "k", 0.5, 1.0, 0.0, "one-voice"),
        ("quick", 0, "k", 0.0, 1.0, 0.0, "one-voice"),
    ]
    rows += [
        ("slow", 0, "k", 1.0, 0.8, 5.0, "agreement"),
        ("slow", 0, "k", -0.2, 0.8, 9.0, "agreement"),
    ]
    found = break_even(decisions_of(rows), "quick", "slow", manifest=manifest_of())
    assert found.factor == pytest.approx(1 / math.log2(0.8 / 0.7))
    assert math.isnan(found.low)
    assert math.isnan(found.high)  # one replication


def test_lapsed_decisions_are_worth_nothing_at_any_urgency():
    rows = [
        ("quick", 0, "k", 0.5, 1.0, 0.0, "one-voice"),
        ("quick", 0, "k", 0.5, 1.0, 0.0, "one-voice"),
    ]
    rows += [
        ("slow", 0, "k", NAN, NAN, 20.0, "lapsed"),
        ("slow", 0, "k", 1.0, 1.0, 5.0, "agreement"),
    ]
    # slow can reach 1.0 in all at best, quick has 1.0: they meet only without urgency.
    assert break_even(decisions_of(rows), "quick", "slow", manifest=manifest_of()) is None
    rows[0] = ("quick", 0, "k", NAN, 0.0, 20.0, "lapsed")
    found = break_even(decisions_of(rows), "quick", "slow", manifest=manifest_of())
    assert found.factor == pytest.approx(1.0)


def test_break_even_of_one_kind():
    both = pd.concat([two((0.5, 1, 0), (1, 1, 5)), two((0.5, 1, 0), (1, 1, 42), kind="long")])
    given = manifest_of(k="5d", long="1mo")
    assert break_even(both, "slow", "quick", "k", manifest=given).factor == pytest.approx(1.0)
    found = break_even(both, "slow", "quick", "long", manifest=given)
    assert found.factor == pytest.approx(2.0)
    assert found.half_lives == pytest.approx({"long": 42})
    assert 1 < break_even(both, "slow", "quick", manifest=given).factor < 2


@pytest.mark.parametrize(
    "rows",
    [
        two((0.5, 1, 2), (0.5, 1, 2)),  # the same
        two((0.5, 1, 2), (0.6, 1, 2)),  # always better
        two((0.5, 1, 0), (1, 1, 5000)),  # would turn beyond a factor of 100
        two((0.5, 1, 0), (1, 1, 5)).iloc[:0],
        two((0.5, 1, 0), (1, 1, 5)).iloc[:3],  # one policy has no decisions
    ],
)
def test_no_break_even(rows):
    assert break_even(rows, "slow", "quick", manifest=manifest_of()) is None


def test_the_crossing_nearest_to_the_scenario_comes_first():
    # slow - quick: quick is all at once; slow has a quick small loss and a slow large gain and
    # another loss.
    rows = [
        ("quick", 0, "k", 0.45, 1.0, 0.0, "agreement"),
        ("quick", 0, "k", 0.45, 1.0, 10.0, "agreement"),
    ]
    rows += [
        ("slow", 0, "k", 0.6, 1.0, 1.0, "agreement"),
        ("slow", 0, "k", 0.28, 1.0, 1.0, "agreement"),
    ]

    def gap(h):
        return 0.45 + 0.45 * 2 ** (-2 / h) - 0.88 * 2 ** (-0.2 / h)

    found = break_even(decisions_of(rows), "quick", "slow", manifest=manifest_of())
    assert len(found.crossings) == 2
    assert found.factor in found.crossings
    assert abs(math.log(found.factor)) == min(abs(math.log(h)) for h in found.crossings)
    assert [gap(h) for h in found.crossings] == pytest.approx([0, 0], abs=1e-9)
    assert found.urgent == ("quick" if gap(found.factor * 0.99) > 0 else "slow")


def test_the_interval_covers_as_often_as_it_says():
    """Of the intervals of 100 made-up experiments, 95 % hold the true factor, give or take 5
    binomial sd."""
    draws, held = np.random.default_rng(4), 0
    experiments, replications = 100, 20
    for _ in range(experiments):
        noise = draws.normal(0, 0.1, (2, replications))
        rows = [
            ("quick", n, "k", 0.5 + noise[0, n], 1.0, 0.0, "one-voice") for n in range(replications)
        ]
        rows += [
            ("slow", n, "k", 1.0 + noise[1, n], 1.0, 5.0, "agreement") for n in range(replications)
        ]
        found = break_even(decisions_of(rows), "slow", "quick", manifest=manifest_of())
        assert found.low < found.factor < found.high
        held += found.low <= 1.0 <= found.high
    assert held >= experiments * 0.95 - 5 * math.sqrt(experiments * 0.05 * 0.95)
    assert held < experiments


def test_an_interval_that_leaves_the_range_says_so():
    draws = np.random.default_rng(5)
    rows = [
        ("quick", n, "k", 0.95 + draws.normal(0, 0.1), 1.0, 0.0, "one-voice") for n in range(10)
    ]
    rows += [("slow", n, "k", 1.0, 1.0, 5.0, "agreement") for n in range(10)]
    found = break_even(decisions_of(rows), "slow", "quick", manifest=manifest_of())
    assert found.high == math.inf
    assert 0 < found.low < found.factor


# The verdict


def result_of(policies, count=20, shift=0.1, delay=2.0):
    """Runs and decisions in which each policy after the first is `shift` worse and `delay` days
    quicker."""
    draws = np.random.default_rng(9)
    runs, rows = [], []
    for place, name in enumerate(policies):
        for number in range(count):
            noise = np.random.default_rng(number).normal(0, 0.02) + draws.normal(0, 0.005)
            quality, days = (
                0.6 - shift * bool(place) + noise,
                4.0 - delay * bool(place) + abs(noise),
            )
            value = quality * 0.5 ** (days / 5)
            rows.append((name, number, "k", quality, 1.0, days, "agreement"))
            runs.append(
                (
                    name,
                    number,
                    quality,
                    days,
                    12.0 - 8 * bool(place) + noise,
                    0.9 + noise / 10,
                    value,
                )
            )
    names = ["variant", "replication", "quality", "delay", "person_hours", "progress", "value"]
    table = pd.DataFrame(runs, columns=names).assign(scenario="s", point=0, issues=10, lapsed=0)
    return table, decisions_of(rows)


def said_of(policies, against=None, **more):
    runs, decisions = result_of(list(policies), **more)
    given = {"policies": {name: policy(rule, k="5d") for name, rule in policies.items()}}
    rules = {name: settings["power"]["rule"] for name, settings in given["policies"].items()}
    return details(runs, decisions, against, manifest={**given, "varied": {"power.rule": rules}})


def test_every_other_policy_is_compared_with_the_base_policy_less_base():
    said = said_of(
        {"shared": "shared", "top-down": "autocratic", "ballot": "vote", "adviser": "consultative"}
    )
    assert (
        said[0] == "A room decides under shared, ballot; one voice decides under top-down, adviser."
    )
    opened = [
        text.split()[5] for text in said if text.startswith("Compared with shared (the base), ")
    ]
    assert opened == ["top-down", "ballot", "adviser"]
    assert said[1].startswith(
        "Compared with shared (the base), top-down lowers decision quality: 0.498 under"
    )
    assert "a difference of -0.1" in said[1]
    assert said[2].startswith("Under top-down, decisions take 2.0")
    assert "working days less" in said[2]
    assert "person-hours less a decision" in said[2]
    assert "no clear difference in the progress" in said[2]
    assert "a decision under top-down is worth" in said[3]
    assert said[4].startswith("The better choice turns at a half-life of")
    assert (
        "top-down is worth more when issues are more urgent, shared when they are less" in said[4]
    )
    assert "95 % intervals over 20 paired replications" in said[-1]


def test_against_takes_the_place_of_the_base():
    said = said_of(
        {"shared": "shared", "top-down": "autocratic", "ballot": "vote"}, against="top-down"
    )
    opened = [text for text in said if text.startswith("Compared with top-down (the base), ")]
    assert [text.split()[5] for text in opened] == ["shared", "ballot"]
    assert "raises decision quality" in opened[0] and "a difference of +0.1" in opened[0]


@pytest.mark.parametrize(
    "rule", ["rotating", "emergent", "chain", "champion", "contingent", "mine.py:agenda_setter"]
)
def test_rules_that_share_power_are_never_said_to_leave_it_to_one_voice(rule):
    said = " ".join(said_of({"base": rule, "other": rule}))
    assert "one voice" not in said


def test_what_else_differs_is_named():
    runs, decisions = result_of(["shared", "cascade"])
    given = {"policies": {"shared": policy("shared", k="5d"), "cascade": policy(k="5d")}}
    given["varied"] = {
        "power.rule": {"shared": "shared", "cascade": "autocratic"},
        "flow.up.open": {"shared": 0.65, "cascade": 0.0},
        "power.sharing": {"shared": 0.5, "cascade": 0.5},
    }
    assert "(they also differ in openness upward)" in details(runs, decisions, manifest=given)[1]


def test_no_clear_difference_is_not_called_one():
    said = said_of({"shared": "shared", "top-down": "autocratic"}, shift=0.0, delay=0.0)
    assert "makes no clear difference to decision quality" in said[1]
    assert "there is no clear difference in delay" in said[2]
    assert "is worth about as much under both" in said[3]


def test_one_replication_claims_nothing():
    said = said_of({"shared": "shared", "top-down": "autocratic"}, count=1)
    assert said[1].startswith(
        "Compared with shared (the base), top-down: whether it raises decision quality cannot be "
        "told"
    )
    assert "[" not in " ".join(said)
    assert "With one replication there are no intervals" in said[-1]


def test_the_replications_that_a_pair_rests_on_are_said():
    runs, decisions = result_of(["slow", "quick"])
    runs.loc[(runs["variant"] == "quick") & (runs["replication"] == 3), "quality"] = NAN
    assert "over 19 of 20 replications" in details(runs, decisions, manifest=manifest_of())[1]


def test_one_policy_has_nothing_to_be_compared_with():
    assert said_of({"shared": "shared"}) == [
        "Only one policy was run (shared): there is nothing to compare."
    ]


def test_without_decisions_there_is_no_verdict():
    runs, decisions = result_of(["quick", "slow"])
    runs[["quality", "delay", "person_hours", "value"]] = NAN
    runs["issues"] = 0
    said = details(runs, decisions.iloc[:0], manifest=manifest_of())
    assert "cannot be judged in decision quality: too few issues were resolved" in said[1]
    assert "no issues on which to weigh" in said[3]
    assert "nan" not in " ".join(said)


def test_a_verdict_that_urgency_never_turns():
    said = said_of({"shared": "shared", "top-down": "autocratic"}, delay=0.0)
    assert "shared is worth more than top-down at every urgency" in said[4]


def test_lapsed_issues_are_told():
    runs, decisions = result_of(["slow", "quick"])
    runs.loc[runs["variant"] == "slow", "lapsed"] = 1
    said = details(runs, decisions, manifest=manifest_of())
    assert "Under quick, " in said[2] and "0 % of the issues end undecided (slow: 10 %)" in said[2]


@pytest.mark.parametrize(
    ("rules", "shares"),
    [(["shared"], True), (["vote", "autocratic"], True), (["delegated", "consultative"], False)],
)
def test_who_shares_power(rules, shares):
    kinds = {f"k{place}": {"power": {"rule": rule}} for place, rule in enumerate(rules)}
    assert shares_power({"power": {"rule": "autocratic"}, "issues": kinds}) is shares
    assert shares_power({"power": {"rule": rules[0]}, "issues": {}}) is (
        rules[0] in ("shared", "vote")
    )
