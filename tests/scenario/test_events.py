"""Events of a scenario: which settings hold when, and what is wrong with an event, at its place."""

from __future__ import annotations

import pytest

from scenario.test_checks import mistakes
from sim.clock import Duration, Rate
from sim.scenario import Scenario

HEAD = "name: a\nclock: {horizon: 30w}\n"


def periods(text: str):
    """From which day on which settings hold."""
    return [(tick / 8, one) for tick, one in Scenario.from_text(HEAD + text).periods]


def test_without_events_one_period_is_the_whole_run():
    scenario = Scenario.from_text(HEAD)
    assert scenario.periods == [(0, scenario)] and scenario.settings_at(10**6) is scenario


def test_what_is_set_holds_from_then_on():
    found = periods("events: [{at: 12w, set: {power.sharing: 1, flow.up.delay: 2d}}]")
    assert [day for day, _ in found] == [0, 60]
    assert [one.power.sharing for _, one in found] == [0.6, 1.0]
    assert found[1][1].flow.up.delay == Duration.parse("2d")
    # A kind of issue follows, where it has no settings of its own.
    assert found[1][1].issues["operational"].power.sharing == 1.0


def test_for_ends_what_is_set_and_what_is_multiplied():
    text = "events: [{at: 4w, for: 2w, set: {attention: 2}, times: {issues.operational.rate: 3}}]"
    found = periods(text)
    assert [day for day, _ in found] == [0, 20, 30]
    assert [one.attention for _, one in found] == [4.0, 2.0, 4.0]
    rates = [one.issues["operational"].rate for _, one in found]
    assert rates == [Rate.parse("4/w"), Rate.parse("12/w"), Rate.parse("4/w")]


def test_events_that_overlap_apply_in_order_of_time_and_factors_to_what_is_set():
    text = """
events:
  - {at: 5w, set: {power.sharing: 0.2}}
  - {at: 3w, for: 4w, times: {power.sharing: 0.5, flow.up.delay: 1.5}}
  - {at: 6w, for: 2w, set: {power.sharing: 1}}
"""
    shares = {day: one.power.sharing for day, one in periods(text)}
    assert shares == {0: 0.6, 15: 0.3, 25: 0.1, 30: 0.5, 35: 1.0, 40: 0.2}


def test_what_is_resolved_means_the_same_though_each_kind_has_all_to_itself():
    text = """
issues: {quick: {}, slow: {power: {sharing: 0.1}, consensus: {pause: 2d}}}
events:
  - {at: 2w, set: {power.sharing: 1, power: {gather: 2d}, consensus.rule: unanimity}}
  - {at: 4w, times: {consensus.pause: 2}}
"""
    scenario = Scenario.from_text(HEAD + text)
    again = Scenario.from_dict(scenario.resolved())
    assert again == scenario and again.resolved() == scenario.resolved()

    def settings(policy):
        return [
            (
                day,
                name,
                one.power.sharing,
                one.power.gather,
                one.consensus.pause,
            )
            for day, period in policy.periods
            for name, one in period.issues.items()
        ]

    assert settings(again) == settings(scenario)
    found = {(day // 8, name): sharing for day, name, sharing, *_ in settings(scenario)}
    assert found[10, "quick"] == 1 and found[10, "slow"] == 0.1
    pauses = {(day // 8, name): str(one[-1]) for day, name, *one in settings(scenario)}
    assert pauses[20, "quick"] == "2d" and pauses[20, "slow"] == "2d"


def test_a_rate_for_each_leader_is_multiplied_inside():
    text = """
issues: {matter: {rate: {each: 0.3/w}}}
events: [{at: 1w, times: {issues.matter.rate: 0.1}}]
"""
    assert periods(text)[1][1].issues["matter"].rate.each == Rate.parse("0.03/w")


def test_variants_have_events_of_their_own_and_it_is_all_written_down():
    text = """
events: [{at: 4w, set: {power.sharing: 1}}]
variants: {without: {events: []}, later: {events: [{at: 9w, for: 1w, times: {attention: 2}}]}}
"""
    scenario = Scenario.from_text(HEAD + text)
    starts = {name: [t for t, _ in one.periods] for name, one in scenario.policies().items()}
    assert starts == {"base": [0, 160], "without": [0], "later": [0, 360, 400]}
    again = Scenario.from_dict(scenario.resolved())
    assert again == scenario
    assert [t for t, _ in again.policies()["later"].periods] == [0, 360, 400]
    changed = scenario.with_(events=[{"at": "2w", "set": {"work.load": 0.1}}])
    assert [one.work.load for _, one in changed.periods] == [0.7, 0.1]
    assert "events" not in Scenario.from_text(HEAD).resolved()


@pytest.mark.parametrize(
    ("event", "wrong"),
    [
        ("{set: {attention: 2}}", "2:10: events[0].at: is missing: when"),
        ("{at: 60w, set: {attention: 2}}", "2:15: events[0].at: 60w is not before the horizon"),
        ("{at: 4h, set: {attention: 2}}", "2:15: events[0].at: 4h is no whole number of days"),
        ("{at: 4w}", "2:10: events[0]: changes nothing: expected set, times or replace"),
        ("{at: 4w, for: -1w, set: {attention: 2}}", "2:24: events[0].for: '-1w' is not allowed"),
        ("{at: 4w, sett: {attention: 2}}", "2:19: events[0].sett: is no key"),
        ("{at: 4w, set: {powr.sharing: 1}}", "did you mean 'power'?"),
        ("{at: 4w, set: {power.sharin: 1}}", "2:25: events[0].set.power.sharin: is no key"),
        ("{at: 4w, set: {power.sharing: 2}}", "2:40: events[0].set.power.sharing: 2 is not"),
        ("{at: 4w, set: {power: {forum: {size: 0}}}}", "events[0].set.power.forum.size: 0 is not"),
        ("{at: 4w, set: {clock.day: 6h}}", "events[0].set.clock.day: cannot change in a run;"),
        ("{at: 4w, set: {seed: 6}}", "events[0].set.seed: cannot change in a run;"),
        ("{at: 4w, set: {flow.rule: open}}", "events[0].set.flow.rule: cannot change in a run"),
        ("{at: 4w, set: {power.rule: 'x.py:y'}}", "a custom rule holds from the start to the end"),
        ("{at: 4w, set: {issues.operationl.rate: 1/w}}", "did you mean 'operational'?"),
        ("{at: 4w, set: {issues.operational.stakes: 3}}", "other stakes are another kind of issue"),
        ("{at: 4w, set: {engagement.heard: 1%}}", "would change engagement.rule"),
        ("{at: 4w, times: {power.rule: 2}}", "events[0].times.power.rule: cannot be multiplied"),
        ("{at: 4w, times: {flow.up.retry: 2}}", "has no value here that could be multiplied"),
        ("{at: 4w, times: {flow.up.open: 2}}", "2:41: events[0].times.flow.up.open: 1.3 is not"),
        ("{at: 4w, times: {consensus.roun: 2}}", "did you mean 'consensus.round'?"),
        ("{at: 4w, times: {attention: -2}}", "events[0].times: a mapping is not allowed"),
        ("{at: 4w, times: {attention: 1.1}}", "4.4 messages an hour are no whole number"),
        ("{at: 4w, set: {work.focus: 7h}}", "a round of 2h does not fit into a day of 8h less 7h"),
        (
            "7",
            "events[0]: is not allowed: expected a mapping of the keys at, for, set, replace",
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_said_at_its_place(event, wrong):
    found = mistakes(f"events: [{event}]")
    assert len(found) == 1, found
    assert wrong in found[0]


def test_all_that_is_wrong_with_events_is_said_at_once_and_once():
    text = """
consensus: {rond: 2h}
events:
  - {at: 12w, set: {power.sharing: 7, work.load: 3}}
  - {at: 13w, set: {attention: 2}}
  - {at: 100w, set: {attention: 2}}
variants:
  x: {events: [{at: 1w, set: {power.sharing: 8}}]}
"""
    places = [problem.split(":")[1:3] for problem in mistakes(text)]
    assert places == [["3", "13"], ["5", "36"], ["5", "50"], ["7", "10"], ["9", "46"]]


def test_focus_must_leave_room_for_the_meetings_of_what_arose_before():
    text = """
consensus: {round: 4h}
events: [{at: 5w, set: {work.focus: 6h, consensus.round: 1h}}]
"""
    (found,) = mistakes(text)
    assert "with focus of 6h a round of 4h" in found and ":4:10: events[0]" in found
