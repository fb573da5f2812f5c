"""Every story of a run is whole, and its account of the time adds up to the decision's delay."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sim.agents import Organization, Trace
from sim.agents.trace import Watcher
from sim.measures import DELAY_PARTS
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.story import story, words
from story.scenario import COURSES, SMALL

LINE = re.compile(r"^ {2}(?P<detail> {2})?\S.*? +(?P<hours>[\d.]+) h(?: +(?P<share>\d+)%)?$")


class Watchers:
    """Watches many issues of one run, each as `trace` watches one."""

    def __init__(self, numbers: range) -> None:
        self.watchers = {number: Watcher(number) for number in numbers}

    def __getattr__(self, name: str) -> Any:
        def note(*details: Any) -> None:
            for watcher in self.watchers.values():
                getattr(watcher, name)(*details)

        return note


POLICIES = {
    name: of
    for text in (SMALL, COURSES)
    for name, of in Scenario.from_text(text).policies().items()
}


@pytest.mark.parametrize("policy", POLICIES)
def test_every_story_is_whole_and_its_hours_add_up(policy):
    prepared = parameters(POLICIES[policy])
    watchers = Watchers(range(1, 61))
    decisions = (
        Organization(prepared.scenario, inputs=prepared, watcher=watchers).run().decisions[:60]
    )
    assert len(decisions) > 20
    for row in decisions:
        decision = {name: row[name].item() for name in decisions.dtype.names}
        watcher = watchers.watchers[decision["issue"]]
        recorded = Trace(decision, watcher.events, watcher.mail[decision["issue"]])
        text = story(recorded, prepared.scenario, prepared.structure)
        assert "nan" not in text
        assert "None" not in text
        assert all(len(line) <= words.WIDTH for line in text.splitlines())
        assert len(text.splitlines()) < 120
        assert_adds_up(text, decision)
        assert_mail_adds_up(" ".join(text.split()), recorded, decision)
        assert_minds_add_up(" ".join(text.split()), recorded, prepared)


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNT = rf"({'|'.join(NUMBERS)}|\d+)"


def number(text: str) -> int:
    return NUMBERS.index(text.lower()) if text.lower() in NUMBERS else int(text)


def stated(pattern: str, text: str) -> int:
    """The number that a sentence of the story states; 0 where it has no such sentence."""
    match = re.search(pattern, text, re.IGNORECASE)
    if match is None:
        return 0
    return {"once": 1, "twice": 2}.get(match[1].lower()) or number(match[1].removesuffix(" times"))


def assert_mail_adds_up(text: str, recorded: Trace, decision: dict[str, Any]) -> None:
    """What was sent, read, lay unread and was on the way, recomputed message by message."""
    over = next(
        (e.tick for e in recorded.events if e.what == "decide"),
        decision["raised"] + decision["delay"],
    )
    mail = [letter for letter in recorded.mail if letter.sent <= over]
    sent = [letter for letter in mail if letter.due >= 0]
    read = [letter for letter in sent if -1 < letter.read <= over]
    unread = [letter for letter in sent if letter.due <= over and letter not in read]
    often = rf"(once|twice|{COUNT} times)"
    assert stated(rf"ideas of it had been sent {often}", text) == len(sent)
    if "and all were read" in text:
        assert len(read) == len(sent) > 0
    else:
        assert stated(rf"{COUNT} (?:was|were) read", text) == len(read)
        assert stated(rf"{COUNT} lay unread in inboxes", text) == len(unread)
        assert stated(rf"{COUNT} (?:was|were) on the way", text) == len(sent) - len(read) - len(
            unread
        )
    assert stated(rf"{often} (?:an idea was not passed on|somebody could have)", text) == len(
        mail
    ) - len(sent)
    ideas = [e for e in recorded.events if e.what == "idea" and e.tick <= over]
    assert stated(rf"Of those read, {COUNT} told their readers", text) == len(ideas)
    assert stated(rf"told their readers \({COUNT} leader", text) == len(
        {e.data["target"] for e in ideas}
    )
    assert {(e.data["originator"], e.data["source"], e.data["target"]) for e in ideas} == {
        (letter.originator, letter.source, letter.target) for letter in read if letter.new
    }
    for letter in sent:
        assert letter.sent < letter.due and (letter.read == -1 or letter.due <= letter.read)


def assert_minds_add_up(text: str, recorded: Trace, prepared: Any) -> None:
    """Who is said to have changed their mind preferred something else before and after, and heard
    what is said."""
    names = list(prepared.structure.id)
    prefers = {e.data["leader"]: e.data["best"] for e in recorded.events if e.what == "sense"}
    turns = 0
    for event in recorded.events:
        if event.what != "round" or recorded.decision["estimate"] == recorded.decision["estimate"]:
            continue
        minds = {who: {origin for origin, _, _ in ideas} for who, ideas in event.data["minds"]}
        for who, choice, _ in event.data["positions"]:
            if choice >= 0 and prefers.get(who, -1) not in (-1, choice):
                turns += 1
                assert minds[who]
            if choice >= 0:
                prefers[who] = choice
    said = re.findall(r"([\w-]+), who had (?:been for|seen what spoke for) [^,;]+, turned to", text)
    more = [number(one) for one in re.findall(rf"{COUNT} more changed their minds", text)]
    alone = "Changed their mind:" in text
    assert len(said) - alone + sum(more) == turns or "number to be estimated" in text
    assert set(said) <= set(names)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_asked(width):
    prepared = parameters(POLICIES["strict"])
    watchers = Watchers(range(1, 13))
    for row in (
        Organization(prepared.scenario, inputs=prepared, watcher=watchers).run().decisions[:12]
    ):
        decision = {name: row[name].item() for name in row.dtype.names}
        watcher = watchers.watchers[decision["issue"]]
        recorded = Trace(decision, watcher.events, watcher.mail[decision["issue"]])
        whole = story(recorded, prepared.scenario, prepared.structure, width)
        assert max(map(len, whole.splitlines())) <= width
        usual = story(recorded, prepared.scenario, prepared.structure)
        before = [text.split("Where the time went")[0].split() for text in (whole, usual)]
        assert before[0] == before[1]


def test_watching_changes_nothing_of_a_run():
    prepared = parameters(POLICIES["strict"])
    plain, watched = (
        Organization(prepared.scenario, inputs=prepared, watcher=watcher).run()
        for watcher in (None, Watchers(range(1, 61)))
    )
    assert plain.decisions.tobytes() == watched.decisions.tobytes()
    assert plain.leaders.tobytes() == watched.leaders.tobytes() and plain.run == watched.run


def assert_adds_up(text: str, decision: dict[str, Any]) -> None:
    """Parts sum to the whole and to the decision's delay; details sum to the part above them."""
    lines = [LINE.match(line) for line in text.split("Where the time went\n")[1].splitlines()]
    entries = [(match["detail"] is not None, float(match["hours"])) for match in lines if match]
    parts = [hours for detail, hours in entries[:-1] if not detail]
    assert sum(parts) == entries[-1][1] == decision["delay"]
    assert parts == [decision[part] for part in DELAY_PARTS if decision[part]]
    within: list[list[float]] = []
    for detail, hours in entries[:-1]:
        if detail:
            within[-1].append(hours)
        else:
            within.append([hours])
    assert all(sum(details) == part for part, *details in within if details)
