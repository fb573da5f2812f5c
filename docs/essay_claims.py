"""What is claimed of the essay's sentences (docs/essay.yaml), and what the runs say of a claim.

A statement is a sentence of the essay, put in terms of the model: claims of a scenario in
`scenarios/essay/`, and a dial that is turned to see where the first of them stops holding. A claim
is named by what it says: 'quality higher shared than top-down'. A policy of it may be a difference:
'value higher room less one-voice than talk less silence' says that what `room` gains on `one-voice`
is more than what `talk` gains on `silence`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sim.comparison.claims import FAILS, HOLDS, judge
from sim.comparison.statistics import Interval, interval, paired
from sim.scenario import Scenario
from sim.scenario.keys.claims import Claim

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
DECLARED = ROOT / "docs" / "essay.yaml"
SCENARIOS = ROOT / "scenarios" / "essay"

OPPOSITE = "the opposite holds"
NOT_SO = "does not hold"
NOT_CLEAR = "not clear"
OUTCOMES = (HOLDS, NOT_SO, OPPOSITE, NOT_CLEAR)
"""Of a claim: it holds; the difference is surely less than what is worth naming; it is surely that
much in the other direction; the runs do not tell."""
DEPENDS = "depends"
VERDICTS = (HOLDS, DEPENDS, FAILS, NOT_CLEAR)
"""Of a statement."""


@functools.cache
def shipped(name: str) -> Scenario:
    """A scenario of the essay by its name."""
    return Scenario.load(SCENARIOS / f"{name}.yaml")


@dataclass(frozen=True)
class Named:
    """A claim by its name: a measure is higher, or lower, under one policy than under another;
    each side is a policy, or the first of two less the second."""

    metric: str
    direction: str
    sides: tuple[tuple[str, ...], tuple[str, ...]]

    @classmethod
    def read(cls, text: str) -> Named:
        """The claim that a name says; ValueError where it says none."""
        words = text.split()
        if len(words) < 5 or words[1] not in ("higher", "lower") or words.count("than") != 1:
            raise ValueError(f"not 'METRIC higher|lower POLICY than POLICY': {text!r}")
        at = words.index("than")
        one, other = (
            tuple(" ".join(side).split(" less ")) for side in (words[2:at], words[at + 1 :])
        )
        return cls(words[0], words[1], (one, other))

    @property
    def policies(self) -> tuple[str, ...]:
        """All policies that it needs, each once."""
        return tuple(dict.fromkeys(name for side in self.sides for name in side))

    @property
    def contrast(self) -> bool:
        """Whether differences are compared, which no claim of a scenario can say."""
        return any(len(side) > 1 for side in self.sides)

    def __str__(self) -> str:
        one, other = (" less ".join(side) for side in self.sides)
        return f"{self.metric} {self.direction} {one} than {other}"


@dataclass(frozen=True)
class Dial:
    """What is turned for a claim.

    title: the key, or what else it is. settings: by their labels, each the keys that it sets, as
    YAML has them, or the name of a shipped scenario to run in place of the statement's own.
    """

    name: str
    title: str
    settings: Mapping[str, Mapping[str, Any] | str]

    @classmethod
    def read(cls, name: str, told: Mapping[str, Any]) -> Dial:
        """The dial as it is declared: a key and its values, or a title and settings."""
        if "key" not in told:
            return cls(name, told["title"], told["settings"])
        return cls(name, told["key"], {str(one): {told["key"]: one} for one in told["at"]})

    def scenario(self, label: str, own: Path) -> Scenario:
        """The scenario at a setting; `own`: the file of the statement's own."""
        setting = self.settings[label]
        if isinstance(setting, str):
            return Scenario.load(SCENARIOS.parent / f"{setting}.yaml")
        return Scenario.load(own, {key: json.dumps(value) for key, value in setting.items()})


@dataclass(frozen=True)
class Statement:
    """A sentence of the essay that claims something.

    quote: a few words of it. means: the same in terms of the model. scenario: the file in
    scenarios/essay/. claims: the first is the main one. dial: what is turned for the main claim.
    verdict: the one that `reading` was written for.
    """

    name: str
    paragraph: int
    quote: str
    means: str
    scenario: str
    claims: tuple[Named, ...]
    dial: Dial
    verdict: str
    reading: str


@dataclass(frozen=True)
class Essay:
    """All that is declared. smallest: by measure, the least difference that is worth naming, in the
    measure's unit. unsaid: what the model cannot say, with the reason. policies:"""

    confidence: float
    smallest: Mapping[str, float]
    statements: tuple[Statement, ...]
    unsaid: Mapping[str, str]

    def scenarios(self) -> dict[str, Scenario]:
        """The scenarios that are needed, by name."""
        return {one.scenario: shipped(one.scenario) for one in self.statements}

    def claims(self) -> list[tuple[str, Named]]:
        """Every claim with its scenario, once."""
        found = ((one.scenario, claim) for one in self.statements for claim in one.claims)
        return list(dict.fromkeys(found))


def load(path: Path = DECLARED) -> Essay:
    """What is declared in a file."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    dials = {name: Dial.read(name, one) for name, one in told["dials"].items()}
    statements = tuple(
        Statement(
            **{
                **one,
                "claims": tuple(map(Named.read, one["claims"])),
                "dial": dials[one["dial"]],
                "reading": one["reading"].strip(),
            }
        )
        for one in told["statements"]
    )
    return Essay(told["confidence"], told["smallest"], statements, told["unsaid"])


@dataclass(frozen=True)
class Found:
    """What the runs say of a claim: mean of the paired difference and its 95 % interval, in the
    measure's unit, and one of OUTCOMES."""

    difference: float
    low: float
    high: float
    outcome: str

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Found:
        """From what is stored of it, among other facts."""
        return cls(**{field.name: facts[field.name] for field in fields(cls)})

    @property
    def interval(self) -> Interval:
        """The difference with its interval."""
        return Interval(self.difference, self.low, self.high)


def found(runs: pd.DataFrame, claim: Named, by: float, confidence: float) -> Found:
    """What the runs of a scenario say of a claim that must be exceeded `by`."""
    sides = _sides(runs, claim)
    matrix = paired(sides, claim.metric)
    gap = interval((matrix["one"] - matrix["other"]).to_numpy(dtype=float))
    return Found(*map(float, gap), _outcome(sides, claim, by, confidence))


def first_gap(runs: pd.DataFrame, claim: Named) -> float:
    """The difference in the first replication: whoever plays that again must get the same."""
    matrix = paired(_sides(runs, claim), claim.metric)
    return float((matrix["one"] - matrix["other"]).iloc[0])


def _sides(runs: pd.DataFrame, claim: Named) -> pd.DataFrame:
    """A runs table with one variant for each side of a claim."""
    matrix = paired(runs, claim.metric)
    one, other = (
        matrix[side[0]] - matrix[side[1]] if len(side) > 1 else matrix[side[0]]
        for side in claim.sides
    )
    sides = {"one": one, "other": other}
    table = matrix.assign(**sides)[list(sides)].stack(future_stack=True)
    return table.rename(claim.metric).rename_axis([*matrix.index.names, "variant"]).reset_index()


def _outcome(sides: pd.DataFrame, claim: Named, by: float, confidence: float) -> str:
    """One of OUTCOMES: the claim and its opposite, each tested."""
    other = "lower" if claim.direction == "higher" else "higher"
    facts = {"metric": claim.metric, "than": "other", "by": by, "confidence": confidence}
    claims = [Claim(**{direction: "one"}, **facts) for direction in (claim.direction, other)]
    verdict, opposite = (one.verdict for one in judge(sides, claims))
    if verdict == HOLDS:
        return HOLDS
    if opposite == HOLDS:
        return OPPOSITE
    return NOT_SO if verdict == FAILS else NOT_CLEAR


def verdict(claims: Sequence[str], turned: Sequence[str]) -> str:
    """The verdict on a statement, from the outcomes of its claims and those of the main claim, the
    first, at the settings of the dial.

    It holds where all claims do and no setting turns the main one into its opposite. It depends
    where a claim or a setting holds and another surely does not. It fails where none holds and the
    main one surely does not. Else it is not clear.
    """
    untrue = (NOT_SO, OPPOSITE)
    if all(one == HOLDS for one in claims) and OPPOSITE not in turned:
        return HOLDS
    if HOLDS in (*claims, *turned):
        return DEPENDS if any(one in untrue for one in (*claims, *turned)) else NOT_CLEAR
    return FAILS if claims[0] in untrue else NOT_CLEAR


def mistakes(essay: Essay) -> Iterator[str]:
    """Everything that is wrong with what is declared, a line each."""
    scenarios = essay.scenarios()
    said: dict[str, set[str]] = {name: set() for name in scenarios}
    for name, scenario in scenarios.items():
        for claim in scenario.claims:
            text = f"{claim.metric} {claim.direction} {claim.policy} than {claim.than}"
            said[name].add(text)
            if claim.by != essay.smallest.get(claim.metric):
                yield f"{name}: {text}: `by` is {claim.by}, not {essay.smallest.get(claim.metric)}"
            if claim.confidence != essay.confidence:
                yield f"{name}: {text}: the confidence is not {essay.confidence}"
    files = {path.stem for path in SCENARIOS.glob("*.yaml")}
    yield from (f"{one}: a scenario without a statement" for one in sorted(files - said.keys()))
    used = {(name, str(claim)) for name, claim in essay.claims() if not claim.contrast}
    there = {(name, text) for name, texts in said.items() for text in texts}
    yield from (f"{name}: claims {text!r} for no statement" for name, text in sorted(there - used))
    yield from (f"{name}: {text!r} is no claim of it" for name, text in sorted(used - there))
    for one in essay.statements:
        if one.verdict not in VERDICTS:
            yield f"{one.name}: {one.verdict!r} is no verdict; there are {', '.join(VERDICTS)}"
