"""What the app shows is what `run` would save: the same means, intervals, differences, curves and
break-even."""

from __future__ import annotations

import math

import pytest

from sim.comparison import compare
from sim.comparison.questions import answers
from sim.comparison.statistics import interval
from sim.comparison.turns import TURNS, in_factors, turns_of
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import draw
from sim.dashboard.figures.run import gain
from sim.live._answer import answer, look_at
from sim.live._curve import HALF_LIVES, curves, meetings, turn_between
from sim.live._look import FACTORS, NOW_IN_WORDS, SHOWN, difference, framed, outward
from sim.live._pair import gained, pair_of
from sim.live._value import value_curve
from sim.live._words import against, by_kind, finding, headline
from sim.live.engine import PlayedSettings
from tests.live import small

MOST = 8


@pytest.fixture(scope="module")
def shown():
    known, engine = small.settings(), small.engine(MOST)
    named = known.named(small.NOW, small.PINS, small.WORLD)
    played = small.played(engine, named)
    engine.close()
    return known, named, played


@pytest.fixture(scope="module")
def result(shown):
    known, named, _ = shown
    return small.ran(known, named, MOST)


@pytest.fixture(scope="module")
def look(shown):
    _, named, played = shown
    return look_at(named, played)


def test_means_and_intervals_are_those_of_the_tables(look, result):
    reading = RunData(result.tables, result.manifest)
    for policy in look.policies:
        for metric in SHOWN:
            mine, theirs = look.get(policy, metric), reading.estimates[policy.variant, metric]
            for name in ("mean", "low", "high"):
                one, other = getattr(mine, name), getattr(theirs, name)
                assert one == other or (math.isnan(one) and math.isnan(other)), (
                    policy.variant,
                    metric,
                    name,
                )


def test_differences_are_paired_as_in_the_report(look, result):
    table = compare(result.tables["runs"], against="A-top-down").set_index(["variant", "metric"])
    now, pinned = look.settings[:2]
    for metric in ("value", "quality", "delay"):
        row = table.loc["now", metric]
        assert tuple(difference(now, pinned, metric)) == (
            row["difference"],
            row["difference_low"],
            row["difference_high"],
        )


def test_a_world_dial_compares_as_a_run_of_both_in_that_world():
    from sim.runner import run
    from sim.scenario import Scenario

    known, engine = small.settings(), small.engine(MOST)
    world = {"work.load": "0.9", "interests.strength": "1", "delays": "2"}
    named = known.named({"start": "shared", "dials": {}}, small.PINS[:1], world)
    look = look_at(named, small.played(engine, named))
    engine.close()
    # The same world written into the scenario by hand; delays are 4, 2 and 3 hours by default.
    there = (
        "work: {load: 90%}\ninterests: {strength: 1}\n"
        "flow: {up: {delay: 8h}, down: {delay: 4h}, across: {delay: 6h}}\n"
    )
    played = run(Scenario.from_text(small.TEXT + there), replications=MOST)
    table = compare(played.tables["runs"], against="top-down").set_index(["variant", "metric"])
    for metric in ("value", "quality", "delay", "person_hours"):
        row = table.loc["shared", metric]
        expected = [row["difference"], row["difference_low"], row["difference_high"]]
        assert list(difference(*look.settings, metric)) == expected


def test_kind_by_kind_it_is_the_difference_of_their_decisions():
    kinds = "issues: {quick: {half_life: 2d, rate: 4/w}, slow: {half_life: 2mo, stakes: 3}}\n"
    known, engine = small.settings(small.TEXT + kinds), small.engine(MOST)
    named = known.named({"start": "shared", "dials": {}}, small.PINS[:1])
    look = look_at(named, small.played(engine, named))
    engine.close()
    decisions = small.ran(known, named, MOST).tables["decisions"]
    means = decisions.groupby(["kind", "variant", "replication"])["value"].mean()
    now, pinned = look.settings
    assert set(now.by_kind) == {"quick", "slow"}
    for kind, values in now.by_kind.items():
        theirs = [means[kind, "now"][i] - means[kind, "A-top-down"][i] for i in range(MOST)]
        assert list(values - pinned.by_kind[kind]) == pytest.approx(theirs, abs=1e-12)
    text = by_kind(now, pinned)
    assert (
        text.startswith(" Against it, this setting's value a decision by kind: ")
        and "quick" in text
        and "slow" in text
    )
    assert by_kind(now, pinned).count("no clear difference") == sum(
        not interval(values - pinned.by_kind[kind]).clear for kind, values in now.by_kind.items()
    )


def test_the_figures_hold_the_same_numbers(look, result):
    reading = RunData(*_renamed(result))
    for name in ("trade-off", "time"):
        mine = {
            trace["name"]: (trace.get("x"), trace.get("y"))
            for trace in draw(name, look, False)["data"]
        }
        theirs = {
            trace["name"]: (trace.get("x"), trace.get("y"))
            for trace in draw(name, reading, False)["data"]
        }
        marks = [trace for trace in theirs if not trace.startswith(("equal", "ceiling"))]
        assert marks and all(mine[trace] == theirs[trace] for trace in marks)


def test_the_lines_of_equal_value_take_the_setting_that_is_turned(look, result):
    assert [(kind.name, kind.half_life) for kind in look.kinds] == [
        (kind.name, kind.half_life) for kind in RunData(result.tables, result.manifest).kinds
    ]


def test_colours_go_by_place(look):
    from sim.dashboard import theme

    assert [policy.colour for policy in look.policies] == [
        theme.colour(place) for place in (0, 1, 3)
    ]


def test_the_curve_passes_through_the_value_recorded(look):
    for curve in curves(look):
        place = FACTORS.index(curve.urgency)
        recorded = curve.runs.measures["value"]
        assert curve.values[place] == pytest.approx(recorded, rel=1e-12, nan_ok=True)


def test_crossings_are_the_break_even_urgency(shown, result):
    known, _, _ = shown
    engine = small.engine(MOST)
    fast = {"start": "top-down", "dials": {}}
    pins = [
        {
            "place": 1,
            "setting": {
                "start": "shared",
                "dials": {"consensus.rule": "unanimity", "consensus.limit": "20d"},
            },
        }
    ]
    named = known.named(fast, pins)
    look = look_at(named, small.played(engine, named))
    engine.close()
    saved = small.ran(known, named, MOST)
    exact = in_factors(turns_of(saved.tables["decisions"], saved.manifest, "now", "A")[0])
    now, pinned = curves(look)
    mine = turn_between(now, pinned)
    assert (mine.state, mine.replications) == (exact.state, exact.replications)
    if exact.state == TURNS:
        assert [mine.at, mine.low, mine.high] == pytest.approx(
            [exact.at, exact.low, exact.high], rel=0.02
        )
    points = [
        turn.at for turn in (exact, *exact.again) if exact.state == TURNS and 1 / 16 < turn.at < 16
    ]
    assert [half_life for half_life, _ in meetings(now, pinned)] == pytest.approx(
        sorted(points), rel=0.02
    )


def test_words_name_the_direction(look):
    now, pinned = look.settings[:2]
    text = against(now, pinned, curves(look))
    gap = difference(now, pinned, "delay")
    assert (
        "slower" if gap.mean > 0 else "faster"
    ) in text and f"over {MOST} paired replications" in text
    assert against(now, now, []) == "The same setting."


def test_a_pin_keeps_its_replications_and_pairs_with_those_there_are(shown):
    _, named, played = shown
    few = PlayedSettings(played.parameters, (played.outcomes[0][:4], *played.outcomes[1:]), 0, 0)
    look = look_at(named, few)
    full = look_at(named, played)
    assert look.get(look.policies[1], "value") == full.get(full.policies[1], "value")
    now, pinned = look.settings[:2]
    paired = now.measures["delay"] - pinned.measures["delay"][:4]
    assert difference(now, pinned, "delay").mean == pytest.approx(paired.mean())
    assert "over 4 paired replications" in against(now, pinned, [])


def test_an_answer_says_how_much_stands_behind_it(shown):
    _, named, played = shown
    few = PlayedSettings(
        played.parameters, tuple(outcomes[:4] for outcomes in played.outcomes), 12, 24
    )
    reply = answer(named, few, [0, 0, 0], MOST, {})
    assert reply["precision"].startswith("4 replications so far, of 8") and not reply["settled"]
    assert answer(named, few, [4, 4, 4], MOST, {}) == {
        "have": [4, 4, 4], "settled": False, "done": 12, "wanted": 24
    }  # fmt: skip
    whole = answer(named, played, [4, 4, 4], MOST, {})
    assert whole["settled"] and whole["precision"].startswith("8 replications.")


def test_without_an_issue_it_says_so():
    known, engine = (
        small.settings(small.TEXT.replace("16w", "3w") + "issues: {rare: {rate: 1/y}}"),
        small.engine(2),
    )
    named = known.named({"start": "shared", "dials": {}}, [])
    look = look_at(named, small.played(engine, named))
    engine.close()
    if not look.kinds:
        assert "No issue" in str(value_curve(look, curves(look), False)["layout"]["annotations"])
    else:
        pytest.fail("the scenario was meant to have no issue")


@pytest.mark.parametrize(("load", "over"), [("5%", False), ("99%", True)])
def test_overload_is_said_of_the_setting_that_is_turned(load, over):
    known = small.settings(small.TEXT + f"work: {{load: {load}}}\n")
    engine = small.engine(MOST)
    named = known.named(small.NOW, [], small.WORLD)
    played = small.played(engine, named)
    engine.close()
    look = look_at(named, played)
    said = finding(look)
    assert ("Leaders are overloaded: " in said) == over
    if over:
        undone = 1 - look.settings[0].measures["progress"].mean()
        assert f"{100 * undone:.0f} % of the work asked for is left undone" in said
        assert said.endswith("value does not count it.")


@pytest.mark.parametrize("world", [{}, {"urgency": "8"}, {"urgency": "1/8"}, {"delays": "8"}])
def test_answers_and_zones_are_those_of_a_run_and_agree(world):
    """The page's answers word for word; more is said by the interval, the turn and the zone that
    holds the place of the dials."""
    known, engine = small.settings(), small.engine(12)
    named = known.named({"start": "shared", "dials": {}}, small.PINS[:1], world)
    look = look_at(named, small.played(engine, named))
    engine.close()
    pair, lines = pair_of(look), curves(look)
    said = headline(look, pair)
    tables, manifest = _renamed(small.ran(known, named, 12))
    first, *others = answers(tables, manifest)
    assert said["question"] == first.question
    assert said["said"].partition(" Leaders are overloaded: ")[0] == first.text
    assert [tuple(answer.values()) for answer in said["answers"]] == [
        (question, text[:1].upper() + text[1:] if text.startswith(NOW_IN_WORDS) else text)
        for question, text in others
    ]
    assert said["gain"].startswith("This setting less A-top-down, by kind of issue.")
    gap = difference(*look.settings, look.worth)
    sign = ("more" if gap.mean > 0 else "less") if gap.clear else "unclear"
    assert said["sign"] == sign
    words = {"more": "Yes: ", "less": "No: ", "unclear": "It cannot be told"}
    assert said["said"].startswith(words[sign])
    assert (turn_between(*lines).state == "ahead") <= gap.clear
    (panels, *_), (theirs, *_) = pair.once(gain.shown), RunData(tables, manifest).once(gain.shown)
    now, pinned = look.settings
    for panel, other in zip(panels, theirs, strict=True):
        (zone,) = [z.ahead for z in panel.zones if z.low < panel.here * 1.0001 < z.high]
        of_kind = interval(now.by_kind[panel.kind] - pinned.by_kind[panel.kind])
        assert zone == (of_kind.clear and (1 if of_kind.mean > 0 else -1))
        assert panel.difference == pytest.approx(other.difference, rel=1e-9, abs=1e-12)
        assert (panel.kind, panel.here) == (other.kind, pytest.approx(other.here))


def _renamed(result):
    """Tables and manifest of a run, with the setting that is changed called as on the page."""
    tables = {
        name: table.assign(variant=table["variant"].replace({"now": NOW_IN_WORDS}))
        for name, table in result.tables.items()
        if "variant" in table
    }
    policies = {
        NOW_IN_WORDS if name == "now" else name: policy
        for name, policy in result.manifest["policies"].items()
    }
    changed = {"policies": policies, "variants": list(policies), "against": "A-top-down"}
    return tables, {**result.manifest, **changed, "varied": {}}


def test_the_axis_of_half_lives_stays_where_urgency_moves():
    known, engine = small.settings(), small.engine(4)
    ranges = []
    for urgency in ("1", "8", "1/8"):
        named = known.named({"start": "shared", "dials": {}}, small.PINS[:1], {"urgency": urgency})
        spec = gained(pair_of(look_at(named, small.played(engine, named, urgency))), False)
        ranges.append(spec["layout"]["xaxis"]["range"])
        shape = next(each for each in spec["layout"]["shapes"] if each.get("line", {}).get("dash"))
        assert ranges[0][0] < shape["x0"] < ranges[0][1]
    engine.close()
    assert all(each == pytest.approx(ranges[0]) for each in ranges)


def test_the_one_that_shares_power_stands_first_also_where_it_is_pinned():
    known, engine = small.settings(), small.engine(4)
    named = known.named({"start": "top-down", "dials": {}}, small.PINS[1:])
    look = look_at(named, small.played(engine, named))
    engine.close()
    said = headline(look, pair_of(look))
    assert said["gain"].startswith("C-shared less this setting, by kind")
    gap = difference(*look.settings, look.worth)
    assert said["sign"] == (("more" if gap.mean > 0 else "less") if gap.clear else "unclear")
    assert said["said"].startswith("Yes: C-shared" if said["sign"] == "less" else "")


def test_what_goes_by_the_half_life_is_not_weighed_anew_in_words():
    text = small.TEXT.replace("autocratic", "contingent")
    known, engine = small.settings(text), small.engine(4)
    named = known.named({"start": "shared", "dials": {}}, small.PINS[:1])
    pair = pair_of(look_at(named, small.played(engine, named)))
    engine.close()
    assert "goes by the half-life" in dict(pair.answers)["When is it, and when not?"]
    assert pair.approximate and "Not exact away from here" in pair.shown


def test_an_axis_keeps_what_it_has_shown_and_grows(shown):
    _, named, played = shown
    free = look_at(named, played)
    free.axis("delay", 0.0, 3.3)
    assert free.used["delay"] == outward(0.0, 3.3) == (0.0, 3.5)
    held = look_at(named, played, {"delay": (0.0, 90.0)})
    assert held.axis("delay", 0.0, 3.3) == (0.0, 90.0)
    first = look_at(named, played, {"x": (0.0, 1.0)}, final=False)
    assert first.axis("x", -5.0, 5.0, [0.5]) == (0.0, 1.0), "wide first intervals move no axis"
    assert first.axis("x", -5.0, 5.0, [2.0])[1] >= 2.0


@pytest.mark.parametrize("low", [0.0, -0.37, 1234.5])
def test_ends_are_round_and_outside(low):
    ends = outward(low, low + 0.93)
    assert ends[0] <= low and ends[1] >= low + 0.93 and ends[1] - ends[0] < 1.3
    assert outward(1.0, 1.0) == (1.0, 1.0)


def test_only_axes_are_taken_from_a_tab():
    sent = {"delay": [3, 0.5], "a": [1], "b": "x", "c": [float("nan"), 1], "d": [True, 2]}
    assert framed(sent) == {"delay": (0.5, 3.0)}
    assert framed(None) == framed([1]) == framed({str(i): [0, 1] for i in range(17)}) == {}


def test_the_most_urgent_stands_on_the_left_as_in_the_report(look):
    axis = value_curve(look, curves(look), False)["layout"]["xaxis"]
    assert axis["range"][0] < axis["range"][1] and "left is more urgent" in axis["title"]["text"]
    assert list(HALF_LIVES) == sorted(HALF_LIVES)
    marks = {
        trace["name"]: trace["x"][0]
        for trace in value_curve(look, curves(look), False)["data"]
        if trace["name"].endswith(", here")
    }
    assert set(marks.values()) == {0.5}, "twice as urgent: half the half-lives, for every policy"
