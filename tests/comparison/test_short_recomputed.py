"""The short answer of the flagship scenario, recomputed from its parquet files by other means than
the program's own: nothing of `sim.comparison` is used here, and no number of the text is left over.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from sim import load, run

FLAGSHIP = Path(__file__).parents[2] / "scenarios" / "leader-stream.yaml"
NUMBER = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
TRIPLE = rf"({NUMBER}) \[({NUMBER}) to ({NUMBER})\]"
MEASURES = {"quality": 1, "delay": -1, "net_value": 1, "person_hours": -1, "progress": 1}
IN_WORDS = {
    "working days": "delay",
    "person-hours": "person_hours",
    "percentage points": "progress",
    "quality": "quality",
    "worth": "net_value",
}
SHORT = {**{name: name for name in MEASURES}, "net_value": "net value", "person_hours": "hours"}
SETTINGS = yaml.safe_load(FLAGSHIP.read_text(encoding="utf-8"))
PRICE = SETTINGS["work"]["worth"]  # stakes an hour
HALF_LIVES = {"operational": 5.0, "strategic": 3 * 21.0}  # in working days: 5d and 3mo


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return load(run(FLAGSHIP, out=tmp_path_factory.mktemp("flagship")).folder)


@pytest.fixture(scope="module")
def tables(saved):
    return {
        name: pd.read_parquet(saved.folder / f"{name}.parquet") for name in ("runs", "decisions")
    }


def bounds(values, confidence=0.95):
    """The ends of Student's interval, the longer tail's lengthened by Hall's (1992) inverse
    transformation."""
    values = np.asarray(values, dtype=float)
    if values.min() == values.max():
        return values[0], values[0]
    count, error = len(values), stats.sem(values)
    t = stats.t.ppf((1 + confidence) / 2, count - 1)
    tail = abs(stats.skew(values, bias=False)) * (1 + 10 / count) / math.sqrt(count)
    long = t + tail * (2 * t**2 + 1) / 6 + tail**2 * (5 * t**3 + 3 * t) / 27
    up = stats.skew(values) > 0
    return values.mean() - (t if up else long) * error, values.mean() + (long if up else t) * error


def is_written(text, value):
    """Whether a number stands in a text as it should: right to half of its last digit."""
    places = len(text.partition(".")[2])
    assert abs(float(text.replace(",", "")) - value) <= 0.5000001 * 10.0**-places, (text, value)


def wide(tables, measure):
    return tables["runs"].pivot(index="replication", columns="variant", values=measure)


def test_the_table(saved, tables):
    from sim.comparison import headline
    from sim.comparison.headline import lines

    rows = lines(headline(saved.tables["runs"], worth="net_value"), 80)[1:]
    assert [row.split()[0] for row in rows] == list(dict.fromkeys(tables["runs"]["variant"]))
    for row in rows:
        policy, cells = row.split()[0], re.findall(r"(-?[\d.]+)±([\d.]+)([<>]?)", row)
        for (measure, _), (mean, half, mark) in zip(MEASURES.items(), cells, strict=True):
            found = wide(tables, measure)
            low, high = bounds(found[policy])
            is_written(mean, found[policy].mean())
            is_written(half, (high - low) / 2)
            gap = found[policy] - found["shared"]
            low, high = bounds(gap)
            assert mark == (">" if low > 0 else "<" if high < 0 else ""), (policy, measure)


def test_the_sentences(saved, tables):
    best, pair, *rest = saved.verdict
    checks = [(best, the_best), (pair, the_pair)]
    kinds = {
        "By urgency": the_turns,
        "replications cannot tell": how_many,
        "overloaded": the_overload,
    }
    for sentence in rest:
        checks.append(
            (sentence, next(check for words, check in kinds.items() if words in sentence))
        )
    for sentence, check in checks:
        left = check(sentence, tables)
        assert not re.search(r"\d", left), f"not recomputed: {left}"


def the_best(sentence, tables):
    values = wide(tables, "net_value")
    alone = re.fullmatch(
        rf"Best here: ([\w-]+), where a decision is worth most in net value, ({NUMBER}) "
        rf"\(95 % sure, allowing for the choice among (\d+)\); ([\w-]+) comes next, ({NUMBER})\.",
        sentence,
    )
    if alone:
        first, mean, among, second, its = alone.groups()
        assert [first, second] == list(values.mean().sort_values(ascending=False).index[:2])
        assert int(among) == values.shape[1]
        is_written(mean, values[first].mean())
        is_written(its, values[second].mean())
        confidence = 1 - 0.05 / (values.shape[1] - 1)
        for other in set(values) - {first}:
            assert bounds(values[first] - values[other], confidence)[0] > 0
        return ""
    named = re.findall(rf"([\w-]+) \(({NUMBER})\)", sentence)
    for policy, mean in named:
        is_written(mean, values[policy].mean())
    ahead = [policy for policy, _ in named]
    assert ahead[0] == values.mean().idxmax()
    # Behind is what another policy is clearly better than, and no other; allowing for 5 comparisons
    # of each.
    confidence = 1 - 0.05 / (values.shape[1] - 1)
    behind = {
        one
        for one in values
        for other in values
        if one != other and bounds(values[one] - values[other], confidence)[1] < 0
    }
    assert set(ahead) == set(values) - behind
    assert all(policy in sentence for policy in behind)
    return (
        re.sub(rf"\({NUMBER}\)", "", sentence)
        .replace("95 % sure", "")
        .replace(f"among {values.shape[1]}", "")
    )


def the_pair(sentence, tables):
    start = "Compared with shared (the base; a room decides), top-down (one voice decides) "
    assert sentence.startswith(start)
    seen = set()
    better_part, _, worse_part = sentence.removeprefix(start).partition(", but ")
    for part, sign in ((better_part, 1), (worse_part, -1)):
        for found in re.finditer(rf"(worth )?{TRIPLE} (.*?)(?= and |,|;|\.$|$)", part):
            words = (found[1] or "") + found[5]
            measure = next(name for word, name in IN_WORDS.items() if word in words)
            scale = 100 if measure == "progress" else 1
            gap = scale * (wide(tables, measure)["top-down"] - wide(tables, measure)["shared"])
            ends = bounds(gap)
            turned = -1 if gap.mean() < 0 else 1
            for text, value in zip(found.groups()[1:4], (gap.mean(), *ends[::turned]), strict=True):
                is_written(text, turned * value)
            assert ends[0] > 0 or ends[1] < 0
            assert sign == turned * MEASURES[measure], (
                f"{measure} is no {'gain' if sign > 0 else 'cost'}"
            )
            ways = ("more", "later", "higher") if turned > 0 else ("less", "sooner", "lower")
            assert any(word in words for word in ways)
            seen.add(measure)
    for measure in set(MEASURES) - seen:
        low, high = bounds(wide(tables, measure)["top-down"] - wide(tables, measure)["shared"])
        same = re.search(rf"equal in .*{SHORT[measure]} \(within ([\d.]+)", sentence)
        if same:
            scale = 100 if measure == "progress" else 1
            assert scale * max(-low, high) < float(same[1])
        else:
            assert low <= 0 <= high and "no clear difference" in sentence
    return re.sub(rf"{TRIPLE}|\(within [^)]*\)", "", sentence)


def hours_of(issues):
    return issues["person_hours"] + issues["reading_hours"] + issues["rework_hours"]


def test_net_value_is_value_less_the_price_of_the_hours(tables):
    issues = tables["decisions"]
    net = issues["value"] - PRICE * hours_of(issues)
    means = net.groupby([issues["replication"], issues["variant"]]).mean().unstack()
    pd.testing.assert_frame_equal(means, wide(tables, "net_value"), check_names=False)
    assert PRICE > 0 and (hours_of(issues) > 0).any()


def gaps_at(tables, kind, half_life):
    """By net value shared less top-down in each replication, at this half-life of one kind."""
    issues = tables["decisions"].query("kind == @kind")
    stakes = SETTINGS["issues"][kind].get("stakes", 1)
    quality = issues["quality"].fillna(0.0)
    worth = (
        quality.clip(lower=0)
        * issues["commitment"].fillna(0.0)
        * 0.5 ** (issues["delay"].fillna(0.0) / half_life)
    )
    worth = stakes * (worth + quality.clip(upper=0)) - PRICE * hours_of(issues)
    means = worth.groupby([issues["replication"], issues["variant"]]).mean().unstack()
    return (means["shared"] - means["top-down"]).dropna()


def ahead_at(tables, kind, half_life):
    """1: shared is clearly worth more at a half-life; -1: top-down; 0: neither."""
    low, high = bounds(gaps_at(tables, kind, half_life))
    return 1 if low > 0 else -1 if high < 0 else 0


def the_turns(sentence, tables):
    signs = {"shared": 1, "top-down": -1}
    for part in sentence.removeprefix("By urgency in net value: ").split("; "):
        kind = re.match(r"for (\w+) issues", part)[1]
        always = re.search(r"issues (shared|top-down) is worth more at every urgency", part)
        if always:
            for factor in (0.1, 0.3, 1, 3, 10):
                life = factor * HALF_LIVES[kind]
                assert ahead_at(tables, kind, life) == signs[always[1]]
            continue
        is_written(re.search(rf"\(here: ({NUMBER})\)", part)[1], HALF_LIVES[kind])
        points = re.findall(TRIPLE, part)
        order = [signs[name] for name in re.findall(r"shared|top-down", part)]
        if points:
            assert len(order) == len(points) + 1 and all(
                one == -other for one, other in pairwise(order)
            )
            for texts, before, after in zip(points, order[:-1], order[1:], strict=True):
                # Each stands between half-lives one unit of its last digit below and above it.
                around = [
                    [float(text) + way * 10.0 ** -len(text.partition(".")[2]) for way in (-1, 1)]
                    for text in texts
                ]
                assert [np.sign(gaps_at(tables, kind, life).mean()) for life in around[0]] == [
                    before,
                    after,
                ]
                assert [ahead_at(tables, kind, life) for life in around[1]] == [before, 0]
                assert [ahead_at(tables, kind, life) for life in around[2]] == [0, after]
        else:
            found = re.search(rf"({NUMBER}) working days and (more|less)", part)
            end, way = float(found[1]), 1 if found[2] == "more" else -1
            assert (
                ahead_at(tables, kind, end * 1.02**way) == order[0]
                and ahead_at(tables, kind, end * 0.98**way) == 0
            )
            assert all(
                ahead_at(tables, kind, end * 1.5 ** (way * step)) == order[0]
                for step in range(1, 6)
            )
    return re.sub(rf"{TRIPLE}|\(here: {NUMBER}\)|{NUMBER} working days and", "", sentence)


def how_many(sentence, tables):
    run_here, needed, again = (int(text.replace(",", "")) for text in re.findall(NUMBER, sentence))
    first, other = re.search(r"cannot tell ([\w-]+) from ([\w-]+);", sentence).groups()
    values = wide(tables, "net_value")
    gap = values[first] - values[other]
    assert run_here == len(gap) and needed == again
    # The sample size of a paired t-test with a power of 90 %, for large samples, at the level of
    # one of 5 comparisons.
    quantiles = stats.norm.ppf(1 - 0.05 / 5 / 2) + stats.norm.ppf(0.9)
    assert needed == pytest.approx((quantiles * gap.std(ddof=1) / gap.mean()) ** 2, rel=0.1)
    assert bounds(gap, 1 - 0.05 / 5)[0] <= 0
    return re.sub(NUMBER, "", sentence)


def the_overload(sentence, tables):
    progress = wide(tables, "progress").mean()
    (undone,) = re.findall(r"(\d+) % of the work asked for is left undone", sentence)
    worst = progress.idxmin()
    assert f"overloaded under {worst}:" in sentence
    is_written(undone, 100 * (1 - progress[worst]))
    assert progress.drop(worst).min() > 0.99  # and so no other is named
    return re.sub(r"\d+ % of the work", "", sentence)
