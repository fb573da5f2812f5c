"""Turns, the record, and minds: each driver by itself against the rules written out here anew.

Rooms are seen through `model.probes`. Worlds are the same on both drivers, so truths, precisions
and beliefs come from the issues of the readable one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest

from model.divided import DIVIDED
from model.probes import Copy, Look, Round, Seen, look_fixture  # noqa: F401
from model.tiny import Watched, chain, play, tiny
from sim.agents.issue import Issue
from sim.draws import SPEAKER, uniform_pair

# Ideas travel before rooms meet, and change on their way: minds hold others' copies too.
HEARSAY = {
    **DIVIDED,
    "flow.up.open": 0.8,
    "flow.routing": "both",
    "flow.up.distortion": 0.4,
    "flow.across.distortion": 0.4,
    "stream.peers": "unit",
    "consensus.turns": 3,
    "consensus.candour": 0.6,
    "consensus.limit": "4 rounds",
    "power.voice": "expertise",
}
STUDIED = {**HEARSAY, "issues.matter.study": 0.8, "consensus.pause": "1d"}
WRITTEN = {**HEARSAY, "power.forum.mode": "written", "power.forum.reply": "3h"}
ABSENT = {
    **HEARSAY,
    "flow.*.open": 0,
    "work.away": 0.35,
    "power.forum.quorum": 0.4,
    "consensus.limit": "6 rounds",
}
# Four in a line, each with an idea of their own; hops of an hour toward p0.
LINE = {
    "stream.positions": chain(4),
    "direction.source": "p0",
    "issues.matter.raised_at": "p3",
    "issues.matter.decided_at": "p0",
    "power.gather": "2d",
}


def _issues(changes: Mapping[str, Any]) -> tuple[Watched, dict[int, Issue]]:
    """The issues of the cohort by number; what is true of them is the same under every policy."""
    model = play(changes).model
    return model, {issue.number: issue for issue in model.issues()}


# -- what turns bring ------------------------------------------------------------------------------


def _better(new: Copy, old: Copy) -> bool:
    return new.stage > old.stage or (new.stage == old.stage and new.hops < old.hops)


def _put(record: dict[int, Copy], said: Copy) -> None:
    if said.originator not in record or _better(said, record[said.originator]):
        record[said.originator] = said


def _bearing(model: Watched, issue: Issue, leader: int, idea: Copy) -> float:
    """The share of what matters, as the leader believes, that an idea would explain alone."""
    sharp = np.array(issue.precisions(model, idea.originator))
    tau = 1 / (1 / (sharp * (1 + issue.kind.study * idea.stage)) + idea.variance)
    return float(np.array(model.leaders[leader].beliefs(issue)) @ (tau / (1 + tau)))


def _next_said(
    model: Watched, issue: Issue, leader: int, mind: list[Copy], record: dict[int, Copy]
) -> Copy | None:
    """What a leader would bring: the most relevant of what the record lacks, or has older."""
    gains = []
    for at, idea in enumerate(mind):
        known = record.get(idea.originator)
        if known is None or idea.stage > known.stage:
            gain = _bearing(model, issue, leader, idea)
            gain -= 0.0 if known is None else _bearing(model, issue, leader, known)
            gains.append((gain, -at, idea))
    return max(gains)[2] if gains else None


def _after_turns(
    model: Watched, issue: Issue, held: Round, record: dict[int, Copy], turns: int, candour: float
) -> dict[int, Copy]:
    members = [i for i in held.present if held.minds[i]]
    for turn in range(turns):
        u, v = uniform_pair(*issue.stream, SPEAKER, held.number, turn, 0, 0)
        speaker = members[int(u * len(members))]
        said = _next_said(model, issue, speaker, held.minds[speaker], record)
        if said is not None and v < candour:
            _put(record, said)
    return record


def _after_letters(
    model: Watched, issue: Issue, held: Round, record: dict[int, Copy], candour: float
) -> dict[int, Copy]:
    letters = []
    for i in held.present:
        u, v = uniform_pair(*issue.stream, SPEAKER, held.number, model.numbers.key[i], 0, 0)
        said = _next_said(model, issue, i, held.minds[i], record)
        if held.minds[i] and said is not None and v < candour:
            letters.append((u, i, said))
    for _, _, said in sorted(letters):
        _put(record, said)
    return record


def _records(seen: Seen, cohort: Iterable[int]) -> Iterable[tuple[int, Round, dict[int, Copy]]]:
    """Every round with what was on the record before it."""
    for number in cohort:
        before: dict[int, Copy] = {}
        for held in seen.of(number):
            yield number, held, dict(before)
            before = {idea.originator: idea for idea in held.record}


@pytest.mark.parametrize("candour", [0.3, 1.0])
@pytest.mark.parametrize("setting", [HEARSAY, STUDIED], ids=["once", "studied"])
def test_a_turn_brings_the_most_relevant_idea_not_on_the_record_or_repeats(
    look: Look,
    setting: dict[str, Any],
    candour: float,
) -> None:
    """Who speaks, whether they bring something, and what: drawn by issue, round and turn."""
    changes = {**setting, "consensus.candour": candour}
    model, issues = _issues(changes)
    seen, silent, newer = look(changes), 0, 0
    for number, held, before in _records(seen, issues):
        expected = _after_turns(model, issues[number], held, dict(before), 3, candour)
        assert held.record == list(expected.values()), (number, held.number)
        silent += expected == before
        newer += sum(expected[by] != before[by] for by in before)
    assert len(seen.rounds) > 40
    assert (newer > 0) == (setting is STUDIED), "newer study replaces what stands on the record"
    assert silent > 5 or candour == 1.0


@pytest.mark.parametrize("candour", [0.5, 1.0])
def test_written_replies_cross_and_the_better_copy_stays(look: Look, candour: float) -> None:
    """Nobody has seen what others write in the same round, so two may write the same."""
    changes = {**WRITTEN, "consensus.candour": candour, "consensus.turns": 1}
    model, issues = _issues(changes)
    seen, crossed = look(changes), 0
    for number, held, before in _records(seen, issues):
        expected = _after_letters(model, issues[number], held, dict(before), candour)
        assert held.record == list(expected.values()), (number, held.number)
        would = [_next_said(model, issues[number], i, held.minds[i], before) for i in held.present]
        said = [idea.originator for idea in would if idea is not None]
        crossed += len(said) > len(set(said))
    assert len(seen.rounds) > 30 and crossed > 5


def test_a_meeting_has_as_many_turns_as_its_length_allows(look: Look) -> None:
    """All are candid and hold only their own: each turn brings at most one idea."""
    quick = {**HEARSAY, "flow.*.open": 0, "consensus.candour": 1, "consensus.round": "2h"}
    for an_hour, turns in ((0.5, 1), (1, 2), (2, 4)):
        most = max(
            len(held.record)
            for held in look({**quick, "consensus.turns": an_hour}).rounds
            if held.number == 1
        )
        assert most == turns


# -- the record ------------------------------------------------------------------------------------


def _weighed(model: Watched, issue: Issue, leader: int, ideas: dict[int, Copy]) -> np.ndarray:
    """Posterior means under the prior N(0, 1), by the leader's own beliefs; ideas as first seen."""
    facets = len(issue.weights)
    top, total = np.zeros((issue.kind.alternatives, facets)), np.zeros(facets)
    for originator in ideas:
        tau = np.array(issue.precisions(model, originator))
        top += tau * np.array(issue.ideas[originator].values()).reshape(-1, facets)
        total += tau
    return np.array((top / (1 + total)) @ np.array(model.leaders[leader].beliefs(issue)))


def test_the_record_stands_before_whoever_comes_later(look: Look) -> None:
    """Members miss rounds; each then weighs their own idea and all that was ever said."""
    model, issues = _issues(ABSENT)
    seen, later = look(ABSENT), 0
    for number, issue in issues.items():
        first_said: dict[int, list[int]] = {}
        for held in seen.of(number):
            record = {idea.originator: idea for idea in held.record}
            for originator in record:
                first_said.setdefault(originator, held.present)
            for i in held.present:
                mine = record | {idea.originator: idea for idea in held.minds[i]}
                assert set(mine) == set(record) | {i}
                assert held.positions[i] == pytest.approx(_weighed(model, issue, i, mine))
                later += any(i not in there for there in first_said.values())
    assert later > 10


@pytest.mark.parametrize("span", [1, 2])
def test_the_record_is_weighed_beyond_the_span_of_a_mind(look: Look, span: int) -> None:
    changes = {**ABSENT, "work.away": 0, "perspective.span": span, "consensus.candour": 1}
    model, issues = _issues(changes)
    seen, beyond = look(changes), 0
    for number, issue in issues.items():
        for held in seen.of(number):
            for i in held.present:
                mine = {idea.originator: idea for idea in (*held.record, *held.minds[i])}
                assert held.positions[i] == pytest.approx(_weighed(model, issue, i, mine))
                beyond += len(mine) > span
    assert beyond > 20


def test_what_was_said_is_not_retold_outside(look: Look) -> None:
    """Nobody has anything in mind but their own idea, before and after, and no idea is sent."""
    changes = {**ABSENT, "work.away": 0, "consensus.candour": 1, "rollout.coverage": 1}
    seen = look(changes)
    assert sum(len(held.record) for held in seen.rounds) > 100
    for held in seen.rounds:
        assert all([idea.originator for idea in mind] == [i] for i, mind in held.minds.items())
    # Notices take two hops, from the ground to the top; whoever decides together knows.
    assert seen.outcome.run["messages_sent"] == 2 * len(play(changes).model.of("arise"))


@pytest.mark.parametrize("open_", [0, 0.8])
def test_unsaid_is_what_the_room_held_and_nobody_brought(look: Look, open_: float) -> None:
    """In mind of those who decided, or on the record, where who said it may be gone by then."""
    seen, found = look({**ABSENT, "flow.up.open": open_}), set()
    for number, row in enumerate(seen.outcome.decisions, 1):
        if number not in seen.deciders:
            continue
        record = {idea.originator for idea in seen.of(number)[-1].record}
        minds = [idea.originator for mind in seen.deciders[number].values() for idea in mind]
        held = record | set(minds)
        assert row["unsaid"] == pytest.approx(1 - len(record) / len(held))
        found.add(row["unsaid"])
    assert len(found) > 3
    alone = look({**HEARSAY, "power.rule": "autocratic"}).outcome.decisions
    assert np.all(np.isnan(alone["unsaid"]))


# -- minds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("span", [1, 2, 3, "off"])
def test_a_mind_keeps_its_own_idea_and_the_first_that_it_heard(look: Look, span: Any) -> None:
    changes = {**LINE, "perspective.span": span, "power.rule": "shared", "consensus.candour": 0}
    seen, most = look(changes), 4 if span == "off" else span
    assert len(seen.rounds) > 20
    for held in seen.rounds:
        for i, mind in held.minds.items():
            assert [idea.originator for idea in mind] == list(range(i, 4))[:most]
            assert [idea.hops for idea in mind] == list(range(4 - i))[:most]


@pytest.mark.parametrize("span", [1, 2, "off"])
def test_what_is_let_go_is_still_passed_on(look: Look, span: Any) -> None:
    """Each idea goes all the way up, through minds without room for it; so does nothing else."""
    changes = {**LINE, "perspective.span": span, "clock.horizon": "4w"}
    run, model = look(changes).outcome.run, play(changes).model
    # Ideas take 1 + 2 + 3 hops, a notice 3, and a decision 3.
    sent = 9 * len(model.of("arise")) + 3 * len(model.of("decide"))
    assert run["messages_sent"] == sent


@pytest.mark.parametrize("span", [1, "off"])
@pytest.mark.parametrize("reach", [1, 2, 4])
def test_every_idea_is_passed_on_once_by_each_who_hears_it(
    look: Look, span: Any, reach: int
) -> None:
    """Five who all know one another: the witness tells four, and each of those, once, the three
    others; what comes back by two hops is known, and goes no further."""
    changes = {
        "stream.peers": "unit",
        "flow.routing": "spread",
        "flow.reach": reach,
        "perspective.span": span,
        "clock.horizon": "4w",
    }
    run, model = look(changes).outcome.run, play(changes).model
    an_idea = 4 if reach == 1 else 4 + 4 * 3
    sent = (5 * an_idea + 1) * len(model.of("arise")) + 4 * len(model.of("decide"))
    assert run["messages_sent"] == sent


@pytest.mark.parametrize("span", [1, 2])
def test_whoever_looks_later_puts_their_own_idea_first_and_lets_the_last_heard_go(
    span: int,
) -> None:
    """On the readable driver: a level that has heard of a matter looks at it itself."""
    looked = 0

    class Looking(Watched):
        def watch_sense(self, issue: Any, leader: Any) -> None:
            nonlocal looked
            mind = [idea.originator for idea in leader.integrates(issue)]
            assert mind[0] == leader.index and len(mind) <= span
            if leader.index not in issue.witnesses:
                assert mind[1:] == [3][: span - 1], "p3's is what it heard of first"
                looked += 1
            super().watch_sense(issue, leader)

    changes = {**LINE, "perspective.span": span, "issues.matter.witnesses": 2}
    Looking(tiny({**changes, "power.rule": "chain", "issues.matter.status_quo": True})).run()
    assert looked > 10


def test_a_compiled_level_that_looks_later_decides_by_its_own_idea(look: Look) -> None:
    """With room for one idea, every level judges by its own: as if nothing had been passed on."""
    changes = {**LINE, "issues.matter.witnesses": 2, "power.rule": "chain"}
    changes |= {"issues.matter.status_quo": True, "perspective.span": 1, "power.gather": "5h"}
    heard, alone = (look({**changes, "flow.up.open": o}).outcome.decisions for o in (1, 0))
    assert len(heard) > 20 and np.array_equal(heard["chosen"], alone["chosen"])
    assert np.array_equal(heard["participants"], alone["participants"])
    wider = look({**changes, "perspective.span": 2}).outcome.decisions
    assert not np.array_equal(heard["participants"], wider["participants"])
