"""What `new-rule` writes: for every family of rules a worked example, its test, and how a scenario
uses it.

NAME stands for the rule's name.
"""

from __future__ import annotations

from typing import NamedTuple


class Scaffold(NamedTuple):
    """An example of a family: the rule, an example for its test, its parameter with what a sweep
    tries, and the built-in rule that it is compared with; `needs` are lines of a scenario without
    which it would never be asked."""

    rule: str
    example: str
    parameter: str
    written: str
    tried: str
    built_in: str
    needs: str = ""


SCAFFOLDS = {
    "power": Scaffold(
        rule='''\
@rule(
    "power",
    source="convention; weighted positions as in DeGroot 1974",
    lead=Parameter(
        0.3,
        range=(0, 1),
        unit="decision weight",
        source="convention",
        meaning="what the accountable leader weighs beyond their decision weight",
    ),
)
def NAME(positions, counted, power, head, lead):
    """A forum proposes the highest weighted position; the accountable leader weighs more."""
    scores = np.zeros(positions.shape[1])
    total = 0.0
    for member in range(len(counted)):
        if counted[member]:
            # A little for everybody: somebody always weighs something.
            weight = power[member] + 1e-9
            if member == head:
                weight += lead
            total += weight
            for alternative in range(len(scores)):
                scores[alternative] += weight * positions[member, alternative]
    return scores / total
''',
        example="""\
    positions = np.array([[1.0, 0.0], [0.0, 1.0]])
    both, power = np.array([1, 1]), np.array([0.4, 0.6])
    assert NAME(positions, both, power, 0, 0.0).argmax() == 1
    assert NAME(positions, both, power, 0, 0.3).argmax() == 0
""",
        parameter="lead",
        written="0.3",
        tried="{from: 0, to: 1, steps: 3}",
        built_in="shared",
    ),
    "consensus": Scaffold(
        rule='''\
@rule(
    "consensus",
    source="convention",
    patience=Parameter(
        0.8,
        range=(0, 1),
        unit="share of members",
        source="convention",
        meaning="support needed in the first round; then this share of the round before",
    ),
)
def NAME(support, rounds, patience):
    """A forum asks for less agreement the longer it has met."""
    return support >= patience**rounds
''',
        example="""\
    assert not NAME(0.7, 1, 0.8)
    assert NAME(0.7, 2, 0.8)
""",
        parameter="patience",
        written="80%",
        tried="{from: 60%, to: 100%, steps: 3}",
        built_in="supermajority",
    ),
    "flow": Scaffold(
        rule='''\
@rule(
    "flow",
    source="Rosen & Tesser 1970: the mum effect",
    reluctance=Parameter(
        0.5,
        range=(0, 1),
        unit="share",
        source="convention",
        meaning="how much less likely bad news is passed on, for each level that it has to climb",
    ),
)
def NAME(openness, engagement, item, levels, news, reluctance):
    """Bad news is passed upstream less readily, the more levels it climbs at once."""
    chance = openness * engagement
    if item == 0 and levels > 0 and news < 0.0:
        chance *= (1.0 - reluctance) ** levels
    return chance
''',
        example="""\
    assert NAME(0.8, 1.0, 0, 1, 0.2, 0.5) == 0.8
    assert NAME(0.8, 1.0, 0, 1, -0.2, 0.5) == 0.4
    assert NAME(0.8, 1.0, 0, -1, -0.2, 0.5) == 0.8
""",
        parameter="reluctance",
        written="50%",
        tried="{from: 0%, to: 100%, steps: 3}",
        built_in="open",
    ),
    "assess": Scaffold(
        rule='''\
@rule(
    "assess",
    source="Yaniv & Kleinberger 2000: egocentric discounting of advice",
    discount=Parameter(
        0.3,
        range=(0, 1),
        unit="share of precision",
        source="convention",
        meaning="how much less what others say counts than what a leader saw themselves",
    ),
)
def NAME(own, discount):
    """What others say counts less than what a leader saw themselves."""
    if own:
        return 1.0
    return 1.0 - discount
''',
        example="""\
    assert NAME(1, 0.3) == 1.0
    assert NAME(0, 0.3) == 0.7
""",
        parameter="discount",
        written="30%",
        tried="{from: 0%, to: 90%, steps: 3}",
        built_in="bayesian",
    ),
    "persuade": Scaffold(
        rule='''\
@rule(
    "persuade",
    source="convention; after Hegselmann & Krause 2002, whose bound is sharp",
    reach=Parameter(
        1.0,
        range=(0.01, 100),
        unit="standard deviations of an issue's worth",
        source="convention",
        meaning="gap between positions at which trust is half of what it is without a gap",
    ),
)
def NAME(seat, positions, heeded, power, self_weight, reach):
    """The further another member's positions are from a member's, the less trust."""
    row = np.zeros(len(power))
    total = 0.0
    for member in range(len(power)):
        if member != seat and heeded[member]:
            apart = 0.0
            for alternative in range(positions.shape[1]):
                gap = abs(positions[member, alternative] - positions[seat, alternative])
                apart = max(apart, gap)
            row[member] = power[member] / (1.0 + apart / reach)
            total += row[member]
    if total <= 0.0:
        row[seat] = 1.0
        return row
    for member in range(len(power)):
        row[member] *= (1.0 - self_weight) / total
    row[seat] = self_weight
    return row
''',
        example="""\
    positions, all_heeded = np.array([[0.0], [1.0], [3.0]]), np.array([1, 1, 1])
    equal = np.array([1.0, 1.0, 1.0])
    trust = NAME(0, positions, all_heeded, equal, 0.4, 1.0)
    # Half of what alike members would get, and a quarter: 2 to 1, of the 60 % left for others.
    assert np.allclose(trust, [0.4, 0.4, 0.2])
""",
        parameter="reach",
        written="1",
        tried="{from: 0.1, to: 10, steps: 3, scale: log}",
        built_in="friedkin-johnsen",
    ),
    "influence": Scaffold(
        rule='''\
@rule(
    "influence",
    source="DeRue & Ashford 2010: leadership is claimed and granted",
    gain=Parameter(
        0.2,
        range=(0, 1),
        unit="share of influence",
        source="convention",
        meaning="half of it is gained when all others back a member, lost when nobody does",
    ),
)
def NAME(influence, backing, gain):
    """Influence is granted by those who prefer what a member prefers, whether right or not."""
    return influence * (1.0 + gain * (backing - 0.5))
''',
        example="""\
    assert NAME(1.0, 0.5, 0.2) == 1.0
    assert NAME(1.0, 1.0, 0.2) > 1.0 > NAME(1.0, 0.0, 0.2)
""",
        parameter="gain",
        written="20%",
        tried="{from: 0%, to: 100%, steps: 3}",
        built_in="fixed",
        needs="power: {rule: emergent}\n",
    ),
    "engagement": Scaffold(
        rule='''\
@rule(
    "engagement",
    source="convention",
    step=Parameter(
        0.1,
        range=(0, 1),
        unit="share of the distance",
        source="convention",
        meaning="how far a decision moves engagement: toward 1 if heard, toward 0 if not",
    ),
)
def NAME(engagement, rest, ends_day, heard, step):
    """Being heard raises engagement, not being heard lowers it; part of it returns overnight."""
    if ends_day:
        return engagement + 0.02 * (rest - engagement)
    return engagement + step * (heard - engagement)
''',
        example="""\
    assert NAME(0.5, 0.8, 0, 1, 0.1) == 0.55
    assert NAME(0.5, 0.8, 0, 0, 0.1) == 0.45
    assert 0.5 < NAME(0.5, 0.8, 1, 0, 0.1) < 0.8
""",
        parameter="step",
        written="10%",
        tried="{from: 0%, to: 30%, steps: 3}",
        built_in="off",
    ),
}

RULE = '''\
"""NAME: a FAMILY rule.

`leaderstream rules FAMILY` says what such a rule is given and what it answers. Its arguments are
picked by name from that; every other argument is a parameter, declared above it, which scenarios
set and sweep.
"""

IMPORTSfrom sim.extension import Parameter, rule


BODY'''

TEST = '''\
"""Whether NAME does what a rule must, and what it is meant to do."""

IMPORTSfrom NAME import NAME

from sim.testing import RuleContract


class TestContract(RuleContract):
    """Honest, deterministic, in range, and the same on both drivers."""

    rule = "NAME.py:NAME"


def test_an_example():
BODY'''

SCENARIO = """\
# NAME: your rule beside the built-in one.
#   leaderstream check NAME.yaml --rules NAME.py     is it right, what will run, how long
#   leaderstream run NAME.yaml --rules NAME.py       compare both; results and dashboard
#   leaderstream sweep NAME.yaml --rules NAME.py     try its parameter
name: NAME
seed: 1
replications: 20
clock: {warmup: 2w, horizon: 13w}

stream:
  positions:
    - {name: upstream, leaders: 1, authority: 4}
    - {name: midstream, leaders: 3, authority: 2}
    - {name: downstream, leaders: 9, authority: 1}

issues:
  daily: {rate: 5/w, raised_at: downstream, decided_at: midstream, half_life: 4d, affects: unit}
  plan: {type: estimate, rate: 1/w, raised_at: any, decided_at: upstream, stakes: 5, half_life: 2w,
         affects: all}

NEEDSSECTION: {rule: NAME.py:NAME, with: {PARAMETER: WRITTEN}}

base: NAME
variants:
  built-in: {SECTION.rule: BUILT_IN, SECTION.with: null}

sweep:
  vary: {SECTION.with.PARAMETER: TRIED}
"""
