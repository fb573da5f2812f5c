"""Chairs, levels and routes on the Mesa driver, each against what numpy says."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from model.divided import DIVIDED, rounds_of
from model.tiny import PLAIN, Watched, chain, play, tiny
from sim.agents import deciding
from sim.draws import CHAIR, SEAT, uniform
from sim.outcome import CLOSED_BY, LAPSED
from sim.rules import catalog

AGREEMENT, APPROVED, REJECTED = (
    CLOSED_BY.index(name) for name in ("agreement", "approved", "rejected")
)
ONE_VOICE, AUTHORITY = CLOSED_BY.index("one-voice"), CLOSED_BY.index("authority")


ESTIMATE = {"issues.matter": {**PLAIN["issues"]["matter"], "type": "estimate"}}
ESTIMATE["issues.matter"].pop("alternatives")


class Chaired(Watched):
    """Notes of each round who chaired, who was there, and what influence everybody had."""

    def watch_round(self, issue, *data):
        super().watch_round(issue, *data)
        influence = [self.leaders[i].influence for i in issue.room]
        self.notes[-1].data.update(
            chair=issue.chair, present=list(issue.present), influence=influence
        )


def _chaired(changes):
    only = {key: value for key, value in DIVIDED.items() if key != "issues.matter.alternatives"}
    model = Chaired(tiny({**changes, **only, "consensus.limit": "3 rounds", **changes}))
    return model, model.run()


def _counted(held):
    return [v and there for v, there in zip(held["voiced"], held["present"], strict=True)]


# -- chairs
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("witnesses", [2, "all"])
def test_the_chair_passes_round_from_a_keyed_start_and_skips_the_silent_and_the_absent(witnesses):
    absent = {"work.away": 0.3, "power.forum.quorum": 0.5, "issues.matter.witnesses": witnesses}
    model, _ = _chaired({**absent, "power.rule": "rotating"})
    firsts, skipped, later = set(), 0, 0
    for issue in model.issues():
        first = None
        for held in rounds_of(model, issue):
            counted = _counted(held)
            if first is None:
                first = int(uniform(*issue.stream, CHAIR, 0, 0, 0, 0) * len(counted))
                firsts.add(first)
            due = (first + held["round"] - 1) % len(counted)
            after = [s for s in [*range(due, len(counted)), *range(due)] if counted[s]]
            assert held["chair"] == (after[0] if after else -1)
            skipped += held["chair"] != due
            later += held["round"] > 1
            if after:
                assert held["choice"] == held["preferred"][held["chair"]]
    assert len(firsts) > 3 and skipped > 3 and later > 5


def test_a_chair_decides_in_its_own_name_and_has_all_the_power():
    model, outcome = _chaired({"power.rule": "rotating", "consensus.rule": "none"})
    rows = outcome.decisions
    for issue, row in zip(model.issues(), rows, strict=True):
        (held,) = rounds_of(model, issue)
        assert (
            row["decider"] == issue.room[held["chair"]]
            and row["chosen"] == held["preferred"][held["chair"]]
        )
        assert row["participants"] == 7 and row["closed_by"] == AGREEMENT
    assert outcome.leaders["power"].sum() == len(rows) and set(outcome.leaders["power"] % 1) == {
        0.0
    }


def test_the_best_so_far_goes_to_who_chaired_it():
    model, outcome = _chaired({"power.rule": "rotating", "consensus.fallback": "best-so-far"})
    earlier = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        rounds = rounds_of(model, issue)
        best = max(rounds, key=lambda held: held["share"])
        if row["closed_by"] == CLOSED_BY.index("best-so-far"):
            assert row["chosen"] == best["choice"] and row["decider"] == issue.room[best["chair"]]
            earlier += best["chair"] != rounds[-1]["chair"]
    assert earlier > 3


def test_a_chair_that_proposes_a_number_proposes_its_own():
    model, _ = _chaired({**ESTIMATE, "power.rule": "rotating"})
    for issue in model.issues():
        for held in rounds_of(model, issue):
            assert held["number"] == held["positions"][held["chair"]]


def test_the_most_influential_leads_at_that_moment():
    model, outcome = _chaired(
        {"power.rule": "emergent", "influence.rule": "merit", "influence.rate": 2}
    )
    chairs = set()
    for note in model.of("round"):
        held = note.data
        able = [p for p, counted in enumerate(_counted(held)) if counted]
        most = max(held["influence"][p] for p in able)
        assert (
            held["influence"][held["chair"]] == most
            and held["choice"] == held["preferred"][held["chair"]]
        )
        chairs.add(note.issue.room[held["chair"]])
    assert len(chairs) > 2
    assert np.all(outcome.decisions["decider"] >= 0)


def test_among_equally_influential_a_draw_settles():
    model, _ = _chaired({"power.rule": "emergent"})
    for issue in model.issues():
        draws = [uniform(*issue.stream, SEAT, 0, model.numbers.key[i], 0, 0) for i in issue.room]
        assert {held["chair"] for held in rounds_of(model, issue)} == {int(np.argmin(draws))}


# -- levels
# ------------------------------------------------------------------------------------------------

MANY = {"issues.matter.rate": "30/w"}
# Each of four levels has only what it senses itself, weighs it rightly, and judges 5 h after a hop
# of 1 h.
LEVELS = {
    "stream.positions": chain(4),
    "direction.source": "p0",
    "issues.matter.raised_at": "p3",
    "issues.matter.decided_at": "p0",
    "issues.matter.rate": "6/w",
    "flow.up.open": 0,
    "power.gather": "5h",
}


def _alone(issue, leader, tau=2.0):
    """What each alternative is worth to a leader by its own evidence and the true weights."""
    said = np.array(issue.ideas[leader].values()).reshape(-1, len(issue.weights))
    return said @ np.array(issue.weights) * tau / (1 + tau)


def _approves(mine, proposed, status_quo):
    return mine[proposed] > mine[0] if status_quo else mine[proposed] >= mine.mean()


def _expected(issue, rule, status_quo):
    """Who is asked, what each says, and what comes of it."""
    levels = [3, 2, 1, 0]
    own = _alone(issue, 3)
    proposed = int(np.argmax(own[1:]) + 1) if status_quo else int(np.argmax(own))
    words = [_approves(_alone(issue, i), proposed, status_quo) for i in levels if i in issue.ideas]
    ends = [at for at, word in enumerate(words) if word == (rule == "champion")]
    judging = ends[0] + 1 if ends else 4
    return proposed, words[:judging]


@pytest.mark.parametrize("status_quo", [False, True])
@pytest.mark.parametrize("rule", ["chain", "champion"])
def test_levels_judge_in_sequence_and_each_gathers_anew(rule, status_quo):
    changes = {**LEVELS, "power.rule": rule, "issues.matter.status_quo": status_quo}
    if rule == "champion" and not status_quo:
        changes["issues.matter.alternatives"] = 2
    model, outcome, _ = play(changes)
    lengths = set()
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        proposed, words = _expected(issue, rule, status_quo)
        judged = [note for note in model.of("judge") if note.issue is issue]
        assert [note.data["leader"] for note in judged] == [3, 2, 1, 0][: len(words)]
        assert [note.data["approved"] for note in judged] == words
        assert [note.tick - issue.raised for note in judged] == [
            5 + 6 * at for at in range(len(words))
        ]
        assert row["gather"] == 5 and row["escalation"] == 6 * (len(words) - 1)
        assert row["scheduling"] == row["deliberation"] == row["rounds"] == 0
        assert issue.used == {note.data["leader"] for note in judged}
        if words[-1]:
            assert row["closed_by"] == APPROVED and row["chosen"] == proposed
            assert row["decider"] == judged[-1].data["leader"] and row["participants"] == len(words)
        elif status_quo:
            assert row["closed_by"] == REJECTED and row["chosen"] == 0
            assert row["decider"] == judged[-1].data["leader"]
        else:
            assert row["closed_by"] == REJECTED and row["decider"] == LAPSED and row["chosen"] == -1
            assert (
                np.isnan(row["quality"])
                and row["value"] == 0
                and row["delay"] == 5 + 6 * (len(words) - 1)
            )
        lengths.add(len(words))
    # Whoever proposes its best approves of it, unless there is something else it might leave as it
    # is.
    assert lengths == ({1, 2, 3, 4} if status_quo else {2, 3, 4} if rule == "chain" else {1})


def test_without_a_status_quo_an_origin_is_its_own_champion():
    _, outcome, inputs = play({**LEVELS, "power.rule": "champion"})
    rows = outcome.decisions
    assert np.all(rows["decider"] == rows["origin"]) and np.all(rows["closed_by"] == APPROVED)
    assert np.all(rows["delay"] - rows["rollout"] == 5) and inputs.numbers.leaders == 4


def test_a_chain_that_asked_only_once_would_be_noticed(monkeypatch):
    monkeypatch.setattr(deciding, "settled", lambda all_must, approved, last: True)
    model, _, _ = play({**LEVELS, "power.rule": "chain"})
    courses = [
        [n.data["leader"] for n in model.of("judge") if n.issue is issue]
        for issue in model.issues()
    ]
    assert any(len(_expected(issue, "chain", False)[1]) > 1 for issue in model.issues())
    assert all(judges == [3] for judges in courses)


def test_levels_approve_a_number_that_is_near_enough_to_their_own():
    model, outcome, _ = play(
        {**ESTIMATE, **LEVELS, "power.rule": "chain", "consensus.tolerance": 1}
    )
    lengths = set()
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        judged = [note.data for note in model.of("judge") if note.issue is issue]
        number, scale = _alone(issue, 3)[0], np.linalg.norm(issue.weights)
        words = [abs(_alone(issue, data["leader"])[0] - number) <= scale for data in judged]
        assert [data["approved"] for data in judged] == words and words[0]
        if row["closed_by"] == APPROVED:
            assert (
                row["estimate"] == pytest.approx(number) and row["decider"] == 0 and len(words) == 4
            )
        else:
            assert row["decider"] == LAPSED and not words[-1] and np.isnan(row["estimate"])
        lengths.add(len(words))
    assert lengths == {2, 3, 4}


def test_an_alternative_that_the_origin_has_thought_of_is_explained_to_each_level():
    model, outcome, _ = play({**LEVELS, "power.rule": "chain", "issues.matter.invent": 0.5, **MANY})
    explained = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        judged = [note.data for note in model.of("judge") if note.issue is issue]
        proposed = judged[0]["proposed"]
        if proposed < 3:
            continue
        assert issue.inventors[proposed - 3] == 3
        origin, words = np.array(issue.ideas[3].values()).reshape(-1, 3), []
        for data in judged[1:]:
            # The explanation is the origin's whole idea: two looks at the three alternatives that
            # all know of.
            own = np.array(issue.ideas[data["leader"]].values()).reshape(-1, 3)
            known = (own[:3] + origin[:3]) * 2 / (1 + 4)
            invented = np.vstack([origin[3:], own[3:]]) * 2 / (1 + 2)
            worths = np.vstack([known, invented]) @ np.array(issue.weights)
            words.append(worths[3] >= worths.mean())
        assert [data["approved"] for data in judged[1:]] == words
        explained += len(words) > 1
        assert row["chosen"] in (proposed, -1)
    assert explained > 3


# -- routes
# ------------------------------------------------------------------------------------------------

CONTINGENT = {
    **DIVIDED,
    "issues.matter.witnesses": 4,
    "issues.hasty": {"rate": "3/w", "half_life": "2d", "expiry": "20d", "stakes": 9},
    "issues.grave": {"rate": "3/w", "half_life": "17h", "expiry": "20d", "stakes": 9},
    "issues.*.raised_at": "ground",
    "issues.*.decided_at": "top",
    "power.rule": "contingent",
    "power.contingent": {
        "urgent_within": "2d",
        "when_urgent": "autocratic",
        "when_spread": "vote",
        "stakes_above": 5,
        "when_stakes": "chain",
        "otherwise": "delegated",
        "spread_above": 0.5,
    },
}


def _spread(model, issue):
    """The share of what matters that others explain beyond the top leader, who knows the
    direction."""
    precisions = {i: np.array(issue.precisions(model, i)) for i in {0, *issue.witnesses}}
    pooled = sum(precisions[i] for i in issue.witnesses)
    weights = np.array(issue.weights)
    return 1 - (weights @ (precisions[0] / (1 + precisions[0]))) / (
        weights @ (pooled / (1 + pooled))
    )


def test_issues_are_routed_by_urgency_then_spread_then_stakes():
    model, outcome, _ = play(CONTINGENT)
    names, counts = catalog.names("power"), defaultdict(int)
    for note in model.of("route"):
        issue = note.issue
        spread = _spread(model, issue)
        assert note.data["spread"] == pytest.approx(spread, abs=1e-12)
        urgent, weighty = issue.kind.half_life <= 16, issue.kind.stakes > 5
        rule = (
            "autocratic"
            if urgent
            else "vote"
            if spread > 0.5
            else "chain"
            if weighty
            else "delegated"
        )
        assert names[note.data["rule"]] == names[issue.rule] == rule
        counts[rule] += 1
    assert set(counts) == {"autocratic", "vote", "chain", "delegated"} and min(counts.values()) > 3
    closed = {"autocratic": {ONE_VOICE}, "delegated": {ONE_VOICE}, "vote": {AGREEMENT, AUTHORITY}}
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        assert row["closed_by"] in closed.get(names[issue.rule], {APPROVED, REJECTED})


def test_what_is_routed_to_a_chain_goes_down_to_its_origin_and_then_up():
    calm = {
        "urgent_within": "0d",
        "spread_above": "100%",
        "stakes_above": 5,
        "when_stakes": "chain",
    }
    changes = {
        **LEVELS,
        "issues.matter.stakes": 6,
        "power.rule": "contingent",
        "power.contingent": calm,
    }
    model, outcome, _ = play(changes)
    direct = play({**changes, "power.rule": "chain"}).outcome.decisions
    assert {note.data["rule"] for note in model.of("route")} == {catalog.code("power", "chain")}
    # Three hops up for the notice, three down for the mandate.
    assert np.all(outcome.decisions["gather"] == 3 + 3 + 5) and np.all(direct["gather"] == 5)
    for field in ("chosen", "escalation", "decider", "closed_by"):
        assert np.array_equal(outcome.decisions[field], direct[field])
