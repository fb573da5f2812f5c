"""People differ in competence and judgement, and learn from outcomes whom to trust: each driver
against numbers worked out from what the readable one noted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

from model.divided import DIVIDED
from model.probes import Look, look_fixture  # noqa: F401
from model.tiny import PLAIN, Watched, tiny
from sim.agents import Organization
from sim.agents.issue import Issue
from sim.agents.trace import Watcher
from sim.draws import JUDGEMENT, LEANING
from sim.outcome import LAPSED, Outcome
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.world import issues as world

RARE = 1e-6
DIFFER = {"competence.spread": 0.8}
LEARN = {**DIFFER, "trust": "learned"}
NUMBER = {key: held for key, held in PLAIN["issues"]["matter"].items() if key != "alternatives"}
NUMBER = {**NUMBER, "type": "estimate"}


class Looks(Watched):
    """Notes what each leader first saw of an issue and what was true of it then, and whose ideas
    were weighed."""

    ended: Outcome

    def __init__(self, scenario: Scenario) -> None:
        self.looks: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}
        super().__init__(scenario)

    def watch_sense(self, issue: Issue, leader: Any) -> None:
        super().watch_sense(issue, leader)
        look = np.array(issue.ideas[leader.index].values()), np.array(issue.theta)
        self.looks.setdefault((issue.sequence, leader.index), look)

    def watch(self, issue: Issue, what: str, **data: Any) -> None:
        super().watch(issue, what, **data)
        if what in ("judge", "decide"):
            weights = dict(zip(issue.room, issue.weights_in_room, strict=False))
            if what == "judge":
                judges = [data["leader"]]
            else:
                judges = [i for i in weights if weights[i] > 0]
                judges = [issue.decider] if issue.decider >= 0 else judges
            self.notes[-1].data["weighed"] = {
                idea.originator for i in judges for idea in self.leaders[i].weighs(issue)
            }

    def weighed(self, issue: Issue) -> set[int]:
        """Whose ideas those who decided, or judged on the way, had before them."""
        judged = [note for note in self.of("judge") + self.of("decide") if note.issue is issue]
        return {i for note in judged for i in note.data["weighed"]}

    def miss(self, issue: Issue, leader: int) -> float | None:
        """sum_k tau_k (y - theta)^2 of a leader's first look at what was chosen, by what it said
        and what was true; None where it said nothing of it."""
        said, actual = self.looks[issue.sequence, leader]
        facets, at = len(issue.weights), issue.chosen if issue.chosen >= 0 else 0
        place = at
        if at >= issue.kind.alternatives:
            if issue.inventors[at - issue.kind.alternatives] != leader:
                return None
            place = issue.kind.alternatives
        elif issue.kind.status_quo and at == 0:
            return None
        tau = np.array(self.numbers.precision[leader])
        y = said.reshape(-1, facets)[place]
        return float(tau @ (y - actual.reshape(-1, facets)[at]) ** 2)


def _records(model: Looks, spread: float, until: float = math.inf) -> np.ndarray:
    """Shape and rate of each leader, from what took effect before a tick: [leaders, 2]."""
    start = 1 / math.expm1(spread**2)
    records = np.full((len(model.leaders), 2), start)
    for note in model.of("effect"):
        if note.tick < until and note.issue.kind.accuracy < 0:
            for i in model.weighed(note.issue):
                miss = model.miss(note.issue, i)
                if miss is not None:
                    records[i] += len(note.issue.weights) / 2, miss / 2
    return records


def _played(changes: Mapping[str, Any] | Scenario) -> Looks:
    model = Looks(changes if isinstance(changes, Scenario) else tiny(changes))
    model.ended = model.run()
    return model


# -- where all are alike ---------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["shared", "autocratic"])
def test_where_all_are_alike_trust_and_reputation_change_nothing(look: Look, rule: str) -> None:
    setting = {**DIVIDED, "power.rule": rule, "power.voice": "influence"}
    plain = look(setting).outcome
    zero = {"competence.spread": 0, "competence.judgement": 0, "trust": "learned"}
    for changes in (zero, {**zero, "influence.rule": "reputation"}):
        found = look({**setting, **changes}).outcome
        for table in ("decisions", "leaders", "days"):
            assert getattr(found, table).tobytes() == getattr(plain, table).tobytes()
    assert np.all(plain.leaders["competence"] == 1) and np.all(plain.leaders["reputation"] == 1)


def test_what_arises_and_who_sees_it_is_the_same_whatever_the_competence(look: Look) -> None:
    """Common random numbers: a look of competence c misses by 1 / sqrt(c) of what it else would,
    also after days of study."""
    setting = {**DIVIDED, "issues.matter.study": 0.5, "issues.matter.invent": 0.4}
    setting |= {"power.rule": "autocratic", "power.gather": "2d", "issues.matter.witnesses": 4}
    alike, differing = (_played({**setting, **more}) for more in ({}, DIFFER))
    c = look({**setting, **DIFFER}).outcome.leaders["competence"]
    assert len(set(c)) == 7 and len(alike.issues()) > 15
    for before, after in zip(alike.issues(), differing.issues(), strict=True):
        assert before.witnesses == after.witnesses and before.inventors == after.inventors
        assert before.raised == after.raised and before.theta == after.theta
        theta = np.array(after.theta).reshape(-1, 6)
        for i in after.witnesses:
            own, stage = after.own_alternative(i), after.ideas[i].stage
            assert stage == before.ideas[i].stage > 0
            seen = [*range(4), own] if own >= 0 else range(4)
            was, now = (np.array(x.ideas[i].values()).reshape(-1, 6) for x in (before, after))
            assert now - theta[seen] == pytest.approx((was - theta[seen]) / math.sqrt(c[i]))
    rows = [look({**setting, **more}).outcome.decisions for more in ({}, DIFFER)]
    for column in ("raised", "origin", "accountable", "alternatives", "best"):
        assert np.array_equal(rows[0][column], rows[1][column])
    # What they make of such looks is the same on both drivers.
    assert rows[1].tobytes() == differing.ended.decisions.tobytes()


# -- the draws -------------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [0.3, 1.0])
def test_competence_is_lognormal_with_mean_one(spread: float) -> None:
    stream, n = world.run_stream(5, 0), 20_000
    c = np.array([world.competence(*stream, person, spread) for person in range(n)])
    z = (np.log(c) + spread**2 / 2) / spread
    assert stats.kstest(z, "norm").pvalue > RARE
    assert abs(z.sum()) / math.sqrt(n) < stats.norm.isf(RARE / 2)
    assert RARE < stats.chi2.cdf((z**2).sum(), n) < 1 - RARE
    assert c.mean() == pytest.approx(1, abs=5 * math.sqrt(math.expm1(spread**2) / n))
    assert world.competence(*stream, 3, 0.0) == 1.0


def test_leanings_have_the_variance_of_interests_and_of_errors() -> None:
    stream, n, facets = world.run_stream(5, 0), 4_000, 6
    noise, leaning, found = [0.0] * facets, [0.0] * facets, []
    for person in range(n):
        world.leanings(*stream, person, 0.5, person, 1.2, noise, leaning)
        found.append(np.log(leaning))
    z = np.array(found) / 1.3  # 1.3^2 = 0.5^2 + 1.2^2
    assert stats.kstest(z.ravel(), "norm").pvalue > RARE
    assert RARE < stats.chi2.cdf((z**2).sum(), z.size) < 1 - RARE


def _drawn(purpose: int, key: int, facets: int) -> np.ndarray:
    """The standard normals of a person or a unit, one a facet."""
    values = [0.0] * facets
    world.fill_normals(*world.run_stream(11, 0), purpose, int(key), 0, 0, values)
    return np.array(values)


@pytest.mark.parametrize("of", ["leader", "unit"])
def test_errors_of_judgement_are_personal_and_shrink_with_competence(look: Look, of: str) -> None:
    """Interests may be a unit's; errors are each person's own, over the root of competence."""
    changes = {**DIVIDED, "interests.of": of, "interests.strength": 0.4, **DIFFER}
    changes |= {"competence.judgement": 0.6}
    found, model = look(changes).outcome.leaders, _played(changes)
    direction, n, expected = np.array(model.directions[0]), model.numbers, []
    for i in range(7):
        whose = (n.unit_key if of == "unit" else n.key)[i]
        leaned = 0.4 * _drawn(LEANING, whose, 6)
        erred = 0.6 * _drawn(JUDGEMENT, n.key[i], 6) / math.sqrt(found["competence"][i])
        believed = direction * np.exp(leaned + erred)
        expected.append(1 - 0.5 * np.abs(believed / believed.sum() - direction).sum())
    assert found["alignment"] == pytest.approx(expected) and len(set(found["alignment"])) == 7


# -- what counts: precision as it is, or as it is taken to be --------------------------------------

ALONE = {"issues": {"matter": {**NUMBER, "rate": "8/w"}}, "flow.up.open": 0}


@pytest.mark.parametrize("trust", ["none", "learned"])
def test_one_voice_weighs_by_its_reputation_and_the_ceiling_by_competence(
    look: Look, trust: str
) -> None:
    """The one on top hears nobody: a number is r tau y / (1 + r tau), r what its record said when
    it decided."""
    changes = {**ALONE, **DIFFER, "trust": trust}
    outcome, model = look(changes).outcome, _played(changes)
    c, moved = outcome.leaders["competence"], set()
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        (decided,) = [note.tick for note in model.of("decide") if note.issue is issue]
        shape, rate = _records(model, 0.8, decided)[0]
        r = shape / rate if trust == "learned" else 1.0
        moved.add(r)
        w, tau = np.array(issue.weights), np.array(model.numbers.precision[0])
        said = np.array(issue.ideas[0].values())
        assert row["estimate"] == pytest.approx(w @ (r * tau * said / (1 + r * tau)))
        top = sum(c[i] * tau * np.array(issue.ideas[i].values()) for i in issue.witnesses)
        pooled = w @ (top / (1 + sum(c[i] for i in issue.witnesses) * tau))
        assert row["ceiling"] == pytest.approx(1 - (pooled - row["truth"]) ** 2 / (w @ w))
    assert len(outcome.decisions) > 30 and (len(moved) > 20) == (trust == "learned")


@pytest.mark.parametrize("trust", ["none", "learned"])
def test_an_idea_counts_by_its_originators_reputation(look: Look, trust: str) -> None:
    """All hear all, each added variance at each hop: reputation first, then the hops."""
    changes = {"issues": {"matter": {**NUMBER, "rate": "4/w"}}, **DIFFER, "trust": trust}
    changes |= {"flow.up.distortion": 0.7, "power.gather": "1d"}
    rows, model = look(changes).outcome.decisions, _played(changes)
    for issue, row in zip(model.issues(), rows, strict=True):
        (decided,) = [note.tick for note in model.of("decide") if note.issue is issue]
        records = _records(model, 0.8, decided)
        copies = {
            note.data["copy"].originator: note.data["copy"]
            for note in model.of("idea")
            if note.issue is issue and note.data["target"] == 0 and note.tick <= decided
        }
        copies[0] = issue.ideas[0]
        top, total, w = np.zeros(3), np.zeros(3), np.array(issue.weights)
        for i, copy in copies.items():
            tau = np.array(model.numbers.precision[i])
            tau = tau * (records[i, 0] / records[i, 1] if trust == "learned" else 1.0)
            known = 1 / (1 / tau + copy.variance)
            top, total = top + known * np.array(copy.values()), total + known
        assert len(copies) == 5
        assert row["estimate"] == pytest.approx(w @ (top / (1 + total)))


@pytest.mark.parametrize("trust", ["none", "learned"])
def test_a_voice_by_expertise_goes_by_reputation_too(look: Look, trust: str) -> None:
    """Shares of the room are those of sum_k w_k r tau_k, when it was seated."""
    changes = {**DIVIDED, **DIFFER, "trust": trust, "power.voice": "expertise"}
    rounds, model = look(changes).rounds, _played(changes)
    tau = np.array(model.numbers.precision)
    seated = {note.issue.number: note.tick for note in model.of("assemble")}
    issues, moved = {issue.number: issue for issue in model.issues()}, 0
    for held in rounds:
        if held.issue in issues and held.number == 1:
            records = _records(model, 0.8, seated[held.issue])
            r = records[:, 0] / records[:, 1] if trust == "learned" else np.ones(7)
            voice = r * (tau @ np.array(issues[held.issue].weights))
            shares = [held.weights[i] for i in range(7)]
            assert shares == pytest.approx(voice / voice.sum())
            moved += np.any(r != 1)
    assert (moved > 10) == (trust == "learned")


def test_the_ceiling_of_a_choice_uses_competence_also_for_inventions(look: Look) -> None:
    changes = {**DIVIDED, **LEARN, "issues.matter.invent": 0.5, "flow.up.open": 0}
    outcome, model = look(changes).outcome, _played(changes)
    c, best = outcome.leaders["competence"], set()
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        w, top, total, own = np.array(issue.weights), np.zeros((4, 6)), np.zeros(6), []
        for i in issue.witnesses:
            tau = c[i] * np.array(model.numbers.precision[i])
            said = model.looks[issue.sequence, i][0].reshape(-1, 6)
            top, total = top + tau * said[:4], total + tau
            own += [w @ (tau * said[4] / (1 + tau))] if len(said) > 4 else []
        pick = int(np.argmax([*(top / (1 + total) @ w), *own]))
        worths = np.array(issue.theta).reshape(-1, 6) @ w
        scale = worths.max() - worths.mean()
        assert row["ceiling"] == pytest.approx((worths[pick] - worths.mean()) / scale)
        best.add(pick)
    assert max(best) >= 4


# -- the record ------------------------------------------------------------------------------------

HEARING = {"flow.up.open": 0.5, "issues.matter.rate": "6/w", "issues.matter.expiry": "5d"}
SETTINGS: dict[str, dict[str, Any]] = {
    "estimates": {"issues": {"matter": {**NUMBER, "rate": "6/w"}}, "flow.up.open": 0.5},
    "choices": HEARING,
    "unequal": {**DIVIDED, "flow.up.open": 0.3, "power.rule": "consultative"},
    "rooms": {**DIVIDED, "consensus.candour": 0.5, "power.sharing": 0.5},
    "one-voice-of-a-room": {**DIVIDED, "consensus.candour": 0.3, "power.sharing": 0},
    "chains": {**DIVIDED, "power.rule": "chain", "issues.matter.status_quo": True},
    "inventions": {**HEARING, "issues.matter.invent": 0.7},
    "status-quo": {**HEARING, "issues.matter.status_quo": True},
    "drift": {**HEARING, "issues.matter.drift": "2d", "power.gather": "2d"},
    "study": {**HEARING, "issues.matter.study": 1, "power.gather": "2d"},
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_record_is_what_the_first_looks_missed(look: Look, setting: str) -> None:
    """Of those whose ideas were weighed by who decided, and of nobody else."""
    changes = {**SETTINGS[setting], **LEARN}
    model = _played(changes)
    records = _records(model, 0.8, model.numbers.horizon)
    found = look(changes).outcome.leaders
    assert found["reputation"] == pytest.approx(records[:, 0] / records[:, 1], rel=1e-9)
    looked = np.rint((records[:, 0] - 1 / math.expm1(0.64)) * 2 / model.numbers.facets)
    could = sum(len(note.issue.witnesses) for note in model.of("effect"))
    assert 10 < looked.sum() <= could
    assert [leader.competence for leader in model.leaders] == pytest.approx(found["competence"])
    assert (looked.sum() < could) == (setting != "rooms")  # in which all are heard


def test_only_the_inventor_is_judged_by_an_invention() -> None:
    model = _played({**SETTINGS["inventions"], **LEARN})
    invented = [n.issue for n in model.of("effect") if n.issue.chosen >= n.issue.kind.alternatives]
    assert len(invented) > 5
    for issue in invented:
        judged = [i for i in model.weighed(issue) if model.miss(issue, i) is not None]
        assert judged == [issue.inventors[issue.chosen - issue.kind.alternatives]]


def test_nothing_is_learned_where_there_was_nothing_to_sense(look: Look) -> None:
    judged = {"issues.matter.accuracy": 0.7, "issues.matter.alternatives": 2}
    found = look({**HEARING, **judged, **LEARN}).outcome
    assert len(found.decisions) > 30 and np.all(found.leaders["reputation"] == 1)
    assert len(set(found.leaders["competence"])) == 5
    # Nobody is in time to decide.
    late = {**HEARING, "issues.matter.expiry": "1d", "power.gather": "3d"}
    found = look({**late, **LEARN}).outcome
    assert np.all(found.decisions["decider"] == LAPSED)
    assert np.all(found.leaders["reputation"] == 1)


def test_what_arose_before_somebody_came_says_nothing_of_them(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds a seat since the fourth week answers for no look of who held it before."""
    from sim.agents.mind import Mind
    from sim.kernel import loop

    came, take_up, taken = 4 * 40, Mind.take_up, loop.take_up

    def comes_later(self: Any) -> None:
        take_up(self)
        self.since = came if self.index == 1 else 0

    def taken_later(n: Any, s: Any, leader: int) -> None:
        taken(n, s, leader)
        s.since[leader] = came if leader == 1 else 0

    monkeypatch.setattr(Mind, "take_up", comes_later)
    monkeypatch.setattr(loop, "take_up", taken_later)
    changes = {**SETTINGS["estimates"], **LEARN}
    model, records = _played(changes), np.full((5, 2), 1 / math.expm1(0.64))
    for note in model.of("effect"):
        for i in model.weighed(note.issue) if note.tick < model.numbers.horizon else ():
            miss = model.miss(note.issue, i)
            if miss is not None and (i != 1 or note.issue.raised >= came):
                records[i] += 1.5, miss / 2
    assert records[1, 0] < records[[0, 2, 3, 4], 0].min()
    found = look(changes).outcome.leaders["reputation"]
    assert found == pytest.approx(records[:, 0] / records[:, 1], rel=1e-9)


# -- influence -------------------------------------------------------------------------------------


@pytest.mark.parametrize("trust", ["none", "learned"])
def test_influence_by_reputation_is_reputation_scaled_to_mean_one(look: Look, trust: str) -> None:
    """On each day's end; whether ideas count by it is another matter."""
    changes = {**SETTINGS["choices"], **DIFFER, "trust": trust, "influence.rule": "reputation"}
    found, model = look(changes).outcome.leaders, _played(changes)
    days = []
    for end in range(8, model.numbers.horizon + 1, 8):
        records = _records(model, 0.8, end)
        reputation = records[:, 0] / records[:, 1]
        days.append(reputation / reputation.mean())
    assert len(days) == 40
    assert found["influence"] == pytest.approx(np.mean(days, axis=0), rel=1e-9)
    assert found["reputation"] == pytest.approx(reputation, rel=1e-9)


def test_a_record_that_is_kept_for_influence_alone_changes_no_weighing(look: Look) -> None:
    """No trust in it: ideas count by their positions, whoever has influence in a room of equals."""
    plain = look({**SETTINGS["rooms"], **DIFFER}).outcome
    kept = look({**SETTINGS["rooms"], **DIFFER, "influence.rule": "reputation"}).outcome
    assert kept.decisions.tobytes() == plain.decisions.tobytes()
    assert np.all(plain.leaders["reputation"] == 1)
    assert len(set(kept.leaders["reputation"])) > 1


# -- what a trace tells ----------------------------------------------------------------------------


@pytest.mark.parametrize("trust", ["none", "learned"])
def test_a_trace_tells_what_true_competence_would_have_changed(trust: str) -> None:
    """One voice that hears all, undistorted: what its evidence speaks for, weighed both ways."""
    inputs = parameters(tiny({"power.gather": "1d", "competence.spread": 1.5, "trust": trust}))
    watcher, model = Watcher(*range(1, 25)), _played(inputs.scenario)
    Organization(inputs.scenario, inputs=inputs, watcher=watcher).run()
    issues, changed = {issue.number: issue for issue in model.issues()}, 0
    for number, course in watcher.courses.items():
        issue = issues[number]
        (data,) = [event.data for event in course if event.what == "decide"]
        assert [who for who, _, _ in data["people"]] == issue.witnesses == list(range(5))
        favoured = []
        for column in (2, 1):
            top, total, w = np.zeros((3, 3)), np.zeros(3), np.array(issue.weights)
            for who, *numbers in data["people"]:
                tau = numbers[column - 1] * np.array(model.numbers.precision[who])
                top += tau * np.array(issue.ideas[who].values()).reshape(3, 3)
                total += tau
            favoured.append(int(np.argmax(top / (1 + total) @ w)))
            assert [c for _, c, _ in data["people"]] == [
                leader.competence for leader in model.leaders
            ]
        assert favoured[0] == issue.chosen
        assert data["truly"] == ([(0, *favoured)] if favoured[0] != favoured[1] else [])
        changed += favoured[0] != favoured[1]
        assert trust == "learned" or all(taken == 1 for _, _, taken in data["people"])
    assert changed > 0 or trust == "learned"  # by then most are known for what they are
