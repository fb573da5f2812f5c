"""Small hand-made organisations, and a Mesa model that writes down everything it is told to
watch."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.agents import Organization
from sim.agents.issue import Issue
from sim.outcome import Outcome
from sim.parameters import Parameters, parameters
from sim.scenario import Scenario

# Two levels, one channel each way at the speed of one tick a hop, nothing lost, nothing blocked.
PLAIN: dict[str, Any] = {
    "name": "tiny",
    "seed": 11,
    "clock": {"tick": "1h", "day": "8h", "horizon": "8w", "warmup": "0d"},
    "stream": {
        "positions": [
            {"name": "top", "leaders": 1, "authority": 2},
            {"name": "ground", "leaders": 4},
        ],
        "peers": "none",
        "bridges": 0,
    },
    "perspective": {"facets": 3, "breadth": "inf", "acuity": 2, "outside": 1, "span": "off"},
    "direction": {"source": "top", "shifts": "0/y"},
    "issues": {
        "matter": {
            "type": "choice",
            "alternatives": 3,
            "rate": "3/w",
            "raised_at": "ground",
            "decided_at": "top",
            "witnesses": "all",
            "stakes": 1,
            "half_life": "5d",
            "expiry": "20d",
            "affects": "all",
        }
    },
    "flow": {
        way: {"open": 1, "delay": "0h", "distortion": 0, "loss": 0, "retry": "none"}
        for way in ("up", "down", "across")
    }
    | {"routing": "line", "reach": 1},
    "attention": 1000,
    "power": {
        "rule": "autocratic",
        "sharing": 1,
        "voice": "equal",
        "gather": "1d",
        "forum": {"size": 5, "choose": "all"},
    },
    "consensus": {
        "rule": "none",
        "round": "1h",
        "pause": "2h",
        "limit": "5d",
        "fallback": "authority",
        "turns": "off",
        "candour": 1,
        "susceptibility": 0,
    },
    "rollout": {"coverage": 1},
    "work": {"load": 0.5, "focus": "0h"},
}


def _laid_over(base: dict[str, Any], path: str, value: Any) -> None:
    """Set the dotted `path` of a nested mapping; `*` stands for every mapping there."""
    head, _, rest = path.partition(".")
    for key in (
        [key for key, held in base.items() if isinstance(held, dict)] if head == "*" else [head]
    ):
        if rest:
            _laid_over(base.setdefault(key, {}), rest, value)
        else:
            base[key] = copy.deepcopy(value)


def tiny(changes: Mapping[str, Any] | None = None) -> Scenario:
    """The plain organisation of five with some dotted keys changed (`issues.*.type` sets it for all
    kinds)."""
    mapping = copy.deepcopy(PLAIN)
    for path, value in (changes or {}).items():
        _laid_over(mapping, path, value)
    return Scenario.from_dict(mapping)


def chain(count: int) -> list[dict[str, Any]]:
    """The positions of a chain of `count` leaders, one below the other: p0 on top."""
    return [{"name": f"p{i}", "leaders": 1} for i in range(count)]


class Note(NamedTuple):
    """Something that happened: when, to which issue, what, and its details."""

    tick: int
    issue: Issue
    what: str
    data: dict[str, Any]


class Watched(Organization):
    """An organisation that notes everything that happens to any issue (a trace notes it for
    one)."""

    def __init__(self, scenario: Scenario, **more: Any) -> None:
        self.notes: list[Note] = []
        super().__init__(scenario, **more)

    def watch(self, issue: Issue, what: str, **data: Any) -> None:
        self.notes.append(Note(self.tick, issue, what, data))

    def watch_sense(self, issue: Issue, leader: Any) -> None:
        self.notes.append(Note(self.tick, issue, "sense", {"leader": leader.index}))

    def watch_idea(self, message: Any, copy: Any, kept: bool) -> None:
        data = {
            "copy": copy,
            "kept": kept,
            "source": message.source,
            "target": message.target,
            "sent": message.sent,
        }
        self.notes.append(Note(self.tick, message.issue, "idea", data))

    def watch_round(
        self,
        issue: Issue,
        turns: list[tuple[int, int]],
        choice: int,
        number: float,
        share: float,
        needed: float,
    ) -> None:
        data = {
            "round": issue.rounds,
            "turns": turns,
            "said": [(originator, speaker) for speaker, originator in turns if originator >= 0],
            "record": list(issue.record),
            "choice": choice,
            "number": number,
            "share": share,
            "needed": needed,
            "positions": list(issue.positions),
            "preferred": list(issue.preferred),
            "voiced": list(issue.voiced),
            "own": [self.leaders[i].assess(issue) for i in issue.room],
            "agreed": issue.agreed,
        }
        self.notes.append(Note(self.tick, issue, "round", data))

    def of(self, what: str) -> list[Note]:
        """The notes of one kind, in order."""
        return [note for note in self.notes if note.what == what]

    def issues(self) -> list[Issue]:
        """The issues of the cohort, in order of arising."""
        return [note.issue for note in self.of("arise") if note.issue.number]


class Played(NamedTuple):
    """A run to its end."""

    model: Watched
    outcome: Outcome
    inputs: Parameters


def play(changes: Mapping[str, Any] | None = None, **more: Any) -> Played:
    """Play the plain organisation, changed, on the Mesa driver to its end."""
    inputs = parameters(tiny(changes))
    model = Watched(inputs.scenario, inputs=inputs, **more)
    return Played(model, model.run(), inputs)
