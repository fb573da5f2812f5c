"""What is true and known over time on the Mesa driver: drift, study, gaps, the status quo, and new
alternatives.

Chances are judged at a false alarm of 1e-6; what is exact must be exact.
"""

from __future__ import annotations

from copy import copy

import numpy as np
import pytest

from model.divided import DIVIDED, before_them, rounds_of
from model.tiny import PLAIN, Watched, play, tiny
from sim.draws import STUDY
from sim.parameters import parameters
from sim.world import issues as world

Z = 4.9
NUMBER = {**PLAIN["issues"]["matter"], "type": "estimate"}
NUMBER.pop("alternatives")

# -- drift
# -------------------------------------------------------------------------------------------------


def _paths(count, days, persistence, status_quo=False, facets=3):
    """Facet values of `count` issues, day by day: [issue, day, alternative x facet]."""
    paths = np.empty((count, days + 1, 2 * facets))
    for at in range(count):
        stream = world.issue_stream(*world.run_stream(7, 0), 99, at)
        theta, noise = [0.0] * (2 * facets), [0.0] * (2 * facets)
        world.truth(*stream, status_quo, facets, theta)
        paths[at, 0] = theta
        for day in range(1, days + 1):
            world.drift(*stream, day, status_quo, facets, persistence, noise, theta)
            paths[at, day] = theta
    return paths


@pytest.mark.parametrize("persistence", [0.5, 0.93])
def test_facets_move_as_an_ornstein_uhlenbeck_process(persistence):
    theta = _paths(1500, 4, persistence)
    n = theta.shape[0] * theta.shape[2]
    for day in range(5):
        mine = theta[:, day].ravel()
        assert abs(mine.mean()) < Z / np.sqrt(n) and abs((mine**2).mean() - 1) < Z * np.sqrt(2 / n)
    for lag in (1, 3):
        a, product = persistence**lag, (theta[:, 0] * theta[:, lag]).ravel()
        assert abs(product.mean() - a) < Z * np.sqrt((1 + a * a) / n)
    across = theta[:, 3, 0] * theta[:, 3, 4]
    assert abs(across.mean()) < Z / np.sqrt(len(across))


def test_drift_without_its_noise_would_be_noticed():
    faded = _paths(1500, 0, 0.5)[:, 0] * 0.5
    assert abs((faded**2).mean() - 1) > Z * np.sqrt(2 / faded.size)


class Days(Watched):
    """Keeps what was true, and what was known, of each unfinished issue at the beginning of each
    day."""

    def _begin_day(self, day):
        self.days = getattr(self, "days", {})
        before = {}
        for issue in self.unfinished.values():
            before[issue] = {i: copy(idea.values()) for i, idea in issue.ideas.items()}
        super()._begin_day(day)
        for issue in self.unfinished.values():
            after = {i: (idea.stage, copy(idea.values())) for i, idea in issue.ideas.items()}
            self.days[issue.stream, day] = (list(issue.theta), before[issue], after, issue.state)


def _days(changes):
    model = Days(tiny(changes))
    return model, model.run()


DRIFT = {**DIVIDED, "issues.matter.drift": "3d", "issues.matter.rate": "4/w"}


def test_a_half_life_is_the_time_in_which_half_is_forgotten():
    for drift, a in (("1d", 0.5), ("4h", 0.25), ("3d", 0.5 ** (1 / 3))):
        kinds = parameters(tiny({**DRIFT, "issues.matter.drift": drift})).kinds
        assert kinds.persistence[0] == pytest.approx(a, rel=1e-12)
    assert parameters(tiny(DIVIDED)).kinds.persistence[0] == 1


def test_truth_moves_alike_under_every_policy_while_the_matter_lasts():
    shared, _ = _days(DRIFT)
    alone, _ = _days(
        {**DRIFT, "power.rule": "autocratic", "issues.matter.study": 0.5, "power.gather": "3d"}
    )
    both = [key for key in shared.days if key in alone.days]
    assert len(both) > 40
    for key in both:
        assert shared.days[key][0] == alone.days[key][0]
    assert set(shared.days) != set(alone.days)


def _pooled_quality(model, issue, theta):
    """How near the number is that all first looks together give, under the true weights."""
    tau = {i: np.array(issue.precisions(model, i)) for i in issue.witnesses}
    pooled = sum(tau[i] * np.array(issue.ideas[i].values()) for i in tau) / (1 + sum(tau.values()))
    w = np.array(issue.weights)
    return 1 - (w @ pooled - w @ np.array(theta)) ** 2 / (w @ w)


@pytest.mark.parametrize("kind", ["choice", "status quo", "estimate"])
def test_a_decision_is_scored_by_what_is_true_when_it_takes_effect(kind):
    changes = {
        **DRIFT,
        "flow.down.open": 0.5,
        "issues.matter.affects": "all",
    }
    changes |= {"power.rule": "autocratic", "issues.matter.status_quo": kind == "status quo"}
    if kind == "estimate":
        only = {
            key: value
            for key, value in changes.items()
            if key not in ("issues.matter.alternatives",)
        }
        changes = {"issues.matter": NUMBER, **only}
        changes.pop("issues.matter.status_quo")
    model, outcome = _days(changes)
    moved = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        theta, noise = [0.0] * len(issue.theta), [0.0] * len(issue.theta)
        world.truth(*issue.stream, kind == "status quo", 6, theta)
        start = list(theta)
        for day in range(row["raised"] // 8 + 1, (row["raised"] + row["delay"]) // 8 + 1):
            world.drift(
                *issue.stream, day, kind == "status quo", 6, issue.kind.persistence, noise, theta
            )
        assert issue.theta == theta
        u = np.array(theta).reshape(-1, 6) @ np.array(issue.weights)
        if kind == "estimate":
            quality = 1 - (row["estimate"] - u[0]) ** 2 / np.sum(np.square(issue.weights))
            assert row["truth"] == pytest.approx(u[0])
            assert row["ceiling"] == pytest.approx(_pooled_quality(model, issue, start))
        else:
            quality = (u[row["chosen"]] - u.mean()) / (u.max() - u.mean())
            assert row["best"] == np.argmax(u)
        assert row["quality"] == pytest.approx(quality, abs=1e-9)
        moved += theta != start
        if kind == "status quo":
            assert theta[:6] == [0.0] * 6
    assert moved > 10


def test_issues_without_drift_stay_as_they_are():
    model, _ = _days({**DIVIDED, "issues.matter.study": 0.1})
    for issue in model.issues():
        theta = [0.0] * len(issue.theta)
        world.truth(*issue.stream, False, 6, theta)
        assert issue.theta == theta


# -- study
# -------------------------------------------------------------------------------------------------

STUDY_SOME = {
    **DIVIDED,
    "issues.matter.study": 0.5,
    "consensus.candour": 0.5,
    "consensus.limit": "4 rounds",
}
STUDY_SOME |= {"consensus.pause": "1d"}


@pytest.mark.parametrize(
    "extra", [{}, {"issues.matter.drift": "3d"}, {"issues.matter.status_quo": True}]
)
def test_a_day_of_study_is_one_more_look_at_what_is_true_that_day(extra):
    model, _ = _days({**STUDY_SOME, "issues.matter.witnesses": 3, **extra})
    issues, looks = {issue.stream: issue for issue in model.issues()}, 0
    for (stream, day), (theta, before, after, state) in model.days.items():
        if stream not in issues:
            continue
        issue = issues[stream]
        for i, old in before.items():
            stage, said = after[i]
            if state != 0:
                assert said == old
                continue
            noise = [0.0] * len(old)
            world.fill_normals(*stream, STUDY, day, model.numbers.key[i], 0, noise)
            tau = np.tile(issue.precisions(model, i), 4)
            look = np.array(theta) + np.array(noise) / np.sqrt(0.5 * tau)
            had, gained = tau * (1 + 0.5 * (stage - 1)), 0.5 * tau
            pooled = (had * np.array(old) + gained * look) / (had + gained)
            pooled[:6] = 0 if "issues.matter.status_quo" in extra else pooled[:6]
            assert said == pytest.approx(pooled, rel=1e-10, abs=1e-12)
            assert stage == day - issue.raised // model.numbers.day
            looks += 1
    assert looks > 60


def test_what_has_been_studied_counts_by_all_its_looks():
    model, _, _ = play(
        {**STUDY_SOME, "power.rule": "autocratic", "flow.up.open": 0, "power.gather": "5d"}
    )
    for note in model.of("decide"):
        issue = note.issue
        idea = issue.ideas[0]
        tau = np.array(issue.precisions(model, 0)) * (1 + 0.5 * idea.stage)
        worths = (tau / (1 + tau) * np.array(idea.values()).reshape(-1, 6)) @ np.array(
            issue.weights
        )
        assert idea.stage >= 5 and issue.chosen == np.argmax(worths)


class Told(Watched):
    """Notes after each round how long the ideas that each member has in mind or on the record have
    been studied."""

    def watch_round(self, issue, *data):
        super().watch_round(issue, *data)
        held = [before_them(self, i, issue) for i in issue.room]
        self.notes[-1].data["stages"] = [{i: copies[i].stage for i in copies} for copies in held]
        self.notes[-1].data["newest"] = {i: idea.stage for i, idea in issue.ideas.items()}


def test_forums_hear_again_what_has_been_studied_since():
    # Who leans differently does not come to one view of the same ideas, so the room meets day after
    # day.
    apart = {
        "consensus.candour": 1,
        "consensus.rule": "tolerance",
        "consensus.tolerance": 1e-6,
        "interests.strength": 0.5,
    }
    for study, again in ((0.5, True), (0, False)):
        model = Told(tiny({**STUDY_SOME, **apart, "issues.matter.study": study}))
        model.run()
        repeated = 0
        for issue in model.issues():
            for held in rounds_of(model, issue):
                said = sorted(originator for originator, _ in held["said"])
                assert said == (list(range(7)) if again or held["round"] == 1 else [])
                assert all(stages == held["newest"] for stages in held["stages"])
                repeated += held["round"] > 1
        assert repeated > 0


# -- how far the best leads
# --------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [0.05, 0.7])
@pytest.mark.parametrize("kind", ["choice", "approve", "status quo"])
def test_the_best_leads_by_exactly_the_gap_and_is_who_it_was(kind, gap):
    changes = {
        **DIVIDED,
        "issues.matter.rate": "8/w",
        "power.rule": "autocratic",
        "clock.horizon": "6w",
    }
    if kind == "approve":
        changes = {"issues.matter": {**NUMBER, "type": "approve"}, **changes}
        changes.pop("issues.matter.alternatives")
    elif kind == "status quo":
        changes["issues.matter.status_quo"] = True
    plain = {issue.stream: issue for issue in play(changes).model.issues()}
    bests = set()
    for issue in play({**changes, "issues.matter.gap": gap}).model.issues():
        u = np.array(issue.theta).reshape(-1, 6) @ np.array(issue.weights)
        ranked, before = np.sort(u), plain[issue.stream]
        assert ranked[-1] - ranked[-2] == pytest.approx(gap, abs=1e-12)
        assert issue.best == before.best == np.argmax(u)
        # What moves, moves alike: the others keep their distances, and a status quo stays worth
        # nothing.
        moved = u - np.array(before.worths)
        still = 0 if kind != "choice" and issue.best == 0 else None
        others = [m for m in range(len(u)) if m != issue.best]
        assert np.ptp(moved[others]) < 1e-12
        assert abs(moved[issue.best if still == 0 else others[0]]) < 1e-12
        if kind != "choice":
            assert issue.theta[:6] == [0.0] * 6
        bests.add(issue.best == 0)
    assert bests == {False, True}


def test_everybody_knows_what_it_is_worth_to_leave_things_as_they_are():
    model, _, _ = play(
        {**DIVIDED, "issues.matter.status_quo": True, "flow.up.open": 0.5, "flow.up.distortion": 0}
    )
    for issue in model.issues():
        assert issue.worths[0] == 0
        for i in issue.witnesses:
            assert issue.ideas[i].values()[:6] == [0.0] * 6 and issue.ideas[i].values()[6] != 0
        for held in rounds_of(model, issue):
            assert np.all(np.array(held["positions"]).reshape(7, 4)[:, 0] == 0)


# -- new alternatives
# --------------------------------------------------------------------------------------

INVENT = {**DIVIDED, "issues.matter.invent": 0.4, "issues.matter.rate": "8/w"}


def test_a_share_of_the_witnesses_has_an_alternative_of_its_own():
    model, outcome, _ = play(INVENT)
    inventors, witnesses = 0, 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        inventors, witnesses = inventors + len(issue.inventors), witnesses + len(issue.witnesses)
        assert row["alternatives"] == len(issue.worths) == 4 + len(issue.inventors)
        assert set(issue.inventors) <= set(issue.witnesses) and issue.inventors == sorted(
            issue.inventors
        )
        for i in issue.witnesses:
            assert len(issue.ideas[i].values()) == 6 * (4 + (i in issue.inventors))
    assert abs(inventors / witnesses - 0.4) < Z * np.sqrt(0.24 / witnesses)


def test_quality_and_ceiling_are_of_all_alternatives_there_are():
    model, outcome, _ = play(INVENT)
    beyond = 0
    for issue, row in zip(model.issues(), outcome.decisions, strict=True):
        w = np.array(issue.weights)
        u = np.array(issue.theta).reshape(-1, 6) @ w
        quality = (u - u.mean()) / (u.max() - u.mean())
        assert row["quality"] == pytest.approx(quality[row["chosen"]]) and row["best"] == np.argmax(
            u
        )
        tau = {i: np.array(issue.precisions(model, i)) for i in issue.witnesses}
        said = {i: np.array(issue.ideas[i].values()).reshape(-1, 6) for i in issue.witnesses}
        pooled = sum(tau[i] * said[i][:4] for i in tau) / (1 + sum(tau.values()))
        own = [tau[i] / (1 + tau[i]) * said[i][4] for i in issue.inventors]
        all_known = np.vstack([pooled, *own]) @ w
        assert row["ceiling"] == pytest.approx(quality[np.argmax(all_known)])
        beyond += np.argmax(all_known) >= 4
    assert beyond > 5


def test_one_voice_chooses_only_what_it_has_heard_of():
    alone = {**INVENT, "power.rule": "autocratic", "issues.matter.invent": 0.9}
    closed, _, _ = play({**alone, "flow.up.open": 0})
    opened, _, _ = play({**alone, "flow.up.open": 1})
    mine = [issue.inventors[issue.chosen - 4] for issue in closed.issues() if issue.chosen >= 4]
    anyones = {issue.inventors[issue.chosen - 4] for issue in opened.issues() if issue.chosen >= 4}
    assert len(mine) > 3 and set(mine) == {0} and len(anyones) > 3


@pytest.mark.parametrize("rule", ["shared", "vote", "emergent"])
def test_a_room_chooses_only_what_all_in_it_have_heard_of(rule):
    silent, _, _ = play({**INVENT, "power.rule": rule, "consensus.fallback": "majority"})
    assert all(issue.chosen < 4 for issue in silent.issues()) and any(
        issue.inventors for issue in silent.issues()
    )
    # Who decides by authority may choose what it alone has thought of.
    model, _, _ = play({**INVENT, "power.rule": rule})
    assert {issue.inventors[issue.chosen - 4] for issue in model.issues() if issue.chosen >= 4} == {
        0
    }
    model, _, _ = play(
        {**INVENT, "power.rule": rule, "consensus.candour": 0.4, "consensus.limit": "3 rounds"}
    )
    new, unheard = 0, 0
    for issue in model.issues():
        heard = set()
        for held in rounds_of(model, issue):
            heard |= {originator for originator, _ in held["said"]}
            if held["choice"] >= 4:
                assert issue.inventors[held["choice"] - 4] in heard
                new += 1
            positions = np.array(held["positions"]).reshape(7, -1)
            for m, inventor in enumerate(issue.inventors, 4):
                assert np.all(positions[:, m] > -100) == (inventor in heard)
                unheard += inventor not in heard
    assert new > 5 and unheard > 5


@pytest.mark.parametrize("status_quo", [False, True])
def test_a_status_quo_is_one_of_the_alternatives(status_quo):
    model, outcome, _ = play(
        {"issues.matter.alternatives": 4, "issues.matter.status_quo": status_quo}
    )
    assert set(outcome.decisions["alternatives"].tolist()) == {4}
    for issue in model.issues():
        assert (
            len(issue.worths) == 4
            and (issue.worths[0] == 0.0) == status_quo
            and 0.0 not in issue.worths[1:]
        )
