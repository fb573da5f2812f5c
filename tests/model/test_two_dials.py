"""Power and agreement are two dials: whose word counts, and how many heads must agree; and what
follows of both for inventions, roll-out, commitment, leanings and engagement. Each driver by
itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.divided import DIVIDED
from model.probes import Look, Round, look_fixture  # noqa: F401
from model.test_turns import HEARSAY, LINE, WRITTEN
from model.tiny import play
from sim.outcome import CLOSED_BY, FORUM, LAPSED
from sim.rules.evidence import HIDDEN
from sim.world.issues import leanings, run_stream

CODES = {name: code for code, name in enumerate(CLOSED_BY)}

# The top has most of the weight, and six others who each see something else.
WEIGHTY = {
    **HEARSAY,
    "flow.*.open": 0,
    "power.sharing": 0.9,
    "power.voice": "authority",
    "consensus.candour": 0.5,
    "stream.positions": [
        {"name": "top", "leaders": 1, "authority": 9},
        {"name": "middle", "leaders": 2, "authority": 1},
        {"name": "ground", "leaders": 4, "authority": 1},
    ],
}
# Only who is accountable decides, one of the middle; some have alternatives of their own.
ONE_VOICE = {
    **HEARSAY,
    "issues.matter.decided_at": "middle",
    "issues.matter.invent": 0.6,
    "issues.matter.rate": "6/w",
    "power.sharing": 0,
    "consensus.candour": 0,
    "consensus.susceptibility": 0,
}


def _heads(held: Round) -> float:
    """The share of those present with a position who prefer what was proposed."""
    there = [i for i in held.present if held.voiced[i]]
    return sum(held.preferred[i] == held.choice for i in there) / len(there)


def _weight(held: Round) -> float:
    return sum(held.weights[i] for i in held.present if held.preferred[i] == held.choice)


# -- agreement by heads ----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["majority", "supermajority", "unanimity"])
def test_agreement_counts_heads_whatever_their_weight(look: Look, rule: str) -> None:
    """The top alone has more than half of the weight, and never settles a matter by it."""
    changes = {**WEIGHTY, "consensus.rule": rule, "consensus.threshold": 0.7}
    enough = {
        "majority": lambda share: share > 0.5,
        "supermajority": lambda share: share >= 0.7 - 1e-12,
        "unanimity": lambda share: share == 1.0,
    }[rule]
    seen, otherwise = look({**changes, "work.away": 0.2, "power.forum.quorum": 0.5}), 0
    assert len(seen.rounds) > 30
    for held in seen.rounds:
        assert held.weights[0] > 0.5
        assert held.agreed == enough(_heads(held)), (held.issue, held.number)
        otherwise += held.agreed != enough(_weight(held))
    assert otherwise > 5 or rule == "unanimity"


def test_the_best_so_far_is_what_most_heads_were_behind(look: Look) -> None:
    changes = {**WEIGHTY, "consensus.rule": "unanimity", "consensus.fallback": "best-so-far"}
    changes |= {"consensus.candour": 0.2, "clock.horizon": "16w", "power.sharing": 0.5}
    seen, fell, differ = look(changes), 0, 0
    for number, row in enumerate(seen.outcome.decisions, 1):
        if row["closed_by"] == CODES["best-so-far"]:
            rounds = seen.of(number)
            best = rounds[int(np.argmax([_heads(held) for held in rounds]))]
            assert row["chosen"] == best.choice and row["decider"] == FORUM
            weightiest = rounds[int(np.argmax([_weight(held) for held in rounds]))]
            differ += weightiest.choice != best.choice
            fell += 1
    assert fell > 10 and differ > 0


# -- one voice that hears the room -----------------------------------------------------------------

BY_NATURE = ("decider", "closed_by")
"""What differs by nature between a room with one voice and a voice with advisers."""


@pytest.mark.parametrize(
    "setting",
    [HEARSAY, WRITTEN, {**ONE_VOICE, "consensus.candour": 0.6}, {**HEARSAY, "work.away": 0.2}],
    ids=["turns", "written", "inventions", "away"],
)
def test_sharing_nothing_is_one_voice_that_hears_the_room(look: Look, setting: Any) -> None:
    """`shared` with sharing 0 and no consensus: what `consultative` gives, to the byte."""
    changes = {**setting, "consensus.rule": "none"}
    shared = look({**changes, "power.sharing": 0}).outcome
    asked = look({**changes, "power.rule": "consultative"}).outcome
    names = [name for name in shared.decisions.dtype.names or () if name not in BY_NATURE]
    assert len(shared.decisions) > 20
    for name in names:
        assert shared.decisions[name].tobytes() == asked.decisions[name].tobytes(), name
    decided = shared.decisions["decider"] != LAPSED
    assert decided.sum() > 20 and np.all(shared.decisions["decider"][decided] == FORUM)
    by = asked.decisions["accountable"][decided]
    assert np.array_equal(asked.decisions["decider"][decided], by)


def test_advisers_amend_nothing(look: Look) -> None:
    """Whatever they object to: what is proposed, and so explained, is what they advise on."""
    asked = {**ONE_VOICE, "power.rule": "consultative"}
    plain = look({**asked, "consensus.rule": "none"}).rounds
    consent = {"consensus.rule": "consent", "consensus.objection": 0}
    careful = look({**asked, **consent}).rounds
    assert len(plain) > 20
    assert [held.record for held in careful] == [held.record for held in plain]
    assert [held.choice for held in careful] == [held.choice for held in plain]


@pytest.mark.parametrize("rule", ["shared", "vote"])
def test_with_sharing_0_the_room_proposes_what_the_accountable_prefers(
    look: Look, rule: str
) -> None:
    seen = look({**WEIGHTY, "power.sharing": 0, "power.rule": rule})
    assert len(seen.rounds) > 40
    for held in seen.rounds:
        assert [held.weights[i] for i in range(7)] == [1.0, *[0.0] * 6]
        assert held.choice == held.preferred[0]


@pytest.mark.parametrize("sharing", [0.0, 0.3, 1.0])
def test_sharing_lies_between_the_accountable_and_the_voices_of_the_room(
    look: Look,
    sharing: float,
) -> None:
    voice = np.array([9.0, 1, 1, 1, 1, 1, 1]) / 15
    expected = (1 - sharing) * (np.arange(7) == 0) + sharing * voice
    for held in look({**WEIGHTY, "power.sharing": sharing}).rounds:
        assert list(held.weights.values()) == pytest.approx(expected)


# -- inventions ------------------------------------------------------------------------------------


def test_an_invention_that_one_voice_proposes_goes_on_the_record_and_can_be_chosen_by_all(
    look: Look,
) -> None:
    """Nobody says a thing but by proposing. Explained is the copy of whose word counts."""
    base, rounds = 4, look(ONE_VOICE).rounds
    issues = {issue.number: issue for issue in play(ONE_VOICE).model.issues()}
    proposed, retold, chosen_later = 0, 0, 0
    explained: dict[int, set[int]] = {}
    for held in rounds:
        if held.issue not in issues:
            continue
        issue = issues[held.issue]
        known = explained.setdefault(held.issue, set())
        for i in held.present:
            # Who has been told what it is about can place it; others cannot.
            mine = {copy.originator for copy in held.minds[i]} | known
            for m, inventor in enumerate(issue.inventors, base):
                reachable = held.positions[i][m] > HIDDEN / 2
                assert reachable == (inventor in mine and _open_to(held, issue, inventor, known))
        chosen_later += sum(
            held.preferred[i] >= base
            and issue.inventors[held.preferred[i] - base] in known
            and issue.inventors[held.preferred[i] - base]
            not in {copy.originator for copy in held.minds[i]}
            for i in held.present
        )
        if held.choice >= base:
            inventor = issue.inventors[held.choice - base]
            (said,) = [copy for copy in held.record if copy.originator == inventor]
            if inventor not in known:
                (heads,) = [
                    copy for copy in held.minds[issue.accountable] if copy.originator == inventor
                ]
                assert said == heads, "as whoever decides has heard of it"
                retold += said.hops > 0
                proposed += 1
            known.add(inventor)
        assert {copy.originator for copy in held.record} == known
    assert proposed > 10 and retold > 3 and chosen_later > 3


def _open_to(held: Round, issue: Any, inventor: int, known: set[int]) -> bool:
    """Whether all whose word counts have heard of an invention: only the accountable's does."""
    mind = {copy.originator for copy in held.minds[issue.accountable]}
    return inventor in mind | known


def test_a_room_that_shares_power_chooses_only_what_all_with_weight_have_heard_of(
    look: Look,
) -> None:
    shared = {**ONE_VOICE, "power.sharing": 0.5, "consensus.candour": 0.3}
    rounds, new, unheard = look(shared).rounds, 0, 0
    issues = {issue.number: issue for issue in play(shared).model.issues()}
    for held in rounds:
        if held.issue not in issues:
            continue
        inventors = issues[held.issue].inventors
        for m, inventor in enumerate(inventors, 4):
            on_record = inventor in {copy.originator for copy in held.record}
            having = all(
                inventor in {copy.originator for copy in held.minds[i]}
                for i in held.present
                if held.voiced[i]
            )
            reachable = any(held.positions[i][m] > HIDDEN / 2 for i in held.present)
            assert reachable == (on_record or having)
            unheard += not reachable
        new += held.choice >= 4
    assert new > 3 and unheard > 10


# -- decisions go by the lines ---------------------------------------------------------------------

TOPS = {
    "stream.positions": [{"name": "top", "leaders": 3}, {"name": "ground", "leaders": 6}],
    "direction.source": "top",
    "issues.matter.decided_at": "top",
    "clock.horizon": "4w",
}


@pytest.mark.parametrize("open_", [0, 0.5, 1])
@pytest.mark.parametrize("routing", ["line", "spread", "both"])
def test_decisions_travel_the_lines_whatever_is_open(
    look: Look, open_: float, routing: str
) -> None:
    """Three hops down a line of four, and nobody is left out."""
    rows = look({**LINE, "flow.*.open": open_, "flow.routing": routing}).outcome.decisions
    assert len(rows) > 20
    assert np.all(rows["rollout"] == 3) and np.all(rows["coverage"] == 1)


def test_decisions_go_from_root_to_root_and_are_told_once(look: Look) -> None:
    """One of three at the top decides: two roots and its own two hear at once, the others next."""
    changes = {**TOPS, "flow.*.open": 0, "power.gather": "0h"}
    run, rows = (held := look(changes).outcome).run, held.decisions
    assert len(rows) > 10 and np.all(rows["coverage"] == 1) and np.all(rows["rollout"] == 2)
    model = play(changes).model
    # One notice, and eight who did not decide, each told by one other.
    assert run["messages_sent"] == len(model.of("arise")) + 8 * len(model.of("decide"))


# -- commitment ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sharing", [0.0, 0.4, 1.0])
def test_commitment_of_a_room_is_that_of_its_members(look: Look, sharing: float) -> None:
    """All are affected, in the room and know the direction; those who preferred something else keep
    a part of what being heard and having a say brings."""
    b, c, base, kept = 0.25, 0.35, 0.4, 0.6
    changes = {
        **WEIGHTY,
        "power.sharing": sharing,
        "consensus.rule": "none",
        "rollout.base": base,
        "rollout.heard": b,
        "rollout.say": c,
        "rollout.disagree_and_commit": kept,
    }
    seen, dissenting = look(changes), 0
    for number, row in enumerate(seen.outcome.decisions, 1):
        (held,) = seen.of(number)
        total = 0.0
        for i in range(7):
            left = 1.0 if held.preferred[i] == held.choice else kept
            say = min(1.0, 7 * held.weights[i])
            total += base + (1 - base) * ((1 - b - c) + left * (b + c * say))
            dissenting += left < 1
        assert row["commitment"] == pytest.approx(total / 7, rel=1e-12)
    assert dissenting > 10


def test_commitment_outside_the_room_goes_with_being_heard(look: Look) -> None:
    """An autocrat who hears all, or nobody; of the direction each hop down loses half."""
    common = {**LINE, "flow.down.loss": 0.5, "rollout.heard": 0.3, "rollout.say": 0.2}
    common |= {"rollout.base": 0.2}
    for open_, heard in ((1, 1), (0, 0)):
        rows = look({**common, "flow.up.open": open_}).outcome.decisions
        knows = [0.5**hops for hops in range(1, 4)]
        told = [0.2 + 0.8 * (0.5 * f + 0.3 * heard) for f in knows]
        if not open_:
            # Context goes down all the same.
            assert np.all(rows["coverage"] == 1)
        assert rows["commitment"] == pytest.approx(np.full(len(rows), (1 + sum(told)) / 4))


# -- leanings --------------------------------------------------------------------------------------


def _leaning(key: int, strength: float, facets: int) -> np.ndarray:
    factors = [0.0] * facets
    leanings(*run_stream(11, 0), int(key), strength, 0, 0.0, [0.0] * facets, factors)
    return np.array(factors)


def _key(numbers: Any, leader: int) -> int:
    """By what a leader's leaning is keyed."""
    return int((numbers.unit_key if numbers.leaning_by_unit else numbers.key)[leader])


@pytest.mark.parametrize("of", ["leader", "unit"])
def test_leaders_or_units_lean_to_the_same_in_every_matter(look: Look, of: str) -> None:
    """Who knows the direction fits it but for their leaning: exp(strength z), and normalised."""
    changes = {**DIVIDED, "interests.strength": 0.7, "interests.of": of}
    found = look(changes).outcome.leaders["alignment"]
    model = play(changes).model
    direction, expected = np.array(model.need.versions[0]), []
    for i in range(7):
        believed = direction * _leaning(_key(model.numbers, i), 0.7, 6)
        believed /= believed.sum()
        expected.append(1 - 0.5 * np.abs(believed - direction).sum())
    assert found == pytest.approx(expected) and found.max() < 1
    unit = [int(u) for u in model.numbers.unit]
    kinds = {(u, round(a, 9)) for u, a in zip(unit, found, strict=True)}
    assert len(kinds) == (7 if of == "leader" else len(set(unit))) and len(set(unit)) < 7
    assert np.all(look(DIVIDED).outcome.leaders["alignment"] == pytest.approx(1))


def test_a_leaning_moves_what_its_leader_makes_of_the_evidence(look: Look) -> None:
    """Everybody has the same idea before them, and weighs it by what they lean to."""
    changes = {
        **HEARSAY,
        "flow.*.open": 0,
        "interests.strength": 0.7,
        "consensus.turns": "off",
        "consensus.candour": 1,
        "issues.matter.witnesses": "all",
    }
    model = play(changes).model
    issues = {issue.number: issue for issue in model.issues()}
    for held in look(changes).rounds:
        if held.issue not in issues or held.number > 1:
            continue
        issue = issues[held.issue]
        top, total = np.zeros((4, 6)), np.zeros(6)
        for i in range(7):
            tau = np.array(issue.precisions(model, i))
            top += tau * np.array(issue.ideas[i].values()).reshape(4, 6)
            total += tau
        for i in range(7):
            w = np.array(issue.weights) * _leaning(_key(model.numbers, i), 0.7, 6)
            assert held.positions[i] == pytest.approx(top / (1 + total) @ (w / w.sum()))


# -- overprecision ---------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1.0, 4.0])
def test_an_overprecise_mind_errs_and_the_ceiling_does_not(look: Look, times: float) -> None:
    """One voice and one number: quality as its own evidence makes it, counted so many times."""
    matter = {
        "type": "estimate",
        "rate": "6/w",
        "raised_at": "ground",
        "decided_at": "top",
        "witnesses": "all",
        "half_life": "5d",
        "expiry": "20d",
        "affects": "all",
    }
    changes = {"issues": {"matter": matter}, "flow.up.open": 0, "assess.overprecision": times}
    rows, model = look(changes).outcome.decisions, play(changes).model
    for issue, row in zip(model.issues(), rows, strict=True):
        w, tau = np.array(issue.weights), np.array(issue.precisions(model, 0))
        said = np.array(issue.ideas[0].values())
        believed = w @ (times * tau * said / (1 + times * tau))
        assert row["estimate"] == pytest.approx(believed)
        all_said = [np.array(issue.ideas[i].values()) for i in issue.witnesses]
        pooled = w @ (tau * np.sum(all_said, axis=0) / (1 + len(all_said) * tau))
        ceiling = 1 - (pooled - row["truth"]) ** 2 / (w @ w)
        assert row["ceiling"] == pytest.approx(ceiling)


# -- engagement ------------------------------------------------------------------------------------


def test_engagement_acts_relative_to_its_start_and_never_above_1(look: Look) -> None:
    """Whoever is heard is more engaged, and no more open, candid or committed than others."""
    lively = {**HEARSAY, "flow.*.open": 0.7}
    off = look(lively).outcome
    still = {"heard": 0, "unheard": 0, "behind": 0, "recovery": 0}
    for engagement in ({**still, "start": 0.5}, {**still, "start": 0.6, "heard": 0.3}):
        on = look({**lively, "engagement": engagement}).outcome
        assert on.decisions.tobytes() == off.decisions.tobytes()
        assert np.all(on.leaders["engagement"] >= engagement["start"])
    assert np.any(on.leaders["engagement"] > 0.9)


def test_who_was_never_heard_is_less_committed_by_what_is_left_of_the_start(look: Look) -> None:
    """An autocrat who hears nobody: each decision takes a tenth of the others' engagement."""
    losing = {"start": 0.6, "heard": 0, "unheard": 0.1, "behind": 0, "recovery": 0}
    changes = {"flow.up.open": 0, "engagement": losing, "rollout.heard": 0, "rollout.say": 0}
    changes |= {"issues.matter.rate": "1/w"}
    rows = look(changes).outcome.decisions
    order = np.argsort(rows["raised"] + rows["delay"], kind="stable")
    committed = rows["commitment"][order]
    left = 0.9 ** np.arange(len(rows))
    assert len(rows) > 5 and committed == pytest.approx((1 + 4 * left) / 5)
