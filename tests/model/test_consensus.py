"""Tolerance, consent, confidence, given influence and bounded confidence, round by round against
numpy and scipy."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest
from drivers.outcomes import differences
from scipy import stats

from model.divided import DIVIDED, before_them, rounds_of
from model.tiny import PLAIN, Watched, play, tiny
from sim import agents, theory
from sim.agents import rounds
from sim.outcome import CLOSED_BY
from sim.parameters import parameters
from sim.scenario import Scenario

AGREEMENT = CLOSED_BY.index("agreement")
NUMBER = {**PLAIN["issues"]["matter"], "type": "estimate"}
NUMBER.pop("alternatives")
# Rooms of seven talk and move one another for up to six rounds.
TALKING = {
    **DIVIDED,
    "consensus.candour": 0.2,
    "consensus.susceptibility": 0.6,
    "consensus.limit": "6 rounds",
}
TALKING |= {"issues.matter.rate": "5/w"}
ESTIMATING = {key: value for key, value in TALKING.items() if key != "issues.matter.alternatives"}
ESTIMATING = {"issues.matter": NUMBER, **ESTIMATING}


def _z(held):
    return np.array(held["positions"]).reshape(len(held["voiced"]), -1)


def _scale(issue):
    return np.linalg.norm(issue.weights)


# -- tolerance
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [TALKING, ESTIMATING], ids=["choice", "estimate"])
def test_a_room_agrees_when_no_two_positions_are_further_apart_than_the_tolerance(setting):
    model, outcome, _ = play({**setting, "consensus.rule": "tolerance", "consensus.tolerance": 0.4})
    ends = {True: 0, False: 0}
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        rounds = rounds_of(model, issue)
        for held in rounds:
            z = _z(held)[np.array(held["voiced"]) == 1]
            assert held["agreed"] == (
                np.max(z.max(axis=0) - z.min(axis=0)) <= 0.4 * _scale(issue) + 1e-12
            )
            ends[held["agreed"]] += 1
        assert (row["closed_by"] == AGREEMENT) == rounds[-1]["agreed"] and row["rounds"] == len(
            rounds
        )
    assert min(ends.values()) > 5


# -- consent
# -----------------------------------------------------------------------------------------------


def _consent(issue, weights, z, bound):
    """The proposal, amended where somebody objects, and whether anybody still does."""
    if z.shape[1] == 1:
        number = weights @ z[:, 0]
        if np.max(np.abs(z - number)) > bound:
            number = 0.5 * (z.min() + z.max())
        return number, np.max(np.abs(z - number)) <= bound
    worst = (z.max(axis=1, keepdims=True) - z).max(axis=0)
    choice = np.argmax(weights @ z)
    if worst[choice] > bound:
        choice = np.argmin(worst)
    return choice, worst[choice] <= bound


def _consenting(setting):
    """How often a room agreed at once, agreed on an amendment, and did not agree; every round as
    numpy says."""
    model, _, _ = play(
        {
            **setting,
            "consensus.rule": "consent",
            "consensus.objection": 0.3,
            "power.voice": "expertise",
        }
    )
    amended, ends = 0, {True: 0, False: 0}
    for issue in model.issues():
        for held in rounds_of(model, issue):
            z, weights = _z(held), np.array(issue.weights_in_room)
            assert all(held["voiced"])
            proposed, agreed = _consent(issue, weights, z, 0.3 * _scale(issue))
            result = held["number"] if issue.is_estimate else held["choice"]
            assert result == pytest.approx(proposed, abs=1e-12) and held["agreed"] == agreed
            plain = weights @ z[:, 0] if issue.is_estimate else np.argmax(weights @ z)
            amended += agreed and abs(plain - proposed) > 1e-9
            ends[held["agreed"]] += 1
    return amended, ends


@pytest.mark.parametrize("setting", [TALKING, ESTIMATING], ids=["choice", "estimate"])
def test_a_room_consents_when_nobody_believes_to_lose_much_and_amends_where_somebody_does(setting):
    amended, ends = _consenting(setting)
    assert amended > 0 and min(ends.values()) > 5


def test_a_room_that_never_amended_would_be_noticed(monkeypatch):
    monkeypatch.setattr(rounds, "_amend", lambda issue, counted, choice, number: (choice, number))
    with pytest.raises(AssertionError):
        _consenting(TALKING)


# -- confidence
# --------------------------------------------------------------------------------------------


class Sure(Watched):
    """Works out by numpy, at the end of each round, how sure the room may be of its proposal."""

    def watch_round(self, issue, said, choice, number, share, needed):
        super().watch_round(issue, said, choice, number, share, needed)
        if any(issue.voiced):
            self.notes[-1].data["odds"] = _odds(self, issue, choice, number)
            self.notes[-1].data["copies"] = list(_common_copies(self, issue).values())


def _common_copies(model, issue):
    """The ideas that all with a position have in mind or on the record; of differing copies that
    of least study, then of fewest hops."""
    members = [i for p, i in enumerate(issue.room) if issue.voiced[p] and issue.present[p]]
    held = [before_them(model, i, issue) for i in members]
    common = set.intersection(*(set(copies) for copies in held))
    return {
        i: min((copies[i] for copies in held), key=lambda idea: (idea.stage, idea.hops))
        for i in common
    }


def _odds(model, issue, choice, number):
    kind, base = issue.kind, issue.kind.alternatives
    pi = np.array(issue.weights_in_room) * np.array(issue.voiced) * np.array(issue.present)
    weights = pi @ np.array([model.leaders[i].beliefs(issue) for i in issue.room]) / pi.sum()
    prior = 0.0 if kind.gap > 0 else 1.0
    top, total = np.zeros((base, len(weights))), np.zeros(len(weights))
    means, variances = [], []
    for originator, idea in _common_copies(model, issue).items():
        tau = 1 / (
            1 / (np.array(issue.precisions(model, originator)) * (1 + kind.study * idea.stage))
            + idea.variance
        )
        said = np.array(idea.values()).reshape(-1, len(weights))
        top += tau * said[:base]
        total += tau
    known = np.maximum(prior + total, 1e-300)  # without a word or a prior, nothing is known at all
    means = list((top / known) @ weights)
    variances = [float(weights**2 @ (1 / known))] * base
    if issue.is_estimate:
        spread, tolerance = np.sqrt(variances[0]), kind.tolerance * _scale(issue)
        inside = stats.norm.cdf(number + tolerance, means[0], spread) - stats.norm.cdf(
            number - tolerance, means[0], spread
        )
        return np.log(inside / (1 - inside))
    if kind.status_quo:
        means[0] = variances[0] = 0.0
    rivals = [m for m in range(base) if m != choice]
    gains = [(means[choice] - means[m], variances[choice] + variances[m]) for m in rivals]
    if kind.gap > 0:
        return min(2 * kind.gap * gain / variance for gain, variance in gains)
    z = [gain / np.sqrt(variance) for gain, variance in gains]
    return min(stats.norm.logcdf(x) - stats.norm.logsf(x) for x in z)


SURE = {
    "consensus.rule": "confidence",
    "consensus.confidence": 0.8,
    "flow.up.open": 0.5,
    "flow.up.distortion": 0.5,
}
SURE |= {"issues.matter.study": 0.3, "issues.matter.witnesses": 4, "power.voice": "expertise"}
SURE |= {"direction.shifts": "4/mo", "consensus.candour": 0.5}


@pytest.mark.parametrize(
    ("setting", "changes"),
    [
        (TALKING, {}),
        (TALKING, {"issues.matter.status_quo": True}),
        (TALKING, {"issues.matter.gap": 0.2}),
        (ESTIMATING, {"consensus.tolerance": 0.7}),
    ],
    ids=["choice", "status quo", "gap", "estimate"],
)
def test_a_room_is_confident_when_the_posterior_odds_pass_the_bound(setting, changes):
    model = Sure(tiny({**setting, **SURE, **changes}))
    rows = model.run().decisions
    bound, ends = np.log(0.8 / 0.2), {True: 0, False: 0}
    for note in model.of("round"):
        assert note.data["agreed"] == (note.data.get("odds", -np.inf) >= bound)
        assert abs(note.data["odds"] - bound) > 1e-6
        ends[note.data["agreed"]] += 1
    assert min(ends.values()) > 5 and np.sum(rows["closed_by"] == AGREEMENT) > 5


def test_with_a_known_gap_it_is_walds_likelihood_ratio_of_all_that_was_seen():
    """One facet, ideas unretold: the log likelihood of each look under +gap, less that under
    -gap."""
    changes = {
        **TALKING,
        **SURE,
        "perspective.facets": 1,
        "issues.matter.alternatives": 2,
        "issues.matter.gap": 0.4,
    }
    changes |= {
        "perspective.breadth": "inf",
        "perspective.acuity": 0.8,
        "flow.up.open": 0,
        "consensus.confidence": 0.9,
    }
    model = Sure(tiny(changes))
    model.run()
    ends = {True: 0, False: 0}
    for note in model.of("round"):
        held, ratio = note.data, 0.0
        for idea in held["copies"]:
            ratio += _look_ratio(idea, held["choice"], 0.8)
        assert held["odds"] == pytest.approx(ratio, rel=1e-9)
        assert held["agreed"] == (ratio >= np.log(9) - 1e-12)
        ends[held["agreed"]] += 1
    assert min(ends.values()) > 5


def _look_ratio(idea, choice, tau):
    """Log likelihood ratio of one idea: all its looks together have precision tau (1 + 0.3
    stage)."""
    y = idea.values()
    precision = tau * (1 + 0.3 * idea.stage)
    spread = np.sqrt(2 / precision)
    return stats.norm.logpdf(y[choice] - y[1 - choice], 0.4, spread) - stats.norm.logpdf(
        y[choice] - y[1 - choice], -0.4, spread
    )


def test_what_nobody_says_makes_no_room_confident():
    """Everybody has an idea of its own, and keeps it."""
    silent = {"flow.up.open": 0, "issues.matter.witnesses": "all", "consensus.candour": 0}
    _, outcome, _ = play({**TALKING, **SURE, **silent})
    assert len(outcome.decisions) > 20 and not np.any(outcome.decisions["closed_by"] == AGREEMENT)


@pytest.mark.parametrize("rule", ["shared", "vote"])
def test_judges_are_confident_by_how_many_more_judge_so(rule):
    changes = {
        **TALKING,
        "issues.matter.accuracy": 0.7,
        "issues.matter.alternatives": 2,
        "power.rule": rule,
    }
    changes |= {"consensus.rule": "confidence", "consensus.confidence": 0.85}
    model, outcome, _ = play(changes)
    margins = set()
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        first = rounds_of(model, issue)[0]
        margin = 2 * first["preferred"].count(first["choice"]) - 7
        posterior = 1 / (1 + (0.3 / 0.7) ** margin)
        assert first["agreed"] == (posterior >= 0.85) and (row["rounds"] == 1) == first["agreed"]
        margins.add(margin)
    assert {1, 3} <= margins


# -- influence given outright
# ------------------------------------------------------------------------------


def _matrix(n, seed=3):
    rng = np.random.default_rng(seed)
    matrix = rng.random((n, n)) * (rng.random((n, n)) < 0.8) + 0.01 * np.eye(n)
    return matrix / matrix.sum(axis=1, keepdims=True)


def _given(changes):
    G = _matrix(7)
    setting = {
        **ESTIMATING,
        "consensus.candour": 0,
        "consensus.rule": "tolerance",
        "consensus.tolerance": 1e-6,
    }
    model = Attended(tiny({**setting, "consensus.G": G.tolist(), **changes}))
    model.run()
    return model, G


class Attended(Watched):
    """Notes who was present in each round."""

    def watch_round(self, issue, *data):
        super().watch_round(issue, *data)
        self.notes[-1].data["present"] = list(issue.present)


@pytest.mark.parametrize("susceptibility", [1.0, 0.6])
def test_positions_move_by_the_given_matrix_over_those_who_are_there(susceptibility):
    away = {"work.away": 0.3, "power.forum.quorum": 0.5, "consensus.susceptibility": susceptibility}
    model, G = _given(away)
    partial = 0
    for issue in model.issues():
        z, voiced = np.full(7, np.nan), np.zeros(7, bool)
        for held in rounds_of(model, issue):
            assessments = np.array([assessment[0] for assessment in held["own"]])
            there = np.array(held["present"]) == 1
            shown = np.where(voiced, z, assessments)
            trusted = G[:, there] / G[:, there].sum(axis=1, keepdims=True)
            moved = (1 - susceptibility) * assessments + susceptibility * trusted @ shown[there]
            z = np.where(there, assessments if held["round"] == 1 else moved, z)
            voiced |= there
            assert np.array(held["positions"])[voiced] == pytest.approx(z[voiced], abs=1e-12)
            partial += held["round"] > 1 and not there.all()
    assert partial > 20


def test_a_given_matrix_alone_is_degroots():
    model, G = _given({"consensus.susceptibility": 1, "power.forum.quorum": 1})
    seen = 0
    for issue in model.issues():
        rounds = rounds_of(model, issue)
        start = rounds[0]["positions"]
        for at, held in enumerate(rounds):
            assert held["positions"] == pytest.approx(theory.degroot(G, start, at), abs=1e-12)
            seen += at > 3
    assert seen > 20


PEOPLE = {"ada": "", "bo": "ada", "cy": "ada", "di": "bo", "ed": "bo", "flo": "cy", "gus": "cy"}


def _people(folder, order):
    """The same people and the same trust among them, whatever the order of the file's rows."""
    folder.mkdir()
    with (folder / "people.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("id", "manager_id"), *((name, PEOPLE[name]) for name in order)]
        )
    names, G = list(PEOPLE), _matrix(7)
    places = [names.index(name) for name in order]
    mapping = {
        "name": "people",
        "clock": {"horizon": "8w", "warmup": "0d"},
        "stream": {"people": "people.csv"},
        "direction": {"source": "level-0"},
        "issues": {
            "matter": {"rate": "4/w", "decided_at": "level-0", "witnesses": 5, "affects": "all"}
        },
        "power": {"rule": "rotating", "forum": {"choose": "influence"}},
        "consensus": {
            "rule": "unanimity",
            "susceptibility": 1,
            "G": G[np.ix_(places, places)].tolist(),
        },
        "influence": {"rule": "reflected"},
    }
    return parameters(Scenario.from_dict(mapping, folder=folder))


def test_the_rows_of_a_given_matrix_stand_in_the_order_of_the_file(tmp_path):
    order = ["gus", "ada", "flo", "bo", "di", "cy", "ed"]
    one, other = _people(tmp_path / "one", list(PEOPLE)), _people(tmp_path / "other", order)
    assert np.array_equal(one.numbers.given, other.numbers.given)
    at = [one.structure.id.index(name) for name in PEOPLE]
    assert one.numbers.given[0][np.ix_(at, at)] == pytest.approx(_matrix(7))
    first, second = agents.simulate(one, 0), agents.simulate(other, 0)
    assert len(first.decisions) > 20 and differences(first, second) == ""


# -- bounded confidence
# ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", [0.0, 0.3, 0.8, 50.0])
def test_bounded_confidence_is_that_of_hegselmann_and_krause(bound):
    setting = {
        **ESTIMATING,
        "consensus.candour": 0,
        "consensus.rule": "tolerance",
        "consensus.tolerance": 1e-6,
    }
    setting |= {"consensus.susceptibility": 1, "consensus.G": np.full((7, 7), 1 / 7).tolist()}
    model, _, _ = play({**setting, "consensus.confidence_bound": bound})
    moved = 0
    for issue in model.issues():
        rounds = rounds_of(model, issue)
        for at, held in enumerate(rounds):
            exact = theory.bounded_confidence(rounds[0]["positions"], bound * _scale(issue), at)
            assert held["positions"] == pytest.approx(exact, abs=1e-9)
            moved += at > 0 and not np.allclose(held["positions"], rounds[0]["positions"])
    assert (moved == 0) == (bound == 0.0)


def test_only_those_who_are_near_on_every_alternative_move_one_another():
    setting = {**TALKING, "consensus.candour": 0, "consensus.susceptibility": 1}
    model, _, _ = play(
        {**setting, "consensus.G": _matrix(7).tolist(), "consensus.confidence_bound": 0.8}
    )
    G, far = _matrix(7), 0
    for issue in model.issues():
        rounds = rounds_of(model, issue)
        for before, after in pairwise(rounds):
            z = _z(before)
            near = np.abs(z[:, None, :] - z[None, :, :]).max(axis=2) <= 0.8 * _scale(issue)
            trusted = G * near
            trusted /= trusted.sum(axis=1, keepdims=True)
            assert _z(after) == pytest.approx(trusted @ z, abs=1e-12)
            far += not near.all()
    assert far > 10
