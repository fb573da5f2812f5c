"""Every story of a run is whole, and its account of the time adds up to the decision's delay."""

from __future__ import annotations

import math
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
        assert_turns_add_up(" ".join(text.split()), recorded, prepared)
        assert_unsaid_adds_up(" ".join(text.split()), recorded, prepared)
        assert_leanings_add_up(" ".join(text.split()), recorded, prepared)
        assert_competence_adds_up(" ".join(text.split()), recorded, prepared)
        assert_rounds_are_explained(" ".join(text.split()), recorded, prepared)


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
    heard = [e for e in recorded.events if e.what == "idea" and e.tick <= over]
    ideas = [e for e in heard if e.data["kept"]]
    assert stated(rf"{COUNT} more (?:was|were) new to readers", text) == len(heard) - len(ideas)
    assert sum(letter.let_go for letter in read) == len(heard) - len(ideas)
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
        record = set(event.data["record"])
        for who, choice, _ in event.data["positions"]:
            if choice >= 0 and prefers.get(who, -1) not in (-1, choice):
                turns += 1
                assert minds[who] | record
            if choice >= 0:
                prefers[who] = choice
    said = re.findall(r"([\w-]+), who had (?:been for|seen what spoke for) [^,;]+, turned to", text)
    more = [number(one) for one in re.findall(rf"{COUNT} more changed their minds", text)]
    alone = "Changed their mind:" in text
    assert len(said) - alone + sum(more) == turns or "number to be estimated" in text
    assert set(said) <= set(names)


TURN = re.compile(
    r"([\w-]+) brought (?:their own idea|([\w-]+)'s idea)( as studied since)?(?: \(for [^)]*\))?, "
    r"(known to all|new to [^;.]+)"
)


def turns_of(text: str, names: list[str]) -> list[tuple[int, int, str]]:
    """Who brought whose idea, and to whom it was new, as the story tells it."""
    return [
        (names.index(who), names.index(by or who), new) for who, by, _, new in TURN.findall(text)
    ]


def assert_turns_add_up(text: str, recorded: Trace, prepared: Any) -> None:
    """Each idea that was brought is told with whom it was new to, recomputed from minds and record
    turn by turn."""
    names, written = list(prepared.structure.id), "in writing" in text
    record: dict[int, int] = {}
    expected, spoken = (
        [],
        [event.data["turns"] for event in recorded.events if event.what == "round"],
    )
    for event in recorded.events:
        if event.what != "round":
            continue
        data = event.data
        minds = {who: {by: days for by, _, days in ideas} for who, ideas in data["minds"]}
        before = dict(record)
        for speaker, by in data["turns"]:
            if by >= 0:
                days, known = minds[speaker].get(by, 0), before if written else record
                new = [
                    i
                    for i in data["present"]
                    if i != speaker and max(minds[i].get(by, -1), known.get(by, -1)) < days
                ]
                expected.append((speaker, by, new, len(data["present"]) - 1))
                record[by] = max(record.get(by, -1), days)
        record = {by: days for by, _, days in data["recorded"]}
    told = turns_of(text, names)
    assert [(who, by) for who, by, _ in told] == [(who, by) for who, by, *_ in expected]
    for (_, _, said), (_, _, new, others) in zip(told, expected, strict=True):
        if not new:
            assert said == "known to all"
        elif len(new) == others > 1:
            assert said == "new to all others"
        elif len(new) <= 2:
            assert said == f"new to {' and '.join(names[i] for i in new)}"
        else:
            assert said == f"new to {words.count(len(new))} of the {words.count(others)} others"
    segments = re.split(rf"In {COUNT} turns?: ", text)[1:]
    in_turns = (
        [] if written else [len(turns) for turns in spoken if any(by >= 0 for _, by in turns)]
    )
    if prepared.scenario.consensus.turns is not None:
        assert [number(count) for count in segments[::2]] == in_turns
    for count, segment in zip(segments[::2], segments[1::2], strict=True):
        places = re.findall(
            r"\((\d+)(?: (?:to|and) (\d+))?\) [\w-]+[^;.]*? (?:brought|had|repeated)", segment
        )
        assert [int(first) for first, _ in places] == [
            1,
            *(int(last or first) + 1 for first, last in places[:-1]),
        ]
        assert int(places[-1][1] or places[-1][0]) == number(count)


def assert_unsaid_adds_up(text: str, recorded: Trace, prepared: Any) -> None:
    """The ideas that nobody said, with their holders, and their share."""
    names, (match) = (
        list(prepared.structure.id),
        re.search(r"Never said there: (.*?)\. On day", text),
    )
    decide = [e for e in recorded.events if e.what == "decide"]
    rounds = [e for e in recorded.events if e.what == "round"]
    judged = prepared.scenario.issues[list(prepared.scenario.issues)[recorded.decision["kind"]]]
    if not decide or not rounds or judged.accuracy is not None:
        assert match is None or not decide
        return
    unsaid, share = decide[0].data["unsaid"], recorded.decision["unsaid"]
    assert (match is None) == (not unsaid)
    if match is None:
        assert share == 0 and "Nothing that those in the room had in mind was left unsaid." in text
        return
    assert f", {100 * share:.0f}% of the ideas held in the room" in match[1]
    told = re.findall(r"([\w-]+)'s idea(?: \(for [^)]*\))? \(held by ([^)]*)\)", match[1])
    assert len(told) == min(len(unsaid), 6)
    for (by, holders), (originator, there) in zip(told, unsaid, strict=False):
        assert by == names[originator]
        if len(there) <= 4:
            assert re.split(", | and ", holders) == [names[i] for i in there]


def assert_leanings_add_up(text: str, recorded: Trace, prepared: Any) -> None:
    """Who is said to weigh which facet more than the direction asks does so, and none more."""
    names = list(prepared.structure.id)
    told = re.findall(r"([\w-]+) to [\w-]+ matters \(facet (\d+): (\d+)% instead of (\d+)%\)", text)
    decide = [e for e in recorded.events if e.what == "decide"]
    settings = prepared.scenario
    if not decide or settings.interests.strength == settings.competence.judgement == 0:
        assert not told
        return
    asked = recorded.events[0].data["weights"]
    believed = {names[who]: weights for who, weights in decide[0].data["weighs"]}
    for who, facet, share, ask in told:
        over = [mine - theirs for mine, theirs in zip(believed[who], asked, strict=True)]
        k = int(facet) - 1
        assert over[k] == max(over) > 0
        assert (share, ask) == (f"{100 * believed[who][k]:.0f}", f"{100 * asked[k]:.0f}")


def assert_competence_adds_up(text: str, recorded: Trace, prepared: Any) -> None:
    """Whose competence is told is that, and so is what it was taken for: those misjudged most."""
    match = re.search(r"usual in their place: (.*?)\. ", text)
    decide = [e.data for e in recorded.events if e.what == "decide"]
    people = decide[0].get("people", []) if decide else []
    assert (match is not None) == bool(people)
    if match is None:
        return
    trusting = prepared.scenario.trust == "learned"
    assert ("Everybody was taken for 1." in text) == (not trusting)
    names, told = list(prepared.structure.id), {}
    for who, true, taken in re.findall(
        r"([\w-]+) ([\d.]+)(?: \(taken for ([\d.]+)\))?[;.]?", match[1]
    ):
        if who in names:
            told[who] = (true, taken)
    known = {names[who]: (f"{true:.2f}", f"{taken:.2f}") for who, true, taken in people}
    assert len(told) == min(3, len(people))
    for who, (true, taken) in told.items():
        assert true == known[who][0] and taken == (known[who][1] if trusting else "")
    off = {names[who]: abs(math.log(taken / true)) for who, true, taken in people}
    assert min(off[who] for who in told) >= max((off[w] for w in off.keys() - told), default=0)


def assert_rounds_are_explained(text: str, recorded: Trace, prepared: Any) -> None:
    """Who is said to have differed after the first round did, and who stayed apart did so."""
    names = list(prepared.structure.id)
    rounds = [e.data for e in recorded.events if e.what == "round"]
    match = re.search(r"Why it took (\w+) rounds: (.*?)\. (?:Never|Nothing|On day)", text)
    if match is None:
        assert len(rounds) < 2 or "a number to be estimated" in text or agreed_at_once(rounds)
        return
    assert number(match[1]) == len(rounds)
    end = rounds[-1]["proposal"]
    first, last = (
        {who: side for who, side, _ in data["positions"]} for data in (rounds[0], rounds[-1])
    )
    apart = [names[who] for who, side in first.items() if side not in (-1, end)]
    after = re.search(r"after the first, (.*?) preferred something else", match[2])
    assert (re.split(", | and ", after[1]) if after else []) == apart
    kept = {names[who] for who, side in last.items() if side not in (-1, end)}
    stayed = re.search(r"; ([^;]*) to the end(?:;|$)", match[2])
    assert (set(re.findall(r"[\w]+-\d+", stayed[1])) if stayed else set()) == kept
    minds = [
        {by for by, *_ in ideas} | set(rounds[-1]["record"])
        for who, ideas in rounds[-1]["minds"]
        if last[who] >= 0
    ]
    same = bool(kept) and all(mind == minds[0] for mind in minds)
    assert ("all there had the same ideas before them" in match[2]) == same


def agreed_at_once(rounds: list[dict[str, Any]]) -> bool:
    """Whether everybody with a view was for the same from the first round on."""
    return len({side for data in rounds for _, side, _ in data["positions"] if side >= 0}) <= 1


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
