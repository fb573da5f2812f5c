"""The short answer: every number in it is in the tables, what it calls best is, and each result has
its proper form."""

from __future__ import annotations

import math
import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import Scenario, load, run
from sim.comparison import headline, in_short, shares_power
from sim.comparison._deciding import in_words, ways
from sim.comparison.answer import answer, filled
from sim.comparison.best import MOST, confidence_of, enough, ranking
from sim.comparison.headline import lines, notes
from sim.comparison.short import clauses
from sim.comparison.statistics import Interval, interval
from sim.measures import MEASURES

NAN = math.nan
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
ORGANISATION = """\
name: told
replications: 20
clock: {horizon: 12w, warmup: 2w}
stream: {positions: [{name: top, leaders: 1}, {name: middle, leaders: 3}, {name: work, leaders: 9}]}
direction: {source: top}
issues:
  task: {rate: 2/w, raised_at: work, decided_at: middle, half_life: 3d}
  plan: {rate: 1/w, raised_at: middle, decided_at: top, half_life: 4w, stakes: 4}
base: shared
variants: {top-down: {power.rule: autocratic}, asked: {power.rule: consultative}}
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A saved result of three policies, read back."""
    folder = tmp_path_factory.mktemp("told")
    result = run(Scenario.from_text(ORGANISATION), engine="mesa", workers=1, out=folder)
    return load(result.folder)


def frame(saved, name="runs"):
    return pd.read_parquet(saved.folder / f"{name}.parquet")


def numbers_of(text):
    return [float(found.replace(",", "")) for found in re.findall(NUMBER, text)]


def shown_as(text, values):
    """Whether a number as it is written stands for one of some values: equal to half of its last
    digit."""
    places = len(text.partition(".")[2])
    number = float(text.replace(",", ""))
    return any(abs(number - abs(value)) <= 0.5000001 * 10.0**-places for value in values)


def test_every_number_of_the_table_is_in_the_parquet_files(saved):
    runs = frame(saved)
    found = {line.split()[0]: line for line in lines(headline(saved.tables["runs"]), 80)[1:]}
    assert list(found) == ["shared", "top-down", "asked"]
    base = runs[runs["variant"] == "shared"].set_index("replication")
    for policy, line in found.items():
        mine = runs[runs["variant"] == policy].set_index("replication")
        cells = re.findall(r"(-?[\d.]+)±([\d.]+)([<>]?)", line)
        assert len(cells) == 5
        measures = ("quality", "delay", "value", "person_hours", "progress")
        for name, (mean, half, mark) in zip(measures, cells, strict=True):
            values = mine[name].dropna()
            assert shown_as(mean.lstrip("-"), [values.mean()]), (policy, name)
            ends = interval(values.to_numpy())
            assert shown_as(half, [(ends.high - ends.low) / 2]), (policy, name)
            # Near a t-interval: those of skewed means are wider, but not twice.
            plain = (
                stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
            )
            assert 0.9 * plain - 0.06 < float(half) < 2 * plain + 0.06
            gap = interval((mine[name] - base[name]).to_numpy())
            expected = "" if policy == "shared" or not gap.clear else ">" if gap.mean > 0 else "<"
            assert mark == expected, (policy, name)


def test_every_number_of_the_sentences_is_in_the_parquet_files(saved):
    runs, said = frame(saved), saved.verdict
    means = runs.groupby("variant")["value"].mean()
    assert said[0].startswith(("Best here", "None of the 3"))
    for policy, told in re.findall(rf"([\w-]+) \(({NUMBER})\)", said[0]):
        assert shown_as(told, [means[policy]])
    pair = said[1]
    policy = re.match(
        r"Compared with shared \(the base; a room decides\), ([\w-]+) \(one voice decides\)", pair
    )[1]
    wide = {
        name: runs.pivot(index="replication", columns="variant", values=name)
        for name in runs.columns[5:]
    }
    words = {
        "working days": "delay",
        "person-hours": "person_hours",
        "in quality": "quality",
        "worth": "value",
    }
    clause = (
        rf"(?:decides|takes|worth|is|gets) ({NUMBER}) \[({NUMBER}) to ({NUMBER})\] ([\w' "
        rf"-]*?)(?= and |[,;.])"
    )
    clauses = re.findall(clause, pair)
    assert len(clauses) >= 2
    seen = set()
    for mean, low, high, unit in clauses:
        name = next((column for word, column in words.items() if word in unit), "value")
        factor = 100 if "percentage" in unit else 1
        name = "progress" if factor == 100 else name
        assert name != "value" or f"worth {mean}" in pair
        gap = (wide[name][policy] - wide[name]["shared"]).dropna() * factor
        assert shown_as(mean, [gap.mean()]), (name, mean)
        ends = interval(gap.to_numpy())
        assert shown_as(low, ends[1:]) and shown_as(high, ends[1:])
        lower = any(word in unit for word in ("sooner", "less", "lower"))
        assert lower == (gap.mean() < 0), (name, unit)
        seen.add(name)
    unclear = pair.partition("no clear difference in ")[2].partition(";")[0]
    same = pair.partition("equal in ")[2]
    named = {
        "delay": "delay",
        "hours": "person_hours",
        "quality": "quality",
        "value": "value",
        "progress": "progress",
    }
    for word, name in named.items():
        gap = interval((wide[name][policy] - wide[name]["shared"]).to_numpy())
        slight = max(map(abs, gap)) < MEASURES[name].least
        assert (name in seen) == (gap.clear and not slight)
        assert (word in unclear) == (not gap.clear and not slight)
        assert (word in same) == slight


def test_terminal_print_and_report_say_the_same(saved):
    from sim.dashboard.report import render

    said = in_short(saved.tables, saved.manifest)
    assert said == saved.verdict
    printed = str(saved)
    assert all(filled(sentence, 80) in printed for sentence in said)
    summary = (
        render(saved.tables, saved.manifest)
        .partition("<h2>In short</h2>")[2]
        .partition("</section>")[0]
    )
    shown = [
        unescape(re.sub("<[^>]+>", "", item)) for item in re.findall("<li>(.*?)</li>", summary)
    ]
    assert shown == said


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(saved, width):
    text = "\n".join(answer(saved.tables, saved.manifest, width))
    assert max(map(len, text.splitlines())) <= width
    assert text.startswith("In short\n")


# What is best


def runs_of(metric="value", **policies):
    rows = [
        {"scenario": "s", "variant": name, "point": 0, "replication": number, metric: value}
        for name, values in policies.items()
        for number, value in enumerate(values)
    ]
    table = pd.DataFrame(rows)
    for name in ("quality", "delay", "value", "person_hours", "progress"):
        if name not in table:
            table[name] = table[metric]
    return table.assign(issues=10, resolved=10, lapsed=0)


def test_the_best_is_called_so_only_when_all_others_are_clearly_behind():
    draws = np.random.default_rng(3)
    world = draws.normal(0, 1, 30)
    near, far = draws.normal(0, 0.1, (2, 30))
    found = ranking(
        runs_of(a=world, b=world + 0.5 + near, c=world + 0.51 + far, d=world + 0.51 + far), "value"
    )
    assert found.level == ("c", "d", "b") or found.level[0] == "b"
    assert found.behind == ("a",)
    assert found.same == ("d",) or found.level[0] == "b"
    alone = ranking(runs_of(a=world, b=world + 0.5 + near), "value")
    assert (alone.level, alone.behind, alone.needed) == (("b",), ("a",), None)
    less = ranking(runs_of("delay", a=world, b=world + 0.5 + near), "delay", -1)
    assert less.level == ("a",)


def test_the_best_of_many_equals_is_rarely_declared():
    """Of 300 experiments with 6 equal policies, one is declared best in at most 5 %, give or take 4
    binomial sd."""
    draws, declared, held = np.random.default_rng(8), 0, 0
    for _ in range(300):
        world = draws.normal(0, 1, 20)
        found = ranking(
            runs_of(**{name: world + draws.normal(0, 0.3, 20) for name in "abcdef"}), "value"
        )
        declared += len(found.level) == 1
        held += "a" in found.level
    assert declared <= 300 * 0.05 + 4 * math.sqrt(300 * 0.05 * 0.95)
    # Any of the equals may be named the true best: it is among those not behind 95 times in 100.
    assert held >= 300 * 0.95 - 4 * math.sqrt(300 * 0.05 * 0.95)


def test_confidence_allows_for_how_many_are_compared():
    assert confidence_of(2) == pytest.approx(0.95)
    assert confidence_of(6) == pytest.approx(0.99)


def test_how_many_replications_would_do():
    gap = np.random.default_rng(2).normal(0.1, 1, 50)
    gap = (gap - gap.mean()) / gap.std(ddof=1) + 0.1
    needed = enough([gap], 50)
    # Power of 90 % at a two-sided 5 %: (1.96 + 1.28)^2 / 0.1^2, a little more with t.
    assert needed == pytest.approx((1.95996 + 1.28155) ** 2 / 0.01, rel=0.01)
    assert enough([gap - gap.mean()], 50) is None
    assert (
        enough([gap * 1e-3 + (1e-6 - 1e-4)], 50) in (None, MOST)
        or enough([gap * 1e-3], 50) == needed
    )
    assert enough([np.append(gap, [NAN] * 50)], 100) == pytest.approx(2 * needed, abs=2)


# Who decides


def kinds(**rules):
    return {
        "power": {"rule": "shared"},
        "issues": {name: {"power": {"rule": rule}} for name, rule in rules.items()},
    }


@pytest.mark.parametrize(
    ("rule", "how"),
    [
        ("autocratic", "one voice decides"),
        ("consultative", "one voice decides"),
        ("delegated", "one voice decides"),
        ("shared", "a room decides"),
        ("vote", "a room decides"),
        ("rotating", "a room decides"),
        ("emergent", "a room decides"),
        ("chain", "it goes level by level"),
        ("champion", "it goes level by level"),
        ("agenda_setter.py:agenda_setter", "a room decides"),
        ("contingent", "who decides depends on the situation"),
    ],
)
def test_the_rule_says_who_decides(rule, how):
    assert in_words(kinds(k=rule)) == how
    assert shares_power(kinds(k=rule)) is (how != "one voice decides")


def test_a_rule_of_ones_own_may_say_that_one_voice_decides():
    assert not shares_power(kinds(k="mine.py:boss"), {"mine.py:boss": "one voice"})


@pytest.mark.parametrize(
    ("settings", "how"),
    [
        ({"power.sharing": 0, "consensus.rule": "none"}, "one voice decides"),
        ({"power.sharing": 0, "consensus.rule": "none", "power.rule": "vote"}, "one voice decides"),
        ({"power.sharing": 0, "consensus.rule": "majority"}, "a room decides"),
        ({"power.sharing": "1%", "consensus.rule": "none"}, "a room decides"),
        (
            {"power.sharing": 0, "consensus.rule": "none", "power.rule": "rotating"},
            "a room decides",
        ),
    ],
)
def test_one_who_keeps_all_weight_and_needs_no_agreement_is_one_voice(settings, how):
    text = "name: c\nissues: {k: {half_life: 5d, stakes: 1}}\n"
    policy = Scenario.from_text(text, overrides=settings).resolved()
    assert in_words(policy) == how


def test_kinds_may_differ_in_who_decides():
    assert in_words(kinds(a="shared", b="autocratic")) == "who decides depends on the kind of issue"


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, {"one voice", "room"}),
        ({"power.contingent.when_spread": "delegated"}, {"one voice"}),
        ({"power.contingent.spread_above": 1}, {"one voice"}),
        ({"power.contingent.urgent_within": "1mo"}, {"one voice"}),
        (
            {"power.contingent.urgent_within": "1mo", "power.contingent.when_urgent": "chain"},
            {"levels"},
        ),
        ({"power.contingent.otherwise": "chain"}, {"levels", "room"}),
    ],
)
def test_a_rule_that_routes_counts_as_what_it_can_route_to(settings, found):
    text = "name: c\npower: {rule: contingent}\nissues: {k: {half_life: 5d, stakes: 1}}\n"
    policy = Scenario.from_text(text, overrides=settings).resolved()
    assert ways(policy) == found
    assert shares_power(policy) is (found != {"one voice"})


# Every result has its form


def told(runs, **more):
    manifest = {"policies": {}, "varied": {}, **more}
    return in_short(
        {"runs": runs, "decisions": pd.DataFrame({"kind": [], "variant": []})}, manifest
    )


def test_one_replication_tells_nothing_for_sure():
    said = told(runs_of(a=[0.5], b=[0.7]))
    assert said[0] == (
        "One replication cannot tell a difference from chance. In this one, b had the highest "
        "value a decision (0.700), a the lowest (0.500)."
    )
    assert (
        said[1]
        == "At least 20 replications are needed to tell: leaderstream run FILE --replications 20."
    )
    assert len(said) == 2


def test_equal_policies_are_called_equal():
    said = told(runs_of(a=[0.5, 0.6, 0.7], b=[0.5, 0.6, 0.7]))
    assert said[0] == "Both policies came to the same value in every replication: 0.600 a decision."
    assert "cannot tell" not in " ".join(said)


def test_without_issues_or_decisions_there_is_nothing_to_compare():
    none = runs_of(a=[NAN, NAN], b=[NAN, NAN]).assign(issues=0, resolved=0)
    assert told(none) == [
        "No issue arose in the measured time, so there is nothing to compare: issues.NAME.rate and "
        "clock.horizon say how many arise."
    ]
    lapsed = runs_of(a=[0.0, 0.0], b=[0.0, 0.0]).assign(resolved=0, lapsed=10)
    assert told(lapsed)[0].startswith("None of the 40 issues was decided under any policy")


def test_one_policy_is_described():
    said = told(runs_of(only=[0.5, 0.6, 0.7]))
    assert said[0].startswith(
        "Only one policy was run, so there is nothing to compare. Under only, decisions have"
    )
    assert "(base)" not in "\n".join(lines(headline(runs_of(only=[0.5, 0.6])), 80))


def test_what_is_better_is_said_before_what_is_worse():
    sooner, worse = Interval(-2.0, -2.5, -1.5), Interval(-0.1, -0.12, -0.08)
    assert re.fullmatch(
        r"decides 2\.\S+ .*working days sooner, but is 0\.1\S* .*lower in quality",
        clauses({"quality": worse, "delay": sooner}),
    )
    assert re.fullmatch(
        r"is 0\.1\S* .*higher in quality, but decides 2\.\S+ .*working days later",
        clauses({"quality": Interval(0.1, 0.08, 0.12), "delay": Interval(2.0, 1.5, 2.5)}),
    )


def test_a_difference_below_what_is_shown_is_neither_gain_nor_cost():
    tiny = Interval(0.0001, 0.00005, 0.00015)
    same = "equal in delay (within 0.01 working days)"
    found = clauses({"delay": tiny, "quality": Interval(0.1, 0.08, 0.12)})
    assert found == f"is 0.100 [0.080 to 0.120] higher in quality; {same}"
    # Surely smaller than what is shown is more than not clear; what may be larger is told.
    assert clauses({"delay": Interval(0.001, -0.002, 0.004)}).endswith("0.01 working days)")
    assert clauses({"delay": Interval(0.008, 0.004, 0.012)}).startswith("decides 0.008")
    assert "progress (within 0.1 percentage points)" in clauses({"progress": tiny})
    assert "hours (within 0.1)" in clauses({"person_hours": tiny})
    # Stakes are whatever the scenario counts them in, so nothing is too small.
    assert clauses({"value": tiny}).startswith("is worth 0.0001 ")
    assert {name for name, measure in MEASURES.items() if not measure.least} == {
        "value",
        "net_value",
    }


def test_replications_without_a_value_are_said():
    runs = runs_of(a=[0.5, 0.6, 0.7, NAN, 0.8, 0.9], b=[1.5, 1.7, 1.6, NAN, 1.9, 1.8])
    assert "from the 5 of 6 replications with a value" in told(runs)[0]
    below = notes(headline(runs))
    assert "over up to 6 replications" in below[0]
    assert (
        below[1]
        == "Of 6 replications not all had a value: 5 in quality, delay, value, hours and progress."
    )
    some = runs_of(a=[0.5, 0.6, 0.7], b=[1.5, NAN, 1.6])
    assert "(under b)" in notes(headline(some))[1]


def test_lapsed_issues_are_told_when_many():
    runs = runs_of(a=[0.5, 0.6, 0.7, 0.8], b=[1.5, 1.7, 1.6, 1.9])
    runs.loc[runs["variant"] == "a", "lapsed"] = 4
    assert (
        "40 % of the issues ended undecided under a (0 % under b), and are worth nothing."
        in told(runs)
    )
    assert not any("undecided" in text for text in told(runs.assign(lapsed=0)))


def test_many_policies_are_counted_not_listed():
    draws = np.random.default_rng(1)
    world = draws.normal(0, 1, 20)
    many = {f"policy-{place:02}": world + draws.normal(0, 0.5, 20) for place in range(15)}
    said = told(runs_of(**many))
    assert len(said[0]) < 300
    shown = lines(headline(runs_of(**many)), 80)
    assert len(shown) == 14 and shown[-1] == "and 3 more, of lower value"


def test_value_leads_where_sharing_loses():
    """The policy of the best decisions is not named first when a faster one is worth more."""
    draws = np.random.default_rng(5)
    noise = draws.normal(0, 0.01, (2, 20))
    runs = runs_of(shared=0.4 + noise[0], fast=0.8 + noise[1])
    runs["quality"] = np.where(runs["variant"] == "shared", 0.9, 0.7)
    assert told(runs)[0].startswith("Best here: fast, where a decision is worth most, 0.79")
