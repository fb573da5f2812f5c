"""Every rule gives the same bytes plain and compiled, on random inputs: one compiled wrapper a
family."""

from __future__ import annotations

import numpy as np
import pytest

from sim import arithmetic
from sim.compiler import entry_point
from sim.rules import (
    closing,
    confidence,
    consensus,
    engagement,
    evidence,
    flow,
    influence,
    meeting,
    outcomes,
    perspective,
    persuasion,
    power,
    screening,
    work,
)
from sim.rules.evidence import HIDDEN
from sim.world import issues, witnesses
from sim.world.witnesses import accountable_for, next_hop, present_from

ROWS = 300
NUMBERS = 24  # uniforms a row
FLAGS = 8  # small whole numbers a row
RESULTS = 16

# A tree: 1 and 2 below 0, 3 and 4 below 1, 5 below 2; a second root 6 with 7 below it.
MANAGER = (-1, 0, 0, 1, 1, 2, -1, 6)
POSITION = (0, 1, 1, 2, 2, 2, 0, 2)
ENTER = (0, 1, 4, 2, 3, 5, 6, 7)
LEAVE = (6, 4, 6, 3, 4, 6, 8, 8)
KEYS = (11, 5, 900, 7, 8, 31, 2, 77)
UNITS = (0, 1, 4)
PLACES, STARTS, PLACE_OF = (0, 6, 1, 2, 3, 4, 5, 7), (0, 2, 4, 8), (0, 2, 3, 4, 5, 6, 1, 7)
UNIT_OF = (0, 1, 2, 1, 1, 2, 0, 3)
CHANNEL_FROM, CHANNEL_TO = (0, 2, 4, 5, 6, 6, 6, 7, 7), (1, 2, 0, 3, 0, 1, 7)


# Each wrapper reads a row of uniforms x and one of whole numbers f (0 or 1), uses the vectors a and
# c (three entries), b (two) and d (six) as room, and writes what the rules answer into out.


def _evidence(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, o = x[i], out[i]
        o[0] = evidence.idea_value(row[0] - 0.5, row[1] * 9.0 + 1e-9, row[2] * 4.0 - 2.0)
        o[1] = evidence.retold_value(row[0], row[1], row[2] - 0.5)
        o[2] = evidence.retold_precision(row[3] * 5.0 + 1e-9, row[4] * f[i][0])
        o[3] = 1.0 if evidence.better_copy(f[i][0], f[i][1], f[i][2], f[i][3]) else 0.0
        for at in range(6):
            d[at] = row[at] - 0.5
        for at in range(3):
            a[at] = row[6 + at]
        evidence.pool(
            row[9:15], row[15:18], evidence.grown(row[12], f[i][4]), row[18] * f[i][2], 1.0, d, a
        )
        evidence.assess(d, a, row[19:22], 1.0 + row[5] * f[i][6], b)
        o[4], o[5] = b[0], b[1]
        o[6], o[7], o[8] = a[0], a[1], a[2]
        for at in range(3):
            c[at] = 1.0 * f[i][at]
        o[9] = evidence.leading(c, row[0:3])
        evidence.judgement(row[22], row[23], f[i][0], b)
        o[10], o[11] = b[0], b[1]
        o[12] = evidence.studied_value(
            row[0], 1.0 + row[1], row[2] + 0.1, row[3], row[4] + 0.1, row[5]
        ) + evidence.bearing(row[0:3], row[3:6], 1.0 + row[6], row[7] * f[i][7])
        o[13] = evidence.assess_alone(
            row[0:6], 3, row[6:9], 1.0 + row[9], row[10] * f[i][5], 1.0, row[11:14]
        )
        evidence.hide(c, f[i][0:3])
        o[14] = c[0] + c[2]
        o[15] = evidence.leading_from(1, c, row[0:3])


def _perspective(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, o = x[i], out[i]
        o[0] = perspective.precision(row[0] * 5.0, row[1], row[2], row[3] + 0.01)
        o[1] = perspective.local_precision(o[0], f[i][0] - f[i][1], f[i][2], row[4])
        perspective.true_weights(row[5:8], row[8:11], a)
        perspective.believed_weights(row[18:21], row[5:8], row[12:15], row[8:11], row[21:24], c)
        o[2], o[3], o[4] = a[0], c[0], c[2]
        o[5] = perspective.alignment(c, a)
        o[6] = perspective.relevance(a, row[15:18])


def _rooms(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, whole, o = x[i], f[i], out[i]
        power.decision_weights(whole[0] + whole[1], row[3:6], row[6], a)
        o[0], o[1] = a[0], a[2]
        power.weighted_positions(row[7:16], whole[0:3], a, c)
        o[2], o[3] = c[0], c[2]
        o[4] = power.weighted_median(row[7:10], whole[0:3], a)
        o[5] = power.proposal(True, row[7:16], whole[0:3], whole[3:6], a, row[16:19], whole[5:8], c)
        o[6] = power.proposal(
            False, row[7:16], whole[0:3], whole[3:6], a, row[16:19], whole[5:8], c
        )
        o[7] = power.proposed_number(False, row[7:10], whole[0:3], a, d[0:1])
        o[8] = power.proposed_number(True, row[7:10], whole[0:3], a, d[0:1])
        o[9] = consensus.support(whole[3:6], whole[0:3])
        o[10] = consensus.dissent(whole[3:6], whole[0:3])
        rule = whole[6] + 2 * whole[7]
        o[11] = consensus.needed(rule, row[19])
        o[12] = 1.0 if consensus.reached(rule, 0.5 + row[19] / 2, o[9], o[10]) else 0.0
        o[13] = (
            1.0 if consensus.agrees(whole[0], row[0], whole[1] - whole[2], row[1], row[2]) else 0.0
        )
        # One member may not have heard of the second alternative.
        row[10] = HIDDEN if whole[6] else row[10]
        persuasion.trust(whole[0] + whole[1], a, whole[0:3], whole[3:6], row[20], row[21], c)
        o[14] = persuasion.persuaded(row[22], row[23], c, row[7:16], whole[0:3], 3, 1)
        o[15] = c[1]


def _time(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, whole, o = x[i], f[i], out[i]
        openness = 0.05 + 0.95 * row[1] if whole[0] else 1.0
        o[0] = 1.0 if flow.passes(row[0], openness) else 0.0
        o[1] = flow.hop_ticks(row[0] * openness, openness, row[2] * 9.0 * whole[1])
        o[2] = flow.kept_fidelity(row[3], row[4])
        o[3] = meeting.allowed_start(int(row[5] * 50), 1 + int(row[6] * 3), 8, int(row[7] * 5))
        o[4] = meeting.free_start(int(row[5] * 5), 1 + int(row[6] * 3), whole[0:4], whole[4:8], 4)
        o[5] = (
            1.0
            if meeting.another_round(whole[0], whole[1], whole[2], whole[3], whole[4] + 1, whole[5])
            else 0.0
        )
        o[6] = work.backlog_after(row[8] * 9.0, row[9], row[10], int(row[11] * 20))
        o[6] += work.rework(row[8] * 9.0, row[9] * 8.0, row[10] - 0.3, row[11])
        o[7] = float(work.reading_units(1 + int(row[11] * 20)))
        a[0], a[1], a[2] = row[12], row[12] + row[13], row[12] + row[13] + row[14]
        o[7] += work.gini(a)
        o[8] = outcomes.worth(row[0:6], row[6:9], whole[0])
        o[9] = outcomes.choice_quality(row[0:3], whole[0] + whole[1])
        o[10] = outcomes.estimate_quality(row[0], row[1], row[2:5])
        o[11] = outcomes.commitment(
            row[0],
            row[1],
            whole[0] > 0,
            outcomes.own_say(row[2], 3),
            row[3],
            row[4] / 2.0,
            row[5] / 2.0,
            row[6] if whole[1] else 1.0,
        )
        o[12] = outcomes.decision_value(
            row[0], row[1] - 0.3, row[2], row[3] * 100.0, 0.1 + row[4] * 50.0
        )
        o[13] = meeting.quorum_of(1 + int(row[15] * 9), row[16])
        o[13] += 100.0 * meeting.speaking_seat(row[16], whole[0:4])
        o[5] += outcomes.net_value(row[0] - 0.5, row[1], row[2] * 50.0)
        o[6] += outcomes.share_unsaid(whole[0] + whole[1], 2 + whole[2])
        o[14] = engagement.after_decision(row[17], whole[6] > 0, row[18], row[19])
        o[14] += engagement.effect_of(row[17], row[18] * whole[7])
        o[15] = engagement.after_day(row[17], row[20], row[21] * 2.0, row[22], row[23])


def _agreement(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, whole, o = x[i], f[i], out[i]
        o[0] = consensus.disagreement(row[0:9], whole[0:3], 3)
        o[1] = consensus.believed_loss(
            row[0:9], whole[0] + whole[1], 3, whole[2] - whole[3], row[9]
        )
        o[2] = consensus.strongest_objection(row[0:9], whole[0:3], 3, whole[3], 0.0)
        o[3] = consensus.amended(row[0:9], whole[0:3], 3, row[10:13], c)
        o[4] = consensus.midrange(row[0:3], whole[0:3])
        for at in range(6):
            d[at] = row[13 + at]
        o[5] = confidence.worth_mean(d, row[0:3], row[3:6], whole[4], 1.0 * whole[5])
        o[6] = confidence.worth_variance(row[0:3], row[3:6], 1.0 * whole[5])
        o[7] = confidence.odds_against_rival(row[6] - 0.5, row[7], row[8] * whole[6])
        o[8] = confidence.odds_of_judgements(whole[0], whole[1], row[9])
        o[9] = confidence.odds_within(row[10] - 0.5, row[11] + 0.01, row[12] - 0.5, row[13] + 0.01)
        o[10] = 1.0 if confidence.confident(row[14] * 4.0, 0.5 + row[15] * 0.49) else 0.0
        o[11] = (
            1.0
            if screening.approves(row[0:3], whole[0] + whole[1], whole[2] > 0, row[3:6])
            else 0.0
        )
        o[12] = screening.best_proposal(row[0:3], whole[2] > 0, row[3:6])
        o[13] = 1.0 if screening.settled(whole[3] > 0, whole[4] > 0, whole[5] > 0) else 0.0
        row[1] = HIDDEN if whole[7] else row[1]
        o[14] = (
            1.0
            if persuasion.within_confidence(row[0:9], 3, 0, 1 + whole[6], row[16] - 0.2)
            else 0.0
        )
        persuasion.given_trust(whole[0], row[17:20], whole[1:3], whole[3:5], row[20] - 0.5, b)
        o[15] = b[0] + 2.0 * b[1]


def _standing(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, whole, o = x[i], f[i], out[i]
        o[0] = power.rotating_chair(whole[0] + whole[1], 1 + whole[2], whole[3:6])
        o[1] = power.emergent_chair(row[0:3], row[3:6], whole[0:3])
        o[2] = power.evidence_spread(row[6:9], row[9:12], row[12:15])
        o[3] = power.contingent_on(whole[0] > 0, whole[1] > 0, whole[2] > 0, 1, 2, 3, 4)
        o[4] = 1.0 if power.deliberates(whole[0] * 4 + whole[1] + 2 * whole[2]) else 0.0
        o[5] = influence.choice_loss(row[0:3], whole[0] + whole[1])
        o[6] = influence.estimate_loss(row[0], row[1], row[2] + 0.01)
        o[7] = influence.merited(row[3], row[4], row[5])
        for at in range(3):
            a[at] = row[6 + at] + 0.1
        influence.settle(a, row[9])
        o[8] = a[1]
        for at in range(4):
            d[at] = row[10 + 2 * (at // 2)] if at % 2 == 0 else 1.0 - row[10 + 2 * (at // 2)]
        influence.centrality(d, 2, a, b)
        o[9] = b[0]
        for at in range(3):
            a[at] = row[14 + at] / (row[14] + row[15] + row[16])
        influence.reflected(row[17:20], a)
        o[10] = a[2]
        o[11] = arithmetic.normal_cdf(row[20] * 20.0 - 10.0)


def _world(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, whole, o = x[i], f[i], out[i]
        k0, k1 = issues.run_stream(int(row[0] * 9e18), i)
        k0, k1 = issues.issue_stream(k0, k1, int(row[1] * 4e9), i)
        o[0] = float(k0)
        o[1] = issues.arrival_gap(k0, k1, 3, i, 0.1) + issues.shift_gap(k0, k1, i, 0.2)
        issues.direction(k0, k1, i, a)
        issues.salience(k0, k1, c)
        issues.leanings(k0, k1, 7, row[1], 9, row[2], d, c)
        o[2], o[3] = a[0], c[1] + issues.competence(k0, k1, 9, row[1])
        issues.truth(k0, k1, whole[0] > 0, 3, d)
        o[4] = d[0] + d[4]
        issues.tie_draws(k0, k1, c)
        o[5] = c[2]
        own = 2 if whole[3] else -1
        issues.sense(k0, k1, 77, whole[0] > 0, row[2:11], own, row[8:11], d)
        o[6] = d[1] + d[5]
        issues.study_day(
            k0, k1, 5, i, whole[0] > 0, row[2:11], own, row[8:11], 1.5, row[11] + 0.1, row[18:24], d
        )
        o[10] = d[2] + d[4]
        issues.drift(k0, k1, i, whole[0] > 0, 3, row[12], row[18:24], d)
        o[11] = d[1] + d[3]
        issues.lead_by(d, 3, row[13:15], whole[0] > 0, row[15])
        o[12] = d[0] - d[5]
        o[13] = 1.0 if issues.invents(k0, k1, 9, row[16]) else 0.0
        o[14] = present_from(k0, k1, 4, int(row[17] * 99), 8, row[12] * 0.9)
        issues.judge(k0, k1, 5, row[2], whole[1], b)
        o[7] = b[0]
        o[8] = issues.origin(k0, k1, whole[2] - 1, whole[0:8], PLACES, STARTS)
        issues.facet_units(k0, k1, whole[0], whole[1] * 3, whole[5:8], UNITS, whole)
        o[9] = whole[0] + 10.0 * whole[1] + 100.0 * whole[2]


def _lines(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, whole, o = x[i], f[i], out[i]
        o[0] = accountable_for(int(row[8] * 8), int(row[9] * 3) - 1, MANAGER, POSITION)
        o[1] = next_hop(int(row[12] * 7), 7, MANAGER, ENTER, LEAVE)
        o[2] = next_hop(6, int(row[10] * 6), MANAGER, ENTER, LEAVE)
        count = witnesses.choose_witnesses(
            7, i, 0, whole[0], 2 + int(row[11] * 4), KEYS, PLACES, 0, 8, row[0:8], whole, row[13:21]
        )
        o[3] = count
        for at in range(count):
            o[4 + at] = whole[at]


def _closing(x, f, out, a, b, c, d):
    for i in range(len(x)):
        row, whole, o = x[i], f[i], out[i]
        rule = whole[0] + 2 * whole[1] + 4 * whole[2] - 1
        o[0] = power.way_of(rule)
        o[1] = power.judged_at(int(o[0]), int(row[0] * 30), int(row[1] * 30), 5)
        fallback = whole[3] + 2 * whole[4]
        o[2] = 1.0 if closing.goes_up(rule, whole[5] > 0, fallback, whole[6] - 1) else 0.0
        o[3] = closing.closing(rule, whole[5] > 0, fallback, whole[7] > 0)
        ready, tick = int(row[2] * 40), 30
        o[4] = closing.gathered_until(whole[5] > 0, whole[6] > 0, 10, ready, tick)
        o[5] = consensus.bound_of(rule, row[3], row[4], row[5], 0.5 + row[6] / 2.1, row[7])
        agreed = consensus.agrees_on(rule, row[8], o[5], row[9], row[10] * whole[4])
        o[6] = 1.0 if agreed else 0.0
        o[7] = screening.preferred_by(whole[5] > 0, 2, whole[6] > 0)
        what, state = whole[0] + 2 * whole[1], whole[2] + whole[3]
        o[8] = 1.0 if flow.no_longer_matters(what, state) else 0.0
        o[9] = 1.0 if flow.is_superseded(whole[5] > 0, whole[6], whole[7]) else 0.0
        o[10] = flow.draw_index(what, state)
        o[11] = 1.0 if outcomes.enough_know(state, 3, row[11]) else 0.0


FAMILIES = [_evidence, _perspective, _rooms, _time, _agreement, _standing, _world, _lines, _closing]


@pytest.mark.parametrize("family", FAMILIES, ids=[family.__name__[1:] for family in FAMILIES])
def test_compiled_rules_give_the_same_bytes(family):
    rng = np.random.default_rng(5)
    x, f = rng.random((ROWS, NUMBERS)), rng.integers(0, 2, (ROWS, FLAGS))
    fast = np.zeros((ROWS, RESULTS))
    entry_point(family)(
        x.copy(), f.copy(), fast, np.zeros(3), np.zeros(2), np.zeros(3), np.zeros(6)
    )
    plain = np.zeros((ROWS, RESULTS)).tolist()
    family(x.tolist(), f.tolist(), plain, [0.0] * 3, [0.0] * 2, [0.0] * 3, [0.0] * 6)
    slow = np.array(plain)
    assert np.count_nonzero(slow.std(axis=0)) >= 3, "the inputs tell nothing apart"
    wrong = np.argwhere(fast.view(np.int64) != slow.view(np.int64))
    assert not len(wrong), [(tuple(at), fast[tuple(at)], slow[tuple(at)]) for at in wrong[:3]]
